"""Where offers stand against their yardsticks."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import ABSOLUTE_FRACTION, is_close, offers, rows
from hypothesis import given, strategies as st
from laws import examples
from strategies import offer_lists

from compkit.analysis.evaluation import first_year_totals
from compkit.market.bands import MEASURES, guide_level
from compkit.market.market import (
    compa_ratio,
    company_type_positions,
    market_positions,
    range_penetration,
    range_verdict,
    share_below_market,
)
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.offers import OfferEntry
from compkit.reference.tables import load_tables

TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)
POSITIVE = st.floats(1, 1e7)


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180000.0}
    return Offer.model_validate({**made, **fields})


def positions(*made: Offer) -> pd.DataFrame:
    return market_positions(entries(made), first_year_totals(made, TABLES), TABLES, REPORT_ON)


def entries(made: Sequence[Offer]) -> list[OfferEntry]:
    return [OfferEntry(one, Candidate(), 1.0, "made") for one in made]


def position(made: Offer, measure: str) -> pd.Series:
    return positions(made).set_index("component").loc[measure]


def number(text: str) -> float:
    return float(text) if text else math.nan


def is_same(actual: Any, expected: float, absolute: float) -> bool:
    if math.isnan(expected):
        return actual is None or math.isnan(actual)
    return is_close(float(actual), expected, absolute)


@pytest.fixture(scope="module")
def cases() -> list[Offer]:
    return [entry.in_usd for entry in offers("market")]


@pytest.fixture(scope="module")
def hand_positions(cases: list[Offer]) -> pd.DataFrame:
    return positions(*cases).set_index(["offer_id", "component"])


@pytest.mark.parametrize("row", rows("market"), ids=lambda row: row["case"])
def test_hand_checked_position(row: dict[str, str], hand_positions: pd.DataFrame) -> None:
    found = hand_positions.loc[(row["offer_id"], row["component"])]
    for column in ("value", "low", "high"):
        assert is_same(found[column], number(row[column]), 1e-6), (column, row["derivation"])
    for column in ("penetration", "compa_ratio"):
        assert is_same(found[column], number(row[column]), ABSOLUTE_FRACTION), (column, row["derivation"])
    assert (found["verdict"] or "") == row["verdict"], row["derivation"]
    assert (found["source"] or "") == row["source"], row["derivation"]
    assert bool(found["reason"]) == (not row["verdict"]), "a verdict or a reason, not both"


@pytest.mark.parametrize("row", rows("market_below"), ids=lambda row: row["offer_id"])
def test_hand_checked_distance_below_market(row: dict[str, str], hand_positions: pd.DataFrame) -> None:
    """Below market is under 0.8 x the midpoint, so more than 0.2 short of it."""
    short = share_below_market(hand_positions.reset_index())[row["offer_id"]]
    if not row["midpoint"]:
        assert short is None
        return
    value, midpoint = float(row["value"]), float(row["midpoint"])
    assert short is not None
    assert is_close(short, max(0.0, (midpoint - value) / midpoint), ABSOLUTE_FRACTION), row["derivation"]
    assert (short > 0.2) == (row["below_market"] == "true"), row["derivation"]


def test_hand_checked_company_types(cases: list[Offer]) -> None:
    """Every row of company_type.csv."""
    totals = first_year_totals(cases, TABLES)
    found = company_type_positions(entries(cases), totals, TABLES, REPORT_ON).set_index(["offer_id", "component"])
    for row in rows("company_type"):
        here = found.loc[(row["offer_id"], row["measure"])]
        for column in ("value", "low", "high"):
            assert is_same(here[column], number(row[column]), 1e-6), (row, column)
        assert (here["verdict"] or "") == row["verdict"], row
        assert bool(here["reason"]) == (not row["verdict"]), row


@pytest.mark.parametrize(
    ("fields", "level", "said"),
    [
        ({}, "L6", "Amazon's"),
        ({"level": "L7"}, "L7", "Amazon's"),
        ({"company": " amazon ", "level": "L6"}, "L6", "Amazon's"),
        ({"level": "L5"}, None, "Amazon"),
        ({"company": "Initech", "level": "L7"}, "L7", "Amazon's"),
        ({"company": "Initech", "level": "Director"}, None, "no table says what Director at Initech is"),
        ({"company": "Google", "level": "L5"}, "L6", "equivalent of L6"),
        ({"company": "google", "level": "l5"}, "L6", "equivalent of L6"),
        ({"company": "Google", "level": "L6"}, None, "is L5, not L6"),
        ({"company": "Uber", "level": "L6"}, "L6", "equivalent of L6"),
        ({"company": "Uber", "level": "L7"}, None, "is L6, not L7"),
        ({"company": "Google", "level": "L6", "guide_level": "L7"}, "L7", "you set it to L7"),
    ],
)
def test_guide_level(fields: dict[str, Any], level: str | None, said: str) -> None:
    """As stated; L6 and L7 at Amazon and unlisted companies; the company's equivalent; else none."""
    found = guide_level(offer(**fields), TABLES)
    assert found.level == level
    assert said in found.reason


