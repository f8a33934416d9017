"""Offers with the people they are made to, read from any number of files, with all faults or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from pydantic import ValidationError

from compkit.candidate import Candidate
from compkit.errors import Fault, InputError, UnknownChoiceError, unknown_choice
from compkit.offer import REMOTE, Offer
from compkit.offers.document import Envelope
from compkit.offers.faults import faults_of
from compkit.offers.formats import read_document
from compkit.offers.plausibility import doubts
from compkit.offers.sheets import column_of
from compkit.tables import Tables, load_tables

_SHEETS = (".csv", ".xlsx")


@dataclass(frozen=True)
class OfferEntry:
    """One offer as typed, with whom it is made to and what its currency is worth.

    Parameters
    ----------
    offer : Offer
        As typed, in its own currency.
    candidate : Candidate
        Empty where the file names nobody.
    usd_rate : float
        USD for one unit of the offer's currency.
    file : str
    """

    offer: Offer
    candidate: Candidate
    usd_rate: float
    file: str

    @cached_property
    def in_usd(self) -> Offer:
        """The offer with all amounts in USD."""
        return self.offer.in_usd(self.usd_rate)

    @property
    def residence(self) -> str | None:
        """Where tax and prices are taken: the offer's residence, the candidate's, or the place of a job that is not remote."""
        here = None if self.offer.location == REMOTE else self.offer.location
        return self.offer.residence or self.candidate.residence or here


class Offers(Sequence[OfferEntry]):
    """Offers in the order of their files; each id stands once."""

    def __init__(self, entries: Iterable[OfferEntry], warnings: Iterable[Fault] = ()) -> None:
        self._entries = tuple(entries)
        self.warnings = tuple(warnings)

    @overload
    def __getitem__(self, index: int) -> OfferEntry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[OfferEntry]: ...
    def __getitem__(self, index: int | slice) -> OfferEntry | Sequence[OfferEntry]:
        return self._entries[index]

    def __iter__(self) -> Iterator[OfferEntry]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def ids(self) -> list[str]:
        """The offers' ids, in order."""
        return [entry.offer.id for entry in self]

    def entry(self, offer_id: str) -> OfferEntry:
        """Return the offer of that id.

        Raises
        ------
        UnknownChoiceError
            If there is none; the message lists the ids.
        """
        for entry in self:
            if entry.offer.id == offer_id:
                return entry
        raise UnknownChoiceError("offer", offer_id, self.ids)


@dataclass(frozen=True)
class Reading:
    """What came of reading files: the offers that hold, every fault, every doubt."""

    offers: Offers
    faults: tuple[Fault, ...]


def load_offers(*paths: str | Path, tables: Tables | None = None) -> Offers:
    """Return the offers of one or more files.

    Parameters
    ----------
    *paths : str or Path
        Offers files: .yaml, .yml, .json, .csv or .xlsx.
    tables : Tables, optional
        The tables that hold the closed lists; compkit's own if left out.

    Raises
    ------
    InputError
        If anything is wrong in any of them; it holds all faults of all files.
    """
    reading = read_offers(paths, tables)
    if reading.faults:
        raise InputError(reading.faults)
    return reading.offers


def read_offers(paths: Sequence[str | Path], tables: Tables | None = None) -> Reading:
    """Return the sound offers of some files together with every fault; see `load_offers`."""
    tables = tables or load_tables()
    entries: list[OfferEntry] = []
    faults: list[Fault] = []
    first_file: dict[str, str] = {}
    for path in paths:
        found, wrong = _read_file(Path(path), str(path), tables)
        faults += wrong
        for entry in found:
            offer_id = entry.offer.id
            if offer_id in first_file:
                other = "above" if first_file[offer_id] == entry.file else f"in {first_file[offer_id]}"
                faults.append(Fault(entry.file, f"offer '{offer_id}'", "id", f"is used {other} already. Choose another."))
            else:
                first_file[offer_id] = entry.file
                entries.append(entry)
    doubtful = [doubt for entry in entries for doubt in doubts(entry.offer, entry.usd_rate, entry.file, tables)]
    return Reading(Offers(entries, doubtful), tuple(faults))


