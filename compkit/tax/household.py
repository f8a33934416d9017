"""What a household pays on its wages in a year, and what is left: many households, places, years at once."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.errors import CompkitError, OutOfRangeError, UnknownChoiceError, nearest_names
from compkit.offer import ELSEWHERE
from compkit.place_names import read_place, unknown_place
from compkit.tables import Tables
from compkit.tax.rules import Household, income_tax, levies_by_name
from compkit.tax.schedules import FILING_STATUSES, FloatArray, Law, TaxTables, tax_tables

Deduction = Literal["standard", "best"]
DEDUCTIONS: tuple[Deduction, ...] = ("standard", "best")
FEDERAL = "US"
OFFICIAL, PROJECTED = "official", "projected"
RESULT_COLUMNS = (
    "federal_income_tax", "social_security", "medicare", "state_income_tax", "local_income_tax", "state_payroll_tax",
    "total", "net_pay", "deduction",
)  # fmt: skip


CREDITED_PAIRS = frozenset({("CT", "NY"), ("NJ", "NY")})
"""(state of residence, state of work) that tax the same wages with a credit; a city's tax follows residence."""


class UntaxedPlaceError(CompkitError, ValueError):
    """A place that offers may name has no taxes in the tables."""

    def __init__(self, place: str) -> None:
        self.place = place
        lacks = "no taxes and no prices" if place == ELSEWHERE else "no taxes"
        super().__init__(f"{place} has {lacks} in compkit's tables.")


