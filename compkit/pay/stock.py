"""Share price scenarios over time: never forecasts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import GrowthConvention
from compkit.periods import MONTHS_A_YEAR


@dataclass(frozen=True, slots=True)
class Growth:
    """Yearly growth of the share price and its convention.

    Parameters
    ----------
    rate : float
        Change a year, above -1 [fraction].
    convention : {"smooth", "annual-step"}
        `smooth`: price (1 + rate)^(m / 12) at month m; `annual-step`: price (1 + rate)^(k - 1) throughout
        employment year k, as in recruiters' sheets.
    path : tuple of float
        Prices at the end of years 1, 2, ... as multiples of today's, instead of the rate. The price moves geometrically
        within a year and stays flat after the last one.
    company_paths : tuple of (str, tuple of float)
        Paths by company, which take precedence over `path` and the rate.

    Raises
    ------
    OutOfRangeError
        If the rate is not above -1 or not finite, a path has a value that is not above 0 or not finite, or there is a
        path with `annual-step`, which keeps the price constant through a year.
    UnknownChoiceError
        If there is no such convention.

    Examples
    --------
    >>> Growth(path=(1.5, 2.0)).price([0, 12, 24, 36]).round(12).tolist()
    [1.0, 1.5, 2.0, 2.0]
    >>> one = Growth(0.1, company_paths=(("Meta", (2.0,)),))
    >>> one.of("meta").price(12).round(12).item(), one.of("Snap").price(12).round(12).item()
    (2.0, 1.1)
    """

    rate: float = 0.0
    convention: GrowthConvention = "smooth"
    path: tuple[float, ...] = ()
    company_paths: tuple[tuple[str, tuple[float, ...]], ...] = ()

    def __post_init__(self) -> None:
        if not math.isfinite(self.rate) or self.rate <= -1:
            raise OutOfRangeError("growth_rate", "be a finite fraction above -1", self.rate)
        if self.convention not in get_args(GrowthConvention):
            raise UnknownChoiceError("growth_convention", self.convention, get_args(GrowthConvention))
        for values in (self.path, *(path for _, path in self.company_paths)):
            if not all(math.isfinite(value) and value > 0 for value in values):
                raise OutOfRangeError("price_path", "have finite values above 0", list(values))
        if self.has_path and self.convention == "annual-step":
            raise OutOfRangeError("growth_convention", "be smooth with a price path", self.convention)

    @property
    def has_path(self) -> bool:
        """Whether any price follows a path."""
        return bool(self.path or self.company_paths)

    def of(self, company: str) -> Growth:
        """Growth of one company's stock; case and surrounding blanks are ignored."""
        if not self.company_paths:
            return self
        name = company_key(company)
        own = next((path for known, path in self.company_paths if company_key(known) == name), self.path)
        return Growth(self.rate, self.convention, own)

    def ratio(self, month: ArrayLike, since: int = 0) -> NDArray[np.float64]:
        """Share price in each month over that in month `since`; 1 before it.

        >>> Growth(0.21).ratio([6, 12, 18], since=12).round(12).tolist()
        [1.0, 1.0, 1.1]
        """
        return np.asarray(self.price(np.maximum(month, since)) / float(self.price(since)))

    def price(self, month: ArrayLike) -> NDArray[np.float64]:
        """Share price in each month over that in month 0, the start date.

        >>> Growth(0.21).price([0, 6, 12]).round(12).tolist()
        [1.0, 1.1, 1.21]
        >>> Growth(0.10, "annual-step").price([1, 12, 13]).round(12).tolist()
        [1.0, 1.0, 1.1]
        """
        if self.path:
            years = np.asarray(month, dtype=float) / MONTHS_A_YEAR
            logs = np.interp(years, np.arange(len(self.path) + 1), np.log([1.0, *self.path]))
            return np.asarray(np.exp(logs))
        years = years_of_growth(month, self.convention)
        return np.asarray((1.0 + self.rate) ** years)


def years_of_growth(month: ArrayLike, convention: GrowthConvention) -> NDArray[np.float64]:
    """Years of growth by each month, same shape [years].

    >>> years_of_growth([6, 12, 13], "smooth").tolist()
    [0.5, 1.0, 1.0833333333333333]
    >>> years_of_growth([6, 12, 13], "annual-step").tolist()
    [0.0, 0.0, 1.0]
    """
    years = np.asarray(month, dtype=float) / MONTHS_A_YEAR
    return years if convention == "smooth" else np.maximum(np.ceil(years) - 1.0, 0.0)


def company_key(company: str) -> str:
    """Company name in the form used for comparison.

    >>> company_key(" Meta ")
    'meta'
    """
    return company.strip().casefold()


FLAT = Growth()
