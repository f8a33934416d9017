"""MESO: packages of the same total with most stock, most cash and an even spread, solved together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from compkit.negotiation.package_solver import (
    LEAST_DIFFERENCE,
    Lever,
    PackageSolver,
    SolverError,
    Terms,
    Window,
    plus,
    unit_for,
)

EQUITY, CASH, BALANCED = "equity", "cash", "balanced"
NAMES = (EQUITY, CASH, BALANCED)
"""Packages in the order in which they are shown and optimized."""
N_DIFFERENT_LEVERS = 2
TOLERANCE = 0.0025
"""How far a package may be from what it must equal [fraction]."""
FREE_FIRST = ("sign_on_y1", "sign_on_y2", "rsu_4yr", "base_salary")
"""Levers in the order in which they go to whole dollars if no sum of round amounts fits."""
BALANCE_LEEWAY = 0.02
"""How much more of its room than necessary a lever of the balanced package may use to meet the target."""

_STOCK, _STOCK_AT = {"rsu_4yr": 1.0}, 1
# A dollar off the target weighs more than a dollar of the hardest lever (see `MesoRequest.hardness`); a missing dollar
# weighs so much more that of two equally near sums the larger one is taken.
_ABOVE_TARGET, _BELOW_TARGET = 5.0, 15.0
_SAME_USD, _SAME_SHARE = 0.25, 1e-7


@dataclass(frozen=True, slots=True)
class MesoRequest:
    """What the packages must meet, and should come close to.

    Parameters
    ----------
    levers : tuple of Lever
    target : float
        The total of each package [USD].
    worth : mapping of str to float, optional
        The worth of one dollar of each lever [USD]: the other packages then equal the balanced one in worth.
    leaning : mapping of str to float, optional
        Amounts to stay close to [USD].
    hardness : mapping of str to float
        How hard one dollar of each lever is to get, from 0 to less than 5.
    at_least : mapping of str to tuple of float
        Minimum amounts by package, in the order of the levers [USD]; the first entry holds for a package that has none.
        If empty, the offer is the minimum.
    """

    levers: tuple[Lever, ...]
    target: float
    worth: Mapping[str, float] | None
    leaning: Mapping[str, float] | None
    hardness: Mapping[str, float]
    at_least: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def window(self) -> Window:
        """The range for a package's total."""
        return Window.around(self.target, TOLERANCE)

    @property
    def offered_total(self) -> float:
        """The total as offered [USD]."""
        return self.sum_of([lever.offered for lever in self.levers])

    def floors_of(self, name: str) -> tuple[float, ...]:
        """Minimum amounts of a package, in the order of the levers [USD]."""
        offered = tuple(lever.offered for lever in self.levers)
        return self.at_least.get(name, next(iter(self.at_least.values()), offered))

    def sum_of(self, amounts: Sequence[float], weights: Mapping[str, float] | None = None) -> float:
        """Total of amounts [USD], or their sum under other weights."""
        factors = [lever.weight if weights is None else weights[lever.name] for lever in self.levers]
        return math.fsum(factor * amount for factor, amount in zip(factors, amounts, strict=True))


@dataclass(frozen=True, slots=True)
class SolvedPackage:
    """One package as solved.

    Parameters
    ----------
    name : {"equity", "cash", "balanced"}
    amounts : tuple of float
        In the order of the levers [USD].
    free_levers : tuple of str
        Levers in whole dollars, because no sum of round amounts fits.
    """

    name: str
    amounts: tuple[float, ...]
    free_levers: tuple[str, ...]


def solve_packages(request: MesoRequest) -> tuple[SolvedPackage, ...]:
    """Solve for up to three packages, any two of which differ in two levers.

    Their number comes first, round amounts second: one lever of a package may take any whole dollar to get more
    packages, further levers only to get any. Then, one after the other: as few such levers as possible, closeness to
    the leaning (the balanced package's first), the most stock for equity, the least for cash, the smallest largest
    share of room for balanced, give or take `BALANCE_LEEWAY`; last, together, closeness to the target and ease of
    getting the levers.

    Raises
    ------
    SolverError
        If the solver gives up, or amounts are too large for it.
    """
    for n_packages, n_free in _ladder(len(request.levers)):
        found = _solved(request, _roles(request, n_packages), n_free)
        if found:
            return found
    return ()


