"""Income tax of states that build on the federal return: on what it itemizes, or on its tax."""

from __future__ import annotations

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.federal import itemized_deduction
from compkit.tax.finances import Amounts
from compkit.tax.general_rule import counted_deduction, counted_exemption, general_tax
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import Law
from compkit.tax.state_deductions import (
    allowed_gifts,
    deduction,
    deduction_in_missouri,
    gifts_besides,
    itemized_as_federal,
    tax_cap,
)

_HALF_UP = 1e-9
"""Added to a share, so that a half is rounded up."""


def colorado(law: Law, household: Household) -> FloatArray:
    """Tax on federal taxable income, with a limited deduction from a certain income.

    The state's own tax is added back, as far as itemized deductions are above the standard one.
    """
    counted: Amounts = law.value("income", "standard_deduction")
    if household.salt_cap is not None and household.has_deductions:
        others = household.itemized + household.property_tax + household.levies
        paid = household.property_tax + household.levies + law.flat_rate * (household.wages - others)
        capped = itemized_as_federal(law, household)
        counted = np.maximum(counted, np.where(paid > household.salt_cap, capped, others))
    limited = np.minimum(counted, law.value("income", "deduction_limit"))
    is_limited = household.wages >= law.value("income", "deduction_limit_agi_threshold")
    left = household.wages - gifts_besides(law, household) if household.salt_cap is None else household.wages
    return law.income_tax(np.maximum(0.0, left - np.where(is_limited, limited, counted)))


def _less_itself(rate: float, income: FloatArray, home: Amounts, cap: Amounts, credit: float = 0.0) -> FloatArray:
    """Flat tax t that is deducted, too: t = rate x (income - min(home + t, cap)) - credit."""
    uncapped = (rate * (income - home) - credit) / (1.0 + rate)
    return np.maximum(0.0, np.maximum(uncapped, rate * (income - cap) - credit))


def georgia(law: Law, household: Household) -> FloatArray:
    """Flat tax; households that itemize have a credit, and deduct the tax itself up to the federal cap."""
    if household.salt_cap is None:
        return general_tax(law, household)
    # The federal limit comes beyond the cap.
    capped = itemized_deduction(law.federal, household.wages, household.salt_cap, household.itemized)
    income, credit = household.wages - household.itemized, law.value("income", "itemizer_credit")
    return _less_itself(law.flat_rate, income, household.property_tax, capped - household.itemized, credit)


def arizona(law: Law, household: Household) -> FloatArray:
    """Flat tax with the standard deduction and part of the gifts, or with what is itemized, the tax itself among it."""
    gifts = gifts_besides(law, household) if household.has_deductions else 0.0
    standard = counted_deduction(law, household, law.value("income", "standard_deduction") + gifts)
    tax = law.income_tax(np.maximum(0.0, household.wages - standard))
    if not household.has_deductions:
        return tax
    besides = household.mortgage_interest + allowed_gifts(law, household)
    capped = itemized_deduction(law.federal, household.agi, tax_cap(law, household), besides)
    income = household.wages - besides
    return np.minimum(tax, _less_itself(law.flat_rate, income, household.property_tax, capped - besides))


def _federal_tax(law: Law, household: Household) -> FloatArray:
    """Federal income tax of the whole year after the credits for children [USD]."""
    taxable = np.maximum(0.0, household.whole - household.federal_deduction)
    return np.maximum(0.0, law.federal.income_tax(taxable) - household.credits)


def missouri(law: Law, household: Household) -> FloatArray:
    """Tax of each spouse on a part of the income, less some of the federal tax: forms MO-1040 and MO-A.

    The part is that of the spouse's wages in those of both, in whole percent.
    """
    share = law.amount_above("income", "federal_tax_share_above", household.wages)
    part = np.minimum(law.value("income", "federal_tax_deduction_cap"), share * _federal_tax(law, household))
    deducted = part + law.value_or("income", "exemption", 0.0) + deduction_in_missouri(law, household)
    taxable = np.maximum(0.0, household.wages - deducted)
    if household.n_earners == 1:
        return law.income_tax(taxable)
    own, spouse = household.shares
    larger = np.round(np.maximum(own, spouse) + _HALF_UP, 2)
    return law.income_tax(taxable * larger) + law.income_tax(taxable * (1.0 - larger))


def oregon_taxable(law: Law, household: Household) -> FloatArray:
    """Wages less federal income tax, of which less counts from each step of income, and the deduction."""
    limit = law.amount_above("income", "federal_tax_subtraction_from", household.whole, is_from=True)
    subtracted = counted_deduction(law, household, np.minimum(_federal_tax(law, household), limit))
    deducted = counted_deduction(law, household, deduction(law, household))
    return np.maximum(0.0, household.wages - subtracted - deducted)


def oregon(law: Law, household: Household) -> FloatArray:
    """Tax less the exemption credit, which ends above an income."""
    keeps = household.wages <= law.value("income", "exemption_credit_income_limit")
    credit = np.where(keeps, law.value("income", "exemption_credit"), 0.0)
    return np.maximum(0.0, law.income_tax(oregon_taxable(law, household)) - credit)


def maryland_taxable(law: Law, household: Household) -> FloatArray:
    """Wages less the subtraction for two earners, exemptions by income, and the deduction."""
    income = household.wages
    if household.n_earners > 1 and law.status == "married_joint":
        lesser = np.minimum(*household.earned)
        income = income - np.minimum(law.value("income", "two_income_subtraction_cap"), lesser)
    share = law.value("income", "standard_deduction_income_share")
    counted = np.minimum(law.value("income", "standard_deduction"), share * income)
    if household.salt_cap is not None and household.has_deductions:
        counted = np.maximum(counted, itemized_as_federal(law, household))
    left = income - counted_deduction(law, household, counted)
    exempt = law.amount_above("income", "exemption_above", household.whole)
    return np.maximum(0.0, left - counted_exemption(law, household, exempt))


def utah(law: Law, household: Household) -> FloatArray:
    """Tax less the taxpayer credit, a share of the federal deduction that falls as income grows: form TC-40."""
    income = household.wages
    itemizes = household.salt_cap is not None
    counted = itemized_as_federal(law, household) if itemizes else law.federal.value("income", "standard_deduction")
    above = np.maximum(0.0, income - law.value("income", "credit_reduction_start"))
    lost = law.value("income", "credit_reduction_rate") * above
    credit = np.maximum(0.0, law.value("income", "taxpayer_credit_rate") * counted - lost)
    return np.maximum(0.0, law.income_tax(income) - credit)
