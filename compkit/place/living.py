"""What living costs in a place, and what net pay buys there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.reference.tables import Tables

US_LEVEL = 100.0
HOUSING = "housing"


def price_level(places: Sequence[str], tables: Tables, housing_share: float | None = None) -> NDArray[np.float64]:
    """Return the price level of places, United States = 100.

    Parameters
    ----------
    places : sequence of str, length n
    tables : Tables
    housing_share : float, optional
        The share of its spending that a household gives for housing [fraction]. Left out, all spending counts as the
        publisher weighs it.

    Returns
    -------
    ndarray, shape (n,)
        The published index of all items, or housing^s x rest^(1 - s), where the rest is the weighted geometric mean of
        goods, utilities and other services. Shares of a budget stay what they are where prices differ, so the mean is
        geometric; it also fits the publisher's own sums best. Source: bea-marpp; weights: price_weights.csv.

    Raises
    ------
    UnknownChoiceError
        If a place has no price level; the message lists the choices.
    OutOfRangeError
        If the share is not within 0 and 1.

    Examples
    --------
    >>> from compkit.reference.tables import load_tables
    >>> price_level(["Seattle", "Austin"], load_tables()).tolist()
    [111.133, 98.066]
    """
    index = tables.derived(_index_by_place)
    for place in places:
        if place not in index.index:
            raise UnknownChoiceError("place", place, sorted(index.index))
    chosen = index.loc[list(places)]
    if housing_share is None:
        return chosen["all_items"].to_numpy(dtype=float)
    if not 0 <= housing_share <= 1:
        raise OutOfRangeError("housing_share", "lie within 0 and 1", housing_share)
    weights = tables["price_weights"].set_index("line")["weight"].drop(HOUSING)
    rest = np.log(chosen[list(weights.index)]) @ (weights / weights.sum())
    level = np.exp(housing_share * np.log(chosen[HOUSING]) + (1 - housing_share) * rest)
    return np.asarray(level, dtype=np.float64)


def _index_by_place(tables: Tables) -> pd.DataFrame:
    """Return the published indices, a row a place and a column a line of spending."""
    return tables["price_parities"].pivot_table(index="place", columns="line", values="index")


def purchasing_power(net_pay: ArrayLike, level: ArrayLike) -> NDArray[np.float64]:
    """Return what net pay buys, in USD at average US prices; the shapes of pay [USD] and level broadcast.

    >>> purchasing_power(150_000.0, 120.0).item()
    125000.0
    """
    return np.asarray(np.asarray(net_pay, dtype=float) / (np.asarray(level, dtype=float) / US_LEVEL))
