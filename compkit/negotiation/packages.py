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
from compkit.negotiation.meso import (
    PARTS,
    TOLERANCE,
    USUAL_PARTS,
    FoundPackage,
    MesoRequest,
    find_packages,
    raise_packages,
)
from compkit.reference import Tables

EqualOn = Literal["total", "worth"]
EQUAL_ON: tuple[EqualOn, ...] = ("total", "worth")
DEFAULT_PENETRATION, MOST_OF_TWO_PARTS = 0.75, 0.9
MAX_TARGET = 1e13
UNKNOWN_LEVEL = "L6"
"""Level whose order of asking is used if the guide lacks the offer's."""
_LATER_IS_HARDER = 0.01
_NOTABLE_WORTH = 1.0


@dataclass(frozen=True, slots=True)
class Package:
    """Amounts of all four levers.

    Parameters
    ----------
    name : {"equity", "cash", "salary", "sign-on", "balanced", "largest", "offered"}
    base_salary : float
        [USD a year]
    rsu_4yr, sign_on_y1, sign_on_y2 : float
        [USD]
    is_rounded : bool
        Whether every amount is as offered or one that people say; otherwise one part is to the dollar.
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
        `largest` has every lever at its limit.
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
    """Package with every lever at its limit, in whole dollars."""
    amounts = [max(limits[lever].offered, float(math.floor(limits[lever].high))) for lever in LEVERS]
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


def settle_target(limits: Mapping[str, Limit]) -> float:
    """Total to settle at without a target of your own [USD].

    The default target, or half of all room if that is more; at most nine tenths of what two parts can carry, so that
    asking for two is enough. Source: docs/how-the-figures-are-made.md#counteroffers
    """
    rooms = sorted(part_rooms(limits).values())
    most = offered_package(limits).total + MOST_OF_TWO_PARTS * math.fsum(rooms[-USUAL_PARTS:])
    return min(max(default_target(limits), halfway(limits)), most)


def halfway(limits: Mapping[str, Limit]) -> float:
    """Total with half of all room [USD]."""
    return offered_package(limits).total + math.fsum(part_rooms(limits).values()) / 2


def part_rooms(limits: Mapping[str, Limit]) -> dict[str, float]:
    """Most that base, stock and both sign-ons can add to the total, by the first lever of the part [USD]."""
    return {part[0]: math.fsum(LEVER_WEIGHTS[lever] * limits[lever].room for lever in part) for part in PARTS}


def target_faults(offer_id: str, offered_total: float, target: float | None) -> list[Fault]:
    """Faults of a target; none if it is left out."""
    if target is None:
        return []
    where = f"offer {offer_id!r}" if offer_id else ""
    if not 0 <= target <= MAX_TARGET:  # not a number fails, too
        return [Fault("", where, "target", f"must be an amount from 0 to {MAX_TARGET:,.0f}, got {target}.")]
    if offered_total > target * (1 + TOLERANCE):
        rule = f"must be at least what they offer, {offered_total:,.0f} over four years, got {target:,.0f}."
        return [Fault("", where, "target", f"{rule} Give a larger one, or leave it out.")]
    return []


def counter(
    evaluation: Evaluation,
    worth: Mapping[str, float],
    *,
    target: float | None = None,
    equal_on: EqualOn = "total",
    limits: Mapping[str, Limit] | None = None,
    above: Counter | None = None,
) -> Counter:
    """Find the packages to ask for in answer to an offer.

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
    limits : mapping of str to Limit, optional
        Instead of `lever_limits`.
    above : Counter, optional
        A smaller ask: its packages are raised to the target, rather than new ones found.

    Raises
    ------
    InputError
        If the target is not a valid amount, or is below the offer.
    OutOfRangeError
        If a worth is negative or not finite, or all are 0.
    UnknownChoiceError
        If `equal_on` is neither.
    """
    if equal_on not in EQUAL_ON:
        raise UnknownChoiceError("equal_on", equal_on, EQUAL_ON)
    _check_worth(worth)
    limits = dict(limits or lever_limits(evaluation))
    offered, largest = offered_package(limits), largest_package(limits)
    faults = target_faults(evaluation.offer.id, offered.total, target)
    if faults:
        raise InputError(faults)
    talks = evaluation.offer.negotiation
    request = MesoRequest(
        limits=limits,
        target=default_target(limits) if target is None else float(target),
        hardness=lever_ranks(evaluation.level.level, evaluation.tables),
        usd_rate=evaluation.entry.usd_rate,
        worth=worth if equal_on == "worth" else None,
        leaning=talks.leaning.model_dump() if talks and talks.leaning else None,
    )
    found: tuple[FoundPackage, ...] = ()
    if above is not None:
        found = raise_packages(request, [FoundPackage(one.name, one.amounts) for one in above.packages])
    elif largest.total >= request.target * (1 - TOLERANCE):
        found = find_packages(request)
    packages = tuple(_package(one, request) for one in found)
    return Counter(
        offer_id=evaluation.offer.id,
        target=request.target,
        is_reachable=bool(packages),
        shortfall=0.0 if packages else max(0.0, request.target - largest.total),
        packages=packages or (largest,),
        limits=limits,
        offered=offered,
        largest=largest,
        equal_on=equal_on,
        worth=dict(worth),
    )


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


def _package(found: FoundPackage, request: MesoRequest) -> Package:
    flags = [f"{found.free_lever}: to the dollar"] if found.free_lever else []
    return _package_of(found.name, found.amounts, request.limits, flags, is_rounded=not found.free_lever)


def _package_of(
    name: str,
    amounts: Sequence[float],
    limits: Mapping[str, Limit],
    flags: Sequence[str] = (),
    *,
    is_rounded: bool = True,
) -> Package:
    """Package with its flags: what is beyond the guide's band, and which limits are assumed."""
    by_lever = dict(zip(LEVERS, amounts, strict=True))
    remarks = list(flags)
    for lever, amount in by_lever.items():
        limit = limits[lever]
        if amount > limit.offered and limit.guide_high is not None and amount > limit.guide_high:
            remarks.append(f"{lever}: beyond the guide's band")
        if amount > limit.offered and limit.is_assumed:
            remarks.append(f"{lever}: limit assumed")
    return Package(name, **by_lever, is_rounded=is_rounded, flags=tuple(remarks))
