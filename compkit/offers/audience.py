"""Audiences: private data is removed from the offers before anything is calculated or written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, get_args

from compkit.errors import UnknownChoiceError
from compkit.model import Candidate, Heard, HiringProcess, MarketObservation, Offer, Scores, Signals
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.loading import Offers
from compkit.offers.people import is_same_candidate, people_of

Audience = Literal["self", "coach", "employer"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

MIN_PUBLIC_FIGURES = 5
"""With fewer figures, a research row may reveal one person's pay."""


def entry_for(entry: OfferEntry, audience: Audience) -> OfferEntry:
    """Remove what an audience may not know from an offer, so that nothing calculated from it can contain it.

    Parameters
    ----------
    entry : OfferEntry
    audience : {"self", "coach", "employer"}
        "self" sees everything; "coach" all figures but no names, contacts, or file names; "employer" only what the
        employer knows anyway or the candidate says openly.

    Raises
    ------
    UnknownChoiceError
        If there is no such audience.

    Source: docs/how-the-figures-are-made.md#privacy
    """
    if audience not in AUDIENCES:
        raise UnknownChoiceError("audience", audience, AUDIENCES)
    if audience == "self":
        return entry
    candidate, offer = entry.candidate, entry.offer
    if audience == "coach":
        contact = offer.contact.model_copy(update={"recruiter": None, "email": None})
        process = offer.process and offer.process.model_copy(update={"heard": _days_heard(offer.process)})
        private = {"candidate": None, "label": None}  # a label may hold a name
        offer = offer.model_copy(update={**private, "contact": contact, "process": process})
        return replace(entry, offer=offer, candidate=_unnamed(candidate), file="")
    public, person = _public_offer(offer), _public_candidate(candidate)
    return replace(entry, offer=public, candidate=person, file="", reported=None)  # its sources may forbid copies


def entries_for(entries: Sequence[OfferEntry], audience: Audience) -> list[OfferEntry]:
    """Offers for an audience; for a coach, people have numbers instead of names."""
    if audience != "coach":
        return [entry_for(entry, audience) for entry in entries]
    people = people_of(entries)
    number = {id(entry): at for at, person in enumerate(people, start=1) for entry in person.entries}
    found = []
    for entry in entries:
        shown = entry_for(entry, audience)
        name = f"person-{number[id(entry)]}" if len(people) > 1 else None
        found.append(replace(shown, offer=shown.offer.model_copy(update={"candidate": name})))
    return found


def offers_for(offers: Offers, offer_id: str, audience: Audience) -> Offers:
    """Offers that an audience of the offer `offer_id` may know of.

    That is all of them for oneself, the same candidate's for a coach, and only that one for an employer. Warnings
    name files, so only oneself gets them.

    Raises
    ------
    UnknownChoiceError
        If there is no such offer, or no such audience.
    """
    own = offers.entry(offer_id)
    if audience == "self":
        return offers
    shown = [own] if audience == "employer" else [entry for entry in offers if is_same_candidate(entry, own)]
    return Offers(entry_for(entry, audience) for entry in shown)


def left_out_for(left_out: Iterable[LeftOut], audience: Audience) -> list[LeftOut]:
    """Left-out offers for an audience: without files for a coach, none for an employer."""
    if audience == "employer":
        return []
    return [one if audience == "self" else LeftOut("", one.where, one.offer_id) for one in left_out]


def is_public(row: MarketObservation) -> bool:
    """Whether a research row has a source and enough figures to reveal nobody's pay."""
    return row.source is not None and row.n is not None and row.n >= MIN_PUBLIC_FIGURES


def _unnamed(candidate: Candidate) -> Candidate:
    """Leave out names, and how to reach people."""
    unnamed = (
        one.model_copy(update={"name": f"Reference {number}", "contact": None})
        for number, one in enumerate(candidate.references, start=1)
    )
    return candidate.model_copy(update={"name": None, "references": tuple(unnamed)})


def _days_heard(process: HiringProcess) -> tuple[Heard, ...]:
    """Keep the days on which something was heard, which end a silence; leave out the words, which may hold names."""
    return tuple(one.model_copy(update={"said": "(left out)"}) for one in process.heard if one.on is not None)


def _public_candidate(candidate: Candidate) -> Candidate:
    return Candidate(name=candidate.name, residence=candidate.residence)


def _public_offer(offer: Offer) -> Offer:
    """Remove the candidate's own ratings, guesses, and limits from an offer."""
    bargaining = offer.negotiation
    if bargaining is not None:
        bargaining = bargaining.model_copy(update={"first_offer": None, "leaning": None})
    startup = offer.startup
    if startup is not None:
        startup = startup.model_copy(update={"exits": (), "rounds": ()})
    return offer.model_copy(
        update={
            "candidate": None,
            "label": None,
            "supersedes": None,
            "spouse_wages": None,
            "housing_cost": None,
            "scores": Scores(),
            "signals": Signals(hours_to_decide=offer.signals.hours_to_decide),
            "market": tuple(row for row in offer.market if is_public(row)),
            "negotiation": bargaining,
            "process": None,
            "startup": startup,
        }
    )
