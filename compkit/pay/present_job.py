"""The current job: its cash flow, what leaving it costs, and when a move pays off."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compkit.errors import OutOfRangeError
from compkit.model import CurrentJob, VestingSchedule
from compkit.pay.cashflow import TERM_DEFAULTS, PayTerms
from compkit.pay.grants import grant_frame
from compkit.pay.leaving import ROUNDING_TOLERANCE
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, date_after, month_of, months_into_year

PRESENT_JOB = "present-job"
_EVEN = "even, every three months"
_YEARS_OF_UNDATED_EQUITY = 4


@dataclass(frozen=True)
class LeftBehind:
    """What a move on the start date forfeits or owes [USD], at the current employer's share price of today.

    Parameters
    ----------
    unvested_equity : float
        Stock that would have vested after the start date.
    next_bonus : float
        The bonus due after the start date; 0 if its day is unknown.
    repayment_owed : float
    notes : tuple of str
        Assumptions made.
    """

    unvested_equity: float
    next_bonus: float
    repayment_owed: float
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """All three."""
        return self.unvested_equity + self.next_bonus + self.repayment_owed


@dataclass(frozen=True, slots=True)
class EarlierPay:
    """Pay from another job in the calendar year of the start, before it.

    Parameters
    ----------
    base : float
        Salary [USD].
    supplemental : float
        Bonus and vested stock [USD].
    n_months : float
        Months of salary [months].
    is_same_employer : bool
        A transfer within the company: one employer withholds for both.
    last_year_wages : float or None
        Pay of the previous calendar year [USD]; None if unknown.
    notes : tuple of str
        What is left out because it has no date.
    """

    base: float = 0.0
    supplemental: float = 0.0
    n_months: float = 0.0
    is_same_employer: bool = False
    last_year_wages: float | None = None
    notes: tuple[str, ...] = ()


def earlier_pay(job: CurrentJob, start_on: dt.date, *, is_internal: bool = False) -> EarlierPay:
    """Pay from the current job from January 1 through an offer's start date.

    Salary for the months passed; the bonus if it falls due by then, on its day or that day of a later year; dated vests
    by then, or yearly equity for the months passed. The previous year is assumed to have paid a full year.
    """
    new_year = dt.date(start_on.year, 1, 1)
    n_months = months_into_year(start_on)
    share = n_months / MONTHS_A_YEAR
    bonus_on = job.next_bonus_on
    if bonus_on is not None and bonus_on < new_year:
        bonus_on = date_after(bonus_on, MONTHS_A_YEAR * (new_year.year - bonus_on.year))
    bonus = job.annual_bonus if bonus_on is not None and new_year <= bonus_on <= start_on else 0.0
    if job.vests is not None:
        equity = sum(vest.value for vest in job.vests if new_year <= vest.on <= start_on)
    else:
        equity = _annual_equity(job) * share
    notes: tuple[str, ...] = ()
    if job.annual_bonus and bonus_on is None and n_months:
        notes = ("Your current job's bonus has no date (next_bonus_on), so none is counted before the start.",)
    return EarlierPay(job.base_salary * share, bonus + equity, n_months, is_internal, current_total(job), notes)


def current_total(job: CurrentJob) -> float:
    """Yearly pay of the current job: salary, bonus and vesting stock [USD a year].

    Dated vests count for the twelve months from the first one.
    """
    return job.base_salary + job.annual_bonus + _annual_equity(job)


def left_behind(job: CurrentJob, start_on: dt.date | None, *, is_internal: bool = False) -> LeftBehind:
    """Stock, bonus and repayment that a move to an offer costs.

    Parameters
    ----------
    job : CurrentJob
    start_on : date or None
        The offer's start date; without one, everything counts as after it.
    is_internal : bool
        A transfer within the company, which costs nothing.
    """
    if is_internal:
        return LeftBehind(0.0, 0.0, 0.0, ("A transfer within the company leaves nothing behind.",))
    notes = []
    if job.vests is not None:
        unvested = sum(vest.value for vest in job.vests if start_on is None or vest.on > start_on)
        if start_on is None:
            notes.append("No start date: all vests are counted as left behind.")
    elif job.unvested_equity is None and job.annual_equity:
        unvested = 0.0
        notes.append("The file does not say how much is unvested: no equity is counted as left behind.")
    else:
        unvested = job.unvested_equity or 0.0
        if unvested:
            notes.append("The vests have no dates: all unvested equity is counted as left behind.")
    if job.next_bonus_on is None:
        bonus = 0.0
        if job.annual_bonus:
            notes.append("The next bonus has no date: none is counted as left behind.")
    else:
        bonus = job.annual_bonus if start_on is None or job.next_bonus_on > start_on else 0.0
        if bonus and start_on is None:
            notes.append("No start date: the next bonus is counted as left behind.")
    return LeftBehind(unvested, bonus, job.repayment_owed, tuple(notes))


def payback_month(offer_kept: ArrayLike, staying_total: ArrayLike, left_behind: float) -> int | None:
    """First month from which the move has paid off, whenever after it the new job ends.

    That is the first month m such that offer_kept - left_behind >= staying_total at m and in every later month. A lead
    that is lost again before the horizon ends does not count.

    Parameters
    ----------
    offer_kept : array_like, shape (n_months,)
        Pay kept if the new job ends with each month: `kept` of `leaving_table` [USD].
    staying_total : array_like, shape (n_months,)
        Cumulative pay of the current job from the start date, vests and bonus included [USD].
    left_behind : float
        Immediate cost of the move: the repayment owed; forfeited vests and bonus are in `staying_total` [USD].

    Returns
    -------
    int or None
        A month, 1 and up; None if the move is behind at the end of the horizon.

    Raises
    ------
    OutOfRangeError
        If the arrays differ in length.

    Examples
    --------
    >>> payback_month([9.0, 22.0, 28.0, 44.0, 60.0], [10.0, 20.0, 30.0, 40.0, 50.0], 0.0)
    4
    """
    kept, staying = np.asarray(offer_kept, dtype=float), np.asarray(staying_total, dtype=float)
    if kept.shape != staying.shape:
        raise OutOfRangeError("staying_total", f"have as many months as offer_kept, {kept.size}", staying.size)
    behind = np.flatnonzero(kept - left_behind - staying < -ROUNDING_TOLERANCE)
    first = int(behind[-1]) + 1 if behind.size else 0
    return first + 1 if first < kept.size else None


def present_job_terms(job: CurrentJob, start_on: dt.date | None) -> PayTerms:
    """Pay terms of the current job, in months from `start_on`, when the offer starts.

    Dated vests fall in their months. Undated equity vests every three months at the file's yearly rate or, if only the
    unvested amount is given, evenly over four years. Without a start date, the first dated vest is in month 1.
    """
    terms = pd.DataFrame([TERM_DEFAULTS], index=pd.Index([PRESENT_JOB], name="id"))
    terms["base_salary"] = job.base_salary
    terms["annual_bonus"] = job.annual_bonus
    if job.next_bonus_on and start_on:
        first = month_of(job.next_bonus_on, start_on)
        terms["first_bonus_month"] = first if first >= 1 else (first - 1) % MONTHS_A_YEAR + 1
    if job.vests:
        return _with_dated_vests(job, terms, start_on or min(vest.on for vest in job.vests) - dt.timedelta(days=1))
    n_years = MAX_YEARS if job.annual_equity is not None else _YEARS_OF_UNDATED_EQUITY
    at = tuple(range(3, MONTHS_A_YEAR * n_years + 1, 3))
    schedules = {_EVEN: VestingSchedule(_EVEN, at, (1 / len(at),) * len(at))}
    units = _annual_equity(job) * n_years
    return PayTerms(terms, grant_frame([0], [units], 1.0, [_EVEN], 0), schedules)


def _with_dated_vests(job: CurrentJob, terms: pd.DataFrame, start_on: dt.date) -> PayTerms:
    later: dict[int, float] = {}
    for vest in job.vests or ():
        month = month_of(vest.on, start_on)
        if 1 <= month <= MAX_YEARS * MONTHS_A_YEAR:
            later[month] = later.get(month, 0.0) + vest.value
    schedules = {f"month {month}": VestingSchedule(f"month {month}", (month,), (1.0,)) for month in later}
    grants = grant_frame([0] * len(later), list(later.values()), 1.0, list(schedules), 0)
    return PayTerms(terms, grants, schedules)


def _annual_equity(job: CurrentJob) -> float:
    if job.vests:
        first = min(vest.on for vest in job.vests)
        return sum(vest.value for vest in job.vests if vest.on < date_after(first, MONTHS_A_YEAR))
    if job.annual_equity is not None:
        return job.annual_equity
    return (job.unvested_equity or 0.0) / _YEARS_OF_UNDATED_EQUITY
