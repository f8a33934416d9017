"""The page of the first weeks in the new job: what is due first, then the plan behind it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from compkit.decision import NextJob
from compkit.negotiation import named_day
from compkit.process import Step
from compkit.report.decision.text import job_in_words
from compkit.report.process.chart import Bar, gantt_chart
from compkit.report.process.onboarding import COMING, current_phase, has_begun, where_sentence
from compkit.report.process.text import table_day
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
from compkit.report.show.text import EDUCATION, MOST_STEPS, capitalized, count, uncapitalized

_NO_START = Notes("Add this to learn more", ["Enter start_date of the offer you accept to see what is due, and when."])


def onboarding_headline(job: NextJob) -> Headline:
    """First screen of the first weeks: what is due this week, else what to check before."""
    today = job.today
    whose = _job(job) or "Your new job"
    subtitle = f"Report of {named_day(today, today)}, {today.year}."
    if job.entry and not job.is_chosen:
        subtitle += " This offer leads on pay; set accepted, or candidate.decision.preferred, to plan for another."
    return Headline(
        title=f"{whose}: {uncapitalized(where_sentence(job.plan, today)).rstrip('.')}",
        subtitle=subtitle,
        cards=list(_cards(job)),
        next_steps=list(_next_steps(job))[:MOST_STEPS],
    )


def _job(job: NextJob) -> str:
    return job_in_words(job.entry, job.entry.offer.label or "") if job.entry else ""


def _due_soon(job: NextJob) -> list[Step]:
    return [task for task in job.plan.tasks if job.today <= task.last <= job.today + COMING]


def _cards(job: NextJob) -> Iterator[Card]:
    plan, today = job.plan, job.today
    if plan.start is None:
        return
    soon, on = _due_soon(job), plan.tasks_on(today)
    if soon or on:
        yield Card("Due this week", count(len(soon), "task"), f"{count(len(on), 'task')} under way")
    phase = current_phase(plan, today)
    if phase:
        yield Card("Now", capitalized(phase.name), f"until {named_day(phase.last, today)}")
    elif not has_begun(plan, today):
        yield Card("Plan begins", table_day(plan.phases[0].first, today), "four weeks before the first day")
    if not has_begun(plan, today):
        yield Card("First day", table_day(plan.start, today), "Give notice only when every check below is done", "warn")


def _next_steps(job: NextJob) -> Iterator[str]:
    for task in dict.fromkeys((*_due_soon(job), *job.plan.tasks_on(job.today))):
        yield f"{task.name} (by {named_day(task.last, job.today)})."
    if job.plan.start is None:
        yield _NO_START.items[0]
    if not has_begun(job.plan, job.today):
        for check in sorted(job.plan.checks, key=lambda one: one.topic):
            yield f"{capitalized(check.topic)}: {uncapitalized(check.name)}."


def onboarding_answers(job: NextJob) -> Mapping[str, Answer | None]:
    """Answer of each section in one line; None where there is nothing to tell."""
    plan, today = job.plan, job.today
    open_tasks = [task for task in plan.tasks if task.last >= today]
    n_before = sum(one.topic == "before you resign" for one in plan.checks)
    found = {
        "checks": f"{count(len(plan.checks), 'check')}, {n_before} of them before you give notice.",
        "plan": f"{count(len(open_tasks), 'task')}, the next due {named_day(open_tasks[0].last, today)}."
        if open_tasks
        else "",
        "trackers": f"{count(len(plan.trackers), 'thing')} to note while they are fresh.",
        "resources": f"{count(len(plan.resources), 'title')}, each with the phase when it helps most.",
        "basis": "The guide's tasks, which nothing confirms. What your manager says wins.",
    }
    return {name: Answer(text) if text else None for name, text in found.items()}


def onboarding_checks_table(job: NextJob) -> Table:
    """One row for each check before signing and before resigning."""
    rows = [(capitalized(one.topic), ". ".join(filter(None, (one.name, one.note)))) for one in job.plan.checks]
    return build_table("What to check", ["When", "What"], rows)


def onboarding_chart(job: NextJob) -> Picture | Notes:
    """Phases and tasks of the plan by day."""
    plan = job.plan
    if plan.start is None:
        return _NO_START
    steps: Sequence[tuple[Step, bool]] = [(one, True) for one in plan.phases] + [(one, False) for one in plan.tasks]
    bars = [
        Bar(capitalized(one.name), one.first, one.last, "theirs" if is_phase else "ours")
        for one, is_phase in sorted(steps, key=lambda pair: (pair[0].first, not pair[1], pair[0].last))
    ]
    return gantt_chart([("", bars)], job.today, {"theirs": "phase", "ours": "to do"})


def onboarding_tasks_table(job: NextJob) -> Table | Notes:
    """One row for each task that is not over, by the day it is due."""
    if job.plan.start is None:
        return _NO_START
    rows = [
        (_span(task, job.today), task.name, capitalized(task.topic), task.note)
        for task in job.plan.tasks
        if task.last >= job.today
    ]
    return build_table("What to do, by day", ["Days", "What", "Topic", "Note"], rows)


def _span(step: Step, today: dt.date) -> str:
    first, last = table_day(step.first, today), table_day(step.last, today)
    return last if first == last else f"{first} to {last}"


def trackers_table(job: NextJob) -> Table:
    """One row for each thing to keep track of, begun with what the offer says."""
    rows = [(capitalized(one.topic), one.name, one.entry) for one in job.plan.trackers]
    role = _job(job)
    return build_table(
        "What to note, from the first month on", ["Topic", "What", "Begin with"], rows, f"For {role}." if role else ""
    )


def resources_table(job: NextJob) -> Table:
    """One row for each resource, in the order of the phases in which it is of use."""
    phases = {one.row: one for one in job.plan.phases}
    order = list(phases)
    rows = [
        (
            one.name,
            capitalized(one.kind),
            capitalized(one.topic),
            _when(phases.get(one.phase), one.phase, job.today),
            one.note,
        )
        for one in sorted(job.plan.resources, key=lambda one: order.index(one.phase) if one.phase in order else 0)
    ]
    return build_table("What to read, and when", ["Title", "Type", "Topic", "When", "Note"], rows)


def _when(phase: Step | None, row: str, today: dt.date) -> str:
    if phase is None:
        return capitalized(row.replace("-", " "))
    return f"{capitalized(phase.name)}, from {table_day(phase.first, today)}"


def onboarding_caveats() -> Notes:
    """Describe what the plan is not."""
    return build_notes(
        "caveats",
        "The tasks are the guide's for managers at Amazon, and nothing confirms them. What your manager says wins.",
        EDUCATION,
    )


def recorded_onboarding(job: NextJob) -> RecordedFigures:
    """Record the day of the plan, and how many tasks are due."""
    if job.plan.start is None:
        return RecordedFigures([], {})
    name = job.entry.offer.id if job.entry else "onboarding"
    return RecordedFigures(
        [
            recorded_figure(f"{name} day", job.plan.day(job.today), "day"),
            recorded_figure(f"{name} n_tasks_due", len(_due_soon(job)), "count"),
        ],
        {},
    )
