"""The negotiation plan of one offer, worked out once for the notebook, the call sheet and the widgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from compkit.analysis import Evaluation, LocationAnalysis
from compkit.errors import CompkitError
from compkit.market import with_reported_pay
from compkit.model import Offer
from compkit.negotiation import guidance
from compkit.negotiation.batna import Alternatives, Zopa, alternatives
from compkit.negotiation.call_script import CallScript, call_script
from compkit.negotiation.concessions import ConcessionPlan, concession_plan
from compkit.negotiation.equal_pay import level_pay
from compkit.negotiation.guidance_rules import GuidanceContext
from compkit.negotiation.letter_facts import LetterFacts, build_letter_facts
from compkit.negotiation.letters import Letter, LetterKind, LetterRequest, Tone, asks_for_package, letter
from compkit.negotiation.lever_values import lever_worth
from compkit.negotiation.leverage import Hardness, Leverage, hardness, leverage
from compkit.negotiation.levers import LeverValue, lever_table, other_lever_values
from compkit.negotiation.limits import (
    YEARS_OF_A_PACKAGE,
    Limit,
    lever_limits,
    offered_total,
)
from compkit.negotiation.match import Match, find_match
from compkit.negotiation.packages import (
    Counter,
    EqualOn,
    Package,
    package_named,
)
from compkit.negotiation.plan_settings import PlanSettings
from compkit.negotiation.walk_away import WalkAway
from compkit.offers import Offers, is_same_candidate, load_offers
from compkit.pay import Assumptions
from compkit.periods import parse_report_date
from compkit.reference import Tables, load_letter_texts, load_tables

_ROUNDING_TOLERANCE = 0.5


@dataclass(frozen=True, slots=True)
class StopLine:
    """The pay below which the best alternative is worth more.

    Parameters
    ----------
    yearly : float
        The offer's level pay [USD a year].
    total : float
        The package with that pay, counted as packages are [USD].
    """

    yearly: float
    total: float


@dataclass(frozen=True)
class NegotiationPlan:
    """The negotiation of one offer.

    Parameters
    ----------
    analysis : LocationAnalysis
        The offer.
    others : tuple of LocationAnalysis
        The same candidate's other offers.
    settings : PlanSettings
    texts : mapping of str to str
        The templates of letters and scripts.
    left_out : tuple of str
        Offers that could not be read because of their faults, as pages name them.
    """

    analysis: LocationAnalysis
    others: tuple[LocationAnalysis, ...] = ()
    settings: PlanSettings = field(default_factory=PlanSettings)
    texts: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    left_out: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Negotiation plan for {self.evaluation.offer.id}: {self.evaluation.entry.job}"

    @property
    def evaluation(self) -> Evaluation:
        """The offer's evaluation."""
        return self.analysis.evaluation

    @property
    def tables(self) -> Tables:
        """The tables behind it."""
        return self.analysis.tables

    @property
    def other_offers(self) -> tuple[Offer, ...]:
        """The same candidate's other offers, in USD."""
        return tuple(other.evaluation.offer for other in self.others)

    @cached_property
    def limits(self) -> dict[str, Limit]:
        """The limits of each lever: beyond the guide's bands for a match."""
        rival = self.match.amounts if self.match else None
        return lever_limits(self.evaluation, beyond_band=self.settings.beyond_band, rival=rival)

    @cached_property
    def worth(self) -> dict[str, float]:
        """The worth of one more dollar of each lever, before tax unless the settings say after [USD]."""
        return lever_worth(self.analysis, stay_rate=self.settings.stay_rate, after_tax=self.settings.after_tax)

    @cached_property
    def _worth_after_tax(self) -> tuple[dict[str, float] | None, str]:
        try:
            return lever_worth(self.analysis, stay_rate=self.settings.stay_rate, after_tax=True), ""
        except CompkitError as error:
            return None, str(error)

    @property
    def worth_after_tax(self) -> dict[str, float] | None:
        """The same after tax; None if tax is unknown."""
        return self._worth_after_tax[0]

    @property
    def why_not_after_tax(self) -> str:
        """Why tax is unknown; otherwise empty."""
        return self._worth_after_tax[1]

    @cached_property
    def concessions(self) -> ConcessionPlan:
        """The asks, the first and highest one first."""
        given, match = self.settings, self.match
        floor = self.stop_line.total if self.stop_line and not (match and match.is_capped) else 0.0
        return concession_plan(
            self.evaluation, self.worth, target=given.target, n_steps=given.n_steps, limits=self.limits,
            equal_on=given.equal_on, at_least=floor, match=match.total if match else None,
        )  # fmt: skip

    @property
    def first_counter(self) -> Counter:
        """The packages of the first ask."""
        return self.concessions.ask

    @property
    def last_counter(self) -> Counter:
        """The packages of the last ask."""
        return self.concessions.fallback

    @property
    def ask(self) -> Package:
        """The package to ask for first."""
        return package_named(self.settings.package, self.first_counter.packages)

    @property
    def fallback(self) -> Package:
        """The package to settle for; none of its amounts is above the ask's."""
        asked = self.ask.amounts
        fitting = [one for one in self.last_counter.packages
                   if all(amount <= most for amount, most in zip(one.amounts, asked, strict=True))]  # fmt: skip
        return package_named(self.ask.name, fitting or list(self.last_counter.packages))

    @property
    def largest(self) -> Package:
        """The largest package inside the limits."""
        return self.first_counter.largest

    @property
    def offered(self) -> Package:
        """The offer as it stands."""
        return self.first_counter.offered

    @property
    def has_ask(self) -> bool:
        """Whether something inside the limits is above the offer and good enough to sign."""
        is_above = self.ask.amounts != self.offered.amounts and not self.zopa.is_empty
        return is_above and self.meets_stop_line(self.ask)

    def meets_stop_line(self, package: Package) -> bool:
        """Whether a package is at or above the stop line."""
        return self.stop_line is None or package.total >= self.stop_line.total - _ROUNDING_TOLERANCE

    @cached_property
    def alternatives(self) -> Alternatives:
        """The alternatives to this offer."""
        return alternatives(self.analysis, self.others)

    @property
    def walk_away(self) -> WalkAway:
        """The offer's own walk-away."""
        return self.alternatives.walk_away

    @cached_property
    def zopa(self) -> Zopa:
        """The zone of possible agreement."""
        most = self.ask.total if self.match else max(self.largest.total, self.ask.total)
        return self.alternatives.zopa(most, max(self.last_counter.target, self.offered.total))

    def level_pay_of(self, package: Package) -> float:
        """Level pay of the offer with a package, the rest of its pay as offered [USD a year]."""
        more = package.total - offered_total(self.evaluation.offer)
        return level_pay(self.evaluation) + more / YEARS_OF_A_PACKAGE

    def package_total_for(self, yearly: float) -> float:
        """Package total that gives a level pay, the rest of the pay as offered [USD]."""
        more = yearly - level_pay(self.evaluation)
        return offered_total(self.evaluation.offer) + YEARS_OF_A_PACKAGE * more

    @cached_property
    def stop_line(self) -> StopLine | None:
        """The best alternative, in the pay of this offer's own place; None if none is known."""
        yearly = self.alternatives.reservation
        return None if yearly is None else StopLine(yearly, self.package_total_for(yearly))

    @cached_property
    def match(self) -> Match | None:
        """The written offer to match; None with a target."""
        return None if self.settings.target is not None else find_match(self.alternatives, self.package_total_for)

    @property
    def loss_without_offer(self) -> float | None:
        """How much less the best alternative pays a year [USD]; None without one."""
        reservation = self.alternatives.reservation
        return None if reservation is None else level_pay(self.evaluation) - reservation

    @cached_property
    def leverage(self) -> tuple[Leverage, ...]:
        """The candidate's leverage."""
        return leverage(self.evaluation, self.other_offers)

    @cached_property
    def levers(self) -> pd.DataFrame:
        """One row per lever of pay; see `levers.lever_table`."""
        return lever_table(self.analysis, self.limits, self.worth, self.worth_after_tax)

    @cached_property
    def other_levers(self) -> list[LeverValue]:
        """What else to ask for, and its worth."""
        return other_lever_values(self.analysis)

    def hardness(self, package: Package) -> dict[str, Hardness]:
        """How hard a package is to grant, by lever."""
        return hardness(self.limits, package)

    @cached_property
    def _guidance(self) -> GuidanceContext:
        return GuidanceContext(self.evaluation, self.other_offers)

    @cached_property
    def tips(self) -> pd.DataFrame:
        """See `guidance.tips_for`."""
        return guidance.tips_for(self._guidance)

    @cached_property
    def strategy(self) -> pd.DataFrame:
        """See `guidance.strategy_for`."""
        return guidance.strategy_for(self._guidance)

    @cached_property
    def situations(self) -> pd.DataFrame:
        """See `guidance.situations_for`."""
        return guidance.situations_for(self._guidance)

    @cached_property
    def portfolio(self) -> pd.DataFrame:
        """See `guidance.portfolio_for`."""
        return guidance.portfolio_for(self._guidance)

    @cached_property
    def checklist(self) -> pd.DataFrame:
        """See `guidance.checklist`."""
        return guidance.checklist(self._guidance, has_ask=self.has_ask)

    @cached_property
    def facts(self) -> LetterFacts:
        """What letters that ask, and the call, may say."""
        return self._facts(asks=self.has_ask)

    def _facts(self, *, asks: bool) -> LetterFacts:
        others = [other.evaluation.entry for other in self.others]
        return build_letter_facts(
            self.evaluation.entry, others, written_on=self.evaluation.report_date,
            asked=self.ask if asks else None, fallback=self.fallback if asks and self.has_fallback else None,
            match_id=self.match.id if asks and self.match else None,
        )  # fmt: skip

    @property
    def has_fallback(self) -> bool:
        """Whether the fallback is above the offer, below the ask, and not below the stop line."""
        settled = self.fallback.amounts
        return (
            self.has_ask
            and settled not in (self.offered.amounts, self.ask.amounts)
            and self.meets_stop_line(self.fallback)
        )

    def letter(self, kind: LetterKind) -> Letter:
        """Write a letter in the chosen tone, as `compkit letter` does.

        Raises
        ------
        ClaimError
            If it would claim what the file does not hold.
        """
        facts = self.facts if asks_for_package(kind, self.settings.target) else self._facts(asks=False)
        return letter(LetterRequest(kind, facts, self.settings.tone), self.texts)

    @cached_property
    def script(self) -> CallScript | None:
        """The call script; None if there is nothing to ask for."""
        if not self.has_ask:
            return None
        return call_script(
            self.facts, self.texts, tone=self.settings.tone, mentions_competing=self.facts.may_mention_rival
        )


