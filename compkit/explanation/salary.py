"""The salary of an employment year."""

from __future__ import annotations

from dataclasses import replace

from compkit.explanation.derivation import Derivation, defined, node, one_plus
from compkit.explanation.inputs import from_offer, zero_from_offer
from compkit.offers import OfferEntry
from compkit.periods import MONTHS_A_YEAR


def salary_of_year(entry: OfferEntry, year: int) -> Derivation:
    """Return the salary of employment year `year`, raises included [USD a year]."""
    first = from_offer(entry, "base_salary", "base salary", "USD a year")
    if year == 1 or not entry.offer.annual_raise_rate:
        return first
    raised = from_offer(entry, "annual_raise_rate", "yearly raise", "fraction")
    times = defined("raises before that year", year - 1, "raises", "one a year, from month 13 on")
    grown = node("compound", f"raises up to year {year}", [raised, times], "ratio")
    value = entry.in_usd.base_salary_in_year(year)
    return node("product", f"salary of year {year}", [first, grown], "USD a year", value)


def with_bonus(entry: OfferEntry, salary: Derivation) -> Derivation:
    """Return a year's salary with its target bonus [USD a year]."""
    if entry.offer.annual_bonus:
        return node("sum", "salary with its target bonus", [salary, bonus_in_money(entry)], "USD a year")
    if not entry.offer.bonus_target_rate:
        return salary
    rate = from_offer(entry, "bonus_target_rate", "target bonus", "fraction")
    factors = [salary, one_plus(rate, "the target bonus")]
    return node("product", "salary with its target bonus", factors, "USD a year")


def bonus_in_money(entry: OfferEntry) -> Derivation:
    """Return a target bonus that the file gives in money [USD a year]."""
    return from_offer(entry, "annual_bonus", "target bonus", "USD a year", "raises do not move it")


def first_bonus_share(entry: OfferEntry) -> Derivation:
    """Return the part of the first year's target bonus that is paid where it is prorated [fraction]."""
    worked = MONTHS_A_YEAR * entry.offer.first_bonus_share
    leaf = zero_from_offer(
        entry, "start_date", "months worked in the first calendar year", "from the start date on", "months"
    )
    of_year = defined("months of a year", float(MONTHS_A_YEAR), "months")
    return node("quotient", "part of the first bonus that is paid", [replace(leaf, value=worked), of_year], "fraction")
