"""A person's hiring processes in words: where each stands, what is due, what to ask of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from compkit.negotiation import named_day
from compkit.process import Clash, ProcessPlan, Task, Timeline
from compkit.report.decision.text import offer_names
from compkit.report.show.text import capitalized, count, joined, uncapitalized

MOST_TASKS = 5
"""Tasks that a short list names."""
ONE_PHRASE = "One phrase decides nothing; ask for a date."
HEARD_WORDS = {"encouraging": "encouraging", "routine": "routine", "concern": "of concern", "": "on no list"}
"""The guide's lists in words."""
_SOON = dt.timedelta(days=7)
_HOURS_IN_DAYS = 48
"""From so many hours on, time left is told in days."""


def table_day(on: dt.date, today: dt.date) -> str:
    """Format a day for a table, with its year only if that is another one.

    >>> table_day(dt.date(2026, 12, 4), dt.date(2026, 11, 30)), table_day(dt.date(2027, 1, 4), dt.date(2026, 12, 1))
    ('Fri, Dec 4', 'Mon, Jan 4, 2027')
    """
    return f"{on:%a, %b} {on.day}{'' if on.year == today.year else f', {on.year}'}"


def clock(at: dt.datetime) -> str:
    """Format a time of day.

    >>> clock(dt.datetime(2026, 12, 2, 17)), clock(dt.datetime(2026, 12, 2, 0, 5))
    ('5:00 p.m.', '12:05 a.m.')
    """
    return f"{at.hour % 12 or 12}:{at:%M} {'p' if at.hour >= 12 else 'a'}.m."


def moment_in_words(at: dt.datetime, today: dt.date) -> str:
    """Format a moment, its zone by its city.

    >>> from zoneinfo import ZoneInfo
    >>> moment_in_words(dt.datetime(2026, 12, 2, 17, tzinfo=ZoneInfo("America/New_York")), dt.date(2026, 12, 1))
    'Wednesday, December 2, 5:00 p.m. New York time'
    """
    zone = str(getattr(at.tzinfo, "key", at.tzname())).rpartition("/")[2].replace("_", " ")
    return f"{named_day(at.date(), today)}, {clock(at)} {zone} time"


def process_name(timeline: Timeline, plan: ProcessPlan) -> str:
    """Name a process by its job."""
    return offer_names(timeline.entries.values()).get(plan.id, "Your process")


def process_sentence(plan: ProcessPlan) -> str:
    """Describe where a process stands."""
    facts = plan.facts
    if facts.day is not None and facts.day < 0:
        return f"The last interview is in {count(-facts.day, 'day')}."
    counted = "" if facts.day is None else f"day {facts.day}, week {plan.week}: " if plan.week else "day 0: "
    if facts.is_over:
        told = "the deadline has passed."
    elif facts.has_offer:
        since = f" since {named_day(facts.offered_on, facts.today)}" if facts.offered_on else ""
        told = f"you have had the offer{since}." if since else "you have the offer."
    else:
        told = " ".join(part for part in (_calendar_sentence(plan), _expected_sentence(plan)) if part)
    return capitalized(counted + told)


def _calendar_sentence(plan: ProcessPlan) -> str:
    today = plan.facts.today
    here = next((one for one in plan.windows if one.kind == "stage" and one.row == plan.stage), None)
    if here is None or plan.facts.day == 0:
        return "the last interview is today." if plan.facts.day == 0 else "no offer yet."
    if plan.facts.stage is None and here.last < today:
        late = count((today - here.last).days, "day")
        return f"no offer yet. By the guide's calendar it would have come by {named_day(here.last, today)}, {late} ago."
    name = uncapitalized(here.name)
    return f"{name}." if plan.facts.stage else f"{name}, by the guide's calendar."


def _expected_sentence(plan: ProcessPlan) -> str:
    on, today = plan.facts.expected_on, plan.facts.today
    if on is None:
        return ""
    return f"You expect to hear by {named_day(on, today)}{', which has passed' if on < today else ''}."


def deadline_sentence(plan: ProcessPlan, *, with_time_left: bool = True) -> str:
    """Describe a deadline, also by the clock at home if it differs; empty if there is none."""
    facts = plan.facts
    if facts.deadline is None:
        return ""
    at, home = facts.deadline.at, facts.at_candidate
    here = ""
    if home is not None and home.utcoffset() != at.utcoffset():
        other = "" if home.date() == at.date() else f" on {named_day(home.date(), facts.today)}"
        here = f" ({clock(home)}{other} for you)"
    left = f", {_time_left(facts.hours_left)}" if with_time_left and facts.hours_left is not None else ""
    assumed = " The time is assumed: ask for it." if facts.deadline.is_assumed else ""
    return f"{moment_in_words(at, facts.today)}{here}{left}.{assumed}"


def _time_left(hours: float) -> str:
    size = abs(hours)
    amount = count(int(size / 24), "day") if size >= _HOURS_IN_DAYS else count(max(1, int(size)), "hour")
    return f"in {amount}" if hours >= 0 else f"{amount} ago"


def task_lines(tasks: Sequence[Task], today: dt.date) -> list[str]:
    """Describe tasks, each with its day, or how late it is."""
    shown = [f"{task.name} ({_due(task, today)})" for task in tasks[:MOST_TASKS]]
    return shown + ([f"and {len(tasks) - MOST_TASKS} more"] if len(tasks) > MOST_TASKS else [])


def _due(task: Task, today: dt.date) -> str:
    if task.days_late:
        return f"{count(task.days_late, 'day')} late"
    return "today" if task.status == "due" else named_day(task.due, today)


def due_soon(plan: ProcessPlan) -> list[Task]:
    """Tasks that are due today or within the next seven days."""
    return [task for task in plan.to_do if task.status != "late" and task.due <= plan.facts.today + _SOON]


def heard_lines(plan: ProcessPlan) -> list[str]:
    """Describe what was heard: the list it is on, the reason, and an innocent reading."""
    return [
        " ".join(filter(None, (f'"{one.heard.said}" is {HEARD_WORDS[one.list]}.', one.reason, one.innocent)))
        for one in plan.readings
    ]


def clash_sentences(timeline: Timeline, clash: Clash) -> list[str]:
    """Describe a clash, and what to ask of whom, in the order of the moves."""
    today, entries = timeline.today, timeline.entries
    names = offer_names(entries.values())
    first, slower = names[clash.a], names[clash.b]
    expected = named_day(clash.expected_on, today)
    lines = [
        f"{first} wants an answer {count(clash.gap_days, 'day')} before {slower} is expected to decide ({expected})."
    ]
    if clash.extend:
        more = count(clash.extend.days, "more day")
        lines.append(
            f"Ask {entries[clash.a].offer.company} for {more}, until {moment_in_words(clash.extend.to, today)}."
        )
    if clash.expedite:
        sooner = f"{count(clash.expedite.days, 'day')} sooner, by {named_day(clash.expedite.to, today)}"
        lines.append(f"Ask {entries[clash.b].offer.company} to decide {sooner}.")
    return lines


def undated_sentence(timeline: Timeline) -> str:
    """Ask for the dates of processes that have none; empty if all have some."""
    names = [process_name(timeline, plan) for plan in timeline.plans if not plan.is_dated]
    return f"No dates yet for {joined(names)}. Enter process.last_interview or deadline." if names else ""
