"""Scores, what would tip them, and the warnings that a file sets off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import numpy as np
import pytest
from hand_checked import ABSOLUTE_FRACTION, is_close, offers, rows
from hypothesis import given, strategies as st
from laws import examples
from strategies import marks

from compkit.market.scoring import HIGHEST_RATING, Matrix, Score, fired_rules, flips, matrix_score, signals, verdict_of
from compkit.model.offer import Offer
from compkit.reference.tables import load_tables

TABLES = load_tables()
MATRICES: tuple[Matrix, ...] = get_args(Matrix)
A_HAIR = 1e-6


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180000.0}
    return Offer.model_validate({**made, **fields})


def scored(matrix: Matrix, given_marks: Mapping[str, int]) -> Score:
    return matrix_score(offer(scores={matrix: dict(given_marks)}), matrix, TABLES)


def reweighted(score: Score, factor: str, change: float) -> float:
    """Score once one weight has changed by a part of itself and all are scaled to sum as before."""
    weights = dict(zip(score.factors["factor"], score.factors["weight"].astype(float), strict=True))
    total = sum(weights.values())
    weights[factor] *= 1 + change
    scale = total / sum(weights.values())
    points = sum(weight * scale * mark for weight, mark in zip(weights.values(), score.factors["rating"], strict=True))
    return float(points)


@pytest.mark.parametrize("row", rows("scores"), ids=lambda row: f"{row['offer_id']}-{row['matrix']}")
def test_hand_checked_score(row: dict[str, str]) -> None:
    matrix: Matrix = row["matrix"]  # type: ignore[assignment]
    score = matrix_score(offers("scores").entry(row["offer_id"]).offer, matrix, TABLES)
    assert (score.verdict or "") == row["verdict"], row["derivation"]
    if row["score"]:
        assert score.score is not None
        assert is_close(score.score, float(row["score"]), ABSOLUTE_FRACTION), row["derivation"]
        assert score.missing == ()
    else:
        assert score.score is None
        assert score.missing == (row["derivation"].split(" is missing")[0],)


@pytest.mark.parametrize("entry", offers("scores"), ids=lambda entry: entry.offer.id)
@pytest.mark.parametrize("matrix", MATRICES)
def test_hand_checked_flips(entry: Any, matrix: Matrix) -> None:
    """The rows of scores_flips.csv about one offer and matrix: these flips and no others; `limit` ones need 0."""
    found = {
        (flip.kind, flip.factor, flip.new_verdict): flip.needed
        for flip in flips(matrix_score(entry.offer, matrix, TABLES), TABLES)
    }
    by_hand = {
        (row["kind"], row["factor"], row["new_verdict"]): row
        for row in rows("scores_flips")
        if (row["offer_id"], row["matrix"]) == (entry.offer.id, matrix)
    }
    assert set(found) == set(by_hand)
    for key, row in by_hand.items():
        needed = 0.0 if "limit" in row["derivation"] else float(row["needed"])
        assert is_close(found[key], needed, ABSOLUTE_FRACTION), row


@pytest.mark.parametrize(
    ("matrix", "score", "verdict"),
    [
        ("risk", 10, "low"),
        ("risk", 8, "low"),
        ("risk", 7.999999, "moderate"),
        ("risk", 6, "moderate"),
        ("risk", 5.999999, "high"),
        ("risk", 1, "high"),
        ("decision", 75, "strong accept"),
        ("decision", 60, "strong accept"),
        ("decision", 59, "accept with reservations"),
        ("decision", 45, "accept with reservations"),
        ("decision", 44, "negotiate or decline"),
        ("decision", 30, "negotiate or decline"),
        ("decision", 29, "decline"),
        ("decision", 15, "decline"),
    ],
)
def test_a_threshold_belongs_to_the_verdict_above_it(matrix: Matrix, score: float, verdict: str) -> None:
    assert verdict_of(score, matrix, TABLES) == verdict


@pytest.mark.parametrize("matrix", MATRICES)
def test_no_marks_are_all_missing_and_never_zero(matrix: Matrix) -> None:
    score = scored(matrix, {})
    assert (score.score, score.verdict) == (None, None)
    assert list(score.missing) == TABLES.choices[f"{matrix}_factors"]
    assert flips(score, TABLES) == []


@pytest.mark.parametrize("matrix", MATRICES)
@given(data=st.data())
def test_raising_a_mark_never_lowers_the_score(matrix: Matrix, data: st.DataObject) -> None:
    given_marks = data.draw(marks(matrix))
    factor = data.draw(st.sampled_from(sorted(given_marks)))
    higher = {**given_marks, factor: data.draw(st.integers(given_marks[factor], HIGHEST_RATING[matrix]))}
    before, after = scored(matrix, given_marks).score, scored(matrix, higher).score
    assert before is not None
    assert after is not None
    assert after >= before
    assert (after > before) == (higher[factor] > given_marks[factor])


@pytest.mark.parametrize("matrix", MATRICES)
@given(data=st.data())
def test_a_score_is_between_its_lowest_and_highest_mark(matrix: Matrix, data: st.DataObject) -> None:
    given_marks = data.draw(marks(matrix))
    score = scored(matrix, given_marks).score
    full = 1 if matrix == "risk" else 15
    assert score is not None
    assert full * min(given_marks.values()) - 1e-9 <= score <= full * max(given_marks.values()) + 1e-9


@pytest.mark.parametrize("matrix", MATRICES)
@examples(6)
@given(data=st.data())
def test_each_flip_really_flips(matrix: Matrix, data: st.DataObject) -> None:
    """A mark at the mark needed and not one before it; a weight a hair beyond the change needed and not before."""
    given_marks = data.draw(marks(matrix))
    score = scored(matrix, given_marks)
    assert score.score is not None
    for flip in flips(score, TABLES):
        if flip.kind == "score":
            needed, own = int(flip.needed), given_marks[flip.factor]
            one_before = needed + (1 if needed < own else -1)
            assert scored(matrix, {**given_marks, flip.factor: needed}).verdict == flip.new_verdict
            assert scored(matrix, {**given_marks, flip.factor: one_before}).verdict == score.verdict
            continue
        assert abs(flip.needed) <= 0.5 + 1e-9
        beyond = [flip.needed + side * A_HAIR for side in (1, -1)]
        if flip.needed:
            outward = np.sign(flip.needed)
            beyond = [flip.needed + outward * A_HAIR]
            before = reweighted(score, flip.factor, flip.needed - outward * A_HAIR)
            assert verdict_of(before, matrix, TABLES) == score.verdict
        after = {verdict_of(reweighted(score, flip.factor, change), matrix, TABLES) for change in beyond}
        assert flip.new_verdict in after


@pytest.mark.parametrize("matrix", MATRICES)
@examples(4)
@given(data=st.data())
def test_no_flip_is_left_out(matrix: Matrix, data: st.DataObject) -> None:
    """Every single mark that changes the verdict has a flip at or before it, and so has every weight within a half."""
    given_marks = data.draw(marks(matrix))
    score = scored(matrix, given_marks)
    found = flips(score, TABLES)
    for factor, own in given_marks.items():
        for mark in range(1, HIGHEST_RATING[matrix] + 1):
            if scored(matrix, {**given_marks, factor: mark}).verdict != score.verdict:
                assert any(
                    flip.kind == "score"
                    and flip.factor == factor
                    and (own < flip.needed <= mark or mark <= flip.needed < own)
                    for flip in found
                )
        for change in (-0.5, -0.25, 0.25, 0.5):
            # The product loses some 1e-14; a hair more than the rounding keeps a score on its threshold.
            tipped = round(reweighted(score, factor, change), 9)
            if verdict_of(tipped, matrix, TABLES) != score.verdict:
                assert any(flip.kind == "weight" and flip.factor == factor for flip in found)


def fired(known: Mapping[str, float], kind: str | None = None) -> set[str]:
    return {rule.rule_id for rule in fired_rules(known, TABLES) if kind in (None, rule.kind)}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, set()),
        ({"hours_to_decide": 24}, {"decision-pressure"}),
        ({"hours_to_decide": 24.5}, {"decision-time-short"}),
        ({"hours_to_decide": 167}, {"decision-time-short"}),
        ({"hours_to_decide": 168}, set()),
        ({"hours_to_decide": 0}, {"decision-pressure"}),
        ({"team_attrition_rate": 0.3}, set()),
        ({"team_attrition_rate": 0.31}, {"team-attrition"}),
        ({"share_below_market": 0.2}, set()),
        ({"share_below_market": 0.21}, {"below-market"}),
        ({"share_below_market": 0.21, "negotiable": 1}, {"below-market"}),
        ({"share_below_market": 0.21, "negotiable": 0}, {"below-market-fixed", "not-negotiable"}),
        ({"sign_on_total": 0}, set()),
        ({"sign_on_total": 0, "unvested_equity_left": 0}, set()),
        ({"sign_on_total": 0, "unvested_equity_left": 1}, {"unvested-equity-unpaid"}),
        ({"sign_on_total": 1, "unvested_equity_left": 1}, set()),
        ({"downlevel": 1}, {"downlevel"}),
        ({"downlevel": 0}, set()),
        ({"manager_has_roadmap": 0}, {"no-roadmap"}),
        ({"manager_has_roadmap": 1}, set()),
        ({"best_and_final_first": 1, "vague_team": 1}, {"best-and-final-first", "vague-team"}),
    ],
)
def test_rules_fire_at_their_thresholds(known: dict[str, float], expected: set[str]) -> None:
    """The guide's lists with the thresholds of data/warning_rules.csv; what is unknown stays silent."""
    assert fired(known) == expected


