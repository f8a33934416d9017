"""The monthly cash flow: hand-checked months, limit cases, and one arithmetic for one offer and for many."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import misses, offers, rows
from hypothesis import given, strategies as st
from strategies import growths, horizons, offer_lists, offers as drawn_offers

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model.offer import Offer
from compkit.pay.cashflow import COMPONENTS, TERM_DEFAULTS, CashFlow, PayTerms, cash_flow, pay_terms, weighted_payments
from compkit.pay.stock import FLAT, Growth
from compkit.pay.value import Assumptions, valuation
from compkit.reference.tables import load_tables

SCHEDULES = load_tables().schedules


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 120000.0}
    return Offer.model_validate({**made, **fields})


def flow_of(*made: Offer, growth: Growth = FLAT, n_years: int = 4, whole_shares: bool = False) -> CashFlow:
    return cash_flow(pay_terms(made, SCHEDULES), growth, n_years, whole_shares=whole_shares)


def vests(flow: CashFlow) -> dict[int, float]:
    """Return what vests of the first offer, by month, months without a vest left out."""
    return {int(month) + 1: float(flow.equity[0][month]) for month in np.flatnonzero(flow.equity[0])}


def test_hand_checked_months() -> None:
    """Every row of cashflow.csv: a month's payment of one component, at a flat price."""
    flow = flow_of(*(entry.in_usd for entry in offers("valuation")), n_years=8)
    checks = []
    for row in rows("cashflow"):
        months = flow.of_offer(row["offer_id"])
        checks.append((row["case"], months.loc[int(row["month"]), row["component"]], float(row["expected"])))
    assert checks
    assert not misses(checks)


def test_a_lump_falls_in_the_first_month_of_its_year_and_a_monthly_one_in_twelve_parts() -> None:
    flow = flow_of(offer(sign_on=[24000.0, 12000.0], sign_on_paid=["lump", "monthly"]))
    expected = np.zeros(48)
    expected[0] = 24000
    expected[12:24] = 1000
    assert flow.sign_on[0] == pytest.approx(expected)


def test_the_bonus_falls_at_the_year_end_on_that_years_salary() -> None:
    flow = flow_of(offer(annual_raise_rate=0.1, bonus_target_rate=0.2), n_years=2)
    expected = np.zeros(24)
    expected[11], expected[23] = 24000, 26400
    assert flow.bonus[0] == pytest.approx(expected)
    assert flow.base[0][[0, 11, 12, 23]] == pytest.approx([10000, 10000, 11000, 11000])


@pytest.mark.parametrize(
    ("first", "at"), [(1, [1, 13]), (6, [6, 18]), (12, [12, 24]), (13, [13]), (24, [24]), (25, [])]
)
def test_the_first_bonus_month_sets_the_others(first: int, at: list[int]) -> None:
    frame = pd.DataFrame({"annual_bonus": [5000.0], "first_bonus_month": [first]}, index=["a"])
    flow = cash_flow(PayTerms.from_columns(frame, {}), FLAT, 2)
    assert (np.flatnonzero(flow.bonus[0]) + 1).tolist() == at
    assert flow.bonus.sum() == pytest.approx(5000 * len(at))


def test_offers_may_differ_in_their_first_bonus_month() -> None:
    frame = pd.DataFrame({"annual_bonus": [100.0, 200.0, 400.0], "first_bonus_month": [12, 3, 12]}, index=list("abc"))
    flow = cash_flow(PayTerms.from_columns(frame, {}), FLAT, 1)
    assert flow.bonus[:, [2, 11]].tolist() == [[0, 100], [200, 0], [0, 400]]


@pytest.mark.parametrize("n_years", [1, 8])
def test_the_shortest_and_the_longest_horizon(n_years: int) -> None:
    """Amazon's schedule pays 5 % in the first year; a four-year sign-on is cut at the horizon."""
    flow = flow_of(offer(sign_on=[4.0, 3.0, 2.0, 1.0], equity=[{"value": 100000.0}]), n_years=n_years)
    assert flow.n_months == 12 * n_years
    assert flow.base.sum() == pytest.approx(120000 * n_years)
    assert flow.sign_on.sum() == pytest.approx(4 if n_years == 1 else 10)
    assert flow.equity.sum() == pytest.approx(5000 if n_years == 1 else 100000)


