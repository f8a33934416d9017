"""Tables that compare several offers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from compkit.analysis import LEAST_LEAD, Comparison, Evaluation
from compkit.decision import Decision
from compkit.pay import benefit_lines
from compkit.prices import PERCENTILES, chance_below, expected_shortfall, spread
from compkit.reference import records
from compkit.report.comparison.text import has_stock, names_of, over_years, pair_of, turns_in_words
from compkit.report.decision.page import other_measure
from compkit.report.show.blocks import Heading, Notes, Table, build_table, in_usd, of_kind
from compkit.report.show.text import chance_in_words, count, day, joined, rule_message, short_day, usd

MOST_PAIRS = 15
LEAVING_MONTHS = (6, 11, 23)
DETAIL_MONTH = 6
SUMS = ("total", "average", "first_two_year_average", "present_value", "guaranteed_cash")
NO_WARNING = "none"
TOLD_OF = {
    "status": "status",
    "deadline": "deadline",
    "start": "start date",
    "benefits": "benefits",
    "relocation": "relocation",
}


def glance_table(comparison: Comparison) -> Table | Notes:
    """Status, dates, warnings and extras of each offer, as far as the file states them."""
    names = names_of(comparison)
    frame = pd.DataFrame([_glance(comparison.evaluations[row], names) for row in comparison.ranking])
    columns: dict[str, Heading] = {
        "id": "Offer",
        "status": "Status",
        "deadline": "Answer by",
        "start": "Starts",
        "warnings": "Warnings",
        **in_usd(benefits="Benefits a year", relocation="Relocation, once"),
    }
    told = {key: heading for key, heading in columns.items() if frame[key].notna().any()}
    untold = joined([TOLD_OF[key] for key in columns if key not in told])
    if len(told) == 2 and (frame["warnings"] == NO_WARNING).all():
        return Notes("At a glance", [f"Your file doesn't cover: {untold}. What it does cover raises no warning."])
    return build_table(
        "At a glance (USD)",
        told,
        frame,
        "Warnings: deal breakers and warnings from your file; the first one is named.",
        "Benefits: less what you pay for insurance; in no total." if "benefits" in told else None,
        "Relocation is in no total." if "relocation" in told else None,
        f"Your file doesn't cover: {untold}." if untold else None,
        "A dash: your file doesn't say." if frame[list(told)].isna().any(axis=None) else None,
    )


def _glance(evaluation: Evaluation, names: Mapping[str, str]) -> dict[str, Any]:
    offer = evaluation.offer
    given = evaluation.assumptions
    lines = benefit_lines(offer, given.n_years, given.growth, evaluation.tables)[1].drop("relocation")
    return {
        "id": names[offer.id],
        "status": offer.status,
        "deadline": short_day(offer.deadline) if offer.deadline else None,
        "start": short_day(offer.start_date) if offer.start_date else None,
        "warnings": _warnings(evaluation),
        "benefits": float(lines.sum()) if offer.benefits else None,
        "relocation": offer.relocation.value if offer.relocation else None,
    }


def _warnings(evaluation: Evaluation) -> str:
    fired = evaluation.fired_rules
    if not fired:
        return NO_WARNING
    breakers = sum(rule.kind == "deal_breaker" for rule in fired)
    kinds = ((breakers, "deal breaker"), (len(fired) - breakers, "warning"))
    counted = ", ".join(count(number, noun) for number, noun in kinds if number)
    return f"{counted}: {rule_message(min(fired, key=lambda rule: rule.kind != 'deal_breaker'))}"


def comparison_table(comparison: Comparison, decision: Decision | None = None) -> Table:
    """Total, average and other sums of each offer before tax, highest total first, current job last.

    With the decision, a note says how the order by total relates to it.
    """
    years = count(comparison.assumptions.n_years, "year")
    frame = comparison.worth.summary.iloc[comparison.ranking].reset_index(names="id")
    frame["paper"] = frame["id"].map(comparison.paper)
    frame["id"] = frame["id"].map(names_of(comparison))
    if comparison.staying_worth is not None:
        stay = comparison.staying_worth.summary.iloc[0]
        frame.loc[len(frame)] = {"id": "Staying", **{name: stay[name] for name in SUMS}}
    is_repeated = comparison.assumptions.discount_rate == 0 and np.allclose(
        frame["present_value"], frame["total"], rtol=0, atol=LEAST_LEAD
    )
    columns: dict[str, Heading] = {
        "id": "Offer",
        **in_usd(total=f"Total, {years}", average="Total, a year"),
        **(in_usd(first_two_year_average="First two years, a year") if comparison.assumptions.n_years > 1 else {}),
        **in_usd(guaranteed_cash=f"Certain, {years}"),
        **({} if is_repeated else in_usd(present_value=f"Worth today, {years}")),
        **(in_usd(paper=f"Paper, {years}") if comparison.paper.any() else {}),
    }
    what = "What the offers pay" if len(comparison.ids) > 1 else "What the offer pays"
    notes = _table_notes(comparison, has_worth_today=not is_repeated)
    top, n_years = str(comparison.worth.summary["total"].idxmax()), comparison.assumptions.n_years
    related = (
        other_measure(decision, top, n_years, "before tax, {} pays most")
        if decision and len(comparison.ids) > 1
        else None
    )
    return build_table(f"{what} {over_years(comparison)}, before tax (USD)", columns, frame, related, *notes)


def _table_notes(comparison: Comparison, *, has_worth_today: bool) -> list[str]:
    said = ["The highest total first."] if len(comparison.ids) > 1 else []
    raised = [one.offer.id for one in comparison.evaluations if one.offer.annual_raise_rate > 0]
    said.append(
        "Certain: salary and sign-on, if employed" + ("; yearly raises you entered count too." if raised else ".")
    )
    said += ["Worth today: cash discounted, stock at today's price."] if has_worth_today else []
    if comparison.paper.any():
        said.append("Paper: stock you can't sell when it vests, as far as we know; no other column counts it.")
    return [*said, "Benefits and relocation are in no total."]


def _ranked_names(comparison: Comparison) -> list[str]:
    names = names_of(comparison)
    return [names[comparison.ids[row]] for row in comparison.ranking]


def comparison_years_table(comparison: Comparison) -> Table:
    """Pay of each offer by year."""
    totals = comparison.worth.by_year["total"][comparison.ranking]
    names = [f"Year {year}" for year in range(1, totals.shape[1] + 1)]
    frame = pd.DataFrame(totals, columns=names).assign(id=_ranked_names(comparison))
    if comparison.staying_worth is not None:
        stay = comparison.staying_worth.by_year["total"][0]
        frame.loc[len(frame)] = {"id": "Staying", **dict(zip(names, stay, strict=True))}
    return build_table("What each year pays (USD)", {"id": "Offer", **in_usd({name: name for name in names})}, frame)


def outcomes_table(comparison: Comparison) -> Table | None:
    """Spread of each offer's simulated total, with bad cases; None without stock."""
    if not has_stock(comparison):
        return None
    totals = comparison.simulated_years.sum(axis=1)[comparison.ranking]
    frame = spread(totals).assign(id=_ranked_names(comparison))
    frame["shortfall"] = [expected_shortfall(row) for row in totals]
    below = {f"p{each}": f"{each} of 100 below" for each in PERCENTILES} | {"p50": "Middle, half below"}
    columns: dict[str, Heading] = {"id": "Offer", **of_kind("usd_short", below, shortfall="Mean of the worst 5")}
    note = (
        "Of 100 simulated cases, so many pay less than the figure. Mean of the worst 5: what the worst 5 of 100 pay on "
        f"average. {_chance_words(comparison)}"
    )
    if comparison.staying_worth is not None:
        stay = float(comparison.staying_worth.summary["total"].iloc[0])
        frame["below"] = [chance_in_words(chance_below(row, stay)) for row in totals]
        columns["below"] = ("Below staying", "percent")
        note += f" Below staying: in how many cases the offer pays less than staying, {usd(stay)}."
    return build_table(f"What the total could come to {over_years(comparison)} (USD)", columns, frame, note)


