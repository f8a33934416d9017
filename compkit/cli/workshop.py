"""Commands about negotiation exercises."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import click

from compkit.batch import write_atomically, write_folder
from compkit.cli.level_type import LevelType
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import harmless
from compkit.cli.workshop_absent import absent_command
from compkit.cli.workshop_debrief import debrief_command, pdf_choice
from compkit.cli.workshop_key import key_command
from compkit.cli.workshop_live import import_command, otree_command
from compkit.cli.workshop_practice import practice_command
from compkit.errors import Fault, InputError, collected
from compkit.reference import load_tables
from compkit.report import COURSE_FILE, SECRET_FILE, analysis_lines, class_files, count
from compkit.workshop import (
    CLASS_FILE,
    FORM_FILES,
    LEVELS,
    MAX_SEATS,
    MIN_SEATS,
    POINTS,
    SECRET_BYTES,
    Analysis,
    CaseLevel,
    ClassPlan,
    ClassRecord,
    Pair,
    analyze_case,
    load_case,
    load_class_record,
    plan_class,
    secret_from_text,
)

MOST_PACKAGES = 10
"""Agreements that JSON lists for each point."""
MAX_NAME = 60
FIRST_NAME, SECOND_NAME = "Job offer", "Second job offer"


@click.group("workshop")
def workshop_command() -> None:
    """Run a negotiation workshop: a class's papers, what a case allows, and what the class made of it."""


workshop_command.add_command(absent_command)
workshop_command.add_command(debrief_command)
workshop_command.add_command(practice_command)
workshop_command.add_command(import_command)
workshop_command.add_command(otree_command)
workshop_command.add_command(key_command)


@workshop_command.command("new")
@click.option(
    "--seats",
    type=click.IntRange(MIN_SEATS, MAX_SEATS),
    metavar="N",
    help="Number of people, 2 or more. An odd number leaves one to observe.",
)
@click.option(
    "--after",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="CLASS",
    help="Folder of an earlier case, instead of --seats: every seat gets the other role and another partner.",
)
@click.option(
    "--case",
    "name",
    metavar="NAME",
    help=f"What to call the case. Each name draws another case. [default: {FIRST_NAME}; with --after {SECOND_NAME}]",
)
@click.option(
    "--level",
    type=LevelType(LEVELS),
    help="What the case teaches. [default: logrolling; with --after as in the earlier case]",
)
@click.option(
    "--seed",
    type=int,
    metavar="S",
    help="What the job, the options and the pairs are drawn from. [default: 1; with --after as in the earlier case]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder to write. In the same class's folder, only missing files are written again.",
)
@click.option(
    "--secret",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="teacher/secret.txt of an earlier class, to write the same case again. Default: a new secret.",
)
@click.option(
    "--pdf/--no-pdf",
    "with_pdf",
    default=None,
    help="Also write the pages to print as PDF. Default: if WeasyPrint is installed.",
)
@json_option  # fmt: skip
def new_command(
    seats: int | None, after: Path | None, name: str | None, level: CaseLevel | None, seed: int | None, output: Path,
    secret: Path | None, *, with_pdf: bool | None, as_json: bool,
) -> None:  # fmt: skip
    """Write what a class needs: briefs, sheets, slides and forms, and the teacher's plan and answers.

    Points, limits and alternatives are drawn from a secret that only the folder teacher/ holds: keep that folder to
    yourself, and give out the others.
    """
    faults: list[Fault] = []
    earlier = _earlier(seats, after, faults)
    name = name if name is not None else SECOND_NAME if after else FIRST_NAME
    faults += _name_faults(name, earlier)
    kept = output / SECRET_FILE
    source = secret or (kept if kept.is_file() else None)
    if output.exists() and not kept.is_file():
        faults.append(Fault(str(output), "", "", "exists already. Choose another name, or remove it first."))
    own = _secret(source, faults)
    with_pdf = pdf_choice(with_pdf, faults)
    if faults:
        raise InputError(faults)
    drawn_from = earlier.seating if earlier else seats or MIN_SEATS
    level = level or (earlier and earlier.level) or "logrolling"
    seed = earlier.seed if seed is None and earlier else seed
    plan = _with_absences(plan_class(drawn_from, name, level, 1 if seed is None else seed, own, load_tables()), output)
    files = class_files(plan, with_pdf=with_pdf)
    _write(output, files)
    if as_json:
        print_json({"folder": str(output), "files": sorted(files), "pairs": len(plan.seating.pairs)})
        return
    observer = ", and one seat to observe" if plan.seating.observer else ""
    click.echo(f"Wrote {harmless(str(output))}: {count(len(plan.seating.pairs), 'pair')}{observer}.")
    click.echo("Start with teacher/plan.html. Give out candidate/, recruiter/ and everyone/.")
    click.echo("Keep teacher/ to yourself: it has both sides' points.")


