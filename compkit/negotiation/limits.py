"""How far each lever of an offer can rise: to its yardstick, and as far as employers move."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from compkit.analysis import Evaluation
from compkit.market import BANDS_BY_TYPE, GUIDE, POSTING
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

FLEXIBILITY, ASSUMED, OFFERED, RIVAL = "flexibility", "assumed", "offer", "rival"
_NO_SIGN_ON_BAND = "no table says what such companies pay as a sign-on (your own research can, under market)"
OTHER_COMPANY = "other"
_STATED = ("posting", "research", "reported")
_SIGN_ON_YEARS = {"sign_on_y1": 1, "sign_on_y2": 2}
_MATCHED = ("base_salary", "rsu_4yr")
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
        From what is offered to the most that can be asked for [USD].
    yardstick_low, yardstick_high : float or None
        The range the lever is compared with [USD].
    flexibility : float or None
        How far employers go above their first offer [fraction]; None if unknown.
    source : {"posting", "research", "reported", "guide", "flexibility", "assumed", "rival", "offer"}
        What sets `high`: "assumed" a share of the base salary that is plausible for a sign-on, "rival" another offer,
        "offer" nothing above it.
    yardstick_source : {"posting", "research", "reported", "guide"} or None
    detail : str
        Which yardstick.
    as_of : date or None
        Date of the yardstick.
    n : int or None
        Number of figures behind the yardstick.
    is_assumed : bool
        Whether `high` rests on another company's figures, or on an assumption.
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


def lever_limits(
    evaluation: Evaluation, *, beyond_band: bool = False, rival: Mapping[str, float] | None = None
) -> dict[str, Limit]:
    """Limits of each lever, in the order of `LEVERS`.

    high = max(offered, min(yardstick's high, first offer x (1 + flexibility))); a sign-on has its band alone, or a
    plausible share of the base salary. Yardsticks are those of `Evaluation.market`, but for a posting that can't judge.
    A company other than Amazon has its type's bands and Amazon's flexibility, both assumed.
    Source: docs/how-the-figures-are-made.md#counteroffers

    Parameters
    ----------
    evaluation : Evaluation
    beyond_band : bool
        Lift the guide's bands; the posting and the candidate's own research still count.
    rival : mapping of str to float, optional
        What another offer pays by lever [USD]: base salary and stock may be asked up to it, beyond every band.
    """
    offered = offered_amounts(evaluation.offer)
    talks = evaluation.offer.negotiation
    first = talks.first_offer.model_dump() if talks and talks.first_offer else offered
    yardsticks = _yardsticks(evaluation)
    limits = {
        lever: _limit(yardsticks[lever], lever, offered[lever], first[lever], evaluation,
                      beyond_band=beyond_band or rival is not None)
        for lever in LEVERS
    }  # fmt: skip
    for lever in _MATCHED if rival else ():
        if rival is not None and rival[lever] > limits[lever].high:
            limits[lever] = replace(limits[lever], high=rival[lever], source=RIVAL, is_assumed=False,
                                    reason="up to what your other offer pays, beyond the usual range here")  # fmt: skip
    return limits


def _limit(
    yardstick: Mapping[str, Any], lever: str, offered: float, first: float, evaluation: Evaluation, *, beyond_band: bool
) -> Limit:
    offer = evaluation.offer
    flexibility = upper_flexibility(offer, lever, evaluation.tables)
    caps: dict[str, float] = {}
    is_lifted = beyond_band and yardstick["source"] == GUIDE
    if yardstick["high"] is not None and not is_lifted:
        caps[yardstick["source"]] = yardstick["high"]
    if flexibility is not None:
        caps[FLEXIBILITY] = first * (1 + flexibility)
    if not caps and lever in _SIGN_ON_YEARS:
        plausible = sign_on_share(offer, _SIGN_ON_YEARS[lever], evaluation.tables) * offer.base_salary
        is_in_band = yardstick["high"] is not None and plausible <= yardstick["high"]
        caps = {GUIDE: yardstick["high"]} if is_in_band else {ASSUMED: plausible}
    source = min(caps, key=lambda name: caps[name])
    cap = round(caps[source], _ROUNDING_DECIMALS)
    rests_on_amazon = not offer.is_amazon and (flexibility is not None or yardstick["source"] == GUIDE)
    return Limit(
        lever=lever,
        offered=offered,
        high=max(offered, cap),
        yardstick_low=yardstick["low"],
        yardstick_high=yardstick["high"],
        flexibility=flexibility,
        source=OFFERED if cap < offered else source,
        yardstick_source=yardstick["source"],
        detail=yardstick["detail"] or "",
        as_of=yardstick["as_of"],
        n=yardstick["n"],
        is_assumed=cap >= offered and source not in _STATED and (source == ASSUMED or rests_on_amazon),
        reason=_reason(offer, yardstick, cap, offered, source=source, is_lifted=is_lifted),
    )


def sign_on_share(offer: Offer, year: int, tables: Tables) -> float:
    """Most that is plausible for a sign-on that no range bounds, as a share of the base salary [fraction]."""
    company = AMAZON if offer.is_amazon else OTHER_COMPANY
    return float(tables.rows_where("sign_on_shares", {"company": company, "year": year})[0]["high"])


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
    # The guide's bands for places are Amazon's; other companies get their type's, which have no sign-on. Amazon's
    # sign-on makes up for its late vesting, so it says nothing about theirs.
    beside = records(evaluation.market_beside)
    of_type = {row["component"]: row for row in beside if row["origin"] == BANDS_BY_TYPE}
    found = {}
    for row in records(evaluation.market):
        lever, doubt = str(row["component"]), str(row["doubt"] or "")
        is_usable = not doubt if row["source"] == POSTING else row["source"] != GUIDE or evaluation.offer.is_amazon
        no_band = _NO_SIGN_ON_BAND if lever.startswith("sign_on") else doubt or "the offers file gives no company_type"
        unknown = row if row["source"] is None else {**dict.fromkeys(row), "reason": no_band}
        found[lever] = row if is_usable else of_type.get(lever, unknown)
    return found


def _reason(
    offer: Offer, yardstick: Mapping[str, Any], cap: float, offered: float, *, source: str, is_lifted: bool
) -> str:
    """Explanation of a limit, in one line."""
    remarks = []
    if yardstick["source"] is None:
        remarks.append(str(yardstick["reason"]))
    elif yardstick["high"] is None:
        remarks.append(f"the {yardstick['source']} gives no upper end")
    elif yardstick["source"] == GUIDE and not offer.is_amazon:
        remarks.append(f"assumed: the band of {yardstick['detail']}")
    if yardstick["source"] is not None and yardstick["doubt"]:
        remarks.append(str(yardstick["doubt"]))
    if source == FLEXIBILITY and not offer.is_amazon:
        remarks.append("assumed: Amazon's flexibility")
    if source == ASSUMED:
        remarks.append("assumed: a share of the base salary")
    if is_lifted:
        remarks.append("the guide's band is lifted")
    if cap < offered:
        remarks.append("they already offer more")
    elif cap == offered == 0:
        remarks.append("they offer none, so there's no amount to raise")
    elif cap == offered:
        remarks.append("they already offer the top of it")
    if offer.candidate_type == "boomerang":
        remarks.append("no range is known for people who come back: counted as for others from outside")
    return "; ".join(remarks)
