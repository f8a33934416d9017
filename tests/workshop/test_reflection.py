"""First offers, second agreements, answers, grades and earlier classes: the four pairs by hand, and laws."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from sample_class import CASE, FORMS, write_class
from scipy.stats import spearmanr

from compkit.workshop import (
    WEIGHTS,
    Agreement,
    Debrief,
    PlayedClass,
    class_feelings,
    compare_classes,
    debrief_class,
    first_offers,
    load_played_class,
    offer_link,
    play_points,
    propose_grades,
    rank_link,
    summarize_class,
)
from compkit.workshop.case_file import parse_case
from compkit.workshop.grading import own_efficiency

SMALL = parse_case(CASE.encode(), "case.yaml")
DEALS = {(50, 45): (1, 1, 0), (30, 60): (0, 1, 0), (40, 30): (2, 0, 1), (40, 65): (1, 0, 0)}
"""Packages by their points."""


@pytest.fixture
def debrief(tmp_path: Path) -> Debrief:
    return debrief_class(load_played_class(write_class(tmp_path, forms=FORMS)))


def class_of(*points: tuple[int, int] | None, level: str | None = None) -> PlayedClass:
    """Return a class by the pairs' points; None for a pair without a deal."""
    agreements = tuple(
        Agreement(at, (2 * at - 1, 2 * at), "deal" if pair else "no deal", DEALS[pair] if pair else ())
        for at, pair in enumerate(points, start=1)
    )
    return PlayedClass("A class", SMALL, agreements, level)


def test_first_offers_by_hand(debrief: Debrief) -> None:
    """Pair 1's candidate offers 40 + 10 + 20 = 70 for itself, 0 + 2 x 5 + 10 = 20 for the recruiter, and gets 50."""
    assert [(one.pair, one.side, one.own, one.others, one.result, one.change) for one in first_offers(debrief)] == [
        (1, 0, 70, 20, 50, -20),
        (1, 1, 70, 0, 45, -25),
        (2, 0, 40, 65, 30, -10),
        (2, 1, 80, 20, 60, -20),
        (3, 0, 70, 20, 30, -40),
        (4, 0, 40, 30, 40, 0),
        (4, 1, 35, 30, 30, -5),
    ]
    links = [offer_link(first_offers(debrief), side) for side in (0, 1)]
    assert [(link.n, link.correlation) for link in links] == [(4, None), (3, None)]


def test_a_rank_correlation_by_hand() -> None:
    """Ranks 1 to 10 against 2 1 4 3 6 5 8 7 10 9: ten differences of 1, so 1 - 6 x 10 / (10 x 99) = 0.939."""
    first = [Fraction(at) for at in range(1, 11)]
    second = [Fraction(at) for at in (2, 1, 4, 3, 6, 5, 8, 7, 10, 9)]
    link = rank_link(first, second)
    assert link.correlation == pytest.approx(1 - 60 / 990, abs=1e-12)
    assert link.is_clear
    assert link.by_chance == pytest.approx(1.96 / 3, abs=1e-12)
    assert rank_link(first[1:], second[1:]).correlation is None
    assert rank_link(first, [Fraction(1)] * 10).correlation is None


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=10, max_size=30))
def test_rank_correlations_against_scipy(drawn: list[tuple[int, int]]) -> None:
    first, second = ([Fraction(pair[at]) for pair in drawn] for at in (0, 1))
    found = rank_link(first, second).correlation
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr([pair[0] for pair in drawn], [pair[1] for pair in drawn])[0], abs=1e-9)


def test_second_agreements_by_hand(debrief: Debrief) -> None:
    assert [(one.after.agreement.pair, one.after.points, one.gains, one.after.left) for one in debrief.second] == [
        (2, (40, 65), (10, 5), 0),
        (4, (60, 40), (20, 10), 0),
    ]


