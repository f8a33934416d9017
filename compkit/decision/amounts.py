"""What each choice leaves a year after tax, leaving costs and repayments, case by case.

Source: docs/how-the-figures-are-made.md#decision
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from compkit.analysis import Evaluation, LocationAnalysis
from compkit.decision.rule import BASE, MissingFact
from compkit.decision.stress import PayByCase, offer_pay, paper_pay, staying_pay, staying_stock, years_in
from compkit.errors import CompkitError
from compkit.model import Candidate, CurrentJob, Offer
from compkit.offers import STAYING, unknown_stock
from compkit.pay import (
    FLAT,
    FloatArray,
    Growth,
    benefit_lines,
    left_behind,
    relocation_owed,
    repayable_relocation,
    sign_on_owed,
)
from compkit.periods import MONTHS_A_YEAR, start_years
from compkit.place import HomeCosts, Living, UnknownRentError, moved
from compkit.reference import Tables
from compkit.tax import TaxTables, finances_of_pay, household_tax, office_question, tax_tables

_WORTH_ASKING = 1.0
"""A fact that moves less than this changes nothing [USD a year]."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one choice leaves.

    Parameters
    ----------
    id : str
    net : dict of str to float
        By case: after tax, leaving costs and repayments, in prices of the current home, and if its cost is told, what
        would be worth as much there [USD a year].
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

    def at_home(self, amount: float, residence: str, offer: Offer | None = None) -> float:
        """Money that is worth in the place of comparison what an amount left elsewhere is worth [USD a year].

        If the household says that it rents or owns, the costs of its home are counted; see `moved`.

        Raises
        ------
        CompkitError
            If prices, or the rent that counts, aren't known.
        """
        if self.prices_of in (None, residence):
            return amount
        there = HomeCosts.of(self.candidate, offer, residence)
        here = (str(self.prices_of), HomeCosts.of(self.candidate))
        return float(moved(amount, (residence, there), here, self.tables))

    def most(self, before_tax: dict[str, float], offer: Offer | None = None) -> dict[str, float]:
        """Add to pay before tax what else the household has, and what its home costs if told [USD a year]."""
        finances, home = finances_of_pay(self.candidate, offer), HomeCosts.of(self.candidate)
        more = float((finances.spouse_wages or 0.0) + finances.other_income) if finances else 0.0
        if self.candidate.residence is not None:
            more += float(np.nan_to_num(home.before_prices([self.candidate.residence], self.tables))[0])
        return {case: amount + more for case, amount in before_tax.items()}

    def nets(
        self, pay: PayByCase, living: Living, start_on: dt.date, offer: Offer | None = None
    ) -> dict[str, FloatArray]:
        """Pay after tax by case and employment year, with an offer or the current job [USD].

        What the file says of a household counts, but for premiums and match, which count as benefits.

        Raises
        ------
        CompkitError
            If tax there can't be worked out.
        """
        finances = finances_of_pay(self.candidate, offer, living.residence)
        years = {case: start_years(start_on, len(totals)) for case, totals in pay.items()}
        taxed = household_tax(
            np.concatenate(list(pay.values())), living.residence, self.candidate.filing_status,
            np.concatenate(list(years.values())), self.law,
            deduction="best", work_place=living.work_place, is_remote=living.is_remote, finances=finances,
        )["net_pay"].to_numpy(dtype=float)  # fmt: skip
        ends = np.cumsum([len(totals) for totals in pay.values()])
        return dict(zip(pay, np.split(taxed, ends[:-1]), strict=True))


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
    growth : Growth
        Of the share price.
    """

    offer: Offer
    analysis: LocationAnalysis
    household: Household
    growth: Growth = FLAT

    @classmethod
    def of(cls, evaluation: Evaluation, household: Household) -> OfferPay:
        """Pay of an evaluated offer."""
        return cls(evaluation.offer, LocationAnalysis(evaluation), household)

    @cached_property
    def amounts(self) -> Amounts:
        """Amounts of the offer."""
        before_tax = {case: self._left(case, totals) for case, totals in self._pay.items()}
        paper = float(paper_pay(self.offer, self.household.tables, self.household.stay_years).mean())
        try:
            net = self.net()
        except CompkitError as error:
            most = self.household.most(before_tax, self.offer)
            what = "a home costs" if isinstance(error, UnknownRentError) else "taxes and prices are"
            unknown = MissingFact(f"what {what} where the {self.offer.company} job is", 0.0, most[BASE])
            return Amounts(self.offer.id, most, before_tax[BASE], paper, (unknown,), str(error))
        return Amounts(self.offer.id, net, before_tax[BASE], paper, tuple(self._missing(net[BASE])))

    def net(self, living: Living | None = None) -> dict[str, float]:
        """Amount left by case, living where the offer says or elsewhere [USD a year].

        Raises
        ------
        CompkitError
            If tax or prices there can't be worked out.
        """
        home = living or self.analysis.own
        nets = self.household.nets(self._pay, home, self._start_on, self.offer)
        return {
            case: self.household.at_home(self._left(case, years), home.residence, self.offer)
            for case, years in nets.items()
        }

    @property
    def _start_on(self) -> dt.date:
        return self.offer.start_date or self.household.start_on

    @property
    def _is_internal(self) -> bool:
        return self.offer.candidate_type == "internal"

    @cached_property
    def _pay(self) -> PayByCase:
        """Pay without stock that can't be sold, with the stock that a transfer keeps [USD]."""
        stay_years, job = self.household.stay_years, self.household.candidate.current
        pay = offer_pay(self.offer, self.household.tables, stay_years, self.growth)
        if job is None or not self._is_internal:
            return pay
        kept = staying_stock(job, self.household.start_on, stay_years)
        return {case: totals + kept.get(case, kept[BASE]) for case, totals in pay.items()}

    def _left(self, case: str, paid: FloatArray) -> float:
        """Yearly average of what is paid, with benefits if they count, less what is owed [USD a year]."""
        return (float(paid.sum()) - self._owed(case)) / len(paid) + self._benefits(case)

    def _owed(self, case: str) -> float:
        """Repayments due on moving, and on leaving at the end of the stay [USD]."""
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
            sold = replace(self, offer=_with_tradable_stock(self.offer)).net()[BASE]
            yield MissingFact(f"whether {self.offer.company}'s stock can be sold", base, max(base, sold))
        home, law = self.analysis.own, self.household.law
        if self.analysis.evaluation.entry.lacks_office and office_question(home.residence, law):
            nets = [
                _base_or_none(partial(self.net, replace(home, work_place=place))) for place in _offices_that_tax(law)
            ]
            known = [base, *(net for net in nets if net is not None)]
            if max(known) - min(known) > _WORTH_ASKING:
                fact = f"which office the remote {self.offer.company} job is assigned to"
                yield MissingFact(fact, min(known), max(known))


