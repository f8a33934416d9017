"""The plan of one hiring process: the employer's windows and one's own tasks, each with its days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from compkit.business_days import BusinessDays
from compkit.process.facts import DAYS_TO_DECIDE, ProcessFacts

TaskStatus = Literal["done", "passed", "not-needed", "not-advised", "waiting", "late", "due", "upcoming"]
ACTIVE: tuple[TaskStatus, ...] = ("late", "due", "upcoming")
"""Statuses of tasks that are still to do."""
DAYS_A_WEEK = 7
_WINDOWS = ("week", "stage", "event", "path")
_LAST_WITHOUT_OFFER, _FIRST_WITH_OFFER = "delivery", "evaluation"
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Days in which the guide expects something; it never moves.

    Parameters
    ----------
    row, kind, name, side, stage : str
        From data/process_steps.csv.
    first, last : date
        Both included.
    closed_days : tuple of date
        Closed days in it, on which nothing is likely to happen.
    """

    row: str
    kind: str
    name: str
    side: str
    stage: str
    first: dt.date
    last: dt.date
    closed_days: tuple[dt.date, ...]

    def holds(self, on: dt.date) -> bool:
        """Whether a day is in it."""
        return self.first <= on <= self.last


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do.

    Parameters
    ----------
    row, name, stage, note : str
        From data/process_steps.csv.
    due : date
        An open day, unless no open day is left before the deadline.
    status : str
        done: ticked off in the file. passed: the process is past it. not-needed: they have been heard from, or named a
        day that is still ahead. not-advised: the guide says to, compkit advises against it. waiting: it needs an offer.
        late, due (today) and upcoming: to do.
    days_late : int
        Days since it was due, if it is late; else 0.
    letter : str or None
        The kind of letter that goes out with it; None if there is none, or if the file doesn't support its claims yet.
    """

    row: str
    name: str
    stage: str
    note: str
    due: dt.date
    status: TaskStatus
    days_late: int
    letter: str | None


def week_of(day: int | None) -> int | None:
    """Week of a day: week k is days 7k - 6 to 7k; None up to day 0.

    >>> [week_of(day) for day in (0, 1, 7, 8)]
    [None, 1, 1, 2]
    """
    return math.ceil(day / DAYS_A_WEEK) if day is not None and day > 0 else None


def windows(facts: ProcessFacts, steps: Sequence[_Row], days: BusinessDays) -> list[Window]:
    """Windows of the guide's calendar whose anchor is known, in the order of the table."""
    anchors = {"last_interview": facts.last_interview, "background_check": facts.background_check_from}
    found = []
    for row in steps:
        anchor = anchors.get(row["anchor"]) if row["kind"] in _WINDOWS else None
        if anchor is not None:
            first, last = (_shifted(anchor, row[name], row["day_unit"], days) for name in ("first_day", "last_day"))
            if row["anchor"] == "background_check":
                first, last = (
                    day + dt.timedelta(days=n) for day, n in zip((first, last), facts.check_delay, strict=True)
                )
            closed = tuple(days.closed_between(first, last))
            found.append(
                Window(row["step_id"], row["kind"], row["name"], row["side"], row["stage"] or "", first, last, closed)
            )
    return found


def stage(facts: ProcessFacts, all_windows: Sequence[Window], steps: Sequence[_Row]) -> str | None:
    """Stage where a process stands: as told, else by the offer, else by the guide's calendar.

    Without an offer the calendar goes no further than the delivery of one. With an offer, the days of the stages after
    it count from the offer.
    """
    if facts.stage is not None:
        return facts.stage
    names = [str(row["step_id"]) for row in steps if row["kind"] == "stage"]
    if facts.has_offer:
        start = facts.offer_day
        with_offer = names[names.index(_FIRST_WITH_OFFER) :]
        if start is None:
            return with_offer[0]
        first = {row["step_id"]: int(row["first_day"]) for row in steps if row["kind"] == "stage"}
        since = (facts.today - start).days + first[_FIRST_WITH_OFFER] - 1
        return [name for name in with_offer if first[name] <= max(since, first[_FIRST_WITH_OFFER])][-1]
    if facts.day is None or facts.day < 0:
        return None
    limit = names[: names.index(_LAST_WITHOUT_OFFER) + 1]
    begun = [one.row for one in all_windows if one.kind == "stage" and one.row in limit and one.first <= facts.today]
    return begun[-1] if begun else None


