"""Commands about a class that negotiates in the browser, with oTree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from compkit.batch import write_folder
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import harmless
from compkit.errors import Fault, InputError
from compkit.report import CLASS_FILE, SECRET_FILE, live_project_files
from compkit.workshop import load_case, load_class_record, secret_from_text

CASE_FILE = "teacher/case.yaml"
T = TypeVar("T")


@click.command("otree")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="PROJECT",
    help="Folder to write. It must not exist.",
)
@json_option
def otree_command(folder: Path, output: Path, *, as_json: bool) -> None:
    """Write an oTree project in which the class DIR negotiates in the browser.

    Its README.md says how to run it. The project has both sides' points: keep it to yourself.
    """
    faults: list[Fault] = []
    if output.exists():
        faults.append(Fault(str(output), "", "", "exists already. Choose another name, or remove it first."))
    case = _collected(faults, lambda: load_case(str(folder / CASE_FILE)))
    record = _collected(faults, lambda: load_class_record(folder / CLASS_FILE))
    secret = _collected(faults, lambda: _secret(folder / SECRET_FILE))
    if case is None or record is None or secret is None or faults:
        raise InputError(faults)
    n_seats = record.seating.n_seats
    files = live_project_files(case, record.seating, secret)
    write_folder(output, files)
    if as_json:
        print_json({"folder": str(output), "files": sorted(files), "seats": n_seats})
        return
    click.echo(f"Wrote {harmless(str(output))} for {n_seats} seats. Its README.md says how to run it.")
    click.echo("Keep it to yourself: it has both sides' points, and the key for the seats' links.")


def _collected(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """Call a function; if it refuses its input, collect the faults and return None."""
    try:
        return read()
    except InputError as error:
        faults += error.faults
        return None


def _secret(path: Path) -> bytes:
    try:
        return secret_from_text(path.read_text(encoding="utf-8"), str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        rule = f"can't be read: {reason}. The links of the seats are made from it."
        raise InputError([Fault(str(path), "", "", rule)]) from error
