"""First screen of the premium notebook, and its recorded figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compkit.analysis import Evaluation
from compkit.reference import records
from compkit.report.show.blocks import Answer, Card, Headline, RecordedFigures, Tone
from compkit.report.show.record import GUIDE, recorded_figure
from compkit.report.show.text import BASIS_NAMES, count, day, joined, percent, usd


def premium_headline(evaluation: Evaluation) -> Headline:
    """First screen: whether premiums apply, the adjusted band, and the offer's place in it."""
    offer, premiums = evaluation.offer, evaluation.premiums
    title = evaluation.entry.job
    subtitle = f"Premium for AI and machine-learning work. Report of {day(evaluation.report_date)}."
    adjusted = premiums.adjusted
    if adjusted is None:
        card = Card("Premium", "None applies", f"{premiums.reason}.")
        return Headline(title, subtitle, [card], ["Use the standard bands in the evaluation report."])
    low, high = adjusted
    value = offer.total_4yr_avg
    base = premiums.rows.iloc[0]
    place = str(base["verdict"]).capitalize() if base["verdict"] else ""
    told = f"{usd(value)} a year" + ("" if place else f"; {premiums.doubt}")
    tones: dict[str, Tone] = {"": "plain", "Below": "warn"}
    highest = premiums.rows.sort_values("high").iloc[-1]
    cards = [
        Card("Base case", f"{percent(base['low'])} to {percent(base['high'])}", f"the premium for {base['name']}"),
        Card("Adjusted band", f"{usd(low)} to {usd(high)}",
             f"base and a quarter of the grant, from {usd(premiums.band_low)} to {usd(premiums.band_high)} without"),
        Card("This offer", f"{place} it" if place else "No verdict", told, tones.get(place, "good")),
    ]  # fmt: skip
    steps = [
        f"The widest claim is by {BASIS_NAMES[highest['basis']].lower()}, {highest['name']}: "
        f"up to {percent(highest['high'])}. Use it only with evidence that the role needs it.",
        "Never add premiums up: they measure the same scarcity in several ways.",
    ]
    if place == "Below":
        steps.insert(0, f"Ask what the {usd(low - value)} to the adjusted band's low end would take.")
    return Headline(title, subtitle, cards, steps)


def premium_answer(evaluation: Evaluation) -> Answer | None:
    """Answer of the section on the premiums that apply; None if none does."""
    rows = records(evaluation.premiums.rows)
    if not rows:
        return None
    judged = [row["verdict"] for row in rows if row["verdict"]]
    said = [f"{verdict} {judged.count(verdict)}" for verdict in ("below", "within", "above") if verdict in judged]
    return Answer(f"{count(len(rows), 'premium')}, never added up; the offer is {joined(said)} of their bands." if said
                  else f"{count(len(rows), 'premium')}, never added up.")  # fmt: skip


def recorded_premiums(evaluation: Evaluation) -> RecordedFigures:
    """Record every premium and its adjusted band, unrounded."""
    as_of = evaluation.tables.sources["guide"].as_of
    rows: list[Mapping[str, Any]] = []
    for row in records(evaluation.premiums.rows):
        for name, unit in (
            ("low", "fraction"),
            ("high", "fraction"),
            ("adjusted_low", "USD"),
            ("adjusted_high", "USD"),
        ):
            figure = f"premium {row['basis']} {row['name']} {name}"
            rows.append(recorded_figure(figure, float(row[name]), unit, GUIDE, as_of))
    return RecordedFigures(rows, {})
