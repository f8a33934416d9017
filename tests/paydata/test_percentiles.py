"""Percentiles against NumPy, the standard library and every possible sample; what too few rows must not tell."""

from __future__ import annotations

import itertools
import math
import statistics
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, strategies as st
from laws import examples

from compkit.errors import OutOfRangeError
from compkit.paydata.percentiles import PercentileSummary, bootstrap_medians, summary

FIGURES = ("p10", "p25", "p50", "p75", "p90")
# Heaped at round thousands, as people report pay, or anything.
amounts = st.one_of(st.integers(0, 400).map(lambda thousands: thousands * 1_000.0), st.floats(0, 5e8, allow_nan=False))


def rows(least: int, most: int = 60) -> st.SearchStrategy[list[float]]:
    return st.lists(amounts, min_size=least, max_size=most)


def summed(values: list[float], seed: int = 0) -> PercentileSummary:
    return summary(values, rng=np.random.default_rng(seed))


@given(rows(10))
def test_percentiles_are_those_of_numpy_and_of_the_standard_library(values: list[float]) -> None:
    found = [getattr(summed(values), name) for name in FIGURES]
    assert found == np.percentile(values, [10, 25, 50, 75, 90]).tolist()
    by_twentieth = statistics.quantiles(values, n=20, method="inclusive")
    assert found == pytest.approx([by_twentieth[k] for k in (1, 4, 9, 14, 17)], rel=1e-12, abs=1e-6)


@given(rows(6), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(values: list[float], shuffler: object) -> None:
    shuffled = list(values)
    shuffler.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summed(shuffled) == summed(values)


@given(rows(5), st.floats(0, 1e6))
def test_a_row_above_the_median_never_lowers_it(values: list[float], more: float) -> None:
    before = summed(values).p50
    assert before is not None
    after = summed([*values, before + more]).p50
    assert after is not None
    assert after >= before


@given(rows(6), st.integers(0, 1_000))
@examples(100)
def test_the_interval_contains_the_median(values: list[float], seed: int) -> None:
    found = summed(values, seed)
    assert found.interval is not None
    assert found.p50 is not None
    assert found.interval[0] <= found.p50 <= found.interval[1]


@pytest.mark.parametrize("values", [[10, 12, 13, 17, 40], [10, 12, 12, 17, 20, 45]])
def test_medians_are_spread_as_those_of_all_possible_samples(values: list[float]) -> None:
    """All 3,125 or 46,656 of them, against 200,000 drawn: each share within four standard errors."""
    n_drawn = 200_000
    drawn = bootstrap_medians(np.array(values, dtype=float), np.random.default_rng(7), n_drawn)
    medians = np.median(list(itertools.product(values, repeat=len(values))), axis=1)
    for median, count in zip(*np.unique(medians, return_counts=True), strict=True):
        share = count / len(medians)
        assert abs((drawn == median).mean() - share) < 4 * math.sqrt(share * (1 - share) / n_drawn)
    assert set(drawn) <= set(medians)


@pytest.mark.parametrize(
    ("n", "known", "reason"),
    [
        (0, set(), "Figures take 5 rows; there are 0."),
        (1, set(), "Figures take 5 rows; there is 1."),
        (4, set(), "Figures take 5 rows; there are 4."),
        (5, {"p25", "p50", "p75"}, "An interval takes 6 rows, p10 and p90 take 10; there are 5."),
        (6, {"p25", "p50", "p75", "interval"}, "p10 and p90 take 10 rows; there are 6."),
        (9, {"p25", "p50", "p75", "interval"}, "p10 and p90 take 10 rows; there are 9."),
        (10, {*FIGURES, "interval"}, ""),
    ],
)
def test_too_few_rows_tell_nothing(n: int, known: set[str], reason: str) -> None:
    found = summed([100_000.0 + 1_000 * k for k in range(n)])
    assert {name for name in (*FIGURES, "interval") if getattr(found, name) is not None} == known
    assert (found.n, found.reason) == (n, reason)


def test_equal_rows_have_no_spread() -> None:
    assert summed([160_000.0] * 12) == PercentileSummary(12, *[160_000.0] * 5, (160_000.0, 160_000.0))


def test_a_million_rows_take_little_more_memory_than_they_are() -> None:
    values = np.random.default_rng(3).lognormal(12, 0.4, 1_000_000)
    tracemalloc.start()
    try:
        found = summary(values, rng=np.random.default_rng(0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.interval is not None
    assert peak < 4 * values.nbytes
    # The half width of a median's interval in a large sample: 1.96 / (2 x density x sqrt(n)).
    half = 1.96 * math.exp(12) * 0.4 * math.sqrt(2 * math.pi) / (2 * 1_000)
    assert found.interval[1] - found.interval[0] == pytest.approx(2 * half, rel=0.1)


@pytest.mark.parametrize("missing", [math.nan, math.inf])
def test_a_missing_amount_is_refused(missing: float) -> None:
    with pytest.raises(OutOfRangeError, match="pay must be a number in every row"):
        summed([1.0, 2.0, missing, 4.0, 5.0, 6.0])
