"""Payroll taxes of states and cities on employees: disability, paid leave, unemployment."""

from __future__ import annotations

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.finances import total
from compkit.tax.rules import Household
from compkit.tax.schedules import Law


def levies_by_name(law: Law, household: Household) -> dict[str, FloatArray]:
    """Payroll taxes of a jurisdiction on employees by name, summed over earners [USD]."""
    found = {}
    for levy in law.levies:
        rate, most = law.value(levy, "rate"), law.value_or(levy, "wage_cap", np.inf)
        each = (rate * np.minimum(wages, most) for wages in household.payroll)
        found[levy] = total(tuple(np.minimum(rated, law.value_or(levy, "annual_cap", np.inf)) for rated in each))
    return found
