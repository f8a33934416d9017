"""The commands about offers files: new and validate."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import click

from compkit.batch.files import write_whole
from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.cli.options import files_argument, json_option, print_json
from compkit.errors import Fault, InputError
from compkit.offers import read_offers
from compkit.offers.drafting import QUESTIONS, Question, drafted_file

# What the questions do not ask for: it is no doubt about an answer.
_OPEN = (".vesting", ".priced_on")


@click.command("validate")
@files_argument
@json_option
def validate_command(files: tuple[str, ...], *, as_json: bool) -> int:
    """Say what is wrong in offers files, all at once, and what is doubtful."""
    reading = read_offers(files)
    if as_json:
        print_json(
            {
                "offers": len(reading.offers),
                "faults": [dataclasses.asdict(fault) for fault in reading.faults],
                "warnings": [dataclasses.asdict(doubt) for doubt in reading.offers.warnings],
            }
        )
    for fault in reading.faults:
        click.echo(str(fault), err=True)
    for doubt in reading.offers.warnings:
        click.echo(f"warning: {doubt}", err=True)
    if reading.faults:
        return EXIT_REFUSED
    if not as_json:
        click.echo(f"Offers: {len(reading.offers)}. Faults: 0. Warnings: {len(reading.offers.warnings)}.")
    return EXIT_DONE


@click.command("new")
@click.argument("path", default="offers.yaml", type=click.Path(path_type=Path))
@json_option
def new_command(path: Path, *, as_json: bool) -> None:
    """Ask some ten questions and write a commented offers file, PATH (offers.yaml if left out)."""
    _refuse_place(path)
    answers: dict[str, object] = {}
    for question in QUESTIONS:
        if question.is_asked(answers):
            answers[question.name] = _answer(question)
    text = drafted_file(answers)
    _confirm_doubts(path, text)
    _refuse_place(path)
    write_whole(path, text)
    if as_json:
        print_json({"file": str(path)})
        return
    click.echo(f"Wrote {path}. Open it to add what you know; then: compkit report {path}", err=True)


def _confirm_doubts(path: Path, text: str) -> None:
    """Say what is implausible in the answers, and ask whether it is meant; a no leaves nothing written."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / path.name
        draft.write_text(text, encoding="utf-8")
        doubtful = [doubt for doubt in read_offers([draft]).offers.warnings if not doubt.field.endswith(_OPEN)]
    for doubt in doubtful:
        click.echo(f"warning: {doubt.field} {doubt.message}", err=True)
    if doubtful:
        click.confirm("Write it all the same?", abort=True, err=True)


def _refuse_place(path: Path) -> None:
    rule = None
    if path.suffix.lower() not in (".yaml", ".yml"):
        rule = "must end in .yaml: the file holds comments. Choose another name."
    elif path.exists():
        rule = "exists already. Choose another name, or remove it."
    elif not path.parent.is_dir():
        rule = "lies in a folder that does not exist. Make it first."
    if rule:
        raise InputError([Fault(str(path), "", "", rule)])


def _answer(question: Question) -> object:
    """Ask until the answer is one that a file may hold; the questions go to stderr, so that stdout stays empty."""
    while True:
        click.echo(f"\n{question.help}", err=True)
        text = click.prompt(question.prompt, default=question.default, show_default=bool(question.default), err=True)
        try:
            return question.check(text)
        except InputError as error:
            click.echo("\n".join(fault.message for fault in error.faults), err=True)
