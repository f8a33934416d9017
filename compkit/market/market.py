"""Position of an offer against its yardsticks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.market.bands import MEASURES
from compkit.market.yardsticks import TYPE_TOTAL, Yardstick, type_yardstick, yardsticks
from compkit.model import Offer
from compkit.offers import OfferEntry
from compkit.reference import Tables

COMPANY_TYPE_MEASURES = ("base_salary", "rsu_4yr", TYPE_TOTAL)
BELOW_MARKET_SHARE = 0.2
_YARDSTICK_FIELDS = tuple(field.name for field in fields(Yardstick))


def range_penetration(value: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """How far values are into a range: 0 at its low end, 1 at its high end [fraction]; same shape.

    NaN if the range is empty or unknown.

    >>> range_penetration([175_000.0], [170_000.0], [190_000.0]).tolist()
    [0.25]
    """
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    width = high - low
    return _ratio(np.asarray(value, dtype=np.float64) - low, width)


def compa_ratio(value: ArrayLike, midpoint: ArrayLike) -> NDArray[np.float64]:
    """Values divided by the midpoints of their ranges [fraction]; same shape; NaN if a midpoint is unknown or 0.

    >>> compa_ratio([90.0], [120.0]).tolist()
    [0.75]
    """
    return _ratio(np.asarray(value, dtype=np.float64), np.asarray(midpoint, dtype=np.float64))


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    ratio = np.full(np.broadcast_shapes(part.shape, whole.shape), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def range_verdict(value: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.object_]:
    """Verdict on each value: below, within (ends included) or above; None if an end is unknown.

    >>> range_verdict([1.0, 2.0, 4.0], 2.0, 3.0).tolist()
    ['below', 'within', 'above']
    """
    amounts, low, high = (np.asarray(x, dtype=float) for x in (value, low, high))
    known = np.isfinite(amounts) & np.isfinite(low) & np.isfinite(high)
    verdict = np.where(amounts < low, "below", np.where(amounts > high, "above", "within")).astype(object)
    verdict[~known] = None
    return verdict


def market_positions(
    entries: Sequence[OfferEntry], total_y1: Mapping[str, float], tables: Tables, on: dt.date
) -> pd.DataFrame:
    """Position of each measure of each offer against the yardstick that decides.

    Parameters
    ----------
    entries : sequence of OfferEntry
    total_y1 : mapping of offer id to float
        All first-year pay at a flat price [USD].
    tables : Tables
    on : date
        The day of the report; it decides how old a yardstick is.

    Returns
    -------
    DataFrame, one row per offer and measure
        offer_id, component, value, the fields of `Yardstick` (amounts in USD), penetration, compa_ratio [fraction],
        verdict, reason (for a missing verdict).
    """
    rows = []
    for entry in entries:
        values = measure_values(entry.in_usd, total_y1[entry.offer.id])
        for measure in MEASURES:
            found, reason = yardsticks(entry, measure, tables, on)
            rows.append(_row(entry.in_usd, measure, values[measure], found[0] if found else None, reason))
    return _positioned(rows)


def further_positions(entry: OfferEntry, total_y1: float, tables: Tables, on: dt.date) -> pd.DataFrame:
    """Position of each measure of an offer against the yardsticks beside the one that decides; see `yardsticks`.

    Columns as in `market_positions`; empty if there are none.
    """
    values = measure_values(entry.in_usd, total_y1)
    return _positioned(
        [
            _row(entry.in_usd, measure, values[measure], yardstick, "")
            for measure in MEASURES
            for yardstick in yardsticks(entry, measure, tables, on)[0][1:]
        ]
    )


def company_type_positions(
    entries: Sequence[OfferEntry], total_y1: Mapping[str, float], tables: Tables, on: dt.date
) -> pd.DataFrame:
    """Position of base, stock and all first-year pay in the guide's bands for the company's type.

    Columns as in `market_positions`.
    """
    rows = []
    for entry in entries:
        total = total_y1[entry.offer.id]
        values = measure_values(entry.in_usd, total) | {TYPE_TOTAL: total}
        for measure in COMPANY_TYPE_MEASURES:
            band, reason = type_yardstick(entry, measure, tables, on)
            rows.append(_row(entry.in_usd, measure, values[measure], band, reason))
    return _positioned(rows)


def measure_values(offer: Offer, total_y1: float) -> dict[str, float | None]:
    """Amount of each measure [USD]; None for a part that the file leaves out."""
    return {
        "base_salary": offer.base_salary,
        "rsu_4yr": offer.rsu_4yr if offer.equity else None,
        "sign_on_y1": offer.sign_on_in_year(1) if offer.sign_on else None,
        "sign_on_y2": offer.sign_on_in_year(2) if offer.sign_on else None,
        "total_y1": total_y1,
        "total_4yr_avg": offer.total_4yr_avg,
    }


def share_below_market(positions: pd.DataFrame) -> dict[str, float | None]:
    """How far base + RSU/4 is below the middle of its yardstick, by offer id [fraction]; 0 if it is not.

    None without a yardstick that judges. More than 0.2 is below market.
    Source: docs/how-the-figures-are-made.md#yardsticks
    """
    rows = positions[(positions["component"] == "total_4yr_avg")]
    middle = rows["mid"].where(rows["doubt"].isin(["", None])).to_numpy(dtype=float)
    short = np.maximum(0.0, np.round(1 - _ratio(rows["value"].to_numpy(dtype=float), middle), 12))
    return {
        str(offer_id): None if np.isnan(share) else float(share)
        for offer_id, share in zip(rows["offer_id"], short, strict=True)
    }


def _row(offer: Offer, measure: str, value: float | None, yardstick: Yardstick | None, reason: str) -> dict[str, Any]:
    if yardstick is not None:
        reason = _reason_against(yardstick, value)
    return {
        "offer_id": offer.id,
        "component": measure,
        "value": value,
        **{name: getattr(yardstick, name, None) for name in _YARDSTICK_FIELDS},
        "reason": reason,
    }


def _reason_against(yardstick: Yardstick, value: float | None) -> str:
    """Reason for a missing verdict despite a yardstick; otherwise empty."""
    if value is None:
        return "the offers file leaves it out"
    if yardstick.low is None or yardstick.high is None:
        return f"the {yardstick.source} gives no range from p25 to p75"
    if yardstick.doubt or yardstick.computed is None:
        return yardstick.doubt
    low, high = yardstick.computed
    if range_verdict(value, yardstick.low, yardstick.high) == range_verdict(value, low, high):
        return ""
    return f"it's between the guide's printed range and the ${low:,.0f} to ${high:,.0f} that its own parts make"


def _positioned(rows: list[dict[str, Any]]) -> pd.DataFrame:
    # As objects, so that missing values stay None in any column.
    names = ("offer_id", "component", "value", *_YARDSTICK_FIELDS, "reason")
    frame = pd.DataFrame(rows, columns=list(names), dtype=object)
    for column in ("value", "low", "mid", "high"):
        frame[column] = frame[column].astype(float)
    value, low, high = frame["value"], frame["low"], frame["high"]
    frame["penetration"] = range_penetration(value, low, high)
    frame["compa_ratio"] = compa_ratio(value, frame["mid"])
    verdict = pd.Series(range_verdict(value, low, high), index=frame.index, dtype=object)
    frame["verdict"] = verdict.where(frame["reason"] == "", None)
    return frame
