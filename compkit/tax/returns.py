"""A year's taxes of households that share a place, filing status and year: the federal and the state returns."""

from __future__ import annotations

import operator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.federal import (
    Credits,
    credits_for_children,
    investment_tax,
    itemized_besides_tax,
    salt_cap,
    standard_deduction,
)
from compkit.tax.finances import Finances, Income, income_of, total
from compkit.tax.levies import additional_medicare, levies_by_name, of_earners, social_security_tax
from compkit.tax.moves import Move
from compkit.tax.part_year import payroll_of_movers, taxes_of_movers
from compkit.tax.rule_inputs import Household
from compkit.tax.rules import income_tax
from compkit.tax.schedules import Law, TaxTables
from compkit.tax.state_deductions import (
    deducts_federal_tax,
    federal_itemized,
    income_tax_paid,
    settled_taxes,
    with_deductions,
)
from compkit.tax.two_states import Taxing, taxing_states

Deduction = Literal["standard", "itemized", "best"]
DEDUCTIONS: tuple[Deduction, ...] = ("standard", "itemized", "best")
FEDERAL = "US"
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


def taxes_of_case(case: TaxCase, wages: FloatArray, law: TaxTables, options: TaxOptions) -> dict[str, FloatArray]:
    """Return `RESULT_COLUMNS` of households that share a place, status and year; see `household_tax` [USD a year].

    With finances, `FINANCE_COLUMNS` follow; with a move, `left_state` and `left_city`, see `taxes_of_movers`.
    """
    federal = law.law(FEDERAL, case.year, case.status)
    taxing = taxing_states(case.place, options.work_place, law, is_remote=options.is_remote)
    income = income_of(wages, options.n_earners, options.finances, federal)
    relief = credits_for_children(federal, income, options.finances)
    deduction = standard_deduction(federal, income.agi, options.finances)
    household, payroll = _household(federal, income, relief, deduction)
    household = with_deductions(household, options.finances)
    payroll["state_payroll_tax"], deductible = _levies(case, taxing, law, household, income, options.move)
    year = _Return(federal, income, options.finances, relief, payroll)
    laws = [law.law(code, case.year, case.status) for code in (taxing.home, taxing.other) if code is not None]

    def income_taxes(household: Household) -> dict[str, FloatArray]:
        return _income_taxes(case, taxing, law, household, income, options.move)

    by_kind = settled_taxes(income_taxes, household, laws, deductible)
    standard = year.taxes(deduction, by_kind)
    if options.deduction == "standard":
        return standard
    itemizing = _itemizing(federal, household, options.finances, payroll, deductible)
    lived_in = [case.place, *([options.move.place] if options.move else [])]
    if any(map(deducts_federal_tax, laws)) or any(
        law.depends_on_federal_choice(each, has_deductions=household.has_deductions) for each in lived_in
    ):
        by_kind = settled_taxes(income_taxes, itemizing, laws, deductible)
    itemized = year.taxes(federal_itemized(federal, itemizing, income_tax_paid(by_kind, deductible)), by_kind)
    if options.deduction == "itemized":
        return itemized
    is_less = itemized["total"] < standard["total"]
    return {name: np.where(is_less, itemized[name], standard[name]) for name in standard}


def _household(
    federal: Law, income: Income, relief: Credits, deduction: FloatArray
) -> tuple[Household, dict[str, FloatArray]]:
    """Return what the states' rules take of households with the standard deduction, and the federal payroll taxes."""
    social_security = tuple(social_security_tax(federal, each) for each in income.payroll)
    basic_medicare = tuple(federal.value("medicare", "rate") * each for each in income.payroll)
    if income.has_spouse:
        social_security = of_earners(federal, social_security, "Social Security")
        basic_medicare = of_earners(federal, basic_medicare, "Medicare")
    household = Household(
        income.agi, income.agi, income.payroll, income.earned,
        fica=tuple(map(operator.add, social_security, basic_medicare)),
        federal_deduction=deduction, credits=relief.care + relief.child,
    )  # fmt: skip
    medicare = total(basic_medicare) + additional_medicare(income.wages, federal)
    return household, {"social_security": total(social_security), "medicare": medicare}


def _itemizing(
    federal: Law,
    household: Household,
    finances: Finances | None,
    payroll: dict[str, FloatArray],
    deductible: list[FloatArray],
) -> Household:
    """Return the household with what the states' rules take where the federal return itemizes."""
    itemizing = replace(
        household,
        salt_cap=salt_cap(federal, household.agi),
        payroll_tax=payroll["social_security"] + payroll["medicare"],
    )
    if finances is None:
        return itemizing
    besides = itemized_besides_tax(federal, household.agi, finances)
    return replace(itemizing, itemized=besides, levies=sum(deductible))


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
        household = replace(household, local_tax=by_kind["city"])
        tax = _income_tax(law.law(jurisdiction, case.year, case.status), household, income)
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
