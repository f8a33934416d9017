"""Our tax beside that of policyengine-us, on households drawn at random over all places, statuses and years."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from figures import NATIONWIDE, FloatArray, compared, incomes, places_of_states

from compkit.dev.tasks import POLICYENGINE
from compkit.tax import TaxTables, household_tax
from compkit.tax.schedules import FILING_STATUSES

LIBRARY = "policyengine-us"
YEARS = (2024, 2025, 2026)
N_CASES, SEED = 2_000, 20_261_129
EARNERS = {**dict.fromkeys(FILING_STATUSES, 1), "married_joint_two_earners": 2}
"""How many earn by what differences.csv calls the status: a couple with one earner and one with two are told apart."""
CITY = "New York City"
CITY_PLACE = "New York"
"""The only city whose tax policyengine-us knows, and the place whose residents pay it."""
NATIONWIDE_FIGURES = ("federal_income_tax", "social_security", "medicare")
STATE_FIGURES = ("state_income_tax", "state_payroll_tax")
SPREAD = 500
"""How far from a threshold a wage near it may lie [USD]."""


def thresholds(law: TaxTables, place: str, year: int, status: str) -> FloatArray:
    """Return the wages of one earner at which something of a place's law begins, ends or changes [USD]."""
    found = {0.0}
    for code in law.of_place[place]:
        at = (code, "income", year, status)
        starts, _ = law.brackets(*at)
        deducted = sum(law.parameter(*at, name) or 0.0 for name in ("standard_deduction", "exemption"))
        found |= {start + deducted for start in starts}
        for tax in ("income", "recapture", "school_tax_credit", "social_security", "additional_medicare"):
            names = law.parameter_names(code, tax, status)
            found |= {law.parameter(code, tax, year, status, name) or 0.0 for name in names}
        found |= {law.parameter(code, levy, year, status, "wage_cap") or 0.0 for levy in law.levies(code, year)}
    return np.array(sorted(amount for amount in found if amount == 0 or 1_000 <= amount <= incomes()[-1]))


def cases(law: TaxTables) -> pd.DataFrame:
    """Return the households to compare: half of their wages from the grid, half at a threshold or near it."""
    generator = np.random.default_rng(SEED)
    places = places_of_states(law)
    rows = []
    for state, status, year in itertools.islice(itertools.cycle(itertools.product(places, EARNERS, YEARS)), N_CASES):
        place, n_earners = str(generator.choice(places[state])), EARNERS[status]
        filing_status = status.removesuffix("_two_earners")
        if generator.random() < 0.5:
            wages = generator.choice(incomes())
        else:
            near = generator.choice(thresholds(law, place, year, filing_status)) * generator.choice([1, n_earners])
            wages = near + generator.choice([-1, 0, 1, generator.integers(-SPREAD, SPREAD)])
        rows.append(
            {
                "place": place, "state": state, "is_in_nyc": place == CITY_PLACE, "year": year, "status": status,
                "filing_status": filing_status, "n_earners": n_earners, "wages": np.clip(wages, 0, incomes()[-1]),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def answers(asked: pd.DataFrame) -> pd.DataFrame:
    """Return what policyengine-us, in its own environment, says of each case."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = (Path(folder, name) for name in ("cases.csv", "answers.csv"))
        asked.to_csv(source, index=False)
        script = Path(__file__).with_name("policyengine_answers.py")
        subprocess.run([str(POLICYENGINE.python), str(script), str(source), str(target)], check=True)
        return pd.read_csv(target)


def results(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what policyengine-us says beside what we say."""
    asked = cases(law)
    theirs = answers(asked)
    ours = pd.concat(
        household_tax(rows["wages"], rows["place"], rows["filing_status"], rows["year"], law, n_earners=int(n_earners))
        .set_index(rows.index)
        for n_earners, rows in asked.groupby("n_earners")
    ).sort_index()  # fmt: skip
    state_names = asked["state"].map({code: str(facts["name"]) for code, facts in law.jurisdictions.items()})
    everywhere = np.ones(len(asked), dtype=bool)
    for figure, place, rows in (
        *((figure, NATIONWIDE, everywhere) for figure in NATIONWIDE_FIGURES),
        *((figure, state_names, everywhere) for figure in STATE_FIGURES),
        ("local_income_tax", CITY, asked["is_in_nyc"]),
    ):
        where = asked.assign(place_name=place)[rows]
        pair = ours.loc[rows, figure], theirs.loc[rows, figure]
        yield compared(LIBRARY, figure, where["place_name"], where["year"], where["status"], *pair, where["wages"])
