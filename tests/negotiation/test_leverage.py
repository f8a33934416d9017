"""Leverage with its evidence, and how hard an ask is: cases by hand, limit cases and laws."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st
from strategies import offers as drawn_offers

from compkit.analysis.evaluation import Evaluation
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.negotiation.leverage import NONE, SOME, STRONG, Leverage, hardness, leverage, promised_total
from compkit.negotiation.limits import LEVERS, Limit, lever_limits
from compkit.negotiation.packages import Package
from compkit.offers import OfferEntry
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables

TABLES = load_tables()
IN_Q4, IN_Q2 = dt.date(2026, 11, 22), dt.date(2027, 5, 3)
KINDS = ["competing offers", "unique skills", "market timing", "team need"]


def package(*amounts: float) -> Package:
    """Package of the four levers' amounts, in their order."""
    return Package("asked", *amounts)


def made(**fields: Any) -> Offer:
    """Offer whose four years promise 1,000,000."""
    usual = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 150_000.0}
    pay = {"sign_on": [60_000.0, 40_000.0], "equity": [{"value": 300_000.0, "vesting": "amazon"}]}
    return Offer.model_validate({**usual, **pay, **fields})


def other(total: float, **fields: Any) -> Offer:
    """Another company's offer whose four years promise `total`, all of it salary."""
    return made(
        **{
            "id": "other",
            "company": "Initech",
            "status": "written",
            "base_salary": total / 4,
            "sign_on": [],
            "equity": [],
            **fields,
        }
    )


def evaluated(offer: Offer, report_date: dt.date = IN_Q4) -> Evaluation:
    return Evaluation(OfferEntry(offer, Candidate(), 1.0, ""), TABLES, Assumptions(), report_date)


def of_kind(kind: str, offer: Offer, *others: Offer, report_date: dt.date = IN_Q4) -> Leverage:
    return next(each for each in leverage(evaluated(offer, report_date), others) if each.kind == kind)


def test_the_four_kinds_in_the_order_of_the_guide() -> None:
    """Each once."""
    assert [each.kind for each in leverage(evaluated(made()))] == KINDS


def test_promised_total_by_hand() -> None:
    """4 x 150,000 + 300,000 + 100,000; a bonus counts, a refresher that is only expected does not."""
    assert promised_total(made(), TABLES) == 1_000_000
    assert promised_total(made(bonus_target_rate=0.1), TABLES) == pytest.approx(1_060_000)
    assert promised_total(made(refreshers=[{"year": 1, "value": 80_000.0}]), TABLES) == 1_000_000
    assert promised_total(made(refresher_plan={"annual_value": 80_000.0}), TABLES) == 1_000_000


@pytest.mark.parametrize(
    ("fields", "score"),
    [
        ({"total": 1_300_000}, STRONG),
        ({"total": 900_000}, STRONG),
        ({"total": 899_999}, SOME),
        ({"total": 1_300_000, "status": "verbal"}, SOME),
        ({"total": 1_300_000, "status": "in-process"}, SOME),
        ({"total": 1_300_000, "status": None}, SOME),
        ({"total": 900_000, "deadline": "2026-11-22"}, STRONG),
        ({"total": 900_000, "deadline": "2026-11-21"}, NONE),
        ({"total": 1_300_000, "company": "amazon"}, NONE),
        ({"total": 1_300_000, "id": "one"}, NONE),
    ],
)
def test_competing_offers(fields: dict[str, Any], score: int) -> None:
    """Written and within a tenth of this one is strong; on its last day too; the same company never is."""
    found = of_kind("competing offers", made(), other(**fields))
    assert found.score == score
    assert bool(found.evidence) == (score > NONE)
    assert bool(found.raised_by) == (score < STRONG)


def test_one_strong_offer_is_enough_and_all_are_told() -> None:
    """The best counts; the evidence names each with how it stands beside this one."""
    found = of_kind("competing offers", made(), other(500_000), other(1_200_000, id="third", company="Hooli"))
    assert found.word == "strong"
    assert found.evidence == (
        "Initech, L6: written, 50% less than this offer over four years",
        "Hooli, L6: written, 20% more than this offer over four years",
    )


def test_beside_a_strong_offer_nothing_is_left_to_raise() -> None:
    """Not even the letter of another good offer."""
    found = of_kind(
        "competing offers", made(), other(1_200_000), other(1_000_000, id="third", company="Hooli", status="verbal")
    )
    assert (found.score, found.raised_by) == (STRONG, ())


