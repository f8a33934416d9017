"""What an editor says of its draft: unsaved changes, and how much is to fill in, to fix, and to check, and where."""

from __future__ import annotations

from collections.abc import Sequence

from compkit.notebook.field_row import note_line
from compkit.offers import FieldMessage, OffersDraft, Place

_FORM_PLACES: tuple[Place, ...] = (("offers",), ("candidate",), ("candidates",))


def status_lines(draft: OffersDraft) -> str:
    """HTML that tells whether there are unsaved changes, what is open, and what is wrong with the file itself."""
    saved = "Unsaved changes." if draft.is_changed else "No unsaved changes."
    counts = " ".join([saved, *(f"{one}." for one in _counted(draft.messages))])
    lines = [note_line("warning" if draft.is_changed else "help", counts)]
    lines += [_file_line(one) for one in draft.messages if one.place[:1] not in _FORM_PLACES]
    return "".join(lines)


def offer_label(draft: OffersDraft, position: int) -> str:
    """Name of an offer with what is to fill in and to fix in it.

    >>> offer_label(OffersDraft(), 0)
    'Offer 1: 4 to fill in'
    """
    return ": ".join([draft.offer_names[position], *_faults_at(draft, {("offers", position)})])


def person_label(draft: OffersDraft, person: str) -> str:
    """Name of a person with what is to fill in and to fix in what is theirs."""
    places: set[Place] = {("candidates", person), *(("offers", at) for at in draft.offers_of(person))}
    return ": ".join([str(draft.value(("candidates", person, "name")) or person), *_faults_at(draft, places)])


def _faults_at(draft: OffersDraft, places: set[Place]) -> list[str]:
    return _counted([one for one in draft.messages if one.place[:2] in places and one.is_fault])


def _counted(messages: Sequence[FieldMessage]) -> list[str]:
    """How many messages of each kind there are, in one text; empty without any."""
    kinds = ["fill in" if one.is_missing else "fix" if one.is_fault else "check" for one in messages]
    counts = [f"{kinds.count(kind)} to {kind}" for kind in ("fill in", "fix", "check") if kind in kinds]
    return [", ".join(counts)] if counts else []


def _file_line(message: FieldMessage) -> str:
    subject = f"{'.'.join(map(str, message.place))} " if message.place else "the file "
    kind, start = ("fault", "Fix") if message.is_fault else ("warning", "Check")
    return note_line(kind, f"{start}: {subject}{message.message}")
