"""What one more dollar of each lever is worth to the candidate: by its time, by what tax leaves, by staying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from compkit.analysis.places import LocationAnalysis
from compkit.errors import OutOfRangeError
from compkit.model.equity import Grant
from compkit.model.offer import Offer
from compkit.pay.cashflow import pay_terms, weighted_payments
from compkit.pay.stock import FLAT
from compkit.pay.valuation import valuation
from compkit.pay.vesting import FloatArray
from compkit.periods import MONTHS_A_YEAR, in_years, months
from compkit.tax import employment_year_tax

SMALL_RAISE = 1_000.0
"""The raise of a year's pay on which the tax on a further dollar is worked out [USD]."""


def lever_worth(analysis: LocationAnalysis, *, stay_rate: float = 1.0, after_tax: bool = False) -> dict[str, float]:
    """Return what one more dollar of each lever is worth to the candidate over the assumptions' years.

    Of salary, a dollar a year is meant, so that it is paid again in every year, with raises and the bonus that hangs
    on it. A dollar of shares is spread over the offer's grants in proportion and vests as they do; where there is no
    grant, it vests as a first one would. A sign-on dollar is paid as the offer pays that year's sign-on. Cash is
    discounted by (1 + R)^(-m / 12) and shares count at today's price, as in a present value; share prices stay flat
    whatever growth is assumed. Source: docs/how-the-figures-are-made.md#counteroffers

    Parameters
    ----------
    analysis : LocationAnalysis
        The offer, the assumptions, and where its pay is taxed.
    stay_rate : float
        The chance to stay for another year, which weights each payment by stay_rate^(m / 12); above 0, at most 1.
    after_tax : bool
        Count what tax leaves of each payment; see `net_share_of_raise`.

    Returns
    -------
    dict of str to float
        By lever, in the order base_salary, rsu_4yr, sign_on_y1, sign_on_y2 [USD for 1 USD]. It is linear: two dollars
        are worth twice as much. Later grants stay as expected, also where a plan fills up to a target.

    Raises
    ------
    OutOfRangeError
        If stay_rate is out of range.
    CompkitError
        If `after_tax` is asked for and the tax where the candidate would live cannot be worked out.
    """
    if not 0 < stay_rate <= 1:
        raise OutOfRangeError("stay_rate", "lie above 0 and at most at 1", stay_rate)
    given = analysis.evaluation.assumptions
    stays = stay_rate ** (months(given.n_years) / MONTHS_A_YEAR)
    in_year = in_years(given.n_years)
    pay = pay_terms(_one_dollar_offers(analysis.evaluation.offer), analysis.tables.schedules)
    cash = weighted_payments(pay, FLAT, in_year * (stays * given.discount)[:, None])
    shares = weighted_payments(pay, FLAT, in_year * stays[:, None])["equity"]
    by_year = cash["base"] + cash["bonus"] + cash["sign_on"] + shares
    kept = net_share_of_raise(analysis) if after_tax else np.ones(given.n_years)
    return {str(lever): float(worth) for lever, worth in zip(pay.terms.index, by_year @ kept, strict=True)}


def net_share_of_raise(analysis: LocationAnalysis) -> FloatArray:
    """Return which part of a small raise of each employment year's pay tax leaves, shape (n_years,) [fraction].

    The raise is `SMALL_RAISE` on top of what the offer pays in that year at a flat share price, taxed where the
    candidate would live with it; all pay is wages, so the part is the same whichever lever brings the money.

    Raises
    ------
    CompkitError
        If the tax there cannot be worked out.
    """
    totals = flat_totals(analysis)
    return (_net_pay(analysis, totals + SMALL_RAISE) - _net_pay(analysis, totals)) / SMALL_RAISE


def flat_totals(analysis: LocationAnalysis) -> FloatArray:
    """Return what the offer pays in each of the assumptions' years at a flat share price, shape (n_years,) [USD]."""
    evaluation = analysis.evaluation
    flat = replace(evaluation.assumptions, growth=FLAT)
    worth = valuation(evaluation.pay, flat)
    return np.asarray(worth.by_year["total"][0])


def _net_pay(analysis: LocationAnalysis, totals: Sequence[float] | FloatArray) -> FloatArray:
    own = analysis.own
    found = employment_year_tax(
        list(totals), analysis.start_on, own.residence, analysis.evaluation.candidate.filing_status, analysis.law,
        work_place=own.work_place, is_remote=own.is_remote,
    )  # fmt: skip
    return found["net"].to_numpy(dtype=float)


def _one_dollar_offers(offer: Offer) -> list[Offer]:
    """Return the offer four times, each with one dollar of a lever, under the lever's name, and no other pay."""
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
    """Return grants that were worth a dollar together when made, in the proportions of the offer's own."""
    whole = offer.rsu_4yr
    if whole > 0:
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
