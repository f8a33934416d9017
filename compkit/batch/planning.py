"""Which reports a batch makes: notebooks, offers, the offers that each may see, and parameters that fit them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compkit.batch.documents import offers_document
from compkit.batch.limits import range_faults
from compkit.batch.notebooks import Notebook
from compkit.batch.parameters import Parameter, Scalar, typed_parameters, unknown_name_faults, value_faults
from compkit.batch.results import page_of
from compkit.batch.targets import OFFER_FILE, OFFERS_FILE
from compkit.errors import Fault, InputError
from compkit.offers import LeftOut, OfferEntry, Offers
from compkit.offers.audience import is_same_candidate

SET_BY_BATCH = ("offers_file", "offer_id", "report_date", "show_controls")


@dataclass(frozen=True)
class Report:
    """One notebook for one offer, for a whole file of offers, or for none.

    Parameters
    ----------
    notebook : Notebook
    entry : OfferEntry or None
        None for a notebook that is not about one offer.
    group : tuple of OfferEntry
        The offers that it may see, its own among them, in the order of their files.
    left_out : tuple of LeftOut
        What would stand among these if it had no faults.
    """

    notebook: Notebook
    entry: OfferEntry | None
    group: tuple[OfferEntry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def offer_id(self) -> str | None:
        """The offer's id, if it is about one."""
        return self.entry.offer.id if self.entry else None

    @property
    def name(self) -> tuple[str | None, str]:
        """What tells it from the batch's others: the offer's id and the notebook's name."""
        return self.offer_id, self.notebook.name

    @property
    def others(self) -> list[OfferEntry]:
        """The offers that stand beside its own."""
        return [entry for entry in self.group if entry.offer.id != self.offer_id]

    @property
    def title(self) -> str:
        """The page's title."""
        if self.entry is None:
            return self.notebook.title
        offer = self.entry.offer
        return f"{offer.company} {offer.level}, {offer.location}: {self.notebook.title}"

    @property
    def page(self) -> str:
        """Its page, relative to the reports' folder, written with `/`."""
        return page_of(*self.name)

    def documents(self) -> dict[str, str]:
        """Return the files that it reads, by name: the offer alone, and then the offers that it may see."""
        found = {OFFER_FILE: offers_document([self.entry])} if self.entry else {}
        if self.entry and self.notebook.sees_other_offers:
            found[OFFERS_FILE] = offers_document([self.entry, *self.others], self.left_out)
        elif self.notebook.kind == "file":
            found[OFFERS_FILE] = offers_document(self.group, self.left_out)
        return found

    def parameters(self, given: Mapping[str, Scalar], report_date: dt.date) -> dict[str, Scalar]:
        """Return what the notebook is handed: those given that it knows, and what each report sets."""
        sees_several = self.notebook.kind == "file" or self.notebook.sees_other_offers
        set_by_batch = {
            "offers_file": OFFERS_FILE if sees_several else OFFER_FILE,
            "offer_id": self.offer_id,
            "report_date": report_date.isoformat(),
            "show_controls": False,
        }
        known = self.notebook.parameters
        return {name: value for name, value in {**given, **set_by_batch}.items() if name in known}


def planned_reports(notebooks: Sequence[Notebook], offers: Offers, everyone: Offers) -> list[Report]:
    """Return the reports of a batch: offers in order, each with its notebooks in order; then those about none.

    Parameters
    ----------
    notebooks : sequence of Notebook
    offers : Offers
        Those that reports are made of.
    everyone : Offers
        All that a report may see: a notebook about a whole file is about all of these.
    """
    for_offers = [notebook for notebook in notebooks if notebook.kind == "offer"]
    people = _people(everyone) if any(notebook.sees_other_offers for notebook in for_offers) else {}
    found = []
    for entry in offers:
        missing = tuple(one for one in everyone.left_out if one.may_concern(entry))
        for notebook in for_offers:
            if notebook.sees_other_offers:
                found.append(Report(notebook, entry, people.get(entry.offer.id, (entry,)), missing))
            else:
                found.append(Report(notebook, entry, (entry,)))
    for notebook in notebooks:
        if notebook.kind == "file":
            found.append(Report(notebook, None, tuple(everyone), everyone.left_out))
        elif notebook.kind == "free":
            found.append(Report(notebook, None))
    return found


def _people(offers: Offers) -> dict[str, tuple[OfferEntry, ...]]:
    """Return by offer id all offers of the same person."""
    alike: dict[Any, list[list[OfferEntry]]] = {}
    for entry in offers:
        name = entry.candidate.name
        # Two who differ here are never the same; those alike are few, so that thousands of people take no time.
        groups = alike.setdefault((entry.offer.candidate, name, entry.file if name is None else ""), [])
        own = next((group for group in groups if is_same_candidate(group[0], entry)), None)
        if own is None:
            groups.append([entry])
        else:
            own.append(entry)
    people = [tuple(group) for groups in alike.values() for group in groups]
    return {entry.offer.id: group for group in people for entry in group}


def refuse_offers_that_cannot_be_together(reports: Iterable[Report]) -> None:
    """Raise where the offers that a report sees cannot stand in one file.

    Raises
    ------
    InputError
        With the first such group's faults.
    """
    groups = {id(report.group): report.group for report in reports if len(report.group) > 1}
    for group in groups.values():
        offers_document(group)


def sound_parameters(notebooks: Sequence[Notebook], given: Mapping[str, object]) -> dict[str, Scalar]:
    """Return the parameters, each known to some notebook, right for every one that knows it, and not impossible.

    Raises
    ------
    InputError
        With every fault.
    """
    known: dict[str, Parameter] = {}
    faults = [
        Fault("", "parameters", name, "is set for each report. Leave it out.") for name in SET_BY_BATCH if name in given
    ]
    for notebook in notebooks:
        faults += value_faults(notebook.path.name, notebook.parameters, given)
        known |= {name: part for name, part in notebook.parameters.items() if name not in SET_BY_BATCH}
    names = [name for name in given if name not in SET_BY_BATCH]
    faults += unknown_name_faults(", ".join(notebook.path.name for notebook in notebooks), known, names)
    faults += range_faults({name: value for name, value in given.items() if name in known})
    if faults:
        raise InputError(faults)
    return typed_parameters(known, given)
