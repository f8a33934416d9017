"""Whose offers they are: each person's offers together, under a name that is safe as a folder's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from compkit.errors import Fault, InputError, unknown_choice
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.warning_lines import summarize_names

NAMELESS = "you"
_MAX_LISTED = 10
MAX_FOLDER = 48
"""Room for a number behind it, within an identifier's 64 characters."""
# Windows takes these for devices, whatever the folder that they stand in.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


@dataclass(frozen=True)
class Person:
    """One candidate and the offers made to them.

    Parameters
    ----------
    folder : str
        An identifier that no other person of the same files has: the candidate's id; else their name in plain
        letters; else `you`. A number tells people apart who would share one.
    entries : tuple of OfferEntry
        At least one, in the order of their files.
    """

    folder: str
    entries: tuple[OfferEntry, ...]

    @property
    def name(self) -> str | None:
        """As the file tells it; None where it does not."""
        return self.entries[0].candidate.name

    @property
    def candidate_id(self) -> str | None:
        """Their id in `candidates`; None where the file has one candidate."""
        return self.entries[0].offer.candidate

    @property
    def is_nameless(self) -> bool:
        """Whether only the file tells them from others."""
        return not (self.name or self.candidate_id)

    @property
    def label(self) -> str:
        """What people read: the name, else the folder."""
        return self.name or self.folder


def is_same_candidate(entry: OfferEntry, other: OfferEntry) -> bool:
    """Return whether two offers are made to the same person: in one file as it says, in two only by the same name."""
    return _identity(entry) == _identity(other)


def _identity(entry: OfferEntry) -> tuple[object, ...]:
    return entry.offer.candidate, entry.candidate, entry.file if entry.candidate.name is None else None


def people_of(entries: Iterable[OfferEntry], held: Mapping[str, str] | None = None) -> list[Person]:
    """People with their offers, in the order of their first ones; the time grows with the number of offers.

    Parameters
    ----------
    entries : iterable of OfferEntry
    held : mapping of str to str, optional
        By offer id the person's folder of an earlier time. Who has offers in one keeps it; nobody else gets it.
    """
    groups: dict[tuple[object, ...], list[OfferEntry]] = {}
    for entry in entries:
        groups.setdefault(_identity(entry), []).append(entry)
    folders = _folders(list(groups.values()), held or {})
    return [Person(folder, tuple(group)) for folder, group in zip(folders, groups.values(), strict=True)]


def _own_name(entry: OfferEntry) -> str:
    """Return what a person's folder is called where nobody else's is: letters a to z, digits and hyphens."""
    if entry.offer.candidate:
        return entry.offer.candidate
    plain = unicodedata.normalize("NFKD", entry.candidate.name or "").encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:MAX_FOLDER].strip("-") or NAMELESS


def _folders(groups: Sequence[Sequence[OfferEntry]], held: Mapping[str, str]) -> list[str]:
    """Return a different folder for each person: the first of a name has it, the others get numbers from 2 on."""
    names = [_own_name(group[0]) for group in groups]
    kept: dict[str, int] = {}
    for at, (name, group) in enumerate(zip(names, groups, strict=True)):
        earlier = (held.get(entry.offer.id, "") for entry in group)
        folder = next((one for one in earlier if one not in kept and _is_called(one, name)), None)
        if folder is not None:
            kept[folder] = at
    found = {at: folder for folder, at in kept.items()}
    taken, reserved = {*_DEVICES, *held.values()}, set(names)
    numbers: dict[str, count[int]] = {}
    for at, name in enumerate(names):
        if at in found:
            continue
        folder = name
        if name in taken:
            numbered = (f"{name[:MAX_FOLDER]}-{number}" for number in numbers.setdefault(name, count(2)))
            folder = next(one for one in numbered if one not in taken and one not in reserved)
        taken.add(folder)
        found[at] = folder
    return [found[at] for at in range(len(names))]


def _is_called(folder: str, name: str) -> bool:
    """Return whether a folder is of that name, or of that name with a number."""
    start, _, number = folder.rpartition("-")
    return folder == name or (start == name[:MAX_FOLDER] and number.isdecimal())


def find_person(people: Sequence[Person], candidate: str, field: str = "candidate") -> Person:
    """Return the one person of that folder, id or name, which was given as `field`.

    Raises
    ------
    InputError
        If there is none, or several share the name; the message lists the folders.
    """
    folders = [person.folder for person in people]
    found = [person for person in people if person.folder == candidate]
    found = found or [person for person in people if person.candidate_id == candidate]
    found = found or [person for person in people if (person.name or "").casefold() == candidate.casefold()]
    if len(found) == 1:
        return found[0]
    rule = unknown_choice(candidate, folders)
    if found:
        rule = f"is the name of {len(found)} people: say {' or '.join(person.folder for person in found)}."
    raise InputError([Fault("", "", field, rule)])


def only_person(people: Sequence[Person]) -> Person:
    """Return the person where there is one.

    Raises
    ------
    InputError
        If there are several; the message lists them.
    """
    if len(people) == 1:
        return people[0]
    names = summarize_names([person.folder for person in people], _MAX_LISTED)
    rule = f"must say whose offers to compare: these are of {len(people)} people, {names}."
    raise InputError([Fault("", "", "candidate", rule)])


class LeftOutOffers:
    """Offers that are left out for their faults, found by whom they may concern.

    Parameters
    ----------
    left_out : sequence of LeftOut
    """

    def __init__(self, left_out: Sequence[LeftOut]) -> None:
        self._left_out = left_out
        self._places: dict[tuple[str, str | None] | None, list[int]] = {}
        for at, one in enumerate(left_out):
            whose = (one.file, one.candidate) if one.where and one.file else None
            self._places.setdefault(whose, []).append(at)

    def of(self, entries: Iterable[OfferEntry]) -> tuple[LeftOut, ...]:
        """Return what may be an offer to the person of these offers, in order; see `LeftOut.may_concern`."""
        if not self._left_out:
            return ()
        whose = {(entry.file, name) for entry in entries for name in (None, entry.offer.candidate)}
        places = {at for key in (None, *whose) for at in self._places.get(key, ())}
        return tuple(self._left_out[at] for at in sorted(places))
