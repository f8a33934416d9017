"""Vesting schedules: which part of a grant vests in which month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.errors import UnknownChoiceError
from compkit.model import (
    OwnSchedule,
    VestingRule,
    VestingSchedule,
    fractions_of,
    months_on_vest_days,
    own_tranches,
    schedule_name,
)

# Half shares round up; sums of fractions fall short of a half by at most this much.
_ROUNDING_SLACK = 1e-9

FloatArray = NDArray[np.float64]


def vesting_schedule(
    vesting: VestingRule,
    own_name: str,
    schedules: Mapping[str, VestingSchedule],
    *,
    start_on: dt.date | None = None,
    start_month: int = 0,
) -> VestingSchedule:
    """Vesting schedule of a grant, moved to the company's vest days if the offer names them.

    Parameters
    ----------
    vesting : str, tuple of Tranche, or OwnSchedule
        Name of a schedule, tranches, or either with vest days and a rule for whole shares.
    own_name : str
        Name for a schedule of the offer's own.
    schedules : mapping of str to VestingSchedule
        By name.
    start_on : date, optional
        First day of work, from which vest days become months.
    start_month : int
        Month at whose end the grant is made.

    Raises
    ------
    UnknownChoiceError
        If there is no schedule of that name.
    OutOfRangeError
        If there are vest days and no first day of work.
    """
    due = _schedule_due(vesting, own_name, schedules)
    if not isinstance(vesting, OwnSchedule) or not vesting.vest_days:
        return due
    months = months_on_vest_days(due.months, vesting.vest_days, start_on, start_month)
    return replace(due, months=months, is_on_vest_days=True)


def _schedule_due(vesting: VestingRule, own_name: str, schedules: Mapping[str, VestingSchedule]) -> VestingSchedule:
    """Schedule of a grant before vest days apply."""
    named, tranches = schedule_name(vesting), own_tranches(vesting)
    if named is None:
        due = VestingSchedule(own_name, tuple(tranche.month for tranche in tranches), fractions_of(tranches))
    elif named in schedules:
        due = schedules[named]
    else:
        raise UnknownChoiceError("vesting", named, list(schedules))
    if not isinstance(vesting, OwnSchedule):
        return due
    return replace(due, name=own_name, whole_shares=vesting.whole_shares or due.whole_shares)


def vested_share(schedule: VestingSchedule, n_months: int, start_month: int = 0) -> FloatArray:
    """Fraction of a grant that has vested by the end of each month.

    Parameters
    ----------
    schedule : VestingSchedule
    n_months : int
        The horizon [months].
    start_month : int
        Month at whose end the grant is made, which delays its vests [months]. If negative, shares vested by the first
        day count in month 1, like a lump-sum sign-on.

    Returns
    -------
    ndarray, shape (n_months,)
        Cumulative, 0 to 1 [fraction]; month m at index m - 1.

    Examples
    --------
    >>> halves = VestingSchedule("halves", (2, 3), (0.5, 0.5))
    >>> vested_share(halves, 4).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    by_month = np.zeros(n_months)
    at = np.maximum(np.asarray(schedule.months) + start_month, 1)
    cumulative = np.cumsum(schedule.fractions)
    cumulative[-1] = 1.0
    for month, share in zip(at, cumulative, strict=True):
        by_month[month - 1 :] = share
    return by_month


def vested_units(
    units: ArrayLike, share: FloatArray, *, whole_shares: bool = False, is_down: ArrayLike = False
) -> FloatArray:
    """Units that vest in each month.

    Parameters
    ----------
    units : array_like, shape (n,)
        Units of each grant [shares].
    share : ndarray, shape (n_months,) or (n, n_months)
        Fraction vested by the end of each month, from `vested_share`.
    whole_shares : bool
        Round cumulative vests half up to whole shares, so that the vests of a whole grant sum to it.
    is_down : array_like of bool, shape (n,) or a single one
        Round down instead: fractions carry forward, and the last vest completes a whole grant.

    Returns
    -------
    ndarray, shape (n, n_months)
        Month m at index m - 1 [shares].

    Examples
    --------
    >>> thirds = VestingSchedule("thirds", (1, 2, 3), (1 / 3, 1 / 3, 1 / 3))
    >>> vested_units([10], vested_share(thirds, 3), whole_shares=True).tolist()
    [[3.0, 4.0, 3.0]]
    >>> vested_units([10], vested_share(thirds, 3), whole_shares=True, is_down=True).tolist()
    [[3.0, 3.0, 4.0]]
    """
    so_far = np.asarray(units, dtype=float)[:, None] * share
    if whole_shares:
        up = np.where(np.asarray(is_down), 0.0, 0.5)
        so_far = np.floor(so_far + np.reshape(up, (-1, 1)) + _ROUNDING_SLACK)
    return np.diff(so_far, axis=1, prepend=0.0)
