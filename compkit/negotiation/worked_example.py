"""The guide's worked negotiation, checked against the limits of its own bands and ranges."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from compkit.analysis import Evaluation
from compkit.market import worked_offers
from compkit.model import Candidate
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, lever_limits, offered_amounts
from compkit.offers import OfferEntry
from compkit.pay import Assumptions
from compkit.reference import Tables


@dataclass(frozen=True)
class WorkedNegotiation:
    """The guide's example.

    Parameters
    ----------
    levers : DataFrame
        One row per lever: lever, before, after, change, high, room [USD; base_salary a year], share_of_room [fraction].
    total_before, total_after : float
        Four years at a flat share price [USD].
    most : float
        Four years with every lever at its limit [USD].
    """

    levers: pd.DataFrame
    total_before: float
    total_after: float
    most: float

    @property
    def increase(self) -> float:
        """The rise of the total [fraction]."""
        return self.total_after / self.total_before - 1


def worked_negotiation(tables: Tables) -> WorkedNegotiation:
    """How far each lever of the guide's example moved, and how much room it had. Source: guide."""
    before, after = worked_offers(tables)
    as_of = tables.sources["guide"].as_of_on or dt.date.min
    limits = lever_limits(Evaluation(OfferEntry(before, Candidate(), 1.0, ""), tables, Assumptions(), as_of))
    levers = pd.DataFrame({"before": offered_amounts(before), "after": offered_amounts(after)})
    levers["change"] = levers["after"] - levers["before"]
    levers["high"] = [limits[lever].high for lever in LEVERS]
    levers["room"] = levers["high"] - levers["before"]
    levers["share_of_room"] = levers["change"] / levers["room"]
    weights = pd.Series(LEVER_WEIGHTS)
    totals = [float((levers[stage] * weights).sum()) for stage in ("before", "after", "high")]
    return WorkedNegotiation(levers.rename_axis("lever").reset_index(), *totals)
