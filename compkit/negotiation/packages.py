"""Packages to ask for: they add up to a target inside the limits, or are the largest that the limits allow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compkit.analysis import Evaluation
from compkit.errors import Fault, InputError, OutOfRangeError, UnknownChoiceError
from compkit.negotiation.levers import lever_priorities
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, Limit, lever_limits
from compkit.negotiation.meso import EQUITY, TOLERANCE, MesoRequest, SolvedPackage, solve_packages
from compkit.negotiation.package_solver import Lever, PackageSolver, Window, unit_for
from compkit.reference import Tables

EqualOn = Literal["total", "worth"]
EQUAL_ON: tuple[EqualOn, ...] = ("total", "worth")
STEPS: dict[str, int] = {"base_salary": 5_000, "rsu_4yr": 10_000, "sign_on_y1": 1_000, "sign_on_y2": 1_000}
"""Steps of round amounts [USD]."""
DEFAULT_PENETRATION = 0.75
MAX_TARGET = 1e13
UNKNOWN_LEVEL = "L6"
"""Level whose order of asking is used if the guide lacks the offer's."""
_LATER_IS_HARDER = 0.01
_NEAR, _ROUNDING_TOLERANCE = 0.01, 1e-6
_NOTABLE_WORTH = 1.0


@dataclass(frozen=True, slots=True)
class Package:
    """Amounts of all four levers.

    Parameters
    ----------
    name : {"equity", "cash", "balanced", "largest", "offered"}
    base_salary : float
        [USD a year]
    rsu_4yr, sign_on_y1, sign_on_y2 : float
        [USD]
    is_rounded : bool
        Whether every amount is as offered or a multiple of its step.
    flags : tuple of str
        Remarks, each beginning with a lever's name.
    """

    name: str
    base_salary: float
    rsu_4yr: float
    sign_on_y1: float
    sign_on_y2: float
    is_rounded: bool = True
    flags: tuple[str, ...] = ()

    @property
    def amounts(self) -> tuple[float, ...]:
        """The amounts in the order of `LEVERS` [USD]."""
        return tuple(self.amount(lever) for lever in LEVERS)

    def amount(self, lever: str) -> float:
        """Amount of one lever [USD]."""
        return float(getattr(self, lever))

    @property
    def total(self) -> float:
        """The total over four years at a flat share price [USD]."""
        return package_sum(self, LEVER_WEIGHTS)


def package_sum(package: Package, weights: Mapping[str, float]) -> float:
    """Weighted sum of a package's amounts [USD]."""
    return math.fsum(weights[lever] * package.amount(lever) for lever in LEVERS)


@dataclass(frozen=True)
class Counter:
    """A counteroffer: packages to ask for in answer to an offer.

    Parameters
    ----------
    offer_id : str
    target : float
        The total of the packages [USD].
    is_reachable : bool
        Whether the limits allow the target.
    shortfall : float
        How far the largest package falls short of an unreachable target [USD]; otherwise 0.
    packages : tuple of Package
        Equal in total or worth; the largest alone if the target is out of reach.
    limits : dict of str to Limit
    offered, largest : Package
        `largest` has every lever at its limit, or without one at its yardstick's upper end.
    equal_on : {"total", "worth"}
    worth : mapping of str to float
        The worth of one dollar of each lever to the candidate [USD].
    """

    offer_id: str
    target: float
    is_reachable: bool
    shortfall: float
    packages: tuple[Package, ...]
    limits: dict[str, Limit]
    offered: Package
    largest: Package
    equal_on: EqualOn
    worth: Mapping[str, float]

    def worth_of(self, package: Package) -> float:
        """Worth of a package to the candidate [USD]."""
        return package_sum(package, self.worth)

    def raised_worth_of(self, package: Package) -> float:
        """Worth of a package to the candidate above the offer [USD]."""
        return self.worth_of(package) - self.worth_of(self.offered)

    @property
    def by_total(self) -> tuple[str, ...]:
        """Package names by total, largest first."""
        return tuple(package.name for package in sorted(self.packages, key=lambda one: -one.total))

    @property
    def by_worth(self) -> tuple[str, ...]:
        """Package names by worth, largest first."""
        return tuple(package.name for package in sorted(self.packages, key=lambda one: -self.worth_of(one)))

    @property
    def rankings_differ(self) -> bool:
        """Whether a package with no larger total than another is worth more to the candidate."""
        return any(
            one.total >= other.total and self.worth_of(one) < self.worth_of(other) - _NOTABLE_WORTH
            for one in self.packages
            for other in self.packages
        )


def package_named(name: str, packages: Sequence[Package]) -> Package:
    """Find the package of a name; the first one if there is none."""
    return next((package for package in packages if package.name == name), packages[0])


