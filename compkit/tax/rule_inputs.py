"""What the rules of states and cities take: wages of households, and how long they lived there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from compkit.pay import FloatArray
from compkit.tax.finances import Amounts, total


@dataclass(frozen=True, slots=True)
class Household:
    """Wages of households and other inputs of the rules.

    Parameters
    ----------
    wages : ndarray, shape (n,)
        Income as the jurisdiction takes it: all wages, or adjusted gross income if there is more to it [USD a year].
    agi : ndarray, shape (n,)
        Federal adjusted gross income of the whole year [USD].
    payroll, earned : tuple of ndarray
        Wages subject to payroll taxes, and taxable wages, by earner [USD a year].
    fica : tuple of ndarray
        Social Security and Medicare without the additional Medicare tax, by earner [USD].
    salt_cap : ndarray, shape (n,), optional
        Cap on state and local tax if the federal return itemizes [USD]; None with the standard deduction.
    payroll_tax : ndarray or float
        Social Security and all Medicare, if the federal return itemizes [USD].
    local_tax : ndarray or float
        Income tax of the city [USD]; known to the state's rule.
    itemized : ndarray or float
        If the federal return itemizes, what it deducts besides state and local tax [USD].
    federal_deduction, credits : ndarray or float
        Deduction of the federal return, the standard one unless a state needs the other, and its credits for children
        before the tax limits them [USD].
    mortgage_interest, property_tax, charity : ndarray or float
        Interest on the home's loans, tax on the home, and gifts [USD].
    has_deductions : bool
        Whether there are any of these three.
    levies : ndarray or float
        Contributions of employees that the federal return deducts, if it itemizes [USD].
    paid_income_tax : ndarray or float
        What state and city take of income, if a deduction depends on it [USD].
    year_income : ndarray, shape (n,), optional
        Income of the whole year, if the wages are those of the part of it that was lived there [USD].
    deduction_share, exemption_share : ndarray or float
        Part of the standard deduction, and of exemptions, that counts for that part of the year [fraction].
    """

    wages: FloatArray
    agi: FloatArray
    payroll: tuple[FloatArray, ...]
    earned: tuple[FloatArray, ...]
    fica: tuple[FloatArray, ...]
    salt_cap: FloatArray | None = None
    payroll_tax: Amounts = 0.0
    local_tax: Amounts = 0.0
    itemized: Amounts = 0.0
    federal_deduction: Amounts = 0.0
    credits: Amounts = 0.0
    mortgage_interest: Amounts = 0.0
    property_tax: Amounts = 0.0
    charity: Amounts = 0.0
    has_deductions: bool = False
    levies: Amounts = 0.0
    paid_income_tax: Amounts = 0.0
    year_income: FloatArray | None = None
    deduction_share: Amounts = 1.0
    exemption_share: Amounts = 1.0

    @property
    def whole(self) -> FloatArray:
        """Income of the whole year [USD]."""
        return self.wages if self.year_income is None else self.year_income

    @property
    def n_earners(self) -> int:
        """Number of earners."""
        return len(self.payroll)

    @property
    def shares(self) -> tuple[Amounts, ...]:
        """Part of each earner in the wages of all; without wages the first has all income [fraction]."""
        if self.n_earners == 1:
            return (1.0,)
        every = total(self.earned)
        own, *others = (each / np.maximum(every, 1.0) for each in self.earned)
        return (np.where(every > 0.0, own, 1.0), *others)
