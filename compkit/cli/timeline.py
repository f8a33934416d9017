"""The command that plans the weeks around the offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from compkit.batch import csv_text, write_atomically
from compkit.cli.options import (
    date_option,
    json_option,
    load_offers_with_warnings,
    output_faults,
    print_json,
)
from compkit.cli.terminal import one_line
from compkit.errors import Fault, InputError, unknown_choice
from compkit.offers import Person, find_person, people_of, reference_faults
from compkit.process import (
    Clash,
    ProcessFacts,
    ProcessPlan,
    Task,
    Timeline,
    Window,
    calendar_file,
    is_own_calendar,
    plan_of,
    timeline,
)
from compkit.reference import Tables, load_tables
from compkit.report import (
    PLAN_COLUMNS,
    aligned,
    calendar_items,
    checklist_html,
    clash_sentences,
    deadline_sentence,
    due_soon,
    heard_lines,
    plan_rows,
    process_name,
    process_sentence,
    rule_message,
    task_lines,
    uncapitalized,
    undated_sentence,
)

_WITHOUT_FILE = "process"


@click.command("timeline")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option("--offer", "offer_id", metavar="ID", help="Only this offer's process; its clashes stay.")
@click.option("--candidate", metavar="NAME", help="Only this person's: an id of `candidates`, or a name.")
@click.option("--final-interview", "interview_text", metavar="DATE",
              help="Day of the last interview, instead of the file's. Enough without a file.")  # fmt: skip
@click.option("--today", "today_text", metavar="DATE", help="The day to plan from. Default: today.")
@click.option("--ics", "ics", metavar="PATH", type=click.Path(path_type=Path),
              help="Write deadlines and next steps to a calendar file, or update the one that is there.")  # fmt: skip
@click.option("--everything", is_flag=True, help="With --ics: all tasks and the employer's stages, too.")
@click.option("--csv", "csv", metavar="PATH", type=click.Path(path_type=Path), help="Write the plan's rows as CSV.")
@click.option(
    "--checklist", metavar="PATH", type=click.Path(path_type=Path), help="Write a page to print and tick off."
)
@click.option("--force", is_flag=True, help="Overwrite an existing CSV or page.")
@json_option
def timeline_command(
    files: tuple[str, ...],
    offer_id: str | None,
    candidate: str | None,
    interview_text: str | None,
    today_text: str | None,
    ics: Path | None,
    csv: Path | None,
    checklist: Path | None,
    *,
    everything: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Plan the weeks around the offer: where you stand, what is due, which deadlines clash. For yourself alone."""
    tables = load_tables()
    faults: list[Fault] = []
    interview, chosen_day = (
        date_option(text, option, faults)
        for text, option in ((interview_text, "--final-interview"), (today_text, "--today"))
    )
    people = _people(files, tables, offer_id, candidate, faults)
    if not files and interview_text is None:
        faults.append(Fault("", "", "FILE", "is missing. Name an offers file, or give --final-interview."))
    n_processes = sum(len(person.entries) for person in people)
    if interview_text is not None and files and offer_id is None and n_processes > 1:
        rule = f"is the day of one process, and there are {n_processes} offers. Add --offer."
        faults.append(Fault("", "", "--final-interview", rule))
    for path in (csv, checklist):
        faults += output_faults(path, is_forced=force)
    earlier = earlier_calendar(ics, faults, everything=everything)
    if faults:
        raise InputError(faults)
    today = chosen_day or dt.date.today()
    now = None if chosen_day else dt.datetime.now(dt.UTC)
    found = _timelines(people, tables, today, now, offer_id, interview)
    if not files:
        found = [Timeline(today, (plan_of(ProcessFacts(_WITHOUT_FILE, today, last_interview=interview), tables),), ())]
    found = [replace(one, plans=tuple(_shown(one, offer_id)), clashes=tuple(_clashes(one, offer_id))) for one in found]
    lines = [line for one in found for line in _lines(one, files)]  # first, so that a fault writes nothing
    files_to_write = _Outputs(ics, csv, checklist)
    outputs = _contents(files_to_write, found, earlier, offer_id, everything=everything)
    for path, content in outputs:
        write_atomically(path, content)
        click.echo(f"Wrote {path}.", err=True)
    if as_json:
        print_json(_answer(found))
        return
    for line in lines:
        click.echo(line)


