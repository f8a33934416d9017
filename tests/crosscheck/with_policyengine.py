"""Our tax beside that of policyengine-us, on the households of the comparison."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from figures import NATIONWIDE, compared
from households import FROM_WAGES, deductible_tax, households, our_tax

from compkit.dev.tasks import POLICYENGINE
from compkit.tax import TaxTables

LIBRARY = "policyengine-us"
COUNTIES = {
    "MD-BAL": "BALTIMORE_CITY_MD", "MD-BCO": "BALTIMORE_COUNTY_MD", "MD-HOW": "HOWARD_COUNTY_MD",
    "MD-MON": "MONTGOMERY_COUNTY_MD", "OR-MUL": "MULTNOMAH_COUNTY_OR", "IN-MAR": "MARION_COUNTY_IN",
}  # fmt: skip
EARNINGS_CITIES = {
    "PA-PHL": "pa_philadelphia_wage_tax_taxable_wages",
    "MO-KAN": "mo_kansas_city_earnings_tax_taxable_earnings",
    "MO-STL": "mo_st_louis_earnings_tax_taxable_earnings",
}
"""It has the rate of these cities, but does not know which of the pay counts: only plain wages are compared."""
NEW_YORK_CITY = "NY-NYC"
WITH_LOCAL_TAX = {NEW_YORK_CITY, *COUNTIES, *EARNINGS_CITIES}
METRO_ALONE = "Beaverton"
"""Portland's tax is Multnomah County's, which it knows, and Metro's, which is all that Beaverton has."""
OWN_RULES_FOR_A_HOME = ("AZ", "CA", "CO", "IL", "IN", "MA", "MN", "NC", "NJ", "NY", "OR", "WI")
"""States whose own rules for a home or gifts we have; others follow the federal choice, or have none."""
NATIONWIDE_FIGURES = ("federal_income_tax", "social_security", "medicare")
STATE_FIGURES = ("state_income_tax", "state_payroll_tax")
DEPEND_ON_DEDUCTION = ("federal_income_tax", "state_income_tax", "local_income_tax")


def answers(asked: pd.DataFrame) -> pd.DataFrame:
    """Return what policyengine-us, in its own environment, says of each case."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = (Path(folder, name) for name in ("cases.csv", "answers.csv"))
        asked.to_csv(source, index=False)
        script = Path(__file__).with_name("policyengine_answers.py")
        subprocess.run([str(POLICYENGINE.python), str(script), str(source), str(target)], check=True)
        return pd.read_csv(target)


def cases(law: TaxTables, number: int | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the households, with what policyengine-us wants besides, and our tax of each."""
    asked = households(law) if number is None else households(law, number)
    ours = our_tax(asked, law)
    own = (asked["wages"] - asked[list(FROM_WAGES)].sum(axis=1)).clip(lower=0.0)
    of_spouse = (asked["spouse_wages"] / (own + asked["spouse_wages"])).fillna(0.0)
    is_shared = asked["state"] == "MO"  # elsewhere it is the income of who earns more
    choices = {code: facts["deduction_choice"] for code, facts in law.jurisdictions.items()}
    follows = asked["state"].map(choices) != "own"
    counts_home = (asked["itemizes"] & follows) | asked["state"].isin(OWN_RULES_FOR_A_HOME)
    local_code = asked["place"].map(
        {place: code for place, codes in law.of_place.items() for code in codes if code in WITH_LOCAL_TAX}
    )
    more = {
        "local_code": local_code, "county": local_code.map(COUNTIES).fillna("UNKNOWN"),
        "earnings_city": local_code.map(EARNINGS_CITIES), "is_in_nyc": local_code == NEW_YORK_CITY,
        "spouse_share": np.where(is_shared, of_spouse, asked["spouse_wages"] > own),  # as we share it out
        "state_counts_home": counts_home, "state_tax": ours["state_income_tax"],
        "state_and_local_tax": deductible_tax(asked, ours, law),
    }  # fmt: skip
    is_portland = local_code == "OR-MUL"
    at_metro = our_tax(asked.assign(place=asked["place"].mask(is_portland, METRO_ALONE)), law)
    local = ours["local_income_tax"] - np.where(is_portland, at_metro["local_income_tax"], 0.0)
    return asked.assign(**more), ours.assign(local_income_tax=local)


def results(law: TaxTables, number: int | None = None) -> Iterator[pd.DataFrame]:
    """Yield what policyengine-us says beside what we say."""
    asked, ours = cases(law, number)
    theirs = answers(asked)
    state_names = asked["state"].map({code: str(facts["name"]) for code, facts in law.jurisdictions.items()})
    everywhere = np.ones(len(asked), dtype=bool)
    is_plain = asked[list(FROM_WAGES)].sum(axis=1) == 0
    is_known = asked["local_code"].notna() & (is_plain | asked["earnings_city"].isna())
    local_names = asked["local_code"].map({code: str(facts["name"]) for code, facts in law.jurisdictions.items()})
    for figure, place, rows in (
        *((figure, NATIONWIDE, everywhere) for figure in NATIONWIDE_FIGURES),
        *((figure, state_names, everywhere) for figure in STATE_FIGURES),
        ("local_income_tax", local_names, is_known),
    ):
        where = asked.assign(place_name=place)[rows]
        itemizes = where["itemizes"] & (where["state_counts_home"] | figure.startswith("federal"))
        named = figure + np.where(itemizes & (figure in DEPEND_ON_DEDUCTION), "_itemized", "")
        pair = ours.loc[rows, figure], theirs.loc[rows, figure]
        income = ours.loc[rows, "adjusted_gross_income"]
        yield compared(LIBRARY, named, where["place_name"], where["year"], where["status"], *pair, income)