def test_growth_close_to_minus_one_leaves_nothing_but_early_vests() -> None:
    """0.001 to the power of 1, 2, 2.5, 3, 3.5, 4 years."""
    flow = flow_of(offer(equity=[{"value": 1000000.0, "vesting": "amazon"}]), growth=Growth(-0.999))
    assert vests(flow) == pytest.approx(
        {12: 50.0, 24: 0.15, 30: 200000 * 1e-3**2.5, 36: 2e-4, 42: 200000 * 1e-3**3.5, 48: 2e-7}, rel=1e-9
    )


def test_growth_of_ten_is_elevenfold_a_year() -> None:
    """The annual step has grown k - 1 times in year k."""
    made = offer(equity=[{"value": 100.0, "vesting": "even-4-year"}])
    smooth, step = flow_of(made, growth=Growth(10.0)), flow_of(made, growth=Growth(10.0, "annual-step"))
    assert vests(smooth) == pytest.approx({12: 275, 24: 3025, 36: 33275, 48: 366025})
    assert vests(step) == pytest.approx({12: 25, 24: 275, 36: 3025, 48: 33275})


def test_offers_without_equity_have_none() -> None:
    flow = flow_of(offer(), offer(id="two"), growth=Growth(0.5))
    assert not flow.equity.any()
    assert flow.equity.shape == (2, 48)


def test_a_zero_grant_pays_nothing() -> None:
    made = [{"value": 0.0}, {"units": 0.0, "grant_price": 50.0}]
    assert not flow_of(offer(equity=made), growth=Growth(0.3)).equity.any()
    assert not flow_of(offer(equity=made), whole_shares=True).equity.any()


def test_several_grants_add_up() -> None:
    """4000 in month 12; 1200 x 2 of the second grant, of which a quarter vests at 6 + 12; both at 24; ..."""
    made = offer(
        equity=[
            {"value": 16000.0, "vesting": "even-4-year"},
            {"units": 1200.0, "grant_price": 1.0, "price_now": 2.0, "vesting": "even-4-year", "start_month": 6},
            {"value": 500.0, "vesting": [{"month": 24, "fraction": 1.0}]},
        ]
    )
    assert vests(flow_of(made)) == pytest.approx({12: 4000, 18: 600, 24: 4500, 30: 600, 36: 4000, 42: 600, 48: 4000})


def test_grants_go_to_their_own_offers() -> None:
    """Offers with two, no, one and three grants in one frame."""
    made = [
        offer(id=f"with-{n}-{number}", equity=[{"value": 1000.0 * (number + 1), "vesting": "even-4-year"}] * n)
        for number, n in enumerate([2, 0, 1, 3])
    ]
    assert flow_of(*made).equity.sum(axis=1) == pytest.approx([2000, 0, 3000, 12000])


def test_a_grant_whose_vests_all_lie_beyond_the_horizon_pays_nothing() -> None:
    made = offer(equity=[{"value": 1000.0, "vesting": [{"month": 49, "fraction": 1.0}]}])
    assert not flow_of(made).equity.any()
    assert vests(flow_of(made, n_years=5)) == pytest.approx({49: 1000})


@pytest.mark.parametrize(("start_month", "expected"), [(35, {47: 250.0}), (36, {48: 250.0}), (37, {}), (96, {})])
def test_start_month_near_the_horizon(start_month: int, expected: dict[int, float]) -> None:
    made = offer(equity=[{"value": 1000.0, "vesting": "even-4-year", "start_month": start_month}])
    assert vests(flow_of(made)) == pytest.approx(expected)


@pytest.mark.parametrize("year", [1, 4, 8])
def test_a_refresher_is_valued_on_the_day_of_its_grant(year: int) -> None:
    """Whatever the price has done by then: the first quarter vests one year of growth later."""
    made = offer(refreshers=[{"year": year, "value": 4000.0, "vesting": "even-4-year"}])
    grown = vests(flow_of(made, growth=Growth(0.5), n_years=8))
    first = 12 * year + 12
    assert grown.get(first) == (pytest.approx(1500) if year < 8 else None)
    assert grown.get(first + 12) == (pytest.approx(2250) if year < 7 else None)


def test_whole_shares_round_the_running_sum_half_up() -> None:
    """50 shares at 10 under Amazon's months, were they rounded half up: 2.5 -> 3, 10, 20, 30, 40, 50."""
    half_up = {"schedule": "amazon", "whole_shares": "half-up"}
    made = offer(equity=[{"units": 50.0, "grant_price": 10.0, "vesting": half_up}])
    assert vests(flow_of(made, whole_shares=True)) == pytest.approx(
        {12: 30, 24: 70, 30: 100, 36: 100, 42: 100, 48: 100}
    )
    assert vests(flow_of(made)) == pytest.approx({12: 25, 24: 75, 30: 100, 36: 100, 42: 100, 48: 100})