def test_answers_by_hand(debrief: Debrief) -> None:
    """Candidates are seats 2, 3, 5 and 7 with 50, 30, 30 and 40 points, of whom 5 left the form blank."""
    feelings = {(one.side, one.question): one for one in class_feelings(debrief)}
    assert feelings[0, "outcome"].counts == (0, 1, 0, 0, 0, 2, 0)
    assert [feelings[0, question].middle for question in ("outcome", "self", "process", "relationship")] == [6, 5, 4, 4]
    assert feelings[1, "outcome"].counts == (0, 1, 1, 0, 1, 0, 1)  # seats 4, 8, 6 and 1
    assert feelings[1, "outcome"].middle == 4
    assert feelings[1, "outcome"].points_high is None  # two of them
    assert (1, "process") not in feelings  # two answers
    assert feelings[1, "relationship"].middle == 4
    assert len(feelings) == 7 + 3  # and of both, but for process
    both = feelings[None, "outcome"]
    assert (both.counts, both.middle, both.points_high) == ((0, 2, 1, 0, 1, 2, 1), 5, None)
    assert (None, "process") not in feelings  # would show what two recruiters answered


def test_points_of_those_who_answered_high_and_low() -> None:
    """Four are content, with 50, 50, 30 and 30 points; three are not, with 30, 30 and 40."""
    points = [(50, 45), (50, 45), (30, 60), (30, 60), (30, 60), (30, 60), (40, 30)]
    answers = {2 * at - 1: {"outcome": answer} for at, answer in enumerate((7, 6, 5, 5, 4, 3, 1), start=1)}
    (found,) = class_feelings(debrief_class(replace(class_of(*points), answers=answers)))
    assert (found.side, found.middle, found.points_high, found.points_low) == (0, 5, 40, 30)


def test_grades_by_hand(debrief: Debrief) -> None:
    """Own efficiency by role, and what it makes with the marks.

    Candidates: pair 1 is on the frontier, 1. In pair 2, with 60 for the recruiter, 40 were possible instead of 30:
    0 / (0 + 10). Pair 3: 0. In pair 4, 60 instead of 40 with a gain of 10: 10 / (10 + 20).
    Recruiters: 1; 65 instead of 60 with a gain of 25: 25 / 30; 0; and 0, below the limit. The medians are 1/6 and 5/12,
    so candidates are raised by 25 points of 100.
    """
    assert play_points(debrief) == {
        2: 100, 3: 25, 5: 25, 7: Fraction(100, 3) + 25, 6: 100, 1: Fraction(250, 3), 8: 0, 4: 0
    }  # fmt: skip
    assert {one.seat: one.points for one in propose_grades(debrief)} == {
        1: 76,  # 36 + 31.95 + 8.33 = 76.28
        2: 87,  # 40.5 + 36 + 10 = 86.5
        3: 77,  # 45 + 29.25 + 2.5 = 76.75
        4: 0,
        5: 54,  # 27 + 24.75 + 2.5 = 54.25
        7: 69,  # 31.5 + 31.5 + 5.83 = 68.83
    }


def test_what_is_left_with_the_partners_points_as_they_are() -> None:
    """At (40, 30) with a limit of 20, the recruiter has 10, and could have 35 more at (40, 65): 10 / 45."""
    case = parse_case(
        CASE.replace("recruiter: {reservation: 35}", "recruiter: {reservation: 20}").encode(), "case.yaml"
    )
    found = debrief_class(replace(class_of((40, 30)), case=case))
    assert own_efficiency(found.results[0], 1, list(found.analysis.pareto)) == Fraction(10, 45)


def test_who_did_not_play_has_two_parts() -> None:
    """80 and 71 give 75.5, rounded up."""
    absent = Agreement(1, (1, 2), "absent")
    marks = {seat: {"preparation": 80, "reflection": 71} for seat in (1, 3)}
    played = replace(class_of(), agreements=(absent,), seats=(1, 2, 3), marks=marks)
    assert [(one.seat, one.side, one.play, one.points) for one in propose_grades(debrief_class(played))] == [
        (1, 0, None, 76),
        (3, None, None, 76),
    ]


