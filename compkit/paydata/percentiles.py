"""Percentiles of reported pay, with an interval of the median, and no figure from too few rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from compkit.errors import OutOfRangeError

MIN_ROWS: Final = 5
"""Fewer rows give no figure at all: they would tell what one person earns."""
MIN_ROWS_OF_INTERVAL: Final = 6
MIN_ROWS_OF_TAILS: Final = 10
"""Fewer rows give no p10 and no p90: they would be the lowest and highest pay, or close to it."""
CONFIDENCE: Final = 0.95
SEED: Final = 20_261_130
"""With it, the same rows give the same interval wherever they are summed up."""
PERCENTILES: Final = ("p10", "p25", "p50", "p75", "p90")
N_RESAMPLES: Final = 10_000

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PercentileSummary:
    """Percentiles of one measure of pay [USD a year]; None where there are too few rows, and `reason` says so.

    Parameters
    ----------
    n : int
        Rows.
    p10, p25, p50, p75, p90 : float or None
        Percentiles, interpolated between the two nearest rows as NumPy does by default.
    interval : pair of float or None
        Where the median lies with 95% confidence.
    reason : str
        Why figures are missing; otherwise empty.
    """

    n: int
    p10: float | None = None
    p25: float | None = None
    p50: float | None = None
    p75: float | None = None
    p90: float | None = None
    interval: tuple[float, float] | None = None
    reason: str = ""


def summary(values: Sequence[float] | FloatArray, *, rng: np.random.Generator) -> PercentileSummary:
    """Percentiles of pay and an interval of its median.

    The same rows give the same interval in any order, if `rng` starts the same.

    Parameters
    ----------
    values : sequence of float
        Amounts of one measure [USD a year].
    rng : Generator
        Draws the interval, see `bootstrap_medians`.

    Raises
    ------
    OutOfRangeError
        If an amount is missing or infinite.

    Examples
    --------
    >>> found = summary([150_000, 160_000, 160_000, 175_000, 240_000], rng=np.random.default_rng(0))
    >>> found.n, found.p25, found.p50, found.p75, found.p10, found.interval
    (5, 160000.0, 160000.0, 175000.0, None, None)
    >>> found.reason
    'An interval takes 6 rows, p10 and p90 take 10; there are 5.'
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    if not np.isfinite(ordered).all():
        raise OutOfRangeError("pay", "be a number in every row", float(ordered[~np.isfinite(ordered)][0]))
    if n < MIN_ROWS:
        return PercentileSummary(n, reason=f"Figures take {MIN_ROWS} rows; there {_are(n)}.")
    p10, p25, p50, p75, p90 = (float(amount) for amount in np.percentile(ordered, [10, 25, 50, 75, 90]))
    has_tails = n >= MIN_ROWS_OF_TAILS
    return PercentileSummary(
        n, p10 if has_tails else None, p25, p50, p75, p90 if has_tails else None, _interval(ordered, rng), _reason(n)
    )


def bootstrap_medians(ordered: FloatArray, rng: np.random.Generator, n_resamples: int = N_RESAMPLES) -> FloatArray:
    """Medians of samples drawn from the rows with replacement, each of as many rows as there are.

    No sample is ever built. Drawing a row is rounding down n times a uniform number, which keeps the order, so the
    k-th smallest row of a sample is the rounded k-th smallest of n uniform numbers, and that has a beta distribution.
    The medians are distributed exactly as those of an ordinary bootstrap, in time and memory that do not depend on n.

    Parameters
    ----------
    ordered : ndarray
        Amounts in ascending order.
    rng : Generator
        Draws the ranks.
    n_resamples : int
        How many medians.

    Examples
    --------
    >>> np.unique(bootstrap_medians(np.array([1.0, 1.0, 4.0]), np.random.default_rng(0)))
    array([1., 4.])
    """
    n = len(ordered)
    lower_rank = (n + 1) // 2
    lower = rng.beta(lower_rank, n + 1 - lower_rank, n_resamples)
    if n % 2:
        return _at(ordered, lower)
    # Given the lower of the two in the middle, the upper is the least of the n / 2 numbers between it and 1.
    upper = lower + (1 - lower) * rng.beta(1, n - lower_rank, n_resamples)
    return (_at(ordered, lower) + _at(ordered, upper)) / 2


def _at(ordered: FloatArray, positions: FloatArray) -> FloatArray:
    """Rows at positions from 0 to 1."""
    n = len(ordered)
    return ordered[np.minimum((positions * n).astype(np.int64), n - 1)]


def _interval(ordered: FloatArray, rng: np.random.Generator) -> tuple[float, float] | None:
    """Percentile bootstrap interval of the median; None from too few rows."""
    if len(ordered) < MIN_ROWS_OF_INTERVAL:
        return None
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(bootstrap_medians(ordered, rng), [tail, 1 - tail])
    return float(low), float(high)


def _reason(n: int) -> str:
    if n < MIN_ROWS_OF_INTERVAL:
        return f"An interval takes {MIN_ROWS_OF_INTERVAL} rows, p10 and p90 take {MIN_ROWS_OF_TAILS}; there {_are(n)}."
    return f"p10 and p90 take {MIN_ROWS_OF_TAILS} rows; there {_are(n)}." if n < MIN_ROWS_OF_TAILS else ""


def _are(n: int) -> str:
    return f"is {n}" if n == 1 else f"are {n}"
