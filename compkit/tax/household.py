"""Yearly tax and net pay of households on their wages, for many households, places and years at once."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import ELSEWHERE, PlaceNames, read_place, unknown_place
from compkit.pay import FloatArray
from compkit.reference import Tables
from compkit.tax.federal import (
    Credits,
    credits_for_children,
    investment_tax,
    itemized_besides_tax,
    itemized_deduction,
    salt_cap,
    standard_deduction,
)
from compkit.tax.finances import Finances, Income, check_amounts, income_of, total
from compkit.tax.levies import additional_medicare, levies_by_name, social_security_tax
from compkit.tax.moves import Move
from compkit.tax.part_year import payroll_of_movers, taxes_of_movers
from compkit.tax.rule_inputs import Household
from compkit.tax.rules import income_tax
from compkit.tax.savings_limits import above_limits
from compkit.tax.schedules import FILING_STATUSES, Law, TaxTables, tax_tables
from compkit.tax.state_deductions import settled_taxes, subtracts_federal_tax, with_deductions
from compkit.tax.two_states import Taxing, UntaxedPlaceError, state_of, taxing_states

Deduction = Literal["standard", "itemized", "best"]
DEDUCTIONS: tuple[Deduction, ...] = ("standard", "itemized", "best")
FEDERAL = "US"
JOINT = "married_joint"
OFFICIAL, PROJECTED = "official", "projected"
RESULT_COLUMNS = (
    "federal_income_tax", "social_security", "medicare", "state_income_tax", "local_income_tax", "state_payroll_tax",
    "total", "net_pay", "deduction",
)  # fmt: skip
FINANCE_COLUMNS = ("adjusted_gross_income", "care_credit", "child_tax_credit", "net_investment_income_tax", "saved")


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
    finances: Finances | None = None
    move: Move | None = None


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


def taxes_of_case(case: TaxCase, wages: FloatArray, law: TaxTables, options: TaxOptions) -> dict[str, FloatArray]:
    """Return `RESULT_COLUMNS` of households that share a place, status and year; see `household_tax` [USD a year].

    With finances, `FINANCE_COLUMNS` follow; with a move, `left_state` and `left_city`, see `taxes_of_movers`.
    """
    finances = options.finances
    federal = law.law(FEDERAL, case.year, case.status)
    taxing = taxing_states(case.place, options.work_place, law, is_remote=options.is_remote)
    income = income_of(wages, options.n_earners, finances, federal)
    social_security = tuple(social_security_tax(federal, each) for each in income.payroll)
    basic_medicare = tuple(federal.value("medicare", "rate") * each for each in income.payroll)
    fica = tuple(map(operator.add, social_security, basic_medicare))
    relief = credits_for_children(federal, income, finances)
    deduction = standard_deduction(federal, income.agi, finances)
    household = Household(
        income.agi, income.agi, income.payroll, income.earned, fica,
        federal_deduction=deduction, credits=relief.care + relief.child,
    )  # fmt: skip
    household = with_deductions(household, finances)
    levies, deductible = _levies(case, taxing, law, household, income, options.move)
    payroll = {
        "social_security": total(social_security),
        "medicare": total(basic_medicare) + additional_medicare(income.wages, federal),
        "state_payroll_tax": levies,
    }
    year = _Return(federal, income, finances, relief, payroll)
    laws = [law.law(code, case.year, case.status) for code in (taxing.home, taxing.other) if code is not None]

    def income_taxes(household: Household) -> dict[str, FloatArray]:
        return _income_taxes(case, taxing, law, household, income, options.move)

    by_kind = settled_taxes(income_taxes, household, laws, deductible)
    standard = year.taxes(deduction, by_kind)
    if options.deduction == "standard":
        return standard
    cap = salt_cap(federal, income.agi)
    itemizing = replace(household, salt_cap=cap, payroll_tax=payroll["social_security"] + payroll["medicare"])
    if finances is not None:
        besides = itemized_besides_tax(federal, income.agi, finances)
        itemizing = replace(itemizing, itemized=besides, levies=sum(deductible))
    lived_in = [case.place, *([options.move.place] if options.move else [])]
    if any(law.depends_on_federal_choice(each, has_deductions=household.has_deductions) for each in lived_in):
        by_kind = settled_taxes(income_taxes, itemizing, laws, deductible)

    def deducted(by_kind: dict[str, FloatArray]) -> FloatArray:
        paid = sum(deductible, start=by_kind["state"] + by_kind["city"])
        paid = paid + itemizing.property_tax if np.any(itemizing.property_tax) else paid
        return itemized_deduction(federal, income.agi, np.minimum(paid, cap), itemizing.itemized)

    if household.has_deductions and any(map(subtracts_federal_tax, laws)):
        for _ in range(3):  # the federal return deducts the state's tax, too; the third time changes cents
            itemizing = replace(itemizing, federal_deduction=deducted(by_kind))
            by_kind = settled_taxes(income_taxes, itemizing, laws, deductible)
    itemized = year.taxes(deducted(by_kind), by_kind)
    if options.deduction == "itemized":
        return itemized
    is_less = itemized["total"] < standard["total"]
    return {name: np.where(is_less, itemized[name], standard[name]) for name in standard}


@dataclass(frozen=True, slots=True)
class _Return:
    """A year's taxes but for the deduction and the state income tax."""

    federal: Law
    income: Income
    finances: Finances | None
    credits: Credits
    payroll: dict[str, FloatArray]

    def taxes(self, deduction: FloatArray, by_kind: dict[str, FloatArray]) -> dict[str, FloatArray]:
        """`RESULT_COLUMNS` for one federal deduction, and with finances `FINANCE_COLUMNS`."""
        income, finances = self.income, self.finances
        tax = self.federal.income_tax(np.maximum(0.0, income.agi - deduction))
        care, child = self.credits.taken(tax, self.federal)
        investment = investment_tax(self.federal, income.agi, finances)
        parts = {
            "federal_income_tax": tax if finances is None else tax - care - child + investment,
            "state_income_tax": by_kind["state"],
            "local_income_tax": by_kind["city"],
            **self.payroll,
        }
        all_taxes = sum(parts.values(), start=np.zeros_like(income.total))
        found = {**parts, "total": all_taxes, "net_pay": income.total - all_taxes, "deduction": deduction}
        found |= {name: tax for name, tax in by_kind.items() if name.startswith("left_")}
        if finances is None:
            return found
        found["net_pay"] = found["net_pay"] - income.premiums + finances.match
        saved = income.deferral + income.hsa + finances.match
        more = (income.agi, care, child, investment, saved)
        return found | {name: value + np.zeros_like(tax) for name, value in zip(FINANCE_COLUMNS, more, strict=True)}


