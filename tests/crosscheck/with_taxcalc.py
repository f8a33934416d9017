"""Our tax beside that of taxcalc, which knows federal tax alone: on the grid of wages and on the households."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from figures import NATIONWIDE, FloatArray, compared, incomes
from households import AGE, deductible_tax, households, our_tax, paid_before_tax

from compkit.tax import TaxTables, household_tax

LIBRARY = "taxcalc"
YEARS = (2024, 2025, 2026)
STATUSES = {"single": 1, "married_joint": 2, "head_of_household": 4}
AS_WE_HAVE_IT = {"actc_claim_prob_scale": {2024: 9e99}, "ACTC_ChildNum": {2024: 99}}
"""Everyone claims the refundable credit for children, and by the same rule however many there are: as we have it."""
ITEMIZING_PLACES = {"New York City": "New York", "California": "San Francisco"}


def answer(year: int, status: str, state_and_local: FloatArray, **fields: Any) -> pd.DataFrame:
    """Return taxcalc's federal income tax and what an employee pays of payroll tax, a row a return.

    Parameters
    ----------
    year : int
    status : str
    state_and_local : ndarray
        Income tax and payroll taxes of state and city, for those who itemize [USD].
    **fields : array_like
        Other fields of its returns; `incomes` as wages of one earner unless given.
    """
    import taxcalc

    fields = {"e00200p": incomes()} | fields
    is_joint = status == "married_joint"
    wages = fields["e00200p"] + fields.get("e00200s", 0.0)
    returns = pd.DataFrame(
        {
            "RECID": np.arange(1, len(wages) + 1), "FLPDYR": year, "MARS": STATUSES[status],
            "XTOT": 1 + is_joint + fields.get("n24", 0), "age_head": AGE, "age_spouse": AGE * is_joint,
            "e00200": wages, "e18400": state_and_local, **fields,
        }
    )  # fmt: skip
    records = taxcalc.Records(data=returns, start_year=year, gfactors=None, weights=None, adjust_ratios=None)
    records.exact[:] = 1  # credits fall in whole steps
    policy = taxcalc.Policy()
    policy.implement_reform(AS_WE_HAVE_IT)
    calculator = taxcalc.Calculator(policy=policy, records=records, verbose=False)
    calculator.advance_to_year(year)
    calculator.calc_all()
    payroll = calculator.array("ptax_was") / 2 + calculator.array("ptax_amc")  # the other half is the employer's
    federal = calculator.array("iitax") + (calculator.array("eitc") if len(fields) > 1 else 0.0)
    return pd.DataFrame({"federal_income_tax": federal, "payroll": payroll})


def results(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield what taxcalc says beside what we say."""
    yield from of_households(law)
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


def of_households(law: TaxTables) -> Iterator[pd.DataFrame]:
    """Yield both programs' federal tax of the households, with the deduction that lowers it, and payroll taxes."""
    asked = households(law)
    standard, itemized = our_tax(asked, law, "standard"), our_tax(asked, law, "itemized")
    paid = deductible_tax(asked, itemized, law)
    best = np.minimum(standard["federal_income_tax"], itemized["federal_income_tax"])
    ours = standard.assign(federal_income_tax=best, payroll=standard["social_security"] + standard["medicare"])
    for (year, filing_status), rows in asked.groupby(["year", "filing_status"]):
        taken = paid_before_tax(rows)
        own = rows["wages"] - taken["premiums"] - taken["hsa"]
        fields = {
            "e00200p": own - taken["traditional_401k"], "pencon_p": taken["traditional_401k"],
            "e00200s": rows["spouse_wages"], "e00300": rows["other_income"], "e18500": rows["property_tax"],
            "e19200": rows["mortgage_interest"], "e19800": rows["charity"], "e32800": rows["childcare"],
            **dict.fromkeys(("n24", "nu13", "nu18", "f2441"), rows["children"]),
        }  # fmt: skip
        fields = {name: values.to_numpy() for name, values in fields.items()}
        found = answer(int(year), str(filing_status), paid[rows.index].to_numpy(), **fields)
        of_rows = ours.loc[rows.index]
        for figure in ("federal_income_tax", "payroll"):
            pair = of_rows[figure], found[figure]
            where = NATIONWIDE, rows["year"], rows["status"]
            yield compared(LIBRARY, f"{figure}_of_households", *where, *pair, of_rows["adjusted_gross_income"])
