"""What each section of the report on places says, in one line."""

from __future__ import annotations

from collections.abc import Mapping

from compkit.analysis import LocationAnalysis, location_facts
from compkit.reference import records
from compkit.report.place.tables import income_name
from compkit.report.show.blocks import Answer
from compkit.report.show.text import count, day, joined, percent, usd


def location_answers(analysis: LocationAnalysis) -> Mapping[str, Answer | None]:
    """Answer of each section; None where it cannot be worked out."""
    found = {
        "taxes": _taxes(analysis),
        "aside": _aside(analysis),
        "bands": _bands(analysis),
        "prices": _prices(analysis),
        "guide": _guide(analysis),
        "basis": f"What was assumed, and the sources. Report of {day(analysis.evaluation.report_date)}.",
    }
    return {name: Answer(text) if text else None for name, text in found.items()}


def _taxes(analysis: LocationAnalysis) -> str:
    if not analysis.livings or not analysis.pay.gross:
        return ""
    rows, names = records(analysis.ranked), [living.title for living in analysis.ranked_livings]
    shares = [row["tax"] / row["income"] for row in rows]
    least, most = shares.index(min(shares)), shares.index(max(shares))
    own = analysis.ranked_livings.index(analysis.livings[0])
    said = f"{percent(shares[own], 1)} of {income_name(analysis)} in {names[own]}"
    if len(set(names)) < 2 or least == most:
        return f"{said}."
    return f"{said}; from {percent(shares[least], 1)} in {names[least]} to {percent(shares[most], 1)} in {names[most]}."


def _aside(analysis: LocationAnalysis) -> str:
    plan = analysis.cash_plan
    if plan is None or plan.empty or analysis.home is None:
        return ""
    if plan["set_aside"].max() < 1:
        return "Nothing: withholding covers each year shown."
    years = [f"{usd(float(amount))} for {year}" for year, amount in plan["set_aside"].items() if amount >= 1]
    return f"Beyond what is withheld: {joined(years)}."


def _bands(analysis: LocationAnalysis) -> str:
    rows = [row for row in records(analysis.bands) if row["component"] == "total_4yr_avg" and row["verdict"]]
    if not rows:
        return ""
    places = {verdict: [row["place"] for row in rows if row["verdict"] == verdict] for verdict in ("below", "above")}
    said = [
        f"{verdict} the {'band' if len(names) == 1 else 'bands'} of {joined(names)}"
        for verdict, names in places.items()
        if names
    ]
    where = joined(said) if said else "within the band of each place"
    return f"Base and a quarter of the grant: {where}."


def _prices(analysis: LocationAnalysis) -> str:
    if not analysis.livings:
        return ""
    level = {row["residence"]: row["price_level"] for row in records(analysis.ranked)}
    said = [f"{place} {price:.1f}" for place, price in level.items()]
    what = "Prices of all but housing" if analysis.home_costs.is_told else "Price level"
    return f"{what}, United States 100: {joined(said)}."


def _guide(analysis: LocationAnalysis) -> str:
    facts = location_facts(analysis)
    if not facts:
        return "What the guide notes about these places."
    held = sum(fact.verdict == "holds" for fact in facts)
    verb = "holds" if held == 1 else "hold"
    return f"{held} of its {count(len(facts), 'statement')} on tax and remote pay {verb} for this offer."
