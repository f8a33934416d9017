"""The state behind all controls: offers as they are edited, what is assumed, and what follows from both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from compkit.analysis import Comparison, Evaluation, LocationAnalysis, build_comparison
from compkit.decision import Decision
from compkit.errors import CompkitError
from compkit.model import Grant
from compkit.negotiation import NegotiationPlan, PlanSettings, negotiation_plan
from compkit.offers import OfferEntry, Offers, OffersDraft, Person, people_of
from compkit.pay import Assumptions
from compkit.prices import SimulationOptions
from compkit.process import Timeline, timeline
from compkit.reference import Tables, load_tables
from compkit.report import offer_names

MOST_COMPARED = 6
"""Offers that are compared side by side at most."""
AMOUNTS = ("base_salary", "sign_on_y1", "sign_on_y2", "equity")
"""Amounts of an offer that a what-if can change; equity is the value of all grants [the offer's currency]."""


@dataclass(frozen=True)
class WhatIf:
    """Changes to one offer that are tried and not entered.

    Parameters
    ----------
    amounts : mapping of str to float
        New amounts by name, of `AMOUNTS`.
    residence, filing_status : str, optional
        Where and how the person would pay tax; empty: as entered.
    """

    amounts: Mapping[str, float] = field(default_factory=dict)
    residence: str = ""
    filing_status: str = ""

    def __bool__(self) -> bool:
        return bool(self.amounts or self.residence or self.filing_status)

    def applied(self, entry: OfferEntry) -> OfferEntry:
        """Apply these changes to an offer."""
        if not self:
            return entry
        offer = entry.offer
        fields: dict[str, Any] = {name: self.amounts[name] for name in ("base_salary",) if name in self.amounts}
        payments = [self.amounts.get(f"sign_on_y{year}", offer.sign_on_in_year(year)) for year in (1, 2)]
        if payments != [offer.sign_on_in_year(1), offer.sign_on_in_year(2)]:
            fields["sign_on"] = (*payments, *offer.sign_on[2:])
        if "equity" in self.amounts:
            fields["equity"] = _scaled(offer.equity, self.amounts["equity"])
        if self.residence:
            fields["residence"] = self.residence
        person = {"filing_status": self.filing_status} if self.filing_status else {}
        return replace(
            entry, offer=offer.model_copy(update=fields), candidate=entry.candidate.model_copy(update=person)
        )


def _scaled(grants: tuple[Grant, ...], value: float) -> tuple[Grant, ...]:
    """Grants with another total value, each in proportion; one grant over four years if there is none."""
    total = sum(grant.grant_value for grant in grants)
    if not total:
        return (Grant(value=value),) if value else ()
    part = value / total
    return tuple(
        grant.model_copy(update={name: getattr(grant, name) * part for name in ("value", "units")
                                 if getattr(grant, name) is not None})
        for grant in grants
    )  # fmt: skip


class Workspace:
    """Offers being edited, assumptions, and all that follows from them, each worked out once.

    Parameters
    ----------
    draft : OffersDraft
    today : date
        Decides which deadlines have passed.
    tables : Tables, optional
        compkit's own by default.
    """

    def __init__(self, draft: OffersDraft, today: dt.date, tables: Tables | None = None) -> None:
        self.draft, self.today, self.tables = draft, today, tables or load_tables()
        self.person_id: str | None = None
        self.offer_id: str | None = None
        self.assumptions = Assumptions()
        self.what_if = WhatIf()
        self.settings = PlanSettings()
        self.compared: tuple[str, ...] = ()
        self.more_places: tuple[str, ...] = ()
        self.housing_share: float | None = None
        self._observers: list[Callable[[], None]] = []

    def observe(self, callback: Callable[[], None]) -> None:
        """Call back after each change."""
        self._observers.append(callback)

    def change(self, **changes: Any) -> None:
        """Set attributes by name, and tell everyone.

        A change of person or offer ends what was tried for the offer before.
        """
        if {"person_id", "offer_id", "draft"} & set(changes):
            changes = {"what_if": WhatIf(), "settings": replace(self.settings, target=None), **changes}
        for name, value in changes.items():
            setattr(self, name, value)
        self.changed()

    def with_settings(self, **changes: Any) -> None:
        """Set choices of the negotiation by name, and tell everyone.

        Raises
        ------
        CompkitError
            If the target doesn't fit; nothing changes then.
        """
        before, self.settings = self.settings, replace(self.settings, **changes)
        self.__dict__.pop("plan", None)
        try:
            _ = self.plan.concessions
        except CompkitError:
            self.change(settings=before)
            raise
        except LookupError:
            pass
        self.changed()

    def changed(self) -> None:
        """Tell everyone that the draft, or something else, has changed."""
        for name in ("people", "person", "entry", "evaluation", "decision", "comparison", "places", "plan", "weeks"):
            self.__dict__.pop(name, None)
        for callback in self._observers:
            callback()

    @property
    def offers(self) -> Offers:
        """The valid offers of the draft."""
        return self.draft.offers

    @cached_property
    def people(self) -> list[Person]:
        """The people with valid offers."""
        return people_of(self.offers)

    @cached_property
    def person(self) -> Person | None:
        """The chosen person, else the first; None without a valid offer."""
        return next((one for one in self.people if one.folder == self.person_id), next(iter(self.people), None))

    @property
    def entries(self) -> Mapping[str, OfferEntry]:
        """The person's offers by id."""
        return {entry.offer.id: entry for entry in self.person.entries} if self.person else {}

    @property
    def names(self) -> Mapping[str, str]:
        """How pages call each of the person's offers, by id."""
        return offer_names(self.person.entries) if self.person else {}

    @cached_property
    def entry(self) -> OfferEntry:
        """The chosen offer, else the first that no later round replaces, with what is tried.

        Raises
        ------
        LookupError
            Without a valid offer.
        """
        if self.person is None:
            raise LookupError
        chosen = self.entries.get(self.offer_id or "") or next(iter(self.decision.entries.values()))
        return self.what_if.applied(chosen)

    @cached_property
    def evaluation(self) -> Evaluation:
        """The chosen offer, evaluated."""
        return Evaluation(self.entry, self.tables, self.assumptions, self.today)

    @cached_property
    def decision(self) -> Decision:
        """The person's decision, from what is entered; nothing that is tried changes it."""
        if self.person is None:
            raise LookupError
        return Decision(self.person, self.tables, self.today)

    @property
    def tried_decision(self) -> Decision:
        """The decision with what is tried for the chosen offer."""
        if not self.what_if or self.person is None:
            return self.decision
        mine = self.entry
        entries = tuple(mine if one.offer.id == mine.offer.id else one for one in self.person.entries)
        return Decision(replace(self.person, entries=entries), self.tables, self.today)

    @cached_property
    def comparison(self) -> Comparison:
        """The chosen offers side by side, at most six."""
        chosen = [entry for offer_id, entry in self.entries.items() if offer_id in self.compared]
        if not chosen:
            chosen = list(self.decision.entries.values())[:MOST_COMPARED]
        return build_comparison(Offers(chosen), self.tables, self.assumptions, SimulationOptions(), self.today)

    @cached_property
    def places(self) -> LocationAnalysis:
        """The chosen offer after tax and prices, in several places."""
        return LocationAnalysis(self.evaluation, self.housing_share, self.more_places)

    @cached_property
    def plan(self) -> NegotiationPlan:
        """The negotiation of the chosen offer."""
        return negotiation_plan(self.offers, self.entry.offer.id, self.tables, self.today, self.settings)

    @cached_property
    def weeks(self) -> Timeline:
        """The person's hiring processes."""
        if self.person is None:
            raise LookupError
        return timeline(self.person.entries, self.tables, self.today)
