"""Opponents with open rules. Each sees its own points and the offers made, and nothing else.

A strategy is the least it wants in a turn, its target; the rest is the same for all (`Opponent`):

- It accepts an offer worth its target or more. In the last turn of the game it walks away from any other.
- Otherwise it offers the package that is worth its target, or the least above it. Of several worth the same, it takes
  the one most like the other side's last offer.
- The target is never below its limit. If no package reaches the limit, it walks away at once.

Time in a target is a side's own: 0 in its first turn of the game, 1 in its last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from compkit.workshop.draw import Draw
from compkit.workshop.outcomes import Integers

CONCEDER_E, BOULWARE_E = 2.0, 0.2
_FARATIN = (
    "Faratin, Sierra and Jennings, Negotiation decision functions for autonomous agents, "
    "Robotics and Autonomous Systems 24 (1998)"
)
_BY_TIME = "limit + (best − limit) (1 − F), F = t^(1/e), e = {e:g}"
_DE_JONGE = (
    "De Jonge, An analysis of the linear bilateral ANAC domains using the MiCRO benchmark strategy, IJCAI 2022, "
    "doi 10.24963/ijcai.2022/32"
)


@dataclass(frozen=True)
class View:
    """All that a strategy sees, as of its turn.

    Parameters
    ----------
    points : array of integers
        Its own points of each package.
    limit : int
        Its own.
    turn, n_turns : int
        Its own turns: the number of this one, from 1, and how many it has in the game.
    own, received : sequence of int
        Packages it has offered, and those it was offered, in order.
    """

    points: Integers
    limit: int
    turn: int
    n_turns: int
    own: Sequence[int]
    received: Sequence[int]

    @property
    def time(self) -> float:
        """Share of its turns that are over: 0 in the first, 1 in the last or only one."""
        return (self.turn - 1) / (self.n_turns - 1) if self.n_turns > 1 else 1.0

    @cached_property
    def best(self) -> int:
        """Most points that it could get."""
        return int(self.points.max())

    @cached_property
    def levels(self) -> list[int]:
        """Numbers of points that packages at or above the limit are worth, from the most to the least."""
        return sorted(set(self.points[np.asarray(self.points >= self.limit, dtype=bool)].tolist()), reverse=True)


Target = Callable[[View], float]
"""Least that a strategy wants in its turn, in points."""


@dataclass(frozen=True)
class Strategy:
    """A way to negotiate, and where it comes from.

    Parameters
    ----------
    name : str
    summary : str
        What it does, in a sentence.
    rule : str
        Its target, in words.
    source : str
    target : callable
    by_time : bool
        Whether its target falls with time alone. The game then picks its last offer, as `Opponent` describes.
    repeats : bool
        Whether it makes one of its earlier offers again, any of them, when its target has not fallen.
    """

    name: str
    summary: str
    rule: str
    source: str
    target: Target
    by_time: bool = False
    repeats: bool = False


def conceded(time: float, e: float, k: float = 0.0) -> float:
    """Share of the way from the best package to the limit that is conceded: F = k + (1 - k) t^(1/e).

    Parameters
    ----------
    time : float
        From 0 to 1.
    e : float
        Below 1 it concedes late (boulware), above 1 early (conceder). Others write t^e, which reverses that.
    k : float
        Conceded at the start, from 0 to 1.

    Examples
    --------
    >>> conceded(0.25, 2), conceded(0.5, 0.5), conceded(0, 2, k=0.1)
    (0.5, 0.25, 0.1)
    """
    return float(k + (1 - k) * time ** (1 / e))


def target_by_time(view: View, e: float, k: float = 0.0) -> float:
    """Target of conceder and boulware: limit + (best - limit) (1 - F), with F as in `conceded`."""
    return view.limit + (view.best - view.limit) * (1 - conceded(view.time, e, k))


def target_for_tat(view: View) -> float:
    """Target of tit-for-tat: what it was, less what the other side's last two offers differ by, in its own points.

    It starts at the best package and stays between that and the limit. Offers that get worse raise it again.
    """
    target = view.best
    for before, after in zip(view.received, view.received[1:], strict=False):
        target -= int(view.points[after]) - int(view.points[before])
        target = min(max(target, view.limit), view.best)
    return float(target)


def target_of_micro(view: View) -> float:
    """Target of MiCRO: the next rung of its ladder, if it has made no more different offers than the other side.

    Otherwise, and on the last rung, the target stays. As published, each package is a rung, which takes thousands of
    turns; here there are as many rungs as it has turns, evenly in points from the best package to the limit.
    """
    rungs = _rungs(view)
    n_made = len(set(view.own))
    if n_made <= len(set(view.received)) and n_made < len(rungs):
        return rungs[n_made]
    return rungs[n_made - 1]


def _rungs(view: View) -> list[int]:
    levels = view.levels
    if len(levels) <= view.n_turns:
        return levels
    step = (levels[0] - levels[-1]) / max(view.n_turns - 1, 1)
    wanted = [levels[0] - at * step for at in range(view.n_turns)]
    return sorted({min(level for level in levels if level >= min(least, levels[0])) for least in wanted}, reverse=True)


STRATEGIES: Mapping[str, Strategy] = {
    one.name: one
    for one in (
        Strategy("conceder", "It gives way early, and slowly at the end.", _BY_TIME.format(e=CONCEDER_E), _FARATIN,
                 partial(target_by_time, e=CONCEDER_E), by_time=True),
        Strategy("boulware", "It holds out, and gives way just before the deadline.",
                 _BY_TIME.format(e=BOULWARE_E), _FARATIN,
                 partial(target_by_time, e=BOULWARE_E), by_time=True),
        Strategy("tit-for-tat", "It gives way as far as you do, and takes that back if you do.",
                 "its last target, less what your last offer gives it above the one before", _FARATIN, target_for_tat),
        Strategy("MiCRO", "It takes a step for each new offer of yours, and none for one you repeat.",
                 "the next of as many steps as it has turns, evenly from best to limit", _DE_JONGE, target_of_micro,
                 repeats=True),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What an opponent decides: accept, or offer one of some packages, or walk away.

    Parameters
    ----------
    is_accepted : bool
    choices : array of int
        Packages that it would offer; empty to walk away.
    """

    is_accepted: bool
    choices: Integers


