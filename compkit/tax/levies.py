"""Payroll taxes of states and cities on employees: disability, paid leave, unemployment."""

from __future__ import annotations

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.finances import Amounts, Income, total
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import Law
from compkit.tax.vocabulary import LEVIES


def levies_by_name(law: Law, household: Household, income: Income | None = None) -> dict[str, FloatArray]:
    """Payroll taxes of a jurisdiction on employees by name, summed over earners [USD].

    Parameters
    ----------
    law : Law
    household : Household
    income : Income, optional
        What the first earner, or earners of equal wages, pay before tax; None for a spouse alone, who pays nothing.
    """
    found = {}
    for levy in law.levies:
        rate, most = law.value(levy, "rate"), law.value_or(levy, "wage_cap", np.inf)
        payroll = household.payroll if income is None else _taxed_wages(law, levy, household, income)
        each = (rate * np.minimum(wages, most) for wages in payroll)
        capped = tuple(np.minimum(rated, law.value_or(levy, "annual_cap", np.inf)) for rated in each)
        has_spouse = income is not None and income.has_spouse and len(capped) > 1
        words = f"{LEVIES.get(levy, levy)} of {law.tables.jurisdictions[law.jurisdiction]['name']}"
        found[levy] = total(of_earners(law, capped, words) if has_spouse else capped)
    return found


def _taxed_wages(law: Law, levy: str, household: Household, income: Income) -> tuple[FloatArray, ...]:
    """Wages by earner as a levy takes them: not every state leaves out what Social Security does."""
    more: Amounts = 0.0
    for flag, sign, amount in (
        ("taxes_premiums", 1, income.premiums), ("taxes_hsa", 1, income.hsa),
        ("exempts_retirement_deferral", -1, income.deferral),
    ):  # fmt: skip
        if np.any(amount) and law.value_or(levy, flag, 0.0):
            more = more + sign * amount
    if not np.any(more):
        return household.payroll
    own, *others = household.payroll
    if income.has_spouse:
        return (own + more, *others)
    return tuple(wages + more / household.n_earners for wages in household.payroll)


def of_earners(law: Law, amounts: tuple[FloatArray, ...], words: str) -> tuple[FloatArray, ...]:
    """Name a tax of you and of your spouse."""
    own, other = amounts
    return law.named(own, f"your {words}"), law.named(other, f"your spouse's {words}")


def social_security_tax(federal: Law, wages: FloatArray) -> FloatArray:
    """Social Security of one earner with one employer [USD]."""
    return federal.value("social_security", "rate") * np.minimum(wages, federal.value("social_security", "wage_cap"))


def fica_by_earner(federal: Law, payroll: tuple[FloatArray, ...]) -> tuple[FloatArray, ...]:
    """Social Security and Medicare without the additional Medicare tax, by earner [USD]."""
    rate = federal.value("medicare", "rate")
    return tuple(social_security_tax(federal, wages) + rate * wages for wages in payroll)


def additional_medicare(wages: FloatArray, law: Law, threshold: str = "threshold") -> FloatArray:
    """Return the additional Medicare tax on wages above a threshold of the law [USD]."""
    above = np.maximum(0.0, wages - law.value("additional_medicare", threshold))
    return law.value("additional_medicare", "rate") * above
