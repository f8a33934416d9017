"""What is shown of several offers beside each other: the first screen, tables and notes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

import compkit
from compkit.chances import chance_below, expected_shortfall, spread
from compkit.comparison import STAYING, Comparison
from compkit.report.blocks import Card, Column, Headline, Notes, RecordedFigures, Table
from compkit.report.record import OFFERS_FILE, UNVERIFIED, Row, recorded_figure, stock_sources
from compkit.report.summary import growth_words
from compkit.report.text import count, day, joined, percent, usd
from compkit.tables import records

MOST_PAIRS = 15
CENT = 0.01
LEAVING_MONTHS = (6, 11, 23)
SUMS = ("total", "average", "first_two_year_average", "present_value", "guaranteed_cash")


def comparison_headline(comparison: Comparison) -> Headline:
    """Return the first screen: which offer pays most, leaves most, is most certain, and how sure that is."""
    n_offers, years = len(comparison.ids), comparison.assumptions.n_years
    first = comparison.evaluations[0]
    return Headline(
        title=f"{count(n_offers, 'offer')} side by side",
        subtitle=f"Over {count(years, 'year')}. Report of {day(first.report_on)}.",
        cards=[*_most_cards(comparison), *_chance_card(comparison)],
        next_steps=_next_steps(comparison),
    )


def _most_cards(comparison: Comparison) -> Iterator[Card]:
    years, worth = comparison.assumptions.n_years, comparison.worth.summary
    for label, column, detail in (
        ("Pays most", "total", f"over {count(years, 'year')}, {growth_words(comparison.evaluations[0])}"),
        ("Most that is certain", "guaranteed_cash", "salary and sign-on, if employed"),
    ):
        best = str(worth[column].idxmax())
        yield Card(label, usd(float(worth[column].max())), f"{best}: {detail}")
    net = comparison.after_tax["net"]
    if net.notna().any():
        best = str(net.idxmax())
        buys = comparison.after_tax["purchasing_power"]
        most = str(buys.idxmax())
        also = "it buys most, too" if most == best else f"{most} buys most, {usd(float(buys.max()))}"
        yield Card("Leaves most after tax", usd(float(net.max())), f"a year: {best}; {also}")


def _chance_card(comparison: Comparison) -> Iterator[Card]:
    if len(comparison.ids) < 2:
        return
    first, second = comparison.ranking[:2]
    found = _pair(comparison, first, second)
    ahead = found["p_a_beats_b"]
    a, b = comparison.ids[first], comparison.ids[second]
    tone = "good" if ahead > 0.9 else "warn" if ahead < 0.6 else "plain"
    yield Card("How sure", percent(ahead), f"of simulated share prices put {a} ahead of {b}", tone)  # type: ignore[arg-type]


def _pair(comparison: Comparison, a: int, b: int) -> dict[str, Any]:
    """Return a pair as if its first were `a`, whatever their order in the file."""
    low, high = min(a, b), max(a, b)
    rows = records(comparison.pairs)
    row = next(row for row in rows if (row["a"], row["b"]) == (comparison.ids[low], comparison.ids[high]))
    if (low, high) == (a, b):
        return row
    turned = row["break_even"] if is_tie(row) else {"always": "never", "never": "always", "at": "at"}[row["break_even"]]
    return row | {
        "a": row["b"],
        "b": row["a"],
        "difference": -row["difference"],
        "break_even": turned,
        "p_a_beats_b": 1 - row["p_a_beats_b"],
    }


def is_tie(pair: Mapping[str, Any]) -> bool:
    """Return whether two offers pay the same at every growth."""
    return bool(pair["break_even"] == "always" and abs(pair["difference"]) < CENT)


def turns_in_words(pair: Mapping[str, Any]) -> str:
    """Return at which growth a pair's order turns, in words."""
    if is_tie(pair):
        return "the same at every growth"
    words = {"always": "ahead at every growth", "never": "behind at every growth"}
    return words.get(pair["break_even"]) or f"even at {percent(pair['break_even_growth'], 1)}"


