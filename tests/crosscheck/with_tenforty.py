"""Our tax beside that of tenforty, whose two ways of working a return out are both asked."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from figures import FEDERAL, NATIONWIDE, compared, incomes, places_of_states
from households import households, our_tax

from compkit.tax import TaxTables, household_tax

YEARS = (2024, 2025)
STATUSES = {"single": "Single", "married_joint": "Married/Joint", "head_of_household": "Head_of_House"}
BACKENDS = {"ots": "tenforty OpenTaxSolver", "graph": "tenforty graph"}


@dataclass(frozen=True)
class Case:
    """One batch of returns for tenforty."""

    backend: str
    state: str | None
    year: int
    status: str
    households: pd.DataFrame | None = None
    """With the columns wages, other_income and deduction, 0 for the standard one; None for the grid of wages."""


def cases(law: TaxTables) -> list[Case]:
    """Return what to ask of tenforty; OpenTaxSolver, which is slow, not about states without an income tax."""
    return [
        Case(backend, state, year, status)
        for backend in BACKENDS
        for state in [None, *places_of_states(law)]
        if backend == "graph" or state is None or law.jurisdictions[state]["has_wage_income_tax"]
        for year in YEARS
        for status in STATUSES
    ]


def answer(case: Case) -> pd.DataFrame | None:
    """Return tenforty's figures, a row a wage, or None where it does not know the case."""
    import tenforty
    from tenforty.models import OTSError

    inputs = {"w2_income": incomes().tolist(), "standard_or_itemized": "Standard"}
    if case.households is not None:
        wages, interest, deduction = (
            case.households[name].tolist() for name in ("wages", "other_income", "deduction")
        )  # fmt: skip
        inputs = {"w2_income": wages, "taxable_interest": interest, "itemized_deductions": deduction, "mode": "zip"}
        inputs["standard_or_itemized"] = ["Itemized" if amount else "Standard" for amount in deduction]
    try:
        found = tenforty.evaluate_returns(
            year=case.year, state=case.state, filing_status=STATUSES[case.status], backend=case.backend, **inputs
        )
    except (ValueError, OTSError):
        return None
    return pd.DataFrame({name: found[name].to_list() for name in found.columns})


def results(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what tenforty says beside what we say; print what it does not know."""
    yield from of_households(law)
    places, asked = places_of_states(law), cases(law)
    unknown: dict[tuple[str, str | None], list[str]] = {}
    # A fork of this process would wait forever for a lock of polars, which tenforty works with.
    with ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")) as pool:
        for case, found in zip(asked, pool.map(answer, asked), strict=True):
            library, where = BACKENDS[case.backend], (case.year, case.status)
            if found is None:
                unknown.setdefault((library, case.state), []).append(f"{case.year} {case.status}")
                continue
            ours = household_tax(incomes(), places[case.state or "TX"][0], case.status, case.year, law)
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
    n_each = len(YEARS) * len(STATUSES)
    for (library, state), what in unknown.items():
        print(f"left out, unknown to {library}: {state}{'' if len(what) == n_each else ' ' + ', '.join(what)}")


def of_households(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield both programs' federal income tax of the households without children, which tenforty does not know.

    It gets the taxable wages, other income, and the sum of what we deduct. OpenTaxSolver takes that sum for state tax,
    which the alternative minimum tax does not deduct, so it is asked only about those who do not itemize.
    """
    asked = households(law)
    asked = asked[asked["year"].isin(YEARS) & (asked["children"] == 0)]
    ours = our_tax(asked, law)
    asked = asked.assign(
        wages=ours["adjusted_gross_income"] - asked["other_income"],
        deduction=ours["deduction"].where(asked["itemizes"], 0.0),
    )
    for backend, library in BACKENDS.items():
        known = asked if backend == "graph" else asked[~asked["itemizes"]]
        for (year, status), rows in known.groupby(["year", "filing_status"]):
            found = answer(Case(backend, None, int(year), str(status), rows))
            if found is None:
                continue
            of_rows = ours.loc[rows.index]
            named = "federal_income_tax" + np.where(rows["itemizes"], "_itemized", "")
            pair = of_rows["federal_income_tax"], found["federal_income_tax"] + found["federal_niit"]
            where = NATIONWIDE, rows["year"], rows["status"]
            yield compared(library, named, *where, *pair, of_rows["adjusted_gross_income"])
