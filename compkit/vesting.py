"""Which part of a grant becomes the holder's own, and in which month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from compkit.equity import Tranche, VestingSchedule
from compkit.errors import UnknownChoiceError

# Half a share is a whole one; sums of fractions fall short of the half by at most this much.
_ROUNDING_SLACK = 1e-9

FloatArray = NDArray[np.float64]


def vesting_schedule(
    vesting: str | tuple[Tranche, ...], own_name: str, schedules: Mapping[str, VestingSchedule]
) -> VestingSchedule:
    """Return the schedule that an offer gives a grant.

    Parameters
    ----------
    vesting : str or tuple of Tranche
        The name of a schedule, or its own tranches.
    own_name : str
        What a schedule of own tranches is called.
    schedules : mapping of str to VestingSchedule
        By name.

    Raises
    ------
    UnknownChoiceError
        If there is no schedule of that name.
    """
    if isinstance(vesting, str):
        if vesting not in schedules:
            raise UnknownChoiceError("vesting", vesting, list(schedules))
        return schedules[vesting]
    return VestingSchedule(own_name, tuple(t.month for t in vesting), tuple(t.fraction for t in vesting))


def vested_share(schedule: VestingSchedule, n_months: int, start_month: int = 0) -> FloatArray:
    """Return the part of a grant that has vested by the end of each month.

    Parameters
    ----------
    schedule : VestingSchedule
    n_months : int
        The horizon [months].
    start_month : int
        The month at whose end the grant is made; its vests come that much later [months].

    Returns
    -------
    ndarray, shape (n_months,)
        Cumulative, 0 to 1 [fraction]; the element at index m - 1 belongs to month m.

    Examples
    --------
    >>> halves = VestingSchedule("halves", (2, 3), (0.5, 0.5))
    >>> vested_share(halves, 4).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    by_month = np.zeros(n_months)
    at = np.asarray(schedule.months) + start_month
    cumulative = np.cumsum(schedule.fractions)
    cumulative[-1] = 1.0
    for month, share in zip(at, cumulative, strict=True):
        by_month[month - 1 :] = share
    return by_month


def vested_units(units: ArrayLike, share: FloatArray, *, whole_shares: bool = False) -> FloatArray:
    """Return the units that vest in each month.

    Parameters
    ----------
    units : array_like, shape (n,)
        The units of each grant [shares].
    share : ndarray, shape (n_months,) or (n, n_months)
        The part vested by the end of each month, from `vested_share` [fraction].
    whole_shares : bool
        Round what has vested so far half up to whole shares, so that the vests of a whole grant sum to it.

    Returns
    -------
    ndarray, shape (n, n_months)
        Units that vest in month m at index m - 1 [shares].

    Examples
    --------
    >>> thirds = VestingSchedule("thirds", (1, 2, 3), (1 / 3, 1 / 3, 1 / 3))
    >>> vested_units([10], vested_share(thirds, 3), whole_shares=True).tolist()
    [[3.0, 4.0, 3.0]]
    """
    so_far = np.asarray(units, dtype=float)[:, None] * share
    if whole_shares:
        so_far = np.floor(so_far + 0.5 + _ROUNDING_SLACK)
    return np.diff(so_far, axis=1, prepend=0.0)
