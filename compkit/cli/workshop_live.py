"""Commands about a class that negotiates in the browser, with oTree."""

from __future__ import annotations

from pathlib import Path

import click

from compkit.batch import write_atomically, write_folder
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import harmless
from compkit.errors import Fault, InputError, collected
from compkit.report import SECRET_FILE, live_project_files
from compkit.workshop import (
    CASE_FILE,
    CLASS_FILE,
    is_blank_form,
    live_forms,
    load_case,
    load_class_record,
    read_text,
    secret_from_text,
)


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
    case = collected(faults, lambda: load_case(str(folder / CASE_FILE)))
    record = collected(faults, lambda: load_class_record(folder / CLASS_FILE))
    secret = collected(faults, lambda: _secret(folder / SECRET_FILE))
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


@click.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("export", metavar="EXPORT", type=click.Path(path_type=Path))
@click.option("--session", default="", metavar="CODE", help="oTree's code of the session, if the export has several.")
@json_option
def import_command(folder: Path, export: Path, session: str, *, as_json: bool) -> None:
    """Fill in the forms of the class DIR from what it did in oTree.

    EXPORT is the CSV that oTree's Data page gives under "Custom exports". agreements.csv, first-offers.csv and
    answers.csv are written, unless you have filled them in. Every fault of the export is listed with its line.
    """
    faults: list[Fault] = []
    case = collected(faults, lambda: load_case(str(folder / CASE_FILE)))
    record = collected(faults, lambda: load_class_record(folder / CLASS_FILE))
    text = collected(faults, lambda: read_text(export, is_limited=False))
    if case is None or record is None or text is None:
        raise InputError(faults)
    forms = collected(faults, lambda: live_forms(text, str(export), case, record.seating, session)) or {}
    faults += [
        Fault(str(folder / name), "", "", "is filled in already. Rename it to keep it, or remove it.")
        for name, form in forms.items()
        if (folder / name).exists() and not _is_free(folder / name, form, faults)
    ]
    if faults:
        raise InputError(faults)
    for name, form in forms.items():
        write_atomically(folder / name, form.encode())
    if as_json:
        print_json({"folder": str(folder), "files": sorted(forms)})
        return
    click.echo(f"Filled in {', '.join(forms)} in {harmless(str(folder))}. Now run compkit workshop debrief.")


def _is_free(path: Path, form: str, faults: list[Fault]) -> bool:
    """Whether a form may be written: nobody has filled it in, or with the same."""
    was = collected(faults, lambda: read_text(path, is_limited=False))
    return was is None or was == form or is_blank_form(was, path.name)


def _secret(path: Path) -> bytes:
    return secret_from_text(read_text(path, is_limited=False), str(path))
