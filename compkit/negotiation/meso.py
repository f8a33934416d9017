"""MESO: packages of one total that put the raise into different parts of pay, among all sums of round amounts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, Limit
from compkit.negotiation.wording import rounding_step
from compkit.pay import FloatArray

EQUITY, CASH, SALARY, SIGN_ON, BALANCED = "equity", "cash", "salary", "sign-on", "balanced"
NAMES = (EQUITY, CASH, SALARY, SIGN_ON, BALANCED)
"""Packages in the order in which they are shown; salary and sign-on stand for the first two where stock can't rise."""
MOST_PACKAGES = 3
STEPS: Mapping[str, int] = {"base_salary": 5_000, "rsu_4yr": 10_000, "sign_on_y1": 5_000, "sign_on_y2": 5_000}
"""Steps of the amounts people say, in the offer's currency."""
FINE_STEP = 1_000
"""Step of a sign-on where nothing else fits."""
TOLERANCE = 0.0025
"""How far a package may be from what it must equal [fraction]."""
LEAST_MOVED = 0.03
"""Two packages differ by at least this share of the total, moved between base, stock and sign-on [fraction]."""
PARTS = (("base_salary",), ("rsu_4yr",), ("sign_on_y1", "sign_on_y2"))
"""Levers of each part of pay."""
USUAL_PARTS = 2
"""Parts that a package raises, if that is enough."""
LEAST_RAISE = 5_000
"""A part that adds less to the total, in the offer's currency, is not worth an ask of its own."""
FREE_FIRST = ("sign_on_y1", "sign_on_y2", "rsu_4yr", "base_salary")
"""Parts in the order in which one goes to whole dollars if no sum of round amounts fits."""

_WEIGHTS = np.array([LEVER_WEIGHTS[lever] for lever in LEVERS])
_BASE, _STOCK = LEVERS.index("base_salary"), LEVERS.index("rsu_4yr")
_SIGN_ONS = ("sign_on_y1", "sign_on_y2")
_MAX_AMOUNTS, _MAX_TRIED, _SHARE_BAND, _SAME_USD = 60, 24, 0.05, 1e-6


@dataclass(frozen=True, slots=True)
class FoundPackage:
    """One package: its name, its amounts in the order of `LEVERS` [USD], and the part in whole dollars, if any."""

    name: str
    amounts: tuple[float, ...]
    free_lever: str = ""


@dataclass(frozen=True)
class MesoRequest:
    """What the packages must meet, and should come close to.

    Parameters
    ----------
    limits : mapping of str to Limit
    target : float
        The total of each package [USD].
    hardness : mapping of str to float
        How hard one dollar of each lever is to get.
    usd_rate : float
        USD for one unit of the offer's currency, in which amounts are round.
    worth : mapping of str to float, optional
        The worth of one dollar of each lever [USD]: the other packages then equal the balanced one in worth.
    leaning : mapping of str to float, optional
        Amounts to stay close to [USD].
    """

    limits: Mapping[str, Limit]
    target: float
    hardness: Mapping[str, float]
    usd_rate: float = 1.0
    worth: Mapping[str, float] | None = None
    leaning: Mapping[str, float] | None = None

    @cached_property
    def offered(self) -> FloatArray:
        """The amounts as offered [USD]."""
        return np.array([self.limits[lever].offered for lever in LEVERS])

    def combinations(self, *, is_fine: bool = False) -> FloatArray:
        """All sums of round amounts inside the limits, shape (n, 4) [USD].

        The second year's sign-on rises only once the first year's is at its limit: money sooner is worth more.
        """
        reach = {lever: self._round_amounts(lever, is_fine=is_fine) for lever in LEVERS}
        first, second = (reach[lever] for lever in _SIGN_ONS)
        pairs = np.array([*((one, second[0]) for one in first), *((first[-1], one) for one in second[1:])])
        if self.leaning is not None:
            pairs = np.vstack([pairs, [[self.leaning[lever] for lever in _SIGN_ONS]]])
        base, stock, number = np.meshgrid(reach["base_salary"], reach["rsu_4yr"], np.arange(len(pairs)), indexing="ij")
        found = np.column_stack([base.ravel(), stock.ravel(), pairs[number.ravel()]])
        highs = np.array([self.limits[lever].high for lever in LEVERS])
        return np.asarray(found[((found >= self.offered) & (found <= highs + _SAME_USD)).all(axis=1)])

    def _round_amounts(self, lever: str, *, is_fine: bool) -> list[float]:
        limit = self.limits[lever]
        found = round_amounts(lever, limit.offered, limit.high, self.usd_rate, is_fine=is_fine)
        return found if self.leaning is None or lever in _SIGN_ONS else [*found, self.leaning[lever]]