def test_an_expired_offer_becomes_a_question() -> None:
    """It counts for nothing until somebody says that it stands."""
    found = of_kind("competing offers", made(), other(1_200_000, deadline="2026-11-01"))
    assert found.evidence == ()
    assert "Initech" in found.questions[0]
    assert "2026-11-01" in found.questions[0]


def test_a_good_verbal_offer_is_raised_by_its_letter() -> None:
    """What is missing is the paper."""
    assert (
        "Initech: the same offer in writing"
        in of_kind("competing offers", made(), other(1_000_000, status="verbal")).raised_by
    )


def test_shares_that_nobody_may_buy_are_told() -> None:
    """A startup's stock is left out of what it pays, and that is said."""
    private = {"startup": {"fully_diluted_shares": 1e8}, "equity": [{"value": 200_000.0}]}
    for fields, is_told in ((private, True), ({**private, "equity": []}, False)):
        found = of_kind("competing offers", made(), other(1_000_000, **fields))
        assert ("not counting stock that can't be sold" in found.evidence[0]) == is_told
        assert "as much as this offer" in found.evidence[0]


@pytest.mark.parametrize(
    ("fields", "score", "n_missing"),
    [
        ({}, NONE, 3),
        ({"role": {"ai_ml": True}}, SOME, 2),
        ({"role": {"specialization": "Generative AI/LLMs"}}, SOME, 2),
        ({"role": {"ai_ml": True, "specialization": "Generative AI/LLMs"}}, SOME, 2),
        ({"role": {"skills": ["LLM/GenAI experience"]}}, SOME, 2),
        ({"negotiation": {"reasons": ["I cut costs by a third."]}}, SOME, 2),
        ({"role": {"ai_ml": True, "skills": ["LLM/GenAI experience"]}}, STRONG, 0),
        ({"role": {"ai_ml": True}, "negotiation": {"reasons": ["I cut costs by a third."]}}, STRONG, 0),
    ],
)
def test_unique_skills(fields: dict[str, Any], score: int, n_missing: int) -> None:
    """The field, the skills and one's own reasons: one is some, two are strong; what is missing would raise it."""
    found = of_kind("unique skills", made(**fields))
    assert (found.score, len(found.raised_by)) == (score, n_missing)


@pytest.mark.parametrize(
    ("report_date", "fields", "score"),
    [
        (IN_Q4, {}, SOME),
        (IN_Q2, {}, NONE),
        (dt.date(2026, 9, 30), {}, NONE),
        (dt.date(2026, 10, 1), {}, SOME),
        (dt.date(2026, 12, 31), {}, SOME),
        (IN_Q4, {"deadline": "2026-11-29"}, SOME),  # seven days are 168 hours; a season makes nothing strong
        (IN_Q4, {"deadline": "2026-11-28"}, SOME),
        (IN_Q2, {"deadline": "2027-05-10"}, SOME),
        (IN_Q2, {"deadline": "2027-05-09"}, NONE),
        (IN_Q2, {"deadline": "2027-05-02"}, NONE),
        (IN_Q4, {"signals": {"hours_to_decide": 168}}, SOME),
        (IN_Q4, {"signals": {"hours_to_decide": 24}}, SOME),
        (IN_Q4, {"deadline": "2026-12-31", "signals": {"hours_to_decide": 48}}, SOME),
    ],
)
def test_market_timing(report_date: dt.date, fields: dict[str, Any], score: int) -> None:
    """Some for the last quarter or a week or more to answer, never strong; of two times told the shorter decides."""
    found = of_kind("market timing", made(**fields), report_date=report_date)
    assert found.score == score
    assert (found.score == SOME) == bool(found.evidence)
    assert bool(found.questions) == (not fields)


def test_a_short_time_asks_for_an_extension() -> None:
    """It is said how short it is."""
    found = of_kind("market timing", made(deadline="2026-11-25"))
    assert "an extension: 3 days are left until 2026-11-25" in found.raised_by


@pytest.mark.parametrize(("hours", "phrase"), [(47, "47 hours to decide"), (49, "2 days are left")])
def test_of_two_times_the_shorter_is_told(hours: int, phrase: str) -> None:
    """Two days are 48 hours."""
    found = of_kind("market timing", made(deadline="2026-11-24", signals={"hours_to_decide": hours}))
    assert phrase in found.raised_by[0]