def _next_steps(comparison: Comparison) -> list[str]:
    steps = []
    due = sorted(
        (offer.deadline, offer.id) for evaluation in comparison.evaluations if (offer := evaluation.offer).deadline
    )
    if due:
        steps.append(f"Answer {due[0][1]} first: by {day(due[0][0])}.")
    if len(comparison.ids) > 1:
        first, second = comparison.ranking[:2]
        found = _pair(comparison, first, second)
        a, b = found["a"], found["b"]
        if found["break_even"] == "at":
            growth = percent(found["break_even_growth"], 1)
            steps.append(
                f"{a} and {b} are even if share prices grow {growth} a year. Which side of that do you expect?"
            )
        elif is_tie(found):
            steps.append(f"{a} and {b} pay the same at every growth of the share price. Let other things decide.")
        elif found["break_even"] == "always":
            steps.append(f"{a} pays more than {b} at every growth of the share price. Let other things decide.")
        moved = comparison.sensitivities(first, second)
        if not moved.empty:
            steps.append(f"What moves their difference most: {cause_in_words(records(moved)[0])}. Find out about that.")
    if comparison.staying_worth is not None:
        stay = float(comparison.staying_worth.summary["total"].iloc[0])
        behind = [row for row, total in comparison.worth.summary["total"].items() if float(total) < stay]
        if behind:
            steps.append(f"Staying pays more than {joined([str(name) for name in behind])}: {usd(stay)}.")
    steps += [
        f"{row['id']}: no figure after tax, {row['reason']}"
        for row in records(comparison.after_tax.reset_index())
        if row["reason"]
    ]
    return steps or ["Add another offer, or the present job, to compare with."]


def comparison_table(comparison: Comparison) -> Table:
    """Return each offer's sums, the highest total first, the present job last."""
    frame = comparison.worth.summary.join(comparison.after_tax[["net", "purchasing_power"]])
    frame = frame.iloc[comparison.ranking].reset_index(names="id")
    if comparison.staying_worth is not None:
        stay = comparison.staying_worth.summary.iloc[0]
        frame.loc[len(frame)] = {"id": f"({STAYING})", **{name: stay[name] for name in SUMS}}
    columns = [
        Column("id", "Offer"),
        Column("total", "Total", "usd"),
        Column("average", "A year", "usd"),
        Column("first_two_year_average", "First two", "usd"),
        Column("guaranteed_cash", "Certain", "usd"),
        Column("present_value", "Worth today", "usd"),
        Column("net", "After tax", "usd"),
        Column("purchasing_power", "Buys", "usd"),
    ]
    note = (
        "Certain: salary and sign-on, if employed. Worth today: cash discounted, stock at today's price. After tax and "
        "what it buys at average US prices: a year, where each offer would be lived. Benefits are not in any total."
    )
    return Table(frame, columns, f"Over {count(comparison.assumptions.n_years, 'year')} (USD)", note)


def comparison_years_table(comparison: Comparison) -> Table:
    """Return what each offer pays in each year."""
    totals = comparison.worth.by_year["total"][comparison.ranking]
    names = [f"Year {year}" for year in range(1, totals.shape[1] + 1)]
    frame = pd.DataFrame(totals, columns=names).assign(id=[comparison.ids[row] for row in comparison.ranking])
    if comparison.staying_worth is not None:
        stay = comparison.staying_worth.by_year["total"][0]
        frame.loc[len(frame)] = {"id": f"({STAYING})", **dict(zip(names, stay, strict=True))}
    columns = [Column("id", "Offer"), *(Column(name, name, "usd") for name in names)]
    return Table(frame, columns, "What each year pays (USD)")


def pairs_table(comparison: Comparison) -> Table | Notes:
    """Return pairs of offers: difference, break-even growth, and the chance that the first is ahead."""
    if len(comparison.ids) < 2:
        return Notes("No pairs", ["The file holds one offer."], "left-out")
    order = {offer_id: rank for rank, offer_id in enumerate(comparison.ids[row] for row in comparison.ranking)}
    rows = []
    for row in records(comparison.pairs):
        first, second = sorted((row["a"], row["b"]), key=order.__getitem__)
        rows.append(_pair(comparison, comparison.ids.index(first), comparison.ids.index(second)))
    rows.sort(key=lambda row: (order[row["a"]], order[row["b"]]))
    frame = pd.DataFrame(rows[:MOST_PAIRS])
    frame["even"] = [turns_in_words(row) for row in rows[:MOST_PAIRS]]
    columns = [
        Column("a", "Offer"),
        Column("b", "Against"),
        Column("difference", "Difference", "usd"),
        Column("even", "If all shares grow a year"),
        Column("p_a_beats_b", "Ahead in", "percent"),
    ]
    note = f"Ahead in: of {comparison.chance.n_paths:,} simulated share prices, seed {comparison.chance.seed}. " + (
        _chance_words(comparison)
    )
    if len(rows) > MOST_PAIRS:
        note += f" The first {MOST_PAIRS} of {len(rows)} pairs; the command compkit compare lists all."
    return Table(frame, columns, "Pair by pair (USD)", note)


