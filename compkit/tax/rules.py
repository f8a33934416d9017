"""State and city income tax on wages: a general rule, and named rules for laws that need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.schedules import Law


@dataclass(frozen=True, slots=True)
class Household:
    """Wages of households and other inputs of the rules.

    Parameters
    ----------
    wages : ndarray, shape (n,)
        Wages, which are also adjusted gross income [USD a year].
    n_earners : int
        1, or 2 with equal wages.
    fica : ndarray, shape (n,)
        Social Security and Medicare without the additional Medicare tax [USD].
    salt_cap : ndarray, shape (n,), optional
        Cap on state and local tax if the federal return itemizes [USD]; None with the standard deduction.
    payroll_tax : ndarray or float
        Social Security and all Medicare, if the federal return itemizes [USD].
    local_tax : ndarray or float
        Income tax of the city [USD]; known to the state's rule.
    """

    wages: FloatArray
    n_earners: int
    fica: FloatArray
    salt_cap: FloatArray | None = None
    payroll_tax: FloatArray | float = 0.0
    local_tax: FloatArray | float = 0.0


Rule = Callable[[Law, Household], FloatArray]


def _taxable(law: Law, household: Household) -> FloatArray:
    """Wages less exemption and standard deduction.

    Households that must itemize because they do federally deduct nothing: state and local tax is added back.
    """
    deducted = law.value_or("income", "exemption", 0.0)
    if household.salt_cap is None or not law.follows_federal_choice:
        deducted += law.value_or("income", "standard_deduction", 0.0)
    return np.maximum(0.0, household.wages - deducted)


def _steps_above(income: FloatArray, start: float, step: float) -> FloatArray:
    """Count steps of income above a start, rounded up."""
    return np.ceil(np.maximum(0.0, income - start) / step)


def _general(law: Law, household: Household) -> FloatArray:
    """Bracket tax on wages less standard deduction and exemptions."""
    return law.income_tax(_taxable(law, household))


def _california(law: Law, household: Household) -> FloatArray:
    """Tax less the exemption credit, which falls in steps, plus 1 % of taxable income above $1M."""
    taxable = _taxable(law, household)
    start, step = (law.value("income", f"exemption_credit_reduction_{part}") for part in ("threshold", "step"))
    n_steps = _steps_above(household.wages, start, step)
    lost = n_steps * law.value("income", "exemption_credit_reduction_per_step")
    credit = np.maximum(0.0, law.value("income", "exemption_credit") - lost)
    surtaxed = np.maximum(0.0, taxable - law.value("income", "surtax_threshold"))
    return np.maximum(0.0, law.income_tax(taxable) - credit) + law.value("income", "surtax_rate") * surtaxed


def _new_york(law: Law, household: Household) -> FloatArray:
    """Tax with recapture of the benefit of lower brackets: the worksheets of form IT-201."""
    income = household.wages
    taxable = _taxable(law, household)
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
    income = household.wages
    taxable = _taxable(state, household)
    credit = "school_tax_credit"
    low_part = np.minimum(taxable, law.value(credit, "rate_reduction_break"))
    reduction = law.value(credit, "rate_reduction_rate_low") * low_part
    reduction += law.value(credit, "rate_reduction_rate_high") * (taxable - low_part)
    has_reduction = (income <= law.value(credit, "rate_reduction_income_limit")) & (
        taxable <= law.value(credit, "rate_reduction_taxable_income_limit")
    )
    fixed = np.where(income <= law.value(credit, "fixed_income_limit"), law.value(credit, "fixed_amount"), 0.0)
    return np.maximum(0.0, law.income_tax(taxable) - np.where(has_reduction, reduction, 0.0) - fixed)


def _massachusetts(law: Law, household: Household) -> FloatArray:
    """Tax after a deduction for Social Security and Medicare, capped by earner."""
    paid = household.fica / household.n_earners
    deducted = household.n_earners * np.minimum(paid, law.value("income", "fica_deduction_cap"))
    return law.income_tax(_taxable(law, replace(household, wages=household.wages - deducted)))


def _income_limit_exemption(law: Law, household: Household) -> FloatArray:
    """Tax with an exemption that ends above an income."""
    keeps = household.wages <= law.value("income", "exemption_income_limit")
    exempt = np.where(keeps, law.value("income", "exemption"), 0.0)
    return law.income_tax(np.maximum(0.0, household.wages - exempt))


def _colorado(law: Law, household: Household) -> FloatArray:
    """Tax on federal taxable income, with a limited deduction from a certain income.

    Itemizing changes nothing: the excess over the standard deduction is the state's own tax, which is added back.
    """
    deduction = law.value("income", "standard_deduction")
    limited = np.minimum(deduction, law.value("income", "deduction_limit"))
    is_limited = household.wages >= law.value("income", "deduction_limit_agi_threshold")
    return law.income_tax(np.maximum(0.0, household.wages - np.where(is_limited, limited, deduction)))


def _georgia(law: Law, household: Household) -> FloatArray:
    """Flat tax; households that itemize have a credit, and deduct the tax itself up to the federal cap."""
    if household.salt_cap is None:
        return _general(law, household)
    rate, credit = law.flat_rate, law.value("income", "itemizer_credit")
    # The tax solves t = rate x (wages - min(t, cap)) - credit.
    uncapped = (rate * household.wages - credit) / (1.0 + rate)
    return np.maximum(0.0, np.maximum(uncapped, rate * (household.wages - household.salt_cap) - credit))


def _virginia(law: Law, household: Household) -> FloatArray:
    """Tax less the adjustment that lets two earners use the lower brackets twice.

    If both reach the top bracket, the form prints the adjustment, 1.50 USD above the brackets' result.
    """
    taxable = _taxable(law, household)
    tax = law.income_tax(taxable)
    printed = law.value_or("income", "two_earner_credit", 0.0)
    if household.n_earners == 1 or not printed:
        return tax
    by_brackets = tax - 2 * law.income_tax(taxable / 2)
    return tax - np.where(taxable / 2 > law.top_bracket_start, printed, by_brackets)


def _minnesota(law: Law, household: Household) -> FloatArray:
    """Tax with a standard deduction that shrinks with income, less the marriage credit."""
    income = household.wages
    low, high = (law.value("income", f"deduction_reduction_threshold_{end}") for end in ("low", "high"))
    lost = law.value("income", "deduction_reduction_rate_low") * np.clip(income - low, 0.0, high - low)
    lost += law.value("income", "deduction_reduction_rate_high") * np.maximum(0.0, income - high)
    deduction = law.value("income", "standard_deduction")
    most = law.value("income", "deduction_reduction_cap_share") * deduction
    lost = np.where(income > law.value("income", "deduction_reduction_flat_above"), most, np.minimum(lost, most))
    taxable = np.maximum(0.0, income - (deduction - lost))
    tax = law.income_tax(taxable)
    if household.n_earners == 1 or law.status != "married_joint":
        return tax
    # Minn. Stat. 290.0675, Schedule M1MA: no more than two single filers pay, one with the lesser
    # earner's wages less half of the standard deduction, the other with the rest of the taxable income.
    alone = law.tables.law(law.jurisdiction, law.year, "single")
    lesser = np.maximum(0.0, income / household.n_earners - deduction / 2)
    apart = alone.income_tax(lesser) + alone.income_tax(np.maximum(0.0, taxable - lesser))
    return np.minimum(tax, apart)


def _connecticut(law: Law, household: Household) -> FloatArray:
    """Tax with recapture of the benefit of lower rates in steps, less the personal credit: form CT-1040 TCS."""
    income = household.wages
    start, step = (law.value("income", f"exemption_reduction_{part}") for part in ("start", "step"))
    exempt = np.maximum(0.0, law.value("income", "exemption") - step * _steps_above(income, start, step))
    tax = law.income_tax(np.maximum(0.0, income - exempt))
    for benefit in ("add_back", "recapture_low", "recapture_middle", "recapture_high"):
        start, step, amount, most = (
            law.value("income", f"{benefit}_{part}") for part in ("start", "step", "amount", "max")
        )
        tax = tax + np.minimum(most, amount * _steps_above(income, start, step))
    return tax * (1.0 - law.amount_above("income", "personal_credit_rate_above", income))


def _missouri(law: Law, household: Household) -> FloatArray:
    """Tax of each spouse on an equal part of the income, less some of the federal tax: forms MO-1040 and MO-A.

    If the federal return itemizes, the state's may deduct payroll taxes and the city's tax, but not the state's own.
    """
    income, federal = household.wages, law.tables.law("US", law.year, law.status)
    share = law.amount_above("income", "federal_tax_share_above", income)
    paid = federal.income_tax(np.maximum(0.0, income - federal.value("income", "standard_deduction")))
    part = np.minimum(law.value("income", "federal_tax_deduction_cap"), share * paid)

    def tax(deduction: FloatArray | float) -> FloatArray:
        taxable = np.maximum(0.0, income - part - law.value_or("income", "exemption", 0.0) - deduction)
        return household.n_earners * law.income_tax(taxable / household.n_earners)

    standard = law.value("income", "standard_deduction")
    if household.salt_cap is None:
        return tax(standard)
    payroll, local, cap = household.payroll_tax, household.local_tax, household.salt_cap
    owed = tax(np.maximum(standard, payroll + local))
    for _ in range(2):  # above the cap, the city's part of what is deducted depends on the state's tax: a few cents
        both = owed + local
        owed = tax(np.maximum(standard, payroll + np.where(both > cap, local * (cap / both), local)))
    return owed


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
    return tax - np.where(has_benefits, credit, 0.0)


def _oregon_taxable(law: Law, household: Household) -> FloatArray:
    """Wages less federal income tax, of which less counts from each step of income, and the standard deduction.

    The tax is the one with the federal standard deduction: who gains by itemizing has more than can be subtracted.
    """
    federal, wages = law.tables.law("US", law.year, law.status), household.wages
    owed = federal.income_tax(np.maximum(0.0, wages - federal.value("income", "standard_deduction")))
    limit = law.amount_above("income", "federal_tax_subtraction_from", wages, is_from=True)
    left = wages - np.minimum(owed, limit)
    return np.maximum(0.0, left - law.value("income", "standard_deduction"))


def _oregon(law: Law, household: Household) -> FloatArray:
    """Tax less the exemption credit, which ends above an income."""
    keeps = household.wages <= law.value("income", "exemption_credit_income_limit")
    credit = np.where(keeps, law.value("income", "exemption_credit"), 0.0)
    return np.maximum(0.0, law.income_tax(_oregon_taxable(law, household)) - credit)


def _state_taxable_income(law: Law, household: Household) -> FloatArray:
    """Local tax on the taxable income of the state."""
    state = law.tables.law(law.jurisdiction.partition("-")[0], law.year, law.status)
    return law.income_tax(_TAXABLE_INCOMES[state.jurisdiction](state, household))


_TAXABLE_INCOMES: Mapping[str, Rule] = {"OR": _oregon_taxable}

RULES: Mapping[str | None, Rule] = {
    None: _general,
    "california": _california,
    "new_york_recapture": _new_york,
    "nyc_school_credits": _new_york_city,
    "massachusetts_fica": _massachusetts,
    "income_limit_exemption": _income_limit_exemption,
    "colorado_addback": _colorado,
    "georgia": _georgia,
    "two_earner_credit": _virginia,
    "minnesota_deduction": _minnesota,
    "connecticut": _connecticut,
    "missouri": _missouri,
    "ohio": _ohio,
    "oregon": _oregon,
    "state_taxable_income": _state_taxable_income,
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


def levies_by_name(law: Law, household: Household) -> dict[str, FloatArray]:
    """Payroll taxes of a jurisdiction on employees by name, summed over earners [USD]."""
    each = household.wages / household.n_earners
    found = {}
    for levy in law.levies:
        rated = law.value(levy, "rate") * np.minimum(each, law.value_or(levy, "wage_cap", np.inf))
        found[levy] = household.n_earners * np.minimum(rated, law.value_or(levy, "annual_cap", np.inf))
    return found
