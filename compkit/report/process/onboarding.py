"""The first weeks in the new job, in words and as calendar entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from compkit.negotiation import named_day
from compkit.process import CalendarItem, Onboarding, Step
from compkit.report.process.entries import day_before
from compkit.report.show.text import count, uncapitalized

_COMING = dt.timedelta(days=7)


def onboarding_lines(plan: Onboarding, today: dt.date) -> list[str]:
    """Describe the plan on a day: where it stands, then what is on, or what comes first."""
    day = plan.day(today)
    start = named_day(plan.start, today)
    if day > 0:
        last = plan.phases[-1].last
        where = f"Day {day} of {plan.day(last)}." if today <= last else f"Day {day}: the first 90 days are over."
    else:
        where = f"{count(1 - day, 'day')} until your first day, {start}."
    lines = [where]
    phase = min((one for one in plan.phases if _is_on(one, today)), key=lambda one: one.last - one.first, default=None)
    lines += [f"now: {phase.name}, until {named_day(phase.last, today)}"] if phase else []
    on = plan.tasks_on(today)
    lines += [f"{task.name} (by {named_day(task.last, today)})" for task in on]
    coming = [phase for phase in plan.phases if phase.first > today]
    if not on and coming:
        lines.append(f"next: {coming[0].name}, from {named_day(coming[0].first, today)}")
    if day <= 0:
        lines += [f"{one.topic}, check: {uncapitalized(one.name)}" for one in plan.checks]
    return lines


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
    last = dt.date.max if everything else today + _COMING
    tasks = [
        CalendarItem(
            f"{prefix}{task.row}", task.name, task.note, task.last, alarm=day_before(task.last, is_whole_day=True)
        )
        for task in plan.tasks
        if today <= task.last <= last
    ]
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
