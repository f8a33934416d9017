"""The decision behind one report, and the job it leads to, from an offers file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from compkit.decision.next_step import wanted_offer
from compkit.decision.person import Decision
from compkit.errors import UnknownChoiceError
from compkit.market import with_reported_pay
from compkit.offers import OfferEntry, choose_person, load_offers, people_of
from compkit.periods import parse_report_date
from compkit.process import Onboarding, onboarding
from compkit.reference import load_tables


@dataclass(frozen=True)
class NextJob:
    """The job that a person would take, and the plan of its first weeks.

    Parameters
    ----------
    today : date
    plan : Onboarding
        The guide's, for a manager at Amazon, if no offer can be chosen.
    entry : OfferEntry or None
    is_chosen : bool
        Whether the person named it, or has no other offer.
    """

    today: dt.date
    plan: Onboarding
    entry: OfferEntry | None = None
    is_chosen: bool = True


def load_decision(
    offers_file: str,
    offer_id: str | None = None,
    *,
    candidate: str | None = None,
    report_date: str | None = None,
    store: str | None = None,
) -> Decision:
    """Load the decision of one person in a file, with compkit's own tables.

    Parameters
    ----------
    offers_file : str
    offer_id : str, optional
        An offer of theirs.
    candidate : str, optional
        Id in `candidates`, or name. Both may be left out if the file holds one person's offers.
    report_date : str, optional
        YYYY-MM-DD, today by default.
    store : str, optional
        Store of pay data; by default your own, see `read_offers`.

    Raises
    ------
    InputError
        If the file has faults, holds nobody of that name, or holds several people and none was named.
    UnknownChoiceError
        If the file has no such offer.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.load_decision("data/offers/sample.yaml", "google-l5-boomerang", report_date="2026-12-01")
    Decision of Robin Sample: leans
    """
    tables, on = load_tables(), parse_report_date(report_date)
    offers = with_reported_pay(load_offers(offers_file, tables=tables), tables, on, store)
    people = people_of(offers)
    if offer_id is None:
        person = choose_person(people, candidate)
    else:
        own = offers.entry(offer_id)
        person = next(one for one in people if own in one.entries)
    return Decision(person, tables, on)


def load_onboarding(
    offers_file: str, candidate: str | None = None, *, accepted: str | None = None, report_date: str | None = None
) -> NextJob:
    """Load the plan of one person's first weeks in the new job, with compkit's own tables.

    Parameters
    ----------
    offers_file : str
    candidate : str, optional
        Id in `candidates`, or name; may be left out if the file holds one person's offers.
    accepted : str, optional
        Id of the offer they accept; if left out the one they prefer, else the one that leads on pay.
    report_date : str, optional
        YYYY-MM-DD, today by default.

    Raises
    ------
    InputError
        If the file has faults, holds nobody of that name, or holds several people and none was named.
    UnknownChoiceError
        If the person has no such offer.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.load_onboarding("data/offers/sample.yaml", "robin", report_date="2026-12-01").entry.offer.id
    'google-l5-boomerang'
    """
    decision = load_decision(offers_file, candidate=candidate, report_date=report_date)
    if accepted is not None and accepted not in decision.entries:
        raise UnknownChoiceError("accepted", accepted, list(decision.entries))
    only = next(iter(decision.entries)) if len(decision.entries) == 1 else None
    named = next(
        (one for one in (accepted, decision.candidate.decision.preferred, only) if one in decision.entries), None
    )
    entry = decision.entries.get(named or wanted_offer(decision.ruling, None) or "")
    offer = entry.offer if entry else None
    plan = onboarding(offer.start_date if offer else None, decision.tables, offer)
    return NextJob(decision.report_date, plan, entry, is_chosen=named is not None)
