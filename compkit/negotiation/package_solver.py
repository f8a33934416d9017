"""Mixed-integer programs over the levers of an offer, solved by SciPy's HiGHS (`scipy.optimize.milp`).

SciPy takes matrices; this module turns levers with steps, windows and "at least two levers differ" into them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compkit.errors import CompkitError

Terms = Mapping[int, float]
"""Linear expression: coefficients by variable number."""

LEAST_DIFFERENCE = 1.0
"""Amounts closer than this count as equal [USD]."""
LEAST_FREE_DIFFERENCE = 1_000.0
"""The same if levers may take any whole dollar: a few dollars do not make another package [USD]."""
_INFEASIBLE = 2
_LARGEST_RAISE = 1e4
_SOLVER_UNIT = 1_000.0
# HiGHS accepts integers that are off by a millionth; the effect on a sum stays well below this [USD].
_SLACK = 0.25


class SolverError(CompkitError):
    """The solver found neither a package nor that there is none."""


@dataclass(frozen=True, slots=True)
class Lever:
    """What one lever may become: as offered, a multiple of its step above that, or, if free, any whole dollar.

    Parameters
    ----------
    name : str
    offered, high : float
        [USD]; `high` is finite.
    step : int
        Round amounts are multiples of it [USD].
    weight : float
        What one dollar of it adds to the total.
    """

    name: str
    offered: float
    high: float
    step: int
    weight: float

    @property
    def room(self) -> float:
        """How much it can rise [USD]."""
        return self.high - self.offered

    def rises(self, step: int) -> tuple[float, int]:
        """Gap from the offer to the lowest multiple of a step above it [USD], and the number of multiples in the room.

        >>> Lever("base_salary", 172_000, 190_000, 5_000, 4).rises(5_000)
        (3000, 4)
        """
        lowest, highest = math.floor(self.offered / step) + 1, math.floor(self.high / step)
        return lowest * step - self.offered, max(0, highest - lowest + 1)

    def holds(self, amount: float, *, is_free: bool) -> bool:
        """Whether the lever may become an amount [USD]."""
        step = 1 if is_free else self.step
        return amount == self.offered or (self.offered < amount <= self.high and amount % step == 0)


@dataclass(frozen=True, slots=True)
class Window:
    """The range for a weighted sum of the levers' amounts [USD], ends included."""

    low: float
    high: float

    @classmethod
    def around(cls, aim: float, tolerance: float) -> Window:
        """Build the window that extends by a share of its center on both sides."""
        return cls(aim * (1 - tolerance), aim * (1 + tolerance))

    def holds(self, total: float) -> bool:
        """Whether a sum is inside."""
        return self.low <= total <= self.high


