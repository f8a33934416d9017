"""Deadlines that come before another employer's answer, and what to ask of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from compkit.business_days import BusinessDays
from compkit.offers import OfferEntry
from compkit.process.facts import ProcessFacts, facts_of
from compkit.reference import Tables

MAX_EXTENSION_DAYS = 14
"""Longest extension to ask for: the guide's two weeks."""

_UTC, _A_DAY = ZoneInfo("UTC"), dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Extension:
    """A later deadline to ask for.

    Parameters
    ----------
    of : str
        Id of the offer.
    days : int
        Whole days, 1 to 14.
    to : datetime
        At the same local time.
    """

    of: str
    days: int
    to: dt.datetime


@dataclass(frozen=True, slots=True)
class Expedite:
    """An earlier answer to ask for.

    Parameters
    ----------
    of : str
        Id of the slower process.
    days : int
        How much sooner than expected.
    to : date
    """

    of: str
    days: int
    to: dt.date


@dataclass(frozen=True, slots=True)
class Clash:
    """A deadline that comes before another employer's answer is expected.

    Parameters
    ----------
    a, b : str
        Ids of the offer with the deadline, and of the slower process.
    gap_days : int
        Days from the deadline to the day the answer is expected.
    expected_on : date
        That day.
    extend : Extension or None
        What to ask of a; None if no extension ends on an open day.
    expedite : Expedite or None
        What is left to ask of b.
    is_assumed : bool
        Whether nothing says when b answers, so that its last interview is taken to be tomorrow.
    """

    a: str
    b: str
    gap_days: int
    expected_on: dt.date
    extend: Extension | None
    expedite: Expedite | None
    is_assumed: bool = False


def person_clashes(entries: Iterable[OfferEntry], tables: Tables, today: dt.date) -> list[Clash]:
    """List the clashes of one person's offers, also with processes that have no dates, those with dates first.

    Parameters
    ----------
    entries : iterable of OfferEntry
        The latest round of each job.
    tables : Tables
    today : date
    """
    facts = [facts_of(entry, tables, today, fallback=_UTC) for entry in entries]
    undated = {one.id for one in facts if not one.has_offer and one.answer_on is None}
    dated = [replace(one, last_interview=today + _A_DAY) if one.id in undated else one for one in facts]
    found = [replace(clash, is_assumed=clash.b in undated) for clash in clashes(dated, BusinessDays())]
    return sorted(found, key=lambda clash: clash.is_assumed)


def clashes(processes: Sequence[ProcessFacts], days: BusinessDays) -> list[Clash]:
    """List the clashes among one person's processes, the nearest deadline first.

    Source: docs/plan-the-weeks.md#several-processes
    """
    dated = [(one.deadline, one) for one in processes if one.is_open and one.deadline]
    waiting = [(one, on) for one in processes if (on := one.answer_on) is not None]
    found = []
    for deadline, first in sorted(dated, key=lambda pair: pair[0].at):
        for slower, on in waiting:
            gap = (on - deadline.on).days
            if slower.id != first.id and gap > 0:
                extend = extension(first, gap, days.without(first.closed_days))
                reached = extend.to.date() if extend else deadline.on
                rest = (on - reached).days
                expedite = Expedite(slower.id, rest, reached) if rest else None
                found.append(Clash(first.id, slower.id, gap, on, extend, expedite))
    return found


def extension(facts: ProcessFacts, needed: int, days: BusinessDays) -> Extension | None:
    """Smallest extension that suffices, at most 14 days; it ends on an open day, if need be on one before.

    Parameters
    ----------
    facts : ProcessFacts
        With a deadline.
    needed : int
        Days by which the deadline is too early.
    days : BusinessDays
    """
    if facts.deadline is None:
        return None
    at = facts.deadline.at
    end = days.last_open(at.date() + dt.timedelta(days=min(needed, MAX_EXTENSION_DAYS)))
    n_days = (end - at.date()).days
    return Extension(facts.id, n_days, _at_same_time(at, end)) if n_days > 0 else None


def _at_same_time(at: dt.datetime, on: dt.date) -> dt.datetime:
    """Move a moment to the same local time on another day; a time that clocks skip moves with them."""
    moved = dt.datetime.combine(on, at.time(), at.tzinfo)
    return moved.astimezone(dt.UTC).astimezone(at.tzinfo)
