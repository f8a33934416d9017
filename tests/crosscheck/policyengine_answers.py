"""What policyengine-us says of households' tax: run with its own environment's Python, which has no compkit.

    python policyengine_answers.py CASES ANSWERS

CASES is a CSV with a row a household (see households.py), and the columns county, is_in_nyc, earnings_city,
spouse_share of the interest, state_counts_home (whether our state tax counts the home's costs and gifts), state_tax and
what itemizers deduct, state_and_local_tax; ANSWERS becomes one with our figures, in the same order.

All households of a year are worked out at once, twice: federal tax with the children; state and local tax without them,
but with the federal credits for children, because we model no state's relief for children. The earned income credit,
the saver's credit and the rule for three and more children are left out of both.
"""

from __future__ import annotations

import sys
from typing import Any

import pandas as pd

FEDERAL = {
    "federal_income_tax": ["income_tax_before_refundable_credits", "-refundable_ctc"],
    "social_security": ["employee_social_security_tax"],
    "medicare": ["employee_medicare_tax", "additional_medicare_tax"],
}
STATE = {
    "state_income_tax": ["state_income_tax_before_refundable_credits"],
    "local_income_tax": ["local_income_tax_before_refundable_credits"],
    "state_payroll_tax": ["employee_state_payroll_tax"],
}
"""The sum of which of its variables each of our figures is: before credits that are paid out even without a tax."""
CITY_CREDIT = "nyc_school_tax_credit"
"""The one state or local credit of that kind that we do take off, down to no tax."""
CHILD_CREDITS = ("income_tax_capped_non_refundable_credits", "refundable_ctc")
STATUSES = {"single": "SINGLE", "married_joint": "JOINT", "head_of_household": "HEAD_OF_HOUSEHOLD"}
GROUPS = ("tax_units", "households", "families", "spm_units", "marital_units")
OF_EARNER = {
    "traditional_401k_contributions": "traditional_401k",
    "health_savings_account_payroll_contributions": "hsa",
    "pre_tax_health_insurance_premiums": "premiums",
}
OF_ITEMIZERS = {
    "home_mortgage_interest": "mortgage_interest",
    "real_estate_taxes": "property_tax",
    "charitable_cash_donations": "charity",
}
"""Its variables of a person, by our fields."""
AGE, AGES_OF_CHILDREN = 40, (3, 6, 9)
NOT_MODELED = {"eitc": 0.0, "savers_credit": 0.0, "ctc_social_security_tax": 0.0}
PHILADELPHIAN = "pa_philadelphia_wage_tax_resident"


def wages(amount: float, interest: float, case: dict[str, Any]) -> dict[str, Any]:
    """Return an earner's wages and interest."""
    found = {"age": AGE, "employment_income": amount, "taxable_interest_income": interest}
    city = case["earnings_city"]
    return found | ({city: amount, PHILADELPHIAN: True} if isinstance(city, str) else {})


def situation(cases: pd.DataFrame, for_children: pd.DataFrame | None) -> dict[str, Any]:
    """Return the households of one year as policyengine-us takes them: without children, if their credits are given."""
    found: dict[str, dict[str, Any]] = {"people": {}, **{group: {} for group in GROUPS}}
    for number, case in zip(cases.index, cases.to_dict("records"), strict=True):
        year = case["year"]
        counts_home = for_children is None or case["state_counts_home"]
        fields = OF_EARNER | (OF_ITEMIZERS if counts_home else {})
        earner = {name: case[field] for name, field in fields.items()}
        of_spouse = case["other_income"] * case["spouse_share"]
        people = {f"adult {number}": earner | wages(case["wages"], case["other_income"] - of_spouse, case)}
        if case["filing_status"] == "married_joint":
            people[f"spouse {number}"] = wages(case["spouse_wages"], of_spouse, case)
        adults = list(people)
        if for_children is None:
            ages = AGES_OF_CHILDREN[: int(case["children"])]
            people |= {f"child {number} {age}": {"age": age, "is_tax_unit_dependent": True} for age in ages}
        tax_unit = NOT_MODELED | {
            "filing_status": STATUSES[case["filing_status"]], "tax_unit_itemizes": case["itemizes"] and counts_home,
            "tax_unit_childcare_expenses": case["childcare"],
        }  # fmt: skip
        if for_children is not None:
            tax_unit |= {name: for_children.loc[number, name] for name in CHILD_CREDITS}
        if case["itemizes"]:
            tax_unit["state_and_local_sales_or_income_tax"] = case["state_and_local_tax"]
            tax_unit["state_withheld_income_tax"] = case["state_tax"]
        home = {"state_code": case["state"], "in_nyc": case["is_in_nyc"], "county_str": case["county"]}
        for name, values in people.items():
            found["people"][name] = {key: {year: value} for key, value in values.items()}
        for group in GROUPS:
            found[group][f"{group} {number}"] = {"members": adults if group == "marital_units" else list(people)}
        for group, values in (("tax_units", tax_unit), ("households", home)):
            found[group][f"{group} {number}"] |= {key: {year: value} for key, value in values.items()}
        if for_children is None:
            for age in AGES_OF_CHILDREN[: int(case["children"])]:
                found["marital_units"][f"child {number} {age}"] = {"members": [f"child {number} {age}"]}
    return found


def total(simulation: Any, names: list[str], year: int) -> Any:
    """Return the sum of variables, one value a household; those that begin with a minus are subtracted."""
    signs = ((-1 if name.startswith("-") else 1, name.removeprefix("-")) for name in names)
    return sum(sign * simulation.calculate(name, year, map_to="tax_unit").astype(float) for sign, name in signs)


def answers(cases: pd.DataFrame) -> pd.DataFrame:
    """Return our figures of each case as policyengine-us has them."""
    from policyengine_us import Simulation

    found = []
    for year, of_year in cases.groupby("year"):
        simulation = Simulation(situation=situation(of_year, None))
        figures = {figure: total(simulation, names, year) for figure, names in FEDERAL.items()}
        for_children = {name: total(simulation, [name], year) for name in CHILD_CREDITS}
        simulation = Simulation(situation=situation(of_year, pd.DataFrame(for_children).set_index(of_year.index)))
        figures |= {figure: total(simulation, names, year) for figure, names in STATE.items()}
        city_tax = figures["local_income_tax"] - total(simulation, [CITY_CREDIT], year)
        found.append(pd.DataFrame({**figures, "local_income_tax": city_tax.clip(min=0.0)}, index=of_year.index))
    return pd.concat(found).sort_index()


if __name__ == "__main__":
    source, target = sys.argv[1:]
    answers(pd.read_csv(source)).to_csv(target, index=False)
