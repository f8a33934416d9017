"""Every package of a case, numbered, with its points for either side."""

from __future__ import annotations

from functools import reduce

import numpy as np

from compkit.errors import OutOfRangeError
from compkit.workshop.case import Case, Package
from compkit.workshop.outcomes import Integers, Outcomes, integer_type

MAX_PACKAGES = 200_000
"""Most packages of a case to negotiate."""


class Packages:
    """All packages, in the order of the issues' options.

    Parameters
    ----------
    case : Case

    Raises
    ------
    OutOfRangeError
        If the case has more than `MAX_PACKAGES`.
    """

    def __init__(self, case: Case) -> None:
        if case.n_outcomes > MAX_PACKAGES:
            raise OutOfRangeError("a case to practice", f"have at most {MAX_PACKAGES:,} packages", case.n_outcomes)
        outcomes = Outcomes(case)
        self.sizes = tuple(len(issue.options) for issue in case.issues)
        self.scales = outcomes.scales
        self.points: tuple[Integers, Integers] = (_sums(outcomes, 0), _sums(outcomes, 1))
        first, second = (int(limit * scale) for limit, scale in zip(case.limits, outcomes.scales, strict=True))
        self.limits = (first, second)

    def number(self, package: Package) -> int:
        """Find the number of a package."""
        return int(np.ravel_multi_index(package, self.sizes))

    def package(self, number: int) -> Package:
        """Find the package with a number."""
        return tuple(map(int, np.unravel_index(number, self.sizes)))


def _sums(outcomes: Outcomes, side: int) -> Integers:
    """One side's points of every package, in whole numbers of its scale."""
    columns = [[pair[side] for pair in issue] for issue in outcomes.issues]
    dtype = integer_type(sum(max(map(abs, column)) for column in columns))
    none: Integers = np.zeros(1, dtype)
    return reduce(lambda sums, column: np.add.outer(sums, np.array(column, dtype)).ravel(), columns, none)