def test_the_posting_comes_before_research_and_research_before_the_guide() -> None:
    research = {"measure": "base_salary", "p25": 1.0, "p50": 2.0, "p75": 3.0, "n": 7, "source": "notes"}
    posted = {"low": 10.0, "high": 14.0}
    both = position(offer(market=[research], posted_base=posted), "base_salary")
    one = position(offer(market=[research]), "base_salary")
    none = position(offer(), "base_salary")
    assert (both["source"], both["low"], both["mid"], both["high"]) == ("posting", 10, 12, 14)
    assert (one["source"], one["low"], one["mid"], one["high"], one["n"]) == ("research", 1, 2, 3, 7)
    assert (none["source"], none["low"], none["mid"], none["high"]) == ("guide", 170e3, 180e3, 190e3)
    assert none["as_of"] is not None


def test_half_a_posted_range_is_no_yardstick() -> None:
    assert position(offer(posted_base={"low": 10.0}), "base_salary")["source"] == "guide"


def test_a_middle_alone_gives_a_compa_ratio_and_says_why_there_is_no_verdict() -> None:
    found = position(offer(market=[{"measure": "base_salary", "p50": 200000.0}]), "base_salary")
    assert found["compa_ratio"] == pytest.approx(0.9)
    assert found["verdict"] is None
    assert math.isnan(found["penetration"])
    assert "p25" in found["reason"]
    assert "p75" in found["reason"]


def test_what_the_file_leaves_out_has_no_verdict() -> None:
    found = positions(offer()).set_index("component")
    for measure in ("rsu_4yr", "sign_on_y1", "sign_on_y2"):
        assert found.loc[measure, "verdict"] is None
        assert found.loc[measure, "reason"] == "the offers file leaves it out"


def test_a_stated_zero_is_held_against_the_band() -> None:
    found = positions(offer(sign_on=[0.0], equity=[{"value": 0.0}])).set_index("component")
    assert found.loc[["rsu_4yr", "sign_on_y1", "sign_on_y2"], "verdict"].tolist() == ["below"] * 3


@examples(6)
@given(offer_lists())
def test_many_offers_equal_each_alone(made: list[Offer]) -> None:
    alone = pd.concat([positions(one) for one in made], ignore_index=True)
    pd.testing.assert_frame_equal(positions(*made), alone, check_dtype=False, rtol=1e-12)
    assert len(alone) == len(made) * len(MEASURES)


@given(POSITIVE, POSITIVE)
def test_a_range_holds_its_ends(low: float, width: float) -> None:
    ends = np.array([low, low + width])
    assert range_penetration(ends, low, low + width).tolist() == [0, 1]
    assert range_verdict(ends, low, low + width).tolist() == ["within", "within"]
    outside = [np.nextafter(low, 0), np.nextafter(low + width, np.inf)]
    assert range_verdict(outside, low, low + width).tolist() == ["below", "above"]


@given(POSITIVE, POSITIVE, st.floats(0, 2))
def test_penetration_is_undone_by_the_range(low: float, width: float, share: float) -> None:
    assert range_penetration(low + share * width, low, low + width) == pytest.approx(share, rel=1e-6, abs=1e-6)


@given(st.lists(POSITIVE, min_size=1, max_size=5), POSITIVE)
def test_compa_ratio_times_the_midpoint_is_the_value(values: list[float], middle: float) -> None:
    assert compa_ratio(values, middle) * middle == pytest.approx(np.array(values))


def test_empty_and_unknown_ranges_have_no_penetration() -> None:
    found = range_penetration([1.0, 1.0, 1.0], [1.0, np.nan, 0.0], [1.0, 2.0, np.nan])
    assert np.isnan(found).all()
    assert np.isnan(compa_ratio([1.0, 1.0], [0.0, np.nan])).all()
    assert range_verdict([1.0, np.nan, 1.0], [1.0, 0.0, np.nan], [1.0, 2.0, 2.0]).tolist() == ["within", None, None]
