"""Who speaks for a person, in words, tables and sheets to send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compkit.negotiation import named_day
from compkit.process import PRINCIPLES, Panel, Timeline, is_away
from compkit.report.decision.text import job_in_words
from compkit.report.process.text import table_day
from compkit.report.show.blocks import Answer, Notes, Table, build_table
from compkit.report.show.templating import rendered
from compkit.report.show.text import capitalized, count, joined, uncapitalized

_ENTER = "Enter candidate.references to see who covers what, and what nobody covers."


def references_answer(panel: Panel) -> Answer | None:
    """Tell in one line who is named and what is missing."""
    if not panel.references:
        return None
    missing = [*panel.missing_roles, *panel.missing_topics]
    gaps = f"; missing: {joined([uncapitalized(panel.name_of(row)) for row in missing])}" if missing else ""
    return Answer(f"{count(len(panel.references), 'reference')}{gaps}.")


def references_table(timeline: Timeline) -> Table | Notes:
    """One row for each reference: who they are, what they can speak to, whether they agreed."""
    panel = timeline.panel
    if panel is None or not panel.references:
        return Notes("Add this to learn more", [_ENTER])
    rows = [
        (one.name, panel.name_of(one.role), joined([uncapitalized(panel.name_of(topic)) for topic in covers]),
         _state(timeline, one))
        for one, covers in zip(panel.references, panel.covers, strict=True)
    ]  # fmt: skip
    note = " ".join(str(row["note"]) for row in panel.rows["count"])
    return build_table(
        "Who speaks for you", ["Name", "Was", "Can speak to", "State"], rows, *gap_sentences(panel), note
    )


def _state(timeline: Timeline, reference: Any) -> str:
    state = "agreed" if reference.asked else "ask them"
    if is_away(reference, timeline.today):
        return f"{state}; away until {table_day(reference.away_until, timeline.today)}"
    return state


def gap_sentences(panel: Panel) -> list[str]:
    """Describe the roles and topics that nobody covers."""
    roles = [uncapitalized(panel.name_of(row)) for row in panel.missing_roles]
    topics = [uncapitalized(panel.name_of(row)) for row in panel.missing_topics]
    return [
        *([f"Not named yet: {joined(roles)}."] if roles else []),
        *([f"Nobody covers {joined(topics)}."] if topics else []),
    ]


def checks_answer(panel: Panel) -> Answer:
    """Tell in one line what a background check needs, and what delays it."""
    delays = f"; {count(len(panel.delays), 'known cause')} of delay" if panel.delays else ""
    return Answer(f"{count(len(panel.rows['paper']), 'thing')} to have ready{delays}.")


def delay_sentences(panel: Panel) -> list[str]:
    """Describe each cause of delay that the file gives, with the days it adds and what to do."""
    found = []
    for row in panel.delays:
        added = f" That adds {row['least_days']} to {row['most_days']} days." if row["most_days"] else ""
        found.append(f"{row['name']}.{added}{' ' + row['note'] if row['note'] else ''}")
    return found


def checks_table(timeline: Timeline) -> Table | Notes:
    """One row for each thing that is checked, to have ready, or known to delay the check."""
    panel = timeline.panel
    if panel is None:
        return Notes("Add this to learn more", [_ENTER])
    rows = [
        (title, row["name"], row["note"] or "")
        for title, found in (
            ("Have ready", panel.rows["paper"]), ("They check", panel.rows["check"]), ("Delays it", panel.delays)
        )
        for row in found
    ]  # fmt: skip
    return build_table("The background check", ["", "What", "Note"], rows)


def reference_lines(timeline: Timeline) -> list[tuple[str, str]]:
    """Describe the panel, its gaps, and the checks, as labels and sentences."""
    panel = timeline.panel
    if panel is None:
        return []
    table = references_table(timeline)
    found = [(f"{row[0]}", f"{row[1]}; {row[3]}. Can speak to {row[2]}.") for row in table.cells()] if isinstance(
        table, Table
    ) else [("", _ENTER)]  # fmt: skip
    found += [("missing", sentence) for sentence in gap_sentences(panel)]
    found += [("number", str(row["note"])) for row in panel.rows["count"]]
    found += [("tell them", str(row["name"])) for row in briefing_rows(timeline)]
    found += [("have ready", str(row["name"])) for row in panel.rows["paper"]]
    return found + [("delay", sentence) for sentence in delay_sentences(panel)]


def briefing_rows(timeline: Timeline) -> list[Any]:
    """Rows of what to tell references; nothing that compkit advises against, nor Amazon's ways elsewhere."""
    panel = timeline.panel
    rows = panel.rows["briefing"] if panel else ()
    return [
        row for row in rows if row["advice"] == "follow" and (_is_amazon(timeline) or PRINCIPLES not in row["row_id"])
    ]


def _is_amazon(timeline: Timeline) -> bool:
    return any(entry.offer.is_amazon for entry in timeline.entries.values())


def reference_sheets(timeline: Timeline) -> str:
    """Format one sheet for each reference to send: the jobs, when they may call, what they may ask."""
    panel = timeline.panel
    sheets = [] if panel is None else [
        {"name": one.name, "contact": one.contact or "", "role": panel.name_of(one.role),
         "topics": [panel.name_of(topic) for topic in covers]}
        for one, covers in zip(panel.references, panel.covers, strict=True)
    ]  # fmt: skip
    named = next((entry.candidate.name for entry in timeline.entries.values()), None)
    found = rendered(
        "compkit.report.process", "references", sheets=sheets, jobs=list(_jobs(timeline)), candidate=named or "",
        today=timeline.today,
    )  # fmt: skip
    return f"{found}\n"


def _jobs(timeline: Timeline) -> Iterator[str]:
    """Jobs whose employer may still call, with the days of the guide's reference check."""
    for plan in timeline.plans:
        if plan.facts.has_offer or plan.id not in timeline.entries:
            continue
        entry = timeline.entries[plan.id]
        title = f", {entry.offer.contact.title}" if entry.offer.contact.title else ""
        team = f", team {entry.offer.contact.team}" if entry.offer.contact.team else ""
        window = next((one for one in plan.windows if one.row == "reference-check"), None)
        when = "" if window is None or window.last < timeline.today else (
            f" They may call between {named_day(window.first, timeline.today)} and"
            f" {named_day(window.last, timeline.today)}."
        )  # fmt: skip
        yield f"{capitalized(job_in_words(entry))}{title}{team}.{when}"
