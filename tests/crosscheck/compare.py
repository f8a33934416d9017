"""Our tax held against two other programs', tenforty and taxcalc: `make crosscheck`.

What is compared, within a dollar, on 1,000 wages from 0 to 2,000,000 USD of one earner, for each filing status:

- tenforty, 2024 and 2025: federal income tax, the additional Medicare tax, and the income tax of every state that both
  it and our tables have. It has two ways of working a return out, and both are asked: OpenTaxSolver's programs, one
  return at a time, and graphs of the forms, many at once. A state that one of them lacks is left out there.
- taxcalc, 2024 to 2026: federal income tax with the standard deduction, and with the better one, to which it is given
  our own state and local tax; Social Security and Medicare with the additional tax.

Neither knows a city's income tax or a state's payroll levies: nothing here speaks for those.

`differences.csv`, beside this file, explains each difference: where it occurs, how small and large it may be, who is
right, why. A difference that no row covers, or outside what its row allows, is unexplained and makes the exit code 1.
The libraries are in the extra `crosscheck`; this file also loads without them, because pytest looks into every module.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.tables import load_tables
from compkit.tax import TaxTables, household_tax

FloatArray = NDArray[np.float64]

DIFFERENCES = Path(__file__).with_name("differences.csv")
TOLERANCE = 1.0
HALF_CENT = 0.0051
"""OpenTaxSolver tells whole cents."""
FEDERAL, NATIONWIDE = "US", "United States"
TENFORTY_YEARS, TAXCALC_YEARS = (2024, 2025), (2024, 2025, 2026)
TENFORTY_STATUS = {"single": "Single", "married_joint": "Married/Joint", "head_of_household": "Head_of_House"}
TAXCALC_STATUS = {"single": 1, "married_joint": 2, "head_of_household": 4}
OPENTAXSOLVER, GRAPH, TAXCALC = "tenforty OpenTaxSolver", "tenforty graph", "taxcalc"
BACKENDS = {"ots": OPENTAXSOLVER, "graph": GRAPH}
ITEMISING_PLACES = {"New York City": "New York", "California": "San Francisco"}
GROUP = ["library", "figure", "place", "year"]


def incomes() -> FloatArray:
    """Return 1,000 wages in whole dollars: half of them evenly up to 500,000, half in equal ratios up to 2,000,000."""
    even, by_ratio = np.linspace(0, 500_000, 500), np.geomspace(500_000, 2_000_000, 501)[1:]
    return np.asarray(np.round(np.concatenate([even, by_ratio])))


@dataclass(frozen=True)
class Case:
    """One batch of returns for tenforty."""

    backend: str
    state: str | None
    year: int
    status: str


def states(law: TaxTables) -> dict[str, str]:
    """Return one place of each state by the state's code."""
    found: dict[str, str] = {}
    for place, jurisdictions in law.of_place.items():
        for code in jurisdictions:
            if law.jurisdictions[code]["kind"] == "state":
                found.setdefault(code, place)
    return found


def tenforty_cases(law: TaxTables) -> list[Case]:
    """Return what to ask of tenforty; OpenTaxSolver, which is slow, not about states without an income tax."""
    return [
        Case(backend, state, year, status)
        for backend in BACKENDS
        for state in [None, *states(law)]
        if backend == "graph" or state is None or law.jurisdictions[state]["has_wage_income_tax"]
        for year in TENFORTY_YEARS
        for status in TENFORTY_STATUS
    ]


def tenforty_answer(case: Case) -> pd.DataFrame | None:
    """Return tenforty's figures, a row a wage, or None where it does not know the case."""
    import tenforty
    from tenforty.models import OTSError

    try:
        found = tenforty.evaluate_returns(
            year=case.year, state=case.state, filing_status=TENFORTY_STATUS[case.status],
            standard_or_itemized="Standard", w2_income=incomes().tolist(), backend=case.backend,
        )  # fmt: skip
    except (ValueError, OTSError):
        return None
    return pd.DataFrame({name: found[name].to_list() for name in found.columns})


def compared(
    library: str, figure: str, place: str, year: int, status: str, ours: pd.Series, theirs: pd.Series
) -> pd.DataFrame:
    """Return a row a wage with both figures."""
    return pd.DataFrame(
        {
            "library": library, "figure": figure, "place": place, "year": year, "status": status, "wages": incomes(),
            "ours": np.asarray(ours), "theirs": np.asarray(theirs),
        }
    )  # fmt: skip


