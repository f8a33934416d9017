"""Grants as columns, which of them vest and grow alike, and what they vest by month.

A million offers then need the price and the schedule of each kind once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.model.equity import VestingSchedule
from compkit.pay.stock import Growth
from compkit.pay.vesting import FloatArray, vested_share
from compkit.periods import MONTHS_A_YEAR, months


class GrantKind(NamedTuple):
    """What grants that vest and grow alike have in common."""

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
    """Return grants as the frame that `PayTerms` holds, of no company; a single value stands for all rows."""
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
    """What grants vest by month: units x vested part x price, each kind of grant worked out once.

    Parameters
    ----------
    kinds : sequence of GrantKind
    kind_of : ndarray, shape (n_grants,)
        Each grant's position among the kinds.
    vested : ndarray, shape (n_kinds, n_months)
        The part that has vested by the end of each month [fraction].
    size : ndarray, shape (n_grants,)
        Each grant at the price of the start date [USD].
    """

    kinds: Sequence[GrantKind]
    kind_of: NDArray[np.intp]
    vested: FloatArray
    size: FloatArray

    @property
    def month(self) -> NDArray[np.int64]:
        """The months, 1 and up."""
        return months(self.vested.shape[1] // MONTHS_A_YEAR)

    @property
    def part(self) -> FloatArray:
        """The part of each kind that vests in each month, shape (n_kinds, n_months) [fraction]."""
        return np.diff(self.vested, axis=1, prepend=0.0)

    @property
    def is_cash(self) -> NDArray[np.bool_]:
        """Whether no share price moves a kind, shape (n_kinds,)."""
        return np.array([kind.is_cash for kind in self.kinds], dtype=bool)

    @property
    def value(self) -> FloatArray:
        """What each grant vests in each month at a flat price, shape (n_grants, n_months) [USD]."""
        return self.size[:, None] * self.part[self.kind_of]

    def price(self, growth: Growth) -> FloatArray:
        """Return each kind's share price in each month over that of its pricing, shape (n_kinds, n_months)."""
        price = [growth.of(kind.company).ratio(self.month, kind.priced_month) for kind in self.kinds]
        return np.where(self.is_cash[:, None], 1.0, np.reshape(price, self.vested.shape))


def grant_vests(
    grants: pd.DataFrame, schedules: Mapping[str, VestingSchedule], n_years: int, *, by_company: bool = True
) -> Vests:
    """Return what grants vest over `n_years`; `by_company` where each company's shares grow their own way."""
    kinds, kind_of = _grant_kinds(grants, by_company=by_company)
    n_months = n_years * MONTHS_A_YEAR
    vested = [vested_share(schedules[kind.schedule], n_months, kind.start_month) for kind in kinds]
    size = grants["units"].to_numpy(dtype=float) * grants["start_price"].to_numpy(dtype=float)
    return Vests(kinds, kind_of, np.reshape(vested, (len(kinds), n_months)), size)


def _grant_kinds(grants: pd.DataFrame, *, by_company: bool) -> tuple[list[GrantKind], NDArray[np.intp]]:
    """Return the distinct kinds of grants, and each grant's position among them."""
    code = np.zeros(len(grants), dtype=np.int64)
    columns = [grants[name].array for name in GrantKind._fields]
    for column in columns if by_company else columns[:-1]:
        own, values = pd.factorize(column)
        code = pd.factorize(code * len(values) + own)[0]
    first = np.empty(int(code.max(initial=-1)) + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return [GrantKind(*row) for row in zip(*(column[first].tolist() for column in columns), strict=True)], code
