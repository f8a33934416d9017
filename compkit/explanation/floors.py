"""What an offer must pay at least, what staying and other offers are worth, and where both sides can agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from compkit.analysis import LocationAnalysis
from compkit.errors import CompkitError
from compkit.explanation.asks import Asks
from compkit.explanation.derivation import Derivation, assumed, defined, node
from compkit.explanation.household import costs_of_living, traced_finances
from compkit.explanation.inputs import from_offer
from compkit.explanation.operations import SEARCH
from compkit.explanation.pay import OfferPay
from compkit.explanation.places import one_year_net, price_level
from compkit.explanation.present import current_total
from compkit.explanation.staying import annuity, staying_of
from compkit.explanation.traced_law import TracedTables
from compkit.explanation.worth import Figures, present_value
from compkit.negotiation import (
    COST_OF_LIVING,
    GROWTH,
    HOME_DEDUCTIONS,
    HOUSEHOLD_PARTS,
    RISK,
    SPOUSE_WAGES,
    YEARS_OF_A_PACKAGE,
    Alternative,
    NegotiationPlan,
    Part,
    WalkAway,
    household_with,
    price_ratio,
    share_prices,
)
from compkit.pay import PRESENT_JOB
from compkit.place import Living, price_level as price_levels
from compkit.tax import Finances

_A_YEAR = "USD a year"
_PART_WORDS = {COST_OF_LIVING: "cost of living", RISK: "risk of a move", GROWTH: "room to grow",
               HOME_DEDUCTIONS: "lost deductions of your home",
               SPOUSE_WAGES: "change in your spouse's wages"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Household:
    """The rest of a household as plain figures and traced, and the offer whose home costs count."""

    plain: Finances | None
    traced: Finances | None
    analysis: LocationAnalysis


def _household_with(analysis: LocationAnalysis) -> _Household:
    plain = household_with(analysis)
    return _Household(plain, traced_finances(analysis.evaluation.entry, plain), analysis)


class Floors:
    """The sums of one negotiation as nodes.

    Parameters
    ----------
    plan : NegotiationPlan
    pay : OfferPay
        Of the plan's own offer.
    """

    def __init__(self, plan: NegotiationPlan, pay: OfferPay) -> None:
        self._plan, self._analysis, self._pay = plan, plan.analysis, pay
        self._evaluation, self._entry = plan.evaluation, plan.evaluation.entry
        self.asks = Asks(plan, self.reservation, self.level_pay)

    @property
    def figures(self) -> Figures:
        """What explains each figure of the negotiation, by its recorded name."""
        zone, walk = self._plan.zopa, self._plan.walk_away
        makers: Mapping[str, tuple[float | None, partial[Derivation]]] = {
            "walk-away": (walk.amount, partial(self.walk_away)),
            "staying, level pay here": (walk.cash_flow_here, partial(self._staying_here)),
            "reservation value": (zone.reservation, partial(self.reservation)),
            "offer, level pay": (zone.offered, partial(self.level_pay)),
            "target, level pay": (zone.aspired, partial(self._target_pay)),
        }
        found: Figures = {
            f"negotiation {name}": partial(self._named, f"negotiation {name}", make)
            for name, (value, make) in makers.items()
            if value is not None
        }
        return found | self.asks.figures

    def _named(self, name: str, make: partial[Derivation]) -> Derivation:
        return replace(make(), name=name)

    @cached_property
    def _law(self) -> TracedTables:
        return TracedTables(self._analysis.law, self._analysis.tables)

    def walk_away(self) -> Derivation:
        """Return the guide's walk-away: the current job's year and what the guide adds [USD a year]."""
        parts = [current_total(self._evaluation), *(self._part(part) for part in self._plan.walk_away.parts)]
        return node("sum", "walk-away", parts, _A_YEAR, self._plan.walk_away.amount)

    def _part(self, part: Part) -> Derivation:
        words, walk = _PART_WORDS[part.name], self._plan.walk_away
        if part.is_given:
            return from_offer(self._entry, f"candidate.walk_away.{part.name}", words, _A_YEAR)
        if part.name not in (COST_OF_LIVING, *HOUSEHOLD_PARTS):
            return assumed(words, part.amount or 0.0, _A_YEAR, part.reason)
        total = current_total(self._evaluation)
        each = [
            self._here(total, walk.home, value, how, household=household)
            for (value, how), household in zip(walk.each_here(total.value), self._households, strict=True)
        ]
        if part.name == COST_OF_LIVING:
            return node("difference", words, [each[-1], total], _A_YEAR, part.amount)
        position = HOUSEHOLD_PARTS.index(part.name)
        return node("difference", words, each[position : position + 2], _A_YEAR, part.amount)

    @cached_property
    def _household(self) -> _Household:
        return _household_with(self._analysis)

    @cached_property
    def _households(self) -> list[_Household]:
        """Those of `WalkAway.households`; only the last is with the offer."""
        *without, _ = self._plan.walk_away.households
        each = [(plain, traced_finances(self._entry, plain, is_with_offer=False)) for plain in without]
        return [*(_Household(plain, traced, self._analysis) for plain, traced in each), self._household]

    def _here(
        self,
        amount: Derivation,
        living: Living | None,
        value: float,
        how: str,
        preference: float = 0.0,
        *,
        household: _Household,
    ) -> Derivation:
        """Return the pay that buys, where the offer would be lived, what an amount buys in another living.

        With a preference, its worth after tax is added to that, or taken off where it is below 0. The amount as it is
        where both are taxed and priced alike, with one household, or where one of them cannot be worked out.
        """
        own, name = self._analysis.own, f"{amount.name}, here"
        living = own if living is None or living.is_taxed_like(own) else living
        is_taxed = self._can_be_taxed(living)
        is_alike = living is own and household.plain == self._household.plain and not self._has_other_home(household)
        if not preference and (is_alike or not is_taxed):
            return amount.renamed(name, note=how)
        worth, operation = self._preference(is_here=is_taxed), "sum" if preference > 0 else "above"
        if not is_taxed:
            return node(operation, name, [amount, worth], _A_YEAR, value, how)
        pay = assumed("the pay here", value, _A_YEAR, "the one that the search found")
        left = one_year_net(pay, own, self._analysis, self._law, self._household.traced)
        needed = one_year_net(amount, living, self._analysis, self._law, household.traced)
        needed = self._moved(needed, living, household.analysis)
        if preference:
            needed = node(operation, "what must be left here, with your preference", [needed, worth], _A_YEAR)
        return self._found(name, value, left, needed, how)

    def _has_other_home(self, household: _Household) -> bool:
        """Whether the file says of another offer in the same place that a home costs something else."""
        here = self._analysis.own.residence
        return household.analysis.home_costs.told(here) != self._analysis.home_costs.told(here)

    def _moved(self, net: Derivation, living: Living, other: LocationAnalysis) -> Derivation:
        """Return what must be left here to be worth as much as net pay in a living; see `place.moved`."""
        here, is_told = self._analysis.own.residence, self._analysis.home_costs.is_told
        if is_told:
            net = node("difference", "what is kept of it", [net, *costs_of_living(other, living.residence)], _A_YEAR)
        if living is self._analysis.own or share_prices(here, living.residence, self._analysis.tables):
            net = net.renamed("what must be left here")
        else:
            ratio = self._price_ratio(living.residence)
            net = node("product", "what must be left here to buy as much", [net, ratio], _A_YEAR)
        if not is_told:
            return net
        costs = costs_of_living(self._analysis, here)
        return node("sum", "what must be left here before the costs here", [net, *costs], _A_YEAR)

    def _preference(self, *, is_here: bool) -> Derivation:
        """Return what the person's preference is worth after tax: as stated, or in this place's prices [USD a year]."""
        told = from_offer(
            self._entry, "candidate.decision.preferred_worth", "what you would rather have is worth", _A_YEAR
        )
        home = self._evaluation.candidate.residence
        if not is_here or home is None or price_ratio(self._analysis) == 1.0:
            return told
        return node("product", f"{told.name}, in the prices here", [told, self._price_ratio(home)], _A_YEAR)

    def _price_ratio(self, home: str) -> Derivation:
        here = self._analysis.own.residence
        levels = [price_level(self._analysis, each, f"price level of {each}") for each in (here, home)]
        return node("quotient", f"prices in {here} over those in {home}", levels, "ratio")

    def _found(self, name: str, value: float, left: Derivation, needed: Derivation, how: str) -> Derivation:
        note = f"found by search: the least pay with which the first line is what the second says; {how}"
        arguments = {"miss": repr(left.value - needed.value)}
        return Derivation(name, value, _A_YEAR, SEARCH, (left, needed), note=note, arguments=arguments)

    def _can_be_taxed(self, living: Living) -> bool:
        try:
            for each in (living, self._analysis.own):
                self._analysis.net_pay_over(np.zeros(1), each, self._household.plain)
                price_levels([each.residence], self._analysis.tables)
        except CompkitError:
            return False
        return True

    def _staying_here(self) -> Derivation:
        walk = self._plan.walk_away
        value, how = walk.cash_flow_here or 0.0, walk.basis_here
        return self._here(self._staying_pay(), walk.home, value, how, household=self._households[0])

    def _staying_pay(self) -> Derivation:
        """Return the pay in even months that is worth as much as staying and what is owed on leaving [USD a year]."""
        staying = staying_of(self._evaluation, self._pay)
        if staying is None:
            raise KeyError(PRESENT_JOB)
        worth = [staying.present_value]
        if self._plan.walk_away.repayment_owed:
            worth.append(from_offer(self._entry, "candidate.current.repayment_owed", "money to pay back on leaving"))
        whole = worth[0] if len(worth) == 1 else node("sum", "staying, and what leaving makes due", worth)
        level = node("quotient", "staying as level pay", [whole, annuity(self._pay)], _A_YEAR)
        if not self._plan.walk_away.kept_equity:
            return level
        return node("difference", "staying as level pay, less stock that a transfer keeps",
                    [level, staying.kept_equity()], _A_YEAR, self._plan.walk_away.cash_flow)  # fmt: skip

    def level_pay(self) -> Derivation:
        """Return the pay in even months that has the offer's present value [USD a year]."""
        return _level_pay(self._pay, self._plan.zopa.offered)

    def reservation(self) -> Derivation:
        """Pay of the best alternative [USD a year]."""
        nodes = [self._alternative(one) for one in self._plan.alternatives.all if one.value is not None]
        note = "the best of them"
        return node("maximum", "reservation value", nodes, _A_YEAR, self._plan.alternatives.reservation, note)

    def _alternative(self, one: Alternative) -> Derivation:
        if one.id == PRESENT_JOB:
            amount, living = self._staying_pay(), self._plan.walk_away.home
            household = self._households[0]
        else:
            other = next(each for each in self._plan.others if each.evaluation.offer.id == one.id)
            amount, living, household = self._level_pay_there(other), other.own, _household_with(other)
        found = self._here(amount, living, one.value or 0.0, one.reason, one.preference, household=household)
        return replace(found, name=f"alternative {one.id}")

    def _level_pay_there(self, other: LocationAnalysis) -> Derivation:
        """Return another offer's level pay at its own place, less what it alone makes due [USD a year]."""
        pay, mine = OfferPay(other.evaluation), self._plan.walk_away
        more, less = [_level_pay(pay)], list[Derivation]()
        behind = other.evaluation.left_behind
        due = (behind.repayment_owed if behind else 0.0) - mine.repayment_owed
        if due:
            owed = from_offer(self._entry, "candidate.current.repayment_owed", "money to pay back on leaving")
            level = node("quotient", "that money as level pay", [owed, annuity(pay)], _A_YEAR)
            (less if due > 0 else more).append(level)
        for analysis, own_pay, side in ((other, pay, more), (self._analysis, self._pay, less)):
            staying = staying_of(analysis.evaluation, own_pay)
            if staying is not None and WalkAway(analysis).kept_equity:
                side.append(staying.kept_equity())
        if len(more) == 1 and not less:
            return more[0]
        gained = more[0] if len(more) == 1 else node("sum", "level pay with what else it brings", more, _A_YEAR)
        return node(
            "above", f"level pay of {other.evaluation.offer.id}, less what it alone costs", [gained, *less], _A_YEAR
        )

    def _target_pay(self) -> Derivation:
        """Level pay of the offer with the target, the rest of its pay as offered [USD a year]."""
        more = node("difference", "by how much the target lies above the offer",
                    [self.asks.aimed_at(), self.asks.offered_total()])  # fmt: skip
        return node("sum", "target, level pay", [self.level_pay(), yearly_of(more)], _A_YEAR, self._plan.zopa.aspired)


def yearly_of(amount: Derivation) -> Derivation:
    """Return a package's amount a year [USD a year]."""
    years = defined("years of a package", float(YEARS_OF_A_PACKAGE), "years", "a package counts four years")
    return node("quotient", f"{amount.name}, a year", [amount, years], _A_YEAR)


def _level_pay(pay: OfferPay, value: float | None = None) -> Derivation:
    name = f"level pay of {pay.offer.id}"
    return node("quotient", name, [present_value(pay), annuity(pay)], _A_YEAR, value)
