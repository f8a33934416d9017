"""The rule of yardsticks against hand-worked cases, and its laws."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml
from hand_checked import CASES
from hypothesis import given, strategies as st

from compkit.market.market import further_positions, market_positions, share_below_market
from compkit.market.yardsticks import MAX_AGE_MONTHS, are_apart, is_recent, yardsticks
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.offers import OfferEntry
from compkit.periods import date_after
from compkit.reference.tables import load_tables

TABLES = load_tables()
REPORT_ON = dt.date(2026, 12, 1)
WORKED: list[dict[str, Any]] = yaml.safe_load((CASES / "yardsticks.yaml").read_text(encoding="utf-8"))
AMAZON: dict[str, Any] = {
    "id": "one",
    "company": "Amazon",
    "level": "L6",
    "location": "Seattle",
    "base_salary": 180_000.0,
}


def entry(**fields: Any) -> OfferEntry:
    offer = Offer.model_validate({**AMAZON, **fields}, context=TABLES.choices)
    return OfferEntry(offer, Candidate(), 1.27 if offer.currency == "GBP" else 1.0, "made")


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["name"])
def test_the_yardstick_by_hand(case: dict[str, Any]) -> None:
    made, measure, on = entry(**case["offer"]), case.get("measure", "base_salary"), case.get("day", REPORT_ON)
    total = made.in_usd.base_salary + made.in_usd.sign_on_in_year(1)
    rows = market_positions([made], {"one": total}, TABLES, on)
    found = rows.set_index("component").loc[measure]
    expected = case["expected"]
    ends = [None if end != end else end for end in (found["low"], found["high"])]
    assert [found["origin"], *ends, found["verdict"]] == [expected[name] for name in ("from", "low", "high", "verdict")]
    assert expected.get("reason", "") in found["reason"]
    assert bool(found["reason"]) == (found["verdict"] is None)
    beside = further_positions(made, total, TABLES, on)
    assert beside.loc[beside["component"] == measure, "origin"].tolist() == expected.get("beside", [])


def test_what_gives_no_verdict_is_not_below_market() -> None:
    """Base and stock of 180,000 in 2027, when the guide's middle of 257,500 is too old; before, 30 % under it."""
    short = [
        share_below_market(market_positions([entry()], {"one": 180_000.0}, TABLES, on))["one"]
        for on in (dt.date(2027, 2, 1), dt.date(2027, 2, 2))
    ]
    assert short == [pytest.approx(1 - 180_000 / 257_500), None]


research = st.fixed_dictionaries(
    {
        "measure": st.just("base_salary"),
        "p50": st.integers(100_000, 200_000).map(float),
        "n": st.integers(1, 50),
        "as_of": st.dates(dt.date(2024, 1, 1), REPORT_ON),
        "company": st.sampled_from([None, "Initech"]),
        "location": st.sampled_from([None, "Austin"]),
    }
)


@given(st.lists(research, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_the_file_decides_between_equals_alone(rows: list[dict[str, Any]], random: Any) -> None:
    """The best row's match, age and size are the same in any order, and so is whether sources disagree."""
    shuffled = random.sample(rows, len(rows))
    best = [yardsticks(entry(market=given), "base_salary", TABLES, REPORT_ON)[0][0] for given in (rows, shuffled)]
    assert best[0].n == best[1].n
    assert best[0].doubt == best[1].doubt
    assert is_recent(best[0].as_of, REPORT_ON) == is_recent(best[1].as_of, REPORT_ON)


@given(st.lists(research, min_size=1, max_size=5))
def test_no_middle_is_a_blend(rows: list[dict[str, Any]]) -> None:
    found, _ = yardsticks(entry(market=rows), "base_salary", TABLES, REPORT_ON)
    assert {one.mid for one in found if one.source == "research"} <= {row["p50"] for row in rows}
    assert all(are_apart(found[0].mid, one.mid) for one in found[1:])


@given(st.dates(dt.date(2024, 1, 1), dt.date(2026, 1, 1)))
def test_eighteen_months_are_recent_and_a_day_more_is_not(as_of: dt.date) -> None:
    last = date_after(as_of, MAX_AGE_MONTHS)
    assert is_recent(as_of, last)
    assert not is_recent(as_of, last + dt.timedelta(days=1))
