"""State and city income tax on wages as nodes: the general rule, those of some states, and the rest by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from compkit.explanation.derivation import Derivation, made
from compkit.explanation.operations import RULE
from compkit.explanation.tax_rows import ReadLaw, TaxRows
from compkit.tables import Tables
from compkit.tax.rules import Household, income_tax
from compkit.tax.schedules import Law

TAXABLE = "taxable income"


def state_income_tax(rows: TaxRows, wages: Derivation, fica: Derivation, read: ReadLaw, tables: Tables) -> Derivation:
    """Return a state's or city's income tax on a year's wages [USD].

    Parameters
    ----------
    rows : TaxRows
        Of the jurisdiction.
    wages, fica : Derivation
        The year's wages, and Social Security and Medicare paid on them.
    read : ReadLaw
        For rules that are shown by what they read.
    tables : Tables
    """
    law, facts = rows.law, rows.law.tables.jurisdictions[rows.law.jurisdiction]
    name = f"income tax of {rows.name}, {law.year}"
    if not facts["has_wage_income_tax"]:
        return rows.no_income_tax(name)
    amounts = np.array([wages.value])
    value = float(income_tax(law, Household(amounts, 1, np.array([fica.value])))[0])
    rule = str(facts["rule"])
    if rule in _BY_METHOD:
        return _by_rule(rows, wages, fica, name, value, read, tables)
    taxed = _TAXABLE.get(rule, _general)(rows, wages, fica)
    if rule == "california":
        return _california(rows, wages, taxed, name, value)
    return rows.income_tax(taxed, name, value)


def by_rule(law: Law, wages: float, fica: float) -> float:
    """Return a state's or city's income tax as its rule gives it [USD]."""
    return float(income_tax(law, Household(np.array([wages]), 1, np.array([fica])))[0])


def _known(rows: TaxRows, *named: tuple[str, str]) -> list[Derivation]:
    """Return those of some income-tax parameters that the law has."""
    found = (rows.parameter("income", parameter, words) for parameter, words in named)
    return [node for node in found if node is not None]


def _general(rows: TaxRows, wages: Derivation, _fica: Derivation) -> Derivation:
    """Return wages less standard deduction and exemption."""
    deducted = _known(rows, ("standard_deduction", "standard deduction"), ("exemption", "exemption"))
    return made("above", f"{TAXABLE} in {rows.name}", [wages, *deducted]) if deducted else wages


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
    if wages.value > start.value:
        limit = rows.needed("income", "deduction_limit", "limit of the deduction above that income")
        note = f"limited above ${start.value:,.0f} of income"
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


def _california(rows: TaxRows, wages: Derivation, taxed: Derivation, name: str, value: float) -> Derivation:
    """Return the tax less the exemption credit, which falls in steps, and with the surtax."""

    def of(parameter: str, words: str, unit: str = "USD") -> Derivation:
        return rows.needed("income", parameter, words, unit)

    steps = made("steps", "steps of income, each begun one counted",
                 [wages, of("exemption_credit_reduction_threshold", "income from which on the credit falls"),
                  of("exemption_credit_reduction_step", "size of a step")], "steps")  # fmt: skip
    lost = made("product", "lost of the credit",
                [steps, of("exemption_credit_reduction_per_step", "lost in each step")])  # fmt: skip
    credit = made("above", "exemption credit", [of("exemption_credit", "full exemption credit"), lost])
    after = made("above", "tax after the credit", [rows.income_tax(taxed, "tax by the brackets"), credit])
    surtaxed = made("above", "income above the start of the surtax",
                    [taxed, of("surtax_threshold", "start of the surtax")])  # fmt: skip
    surtax = made("product", "surtax", [of("surtax_rate", "rate of the surtax", "fraction"), surtaxed])
    return made("sum", name, [after, surtax], value=value)


def _by_rule(
    rows: TaxRows, wages: Derivation, fica: Derivation, name: str, value: float, read: ReadLaw, tables: Tables
) -> Derivation:
    """Return a tax that a rule of its own gives, with the figures that the rule reads as its inputs."""
    law, known = rows.law, read.jurisdictions
    read.forget()
    by_rule(read.law(law.jurisdiction, law.year, law.status), wages.value, fica.value)
    parts = [wages]
    codes = dict.fromkeys([law.jurisdiction, *(code for code, _, _ in read.parameters_read)])
    parameters, brackets = list(read.parameters_read), set(read.brackets_read)
    for code in codes:
        own = rows if code == law.jurisdiction else TaxRows(read.law(code, law.year, law.status), tables)
        read_here = [(tax, parameter) for where, tax, parameter in parameters if where == code]
        parts += own.read(read_here, code in brackets)
    note = f"by the rule of {known[law.jurisdiction]['name']}, which is more than brackets; these are its figures"
    arguments = {"jurisdiction": law.jurisdiction, "year": str(law.year), "filing_status": law.status}
    return Derivation(name, value, "USD", RULE, tuple(parts), note=note, arguments=arguments)


_TAXABLE: Mapping[str, Callable[[TaxRows, Derivation, Derivation], Derivation]] = {
    "massachusetts_fica": _massachusetts,
    "income_limit_exemption": _illinois,
    "colorado_addback": _colorado,
    "minnesota_deduction": _minnesota,
}
"""Rules that differ from the general one in what is taxed, by the name in tax_jurisdictions.csv."""

_BY_METHOD = frozenset({"new_york_recapture", "nyc_school_credits", "connecticut"})
