"""Our tax beside that of tenforty, whose two ways of working a return out are both asked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import pandas as pd
from figures import FEDERAL, NATIONWIDE, compared, incomes, places_of_states

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

    try:
        found = tenforty.evaluate_returns(
            year=case.year, state=case.state, filing_status=STATUSES[case.status],
            standard_or_itemized="Standard", w2_income=incomes().tolist(), backend=case.backend,
        )  # fmt: skip
    except (ValueError, OTSError):
        return None
    return pd.DataFrame({name: found[name].to_list() for name in found.columns})


def results(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what tenforty says beside what we say; print what it does not know."""
    places, asked = places_of_states(law), cases(law)
    unknown: dict[tuple[str, str | None], list[str]] = {}
    with ProcessPoolExecutor() as pool:
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