def _ladder(n_levers: int) -> Iterator[tuple[int, int]]:
    """Yield numbers of packages and of free levers to try, the most wanted first."""
    for n_packages in (3, 2, 1):
        yield from ((n_packages, n_free) for n_free in (0, 1))
    for n_free in range(2, n_levers + 1):
        yield from ((n_packages, n_free) for n_packages in (3, 2, 1))


def _roles(request: MesoRequest, n_packages: int) -> tuple[str, ...]:
    if n_packages == len(NAMES):
        return NAMES
    if n_packages == 1:
        return (BALANCED,)
    return (EQUITY, CASH) if request.worth is None else (EQUITY, BALANCED)


def _solved(request: MesoRequest, roles: tuple[str, ...], n_free: int) -> tuple[SolvedPackage, ...]:
    """Solve for one package per role, all together; empty if the ranges leave none."""
    spread = [request.target - request.offered_total, *(lever.room for lever in request.levers)]
    solver = PackageSolver(request.levers, len(roles), n_free, unit_for(spread))
    _keep_equal(solver, request, roles)
    for number, name in enumerate(roles):
        for lever, floor in zip(request.levers, request.floors_of(name), strict=True):
            if floor > lever.offered:
                least = (floor - lever.offered - _SAME_USD) / solver.unit
                solver.require(solver.raised(number, {lever.name: 1.0}), low=least)
    for one, other in combinations(range(len(roles)), 2):
        solver.keep_apart(one, other, N_DIFFERENT_LEVERS)
    values = None
    for objective, leeway in _objectives(solver, request, roles):
        found_values = solver.solve(objective)
        if found_values is None:
            break  # nothing at all, or what was found before is as good as it gets
        values = found_values
        least = math.fsum(factor * float(values[variable]) for variable, factor in objective.items())
        solver.require(objective, high=least + leeway)
    if values is None:
        return ()
    found = tuple(
        SolvedPackage(name, solver.amounts(values, number), solver.free_levers(values, number))
        for number, name in enumerate(roles)
    )
    _check(request, found)
    return _by_stock(found) if request.leaning is not None and not request.at_least else found


def _by_stock(found: tuple[SolvedPackage, ...]) -> tuple[SolvedPackage, ...]:
    """Rename packages near a leaning, so that of the outer two the one with more stock is equity."""
    at = {package.name: package for package in found}
    if {EQUITY, CASH} <= at.keys() and at[EQUITY].amounts[_STOCK_AT] < at[CASH].amounts[_STOCK_AT]:
        at[EQUITY], at[CASH] = replace(at[CASH], name=EQUITY), replace(at[EQUITY], name=CASH)
    return tuple(at.values())


def _keep_equal(solver: PackageSolver, request: MesoRequest, roles: tuple[str, ...]) -> None:
    """Make the packages equal the target, or the balanced one alone, and the others equal it in worth."""
    weights = {lever.name: lever.weight for lever in request.levers}
    for number, name in enumerate(roles):
        if request.worth is None or name == BALANCED:
            solver.keep_within(number, weights, request.window)
            continue
        leeway = TOLERANCE * request.sum_of([lever.offered for lever in request.levers], request.worth) / solver.unit
        leeway -= min(_SAME_USD / solver.unit, leeway / 4)
        balanced = roles.index(BALANCED)
        solver.require(solver.difference(number, balanced, request.worth, 1 + TOLERANCE), high=leeway)
        solver.require(solver.difference(number, balanced, request.worth, 1 - TOLERANCE), low=-leeway)


