"""What each choice leaves a year after tax, leaving costs and repayments, case by case.

Source: docs/how-the-figures-are-made.md#decision
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from compkit.analysis import Evaluation, LocationAnalysis, unverified_schedules
from compkit.decision.rule import BASE, SLOWEST_SCHEDULE, STRESSES, MissingFact
from compkit.decision.stress import current_job_in, offer_in, terms_in, years_in
from compkit.errors import CompkitError
from compkit.model import Candidate, CurrentJob, Offer
from compkit.offers import unknown_stock
from compkit.pay import (
    Assumptions,
    FloatArray,
    PayTerms,
    benefit_lines,
    left_behind,
    pay_terms,
    present_job_terms,
    relocation_owed,
    repayable_relocation,
    sign_on_owed,
    valuation,
)
from compkit.periods import MONTHS_A_YEAR
from compkit.place import Living, price_level
from compkit.reference import Tables
from compkit.tax import TaxTables, employment_year_tax, office_question, tax_tables

STAYING = "staying"
_WORTH_ASKING = 1.0
"""A fact that moves less than this changes nothing [USD a year]."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one choice leaves.

    Parameters
    ----------
    id : str
    net : dict of str to float
        By case: after tax, leaving costs and repayments, in prices of the present home [USD a year].
    before_tax : float
        The same in the base case before tax, as paid [USD a year].
    paper : float
        Stock that can't be sold; it is in no other figure [USD a year].
    missing : tuple of MissingFact
    why_no_tax : str
        Why tax or prices there can't be worked out: `net` is then the most it could leave, before tax. Else empty.
    """

    id: str
    net: dict[str, float]
    before_tax: float
    paper: float = 0.0
    missing: tuple[MissingFact, ...] = ()
    why_no_tax: str = ""


@dataclass(frozen=True)
class Household:
    """What the amounts of one person's choices have in common.

    Parameters
    ----------
    candidate : Candidate
    tables : Tables
    stay_years : int
        How long the person expects to stay [years].
    start_on : date
        When staying begins to count, and the first day of an offer that gives none.
    prices_of : str or None
        The place in whose prices amounts are compared; None compares them as paid.
    counts_benefits : bool
        Whether benefits are known for every ranked choice.
    """

    candidate: Candidate
    tables: Tables
    stay_years: int
    start_on: dt.date
    prices_of: str | None = None
    counts_benefits: bool = False

    @cached_property
    def law(self) -> TaxTables:
        """The tax tables ready for look-ups."""
        return tax_tables(self.tables)

    def price_factor(self, residence: str) -> float:
        """Factor that turns money spent in a place into money spent in the place of comparison."""
        if self.prices_of in (None, residence):
            return 1.0
        here, there = price_level([str(self.prices_of), residence], self.tables)
        return float(here / there)

    def net(self, totals: FloatArray, owed: float, living: Living, start_on: dt.date) -> float:
        """Yearly average of pay by employment year, less tax and what is owed [USD a year].

        Raises
        ------
        CompkitError
            If tax or prices there can't be worked out.
        """
        taxed = employment_year_tax(
            totals.tolist(), start_on, living.residence, self.candidate.filing_status, self.law,
            work_place=living.work_place, is_remote=living.is_remote,
        )  # fmt: skip
        return (float(taxed["net"].sum()) - owed) / len(totals) * self.price_factor(living.residence)


@dataclass(frozen=True)
class OfferPay:
    """One offer's pay over the stay, case by case.

    Parameters
    ----------
    offer : Offer
        In USD.
    analysis : LocationAnalysis
        Where the candidate would live with it.
    household : Household
    """

    offer: Offer
    analysis: LocationAnalysis
    household: Household

    @classmethod
    def of(cls, evaluation: Evaluation, household: Household) -> OfferPay:
        """Pay of an evaluated offer."""
        return cls(evaluation.offer, LocationAnalysis(evaluation), household)

    @cached_property
    def amounts(self) -> Amounts:
        """What the offer leaves."""
        cases = [case for case in (BASE, *STRESSES) if case != SLOWEST_SCHEDULE or self._has_unverified_schedule]
        before_tax = {case: self.before_tax(case) for case in cases}
        paper = float(_by_year(self._terms(BASE), self.household.stay_years, "paper").mean())
        try:
            net = {case: self.net(case) for case in cases}
        except CompkitError as error:
            unknown = MissingFact(f"taxes and prices where the {self.offer.company} job is", 0.0, before_tax[BASE])
            return Amounts(self.offer.id, before_tax, before_tax[BASE], paper, (unknown,), str(error))
        return Amounts(self.offer.id, net, before_tax[BASE], paper, tuple(self._missing(net[BASE])))

    def before_tax(self, case: str) -> float:
        """Its yearly average less what is owed [USD a year]."""
        totals = self._totals(case)
        return (float(totals.sum()) - self._owed(case)) / len(totals) + self._benefits(case)

    def net(self, case: str, living: Living | None = None) -> float:
        """What it leaves in a case, living where the offer says or elsewhere [USD a year]."""
        home = living or self.analysis.own
        left = self.household.net(self._totals(case), self._owed(case), home, self._start_on)
        return left + self._benefits(case) * self.household.price_factor(home.residence)

    @property
    def _start_on(self) -> dt.date:
        return self.offer.start_date or self.household.start_on

    @property
    def _is_internal(self) -> bool:
        return self.offer.candidate_type == "internal"

    @property
    def _has_unverified_schedule(self) -> bool:
        return bool(unverified_schedules(self.offer, self.household.tables))

    def _terms(self, case: str) -> PayTerms:
        tables = self.household.tables
        offer = offer_in(self.offer, case, tables, self.household.stay_years)
        return terms_in(pay_terms([offer], tables.schedules), case)

    def _totals(self, case: str) -> FloatArray:
        """Pay by employment year, without stock that can't be sold, with the stock that a transfer keeps [USD]."""
        n_years, job = years_in(case, self.household.stay_years), self.household.candidate.current
        totals = _by_year(self._terms(case).liquid, n_years, "total")
        kept = _staying_by_year(job, self.household, case, "equity") if job and self._is_internal else 0.0
        return np.asarray(totals + kept)

    def _owed(self, case: str) -> float:
        """What moving makes due, and what leaving at the end of the stay does [USD]."""
        n_months, job = years_in(case, self.household.stay_years) * MONTHS_A_YEAR, self.household.candidate.current
        later = sign_on_owed(self.offer, n_months) + relocation_owed(repayable_relocation(self.offer), n_months)
        now = left_behind(job, self._start_on, is_internal=self._is_internal).repayment_owed if job else 0.0
        return float(later[-1]) + now

    def _benefits(self, case: str) -> float:
        """Benefits, if they count [USD a year]."""
        if not self.household.counts_benefits:
            return 0.0
        n_years = years_in(case, self.household.stay_years)
        lines = benefit_lines(self.offer, n_years, tables=self.household.tables).drop(index="relocation")
        return float(lines.to_numpy().sum()) / n_years

    def _missing(self, base: float) -> Iterator[MissingFact]:
        """Yield unknown facts about the offer that change what it leaves."""
        if unknown_stock(self.offer):
            sold = replace(self, offer=_with_tradable_stock(self.offer)).net(BASE)
            yield MissingFact(f"whether {self.offer.company}'s stock can be sold", base, max(base, sold))
        home, law = self.analysis.own, self.household.law
        if self.analysis.evaluation.entry.lacks_office and office_question(home.residence, law):
            nets = [_net_or_none(lambda place=place: self.net(BASE, replace(home, work_place=place)))
                    for place in _offices_that_tax(law)]  # fmt: skip
            known = [base, *(net for net in nets if net is not None)]
            if max(known) - min(known) > _WORTH_ASKING:
                fact = f"which office the remote {self.offer.company} job is assigned to"
                yield MissingFact(fact, min(known), max(known))