def test_amazon_rounds_whole_shares_down_and_carries_fractions_forward() -> None:
    """50 shares at 10: 2.5 -> 2, 10, 20, 30, 40, 50."""
    made = offer(equity=[{"units": 50.0, "grant_price": 10.0, "vesting": "amazon"}])
    assert vests(flow_of(made, whole_shares=True)) == {12: 20, 24: 80, 30: 100, 36: 100, 42: 100, 48: 100}


def test_whole_shares_leave_grants_without_a_price_and_refreshers_fractional() -> None:
    made = offer(
        equity=[{"value": 50.0, "vesting": "amazon"}],
        refreshers=[{"year": 1, "value": 50.0, "vesting": "amazon"}],
    )
    assert vests(flow_of(made, whole_shares=True)) == pytest.approx(vests(flow_of(made)), rel=1e-12)


def test_whole_shares_count_shares_that_cost_one_dollar() -> None:
    """A known price of 1 is a price: 2.5 of 50 shares round down to 2."""
    made = offer(equity=[{"units": 50.0, "grant_price": 1.0, "vesting": "amazon"}])
    assert vests(flow_of(made, whole_shares=True))[12] == 2


@given(offer_lists(), growths, horizons, st.booleans())
def test_a_frame_of_many_offers_equals_each_alone(
    made: list[Offer],
    growth: Growth,
    n_years: int,
    whole_shares: bool,  # noqa: FBT001
) -> None:
    together = flow_of(*made, growth=growth, n_years=n_years, whole_shares=whole_shares)
    for number, one in enumerate(made):
        alone = flow_of(one, growth=growth, n_years=n_years, whole_shares=whole_shares)
        for name in COMPONENTS:
            assert getattr(together, name)[number] == pytest.approx(getattr(alone, name)[0], rel=1e-12, abs=1e-9)


@given(drawn_offers(), growths, horizons, st.booleans())
def test_months_sum_to_years(made: Offer, growth: Growth, n_years: int, whole_shares: bool) -> None:  # noqa: FBT001
    pay = pay_terms([made], SCHEDULES)
    flow = cash_flow(pay, growth, n_years, whole_shares=whole_shares)
    worth = valuation(pay, Assumptions(growth, 0.0, n_years, whole_shares))
    for name in (*COMPONENTS, "total"):
        by_year = getattr(flow, name).reshape(n_years, 12).sum(axis=1)
        assert worth.by_year[name][0] == pytest.approx(by_year, rel=1e-9, abs=1e-6)
    assert worth.summary["guaranteed_cash"].iloc[0] == pytest.approx(flow.guaranteed.sum(), rel=1e-9, abs=1e-6)


@given(drawn_offers(), growths)
def test_weights_apply_to_the_months_one_by_one(made: Offer, growth: Growth) -> None:
    """Any weighted sum is that of the monthly cash flow."""
    pay = pay_terms([made], SCHEDULES)
    weights = np.column_stack([np.linspace(1, 2, 48), 0.9 ** np.arange(48)])
    flow, sums = cash_flow(pay, growth, 4), weighted_payments(pay, growth, weights)
    for name in COMPONENTS:
        assert sums[name] == pytest.approx(getattr(flow, name) @ weights, rel=1e-9, abs=1e-6)


@given(
    st.lists(
        st.tuples(*[st.integers(0, 400_000).map(float)] * 4, st.booleans(), st.sampled_from(sorted(SCHEDULES))),
        min_size=1,
        max_size=6,
    ),
    growths,
)
def test_columns_equal_typed_offers(made: list[tuple[Any, ...]], growth: Growth) -> None:
    """A frame of columns and the same offers as typed values give the same terms and payments."""
    names = ["base_salary", "sign_on_y1", "sign_on_y2", "equity_value", "sign_on_monthly_y1", "vesting"]
    ids = [f"offer-{number}" for number in range(len(made))]
    frame = pd.DataFrame(made, columns=names, index=ids).assign(annual_raise_rate=0.03, bonus_target_rate=0.1)
    typed = [
        offer(
            id=offer_id,
            base_salary=base,
            sign_on=[first, second],
            sign_on_paid=["monthly" if is_monthly else "lump", "lump"],
            equity=[{"value": value, "vesting": vesting}],
            annual_raise_rate=0.03,
            bonus_target_rate=0.1,
        )
        for offer_id, (base, first, second, value, is_monthly, vesting) in zip(ids, made, strict=True)
    ]
    by_column, by_offer = PayTerms.from_columns(frame, SCHEDULES), pay_terms(typed, SCHEDULES)
    assert list(by_column.terms.columns) == list(by_offer.terms.columns) == list(TERM_DEFAULTS)
    for name in TERM_DEFAULTS:
        assert by_column.terms[name].astype(float).tolist() == by_offer.terms[name].astype(float).tolist(), name
    columns, offers_ = cash_flow(by_column, growth, 4), cash_flow(by_offer, growth, 4)
    for name in COMPONENTS:
        assert getattr(columns, name) == pytest.approx(getattr(offers_, name), rel=1e-12), name