@dataclass(frozen=True)
class _Outputs:
    """Files to write."""

    ics: Path | None
    csv: Path | None
    checklist: Path | None


def earlier_calendar(path: Path | None, faults: list[Fault], *, everything: bool) -> bytes | None:
    """Read the calendar that --ics updates; add a fault if it is none of compkit's, or --everything has no --ics."""
    faults += output_faults(path, is_forced=True)
    if everything and path is None:
        faults.append(Fault("", "", "--everything", "goes with --ics. Add it."))
    if path is None or not path.is_file():
        return None
    data = path.read_bytes()
    if not is_own_calendar(data):
        faults.append(Fault(str(path), "", "", "is there and is no calendar that compkit wrote. Choose another name."))
    return data


def _contents(
    outputs: _Outputs,
    found: Sequence[Timeline],
    earlier: bytes | None,
    offer_id: str | None,
    *,
    everything: bool,
) -> list[tuple[Path, bytes | str]]:
    """Render each file before any is written."""
    made: list[tuple[Path, bytes | str]] = []
    if outputs.ics is not None:
        items = [item for one in found for item in calendar_items(one, everything=everything)]
        prefix = "" if offer_id is None else f"{offer_id}."
        made.append((outputs.ics, calendar_file(items, found[0].today, earlier, prefix=prefix)))
    if outputs.csv is not None:
        cells = [[row[name] for name in PLAN_COLUMNS] for one in found for row in plan_rows(one)]
        made.append((outputs.csv, csv_text(PLAN_COLUMNS, cells)))
    if outputs.checklist is not None:
        made.append((outputs.checklist, checklist_html(found)))
    return made


def _people(
    files: Sequence[str], tables: Tables, offer_id: str | None, candidate: str | None, faults: list[Fault]
) -> list[Person]:
    """Load everyone whose processes are asked for; add the faults of files and options."""
    if not files:
        return []
    try:
        offers = load_offers_with_warnings(files, tables)
        people = people_of(offers)
        if candidate is not None:
            people = [find_person(people, candidate, "--candidate")]
    except InputError as error:
        faults += error.faults
        return []
    faults += reference_faults(people)
    if offer_id is not None:
        ids = [entry.offer.id for person in people for entry in person.entries]
        if offer_id not in ids:
            faults.append(Fault("", "", "--offer", unknown_choice(offer_id, ids)))
        people = [person for person in people if offer_id in [entry.offer.id for entry in person.entries]]
    return people


def _timelines(
    people: Sequence[Person],
    tables: Tables,
    today: dt.date,
    now: dt.datetime | None,
    offer_id: str | None,
    interview: dt.date | None,
) -> list[Timeline]:
    """Plan everyone's processes; report the faults of all together."""
    found: list[Timeline] = []
    faults: list[Fault] = []
    for person in people:
        ids = [entry.offer.id for entry in person.entries if offer_id in (None, entry.offer.id)]
        days = dict.fromkeys(ids, interview) if interview is not None else {}
        try:
            found.append(timeline(person.entries, tables, today, now=now, last_interviews=days))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return found


