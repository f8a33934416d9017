"""Deadlines that come before another employer's answer, and what to ask of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from compkit.business_days import BusinessDays
from compkit.process.facts import ProcessFacts

MAX_EXTENSION_DAYS = 14
"""Longest extension to ask for: the guide's two weeks."""


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
    """

    a: str
    b: str
    gap_days: int
    expected_on: dt.date
    extend: Extension | None
    expedite: Expedite | None


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
                extend = extension(first, gap, days)
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
