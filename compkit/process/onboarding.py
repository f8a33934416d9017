"""From four weeks before the first day at work to day 90."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from compkit.business_days import BusinessDays
from compkit.model import Offer
from compkit.reference import Tables

_DAYS = BusinessDays()
_CONCERNS: Mapping[str, Callable[[Offer], bool]] = {
    "always": lambda _: True,
    "amazon": lambda offer: offer.is_amazon,
    "l6": lambda offer: "L6" in (offer.guide_level, offer.level),
    "options": lambda offer: bool(offer.options),
    "election": lambda offer: (
        any(grant.restricted for grant in offer.equity) or any(option.early_exercise for option in offer.options)
    ),
}
_WITHOUT_OFFER = ("always", "amazon", "l6")
"""The guide is about Amazon's managers."""
_STARTS_WITH: Mapping[str, Callable[[Offer], str]] = {
    "beyond-the-team": lambda offer: f"Your team: {offer.contact.team}" if offer.contact.team else "",
    "expertise": lambda offer: ", ".join(filter(None, (offer.role.specialization, *offer.role.skills))),
    "expectations": lambda offer: ", ".join(filter(None, (offer.contact.title, offer.level))),
    "own-goals": lambda offer: "L7" if _CONCERNS["l6"](offer) and offer.is_amazon else "",
}
"""What the offer says for a tracker, by row."""
_REVIEW_DAYS = {"achievements": (30, 60, 90), "check-ins": (30, 60, 90)}
"""Days on which to fill a tracker in, by row; the first day is day 1."""


@dataclass(frozen=True, slots=True)
class Step:
    """A phase or a task.

    Parameters
    ----------
    row, name, topic, note : str
        From data/onboarding_steps.csv.
    first, last : date
        Of a phase its first and last day; of a task open days, the last being the day it is due.
    """

    row: str
    name: str
    topic: str
    note: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something without a day: a tracker, a check, or a resource.

    Parameters
    ----------
    row, name, topic, note : str
        From data/onboarding_steps.csv or data/resources.csv.
    phase, kind : str
        Of a resource: the phase in which it is of use, and what it is.
    entry : str
        Of a tracker: what to begin it with, from the offer.
    """

    row: str
    name: str
    topic: str
    note: str
    phase: str = ""
    kind: str = ""
    entry: str = ""


@dataclass(frozen=True)
class Onboarding:
    """The plan around a first day at work.

    Parameters
    ----------
    start : date or None
        Day 1; None while it is unknown.
    phases, tasks : tuple of Step
        Tasks by the day they are due; none without a start.
    checks, trackers, resources : tuple of Reminder
        What to check before signing and resigning; what to keep track of; what to read, by phase.
    """

    start: dt.date | None
    phases: tuple[Step, ...]
    tasks: tuple[Step, ...]
    checks: tuple[Reminder, ...]
    trackers: tuple[Reminder, ...]
    resources: tuple[Reminder, ...]

    def day(self, on: dt.date) -> int:
        """Count a day: the first day at work is day 1, the day before it day 0."""
        assert self.start is not None  # noqa: S101  nothing is counted without it
        return (on - self.start).days + 1

    def tasks_on(self, on: dt.date) -> list[Step]:
        """Tasks whose days have begun and not ended."""
        return [task for task in self.tasks if task.first <= on <= task.last]


def onboarding(start: dt.date | None, tables: Tables, offer: Offer | None = None) -> Onboarding:
    """Plan the weeks around a first day at work.

    Parameters
    ----------
    start : date or None
        The first day at work, day 1; None leaves phases and tasks out.
    tables : Tables
    offer : Offer, optional
        Decides which rows concern the job; without one, the guide's, for a manager at Amazon.

    Source: docs/plan-the-weeks.md#the-first-weeks-in-the-new-job
    """

    def concerns(rule: str) -> bool:
        return rule in _WITHOUT_OFFER if offer is None else _CONCERNS[rule](offer)

    rows = [row for row in tables.rows("onboarding_steps") if concerns(row["rule"])]
    steps: dict[str, list[Step]] = {"phase": [], "task": []}
    reminders: dict[str, list[Reminder]] = {"check": [], "tracker": []}
    for row in rows:
        words = row["step_id"], row["name"], row["topic"], row["note"] or ""
        if row["kind"] in reminders:
            reminders[row["kind"]].append(Reminder(*words, entry=_entry(row["step_id"], start, offer)))
            continue
        if start is None:
            continue
        first, last = (start + dt.timedelta(days=int(row[name])) for name in ("first_day", "last_day"))
        if row["kind"] == "task":
            last = _DAYS.last_open(last)
            first = min(_DAYS.next_open(first), last)
        steps[row["kind"]].append(Step(*words, first, last))
    return Onboarding(
        start=start,
        phases=tuple(sorted(steps["phase"], key=lambda step: (step.first, step.last))),
        tasks=tuple(sorted(steps["task"], key=lambda step: (step.last, step.first))),
        checks=tuple(reminders["check"]),
        trackers=tuple(reminders["tracker"]),
        resources=tuple(
            Reminder(row["resource_id"], row["title"], row["topic"], row["note"] or "", row["use_in"], row["kind"])
            for row in tables.rows("resources")
            if concerns(row["rule"])
        ),
    )


def _entry(row: str, start: dt.date | None, offer: Offer | None) -> str:
    """Return what a tracker begins with: from the offer, or the days to fill it in."""
    if row in _REVIEW_DAYS and start is not None:
        days = (start + dt.timedelta(days=number - 1) for number in _REVIEW_DAYS[row])
        return ", ".join(f"{on:%b} {on.day}" for on in days)
    begin = _STARTS_WITH.get(row)
    return begin(offer) if begin and offer else ""
