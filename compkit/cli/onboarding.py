"""The command that plans the first weeks in the new job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
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
from compkit.cli.terminal import echo_table, one_line
from compkit.cli.timeline import earlier_calendar
from compkit.errors import Fault, InputError, unknown_choice
from compkit.offers import OfferEntry
from compkit.process import Onboarding, calendar_file, onboarding
from compkit.reference import Tables, load_tables
from compkit.report import (
    ONBOARDING_COLUMNS,
    onboarding_checklist,
    onboarding_items,
    onboarding_lines,
    onboarding_rows,
)

_WITHOUT_FILE = "onboarding"


@click.command("onboarding")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path())
@click.option("--start", "start_text", metavar="DATE", help="The first day at work, instead of the file's start_date.")
@click.option("--offer", "offer_id", metavar="ID", help="The offer that you accept. Needed if the file has several.")
@click.option("--today", "today_text", metavar="DATE", help="The day to plan from. Default: today.")
@click.option("--ics", metavar="PATH", type=click.Path(path_type=Path),
              help="Write the tasks of the coming week to a calendar file, or update it.")  # fmt: skip
@click.option("--everything", is_flag=True, help="With --ics: all tasks and phases.")
@click.option("--csv", metavar="PATH", type=click.Path(path_type=Path), help="Write all rows as a table.")
@click.option(
    "--checklist", metavar="PATH", type=click.Path(path_type=Path), help="Write a page to print and tick off."
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@json_option
def onboarding_command(
    files: tuple[str, ...],
    start_text: str | None,
    offer_id: str | None,
    today_text: str | None,
    ics: Path | None,
    csv: Path | None,
    checklist: Path | None,
    *,
    everything: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Plan the first weeks in the new job: from four weeks before the first day to day 90."""
    tables = load_tables()
    faults: list[Fault] = []
    start = date_option(start_text, "--start", faults)
    today = date_option(today_text, "--today", faults) or dt.date.today()
    entry = _entry(files, tables, offer_id, faults)
    if entry is not None and start_text is None:
        start = entry.offer.start_date
        if start is None:
            where = f"offer '{entry.offer.id}'"
            faults.append(Fault(entry.file, where, "start_date", "is missing. Add it, or give --start."))
    elif start_text is None and not files:
        faults.append(Fault("", "", "--start", "is missing. Give the first day at work, or an offers file."))
    for path in (csv, checklist):
        faults += output_faults(path, is_forced=force)
    earlier = earlier_calendar(ics, faults, everything=everything)
    if faults or start is None:
        raise InputError(faults)
    plan = onboarding(start, tables, entry.offer if entry else None)
    lines = [one_line(line) for line in onboarding_lines(plan, today)]
    prefix = f"{entry.offer.id if entry else _WITHOUT_FILE}."
    name = entry.job if entry else "Your new job"
    made: list[tuple[Path | None, bytes | str]] = [
        (
            ics,
            calendar_file(onboarding_items(plan, today, prefix, everything=everything), today, earlier, prefix=prefix),
        ),
        (csv, csv_text(ONBOARDING_COLUMNS, [list(row.values()) for row in onboarding_rows(plan)])),
        (checklist, onboarding_checklist(plan, name, today)),
    ]
    for path, content in made:
        if path is not None:
            write_atomically(path, content)
            click.echo(f"Wrote {path}.", err=True)
    if as_json:
        print_json(_answer(plan, today))
        return
    first, *others = lines
    click.echo(first)
    echo_table(others, left=(0,))


def _entry(files: Sequence[str], tables: Tables, offer_id: str | None, faults: list[Fault]) -> OfferEntry | None:
    """Load the offer that is accepted; add the faults of files and options."""
    if not files:
        return None
    try:
        offers = load_offers_with_warnings(files, tables)
    except InputError as error:
        faults += error.faults
        return None
    if offer_id is None and len(offers) == 1:
        return offers[0]
    if offer_id in offers.ids:
        return offers.entry(str(offer_id))
    rule = f"must name the offer that you accept: {', '.join(offers.ids)}."
    faults.append(Fault("", "", "--offer", rule if offer_id is None else unknown_choice(offer_id, offers.ids)))
    return None


def _answer(plan: Onboarding, today: dt.date) -> dict[str, Any]:
    return {
        "start": plan.start and plan.start.isoformat(),
        "day": plan.day(today),
        "phases": [
            {"row": one.row, "name": one.name, "first": one.first.isoformat(), "last": one.last.isoformat()}
            for one in plan.phases
        ],
        "tasks": [
            {
                "row": one.row, "name": one.name, "topic": one.topic, "first": one.first.isoformat(),
                "due": one.last.isoformat(), "note": one.note or None,
            }
            for one in plan.tasks
        ],
        "checks": [_reminder(one) for one in plan.checks],
        "trackers": [_reminder(one) for one in plan.trackers],
        "resources": [_reminder(one) for one in plan.resources],
    }  # fmt: skip


def _reminder(one: Any) -> dict[str, Any]:
    return {name: value or None for name, value in asdict(one).items()}
