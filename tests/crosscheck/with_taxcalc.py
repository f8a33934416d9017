"""Our tax beside that of taxcalc, which knows federal tax alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from figures import NATIONWIDE, FloatArray, compared, incomes

from compkit.tax import TaxTables, household_tax

LIBRARY = "taxcalc"
YEARS = (2024, 2025, 2026)
STATUSES = {"single": 1, "married_joint": 2, "head_of_household": 4}
ITEMIZING_PLACES = {"New York City": "New York", "California": "San Francisco"}


def answer(year: int, status: str, state_and_local: FloatArray) -> pd.DataFrame:
    """Return taxcalc's federal income tax and what an employee pays of payroll tax, a row a wage."""
    import taxcalc

    wages = incomes()
    is_joint = status == "married_joint"
    returns = pd.DataFrame(
        {
            "RECID": np.arange(1, len(wages) + 1), "FLPDYR": year, "MARS": STATUSES[status],
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


def results(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what taxcalc says beside what we say."""
    for year in YEARS:
        for status in STATUSES:
            ours = household_tax(incomes(), "Austin", status, year, law)
            found = answer(year, status, np.zeros_like(incomes()))
            payroll = ours["social_security"] + ours["medicare"]
            standard = ours["federal_income_tax"], found["federal_income_tax"]
            yield compared(LIBRARY, "federal_income_tax", NATIONWIDE, year, status, *standard)
            yield compared(LIBRARY, "social_security_and_medicare", NATIONWIDE, year, status, payroll, found["payroll"])
            for name, place in ITEMIZING_PLACES.items():
                ours = household_tax(incomes(), place, status, year, law, deduction="best")
                # Every levy of these places counts as tax on Schedule A.
                itemized = ours["state_income_tax"] + ours["local_income_tax"] + ours["state_payroll_tax"]
                found = answer(year, status, itemized.to_numpy())
                best = ours["federal_income_tax"], found["federal_income_tax"]
                yield compared(LIBRARY, "federal_income_tax_best_deduction", name, year, status, *best)
