"""The decision behind one report, from its offers file."""

from __future__ import annotations

from compkit.decision.person import Decision
from compkit.offers import choose_person, load_offers, people_of
from compkit.periods import parse_report_date
from compkit.reference import load_tables


def load_decision(
    offers_file: str, offer_id: str | None = None, *, candidate: str | None = None, report_date: str | None = None
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
    tables = load_tables()
    offers = load_offers(offers_file, tables=tables)
    people = people_of(offers)
    if offer_id is None:
        person = choose_person(people, candidate)
    else:
        own = offers.entry(offer_id)
        person = next(one for one in people if own in one.entries)
    return Decision(person, tables, parse_report_date(report_date))
