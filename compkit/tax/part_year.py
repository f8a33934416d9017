"""Income tax of a household that moves to another state within the year: each state and city takes its part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from compkit.errors import CompkitError
from compkit.pay import FloatArray
from compkit.tax.finances import Amounts
from compkit.tax.levies import fica_by_earner
from compkit.tax.moves import Move
from compkit.tax.rule_inputs import Household
from compkit.tax.rules import income_tax
from compkit.tax.schedules import Law, TaxTables
from compkit.tax.two_states import state_of

SHARE, JANUARY = "share", "january_1"
_HALF_YEAR = 0.5
"""Part of a year before July 1, by months [fraction]."""


class PartYearError(CompkitError, ValueError):
    """How a state or city taxes a part of a year is not modeled."""

    def __init__(self, jurisdiction: str, law: TaxTables) -> None:
        self.jurisdiction = jurisdiction
        name = law.jurisdictions[jurisdiction]["name"]
        super().__init__(f"how {name} taxes part of a year is not modeled.")


@dataclass(frozen=True, slots=True)
class _Stay:
    """What a jurisdiction taxes of a year that one lived there for a part of.

    Parameters
    ----------
    income : ndarray
        The income that it taxes [USD].
    move : Move
    is_before : bool
        Whether it was left, not entered.
    """

    income: FloatArray
    move: Move
    is_before: bool

    def share(self, law: Law, household: Household) -> FloatArray:
        """Part of the year's income that is taxed [fraction]."""
        share = self.income / np.maximum(household.wages, 1.0)
        return law.named(share, f"part of the year's income in {law.tables.jurisdictions[law.jurisdiction]['name']}")

    def counted(self, unit: object, law: Law, household: Household, digits: int | None) -> Amounts:
        """Part of a deduction that counts, by time or by income; all of it without a unit [fraction]."""
        if not unit:
            return 1.0
        if unit != "income":
            time = self.move.time(str(unit), is_before=self.is_before)
            return time if digits is None else round(time, digits)
        share = self.share(law, household)
        return share if digits is None else np.round(share, digits)


def taxes_of_movers(
    place: str, year: int, status: str, household: Household, move: Move, tables: TaxTables
) -> dict[str, FloatArray]:
    """Income tax of households that moved to `place`, of states and cities by kind [USD].

    `left_state` and `left_city` are the parts of `state` and `city` that the place left takes.

    Raises
    ------
    PartYearError
        If the rule of one of them is not known.
    """
    for error in unknown_parts(move, place, tables):
        raise error
    income, before = household.wages, move.earned_before + np.zeros_like(household.wages)
    after = income - before + move.vested_after
    old, new = (jurisdictions_of(each, tables) for each in (move.place, place))
    taxes = {}
    for code in dict.fromkeys([*old, *new]):
        law = tables.law(code, year, status)
        if code in old and code in new:
            taxes[code] = income_tax(law, household)
        else:
            left = before if _taxes_later_vests(code, tables) else before - move.vested_after
            own = left if code in old else law.named(after, f"income in {place}")
            stay = _Stay(own, move, is_before=code in old)
            taxes[code] = _part_of_year(law, household, stay)
    by_kind = {name: np.zeros_like(income) for name in ("state", "city", "left_state", "left_city")}
    for code, tax in taxes.items():
        kind = str(tables.jurisdictions[code]["kind"])
        by_kind[kind] = by_kind[kind] + tax
        if code in old:
            there = before / np.maximum(income, 1.0) if code in new else 1.0
            by_kind[f"left_{kind}"] = by_kind[f"left_{kind}"] + there * tax
    by_kind["state"] = by_kind["state"] - _credit(taxes, before, after, move, tables)
    return by_kind


def unknown_parts(move: Move, place: str, tables: TaxTables) -> list[PartYearError]:
    """Find the states and cities of a move to `place` whose tax on a part of the year isn't known; none if all are."""
    taxing, known = _taxing_a_part(move, place, tables), tables.part_year_rules
    return [PartYearError(code, tables) for code in taxing if code not in known]


def unverified_parts(move: Move, place: str, tables: TaxTables) -> list[str]:
    """Find the states and cities of a move to `place` whose rule for a part of the year isn't in their own words."""
    taxing, known = _taxing_a_part(move, place, tables), tables.part_year_rules
    return [code for code in taxing if code in known and known[code]["status"] == "unverified"]


