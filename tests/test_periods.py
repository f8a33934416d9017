"""Months, employment years and dates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, strategies as st

from compkit.periods import date_after, month_of, months

dates = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))


@pytest.mark.parametrize(
    ("start_on", "n_months", "expected"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-08-31", 1, "2027-09-30"),
        ("2027-02-28", 1, "2027-03-28"),
        ("2027-12-15", 1, "2028-01-15"),
        ("2027-12-15", 0, "2027-12-15"),
        ("2027-01-15", -1, "2026-12-15"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
    ],
)
def test_date_after_stays_within_the_month(start_on: str, n_months: int, expected: str) -> None:
    assert date_after(dt.date.fromisoformat(start_on), n_months).isoformat() == expected


@pytest.mark.parametrize(
    ("on", "start_on", "expected"),
    [
        ("2027-02-01", "2027-02-01", 0),
        ("2027-02-02", "2027-02-01", 1),
        ("2027-03-01", "2027-02-01", 1),
        ("2027-03-02", "2027-02-01", 2),
        ("2028-02-01", "2027-02-01", 12),
        ("2027-01-01", "2027-02-01", -1),
        ("2027-01-02", "2027-02-01", 0),
        ("2027-02-28", "2027-01-31", 1),
        ("2027-03-01", "2027-01-31", 2),
        ("2029-02-28", "2028-02-29", 12),
        ("2029-03-01", "2028-02-29", 13),
    ],
)
def test_month_of_counts_half_open_months(on: str, start_on: str, expected: int) -> None:
    assert month_of(dt.date.fromisoformat(on), dt.date.fromisoformat(start_on)) == expected


@given(dates, st.integers(-100, 100))
def test_month_of_the_day_that_ends_a_month_is_that_month(start_on: dt.date, n_months: int) -> None:
    assert month_of(date_after(start_on, n_months), start_on) == n_months


@given(dates, dates)
def test_month_of_finds_the_interval_that_holds_the_day(on: dt.date, start_on: dt.date) -> None:
    month = month_of(on, start_on)
    assert date_after(start_on, month - 1) < on <= date_after(start_on, month)


@pytest.mark.parametrize("n_years", [1, 4, 8])
def test_months_fill_whole_employment_years(n_years: int) -> None:
    assert np.array_equal(months(n_years), np.arange(1, 12 * n_years + 1))