@pytest.mark.parametrize(("told", "score", "n_questions"), [(True, STRONG, 0), (False, NONE, 0), (None, NONE, 2)])
def test_team_need(told: bool | None, score: int, n_questions: int) -> None:  # noqa: FBT001
    """What is unknown is a question, never a no."""
    found = of_kind("team need", made(signals={"team_urgency": told}))
    assert (found.score, len(found.questions)) == (score, n_questions)
    assert bool(found.evidence) == (score > NONE)


@given(offer=drawn_offers(), others=st.lists(drawn_offers("other"), max_size=3))
def test_laws_of_leverage(offer: Offer, others: list[Offer]) -> None:
    """A score has evidence, none has none; what is not strong can be raised; more offers never lower it."""
    found = leverage(evaluated(offer), others)
    for each in found:
        assert (each.score > NONE) == bool(each.evidence)
        assert (each.score < STRONG) == bool(each.raised_by)
    alone = leverage(evaluated(offer))
    assert all(with_others.score >= without.score for with_others, without in zip(found, alone, strict=True))


# Hardness: a room of 100 to 200, held against a yardstick whose top is 200.
ROOM = Limit(
    lever="rsu_4yr", offered=100.0, high=200.0, yardstick_low=50.0, yardstick_high=200.0, flexibility=1.0,
    source="guide", yardstick_source="guide", detail="a band", as_of=dt.date(2025, 8, 1), n=None, is_assumed=False,
    reason="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "changes", "verdict"),
    [
        (100.0, {}, "unchanged"),
        (101.0, {}, "inside"),
        (194.9, {}, "inside"),
        (195.0, {}, "at the edge"),
        (200.0, {}, "at the edge"),
        (200.01, {}, "beyond"),
        # flexibility ends the room at 150, below the band's top
        (148.0, {"high": 150.0, "source": "flexibility"}, "at the edge"),
        (147.0, {"high": 150.0, "source": "flexibility"}, "inside"),
        (160.0, {"high": 150.0, "source": "flexibility"}, "beyond"),
        (210.0, {"high": 150.0, "source": "flexibility"}, "beyond"),
        # the band is lifted: what lies above it is beyond it, inside the flexibility or not
        (210.0, {"high": 240.0, "source": "flexibility"}, "beyond"),
        (196.0, {"high": 240.0, "source": "flexibility"}, "at the edge"),
        (210.0, {"high": math.inf, "source": "none"}, "beyond"),
        # no yardstick
        (139.0, {"high": 140.0, "yardstick_high": None, "yardstick_source": None, "source": "flexibility"},
         "at the edge"),
        (141.0, {"high": 140.0, "yardstick_high": None, "yardstick_source": None, "source": "flexibility"},
         "beyond"),
        (1e9, {"high": math.inf, "yardstick_high": None, "yardstick_source": None, "source": "none"},
         "inside"),
        # offered above the band already: to stay there asks for nothing
        (250.0, {"high": 250.0, "offered": 250.0, "source": "offer"}, "unchanged"),
        (251.0, {"high": 250.0, "offered": 250.0, "source": "offer"}, "beyond"),
    ],
)  # fmt: skip
def test_hardness_by_hand(asked: float, changes: dict[str, Any], verdict: str) -> None:
    """The last twentieth of the room is its edge; over the yardstick's top is beyond, whatever the room."""
    held = dict.fromkeys(LEVERS, replace(ROOM, **changes))
    assert hardness(held, package(*[asked] * 4))["rsu_4yr"] == verdict


def test_hardness_of_the_worked_negotiation() -> None:
    """What the guide's example ended with lies inside its bands, none of it at the edge."""
    before = made(base_salary=175_000.0, sign_on=[80_000.0, 60_000.0])
    found = hardness(lever_limits(evaluated(before)), package(185_000.0, 380_000.0, 110_000.0, 85_000.0))
    assert list(found.values()) == ["inside"] * 4


@given(offer=drawn_offers(), shares=st.tuples(*[st.floats(0, 1)] * 4))
def test_nothing_inside_the_limits_is_beyond(offer: Offer, shares: tuple[float, float, float, float]) -> None:
    """Any point of the room is unchanged, inside or at its edge; its top is at the edge where there is room."""
    held = lever_limits(evaluated(offer))
    inside = tuple(held[lever].offered + share * held[lever].room for lever, share in zip(LEVERS, shares, strict=True))
    tops = tuple(held[lever].high for lever in LEVERS)
    assert all(each != "beyond" for each in hardness(held, package(*inside)).values())
    for lever, each in hardness(held, package(*tops)).items():
        assert each == ("at the edge" if held[lever].room > 1e-6 else "unchanged")
