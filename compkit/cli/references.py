"""The command about references and the background check."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from compkit.batch import write_atomically
from compkit.cli.options import (
    date_option,
    files_argument,
    json_option,
    load_offers_with_warnings,
    output_faults,
    print_json,
)
from compkit.cli.terminal import echo_table, one_line
from compkit.errors import Fault, InputError
from compkit.offers import find_person, people_of
from compkit.process import Timeline, timeline
from compkit.reference import load_tables
from compkit.report import reference_lines, reference_sheets


@click.command("references")
@files_argument
@click.option("--candidate", metavar="NAME", help="Only this person's: an id of `candidates`, or a name.")
@click.option("--today", "today_text", metavar="DATE", help="The day to plan from. Default: today.")
@click.option("--sheets", metavar="PATH", type=click.Path(path_type=Path),
              help="Write a page with one sheet to send to each reference.")  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@json_option
def references_command(
    files: tuple[str, ...],
    candidate: str | None,
    today_text: str | None,
    sheets: Path | None,
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Show who speaks for you, what nobody covers, and what a background check needs."""
    tables = load_tables()
    people = people_of(load_offers_with_warnings(files, tables))
    faults: list[Fault] = output_faults(sheets, is_forced=force)
    today = date_option(today_text, "--today", faults) or dt.date.today()
    if candidate is not None:
        people = [find_person(people, candidate, "--candidate")]
    if sheets is not None and len(people) > 1:
        faults.append(
            Fault("", "", "--sheets", "is for one person's references, and there are several. Add --candidate.")
        )
    if faults:
        raise InputError(faults)
    found = [timeline(person.entries, tables, today) for person in people]
    if sheets is not None:
        write_atomically(sheets, reference_sheets(found[0]))
        click.echo(f"Wrote {sheets}.", err=True)
    if as_json:
        print_json({"people": [_answer(person.folder, one) for person, one in zip(people, found, strict=True)]})
        return
    for person, one in zip(people, found, strict=True):
        if len(people) > 1:
            click.echo(one_line(person.label))
        echo_table([(one_line(name), one_line(text)) for name, text in reference_lines(one)], left=(0, 1))


def _answer(folder: str, one: Timeline) -> dict[str, Any]:
    panel = one.panel
    if panel is None:
        return {"candidate": folder}
    return {
        "candidate": folder,
        "references": [
            {"name": person.name, "role": person.role, "covers": list(covers), "asked": person.asked}
            for person, covers in zip(panel.references, panel.covers, strict=True)
        ],
        "missing_roles": list(panel.missing_roles),
        "missing_topics": list(panel.missing_topics),
        "delays": [
            {"row": row["row_id"], "least": row["least_days"], "most": row["most_days"]} for row in panel.delays
        ],
    }
