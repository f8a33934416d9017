"""Which reports a batch makes: notebooks, offers, the offers that each may see, and parameters that fit them all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compkit.batch.folder.documents import offers_document
from compkit.batch.folder.results import page_path, person_folder
from compkit.batch.notebooks import Notebook
from compkit.batch.parameters import Parameter, Scalar, typed_parameters, unknown_name_faults, value_faults
from compkit.batch.publish.targets import OFFER_FILE, OFFERS_FILE
from compkit.batch.run.limits import range_faults
from compkit.errors import Fault, InputError
from compkit.offers import LeftOut, OfferEntry, Offers
from compkit.offers.people import LeftOutOffers, Person, people_of

SET_BY_BATCH = ("offers_file", "offer_id", "candidate", "report_date", "show_controls")


@dataclass(frozen=True)
class Report:
    """One notebook for one offer, for a person with all of their offers, or for neither.

    Parameters
    ----------
    notebook : Notebook
    entry : OfferEntry or None
        None for a notebook that is not about one offer.
    person : Person or None
        Whose offer it is, or whom it is about.
    group : tuple of OfferEntry
        The offers that it may see, its own among them, in the order of their files.
    left_out : tuple of LeftOut
        What would stand among these if it had no faults.
    """

    notebook: Notebook
    entry: OfferEntry | None
    person: Person | None = None
    group: tuple[OfferEntry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def offer_id(self) -> str | None:
        """The offer's id, if it is about one."""
        return self.entry.offer.id if self.entry else None

    @property
    def place(self) -> str | None:
        """Its folder, from the reports' folder: the offer's, the person's, or None for that folder itself."""
        if self.entry or self.person is None:
            return self.offer_id
        return person_folder(self.person.folder)

    @property
    def name(self) -> tuple[str | None, str]:
        """What tells it from the batch's others: its place and the notebook's name."""
        return self.place, self.notebook.name

    @property
    def others(self) -> list[OfferEntry]:
        """The offers that stand beside its own."""
        return [entry for entry in self.group if entry.offer.id != self.offer_id]

    @property
    def title(self) -> str:
        """The page's title."""
        if self.entry is None:
            name = self.person.name if self.person else None
            return f"{name}: {self.notebook.title}" if name else self.notebook.title
        return f"{self.entry.job}: {self.notebook.title}"

    @property
    def page(self) -> str:
        """Its page, relative to the reports' folder, written with `/`."""
        return page_path(*self.name)

    def documents(self) -> dict[str, str]:
        """Return the files that it reads, by name: the offer alone, and then the offers that it may see."""
        found = {OFFER_FILE: offers_document([self.entry])} if self.entry else {}
        if self.entry and self.notebook.sees_other_offers:
            found[OFFERS_FILE] = offers_document([self.entry, *self.others], self.left_out)
        elif self.notebook.kind == "person":
            found[OFFERS_FILE] = offers_document(self.group, self.left_out)
        return found

    def parameters(self, given: Mapping[str, Scalar], report_date: dt.date) -> dict[str, Scalar]:
        """Return what the notebook is handed: those given that it knows, and what each report sets."""
        sees_several = self.notebook.kind == "person" or self.notebook.sees_other_offers
        set_by_batch = {
            "offers_file": OFFERS_FILE if sees_several else OFFER_FILE,
            "offer_id": self.offer_id,
            "candidate": self.person.candidate_id if self.person else None,
            "report_date": report_date.isoformat(),
            "show_controls": False,
        }
        known = self.notebook.parameters
        return {name: value for name, value in {**given, **set_by_batch}.items() if name in known}


def planned_reports(
    notebooks: Sequence[Notebook], offers: Offers, all_offers: Offers, people: Sequence[Person] | None = None
) -> list[Report]:
    """Return the reports of a batch: offers in order, each with its notebooks; then people; then those about neither.

    Parameters
    ----------
    notebooks : sequence of Notebook
    offers : Offers
        Those that reports are made of, with their people.
    all_offers : Offers
        All that a report may see: one about a person is about all of these that are theirs.
    people : sequence of Person, optional
        Whose offers these are; as their files alone say if left out.
    """
    kinds: dict[str, list[Notebook]] = {"offer": [], "person": [], "free": []}
    for notebook in notebooks:
        kinds[notebook.kind].append(notebook)
    people = people_of(all_offers) if people is None else people
    whose = {entry.offer.id: person for person in people for entry in person.entries}
    left_out = LeftOutOffers(all_offers.left_out)
    found = []
    for entry in offers:
        person = whose[entry.offer.id]
        for notebook in kinds["offer"]:
            if notebook.sees_other_offers:
                found.append(Report(notebook, entry, person, person.entries, left_out.of([entry])))
            else:
                found.append(Report(notebook, entry, person, (entry,)))
    asked = dict.fromkeys(whose[entry.offer.id].folder for entry in offers)
    for person in people:
        if person.folder in asked:
            missing = left_out.of(person.entries)
            found += [Report(notebook, None, person, person.entries, missing) for notebook in kinds["person"]]
    return found + [Report(notebook, None) for notebook in kinds["free"]]


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


def validated_parameters(notebooks: Sequence[Notebook], given: Mapping[str, object]) -> dict[str, Scalar]:
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
