"""A move to another state within the year: what was earned where, and for how much of the year one lived there."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from compkit.errors import OutOfRangeError
from compkit.pay import FloatArray
from compkit.periods import MONTHS_A_YEAR
from compkit.tax.finances import Amounts, check_amounts

_FIRST_HALF_DAYS = 15
"""A month counts where one lived for at least so many of its days, in New Jersey; elsewhere the state left has it."""


@dataclass(frozen=True, slots=True)
class Move:
    """A move within the year, of the household and its jobs.

    Parameters
    ----------
    place : str
        Where it lived and worked before.
    on : date
        First day at the new place.
    earned_before : array_like
        Income of the year from before the move, and later vests as far as they are for work before it; see
        `grant_share` [USD].
    vested_after : array_like
        The part of `earned_before` that came after the move: the new state taxes it, too, and credits the old one's
        tax on it [USD].
    """

    place: str
    on: dt.date
    earned_before: Amounts
    vested_after: Amounts = 0.0

    def validated(self, n_rows: int, income: FloatArray) -> Move:
        """Return the move with arrays of `n_rows`.

        Raises
        ------
        OutOfRangeError
            If an amount is negative or not finite, or more than the whole it is part of.
        """
        for error in self.wrong_amounts(income):
            raise error
        before, after = (
            np.broadcast_to(np.asarray(each, dtype=float), n_rows) for each in (self.earned_before, self.vested_after)
        )
        return replace(self, earned_before=before, vested_after=after)

    def wrong_amounts(self, income: Amounts) -> Iterator[OutOfRangeError]:
        """Yield an error for each amount that is negative, not finite, or more than the whole it is part of."""
        for name, most, whole in (
            ("earned_before", income, "the year's income"),
            ("vested_after", self.earned_before, "what was earned before the move"),
        ):
            amounts, limit = (np.atleast_1d(np.asarray(each, dtype=float)) for each in (getattr(self, name), most))
            try:
                check_amounts(name, amounts)
            except OutOfRangeError as error:
                yield error
                continue
            if (wrong := amounts > limit).any():
                row = np.argmax(wrong)
                yield OutOfRangeError(name, f"be at most {whole}", float(np.broadcast_to(amounts, wrong.shape)[row]))

    def of_rows(self, rows: NDArray[np.intp]) -> Move:
        """Return the move of some rows."""
        before, after = np.asarray(self.earned_before), np.asarray(self.vested_after)
        return replace(self, earned_before=before[rows], vested_after=after[rows])

    def time(self, unit: str, *, is_before: bool) -> float:
        """Part of the year at the old place, or at the new one [fraction].

        Parameters
        ----------
        unit : {"days", "months", "half_months"}
            Calendar days; months, each with the place of its first half; or months where one lived for 15 days.
        is_before : bool
            Whether at the old place.
        """
        on = self.on
        if unit == "days":
            n_days = 366 if calendar.isleap(on.year) else 365
            before = (on - dt.date(on.year, 1, 1)).days / n_days
            return before if is_before else 1.0 - before
        before = (on.month - 1 + (on.day > _FIRST_HALF_DAYS)) / MONTHS_A_YEAR
        if is_before or unit == "months":
            return before if is_before else 1.0 - before
        left = calendar.monthrange(on.year, on.month)[1] - on.day + 1
        return (MONTHS_A_YEAR - on.month + (left >= _FIRST_HALF_DAYS)) / MONTHS_A_YEAR


def grant_share(granted_on: dt.date, vests_on: dt.date, moved_on: dt.date) -> float:
    """Part of a vest that is for work before a move: calendar days from grant to move, of those from grant to vest.

    California and New York count working days, whose shares are those of calendar days but for holidays. Sources:
    ftb-1100, ny-it203-i.

    Parameters
    ----------
    granted_on, vests_on : date
        The vest after the grant.
    moved_on : date
        First day at the new place.

    Raises
    ------
    OutOfRangeError
        If the vest is not after the grant.

    Examples
    --------
    >>> grant_share(dt.date(2025, 1, 1), dt.date(2027, 1, 1), dt.date(2026, 1, 1))
    0.5
    """
    n_days = (vests_on - granted_on).days
    if n_days <= 0:
        raise OutOfRangeError("vests_on", "be after the grant", str(vests_on))
    return min(1.0, max(0.0, (moved_on - granted_on).days / n_days))