def _read_file(path: Path, name: str, tables: Tables) -> tuple[list[OfferEntry], list[Fault]]:
    try:
        document = _without_nulls(read_document(path, name))
    except InputError as error:
        return [], list(error.faults)
    is_sheet = path.suffix.lower() in _SHEETS
    envelope, faults = _envelope(document, name, tables)
    raw_offers = document.get("offers")
    entries = []
    for number, raw in enumerate(raw_offers if isinstance(raw_offers, list) else [], start=1):
        where = _where(raw, number, is_sheet=is_sheet)
        offer, wrong = _offer(raw, name, where, tables)
        wrong += _misfits(raw, document, name, where)
        faults += [_by_column(fault) for fault in wrong] if is_sheet else wrong
        if offer is not None and envelope is not None and not wrong:
            candidate = (envelope.candidates or {}).get(offer.candidate or "", envelope.candidate or Candidate())
            rate = 1.0 if offer.currency == "USD" else envelope.rates[offer.currency]
            entries.append(OfferEntry(offer, candidate, rate, name))
    return entries, faults


def _without_nulls(value: Any) -> Any:
    """Return the value without the fields that are null: null means left out."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def _where(raw: object, number: int, *, is_sheet: bool) -> str:
    offer_id = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(offer_id, str) and offer_id.isprintable() and 0 < len(offer_id) <= 80:
        return f"offer '{offer_id}'"
    return f"row {number + 1}" if is_sheet else f"offer {number}"


def _envelope(document: Mapping[str, Any], file: str, tables: Tables) -> tuple[Envelope | None, list[Fault]]:
    try:
        return Envelope.model_validate(document, context=tables.choices), _both_forms_of_candidate(document, file)
    except ValidationError as error:
        faults = [_candidate_where(fault) for fault in faults_of(error, Envelope, file, "")]
        return None, faults + _both_forms_of_candidate(document, file)


def _candidate_where(fault: Fault) -> Fault:
    """Return the fault with the candidate as the place where it stands, not as part of the field."""
    head, _, rest = fault.field.partition(".")
    if head == "candidate" and rest:
        return replace(fault, where="candidate", field=rest)
    if head == "candidates" and "." in rest:
        candidate_id, _, field = rest.partition(".")
        return replace(fault, where=f"candidate '{candidate_id}'", field=field)
    return fault


def _both_forms_of_candidate(document: Mapping[str, Any], file: str) -> list[Fault]:
    if "candidate" in document and "candidates" in document:
        return [Fault(file, "", "candidates", "must not stand beside candidate. Keep one of them.")]
    return []


def _offer(raw: object, file: str, where: str, tables: Tables) -> tuple[Offer | None, list[Fault]]:
    try:
        return Offer.model_validate(raw, context=tables.choices), []
    except ValidationError as error:
        return None, faults_of(error, Offer, file, where)


def _misfits(raw: object, document: Mapping[str, Any], file: str, where: str) -> list[Fault]:
    """Return the faults of an offer that lie between it and the rest of its file, whatever else is wrong with it."""
    if not isinstance(raw, dict):
        return []
    found = []
    rates = document.get("rates")
    currency = raw.get("currency", "USD")
    if isinstance(currency, str) and currency != "USD" and currency not in (rates if isinstance(rates, dict) else {}):
        found.append(
            Fault(file, where, "currency", f"is {currency[:3]!r}, and rates give no USD for it. Add `rates: {{{currency[:3]}: ...}}`.")
        )
    people = document.get("candidates")
    people = people if isinstance(people, dict) else {}
    name = raw.get("candidate")
    if isinstance(name, str) and name not in people:
        rule = unknown_choice(name, [str(key) for key in people]) if people else "names nobody: there is no `candidates:`."
        found.append(Fault(file, where, "candidate", rule))
    if people and name is None:
        found.append(Fault(file, where, "candidate", f"must say whose offer it is: one of {', '.join(map(str, people))}."))
    person = people.get(name, {}) if isinstance(name, str) else document.get("candidate")
    lives = person.get("residence") if isinstance(person, dict) else None
    if raw.get("location") == REMOTE and raw.get("residence", lives) is None:
        rule = "is needed for a Remote job: tax and prices are taken there. Add it to the offer or the candidate."
        found.append(Fault(file, where, "residence", rule))
    return found


def _by_column(fault: Fault) -> Fault:
    """Return the fault with the sheet's column in place of the field's path."""
    parts = [int(part) if part.isdigit() else part for part in fault.field.replace("[", ".").replace("]", "").split(".")]
    column = column_of(tuple(parts))
    return replace(fault, field=column) if column else fault
