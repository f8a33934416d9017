"""Jobs of a calendar year by employer, and the law of the place where they are held."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

import numpy as np

from compkit.model import FilingStatus
from compkit.pay import FloatArray
from compkit.tax.finances import Amounts, Finances, Income, income_of, up_to
from compkit.tax.levies import additional_medicare
from compkit.tax.moves import Move
from compkit.tax.returns import FEDERAL, Deduction, TaxCase, TaxOptions, taxes_of_case
from compkit.tax.schedules import Law, TaxTables
from compkit.tax.two_states import taxing_states


@dataclass(frozen=True, slots=True)
class Residence:
    """Residence, workplace and filing status of a household, and the rest of it.

    Parameters
    ----------
    place : str
        Residence.
    filing_status : {"single", "married_joint", "head_of_household"}
    work_place : str, optional
        Where the work is done, if elsewhere.
    is_remote : bool
        Whether the work is done at home and `work_place` is only the assigned office.
    finances : Finances, optional
        The rest of the household, the same in each calendar year; None if there is nothing else to tax or deduct.
    last_year : Finances, optional
        The rest of the household in the year before the first.
    """

    place: str
    filing_status: FilingStatus
    work_place: str | None = None
    is_remote: bool = False
    finances: Finances | None = None
    last_year: Finances | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Pay from one employer in a calendar year: arrays of one shape.

    Parameters
    ----------
    base, supplemental : ndarray
        Salary; bonus, sign-on and stock [USD].
    share : ndarray
        Part of the year for which salary was paid [fraction].
    premiums, hsa, deferral : ndarray or float
        What payroll takes from the salary before tax: insurance premiums, health savings account, 401(k) [USD].
    """

    base: FloatArray
    supplemental: FloatArray
    share: FloatArray
    premiums: Amounts = 0.0
    hsa: Amounts = 0.0
    deferral: Amounts = 0.0

    @property
    def wages(self) -> FloatArray:
        """All pay [USD]."""
        return self.base + self.supplemental

    @property
    def payroll(self) -> FloatArray:
        """Pay subject to Social Security and Medicare [USD]."""
        return self.wages - self.premiums - self.hsa


def employers(new: Job, old: Job, *, is_same: bool) -> list[Job]:
    """Pay by employer of a year with an earlier job, which may be with the same one."""
    if is_same:
        return [Job(new.base + old.base, new.supplemental + old.supplemental, new.share + old.share)]
    return [new, old] if np.any(old.wages) else [new]


def after_payroll(jobs: Sequence[Job], finances: Finances | None, law: Law) -> list[Job]:
    """Jobs with what payroll takes before tax, from each salary in proportion to it, as far as salaries go."""
    if finances is None:
        return list(jobs)
    salary = total_of(job.base for job in jobs)
    salary = law.named(salary, "salary of the year from all jobs") if len(jobs) > 1 else salary
    premiums = law.named(up_to(salary, finances.premiums), "insurance premiums from salary")
    hsa = law.named(up_to(salary - premiums, finances.hsa), "health savings account from salary")
    deferral = law.named(up_to(salary - premiums - hsa, finances.traditional_401k), "401(k) from salary")
    parts: list[Amounts] = [job.base / np.maximum(salary, 1.0) for job in jobs] if len(jobs) > 1 else [1.0]
    return [
        replace(job, premiums=part * premiums, hsa=part * hsa, deferral=part * deferral)
        for job, part in zip(jobs, parts, strict=True)
    ]


def before_tax(jobs: Sequence[Job], share: Amounts = 1.0) -> Finances | None:
    """Sum what payroll takes before tax, as of a full year for a share of it; None if nothing [USD]."""
    taken = {
        "premiums": sum(job.premiums for job in jobs),
        "hsa": sum(job.hsa for job in jobs),
        "traditional_401k": sum(job.deferral for job in jobs),
    }
    a_year = {name: amount / share for name, amount in taken.items() if np.any(amount)}
    return Finances(**a_year) if a_year else None


def spouse_job(finances: Finances | None, wages: FloatArray) -> Job | None:
    """Return the spouse's job, salary all year, in the shape of your wages; None without one."""
    if finances is None or finances.spouse_wages is None:
        return None
    nothing = np.zeros_like(wages)
    return Job(finances.spouse_wages + nothing, nothing, nothing + 1.0)


@dataclass(frozen=True, slots=True)
class Stays:
    """A year of a move: the job at each place.

    Parameters
    ----------
    new, old : Job
        After and before the move.
    move : Move
        What was earned before it is the pay of the old job, and what vests later for it.
    """

    new: Job
    old: Job
    move: Move

    @property
    def complete_move(self) -> Move:
        """The move with what was earned before it."""
        return replace(self.move, earned_before=self.old.wages + self.move.vested_after)


@dataclass(frozen=True, slots=True)
class YearLaw:
    """Tax law of one calendar year for one residence."""

    case: TaxCase
    residence: Residence
    tables: TaxTables

    def law(self, jurisdiction: str) -> Law:
        """Law of a jurisdiction."""
        return self.tables.law(jurisdiction, self.case.year, self.case.status)

    def income(self, wages: FloatArray, finances: Finances | None) -> Income:
        """Income of the household with a year's wages of one earner [USD]."""
        return income_of(wages, 1, finances, self.law(FEDERAL))

    def taxes(
        self, wages: FloatArray, deduction: Deduction, move: Move | None = None, finances: Finances | None = None
    ) -> Mapping[str, FloatArray]:
        """Taxes on a year's wages; see `taxes_of_case` [USD]."""
        home = self.residence
        options = TaxOptions(deduction, 1, home.work_place, home.is_remote, finances, move)
        return taxes_of_case(self.case, wages, self.tables, options)

    def at(self, place: str) -> Self:
        """Law for who lives and works at another place."""
        return replace(
            self, case=replace(self.case, place=place), residence=Residence(place, self.residence.filing_status)
        )

    def federal_tax(self, income: Income, owed: Mapping[str, FloatArray]) -> FloatArray:
        """Federal income tax, of the taxes owed, with the additional Medicare tax on a year's wages [USD]."""
        return owed["federal_income_tax"] + additional_medicare(income.wages, self.law(FEDERAL))

    @property
    def withheld_by(self) -> list[tuple[tuple[str, ...], str]]:
        """Jurisdictions that have their income tax withheld, by the tax's column in `RESULT_COLUMNS`."""
        home, law = self.residence, self.tables
        taxing = taxing_states(home.place, home.work_place, law, is_remote=home.is_remote)
        cities = [code for code in law.of_place[home.place] if law.jurisdictions[code]["kind"] == "city"]
        local = (*cities, *taxing.local)
        return [((taxing.withholding,), "state_income_tax"), *([(local, "local_income_tax")] if local else [])]


def total_of(amounts: Iterable[FloatArray]) -> FloatArray:
    """Sum of amounts by employer [USD]."""
    return reduce(operator.add, amounts)