def _lines(one: Timeline, files: Sequence[str]) -> list[str]:
    """Describe one person's processes, then the clashes."""
    found = []
    for plan in one.plans:
        if not plan.is_dated:
            continue
        found.append(one_line(f"{process_name(one, plan)}: {uncapitalized(process_sentence(plan))}"))
        message = plan.next_message
        rows = [("deadline", deadline_sentence(plan))]
        rows += [("warning", rule.advice) for rule in plan.rules]
        rows += [("warning", f"{rule_message(rule)} {rule.advice}") for rule in plan.warnings]
        rows += [("heard" if at == 0 else "", line) for at, line in enumerate(heard_lines(plan))]
        rows += [("late" if at == 0 else "", line) for at, line in enumerate(task_lines(plan.late, one.today))]
        rows += [
            ("this week" if at == 0 else "", line) for at, line in enumerate(task_lines(due_soon(plan), one.today))
        ]
        rows += [("next message", _letter_line(plan.id, message, files))] if message and files else []
        found += [f"  {line}" for line in aligned([(name, one_line(text)) for name, text in rows if text], left=(0, 1))]
    found += [one_line(" ".join(clash_sentences(one, clash))) for clash in one.clashes]
    undated = undated_sentence(one)
    return [*found, one_line(undated)] if undated else found


def _letter_line(offer_id: str, task: Task, files: Sequence[str]) -> str:
    return f"compkit letter {' '.join(files)} --offer {offer_id} --kind {task.letter}"


def _shown(one: Timeline, offer_id: str | None) -> list[ProcessPlan]:
    return [plan for plan in one.plans if offer_id in (None, plan.id)]


def _clashes(one: Timeline, offer_id: str | None) -> list[Clash]:
    return [clash for clash in one.clashes if offer_id in (None, clash.a, clash.b)]


def _answer(found: Sequence[Timeline]) -> dict[str, Any]:
    """All processes and clashes for JSON."""
    return {
        "processes": [_process(plan) for one in found for plan in one.plans],
        "clashes": [_clash(clash) for one in found for clash in one.clashes],
    }


def _process(plan: ProcessPlan) -> dict[str, Any]:
    facts, message = plan.facts, plan.next_message
    return {
        "id": plan.id,
        "day": facts.day,
        "week": plan.week,
        "stage": plan.stage,
        "has_offer": facts.has_offer,
        "answer_expected_on": _iso(facts.answer_on),
        "windows": [_window(one) for one in plan.windows],
        "tasks": [_task(one) for one in plan.tasks],
        "next": message and {"row": message.row, "due": _iso(message.due), "letter": message.letter},
        "deadline": _deadline(plan),
        "heard": [
            {"said": one.heard.said, "on": _iso(one.heard.on), "row": one.row, "list": one.list or None,
             "reason": one.reason or None, "innocent": one.innocent or None}
            for one in plan.readings
        ],
        "warnings": [rule.rule_id for rule in plan.warnings],
    }  # fmt: skip


def _window(one: Window) -> dict[str, Any]:
    return {
        "row": one.row, "kind": one.kind, "name": one.name, "stage": one.stage or None, "first": _iso(one.first),
        "last": _iso(one.last), "side": one.side, "closed_days": [_iso(day) for day in one.closed_days],
    }  # fmt: skip


def _task(one: Task) -> dict[str, Any]:
    return {
        "row": one.row, "name": one.name, "stage": one.stage or None, "due": _iso(one.due), "status": one.status,
        "days_late": one.days_late, "letter": one.letter, "note": one.note or None,
    }  # fmt: skip


def _deadline(plan: ProcessPlan) -> dict[str, Any] | None:
    facts, more = plan.facts, plan.extension
    if facts.deadline is None:
        return None
    return {
        "at": _iso(facts.deadline.at),
        "at_candidate": _iso(facts.at_candidate),
        "assumed": facts.deadline.is_assumed,
        "hours_left": facts.hours_left,
        "rules": [rule.rule_id for rule in plan.rules],
        "extension": more and {"days": more.days, "to": _iso(more.to)},
    }


def _clash(one: Clash) -> dict[str, Any]:
    return {
        "a": one.a, "b": one.b, "gap_days": one.gap_days,
        "extend": one.extend and {"of": one.extend.of, "days": one.extend.days, "to": _iso(one.extend.to)},
        "expedite": one.expedite and {"of": one.expedite.of, "days": one.expedite.days, "to": _iso(one.expedite.to)},
    }  # fmt: skip


def _iso(value: dt.date | None) -> str | None:
    return value.isoformat() if value else None