def round_amounts(
    lever: str, offered: float, high: float, usd_rate: float = 1.0, *, is_fine: bool = False
) -> list[float]:
    """Amounts that a lever may be asked at: as offered, and the round ones above it [USD].

    >>> round_amounts("base_salary", 172_000, 190_000)
    [172000, 175000.0, 180000.0, 185000.0, 190000.0]
    >>> round_amounts("sign_on_y1", 21_000, 23_100)
    [21000, 22000.0, 23000.0]
    """
    low, most = offered / usd_rate + _SAME_USD, high / usd_rate + _SAME_USD
    step = float(FINE_STEP if is_fine and lever in _SIGN_ONS else STEPS[lever])
    while (most - low) / step > _MAX_AMOUNTS:
        step *= 2 if str(step)[0] in "15" else 2.5
    if math.floor(most / step) == math.floor(low / step) and (lever in _SIGN_ONS or most < 10 * step):
        step = rounding_step(most)
    return [offered, *(n * step * usd_rate for n in range(math.floor(low / step) + 1, math.floor(most / step) + 1))]


def find_packages(request: MesoRequest) -> tuple[FoundPackage, ...]:
    """Find up to three packages of the target; each two differ by `LEAST_MOVED` of it.

    The balanced one raises `USUAL_PARTS` parts if that is enough, those with the most room, evenly; equity has the most
    stock beside it, cash the least; where stock can't rise, salary and sign-on have the most of these. Sign-ons go to
    1,000 only for a further package, and one part of the balanced package to the dollar only if no sum of round amounts
    fits.
    """
    best: tuple[FoundPackage, ...] = ()
    for is_fine in (False, True):
        found = _Choice(request, request.combinations(is_fine=is_fine)).packages
        best = found if len(found) > len(best) else best
        if len(best) == MOST_PACKAGES:
            break
    return best or _to_the_dollar(request)


@dataclass(frozen=True)
class _Choice:
    """The choice among the combinations of a request."""

    request: MesoRequest
    combinations: FloatArray

    @cached_property
    def _near(self) -> NDArray[np.bool_]:
        totals = self.combinations @ _WEIGHTS
        return np.asarray(np.abs(totals - self.request.target) <= TOLERANCE * self.request.target)

    @cached_property
    def _amounts(self) -> FloatArray:
        return self.combinations if self.request.worth is not None else self.combinations[self._near]

    @cached_property
    def _values(self) -> FloatArray:
        worth = self.request.worth
        return np.asarray(self._amounts @ (_WEIGHTS if worth is None else [worth[lever] for lever in LEVERS]))

    @cached_property
    def _parts(self) -> FloatArray:
        return parts_of(self._amounts)

    @cached_property
    def _orders(self) -> dict[str, NDArray[np.intp]]:
        """Combinations by package, the most wanted first."""
        request, amounts = self.request, self._amounts
        raised = amounts - request.offered
        rooms = parts_of(np.array([[request.limits[lever].high for lever in LEVERS]]) - request.offered)
        shares = parts_of(raised) / np.where(rooms > 0, rooms, 1.0)
        missed = amounts @ _WEIGHTS - request.target
        miss = np.where(missed < 0, -1.01 * missed, missed)  # of two as near, the larger
        ease = raised @ (_WEIGHTS * [request.hardness[lever] for lever in LEVERS])
        by_part = parts_of(raised)
        extra = np.maximum(0, (by_part > _SAME_USD).sum(axis=1) - USUAL_PARTS)
        trivial = ((by_part > _SAME_USD) & (by_part < LEAST_RAISE * request.usd_rate - _SAME_USD)).sum(axis=1)
        even = np.floor(shares.max(axis=1) / _SHARE_BAND)
        far = np.zeros(len(amounts))
        if request.leaning is not None:
            each = np.array([request.limits[lever].room for lever in LEVERS])
            leaning = np.array([request.leaning[lever] for lever in LEVERS])
            far = (np.abs(amounts - leaning) / np.where(each > 0, each, 1.0)).sum(axis=1)
        stock = amounts[:, _STOCK]
        return {
            BALANCED: np.lexsort((ease, miss, even, extra, trivial, far)),
            EQUITY: np.lexsort((ease, miss, even, extra, trivial, -stock, far)),
            CASH: np.lexsort((ease, miss, even, extra, trivial, stock, far)),
        }

    def _is_apart(self, number: int) -> NDArray[np.bool_]:
        """Which combinations equal one in value, and differ from it enough."""
        moved = moved_between(self._parts, self._parts[number])
        equal = np.abs(self._values - self._values[number]) <= TOLERANCE * abs(self._values[number])
        return np.asarray((moved >= LEAST_MOVED * self.request.target - _SAME_USD) & equal)

    @property
    def packages(self) -> tuple[FoundPackage, ...]:
        """The packages: as many as there are, in the order of `NAMES`; empty if no round sum is near the target."""
        if not self._near.any():
            return ()
        near = self._near if self.request.worth is not None else np.ones(len(self._amounts), dtype=bool)
        orders, stock = self._orders, self._amounts[:, _STOCK]
        chosen: dict[str, int] = {}
        tried = [number for number in orders[BALANCED] if near[number]][:_MAX_TRIED]
        for balanced in tried:
            apart = self._is_apart(balanced)
            if not apart.any():
                continue
            more = [one for one in orders[EQUITY] if apart[one] and stock[one] >= stock[balanced]][:_MAX_TRIED]
            less = apart & (stock <= stock[balanced])
            for equity in more if less.any() else ():
                third = less & self._is_apart(equity)
                if third.any():
                    cash = next(one for one in orders[CASH] if third[one])
                    return self._named({EQUITY: equity, CASH: cash, BALANCED: balanced})
            if not chosen:
                name, other = (EQUITY, more[0]) if more else (CASH, next(one for one in orders[CASH] if apart[one]))
                chosen = {name: other, BALANCED: balanced}
        return self._named(chosen or {BALANCED: tried[0]})

    def _named(self, rows: Mapping[str, int]) -> tuple[FoundPackage, ...]:
        amounts = {name: self._amounts[row] for name, row in rows.items()}
        if EQUITY in amounts and amounts[EQUITY][_STOCK] == self.request.offered[_STOCK]:
            found = [amounts.pop(name) for name in (EQUITY, CASH) if name in amounts]
            most = max(float(row[_BASE]) for row in (found if len(found) > 1 else [*found, amounts[BALANCED]]))
            amounts |= {SALARY if row[_BASE] == most else SIGN_ON: row for row in found}
        return tuple(FoundPackage(name, _plain(amounts[name])) for name in NAMES if name in amounts)


