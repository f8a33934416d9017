"""Steps of asking: above the target first, then the target, each with its packages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from compkit.analysis import Evaluation
from compkit.errors import OutOfRangeError
from compkit.negotiation.meso import TOLERANCE
from compkit.negotiation.packages import Counter, EqualOn, counter, nearest_round_total

DEFAULT_STEPS, MAX_STEPS = 2, 5
DEFAULT_OPENING_SHARE = 0.5
APPROVAL_WARNING = (
    "Each further ask usually needs a new approval on their side; after two, patience wears thin and an offer can be "
    "withdrawn."
)


@dataclass(frozen=True, slots=True)
class ConcessionPlan:
    """What to ask for first, and what to come down to.

    Parameters
    ----------
    steps : tuple of Counter
        The ask first, the target last; one step if there is no room above the target.
    reason : str
        Why there are fewer steps than requested; otherwise empty.
    """

    steps: tuple[Counter, ...]
    reason: str

    @property
    def ask(self) -> Counter:
        """The first step."""
        return self.steps[0]

    @property
    def fallback(self) -> Counter:
        """The last step: the target, or the largest package."""
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
    beyond_band: bool = False,
    equal_on: EqualOn = "total",
) -> ConcessionPlan:
    """Plan the steps from the ask down to the target; no step is below the target.

    Parameters
    ----------
    evaluation, worth, target, beyond_band, equal_on
        See `packages.counter`.
    n_steps : int
        1 to 5. With more than two, each concession is half the one before.

    Raises
    ------
    OutOfRangeError
        If n_steps is out of range.
    CompkitError
        As `packages.counter` does.
    """
    check_steps(n_steps)
    last = counter(evaluation, worth, target=target, equal_on=equal_on, beyond_band=beyond_band)
    if not last.is_reachable:
        return ConcessionPlan((last,), "the target is out of reach: there is only the largest package")
    totals = step_totals(last.target, last.largest.total, n_steps)
    steps = [last]
    for total in reversed(totals[:-1]):  # from below, so that no part of a later ask is larger than in an earlier one
        below = steps[-1]
        rounded = nearest_round_total(below.limits, total, below.packages)
        is_apart = rounded > below.target * (1 + 2 * TOLERANCE)
        above = counter(evaluation, worth, target=rounded if is_apart else total, equal_on=equal_on,
                        beyond_band=beyond_band, at_least=below.packages)  # fmt: skip
        steps.append(above)
    reason = "" if len(totals) == n_steps else "the target leaves too little room above it for another step"
    return ConcessionPlan(tuple(reversed(steps)), reason)


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