def offered_package(limits: Mapping[str, Limit]) -> Package:
    """Package as offered."""
    return _package_of("offered", [limits[lever].offered for lever in LEVERS], limits)


def largest_package(limits: Mapping[str, Limit]) -> Package:
    """Package with every lever at its limit, in whole dollars; without a limit, at its yardstick's upper end."""
    amounts = []
    for lever in LEVERS:
        high = limits[lever].high if math.isfinite(limits[lever].high) else limits[lever].yardstick_high or 0.0
        amounts.append(max(limits[lever].offered, float(math.floor(high))))
    return _package_of("largest", amounts, limits)


def default_target(limits: Mapping[str, Limit]) -> float:
    """Total with every lever at 75% of its yardstick's range, cut to its limit [USD].

    A lever without a complete yardstick counts as offered. Source: docs/how-the-figures-are-made.md#counteroffers
    """
    amounts = []
    for limit in (limits[lever] for lever in LEVERS):
        amount = limit.offered
        if limit.yardstick_low is not None and limit.yardstick_high is not None:
            amount = limit.yardstick_low + DEFAULT_PENETRATION * (limit.yardstick_high - limit.yardstick_low)
        amounts.append(min(max(amount, limit.offered), limit.high))
    return math.fsum(LEVER_WEIGHTS[lever] * amount for lever, amount in zip(LEVERS, amounts, strict=True))


def target_faults(offer_id: str, offered_total: float, target: float | None) -> list[Fault]:
    """Faults of a target; none if it is left out."""
    if target is None:
        return []
    where = f"offer {offer_id!r}" if offer_id else ""
    if not 0 <= target <= MAX_TARGET:  # not a number fails, too
        return [Fault("", where, "target", f"must be an amount from 0 to {MAX_TARGET:,.0f}, got {target}.")]
    if offered_total > Window.around(target, TOLERANCE).high:
        rule = f"must not lie below what is offered, {offered_total:,.0f} over four years, got {target:,.0f}."
        return [Fault("", where, "target", f"{rule} Give a larger one, or leave it out.")]
    return []


def counter(
    evaluation: Evaluation,
    worth: Mapping[str, float],
    *,
    target: float | None = None,
    equal_on: EqualOn = "total",
    beyond_band: bool = False,
    at_least: Sequence[Package] = (),
) -> Counter:
    """Solve for the packages to ask for in answer to an offer.

    Source: docs/how-the-figures-are-made.md#counteroffers

    Parameters
    ----------
    evaluation : Evaluation
    worth : mapping of str to float
        The worth of one dollar of each lever to the candidate [USD]; see `lever_worth.lever_worth`.
    target : float, optional
        Total of the packages over four years [USD]; `default_target` if left out.
    equal_on : {"total", "worth"}
        Whether all packages equal the target, or only the balanced one, which the others equal in worth.
    beyond_band : bool
        Lift the guide's bands.
    at_least : sequence of Package
        Minimum amounts, from packages of the same names: those of a later, smaller ask.

    Raises
    ------
    InputError
        If the target is not a valid amount, or is below the offer.
    OutOfRangeError
        If a worth is negative or not finite, or all are 0.
    UnknownChoiceError
        If `equal_on` is neither.
    SolverError
        If the solver gives up.
    """
    if equal_on not in EQUAL_ON:
        raise UnknownChoiceError("equal_on", equal_on, EQUAL_ON)
    _check_worth(worth)
    limits = lever_limits(evaluation, beyond_band=beyond_band)
    offered, largest = offered_package(limits), largest_package(limits)
    faults = target_faults(evaluation.offer.id, offered.total, target)
    if faults:
        raise InputError(faults)
    goal = default_target(limits) if target is None else float(target)
    talks = evaluation.offer.negotiation
    leaning = talks.leaning.model_dump() if talks and talks.leaning else None
    hardness = lever_ranks(evaluation.level.level, evaluation.tables)
    levers = _levers(limits, goal - offered.total, worth if equal_on == "worth" else LEVER_WEIGHTS)
    request = MesoRequest(levers, goal, worth if equal_on == "worth" else None, leaning, hardness,
                    {package.name: package.amounts for package in at_least})  # fmt: skip
    packages: tuple[Package, ...] = ()
    if request.sum_of([lever.high for lever in levers]) >= request.window.low:
        packages = tuple(_package(one, limits) for one in solve_packages(request))
    return Counter(
        offer_id=evaluation.offer.id,
        target=goal,
        is_reachable=bool(packages),
        shortfall=0.0 if packages else max(0.0, goal - largest.total),
        packages=packages or (largest,),
        limits=limits,
        offered=offered,
        largest=largest,
        equal_on=equal_on,
        worth=dict(worth),
    )