def test_slices_hold_every_offer_and_its_grants_once() -> None:
    made = [offer(id=f"offer-{n}", base_salary=float(n), equity=[{"value": 100.0 + n}] * (n % 3)) for n in range(10)]
    pay = pay_terms(made, SCHEDULES)
    pieces = list(pay.slices(4))
    assert [len(piece) for piece in pieces] == [4, 4, 2]
    assert [name for piece in pieces for name in piece.terms.index] == list(pay.terms.index)
    together = np.concatenate([cash_flow(piece, FLAT, 4).equity for piece in pieces])
    assert together == pytest.approx(cash_flow(pay, FLAT, 4).equity)


def test_a_frame_of_no_offers_pays_nothing() -> None:
    for pay in (pay_terms([], SCHEDULES), PayTerms.from_columns(pd.DataFrame({"base_salary": []}), SCHEDULES)):
        assert cash_flow(pay, FLAT, 4).total.shape == (0, 48)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("base_salary", -1.0, "offer 'b': base_salary must be finite and at least 0, got -1.0."),
        ("base_salary", float("nan"), "offer 'b': base_salary must be finite and at least 0, got nan."),
        ("sign_on_y2", float("inf"), "offer 'b': sign_on_y2 must be finite and at least 0, got inf."),
        ("annual_raise_rate", -1.0, "offer 'b': annual_raise_rate must be finite and above -1, got -1.0."),
        ("annual_raise_rate", -2.0, "offer 'b': annual_raise_rate must be finite and above -1, got -2.0."),
        ("first_bonus_month", 0.0, "offer 'b': first_bonus_month must be finite and at least 1, got 0.0."),
        ("equity_value", -5.0, "a grant's value must be finite and not negative, got -5.0."),
        ("equity_value", float("nan"), "a grant's value must be finite and not negative, got nan."),
    ],
)
def test_columns_out_of_range_name_offer_rule_and_value(column: str, value: float, rule: str) -> None:
    frame = pd.DataFrame({"base_salary": [1.0, 1.0], "vesting": ["amazon", "amazon"]}, index=["a", "b"])
    frame[column] = [1.0, value]
    with pytest.raises(OutOfRangeError) as caught:
        PayTerms.from_columns(frame, SCHEDULES)
    assert str(caught.value) == rule


@pytest.mark.parametrize("vesting", ["amazn", "", None])
def test_an_unknown_schedule_lists_the_choices(vesting: str | None) -> None:
    frame = pd.DataFrame({"equity_value": [1.0], "vesting": [vesting]}, index=["a"])
    with pytest.raises(UnknownChoiceError) as caught:
        PayTerms.from_columns(frame, SCHEDULES)
    message = str(caught.value)
    listed = f"{len(SCHEDULES)} names" if isinstance(vesting, str) else ", ".join(SCHEDULES)
    assert message.startswith(f"vesting must be one of {listed}, got ")
    assert ("Did you mean 'amazon'?" in message) == (vesting == "amazn")


def test_equity_without_a_schedule_is_an_unknown_choice() -> None:
    with pytest.raises(UnknownChoiceError):
        PayTerms.from_columns(pd.DataFrame({"equity_value": [1.0]}, index=["a"]), SCHEDULES)


def test_an_offer_that_names_an_unknown_schedule() -> None:
    with pytest.raises(UnknownChoiceError, match=r"vesting must be one of .*, got 'amazone'\. Did you mean 'amazon'"):
        pay_terms([offer(equity=[{"value": 1.0, "vesting": "amazone"}])], SCHEDULES)