def _taxing_a_part(move: Move, place: str, tables: TaxTables) -> list[str]:
    old, new = (jurisdictions_of(each, tables) for each in (move.place, place))
    return [
        code
        for code in dict.fromkeys([*old, *new])
        if not (code in old and code in new) and tables.jurisdictions[code]["has_wage_income_tax"]
    ]


def payroll_of_movers(home: str, household: Household, move: Move, tables: TaxTables) -> dict[str, Household]:
    """Households with the wages that each state's payroll taxes are taken from; stock that vests later is home's."""
    left = state_of(move.place, tables)
    if left == home:
        return {home: household}
    before = (move.earned_before - move.vested_after) / np.maximum(household.wages, 1.0)
    return {
        state: replace(household, payroll=tuple(share * each for each in household.payroll))
        for state, share in ((left, before), (home, 1.0 - before))
    }


def jurisdictions_of(place: str, tables: TaxTables) -> list[str]:
    """State and cities that tax residents of a place."""
    return [code for code in tables.of_place[place] if tables.jurisdictions[code]["kind"] != "federal"]


def _credit(
    taxes: Mapping[str, FloatArray], before: Amounts, after: FloatArray, move: Move, tables: TaxTables
) -> FloatArray | float:
    """Credit of the new state for the old one's tax on what vested after the move: at most its own tax on it."""
    states = [code for code in taxes if tables.jurisdictions[code]["kind"] == "state"]
    if len(states) == 1 or not np.any(move.vested_after) or not _taxes_later_vests(states[0], tables):
        return 0.0
    there, here = (
        move.vested_after / np.maximum(income, 1.0) * taxes[code]
        for code, income in zip(states, (before, after), strict=True)
    )
    return np.minimum(there, here)


def _taxes_later_vests(code: str, tables: TaxTables) -> bool:
    rule = tables.part_year_rules.get(code)
    return rule is None or bool(rule["taxes_later_vests"])


def _part_of_year(law: Law, household: Household, stay: _Stay) -> FloatArray:
    """Income tax of a jurisdiction that was left or entered, on the income that it taxes [USD]."""
    if not law.tables.jurisdictions[law.jurisdiction]["has_wage_income_tax"]:
        return income_tax(law, replace(household, wages=stay.income))
    rule: Mapping[str, Any] = law.tables.part_year_rules[law.jurisdiction]
    is_new_year = stay.move.on == dt.date(law.year, 1, 1)
    if rule["rule"] == JANUARY and stay.is_before == is_new_year:
        return np.zeros_like(household.wages)
    digits = int(rule["share_digits"]) if rule["share_digits"] else None
    if rule["rule"] == SHARE:
        name = law.tables.jurisdictions[law.jurisdiction]["name"]
        whole = law.named(income_tax(law, household), f"income tax of {name} on the whole year's income")
        return law.as_income_tax(stay.counted("income", law, household, digits) * whole)
    if law.value_or("income", "rate_july_to_december", 0.0):
        return law.as_income_tax(_half_year_rate(law, stay) * stay.income)
    share = stay.share(law, household)
    payroll, earned = (tuple(share * each for each in wages) for wages in (household.payroll, household.earned))
    part = replace(
        household,
        wages=stay.income,
        payroll=payroll,
        earned=earned,
        fica=fica_by_earner(law.federal, payroll),
        year_income=household.wages,
        deduction_share=stay.counted(rule["deduction_share"], law, household, digits),
        exemption_share=stay.counted(rule["exemption_share"], law, household, digits),
    )
    return income_tax(law, part)


def _half_year_rate(law: Law, stay: _Stay) -> FloatArray | float:
    """Mean rate over the months of a stay, where the rate changes on July 1 [fraction]."""
    months = stay.move.time("months", is_before=stay.is_before)
    of_first_half = min(months, _HALF_YEAR) if stay.is_before else max(months - _HALF_YEAR, 0.0)
    first = of_first_half / months if months else float(stay.is_before)
    if first == 1.0:
        return law.value("income", "rate_january_to_june")
    if first == 0.0:
        return law.value("income", "rate_july_to_december")
    january, july = (law.value("income", f"rate_{half}") for half in ("january_to_june", "july_to_december"))
    return law.named(first * january + (1.0 - first) * july, "mean rate over the months there")
