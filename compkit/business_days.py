"""Business days: Monday to Friday without US federal holidays as observed, nor a company's own closed days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache, lru_cache

import numpy as np

MAX_DAYS = 250
"""How far a count of business days may go; it then stays within the next calendar year [business days]."""


class BusinessDays:
    """Calendar of business days.

    Parameters
    ----------
    closed : iterable of date
        Closed days besides weekends and federal holidays.

    Examples
    --------
    >>> days = BusinessDays()
    >>> days.after(dt.date(2026, 11, 25), 1)  # the day before Thanksgiving
    datetime.date(2026, 11, 27)
    >>> days.next_open(dt.date(2027, 12, 31)), days.last_open(dt.date(2028, 1, 1))  # New Year's Day is observed early
    (datetime.date(2028, 1, 3), datetime.date(2027, 12, 30))

    Source: docs/plan-the-weeks.md#the-rules
    """

    def __init__(self, closed: Iterable[dt.date] = ()) -> None:
        self._closed = frozenset(closed)

    def without(self, closed: Iterable[dt.date]) -> BusinessDays:
        """Return the same calendar with more closed days."""
        return BusinessDays(self._closed | set(closed))

    def is_open(self, on: dt.date) -> bool:
        """Whether it is a business day."""
        return bool(np.is_busday(on, busdaycal=_calendar(on.year, self._closed)))

    def after(self, on: dt.date, n_days: int) -> dt.date:
        """Day `n_days` business days later, counted from the day after; `n_days` is 1 to `MAX_DAYS`."""
        return self._offset(on, n_days, "backward")

    def before(self, on: dt.date, n_days: int) -> dt.date:
        """Day `n_days` business days earlier, counted from the day before; `n_days` is 1 to `MAX_DAYS`."""
        return self._offset(on, -n_days, "forward")

    def next_open(self, on: dt.date) -> dt.date:
        """Return the day itself, or the next business day."""
        return self._offset(on, 0, "forward")

    def last_open(self, on: dt.date) -> dt.date:
        """Return the day itself, or the last business day before."""
        return self._offset(on, 0, "backward")

    def closed_between(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """List the closed days from `first` to `last`, both included."""
        days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if not self.is_open(day)]

    def _offset(self, on: dt.date, n_days: int, roll: str) -> dt.date:
        found = np.busday_offset(on, n_days, roll=roll, busdaycal=_calendar(on.year, self._closed)).item()  # type: ignore[call-overload]
        assert isinstance(found, dt.date)  # noqa: S101
        return found


@lru_cache(maxsize=64)
def _calendar(year: int, closed: frozenset[dt.date]) -> np.busdaycalendar:
    """Calendar that is right in a year, the one before and the one after."""
    days = {day for near in (year - 1, year, year + 1) for day in _federal_holidays(near)}
    return np.busdaycalendar(holidays=sorted(days | closed))


@cache
def _federal_holidays(year: int) -> tuple[dt.date, ...]:
    import holidays  # loads slowly, and most commands ask for no business day

    return tuple(holidays.country_holidays("US", years=year, observed=True))