def _chance_words(comparison: Comparison) -> str:
    given = comparison.chance
    words = "One company's offers share its price; companies move apart."
    if given.correlation:
        words = f"Companies' prices move together with a correlation of {given.correlation:g}."
    return f"{words} The mean price follows the growth assumed; the middle one lies lower."


def outcomes_table(comparison: Comparison) -> Table:
    """Return the spread of each offer's simulated total, and how it fares in bad cases."""
    totals = comparison.simulated_years.sum(axis=1)[comparison.ranking]
    frame = spread(totals).assign(id=[comparison.ids[row] for row in comparison.ranking])
    frame["shortfall"] = [expected_shortfall(row) for row in totals]
    columns = [
        Column("id", "Offer"),
        Column("p5", "5%", "usd_short"),
        Column("p25", "25%", "usd_short"),
        Column("p50", "Middle", "usd_short"),
        Column("p75", "75%", "usd_short"),
        Column("p95", "95%", "usd_short"),
        Column("mean", "Mean", "usd_short"),
        Column("shortfall", "Worst 5%", "usd_short"),
    ]
    if comparison.staying_worth is not None:
        stay = float(comparison.staying_worth.summary["total"].iloc[0])
        frame["below"] = [chance_below(row, stay) for row in totals]
        columns.append(Column("below", "Below staying", "percent"))
    used = {
        f"{percent(row.annual_rate)} for {evaluation.offer.company}"
        for row, evaluation in zip(comparison.volatilities, comparison.evaluations, strict=True)
    }
    rate = comparison.chance.volatility
    how = f"{percent(rate)} for every share" if rate is not None else joined(sorted(used))
    note = (
        "In 5 of 100 simulated prices the total lies below the first figure, in 95 below the fifth. Worst 5%: the mean "
        f"of the worst cases. Volatility a year: {how}, not verified unless the sources say so."
    )
    caption = f"What the total may come to over {count(comparison.assumptions.n_years, 'year')} (USD)"
    return Table(frame, columns, caption, note)


def cause_in_words(row: Mapping[str, Any]) -> str:
    """Return what moves a difference, in words."""
    return {
        "growth": "the growth of all shares",
        "stock": f"the price of {row['company']}'s stock",
        "tenure": "how long you stay",
        "bonus": "whether bonuses are paid",
    }[row["cause"]]


def leaving_early_table(comparison: Comparison) -> Table:
    """Return what leaving in months 6, 11 and 23 keeps, owes and forfeits, and when a move has paid off."""
    rows = []
    for row in comparison.ranking:
        name = comparison.ids[row]
        table = comparison.leaving[name]
        shown: dict[str, Any] = {"id": name, "month": _paid_off(comparison, name)}
        for month in LEAVING_MONTHS:
            if month in table.index:
                shown |= {f"kept_{month}": table.loc[month, "kept"], f"owed_{month}": table.loc[month, "owed"]}
        rows.append(shown | {"forfeited": table.loc[LEAVING_MONTHS[1], "forfeited"]})
    months = [month for month in LEAVING_MONTHS if f"kept_{month}" in rows[0]]
    columns = [
        Column("id", "Offer"),
        *(
            column
            for month in months
            for column in (
                Column(f"kept_{month}", f"Kept, month {month}", "usd"),
                Column(f"owed_{month}", "owed then", "usd"),
            )
        ),
        Column("forfeited", f"Forfeited, month {LEAVING_MONTHS[1]}", "usd"),
        Column("month", "Ahead of staying"),
    ]
    note = (
        "Kept: paid and vested so far, less what is owed. Owed: sign-on and relocation to pay back after resigning; a "
        "layoff owes nothing. Forfeited: what would still vest, at today's price. Ahead of staying: from that month "
        "on, to the end of the horizon, the move has kept at least what staying would have paid."
    )
    return Table(pd.DataFrame(rows), columns, "If you leave early (USD)", note)


