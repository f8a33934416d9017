"""Price levels and rents of places, and the purchasing power of net pay."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.periods import MONTHS_A_YEAR
from compkit.reference import Tables

US_LEVEL = 100.0
HOUSING = "housing"
BEDROOMS = (1, 2, 3)
"""Sizes of a rented home with rents on file."""


def price_level(places: Sequence[str], tables: Tables, housing_share: float | None = None) -> NDArray[np.float64]:
    """Price level of places, United States = 100.

    Parameters
    ----------
    places : sequence of str, length n
    tables : Tables
    housing_share : float, optional
        Housing as a fraction of a household's spending; the publisher's weights by default.

    Returns
    -------
    ndarray, shape (n,)
        The published index of all items, or housing^s x rest^(1 - s) with the weighted geometric mean `rest` of goods,
        utilities and other services. The mean is geometric because budget shares are assumed equal everywhere; it also
        fits the publisher's own totals best. Source: bea-marpp; weights: price_weights.csv.

    Raises
    ------
    UnknownChoiceError
        If a place has no price level.
    OutOfRangeError
        If the share is not within 0 and 1.

    Examples
    --------
    >>> from compkit.reference.tables import load_tables
    >>> price_level(["Seattle", "Austin"], load_tables()).tolist()
    [111.133, 98.066]
    """
    index = price_indices(tables)
    for place in places:
        if place not in index.index:
            raise UnknownChoiceError("place", place, sorted(index.index))
    chosen = index.loc[list(places)]
    if housing_share is None:
        return chosen["all_items"].to_numpy(dtype=float)
    if not 0 <= housing_share <= 1:
        raise OutOfRangeError("housing_share", "be between 0 and 1", housing_share)
    weights = tables["price_weights"].set_index("line")["weight"].drop(HOUSING)
    rest = np.log(chosen[list(weights.index)]) @ (weights / weights.sum())
    level = np.exp(housing_share * np.log(chosen[HOUSING]) + (1 - housing_share) * rest)
    return np.asarray(level, dtype=np.float64)


def price_indices(tables: Tables) -> pd.DataFrame:
    """Price indices as published: a row a place, a column a line of spending."""
    return tables.derived(_index_by_place)


def _index_by_place(tables: Tables) -> pd.DataFrame:
    by_metro = tables["price_parities"].pivot_table(index="metro", columns="line", values="index")
    return _of_places(by_metro, "metro", tables)


def _of_places(figures: pd.DataFrame, column: str, tables: Tables) -> pd.DataFrame:
    """Rows of areas as rows of the places in them, by a column of places.csv."""
    area = tables["places"].set_index("place")[column]
    area = area[area.isin(figures.index)]
    return figures.loc[area].set_axis(area.index)


def purchasing_power(net_pay: ArrayLike, level: ArrayLike) -> NDArray[np.float64]:
    """Net pay in USD at average US prices; the shapes of net pay [USD] and price level broadcast.

    >>> purchasing_power(150_000.0, 120.0).item()
    125000.0
    """
    return np.asarray(np.asarray(net_pay, dtype=float) / (np.asarray(level, dtype=float) / US_LEVEL))


def yearly_rent(places: Sequence[str], bedrooms: int | None, tables: Tables) -> NDArray[np.float64]:
    """Fair market rent of a year in each place, utilities included.

    Parameters
    ----------
    places : sequence of str, length n
    bedrooms : int or None
        1 to 3; None if no rent is paid, as in a home one owns.
    tables : Tables

    Returns
    -------
    ndarray, shape (n,)
        Twelve months [USD a year]; NaN where the rent of a place isn't known, 0 without rent. Source: hud-fmr-2026

    Raises
    ------
    OutOfRangeError
        If there are no rents for that many bedrooms.

    Examples
    --------
    >>> from compkit.reference.tables import load_tables
    >>> yearly_rent(["Seattle", "Elsewhere"], 1, load_tables()).tolist()
    [25752.0, nan]
    """
    if bedrooms is None:
        return np.zeros(len(places))
    if bedrooms not in BEDROOMS:
        raise OutOfRangeError("bedrooms", f"be {BEDROOMS[0]} to {BEDROOMS[-1]}", bedrooms)
    rents = monthly_rents(tables).reindex(list(places))[bedrooms]
    return np.asarray(MONTHS_A_YEAR * rents.to_numpy(dtype=float))


def monthly_rents(tables: Tables) -> pd.DataFrame:
    """Fair market rents [USD a month]: a row a place whose rents are known, a column a number of bedrooms."""
    return tables.derived(_rent_by_place)


def _rent_by_place(tables: Tables) -> pd.DataFrame:
    by_area = tables["rents"].pivot_table(index="area", columns="bedrooms", values="rent")
    return _of_places(by_area, "rent_area", tables)
