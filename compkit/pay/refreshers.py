"""The later grants that an offer's refresher plan stands for: expected, not promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np

from compkit.errors import OutOfRangeError
from compkit.model.equity import Refresher, RefresherPlan, VestingSchedule
from compkit.model.offer import Offer
from compkit.model.vesting import VestingRule
from compkit.pay.vesting import FloatArray, vested_share, vesting_schedule
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, date_after

_LAST_MONTH = MAX_YEARS * MONTHS_A_YEAR
# A plan that names a calendar month may make its first grant up to half a year before the anniversary.
_MONTHS_EARLY = 6
# What a target leaves open by no more than this part of it is dust of summing.
ROUNDING_TOLERANCE = 1e-9


def planned_refreshers(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> tuple[Refresher, ...]:
    """Return the refreshers that an offer's plan stands for, up to month 96, in rising order of their months.

    Without a target each is worth the plan's `annual_value`. With one it is worth what the promised pay of the
    following twelve months falls short of the target, at most `annual_value`; where nothing is missing, none is
    made. Promised pay is the salary and target bonus of the employment year in which the following month lies, and
    what all grants of the offer, its refreshers made by then and earlier ones of the plan vest in those months at a
    flat price.

    Parameters
    ----------
    offer : Offer
    schedules : mapping of str to VestingSchedule
        The schedules of data/, for what vests under a target.

    Returns
    -------
    tuple of Refresher
        In the offer's currency, each with its `month`; empty where there is no plan, or its practice is `none`.

    Raises
    ------
    UnknownChoiceError
        If a schedule is needed and unknown.
    OutOfRangeError
        If the plan names a calendar month and the offer, made in code, has no start date.

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
    """Return the months of the job at whose end a plan grants."""
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
    """Return what each grant and refresher of an offer vests by month, and the month from which it is promised."""
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
    """Return the part of a grant that vests in each month, a year beyond the last grant; month m at index m - 1."""
    schedule = vesting_schedule(vesting, "its own", schedules, start_on=offer.start_date, start_month=start_month)
    return np.diff(vested_share(schedule, _LAST_MONTH + MONTHS_A_YEAR, start_month), prepend=0.0)
