"""The worth of one more dollar of each lever, given timing, tax and the chance of staying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from compkit.analysis import LocationAnalysis
from compkit.errors import OutOfRangeError
from compkit.model import Grant, Offer
from compkit.pay import FLAT, FloatArray, pay_terms, valuation, weighted_payments
from compkit.periods import MONTHS_A_YEAR, months, year_matrix
from compkit.tax import employment_year_tax

SMALL_RAISE = 1_000.0
"""Raise of a year's pay from which the tax on one more dollar is worked out [USD]."""


def lever_worth(analysis: LocationAnalysis, *, stay_rate: float = 1.0, after_tax: bool = False) -> dict[str, float]:
    """Worth of one more dollar of each lever over the horizon [USD for 1 USD].

    A dollar of salary is paid every year, with raises and its bonus. A dollar of stock is spread over the offer's
    grants in proportion and vests with them, or as a first grant would. A sign-on dollar is paid like that year's
    sign-on. Cash is discounted by (1 + R)^(-m / 12); stock counts at today's price whatever growth is assumed.
    Refreshers stay as expected, even if a plan fills up to a target.
    Source: docs/how-the-figures-are-made.md#counteroffers

    Parameters
    ----------
    analysis : LocationAnalysis
    stay_rate : float
        The chance of staying another year, above 0 and at most 1; it weights each payment by stay_rate^(m / 12).
    after_tax : bool
        Count what tax leaves of each payment; see `net_share_of_raise`.

    Raises
    ------
    OutOfRangeError
        If stay_rate is out of range.
    CompkitError
        If `after_tax` is set and tax in the candidate's place is unknown.
    """
    if not 0 < stay_rate <= 1:
        raise OutOfRangeError("stay_rate", "be above 0 and at most 1", stay_rate)
    given = analysis.evaluation.assumptions
    stays = stay_rate ** (months(given.n_years) / MONTHS_A_YEAR)
    in_year = year_matrix(given.n_years)
    pay = pay_terms(_one_dollar_offers(analysis.evaluation.offer), analysis.tables.schedules)
    cash = weighted_payments(pay, FLAT, in_year * (stays * given.discount)[:, None])
    shares = weighted_payments(pay, FLAT, in_year * stays[:, None])["equity"]
    by_year = cash["base"] + cash["bonus"] + cash["sign_on"] + shares
    kept = net_share_of_raise(analysis) if after_tax else np.ones(given.n_years)
    return {str(lever): float(worth) for lever, worth in zip(pay.terms.index, by_year @ kept, strict=True)}


def net_share_of_raise(analysis: LocationAnalysis) -> FloatArray:
    """Share of a small raise that tax leaves in each employment year, shape (n_years,) [fraction].

    The raise is `SMALL_RAISE` on top of that year's pay at a flat share price. All pay is wages, so the share is the
    same for every lever.

    Raises
    ------
    CompkitError
        If tax in the candidate's place is unknown.
    """
    totals = flat_totals(analysis)
    return (_net_pay(analysis, totals + SMALL_RAISE) - _net_pay(analysis, totals)) / SMALL_RAISE


def flat_totals(analysis: LocationAnalysis) -> FloatArray:
    """Pay in each year at a flat share price, shape (n_years,) [USD]."""
    evaluation = analysis.evaluation
    flat = replace(evaluation.assumptions, growth=FLAT)
    worth = valuation(evaluation.pay, flat)
    return np.asarray(worth.by_year["total"][0])


def _net_pay(analysis: LocationAnalysis, totals: Sequence[float] | FloatArray) -> FloatArray:
    own = analysis.own
    found = employment_year_tax(
        list(totals), analysis.start_on, own.residence, analysis.evaluation.candidate.filing_status, analysis.law,
        work_place=own.work_place, is_remote=own.is_remote, finances=analysis.finances,
    )  # fmt: skip
    return found["net"].to_numpy(dtype=float)


def _one_dollar_offers(offer: Offer) -> list[Offer]:
    """Four copies of the offer, each with one dollar of one lever, named by the lever, and no other pay."""
    bare: dict[str, Any] = {"base_salary": 0.0, "annual_bonus": None, "sign_on": (), "equity": (), "refreshers": (),
                            "refresher_plan": None}  # fmt: skip
    one_dollar: dict[str, dict[str, Any]] = {
        "base_salary": {"base_salary": 1.0},
        "rsu_4yr": {"equity": _one_dollar_grants(offer)},
        "sign_on_y1": {"sign_on": (1.0,)},
        "sign_on_y2": {"sign_on": (0.0, 1.0)},
    }
    return [offer.model_copy(update={**bare, "id": lever, **pay}) for lever, pay in one_dollar.items()]


def _one_dollar_grants(offer: Offer) -> tuple[Grant, ...]:
    """Grants worth one dollar together on the grant day, in the proportions of the offer's own."""
    whole = offer.rsu_4yr
    if whole:
        return tuple(
            grant.model_copy(
                update={
                    "value": None if grant.value is None else grant.value / whole,
                    "units": None if grant.units is None else grant.units / whole,
                }
            )
            for grant in offer.equity
        )
    first = offer.equity[0] if offer.equity else Grant(value=1.0)
    return (first.model_copy(update={"value": 1.0, "units": None}),)
