"""The stress cases on pay: half the stock, no bonus, no refreshers, the slowest plausible vesting schedule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from compkit.analysis import unverified_schedules
from compkit.decision.rule import LEAVING_SOON, NO_BONUS, NO_REFRESHERS, SLOWEST_SCHEDULE, STAYING_LONG, STOCK_DOWN
from compkit.model import EVEN_VESTING, CurrentJob, Grant, Offer, schedule_name
from compkit.pay import PayTerms
from compkit.periods import MONTHS_A_YEAR
from compkit.reference import Tables

SHORT_YEARS, LONG_YEARS = 1, 4
_HALF = 0.5


def years_in(case: str, stay_years: int) -> int:
    """Years of pay that count in a case [years]."""
    return {LEAVING_SOON: SHORT_YEARS, STAYING_LONG: LONG_YEARS}.get(case, stay_years)


def offer_in(offer: Offer, case: str, tables: Tables, stay_years: int) -> Offer:
    """The offer as a case changes its grants."""
    if case == NO_REFRESHERS:
        return offer.model_copy(update={"refreshers": (), "refresher_plan": None})
    return _with_slowest_schedules(offer, tables, stay_years) if case == SLOWEST_SCHEDULE else offer


def current_job_in(job: CurrentJob, case: str, stay_years: int) -> CurrentJob:
    """The current job as a case changes its stock: without new grants no more can vest than is promised."""
    if case != NO_REFRESHERS or job.annual_equity is None or job.unvested_equity is None:
        return job
    return job.model_copy(update={"annual_equity": min(job.annual_equity, job.unvested_equity / stay_years)})


def terms_in(pay: PayTerms, case: str) -> PayTerms:
    """The pay terms as a case changes what they pay: half the stock, or no bonus."""
    if case == NO_BONUS:
        return replace(pay, terms=pay.terms.assign(bonus_target_rate=0.0, annual_bonus=0.0))
    if case == STOCK_DOWN:
        factor = np.where(pay.grants["is_cash"].to_numpy(dtype=bool), 1.0, _HALF)
        return replace(pay, grants=pay.grants.assign(units=pay.grants["units"].to_numpy(dtype=float) * factor))
    return pay


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