def staying_amounts(job: CurrentJob, household: Household) -> Amounts:
    """What the current job leaves.

    Without a residence in the file it is taxed in the place of comparison, and could leave as little or as much as in
    any place with taxes and prices in the tables.
    """
    cases = [case for case in (BASE, *STRESSES) if case != SLOWEST_SCHEDULE]
    totals = {case: _staying_by_year(job, household, case, "total") for case in cases}
    before_tax = {case: float(pay.mean()) for case, pay in totals.items()}

    def net(case: str, place: str) -> float:
        return household.net(totals[case], 0.0, Living(place, place), household.start_on)

    home = household.candidate.residence or household.prices_of
    fact, nets, why_no_tax = "where you live now", {}, "the file has no residence"
    if home is not None:
        try:
            nets = {case: net(case, home) for case in cases}
        except CompkitError as error:
            fact, why_no_tax = "taxes and prices where you live now", str(error)
    if not nets:
        unknown = MissingFact(fact, 0.0, before_tax[BASE])
        return Amounts(STAYING, before_tax, before_tax[BASE], missing=(unknown,), why_no_tax=why_no_tax)
    missing: tuple[MissingFact, ...] = ()
    if household.candidate.residence is None:
        everywhere = (_net_or_none(lambda place=place: net(BASE, place)) for place in household.law.of_place)
        known = [one for one in everywhere if one is not None]
        missing = (MissingFact(fact, min(known), max(known)),)
    return Amounts(STAYING, nets, before_tax[BASE], missing=missing)


def _staying_by_year(job: CurrentJob, household: Household, case: str, component: str) -> FloatArray:
    """A component of the current job's pay by year in a case [USD]."""
    there = current_job_in(job, case, household.stay_years)
    pay = terms_in(present_job_terms(there, household.start_on), case)
    return _by_year(pay, years_in(case, household.stay_years), component)


def _by_year(pay: PayTerms, n_years: int, component: str) -> FloatArray:
    return np.asarray(valuation(pay, Assumptions(n_years=n_years)).by_year[component][0])


def _net_or_none(net: Callable[[], float]) -> float | None:
    try:
        return net()
    except CompkitError:
        return None


def _with_tradable_stock(offer: Offer) -> Offer:
    """The offer as if all stock of which nothing is known could be sold."""
    known = {"tradable": True}
    plan = offer.refresher_plan
    changed = {
        name: tuple(one.model_copy(update=known) if one.tradable is None else one for one in getattr(offer, name))
        for name in ("equity", "refreshers")
    }
    if plan is not None and plan.tradable is None:
        plan = plan.model_copy(update=known)
    return offer.model_copy(update={**changed, "refresher_plan": plan})


def _offices_that_tax(law: TaxTables) -> list[str]:
    """A place in each state that may tax work done at home for an office there."""
    found: dict[str, str] = {}
    for place, codes in law.of_place.items():
        for code in codes:
            if law.jurisdictions[code]["has_convenience_rule"]:
                found.setdefault(code, place)
    return list(found.values())
