"""One person's hiring processes on a day: where each stands, what is due, and what to ask of whom."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from compkit.business_days import BusinessDays
from compkit.market import FiredRule, fired_rules, signals
from compkit.model import Offer
from compkit.negotiation import ClaimError, build_letter_facts, check_claims
from compkit.offers import OfferEntry, superseded_ids
from compkit.process.clashes import Clash, Extension, clashes, extension
from compkit.process.facts import ProcessFacts, facts_of
from compkit.process.panel import Panel, reference_panel
from compkit.process.schedule import ACTIVE, Task, TaskStatus, Window, stage, tasks, week_of, windows
from compkit.process.signals import Reading, readings
from compkit.reference import Tables

FAIR_HOURS = 168
"""Time to decide that the guide calls fair [hours]."""
_ASK_EXTENSION, _ASK_SOONER = "ask-extension", "ask-sooner"
_HOURS_A_DAY = 24


@dataclass(frozen=True)
class ProcessPlan:
    """One hiring process on a day.

    Parameters
    ----------
    facts : ProcessFacts
    stage : str or None
        Where it stands, a stage of data/process_steps.csv.
    windows : tuple of Window
    tasks : tuple of Task
        By the day they are due.
    rules : tuple of FiredRule
        Warnings about the time to decide.
    extension : Extension or None
        The smallest that settles every clash of this deadline, and leaves a week to decide.
    readings : tuple of Reading
        Of what was heard.
    warnings : tuple of FiredRule
        Warnings about how they run the process.
    """

    facts: ProcessFacts
    stage: str | None
    windows: tuple[Window, ...]
    tasks: tuple[Task, ...]
    rules: tuple[FiredRule, ...] = ()
    extension: Extension | None = None
    readings: tuple[Reading, ...] = ()
    warnings: tuple[FiredRule, ...] = ()

    @property
    def id(self) -> str:
        """The offer's id."""
        return self.facts.id

    @property
    def week(self) -> int | None:
        """Week of today."""
        return week_of(self.facts.day)

    @property
    def to_do(self) -> list[Task]:
        """Tasks that are late, due or ahead."""
        return [task for task in self.tasks if task.status in ACTIVE]

    @property
    def late(self) -> list[Task]:
        """Tasks that are late."""
        return [task for task in self.tasks if task.status == "late"]

    @property
    def next_message(self) -> Task | None:
        """The next message to send."""
        return next((task for task in self.to_do if task.letter), None)

    @property
    def is_dated(self) -> bool:
        """Whether anything says when something happens."""
        facts = self.facts
        return any((facts.last_interview, facts.expected_on, facts.offered_on, facts.deadline))


@dataclass(frozen=True)
class Timeline:
    """One person's processes on a day.

    Parameters
    ----------
    today : date
    plans : tuple of ProcessPlan
        In the order of the file, without superseded rounds.
    clashes : tuple of Clash
    entries : mapping of str to OfferEntry
        The offers by id.
    panel : Panel or None
        Who speaks for the person; None without a file.
    """

    today: dt.date
    plans: tuple[ProcessPlan, ...]
    clashes: tuple[Clash, ...]
    entries: Mapping[str, OfferEntry] = field(default_factory=dict, repr=False)
    panel: Panel | None = None


def timeline(
    entries: Sequence[OfferEntry],
    tables: Tables,
    today: dt.date,
    *,
    now: dt.datetime | None = None,
    last_interviews: Mapping[str, dt.date] | None = None,
) -> Timeline:
    """Plan one person's hiring processes.

    Parameters
    ----------
    entries : sequence of OfferEntry
        All offers of one person.
    tables : Tables
    today : date
    now : datetime, optional
        An aware moment that hours are counted from; the first of `today` if left out.
    last_interviews : mapping of str to date, optional
        By offer, instead of the file's.

    Raises
    ------
    InputError
        If a deadline has no time zone.
    """
    earlier = superseded_ids(entries)
    current = {entry.offer.id: entry for entry in entries if entry.offer.id not in earlier}
    facts = [facts_of(entry, tables, today, now) for entry in current.values()]
    days = last_interviews or {}
    facts = [replace(one, last_interview=days.get(one.id, one.last_interview)) for one in facts]
    found = clashes(facts, BusinessDays())
    plans = (plan_of(one, tables, found) for one in facts)
    is_amazon = any(entry.offer.is_amazon for entry in current.values())
    panel = reference_panel(entries[0].candidate, tables, today, is_amazon=is_amazon) if entries else None
    shown = tuple(_for_entry(plan, current, tables, today) for plan in plans)
    return Timeline(today, shown, tuple(found), current, panel)


