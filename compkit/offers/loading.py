"""Reading offers and their candidates from files, with every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, overload

from compkit.errors import Fault, InputError, UnknownChoiceError
from compkit.model import USD, Candidate, is_identifier, read_notes
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.formats import Contents, check_contents, parse_contents, read_contents
from compkit.offers.household import needs_no_move
from compkit.offers.plausibility import plausibility_warnings
from compkit.offers.process_times import fill_deadline
from compkit.offers.sheets import CANDIDATE_COLUMNS, OFFER_COLUMNS, use_column_names
from compkit.offers.validation import offer_reference, validate_envelope, validate_offer
from compkit.reference import Tables, load_tables


class Offers(Sequence[OfferEntry]):
    """Offers in the order of their files, each id once, with warnings and what is left out for its faults."""

    def __init__(
        self, entries: Iterable[OfferEntry], warnings: Iterable[Fault] = (), left_out: Iterable[LeftOut] = ()
    ) -> None:
        self._entries = tuple(entries)
        self.warnings = tuple(warnings)
        self.left_out = tuple(left_out)

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
        """Offer ids, in order."""
        return [entry.offer.id for entry in self]

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Every fault of every file."""
        return tuple(fault for one in self.left_out for fault in one.faults)

    def entry(self, offer_id: str) -> OfferEntry:
        """Return the offer with that id.

        Raises
        ------
        UnknownChoiceError
            If there is none; the message lists the ids.
        """
        for entry in self:
            if entry.offer.id == offer_id:
                return entry
        raise UnknownChoiceError("offer", offer_id, self.ids)


def load_offers(*paths: str | Path, tables: Tables | None = None, skip_faulty: bool = False) -> Offers:
    """Load the offers of one or more files.

    Parameters
    ----------
    *paths : str or Path
        Offers files: .yaml, .yml, .json, .csv, or .xlsx.
    tables : Tables, optional
        The tables with the closed lists; compkit's own by default.
    skip_faulty : bool
        Whether to leave out faulty offers, with their faults in `left_out`, as long as one offer is valid.

    Raises
    ------
    InputError
        If anything is wrong in any file; it holds all faults of all files.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.load_offers("data/offers/sample.yaml").entry("google-l5-boomerang").offer.base_salary
    190000.0
    """
    offers = read_offers(paths, tables)
    if offers.faults and not (skip_faulty and offers):
        raise InputError(offers.faults)
    return offers


def read_offers(paths: Sequence[str | Path], tables: Tables | None = None) -> Offers:
    """Read the valid offers of files together with every fault; see `load_offers`."""
    return _read([(partial(read_contents, Path(path), str(path)), str(path)) for path in paths], tables)


def read_offers_text(data: bytes, ending: str, name: str = "", tables: Tables | None = None) -> Offers:
    """Read the valid offers of a file's contents together with every fault; see `read_offers`.

    Parameters
    ----------
    data : bytes
    ending : {".yaml", ".yml", ".json", ".csv", ".xlsx"}
    name : str, optional
        The file's name in messages.
    tables : Tables, optional
    """
    return _read([(partial(parse_contents, data, ending, name), name)], tables)


def read_offers_values(values: dict[str, Any]) -> Offers:
    """Read the valid offers among a file's plain values together with every fault; see `read_offers`."""
    return _read([(partial(check_contents, values, ""), "")], None)


def _read(files: Sequence[tuple[Callable[[], Contents], str]], tables: Tables | None) -> Offers:
    tables = tables or load_tables()
    found: list[_ReadOffer] = []
    warnings: list[Fault] = []
    for read, name in files:
        of_file, unread = _read_file(read, name, tables)
        found += of_file
        warnings += unread
    found = _reject_duplicate_ids(found)
    entries = [one.entry for one in found if isinstance(one.entry, OfferEntry)]
    left_out = [one.entry for one in found if isinstance(one.entry, LeftOut)]
    sheets = {one.entry.file for one in found if one.is_sheet}
    for warning in plausibility_warnings(entries, tables):
        columns = CANDIDATE_COLUMNS if warning.where.startswith("candidate") else OFFER_COLUMNS
        warnings += use_column_names([warning], columns) if warning.file in sheets else [warning]
    return Offers(entries, warnings, left_out)


