"""Break-even growth: cases worked out apart from the code, laws, and the valuation as the judge."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hand_checked import rows
from hypothesis import HealthCheck, assume, given, settings, strategies as st
from strategies import growth_rates, horizons, offer_of_vests, offers as drawn_offers

from compkit.model.equity import GrowthConvention
from compkit.model.offer import Offer
from compkit.pay.cashflow import PayTerms, pay_terms
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions, valuation
from compkit.prices.breakeven import HIGHEST_GROWTH, LOWEST_GROWTH, Crossing, GrowthCurve, crossing, growth_curve
from compkit.reference.tables import load_tables

SCHEDULES = load_tables().schedules
conventions = st.sampled_from(get_args(GrowthConvention))


def difference_of(pay: PayTerms, n_years: int, convention: GrowthConvention) -> GrowthCurve:
    a, b = (growth_curve(pay, row, n_years, convention) for row in (0, 1))
    return a.minus(b)


def totals_at(pay: PayTerms, growth: float, n_years: int, convention: GrowthConvention) -> list[float]:
    return valuation(pay, Assumptions(Growth(growth, convention), n_years=n_years)).summary["total"].tolist()


@pytest.mark.parametrize("row", rows("breakeven"), ids=lambda row: f"{row['case']}, {row['convention']}")
def test_hand_worked_case(row: dict[str, str]) -> None:
    pay = pay_terms(
        [offer_of_vests(float(row[f"cash_{one}"]), row[f"vests_{one}"], f"offer-{one}") for one in "ab"], SCHEDULES
    )
    convention: GrowthConvention = "smooth" if row["convention"] == "smooth" else "annual-step"
    found = crossing(difference_of(pay, int(row["n_years"]), convention))
    assert found.break_even == row["break_even"], row["derivation"]
    if found.growth is None:
        assert row["growth"] == ""
        return
    assert found.growth == pytest.approx(float(row["growth"]), rel=0, abs=1e-9), row["derivation"]
    a, b = totals_at(pay, found.growth, int(row["n_years"]), convention)
    assert a == pytest.approx(b, rel=0, abs=1e-4)


@given(drawn_offers("a"), drawn_offers("b"), horizons, conventions, st.lists(growth_rates, min_size=3, max_size=3))
def test_what_is_found_holds_in_the_valuation(
    a: Offer, b: Offer, n_years: int, convention: GrowthConvention, tried: list[float]
) -> None:
    """At the root the totals agree; always and never are so at every growth tried."""
    pay = pay_terms([a, b], SCHEDULES)
    found = crossing(difference_of(pay, n_years, convention))
    assert (found.growth is None) == (found.break_even != "at")
    if found.growth is not None:
        assert LOWEST_GROWTH <= found.growth <= HIGHEST_GROWTH
        first, second = totals_at(pay, found.growth, n_years, convention)
        assert first == pytest.approx(second, rel=1e-10, abs=1e-4)
        return
    for growth in [LOWEST_GROWTH, 0.0, HIGHEST_GROWTH, *tried]:
        first, second = totals_at(pay, max(growth, LOWEST_GROWTH), n_years, convention)
        slack = 1e-6 + 1e-9 * max(first, second)
        assert first >= second - slack if found.break_even == "always" else first < second + slack


@settings(suppress_health_check=[HealthCheck.filter_too_much])  # most pairs of offers have no root at all
@given(drawn_offers("a"), drawn_offers("b"), horizons, conventions)
def test_no_root_lies_nearer_to_none(a: Offer, b: Offer, n_years: int, convention: GrowthConvention) -> None:
    difference = difference_of(pay_terms([a, b], SCHEDULES), n_years, convention)
    found = crossing(difference)
    assume(found.growth is not None and abs(found.growth) > 1e-3)
    reach = abs(found.growth or 0.0) * (1 - 1e-6)
    signs = np.sign(difference.at(np.linspace(max(-reach, LOWEST_GROWTH), reach, 1001)))
    assert (signs == signs[0]).all()


@given(drawn_offers("a"), drawn_offers("b"), horizons, conventions)
def test_the_other_way_round_the_root_is_the_same(
    a: Offer, b: Offer, n_years: int, convention: GrowthConvention
) -> None:
    there, back = (
        crossing(difference_of(pay_terms(pair, SCHEDULES), n_years, convention)) for pair in ([a, b], [b, a])
    )
    if there.growth is not None:
        assert back.growth == pytest.approx(there.growth, rel=1e-9, abs=1e-12)
    elif there != back:
        assert {there.break_even, back.break_even} == {"always", "never"}


@given(drawn_offers(), growth_rates, horizons, conventions)
def test_the_curve_is_the_valuations_total(
    made: Offer, growth: float, n_years: int, convention: GrowthConvention
) -> None:
    pay = pay_terms([made], SCHEDULES)
    curve = growth_curve(pay, 0, n_years, convention)
    assert curve.at(growth) == pytest.approx(totals_at(pay, growth, n_years, convention)[0], rel=1e-10, abs=1e-6)


@given(drawn_offers(), horizons, conventions)
def test_an_offer_against_itself_is_always_at_least_even(
    made: Offer, n_years: int, convention: GrowthConvention
) -> None:
    twin = made.model_copy(update={"id": "twin"})
    assert crossing(difference_of(pay_terms([made, twin], SCHEDULES), n_years, convention)) == Crossing("always")


def test_the_same_cash_by_other_ways_is_the_same() -> None:
    """Sums of 48 twelfths and of four amounts differ by dust, which must not make one of them win."""
    base = 123456.78
    lump = {"base_salary": 0.0, "sign_on": [base] * 4}
    told = {"company": "Initech", "level": "L6", "location": "Seattle"}
    made = [{"id": "a", "base_salary": base, **told}, {"id": "b", **lump, **told}]
    pay = pay_terms([Offer.model_validate(fields) for fields in made], SCHEDULES)
    for order in (1, -1):
        a, b = (growth_curve(pay, row, 4, "smooth") for row in (0, 1)[::order])
        assert crossing(a.minus(b)) == Crossing("always")


def test_against_a_fixed_sum() -> None:
    """100,000 of cash and 50,000 after two years reach 172,000 where the stock is worth 72,000: x^2 = 1.44."""
    pay = pay_terms([offer_of_vests(100000, "24:50000")], SCHEDULES)
    curve = growth_curve(pay, 0, 4, "smooth")
    assert crossing(curve.minus(172000.0)).growth == pytest.approx(0.2, abs=1e-12)
    assert crossing(curve.minus(99999.0)) == Crossing("always")


def test_a_curve_is_read_at_many_growths() -> None:
    curve = GrowthCurve(10.0, np.array([100.0, 20.0]), np.array([1.0, 2.0]))
    assert curve.at([[0.0, 0.5], [1.0, -0.5]]) == pytest.approx(np.array([[130.0, 205.0], [290.0, 65.0]]))
