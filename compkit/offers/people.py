"""Offers grouped by person, each with a safe folder name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from compkit.errors import Fault, InputError, unknown_choice
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.warning_text import summarize_names

NAMELESS = "you"
STAYING = "staying"
"""How a file names the choice of keeping the current job."""
_MAX_LISTED = 10
MAX_FOLDER = 48
"""Leaves room for a number, within an identifier's 64 characters."""
# Windows reserves these names for devices in every folder.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


@dataclass(frozen=True)
class Person:
    """One candidate and the offers made to them.

    Parameters
    ----------
    folder : str
        A unique identifier: the candidate's id, else their name in plain letters, else `you`; with a number if
        several people would share it.
    entries : tuple of OfferEntry
        At least one, in the order of their files.
    """

    folder: str
    entries: tuple[OfferEntry, ...]

    @property
    def name(self) -> str | None:
        """Name in the file, or None."""
        return self.entries[0].candidate.name

    @property
    def candidate_id(self) -> str | None:
        """Id in `candidates`; None if the file has one candidate."""
        return self.entries[0].offer.candidate

    @property
    def choices(self) -> list[str]:
        """Ids of what they can choose: each offer, and staying if they entered a current job."""
        offers = [entry.offer.id for entry in self.entries]
        return [*offers, STAYING] if self.entries[0].candidate.current else offers

    @property
    def has_choice(self) -> bool:
        """Whether they can choose between two things at least."""
        return len(self.choices) > 1

    @property
    def is_nameless(self) -> bool:
        """Whether they have neither a name nor an id."""
        return not (self.name or self.candidate_id)

    @property
    def label(self) -> str:
        """Name for people, else the folder."""
        return self.name or self.folder


def is_same_candidate(entry: OfferEntry, other: OfferEntry) -> bool:
    """Whether two offers are made to the same person; in two files, only if the name is the same."""
    return _identity(entry) == _identity(other)


def _identity(entry: OfferEntry) -> tuple[object, ...]:
    return entry.offer.candidate, entry.candidate, entry.file if entry.candidate.name is None else None


def people_of(entries: Iterable[OfferEntry], held: Mapping[str, str] | None = None) -> list[Person]:
    """People with their offers, in the order of their first offers, in linear time.

    Parameters
    ----------
    entries : iterable of OfferEntry
    held : mapping of str to str, optional
        The person's folder in an earlier run, by offer id. A person keeps theirs; nobody else gets it.
    """
    groups: dict[tuple[object, ...], list[OfferEntry]] = {}
    for entry in entries:
        groups.setdefault(_identity(entry), []).append(entry)
    folders = _folders(list(groups.values()), held or {})
    return [Person(folder, tuple(group)) for folder, group in zip(folders, groups.values(), strict=True)]


def _own_name(entry: OfferEntry) -> str:
    """Folder name before numbering: letters a to z, digits, and hyphens."""
    if entry.offer.candidate:
        return entry.offer.candidate
    plain = unicodedata.normalize("NFKD", entry.candidate.name or "").encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:MAX_FOLDER].strip("-") or NAMELESS


def _folders(groups: Sequence[Sequence[OfferEntry]], held: Mapping[str, str]) -> list[str]:
    """Assign each person a unique folder; the first of a name has it, the others get numbers from 2."""
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
    """Whether a folder has that name, with or without a number."""
    start, _, number = folder.rpartition("-")
    return folder == name or (start == name[:MAX_FOLDER] and number.isdecimal())


def find_person(people: Sequence[Person], candidate: str, field: str = "candidate") -> Person:
    """Find the one person with that folder, id, or name; `field` names the value in messages.

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
        rule = f"is the name of {len(found)} people. Type {' or '.join(person.folder for person in found)}."
    raise InputError([Fault("", "", field, rule)])


def choose_person(people: Sequence[Person], candidate: object | None) -> Person:
    """Find the person named as `find_person` does, or the only one if nobody is named.

    Raises
    ------
    InputError
        If there is nobody of that name, or there are several people and none was named.
    """
    return only_person(people) if candidate is None else find_person(people, str(candidate))


def only_person(people: Sequence[Person]) -> Person:
    """Return the only person; raise `InputError` with the names if there are several."""
    if len(people) == 1:
        return people[0]
    names = summarize_names([person.folder for person in people], _MAX_LISTED)
    rule = f"must say whose offers to compare: these are of {len(people)} people, {names}."
    raise InputError([Fault("", "", "candidate", rule)])


class LeftOutOffers:
    """Lookup of left-out offers by the person they may concern."""

    def __init__(self, left_out: Sequence[LeftOut]) -> None:
        self._left_out = left_out
        self._places: dict[tuple[str, str | None] | None, list[int]] = {}
        for at, one in enumerate(left_out):
            whose = (one.file, one.candidate) if one.where and one.file else None
            self._places.setdefault(whose, []).append(at)

    def of(self, entries: Iterable[OfferEntry]) -> tuple[LeftOut, ...]:
        """Left-out offers that may be to the person of these offers, in order; see `LeftOut.may_concern`."""
        if not self._left_out:
            return ()
        whose = {(entry.file, name) for entry in entries for name in (None, entry.offer.candidate)}
        places = {at for key in (None, *whose) for at in self._places.get(key, ())}
        return tuple(self._left_out[at] for at in sorted(places))
