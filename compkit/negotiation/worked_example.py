"""The guide's worked negotiation, held against the limits that its own bands and ranges give."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from compkit.analysis.evaluation import Evaluation
from compkit.model.candidate import Candidate
from compkit.model.equity import Grant
from compkit.model.offer import AMAZON, AMAZON_VESTING, Offer
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, lever_limits
from compkit.offers import OfferEntry
from compkit.pay.valuation import Assumptions
from compkit.reference.tables import Tables

_LEVEL, _PLACE = "L6", "Seattle"


@dataclass(frozen=True)
class WorkedNegotiation:
    """The guide's example.

    Parameters
    ----------
    levers : DataFrame
        A row a lever: lever, before, after, change, high, room [USD; of base_salary a year], share_of_room [fraction].
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
        """By how much the total rises [fraction]."""
        return self.total_after / self.total_before - 1


def worked_negotiation(tables: Tables) -> WorkedNegotiation:
    """Return what each lever of the guide's example moved, and how much room it had. Source: guide."""
    stages = tables["worked_negotiation"].pivot_table(index="measure", columns="stage", values="value").astype(float)
    before, after = stages["before"], stages["after"]
    of = lever_limits(_evaluation(before, tables))
    levers = pd.DataFrame({"lever": LEVERS})
    levers["before"] = [before[lever] for lever in LEVERS]
    levers["after"] = [after[lever] for lever in LEVERS]
    levers["change"] = levers["after"] - levers["before"]
    levers["high"] = [of[lever].high for lever in LEVERS]
    levers["room"] = levers["high"] - levers["before"]
    levers["share_of_room"] = levers["change"] / levers["room"]
    weights = pd.Series([LEVER_WEIGHTS[lever] for lever in LEVERS])
    totals = [float((levers[stage] * weights).sum()) for stage in ("before", "after", "high")]
    return WorkedNegotiation(levers, *totals)


def _evaluation(amounts: pd.Series, tables: Tables) -> Evaluation:
    offer = Offer(
        id="worked-example",
        company=AMAZON,
        level=_LEVEL,
        location=_PLACE,
        base_salary=amounts["base_salary"],
        sign_on=(amounts["sign_on_y1"], amounts["sign_on_y2"]),
        equity=(Grant(value=amounts["rsu_4yr"], vesting=AMAZON_VESTING),),
    )
    as_of = tables.sources["guide"].as_of_on
    return Evaluation(OfferEntry(offer, Candidate(), 1.0, ""), tables, Assumptions(), as_of or dt.date.min)
