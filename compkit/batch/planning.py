"""The reports of a batch: notebooks, offers, the offers that each report may see, and validated parameters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compkit.batch.folder.documents import offers_document
from compkit.batch.folder.results import page_path, person_folder
from compkit.batch.notebooks import Notebook
from compkit.batch.parameters import Parameter, Scalar, convert_parameters, unknown_name_faults, value_faults
from compkit.batch.publish.targets import OFFER_FILE, OFFERS_FILE
from compkit.batch.run.limits import range_faults
from compkit.errors import Fault, InputError
from compkit.offers import LeftOut, LeftOutOffers, OfferEntry, Offers, Person

SET_BY_BATCH = ("offers_file", "offer_id", "candidate", "report_date", "show_controls")


@dataclass(frozen=True)
class Report:
    """One notebook for one offer, for one person, or for neither.

    Parameters
    ----------
    notebook : Notebook
    entry : OfferEntry or None
        None if the notebook is not about one offer.
    person : Person or None
        Who has the offer, or whom the report is about.
    group : tuple of OfferEntry
        The offers that the report may see, its own included, in the order of their files.
    left_out : tuple of LeftOut
        Offers missing from the group because of faults.
    """

    notebook: Notebook
    entry: OfferEntry | None
    person: Person | None = None
    group: tuple[OfferEntry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    @property
    def offer_id(self) -> str | None:
        """The offer's id, if the report is about one."""
        return self.entry.offer.id if self.entry else None

    @property
    def folder(self) -> str | None:
        """Path from the reports' folder: the offer's id, `people/<person>`, or None for that folder itself."""
        if self.entry or self.person is None:
            return self.offer_id
        return person_folder(self.person.folder)

    @property
    def name(self) -> tuple[str | None, str]:
        """Folder and notebook name, which identify the report in its batch."""
        return self.folder, self.notebook.name

    @property
    def others(self) -> list[OfferEntry]:
        """The offers in the group other than its own."""
        return [entry for entry in self.group if entry.offer.id != self.offer_id]

    @property
    def sees_several(self) -> bool:
        """Whether its notebook reads all offers of the group."""
        return self.notebook.kind == "person" or (self.entry is not None and self.notebook.sees_other_offers)

    @property
    def title(self) -> str:
        """Page title."""
        if self.entry is None:
            name = self.person.name if self.person else None
            return f"{name}: {self.notebook.title}" if name else self.notebook.title
        return f"{self.entry.job}: {self.notebook.title}"

    @property
    def page(self) -> str:
        """Path of the page from the reports' folder, with `/`."""
        return page_path(*self.name)

    def documents(self) -> dict[str, str]:
        """Files that the notebook reads, by name: the offer alone, and the offers that it may see."""
        found = {OFFER_FILE: offers_document([self.entry])} if self.entry else {}
        if self.sees_several:
            found[OFFERS_FILE] = offers_document(self.group, self.left_out)
        return found

    def parameters(self, given: Mapping[str, Scalar], report_date: dt.date) -> dict[str, Scalar]:
        """Values for the notebook's parameters: the given ones that it has, and those set for each report."""
        set_by_batch = {
            "offers_file": OFFERS_FILE if self.sees_several else OFFER_FILE,
            "offer_id": self.offer_id,
            "candidate": self.person.candidate_id if self.person else None,
            "report_date": report_date.isoformat(),
            "show_controls": False,
        }
        known = self.notebook.parameters
        return {name: value for name, value in {**given, **set_by_batch}.items() if name in known}


def plan_reports(
    notebooks: Sequence[Notebook],
    offers: Offers,
    all_offers: Offers,
    people: Sequence[Person],
    *,
    only_fitting: bool = False,
    has_pay_data: bool = True,
) -> list[Report]:
    """Plan the reports of a batch: by offer, then by person, then those about neither; notebooks in order.

    Parameters
    ----------
    notebooks : sequence of Notebook
    offers : Offers
        The offers to report on; people without one get no report.
    all_offers : Offers
        All offers that a report may see.
    people : sequence of Person
        Who has these offers.
    only_fitting : bool
        Leave out notebooks for AI and machine-learning roles where an offer is for another, and those about pay data
        without any.
    has_pay_data : bool
        Whether a store of pay data is given.
    """
    kinds: dict[str, list[Notebook]] = {"offer": [], "person": [], "free": []}
    for notebook in notebooks:
        if has_pay_data or not (only_fitting and notebook.reads_pay_data):
            kinds[notebook.kind].append(notebook)
    person_of = {entry.offer.id: person for person in people for entry in person.entries}
    left_out = LeftOutOffers(all_offers.left_out)
    found = []
    for entry in offers:
        person = person_of[entry.offer.id]
        for notebook in kinds["offer"]:
            if only_fitting and notebook.is_for_ai_ml and not entry.offer.role.ai_ml:
                continue
            if notebook.sees_other_offers:
                found.append(Report(notebook, entry, person, person.entries, left_out.of([entry])))
            else:
                found.append(Report(notebook, entry, person, (entry,)))
    with_reports = dict.fromkeys(person_of[entry.offer.id].folder for entry in offers)
    for person in people:
        if person.folder in with_reports:
            missing = left_out.of(person.entries)
            found += [Report(notebook, None, person, person.entries, missing) for notebook in kinds["person"]]
    return found + [Report(notebook, None) for notebook in kinds["free"]]


def refuse_unmergeable_offers(reports: Iterable[Report]) -> None:
    """Raise if the offers that a report sees cannot be in one file.

    Raises
    ------
    InputError
        With the faults of the first such group.
    """
    groups = {id(report.group): report.group for report in reports if len(report.group) > 1}
    for group in groups.values():
        offers_document(group)


def validated_parameters(notebooks: Sequence[Notebook], given: Mapping[str, object]) -> dict[str, Scalar]:
    """Parameters, typed; each is known to a notebook, fits all that have it, and is in range.

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
    return convert_parameters(known, given)
