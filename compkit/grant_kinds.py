"""Which grants of many vest and grow alike, so that each kind is worked out once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.tranches import MAX_MONTHS_ACCRUED


class GrantKind(NamedTuple):
    """What grants that vest and grow alike have in common."""

    schedule: str
    start_month: int
    is_valued: bool
    is_cash: bool


def kinds_of_grant(grants: pd.DataFrame) -> tuple[list[GrantKind], NDArray[np.intp]]:
    """Return the distinct kinds of grants, and each grant's position among them.

    Parameters
    ----------
    grants : DataFrame
        As `cashflow.PayTerms` holds them.
    """
    names, name_code = grants["schedule"].cat.categories, grants["schedule"].cat.codes.to_numpy(dtype=np.int64)
    start = grants["start_month"].to_numpy(dtype=np.int64)
    flags = 2 * grants["is_cash"].to_numpy(dtype=np.int64) + grants["is_valued_at_grant"].to_numpy(dtype=np.int64)
    # A packed number tells kinds apart faster than rows do; grants may have begun before the first day.
    code, keys = pd.factorize((name_code * 1000 + start + MAX_MONTHS_ACCRUED) * 4 + flags)
    kinds = [
        GrantKind(str(names[key // 4000]), int(key // 4 % 1000) - MAX_MONTHS_ACCRUED, bool(key & 1), bool(key & 2))
        for key in keys
    ]
    return kinds, code
