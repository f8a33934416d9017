"""Refresher plans and cash shares: grants worked out by hand, and laws that hold for all plans."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hand_checked import misses, offers, rows
from hypothesis import given, strategies as st
from strategies import amounts, growths, offers as drawn_offers, pays, refresher_plans, start_dates

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model.equity import Refresher
from compkit.model.offer import Offer
from compkit.pay.cashflow import CashFlow, PayTerms, cash_flow, pay_terms
from compkit.pay.refreshers import planned_refreshers
from compkit.pay.stock import FLAT, Growth
from compkit.pay.value import Assumptions, valuation
from compkit.pay.vesting import vesting_schedule
from compkit.periods import date_after
from compkit.reference.tables import load_tables

SCHEDULES = load_tables().schedules
LAST = 96


def offer(**fields: Any) -> Offer:
    made = {"id": "one", "company": "Google", "level": "L5", "location": "Seattle", "base_salary": 120000.0}
    return Offer.model_validate({**made, **fields})


def flow_of(made: Offer, growth: Growth = FLAT, n_years: int = 8) -> CashFlow:
    return cash_flow(pay_terms([made], SCHEDULES), growth, n_years)


def equity_of(made: Offer, growth: Growth = FLAT) -> Any:
    return flow_of(made, growth).equity[0]


def test_hand_checked_grants_and_vests() -> None:
    """Every row of refreshers.csv: the grants that a plan stands for, and what vests of them."""
    by_id = {entry.offer.id: entry.in_usd for entry in offers("refreshers")}
    checks = []
    for row in rows("refreshers"):
        made = by_id[row["offer_id"]]
        granted = {later.month: later.value for later in planned_refreshers(made, SCHEDULES)}
        if row["figure"] == "n_grants":
            actual = float(len(granted))
        elif row["figure"] == "grant":
            actual = granted.get(int(row["month"]), 0.0)
        else:
            growth = Growth(float(row["growth_rate"]), row["growth_convention"])  # type: ignore[arg-type]
            actual = equity_of(made, growth)[int(row["month"]) - 1]
        checks.append((row["case"], actual, float(row["expected"])))
    assert not misses(checks)


def test_the_part_in_cash_is_discounted_like_cash() -> None:
    """Two years of a plan with a quarter in cash: 15,000 in shares, undiscounted, and 5,000 / 1.1^2."""
    made = next(entry.in_usd for entry in offers("refreshers") if entry.offer.id == "quarter-in-cash")
    pay = pay_terms([made], SCHEDULES)
    worth = valuation(pay, Assumptions(discount_rate=0.1, n_years=2)).summary
    assert worth["present_value"].iloc[0] == pytest.approx(15000 + 5000 / 1.21, abs=1e-6)
    whole = valuation(pay, Assumptions(discount_rate=0.1, n_years=2, whole_shares=True)).summary
    assert whole["present_value"].iloc[0] == worth["present_value"].iloc[0]
    assert worth["guaranteed_cash"].iloc[0] == 0


def test_an_offer_without_a_plan_has_no_planned_refreshers() -> None:
    assert planned_refreshers(offer(refreshers=[{"year": 1, "value": 5.0}]), SCHEDULES) == ()


def test_a_calendar_month_needs_a_start_date_in_code_too() -> None:
    made = offer(start_date="2027-02-01", refresher_plan={"annual_value": 5.0, "calendar_month": 3})
    with pytest.raises(OutOfRangeError, match=r"start_date must be given where a refresher plan names a calendar"):
        planned_refreshers(made.model_copy(update={"start_date": None}), SCHEDULES)


@pytest.mark.parametrize("target", [{}, {"target_pay": 1e6}])
def test_a_plan_that_names_an_unknown_schedule(target: dict[str, float]) -> None:
    made = offer(refresher_plan={"annual_value": 5.0, "vesting": "evn-4-year", **target})
    with pytest.raises(UnknownChoiceError, match=r"got 'evn-4-year'\. Did you mean 'even-4-year'"):
        pay_terms([made], SCHEDULES)


def test_a_plan_names_its_schedule_among_those_used() -> None:
    made = offer(
        refresher_plan={"annual_value": 5.0, "vesting": "meta"},
        options=[{"n_options": 5.0, "strike": 1.0, "vesting": "uber"}],
    )
    assert made.schedules_used == ["meta", "uber"]


def test_grants_and_cash_parts_stand_in_the_frame() -> None:
    made = offer(refreshers=[{"year": 1, "value": 100.0, "cash_share": share} for share in (0.0, 0.25, 1.0)])
    grants = pay_terms([made], SCHEDULES).grants
    assert grants["units"].tolist() == [100, 75, 25, 100]
    assert grants["is_cash"].tolist() == [False, False, True, True]
    frame = pd.DataFrame({"equity_value": [5.0], "vesting": ["amazon"]}, index=["a"])
    assert PayTerms.from_columns(frame, SCHEDULES).grants["is_cash"].tolist() == [False]


@given(drawn_offers(), start_dates)
def test_vests_sum_to_the_grants(made: Offer, start_on: Any) -> None:
    """At a flat price, what vests by month 96 is each grant times the part of its schedule that fits."""
    made = made.model_copy(update={"start_date": start_on})
    expected = 0.0
    for later in (*made.refreshers, *planned_refreshers(made, SCHEDULES)):
        schedule = vesting_schedule(later.vesting, "own", SCHEDULES)
        fits = [later.grant_month + month <= LAST for month in schedule.months]
        expected += later.value * sum(np.array(schedule.fractions)[fits])
    granted = equity_of(made.model_copy(update={"refreshers": (), "refresher_plan": None})).sum()
    assert equity_of(made).sum() == pytest.approx(granted + expected, rel=1e-9, abs=1e-6)


@given(drawn_offers(), start_dates)
def test_grants_fall_once_a_year_in_their_calendar_month(made: Offer, start_on: Any) -> None:
    plan = made.refresher_plan
    found = planned_refreshers(made.model_copy(update={"start_date": start_on}), SCHEDULES)
    at = [later.grant_month for later in found]
    if plan is None or not plan.makes_grants:
        assert at == []
        return
    assert all(1 <= month <= LAST for month in at)
    assert all(later - before >= 12 for before, later in pairwise(at))
    if plan.calendar_month is not None:
        assert all(month >= 12 * plan.first_year - 6 for month in at)
        ends = [date_after(start_on, month).toordinal() - 1 for month in at]
        assert {type(start_on).fromordinal(end).month for end in ends} <= {plan.calendar_month}
        if plan.target_pay is None and plan.first_year < 8:
            assert at[0] < 12 * plan.first_year + 6
    else:
        assert {month % 12 for month in at} <= {0}


@given(amounts, st.integers(1, 8), growths)
def test_a_plan_without_cash_is_the_same_as_refreshers_one_by_one(value: float, first: int, growth: Growth) -> None:
    plan = offer(refresher_plan={"annual_value": value, "first_year": first})
    listed = offer(refreshers=[{"year": year, "value": value} for year in range(first, 9)])
    assert equity_of(plan, growth).tolist() == equity_of(listed, growth).tolist()


@given(refresher_plans(), pays, growths, st.floats(0, 1))
def test_a_cash_share_mixes_shares_with_what_does_not_move(
    plan: dict[str, Any], base: float, growth: Growth, share: float
) -> None:
    """With 0 all moves, with 1 nothing does, between them both do in proportion; at a flat price it is all one."""

    def equity(cash_share: float, growth: Growth) -> Any:
        made = {**plan, "cash_share": cash_share, "calendar_month": None}
        return equity_of(offer(base_salary=base, refresher_plan=made), growth)

    moving, still = equity(0.0, growth), equity(0.0, FLAT)
    assert equity(1.0, growth) == pytest.approx(still, rel=1e-9, abs=1e-6)
    assert equity(share, FLAT) == pytest.approx(still, rel=1e-9, abs=1e-6)
    assert equity(share, growth) == pytest.approx((1 - share) * moving + share * still, rel=1e-9, abs=1e-6)


@given(drawn_offers(), amounts, amounts)
def test_a_refresher_fills_a_target_and_no_more(made: Offer, annual: float, target: float) -> None:
    """Worth at most annual_value; where it is less, salary, bonus and vests of the next year meet the target."""
    plan = {"annual_value": annual, "target_pay": target, "vesting": [{"month": 13, "fraction": 1.0}]}
    made = Offer.model_validate({**made.model_dump(), "refresher_plan": plan})
    found = planned_refreshers(made, SCHEDULES)
    assert all(0 < later.value <= annual for later in found)
    for later in found:
        month = later.grant_month
        if month >= LAST or later.value == annual:
            continue
        # Only what is promised by then: refreshers that come later are not counted.
        known = tuple(other for other in made.refreshers if other.grant_month <= month)
        earlier = tuple(other for other in found if other.grant_month < month)
        seen = made.model_copy(update={"refreshers": (*known, *earlier), "refresher_plan": None})
        flow = flow_of(seen)
        following = slice(month, month + 12)
        promised = flow.base[0][following].sum() + flow.bonus[0][following].sum() + flow.equity[0][following].sum()
        assert promised + later.value == pytest.approx(target, rel=1e-9, abs=1e-6)


@given(drawn_offers(), st.floats(0.01, 100))
def test_a_plan_scales_with_the_currency(made: Offer, rate: float) -> None:
    made = made.model_copy(update={"currency": "EUR"})
    before, after = planned_refreshers(made, SCHEDULES), planned_refreshers(made.in_usd(rate), SCHEDULES)
    by_month = {later.grant_month: later.value for later in after}
    for later in before:
        found = by_month.pop(later.grant_month, 0.0)
        assert found == pytest.approx(later.value * rate, rel=1e-9, abs=1e-6 * rate)
    # A gap of dust may close or open by rounding, and no other.
    assert sum(by_month.values()) == pytest.approx(0, abs=1e-3 * rate)


def test_a_refresher_s_month_comes_from_its_year_or_stands() -> None:
    assert Refresher(year=3, value=1.0).grant_month == 36
    assert Refresher(month=31, value=1.0).grant_month == 31
    assert Refresher(year=3, month=31, value=1.0).grant_month == 31
