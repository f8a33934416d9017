"""How far each lever can move: cases worked out by hand, and laws for any offer."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pytest
from hand_checked import offers, rows
from hypothesis import given, strategies as st
from strategies import offers as drawn_offers

from compkit.analysis.evaluation import Evaluation
from compkit.market.bands import guide_level
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.negotiation.limits import LEVERS, Limit, lever_limits, offered_amounts, upper_flexibility
from compkit.offers import OfferEntry
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables

TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)


def evaluation_of(offer: Offer) -> Evaluation:
    return Evaluation(OfferEntry(offer, Candidate(), 1.0, "drawn"), TABLES, Assumptions(), REPORT_ON)


@cache
def by_hand(offer_id: str, *, beyond_band: bool) -> dict[str, Limit]:
    entry = offers("limits").entry(offer_id)
    return lever_limits(Evaluation(entry, TABLES, Assumptions(), REPORT_ON), beyond_band=beyond_band)


@pytest.mark.parametrize("row", rows("limits"), ids=lambda row: row["case"])
def test_hand_worked_case(row: dict[str, str]) -> None:
    limit = by_hand(row["offer_id"], beyond_band=row["beyond_band"] == "true")[row["lever"]]
    found = (limit.offered, limit.high, limit.source, limit.is_assumed)
    assert found == (float(row["low"]), float(row["high"]), row["source"], row["assumed"] == "true"), row["derivation"]


def test_a_limit_says_what_it_is_held_against() -> None:
    researched = by_hand("researched", beyond_band=False)
    assert (researched["base_salary"].n, researched["base_salary"].as_of) == (12, dt.date(2026, 10, 2))
    assert (researched["base_salary"].yardstick_low, researched["base_salary"].yardstick_high) == (170_000, 186_000)
    assert researched["rsu_4yr"].yardstick_low is None
    assert "no upper end" in researched["sign_on_y2"].reason
    before = by_hand("before", beyond_band=False)
    assert before["base_salary"].detail == "Amazon L6 in Seattle"
    assert before["base_salary"].as_of == TABLES.sources["guide"].as_of_on
    assert (before["base_salary"].flexibility, before["sign_on_y1"].flexibility) == (0.15, None)
    assert before["base_salary"].room == 15_000


@pytest.mark.parametrize(
    ("offer_id", "beyond", "lever", "said"),
    [
        ("elsewhere", False, "base_salary", "FAANG"),
        ("elsewhere", False, "rsu_4yr", "Amazon's flexibility"),
        ("elsewhere-untyped", False, "base_salary", "no company_type"),
        ("boomerang", False, "base_salary", "no range is known for people who come back"),
        ("above-band", False, "base_salary", "they already offer more"),
        ("at-the-top", False, "base_salary", "they already offer the top of it"),
        ("no-band", False, "sign_on_y1", "not for Boston"),
        ("no-band", False, "sign_on_y1", "a share of the base salary"),
        ("bare", False, "rsu_4yr", "they offer none"),
        ("before", True, "sign_on_y1", "band is lifted"),
    ],
)
def test_a_reason_is_given(offer_id: str, lever: str, said: str, *, beyond: bool) -> None:
    assert said in by_hand(offer_id, beyond_band=beyond)[lever].reason


@st.composite
def bargained(draw: st.DrawFn) -> Offer:
    """Draw an offer as negotiations meet them: any candidate, company type, yardstick and first offer."""
    offer = draw(drawn_offers())
    changes: dict[str, Any] = {
        "candidate_type": draw(st.sampled_from(["external", "internal", "boomerang"])),
        "company_type": draw(st.sampled_from([None, "FAANG", "Healthcare Tech"])),
        "guide_level": draw(st.sampled_from([None, "L6", "L7"])),
    }
    told = offer.model_dump(exclude_unset=True) | changes
    low = draw(st.integers(50_000, 400_000))
    if draw(st.booleans()):
        told["posted_base"] = {"low": low, "high": low + draw(st.integers(0, 80_000))}
    if draw(st.booleans()):
        measure = draw(st.sampled_from(LEVERS))
        told["market"] = [{"measure": measure, "p25": low, "p75": draw(st.sampled_from([None, low * 1.5])), "n": 3}]
    if draw(st.booleans()):
        told["negotiation"] = {"first_offer": {"base_salary": draw(st.integers(50_000, 300_000))}}
    return Offer.model_validate(told)


@given(bargained(), st.booleans())
def test_laws(offer: Offer, beyond_band: bool) -> None:  # noqa: FBT001  hypothesis passes it by position
    """Nothing falls; what is offered is the low end; nothing outruns a bound; lifting bands never lowers a limit."""
    evaluation = evaluation_of(offer)
    found, offered = lever_limits(evaluation, beyond_band=beyond_band), offered_amounts(offer)
    assert tuple(found) == LEVERS
    for lever, limit in found.items():
        assert limit.offered == offered[lever] <= limit.high
        if limit.source == "offer":
            assert limit.high == limit.offered
        if limit.yardstick_high is not None and not (beyond_band and limit.guide_high):
            assert limit.high <= max(limit.offered, limit.yardstick_high) + 1e-6
        if limit.source == "flexibility" and not (offer.negotiation and offer.negotiation.first_offer):
            assert limit.flexibility is not None
            assert limit.high == pytest.approx(limit.offered * (1 + limit.flexibility))
        assert not (limit.is_assumed and offer.is_amazon and limit.source != "assumed")
        assert lever_limits(evaluation, beyond_band=True)[lever].high >= limit.high


@given(bargained())
def test_flexibility_is_the_guides(offer: Offer) -> None:
    is_internal = offer.candidate_type == "internal"
    found = [upper_flexibility(offer, lever, TABLES) for lever in LEVERS]
    assert found == ([0.1] * 4 if is_internal else [0.15, 0.4, None, None])


@given(bargained())
def test_without_a_level_the_guide_bounds_nothing(offer: Offer) -> None:
    if guide_level(offer, TABLES).level is None:
        assert all(limit.yardstick_source != "guide" for limit in lever_limits(evaluation_of(offer)).values())
