"""A million households of mixed places, years and statuses: rows a second, and the ratio to one-row calls."""

from __future__ import annotations

import time

import numpy as np

from compkit.tables import load_tables
from compkit.tax import TaxTables, household_tax, taxed_places
from compkit.tax.schedules import FILING_STATUSES

N_ROWS = 1_000_000
N_SINGLE = 500
N_RUNS = 3


def main() -> None:
    """Print seconds, rows a second, and the ratio."""
    law = TaxTables(load_tables())
    generator = np.random.default_rng(0)
    wages = generator.uniform(0, 2e6, N_ROWS)
    place, status = (
        np.array(names)[generator.integers(0, len(names), N_ROWS)] for names in (taxed_places(law), FILING_STATUSES)
    )
    year = generator.choice(law.years, N_ROWS)
    household_tax(wages[:1000], place[:1000], status[:1000], year[:1000], law)  # reads the tables
    seconds = []
    for _ in range(N_RUNS):
        start = time.perf_counter()
        together = household_tax(wages, place, status, year, law, deduction="best")
        seconds.append(time.perf_counter() - start)
    best = min(seconds)
    start = time.perf_counter()
    alone = [
        household_tax(wages[row], place[row], status[row], year[row], law, deduction="best")["total"].iloc[0]
        for row in range(N_SINGLE)
    ]
    scaled = (time.perf_counter() - start) / N_SINGLE * N_ROWS
    assert np.array_equal(alone, together["total"].to_numpy()[:N_SINGLE])
    print(f"tax: {best:.2f} s for {N_ROWS:,} households, {N_ROWS / best:,.0f} a second")
    print(f"tax, one at a time: {scaled:.0f} s for as many, scaled from {N_SINGLE:,}; {scaled / best:.0f} times slower")


if __name__ == "__main__":
    main()
