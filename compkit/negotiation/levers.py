"""What a candidate can ask for: the room of each lever of pay, and levers besides pay."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from compkit.analysis import LocationAnalysis
from compkit.market import guide_band
from compkit.model import AMAZON, REMOTE, Offer, StockOption
from compkit.negotiation.lever_values import flat_totals
from compkit.negotiation.limits import LEVER_WEIGHTS, LEVERS, Limit
from compkit.periods import MONTHS_A_YEAR, months_into_year
from compkit.reference import Tables

SEATTLE = "Seattle"
LEVEL_CLAIM = "l7-over-l6-four-years"


@dataclass(frozen=True, slots=True)
class Priority:
    """A lever's rank in the guide's order of asking, 1 first, and the reason."""

    rank: int
    reason: str


@dataclass(frozen=True, slots=True)
class LeverValue:
    """The worth of a lever besides the four parts of pay.

    Parameters
    ----------
    lever_id : str
        A row of data/levers.csv.
    title : str
    amount : float or None
        [USD]; None if it can't be worked out.
    basis : str
        What the amount is, or why there is none.
    claim_low : float or None
        The least it is worth according to the guide [USD].
    """

    lever_id: str
    title: str
    amount: float | None
    basis: str
    claim_low: float | None = None


def lever_priorities(level: str | None, tables: Tables) -> dict[str, Priority]:
    """Order of asking at one of the guide's levels, by lever; empty for another level.

    >>> from compkit.reference.tables import load_tables
    >>> [(lever, priority.rank) for lever, priority in lever_priorities("L7", load_tables()).items()][:2]
    [('rsu_4yr', 1), ('base_salary', 2)]
    """
    return {
        str(row["lever_id"]): Priority(int(row["rank"]), str(row["reason"]))
        for row in tables.rows("lever_priorities")
        if row["level"] == level
    }


def available_levers(offer: Offer, tables: Tables) -> list[dict[str, Any]]:
    """Rows of data/levers.csv that this offer's candidate can ask for, in table order."""
    kind = "internal" if offer.candidate_type == "internal" else "external"
    asked_as = {None, offer.candidate_type, kind}
    is_remote = offer.location == REMOTE
    return [
        row
        for row in tables.rows("levers")
        if row["candidate_type"] in asked_as
        and row["company"] in (None, AMAZON if offer.is_amazon else offer.company)
        and row["company_type"] in (None, offer.company_type)
        and row["is_remote"] in (None, is_remote)
    ]