def _to_the_dollar(request: MesoRequest) -> tuple[FoundPackage, ...]:
    """Find one package with one part, or as many as it takes, in whole dollars; empty if the limits leave none."""
    highs = np.array([math.floor(request.limits[lever].high) for lever in LEVERS], dtype=float)
    highs = np.maximum(highs, request.offered)
    for lever in FREE_FIRST:
        at = LEVERS.index(lever)
        rounds = request.combinations()
        rest = request.target - rounds @ _WEIGHTS + rounds[:, at] * _WEIGHTS[at]
        rounds[:, at] = np.round(rest / _WEIGHTS[at])
        fits = (rounds[:, at] > request.offered[at]) & (rounds[:, at] <= highs[at])
        found = _Choice(request, rounds[fits]).packages
        if found:
            return tuple(FoundPackage(one.name, one.amounts, lever) for one in found if one.name == BALANCED)
    if highs @ _WEIGHTS >= (1 - TOLERANCE) * request.target:  # just the largest package, or next to it
        return (FoundPackage(BALANCED, _plain(highs), FREE_FIRST[0]),)
    return ()


def raise_packages(request: MesoRequest, packages: Iterable[FoundPackage]) -> tuple[FoundPackage, ...]:
    """Raise packages to the request's target, in the parts that they raise already where that is enough.

    The balanced one comes as near as it can. One that can't equal it, or would be too much like another, is left out.
    """
    combinations = request.combinations()
    kept: list[FoundPackage] = []
    aim, tolerance = request.target, math.inf
    for package in sorted(packages, key=lambda one: one.name != BALANCED):
        floors = np.array(package.amounts)
        totals = combinations @ _WEIGHTS
        fits = (combinations >= floors - _SAME_USD).all(axis=1) & (np.abs(totals - aim) <= tolerance)
        for one in kept:
            fits &= moved_between(parts_of(combinations), parts_of(np.array([one.amounts]))[0]) >= LEAST_MOVED * aim
        rows, missed = combinations[fits], totals[fits] - aim
        if not len(rows):
            continue
        parts, before = parts_of(rows - request.offered), parts_of(floors[None, :] - request.offered)[0]
        miss = np.maximum(np.where(missed < 0, -1.01 * missed, missed) - TOLERANCE * aim, 0)
        rooms = parts_of(np.array([[request.limits[lever].high for lever in LEVERS]]) - floors)[0]
        share = ((parts - before) / np.where(rooms > 0, rooms, 1.0)).max(axis=1)
        new = ((parts > _SAME_USD) & (before <= _SAME_USD)).sum(axis=1)
        kept.append(FoundPackage(package.name, _plain(rows[np.lexsort((np.abs(missed), share, miss, new))[0]])))
        if package.name == BALANCED:
            aim = math.fsum(_WEIGHTS * kept[0].amounts)
            tolerance = TOLERANCE * aim
    return tuple(sorted(kept, key=lambda one: NAMES.index(one.name)))


def parts_of(amounts: FloatArray) -> FloatArray:
    """Share of amounts in a package's total by part, shape (n, 3): base, stock, both sign-ons [USD]."""
    return np.column_stack([amounts[:, 0] * _WEIGHTS[0], amounts[:, _STOCK], amounts[:, 2] + amounts[:, 3]])


def moved_between(parts: FloatArray, one: FloatArray) -> FloatArray:
    """How much of the total lies in other parts than in one package, shape (n,) [USD]."""
    return np.asarray(np.abs(parts - one).sum(axis=1) / 2)


def _plain(row: Sequence[float] | FloatArray) -> tuple[float, ...]:
    return tuple(round(float(amount), 6) for amount in row)