def _levies(
    case: TaxCase, taxing: Taxing, law: TaxTables, household: Household, income: Income, move: Move | None
) -> tuple[FloatArray, list[FloatArray]]:
    """Payroll taxes of the states, and what each of them adds to Schedule A; a spouse works at home [USD]."""
    levied = {taxing.levying: household}
    if income.has_spouse and taxing.levying != taxing.home:
        own, other = household.payroll
        levied = {taxing.levying: replace(household, payroll=(own,)), taxing.home: replace(household, payroll=(other,))}
    if move is not None:
        levied = payroll_of_movers(taxing.home, household, move, law)
    every, counted = np.zeros_like(household.wages), []
    for code, of_code in levied.items():
        state = law.law(code, case.year, case.status)
        of_job = income if code == taxing.levying else None
        for levy, amount in levies_by_name(state, of_code, of_job).items():
            every = every + amount
            counted.append(amount * state.value(levy, "schedule_a_tax"))
    return every, counted


def _income_taxes(
    case: TaxCase, taxing: Taxing, law: TaxTables, household: Household, income: Income, move: Move | None
) -> dict[str, FloatArray]:
    """Return the income tax of state and city by kind; the state of residence credits what another takes."""
    if move is not None:
        return taxes_of_movers(case.place, case.year, case.status, household, move, law)
    by_kind = {"state": np.zeros_like(household.wages), "city": np.zeros_like(household.wages)}
    codes = [code for code in (*law.of_place[case.place], *taxing.local) if code != FEDERAL]
    kinds = {code: str(law.jurisdictions[code]["kind"]) for code in codes}
    for jurisdiction in sorted(kinds, key=kinds.__getitem__):  # a city before its state, which may deduct its tax
        of_state = replace(household, local_tax=by_kind["city"])
        tax = _income_tax(law.law(jurisdiction, case.year, case.status), of_state, income)
        is_of_work = jurisdiction in taxing.local and not income.is_of_one_job
        by_kind[kinds[jurisdiction]] += income.own_share * tax if is_of_work else tax
    if taxing.other:
        there = _income_tax(law.law(taxing.other, case.year, case.status), household, income)
        home, greater = by_kind["state"], np.maximum(there, by_kind["state"])
        by_kind["state"] = greater if income.is_of_one_job else home + income.own_share * (greater - home)
    return by_kind


def _income_tax(law: Law, household: Household, income: Income) -> FloatArray:
    """Income tax of a jurisdiction on the income that it counts [USD]."""
    counted = household.wages
    for flag, amount in (
        ("taxes_retirement_deferral", income.deferral), ("taxes_hsa", income.hsa), ("taxes_premiums", income.premiums),
    ):  # fmt: skip
        if np.any(amount) and law.value_or("income", flag, 0.0):
            counted = counted + amount
    floor = law.value_or("income", "premiums_floor_rate", 0.0)
    if floor and np.any(income.premiums):
        counted = counted - np.maximum(0.0, income.premiums - floor * counted)
    if np.any(income.other) and law.value_or("income", "exempts_other_income", 0.0):
        counted = counted - income.other
    return income_tax(law, household if counted is household.wages else replace(household, wages=counted))
