"""What is known about one hiring process on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from compkit.errors import Fault, InputError
from compkit.model import ASSUMED_TIME, Deadline, Heard, HiringProcess
from compkit.offers import OfferEntry, deadline_zone, home_zone, times_of
from compkit.process.panel import reference_panel
from compkit.reference import Tables

OFFER_DAY = 14
"""Day after the last interview by which the guide has the offer made."""
DAYS_TO_DECIDE = 7
"""Days that a deadline is taken to leave, while it is unknown."""
_DELIVERY = "delivery"
_AN_INSTANT = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class ProcessFacts:
    """What is known about one hiring process on a day.

    Parameters
    ----------
    id : str
        The offer's id.
    today : date
    now : datetime or None
        The moment that hours are counted from; None if no zone is known.
    last_interview, expected_on, offered_on, background_check_from : date or None
    has_offer : bool
        Whether the employer has made an offer.
    offered_at : datetime or None
    deadline : Deadline or None
    last_use : date or None
        The last day on which something can be done before the deadline, in the job's zone and at home.
    at_candidate : datetime or None
        The deadline in the candidate's zone.
    hours_given : float or None
        Time given to decide [hours].
    heard : tuple of Heard
    done : frozenset of str
        Steps taken.
    stage : str or None
        The stage that the file states.
    check_delay : (int, int)
        Days that known causes add to a background check, at least and at most.
    company : str
        Its name, if it is known.
    days_to_offer : int
        Day after the last interview by which the offer is made, the company's own or the guide's.
    closed_days : frozenset of date
        The company's own, besides weekends and federal holidays.
    """

    id: str
    today: dt.date
    now: dt.datetime | None = None
    last_interview: dt.date | None = None
    expected_on: dt.date | None = None
    offered_on: dt.date | None = None
    background_check_from: dt.date | None = None
    has_offer: bool = False
    offered_at: dt.datetime | None = None
    deadline: Deadline | None = None
    last_use: dt.date | None = None
    at_candidate: dt.datetime | None = None
    hours_given: float | None = None
    heard: tuple[Heard, ...] = ()
    done: frozenset[str] = frozenset()
    stage: str | None = None
    check_delay: tuple[int, int] = (0, 0)
    company: str = ""
    days_to_offer: int = OFFER_DAY
    closed_days: frozenset[dt.date] = frozenset()

    @property
    def day(self) -> int | None:
        """Number of today; day 0 is the last interview."""
        return None if self.last_interview is None else (self.today - self.last_interview).days

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        at = self.deadline.at if self.deadline else None
        return at is not None and self.now is not None and at < self.now

    @property
    def is_open(self) -> bool:
        """Whether there is an offer whose deadline is known and ahead."""
        return self.has_offer and self.deadline is not None and not self.is_over

    @property
    def answer_on(self) -> dt.date | None:
        """The day by which this employer's offer can be expected, while there is none."""
        if self.has_offer:
            return None
        if self.expected_on is not None or self.last_interview is None:
            return self.expected_on
        return self.last_interview + dt.timedelta(days=self.days_to_offer)

    @property
    def offer_day(self) -> dt.date | None:
        """The day the offer was made, else the day it is counted as made."""
        if self.offered_on is not None and self.has_offer:
            return self.offered_on
        if not self.has_offer or self.last_interview is None:
            return self.answer_on
        return min(self.today, self.last_interview + dt.timedelta(days=self.days_to_offer))

    @property
    def last_word(self) -> dt.date | None:
        """The last dated day on which something was heard."""
        return max((one.on for one in self.heard if one.on is not None and one.on <= self.today), default=None)

    @property
    def hours_left(self) -> float | None:
        """Elapsed hours until the deadline, negative after it."""
        if self.deadline is None or self.now is None:
            return None
        return _hours(self.deadline.at, self.now)


def _hours(later: dt.datetime, earlier: dt.datetime) -> float:
    """Elapsed hours, also where clocks change in between."""
    return (later.astimezone(dt.UTC) - earlier.astimezone(dt.UTC)) / dt.timedelta(hours=1)


def facts_of(
    entry: OfferEntry,
    tables: Tables,
    today: dt.date,
    now: dt.datetime | None = None,
    *,
    fallback: ZoneInfo | None = None,
) -> ProcessFacts:
    """Collect what an offer's file says about its process.

    Parameters
    ----------
    entry : OfferEntry
    tables : Tables
    today : date
    now : datetime, optional
        An aware moment; if left out, the first of `today` at home.
    fallback : ZoneInfo, optional
        The zone of a deadline's day if nothing says it.

    Raises
    ------
    InputError
        If the offer has a deadline, and nothing says its time zone.
    """
    offer, process = entry.offer, entry.offer.process or HiringProcess()
    times, home = times_of(entry, tables), home_zone(entry, tables)
    has_no_zone = deadline_zone(entry, tables) is None and offer.deadline is not None
    if has_no_zone and fallback is None:
        rule = f"is needed, because {offer.location} has no time zone. Add it, as in Europe/London."
        raise InputError([Fault(entry.file, f"offer '{offer.id}'", "process.zone", rule)])
    deadline, offered_at = (times.deadline, times.offered_at) if times else (None, None)
    if has_no_zone and offer.deadline is not None:
        deadline, home = (
            Deadline(dt.datetime.combine(offer.deadline, ASSUMED_TIME, fallback), is_assumed=True),
            fallback,
        )
    own = tables.processes.get(offer.company.strip().casefold())
    moment = now or (dt.datetime.combine(today, dt.time(), home) if home else None)
    offered_on = offered_at.date() if offered_at else process.offered_at
    assert not isinstance(offered_on, dt.datetime)  # noqa: S101  times_of has resolved it
    is_made = offered_on is not None and offered_on <= today
    is_known = offer.status in ("written", "verbal") or (offer.status is None and offer.deadline is not None)
    return ProcessFacts(
        id=offer.id,
        today=today,
        now=moment,
        last_interview=process.last_interview,
        expected_on=process.expected_on,
        offered_on=offered_on,
        background_check_from=process.background_check_from,
        has_offer=is_made or (is_known and offered_on is None),
        offered_at=offered_at,
        deadline=deadline,
        last_use=_last_use(deadline, home) if deadline else None,
        at_candidate=deadline.at.astimezone(home) if deadline and home else None,
        hours_given=_hours_given(entry, deadline, offered_at, moment),
        heard=process.heard,
        done=frozenset(process.done),
        stage=process.stage,
        check_delay=reference_panel(entry.candidate, tables, today).days_added,
        company=offer.company,
        days_to_offer=own.stages[_DELIVERY][1] if own and _DELIVERY in own.stages else OFFER_DAY,
        closed_days=own.closed_days if own else frozenset(),
    )


def _hours_given(
    entry: OfferEntry, deadline: Deadline | None, offered_at: dt.datetime | None, now: dt.datetime | None
) -> float | None:
    """Time given to decide: from the offer to the deadline, else as typed, unless more than that is left."""
    if deadline and offered_at:
        return _hours(deadline.at, offered_at)
    typed = entry.offer.signals.hours_to_decide
    is_more_left = deadline is not None and now is not None and typed is not None and _hours(deadline.at, now) > typed
    return None if is_more_left else typed


def _last_use(deadline: Deadline, home: dt.tzinfo | None) -> dt.date:
    """Last day with time left before a deadline, wherever one looks at it; midnight ends the day before."""
    last = deadline.at.astimezone(dt.UTC) - _AN_INSTANT
    return min(last.astimezone(zone).date() for zone in (deadline.at.tzinfo, home) if zone is not None)