def against_tenforty(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what tenforty says beside what we say; print what it does not know."""
    place_of, cases = states(law), tenforty_cases(law)
    unknown: dict[tuple[str, str | None], list[str]] = {}
    with ProcessPoolExecutor() as pool:
        for case, found in zip(cases, pool.map(tenforty_answer, cases), strict=True):
            library, where = BACKENDS[case.backend], (case.year, case.status)
            if found is None:
                unknown.setdefault((library, case.state), []).append(f"{case.year} {case.status}")
                continue
            ours = household_tax(incomes(), place_of[case.state or "TX"], case.status, case.year, law)
            if case.state:
                place = str(law.jurisdictions[case.state]["name"])
                pair = ours["state_income_tax"], found["state_total_tax"]
                yield compared(library, "state_income_tax", place, *where, *pair)
            else:
                additional = ours["medicare"] - law.law(FEDERAL, *where).value("medicare", "rate") * incomes()
                pair = ours["federal_income_tax"], found["federal_income_tax"]
                yield compared(library, "federal_income_tax", NATIONWIDE, *where, *pair)
                pair = additional, found["federal_additional_medicare_tax"]
                yield compared(library, "additional_medicare", NATIONWIDE, *where, *pair)
    n_each = len(TENFORTY_YEARS) * len(TENFORTY_STATUS)
    for (library, state), what in unknown.items():
        print(f"left out, unknown to {library}: {state}{'' if len(what) == n_each else ' ' + ', '.join(what)}")


def taxcalc_answer(year: int, status: str, state_and_local: FloatArray) -> pd.DataFrame:
    """Return taxcalc's federal income tax and what an employee pays of payroll tax, a row a wage."""
    import taxcalc

    wages = incomes()
    is_joint = status == "married_joint"
    returns = pd.DataFrame(
        {
            "RECID": np.arange(1, len(wages) + 1), "FLPDYR": year, "MARS": TAXCALC_STATUS[status],
            "XTOT": 1 + is_joint, "age_head": 40, "age_spouse": 40 * is_joint,
            "e00200": wages, "e00200p": wages, "e18400": state_and_local,
        }
    )  # fmt: skip
    records = taxcalc.Records(data=returns, start_year=year, gfactors=None, weights=None, adjust_ratios=None)
    calculator = taxcalc.Calculator(policy=taxcalc.Policy(), records=records, verbose=False)
    calculator.advance_to_year(year)
    calculator.calc_all()
    payroll = calculator.array("ptax_was") / 2 + calculator.array("ptax_amc")  # the other half is the employer's
    return pd.DataFrame({"federal_income_tax": calculator.array("iitax"), "payroll": payroll})


def against_taxcalc(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what taxcalc says beside what we say."""
    for year in TAXCALC_YEARS:
        for status in TAXCALC_STATUS:
            ours = household_tax(incomes(), "Austin", status, year, law)
            found = taxcalc_answer(year, status, np.zeros_like(incomes()))
            payroll = ours["social_security"] + ours["medicare"]
            standard = ours["federal_income_tax"], found["federal_income_tax"]
            yield compared(TAXCALC, "federal_income_tax", NATIONWIDE, year, status, *standard)
            yield compared(TAXCALC, "social_security_and_medicare", NATIONWIDE, year, status, payroll, found["payroll"])
            for name, place in ITEMISING_PLACES.items():
                ours = household_tax(incomes(), place, status, year, law, deduction="best")
                # Every levy of these places counts as tax on Schedule A.
                itemised = ours["state_income_tax"] + ours["local_income_tax"] + ours["state_payroll_tax"]
                found = taxcalc_answer(year, status, itemised.to_numpy())
                best = ours["federal_income_tax"], found["federal_income_tax"]
                yield compared(TAXCALC, "federal_income_tax_best_deduction", name, year, status, *best)


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
    for one in (against_tenforty, against_taxcalc):
        start = time.perf_counter()
        frames += list(one(law))
        print(f"{one.__name__.replace('_', ' ')}: {time.perf_counter() - start:.0f} s")
    return int(tell(pd.concat(frames, ignore_index=True), pd.read_csv(DIFFERENCES)) > 0)


if __name__ == "__main__":
    sys.exit(main())