def staying_amounts(job: CurrentJob, household: Household) -> Amounts:
    """Amounts of the current job.

    Without a residence in the file it is taxed in the place of comparison, and could leave as little or as much as in
    any place with taxes and prices in the tables.
    """
    pay = staying_pay(job, household.start_on, household.stay_years)
    before_tax = {case: float(totals.mean()) for case, totals in pay.items()}

    def net(place: str) -> dict[str, float]:
        years = household.nets(pay, Living(place, place), household.start_on)
        return {case: household.at_home(float(left.mean()), place) for case, left in years.items()}

    lived_in = household.candidate.residence
    fact = "where you live now" if lived_in is None else "what taxes and prices are where you live now"
    home, why_no_tax = lived_in or household.prices_of, "the file has no residence"
    nets: dict[str, float] = {}
    if home is not None:
        try:
            nets = net(home)
        except CompkitError as error:
            why_no_tax = str(error)
    if not nets:
        most = household.most(before_tax)
        unknown = MissingFact(fact, 0.0, most[BASE])
        return Amounts(STAYING, most, before_tax[BASE], missing=(unknown,), why_no_tax=why_no_tax)
    missing: tuple[MissingFact, ...] = ()
    if lived_in is None:
        everywhere = (_base_or_none(partial(net, place)) for place in household.law.of_place)
        known = [one for one in everywhere if one is not None]
        missing = (MissingFact(fact, min(known), max(known)),)
    return Amounts(STAYING, nets, before_tax[BASE], missing=missing)


def _base_or_none(net: Callable[[], dict[str, float]]) -> float | None:
    """Amount left in the base case; None if it can't be worked out."""
    try:
        return net()[BASE]
    except CompkitError:
        return None


def _with_tradable_stock(offer: Offer) -> Offer:
    """Offer as if all stock of which nothing is known could be sold."""
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
    """List a place in each state that may tax work done at home for an office there."""
    found: dict[str, str] = {}
    for place, codes in law.of_place.items():
        for code in codes:
            if law.jurisdictions[code]["has_convenience_rule"]:
                found.setdefault(code, place)
    return list(found.values())
