"""Grants that vest and grow alike, so that a million offers need the price and the schedule of each kind once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray


class GrantKind(NamedTuple):
    """What grants that vest and grow alike have in common."""

    schedule: str
    start_month: int
    priced_month: int
    is_cash: bool
    company: str


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
