"""How far each lever of an offer can rise: to its yardstick, and as far as employers move."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compkit.analysis import Evaluation
from compkit.market import GUIDE
from compkit.model import AMAZON, Offer
from compkit.reference import Tables, records

LEVERS: tuple[str, ...] = ("base_salary", "rsu_4yr", "sign_on_y1", "sign_on_y2")
"""Parts of pay that are negotiated together, in display order."""

YEARS_OF_A_PACKAGE = 4
"""Years of salary in a package's total."""

LEVER_WEIGHTS: dict[str, float] = {
    "base_salary": float(YEARS_OF_A_PACKAGE),
    "rsu_4yr": 1.0,
    "sign_on_y1": 1.0,
    "sign_on_y2": 1.0,
}
"""Dollars in the four-year total for one dollar of a lever."""

_NO_SIGN_ON_BAND = "no table says what such companies pay as a sign-on (your own research can, under market)"
FLEXIBILITY, OFFERED, UNBOUNDED = "flexibility", "offer", "none"
_STATED = ("posting", "research")
# 100,000 x 1.15 is 114,999.99999999999, so amounts are rounded to this many decimals [USD].
_ROUNDING_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Limit:
    """How far one lever can rise.

    Parameters
    ----------
    lever : str
        One of `LEVERS`.
    offered, high : float
        From what is offered to the most that can be asked for [USD]; `high` is infinite if nothing bounds it.
    yardstick_low, yardstick_high : float or None
        The range the lever is compared with [USD].
    flexibility : float or None
        How far employers go above their first offer [fraction]; None if unknown.
    source : {"posting", "research", "guide", "flexibility", "offer", "none"}
        What sets `high`; "offer" without room, "none" if the only bound was lifted.
    yardstick_source : {"posting", "research", "guide"} or None
    detail : str
        Which yardstick.
    as_of : date or None
        Date of the yardstick.
    n : int or None
        Number of figures behind the yardstick.
    is_assumed : bool
        Whether `high` rests on another company's figures.
    reason : str
        Explains the limit if needed.
    """

    lever: str
    offered: float
    high: float
    yardstick_low: float | None
    yardstick_high: float | None
    flexibility: float | None
    source: str
    yardstick_source: str | None
    detail: str
    as_of: dt.date | None
    n: int | None
    is_assumed: bool
    reason: str

    @property
    def room(self) -> float:
        """How much the lever can still rise [USD]."""
        return self.high - self.offered

    @property
    def guide_high(self) -> float | None:
        """The upper end of the guide's band, if that is the yardstick [USD]."""
        return self.yardstick_high if self.yardstick_source == GUIDE else None


def offered_amounts(offer: Offer) -> dict[str, float]:
    """Offered amount of each lever [USD a year for base_salary, else USD]; 0 for what the offer leaves out."""
    amounts = (offer.base_salary, offer.rsu_4yr, offer.sign_on_in_year(1), offer.sign_on_in_year(2))
    return {lever: round(float(amount), _ROUNDING_DECIMALS) for lever, amount in zip(LEVERS, amounts, strict=True)}


def offered_total(offer: Offer) -> float:
    """Total of an offer as packages count it: four salaries, the grants, two years' sign-on [USD]; no raises."""
    amounts = offered_amounts(offer)
    return math.fsum(LEVER_WEIGHTS[lever] * amounts[lever] for lever in LEVERS)


def lever_limits(evaluation: Evaluation, *, beyond_band: bool = False) -> dict[str, Limit]:
    """Limits of each lever, in the order of `LEVERS`.

    high = max(offered, min(yardstick's high, first offer x (1 + flexibility))); a sign-on has its band alone. The
    posting comes before the candidate's research, and that before the guide's band. A company other than Amazon has its
    type's bands and Amazon's flexibility, both assumed. Source: docs/how-the-figures-are-made.md#counteroffers

    Parameters
    ----------
    evaluation : Evaluation
    beyond_band : bool
        Lift the guide's bands; the posting and the candidate's own research still count.
    """
    offered = offered_amounts(evaluation.offer)
    talks = evaluation.offer.negotiation
    first = talks.first_offer.model_dump() if talks and talks.first_offer else offered
    yardsticks = _yardsticks(evaluation)
    return {
        lever: _limit(yardsticks[lever], lever, offered[lever], first[lever], evaluation, beyond_band=beyond_band)
        for lever in LEVERS
    }