def tasks(facts: ProcessFacts, steps: Sequence[_Row], days: BusinessDays, reached: str | None) -> list[Task]:
    """One's own tasks, by the day they are due.

    Parameters
    ----------
    facts : ProcessFacts
    steps : sequence of mapping
        Rows of data/process_steps.csv.
    days : BusinessDays
    reached : str or None
        The stage where the process stands.
    """
    order = {row["step_id"]: at for at, row in enumerate(row for row in steps if row["kind"] == "stage")}
    found = []
    for row in steps:
        due = due_day(row, facts, days) if row["kind"] == "task" and not row["part_of"] else None
        if due is not None:
            found.append(_task(row, due, facts, is_past=_is_past(row, reached, order, facts)))
    return sorted(_without_older_messages(found), key=lambda task: task.due)


def due_day(row: _Row, facts: ProcessFacts, days: BusinessDays) -> dt.date | None:
    """Day a task is due: an open day, not past the deadline; None if nothing says when.

    Source: docs/plan-the-weeks.md#the-rules
    """
    anchor_name, last = row["anchor"], row["last_day"]
    limit = facts.last_use if row["needs"] == "offer" and facts.has_offer else None
    if anchor_name == "deadline" and limit is not None:
        return _within(limit + dt.timedelta(days=int(last)), facts.offer_day, limit, days)
    anchors = {"last_interview": facts.last_interview, "offer": facts.offer_day, "expected": facts.expected_on}
    if anchor_name == "deadline":
        anchor = facts.offer_day and facts.offer_day + dt.timedelta(days=DAYS_TO_DECIDE)
    else:
        anchor = anchors.get(anchor_name)
    if anchor is None:
        return None
    due = days.next_open(_shifted(anchor, last, row["day_unit"], days))
    return due if limit is None or due <= limit else _within(limit, facts.offer_day, limit, days)


def _within(due: dt.date, cause: dt.date | None, limit: dt.date, days: BusinessDays) -> dt.date:
    """Last open day up to `due`; if that is before its cause, the first open day after, or the cause's own day."""
    found = days.last_open(due)
    if cause is None or found >= cause:
        return found
    after = days.next_open(cause)
    return after if after <= limit else min(cause, limit)


def _shifted(anchor: dt.date, number: int, unit: str, days: BusinessDays) -> dt.date:
    return days.after(anchor, int(number)) if unit == "business day" else anchor + dt.timedelta(days=int(number))


def _is_past(row: _Row, reached: str | None, order: Mapping[str, int], facts: ProcessFacts) -> bool:
    """Whether facts, not the calendar alone, show that a task's time is over."""
    if facts.is_over or (row["needs"] == "no-offer" and facts.has_offer):
        return True
    is_told = facts.has_offer or facts.stage is not None
    own = order.get(row["stage"] or "")
    return is_told and row["needs"] != "offer" and own is not None and reached is not None and own < order[reached]


def _task(row: _Row, due: dt.date, facts: ProcessFacts, *, is_past: bool) -> Task:
    status = _status(row, due, facts, is_past=is_past)
    late = (facts.today - due).days if status == "late" else 0
    letter = row["letter"] if status in ACTIVE else None
    return Task(row["step_id"], row["name"], row["stage"] or "", row["note"] or "", due, status, late, letter)


def _status(row: _Row, due: dt.date, facts: ProcessFacts, *, is_past: bool) -> TaskStatus:
    if row["step_id"] in facts.done:
        return "done"
    if row["advice"] == "avoid":
        return "not-advised"
    if is_past:
        return "passed"
    if row["needs"] == "offer" and not facts.has_offer:
        return "waiting"
    if row["quiet_days"] is not None and _was_heard(row, due, facts):
        return "not-needed"
    return "upcoming" if due > facts.today else "due" if due == facts.today else "late"


def _was_heard(row: _Row, due: dt.date, facts: ProcessFacts) -> bool:
    """Whether a question is settled: something was heard shortly before, or they named a day that isn't over."""
    is_quiet_until = facts.expected_on is not None and row["anchor"] != "expected" and due <= facts.expected_on
    last = facts.last_word
    return is_quiet_until or (last is not None and last > due - dt.timedelta(days=int(row["quiet_days"])))


def _without_older_messages(found: Sequence[Task]) -> list[Task]:
    """Of several messages that are due, only the last is still to send."""
    due = [task for task in found if task.letter and task.status in ("late", "due")]
    last = max(due, key=lambda task: task.due, default=None)
    return [
        replace(task, status="passed", days_late=0, letter=None) if task in due and task is not last else task
        for task in found
    ]