class TwoStatesError(CompkitError, ValueError):
    """Work and residence lie in two states, and how they share the tax is not modelled."""

    def __init__(self, residence: str, work_place: str) -> None:
        self.residence, self.work_place = residence, work_place
        pairs = ", ".join(f"{home} and {work}" for home, work in sorted(CREDITED_PAIRS))
        super().__init__(
            f"living in {residence} and working in {work_place} is taxed by two states; known are only {pairs}. "
            "Set the residence to a place in the state of work."
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _Case:
    """What rows of one group share."""

    place: str
    status: str
    year: int


@dataclasses.dataclass(frozen=True, slots=True)
class _Options:
    """What all rows share."""

    deduction: Deduction
    n_earners: int
    work_place: str | None


def household_tax(
    wages: ArrayLike,
    place: ArrayLike,
    filing_status: ArrayLike,
    year: ArrayLike,
    tables: Tables | TaxTables,
    *,
    deduction: Deduction = "standard",
    n_earners: int = 1,
    work_place: str | None = None,
) -> pd.DataFrame:
    """Return the tax on wages and what is left.

    Parameters
    ----------
    wages : array_like, shape (n,)
        The household's wages, halved where there are two earners [USD a year].
    place, filing_status, year : array_like, shape (n,) or one value for all
        Where the household lives, how it files, and the calendar year whose tables apply.
    tables : Tables or TaxTables
    deduction : {"standard", "best"}
        The federal standard deduction, or the larger of it and itemised state and local tax, capped; mandatory state
        disability and paid-leave contributions count as such tax.
    n_earners : {1, 2}
    work_place : str, optional
        Where the work is done, for all rows; the place of residence if left out. Another state is taxed in both, with
        the state of residence's credit: residents of Connecticut and New Jersey who work in New York.

    Returns
    -------
    DataFrame, one row a household
        `RESULT_COLUMNS` [USD a year]; medicare includes the additional 0.9 %; deduction is the federal one taken; and
        status: `official` for tables as published, `projected` for later years; see `TaxTables`.

    Raises
    ------
    OutOfRangeError
        If wages are negative or not finite, or the number of earners is neither 1 nor 2.
    UnknownChoiceError
        If a place or status is unknown, or a year has no tables; the message lists the choices.
    UntaxedPlaceError
        If a place that offers may name has no taxes in the tables.
    TwoStatesError
        If work and residence lie in two states of which no rule is known.

    Notes
    -----
    Capital gains, credits for children, retirement contributions and itemised deductions other than state and local
    tax are not modelled. Sources: each row of tax_brackets.csv and tax_parameters.csv.
    """
    law = tables if isinstance(tables, TaxTables) else tax_tables(tables)
    amounts = np.atleast_1d(np.asarray(wages, dtype=float))
    _check(amounts, deduction, n_earners)
    cases, code = _cases(amounts, place, filing_status, year, law)
    options = _Options(deduction, n_earners, work_place)
    out = {name: np.empty(len(amounts)) for name in RESULT_COLUMNS}
    order = np.argsort(code, kind="stable")
    ends = np.searchsorted(code[order], np.arange(len(cases) + 1))
    for number, case in enumerate(cases):
        rows = order[ends[number] : ends[number + 1]]
        for name, values in _taxes(case, amounts[rows], law, options).items():
            out[name][rows] = values
    is_projected = np.broadcast_to(np.asarray(year), len(amounts)) > law.last_published_year
    return pd.DataFrame(out).assign(status=np.where(is_projected, PROJECTED, OFFICIAL))


def taxed_places(tables: TaxTables) -> list[str]:
    """Return the places whose taxes the tables hold."""
    return list(tables.of_place)


def untaxed_place(place: str, tables: Tables) -> str:
    """Return the rest of a sentence about a place for which there are no taxes."""
    homes = tables.choices["residences"]
    known = read_place(place, homes)
    if known is None:
        return unknown_place(place, homes)
    near = ", ".join(nearest_names(known, taxed_places(tax_tables(tables))))
    return f"must be a place whose taxes we hold, got {place!r}. Nearest: {near}. `compkit data places` lists all."


def _check(wages: FloatArray, deduction: str, n_earners: int) -> None:
    wrong = ~np.isfinite(wages) | (wages < 0)
    if wrong.any():
        raise OutOfRangeError("wages", "be finite and not negative", float(wages[int(np.argmax(wrong))]))
    if deduction not in DEDUCTIONS:
        raise UnknownChoiceError("deduction", deduction, DEDUCTIONS)
    if n_earners not in (1, 2):
        raise OutOfRangeError("earners", "be 1 or 2", n_earners)


def _cases(
    wages: FloatArray, place: ArrayLike, status: ArrayLike, year: ArrayLike, law: TaxTables
) -> tuple[list[_Case], NDArray[np.intp]]:
    """Return the distinct (place, status, year), and each row's position among them."""
    code = np.zeros(len(wages), dtype=np.intp)
    choices: list[list[str | int]] = []
    known: Sequence[tuple[str, ArrayLike, Sequence[str | int]]] = (
        ("location", place, list(law.of_place)),
        ("filing_status", status, FILING_STATUSES),
        ("year", year, law.years),
    )
    for what, given, allowed in known:
        values, own = np.unique(np.atleast_1d(np.asarray(given)), return_inverse=True)
        for value in values.tolist():
            if what == "location" and value in law.untaxed_places:
                raise UntaxedPlaceError(value)
            if value not in allowed:
                raise UnknownChoiceError(what, value, [str(choice) for choice in allowed])
        code = code * len(values) + np.broadcast_to(own, len(wages))
        choices.append(values.tolist())
    distinct, row_code = np.unique(code, return_inverse=True)
    n_statuses, n_years = len(choices[1]), len(choices[2])
    cases = [
        _Case(
            str(choices[0][key // (n_statuses * n_years)]),
            str(choices[1][key // n_years % n_statuses]),
            int(choices[2][key % n_years]),
        )
        for key in distinct.tolist()
    ]
    return cases, row_code


def _taxes(case: _Case, wages: FloatArray, law: TaxTables, options: _Options) -> dict[str, FloatArray]:
    federal = law.law(FEDERAL, case.year, case.status)
    social_security = _social_security(federal, wages, options.n_earners)
    basic_medicare = federal.value("medicare", "rate") * wages
    household = Household(wages, options.n_earners, social_security + basic_medicare)
    medicare = basic_medicare + _additional_medicare(federal, wages)
    by_kind = {"state": np.zeros_like(wages), "city": np.zeros_like(wages)}
    payroll, deductible = np.zeros_like(wages), np.zeros_like(wages)
    work_state = other_work_state(case.place, options.work_place, law)
    for jurisdiction in law.of_place[case.place]:
        if jurisdiction != FEDERAL:
            kind = str(law.jurisdictions[jurisdiction]["kind"])
            by_kind[kind] += income_tax(law.law(jurisdiction, case.year, case.status), household)
    if work_state:  # the state of residence credits what the state of work takes
        there = income_tax(law.law(work_state, case.year, case.status), household)
        by_kind["state"] = there + np.maximum(0.0, by_kind["state"] - there)
    for jurisdiction in [work_state] if work_state else law.of_place[case.place]:
        local_law = law.law(jurisdiction, case.year, case.status)
        for levy, amount in levies_by_name(local_law, household).items():
            payroll += amount
            deductible += amount * local_law.value(levy, "schedule_a_tax")
    taken = np.full_like(wages, federal.value("income", "standard_deduction"))
    if options.deduction == "best":
        taken = np.maximum(taken, _itemised(federal, wages, by_kind["state"] + by_kind["city"] + deductible))
    parts = {
        "federal_income_tax": federal.income_tax(np.maximum(0.0, wages - taken)),
        "social_security": social_security,
        "medicare": medicare,
        "state_income_tax": by_kind["state"],
        "local_income_tax": by_kind["city"],
        "state_payroll_tax": payroll,
    }
    total = sum(parts.values(), start=np.zeros_like(wages))
    return {**parts, "total": total, "net_pay": wages - total, "deduction": taken}


def other_work_state(residence: str, work_place: str | None, law: TaxTables) -> str | None:
    """Return the state of work where it is another than that of residence and a rule for the pair is known."""
    if work_place is None or work_place == residence:
        return None
    home, work = (state_of(place, law) for place in (residence, work_place))
    if home == work:
        return None
    if (home, work) not in CREDITED_PAIRS:
        raise TwoStatesError(residence, work_place)
    return work


def state_of(place: str, law: TaxTables) -> str:
    """Return the state whose law holds at a place.

    Raises
    ------
    UnknownChoiceError
        If the place is unknown.
    UntaxedPlaceError
        If the tables hold no taxes of it.
    """
    if place in law.untaxed_places:
        raise UntaxedPlaceError(place)
    if place not in law.of_place:
        raise UnknownChoiceError("location", place, list(law.of_place))
    return next(code for code in law.of_place[place] if law.jurisdictions[code]["kind"] == "state")


def _social_security(law: Law, wages: FloatArray, n_earners: int) -> FloatArray:
    each = np.minimum(wages / n_earners, law.value("social_security", "wage_cap"))
    return n_earners * law.value("social_security", "rate") * each


def _additional_medicare(law: Law, wages: FloatArray) -> FloatArray:
    above = np.maximum(0.0, wages - law.value("additional_medicare", "threshold"))
    return law.value("additional_medicare", "rate") * above


def _itemised(law: Law, wages: FloatArray, state_and_local: FloatArray) -> FloatArray:
    """Return itemised state and local tax: capped, the cap falling with income, and limited in the top bracket."""
    cap = np.full_like(wages, law.value("income", "salt_cap"))
    threshold = law.value_or("income", "salt_phase_down_threshold", np.inf)
    if np.isfinite(threshold):
        fallen = cap - law.value("income", "salt_phase_down_rate") * np.maximum(0.0, wages - threshold)
        cap = np.maximum(fallen, law.value("income", "salt_cap_floor"))
    allowed = np.minimum(state_and_local, cap)
    in_top = np.maximum(0.0, wages - law.top_bracket_start)
    return allowed - law.value_or("income", "itemized_limitation_rate", 0.0) * np.minimum(allowed, in_top)
