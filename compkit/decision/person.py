"""The one decision of a person: their choices, what each leaves, who leads, and the next step."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from compkit.analysis import Evaluation
from compkit.decision.amounts import Amounts, Household, OfferPay, staying_amounts
from compkit.decision.next_step import NextStep, next_step
from compkit.decision.rule import BASE, CaseLead, Choice, Preference, Ruling, Status, case_leads, decide
from compkit.decision.ties import Tie, tie_with
from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import Candidate
from compkit.offers import STAYING, OfferEntry, Person, superseded_ids
from compkit.pay import Assumptions
from compkit.periods import MAX_YEARS
from compkit.place import HomeCosts, price_indices
from compkit.process import person_clashes
from compkit.reference import Tables

DecisionState = str
"""alone, unknown, even, clear, leans, or staying where keeping the current job leads, firmly or not."""


@dataclass(frozen=True, slots=True)
class Round:
    """What the negotiation of one job won so far, after tax [USD a year]: its latest round less the one before."""

    id: str
    earlier: str
    won: float


@dataclass(frozen=True)
class Decision:
    """One person's decision.

    Parameters
    ----------
    person : Person
    tables : Tables
    report_date : date
        Decides which deadlines have passed.

    Notes
    -----
    The expected stay, the preference and the must-haves are those of `candidate.decision`.
    """

    person: Person
    tables: Tables = field(repr=False)
    report_date: dt.date

    def __repr__(self) -> str:
        return f"Decision of {self.person.label}: {self.state}"

    @property
    def candidate(self) -> Candidate:
        """Who decides."""
        return self.person.entries[0].candidate

    @property
    def stay_years(self) -> int:
        """How long the person expects to stay [years]."""
        return self.candidate.decision.stay_years

    @cached_property
    def superseded(self) -> tuple[OfferEntry, ...]:
        """Earlier rounds of the same jobs: they only show what the negotiation won."""
        earlier = superseded_ids(self.person.entries)
        return tuple(entry for entry in self.person.entries if entry.offer.id in earlier)

    @cached_property
    def entries(self) -> dict[str, OfferEntry]:
        """The latest round of each job, by id."""
        return {entry.offer.id: entry for entry in self.person.entries if entry not in self.superseded}

    @cached_property
    def statuses(self) -> dict[str, Status]:
        """Status of each choice by id; staying comes last, where a current job is entered."""
        found: dict[str, Status] = {}
        for offer_id, entry in self.entries.items():
            offer = entry.offer
            found[offer_id] = "expired" if offer.has_expired(self.report_date) else offer.status or "verbal"
        return {**found, STAYING: "staying"} if self.candidate.current else found

    def _with_status(self, *wanted: Status) -> tuple[str, ...]:
        return tuple(name for name, status in self.statuses.items() if status in wanted and name not in self.out)

    def status_in_words(self, choice: str) -> str:
        """Status of a choice as people read it: `unwritten` where nothing calls an offer written."""
        return "unwritten" if self.statuses[choice] == "verbal" else self.statuses[choice]

    @property
    def out(self) -> tuple[str, ...]:
        """Choices that break a must-have the person stated."""
        return tuple(name for name in self.statuses if name in self.candidate.decision.out)

    @property
    def ranked(self) -> tuple[str, ...]:
        """Choices that can be chosen now, in file order."""
        return self._with_status("written", "verbal", "staying")

    @property
    def pending(self) -> tuple[str, ...]:
        """Jobs still in process, not ranked."""
        return self._with_status("in-process")

    @property
    def expired(self) -> tuple[str, ...]:
        """Offers whose deadline has passed."""
        return self._with_status("expired")

    @property
    def unwritten(self) -> tuple[str, ...]:
        """Ranked offers that nothing calls written."""
        return self._with_status("verbal")

    @cached_property
    def household(self) -> Household:
        """What the amounts of all choices have in common."""
        offers = [self.entries[name].offer for name in self.ranked if name in self.entries]
        starts = [offer.start_date for offer in offers if offer.start_date]
        counts_benefits = STAYING not in self.ranked and all(offer.benefits is not None for offer in offers)
        start_on = min(starts, default=self.report_date)
        return Household(
            self.candidate, self.tables, self.stay_years, start_on, self._prices_of, bool(offers) and counts_benefits
        )

    @property
    def _prices_of(self) -> str | None:
        """The current home; if unknown, where the first ranked offer would be lived with."""
        priced = set(price_indices(self.tables).index)
        homes = [self.candidate.residence, *(self.entries[name].residence for name in self.ranked if name != STAYING)]
        return next((home for home in homes if home in priced), None)

    def evaluation(self, offer_id: str) -> Evaluation:
        """Evaluate one of the person's offers over the expected stay."""
        entry = next(one for one in self.person.entries if one.offer.id == offer_id)
        return Evaluation(entry, self.tables, Assumptions(n_years=self.stay_years), self.report_date)

    @cached_property
    def amounts(self) -> dict[str, Amounts]:
        """What each ranked choice leaves, by id, in file order."""
        found = {}
        for name in self.ranked:
            if name != STAYING:
                found[name] = OfferPay.of(self.evaluation(name), self.household).amounts
            elif self.candidate.current is not None:
                found[name] = staying_amounts(self.candidate.current, self.household)
        return found

    @cached_property
    def _choices(self) -> tuple[Choice, ...]:
        return tuple(
            Choice(name, self.statuses[name], amounts.net, missing=amounts.missing)
            for name, amounts in self.amounts.items()
        )

    @cached_property
    def ruling(self) -> Ruling:
        """Who leads on pay, and how firmly."""
        given = self.candidate.decision
        preference = None if given.preferred is None else Preference(given.preferred, given.preferred_worth)
        return decide(self._choices, preference)

    @property
    def state(self) -> DecisionState:
        """The ruling's state; `staying` where keeping the current job leads, clearly or not."""
        is_staying = self.ruling.leader == STAYING and self.ruling.state in ("clear", "leans")
        return STAYING if is_staying else self.ruling.state

    @property
    def leader(self) -> str | None:
        """Id of the choice that leads; None if there is nothing to compare, or it can't be said."""
        return self.ruling.leader

    @property
    def margin_before_tax(self) -> float | None:
        """The first choice's pay less the second's, before tax and prices [USD a year]; None if alone."""
        if self.ruling.margin is None:
            return None
        first, second = (self.amounts[name].before_tax for name in self.ruling.order[:2])
        return first - second

    @cached_property
    def rounds(self) -> tuple[Round, ...]:
        """What the negotiation won for each ranked job, where an earlier round is in the file."""
        found = []
        for name in self.ranked:
            before = self.entries[name].offer.supersedes if name in self.entries else None
            known = any(one.offer.id == before for one in self.superseded)
            if before is not None and known and not self.amounts[name].why_no_tax:
                earlier = OfferPay.of(self.evaluation(before), self.household).amounts
                found.append(Round(name, before, self.amounts[name].net[BASE] - earlier.net[BASE]))
        return tuple(found)

    @cached_property
    def next_step(self) -> NextStep | None:
        """What to do next, with whom, and by when."""
        clashes = person_clashes(self.entries.values(), self.tables, self.report_date)
        return next_step(self.ruling, self.statuses, self.entries, self.candidate.decision.preferred, clashes)

    @cached_property
    def ties(self) -> tuple[Tie, ...]:
        """What each offer behind the leader would need to leave as much; those whose tax is unknown are left out."""
        if self.leader is None:
            return ()
        wanted = self.amounts[self.leader].net[BASE]
        behind = [name for name in self.ruling.order[1:] if name != STAYING and not self.amounts[name].why_no_tax]
        return tuple(
            tie_with(OfferPay.of(self.evaluation(name), self.household), self.amounts[name].net[BASE], wanted)
            for name in behind
        )

    @property
    def first_due(self) -> OfferEntry | None:
        """Offer that can still be chosen, or is in process, whose deadline comes first; None if none has one."""
        dated = [self.entries[name] for name in (*self.ranked, *self.pending) if name != STAYING]
        dated = [entry for entry in dated if entry.offer.deadline is not None]
        return min(dated, key=lambda entry: str(entry.offer.deadline), default=None)

    @property
    def converted(self) -> tuple[str, ...]:
        """Ranked offers that would be lived with elsewhere, whose amounts are in the prices of another place."""
        home = self.household.prices_of
        offers = [name for name in self.ranked if name != STAYING and home is not None]
        return tuple(name for name in offers if self.entries[name].residence != home)

    @property
    def counts_housing(self) -> bool:
        """Whether what the household's home costs is counted, beside prices."""
        return HomeCosts.of(self.candidate).is_told

    def housing(self, choice: str) -> float:
        """Return what a home costs with a choice; NaN if the rent there counts and isn't known [USD a year]."""
        if choice == STAYING:
            costs, residence = HomeCosts.of(self.candidate), str(self.candidate.residence)
        else:
            residence = str(self.entries[choice].residence)
            costs = HomeCosts.of(self.candidate, self.evaluation(choice).offer, residence)
        return float(costs.housing([residence], self.tables)[0])

    @cached_property
    def cases(self) -> tuple[CaseLead, ...]:
        """The leader of the base case and of each stress that was tried; empty if alone, or none can be named."""
        return () if self.ruling.state == "unknown" else case_leads(self._choices)


