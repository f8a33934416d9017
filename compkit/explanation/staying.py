"""What staying in the current job is worth, as pay in even months."""

from __future__ import annotations

import datetime as dt

import numpy as np

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, assumed, node
from compkit.explanation.inputs import from_offer, zero_from_offer
from compkit.explanation.pay import OfferPay
from compkit.explanation.present import annual_equity, vest_on
from compkit.explanation.stock import growth_factor
from compkit.explanation.worth import discount, discounted, horizon
from compkit.model import CurrentJob
from compkit.pay import PayTerms, present_job_terms
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, month_of

_JOB = "candidate.current"
_A_YEAR = "USD a year"
_QUARTER = 3


def annuity(pay: OfferPay) -> Derivation:
    """Present value of a dollar a year in even months over the horizon [years]."""
    years, rate = horizon(pay), pay.evaluation.assumptions.discount_rate
    if not rate:
        return years
    mean = discount(rate, 1, MONTHS_A_YEAR * pay.n_years)
    return node("product", "present value of a dollar a year", [years, mean], "years")


class Staying:
    """The current job over the months of an offer.

    Parameters
    ----------
    pay : OfferPay
    job : CurrentJob
    """

    def __init__(self, pay: OfferPay, job: CurrentJob) -> None:
        self._pay, self._job = pay, job
        self._entry, self._evaluation = pay.entry, pay.evaluation
        self._n_months = MONTHS_A_YEAR * pay.n_years
        self._terms: PayTerms = present_job_terms(job, self._evaluation.offer.start_date)

    @property
    def present_value(self) -> Derivation:
        """What staying is worth today: cash discounted, shares at today's price [USD]."""
        job = self._evaluation.present_job
        value = None if job is None else float(job.summary["present_value"].iloc[0])
        parts = [self._salary, *self._bonuses, self._shares]
        return node("sum", "present value of staying", parts, value=value)

    @property
    def _salary(self) -> Derivation:
        yearly = from_offer(self._entry, f"{_JOB}.base_salary", "salary in your current job", _A_YEAR)
        whole = node("product", "salary if you stay", [yearly, horizon(self._pay)])
        return discounted(self._pay, whole, 1, self._n_months)

    @property
    def _bonuses(self) -> list[Derivation]:
        first = int(self._terms.terms["first_bonus_month"].iloc[0])
        at = range(first, self._n_months + 1, MONTHS_A_YEAR)
        if not self._job.annual_bonus or not at:
            return []
        bonus = from_offer(self._entry, f"{_JOB}.annual_bonus", "bonus in your current job", _A_YEAR)
        if self._evaluation.assumptions.discount_rate:
            return [
                discounted(self._pay, bonus.renamed(f"bonus of month {month}", "USD"), month, month) for month in at
            ]
        reason = f"payments within the horizon, the first in month {first}"
        times = assumed("bonuses", float(len(at)), "times", reason)
        return [node("product", "bonuses if you stay", [bonus, times])]

    @property
    def _shares(self) -> Derivation:
        """What vests while staying, at today's price [USD]."""
        name = "stock that vests if you stay, at today's price"
        if self._job.vests:
            within = [vest for _, vest in self._dated()]
            return (
                node("sum", name, within)
                if within
                else zero_from_offer(self._entry, f"{_JOB}.vests", name, "none vests within the horizon")
            )
        yearly = annual_equity(self._entry)
        last = MAX_YEARS if self._job.annual_equity is not None else 4
        reason = "it continues" if self._job.annual_equity is not None else "unvested stock is spread over four years"
        years = assumed("years of vesting in the horizon", float(min(self._pay.n_years, last)), "years", reason)
        return node("product", name, [yearly, years])

    def _dated(self) -> list[tuple[int, Derivation]]:
        """Return the month and the worth of each dated vest within the horizon."""
        vests = self._job.vests or ()
        first_on = min((vest.on for vest in vests), default=dt.date.max)
        start_on = self._evaluation.offer.start_date or first_on - dt.timedelta(days=1)
        months = [month_of(vest.on, start_on) for vest in vests]
        return [(at, vest_on(self._entry, n)) for n, at in enumerate(months) if 1 <= at <= self._n_months]

    def kept_equity(self) -> Derivation:
        """Return the current job's stock that a transfer keeps, as level pay [USD a year]."""
        job, growth = self._evaluation.present_job, self._evaluation.assumptions.growth
        value = None if job is None else float(job.by_year["equity"].sum())
        if not growth.rate:
            stock = node("sum", "current stock that a transfer keeps", [self._shares], value=value)
        else:
            vests = self._dated() if self._job.vests else self._quarterly()
            parts = [node("product", f"month {at}", [vest, growth_factor(growth, at, 0)]) for at, vest in vests]
            none = zero_from_offer(self._entry, _JOB, "current stock", "none vests within the horizon")
            stock = node("sum", "current stock that a transfer keeps", parts or [none], value=value)
        return node("quotient", "that stock as level pay", [stock, annuity(self._pay)], _A_YEAR)

    def _quarterly(self) -> list[tuple[int, Derivation]]:
        last = MONTHS_A_YEAR * (MAX_YEARS if self._job.annual_equity is not None else 4)
        part = assumed("share of a year", 0.25, "fraction", "stock without dates vests every three months")
        vest = node("product", "a quarter's stock", [annual_equity(self._entry), part])
        months = np.arange(_QUARTER, min(last, self._n_months) + 1, _QUARTER).tolist()
        return [(month, vest) for month in months]


def staying_of(evaluation: Evaluation, pay: OfferPay) -> Staying | None:
    """Return the current job beside an offer; None where the file tells of none."""
    job = evaluation.candidate.current
    return Staying(pay, job) if job is not None else None