def _paid_off(comparison: Comparison, name: str) -> str:
    if comparison.staying is None:
        return "not known"
    month = comparison.paid_off_in[name]
    return f"from month {month}" if month else "never"


def comparison_assumptions(comparison: Comparison) -> Notes:
    """Return what the comparison assumes and no offer says."""
    first = comparison.evaluations[0]
    items = [
        f"Stock is valued {growth_words(first)}; all shares alike. That is a scenario, not a forecast.",
        f"Cash is discounted at {percent(comparison.assumptions.discount_rate, 1)} a year in what is worth today.",
        "Simulated prices wander as a geometric Brownian motion around that growth; real prices jump more often.",
        "Past a grant's last vest nothing more is assumed, unless the file gives refreshers; the present job's yearly "
        "stock goes on.",
        "You stay employed throughout, but where leaving is shown.",
    ]
    stays = percent(comparison.chance.stay_rate, 1)
    items.append(f"In the chances a payment counts with the chance still to be there: {stays} to stay another year.")
    if comparison.staying is None:
        items.append("No present job is compared: the file gives none, or not the same for all offers.")
    unverified = sorted({name for evaluation in comparison.evaluations for name in evaluation.unverified_schedules})
    if unverified:
        items.append(f"Vesting schedules as commonly reported, not verified: {joined(unverified)}.")
    practices = [evaluation.refresher_practice for evaluation in comparison.evaluations]
    doubtful = sorted({practice.name for practice in practices if practice and not practice.is_verified})
    if doubtful:
        items.append(f"Refreshers by practices as reported, not verified: {joined(doubtful)}.")
    guessed = [
        evaluation.offer.id
        for evaluation in comparison.evaluations
        if any(grant.vesting is None for grant in evaluation.offer.equity)
    ]
    if guessed:
        items.append(f"No vesting schedule in the file, one is assumed: {joined(guessed)}.")
    return Notes("Assumptions", items, "assumptions")


def comparison_caveats(_comparison: Comparison) -> Notes:
    """Return what the comparison is not."""
    return Notes(
        "What this is not",
        [
            "This is education, not tax, legal or financial advice.",
            "Totals of stock are no money yet: look at what is certain, and at the bad cases.",
            "Not in the totals: benefits, relocation, options and shares that cannot be sold; see each offer's report.",
        ],
        "caveats",
    )


def comparison_sources(comparison: Comparison) -> Notes:
    """Return the sources behind the figures."""
    known = comparison.tables.sources
    names = {row.source_id for evaluation in comparison.evaluations for row in evaluation.stock_rests_on}
    names |= {row.source_id for row in comparison.volatilities}
    items = [f"{known[name].title}, {known[name].publisher}, as of {known[name].as_of}." for name in sorted(names)]
    items += [
        "The offers themselves: as typed in the offers file.",
        f"compkit {compkit.__version__}; run again with: compkit check.",
    ]
    return Notes("Sources", items, "sources")


def recorded_comparison(comparison: Comparison) -> RecordedFigures:
    """Return every figure of the comparison, unrounded, with its sources."""
    return RecordedFigures([*_offer_rows(comparison), *_pair_rows(comparison)], {})


def _offer_rows(comparison: Comparison) -> Iterator[Row]:
    simulated = spread(comparison.simulated_years.sum(axis=1))
    for position, offer_id in enumerate(comparison.ids):
        behind = stock_sources(comparison.evaluations[position])
        for name in SUMS:
            value = float(comparison.worth.summary[name].iloc[position])
            if not np.isnan(value):
                given = {} if name == "guaranteed_cash" else behind
                yield recorded_figure(f"{offer_id} {name}", value, "USD", **given)
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


def _pair_rows(comparison: Comparison) -> Iterator[Row]:
    for row in records(comparison.pairs):
        name = f"{row['a']} against {row['b']}"
        yield recorded_figure(f"{name} difference", row["difference"], "USD")
        if row["break_even_growth"] is not None:
            yield recorded_figure(f"{name} break_even_growth", row["break_even_growth"], "fraction a year")
        yield recorded_figure(f"{name} p_a_beats_b", row["p_a_beats_b"], "fraction", status=UNVERIFIED)
