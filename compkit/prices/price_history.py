"""A user's file of past share prices, from which simulated months are drawn."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np

from compkit.errors import Fault, InputError, OutOfRangeError
from compkit.offers import UnreadableError, csv_rows, decode_text, quote
from compkit.pay import FloatArray
from compkit.periods import MONTHS_A_YEAR

MAX_BYTES = 10 * 1024 * 1024
MIN_ROWS, MAX_ROWS = 60, 100_000
MAX_FAULTS = 100
TRADING_DAYS_A_YEAR = 252
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PRICE = re.compile(r"\d{1,12}(\.\d{1,12})?", re.ASCII)
_SPLITS = (2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50)
_SPLIT_TOLERANCE, _MOST_A_DAY = 0.04, 1.6
_Row = tuple[int, dt.date | None, float | None]
_Rule = tuple[int, str, str]
# Longest usual step [days], steps a year, longest step that is no gap [days].
_PACES = ((4.0, TRADING_DAYS_A_YEAR, 15), (10.0, 52, 25), (40.0, 12, 70))


@dataclass(frozen=True)
class PriceHistory:
    """Past closing prices of one share, adjusted for splits.

    Parameters
    ----------
    dates : sequence of date
        Ascending: trading days, weeks or months.
    closes : sequence of float
        Above 0, in any currency.

    Raises
    ------
    OutOfRangeError
        If there are fewer than two prices, one is not above zero, or dates do not rise or are over a month apart.
    """

    dates: Sequence[dt.date]
    closes: Sequence[float]

    def __post_init__(self) -> None:
        if not len(self.dates) == len(self.closes) >= 2:
            raise OutOfRangeError("a price history", "have two prices or more, each with its date", len(self.closes))
        if not all(math.isfinite(close) and close > 0 for close in self.closes):
            raise OutOfRangeError("closes", "be finite and above zero", min(self.closes))
        if _pace(self.dates) is None or any(later <= earlier for earlier, later in pairwise(self.dates)):
            span = f"{len(self.dates)} from {self.dates[0]} to {self.dates[-1]}"
            raise OutOfRangeError("dates", "rise, by trading days, weeks or months", span)

    @property
    def steps_a_year(self) -> int:
        """Prices a year, by the median distance of dates: 252, 52 or 12."""
        return (_pace(self.dates) or _PACES[0])[1]

    @cached_property
    def log_returns(self) -> FloatArray:
        """Log return from each close to the next, shape (n - 1,)."""
        return np.diff(np.log(np.asarray(self.closes, dtype=float)))

    @property
    def annual_volatility(self) -> float:
        """Standard deviation of yearly log returns, scaled from the sample's single steps [fraction].

        >>> weeks = [dt.date(2026, 1, 2) + dt.timedelta(7 * week) for week in range(5)]
        >>> round(PriceHistory(weeks, [100.0, 110.0, 100.0, 110.0, 100.0]).annual_volatility, 6)
        0.793616
        """
        return float(np.std(self.log_returns, ddof=1) * math.sqrt(self.steps_a_year))

    @cached_property
    def month_returns(self) -> FloatArray:
        """Log returns of all overlapping months, ascending, less log mean exp.

        One drawn at random is a month of the simulation; its exp has mean 1 exactly.
        """
        sums = np.sort(_runs(self._scaled, self._steps_a_month))
        return np.asarray(sums - _log_mean_exp(sums))

    def month_steps(self, normals: FloatArray) -> FloatArray:
        """Past month's return at the rank of each standard normal, same shape.

        Correlated normals make the months of several companies good or bad together.
        """
        from scipy.special import ndtr  # slow to import, and only simulations need it

        found = self.month_returns
        rank = (ndtr(normals) * len(found)).astype(np.intp)
        return np.asarray(found[np.minimum(rank, len(found) - 1, out=rank)])

    @property
    def _steps_a_month(self) -> int:
        return max(1, round(self.steps_a_year / MONTHS_A_YEAR))

    @property
    def _scaled(self) -> FloatArray:
        """Log returns scaled so that a month of whole steps, such as four weeks, has a twelfth of a year's variance."""
        return self.log_returns * math.sqrt(self.steps_a_year / (MONTHS_A_YEAR * self._steps_a_month))