def decide(strategy: Strategy, view: View, sizes: Sequence[int], draw: Draw, *, n_left: int) -> Answer:
    """Decide on a side's turn.

    Parameters
    ----------
    strategy : Strategy
    view : View
    sizes : sequence of int
        Number of options of each issue.
    draw : Draw
        For ties.
    n_left : int
        Turns left in the game, with this one.
    """
    nothing: Integers = np.array([], dtype=np.int64)
    if view.best < view.limit:
        return Answer(is_accepted=False, choices=nothing)
    target = max(strategy.target(view), view.limit)
    if view.received and view.points[view.received[-1]] >= target:
        return Answer(is_accepted=True, choices=nothing)
    if n_left == 1:
        return Answer(is_accepted=False, choices=nothing)
    wanted = np.flatnonzero(np.asarray(view.points >= target, dtype=bool))
    if strategy.by_time and n_left == 2:
        return Answer(is_accepted=False, choices=wanted)
    if strategy.repeats and view.own and target >= min(int(view.points[one]) for one in view.own):
        return Answer(is_accepted=False, choices=np.array([draw.choice(view.own)]))
    level = wanted[np.asarray(view.points[wanted] == view.points[wanted].min(), dtype=bool)]
    return Answer(is_accepted=False, choices=np.array([_most_alike(level, view, sizes, draw)]))


def _most_alike(numbers: Integers, view: View, sizes: Sequence[int], draw: Draw) -> int:
    """Package that differs least from the other side's last offer, as shares of each issue's range; ties are drawn."""
    if view.received and len(numbers) > 1:
        wanted = np.unravel_index(view.received[-1], sizes)
        apart = sum(
            np.abs(own - other) / max(size - 1, 1)
            for own, other, size in zip(np.unravel_index(numbers, sizes), wanted, sizes, strict=True)
        )
        numbers = numbers[np.asarray(apart <= np.min(apart) + 1e-9, dtype=bool)]
    return int(draw.choice(numbers.tolist()))