def plan_of(facts: ProcessFacts, tables: Tables, found: Sequence[Clash] = ()) -> ProcessPlan:
    """Plan one hiring process, with what its clashes ask of it."""
    steps, days = tables.process_steps(facts.company), BusinessDays(facts.closed_days)
    all_windows = windows(facts, steps, days)
    reached = stage(facts, all_windows, steps)
    given = facts.hours_given if facts.is_open else None
    rules = [] if given is None else fired_rules({"hours_to_decide": given}, tables)
    more = _extension(facts, found, days)
    planned = tasks(facts, steps, days, reached)
    asked = [_ASK_EXTENSION] if more else []
    asked += [_ASK_SOONER] if any(clash.expedite and clash.b == facts.id for clash in found) else []
    limit = min((clash.expedite.to for clash in found if clash.expedite and clash.b == facts.id), default=None)
    planned += [_asked_now(row, facts, limit, days) for row in steps if row["step_id"] in asked]
    planned.sort(key=lambda task: task.due)
    return ProcessPlan(
        facts, reached, tuple(all_windows), tuple(planned), tuple(rules), more, tuple(readings(facts.heard, tables))
    )


def _extension(facts: ProcessFacts, found: Sequence[Clash], days: BusinessDays) -> Extension | None:
    """Extension that settles all clashes of a deadline, and leaves a week to decide."""
    if not facts.is_open:
        return None
    short = 0 if facts.hours_given is None else math.ceil((FAIR_HOURS - facts.hours_given) / _HOURS_A_DAY)
    needed = max([short, *(clash.gap_days for clash in found if clash.a == facts.id)])
    return extension(facts, needed, days) if needed > 0 else None


def _asked_now(row: Mapping[str, Any], facts: ProcessFacts, limit: dt.date | None, days: BusinessDays) -> Task:
    """Task to ask for something: today, else the next open day, as long as that is in time."""
    due, last = days.next_open(facts.today), facts.last_use or limit
    due = due if last is None or due <= last else facts.today
    is_done = row["step_id"] in facts.done
    status: TaskStatus = "done" if is_done else "due" if due == facts.today else "upcoming"
    return Task(row["step_id"], row["name"], "", row["note"] or "", due, status, 0, None if is_done else row["letter"])


def _for_entry(plan: ProcessPlan, entries: Mapping[str, OfferEntry], tables: Tables, today: dt.date) -> ProcessPlan:
    """Plan with the offer's warnings, whose letters claim nothing that the file lacks."""
    facts = build_letter_facts(entries[plan.id], entries.values(), written_on=today)

    def is_sound(kind: str) -> bool:
        if kind == "counter":
            return entries[plan.id].offer.signals.negotiable is not False
        try:
            check_claims(kind, facts)
        except ClaimError:
            return False
        return True

    sound = (
        task if task.letter is None or is_sound(task.letter) else replace(task, letter=None) for task in plan.tasks
    )
    return replace(plan, tasks=tuple(sound), warnings=tuple(process_warnings(entries[plan.id].offer, tables, today)))


def process_warnings(offer: Offer, tables: Tables, today: dt.date) -> list[FiredRule]:
    """Warnings about how they run the process; those about the offer are its evaluation's."""
    about = {str(row["signal_id"]) for row in tables.rows("hiring_signals")}
    return [rule for rule in fired_rules(signals(offer, None, None, today), tables) if rule.rule_id in about]
