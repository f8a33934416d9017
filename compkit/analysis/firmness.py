"""The leading offer of a comparison, its lead, and how firm that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from compkit.analysis.comparison import MAP_GROWTHS, MAP_TENURES, Comparison
from compkit.errors import CompkitError
from compkit.pay import FloatArray, Growth, PayTerms, weighted_vests
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR
from compkit.place import Living, Pay, price_level, taxed_pay
from compkit.prices import chance_of_most, crossing
from compkit.tax import employment_year_tax, tax_tables

Firmness = Literal["firm", "close", "open", "equal"]
FIRM_CHANCE = 0.9
"""Least chance to pay most of a firm lead."""
CLOSE_CHANCE = 0.6
"""Below this chance to pay most, the order is open."""
LEAST_LEAD = 0.5
"""Offers closer than this are equal [USD]."""


@dataclass(frozen=True, slots=True)
class Lead:
    """The leader in one measure.

    Parameters
    ----------
    ids : tuple of str
        The offers that lead, in file order: one, or several that are equal.
    amount : float
        How far ahead of the best other offer [USD, or USD a year]; 0 without others.
    """

    ids: tuple[str, ...]
    amount: float


@dataclass(frozen=True)
class Verdict:
    """The leaders before tax, after tax and in guaranteed pay, and how firm that is.

    Parameters
    ----------
    before_tax, guaranteed : Lead
        By total, and by salary and sign-on, over the horizon [USD].
    after_tax : Lead or None
        By net pay [USD a year]; None if it is unknown for any offer.
    chances : Series
        By offer id, the chance to pay most of all offers; ties are split [fraction].
    firmness : {"firm", "close", "open", "equal"}
        equal: all offers pay the same, whatever share prices do. firm: one offer leads before tax, after tax and in
        guaranteed pay, with a chance to pay most of at least `FIRM_CHANCE`. open: different offers lead, or that chance
        is below `CLOSE_CHANCE`. close: anything between, such as a lead with unknown pay after tax.
    """

    before_tax: Lead
    after_tax: Lead | None
    guaranteed: Lead
    chances: pd.Series
    firmness: Firmness

    @property
    def most_likely(self) -> str:
        """The offer with the largest chance to pay most; of those that tie, the first leader before tax."""
        best = self.chances[np.isclose(self.chances, self.chances.max(), rtol=0, atol=1e-12)].index
        return next((name for name in self.before_tax.ids if name in best), str(best[0]))


def lead_of(amounts: pd.Series) -> Lead:
    """Leading offers and their lead.

    Parameters
    ----------
    amounts : Series
        By offer id, none missing [USD].

    Examples
    --------
    >>> lead_of(pd.Series({"a": 10.0, "b": 30.0, "c": 25.0}))
    Lead(ids=('b',), amount=5.0)
    """
    is_first = amounts > amounts.max() - LEAST_LEAD
    others = amounts[~is_first]
    amount = float(amounts.max() - others.max()) if len(others) else 0.0
    return Lead(tuple(str(name) for name in amounts.index[is_first]), amount)


def verdict(comparison: Comparison) -> Verdict:
    """Decide which of a comparison's offers leads, and how firmly."""
    before, guaranteed = (lead_of(comparison.worth.summary[name]) for name in ("total", "guaranteed_cash"))
    net = comparison.after_tax["net"]
    after = None if net.isna().any() else lead_of(net)
    chances = pd.Series(chance_of_most(comparison.simulated_years.sum(axis=1)), index=comparison.ids)
    leads = [lead for lead in (before, after, guaranteed) if lead is not None]
    return Verdict(
        before, after, guaranteed, chances, _firmness(comparison, leads, chances, is_taxed=after is not None)
    )


