"""The page of a person's hiring processes: what is due first, then the plan behind it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice

from compkit.negotiation import named_day
from compkit.process import ProcessPlan, Task, Timeline, Window
from compkit.reference import Tables
from compkit.report.process.chart import Bar, BarKind, gantt_chart
from compkit.report.process.entries import tasks_open, windows_ahead
from compkit.report.process.people import checks_answer, references_answer
from compkit.report.process.text import (
    HEARD_WORDS,
    ONE_PHRASE,
    clash_sentences,
    deadline_sentence,
    due_soon,
    process_name,
    process_sentence,
    table_day,
    undated_sentence,
)
from compkit.report.show.blocks import (
    Answer,
    Card,
    Headline,
    Notes,
    Picture,
    RecordedFigures,
    Table,
    build_notes,
    build_table,
)
from compkit.report.show.record import recorded_figure
from compkit.report.show.text import EDUCATION, MOST_STEPS, capitalized, count, joined, rule_message, uncapitalized

_SHOWN = dt.timedelta(days=14)
_LISTS = {"encouraging": "Encouraging", "routine": "Routine", "concern": "Of concern", "": "On none"}


def timeline_headline(timeline: Timeline) -> Headline:
    """First screen of the weeks around the offer: what is due this week, the next deadline, the clashes."""
    today = timeline.today
    return Headline(
        title=count(len(timeline.plans), "process") if len(timeline.plans) == 1 else f"{len(timeline.plans)} processes",
        subtitle=f"Report of {named_day(today, today)}, {today.year}.",
        cards=list(_cards(timeline)),
        next_steps=list(islice(_next_steps(timeline), MOST_STEPS)),
    )


def _cards(timeline: Timeline) -> Iterator[Card]:
    open_plans = [plan for plan in timeline.plans if plan.facts.is_open and plan.facts.deadline]
    first = min(open_plans, key=lambda plan: plan.facts.hours_left or 0.0, default=None)
    if first is not None and first.facts.deadline is not None:
        on = first.facts.deadline.on
        detail = f"{process_name(timeline, first)}: {deadline_sentence(first)}"
        yield Card("Next deadline", f"{on:%b} {on.day}", detail, "warn" if first.rules else "plain")
    late = [task for plan in timeline.plans for task in plan.late]
    soon = [task for plan in timeline.plans for task in due_soon(plan)]
    if late or soon:
        detail = f"{count(len(soon), 'task')} due within a week"
        yield Card("Late", count(len(late), "task"), detail, "warn" if late else "good")
    if timeline.clashes:
        detail = " ".join(clash_sentences(timeline, timeline.clashes[0]))
        yield Card("Deadlines that clash", str(len(timeline.clashes)), detail, "warn")


def _next_steps(timeline: Timeline) -> Iterator[str]:
    found = [(plan, task) for plan in timeline.plans for task in (*plan.late, *due_soon(plan))]
    for plan, task in sorted(found, key=lambda pair: (pair[1].status != "due", pair[1].letter is None, pair[1].due)):
        yield f"{task.name}, {process_name(timeline, plan)} ({_when(task, timeline.today)})."
    undated = undated_sentence(timeline)
    if undated:
        yield undated


def _when(task: Task, today: dt.date) -> str:
    if task.days_late:
        return f"{count(task.days_late, 'day')} late"
    return "today" if task.status == "due" else f"by {named_day(task.due, today)}"


def timeline_answers(timeline: Timeline) -> Mapping[str, Answer | None]:
    """Answer of each section in one line; None where there is nothing to tell."""
    dated = [plan for plan in timeline.plans if plan.is_dated]
    n_offers = sum(plan.facts.has_offer for plan in dated)
    ahead = sorted((one for plan in dated for one in windows_expected(plan)), key=lambda one: one.last)
    found = {
        "processes": f"{n_offers} of {len(dated)} with an offer." if dated else "",
        "tasks": _tasks_answer(timeline),
        "windows": f"Next: {uncapitalized(ahead[0].name)} (until {named_day(ahead[0].last, timeline.today)})."
        if ahead
        else "",
        "heard": _heard_answer(timeline),
        "sources": "Fifteen places, each with its trap. Enter what you find in market.",
        "basis": "The guide's days for Amazon, which nothing confirms. What you are told wins.",
    }
    answers = {name: Answer(text) if text else None for name, text in found.items()}
    panel = timeline.panel
    answers["references"] = references_answer(panel) if panel else None
    answers["checks"] = checks_answer(panel) if panel else None
    return answers


def _heard_answer(timeline: Timeline) -> str:
    lists = Counter(str(one.list) for plan in timeline.plans for one in plan.readings)
    said = [f"{lists[name]} {words}" for name, words in HEARD_WORDS.items() if lists[name]]
    n_warnings = sum(len(plan.warnings) for plan in timeline.plans)
    said += [count(n_warnings, "warning")] if n_warnings else []
    return f"{capitalized(joined(said))}. {ONE_PHRASE}" if said else ""


def _tasks_answer(timeline: Timeline) -> str:
    n_late = sum(len(plan.late) for plan in timeline.plans)
    n_open = sum(len(plan.to_do) for plan in timeline.plans) - n_late
    if n_late:
        return f"{count(n_late, 'task')} late, {n_open} ahead."
    first = min((task.due for plan in timeline.plans for task in plan.to_do), default=None)
    if first is None:
        return ""
    when = f", the first by {named_day(first, timeline.today)}" if first > timeline.today + _SHOWN else ""
    return f"{count(n_open, 'task')} ahead{when}."


def processes_table(timeline: Timeline) -> Table | None:
    """One row a process: where it stands, and its deadline; None if none has a date."""
    rows = [
        (process_name(timeline, plan), process_sentence(plan), deadline_sentence(plan))
        for plan in timeline.plans
        if plan.is_dated
    ]
    return build_table("Where each process stands", ["Process", "Stands", "Deadline"], rows) if rows else None


def tasks_table(timeline: Timeline) -> Table | Notes | None:
    """One row a task that is late, or due within two weeks, by day; None if nothing is left to do."""
    today = timeline.today
    found = [(task, process_name(timeline, plan)) for plan in timeline.plans for task in plan.to_do]
    rows = [
        (table_day(task.due, today), task.name, name, _late_by(task), task.letter or "")
        for task, name in sorted(found, key=lambda pair: pair[0].due)
        if task.due <= today + _SHOWN
    ]  # fmt: skip
    n_later, last = len(found) - len(rows), table_day(today + _SHOWN, today)
    if not rows and n_later:
        return Notes("What to do, by day", [f"Nothing is due by {last}; {count(n_later, 'task')} after that."])
    if not rows:
        return None
    note = f"{count(n_later, 'more task')} after {last}." if n_later else ""
    return build_table("What to do, by day", ["Day", "What", "Process", "Late by", "Letter"], rows, note)


def timeline_chart(timeline: Timeline) -> Picture | Notes:
    """Stages, tasks and deadline of each process by day: the rows of the calendar, and what is late."""
    groups = [(process_name(timeline, plan) if len(timeline.plans) > 1 else "", _bars(plan)) for plan in timeline.plans]
    groups = [(name, bars) for name, bars in groups if bars]
    if not groups:
        return Notes("Add this to learn more", [undated_sentence(timeline) or "Nothing is left to do."])
    names: Mapping[BarKind, str] = {
        "theirs": "guide's calendar", "ours": "to do", "late": "late", "deadline": "deadline"
    }  # fmt: skip
    return gantt_chart(groups, timeline.today, names)


def _bars(plan: ProcessPlan) -> list[Bar]:
    bars = [Bar(one.name, one.first, one.last, "theirs") for one in windows_ahead(plan)]
    for task in tasks_open(plan):
        is_late = task.status == "late"
        bars.append(Bar(task.name, task.due, max(task.due, plan.facts.today) if is_late else task.due,
                        "late" if is_late else "ours"))  # fmt: skip
    if plan.facts.deadline and not plan.facts.is_over:
        bars.append(Bar("Deadline", plan.facts.deadline.on, plan.facts.deadline.on, "deadline"))
    return sorted(bars, key=lambda bar: (bar.first, bar.last))


def windows_table(timeline: Timeline) -> Table | Notes | None:
    """One row a stage or check of the employer's that isn't over, by the guide's calendar.

    Without any, a prompt for what dates them; None if every process has an offer or that date.
    """
    today = timeline.today
    rows = [
        (process_name(timeline, plan), one.name, table_day(one.first, today), table_day(one.last, today))
        for plan in timeline.plans
        for one in windows_expected(plan)
    ]
    if not rows and all(plan.facts.has_offer or plan.facts.last_interview for plan in timeline.plans):
        return None
    if not rows:
        return Notes(
            "Add this to learn more",
            ["Enter process.last_interview in the offers file to see what to expect, and when."],
            "basis",
        )
    return build_table("What the guide expects, and when", ["Process", "What", "First", "Last"], rows)


def _late_by(task: Task) -> str:
    return count(task.days_late, "day") if task.days_late else ""


def heard_table(timeline: Timeline) -> Table | Notes:
    """One row for each reading of what was heard, and for each warning about the process."""
    rows = [
        (process_name(timeline, plan), f"\u201c{one.heard.said}\u201d", _LISTS[one.list], one.reason, one.innocent)
        for plan in timeline.plans
        for one in plan.readings
    ]
    rows += [
        (process_name(timeline, plan), rule_message(rule), "Warning", "You entered it.", rule.advice)
        for plan in timeline.plans
        for rule in plan.warnings
    ]
    if not rows:
        return Notes("Add this to learn more", ["Enter what they say in process.heard to see how to read it."])
    headings = ["Process", "What was said or done", "The guide's list", "Why", "Or else"]
    return build_table("What was said, and how to read it", headings, rows, ONE_PHRASE)


def market_sources_table(tables: Tables) -> Table:
    """One row for each source on pay and step of the research, with what it is good for and its traps."""
    rows = [(row["name"], row["good_for"], row["trap"]) for row in tables.rows("market_sources") if not row["part_of"]]
    return build_table("Where to look up pay", ["Source or step", "Good for", "Trap"], rows)


def windows_expected(plan: ProcessPlan) -> list[Window]:
    """Stages and checks of the employer's that aren't over, while it is still to make an offer or checks records."""
    if plan.facts.has_offer and plan.facts.background_check_from is None:
        return []
    return [one for one in windows_ahead(plan) if one.side == "theirs"]


def timeline_caveats() -> Notes:
    """Describe what the plan is not."""
    return build_notes(
        "caveats",
        "The days are the guide's for Amazon, and nothing confirms them. What you are told wins: enter it.",
        "A day without a time ends at 5 p.m. in this plan. Ask for the hour.",
        EDUCATION,
    )


def recorded_timeline(timeline: Timeline) -> RecordedFigures:
    """Record the hours left and the gaps in days, with their sources."""
    rows = [
        recorded_figure(f"{plan.id} hours_left", plan.facts.hours_left, "hour")
        for plan in timeline.plans
        if plan.facts.hours_left is not None
    ]
    rows += [recorded_figure(f"{one.a} against {one.b} gap_days", one.gap_days, "day") for one in timeline.clashes]
    return RecordedFigures(rows, {})