def volatility_table(comparison: Comparison) -> Table | None:
    """Volatility assumed for each company, with its date and source."""
    rows: dict[str, dict[str, Any]] = {}
    sources = comparison.tables.sources
    for position in np.flatnonzero(comparison.share_totals > 0):
        company = comparison.evaluations[position].offer.company
        rows.setdefault(company.strip().casefold(), {"company": company, **_volatility(comparison, int(position))})
    if not rows:
        return None
    columns: dict[str, Heading] = {"company": "Company", "rate": ("Volatility a year", "percent")}
    columns |= {"as_of": "As of", "status": "Status", "source": "Source"}
    frame = pd.DataFrame(list(rows.values()))
    frame["source"] = [sources[name].publisher if name in sources else name for name in frame["source"]]
    note = "Volatility: in about two of three years the price moves by less than this share of itself, up or down."
    return build_table("How much share prices move", columns, frame, note)


def _volatility(comparison: Comparison, position: int) -> dict[str, Any]:
    company = comparison.evaluations[position].offer.company.strip().casefold()
    given = {name.strip().casefold(): history for name, history in comparison.chance.histories.items()}
    if company in given:
        return {"rate": given[company].annual_volatility, "as_of": None, "status": "yours", "source": "past prices"}
    if comparison.chance.volatility is not None:
        return {"rate": comparison.chance.volatility, "as_of": None, "status": "yours", "source": "as you set it"}
    row = comparison.volatilities[position]
    is_own = row.company != "default"
    return {
        "rate": row.annual_rate,
        "as_of": day(pd.Timestamp(row.as_of).date()),
        "status": "verified" if row.is_verified else "unverified",
        "source": row.source_id if is_own else "no row of its own: the default",
    }


