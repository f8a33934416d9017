"""Offers with the people they are made to, read from any number of files, with all faults or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

from compkit.candidate import Candidate
from compkit.errors import Fault, InputError, UnknownChoiceError
from compkit.fields import is_identifier
from compkit.offer import REMOTE, Offer
from compkit.offers.checking import checked_envelope, checked_offer, place_of
from compkit.offers.formats import read_contents
from compkit.offers.plausibility import Plausibility
from compkit.spelled import USD
from compkit.tables import Tables, load_tables


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
        """Where tax and prices are taken: the offer's residence, else the job's place, the candidate's if remote."""
        home = self.candidate.residence if self.offer.location == REMOTE else self.offer.location
        return self.offer.residence or home


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
    entries: dict[str, OfferEntry] = {}
    faults: list[Fault] = []
    first_file: dict[str, str] = {}
    for path in paths:
        found, wrong, ids = _read_file(Path(path), str(path), tables)
        faults += wrong
        for offer_id in ids:
            if offer_id in first_file:
                other = "above" if first_file[offer_id] == str(path) else f"in {first_file[offer_id]}"
                rule = f"is used {other} already. Choose another."
                faults.append(Fault(str(path), f"offer '{offer_id}'", "id", rule))
            first_file.setdefault(offer_id, str(path))
        for entry in found:
            entries.setdefault(entry.offer.id, entry)
    sound = entries.values()
    usual = Plausibility(tables)
    doubtful = [doubt for entry in sound for doubt in usual.doubts(entry.offer, entry.usd_rate, entry.file)]
    return Reading(Offers(sound, doubtful), tuple(faults))


def _read_file(path: Path, name: str, tables: Tables) -> tuple[list[OfferEntry], list[Fault], list[str]]:
    """Return a file's sound offers, its faults, and the ids of all its offers, the faulty ones too."""
    try:
        contents = read_contents(path, name)
    except InputError as error:
        return [], list(error.faults), []
    envelope, faults = checked_envelope(contents, name, tables)
    entries, ids = [], []
    raw_offers = contents.values.get("offers")
    for position, raw in enumerate(raw_offers if isinstance(raw_offers, list) else []):
        where = place_of(raw, position, contents)
        offer, wrong = checked_offer(raw, position, contents, name, where, tables)
        faults += wrong
        if isinstance(raw, dict) and is_identifier(raw.get("id")):
            ids.append(raw["id"])
        if offer is not None and envelope is not None and not wrong:
            candidate = (envelope.candidates or {}).get(offer.candidate or "", envelope.candidate or Candidate())
            rate = 1.0 if offer.currency == USD else envelope.rates[offer.currency]
            entries.append(OfferEntry(offer, candidate, rate, name))
    return entries, faults, ids