@dataclass(frozen=True, slots=True)
class _ReadOffer:
    """One offer of a file, or a file without any, with the id if it is usable."""

    entry: OfferEntry | LeftOut
    offer_id: str | None = None
    is_sheet: bool = False


def _reject_duplicate_ids(found: Sequence[_ReadOffer]) -> list[_ReadOffer]:
    """Leave out, with a fault, each offer whose id is used before it by a valid or faulty one."""
    first_file: dict[str, str] = {}
    kept = []
    for one in found:
        file, offer_id = one.entry.file, one.offer_id
        if offer_id is not None and offer_id in first_file:
            other = "above" if first_file[offer_id] == file else f"in {first_file[offer_id]}"
            place = f"offer '{offer_id}'"
            again = Fault(file, place, "id", f"is already used {other}. Choose another.")
            faults = one.entry.faults if isinstance(one.entry, LeftOut) else ()
            candidate = one.entry.candidate if isinstance(one.entry, LeftOut) else one.entry.offer.candidate
            kept.append(replace(one, entry=LeftOut(file, place, offer_id, candidate, (*faults, again))))
            continue
        if offer_id is not None:
            first_file[offer_id] = file
        kept.append(one)
    return kept


def _read_file(read: Callable[[], Contents], name: str, tables: Tables) -> tuple[list[_ReadOffer], tuple[Fault, ...]]:
    """Read a file's offers, with warnings about parts that are ignored."""
    try:
        contents = read()
    except InputError as error:
        return [_ReadOffer(LeftOut(name, "", faults=error.faults))], ()
    envelope, faults = validate_envelope(contents, name, tables)
    raw_offers = contents.values.get("offers")
    found = [_ReadOffer(LeftOut(name, "", faults=tuple(faults)))] if faults else []
    for position, raw in enumerate(raw_offers if isinstance(raw_offers, list) else []):
        where = offer_reference(raw, position, contents)
        offer, wrong = validate_offer(raw, position, contents, name, where, tables)
        values = raw if isinstance(raw, dict) else {}
        offer_id, person = (value if is_identifier(value := values.get(key)) else None for key in ("id", "candidate"))
        if wrong or offer is None:
            left_out = LeftOut(name, where, offer_id, person, tuple(wrong))
            found.append(_ReadOffer(left_out, offer_id, contents.is_sheet))
        elif envelope is not None and not faults:
            candidate = (envelope.candidates or {}).get(offer.candidate or "", envelope.candidate or Candidate())
            rate = 1.0 if offer.currency == USD else envelope.rates[offer.currency]
            is_kept = "reported" in envelope.model_fields_set
            is_near = needs_no_move(candidate, offer.location, tables)
            reported = envelope.reported.get(offer.id)
            entry = OfferEntry(offer, candidate, rate, name, reported, is_near_home=is_near, is_kept=is_kept)
            entry = replace(entry, offer=fill_deadline(entry, tables))
            found.append(_ReadOffer(entry, offer_id, contents.is_sheet))
        else:
            found.append(_ReadOffer(LeftOut(name, where, offer_id, person), offer_id, contents.is_sheet))
    earlier = envelope.left_out if envelope is not None else ()
    found += [_ReadOffer(LeftOut("", text)) for text in earlier]
    return found, (*contents.warnings, *_place_notes(contents, name, tables))


def _place_notes(contents: Contents, name: str, tables: Tables) -> Iterator[Fault]:
    """Yield a warning for each name of a place that another well-known city has."""
    people = contents.values.get("candidates")
    groups = [("candidate", contents.values.get("candidate"))]
    groups += [(f"candidate '{key}'", one) for key, one in (people if isinstance(people, dict) else {}).items()]
    offers = contents.values.get("offers")
    groups += [
        (offer_reference(raw, position, contents), raw)
        for position, raw in enumerate(offers if isinstance(offers, list) else [])
    ]
    for where, group in groups:
        given = group if isinstance(group, dict) else {}
        current = given.get("current")
        named = {field: given.get(field) for field in ("location", "residence", "assigned_office")}
        named["current.location"] = current.get("location") if isinstance(current, dict) else None
        for field, text in named.items():
            for note in read_notes([text], tables.choices["places"]):
                yield Fault(name, where, field, note)
