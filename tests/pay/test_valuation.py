"""What offers are worth: hand-checked figures, limit cases and laws."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import misses, offers, rows
from hypothesis import assume, given, strategies as st
from strategies import (
    CONVENTIONS,
    NAMED_SCHEDULES,
    discount_rates,
    growths,
    horizons,
    offer_lists,
    offers as drawn_offers,
)

from compkit.errors import OutOfRangeError
from compkit.model.offer import Offer
from compkit.pay.cashflow import COMPONENTS, PayTerms, pay_terms
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions, Valuation, valuation
from compkit.reference.tables import load_tables

SCHEDULES = load_tables().schedules
ASSUMED = ("growth_rate", "growth_convention", "discount_rate", "years")
MONEY = {"value", "grant_price", "price_now", "base_salary", "annual_bonus", "annual_value", "target_pay"}


def worth_of(*made: Offer, assumptions: Assumptions | None = None) -> Valuation:
    return valuation(pay_terms(made, SCHEDULES), assumptions)


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 120000.0}
    return Offer.model_validate({**made, **fields})


def assumed(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ASSUMED)


GROUPS = {key: list(group) for key, group in groupby(sorted(rows("valuation"), key=assumed), key=assumed)}


@pytest.mark.parametrize("key", GROUPS, ids="-".join)
def test_hand_checked_figures(key: tuple[str, ...]) -> None:
    """Every row of valuation.csv under one set of assumptions."""
    growth_rate, convention, discount_rate, years = key
    growth = Growth(float(growth_rate), convention)  # type: ignore[arg-type]
    made = [entry.in_usd for entry in offers("valuation")]
    worth = worth_of(*made, assumptions=Assumptions(growth, float(discount_rate), int(years)))
    checks = []
    for row in GROUPS[key]:
        words = row["figure"].split()
        if words[0] == "year":
            actual = worth.years_of(row["offer_id"]).loc[int(words[1]), words[2]]
        else:
            actual = worth.summary.loc[row["offer_id"], row["figure"]]
        checks.append((f"{row['case']} {row['figure']} ({row['derivation']})", float(actual), float(row["expected"])))
    assert not misses(checks)


def test_the_guides_worked_negotiation() -> None:
    """The totals that the issue names: 1,140,000 before, 1,315,000 after, 15.35 % more."""
    made = [offers("valuation").entry(name).in_usd for name in ("before-l6-seattle", "after-l6-seattle")]
    worth = worth_of(*made)
    assert worth.by_year["total"].tolist() == [[270e3, 280e3, 295e3, 295e3], [314e3, 327e3, 337e3, 337e3]]
    assert worth.summary["total"].tolist() == [1_140_000, 1_315_000]
    assert worth.summary["average"].tolist() == [285_000, 328_750]
    assert worth.summary["first_two_year_average"].tolist() == [275_000, 320_500]
    assert round(1_315_000 / 1_140_000 - 1, 4) == 0.1535


def test_one_year_has_no_average_of_the_first_two() -> None:
    worth = worth_of(offer(), assumptions=Assumptions(n_years=1))
    assert np.isnan(worth.summary["first_two_year_average"].iloc[0])
    assert worth.summary["average"].iloc[0] == worth.summary["total"].iloc[0] == 120000


def test_a_discount_of_a_half() -> None:
    """A lump in month 1 and a bonus in month 12: x 1.5^(-1/12) and 1.5^-1; shares are not discounted."""
    made = offer(
        base_salary=0.0, sign_on=[1200.0], equity=[{"value": 900.0, "vesting": [{"month": 12, "fraction": 1.0}]}]
    )
    worth = worth_of(made, assumptions=Assumptions(discount_rate=0.5, n_years=1))
    assert worth.summary["present_value"].iloc[0] == pytest.approx(1200 * 1.5 ** (-1 / 12) + 900, abs=1e-6)


def test_present_value_counts_shares_at_todays_price() -> None:
    """Neither growth nor discount touches it: 1000 x 170 within the horizon."""
    made = offer(base_salary=0.0, equity=[{"units": 1000.0, "grant_price": 200.0, "price_now": 170.0}])
    for assumptions in (Assumptions(), Assumptions(Growth(0.5), 0.3), Assumptions(Growth(-0.5, "annual-step"), 0.1)):
        assert worth_of(made, assumptions=assumptions).summary["present_value"].iloc[0] == 170000


def test_equity_share_is_not_a_number_where_nothing_is_paid() -> None:
    made = [
        offer(id="nothing", base_salary=0.0),
        offer(id="half", base_salary=25.0, equity=[{"value": 100.0, "vesting": "even-4-year"}]),
    ]
    share = worth_of(*made).equity_share
    assert np.isnan(share[0]).all()
    assert share[1] == pytest.approx([0.5] * 4)


def test_offers_without_equity_are_cash_alone() -> None:
    worth = worth_of(offer(), assumptions=Assumptions(Growth(10.0), 0.0))
    assert worth.summary[["total", "present_value", "guaranteed_cash"]].to_numpy().tolist() == [[480000] * 3]


def test_no_offers_have_an_empty_valuation() -> None:
    worth = worth_of()
    assert worth.summary.empty
    assert worth.by_year["total"].shape == (0, 4)


def test_more_offers_than_one_piece_holds() -> None:
    """Pieces are an inner matter: a frame longer than several of them is valued row by row."""
    base = np.arange(40_000, dtype=float)
    frame = pd.DataFrame({"base_salary": base, "equity_value": base[::-1], "vesting": "even-4-year"})
    worth = valuation(PayTerms.from_columns(frame, SCHEDULES))
    assert worth.summary["total"].to_numpy() == pytest.approx(4 * base + base[::-1], abs=1e-5)
    assert worth.summary["guaranteed_cash"].to_numpy() == pytest.approx(4 * base, abs=1e-5)


@given(drawn_offers(), growths, discount_rates, horizons)
def test_the_parts_add_up(made: Offer, growth: Growth, discount_rate: float, n_years: int) -> None:
    """By year and in the summary; guaranteed cash is the total without bonus and equity."""
    worth = worth_of(made, assumptions=Assumptions(growth, discount_rate, n_years))
    parts = sum(worth.by_year[name] for name in COMPONENTS)
    assert worth.by_year["total"] == pytest.approx(parts, rel=1e-9, abs=1e-6)
    summary = worth.summary.iloc[0]
    assert summary["total"] == pytest.approx(worth.by_year["total"].sum(), rel=1e-9, abs=1e-6)
    assert summary["average"] * n_years == pytest.approx(summary["total"], rel=1e-12)
    at_risk = worth.by_year["bonus"].sum() + worth.by_year["equity"].sum()
    assert summary["total"] == pytest.approx(summary["guaranteed_cash"] + at_risk, rel=1e-9, abs=1e-6)


@given(offer_lists(), growths, discount_rates, horizons, st.booleans())
def test_a_frame_of_many_offers_equals_each_alone(
    made: list[Offer],
    growth: Growth,
    discount_rate: float,
    n_years: int,
    whole_shares: bool,  # noqa: FBT001
) -> None:
    assumptions = Assumptions(growth, discount_rate, n_years, whole_shares)
    together = worth_of(*made, assumptions=assumptions)
    for number, one in enumerate(made):
        alone = worth_of(one, assumptions=assumptions)
        for name, values in together.by_year.items():
            assert values[number] == pytest.approx(alone.by_year[name][0], rel=1e-12, abs=1e-6)
        pair = together.summary.iloc[number].to_numpy(), alone.summary.iloc[0].to_numpy()
        assert pair[0] == pytest.approx(pair[1], rel=1e-12, abs=1e-6, nan_ok=True)


@given(drawn_offers(), horizons, st.sampled_from(CONVENTIONS))
def test_without_discount_and_growth_present_value_is_the_total(made: Offer, n_years: int, convention: Any) -> None:
    worth = worth_of(made, assumptions=Assumptions(Growth(0.0, convention), 0.0, n_years)).summary.iloc[0]
    assert worth["present_value"] == pytest.approx(worth["total"], rel=1e-9, abs=1e-5)


@given(drawn_offers(), growths, discount_rates, discount_rates)
def test_present_value_falls_as_the_discount_rises(made: Offer, growth: Growth, one: float, other: float) -> None:
    """Every offer drawn has cash, and all cash lies ahead."""
    assume(one != other)
    low, high = (
        worth_of(made, assumptions=Assumptions(growth, rate)).summary["present_value"].iloc[0]
        for rate in sorted([one, other])
    )
    assert high < low


@given(
    drawn_offers(),
    st.floats(-0.99, 5),
    st.floats(0.01, 2),
    st.sampled_from(CONVENTIONS),
    st.sampled_from([2, 4, 8]),
)
def test_worth_rises_with_growth(made: Offer, rate: float, more: float, convention: Any, n_years: int) -> None:
    """All shares vest after month 0, so none loses; the smooth convention leaves no vest unchanged."""
    slow, fast = (
        worth_of(made, assumptions=Assumptions(Growth(growth, convention), n_years=n_years))
        for growth in (rate, rate + more)
    )
    assert np.all(fast.by_year["equity"] >= slow.by_year["equity"] - 1e-6)
    # A grant whose price is fixed on a later day is worth its dollars until then, whatever the price does.
    has_grants = sum(grant.value_now > 1 and grant.priced_on is None for grant in made.equity) > 0
    if has_grants and convention == "smooth" and slow.by_year["equity"].sum() > 1:
        assert fast.by_year["equity"].sum() > slow.by_year["equity"].sum()


@given(drawn_offers(), horizons, discount_rates)
def test_the_conventions_agree_without_growth(made: Offer, n_years: int, discount_rate: float) -> None:
    smooth, step = (
        worth_of(made, assumptions=Assumptions(Growth(0.0, convention), discount_rate, n_years))  # type: ignore[arg-type]
        for convention in CONVENTIONS
    )
    pd.testing.assert_frame_equal(smooth.summary, step.summary, rtol=0, atol=0)


def doubled(value: Any, name: str = "") -> Any:
    """Return an offer's plain values with every sum of money times two, numbers of shares kept."""
    if isinstance(value, dict):
        return {key: doubled(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [doubled(item, name) for item in value]
    return 2 * value if (name in MONEY or name == "sign_on") and value is not None else value


@given(drawn_offers(), growths, discount_rates, horizons)
def test_doubling_all_money_doubles_every_result(
    made: Offer, growth: Growth, discount_rate: float, n_years: int
) -> None:
    twice = Offer.model_validate(doubled(made.model_dump(mode="json")))
    assert twice.base_salary == 2 * made.base_salary
    assumptions = Assumptions(growth, discount_rate, n_years)
    one, two = worth_of(made, assumptions=assumptions), worth_of(twice, assumptions=assumptions)
    for name, values in one.by_year.items():
        assert two.by_year[name] == pytest.approx(2 * values, rel=1e-12, abs=1e-6)
    assert two.summary.to_numpy() == pytest.approx(2 * one.summary.to_numpy(), rel=1e-12, abs=1e-5, nan_ok=True)


@given(drawn_offers(), st.floats(0.5, 2), growths)
def test_a_currency_scales_every_result(made: Offer, rate: float, growth: Growth) -> None:
    """An offer in another currency is worth its rate times as much in USD."""
    abroad = made.model_copy(update={"currency": "EUR"}).in_usd(rate)
    assert abroad.currency == "USD"
    one, other = (worth_of(x, assumptions=Assumptions(growth)).summary.to_numpy() for x in (made, abroad))
    assert other == pytest.approx(rate * one, rel=1e-9, abs=1e-5)


@given(
    st.lists(st.sampled_from(NAMED_SCHEDULES), min_size=1, max_size=30),
    growths,
)
def test_columns_equal_typed_offers(vestings: list[str], growth: Growth) -> None:
    ids = [f"offer-{number}" for number in range(len(vestings))]
    frame = pd.DataFrame({"base_salary": 150000.0, "equity_value": 80000.0, "vesting": vestings}, index=ids)
    made = [
        offer(id=name, base_salary=150000.0, equity=[{"value": 80000.0, "vesting": vesting, "tradable": True}])
        for name, vesting in zip(ids, vestings, strict=True)
    ]
    assumptions = Assumptions(growth, 0.07)
    by_column = valuation(PayTerms.from_columns(frame, SCHEDULES), assumptions).summary
    by_offer = worth_of(*made, assumptions=assumptions).summary
    assert list(by_column.index) == list(by_offer.index)
    assert by_column.to_numpy() == pytest.approx(by_offer.to_numpy(), rel=1e-12, abs=1e-6)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"discount_rate": -1.0}, "discount_rate must be a finite fraction above -1, got -1.0."),
        ({"discount_rate": float("nan")}, "discount_rate must be a finite fraction above -1, got nan."),
        ({"discount_rate": float("inf")}, "discount_rate must be a finite fraction above -1, got inf."),
        ({"n_years": 0}, "years must be 1 to 8, got 0."),
        ({"n_years": 9}, "years must be 1 to 8, got 9."),
    ],
)
def test_assumptions_out_of_range_name_rule_and_value(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(OutOfRangeError) as caught:
        Assumptions(**fields)
    assert str(caught.value) == message
