"""Yearly tax and net pay of households on their wages, for many households, places and years at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError, nearest_names
from compkit.model import read_place, unknown_place
from compkit.pay import FloatArray
from compkit.reference import Tables
from compkit.tax.rules import Household, income_tax, levies_by_name
from compkit.tax.schedules import FILING_STATUSES, Law, TaxTables, tax_tables
from compkit.tax.two_states import Taxing, UntaxedPlaceError, taxing_states

Deduction = Literal["standard", "itemized", "best"]
DEDUCTIONS: tuple[Deduction, ...] = ("standard", "itemized", "best")
FEDERAL = "US"
OFFICIAL, PROJECTED = "official", "projected"
RESULT_COLUMNS = (
    "federal_income_tax", "social_security", "medicare", "state_income_tax", "local_income_tax", "state_payroll_tax",
    "total", "net_pay", "deduction",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaxCase:
    """Where, how and when households are taxed alike."""

    place: str
    status: str
    year: int


@dataclass(frozen=True, slots=True)
class TaxOptions:
    """What holds for all households; see `household_tax`."""

    deduction: Deduction
    n_earners: int
    work_place: str | None
    is_remote: bool


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
    is_remote: bool = False,
) -> pd.DataFrame:
    """Tax on wages, and net pay.

    Parameters
    ----------
    wages : array_like, shape (n,)
        The household's wages, split equally between two earners [USD a year].
    place, filing_status, year : array_like, shape (n,) or one value for all
        Residence, filing status, and the calendar year whose tables apply.
    tables : Tables or TaxTables
    deduction : {"standard", "itemized", "best"}
        The federal standard deduction; or itemized state and local tax, capped; or whichever leads to less tax in
        total, as some states require the federal choice. Mandatory state disability and paid-leave contributions count
        as state and local tax.
    n_earners : {1, 2}
    work_place : str, optional
        Where the work is done, for all rows; the residence by default. See `taxing_states` for another state.
    is_remote : bool
        Whether the work is done at home and `work_place` is only the assigned office.

    Returns
    -------
    DataFrame, one row a household
        `RESULT_COLUMNS` [USD a year], where medicare includes the additional 0.9 % and deduction is the federal one;
        status, `official` for published tables, `projected` for later years; see `TaxTables`.

    Raises
    ------
    OutOfRangeError
        If wages are negative or not finite, or the number of earners is neither 1 nor 2.
    UnknownChoiceError
        If a place or status is unknown, or a year has no tables.
    UntaxedPlaceError
        If the tables have no taxes for a place.
    TwoStatesError
        If no rule is known for the states of residence and work.

    Notes
    -----
    Capital gains, credits for children, retirement contributions and itemized deductions other than state and local
    tax are not modeled. Sources: each row of tax_brackets.csv and tax_parameters.csv.
    """
    law = tables if isinstance(tables, TaxTables) else tax_tables(tables)
    amounts = np.atleast_1d(np.asarray(wages, dtype=float))
    _check(amounts, deduction, n_earners)
    cases, code = tax_cases(len(amounts), place, filing_status, year, law)
    options = TaxOptions(deduction, n_earners, work_place, is_remote)
    out = {name: np.empty(len(amounts)) for name in RESULT_COLUMNS}
    order = np.argsort(code, kind="stable")
    ends = np.searchsorted(code[order], np.arange(len(cases) + 1))
    for number, case in enumerate(cases):
        rows = order[ends[number] : ends[number + 1]]
        for name, values in taxes_of_case(case, amounts[rows], law, options).items():
            out[name][rows] = values
    is_projected = np.broadcast_to(np.asarray(year), len(amounts)) > law.last_published_year
    return pd.DataFrame(out).assign(status=np.where(is_projected, PROJECTED, OFFICIAL))


def taxed_places(tables: TaxTables) -> list[str]:
    """Places with taxes in the tables."""
    return list(tables.of_place)


def untaxed_place(place: str, tables: Tables) -> str:
    """Error text, after the field's name, for a place without taxes."""
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


