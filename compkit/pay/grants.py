"""Grants as columns, grouped by schedule and price growth, and their monthly vests.

Prices and schedules are computed once a group, so a million offers are quick.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.model import VestingSchedule
from compkit.pay.stock import Growth
from compkit.pay.vesting import FloatArray, vested_share
from compkit.periods import MONTHS_A_YEAR, months


class GrantGroup(NamedTuple):
    """Grants with the same schedule and price growth."""

    schedule: str
    start_month: int
    priced_month: int
    is_cash: bool
    company: str


def grant_frame(
    offer_row: ArrayLike,
    units: ArrayLike,
    start_price: ArrayLike,
    schedule: Sequence[str] | NDArray[np.object_],
    start_month: ArrayLike,
    is_valued_at_grant: ArrayLike = False,  # noqa: FBT002  a column like the others
    has_price: ArrayLike = False,  # noqa: FBT002
    is_cash: ArrayLike = False,  # noqa: FBT002
    is_paper: ArrayLike = False,  # noqa: FBT002
) -> pd.DataFrame:
    """Build the frame `PayTerms.grants`, without companies; a single value applies to all rows."""
    n_rows = len(np.asarray(offer_row))
    valued_in = np.where(is_valued_at_grant, np.asarray(start_month, dtype=np.int64), 0)
    return pd.DataFrame(
        {
            "offer_row": np.asarray(offer_row, dtype=np.int64),
            "units": np.broadcast_to(np.asarray(units, dtype=float), n_rows),
            "start_price": np.broadcast_to(np.asarray(start_price, dtype=float), n_rows),
            "schedule": pd.Categorical(np.asarray(schedule, dtype=object)),
            "start_month": np.broadcast_to(np.asarray(start_month, dtype=np.int64), n_rows),
            "is_valued_at_grant": np.broadcast_to(np.asarray(is_valued_at_grant, dtype=bool), n_rows),
            "has_price": np.broadcast_to(np.asarray(has_price, dtype=bool), n_rows),
            "is_cash": np.broadcast_to(np.asarray(is_cash, dtype=bool), n_rows),
            "priced_month": np.broadcast_to(valued_in, n_rows),
            "company": pd.Categorical(np.broadcast_to("", n_rows)),
            "is_paper": np.broadcast_to(np.asarray(is_paper, dtype=bool), n_rows),
        }
    )


@dataclass(frozen=True)
class Vests:
    """Monthly vests of grants: units x vested fraction x price, computed once a group.

    Parameters
    ----------
    groups : sequence of GrantGroup
    group_of : ndarray, shape (n_grants,)
        The position of each grant's group.
    vested : ndarray, shape (n_groups, n_months)
        Fraction vested by the end of each month.
    grant_value : ndarray, shape (n_grants,)
        Value at the price of the start date [USD].
    """

    groups: Sequence[GrantGroup]
    group_of: NDArray[np.intp]
    vested: FloatArray
    grant_value: FloatArray

    @property
    def month(self) -> NDArray[np.int64]:
        """The months, 1 and up."""
        return months(self.vested.shape[1] // MONTHS_A_YEAR)

    @property
    def fraction(self) -> FloatArray:
        """Fraction of each group that vests in each month, shape (n_groups, n_months)."""
        return np.diff(self.vested, axis=1, prepend=0.0)

    @property
    def is_cash(self) -> NDArray[np.bool_]:
        """Whether each group is paid in cash, whatever the share price; shape (n_groups,)."""
        return np.array([group.is_cash for group in self.groups], dtype=bool)

    @property
    def value(self) -> FloatArray:
        """Monthly vests of each grant at a flat price, shape (n_grants, n_months) [USD]."""
        return self.grant_value[:, None] * self.fraction[self.group_of]

    def price(self, growth: Growth) -> FloatArray:
        """Share price of each group in each month over its price when priced, shape (n_groups, n_months)."""
        price = [growth.of(group.company).ratio(self.month, group.priced_month) for group in self.groups]
        return np.where(self.is_cash[:, None], 1.0, np.reshape(price, self.vested.shape))


def grant_vests(
    grants: pd.DataFrame, schedules: Mapping[str, VestingSchedule], n_years: int, *, by_company: bool = True
) -> Vests:
    """Vests of grants over `n_years`; `by_company` if companies' prices grow differently."""
    groups, group_of = _grant_groups(grants, by_company=by_company)
    n_months = n_years * MONTHS_A_YEAR
    vested = [vested_share(schedules[group.schedule], n_months, group.start_month) for group in groups]
    grant_value = grants["units"].to_numpy(dtype=float) * grants["start_price"].to_numpy(dtype=float)
    return Vests(groups, group_of, np.reshape(vested, (len(groups), n_months)), grant_value)


def _grant_groups(grants: pd.DataFrame, *, by_company: bool) -> tuple[list[GrantGroup], NDArray[np.intp]]:
    """Distinct groups of grants, and the position of each grant's group."""
    code = np.zeros(len(grants), dtype=np.int64)
    columns = [grants[name].array for name in GrantGroup._fields]
    for column in columns if by_company else columns[:-1]:
        own, values = pd.factorize(column)
        code = pd.factorize(code * len(values) + own)[0]
    first = np.empty(int(code.max(initial=-1)) + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return [GrantGroup(*row) for row in zip(*(column[first].tolist() for column in columns), strict=True)], code
