"""Days as people write them: read where there is one reading, refused where month and day could be swapped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from compkit.model.number_parsing import MAX_TEXT, ParseError

_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTHS = {written: number for number, name in enumerate(_NAMES, 1) for written in (name, name[:3])} | {"sept": 9}
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})", re.ASCII)


def parse_date(text: str) -> dt.date:
    """Read a day.

    Raises
    ------
    ParseError
        If the text is no day, or could be two. In 12/15/2026 and 15.12.2026 only the 12 can be the month, so both
        are read; 3/1/2026 is March 1 to some and January 3 to others.

    Examples
    --------
    >>> parse_date("2027-02-01"), parse_date("12/15/2026"), parse_date("Dec 15, 2026")
    (datetime.date(2027, 2, 1), datetime.date(2026, 12, 15), datetime.date(2026, 12, 15))
    >>> parse_date("3/1/2026")
    Traceback (most recent call last):
    compkit.model.number_parsing.ParseError: 3/1/2026 could be 2026-03-01 or 2026-01-03. Write the one you mean.
    """
    plain = text.strip()
    for form, candidates in _FORMS:
        found = form.fullmatch(plain)
        if found:
            return _only_day(plain, candidates(found))
    raise ParseError(f"must be a date written YYYY-MM-DD, such as 2027-02-01, got {text[:MAX_TEXT]!r}.")


def _only_day(text: str, candidates: list[tuple[int, int, int]]) -> dt.date:
    days = sorted({day for day in map(_day, candidates) if day}, reverse=True)
    if not days:
        raise ParseError(f"must be a date that exists, got {text}.")
    if len(days) > 1:
        raise ParseError(f"{text} could be {' or '.join(map(str, days))}. Write the one you mean.")
    return days[0]


def _day(parts: tuple[int, int, int]) -> dt.date | None:
    try:
        return dt.date(*parts)
    except ValueError:
        return None


def _year_last(found: re.Match[str]) -> list[tuple[int, int, int]]:
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    return [(year, first, second), (year, second, first)]


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], list[tuple[int, int, int]]]], ...] = (
    (_YEAR_FIRST, lambda found: [(int(found[1]), int(found[3]), int(found[4]))]),
    (_YEAR_LAST, _year_last),
    (_MONTH_FIRST, lambda found: [(int(found[3]), _MONTHS.get(found[1].casefold(), 0), int(found[2]))]),
    (_DAY_FIRST, lambda found: [(int(found[3]), _MONTHS.get(found[2].casefold(), 0), int(found[1]))]),
)