def person_decision(
    person: Person,
    tables: Tables,
    report_date: dt.date,
    *,
    stay_years: int | None = None,
    preferred: str | None = None,
    preferred_worth: float | None = None,
) -> Decision:
    """Decide for one person.

    Parameters
    ----------
    person : Person
    tables : Tables
    report_date : date
    stay_years, preferred, preferred_worth : optional
        Instead of what the file says; see `DecisionTerms`.

    Raises
    ------
    OutOfRangeError
        If the stay is not 1 to 8 years, or the worth no amount, or of no choice.
    UnknownChoiceError
        If the preferred choice is none of theirs.
    """
    changed: dict[str, object] = {}
    if stay_years is not None:
        if isinstance(stay_years, bool) or not isinstance(stay_years, int) or not 1 <= stay_years <= MAX_YEARS:
            raise OutOfRangeError("stay", f"be a whole number from 1 to {MAX_YEARS}", stay_years)
        changed["stay_years"] = stay_years
    if preferred is not None:
        if preferred not in person.choices:
            raise UnknownChoiceError("prefer", preferred, person.choices)
        changed |= {"preferred": preferred, "preferred_worth": None}
    if preferred_worth is not None:
        if preferred is None and person.entries[0].candidate.decision.preferred is None:
            raise OutOfRangeError("worth", "come with prefer, the job that it is the worth of", preferred_worth)
        if not (math.isfinite(preferred_worth) and preferred_worth >= 0):
            raise OutOfRangeError("worth", "be an amount of 0 or more", preferred_worth)
        changed["preferred_worth"] = preferred_worth
    return Decision(_with_terms(person, changed), tables, report_date)


def _with_terms(person: Person, changed: dict[str, object]) -> Person:
    """Copy of the person with other terms of the decision."""
    if not changed:
        return person
    candidate = person.entries[0].candidate
    candidate = candidate.model_copy(update={"decision": candidate.decision.model_copy(update=changed)})
    entries: Sequence[OfferEntry] = [replace(entry, candidate=candidate) for entry in person.entries]
    return replace(person, entries=tuple(entries))