SIGNALS = st.fixed_dictionaries(
    {},
    optional={
        "hours_to_decide": st.integers(0, 300),
        "team_attrition_rate": st.floats(0, 1),
        "share_below_market": st.floats(0, 1),
        "sign_on_total": st.sampled_from([0.0, 1000.0]),
        "unvested_equity_left": st.sampled_from([0.0, 1000.0]),
        **{
            name: st.integers(0, 1)
            for name in ("negotiable", "best_and_final_first", "vague_team", "downlevel", "manager_has_roadmap")
        },
    },
)


@given(SIGNALS, SIGNALS)
def test_another_signal_never_removes_a_deal_breaker(known: dict[str, float], more: dict[str, float]) -> None:
    """What is told already stays as told; what is added can only set off more."""
    assert fired(known, "deal_breaker") <= fired({**more, **known}, "deal_breaker")


def test_signals_leave_out_what_is_not_known() -> None:
    assert signals(offer(), None, None) == {"sign_on_total": 0}
    told = offer(sign_on=[5.0, 7.0], signals={"downlevel": True, "hours_to_decide": 48})
    assert signals(told, 0.1, 30.0) == {
        "downlevel": 1,
        "hours_to_decide": 48,
        "sign_on_total": 12,
        "share_below_market": 0.1,
        "unvested_equity_left": 30,
    }
