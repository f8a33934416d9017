"""Income tax of a household that moves to another state within the year: each state and city takes its part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compkit.errors import CompkitError, OutOfRangeError
from compkit.pay import FloatArray
from compkit.periods import MONTHS_A_YEAR
from compkit.tax.finances import Amounts, check_amounts
from compkit.tax.rules import SHARE_DIGITS, Household, income_tax
from compkit.tax.schedules import Law, TaxTables
from compkit.tax.two_states import state_of

_FIRST_HALF_DAYS = 15


class PartYearError(CompkitError, ValueError):
    """How a state or city taxes a part of a year is not modeled."""

    def __init__(self, jurisdiction: str, law: TaxTables) -> None:
        self.jurisdiction = jurisdiction
        known = ", ".join(str(law.jurisdictions[code]["name"]) for code in law.part_year_rules)
        super().__init__(
            f"how {law.jurisdictions[jurisdiction]['name']} taxes part of a year is not modeled. We know it for "
            f"{known} and the states without a tax on wages."
        )


@dataclass(frozen=True, slots=True)
class Move:
    """A move within the year, of the household and its jobs.

    Parameters
    ----------
    place : str
        Where it lived and worked before.
    on : date
        First day at the new place.
    earned_before : array_like
        Income of the year from before the move, and later vests as far as they are for work before it; see
        `grant_share` [USD].
    vested_after : array_like
        The part of `earned_before` that came after the move: the new state taxes it, too, and credits the old one's
        tax on it [USD].
    """

    place: str
    on: dt.date
    earned_before: Amounts
    vested_after: Amounts = 0.0

    def validated(self, n_rows: int, income: FloatArray) -> Move:
        """Return the move with arrays of `n_rows`.

        Raises
        ------
        OutOfRangeError
            If an amount is negative or not finite, or more than the whole it is part of.
        """
        before = _amounts("earned_before", self.earned_before, n_rows, income, "the year's income")
        after = _amounts("vested_after", self.vested_after, n_rows, before, "what was earned before the move")
        return replace(self, earned_before=before, vested_after=after)

    def of_rows(self, rows: NDArray[np.intp]) -> Move:
        """Return the move of some rows."""
        before, after = np.asarray(self.earned_before), np.asarray(self.vested_after)
        return replace(self, earned_before=before[rows], vested_after=after[rows])


def _amounts(name: str, given: Amounts, n_rows: int, most: FloatArray, whole: str) -> FloatArray:
    amounts = np.broadcast_to(np.asarray(given, dtype=float), n_rows)
    check_amounts(name, amounts)
    if (wrong := amounts > most).any():
        raise OutOfRangeError(name, f"be at most {whole}", float(np.extract(wrong, amounts)[0]))
    return amounts


def grant_share(granted_on: dt.date, vests_on: dt.date, moved_on: dt.date) -> float:
    """Part of a vest that is for work before a move: calendar days from grant to move, of those from grant to vest.

    California and New York count working days, whose shares are those of calendar days but for holidays. Sources:
    ftb-1100, ny-it203-i.

    Parameters
    ----------
    granted_on, vests_on : date
        The vest after the grant.
    moved_on : date
        First day at the new place.

    Raises
    ------
    OutOfRangeError
        If the vest is not after the grant.

    Examples
    --------
    >>> grant_share(dt.date(2025, 1, 1), dt.date(2027, 1, 1), dt.date(2026, 1, 1))
    0.5
    """
    n_days = (vests_on - granted_on).days
    if n_days <= 0:
        raise OutOfRangeError("vests_on", "be after the grant", str(vests_on))
    return min(1.0, max(0.0, (moved_on - granted_on).days / n_days))


def taxes_of_movers(
    place: str, year: int, status: str, household: Household, move: Move, tables: TaxTables
) -> dict[str, FloatArray]:
    """Income tax of states and cities by kind, of households that moved to `place` [USD].

    Raises
    ------
    PartYearError
        If the rule of one of them is not known.
    """
    for error in unknown_parts(move, place, tables):
        raise error
    income = household.wages
    before = np.asarray(move.earned_before)
    months = (move.on.month - 1 + (move.on.day > _FIRST_HALF_DAYS)) / MONTHS_A_YEAR
    old, new = (_codes(each, tables) for each in (move.place, place))
    stayed = {code for code in old if code in new}
    parts: Mapping[str, tuple[FloatArray, float]] = {
        **dict.fromkeys(old, (before, months)),
        **{code: (income - before + np.asarray(move.vested_after), 1.0 - months) for code in new},
        **dict.fromkeys(stayed, (income, 1.0)),
    }
    laws = {code: tables.law(code, year, status) for code in parts}
    taxes = {
        code: income_tax(laws[code], household) if code in stayed else _part_of_year(laws[code], household, own, time)
        for code, (own, time) in parts.items()
    }
    by_kind = {"state": np.zeros_like(income), "city": np.zeros_like(income)}
    for code, tax in taxes.items():
        by_kind[str(tables.jurisdictions[code]["kind"])] += tax
    by_kind["state"] -= _credit(taxes, parts, move, tables)
    return by_kind


def unknown_parts(move: Move, place: str, tables: TaxTables) -> list[PartYearError]:
    """Find the states and cities of a move to `place` whose tax on a part of the year isn't known; none if all are."""
    old, new = (_codes(each, tables) for each in (move.place, place))
    taxing = [code for code in {**dict.fromkeys(old), **dict.fromkeys(new)} if not (code in old and code in new)]
    known = tables.part_year_rules
    return [
        PartYearError(code, tables)
        for code in taxing
        if tables.jurisdictions[code]["has_wage_income_tax"] and code not in known
    ]


def payroll_of_movers(home: str, household: Household, move: Move, tables: TaxTables) -> dict[str, Household]:
    """Households with the wages that each state's payroll taxes are taken from; stock that vests later is home's."""
    left = state_of(move.place, tables)
    if left == home:
        return {home: household}
    before = (np.asarray(move.earned_before) - np.asarray(move.vested_after)) / np.maximum(household.wages, 1.0)
    return {
        state: replace(household, payroll=tuple(share * each for each in household.payroll))
        for state, share in ((left, before), (home, 1.0 - before))
    }


def _codes(place: str, tables: TaxTables) -> list[str]:
    return [code for code in tables.of_place[place] if tables.jurisdictions[code]["kind"] != "federal"]


def _credit(
    taxes: Mapping[str, FloatArray], parts: Mapping[str, tuple[FloatArray, float]], move: Move, tables: TaxTables
) -> FloatArray | float:
    """Credit of the new state for the old one's tax on what vested after the move: at most its own tax on it."""
    states = [code for code in taxes if tables.jurisdictions[code]["kind"] == "state"]
    if len(states) == 1:
        return 0.0
    twice = np.asarray(move.vested_after)
    shares = [twice / np.maximum(parts[code][0], 1.0) * taxes[code] for code in states]
    return np.minimum(*shares)


def _part_of_year(law: Law, household: Household, own: FloatArray, time: float) -> FloatArray:
    """Income tax of a jurisdiction that was left or entered, on the income that it taxes [USD]."""
    if not law.tables.jurisdictions[law.jurisdiction]["has_wage_income_tax"]:
        return income_tax(law, replace(household, wages=own))
    rule = law.tables.part_year_rules[law.jurisdiction]
    if rule != "share":
        months = time if rule == "own" else 1.0
        return income_tax(law, replace(household, wages=own, year_income=household.wages, time=months))
    share = np.round(np.minimum(1.0, own / np.maximum(household.wages, 1.0)), SHARE_DIGITS)
    return share * income_tax(law, household)