def _earlier(seats: int | None, after: Path | None, faults: list[Fault]) -> ClassRecord | None:
    """Read the case that another one follows; exactly one of the number of seats and a folder is needed."""
    if (seats is None) == (after is None):
        rule = "can't go with --after, which has its seats. Remove one of the two." if after else "is missing. Add it."
        faults.append(Fault("", "", "--seats", rule))
    return collected(faults, lambda: load_class_record(after / CLASS_FILE)) if after else None


def _name_faults(name: str, earlier: ClassRecord | None) -> Iterator[Fault]:
    if not name.strip() or len(name) > MAX_NAME or not name.isprintable():
        yield Fault("", "", "--case", f"must be 1 to {MAX_NAME} characters on one line, got {name[:MAX_NAME]!r}.")
    elif earlier and earlier.name == name:
        yield Fault("", "", "--case", f"must differ from the earlier case's, got {name!r}.")


def _with_absences(plan: ClassPlan, output: Path) -> ClassPlan:
    """Add to a plan the absences of the folder's class, if it is this one."""
    try:
        record = load_class_record(output / CLASS_FILE)
    except InputError:  # is missing, or differs and is refused when the folder is written
        return plan
    return replace(plan, seating=record.seating) if record.planned == plan.planned else plan


def _secret(source: Path | None, faults: list[Fault]) -> bytes:
    """Read the secret of an earlier class, or make a new one."""
    new = secrets.token_bytes(SECRET_BYTES)
    try:
        return secret_from_text(source.read_text(encoding="utf-8"), str(source)) if source else new
    except InputError as error:
        faults += error.faults
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        faults.append(Fault(str(source), "", "", f"can't be read: {reason}. Give the secret.txt of a class."))
    return new


def _write(output: Path, files: Mapping[str, bytes]) -> None:
    """Write a class's folder, or what is missing in it; forms that are filled in stay.

    Raises
    ------
    InputError
        If the folder holds something else.
    """
    if not output.exists():
        write_folder(output, files)
        return
    missing = {}
    for path, data in files.items():
        have = (output / path).read_bytes() if (output / path).is_file() else None
        if have is None:
            missing[path] = data
        elif have != data and path not in (*FORM_FILES, COURSE_FILE):
            rule = f"holds another class: its {path} differs. Choose another name, or remove it first."
            raise InputError([Fault(str(output), "", "", rule)])
    for path, data in missing.items():
        (output / path).parent.mkdir(mode=0o700, exist_ok=True)
        write_atomically(output / path, data)


@workshop_command.command("analyse")
@click.argument("case", metavar="CASE", type=click.Path())
@click.option("--profiles", nargs=2, type=click.Path(), metavar="A B",
              help="For a Genius domain: the two sides' preferences, as XML.")  # fmt: skip
@json_option
def analyse_command(case: str, profiles: tuple[str, str] | None, *, as_json: bool) -> None:
    """Show every efficient agreement of a case, and the four points that bargaining theory picks.

    CASE is a scored case in YAML, or a Genius domain in XML.
    """
    found = analyze_case(load_case(case, profiles or ()))
    if as_json:
        print_json(_answer(found))
        return
    for line in analysis_lines(found):
        click.echo(harmless(line))


def _answer(found: Analysis) -> dict[str, Any]:
    """Return what a case allows, for JSON."""
    case = found.case
    return {
        "title": case.title,
        "sides": [side.name for side in case.sides],
        "n_outcomes": case.n_outcomes,
        "n_suiting_both": found.outcomes.n_suiting_both,
        "n_pareto": len(found.pareto),
        "pareto": found.pareto.numbers(),
        **{name: found.points[name].numbers() for name in POINTS},
        "reservation": [int(limit) if limit.denominator == 1 else float(limit) for limit in case.limits],
        "has_deal": found.has_deal,
        "packages": {
            name: [_package(found, pair) for pair in islice(found.points[name], MOST_PACKAGES)] for name in POINTS
        },
        "notes": list(case.notes),
    }


def _package(found: Analysis, pair: Pair) -> dict[str, str]:
    """One agreement that gives a pair of utilities: each issue's option."""
    package = next(found.outcomes.packages(pair))
    return {issue.name: issue.options[number].name for issue, number in zip(found.case.issues, package, strict=True)}
