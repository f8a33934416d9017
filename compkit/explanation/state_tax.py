"""State and city income tax on wages as nodes: the general rule, and those that tax something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from compkit.explanation.derivation import Derivation, defined, made
from compkit.explanation.special_taxes import california, connecticut, new_york, new_york_city
from compkit.explanation.tax_rows import TaxRows
from compkit.tax import Household, income_tax

TAXABLE = "taxable income"


def state_income_tax(
    rows: TaxRows, wages: Derivation, fica: Derivation, state: TaxRows, salt_cap: Derivation | None
) -> Derivation:
    """Return a state's or city's income tax on a year's wages [USD].

    Parameters
    ----------
    rows : TaxRows
        Of the jurisdiction.
    wages, fica : Derivation
        The year's wages, and Social Security and Medicare paid on them.
    state : TaxRows
        Of the state of residence, whose taxable income a city may tax.
    salt_cap : Derivation or None
        The cap on state and local tax where the federal return itemizes it.
    """
    law, facts = rows.law, rows.law.tables.jurisdictions[rows.law.jurisdiction]
    name = f"income tax of {rows.name}, {law.year}"
    if not facts["has_wage_income_tax"]:
        return rows.no_income_tax(name)
    amounts = np.array([wages.value])
    cap = None if salt_cap is None else np.array([salt_cap.value])
    value = float(income_tax(law, Household(amounts, 1, np.array([fica.value]), cap))[0])
    rule = str(facts["rule"])
    is_itemizing = salt_cap is not None and law.follows_federal_choice
    if salt_cap is not None and rule == "georgia":
        return _georgia_itemizing(rows, wages, salt_cap, name, value)
    if rule == "connecticut":
        return connecticut(rows, wages, name, value)
    if rule == "nyc_school_credits":
        return new_york_city(rows, state, wages, _general(state, wages, fica), name, value)
    taxed = (_itemizing if is_itemizing else _TAXABLE.get(rule, _general))(rows, wages, fica)
    if rule == "california":
        return california(rows, wages, taxed, name, value)
    if rule == "new_york_recapture":
        return new_york(rows, wages, taxed, name, value)
    return rows.income_tax(taxed, name, value)


def _known(rows: TaxRows, *named: tuple[str, str]) -> list[Derivation]:
    """Return those of some income-tax parameters that the law has."""
    found = (rows.parameter("income", parameter, words) for parameter, words in named)
    return [node for node in found if node is not None]


def _general(rows: TaxRows, wages: Derivation, _fica: Derivation) -> Derivation:
    """Return wages less standard deduction and exemption."""
    deducted = _known(rows, ("standard_deduction", "standard deduction"), ("exemption", "exemption"))
    return made("above", f"{TAXABLE} in {rows.name}", [wages, *deducted]) if deducted else wages


def _itemizing(rows: TaxRows, wages: Derivation, _fica: Derivation) -> Derivation:
    """Return wages less exemption, for who must itemize as on the federal return."""
    exemption = _known(rows, ("exemption", "exemption"))
    note = "nothing else is deducted: state income tax, which the federal return itemizes, is added back"
    return made("above", f"{TAXABLE} in {rows.name}", [wages, *exemption], note=note)


def _georgia_itemizing(rows: TaxRows, wages: Derivation, salt_cap: Derivation, name: str, value: float) -> Derivation:
    """Return Georgia's tax of who itemizes: it is deducted itself, up to the cap, and there is a credit."""
    rate = rows.top_rate
    credit = rows.needed("income", "itemizer_credit", "credit for those who itemize")
    growth = made("sum", "one and the rate", [defined("one", 1.0, "fraction"), rate], "fraction")
    credited = made("difference", "tax on all wages after the credit",
                    [made("product", "rate of all wages", [rate, wages]), credit])  # fmt: skip
    whole = made("quotient", "tax where it is deducted whole", [credited, growth])
    above = made("difference", "wages less the capped deduction", [wages, salt_cap])
    capped = made("difference", "tax where the cap holds",
                  [made("product", "tax before the credit", [rate, above]), credit])  # fmt: skip
    return made("maximum", name, [whole, capped, defined("no tax below zero", 0.0, "USD")], value=value)


def _massachusetts(rows: TaxRows, wages: Derivation, fica: Derivation) -> Derivation:
    cap = rows.needed("income", "fica_deduction_cap", "most that may be deducted of them")
    paid = made("minimum", "Social Security and Medicare paid, as far as deductible", [fica, cap])
    deducted = _known(rows, ("standard_deduction", "standard deduction"), ("exemption", "exemption"))
    return made("above", f"{TAXABLE} in {rows.name}", [wages, paid, *deducted])


def _illinois(rows: TaxRows, wages: Derivation, _fica: Derivation) -> Derivation:
    limit = rows.needed("income", "exemption_income_limit", "income from which on there is no exemption")
    name = f"{TAXABLE} in {rows.name}"
    if wages.value <= limit.value:
        return made("above", name, [wages, rows.needed("income", "exemption", "exemption")])
    note = f"there is no exemption above ${limit.value:,.0f}"
    return Derivation(name, wages.value, "USD", "same", (wages,), limit.origin, note)


def _colorado(rows: TaxRows, wages: Derivation, _fica: Derivation) -> Derivation:
    deduction = rows.needed("income", "standard_deduction", "standard deduction")
    start = rows.needed("income", "deduction_limit_agi_threshold", "income from which on the deduction is limited")
    if wages.value >= start.value:
        limit = rows.needed("income", "deduction_limit", "limit of the deduction from that income on")
        note = f"limited from ${start.value:,.0f} of income on"
        deduction = made("minimum", "deduction, limited", [deduction, limit], note=note)
    return made("above", f"{TAXABLE} in {rows.name}", [wages, deduction])


def _minnesota(rows: TaxRows, wages: Derivation, _fica: Derivation) -> Derivation:
    def of(name: str, words: str, unit: str = "USD") -> Derivation:
        return rows.needed("income", name, words, unit)

    deduction = of("standard_deduction", "standard deduction")
    share = of("deduction_reduction_cap_share", "part of it that can be lost at most", "fraction")
    most = made("product", "most that can be lost of it", [share, deduction])
    flat_above = of("deduction_reduction_flat_above", "income above which that much is lost")
    lost = most
    if wages.value <= flat_above.value:
        low = of("deduction_reduction_threshold_low", "income from which on it shrinks")
        high = of("deduction_reduction_threshold_high", "income from which on it shrinks faster")
        width = made("difference", "width of the first range", [high, low])
        first = made("minimum", "income in the first range", [made("above", "income above its start", [wages, low]),
                                                               width])  # fmt: skip
        slow = made("product", "lost in the first range",
                    [of("deduction_reduction_rate_low", "rate there", "fraction"), first])  # fmt: skip
        above = made("above", "income in the second range", [wages, high])
        fast = made("product", "lost in the second range",
                    [of("deduction_reduction_rate_high", "rate there", "fraction"), above])  # fmt: skip
        lost = made("minimum", "lost of the deduction", [made("sum", "lost by income", [slow, fast]), most])
    kept = made("difference", "deduction that is left", [deduction, lost])
    return made("above", f"{TAXABLE} in {rows.name}", [wages, kept])


_TAXABLE: Mapping[str, Callable[[TaxRows, Derivation, Derivation], Derivation]] = {
    "massachusetts_fica": _massachusetts,
    "income_limit_exemption": _illinois,
    "colorado_addback": _colorado,
    "minnesota_deduction": _minnesota,
}
"""Rules that differ from the general one in what is taxed, by the name in tax_jurisdictions.csv."""
