"""The salary of an employment year."""

from __future__ import annotations

from compkit.explanation.derivation import Derivation, defined, made
from compkit.explanation.inputs import typed
from compkit.offers import OfferEntry


def salary_of_year(entry: OfferEntry, year: int) -> Derivation:
    """Return the salary of employment year `year`, raises included [USD a year]."""
    first = typed(entry, "base_salary", "base salary", "USD a year")
    if year == 1 or not entry.offer.annual_raise_rate:
        return first
    raised = typed(entry, "annual_raise_rate", "yearly raise", "fraction")
    times = defined("raises before that year", year - 1, "raises", "one a year, from month 13 on")
    grown = made("compound", f"raises up to year {year}", [raised, times], "ratio")
    value = entry.in_usd.base_salary_in_year(year)
    return made("product", f"salary of year {year}", [first, grown], "USD a year", value)


def with_bonus(entry: OfferEntry, salary: Derivation) -> Derivation:
    """Return a year's salary with its target bonus [USD a year]."""
    if not entry.offer.bonus_target_rate:
        return salary
    rate = typed(entry, "bonus_target_rate", "target bonus", "fraction")
    factor = made("sum", "1 + the target bonus", [_one(), rate], "ratio")
    return made("product", "salary with its target bonus", [salary, factor], "USD a year")


def _one() -> Derivation:
    return defined("one", 1.0, "ratio")
