"""The timeline behind one report, from its offers file."""

from __future__ import annotations

from compkit.offers import choose_person, load_offers, people_of
from compkit.periods import parse_report_date
from compkit.process.timeline import Timeline, timeline
from compkit.reference import load_tables


def load_timeline(offers_file: str, candidate: str | None = None, *, report_date: str | None = None) -> Timeline:
    """Load one person's hiring processes from a file, with compkit's own tables.

    Parameters
    ----------
    offers_file : str
    candidate : str, optional
        Id in `candidates`, or name; may be left out if the file holds one person's offers.
    report_date : str, optional
        YYYY-MM-DD, today by default.

    Raises
    ------
    InputError
        If the file has faults, holds nobody of that name, or holds several people and none was named.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.load_timeline("data/offers/sample.yaml", "robin", report_date="2026-12-01").today
    datetime.date(2026, 12, 1)
    """
    tables = load_tables()
    person = choose_person(people_of(load_offers(offers_file, tables=tables)), candidate)
    return timeline(person.entries, tables, parse_report_date(report_date))
