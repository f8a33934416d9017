"""What policyengine-us says of households' tax: run with its own environment's Python, which has no compkit.

    python policyengine_answers.py CASES ANSWERS

CASES is a CSV with the columns year, filing_status, state (its code), is_in_nyc, wages (the household's, halved where
there are two earners) and n_earners; ANSWERS becomes one with our figures, in the same order. One simulation works out
all households of a year.
"""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

FIGURES = {
    "federal_income_tax": ["income_tax_before_refundable_credits"],
    "social_security": ["employee_social_security_tax"],
    "medicare": ["employee_medicare_tax", "additional_medicare_tax"],
    "state_income_tax": ["state_income_tax_before_refundable_credits"],
    "local_income_tax": ["nyc_income_tax_before_refundable_credits"],
    "state_payroll_tax": ["employee_state_payroll_tax"],
}
"""The sum of which of its variables each of our figures is: before credits that are paid out even without a tax."""
CITY_CREDIT = "nyc_school_tax_credit"
"""The one credit of that kind that we do take off, down to no tax."""
STATUSES = {"single": "SINGLE", "married_joint": "JOINT", "head_of_household": "HEAD_OF_HOUSEHOLD"}
GROUPS = ("tax_units", "households", "families", "spm_units", "marital_units")


def situation(cases: pd.DataFrame) -> dict[str, Any]:
    """Return the households of one year as policyengine-us takes them; none itemizes."""
    found: dict[str, dict[str, Any]] = {"people": {}, **{group: {} for group in GROUPS}}
    for number, case in enumerate(cases.to_dict("records")):
        year = case["year"]
        adults = [f"adult {number}", f"spouse {number}"][: 1 + (case["filing_status"] == "married_joint")]
        for position, adult in enumerate(adults):
            wages = case["wages"] / case["n_earners"] if position < case["n_earners"] else 0.0
            found["people"][adult] = {"age": {year: 40}, "employment_income": {year: wages}}
        for group in GROUPS:
            found[group][f"{group} {number}"] = {"members": adults}
        found["tax_units"][f"tax_units {number}"] |= {
            "filing_status": {year: STATUSES[case["filing_status"]]}, "tax_unit_itemizes": {year: False},
        }  # fmt: skip
        found["households"][f"households {number}"] |= {
            "state_code": {year: case["state"]}, "in_nyc": {year: case["is_in_nyc"]},
        }  # fmt: skip
    return found


def total(simulation: Any, names: list[str], year: int) -> Any:
    """Return the sum of variables, one value a household."""
    return sum(simulation.calculate(name, year, map_to="tax_unit").astype(float) for name in names)


def answers(cases: pd.DataFrame) -> pd.DataFrame:
    """Return our figures of each case as policyengine-us has them."""
    from policyengine_us import Simulation

    found = []
    for year, of_year in cases.groupby("year"):
        simulation = Simulation(situation=situation(of_year))
        figures = {figure: total(simulation, names, year) for figure, names in FIGURES.items()}
        city_tax = figures["local_income_tax"] - total(simulation, [CITY_CREDIT], year)
        found.append(pd.DataFrame({**figures, "local_income_tax": city_tax.clip(min=0.0)}, index=of_year.index))
    return pd.concat(found).sort_index()


if __name__ == "__main__":
    source, target = sys.argv[1:]
    answers(pd.read_csv(source)).to_csv(target, index=False)
