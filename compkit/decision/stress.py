"""Pay by employment year in each stress case: half the stock, no bonus, no refreshers, another stay or schedule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from compkit.analysis import unverified_schedules
from compkit.decision.rule import (
    BASE,
    LEAVING_SOON,
    NO_BONUS,
    NO_REFRESHERS,
    SLOWEST_SCHEDULE,
    STAYING_LONG,
    STOCK_DOWN,
)
from compkit.model import EVEN_VESTING, CurrentJob, Grant, Offer, schedule_name
from compkit.pay import FLAT, Assumptions, FloatArray, Growth, PayTerms, pay_terms, present_job_terms, valuation
from compkit.periods import MONTHS_A_YEAR
from compkit.reference import Tables

SHORT_YEARS, LONG_YEARS = 1, 4
_STOCK_LOST = 0.5

PayByCase = Mapping[str, FloatArray]
"""Pay by case: an array of employment years, as many as the case counts [USD]."""


def years_in(case: str, stay_years: int) -> int:
    """Years of pay that count in a case [years]."""
    return {LEAVING_SOON: SHORT_YEARS, STAYING_LONG: LONG_YEARS}.get(case, stay_years)


def offer_pay(offer: Offer, tables: Tables, stay_years: int, growth: Growth = FLAT) -> PayByCase:
    """Pay of an offer by case, without stock that can't be sold.

    Parameters
    ----------
    offer : Offer
        In USD.
    tables : Tables
    stay_years : int
        How long the person expects to stay [years].
    growth : Growth
        Of every share price; flat, since the decision counts today's.
    """
    variants = {BASE: offer, NO_REFRESHERS: offer.model_copy(update={"refreshers": (), "refresher_plan": None})}
    if unverified_schedules(offer, tables):
        variants[SLOWEST_SCHEDULE] = _with_slowest_schedules(offer, tables, stay_years)
    # Valued together, which takes no longer than one of them.
    renamed = [one.model_copy(update={"id": f"case-{number}"}) for number, one in enumerate(variants.values())]
    parts = _parts(pay_terms(renamed, tables.schedules).liquid, stay_years, growth)
    return _by_case(dict(zip(variants, parts, strict=True)), stay_years)


def paper_pay(offer: Offer, tables: Tables, stay_years: int) -> FloatArray:
    """Stock of an offer that can't be sold, by employment year [USD]."""
    pay = pay_terms([offer], tables.schedules)
    if not pay.has_paper:
        return np.zeros(stay_years)
    return np.asarray(valuation(pay, Assumptions(n_years=stay_years)).by_year["paper"][0])


def staying_pay(job: CurrentJob, start_on: dt.date, stay_years: int) -> PayByCase:
    """Pay of the current job by case, its years counted from a day."""
    ended = job
    if job.annual_equity is not None and job.unvested_equity is not None:
        # Without new grants, no more can vest than is promised.
        ended = job.model_copy(update={"annual_equity": min(job.annual_equity, job.unvested_equity / stay_years)})
    variants = {BASE: job, NO_REFRESHERS: ended}
    return _by_case({case: _parts(present_job_terms(one, start_on), stay_years)[0] for case, one in variants.items()},
                    stay_years)  # fmt: skip


def staying_stock(job: CurrentJob, start_on: dt.date, stay_years: int) -> PayByCase:
    """Stock in `staying_pay`, which a transfer within the company keeps."""
    without = job.model_copy(update={"annual_equity": None, "unvested_equity": None, "vests": None})
    cash = staying_pay(without, start_on, stay_years)
    return {case: pay - cash[case] for case, pay in staying_pay(job, start_on, stay_years).items()}


@dataclass(frozen=True, slots=True)
class _Parts:
    """Pay by employment year, and how much of it is bonus and stock [USD]."""

    total: FloatArray
    bonus: FloatArray
    stock: FloatArray


def _parts(pay: PayTerms, stay_years: int, growth: Growth = FLAT) -> list[_Parts]:
    """Parts of each job's pay over the longest case."""
    horizon = Assumptions(growth, n_years=max(stay_years, LONG_YEARS))
    years, is_cash = valuation(pay, horizon).by_year, pay.grants["is_cash"].to_numpy(dtype=bool)
    stock = years["equity"]
    if is_cash.any():
        stock = valuation(replace(pay, grants=pay.grants[~is_cash]), horizon).by_year["equity"]
    return [_Parts(*rows) for rows in zip(years["total"], years["bonus"], stock, strict=True)]


def _by_case(variants: Mapping[str, _Parts], stay_years: int) -> PayByCase:
    base = variants[BASE]
    pay = {case: parts.total for case, parts in variants.items()}
    pay |= {STOCK_DOWN: base.total - _STOCK_LOST * base.stock, NO_BONUS: base.total - base.bonus}
    pay |= {LEAVING_SOON: base.total, STAYING_LONG: base.total}
    return {case: years[: years_in(case, stay_years)] for case, years in pay.items()}


def _with_slowest_schedules(offer: Offer, tables: Tables, stay_years: int) -> Offer:
    """Replace each unverified schedule by an even one with yearly vests, if that vests less by the end of the stay."""
    unverified, month = unverified_schedules(offer, tables), stay_years * MONTHS_A_YEAR

    def vested(name: str) -> float:
        schedule = tables.schedules[name]
        return sum(part for at, part in zip(schedule.months, schedule.fractions, strict=True) if at <= month)

    def slowest(grant: Grant) -> Grant:
        name = schedule_name(offer.vesting_of(grant))
        is_slower = name in unverified and vested(EVEN_VESTING) < vested(str(name))
        return grant.model_copy(update={"vesting": EVEN_VESTING}) if is_slower else grant

    return offer.model_copy(update={"equity": tuple(map(slowest, offer.equity))})
