"""What tells offers apart that are alike by company, level and place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import count

from compkit.offers.entry import OfferEntry
from compkit.offers.references import superseded_ids

FIRST, LATER = "first offer", "after negotiation"


def differences(entries: Sequence[OfferEntry]) -> dict[str, str]:
    """Tell offers apart: what to add to the company, level and place of each, by id; empty if these are enough.

    That is its label, and if that leaves offers alike, "first offer" and "after negotiation" for two rounds of one
    job, or a number for others. Numbers go by id, earlier rounds last, so that pages without those have the same ones.
    """
    earlier = superseded_ids(entries)
    groups: dict[tuple[str, str], dict[str, list[OfferEntry]]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.offer.id in earlier, entry.offer.id)):
        job = (f"{entry.offer.company} {entry.offer.level}", entry.offer.location)
        groups.setdefault(job, {}).setdefault(entry.offer.label or "", []).append(entry)
    return {
        entry.offer.id: added
        for labels in groups.values()
        for label, alike in labels.items()
        for entry, added in zip(alike, _told_apart(label, alike, labels), strict=False)
    }


def _told_apart(label: str, alike: Sequence[OfferEntry], labels: Collection[str]) -> Iterator[str]:
    """Yield what to add to each of the offers with one label: never the label of another."""
    if len(alike) == 1:
        return iter([label])
    start = f"{label}, " if label else ""
    rounds = [f"{start}{LATER}", f"{start}{FIRST}"]
    if len(alike) == 2 and alike[0].offer.supersedes == alike[1].offer.id and set(rounds).isdisjoint(labels):
        return iter(rounds)
    numbered = (f"{start}{number}" for number in count(1))
    return (added for added in numbered if added not in labels)
