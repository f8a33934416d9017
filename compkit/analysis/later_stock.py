"""Where staying wins only because the current job's stock goes on after the offers' grants have ended."""

from __future__ import annotations

import numpy as np

from compkit.analysis.comparison import MAP_GROWTHS, MAP_TENURES, Comparison
from compkit.pay import FloatArray, Growth, PayTerms, weighted_vests
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR

LEAST_LEAD = 0.5
"""Offers closer than this are equal [USD]."""


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
