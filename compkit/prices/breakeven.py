"""Break-even growth: the constant share price growth at which one total reaches another."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from compkit.model import GrowthConvention
from compkit.pay import FloatArray, PayTerms, grant_vests, weighted_cash, years_of_growth
from compkit.periods import MONTHS_A_YEAR

LOWEST_GROWTH, HIGHEST_GROWTH = -0.99, 10.0
_N_POINTS = 20_001
# Rounding errors of equal sums added in different orders, and of a sum at its root.
ROUNDING_TOLERANCE = 1e-12


@dataclass(frozen=True)
class GrowthCurve:
    """Total pay as a function of the growth g of all share prices: cash + sum of value (1 + g)^exponent.

    Parameters
    ----------
    cash : float
        Pay that does not depend on a share price [USD].
    values : ndarray, shape (n,)
        Vests at a flat price [USD].
    exponents : ndarray, shape (n,)
        Years of growth of each.
    """

    cash: float
    values: FloatArray
    exponents: FloatArray

    def at(self, growth: ArrayLike) -> FloatArray:
        """Total at each growth above -1, same shape [USD]."""
        return np.asarray(self.cash + self.powers(growth) @ self.values)

    def powers(self, growth: ArrayLike) -> FloatArray:
        """Growth factor of each value at each growth above -1, shape (..., n)."""
        log = np.log1p(np.asarray(growth, dtype=float))
        return np.asarray(np.exp(log[..., None] * self.exponents))

    def minus(self, other: GrowthCurve | float) -> GrowthCurve:
        """Difference from another curve, or from a fixed amount [USD]."""
        if not isinstance(other, GrowthCurve):
            cash = _without_rounding_errors(self.cash - other, abs(self.cash) + abs(other))
            return GrowthCurve(float(cash), self.values, self.exponents)
        exponents, position = np.unique(np.concatenate([self.exponents, other.exponents]), return_inverse=True)
        values, sizes = np.zeros((2, len(exponents)))
        np.add.at(values, position, np.concatenate([self.values, -other.values]))
        np.add.at(sizes, position, np.abs(np.concatenate([self.values, other.values])))
        cash = _without_rounding_errors(self.cash - other.cash, abs(self.cash) + abs(other.cash))
        return GrowthCurve(float(cash), _without_rounding_errors(values, sizes), exponents)

    @property
    def slope(self) -> GrowthCurve:
        """The derivative by log(1 + g): zero at the turning points."""
        return GrowthCurve(0.0, self.values * self.exponents, self.exponents)


@dataclass(frozen=True, slots=True)
class Crossing:
    """The growth at which a difference is zero, if any.

    Parameters
    ----------
    break_even : {"at", "always", "never"}
        `always`: at least zero at every growth from -99 % to 1,000 % a year; `never`: below zero at each.
    growth : float or None
        The root nearest to 0; None unless `at` [fraction a year].
    """

    break_even: Literal["at", "always", "never"]
    growth: float | None = None


def growth_curve(pay: PayTerms, row: int, n_years: int, convention: GrowthConvention) -> GrowthCurve:
    """Total pay of one offer over a horizon as a function of the growth of its share price.

    Parameters
    ----------
    pay : PayTerms
    row : int
        The offer's position.
    n_years : int
        The horizon [years].
    convention : {"smooth", "annual-step"}
    """
    one = pay.rows(row, row + 1)
    cash = weighted_cash(one, np.ones((MONTHS_A_YEAR * n_years, 1)))
    vests = grant_vests(one.grants, one.schedules, n_years)
    priced = np.reshape([group.priced_month for group in vests.groups], (-1, 1))
    grown = years_of_growth(np.maximum(vests.month, priced), convention) - years_of_growth(priced, convention)
    # Rounded to whole months, so that equal times have equal exponents in every offer.
    exponents = np.where(vests.is_cash[:, None], 0.0, np.round(grown * MONTHS_A_YEAR) / MONTHS_A_YEAR)
    is_vest = (vests.fraction > 0)[vests.group_of]
    fixed = float(sum(amounts[0, 0] for amounts in cash.values()))
    return GrowthCurve(fixed, vests.value[is_vest], exponents[vests.group_of][is_vest])


def crossing(difference: GrowthCurve) -> Crossing:
    """Find the growth nearest to 0 at which a difference is zero.

    Examples
    --------
    >>> late = GrowthCurve(-110.0, np.array([100.0]), np.array([1.0]))
    >>> round(crossing(late).growth, 12)
    0.1
    >>> crossing(GrowthCurve(-1.0, np.array([]), np.array([])))
    Crossing(break_even='never', growth=None)
    """
    log = np.union1d(np.linspace(math.log1p(LOWEST_GROWTH), math.log1p(HIGHEST_GROWTH), _N_POINTS), [0.0])
    # Between two turning points there is at most one root, however close they are.
    log = np.union1d(log, _roots(difference.slope, log, _clean(difference.slope, log)))
    found = _clean(difference, log)
    if not found.any():
        return Crossing("always")
    roots = np.clip(np.expm1(_roots(difference, log, found)), LOWEST_GROWTH, HIGHEST_GROWTH)
    if roots.size:
        return Crossing("at", float(roots[np.argmin(np.abs(roots))]))
    return Crossing("always" if found[0] > 0 else "never")


def _roots(curve: GrowthCurve, log: FloatArray, found: FloatArray) -> FloatArray:
    """Roots of a curve, given its values `found` at increasing `log` = log(1 + g)."""
    if not found.any():
        return np.empty(0)
    left = np.flatnonzero(found[:-1] * found[1:] < 0)
    if not left.size:
        return np.asarray(log[found == 0.0])
    ends = (log[left], log[left + 1])
    from scipy.optimize import elementwise  # slow to import, and only roots need it

    exact = elementwise.find_root(lambda at: curve.at(np.expm1(at)), ends, tolerances={"xrtol": 1e-14})
    return np.concatenate([log[found == 0.0], exact.x])


def _clean(curve: GrowthCurve, log: FloatArray) -> FloatArray:
    """Values of a curve at log(1 + g), with rounding errors set to zero."""
    powers = curve.powers(np.expm1(log))
    return _without_rounding_errors(curve.cash + powers @ curve.values, abs(curve.cash) + powers @ np.abs(curve.values))


def _without_rounding_errors(amounts: ArrayLike, sizes: ArrayLike) -> FloatArray:
    """Amounts, zero where negligible against the total size of their terms."""
    return np.where(np.abs(amounts) <= ROUNDING_TOLERANCE * np.asarray(sizes, dtype=float), 0.0, amounts)
