"""How the value of a node follows from those of its parts, as names that a program can follow, too."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from compkit.periods import MONTHS_A_YEAR
from compkit.tax import Rounding, bracket_tax

Values = Sequence[float]

ARITHMETIC: Mapping[str, Callable[[Values], float]] = {
    "same": lambda of: of[0],
    "sum": math.fsum,
    "difference": lambda of: of[0] - math.fsum(of[1:]),
    "product": math.prod,
    "product_down": lambda of: Rounding(of[2], "down").round(of[0] * of[1]),
    "product_up": lambda of: Rounding(of[2], "up").round(of[0] * of[1]),
    "product_nearest": lambda of: Rounding(of[2], "nearest").round(of[0] * of[1]),
    "quotient": lambda of: of[0] / of[1],
    "power": lambda of: of[0] ** of[1],
    "compound": lambda of: (1.0 + of[0]) ** of[1],
    "mean": lambda of: math.fsum(of) / len(of),
    "above": lambda of: max(0.0, of[0] - math.fsum(of[1:])),
    "minimum": min,
    "maximum": max,
    "whole": lambda of: float(math.floor(of[0])),
    "rounded": lambda of: round(of[0], int(of[1])),
    "phased_in": lambda of: round(min(max(of[0] - of[1], 0.0), of[2]) / of[2], 4),
    "steps": lambda of: float(math.ceil(max(0.0, of[0] - of[1]) / of[2])),
    "brackets": lambda of: float(bracket_tax(np.array([of[0]]), of[1::2], of[2::2])[0]),
    "discount": lambda of: _mean_discount(*of),
}
"""Each operation by its name: what it makes of its parts' values.

`product_down`, `product_up` and `product_nearest` take the first part times the second, to a multiple of the third.
`difference` takes all others from the first; `above` does, too, and is never below 0. `compound` is (1 + rate)^times.
`whole` cuts down to whole units. `rounded` rounds a to b decimal places. `phased_in` is how far a lies above b over c,
from 0 to 1, to four places. `steps` counts the steps of size c by which a lies above b, begun ones too. `brackets`
takes an income and then each bracket's start and rate. `discount` takes a yearly rate and the first and last of some
months, and gives the mean of (1 + rate)^(-month / 12) over them.
"""

SIMULATION, SEARCH, PACKAGES = "simulation", "search", "packages"
METHODS = (SIMULATION, SEARCH, PACKAGES)
"""What is worked out by more than arithmetic, and so not checked by it: the parts are what goes in.

`simulation` draws share prices; `search` finds the value at which the first part equals the second; `packages` solves
for round sums inside limits.
"""

_ADDED_UP = frozenset({"sum", "difference", "above", "mean"})
_RELATIVE = 1e-9
# The kit rounds yearly sums to a ten-millionth and plans to a millionth of a dollar; a few of them make this much.
_DUST_USD = 1e-5


def is_close(value: float, expected: float, unit: str, operation: str = "", parts: Values = ()) -> bool:
    """Compare a value with the expected one, within rounding relative to the parts added up."""
    size = max((abs(part) for part in parts), default=0.0) if operation in _ADDED_UP else 0.0
    dust = _DUST_USD if unit.startswith("USD") else 0.0
    return math.isclose(value, expected, rel_tol=_RELATIVE, abs_tol=max(dust, 1e-12 * size))


def _mean_discount(rate: float, first: float, last: float) -> float:
    """Return the mean of what a dollar of each of some months is worth today.

    >>> ARITHMETIC["discount"]([0.21, 6, 6])
    0.9090909090909091
    """
    at = np.arange(int(first), int(last) + 1)
    return float(np.mean((1.0 + rate) ** (-at / MONTHS_A_YEAR)))
