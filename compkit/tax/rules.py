"""State and local income tax on wages: a general rule, and named rules for laws that need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.federal_rules import (
    arizona,
    colorado,
    georgia,
    maryland_taxable,
    missouri,
    oregon,
    oregon_taxable,
    utah,
)
from compkit.tax.finances import Amounts, total
from compkit.tax.general_rule import counted_exemption, general_tax, taxable_income
from compkit.tax.rule_inputs import Household
from compkit.tax.schedules import ITEMIZED, Law, steps_above
from compkit.tax.state_deductions import gifts_besides, itemized

_SHARE_DIGITS = 4
"""Decimal places of the shares on California's form for a part of the year."""

Rule = Callable[[Law, Household], FloatArray]


def _california(law: Law, household: Household) -> FloatArray:
    """Tax less the exemption credit, which falls in steps, plus 1 % of taxable income above $1M."""
    taxable = taxable_income(law, replace(household, wages=household.whole))
    start, step = (law.value("income", f"exemption_credit_reduction_{part}") for part in ("threshold", "step"))
    n_steps = steps_above(household.agi, start, step)
    lost = n_steps * law.value("income", "exemption_credit_reduction_per_step")
    credit = np.maximum(0.0, law.value("income", "exemption_credit") - lost)
    tax = law.income_tax(taxable)
    if household.year_income is not None:
        taxable, tax, credit = _californian_part(law, household, taxable, tax, credit)
    surtaxed = np.maximum(0.0, taxable - law.value("income", "surtax_threshold"))
    return np.maximum(0.0, tax - credit) + law.value("income", "surtax_rate") * surtaxed


