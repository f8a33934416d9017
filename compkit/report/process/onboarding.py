"""The first weeks in the new job, in words, as calendar entries and as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from compkit.negotiation import named_day
from compkit.process import CalendarItem, Onboarding, Reminder, Step
from compkit.report.process.entries import checklist_page, day_before
from compkit.report.show.text import count, uncapitalized

COMING = dt.timedelta(days=7)
"""How far ahead the coming week reaches."""
ONBOARDING_COLUMNS = ("kind", "row", "topic", "what", "first", "last", "entry", "note")
"""Columns of the rows of the first weeks."""


def onboarding_lines(plan: Onboarding, today: dt.date) -> list[str]:
    """Describe the plan on a day: where it stands, then what is on, or what comes first."""
    lines = [where_sentence(plan, today)]
    phase = current_phase(plan, today)
    lines += [f"now: {phase.name}, until {named_day(phase.last, today)}"] if phase else []
    on = plan.tasks_on(today)
    lines += [f"{task.name} (by {named_day(task.last, today)})" for task in on]
    coming = [phase for phase in plan.phases if phase.first > today]
    if not on and coming:
        lines.append(f"next: {coming[0].name}, from {named_day(coming[0].first, today)}")
    if not has_begun(plan, today):
        lines += [f"{one.topic}, check: {uncapitalized(one.name)}" for one in plan.checks]
    return lines


def where_sentence(plan: Onboarding, today: dt.date) -> str:
    """Tell the day of the plan, or how long it is until the first day."""
    if plan.start is None:
        return "The first day is not known yet."
    day = plan.day(today)
    if day <= 0:
        return f"{count(1 - day, 'day')} until your first day, {named_day(plan.start, today)}."
    last = plan.phases[-1].last
    return f"Day {day} of {plan.day(last)}." if today <= last else f"Day {day}: the first 90 days are over."


def has_begun(plan: Onboarding, today: dt.date) -> bool:
    """Whether the first day has come."""
    return plan.start is not None and plan.start <= today


def current_phase(plan: Onboarding, today: dt.date) -> Step | None:
    """Return the shortest phase that a day is in."""
    on = [one for one in plan.phases if _is_on(one, today)]
    return min(on, key=lambda one: one.last - one.first, default=None)


def _is_on(step: Step, today: dt.date) -> bool:
    return step.first <= today <= step.last


def onboarding_items(plan: Onboarding, today: dt.date, prefix: str, *, everything: bool = False) -> list[CalendarItem]:
    """Entries of a calendar: the tasks that are due within a week, or all tasks and phases to come.

    Parameters
    ----------
    plan : Onboarding
    today : date
    prefix : str
        Begins the name of each entry.
    everything : bool
    """
    last = dt.date.max if everything else today + COMING
    tasks = [
        CalendarItem(
            f"{prefix}{task.row}", task.name, task.note, task.last, alarm=day_before(task.last, is_whole_day=True)
        )
        for task in plan.tasks
        if today <= task.last <= last
    ]
    if plan.start is None:
        return []
    first_day = CalendarItem(
        f"{prefix}first-day", "First day at work", "", plan.start, alarm=day_before(plan.start, is_whole_day=True)
    )
    return [*_phases(plan, today, prefix, is_wanted=everything), *([first_day] if plan.start >= today else []), *tasks]


def _phases(plan: Onboarding, today: dt.date, prefix: str, *, is_wanted: bool) -> Sequence[CalendarItem]:
    return [
        CalendarItem(f"{prefix}{one.row}", one.name, one.note, one.first, (one.last - one.first).days + 1)
        for one in plan.phases
        if is_wanted and one.last >= today
    ]


def onboarding_rows(plan: Onboarding) -> list[dict[str, Any]]:
    """Rows of the plan: phases and tasks by day, then what has no day, with what each tracker starts with."""
    steps = [_row("phase", one, one.first, one.last) for one in plan.phases]
    steps += [_row("task", one, one.first, one.last) for one in plan.tasks]
    return [
        *sorted(steps, key=lambda row: (row["last"], row["first"])),
        *(_row("check", one) for one in plan.checks),
        *(_row("tracker", one, entry=one.entry or None) for one in plan.trackers),
    ]


def _row(
    kind: str, one: Step | Reminder, first: dt.date | None = None, last: dt.date | None = None, entry: str | None = None
) -> dict[str, Any]:
    values = (kind, one.row, one.topic, one.name, first, last, entry, one.note or None)
    return dict(zip(ONBOARDING_COLUMNS, values, strict=True))


def onboarding_checklist(plan: Onboarding, name: str, today: dt.date) -> str:
    """Format the plan as one page to print and tick off."""
    rows = [
        {"side": "theirs" if row["kind"] == "phase" else "ours", "status": None if row["kind"] == "phase" else "open",
         "days_late": 0, **{key: row[key] for key in ("what", "first", "last", "note")}}
        for row in onboarding_rows(plan)
    ]  # fmt: skip
    process = {"name": name, "where": where_sentence(plan, today), "deadline": "", "rows": rows}
    return checklist_page([process], today, "Gray lines are phases.")
