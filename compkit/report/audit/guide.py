"""Headline, tables and recorded figures of the guide audit."""

from __future__ import annotations

import pandas as pd

from compkit.market import Finding
from compkit.negotiation import worked_negotiation
from compkit.reference import Tables
from compkit.report.show.blocks import (
    Answer,
    Card,
    Headline,
    Notes,
    RecordedFigures,
    Table,
    build_notes,
    build_table,
    in_usd,
)
from compkit.report.show.record import GUIDE, recorded_figure
from compkit.report.show.text import EDUCATION, MEASURE_NAMES, count, month_and_year, percent

TEXT_KINDS = ("concept", "tip", "contradiction")


def audit_headline(findings: list[Finding], tables: Tables) -> Headline:
    """First screen of the audit: how many figures differ, and which mislead most."""
    figures = [f for f in findings if f.kind not in TEXT_KINDS]
    differing = [f for f in figures if not f.agrees]
    raised = next(f for f in findings if f.id == "worked-negotiation-increase")
    guide = tables.sources["guide"]
    advice = sum(f.kind in ("concept", "tip") for f in findings)
    return Headline(
        title=guide.title,
        subtitle=f"As of {month_and_year(guide.as_of_on)}. Its tables are used as published; its sums are not.",
        cards=[
            Card(
                "Figures we reworked",
                f"{len(differing)} of {len(figures)} differ",
                "by $1,000 or more, or outside the stated range",
                "warn",
            ),
            Card(
                "The worked negotiation",
                percent(float(raised.computed), 2),
                f"over four years; the guide says {percent(float(raised.published))}",
                "warn",
            ),
            Card(
                "Statements that contradict each other",
                str(sum(f.kind == "contradiction" for f in findings)),
                "Microsoft, Google, AI/ML in Seattle, startups, finance, the days of hiring",
                "warn",
            ),
            Card(
                "Advice to be careful with",
                str(advice),
                f"{count(sum(f.kind == 'tip' for f in findings), 'tip')}, the rest double-counted or reversed",
            ),
        ],
        next_steps=[
            "Compare totals only if you know what they count: the published four-year averages leave out the sign-on.",
            "Don't use the guide's calculator: it multiplies dollars by a share price.",
            "Don't quote its shortage or growth figures, or a colleague's pay.",
        ],
    )


def audit_answer(findings: list[Finding], *kinds: str) -> Answer:
    """Answer of a section on findings of these kinds: how many differ; for advice, how many there are."""
    found = [f for f in findings if f.kind in kinds]
    differing = sum(not f.agrees for f in found)
    if set(kinds) <= set(TEXT_KINDS):
        return Answer(f"{count(len(found), kinds[0])} to know about.")
    return Answer(f"{differing} of {len(found)} differ from the computed figure.")


def worked_negotiation_table(tables: Tables) -> Table:
    """Change in each part of the guide's worked negotiation, against its limit."""
    worked = worked_negotiation(tables)
    frame = worked.levers.assign(lever=[MEASURE_NAMES[lever] for lever in worked.levers["lever"]])
    whole = {
        "lever": "Four years", "before": worked.total_before, "after": worked.total_after,
        "change": worked.total_after - worked.total_before, "high": worked.most,
        "room": worked.most - worked.total_before,
        "share_of_room": (worked.total_after - worked.total_before) / (worked.most - worked.total_before),
    }  # fmt: skip
    columns = {"lever": "Part"} | in_usd(before="Before", after="After", change="Change", high="Its limit")
    columns["share_of_room"] = ("Of its room", "percent")
    note = (
        f"In all {percent(worked.increase, 2)} more over four years at a flat share price. Every part stays inside "
        "its limit: the band of the level and place, and how far the guide says that offers move."
    )
    frame = pd.concat([frame, pd.DataFrame([whole])], ignore_index=True)
    return build_table("The worked negotiation, part by part (USD)", columns, frame, note, is_last_row_total=True)


def first_year_totals(tables: Tables, findings: list[Finding], level: str) -> pd.DataFrame:
    """Return a level's published first-year totals beside those of their parts: location, low, high, computed_low, computed_high [USD]."""  # noqa: E501
    bands = tables["bands"]
    rows = bands[(bands["level"] == level) & (bands["measure"] == "total_y1")][["location", "low", "high"]]
    computed = {f.id: float(f.computed) for f in findings if f.kind == "first-year total"}
    for end in ("low", "high"):
        rows[f"computed_{end}"] = [
            computed[f"bands-{level}-{place.replace(' ', '-')}-total_y1-{end}"] for place in rows["location"]
        ]
    return rows


def audit_figures(findings: list[Finding], tables: Tables) -> RecordedFigures:
    """Record every published and computed figure, unrounded."""
    as_of = tables.sources["guide"].as_of
    rows = [
        recorded_figure(f"{f.id} {name}", value, f.unit, GUIDE, as_of)
        for f in findings
        if f.unit
        for name, value in (("published", f.published), ("computed", f.computed))
    ]
    return RecordedFigures(rows, {})


def audit_notes(tables: Tables) -> Notes:
    """Cite the guide, and say what the audit cannot tell."""
    guide = tables.sources["guide"]
    return build_notes(
        "caveats",
        f"{guide.citation} {guide.note}",
        "A sum that adds up doesn't make its parts right, and one that doesn't may have a reason the guide leaves out.",
        EDUCATION,
    )
