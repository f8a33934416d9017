"""Limits on what one may put before tax into a 401(k) plan and a health savings account, by age."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_PLAN_AGE, _HIGHER_AGES, _ACCOUNT_AGE = 50, (60, 63), 55


def plan_limit(limit: float, catch_up: float, higher_catch_up: float, age: ArrayLike | None) -> NDArray[np.float64]:
    """Limit of deferrals to a 401(k) plan, with the catch-up that an age allows [USD a year].

    Sources: irs-n-2023-75, irs-n-2025-67.

    Parameters
    ----------
    limit, catch_up, higher_catch_up : float
        The year's: for all, more from 50 on, and more from 60 to 63 [USD a year].
    age : array_like, optional
        At the end of the year; None if unknown, and then there is no catch-up [years].
    """
    years = np.asarray(0.0 if age is None else age, dtype=float)
    is_higher = (years >= _HIGHER_AGES[0]) & (years <= _HIGHER_AGES[1])
    return np.asarray(limit + np.where(years < _PLAN_AGE, 0.0, np.where(is_higher, higher_catch_up, catch_up)))


def account_limit(
    limit_of_one: float, limit_of_family: float, catch_up: float, age: ArrayLike | None, is_family: ArrayLike
) -> NDArray[np.float64]:
    """Limit of a health savings account: of a family for couples and parents [USD a year].

    Sources: irs-rp-2023-23, irs-rp-2024-25, irs-rp-2025-19, irs-rp-2026-24, irc-223.

    Parameters
    ----------
    limit_of_one, limit_of_family, catch_up : float
        The year's: of one person, of a family, and more from 55 on [USD a year].
    age : array_like, optional
        At the end of the year; None if unknown, and then there is no catch-up [years].
    is_family : array_like of bool
    """
    years = np.asarray(0.0 if age is None else age, dtype=float)
    limit = np.where(is_family, limit_of_family, limit_of_one)
    return np.asarray(limit + np.where(years < _ACCOUNT_AGE, 0.0, catch_up))
