"""A household's finances beyond the wages of one job, and the income that the taxes make of them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compkit.errors import OutOfRangeError
from compkit.pay import FloatArray
from compkit.tax.schedules import Law

Amounts = FloatArray | float


@dataclass(frozen=True, slots=True)
class Finances:
    """What decides a household's tax besides the wages of one earner: arrays of one shape, or one value for all.

    Amounts are USD a year. Those paid from wages before tax count as far as the wages go: first the premiums, then the
    health savings account, then the retirement plan.

    Parameters
    ----------
    spouse_wages : array_like, optional
        The spouse's taxable wages; None to split the household's wages equally between its earners.
    children : array_like
        Children under 17 at the end of the year.
    childcare : array_like
        Paid for the care of children under 13 while the parents work.
    retirement_deferral : array_like
        Put into a 401(k) plan before tax.
    hsa : array_like
        Put into a health savings account through payroll.
    premiums : array_like
        The employee's share of health insurance, paid through payroll before tax.
    match : array_like
        The employer's contribution to the retirement plan, which isn't taxed.
    mortgage_interest : array_like
        Deductible interest on loans for the home.
    property_tax : array_like
        Paid on the home.
    charity : array_like
        Cash given to charity.
    other_income : array_like
        Interest and the like, taxed as ordinary income.
    age : array_like, optional
        Age at the end of the year, for what older people may save before tax; None if unknown [years].
    """

    spouse_wages: Amounts | None = None
    children: Amounts = 0.0
    childcare: Amounts = 0.0
    traditional_401k: Amounts = 0.0
    hsa: Amounts = 0.0
    premiums: Amounts = 0.0
    match: Amounts = 0.0
    mortgage_interest: Amounts = 0.0
    property_tax: Amounts = 0.0
    charity: Amounts = 0.0
    other_income: Amounts = 0.0
    age: Amounts | None = None

    def _changed(self, change: Callable[[Amounts, str], Any]) -> Finances:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        return replace(self, **{name: change(value, name) for name, value in given.items() if value is not None})

    @property
    def changes_tax(self) -> bool:
        """Whether there is anything that taxes or deductions count besides the wages of one earner."""
        untaxed = ("match", "age")
        return any(np.any(getattr(self, each.name) or 0.0) for each in fields(self) if each.name not in untaxed)

    def validated(self, n_rows: int) -> Finances:
        """Return the same finances as floats, or as arrays of `n_rows`.

        Raises
        ------
        OutOfRangeError
            If an amount is negative or not finite, or a number of children not whole.
        """

        def read(value: Amounts, name: str) -> Amounts:
            amounts = np.asarray(value, dtype=float)
            check_amounts(name, amounts)
            if name == "children" and np.any(amounts % 1):
                raise OutOfRangeError(name, "be a whole number", float(np.extract(amounts % 1, amounts)[0]))
            return float(amounts) if amounts.ndim == 0 else np.broadcast_to(amounts, n_rows)

        return self._changed(read)

    def of_rows(self, rows: NDArray[np.intp]) -> Finances:
        """Return the finances of some rows."""
        return self._changed(lambda value, _: value if isinstance(value, float) else value[rows])


@dataclass(frozen=True, slots=True)
class Income:
    """Income of households as the taxes take it, in USD a year.

    Parameters
    ----------
    total : ndarray
        Wages of all earners and other income, before anything is taken from them.
    agi : ndarray
        Federal adjusted gross income.
    payroll : tuple of ndarray
        Wages subject to Social Security and Medicare, by earner; the spouse is the second.
    earned : tuple of ndarray
        Taxable wages, by earner.
    premiums, hsa, deferral : ndarray or float
        Paid from the wages before tax: health insurance, health savings account, retirement plan.
    other : ndarray or float
        Other income.
    has_spouse : bool
        Whether the second earner is a spouse of other wages, earned at home.
    """

    total: FloatArray
    agi: FloatArray
    payroll: tuple[FloatArray, ...]
    earned: tuple[FloatArray, ...]
    premiums: Amounts = 0.0
    hsa: Amounts = 0.0
    deferral: Amounts = 0.0
    other: Amounts = 0.0
    has_spouse: bool = False

    @property
    def is_of_one_job(self) -> bool:
        """Whether all income is from jobs at one place."""
        return not self.has_spouse and not np.any(self.other)

    @property
    def own_share(self) -> Amounts:
        """Part of adjusted gross income that comes from the first earner's job [fraction]."""
        own = self.earned[0] if self.has_spouse else total(self.earned)
        return np.where(self.agi > 0.0, own / np.maximum(self.agi, 1.0), 1.0)

    @property
    def wages(self) -> FloatArray:
        """Wages subject to Social Security and Medicare, of all earners."""
        return total(self.payroll)


def income_of(wages: FloatArray, n_earners: int, finances: Finances | None, law: Law) -> Income:
    """Work out the income of households from the wages of one earner, or of equal earners together [USD a year]."""
    if finances is None:
        each = (wages / n_earners,) * n_earners
        return Income(wages, wages, each, each)
    premiums = law.named(up_to(wages, finances.premiums), "insurance premiums, before tax")
    hsa = law.named(up_to(wages - premiums, finances.hsa), "health savings account, before tax")
    own = law.named(wages - premiums - hsa, "your wages after premiums and savings account")
    deferral = law.named(up_to(own, finances.traditional_401k), "401(k), before tax")
    spouse = finances.spouse_wages
    payroll, earned = (
        (amount / n_earners,) * n_earners if spouse is None else (amount, spouse + np.zeros_like(amount))
        for amount in (own, law.named(own - deferral, "your taxable wages"))
    )
    other = finances.other_income
    income = law.named((wages if spouse is None else wages + spouse) + other, "income of the household")
    agi = law.named(total(earned) + other, "adjusted gross income")
    return Income(income, agi, payroll, earned, premiums, hsa, deferral, other, has_spouse=spouse is not None)


def check_amounts(what: str, amounts: FloatArray) -> None:
    """Raise OutOfRangeError unless all amounts are finite and not negative."""
    wrong = ~np.isfinite(amounts) | (amounts < 0)
    if wrong.any():
        raise OutOfRangeError(what, "be finite and not negative", float(np.extract(wrong, amounts)[0]))


def up_to(limit: Amounts, amount: Amounts) -> Amounts:
    """Return the amount as far as the limit allows; a plain 0 if there is none."""
    return np.minimum(amount, limit) if np.any(amount) else 0.0


def total(amounts: tuple[FloatArray, ...]) -> FloatArray:
    """Return the sum of amounts by earner."""
    return reduce(operator.add, amounts)
