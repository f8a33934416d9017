"""The guide's premiums for AI and machine-learning work: alternatives, never added up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from compkit.market.bands import GuideLevel, guide_band, guide_level
from compkit.market.market import range_verdict
from compkit.market.yardsticks import GUIDE, guide_doubt
from compkit.model import Offer
from compkit.reference import Tables, records

BASE_CASE = "location"


@dataclass(frozen=True)
class Premiums:
    """The premiums that apply to an offer, and the adjusted band for each.

    Parameters
    ----------
    rows : DataFrame
        basis, name, low, high [fraction], adjusted_low, adjusted_high [USD a year: the guide's band of base and stock
        for the location, its low end times 1 + low, its high end times 1 + high], verdict on base + RSU/4.
    band_low, band_high : float or None
        That band before any premium [USD a year].
    reason : str
        Why there are none; otherwise empty.
    doubt : str
        Why no band gives a verdict; otherwise empty.
    """

    rows: pd.DataFrame
    band_low: float | None
    band_high: float | None
    reason: str
    doubt: str

    @property
    def adjusted(self) -> tuple[float, float] | None:
        """The band with the location's premium, the base case [USD a year]; None if there is none."""
        base = self.rows[self.rows["basis"] == BASE_CASE]
        if base.empty or self.band_low is None:
            return None
        return float(base["adjusted_low"].iloc[0]), float(base["adjusted_high"].iloc[0])


def ai_ml_premiums(offer: Offer, tables: Tables, on: dt.date) -> Premiums:
    """Premiums that apply to an offer, by location, specialization, skill and company type.

    They measure one scarcity in four ways, so they are alternatives: the location's is the base case. `on` is the
    day of the report: the guide gives no verdict once it is over 18 months old.
    Source: guide; docs/how-the-figures-are-made.md#premiums
    """
    level = guide_level(offer, tables)
    found = _applying(offer, level, tables) if offer.role.ai_ml and level.level else []
    band = guide_band(level.level, offer.location, "total_4yr_avg", tables)
    rows = pd.DataFrame(found, columns=["basis", "name", "low", "high"]).astype({"low": float, "high": float})
    rows["adjusted_low"] = (1 + rows["low"]) * (band[0] if band else float("nan"))
    rows["adjusted_high"] = (1 + rows["high"]) * (band[1] if band else float("nan"))
    doubt = guide_doubt(tables.sources[GUIDE].as_of_on, on)
    verdicts = range_verdict([offer.total_4yr_avg] * len(rows), rows["adjusted_low"], rows["adjusted_high"])
    rows["verdict"] = None if doubt else verdicts
    reason = ""
    if not found:
        no_work = "the offers file does not say that the role is in AI or machine learning (role.ai_ml)"
        reason = level.reason if level.level is None else no_work if not offer.role.ai_ml else "no premium applies"
    return Premiums(rows, band[0] if band else None, band[1] if band else None, reason, doubt)


def _applying(offer: Offer, level: GuideLevel, tables: Tables) -> list[tuple[str, str, float, float]]:
    by_location = tables["ai_ml_by_location"]
    by_type = tables["bands_by_company_type"]
    sources = (
        ("location", by_location[by_location["measure"] == "premium"], "location", [offer.location]),
        ("specialization", tables["ai_ml_by_specialization"], "specialization", [offer.role.specialization]),
        ("skill", tables["ai_ml_by_skill"], "skill", list(offer.role.skills)),
        ("company_type", by_type[by_type["measure"] == "ai_ml_premium"], "company_type", [offer.company_type]),
    )
    found = []
    for basis, table, column, names in sources:
        rows = table[(table["level"] == level.level) & table[column].isin([name for name in names if name])]
        found += [(basis, str(row[column]), float(row["low"]), float(row["high"])) for row in records(rows)]
    return found