class PackageSolver:
    """Packages solved together: their amounts, and the rules between them.

    Amounts are kept as raises over the offer, in a unit that keeps the numbers small for the solver.

    Parameters
    ----------
    levers : sequence of Lever
    n_packages : int
    n_free : int
        How many levers of a package may take any whole dollar.
    unit : float
        [USD]
    """

    def __init__(self, levers: Sequence[Lever], n_packages: int, n_free: int, unit: float = _SOLVER_UNIT) -> None:
        self.levers, self.n_packages, self.n_free, self.unit = tuple(levers), n_packages, n_free, unit
        self._upper: list[float] = []
        self._is_integer: list[bool] = []
        self._rows: list[tuple[dict[int, float], float, float]] = []
        self._parts: list[list[list[tuple[int, float, bool]]]] = []
        self.free_flags: list[dict[str, int]] = []
        for _ in range(n_packages):
            self._parts.append([])
            self.free_flags.append({})
            for lever in self.levers:
                self._add_lever(lever)
            if n_free:
                self.require(dict.fromkeys(self.free_flags[-1].values(), 1.0), high=n_free)

    def variable(self, high: float = math.inf, *, is_integer: bool = False) -> int:
        """Add a variable from 0 up; return its number."""
        self._upper.append(high)
        self._is_integer.append(is_integer)
        return len(self._upper) - 1

    def require(self, terms: Terms, low: float = -math.inf, high: float = math.inf) -> None:
        """Require an expression to be within two ends."""
        self._rows.append((dict(terms), low, high))

    def _add_lever(self, lever: Lever) -> None:
        """Add what one lever of the last package may become: multiples of its step and, if free, whole dollars."""
        parts: list[tuple[int, float, bool]] = []
        flags: dict[int, float] = {}
        gap, n_multiples = lever.rises(lever.step)
        if n_multiples and gap == lever.step and not self.n_free:
            parts.append((self.variable(high=n_multiples, is_integer=True), float(lever.step), False))
        elif n_multiples:
            flag = self._ladder(parts, gap, lever.step, n_multiples, is_free=False)
            flags[flag] = 1.0
        gap, n_dollars = lever.rises(1)
        if self.n_free and n_dollars:
            flag = self._ladder(parts, gap, 1, n_dollars, is_free=True)
            flags[flag] = 1.0
            self.free_flags[-1][lever.name] = flag
        if len(flags) > 1:
            self.require(flags, high=1)
        self._parts[-1].append(parts)

    def _ladder(self, parts: list[tuple[int, float, bool]], gap: float, step: int, n: int, *, is_free: bool) -> int:
        """Add amounts gap, gap + step, ... above the offer; return the 0-1 variable that says whether one is taken."""
        flag = self.variable(high=1, is_integer=True)
        parts.append((flag, gap, is_free))
        if n > 1:
            count = self.variable(high=n - 1, is_integer=True)
            parts.append((count, float(step), is_free))
            self.require({count: 1.0, flag: -(n - 1.0)}, high=0)
        return flag

    def raised(self, package: int, weights: Mapping[str, float]) -> dict[int, float]:
        """Weighted sum of a package's raises, in units."""
        terms: dict[int, float] = {}
        for lever, parts in zip(self.levers, self._parts[package], strict=True):
            for variable, size, _ in parts:
                terms[variable] = terms.get(variable, 0.0) + weights.get(lever.name, 0.0) * size / self.unit
        return terms

    def keep_within(self, package: int, weights: Mapping[str, float], window: Window) -> None:
        """Require a package's weighted sum of amounts to be in a window."""
        offered = math.fsum(weights[lever.name] * lever.offered for lever in self.levers)
        low, high = window.low, window.high
        if all(float(weights[lever.name]).is_integer() and float(lever.offered).is_integer()
               for lever in self.levers):  # fmt: skip
            # Sums are whole numbers here, so a window may end between two of them.
            low, high = math.ceil(low) - _SLACK, math.floor(high) + _SLACK
        elif high - low > 4 * _SLACK:
            low, high = low + _SLACK, high - _SLACK
        self.require(self.raised(package, weights), (low - offered) / self.unit, (high - offered) / self.unit)

    def keep_apart(self, one: int, other: int, n_levers: int) -> None:
        """Require two packages to differ in so many levers."""
        flags: dict[int, float] = {}
        for lever in self.levers:
            least, most = self._least_difference(lever) / self.unit, lever.room / self.unit
            if most < least:
                continue
            difference = self.difference(one, other, {lever.name: 1.0})
            above = self.variable(high=1, is_integer=True)
            below = self.variable(high=1, is_integer=True)
            self.require({**difference, above: -(least + most)}, low=-most)
            self.require({**difference, below: least + most}, high=most)
            self.require({above: 1.0, below: 1.0}, high=1)
            flags |= {above: 1.0, below: 1.0}
        self.require(flags, low=n_levers)

    def difference(self, one: int, other: int, weights: Mapping[str, float], factor: float = 1.0) -> dict[int, float]:
        """Weighted sum of a package's raises minus a factor times another's, in units."""
        return plus(self.raised(one, weights), self.raised(other, weights), -factor)

    def _least_difference(self, lever: Lever) -> float:
        if self.n_free:
            return LEAST_FREE_DIFFERENCE
        return max(LEAST_DIFFERENCE, min(lever.rises(lever.step)[0], lever.step))

    def deviation(self, terms: Terms, at: float) -> tuple[int, int]:
        """Add how far an expression is above and below a number; return the two variables' numbers."""
        above, below = self.variable(), self.variable()
        self.require({**terms, above: -1.0, below: 1.0}, at, at)
        return above, below

    def solve(self, objective: Terms) -> NDArray[np.float64] | None:
        """Minimize an expression: the values of all variables, or None if the rules leave nothing.

        Raises
        ------
        SolverError
            If the solver gives up.
        """
        if not self._upper:  # no lever has any room
            self.variable(high=0.0)
        n = len(self._upper)
        cost = np.zeros(n)
        for variable, factor in objective.items():
            cost[variable] = factor
        rules = np.zeros((len(self._rows), n))
        for number, (terms, _, _) in enumerate(self._rows):
            for variable, factor in terms.items():
                rules[number, variable] = factor
        ends = np.array([(low, high) for _, low, high in self._rows], dtype=float).reshape(-1, 2)
        # The solver's tolerances are absolute, so scale each rule to a largest factor of 1.
        sizes = np.abs(rules).max(axis=1, initial=0.0, keepdims=True)
        sizes[sizes == 0] = 1.0
        rules, ends = rules / sizes, ends / sizes
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, and only solving needs it

        found = milp(
            cost,
            integrality=np.array(self._is_integer, dtype=int),
            bounds=Bounds(0.0, self._upper),
            constraints=LinearConstraint(rules, ends[:, 0], ends[:, 1]) if self._rows else None,
            options={"mip_rel_gap": 0.0},
        )
        if found.status == _INFEASIBLE:
            return None
        if found.x is None or found.status != 0:
            raise SolverError(f"The packages could not be solved: {found.message}")
        values = np.asarray(found.x, dtype=float)
        return np.where(self._is_integer, np.round(values), values)

    def amounts(self, values: NDArray[np.float64], package: int) -> tuple[float, ...]:
        """Amounts of a package in the order of the levers [USD]: as offered, or whole dollars."""
        rises = (math.fsum(size * float(values[at]) for at, size, _ in parts) for parts in self._parts[package])
        return tuple(
            float(round(lever.offered + rise)) if rise else lever.offered
            for lever, rise in zip(self.levers, rises, strict=True)
        )

    def free_levers(self, values: NDArray[np.float64], package: int) -> tuple[str, ...]:
        """Levers of a package that take any whole dollar."""
        return tuple(name for name, flag in self.free_flags[package].items() if values[flag] > 0)


def plus(one: Terms, other: Terms, factor: float = 1.0) -> dict[int, float]:
    """Sum of one expression and another times a factor.

    >>> plus({0: 1.0}, {0: 2.0, 1: 3.0}, -1)
    {0: -1.0, 1: -3.0}
    """
    terms = dict(one)
    for variable, size in other.items():
        terms[variable] = terms.get(variable, 0.0) + factor * size
    return terms


def unit_for(raises: Iterable[float]) -> float:
    """Choose the unit in which raises are small enough for the solver [USD]."""
    return max(_SOLVER_UNIT, max((abs(amount) for amount in raises), default=0.0) / _LARGEST_RAISE)