def _objectives(solver: PackageSolver, request: MesoRequest, roles: tuple[str, ...]) -> Iterator[tuple[Terms, float]]:
    """Yield what to minimize, the most wanted first, each with how much of it later ones may give up."""
    # In whole dollars each package would end at the edge of the window; there the target comes before its emphasis.
    same_usd = (TOLERANCE * request.target if solver.n_free else _SAME_USD) / solver.unit
    if solver.n_free:
        yield {flag: 1 + FREE_FIRST.index(name) / 100
               for flags in solver.free_flags for name, flag in flags.items()}, _SAME_SHARE  # fmt: skip
    if request.leaning is not None:
        for name in (one for one in (BALANCED, EQUITY, CASH) if one in roles):
            yield _distance_to_leaning(solver, request, roles.index(name)), _SAME_SHARE
    if EQUITY in roles:
        yield plus({}, solver.raised(roles.index(EQUITY), _STOCK), -1), same_usd
    if CASH in roles:
        yield solver.raised(roles.index(CASH), _STOCK), same_usd
    if BALANCED in roles:
        yield {_largest_share(solver, request, roles.index(BALANCED)): 1.0}, _balance_leeway(request)
    yield _ease(solver, request, roles), 0.0


def _distance_to_leaning(solver: PackageSolver, request: MesoRequest, number: int) -> Terms:
    """Distance of a package from the leaning, summed over its levers [shares of room]."""
    leaning, terms = request.leaning or {}, {}
    for lever in request.levers:
        if lever.room >= LEAST_DIFFERENCE:
            at = (leaning[lever.name] - lever.offered) / solver.unit
            for off in solver.deviation(solver.raised(number, {lever.name: 1.0}), at):
                terms[off] = solver.unit / lever.room
    return terms


def _balance_leeway(request: MesoRequest) -> float:
    """How much of its balance the balanced package may give up to get from the window's edge to the target."""
    room = math.fsum(lever.weight * lever.room for lever in request.levers)
    return max(BALANCE_LEEWAY, TOLERANCE * request.target / room) if room else BALANCE_LEEWAY


def _largest_share(solver: PackageSolver, request: MesoRequest, number: int) -> int:
    """Add the largest share of its room that any lever of a package uses; return the variable's number."""
    share = solver.variable()
    for lever in request.levers:
        if lever.room >= LEAST_DIFFERENCE:
            terms = solver.raised(number, {lever.name: 1.0})
            solver.require({**terms, share: -lever.room / solver.unit}, high=0)
    return share


def _ease(solver: PackageSolver, request: MesoRequest, roles: tuple[str, ...]) -> Terms:
    """Expression for how far the packages are from what they equal, and how hard their levers are to get."""
    weights = {lever.name: lever.weight for lever in request.levers}
    hardness = {name: weight * request.hardness[name] for name, weight in weights.items()}
    terms: dict[int, float] = {}
    for number, name in enumerate(roles):
        if request.worth is None or name == BALANCED:
            above, below = solver.deviation(
                solver.raised(number, weights), (request.target - request.offered_total) / solver.unit
            )
        else:
            above, below = solver.deviation(solver.difference(number, roles.index(BALANCED), request.worth), 0.0)
        terms = plus(plus(terms, {above: _ABOVE_TARGET, below: _BELOW_TARGET}), solver.raised(number, hardness))
    return terms


def _check(request: MesoRequest, found: Sequence[SolvedPackage]) -> None:
    """Raise if exact amounts break what the solver's floats satisfy."""
    of_balanced = None
    if request.worth is not None:
        balanced = next(package for package in found if package.name == BALANCED)
        of_balanced = Window.around(request.sum_of(balanced.amounts, request.worth), TOLERANCE)
    is_met = all(
        of_balanced.holds(request.sum_of(package.amounts, request.worth))
        if of_balanced and package.name != BALANCED
        else request.window.holds(request.sum_of(package.amounts))
        for package in found
    )
    is_met &= all(
        lever.holds(amount, is_free=lever.name in package.free_levers)
        for package in found
        for lever, amount in zip(request.levers, package.amounts, strict=True)
    )
    is_met &= all(
        amount >= floor
        for package in found
        for amount, floor in zip(package.amounts, request.floors_of(package.name), strict=True)
    )
    is_met &= all(
        n_different(one.amounts, other.amounts) >= N_DIFFERENT_LEVERS for one, other in combinations(found, 2)
    )
    if not is_met:
        raise SolverError(f"The amounts are too large, or too small, for the solver: a total of {request.target:,.0f}.")


def n_different(one: Sequence[float], other: Sequence[float]) -> int:
    """Count the levers in which two packages differ by a dollar or more."""
    return sum(abs(a - b) >= LEAST_DIFFERENCE for a, b in zip(one, other, strict=True))
