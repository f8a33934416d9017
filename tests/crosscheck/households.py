"""The households of the comparison: 3,000, always the same, drawn over all places, statuses and years.

Each field is 0 in a good share of them, so that a difference shows which field it comes from. Half of their incomes are
at a threshold of the law or near it.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pandas as pd
from figures import FloatArray, incomes, places_of_states

from compkit.tax import Finances, TaxTables, household_tax
from compkit.tax.levies import levies_by_name
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import FILING_STATUSES

YEARS = (2024, 2025, 2026)
N_HOUSEHOLDS, SEED = 3_000, 20_261_129
TWO_EARNERS = "married_joint_two_earners"
EARNERS = (*FILING_STATUSES, TWO_EARNERS)
"""What differences.csv calls the status: couples with one earner and with two of unequal wages are told apart."""
SPREAD = 500
"""How far from a threshold an income near it may lie [USD]."""
AGE = 40
FROM_WAGES = ("premiums", "hsa", "traditional_401k")
"""What is paid from wages before tax, in the order in which it counts."""
OF_ITEMIZERS = ("mortgage_interest", "property_tax", "charity")
MOST = {"premiums": 12_000, "hsa": 4_150, "traditional_401k": 23_000, "mortgage_interest": 40_000,
        "property_tax": 15_000, "charity": 20_000, "other_income": 40_000, "childcare": 16_000}  # fmt: skip
"""The largest amount of each field that is drawn; savings up to the lowest limit of these years [USD]."""
OF_FINANCES = (*MOST, "children")
ITEMIZED_FROM = 35_000
"""The sum of a home's costs and gifts from which a household itemizes: more than any standard deduction [USD]."""


def thresholds(law: TaxTables, place: str, year: int, status: str) -> FloatArray:
    """Return the incomes at which something of a place's law begins, ends or changes [USD]."""
    found = {0.0}
    taxes = ("income", "recapture", "school_tax_credit", "social_security", "additional_medicare", "child_credit",
             "care_credit", "net_investment_income")  # fmt: skip
    for code in law.of_place[place]:
        at = (code, "income", year, status)
        starts, _ = law.brackets(*at)
        deducted = sum(law.parameter(*at, name) or 0.0 for name in ("standard_deduction", "exemption"))
        found |= {start + deducted for start in starts}
        for tax in taxes:
            names = law.parameter_names(code, tax, status)
            found |= {law.parameter(code, tax, year, status, name) or 0.0 for name in names}
        found |= {law.parameter(code, levy, year, status, "wage_cap") or 0.0 for levy in law.levies(code, year)}
    return np.array(sorted(amount for amount in found if amount == 0 or 1_000 <= amount <= incomes()[-1]))


def households(law: TaxTables, number: int = N_HOUSEHOLDS) -> pd.DataFrame:
    """Return the households, one a row; `itemizes` tells the federal deduction they take."""
    generator = np.random.default_rng(SEED)
    places = places_of_states(law)
    asked = itertools.islice(itertools.cycle(itertools.product(places, EARNERS, YEARS)), number)
    return pd.DataFrame([_household(law, generator, places[state], state, *rest) for state, *rest in asked])


def _household(
    law: TaxTables, generator: np.random.Generator, places: list[str], state: str, status: str, year: int
) -> dict[str, Any]:
    """Draw a household of a state: a third have plain wages, of the others each field is 0 in half."""
    place, filing_status = str(generator.choice(places)), status.removesuffix("_two_earners")
    is_plain = generator.random() < 1 / 3
    amounts = {name: 0 if is_plain else _amount(generator, most) for name, most in MOST.items()}
    children = 0 if is_plain else int(generator.choice([0, 0, 1, 2, 3]))
    amounts["childcare"] *= children > 0
    if generator.random() < 0.3:  # no home and no gifts
        amounts |= dict.fromkeys(OF_ITEMIZERS, 0)
    if generator.random() < 0.5:
        income = float(generator.choice(incomes()))
    else:
        near = generator.choice(thresholds(law, place, year, filing_status))
        income = float(near + generator.choice([-1, 0, 1, generator.integers(-SPREAD, SPREAD)]))
    taxable = max(0.0, income - amounts["other_income"])
    spouse = float(round(taxable * generator.uniform(0, 0.6))) if status == TWO_EARNERS else 0.0
    own = min(taxable - spouse + sum(amounts[name] for name in FROM_WAGES), incomes()[-1])
    itemizes = sum(amounts[name] for name in OF_ITEMIZERS) > ITEMIZED_FROM
    return {
        "place": place, "state": state, "year": year, "status": status, "filing_status": filing_status, "wages": own,
        "spouse_wages": spouse, "children": children, **amounts, "itemizes": itemizes,
    }  # fmt: skip


def _amount(generator: np.random.Generator, most: int) -> int:
    """Draw 0, the most, or an amount between them."""
    return int(generator.choice([0, 0, most, generator.integers(0, most)]))


def our_tax(asked: pd.DataFrame, law: TaxTables, deduction: str | None = None) -> pd.DataFrame:
    """Return our tax of the households, with one deduction or with the one they take; see `household_tax`."""
    found = []
    for (status, itemizes), rows in asked.groupby(["status", "itemizes"]):
        finances = Finances(
            **{name: rows[name].to_numpy() for name in OF_FINANCES},
            spouse_wages=rows["spouse_wages"].to_numpy() if status == TWO_EARNERS else None,
        )
        taken = deduction or ("itemized" if itemizes else "standard")
        ours = household_tax(
            rows["wages"], rows["place"], rows["filing_status"], rows["year"], law, deduction=taken, finances=finances
        )
        found.append(ours.set_index(rows.index))
    return pd.concat(found).sort_index()


def paid_before_tax(asked: pd.DataFrame) -> pd.DataFrame:
    """Return what is paid from wages before tax, as far as they go."""
    found = pd.DataFrame(index=asked.index)
    for name in FROM_WAGES:
        found[name] = np.minimum(asked[name], asked["wages"] - found.sum(axis=1))
    return found


def deductible_tax(asked: pd.DataFrame, ours: pd.DataFrame, law: TaxTables) -> pd.Series:
    """Return what itemizers deduct of our state and local tax, before the cap: not all contributions of employees."""
    found = ours["state_income_tax"] + ours["local_income_tax"] + ours["state_payroll_tax"]
    for (state, year), rows in asked.groupby(["state", "year"]):
        of_state = law.law(str(state), int(year), "single")
        gross = rows["wages"].to_numpy(), rows["spouse_wages"].to_numpy()  # what those that don't count are levied on
        for levy, paid in levies_by_name(of_state, Household(gross[0], gross[0], gross, gross, gross)).items():
            found.loc[rows.index] -= paid * (1.0 - of_state.value(levy, "schedule_a_tax"))
    return found