def read_price_history(path: str | Path) -> PriceHistory:
    """Read the prices of a CSV file with columns date and close; other columns are ignored.

    Parameters
    ----------
    path : str or Path
        UTF-8, at most 10 MB; dates as YYYY-MM-DD, ascending; closes adjusted for splits; 60 to 100,000 rows.

    Raises
    ------
    InputError
        If the file cannot be read or is invalid; lists up to a hundred faults.
    """
    name = str(path)
    try:
        rows = _rows(decode_text(_bytes_of(Path(path))))
    except UnreadableError as error:
        raise InputError([Fault(name, "", "", str(error))]) from error
    header = [cell.strip().casefold() for cell in rows[0][1]] if rows else []
    counts = {column: header.count(column) for column in ("date", "close")}
    rule = "must be the name of one column, got {}."
    missed = {column: "several" if count else "none" for column, count in counts.items() if count != 1}
    faults = [Fault(name, "row 1", column, rule.format(count)) for column, count in missed.items()]
    if faults:
        raise InputError(faults)
    prices, found = _prices(rows[1:], header.index("date"), header.index("close"))
    found += _rules_between(prices)
    faults = [Fault(name, f"row {row}", field, message) for row, field, message in sorted(found)]
    if len(prices) < MIN_ROWS:
        few = f"must have at least {MIN_ROWS} rows of prices, got {len(prices)}. Add more."
        faults.insert(0, Fault(name, "", "", few))
    dates = [date for _, date, _ in prices if date]
    if not faults and _pace(dates) is None:
        faults.append(Fault(name, "", "date", "must be that of trading days, weeks or months, got longer steps."))
    if len(faults) > MAX_FAULTS:
        faults[MAX_FAULTS:] = [Fault(name, "", "", f"has {len(faults) - MAX_FAULTS:,} faults more.")]
    if faults:
        raise InputError(faults)
    return PriceHistory(tuple(dates), tuple(close for _, _, close in prices if close is not None))


def _bytes_of(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise UnreadableError("is a folder or no regular file." if path.exists() else "does not exist.")
        if path.suffix.lower() != ".csv":
            raise UnreadableError(f"must end in .csv, got {path.suffix or 'no ending'!r}.")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        raise UnreadableError(f"cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"has more than {MAX_BYTES // 2**20} MB. Keep the last years.")
    return data


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers as in a spreadsheet."""
    found = [(number, row) for number, row in enumerate(csv_rows(text), start=1) if any(cell.strip() for cell in row)]
    if len(found) > MAX_ROWS + 1:
        raise UnreadableError(f"has more than {MAX_ROWS:,} rows. Keep the last years.")
    return found


def _prices(rows: list[tuple[int, list[str]]], date_at: int, close_at: int) -> tuple[list[_Row], list[_Rule]]:
    """Row number, date and close of each row, None if unreadable, and the faults."""
    prices: list[_Row] = []
    found: list[_Rule] = []
    for number, row in rows:
        date_text, close_text = (row[at].strip() if at < len(row) else "" for at in (date_at, close_at))
        date, close = _date(date_text), float(close_text) if _PRICE.fullmatch(close_text) else None
        if date is None:
            found.append((number, "date", f"must be a day as YYYY-MM-DD, got {quote(date_text)}."))
        if close is None:
            rule = "must be a price in plain digits, such as 182.5 or 1820"
            found.append((number, "close", f"{rule}, got {quote(close_text)}."))
        elif close == 0:
            found.append((number, "close", "must be above zero, got 0."))
        prices.append((number, date, close or None))
    return prices, found


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _rules_between(prices: list[_Row]) -> list[_Rule]:
    """Faults between readable rows: dates out of order, gaps, price moves that look like splits."""
    found: list[_Rule] = []
    pace = _pace([date for _, date, _ in prices if date])
    last_close, last_on = None, None
    for number, date, close in prices:
        if date and last_on:
            days = (date - last_on).days
            if days <= 0:
                found.append((number, "date", f"must come after {last_on}, got {date}. Sort the rows by date."))
            elif pace is not None and days > pace[2]:
                found.append((number, "date", f"comes {days} days after {last_on}. Add the prices between them."))
        if close and last_close and _looks_split(close / last_close, is_daily=pace == _PACES[0]):
            on = date or "this day"
            rule = f"is {close / last_close:.4g} times the one before: looks like a split on {on}; use adjusted closes."
            found.append((number, "close", rule))
        last_close, last_on = close, date or last_on
    return found


def _looks_split(ratio: float, *, is_daily: bool) -> bool:
    up = max(ratio, 1 / ratio)
    return (is_daily and up > _MOST_A_DAY) or any(abs(up / split - 1) <= _SPLIT_TOLERANCE for split in _SPLITS)


def _pace(dates: Sequence[dt.date]) -> tuple[float, int, int] | None:
    days = np.abs(np.diff([date.toordinal() for date in dates])) if len(dates) > 1 else np.zeros(1)
    usual = float(np.median(days))
    return next((pace for pace in _PACES if usual <= pace[0]), None)


def _runs(returns: FloatArray, length: int) -> FloatArray:
    """Sum of each run of `length` consecutive returns, shape (n - length + 1,)."""
    level = np.concatenate([[0.0], np.cumsum(returns)])
    return np.asarray(level[length:] - level[:-length])


def _log_mean_exp(values: FloatArray) -> float:
    highest = float(values.max())
    return highest + math.log(float(np.mean(np.exp(values - highest))))