def pairs_table(comparison: Comparison) -> Table | Notes:
    """Difference and break-even growth of each pair of offers."""
    if len(comparison.ids) < 2:
        return Notes("No pairs", ["The file holds one offer: there is no order to change."])
    order = {offer_id: rank for rank, offer_id in enumerate(comparison.ids[row] for row in comparison.ranking)}
    rows = []
    for row in records(comparison.pairs):
        first, second = sorted((row["a"], row["b"]), key=order.__getitem__)
        rows.append(pair_of(comparison, comparison.ids.index(first), comparison.ids.index(second)))
    rows.sort(key=lambda row: (order[row["a"]], order[row["b"]]))
    frame = pd.DataFrame(rows[:MOST_PAIRS])
    frame[["a", "b"]] = frame[["a", "b"]].map(names_of(comparison).__getitem__)
    frame["even"] = [turns_in_words(row) for row in rows[:MOST_PAIRS]]
    columns = {"a": "Offer", "b": "Against", **in_usd(difference="Difference")}
    said = [f"Difference: of the totals {over_years(comparison)}, before tax."]
    if has_stock(comparison):
        columns |= {"even": "By the growth of all share prices a year"}
        said.append("Even: at this growth both pay the same; ask yourself on which side of it you expect to be.")
    if len(rows) > MOST_PAIRS:
        said.append(f"The first {MOST_PAIRS} of {len(rows)} pairs; the command compkit compare lists all.")
    return build_table("Pair by pair (USD)", columns, frame, *said)


def _chance_words(comparison: Comparison) -> str:
    """Explain how companies' prices move together, and why the median lies below the mean."""
    with_stock = np.flatnonzero(comparison.share_totals > 0)
    companies = [comparison.evaluations[row].offer.company.strip().casefold() for row in with_stock]
    n_companies, said = len(set(companies)), []
    if len(companies) > n_companies:
        said.append("Offers of one company share its price.")
    if n_companies > 1:
        given = comparison.chance.correlation
        said.append(
            f"Companies' prices move together with a correlation of {given:g}."
            if given
            else "Each company's price moves on its own."
        )
    said.append("The mean price follows the growth assumed; the middle one lies lower.")
    return " ".join(said)


def leaving_early_table(comparison: Comparison) -> Table:
    """When a move pays off, and what leaving early keeps, owes and forfeits."""
    months = [month for month in LEAVING_MONTHS if month <= comparison.flow.n_months]
    rows, names = [], names_of(comparison)
    for row in comparison.ranking:
        name = comparison.ids[row]
        table, paid_off = comparison.leaving[name], comparison.paid_off_in[name]
        shown: dict[str, Any] = {"id": names[name], "month": f"month {paid_off}" if paid_off else "never"}
        shown |= {f"kept_{month}": table.loc[month, "kept"] for month in months}
        rows.append(shown | {part: table.loc[DETAIL_MONTH, part] for part in ("owed", "forfeited")})
    columns: dict[str, Heading] = {
        "id": "Offer",
        **({} if comparison.staying is None else {"month": "Ahead of staying from"}),
        **in_usd({f"kept_{month}": f"Kept, month {month}" for month in months}),
        **in_usd(owed=f"Owed, month {DETAIL_MONTH}", forfeited=f"Forfeited, month {DETAIL_MONTH}"),
    }
    note = (
        "Kept: paid and vested so far, less what you owe. Owed: sign-on and relocation you pay back if you resign; "
        "after a layoff you owe nothing. Forfeited: what would still vest, at today's price."
    )
    if comparison.staying is not None:
        note += " Ahead of staying from: from that month on, the move has kept at least what staying would have paid."
    return build_table("If you leave early (USD)", columns, pd.DataFrame(rows), note)
