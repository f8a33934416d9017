"""A million households of mixed places, years and statuses: rows a second, beside one-row calls and tenforty.

Then as many couples with everything that decides a household's tax. Seconds are wall clock and, as others may use the
machine, processor time.

tenforty works returns out in two ways: OpenTaxSolver's programs, its default, and graphs of the forms. It does less for
each row: federal and state income tax with the standard deduction, no city, no payroll levies, no choice of deduction.
"""

from __future__ import annotations

import time
from importlib.util import find_spec

import numpy as np

from compkit.reference.tables import load_tables
from compkit.tax import JOINT, Finances, TaxTables, household_tax, taxed_places
from compkit.tax.schedules import FILING_STATUSES

N_ROWS = 1_000_000
N_SINGLE = 500
N_RUNS = 3
TENFORTY_SECONDS = {"ots": 20.0, "graph": 5.0}
TENFORTY_CHUNK = {"ots": 200, "graph": 5_000}
TENFORTY_STATUSES = ("Single", "Married/Joint", "Head_of_House")
TENFORTY_STATES = ("AZ", "CA", "FL", "MA", "MI", "NC", "NJ", "NV", "NY", "TN", "TX", "WA")
"""Those of our places that OpenTaxSolver knows for every status."""


def tenforty_rows_a_second(backend: str) -> float:
    """Return how many returns of mixed states, years and statuses tenforty works out in a second."""
    import tenforty

    generator = np.random.default_rng(0)

    def work_out(n_rows: int) -> None:
        tenforty.evaluate_returns(
            w2_income=generator.uniform(0, 2e6, n_rows).tolist(),
            state=generator.choice(TENFORTY_STATES, n_rows).tolist(),
            filing_status=generator.choice(TENFORTY_STATUSES, n_rows).tolist(),
            year=generator.choice([2024, 2025], n_rows).tolist(),
            mode="zip",
            backend=backend,
        )

    work_out(100)  # loads the forms
    n_done, start = 0, time.perf_counter()
    while time.perf_counter() - start < TENFORTY_SECONDS[backend]:
        work_out(TENFORTY_CHUNK[backend])
        n_done += TENFORTY_CHUNK[backend]
    return n_done / (time.perf_counter() - start)


def beside_tenforty(ours: float) -> None:
    """Print tenforty's rows a second and how many times as many ours are."""
    if find_spec("tenforty") is None:
        print("tenforty is not installed: make crosscheck sets it up")
        return
    for backend, name in (("ots", "OpenTaxSolver, its default"), ("graph", "its graphs")):
        theirs = tenforty_rows_a_second(backend)
        print(f"tax, tenforty with {name}: {theirs:,.0f} a second; ours are {ours / theirs:,.0f} times as many")


def couples(law: TaxTables) -> None:
    """Print rows a second with the fields of a household."""
    generator = np.random.default_rng(1)
    highest = {
        "spouse_wages": 4e5, "childcare": 3e4, "traditional_401k": 2.3e4, "hsa": 8e3, "premiums": 6e3, "match": 1e4,
        "mortgage_interest": 5e4, "property_tax": 2e4, "charity": 2e4, "other_income": 3e4,
    }  # fmt: skip
    held = {name: generator.uniform(0, most, N_ROWS) for name, most in highest.items()}
    finances = Finances(children=generator.integers(0, 4, N_ROWS).astype(float), **held)
    wages, year = generator.uniform(0, 2e6, N_ROWS), generator.choice(law.years, N_ROWS)
    names = taxed_places(law)
    place = np.array(names)[generator.integers(0, len(names), N_ROWS)]
    clocks = []
    for _ in range(N_RUNS):
        start = time.perf_counter(), time.process_time()
        household_tax(wages, place, JOINT, year, law, deduction="best", finances=finances)
        clocks.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    wall, processor = (min(clock[at] for clock in clocks) for at in (0, 1))
    print(f"tax with household fields: {wall:.2f} s for {N_ROWS:,}, {N_ROWS / wall:,.0f} a second")
    print(f"tax with household fields: {N_ROWS / processor:,.0f} a second of processor time; goal 150,000")


def main() -> None:
    """Print seconds, rows a second, and the ratios."""
    law = TaxTables(load_tables())
    generator = np.random.default_rng(0)
    wages = generator.uniform(0, 2e6, N_ROWS)
    place, status = (
        np.array(names)[generator.integers(0, len(names), N_ROWS)] for names in (taxed_places(law), FILING_STATUSES)
    )
    year = generator.choice(law.years, N_ROWS)
    household_tax(wages[:1000], place[:1000], status[:1000], year[:1000], law)  # reads the tables
    seconds, processor = [], []
    for _ in range(N_RUNS):
        start, worked = time.perf_counter(), time.process_time()
        together = household_tax(wages, place, status, year, law, deduction="best")
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - worked)
    best = min(seconds)
    start = time.perf_counter()
    alone = [
        household_tax(wages[row], place[row], status[row], year[row], law, deduction="best")["total"].iloc[0]
        for row in range(N_SINGLE)
    ]
    scaled = (time.perf_counter() - start) / N_SINGLE * N_ROWS
    assert np.array_equal(alone, together["total"].to_numpy()[:N_SINGLE])
    print(f"tax: {best:.2f} s for {N_ROWS:,} households, {N_ROWS / best:,.0f} a second")
    print(f"tax: {N_ROWS / min(processor):,.0f} a second of processor time; goal 500,000")
    print(f"tax, one at a time: {scaled:.0f} s for as many, scaled from {N_SINGLE:,}; {scaled / best:.0f} times slower")
    couples(law)
    beside_tenforty(N_ROWS / best)


if __name__ == "__main__":
    main()
