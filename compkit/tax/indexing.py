"""How the law raises an amount from year to year: the index, and the rounding."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rounding:
    """Rounding of an indexed amount by law: a row of tax_rounding.csv.

    Parameters
    ----------
    step : float
        Amounts are rounded to multiples of it [USD].
    direction : {"down", "up", "nearest"}
        `nearest` rounds halves up.
    status : str
        The filing status of the row, or `all`.
    """

    step: float
    direction: str
    status: str = "all"

    def round(self, amount: float) -> float:
        """Round an amount [USD].

        >>> [Rounding(300.0, direction).round(199_030.5) for direction in ("down", "up", "nearest")]
        [198900.0, 199200.0, 198900.0]
        """
        steps = round(amount / self.step, 6)  # an exact multiple may be off by a rounding error
        whole = {"down": math.floor(steps), "up": math.ceil(steps), "nearest": math.floor(steps + 0.5)}
        return whole[self.direction] * self.step


@dataclass(frozen=True, slots=True)
class Basis:
    """Source rows in the tables of a figure of a year.

    Parameters
    ----------
    year : int
        Year of the rows, earlier than the figure's if it is projected.
    status : str
        Their filing status, or `all`.
    index : float
        Factor by which the law indexes them; 1 if it does not.
    rounding : Rounding, optional
        Rounding of the indexed amount, if the law has any.
    """

    year: int
    status: str
    index: float
    rounding: Rounding | None = None

    def project(self, amount: float) -> float:
        """Index and round an amount of the rows."""
        projected = amount * self.index
        return projected if self.rounding is None else self.rounding.round(projected)