def test_a_class_in_which_walking_away_is_right_has_full_play() -> None:
    case = parse_case(CASE.replace("reservation: 30", "reservation: 71").encode(), "case.yaml")
    found = debrief_class(replace(class_of(None, (50, 45)), case=case))
    assert play_points(found) == {1: 100, 2: 100, 3: 50, 4: 100}  # the median of candidates is 50, of recruiters 100


pairs = st.lists(st.sampled_from([*DEALS, None]), min_size=1, max_size=8)
marks = st.integers(0, 100)


@given(pairs.flatmap(lambda drawn: st.tuples(st.just(drawn), st.permutations(drawn))), marks, marks)
def test_partners_luck_moves_play_alone(
    drawn: tuple[list[tuple[int, int] | None], list[tuple[int, int] | None]], preparation: int, reflection: int
) -> None:
    """Whoever one is paired with: preparation and reflection count the same, and the points differ by at most 10."""
    given_marks = {
        seat: {"preparation": preparation, "reflection": reflection} for seat in range(1, 2 * len(drawn[0]) + 1)
    }
    ours, theirs = (propose_grades(debrief_class(replace(class_of(*points), marks=given_marks))) for points in drawn)
    own = (WEIGHTS["preparation"] * preparation + WEIGHTS["reflection"] * reflection) / 100
    for one, other in zip(ours, theirs, strict=True):
        assert (one.preparation, one.reflection) == (other.preparation, other.reflection) == (preparation, reflection)
        assert 0 <= one.play <= 100
        assert abs(one.points - other.points) <= WEIGHTS["play"]
        assert own - 0.5 <= one.points <= own + WEIGHTS["play"] + 0.5
        assert 0 <= one.points <= 100


@given(pairs)
def test_no_role_has_the_lower_median_of_play(drawn: list[tuple[int, int] | None]) -> None:
    """The role that is raised comes out level, except where 100 caps it; seats are odd for candidates."""
    play = play_points(debrief_class(class_of(*drawn)))
    counts = [Counter(value == 100 for seat, value in play.items() if seat % 2 == side) for side in (1, 0)]
    middles = [sorted(value for seat, value in play.items() if seat % 2 == side) for side in (1, 0)]
    n = len(drawn)
    halves = [(values[(n - 1) // 2] + values[n // 2]) / 2 for values in middles]
    assert halves[0] == halves[1] or any(count[True] for count in counts)


def test_a_class_in_shares_and_medians_by_hand(debrief: Debrief) -> None:
    """Value created is 3/4, 5/8, 0 and 1/8, efficiency 1, 5/8, 0 and 1/8, the candidate's share 2/3 and 0."""
    found = summarize_class(debrief)
    assert (found.n_pairs, found.agreed, found.efficient) == (4, Fraction(3, 4), Fraction(1, 4))
    assert (found.created, found.efficiency, found.claimed) == (Fraction(3, 8), Fraction(3, 8), Fraction(1, 3))


def test_earlier_classes_of_the_same_level_alone() -> None:
    five = [(50, 45)] * 5
    mine = debrief_class(class_of((50, 45), None, level="logrolling"))
    others = {
        "same": class_of(*five, level="logrolling"), "other": class_of(*five, level="no-deal"),
        "none": class_of(*five), "few": class_of(*five[1:], level="logrolling"),
    }  # fmt: skip
    found = compare_classes(mine, [(name, debrief_class(played)) for name, played in others.items()])
    assert [one.n_pairs for one in found.summaries] == [5]
    assert found.left_out == (
        ("other", "its level is no-deal, not logrolling"),
        ("none", "its case has no level"),
        ("few", "only 4 pairs played, and 5 are needed"),
    )
    bare = debrief_class(class_of((50, 45)))
    assert compare_classes(bare, [("same", mine)]).left_out == (("same", "this class's case has no level"),)
