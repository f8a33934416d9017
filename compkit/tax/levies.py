"""Payroll taxes of states and cities on employees: disability, paid leave, unemployment."""

from __future__ import annotations

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.finances import total
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import Law


def levies_by_name(law: Law, household: Household) -> dict[str, FloatArray]:
    """Payroll taxes of a jurisdiction on employees by name, summed over earners [USD]."""
    found = {}
    for levy in law.levies:
        rate, most = law.value(levy, "rate"), law.value_or(levy, "wage_cap", np.inf)
        each = (rate * np.minimum(wages, most) for wages in household.payroll)
        found[levy] = total(tuple(np.minimum(rated, law.value_or(levy, "annual_cap", np.inf)) for rated in each))
    return found


def social_security_tax(federal: Law, wages: FloatArray) -> FloatArray:
    """Social Security of one earner with one employer [USD]."""
    return federal.value("social_security", "rate") * np.minimum(wages, federal.value("social_security", "wage_cap"))


def fica_by_earner(federal: Law, payroll: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """Social Security and Medicare without the additional Medicare tax, by earner [USD]."""
    rate = federal.value("medicare", "rate")
    return tuple(social_security_tax(federal, wages) + rate * wages for wages in payroll)
