"""Position of an offer against its yardsticks: the posting, the candidate's research, the guide's bands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from compkit.model import Offer
from compkit.reference import Tables

GUIDE = "guide"
GUIDE_LEVELS = ("L6", "L7")
MEASURES = ("base_salary", "rsu_4yr", "sign_on_y1", "sign_on_y2", "total_4yr_avg", "total_y1")
COMPANY_TYPE_MEASURES = ("base_salary", "rsu_4yr", "total")
BELOW_MARKET_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class GuideLevel:
    """The guide's level whose bands apply to an offer, or why none does."""

    level: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A range that one measure of an offer is compared with.

    Parameters
    ----------
    low, mid, high : float or None
        The ends and the middle [USD].
    source : {"posting", "research", "guide"}
    detail : str
        Which one: the table's row, or the source as the candidate named it.
    as_of : date or None
    n : int or None
        Number of figures behind it, if known.
    """

    low: float | None
    mid: float | None
    high: float | None
    source: str
    detail: str
    as_of: dt.date | None
    n: int | None


_YARDSTICK_FIELDS = tuple(field.name for field in fields(Yardstick))


def guide_level(offer: Offer, tables: Tables) -> GuideLevel:
    """Guide's level of an offer: as given, or the equivalent of its own level.

    Source: docs/how-the-figures-are-made.md#level
    """
    if offer.guide_level:
        return GuideLevel(offer.guide_level, f"the offers file says {offer.guide_level}")
    companies = {str(row["company"]): row["l6_equivalent"] for row in tables.rows("companies")
                 if row["l6_equivalent"]}  # fmt: skip
    by_folded = {name.casefold(): name for name in companies}
    company = by_folded.get(offer.company.strip().casefold())
    if offer.level in GUIDE_LEVELS and (company is None or offer.is_amazon):
        meaning = "Amazon's own level" if offer.is_amazon else f"{offer.level} is read as Amazon's level of that name"
        return GuideLevel(offer.level, meaning)
    if company is None:
        return GuideLevel(None, f"no table says what {offer.level} at {offer.company} is in the guide's levels; "
                                "set guide_level to L6 or L7")  # fmt: skip
    if offer.level.strip().casefold() == str(companies[company]).casefold():
        return GuideLevel("L6", f"{offer.level} at {company} is the guide's equivalent of L6")
    return GuideLevel(None, f"the guide's equivalent of L6 at {company} is {companies[company]}, not {offer.level}; "
                            "set guide_level to L6 or L7")  # fmt: skip


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


def market_positions(offers: Sequence[Offer], total_y1: Mapping[str, float], tables: Tables) -> pd.DataFrame:
    """Position of each measure of each offer.

    Parameters
    ----------
    offers : sequence of Offer
        With all amounts in USD.
    total_y1 : mapping of offer id to float
        All first-year pay at a flat price [USD].
    tables : Tables

    Returns
    -------
    DataFrame, one row per offer and measure
        offer_id, component, value, low, mid, high [USD], penetration, compa_ratio [fraction], verdict, source, detail,
        as_of, n, reason (for a missing verdict).
    """
    rows = []
    for offer in offers:
        level = guide_level(offer, tables)
        values = measure_values(offer, total_y1[offer.id])
        for measure in MEASURES:
            yardstick, reason = _yardstick(offer, measure, level, tables)
            rows.append(_row(offer, measure, values[measure], yardstick, reason))
    return _positioned(rows)


def company_type_positions(offers: Sequence[Offer], total_y1: Mapping[str, float], tables: Tables) -> pd.DataFrame:
    """Position of base, stock and first-year total in the guide's band for the company's type.

    Columns as in `market_positions`; the type's total is compared with all first-year pay.
    """
    bands = tables.rows("bands_by_company_type")
    rows = []
    for offer in offers:
        level = guide_level(offer, tables)
        values = measure_values(offer, total_y1[offer.id]) | {"total": total_y1[offer.id]}
        for measure in COMPANY_TYPE_MEASURES:
            found = _first_with(bands, level=level.level, company_type=offer.company_type, measure=measure)
            band, reason = None, level.reason if level.level is None else "the offers file gives no company_type"
            if found is not None:
                band = _guide_yardstick(found, f"{level.level} at {offer.company_type} companies", tables)
            rows.append(_row(offer, measure, values[measure], band, reason))
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

    None without a yardstick. More than 0.2 is below market. Source: docs/how-the-figures-are-made.md#yardsticks
    """
    rows = positions[positions["component"] == "total_4yr_avg"]
    middle, value = rows["mid"].to_numpy(dtype=float), rows["value"].to_numpy(dtype=float)
    short = np.maximum(0.0, np.round(1 - _ratio(value, middle), 12))
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
    return ""


def _positioned(rows: list[dict[str, Any]]) -> pd.DataFrame:
    # As objects, so that missing values stay None in any column.
    frame = pd.DataFrame(rows, dtype=object)
    for column in ("value", "low", "mid", "high"):
        frame[column] = frame[column].astype(float)
    value, low, high = frame["value"], frame["low"], frame["high"]
    frame["penetration"] = range_penetration(value, low, high)
    frame["compa_ratio"] = compa_ratio(value, frame["mid"])
    frame["verdict"] = pd.Series(range_verdict(value, low, high), index=frame.index, dtype=object)
    return frame


def _yardstick(offer: Offer, measure: str, level: GuideLevel, tables: Tables) -> tuple[Yardstick | None, str]:
    """First available yardstick of a measure, or the reason for having none."""
    posted = offer.posted_base
    if measure == "base_salary" and posted and posted.low is not None and posted.high is not None:
        where = posted.url or "the job posting"
        return Yardstick(
            posted.low, (posted.low + posted.high) / 2, posted.high, "posting", where, posted.as_of, None
        ), ""
    found = next((row for row in offer.market if row.measure == measure), None)
    if found is not None:
        between = None if found.p25 is None or found.p75 is None else (found.p25 + found.p75) / 2
        where = found.source or "the candidate's own research"
        middle = between if found.p50 is None else found.p50
        return Yardstick(found.p25, middle, found.p75, "research", where, found.as_of, found.n), ""
    if level.level is None:
        return None, level.reason
    bands = tables.rows("bands")
    row = _first_with(bands, level=level.level, location=offer.location, measure=measure)
    if row is None:
        places = ", ".join(dict.fromkeys(row["location"] for row in bands))
        return None, f"the guide has bands for {places} only, not for {offer.location}"
    return _guide_yardstick(row, f"Amazon {level.level} in {offer.location}", tables), ""


def guide_band(level: str | None, location: str, measure: str, tables: Tables) -> tuple[float, float] | None:
    """Find the ends of the guide's band for a measure [USD]; None if it has none."""
    row = _first_with(tables.rows("bands"), level=level, location=location, measure=measure)
    return None if row is None else (float(row["low"]), float(row["high"]))


def _first_with(rows: Sequence[Mapping[str, Any]], **wanted: str | None) -> Mapping[str, Any] | None:
    return next((row for row in rows if all(row[name] == value for name, value in wanted.items())), None)


def _guide_yardstick(row: Mapping[str, Any], detail: str, tables: Tables) -> Yardstick:
    low, high = float(row["low"]), float(row["high"])
    as_of = tables.sources[str(row["source_id"])].as_of_on
    return Yardstick(low, (low + high) / 2, high, GUIDE, detail, as_of, None)
