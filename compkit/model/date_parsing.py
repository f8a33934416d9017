"""Dates as people type them: parsed if there is one reading, refused if month and day could be swapped."""

from __future__ import annotations

import datetime as dt
import re

from compkit.model.number_parsing import MAX_NUMBER_TEXT, ParseError

_NAMES = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december"]  # fmt: skip
_MONTHS = {text: number for number, name in enumerate(_NAMES, 1) for text in (name, name[:3])} | {"sept": 9}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})", re.ASCII)


def parse_date(text: str) -> dt.date:
    """Parse a date.

    Raises
    ------
    ParseError
        If the text is no date, or could be two. In 12/15/2026 and 15.12.2026 only the 12 can be the month, so both
        are accepted; 3/1/2026 is March 1 to some and January 3 to others.

    Examples
    --------
    >>> parse_date("2027-02-01"), parse_date("12/15/2026"), parse_date("Dec 15, 2026")
    (datetime.date(2027, 2, 1), datetime.date(2026, 12, 15), datetime.date(2026, 12, 15))
    >>> parse_date("3/1/2026")
    Traceback (most recent call last):
    compkit.model.number_parsing.ParseError: 3/1/2026 could be 2026-03-01 or 2026-01-03. Type the one you mean.
    """
    plain = text.strip()
    readings = _readings(plain)
    if readings is None:
        given = text[:MAX_NUMBER_TEXT]
        raise ParseError(f"must be a date with its year, such as 2027-02-01 or Feb 1, 2027, got {given!r}.")
    days = sorted({day for day in map(_existing_day, readings) if day}, reverse=True)
    if not days:
        raise ParseError(f"must be a date that exists, got {plain}.")
    if len(days) > 1:
        raise ParseError(f"{plain} could be {' or '.join(map(str, days))}. Type the one you mean.")
    return days[0]


def _readings(text: str) -> list[tuple[int, int, int]] | None:
    """Possible (year, month, day) of a text; None if it has no known form."""
    if found := _YEAR_FIRST.fullmatch(text):
        return [(int(found[1]), int(found[3]), int(found[4]))]
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        return [(year, first, second), (year, second, first)]
    if found := _MONTH_FIRST.fullmatch(text):
        return [(int(found[3]), _MONTHS.get(found[1].casefold(), 0), int(found[2]))]
    if found := _DAY_FIRST.fullmatch(text):
        return [(int(found[3]), _MONTHS.get(found[2].casefold(), 0), int(found[1]))]
    return None


def _existing_day(parts: tuple[int, int, int]) -> dt.date | None:
    try:
        return dt.date(*parts)
    except ValueError:
        return None