def _firmness(comparison: Comparison, leads: list[Lead], chances: pd.Series, *, is_taxed: bool) -> Firmness:
    n_offers = len(comparison.ids)
    all_lead = n_offers > 1 and all(len(lead.ids) == n_offers for lead in leads)
    if all_lead and all(_is_same(comparison, row) for row in range(1, n_offers)):
        return "equal"
    common = set(leads[0].ids).intersection(*(lead.ids for lead in leads))
    chance = max((float(chances[name]) for name in common), default=0.0)
    if chance < CLOSE_CHANCE:
        return "open"
    return "firm" if chance >= FIRM_CHANCE and is_taxed else "close"


def _is_same(comparison: Comparison, row: int) -> bool:
    """Whether an offer pays what the first pays, at every growth."""
    apart = comparison.curve(0).minus(comparison.curve(row))
    return crossing(apart).break_even == "always" and bool(np.allclose(apart.at(MAP_GROWTHS), 0.0, atol=LEAST_LEAD))


def staying_after_tax(comparison: Comparison) -> tuple[float, float] | None:
    """Net pay of the current job and what it buys in the candidate's place [USD a year].

    None without a current job or a residence, or if tax or prices there can't be worked out.
    """
    candidate = comparison.evaluations[0].candidate
    residence, filing_status = candidate.residence, candidate.filing_status
    if comparison.staying_worth is None or residence is None:
        return None
    totals = tuple(float(total) for total in comparison.staying_worth.by_year["total"][0])
    starts = [evaluation.offer.start_date for evaluation in comparison.evaluations if evaluation.offer.start_date]
    start_on = min(starts, default=comparison.evaluations[0].report_date)
    law = tax_tables(comparison.tables)
    try:
        price_level([residence], comparison.tables)
        employment_year_tax([0.0] * len(totals), start_on, residence, filing_status, law)
    except CompkitError:
        return None
    home = Living(residence, residence)
    found = taxed_pay(Pay(totals, start_on, filing_status), [home], comparison.tables, law=law).iloc[0]
    return float(found["net"]), float(found["purchasing_power"])


def wins_by_later_stock(comparison: Comparison) -> tuple[int, bool] | None:
    """First tenure at which staying wins by stock that vests after all offers' grants have ended.

    Returns
    -------
    (int, bool) or None
        The tenure [years], and whether staying wins only that way from then on; None if it never does. Only the current
        job's yearly stock counts: it goes on, while an offer's ends unless it has refreshers.
    """
    job = comparison.evaluations[0].candidate.current
    grants = comparison.pay.grants
    if comparison.staying is None or job is None or not job.annual_equity or grants.empty:
        return None
    last = max(
        max(1, int(start) + comparison.pay.schedules[str(name)].n_months)
        for start, name in zip(grants["start_month"], grants["schedule"], strict=True)
    )
    paid = comparison.totals_by_tenure
    best_offer, stayed = paid[:-1].max(axis=0), paid[-1]
    wins = (comparison.winners == len(comparison.ids)) & (np.array(MAP_TENURES) * MONTHS_A_YEAR > last)[:, None]
    owes_it = wins & (stayed - _stock_after(comparison, comparison.staying, last) < best_offer)
    tenures = np.flatnonzero(owes_it.any(axis=1))
    if not tenures.size:
        return None
    first = int(tenures[0])
    return MAP_TENURES[first], bool((owes_it == wins)[first:].all())


def _stock_after(comparison: Comparison, staying: PayTerms, month: int) -> FloatArray:
    """Stock of the current job that vests after a month, by tenure and growth, shape (8, 15) [USD]."""
    month_of = np.arange(1, MONTHS_A_YEAR * MAX_YEARS + 1)[:, None]
    counts = ((month_of > month) & (month_of <= MONTHS_A_YEAR * np.array(MAP_TENURES))).astype(float)
    convention = comparison.assumptions.growth.convention
    by_growth = [weighted_vests(staying, Growth(rate, convention), counts)[0] for rate in MAP_GROWTHS]
    return np.stack(by_growth, axis=1)
