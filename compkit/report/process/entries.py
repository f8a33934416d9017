"""The plan as calendar entries, as rows of a file, and as a page to print."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from compkit.business_days import BusinessDays
from compkit.negotiation import named_day
from compkit.process import ACTIVE, CalendarItem, ProcessPlan, Task, Timeline, Window
from compkit.report.process.text import (
    deadline_sentence,
    due_soon,
    process_name,
    process_sentence,
    table_day,
)
from compkit.report.show.templating import rendered

ALARM_HOUR = 9
"""Hour at which an entry of a whole day reminds, on the business day before."""
DEADLINE_ROW = "deadline"
PLAN_COLUMNS = ("offer", "job", "side", "row", "what", "first", "last", "status", "days_late", "letter", "note")
"""Columns of the plan's rows."""
_SHOWN_WINDOWS = ("stage", "path")
_WAITING = "waiting"


def calendar_items(timeline: Timeline, *, everything: bool = False) -> list[CalendarItem]:
    """Entries of a calendar: deadlines and what is next, or the whole plan.

    Parameters
    ----------
    timeline : Timeline
    everything : bool
        Whether to add all tasks to come and the employer's stages.
    """
    found = []
    for plan in timeline.plans:
        name = process_name(timeline, plan)
        found += _deadline_item(plan, name)
        found += [_task_item(plan, task, name) for task in _tasks_ahead(plan, everything=everything)]
        found += [_window_item(plan, one, name) for one in windows_ahead(plan) if everything]
    return found


def _deadline_item(plan: ProcessPlan, name: str) -> list[CalendarItem]:
    deadline = plan.facts.deadline
    if deadline is None or plan.facts.is_over:
        return []
    start = deadline.on if deadline.is_assumed else deadline.at
    note = f"Your answer is due. {deadline_sentence(plan, with_time_left=False)}"
    alarm = day_before(deadline.on, is_whole_day=deadline.is_assumed)
    return [CalendarItem(f"{plan.id}.{DEADLINE_ROW}", f"Deadline: {name}", note, start, alarm=alarm)]


def windows_ahead(plan: ProcessPlan) -> list[Window]:
    """Stages and checks of the employer's that aren't over."""
    return [one for one in plan.windows if one.kind in _SHOWN_WINDOWS and one.last >= plan.facts.today]


def tasks_open(plan: ProcessPlan) -> list[Task]:
    """Tasks that are to do, or wait for an offer."""
    return [task for task in plan.tasks if task.status in (*ACTIVE, _WAITING)]


def _tasks_ahead(plan: ProcessPlan, *, everything: bool) -> list[Task]:
    """Tasks of today or later: with the next message, those of the coming week, or all."""
    today, message = plan.facts.today, plan.next_message
    if everything:
        chosen = tasks_open(plan)
    else:
        soon = due_soon(plan)
        chosen = [task for task in plan.to_do if task in soon or task is message]
    return [task for task in chosen if task.due >= today]


def _task_item(plan: ProcessPlan, task: Task, name: str) -> CalendarItem:
    letter = f"compkit letter FILE --offer {plan.id} --kind {task.letter}" if task.letter else ""
    note = "\n".join(part for part in (task.note, letter) if part)
    alarm = day_before(task.due, is_whole_day=True)
    return CalendarItem(f"{plan.id}.{task.row}", f"{task.name}: {name}", note, task.due, alarm=alarm)


def _window_item(plan: ProcessPlan, window: Window, name: str) -> CalendarItem:
    n_days = (window.last - window.first).days + 1
    note = "By the guide's calendar."
    return CalendarItem(f"{plan.id}.{window.row}", f"{window.name}: {name}", note, window.first, n_days)


def day_before(on: dt.date, *, is_whole_day: bool) -> dt.timedelta:
    """Count from the start of an entry back to the business day before: to nine, or to the same time of day."""
    back = BusinessDays().before(on, 1) - on
    return back + dt.timedelta(hours=ALARM_HOUR) if is_whole_day else back


def plan_rows(timeline: Timeline) -> list[dict[str, Any]]:
    """Rows of the plan, by process and day: windows, tasks, and the deadline."""
    return [
        {"offer": plan.id, "job": process_name(timeline, plan), **row}
        for plan in timeline.plans
        for row in _process_rows(plan)
    ]


def _process_rows(plan: ProcessPlan) -> list[dict[str, Any]]:
    """Rows of one process, by day."""
    rows = [_window_row(one) for one in plan.windows] + [_task_row(one) for one in plan.tasks]
    deadline = plan.facts.deadline
    if deadline is not None:
        at = deadline.at.isoformat(timespec="minutes")
        what = f"Deadline ({'time assumed' if deadline.is_assumed else at})"
        rows.append(_row("ours", DEADLINE_ROW, what, deadline.on, deadline.on))
    return sorted(rows, key=lambda row: (row["last"], row["first"]))


def _row(side: str, row: str, what: str, first: dt.date, last: dt.date, **more: Any) -> dict[str, Any]:
    empty = {"status": None, "days_late": None, "letter": None, "note": None}
    return {"side": side, "row": row, "what": what, "first": first, "last": last, **empty, **more}


def _window_row(one: Window) -> dict[str, Any]:
    return _row(one.side, one.row, one.name, one.first, one.last)


def _task_row(one: Task) -> dict[str, Any]:
    more = {"status": one.status, "days_late": one.days_late, "letter": one.letter, "note": one.note or None}
    return _row("ours", one.row, one.name, one.due, one.due, **more)


def checklist_html(timelines: Sequence[Timeline]) -> str:
    """Format the plans as one page to print and tick off: self-contained, escaped, without scripts."""
    processes = [
        {
            "name": process_name(one, plan),
            "where": process_sentence(plan),
            "deadline": deadline_sentence(plan),
            "rows": _process_rows(plan),
        }
        for one in timelines
        for plan in one.plans
        if plan.is_dated
    ]
    today = timelines[0].today if timelines else dt.date.min
    return checklist_page(processes, today, "Gray lines are the employer's, by the guide's calendar.")


def checklist_page(processes: Sequence[Mapping[str, Any]], today: dt.date, note: str) -> str:
    """Render processes, each with its name, state, deadline and rows, as a checklist."""
    found = rendered(
        "compkit.report.process", "checklist", processes=processes, today=today, note=note, named_day=named_day,
        table_day=table_day,
    )  # fmt: skip
    return f"{found}\n"
