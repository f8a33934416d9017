"""Our tax held against three other programs', tenforty, taxcalc and policyengine-us: `make crosscheck`.

What is compared, within a dollar:

- tenforty, 2024 and 2025: federal income tax, the additional Medicare tax, and the income tax of every state that both
  it and our tables have. It has two ways of working a return out, and both are asked: OpenTaxSolver's programs, one
  return at a time, and graphs of the forms, many at once. A state that one of them lacks is left out there.
- taxcalc, 2024 to 2026: federal income tax with the standard deduction, and with the better one, to which it is given
  our own state and local tax; Social Security and Medicare with the additional tax.
- policyengine-us, 2024 to 2026: federal income tax, Social Security, Medicare with the additional tax, income tax and
  payroll taxes of every state, and what it knows of taxes of cities and counties.

The first two get 1,000 wages from 0 to 2,000,000 USD of one earner for each filing status; all three get the 3,000
households of households.py, with the fields that each knows. Credits of states that are paid out are left aside.

`differences.csv`, beside this file, explains each difference: where it occurs (a household's wages are its adjusted
gross income there), how small and large it may be, who is right, why. A difference that no row covers, or outside what
its row allows, is unexplained and makes the exit code 1. tenforty and taxcalc are in the extra `crosscheck`,
policyengine-us is in an environment of its own; these modules also load without them, because pytest looks into every
one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd
import with_policyengine
import with_taxcalc
import with_tenforty

from compkit.reference.tables import load_tables
from compkit.tax import TaxTables

DIFFERENCES = Path(__file__).with_name("differences.csv")
PROGRAMS = (with_tenforty, with_taxcalc, with_policyengine)
TOLERANCE = 1.0
HALF_CENT = 0.0051
"""OpenTaxSolver tells whole cents."""
GROUP = ["library", "figure", "place", "year"]


def explain(results: pd.DataFrame, differences: pd.DataFrame) -> pd.Series:
    """Return the position of the first row of `differences` that covers each difference; -1 for none.

    Examples
    --------
    >>> row = {"library": "one", "figure": "tax", "place": "all", "years": "2024 2025", "statuses": "all",
    ...        "wages_from": 0, "wages_to": 100, "smallest_difference": 0.0, "largest_difference": 5.0}
    >>> case = {"library": "one two", "figure": "tax", "place": "Here", "year": 2025, "status": "single"}
    >>> cases = pd.DataFrame([case | {"wages": 90.0, "difference": -4.0}, case | {"wages": 90.0, "difference": 6.0},
    ...                       case | {"wages": 200.0, "difference": 1.5}])
    >>> explain(cases, pd.DataFrame([row])).tolist()
    [0, -1, -1]
    """
    found = pd.Series(-1, index=results.index)
    for position, row in enumerate(differences.to_dict("records")):
        covered = (results["library"] + " ").str.startswith(f"{row['library']} ")
        covered &= results["figure"] == row["figure"]
        covered &= (results["place"] == row["place"]) | (row["place"] == "all")
        covered &= results["year"].isin([int(year) for year in str(row["years"]).split()])
        covered &= results["status"].isin(row["statuses"].split()) | (row["statuses"] == "all")
        covered &= results["wages"].between(row["wages_from"], row["wages_to"])
        least, most = row["smallest_difference"] - HALF_CENT, row["largest_difference"] + HALF_CENT
        covered &= results["difference"].abs().between(least, most)
        found[covered & (found == -1)] = position
    return found


def tell(results: pd.DataFrame, differences: pd.DataFrame) -> int:
    """Print both tables, and the first of what is unexplained; return how many are."""
    results = results.assign(difference=results["theirs"] - results["ours"])
    results["size"] = results["difference"].abs()
    results["row"] = explain(results, differences)
    is_equal = results["size"] <= TOLERANCE
    is_unexplained = ~is_equal & (results["row"] == -1)
    counted = results.assign(equal=is_equal, explained=~is_equal & ~is_unexplained, unexplained=is_unexplained)
    sums = {"n": ("size", "size"), **{name: (name, "sum") for name in ("equal", "explained", "unexplained")}}
    print(counted.groupby(GROUP, sort=False).agg(**sums, largest=("size", "max")).round(2).to_string())
    print("\nWho is right, and why:")
    described = ["place", "library", "figure", "who_is_right", "why", "source"]
    for (place, library, figure, who, why, source), rows in differences.groupby(described, sort=False):
        seen = results.loc[~is_equal & results["row"].isin(rows.index), "size"]
        largest = f"{len(seen):,} times, at most {seen.max():,.2f} USD" if len(seen) else "not seen this time"
        print(f"\n{place}, {library}, {figure}: {largest}\n  {who}: {why} ({source})")
    unexplained = results[is_unexplained]
    if len(unexplained):
        by = [*GROUP, "status"]
        spans = {"n": ("size", "size"), "wages_from": ("wages", "min"), "wages_to": ("wages", "max")}
        extremes = {"least": ("difference", "min"), "most": ("difference", "max")}
        print("\nUnexplained, theirs less ours:")
        print(unexplained.groupby(by, sort=False).agg(**spans, **extremes).round(2).to_string())
    print(f"\n{len(results):,} figures compared, {len(unexplained):,} differences unexplained.")
    return len(unexplained)


def main() -> int:
    """Compare, print; return 1 if anything is unexplained."""
    law = TaxTables(load_tables())
    frames = []
    for program in PROGRAMS:
        start = time.perf_counter()
        frames += list(program.results(law))
        print(f"{program.__name__.replace('_', ' ')}: {time.perf_counter() - start:.0f} s", flush=True)
    return int(tell(pd.concat(frames, ignore_index=True), pd.read_csv(DIFFERENCES)) > 0)


if __name__ == "__main__":
    sys.exit(main())
