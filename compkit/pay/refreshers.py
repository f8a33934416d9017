"""Refresher grants of an offer's refresher plan: expected, not promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from compkit.errors import OutOfRangeError
from compkit.model import Offer, Refresher, RefresherPlan, VestingRule, VestingSchedule
from compkit.pay.vesting import FloatArray, vested_share, vesting_schedule
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, date_after

_LAST_MONTH = MAX_YEARS * MONTHS_A_YEAR
# A plan with a calendar month may make its first grant up to half a year before the anniversary.
_MONTHS_EARLY = 6
# A gap to the target below this fraction of it is a rounding error.
ROUNDING_TOLERANCE = 1e-9


def planned_refreshers(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> tuple[Refresher, ...]:
    """Grants of an offer's refresher plan up to month 96, by month.

    Without a target, each is worth the plan's `annual_value`. With a target, each is worth the gap between it and the
    promised pay of the next twelve months, at most `annual_value`; without a gap there is no grant. Promised pay is
    salary and target bonus of the employment year that begins, plus the vests in those months, at a flat price, of all
    grants and of refreshers made by then.

    Parameters
    ----------
    offer : Offer
    schedules : mapping of str to VestingSchedule
        The schedules of data/, used with a target.

    Returns
    -------
    tuple of Refresher
        In the offer's currency, each with its `month`; empty without a plan or if its practice is `none`.

    Raises
    ------
    UnknownChoiceError
        If a schedule that is needed is unknown.
    OutOfRangeError
        If the plan has a calendar month and the offer no start date.

    Examples
    --------
    >>> plan = RefresherPlan(annual_value=60_000, first_year=7)
    >>> made = Offer(id="a", company="A", level="1", location="Austin", base_salary=1, refresher_plan=plan)
    >>> [(refresher.month, refresher.value) for refresher in planned_refreshers(made, {})]
    [(84, 60000.0), (96, 60000.0)]
    """
    plan = offer.refresher_plan
    if plan is None or not plan.makes_grants:
        return ()
    at = _grant_months(plan, offer.start_date)
    if plan.target_pay is None:
        return tuple(_refresher(plan, month, plan.annual_value) for month in at)
    promised = _promised_vests(offer, schedules)
    made: list[Refresher] = []
    for month in at:
        year = month // MONTHS_A_YEAR + 1
        pay = offer.base_salary_in_year(year) + offer.target_bonus_in_year(year)
        pay += sum(vests[month : month + MONTHS_A_YEAR].sum() for since, vests in promised if since <= month)
        missing = plan.target_pay - float(pay)
        if plan.annual_value > 0 and missing > ROUNDING_TOLERANCE * plan.target_pay:
            made.append(_refresher(plan, month, min(plan.annual_value, missing)))
            promised.append((month, made[-1].value * _part_by_month(offer, plan.vesting, schedules, month)))
    return tuple(made)


def _grant_months(plan: RefresherPlan, start_on: dt.date | None) -> list[int]:
    """Months of employment at whose end a plan grants."""
    if plan.calendar_month is None:
        return list(range(MONTHS_A_YEAR * plan.first_year, _LAST_MONTH + 1, MONTHS_A_YEAR))
    if start_on is None:
        raise OutOfRangeError("start_date", "be given where a refresher plan names a calendar month", start_on)
    ends = {
        month: date_after(start_on, month) - dt.timedelta(days=1)
        for month in range(MONTHS_A_YEAR * plan.first_year - _MONTHS_EARLY, _LAST_MONTH + 1)
    }
    return [month for month, end in ends.items() if end.month == plan.calendar_month]


def _refresher(plan: RefresherPlan, month: int, value: float) -> Refresher:
    return Refresher(month=month, value=value, cash_share=plan.cash_share, vesting=plan.vesting,
                     tradable=plan.tradable)  # fmt: skip


def _promised_vests(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> list[tuple[int, FloatArray]]:
    """For each grant and refresher of an offer: the month in which it is made, and its vests by month."""
    found = []
    for grant in offer.equity:
        part = _part_by_month(offer, offer.vesting_of(grant), schedules, grant.start_month)
        found.append((0, grant.value_now * part))
    for later in offer.refreshers:
        part = _part_by_month(offer, later.vesting, schedules, later.grant_month)
        found.append((later.grant_month, later.value * part))
    return found


def _part_by_month(
    offer: Offer, vesting: VestingRule, schedules: Mapping[str, VestingSchedule], start_month: int
) -> FloatArray:
    """Fraction of a grant that vests in each month, through a year after the last grant; month m at index m - 1."""
    schedule = vesting_schedule(vesting, "its own", schedules, start_on=offer.start_date, start_month=start_month)
    return np.diff(vested_share(schedule, _LAST_MONTH + MONTHS_A_YEAR, start_month), prepend=0.0)