def _limit(
    yardstick: Mapping[str, Any], lever: str, offered: float, first: float, evaluation: Evaluation, *, beyond_band: bool
) -> Limit:
    offer = evaluation.offer
    flexibility = upper_flexibility(offer, lever, evaluation.tables)
    by_yardstick, by_flexibility = math.inf, math.inf
    is_lifted = beyond_band and yardstick["source"] == GUIDE
    if yardstick["high"] is not None and not is_lifted:
        by_yardstick = round(yardstick["high"], _ROUNDING_DECIMALS)
    if flexibility is not None:
        by_flexibility = round(first * (1 + flexibility), _ROUNDING_DECIMALS)
    cap = min(by_yardstick, by_flexibility)
    is_unknown = cap == math.inf and not is_lifted
    source = yardstick["source"] if by_yardstick <= by_flexibility else FLEXIBILITY
    if is_unknown or cap < offered:
        source = OFFERED
    elif cap == math.inf:
        source = UNBOUNDED
    rests_on_amazon = flexibility is not None or yardstick["source"] == GUIDE
    return Limit(
        lever=lever,
        offered=offered,
        high=offered if is_unknown else max(offered, cap),
        yardstick_low=yardstick["low"],
        yardstick_high=yardstick["high"],
        flexibility=flexibility,
        source=source,
        yardstick_source=yardstick["source"],
        detail=yardstick["detail"] or "",
        as_of=yardstick["as_of"],
        n=yardstick["n"],
        is_assumed=not offer.is_amazon and rests_on_amazon and source not in _STATED,
        reason=_reason(
            offer,
            yardstick,
            cap,
            offered,
            is_by_amazon=source == FLEXIBILITY and not offer.is_amazon,
            is_unknown=is_unknown,
            is_lifted=is_lifted,
        ),
    )


def upper_flexibility(offer: Offer, lever: str, tables: Tables) -> float | None:
    """Most that employers raise a lever [fraction]; None if unknown.

    The guide reports Amazon's only, which stands in for every company, and none for boomerangs, who count as external.
    """
    component = "sign_on" if lever.startswith("sign_on") else lever
    who = "internal" if offer.candidate_type == "internal" else "external"
    for row in tables.rows("flexibility"):
        is_meant = row["company"] == AMAZON and row["candidate_type"] == who and row["component"] in (component, "all")
        if is_meant and row["high"] is not None:
            return float(row["high"])
    return None


def _yardsticks(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Yardstick of each lever: low, high, source, detail, as_of, n, reason."""
    found = _by_component(evaluation.market)
    if evaluation.offer.is_amazon:
        return found
    # The guide's bands are Amazon's; other companies get their type's, which have no sign-on. Amazon's sign-on makes up
    # for its late vesting, so it says nothing about theirs.
    of_type = _by_component(evaluation.company_type)
    unknown = {**dict.fromkeys(found["sign_on_y1"]), "reason": _NO_SIGN_ON_BAND}
    return {lever: row if row["source"] in _STATED else of_type.get(lever, unknown) for lever, row in found.items()}


def _by_component(positions: pd.DataFrame) -> dict[str, dict[str, Any]]:
    return {str(row["component"]): row for row in records(positions)}


def _reason(
    offer: Offer,
    yardstick: Mapping[str, Any],
    cap: float,
    offered: float,
    *,
    is_by_amazon: bool,
    is_unknown: bool,
    is_lifted: bool,
) -> str:
    """Explanation of a limit, in one line."""
    remarks = []
    if yardstick["source"] is None:
        remarks.append(str(yardstick["reason"]))
    elif yardstick["high"] is None:
        remarks.append(f"the {yardstick['source']} gives no upper end")
    elif yardstick["source"] == GUIDE and not offer.is_amazon:
        remarks.append(f"assumed: the band of {yardstick['detail']}")
    if is_by_amazon:
        remarks.append("assumed: Amazon's flexibility")
    if is_lifted:
        remarks.append("the guide's band is lifted")
    if is_unknown:
        remarks.append("nothing says how far it can move, so it stays as offered")
    elif cap < offered:
        remarks.append("what is offered lies above it already")
    elif cap == offered == 0:
        remarks.append("nothing is offered that could rise by a share of itself")
    elif cap == offered:
        remarks.append("what is offered lies at its upper end")
    if offer.candidate_type == "boomerang":
        remarks.append("no range is known for people who come back: counted as for others from outside")
    return "; ".join(remarks)
