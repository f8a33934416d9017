"""Grants as columns, and which of them vest and grow alike.

A million offers then need the price and the schedule of each kind once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray


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


def grant_kinds(grants: pd.DataFrame, *, by_company: bool) -> tuple[list[GrantKind], NDArray[np.intp]]:
    """Return the distinct kinds of grants, and each grant's position among them."""
    code = np.zeros(len(grants), dtype=np.int64)
    for name in GrantKind._fields if by_company else GrantKind._fields[:-1]:
        own, values = pd.factorize(grants[name])
        code = pd.factorize(code * len(values) + own)[0]
    first = np.empty(int(code.max()) + 1, dtype=np.int64)
    first[code[::-1]] = np.arange(len(code))[::-1]
    rows = grants.iloc[first][list(GrantKind._fields)].itertuples(index=False, name=None)
    return [GrantKind(str(schedule), int(start), int(priced), bool(is_cash), str(company))
            for schedule, start, priced, is_cash, company in rows], code  # fmt: skip
