"""Moments as people type them: a day, perhaps with a time and an offset; and zones by name."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from compkit.errors import MAX_QUOTED, nearest_name
from compkit.model.date_parsing import parse_date
from compkit.model.fields import FIRST_DATE, LAST_DATE
from compkit.model.number_parsing import MAX_NUMBER_TEXT, ParseError

END_OF_DAY = dt.time(23, 59)
_TIMED = re.compile(
    r"(?P<day>.+?)(?:T|,? +(?:at +)?)(?P<time>\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?|\d{1,2} ?[ap]\.?m\.?"
    r"|noon|end of day|eod) ?(?P<offset>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII | re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?(?::(?P<second>\d{2}))? ?(?P<half>[ap]\.?m\.?)?", re.IGNORECASE
)
_NAMED_TIMES = {"noon": dt.time(12), "end of day": END_OF_DAY, "eod": END_OF_DAY}
_US_ZONES = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "EASTERN": "America/New_York", "CENTRAL": "America/Chicago", "MOUNTAIN": "America/Denver",
    "PACIFIC": "America/Los_Angeles",
}  # fmt: skip
_FIXED = {f"{letter}{kind}": _US_ZONES[f"{letter}T"] for letter in "ECMP" for kind in ("ST", "DT")}
"""PST names winter's offset alone, so in July it has two readings."""


def parse_moment(text: str) -> dt.date | dt.datetime:
    """Parse a day, or a day with a time; a time without an offset gets no zone.

    Raises
    ------
    ParseError
        If the text is neither, or could be two: 5:00 is 5 am to some and 5 pm to others.

    Examples
    --------
    >>> parse_moment("2026-11-24T16:30"), parse_moment("Dec 4, 2026, 5 pm")
    (datetime.datetime(2026, 11, 24, 16, 30), datetime.datetime(2026, 12, 4, 17, 0))
    >>> parse_moment("2026-12-04")
    datetime.date(2026, 12, 4)
    """
    plain = " ".join(text.split())
    found = _TIMED.fullmatch(plain)
    if not found:
        return parse_date(plain)
    day, clock = parse_date(found["day"]), _parse_time(found["time"])
    return dt.datetime.combine(day, clock, _offset(found["offset"]))


def _parse_time(text: str) -> dt.time:
    if named := _NAMED_TIMES.get(text.lower()):
        return named
    found = _CLOCK.fullmatch(text)
    assert found is not None  # noqa: S101  its form was checked
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ParseError(f"must have a time that exists, got {text}.")
        hour = hour % 12 + (12 if found["half"].lower().startswith("p") else 0)
    elif len(found["hour"]) == 1 and hour:
        raise ParseError(f"{text} could be 0{text} or {hour + 12}:{minute:02}. Type the one you mean.")
    try:
        return dt.time(hour, minute, second)
    except ValueError as error:
        hint = " Type end of day, or 00:00 of the next day." if hour == 24 else ""
        raise ParseError(f"must have a time that exists, got {text}.{hint}") from error


def _offset(text: str | None) -> dt.tzinfo | None:
    if not text:
        return None
    if text in "Zz":
        return dt.UTC
    size = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    if size > dt.timedelta(hours=14):
        raise ParseError(f"must have an offset of at most 14 hours, got {text}.")
    return dt.timezone(-size if text[0] == "-" else size)


def in_zone(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Put a moment into a zone; one without an offset is that zone's local time.

    Raises
    ------
    ValueError
        If clocks skip that time, or show it twice; the message continues the field's name.
    """
    if moment.tzinfo is not None:
        return moment.astimezone(zone)
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    if first.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise ValueError(f"must be a time that exists, got {moment:%Y-%m-%d %H:%M}: clocks in {zone.key} skip it.")
    times = " or ".join(f"{one:%H:%M}{one.isoformat()[-6:]}" for one in (first, second))
    raise ValueError(f"{moment:%Y-%m-%d %H:%M} comes twice in {zone.key}, as clocks go back. Type {times}.")


def _moment(value: object) -> dt.date | dt.datetime:
    if isinstance(value, str) and any(map(str.isdigit, value)):
        value = parse_moment(value)
    if not isinstance(value, dt.date):
        quoted = repr(value[:MAX_NUMBER_TEXT] if isinstance(value, str) else value)
        raise ValueError(f"must be a day, with a time or without, such as 2026-12-04T17:00, got {quoted}.")
    day = value.date() if isinstance(value, dt.datetime) else value
    if not FIRST_DATE <= day <= LAST_DATE:
        raise ValueError(f"must be between {FIRST_DATE} and {LAST_DATE}, got {day}.")
    return value


@cache
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in zoneinfo.available_timezones()}


def _zone(name: str) -> str:
    if known := _US_ZONES.get(name.strip().upper()):
        return known
    if known := _FIXED.get(name.strip().upper()):
        raise ValueError(
            f"must name a place's zone, which also knows summer time, got {name!r}. Did you mean {known!r}?"
        )
    known_zones = _zones()
    if known := known_zones.get(name.strip().replace(" ", "_").casefold()):
        return known
    close = nearest_name(name[:MAX_QUOTED].replace(" ", "_"), known_zones.values())
    hint = f" Did you mean {close!r}?" if close else ""
    raise ValueError(f"must be a time zone such as America/New_York, got {name[:MAX_QUOTED]!r}.{hint}")


Moment = Annotated[
    dt.datetime | dt.date, BeforeValidator(_moment, json_schema_input_type=Annotated[str, Field(pattern="[0-9]{4}")])
]
"""A day, with a time or without."""

ZoneName = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_zone)]
"""A time zone of the IANA database, or ET, CT, MT, PT."""