def lever_table(
    analysis: LocationAnalysis,
    limits: Mapping[str, Limit],
    worth: Mapping[str, float],
    worth_after_tax: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Limits and worth of the four levers of pay, in the guide's order of asking.

    Parameters
    ----------
    analysis : LocationAnalysis
    limits : mapping of lever to Limit
    worth, worth_after_tax : mapping of lever to float
        From `lever_worth.lever_worth` [USD]; after tax if that is known.

    Returns
    -------
    DataFrame, one row per lever
        lever, offered, high [USD; base_salary a year], worth_of_dollar, worth_of_dollar_after_tax (NaN if tax is
        unknown) [USD], decided_by, ask_when, employer_cost.
    """
    order = lever_priorities(analysis.evaluation.level.level, analysis.tables)
    rows = {str(row["lever_id"]): row for row in analysis.tables.rows("levers")}
    return pd.DataFrame(
        {
            "lever": lever,
            "offered": limits[lever].offered,
            "high": limits[lever].high,
            "worth_of_dollar": worth[lever],
            "worth_of_dollar_after_tax": math.nan if worth_after_tax is None else worth_after_tax[lever],
            **{name: rows[lever][name] for name in ("decided_by", "ask_when", "employer_cost")},
        }
        for lever in sorted(LEVERS, key=lambda each: order[each].rank if each in order else math.inf)
    )


def other_lever_values(analysis: LocationAnalysis) -> list[LeverValue]:
    """Worth of the levers besides pay that this candidate can ask for, if the file or the guide gives one."""
    offer = analysis.evaluation.offer
    values = list(_values(analysis))
    return [
        value
        for row in available_levers(offer, analysis.tables)
        for value in values
        if value.lever_id == row["lever_id"]
    ] + [value for option in offer.options for value in _option_values(option)]


def _option_values(option: StockOption) -> Iterator[LeverValue]:
    """Yield the worth of the terms of an option grant [USD]: number, strike, exercise window and acceleration."""
    n_more, cost = option.n_options / 10, option.n_options * option.strike
    gain = None if option.fair_value is None else n_more * max(0.0, option.fair_value - option.strike)
    yield LeverValue("options_number", "A tenth more options", gain,
                     f"{n_more:,.10g} more shares: each dollar of share price above the strike adds {n_more:,.10g}; "
                     "the sum is by the last appraisal")  # fmt: skip
    yield LeverValue("options_strike", "A strike a tenth lower", cost / 10,
                     "saved on exercising all of them; a company can set it no lower than its appraisal, so ask "
                     "which one counts")  # fmt: skip
    yield LeverValue("options_window", "Years instead of 90 days to exercise after leaving", cost,
                     "what exercising all of them costs, which you would not have to find within 90 days")  # fmt: skip
    yield LeverValue("options_acceleration", "Vesting at once if you are let go after a sale", gain and gain * 10,
                     "at most, by the last appraisal: what has not vested by then is otherwise lost")  # fmt: skip


def level_value(analysis: LocationAnalysis) -> tuple[float | None, str]:
    """Four-year difference between the middles of the guide's L7 and L6 bands [USD], or None, and the basis.

    Salary counts four times, with the grant and both sign-ons.
    """
    level, place = analysis.evaluation.level, analysis.evaluation.offer.location
    if level.level is None:
        return None, level.reason
    if level.level != "L6":
        return None, f"the offer is at {level.level} already, and the guide has no band above it"
    totals = [_middle_total(band, place, analysis.tables) for band in ("L6", "L7")]
    if totals[0] is None or totals[1] is None:
        return None, f"the guide has no bands for {place}"
    return totals[1] - totals[0], f"middle of the guide's L7 bands less middle of its L6 bands, {place}, four years"


def month_later_cost(analysis: LocationAnalysis) -> tuple[float, str]:
    """Cost of starting a month later: a month of the offer less a month of the current job [USD], and the basis.

    A month of the offer is its average at a flat share price. Negative if the current job pays more.
    """
    totals, present = flat_totals(analysis), analysis.evaluation.current_total
    monthly = float(totals.mean()) / MONTHS_A_YEAR
    if present is None:
        return monthly, "a month of this offer's average pay; you entered no current job"
    return monthly - present / MONTHS_A_YEAR, "a month of this offer's average pay less a month of the current job's"


def january_start_value(analysis: LocationAnalysis) -> tuple[float | None, str]:
    """Gain from moving the start to the nearest January 1 that is still possible [USD], or None, and the basis.

    Each month earlier adds a month of the offer and takes one of the current job. A grant that such a start may bring
    is not included: its size is unknown.
    """
    start, report_date = analysis.evaluation.offer.start_date, analysis.evaluation.report_date
    if start is None:
        return None, "the file gives no start_date"
    earlier = months_into_year(start)
    later = MONTHS_A_YEAR - earlier
    is_past = dt.date(start.year, 1, 1) < report_date
    n_months = later if earlier > 0 and (is_past or later < earlier) else -earlier
    moved = f"{abs(n_months):.1f} months {'later' if n_months > 0 else 'earlier'}"
    cost, basis = month_later_cost(analysis)
    return -n_months * cost, f"{moved}, at {basis}; how much a grant may add is for you to ask"


def _values(analysis: LocationAnalysis) -> Iterator[LeverValue]:
    offer, tables = analysis.evaluation.offer, analysis.tables
    titles = {str(row["lever_id"]): str(row["title"]) for row in tables.rows("levers")}
    claims = {str(row["claim_id"]): row["low"] for row in tables.rows("guide_claims")}
    for lever in ("level", "transfer_level"):
        yield LeverValue(lever, titles[lever], *level_value(analysis), claim_low=claims[LEVEL_CLAIM])
    cost, basis = month_later_cost(analysis)
    yield LeverValue("start_date", titles["start_date"], -cost, f"each month later, lost: {basis}")
    yield LeverValue("start_date", "Start on the nearest January 1", *january_start_value(analysis))
    yield LeverValue("seattle_grant", titles["seattle_grant"], *_seattle_grant(analysis))
    yield LeverValue("refresher_policy", titles["refresher_policy"], *_refresher(offer))
    yield LeverValue("relocation", titles["relocation"], *_relocation(offer))


def _middle_total(level: str, place: str, tables: Tables) -> float | None:
    """Four-year total of the middles of a level's bands in a place [USD]; None if a band is missing."""
    middles = {lever: _middle(level, place, lever, tables) for lever in LEVERS}
    known = [LEVER_WEIGHTS[lever] * middle for lever, middle in middles.items() if middle is not None]
    return math.fsum(known) if len(known) == len(LEVERS) else None


def _middle(level: str | None, place: str, measure: str, tables: Tables) -> float | None:
    band = guide_band(level, place, measure, tables)
    return None if band is None else sum(band) / 2


def _seattle_grant(analysis: LocationAnalysis) -> tuple[float | None, str]:
    level, place = analysis.evaluation.level, analysis.evaluation.offer.location
    there, here = (_middle(level.level, where, "rsu_4yr", analysis.tables) for where in (SEATTLE, place))
    if there is None or here is None:
        return None, level.reason if level.level is None else f"the guide has no bands for {place}"
    return there - here, f"middle of the guide's {level.level} stock band in {SEATTLE} less that of {place}"


def _refresher(offer: Offer) -> tuple[float | None, str]:
    if offer.refreshers:
        first = min(offer.refreshers, key=lambda each: each.grant_month)
        return first.value, f"the first that the file expects, in month {first.grant_month}, as valued that day"
    if offer.refresher_plan:
        return offer.refresher_plan.annual_value, "what the file's plan expects a year, at most"
    return None, "the file expects none: ask what last year's were"


def _relocation(offer: Offer) -> tuple[float | None, str]:
    if offer.relocation is None:
        return None, "you entered none: ask whether they offer it"
    return offer.relocation.value, "as the file gives it"
