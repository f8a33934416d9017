"""Notes below a comparison, and its recorded figures."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from compkit.analysis import Comparison, kept_stock
from compkit.decision import BASE, Decision
from compkit.offers import summarize_names
from compkit.prices import chance_of_most, spread
from compkit.reference import records
from compkit.report.comparison.tables import SUMS
from compkit.report.comparison.text import has_stock, names_of, over_years
from compkit.report.decision.record import decision_record
from compkit.report.offer.paper import paper_of_offers
from compkit.report.offer.summary import growth_words, source_notes
from compkit.report.show.blocks import Notes, RecordedFigures, build_notes
from compkit.report.show.record import OFFERS_FILE, UNVERIFIED, Row, recorded_figure, stock_sources
from compkit.report.show.text import EDUCATION, joined, left_out_words, percent, usd

_DIGITS_OF_A_ROOT = 12


def comparison_assumptions(comparison: Comparison) -> Notes:
    """Assumptions of the comparison that no offer states."""
    discount_rate, evaluations = comparison.assumptions.discount_rate, comparison.evaluations
    unverified = sorted({name for one in evaluations for name in one.unverified_schedules})
    practices = [one.refresher_practice for one in evaluations]
    doubtful = sorted({practice.name for practice in practices if practice and not practice.is_verified})
    names = names_of(comparison)
    guessed = [names[one.offer.id] for one in evaluations if any(grant.vesting is None for grant in one.offer.equity)]
    return build_notes(
        "assumptions",
        f"Cash is discounted at {percent(discount_rate, 1)} a year in what is worth today." if discount_rate else None,
        *_stock_assumptions(comparison),
        "You stay employed throughout, except where leaving is shown.",
        "No current job is compared: your file has none, or not the same one for all offers."
        if comparison.staying is None
        else None,
        f"Vesting schedules based on public reports, not verified: {joined(unverified)}." if unverified else None,
        f"Refreshers based on reported practices, not verified: {joined(doubtful)}." if doubtful else None,
        f"No vesting schedule in your file, so one is assumed: {summarize_names(guessed)}." if guessed else None,
    )


def _stock_assumptions(comparison: Comparison) -> Iterator[str]:
    job = comparison.evaluations[0].candidate.current
    goes_on = comparison.staying is not None and job is not None and bool(job.annual_equity)
    staying = "your current yearly stock continues"
    if not has_stock(comparison):
        shares = "shares you can sell" if comparison.paper.any() else "shares"
        yield f"No offer pays in {shares} {over_years(comparison)}: no growth and no chance is behind its figures."
        if goes_on:
            yield f"The current job's stock is valued {growth_words(comparison.evaluations[0])}, and goes on each year."
        return
    chance = comparison.chance
    growth = growth_words(comparison.evaluations[0])
    yield f"Stock is valued {growth}; all shares alike. That is a scenario, not a forecast."
    yield (
        f"Share prices are simulated {chance.n_paths:,} times: each wanders in small random steps around that growth "
        f"(geometric Brownian motion; seed {chance.seed} draws the same again). Real prices jump more often."
    )
    if comparison.chance.stay_rate < 1:
        stays = percent(chance.stay_rate, 1)
        yield f"In the chances a payment counts with the chance still to be there: {stays} to stay another year."
    else:
        yield "The chances count every payment in full, as if you were sure to stay another year: 100%."
    ends = "After a grant's last vest nothing more is assumed, unless your file has refreshers"
    yield f"{ends}; {staying}." if goes_on else f"{ends}."


def comparison_caveats(comparison: Comparison) -> Notes:
    """Limits of the comparison."""
    stock = "Stock totals are not money yet: look at what is certain, and at the bad cases."
    return build_notes(
        "caveats",
        EDUCATION,
        stock if has_stock(comparison) else None,
        left_out_words(comparison.left_out) if comparison.left_out else None,
        "Not in the totals: benefits, relocation and options; see each offer's report.",
        paper_of_offers(comparison),
        *kept_stock_notes(comparison),
    )


def kept_stock_notes(comparison: Comparison) -> list[str]:
    """Say what stock each internal transfer keeps, since it is in no total."""
    return [
        f"{one.entry.job} is a transfer: you keep current stock worth {usd(kept)} over these years. It is in none of "
        "these figures; the decision counts it."
        for one in comparison.evaluations
        if (kept := kept_stock(one))
    ]


def comparison_sources(comparison: Comparison) -> Notes:
    """Cite the sources of the comparison's figures."""
    names = {row.source_id for evaluation in comparison.evaluations for row in evaluation.stock_sources}
    if comparison.chance.volatility is None:
        with_stock = np.flatnonzero(comparison.share_totals > 0)
        names |= {comparison.volatilities[row].source_id for row in with_stock}
    return source_notes(comparison.tables, sorted(names), "The offers: your offers file.")