def tax_cases(
    n_rows: int, place: ArrayLike, status: ArrayLike, year: ArrayLike, law: TaxTables
) -> tuple[list[TaxCase], NDArray[np.intp]]:
    """Distinct (place, status, year), and the position of each row's case; see `household_tax` for errors."""
    code = np.zeros(n_rows, dtype=np.intp)
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
        code = code * len(values) + np.broadcast_to(own, n_rows)
        choices.append(values.tolist())
    distinct, row_code = np.unique(code, return_inverse=True)
    n_statuses, n_years = len(choices[1]), len(choices[2])
    cases = [
        TaxCase(
            str(choices[0][key // (n_statuses * n_years)]),
            str(choices[1][key // n_years % n_statuses]),
            int(choices[2][key % n_years]),
        )
        for key in distinct.tolist()
    ]
    return cases, row_code


def taxes_of_case(case: TaxCase, wages: FloatArray, law: TaxTables, options: TaxOptions) -> dict[str, FloatArray]:
    """Return `RESULT_COLUMNS` of households that share a place, status and year; see `household_tax` [USD a year]."""
    federal = law.law(FEDERAL, case.year, case.status)
    taxing = taxing_states(case.place, options.work_place, law, is_remote=options.is_remote)
    social_security = _social_security(federal, wages, options.n_earners)
    basic_medicare = federal.value("medicare", "rate") * wages
    household = Household(wages, options.n_earners, social_security + basic_medicare)
    levied_by = law.law(taxing.levying, case.year, case.status)
    levies = levies_by_name(levied_by, household)
    payroll = {
        "social_security": social_security,
        "medicare": basic_medicare + additional_medicare(wages, federal),
        "state_payroll_tax": sum(levies.values(), start=np.zeros_like(wages)),
    }
    by_kind = _income_taxes(case, taxing, law, household)
    deduction = np.full_like(wages, federal.value("income", "standard_deduction"))
    standard = _tax_return(federal, wages, deduction, by_kind, payroll)
    if options.deduction == "standard":
        return standard
    cap = _salt_cap(federal, wages)
    if law.follows_federal_choice(case.place):
        of_payroll = payroll["social_security"] + payroll["medicare"]
        by_kind = _income_taxes(case, taxing, law, replace(household, salt_cap=cap, payroll_tax=of_payroll))
    counted = (amount * levied_by.value(levy, "schedule_a_tax") for levy, amount in levies.items())
    deduction = np.minimum(sum(counted, start=by_kind["state"] + by_kind["city"]), cap)
    itemized = _tax_return(federal, wages, deduction, by_kind, payroll)
    if options.deduction == "itemized":
        return itemized
    is_less = itemized["total"] < standard["total"]
    return {name: np.where(is_less, itemized[name], standard[name]) for name in RESULT_COLUMNS}


def _tax_return(
    federal: Law,
    wages: FloatArray,
    deduction: FloatArray,
    by_kind: dict[str, FloatArray],
    payroll: dict[str, FloatArray],
) -> dict[str, FloatArray]:
    """`RESULT_COLUMNS` for one federal deduction."""
    parts = {
        "federal_income_tax": federal.income_tax(np.maximum(0.0, wages - deduction)),
        "state_income_tax": by_kind["state"],
        "local_income_tax": by_kind["city"],
        **payroll,
    }
    total = sum(parts.values(), start=np.zeros_like(wages))
    return {**parts, "total": total, "net_pay": wages - total, "deduction": deduction}


def _income_taxes(case: TaxCase, taxing: Taxing, law: TaxTables, household: Household) -> dict[str, FloatArray]:
    """Return the income tax of state and city by kind; the state of residence credits what another takes."""
    by_kind = {"state": np.zeros_like(household.wages), "city": np.zeros_like(household.wages)}
    codes = [code for code in (*law.of_place[case.place], *taxing.local) if code != FEDERAL]
    kinds = {code: str(law.jurisdictions[code]["kind"]) for code in codes}
    for jurisdiction in sorted(kinds, key=kinds.__getitem__):  # a city before its state, which may deduct its tax
        of_state = replace(household, local_tax=by_kind["city"])
        by_kind[kinds[jurisdiction]] += income_tax(law.law(jurisdiction, case.year, case.status), of_state)
    if taxing.other:
        there = income_tax(law.law(taxing.other, case.year, case.status), household)
        by_kind["state"] = np.maximum(there, by_kind["state"])
    return by_kind


def _social_security(law: Law, wages: FloatArray, n_earners: int) -> FloatArray:
    each = np.minimum(wages / n_earners, law.value("social_security", "wage_cap"))
    return n_earners * law.value("social_security", "rate") * each


def additional_medicare(wages: FloatArray, law: Law, threshold: str = "threshold") -> FloatArray:
    """Return the additional Medicare tax on wages above a threshold of the law [USD]."""
    above = np.maximum(0.0, wages - law.value("additional_medicare", threshold))
    return law.value("additional_medicare", "rate") * above


def _salt_cap(law: Law, wages: FloatArray) -> FloatArray:
    """Cap on itemized state and local tax, which falls with income."""
    cap = np.full_like(wages, law.value("income", "salt_cap"))
    threshold = law.value_or("income", "salt_phase_down_threshold", np.inf)
    if not np.isfinite(threshold):
        return cap
    fallen = cap - law.value("income", "salt_phase_down_rate") * np.maximum(0.0, wages - threshold)
    return np.maximum(fallen, law.value("income", "salt_cap_floor"))
