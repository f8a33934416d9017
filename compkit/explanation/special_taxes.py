"""The income taxes whose law goes beyond brackets: California, New York State and City, Connecticut."""

from __future__ import annotations

from compkit.explanation.derivation import Derivation, defined, made
from compkit.explanation.tax_rows import TaxRows


def california(rows: TaxRows, wages: Derivation, taxed: Derivation, name: str, value: float) -> Derivation:
    """Return the tax less the exemption credit, which falls in steps, and with the surtax [USD]."""

    def of(parameter: str, words: str, unit: str = "USD") -> Derivation:
        return rows.needed("income", parameter, words, unit)

    steps = made(
        "steps", "steps of income, each begun one counted",
        [wages, of("exemption_credit_reduction_threshold", "income from which on the credit falls"),
         of("exemption_credit_reduction_step", "size of a step")], "steps",
    )  # fmt: skip
    lost = made(
        "product", "lost of the credit", [steps, of("exemption_credit_reduction_per_step", "lost in each step")]
    )
    credit = made("above", "exemption credit", [of("exemption_credit", "full exemption credit"), lost])
    after = made("above", "tax after the credit", [rows.income_tax(taxed, "tax by the brackets"), credit])
    surtaxed = made(
        "above", "income above the start of the surtax", [taxed, of("surtax_threshold", "start of the surtax")]
    )
    surtax = made("product", "surtax", [of("surtax_rate", "rate of the surtax", "fraction"), surtaxed])
    return made("sum", name, [after, surtax], value=value)


def new_york(rows: TaxRows, income: Derivation, taxable: Derivation, name: str, value: float) -> Derivation:
    """Return the tax with the recapture of the lower brackets' benefit [USD]."""
    start = rows.needed("recapture", "agi_threshold", "income above which the lower brackets' benefit is taken back")
    top = rows.needed("recapture", "top_agi_threshold", "income above which the top rate is taken of all")
    if income.value > top.value:
        rate = rows.needed("recapture", "top_rate", "top rate of all", "fraction")
        note = f"above ${top.value:,.0f} of income"
        return Derivation(name, value, "USD", "product", (rate, taxable), top.origin, note)
    if income.value <= start.value:
        note = f"the lower brackets' benefit is taken back only above ${start.value:,.0f}"
        plain = rows.income_tax(taxable, "tax by the brackets")
        return Derivation(name, value, "USD", "same", (plain,), start.origin, note)
    plain = rows.income_tax(taxable, "tax by the brackets")
    reached = [each for each in rows.law.amounts_by_threshold("recapture", "base") if taxable.value > each]
    if not reached:
        flat = rows.needed("recapture", "flat_rate", "flat rate in place of the lower brackets'", "fraction")
        benefit = made("difference", "lower brackets' benefit", [made("product", "flat tax", [flat, taxable]), plain])
        back = made("product", "taken back", [benefit, _phased_in(rows, income, start)])
        return made("sum", name, [plain, back], value=value)
    last = max(reached)
    base = rows.needed("recapture", f"base_{last:.0f}", f"taken back below ${last:,.0f}")
    more = rows.needed("recapture", f"incremental_{last:.0f}", f"benefit of the bracket from ${last:,.0f} on")
    above = rows.threshold("recapture", f"base_{last:.0f}", last, f"start of that bracket in {rows.name}")
    back = made("product", "taken back", [more, _phased_in(rows, income, above)])
    return made("sum", name, [plain, base, back], value=value)


def _phased_in(rows: TaxRows, income: Derivation, above: Derivation) -> Derivation:
    width = rows.needed("recapture", "phase_in_width", "income over which it is taken back")
    return made("phased_in", "part of it that is taken back", [income, above, width], "fraction")


def new_york_city(
    rows: TaxRows, state: TaxRows, income: Derivation, taxable: Derivation, name: str, value: float
) -> Derivation:
    """Return the city's tax on the state's taxable income, less the two parts of the school-tax credit [USD]."""

    def of(parameter: str, words: str, unit: str = "USD") -> Derivation:
        return rows.needed("school_tax_credit", parameter, words, unit)

    tax = rows.income_tax(taxable, f"tax by the brackets, on the taxable income of {state.name}")
    limit = of("rate_reduction_income_limit", "income up to which rates are reduced")
    taxed_limit = of("rate_reduction_taxable_income_limit", "taxable income up to which rates are reduced")
    reductions: list[Derivation] = []
    if income.value <= limit.value and taxable.value <= taxed_limit.value:
        at = of("rate_reduction_break", "income up to which the first reduction holds")
        low = made("minimum", "income up to that", [taxable, at])
        first = made("product", "first reduction", [of("rate_reduction_rate_low", "its rate", "fraction"), low])
        rest = made("difference", "income above that", [taxable, low])
        second = made("product", "second reduction", [of("rate_reduction_rate_high", "its rate", "fraction"), rest])
        reductions.append(made("sum", "reduction of the rates", [first, second]))
    fixed_limit = of("fixed_income_limit", "income up to which there is a fixed credit")
    if income.value <= fixed_limit.value:
        reductions.append(of("fixed_amount", "fixed credit"))
    if reductions:
        return made("above", name, [tax, *reductions], value=value)
    note = f"no school-tax credit above ${fixed_limit.value:,.0f} of income"
    return Derivation(name, value, "USD", "same", (tax,), fixed_limit.origin, note)


def connecticut(rows: TaxRows, income: Derivation, name: str, value: float) -> Derivation:
    """Return the tax with the lower rates' benefit taken back in steps, less the personal credit [USD]."""

    def of(parameter: str, words: str) -> Derivation:
        return rows.needed("income", parameter, words)

    lost_steps = made(
        "steps", "steps by which the exemption shrinks",
        [income, of("exemption_reduction_start", "income from which on it shrinks"),
         of("exemption_reduction_step", "size of a step")], "steps",
    )  # fmt: skip
    lost = made("product", "lost of the exemption", [of("exemption_reduction_step", "lost in each step"), lost_steps])
    exempt = made("above", "exemption", [of("exemption", "full exemption"), lost])
    parts = [rows.income_tax(made("above", "taxable income", [income, exempt]), "tax by the brackets")]
    for benefit in ("add_back", "recapture_low", "recapture_middle", "recapture_high"):
        words = benefit.replace("_", " ")
        steps = made(
            "steps", f"steps of the {words}",
            [income, of(f"{benefit}_start", "income from which on it is taken"),
             of(f"{benefit}_step", "size of a step")],
            "steps",
        )  # fmt: skip
        taken = made("product", f"{words} by steps", [of(f"{benefit}_amount", "taken in each step"), steps])
        parts.append(made("minimum", words, [of(f"{benefit}_max", "at most"), taken]))
    tax = made("sum", "tax with what is taken back", parts)
    reached = [each for each in rows.law.amounts_by_threshold("income", _CREDIT) if income.value > each]
    if not reached:
        return Derivation(name, value, "USD", "same", (tax,))
    share = rows.needed("income", f"{_CREDIT}_{max(reached):.0f}", "personal credit, by income", "fraction")
    kept = made(
        "difference", "part that is left of the tax", [defined("all of it", 1.0, "fraction"), share], "fraction"
    )
    return made("product", name, [tax, kept], value=value)


_CREDIT = "personal_credit_rate_above"
