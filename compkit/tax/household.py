"""Yearly tax and net pay of households on their wages, for many households, places and years at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import ELSEWHERE, PlaceNames, read_place, unknown_place
from compkit.pay import FloatArray
from compkit.reference import Tables
from compkit.tax.finances import Finances, check_amounts
from compkit.tax.moves import Move
from compkit.tax.returns import (
    DEDUCTIONS,
    FEDERAL,
    FINANCE_COLUMNS,
    RESULT_COLUMNS,
    Deduction,
    TaxCase,
    TaxOptions,
    taxes_of_case,
)
from compkit.tax.savings_limits import above_limits
from compkit.tax.schedules import FILING_STATUSES, Law, TaxTables, tax_tables
from compkit.tax.two_states import UntaxedPlaceError, state_of

JOINT = "married_joint"
OFFICIAL, PROJECTED = "official", "projected"


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
    finances: Finances | None = None,
    move: Move | None = None,
) -> pd.DataFrame:
    """Tax on wages, and net pay.

    Parameters
    ----------
    wages : array_like, shape (n,)
        The household's wages, split equally between two earners; with `finances.spouse_wages` those of one spouse
        [USD a year].
    place, filing_status, year : array_like, shape (n,) or one value for all
        Residence, filing status, and the calendar year whose tables apply.
    tables : Tables or TaxTables
    deduction : {"standard", "itemized", "best"}
        The federal standard deduction; or itemized deductions; or whichever leads to less tax in total, as some
        states require the federal choice. Mandatory state disability and paid-leave contributions count as state and
        local tax, which is capped.
    n_earners : {1, 2}
    work_place : str, optional
        Where the work is done, for all rows; the residence by default. See `taxing_states` for another state.
    is_remote : bool
        Whether the work is done at home and `work_place` is only the assigned office.
    finances : Finances, optional
        What else decides the tax: the spouse's wages, children, pretax savings, deductions.
    move : Move, optional
        Where the households lived before they moved to the place, for a move in a year.

    Returns
    -------
    DataFrame, one row a household
        `RESULT_COLUMNS` [USD a year], where medicare includes the additional 0.9 % and deduction is the federal one;
        status, `official` for published tables, `projected` for later years; see `TaxTables`. With finances also
        `FINANCE_COLUMNS`: federal income tax is then after credits, with the tax on investment income, and below 0
        where a credit is paid out; net_pay is all income and the employer's match, less taxes and premiums, of which
        saved goes into retirement plan and health savings account.

    Raises
    ------
    OutOfRangeError
        If an amount is negative, not finite or above a limit for savings, or the number of earners is neither 1 nor 2.
    ValueError
        If a spouse's wages come without a joint return or with a number of earners, or a move with finances, with
        another place of work or in another year.
    PartYearError
        If a state's or city's tax on a part of the year is not known.
    UnknownChoiceError
        If a place or status is unknown, or a year has no tables.
    UntaxedPlaceError
        If the tables have no taxes for a place.
    TwoStatesError
        If no rule is known for the states of residence and work.

    Notes
    -----
    Capital gains, the earned income credit, and what states give for children are not modeled. Sources: each row of
    tax_brackets.csv and tax_parameters.csv.
    """
    law = tables if isinstance(tables, TaxTables) else tax_tables(tables)
    amounts = np.atleast_1d(np.asarray(wages, dtype=float))
    _check(amounts, deduction, n_earners)
    finances = None if finances is None else finances.validated(len(amounts))
    is_alone = work_place is None and move is None
    cases, code = tax_cases(len(amounts), place, filing_status, year, law, is_by_law=is_alone)
    if finances is not None and finances.spouse_wages is not None:
        _check_spouse(cases, n_earners)
    if move is not None:
        _check_move(move, cases, law, is_alone=finances is None and work_place is None and not is_remote)
        move = move.validated(len(amounts), amounts)
    options = TaxOptions(deduction, n_earners, work_place, is_remote)
    out = {name: np.empty(len(amounts)) for name in (*RESULT_COLUMNS, *(FINANCE_COLUMNS if finances else ()))}
    order = np.argsort(code.astype(np.min_scalar_type(len(cases))), kind="stable")  # small integers sort faster
    ends = np.searchsorted(code[order], np.arange(len(cases) + 1))
    for number, case in enumerate(cases):
        rows = order[ends[number] : ends[number + 1]]
        of_case = options
        if finances is not None:
            of_rows = finances.of_rows(rows)
            _check_limits(of_rows, law.law(FEDERAL, case.year, case.status))
            of_case = replace(options, finances=of_rows)
        if move is not None:
            of_case = replace(of_case, move=move.of_rows(rows))
        found = taxes_of_case(case, amounts[rows], law, of_case)
        for name, values in out.items():
            values[rows] = found[name]
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
        return unknown_place(place, homes.without(ELSEWHERE) if isinstance(homes, PlaceNames) else homes)
    return f"must be a place whose taxes we know, got {place!r}. We have no tax model for it."


def _check(wages: FloatArray, deduction: str, n_earners: int) -> None:
    check_amounts("wages", wages)
    if deduction not in DEDUCTIONS:
        raise UnknownChoiceError("deduction", deduction, DEDUCTIONS)
    if n_earners not in (1, 2):
        raise OutOfRangeError("earners", "be 1 or 2", n_earners)


def _check_spouse(cases: Sequence[TaxCase], n_earners: int) -> None:
    if n_earners != 1:
        raise ValueError("a spouse's wages and two earners of equal wages are both given. Give one of them.")
    if any(case.status != JOINT for case in cases):
        raise ValueError(f"a spouse's wages need the filing status {JOINT}.")


def _check_move(move: Move, cases: Sequence[TaxCase], law: TaxTables, *, is_alone: bool) -> None:
    if not is_alone:
        raise ValueError("a move is worked out for jobs where one lives, without other finances. Leave out the others.")
    if any(case.year != move.on.year for case in cases):
        raise ValueError(f"the move is in {move.on.year}. Give that year.")
    state_of(move.place, law)


def _check_limits(finances: Finances, law: Law) -> None:
    for error in above_limits(law, finances):
        raise error


def tax_cases(
    n_rows: int, place: ArrayLike, status: ArrayLike, year: ArrayLike, law: TaxTables, *, is_by_law: bool = False
) -> tuple[list[TaxCase], NDArray[np.intp]]:
    """Distinct (place, status, year), and the position of each row's case; see `household_tax` for errors.

    By law, places with the same jurisdictions make one case, named for one of them.
    """
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
        if what == "location" and is_by_law:
            first: dict[tuple[str, ...], int] = {}
            taxed_alike = [first.setdefault(tuple(law.of_place[name]), at) for at, name in enumerate(values.tolist())]
            own = np.array(taxed_alike)[own]
        code = code * len(values) + np.broadcast_to(own, n_rows)
        choices.append(values.tolist())
    is_used = np.bincount(code) > 0
    distinct, row_code = np.flatnonzero(is_used), (np.cumsum(is_used) - 1)[code]
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
