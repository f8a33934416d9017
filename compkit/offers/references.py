"""Ids by which offers and candidates name other offers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from compkit.errors import Fault, unknown_choice
from compkit.offers.entry import OfferEntry
from compkit.offers.people import STAYING, Person


def reference_faults(people: Iterable[Person], left_out: Collection[str | None] = ()) -> list[Fault]:
    """List the faults of `supersedes` and of the ids in `candidate.decision`.

    Whoever reads only some of a person's offers doesn't need it, since the others may be elsewhere.

    Parameters
    ----------
    people : iterable of Person
    left_out : collection of str, optional
        Ids of offers left out because of their own faults: naming one is no fault.
    """
    return [
        fault
        for person in people
        for fault in (*_round_faults(person.entries, left_out), *_choice_faults(person, left_out))
    ]


def superseded_ids(entries: Sequence[OfferEntry]) -> set[str]:
    """Ids of earlier rounds of the same jobs."""
    return {entry.offer.supersedes for entry in entries if entry.offer.supersedes is not None}


def _round_faults(entries: Sequence[OfferEntry], left_out: Collection[str | None]) -> Iterator[Fault]:
    earlier = {entry.offer.id: entry.offer.supersedes for entry in entries}
    later: dict[str, str] = {}
    for entry in entries:
        own, before = entry.offer.id, entry.offer.supersedes
        if own == STAYING:
            rule = "can't be 'staying', which means keeping the current job. Choose another."
            yield Fault(entry.file, f"offer '{own}'", "id", rule)
        if before is None or before in left_out:
            continue
        rule = ""
        if before not in earlier or before == own:
            others = [name for name in earlier if name != own]
            rule = unknown_choice(before, others) if others else "names an earlier round, but there is no other offer."
        elif before in later:
            rule = f"names '{before}', which '{later[before]}' already supersedes. Name the round just before this one."
        elif own in _rounds_before(before, earlier):
            rule = f"goes round in a circle: '{before}' comes after '{own}'. Remove one of them."
        later.setdefault(before, own)
        if rule:
            yield Fault(entry.file, f"offer '{own}'", "supersedes", rule)


def _rounds_before(offer_id: str, earlier: dict[str, str | None]) -> list[str]:
    """Earlier rounds of an offer, the latest first; each once, should they go round in a circle."""
    found: list[str] = []
    before = earlier.get(offer_id)
    while before is not None and before not in found:
        found.append(before)
        before = earlier.get(before)
    return found


def _choice_faults(person: Person, left_out: Collection[str | None]) -> Iterator[Fault]:
    entry, given = person.entries[0], person.entries[0].candidate.decision
    where = f"candidate '{person.candidate_id}'" if person.candidate_id else "candidate"
    named = [("decision.preferred", given.preferred)] if given.preferred is not None else []
    named += [(f"decision.out[{number}]", name) for number, name in enumerate(given.out)]
    for field, name in named:
        if name not in person.choices and name not in left_out:
            yield Fault(entry.file, where, field, unknown_choice(name, person.choices))
