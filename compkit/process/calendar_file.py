"""Calendar files that programs such as Google Calendar, Outlook and Apple Calendar import (RFC 5545)."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from icalendar import Alarm, Calendar, Event, Timezone

PRODUCT = "-//compkit//timeline//EN"
_CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class CalendarItem:
    """One entry of a calendar.

    Parameters
    ----------
    uid : str
        Names the entry for good, whatever its day and words: `offer.row`.
    title, note : str
    start : date or datetime
        A day, for an entry that takes whole days; else a moment in a zone of the IANA database.
    n_days : int
        Whole days.
    alarm : timedelta or None
        When to remind, counted from the start (negative before it).
    """

    uid: str
    title: str
    note: str
    start: dt.date | dt.datetime
    n_days: int = 1
    alarm: dt.timedelta | None = None


def calendar_file(
    items: Iterable[CalendarItem], stamp: dt.date, earlier: bytes | None = None, *, prefix: str = ""
) -> bytes:
    """Write a calendar.

    Parameters
    ----------
    items : iterable of CalendarItem
        Each `uid` once.
    stamp : date
        The day it is written for.
    earlier : bytes, optional
        The file that it replaces. A changed entry gets the next SEQUENCE; one that is gone is cancelled, or left as it
        was if it is over.
    prefix : str
        Entries of the earlier file whose `uid` starts otherwise stay as they were.

    Raises
    ------
    ValueError
        If the earlier file is no calendar of compkit's.

    Notes
    -----
    The same items, stamp and earlier file give the same bytes.
    """
    before = {} if earlier is None else _events_of(earlier)
    stamped = dt.datetime.combine(stamp, dt.time(), dt.UTC)
    events = []
    for item in items:
        event, known = _event(item), before.pop(f"{item.uid}@compkit", None)
        changed = known is not None and _content(known) != _content(event)
        event.add("sequence", 0 if known is None else int(known["SEQUENCE"]) + changed)
        event.add("dtstamp", stamped)
        events.append(event)
    events += [_gone(event, stamped) if uid.startswith(prefix) else event for uid, event in before.items()]
    calendar = Calendar()
    for name, value in (("prodid", PRODUCT), ("version", "2.0"), ("calscale", "GREGORIAN"), ("method", "PUBLISH")):
        calendar.add(name, value)
    for part in (*_zones(events), *sorted(events, key=lambda event: str(event["UID"]))):
        calendar.add_component(part)
    return bytes(calendar.to_ical())


def _event(item: CalendarItem) -> Event:
    event = Event()
    event.add("uid", f"{item.uid}@compkit")
    event.add("summary", _clean(item.title))
    event.add("transp", "TRANSPARENT")
    if item.note:
        event.add("description", _clean(item.note))
    event.add("dtstart", item.start)
    if not isinstance(item.start, dt.datetime):
        event.add("dtend", item.start + dt.timedelta(days=item.n_days))
    if item.alarm is not None:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", _clean(item.title))
        alarm.add("trigger", item.alarm)
        event.add_component(alarm)
    return event


def _clean(text: str) -> str:
    """Text without control characters but line breaks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter == "\n" or unicodedata.category(letter) not in ("Cc", "Cs"))


def is_own_calendar(data: bytes) -> bool:
    """Whether compkit wrote a calendar file."""
    try:
        _events_of(data)
    except (ValueError, KeyError):
        return False
    return True


def _events_of(data: bytes) -> dict[str, Event]:
    """Events of an earlier file by UID."""
    calendar = Calendar.from_ical(data)
    if str(calendar.get("PRODID")) != PRODUCT:
        raise ValueError("is a calendar of another program")
    return {str(event["UID"]): event for event in calendar.walk("VEVENT")}


def _content(event: Event) -> bytes:
    """Everything of an event but when it was written."""
    lines = bytes(event.to_ical()).split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.startswith((b"DTSTAMP", b"SEQUENCE")))


def _gone(event: Event, stamped: dt.datetime) -> Event:
    """Cancel an event that is not in the plan any more, unless it is over or cancelled."""
    end = event.decoded("DTEND") - dt.timedelta(days=1) if "DTEND" in event else event.decoded("DTSTART")
    last = end.date() if isinstance(end, dt.datetime) else end
    if last < stamped.date() or event.get("STATUS") == _CANCELLED:
        return event
    event.subcomponents.clear()
    number = int(event["SEQUENCE"]) + 1
    for name, value in (("status", _CANCELLED), ("sequence", number), ("dtstamp", stamped)):
        event.pop(name.upper(), None)
        event.add(name, value)
    return event


def _zones(events: Sequence[Event]) -> list[Timezone]:
    """Definition of each time zone that an event names, for the years around it."""
    days: dict[str, list[dt.date]] = {}
    for event in events:
        start = event.decoded("DTSTART")
        name = event["DTSTART"].params.get("TZID")
        if name is not None:
            days.setdefault(str(name), []).append(start.date())
    return [_zone(name, found) for name, found in sorted(days.items())]


def _zone(name: str, days: Sequence[dt.date]) -> Timezone:
    """Definition of a zone, whose changes begin at the local time before them, as RFC 5545 has it."""
    first, last = dt.date(min(days).year - 1, 1, 1), dt.date(max(days).year + 2, 1, 1)
    zone = Timezone.from_tzid(name, first_date=first, last_date=last)
    for part in zone.subcomponents:
        gained = part.decoded("TZOFFSETTO") - part.decoded("TZOFFSETFROM")
        if gained > dt.timedelta():  # icalendar writes the local time after clocks have gone forward
            onsets = [part.decoded("DTSTART"), *(day.dt for day in getattr(part.get("RDATE"), "dts", ()))]
            for key in ("DTSTART", "RDATE"):
                part.pop(key, None)
            first_onset, *others = (onset - gained for onset in onsets)
            part.add("dtstart", first_onset)
            if others:
                part.add("rdate", others)
    return zone
