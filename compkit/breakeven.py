"""The constant growth of share prices at which one sum reaches another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import elementwise

from compkit.cashflow import PayTerms, weighted_cash
from compkit.equity import GrowthConvention
from compkit.periods import MONTHS_A_YEAR
from compkit.vesting import vested_share

FloatArray = NDArray[np.float64]
LOWEST_GROWTH, HIGHEST_GROWTH = -0.99, 10.0
_N_POINTS = 20_001
# What is left of equal sums that were added up in different orders, and of a sum at its root.
_DUST = 1e-12


@dataclass(frozen=True)
class GrowthCurve:
    """A sum of pay as a function of the growth g of all share prices: cash + sum of value (1 + g)^exponent.

    Parameters
    ----------
    cash : float
        What does not depend on a share price [USD].
    values : ndarray, shape (n,)
        What vests, at a flat price [USD].
    exponents : ndarray, shape (n,)
        For how long each has grown [years].
    """

    cash: float
    values: FloatArray
    exponents: FloatArray

    def at(self, growth: ArrayLike) -> FloatArray:
        """Return the sum at each growth above -1, same shape [USD]."""
        return np.asarray(self.cash + self.powers(growth) @ self.values)

    def powers(self, growth: ArrayLike) -> FloatArray:
        """Return by how much each value has grown at each growth above -1, shape (..., n)."""
        log = np.log1p(np.asarray(growth, dtype=float))
        return np.asarray(np.exp(log[..., None] * self.exponents))

    def minus(self, other: GrowthCurve | float) -> GrowthCurve:
        """Return the difference to another sum, which grows alike, or to a fixed one [USD]."""
        if not isinstance(other, GrowthCurve):
            return GrowthCurve(float(_without_dust(self.cash - other, abs(self.cash) + abs(other))), self.values,
                               self.exponents)  # fmt: skip
        exponents, position = np.unique(np.concatenate([self.exponents, other.exponents]), return_inverse=True)
        values, sizes = np.zeros((2, len(exponents)))
        np.add.at(values, position, np.concatenate([self.values, -other.values]))
        np.add.at(sizes, position, np.abs(np.concatenate([self.values, other.values])))
        cash = _without_dust(self.cash - other.cash, abs(self.cash) + abs(other.cash))
        return GrowthCurve(float(cash), _without_dust(values, sizes), exponents)

    @property
    def slope(self) -> GrowthCurve:
        """Its derivative by the logarithm of 1 + g: zero where the sum turns."""
        return GrowthCurve(0.0, self.values * self.exponents, self.exponents)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a difference reaches zero.

    Parameters
    ----------
    break_even : {"at", "always", "never"}
        `always`: it is at least zero at every growth from -99 % to 1,000 % a year; `never`: it is below at each.
    growth : float or None
        The growth at which it is zero, the one nearest to none; null unless `at` [fraction a year].
    """

    break_even: Literal["at", "always", "never"]
    growth: float | None = None


def growth_curve(pay: PayTerms, row: int, n_years: int, convention: GrowthConvention) -> GrowthCurve:
    """Return the total of one offer over a horizon as a function of the growth of its share price.

    Parameters
    ----------
    pay : PayTerms
    row : int
        The offer's position.
    n_years : int
        The horizon [years].
    convention : {"smooth", "annual-step"}
    """
    n_months = MONTHS_A_YEAR * n_years
    one = pay.rows(row, row + 1)
    cash = weighted_cash(one, np.ones((n_months, 1)))
    values, exponents = [np.empty(0)], [np.empty(0)]
    month = np.arange(1, n_months + 1)
    for grant in one.grants.to_dict("records"):
        start = int(grant["start_month"])
        vests = np.diff(vested_share(one.schedules[str(grant["schedule"])], n_months, start), prepend=0.0)
        priced = int(grant["priced_month"])
        since = years_of_growth(np.array([priced]), convention)[0]
        values.append(grant["units"] * grant["start_price"] * vests[vests > 0])
        # Whole months, so that the same time has the same exponent in every offer.
        at = np.maximum(month[vests > 0], priced)
        grown = np.round((years_of_growth(at, convention) - since) * MONTHS_A_YEAR) / MONTHS_A_YEAR
        exponents.append(np.zeros_like(grown) if grant["is_cash"] else grown)
    fixed = float(sum(amounts[0, 0] for amounts in cash.values()))
    return GrowthCurve(fixed, np.concatenate(values), np.concatenate(exponents))


def years_of_growth(month: NDArray[np.int64], convention: GrowthConvention) -> FloatArray:
    """Return for how long a price has grown by each month, same shape [years].

    >>> years_of_growth(np.array([6, 12, 13]), "smooth").tolist()
    [0.5, 1.0, 1.0833333333333333]
    >>> years_of_growth(np.array([6, 12, 13]), "annual-step").tolist()
    [0.0, 0.0, 1.0]
    """
    at = np.asarray(month, dtype=float)
    if convention == "smooth":
        return at / MONTHS_A_YEAR
    return np.maximum(np.ceil(at / MONTHS_A_YEAR) - 1.0, 0.0)


def crossing(difference: GrowthCurve) -> Crossing:
    """Return the growth at which a difference is zero: the root nearest to no growth, or that it is never or always.

    Examples
    --------
    >>> late = GrowthCurve(-110.0, np.array([100.0]), np.array([1.0]))
    >>> round(crossing(late).growth, 12)
    0.1
    >>> crossing(GrowthCurve(-1.0, np.array([]), np.array([])))
    Crossing(break_even='never', growth=None)
    """
    log = np.union1d(np.linspace(math.log1p(LOWEST_GROWTH), math.log1p(HIGHEST_GROWTH), _N_POINTS), [0.0])
    # Between two turns there is one root at most, however close the turns lie.
    log = np.union1d(log, _roots(difference.slope, log, _clean(difference.slope, log)))
    found = _clean(difference, log)
    if not found.any():
        return Crossing("always")
    roots = np.clip(np.expm1(_roots(difference, log, found)), LOWEST_GROWTH, HIGHEST_GROWTH)
    if roots.size:
        return Crossing("at", float(roots[np.argmin(np.abs(roots))]))
    return Crossing("always" if found[0] > 0 else "never")


def _roots(curve: GrowthCurve, log: FloatArray, found: FloatArray) -> FloatArray:
    """Return where a curve, found at rising logarithms of 1 + g, is zero at them or changes its sign between."""
    if not found.any():
        return np.empty(0)
    left = np.flatnonzero(found[:-1] * found[1:] < 0)
    if not left.size:
        return np.asarray(log[found == 0.0])
    ends = (log[left], log[left + 1])
    exact = elementwise.find_root(lambda at: curve.at(np.expm1(at)), ends, tolerances={"xrtol": 1e-14})
    return np.concatenate([log[found == 0.0], exact.x])


def _clean(curve: GrowthCurve, log: FloatArray) -> FloatArray:
    """Return a curve at logarithms of 1 + g, zero where it is nothing beside the sizes of its terms."""
    powers = curve.powers(np.expm1(log))
    return _without_dust(curve.cash + powers @ curve.values, abs(curve.cash) + powers @ np.abs(curve.values))


def _without_dust(amounts: ArrayLike, sizes: ArrayLike) -> FloatArray:
    """Return amounts, and zero for what is nothing beside the sizes of what they were added up from."""
    return np.where(np.abs(amounts) <= _DUST * np.asarray(sizes, dtype=float), 0.0, amounts)
