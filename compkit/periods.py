"""Months, years, and the half-open intervals between dates.

Months of a job are numbered 1, 2, ... from the start date. "At month m" is the day `m` months after the start, which
ends month m. Employment year k is months 12 (k - 1) + 1 to 12 k.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import TYPE_CHECKING

from compkit.errors import OutOfRangeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MONTHS_A_YEAR = 12
MAX_YEARS = 8


def months(n_years: int) -> NDArray[np.int64]:
    """Month numbers of the first `n_years` employment years, shape (12 n_years,).

    >>> months(1)[[0, -1]].tolist()
    [1, 12]
    """
    import numpy as np  # only here and below: 13 MB, which loading a file of pay does without

    return np.arange(1, MONTHS_A_YEAR * n_years + 1)


def year_matrix(n_years: int) -> NDArray[np.float64]:
    """Matrix of ones that sums months into their years, shape (12 n_years, n_years)."""
    import numpy as np

    return np.repeat(np.eye(n_years), MONTHS_A_YEAR, axis=0)


def date_after(start_on: dt.date, n_months: int) -> dt.date:
    """Date `n_months` months after `start_on`, or the last day of a shorter month.

    >>> date_after(dt.date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    year, month0 = divmod(start_on.year * MONTHS_A_YEAR + start_on.month - 1 + n_months, MONTHS_A_YEAR)
    return dt.date(year, month0 + 1, min(start_on.day, calendar.monthrange(year, month0 + 1)[1]))


def start_years(start_on: dt.date, n_years: int) -> list[int]:
    """Calendar years in which the first `n_years` employment years begin.

    >>> start_years(dt.date(2026, 12, 15), 2)
    [2026, 2027]
    """
    return [date_after(start_on, MONTHS_A_YEAR * position).year for position in range(n_years)]


def calendar_year_of_months(start_on: dt.date, n_months: int) -> NDArray[np.int64]:
    """Calendar year of the pay of months 1 to `n_months`: the year of each month's last day.

    >>> calendar_year_of_months(dt.date(2027, 1, 1), 13)[-2:].tolist()
    [2027, 2028]
    """
    import numpy as np

    ends = (date_after(start_on, month) - dt.timedelta(days=1) for month in range(1, n_months + 1))
    return np.array([end.year for end in ends])


def months_into_year(on: dt.date) -> float:
    """Part of the calendar year before a day [months].

    >>> months_into_year(dt.date(2027, 2, 15))
    1.5
    """
    return on.month - 1 + (on.day - 1) / calendar.monthrange(on.year, on.month)[1]


def is_over_a_year_old(as_of: dt.date, on: dt.date) -> bool:
    """Whether `as_of` is more than twelve months before `on`.

    >>> is_over_a_year_old(dt.date(2025, 8, 1), on=dt.date(2026, 8, 1))
    False
    """
    return date_after(as_of, MONTHS_A_YEAR) < on


def month_of(on: dt.date, start_on: dt.date) -> int:
    """Return the month number that `on` falls in; 0 or less up to the start date.

    Month m is the interval (start + m - 1 months, start + m months], which includes a payment at month m.

    >>> month_of(dt.date(2027, 8, 1), start_on=dt.date(2027, 2, 1))
    6
    >>> month_of(dt.date(2027, 8, 2), start_on=dt.date(2027, 2, 1))
    7
    """
    guess = (on.year - start_on.year) * MONTHS_A_YEAR + on.month - start_on.month
    return guess if on <= date_after(start_on, guess) else guess + 1


def parse_report_date(day: str | dt.date | None) -> dt.date:
    """Parse the report date of a notebook or script; None means today.

    Raises
    ------
    OutOfRangeError
        If it is not a date written YYYY-MM-DD.

    >>> parse_report_date("2026-11-22")
    datetime.date(2026, 11, 22)
    """
    if day is None:
        return dt.date.today()
    if isinstance(day, dt.date):
        return day.date() if isinstance(day, dt.datetime) else day
    try:
        return dt.date.fromisoformat(day)
    except (TypeError, ValueError) as error:
        raise OutOfRangeError("report_date", "be a date such as 2026-11-22, or None for today", day) from error