def negotiation_plan(
    offers: Offers,
    offer_id: str,
    tables: Tables,
    report_date: dt.date,
    settings: PlanSettings,
    assumptions: Assumptions | None = None,
) -> NegotiationPlan:
    """Plan the negotiation of one offer; the same person's other offers are its alternatives.

    Raises
    ------
    UnknownChoiceError
        If there is no such offer.
    """
    own = offers.entry(offer_id)
    mine, *others = (
        LocationAnalysis(Evaluation(entry, tables, assumptions or Assumptions(), report_date))
        for entry in [own, *(entry for entry in offers if entry is not own and is_same_candidate(entry, own))]
    )
    left_out = tuple(one.text for one in offers.left_out if one.may_concern(own))
    return NegotiationPlan(mine, tuple(others), settings, load_letter_texts(), left_out)


def load_negotiation_plan(
    offers_file: str,
    offer_id: str,
    *,
    report_date: str | None = None,
    target: float | None = None,
    package: str = "balanced",
    equal_on: EqualOn = "total",
    beyond_band: bool = False,
    n_steps: int = 2,
    tone: Tone = "plain",
    discount_rate: float = 0.0,
    stay_rate: float = 1.0,
    store: str | None = None,
) -> NegotiationPlan:
    """Load the negotiation plan of one offer of a file, with compkit's own tables and letters.

    Parameters
    ----------
    offers_file, offer_id, report_date, discount_rate, store
        See `load_evaluation`.
    target, package, equal_on, beyond_band, n_steps, tone, stay_rate
        See `PlanSettings`.

    Raises
    ------
    InputError
        If the file, or a target, has faults.
    UnknownChoiceError
        If the file has no such offer, or a choice is unknown.
    OutOfRangeError
        If an assumption is out of its range.

    Examples
    --------
    >>> import compkit as ck
    >>> plan = ck.load_negotiation_plan("data/offers/sample.yaml", "amazon-l6-seattle-before", report_date="2026-12-01")
    >>> plan.offered.total, plan.ask.total
    (1140000.0, 1325000.0)
    """
    tables = load_tables()
    assumptions = Assumptions(discount_rate=discount_rate)
    settings = PlanSettings(target, package, equal_on, beyond_band, n_steps, stay_rate, tone)
    on = parse_report_date(report_date)
    offers = with_reported_pay(load_offers(offers_file, tables=tables), tables, on, store)
    plan = negotiation_plan(offers, offer_id, tables, on, settings, assumptions)
    _ = plan.concessions  # raises for a target that does not fit
    return plan
