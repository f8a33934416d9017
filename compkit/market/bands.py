"""The guide's bands: which level and band apply to an offer, and what a published total comes to from its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compkit.model import AMAZON_VESTING, Offer
from compkit.reference import Tables

GUIDE_LEVELS = ("L6", "L7")
MEASURES = ("base_salary", "rsu_4yr", "sign_on_y1", "sign_on_y2", "total_4yr_avg", "total_y1")
BANDS, BANDS_BY_TYPE = "bands", "bands_by_company_type"
PRINTED_TO = 1_000.0
"""The guide prints totals in thousands, so smaller differences agree [USD]."""

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class GuideLevel:
    """The guide's level whose bands apply to an offer, or why none does."""

    level: str | None
    reason: str


def guide_level(offer: Offer, tables: Tables) -> GuideLevel:
    """Guide's level of an offer: as given, or the equivalent of its own level.

    Source: docs/how-the-figures-are-made.md#level
    """
    if offer.guide_level:
        return GuideLevel(offer.guide_level, f"you set it to {offer.guide_level}")
    company, equivalent = tables.derived(_l6_equivalents).get(offer.company.strip().casefold(), (None, ""))
    if offer.level in GUIDE_LEVELS and (company is None or offer.is_amazon):
        meaning = "Amazon's own level" if offer.is_amazon else f"{offer.level} is read as Amazon's level of that name"
        return GuideLevel(offer.level, meaning)
    if company is None:
        return GuideLevel(None, f"no table says what {offer.level} at {offer.company} is in the guide's levels; "
                                "set guide_level to L6 or L7")  # fmt: skip
    if offer.level.strip().casefold() == equivalent.casefold():
        return GuideLevel("L6", f"{offer.level} at {company} is the guide's equivalent of L6")
    return GuideLevel(None, f"the guide's equivalent of L6 at {company} is {equivalent}, not {offer.level}; "
                            "set guide_level to L6 or L7")  # fmt: skip


def levels_elsewhere(offer: Offer, tables: Tables) -> list[Mapping[str, Any]]:
    """Rows of `level_map` for an offer's company and level: what it is about the same as at Amazon; none at Amazon."""
    company, level = offer.company.strip().casefold(), offer.level.strip().casefold()
    rows = tables.rows("level_map")
    return [row for row in rows if (str(row["company"]).casefold(), str(row["level"]).casefold()) == (company, level)]


def _l6_equivalents(tables: Tables) -> dict[str, tuple[str, str]]:
    """Company's name and its equivalent of L6, by the name in lower case."""
    rows = [row for row in tables.rows("companies") if row["l6_equivalent"]]
    return {str(row["company"]).casefold(): (str(row["company"]), str(row["l6_equivalent"])) for row in rows}


def guide_band(level: str | None, location: str, measure: str, tables: Tables) -> Range | None:
    """Find the ends of the guide's band for a measure [USD]; None if it has none."""
    row = first_row(tables.rows(BANDS), level=level, location=location, measure=measure)
    return None if row is None else (float(row["low"]), float(row["high"]))


def first_row(rows: Sequence[Mapping[str, Any]], **wanted: str | None) -> Mapping[str, Any] | None:
    """First row with the wanted values, or None."""
    return next((row for row in rows if all(row[name] == value for name, value in wanted.items())), None)


def ranges(frame: pd.DataFrame, *keys: str) -> dict[tuple[str, ...], Range]:
    """Table's (low, high) by the values of its key columns."""
    return {
        tuple(row[key] for key in keys): (float(row["low"]), float(row["high"])) for row in frame.to_dict("records")
    }


def computed_totals(tables: Tables) -> dict[tuple[str, ...], Range]:
    """Totals that the parts of each band make, by level, location and measure [USD].

    `total_y1` is base, the stock that vests in year 1 and the first sign-on; `total_4yr_avg` is base and a quarter of
    the stock, the definition that comes nearest to the published column.
    """
    return tables.derived(_computed_totals)


def _computed_totals(tables: Tables) -> dict[tuple[str, ...], Range]:
    bands = ranges(tables[BANDS], "level", "location", "measure")
    first_share = tables.schedules[AMAZON_VESTING].fractions[0]
    found: dict[tuple[str, ...], Range] = {}
    for level, location in dict.fromkeys((level, location) for level, location, _ in bands):
        base, stock, sign_on = (bands[level, location, part] for part in ("base_salary", "rsu_4yr", "sign_on_y1"))
        found[level, location, "total_y1"] = (
            base[0] + first_share * stock[0] + sign_on[0],
            base[1] + first_share * stock[1] + sign_on[1],
        )
        found[level, location, "total_4yr_avg"] = (base[0] + stock[0] / 4, base[1] + stock[1] / 4)
    return found


def agrees(published: float, computed: float) -> bool:
    """Whether a published amount equals the computed one to the precision in which the guide prints."""
    return abs(published - computed) < PRINTED_TO
