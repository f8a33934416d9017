"""Base pay of an earlier day brought to another quarter, by the Employment Cost Index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from compkit.errors import OutOfRangeError
from compkit.reference import Tables

_TABLE: Final = "employment_cost_index"
FloatArray = NDArray[np.float64]


def aged_base(
    base: Sequence[float] | FloatArray, days: Sequence[dt.date] | NDArray[np.datetime64], to: dt.date, tables: Tables
) -> FloatArray:
    """Raise base pay as all wages and salaries of private industry have risen since its day.

    Base, times the index of the quarter of `to`, divided by the index of the quarter of its day. Only base pay: stock
    and bonus don't follow wages.

    Parameters
    ----------
    base : sequence of float
        USD a year.
    days : sequence of date, or ndarray
        Of each base.
    to : date
        Any day of the quarter to bring it to.
    tables : Tables

    Raises
    ------
    OutOfRangeError
        If a day is outside the index's quarters, since nothing is extrapolated.

    Examples
    --------
    >>> from compkit.reference import load_tables
    >>> days = [dt.date(2019, 5, 1), dt.date(2021, 12, 31)]
    >>> aged_base([136_900, 149_700], days, dt.date(2022, 4, 1), load_tables()).round().tolist()
    [154200.0, 154200.0]
    """
    index = {_quarter(row["year"], row["quarter"]): float(row["index"]) for row in tables.rows(_TABLE)}
    target = _index_in(int(_quarters([to])[0]), index, "the day to age base pay to")
    quarters, places = np.unique(_quarters(days), return_inverse=True)
    factors = [target / _index_in(int(one), index, "the day of base pay to age") for one in quarters]
    return np.asarray(base, dtype=np.float64) * np.array(factors, dtype=np.float64)[places]


def _quarter(year: int, number: int) -> int:
    """Count a quarter from the first of 1970."""
    return 4 * (year - 1970) + number - 1


def _quarters(days: Sequence[dt.date] | NDArray[np.datetime64]) -> NDArray[np.int64]:
    return np.asarray(days, dtype="datetime64[M]").astype(np.int64) // 3


def _index_in(quarter: int, index: dict[int, float], what: str) -> float:
    if quarter not in index:
        first, end = (np.datetime64(3 * one, "M").astype("datetime64[D]") for one in (min(index), max(index) + 1))
        rule = f"be from {first} to {end - 1}, as far as the Employment Cost Index goes"
        raise OutOfRangeError(what, rule, str(np.datetime64(3 * quarter, "M")))
    return index[quarter]
