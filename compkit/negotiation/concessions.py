"""Steps of asking: above the target first, then the target, each with its packages."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from compkit.analysis import Evaluation
from compkit.errors import OutOfRangeError
from compkit.negotiation.limits import LEVER_WEIGHTS, Limit, lever_limits
from compkit.negotiation.meso import BALANCED, PARTS, TOLERANCE
from compkit.negotiation.packages import Counter, EqualOn, counter, halfway, package_named, settle_target

DEFAULT_STEPS, MAX_STEPS = 2, 5
DEFAULT_OPENING_SHARE = 0.5
_A_STEP = 5_000.0
SHARE_TO_SETTLE = 0.75
"""Share of the raise to settle at, where the ask is to match another offer [fraction]."""
_LOWERED = (0.0, 1 / 3, 2 / 3, 1.0)
"""How far the total to settle at comes down toward half of all room, if that leaves more packages to choose from."""
_SHARES_OF_THE_WAY = (1.0, 0.8, 0.6)
"""How much of the way up a step goes, the most first: less if that leaves more packages to choose from."""
APPROVAL_WARNING = (
    "Each further ask usually needs a new approval on their side; after two, patience wears thin and an offer can be "
    "withdrawn."
)


@dataclass(frozen=True, slots=True)
class ConcessionPlan:
    """What to ask for first, and what to come down to.

    Parameters
    ----------
    goal : Counter
        The packages of the target; the last step itself, unless the target is the default one.
    steps : tuple of Counter
        The ask first, what to settle at last; one step if there is no room above that.
    reason : str
        Why there are fewer steps than requested; otherwise empty.
    """

    goal: Counter
    steps: tuple[Counter, ...]
    reason: str

    @property
    def ask(self) -> Counter:
        """The first step."""
        return self.steps[0]

    @property
    def fallback(self) -> Counter:
        """The last step: what to settle at, or the largest package."""
        return self.steps[-1]

    @property
    def warning(self) -> str | None:
        """What more than two steps cost; None for fewer."""
        return APPROVAL_WARNING if len(self.steps) > DEFAULT_STEPS else None


def concession_plan(
    evaluation: Evaluation,
    worth: Mapping[str, float],
    *,
    target: float | None = None,
    n_steps: int = DEFAULT_STEPS,
    limits: Mapping[str, Limit] | None = None,
    equal_on: EqualOn = "total",
    at_least: float = 0.0,
    match: float | None = None,
) -> ConcessionPlan:
    """Plan the steps from the ask down to the target, or without one to `settle_target`.

    That comes down toward `halfway` as far as leaves more packages to choose from.

    Each step raises the packages of the one below. The ask stays inside what the parts that the balanced package raises
    can carry: one or two, unless the target takes a third.

    Parameters
    ----------
    evaluation, worth, target, limits, equal_on
        See `packages.counter`.
    n_steps : int
        1 to 5. With more than two, each concession is half the one before.
    at_least : float
        The stop line: the least to settle at without a target, if the limits reach it [USD].
    match : float, optional
        Total that matches another offer: what to ask for, or as near as the limits come, without a target [USD].

    Raises
    ------
    OutOfRangeError
        If n_steps is out of range.
    CompkitError
        As `packages.counter` does.
    """
    check_steps(n_steps)
    limits = limits or lever_limits(evaluation)
    find = partial(counter, evaluation, worth, equal_on=equal_on, limits=limits)
    goal = last = find(target=target)
    if match is not None and target is None:
        return ConcessionPlan(goal, _matching(find, match, at_least), "")
    if target is None:
        most, half = settle_target(limits), halfway(limits)
        down = max(0.0, most - half)
        tried = (find(target=most - share * down) for share in (_LOWERED if down else (0.0,)))
        last = max(tried, key=lambda one: len(one.packages))
        if last.target < at_least <= last.largest.total:
            last = _not_below(find, at_least)
    if not last.is_reachable:
        return ConcessionPlan(goal, (last,), "the target is out of reach: there is only the largest package")
    totals = step_totals(last.target, _most_carried(last), n_steps)
    steps = [last]
    for total in reversed(totals[:-1]):  # from below, so that no part of a later ask is larger than in an earlier one
        above = max(
            (
                find(target=steps[-1].target + share * (total - steps[-1].target), above=steps[-1])
                for share in _SHARES_OF_THE_WAY
            ),
            key=lambda one: len(one.packages),
        )
        said = package_named(BALANCED, above.packages).total
        if above.is_reachable and said > steps[-1].target * (1 + 2 * TOLERANCE):
            steps.append(replace(above, target=said))
    reason = "" if len(steps) == n_steps else "the target leaves too little room above it for another step"
    return ConcessionPlan(goal, tuple(reversed(steps)), reason)


def _matching(find: Callable[..., Counter], match: float, at_least: float) -> tuple[Counter, ...]:
    """Ask to match another offer, and the largest step down from it that is not below the stop line."""
    ask = _not_below(find, max(match, at_least))
    usual = ask.offered.total + SHARE_TO_SETTLE * (ask.target - ask.offered.total)
    if max(usual, at_least) > ask.target * (1 - 2 * TOLERANCE):
        return (ask,)
    lower = _not_below(find, max(usual, at_least))
    above = find(target=ask.target, above=lower)
    said = package_named(BALANCED, above.packages).total
    return (replace(above, target=said), lower) if above.is_reachable and said >= lower.target else (ask,)


def _not_below(find: Callable[..., Counter], total: float) -> Counter:
    """Find packages of the smallest sum of round amounts that is not below a total, or of the largest there is."""
    found = find(target=math.ceil(total))
    for target in (math.ceil(total) + step * _A_STEP for step in range(1, 9)):
        if found.is_reachable and all(one.is_rounded and one.total >= total for one in found.packages):
            return replace(found, target=package_named(BALANCED, found.packages).total)
        above = find(target=min(target, found.largest.total))
        found = above if above.is_reachable else found
    return found


def _most_carried(last: Counter) -> float:
    """Total of which the ask is `DEFAULT_OPENING_SHARE` on the way from the target [USD].

    It is the largest package, or less where the parts that the balanced package raises carry no more.
    """
    balanced = package_named(BALANCED, last.packages)
    carried = last.offered.total + math.fsum(
        LEVER_WEIGHTS[lever] * last.limits[lever].room
        for part in PARTS
        if any(balanced.amount(lever) > last.offered.amount(lever) for lever in part) or balanced == last.offered
        for lever in part
    )
    return min(last.largest.total, last.target + (carried - last.target) / DEFAULT_OPENING_SHARE)


def check_steps(n_steps: int) -> None:
    """Raise OutOfRangeError unless the number of steps is from 1 to 5."""
    if not 1 <= n_steps <= MAX_STEPS:
        raise OutOfRangeError("steps", f"be 1 to {MAX_STEPS}", n_steps)


def step_totals(
    target: float, largest: float, n_steps: int, opening_share: float = DEFAULT_OPENING_SHARE
) -> tuple[float, ...]:
    """Totals of the steps, the ask first [USD].

    A step too close to the next one is left out: packages are up to 0.25% off their total.

    >>> step_totals(1_300_000, 1_440_000, 4, 0.5)
    (1370000.0, 1330000.0, 1310000.0, 1300000.0)
    """
    opening = opening_share * max(0.0, largest - target)
    for n in range(n_steps, 1, -1):
        n_concessions = n - 1
        first = opening / (2 - 2 ** (1 - n_concessions))
        left = [opening - first * (2 - 2 ** (1 - number)) for number in range(n_concessions)]
        least = first / 2 ** (n_concessions - 1)
        if least > 2 * TOLERANCE * target:
            return (*(target + rest for rest in left), float(target))
    return (float(target),)
