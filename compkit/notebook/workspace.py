"""The state behind all controls: offers as they are edited, what is assumed, and what follows from both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from compkit.analysis import Comparison, Evaluation, LocationAnalysis, build_comparison
from compkit.decision import Decision
from compkit.errors import CompkitError, InputError
from compkit.market import PayStore
from compkit.negotiation import NegotiationPlan, PlanSettings, negotiation_plan
from compkit.notebook.what_if import WhatIf
from compkit.offers import OfferEntry, Offers, OffersDraft, Person, people_of
from compkit.pay import Assumptions
from compkit.prices import SimulationOptions
from compkit.process import Timeline, timeline
from compkit.reference import Tables, load_tables
from compkit.report import offer_names

MOST_COMPARED = 6
"""Offers that are compared side by side at most."""
_UNTRIED: Mapping[str, Any] = {
    "assumptions": Assumptions(), "what_if": WhatIf(), "settings": PlanSettings(), "compared": (), "more_places": (),
    "housing_share": None, "bedrooms": None,
}  # fmt: skip


class Workspace:
    """Offers being edited, assumptions, and all that follows from them, each worked out once.

    Parameters
    ----------
    draft : OffersDraft
    today : date
        Decides which deadlines have passed.
    tables : Tables, optional
        compkit's own by default.
    pay_store : PayStore, optional
        What offers are held against; by default nothing.
    """

    assumptions: Assumptions
    what_if: WhatIf
    settings: PlanSettings
    compared: tuple[str, ...]
    more_places: tuple[str, ...]
    housing_share: float | None
    bedrooms: int | None

    def __init__(
        self, draft: OffersDraft, today: dt.date, tables: Tables | None = None, *, pay_store: PayStore | None = None
    ) -> None:
        self.today, self.tables, self._pay_store = today, tables or load_tables(), pay_store
        self._held: tuple[Offers, dt.date, Offers] | None = None
        self.store_fault = ""
        self._assume(_UNTRIED)
        self.draft = draft
        self._observers: list[Callable[[], None]] = []

    @property
    def draft(self) -> OffersDraft:
        """The offers as they are edited. With another draft, what was chosen and tried in the one before is gone."""
        return self._draft

    @draft.setter
    def draft(self, draft: OffersDraft) -> None:
        self._draft = draft
        self.person_id: str | None = None
        self.offer_id: str | None = None
        self.compared = ()
        self._stop_trying()

    def _stop_trying(self) -> None:
        self.what_if = WhatIf()
        self.settings = replace(self.settings, target=None)

    def choose(self, person: str | None, offer_id: str | None) -> None:
        """Take a person's offer as the one in sight; `changed` tells everyone.

        Parameters
        ----------
        person : str or None
            An id of `candidates`; None or an empty text for a file about one person.
        offer_id : str or None
        """
        if offer_id != self.offer_id:
            self._stop_trying()
        self.offer_id = offer_id
        self.person_id = next(
            (one.folder for one in people_of(self.offers) if one.candidate_id == (person or None)), None
        )

    def observe(self, callback: Callable[[], None]) -> None:
        """Call back after each change."""
        self._observers.append(callback)

    def change(self, **changes: Any) -> None:
        """Set attributes by name, and tell everyone.

        A change of person or offer ends what was tried for the offer before.
        """
        if {"person_id", "offer_id"} & set(changes):
            self._stop_trying()
        self._assume(changes)
        self.changed()

    def _assume(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)

    @property
    def is_tried(self) -> bool:
        """Whether anything is assumed, chosen or tried that differs from how a workspace begins."""
        return any(getattr(self, name) != value for name, value in _UNTRIED.items())

    def reset(self) -> None:
        """Assume, choose and try nothing, as at the start, and tell everyone."""
        self.change(**_UNTRIED)

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
        """The valid offers of the draft, held against the store of pay data, if there is one.

        Where it can't be read, `store_fault` says why, until the next change.
        """
        given = self.draft.offers
        if self._pay_store is None:
            return given
        if self._held is None or self._held[0] is not given or self._held[1] != self.today:
            self._held = given, self.today, self._hold(given, self._pay_store)
        return self._held[2]

    def _hold(self, offers: Offers, store: PayStore) -> Offers:
        try:
            held, self.store_fault = store.hold(offers, self.today), ""
        except InputError as error:
            held, self.store_fault = offers, f"Without reported pay: {store.path.name} {error.faults[0].message}"
        return held

    @cached_property
    def people(self) -> list[Person]:
        """The people with valid offers."""
        return people_of(self.offers)

    @cached_property
    def person(self) -> Person | None:
        """The chosen person, else the first; None without a valid offer."""
        return next((one for one in self.people if one.folder == self.person_id), next(iter(self.people), None))

    @property
    def people_names(self) -> Mapping[str, str]:
        """How a menu calls each person, by folder; people of one name with their folder."""
        names = [one.name or one.folder for one in self.people]
        return {
            one.folder: name if names.count(name) == 1 else f"{name} ({one.folder})"
            for one, name in zip(self.people, names, strict=True)
        }

    @property
    def entries(self) -> Mapping[str, OfferEntry]:
        """The person's offers by id."""
        return {entry.offer.id: entry for entry in self.person.entries} if self.person else {}

    @property
    def names(self) -> Mapping[str, str]:
        """How pages call each of the person's offers, by id."""
        return offer_names(self.person.entries) if self.person else {}

    @property
    def entered(self) -> OfferEntry:
        """The chosen offer as entered, else the first that no later round replaces.

        Raises
        ------
        LookupError
            Without a valid offer.
        """
        if self.person is None:
            raise LookupError
        return self.entries.get(self.offer_id or "") or next(iter(self.decision.entries.values()))

    @cached_property
    def entry(self) -> OfferEntry:
        """The chosen offer, with what is tried.

        Raises
        ------
        LookupError
            Without a valid offer.
        """
        return self.what_if.applied(self.entered)

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

    @property
    def compared_ids(self) -> tuple[str, ...]:
        """Ids of the offers that are compared: those chosen, else the first six."""
        if self.person is None:
            return ()
        chosen = tuple(offer_id for offer_id in self.entries if offer_id in self.compared)
        return chosen or tuple(self.decision.entries)[:MOST_COMPARED]

    @cached_property
    def comparison(self) -> Comparison:
        """The chosen offers side by side, at most six."""
        chosen = Offers([self.entries[offer_id] for offer_id in self.compared_ids])
        return build_comparison(chosen, self.tables, self.assumptions, SimulationOptions(), self.today)

    @cached_property
    def places(self) -> LocationAnalysis:
        """The chosen offer after tax and prices, in several places."""
        return LocationAnalysis(self.evaluation, self.housing_share, self.more_places, bedrooms=self.bedrooms)

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