def _californian_part(
    law: Law, household: Household, taxable: FloatArray, tax: FloatArray, credit: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Taxable income, tax and credit of a part of the year from those of all of it: form 540NR."""
    whole = household.whole
    share = law.named(household.wages / np.maximum(whole, 1.0), "part of the year's income in California")
    rate = law.named(tax / np.maximum(taxable, 1.0), "California's rate on the year's income")
    deducted = law.named(whole - taxable, "deduction from the year's income")
    left = household.wages - np.round(share, _SHARE_DIGITS) * deducted
    part = law.named(np.maximum(0.0, left), "taxable income of the part in California")
    credited = law.named(part / np.maximum(taxable, 1.0), "part of the year's taxable income in California")
    of_part = law.named(part * np.round(rate, _SHARE_DIGITS), "California's tax before the credit")
    return part, of_part, credit * np.round(credited, _SHARE_DIGITS)


def _new_york(law: Law, household: Household) -> FloatArray:
    """Tax with recapture of the benefit of lower brackets: the worksheets of form IT-201."""
    income = household.wages
    taxable = taxable_income(law, household)
    plain = law.income_tax(taxable)
    start, width = law.value("recapture", "agi_threshold"), law.value("recapture", "phase_in_width")

    def phased_in(above: float) -> FloatArray:
        return np.round(np.clip(income - above, 0.0, width) / width, 4)

    flat = plain + (law.value("recapture", "flat_rate") * taxable - plain) * phased_in(start)
    tax = np.where(income > start, flat, plain)
    incremental = law.amounts_by_threshold("recapture", "incremental")
    for threshold, base in law.amounts_by_threshold("recapture", "base").items():
        recaptured = plain + base + incremental[threshold] * phased_in(threshold)
        tax = np.where((taxable > threshold) & (income > start), recaptured, tax)
    top = law.value("recapture", "top_rate") * taxable
    return np.where(income > law.value("recapture", "top_agi_threshold"), top, tax)


def _new_york_city(law: Law, household: Household) -> FloatArray:
    """City tax on New York State taxable income, less both parts of the school tax credit."""
    state = law.tables.law("NY", law.year, law.status)
    income = household.whole
    taxable = taxable_income(state, household)
    credit = "school_tax_credit"
    low_part = np.minimum(taxable, law.value(credit, "rate_reduction_break"))
    reduction = law.value(credit, "rate_reduction_rate_low") * low_part
    reduction += law.value(credit, "rate_reduction_rate_high") * (taxable - low_part)
    has_reduction = (income <= law.value(credit, "rate_reduction_income_limit")) & (
        taxable <= law.value(credit, "rate_reduction_taxable_income_limit")
    )
    fixed = np.where(income <= law.value(credit, "fixed_income_limit"), law.value(credit, "fixed_amount"), 0.0)
    return np.maximum(
        0.0, law.income_tax(taxable) - np.where(has_reduction, reduction, 0.0) - household.deduction_share * fixed
    )


def _massachusetts(law: Law, household: Household) -> FloatArray:
    """Tax after a deduction for Social Security and Medicare, capped by earner."""
    deducted = total(tuple(np.minimum(paid, law.value("income", "fica_deduction_cap")) for paid in household.fica))
    return law.income_tax(taxable_income(law, replace(household, wages=household.wages - deducted)))


def _income_limit_exemption(law: Law, household: Household) -> FloatArray:
    """Tax with an exemption, and a credit for tax on the home, that end above an income."""
    keeps = household.whole <= law.value("income", "exemption_income_limit")
    exempt = np.where(keeps, law.value("income", "exemption"), 0.0)
    tax = law.income_tax(np.maximum(0.0, household.wages - counted_exemption(law, household, exempt)))
    if not np.any(household.property_tax):
        return tax
    credit = law.value_or(ITEMIZED, "property_tax_credit_rate", 0.0) * household.property_tax
    return np.maximum(0.0, tax - np.where(keeps, credit, 0.0))


def _virginia(law: Law, household: Household) -> FloatArray:
    """Tax less the adjustment that lets two earners use the lower brackets twice.

    If both reach the top bracket, the form prints the adjustment, 1.50 USD above the brackets' result.
    """
    taxable = taxable_income(law, household)
    tax = law.income_tax(taxable)
    printed = law.value_or("income", "two_earner_credit", 0.0)
    if household.n_earners == 1 or not printed:
        return tax
    # Worksheet of form 760: the lesser earner's wages less half of the exemptions, and no more than half of the income.
    half, top = taxable / 2, law.top_bracket_start
    lesser = (
        np.minimum(*household.earned) - counted_exemption(law, household, law.value_or("income", "exemption", 0.0)) / 2
    )
    apart = law.income_tax(np.clip(lesser, 0.0, half)) + law.income_tax(np.maximum(half, taxable - lesser))
    by_brackets = np.where(lesser > 0.0, tax - apart, 0.0)
    return tax - np.where((lesser > top) & (half > top), printed, np.minimum(by_brackets, printed))


def _minnesota(law: Law, household: Household) -> FloatArray:
    """Tax with a deduction that shrinks with income, less the marriage credit."""
    income = household.wages
    low, high = (law.value("income", f"deduction_reduction_threshold_{end}") for end in ("low", "high"))
    lost = law.value("income", "deduction_reduction_rate_low") * np.clip(income - low, 0.0, high - low)
    lost += law.value("income", "deduction_reduction_rate_high") * np.maximum(0.0, income - high)

    def left(amount: Amounts) -> Amounts:
        most = law.value("income", "deduction_reduction_cap_share") * amount
        is_most = income > law.value("income", "deduction_reduction_flat_above")
        return amount - np.where(is_most, most, np.minimum(lost, most))

    standard = law.value("income", "standard_deduction")
    counted = left(standard)
    if household.has_deductions:
        plain = law.named(counted + gifts_besides(law, household), "standard deduction with gifts")
        counted = law.named(np.maximum(plain, left(itemized(law, household))), "deduction, after reduction")
    taxable = np.maximum(0.0, income - counted)
    tax = law.income_tax(taxable)
    if household.n_earners == 1 or law.status != "married_joint":
        return tax
    # Minn. Stat. 290.0675, Schedule M1MA: no more than two single filers pay, one with the lesser
    # earner's wages less half of the standard deduction, the other with the rest of the taxable income.
    alone = law.tables.law(law.jurisdiction, law.year, "single")
    lesser = np.maximum(0.0, np.minimum(*household.earned) - standard / 2)
    apart = alone.income_tax(lesser) + alone.income_tax(np.maximum(0.0, taxable - lesser))
    return np.minimum(tax, apart)


def _connecticut(law: Law, household: Household) -> FloatArray:
    """Tax with recapture of the benefit of lower rates in steps, less the personal credit: form CT-1040 TCS."""
    income = household.wages
    start, step = (law.value("income", f"exemption_reduction_{part}") for part in ("start", "step"))
    exempt = np.maximum(0.0, law.value("income", "exemption") - step * steps_above(income, start, step))
    tax = law.income_tax(np.maximum(0.0, income - exempt))
    for benefit in ("add_back", "recapture_low", "recapture_middle", "recapture_high"):
        start, step, amount, most = (
            law.value("income", f"{benefit}_{part}") for part in ("start", "step", "amount", "max")
        )
        tax = tax + np.minimum(most, amount * steps_above(income, start, step))
    return tax * (1.0 - law.amount_above("income", "personal_credit_rate_above", income))


def _ohio(law: Law, household: Household) -> FloatArray:
    """Tax with exemptions by income, less exemption credit and joint filing credit: Ohio IT 1040."""
    income = household.wages
    has_benefits = income < law.value_or("income", "exemption_income_limit", np.inf)
    exempt = np.where(has_benefits, law.amount_above("income", "exemption_above", income), 0.0)
    taxable = np.maximum(0.0, income - exempt)
    # Published schedules print the amount due above the first threshold; see `Law.schedule`.
    first = law.schedule[0][1]
    tax = law.income_tax(taxable) + np.where(taxable > first, law.value_or("income", "base_amount", 0.0), 0.0)
    is_small = taxable < law.value("income", "exemption_credit_income_limit")
    tax = np.maximum(0.0, tax - np.where(is_small, law.value("income", "exemption_credit"), 0.0))
    if household.n_earners == 1 or law.status != "married_joint":
        return tax
    share = law.amount_above("income", "joint_credit_rate_above", taxable)
    credit = np.minimum(law.value("income", "joint_credit_cap"), share * tax)
    both_earn = np.minimum(*household.earned) >= law.value_or("income", "joint_credit_lowest_income", 0.0)
    return tax - np.where(has_benefits & both_earn, credit, 0.0)


def _state_taxable_income(law: Law, household: Household) -> FloatArray:
    """Tax of a state, or one of its counties or districts, on the taxable income by the state's law."""
    state = law.tables.law(law.jurisdiction.partition("-")[0], law.year, law.status)
    return law.income_tax(_TAXABLE_INCOMES[state.jurisdiction](state, household))


_TAXABLE_INCOMES: Mapping[str, Rule] = {"MD": maryland_taxable, "OR": oregon_taxable}


def _wisconsin(law: Law, household: Household) -> FloatArray:
    """Tax with a standard deduction that falls with income, less credits for couples, home and gifts: form 1."""
    income = household.wages
    above = np.maximum(0.0, income - law.value("income", "standard_deduction_reduction_start"))
    stems = ["standard_deduction"]
    if law.status == "head_of_household":
        stems.append("single_standard_deduction")  # a head of household has no less than single people
    left = [law.value("income", stem) - law.value("income", f"{stem}_reduction_rate") * above for stem in stems]
    counted = np.maximum(0.0, left[0] if len(left) == 1 else np.maximum(*left))
    tax = law.income_tax(np.maximum(0.0, income - counted - law.value("income", "exemption")))
    if household.has_deductions:
        above = law.named(np.maximum(0.0, itemized(law, household) - counted), "itemized above the standard deduction")
        home = law.value(ITEMIZED, "property_tax_credit_rate") * household.property_tax
        home = np.minimum(home, law.value(ITEMIZED, "property_tax_credit_cap"))
        tax = np.maximum(0.0, tax - law.value(ITEMIZED, "itemized_credit_rate") * above - home)
    if household.n_earners == 1 or law.status != "married_joint":
        return tax
    lesser = np.minimum(law.value("income", "married_couple_credit_income"), np.minimum(*household.earned))
    return np.maximum(0.0, tax - law.value("income", "married_couple_credit_rate") * lesser)


RULES: Mapping[str | None, Rule] = {
    None: general_tax,
    "california": _california,
    "new_york_recapture": _new_york,
    "nyc_school_credits": _new_york_city,
    "massachusetts_fica": _massachusetts,
    "income_limit_exemption": _income_limit_exemption,
    "colorado_addback": colorado,
    "georgia": georgia,
    "arizona": arizona,
    "two_earner_credit": _virginia,
    "minnesota_deduction": _minnesota,
    "connecticut": _connecticut,
    "missouri": missouri,
    "ohio": _ohio,
    "oregon": oregon,
    "state_taxable_income": _state_taxable_income,
    "utah": utah,
    "wisconsin": _wisconsin,
}
"""Rules by their name in tax_jurisdictions.csv; None is the general rule."""


def income_tax(law: Law, household: Household) -> FloatArray:
    """Income tax of a state or city on wages; 0 if it has none [USD]."""
    facts = law.tables.jurisdictions[law.jurisdiction]
    if not facts["has_wage_income_tax"]:
        return _washington_2028(law, household)
    name = facts["rule"]
    return law.as_income_tax(RULES[name if isinstance(name, str) else None](law, household))


def _washington_2028(law: Law, household: Household) -> FloatArray:
    """Washington's tax on wages above 1,000,000 from 2028, if requested; 0 before 2028 and elsewhere."""
    rate = law.value_or("millionaires_tax", "rate", 0.0)
    if not (rate and law.tables.counts_washington_2028):
        return np.zeros_like(household.wages)
    return rate * np.maximum(0.0, household.wages - law.value("millionaires_tax", "threshold"))
