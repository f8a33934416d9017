"""Who reads: what is private is taken out of the offers before anything is worked out or written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal, get_args

from compkit.errors import UnknownChoiceError
from compkit.model.candidate import Candidate
from compkit.model.offer import MarketObservation, Offer, Scores, Signals
from compkit.offers.entry import LeftOut, OfferEntry
from compkit.offers.loading import Offers
from compkit.offers.people import is_same_candidate, people_of

Audience = Literal["self", "coach", "employer"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)

MIN_PUBLIC_FIGURES = 5
"""Below this number of figures, a research row may tell what one person earns."""


def entry_for(entry: OfferEntry, audience: Audience) -> OfferEntry:
    """Return an offer as that audience may know it.

    Parameters
    ----------
    entry : OfferEntry
        As its file tells it.
    audience : {"self", "coach", "employer"}
        Whoever it is for sees all (self), all figures but no names, contacts and file names (coach), or what the
        employer knows anyway, with what the candidate says openly (employer).

    Returns
    -------
    OfferEntry
        What the audience may not know is gone, so that nothing worked out from the entry can hold it.

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
        offer = offer.model_copy(update={"candidate": None, "contact": contact})
        return replace(entry, offer=offer, candidate=candidate.model_copy(update={"name": None}), file="")
    return replace(entry, offer=_public_offer(offer), candidate=_public_candidate(candidate), file="")


def entries_for(entries: Sequence[OfferEntry], audience: Audience) -> list[OfferEntry]:
    """Return offers as an audience may know them; for a coach, people without names are told apart by number."""
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
    """Return the offers that an audience of the offer `offer_id` may know of.

    All of them for oneself, those of the same candidate for a coach, that one alone for an employer. Warnings, which
    name files, are for oneself.

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
    """Return what an audience may know of offers that are left out: for a coach no files, for an employer none."""
    if audience == "employer":
        return []
    return [one if audience == "self" else LeftOut("", one.where, one.offer_id) for one in left_out]


def is_public(row: MarketObservation) -> bool:
    """Return whether a row of research rests on enough figures to tell nobody's pay, and says where it comes from."""
    return row.source is not None and row.n is not None and row.n >= MIN_PUBLIC_FIGURES


def _public_candidate(candidate: Candidate) -> Candidate:
    """Return the person as an employer knows them: name and place, not the present job, the limits, the household."""
    return Candidate(name=candidate.name, residence=candidate.residence)


def _public_offer(offer: Offer) -> Offer:
    """Return an offer without the candidate's own marks, guesses and limits."""
    bargaining = offer.negotiation
    if bargaining is not None:
        bargaining = bargaining.model_copy(update={"first_offer": None, "leaning": None})
    startup = offer.startup
    if startup is not None:
        startup = startup.model_copy(update={"exits": (), "rounds": ()})
    return offer.model_copy(
        update={
            "candidate": None,
            "scores": Scores(),
            "signals": Signals(hours_to_decide=offer.signals.hours_to_decide),
            "market": tuple(row for row in offer.market if is_public(row)),
            "negotiation": bargaining,
            "startup": startup,
        }
    )