def recorded_comparison(comparison: Comparison, decision: Decision | None = None) -> RecordedFigures:
    """Record every figure of the comparison and the decision, unrounded, with its sources."""
    rows = [*(_decision_rows(decision) if decision else ()), *_offer_rows(comparison), *_pair_rows(comparison)]
    return RecordedFigures(rows, {"person": decision_record(decision)} if decision else {})


def _offer_rows(comparison: Comparison) -> Iterator[Row]:
    totals = comparison.simulated_years.sum(axis=1)
    simulated, chances = spread(totals), dict(zip(comparison.ids, chance_of_most(totals), strict=True))
    for position, offer_id in enumerate(comparison.ids):
        behind = stock_sources(comparison.evaluations[position])
        for name in SUMS:
            value = float(comparison.with_paper.worth.summary[name].iloc[position])
            if not np.isnan(value):
                given = {} if name == "guaranteed_cash" else behind
                yield recorded_figure(f"{offer_id} {name}", value, "USD", **given)
        if comparison.paper.iloc[position]:
            yield recorded_figure(f"{offer_id} paper", float(comparison.paper.iloc[position]), "USD", **behind)
        for name in ("net", "purchasing_power"):
            value = float(comparison.after_tax[name].iloc[position])
            if not np.isnan(value):
                yield recorded_figure(f"{offer_id} {name}", value, "USD a year", status=UNVERIFIED)
        volatility = comparison.volatilities[position]
        sources, as_of, status = f"{OFFERS_FILE} {volatility.source_id}", volatility.as_of, ""
        if comparison.chance.volatility is not None:
            sources, as_of = OFFERS_FILE, ""
        elif not volatility.is_verified:
            status = UNVERIFIED
        for name, values in ((str(key), column) for key, column in simulated.items()):
            figure = f"{offer_id} simulated {name}"
            yield recorded_figure(figure, float(values.iloc[position]), "USD", sources, as_of, status)
        yield recorded_figure(f"{offer_id} pays_most", float(chances[offer_id]), "fraction", status=UNVERIFIED)


def _decision_rows(decision: Decision) -> Iterator[Row]:
    for name, amounts in decision.amounts.items():
        if not amounts.why_no_tax:
            yield recorded_figure(f"{name} m_per_year", amounts.net[BASE], "USD a year", status=UNVERIFIED)
    if decision.ruling.margin is not None:
        yield recorded_figure("margin_per_year_after_tax", decision.ruling.margin, "USD a year", status=UNVERIFIED)
        yield recorded_figure("margin_per_year_before_tax", decision.margin_before_tax, "USD a year")


def _pair_rows(comparison: Comparison) -> Iterator[Row]:
    has_paper = bool(comparison.paper.any())
    for row in records(comparison.pairs_with_paper):
        name = f"{row['a']} against {row['b']}"
        yield recorded_figure(f"{name} difference", row["difference"], "USD")
        if row["break_even_growth"] is not None:
            # A root is only as exact as the sums that it equates; further digits differ between processors.
            growth = round(row["break_even_growth"], _DIGITS_OF_A_ROOT)
            yield recorded_figure(f"{name} break_even_growth", growth, "fraction a year")
        yield recorded_figure(f"{name} p_a_beats_b", row["p_a_beats_b"], "fraction", status=UNVERIFIED)
        if has_paper:
            yield recorded_figure(f"{name} paper", row["paper"], "USD")
            without = "p_a_beats_b_without_paper"
            yield recorded_figure(f"{name} {without}", row[without], "fraction", status=UNVERIFIED)