def nearest_round_total(limits: Mapping[str, Limit], aim: float, at_least: Sequence[Package] = ()) -> float:
    """Sum of round amounts nearest to a total [USD]; the total itself if none is within 1%.

    The amounts of the first package of `at_least` are the least allowed.
    """
    levers = _levers(limits, aim - offered_package(limits).total, LEVER_WEIGHTS)
    solver = PackageSolver(
        levers, 1, 0, unit_for([aim - offered_package(limits).total, *(lever.room for lever in levers)])
    )
    solver.keep_within(0, LEVER_WEIGHTS, Window.around(aim, _NEAR))
    for lever, floor in zip(levers, at_least[0].amounts if at_least else (), strict=False):
        least = (floor - lever.offered) / solver.unit
        solver.require(solver.raised(0, {lever.name: 1.0}), low=least - _ROUNDING_TOLERANCE)
    raised = (aim - offered_package(limits).total) / solver.unit
    above, below = solver.deviation(solver.raised(0, LEVER_WEIGHTS), raised)
    values = solver.solve({above: 1.0, below: 1.01})  # of two as near, the larger
    if values is None:
        return aim
    amounts = solver.amounts(values, 0)
    return math.fsum(LEVER_WEIGHTS[lever] * amount for lever, amount in zip(LEVERS, amounts, strict=True))


def lever_ranks(level: str | None, tables: Tables) -> dict[str, float]:
    """Difficulty of each lever: its rank in the guide's order of asking, from 1.

    >>> from compkit.reference.tables import load_tables
    >>> lever_ranks("L6", load_tables())
    {'base_salary': 3.0, 'rsu_4yr': 1.0, 'sign_on_y1': 2.0, 'sign_on_y2': 2.01}
    """
    priorities = lever_priorities(level or UNKNOWN_LEVEL, tables)
    ranks = {lever: float(priorities[lever].rank) for lever in LEVERS}
    ranks["sign_on_y2"] += _LATER_IS_HARDER  # of two that are alike, the sooner one
    return ranks


def _check_worth(worth: Mapping[str, float]) -> None:
    for lever in LEVERS:
        if not math.isfinite(worth[lever]) or worth[lever] < 0:
            raise OutOfRangeError(f"the worth of {lever}", "be a finite amount of 0 or more", worth[lever])
    if not any(worth[lever] for lever in LEVERS):
        raise OutOfRangeError("worth", "be above 0 for one lever at least", 0.0)


def _levers(limits: Mapping[str, Limit], rise: float, weights: Mapping[str, float]) -> tuple[Lever, ...]:
    """Levers with finite ends: without a limit, a lever reaches as far as it alone might have to."""
    raised = max(0.0, rise) + 2 * TOLERANCE * (abs(rise) + offered_package(limits).total)
    per_dollar = max(weights[lever] / LEVER_WEIGHTS[lever] for lever in LEVERS)
    levers = []
    for name in LEVERS:
        limit = limits[name]
        needed = raised * max(1.0, per_dollar / weights[name]) if weights[name] else raised
        high = limit.high if math.isfinite(limit.high) else float(math.ceil(limit.offered + needed))
        levers.append(Lever(name, limit.offered, high, STEPS[name], LEVER_WEIGHTS[name]))
    return tuple(levers)


def _package(solved: SolvedPackage, limits: Mapping[str, Limit]) -> Package:
    flags = ["rsu_4yr: no room for more"] if solved.name == EQUITY and limits["rsu_4yr"].room < STEPS["rsu_4yr"] else []
    flags += [f"{lever}: to the dollar" for lever in solved.free_levers]
    return _package_of(solved.name, solved.amounts, limits, flags)


def _package_of(name: str, amounts: Sequence[float], limits: Mapping[str, Limit], flags: Sequence[str] = ()) -> Package:
    """Package with its flags: what is beyond the guide's band, and which limits are assumed."""
    by_lever = dict(zip(LEVERS, amounts, strict=True))
    remarks = list(flags)
    for lever, amount in by_lever.items():
        limit = limits[lever]
        if amount > limit.offered and limit.guide_high is not None and amount > limit.guide_high:
            remarks.append(f"{lever}: beyond the guide's band")
        if amount > limit.offered and limit.is_assumed:
            remarks.append(f"{lever}: limit assumed")
    is_rounded = all(
        amount == limits[lever].offered or amount % STEPS[lever] == 0 for lever, amount in by_lever.items()
    )
    return Package(name, **by_lever, is_rounded=is_rounded, flags=tuple(remarks))
