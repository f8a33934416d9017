"""The general rule of state income tax: the brackets, on wages less exemptions and the deduction."""

from __future__ import annotations

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.finances import Amounts
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import Law
from compkit.tax.state_deductions import deduction


def taxable_income(law: Law, household: Household) -> FloatArray:
    """Wages less exemption and deduction."""
    deducted = counted_exemption(law, household, law.value_or("income", "exemption", 0.0))
    deducted += counted_deduction(law, household, deduction(law, household))
    if household.has_deductions:
        deducted = law.named(deducted, "exemption and deduction")
        return law.named(np.maximum(0.0, household.wages - deducted), "income after exemption and deduction")
    return np.maximum(0.0, household.wages - deducted)


def counted_exemption(law: Law, household: Household, amount: Amounts) -> Amounts:
    """Return the exemptions as far as they count for a part of the year [USD]."""
    share = household.exemption_share
    return amount if household.year_income is None else law.named(share * amount, "exemptions that count")


def counted_deduction(law: Law, household: Household, amount: Amounts) -> Amounts:
    """Return the standard deduction as far as it counts for a part of the year [USD]."""
    share = household.deduction_share
    return amount if household.year_income is None else law.named(share * amount, "deduction that counts")


def general_tax(law: Law, household: Household) -> FloatArray:
    """Bracket tax on wages less standard deduction and exemptions."""
    return law.income_tax(taxable_income(law, household))
