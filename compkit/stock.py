"""The price of a share over time, as a scenario: never a forecast."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.equity import GrowthConvention
from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.periods import MONTHS_A_YEAR


@dataclass(frozen=True, slots=True)
class Growth:
    """A yearly growth of the share price and the convention that applies it.

    Parameters
    ----------
    rate : float
        The change a year, above -1 [fraction].
    convention : {"smooth", "annual-step"}
        `smooth`: price (1 + rate)^(m / 12) at month m; `annual-step`: price (1 + rate)^(k - 1) throughout
        employment year k, as recruiters' sheets have it.

    Raises
    ------
    OutOfRangeError
        If the rate is not above -1 or not finite.
    UnknownChoiceError
        If there is no such convention.
    """

    rate: float = 0.0
    convention: GrowthConvention = "smooth"

    def __post_init__(self) -> None:
        if not math.isfinite(self.rate) or self.rate <= -1:
            raise OutOfRangeError("growth_rate", "be a finite fraction above -1", self.rate)
        if self.convention not in get_args(GrowthConvention):
            raise UnknownChoiceError("growth_convention", self.convention, get_args(GrowthConvention))

    def price(self, month: ArrayLike, start_price: ArrayLike = 1.0) -> NDArray[np.float64]:
        """Return the share price at each month, in the unit of `start_price`; month 0 is the start date.

        >>> Growth(0.21).price([0, 6, 12]).round(12).tolist()
        [1.0, 1.1, 1.21]
        >>> Growth(0.10, "annual-step").price([1, 12, 13]).round(12).tolist()
        [1.0, 1.0, 1.1]
        """
        at = np.asarray(month, dtype=float)
        steps = np.maximum(np.ceil(at / MONTHS_A_YEAR) - 1, 0)
        years = at / MONTHS_A_YEAR if self.convention == "smooth" else steps
        return np.asarray(np.asarray(start_price, dtype=float) * (1.0 + self.rate) ** years)


FLAT = Growth()
