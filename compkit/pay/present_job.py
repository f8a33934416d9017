"""The job held now, through the same cash flow as an offer, and what leaving it leaves behind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from compkit.model.candidate import CurrentJob
from compkit.model.equity import VestingSchedule
from compkit.pay.cashflow import TERM_DEFAULTS, PayTerms
from compkit.pay.grant_kinds import grant_frame
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, date_after, month_of, months_into_year

PRESENT_JOB = "present-job"
_EVEN = "even, every three months"
_YEARS_OF_UNDATED_EQUITY = 4


@dataclass(frozen=True)
class LeftBehind:
    """What a move on the start date forgoes or owes [USD]; growth of the present employer's share set aside.

    Parameters
    ----------
    unvested_equity : float
        Shares that would have vested after the start date, at today's price.
    next_bonus : float
        The bonus that falls due after the start date; 0 where its day is unknown.
    repayment_owed : float
    notes : tuple of str
        What had to be assumed.
    """

    unvested_equity: float
    next_bonus: float
    repayment_owed: float
    notes: tuple[str, ...] = ()

    @property
    def total(self) -> float:
        """All three together."""
        return self.unvested_equity + self.next_bonus + self.repayment_owed


@dataclass(frozen=True, slots=True)
class EarlierPay:
    """What another job paid in the calendar year of the start, before it.

    Parameters
    ----------
    base : float
        Salary [USD].
    supplemental : float
        Bonus and vested stock [USD].
    n_months : float
        For how long salary was paid [months].
    is_same_employer : bool
        A transfer within the company: one employer withholds for both.
    last_year_wages : float or None
        What the calendar year before that paid [USD]; None where it is unknown.
    notes : tuple of str
        What is left out for want of a date.
    """

    base: float = 0.0
    supplemental: float = 0.0
    n_months: float = 0.0
    is_same_employer: bool = False
    last_year_wages: float | None = None
    notes: tuple[str, ...] = ()


def earlier_pay(job: CurrentJob, start_on: dt.date, *, is_internal: bool = False) -> EarlierPay:
    """Return what the present job pays from 1 January until an offer starts, that day included.

    Salary for the months that pass; the bonus if its day, or a later year's same day, falls there; dated vests that
    fall there, or the yearly equity for the months that pass. The year before is taken to have paid a full year of it.
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
        notes = ("The present job's bonus has no day (next_bonus_on): none is counted before the start.",)
    return EarlierPay(job.base_salary * share, bonus + equity, n_months, is_internal, current_total(job), notes)


def current_total(job: CurrentJob) -> float:
    """Return what the present job pays a year: salary, bonus and the shares that vest [USD a year].

    Of dated vests, those of the twelve months from the first one on count.
    """
    return job.base_salary + job.annual_bonus + _annual_equity(job)


def left_behind(job: CurrentJob, start_on: dt.date | None, *, is_internal: bool = False) -> LeftBehind:
    """Return what moving to an offer leaves behind.

    Parameters
    ----------
    job : CurrentJob
    start_on : date or None
        The offer's start date; without one nothing can be told to fall before it.
    is_internal : bool
        A transfer within the company, which leaves nothing behind.
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


def present_job_terms(job: CurrentJob, start_on: dt.date | None) -> PayTerms:
    """Return the present job as pay terms whose months are those of the offer that starts on `start_on`.

    Dated vests fall in their months; equity without dates vests every three months, at the yearly rate that the file
    gives or, where it gives only the unvested whole, evenly over four years. Without a start date, the first dated
    vest falls in month 1 and the others at their distance from it.
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
