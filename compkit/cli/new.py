"""`compkit new`: ask about offers and write an offers file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shlex
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from compkit.batch import write_atomically
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import one_line
from compkit.errors import Fault, InputError
from compkit.model import USD
from compkit.offers import (
    CURRENT_JOB_QUESTIONS,
    OFFER_QUESTIONS,
    PLACES,
    Answers,
    AppendableFile,
    Draft,
    InterviewContext,
    Question,
    check_answer,
    current_job_fields,
    field_path,
    incomplete_fields,
    load_appendable_file,
    offer_fields,
    offers_yaml,
    read_offers_text,
    unknown_facts,
)

_INTRODUCTION = "Press Enter if you don't know. Ctrl-C stops without writing anything."
_PLACEHOLDER_SALARY = 1e5
"""For a salary that has not been asked yet."""


@click.command("new")
@click.argument("path", default="offers.yaml", type=click.Path(path_type=Path))
@click.option("--add", "is_adding", is_flag=True, help="Add offers to PATH and leave the rest as it is.")
@json_option
def new_command(path: Path, *, is_adding: bool, as_json: bool) -> None:
    """Ask about your offers and write an offers file, PATH (default: offers.yaml)."""
    interview = _Interview(load_appendable_file(path) if is_adding else None)
    if not is_adding:
        _check_path(path)
    click.echo(_INTRODUCTION, err=True)
    try:
        interview.run()
    except click.Abort:
        click.echo(err=True)
        raise
    # The file may have been changed or created while the questions were answered.
    ids = _add(path, interview) if is_adding else _write(path, interview)
    if as_json:
        print_json({"file": str(path), "offers": ids, "unknown": interview.unknown})
        return
    click.echo(f"\nWrote {path}. Next: compkit report {shlex.quote(str(path))}", err=True)
    if interview.unknown:
        click.echo(f"Still unknown, and worth finding out: {'; '.join(interview.unknown)}.", err=True)


class _Interview:
    """The questions, asked on stderr so that stdout stays empty, and their answers.

    Parameters
    ----------
    file : AppendableFile or None
        The file to add offers to; None for a new one.
    """

    def __init__(self, file: AppendableFile | None) -> None:
        self._context = file.context if file else InterviewContext()
        self._asks_current_job = file is None
        self._shown_warnings: list[str] = []
        self.rates: dict[str, float] = {}
        self.offers: list[Answers] = []
        self.current: Answers = {}
        self._unknown: list[str] = []
        self._unknown_about_job: list[str] = []

    @property
    def unknown(self) -> list[str]:
        """Important facts that stay unknown, by offer, then about the current job."""
        return [*self._unknown, *self._unknown_about_job]

    def run(self) -> None:
        """Ask about an offer, the current job, and each further offer."""
        is_another = True
        while is_another:
            click.echo(err=True)
            self._ask_about_offer()
            if self._asks_current_job and len(self.offers) == 1:
                click.echo("\nYour current job, to compare the offers with staying:", err=True)
                self.current, self._unknown_about_job = self._answers(CURRENT_JOB_QUESTIONS)
            is_another = click.confirm("\nAnother offer?", default=False, err=True)

    def drafts(self, taken: Iterable[str] = ()) -> list[Draft]:
        """Fields of each offer, with ids that are not taken."""
        ids = list(taken)
        drafts: list[Draft] = []
        for answers in self.offers:
            fields = offer_fields(answers, ids)
            ids.append(fields["id"])
            drafts.append((fields, incomplete_fields(answers)))
        return drafts

    def _ask_about_offer(self) -> None:
        answers, open_facts = self._answers(OFFER_QUESTIONS)
        self.offers.append(answers)
        if "usd_rate" in answers:
            self.rates[answers["currency"]] = answers["usd_rate"]
        homes = dict(self._context.homes)
        if "residence" in answers:
            homes.setdefault(answers.get("candidate", ""), answers["residence"])
        rates = {**self._context.rates, **self.rates}
        self._context = dataclasses.replace(self._context, rates=rates, homes=homes)
        if open_facts:
            self._unknown.append(f"{', '.join(open_facts)} ({one_line(answers['company'])})")

    def _answers(self, questions: Sequence[Question]) -> tuple[Answers, list[str]]:
        """Ask the questions that apply; return the answers and the important facts that stay unknown."""
        answers: Answers = {}
        asked = []
        self._shown_warnings.clear()
        for question in questions:
            if question.asked_if(answers, self._context):
                answers = {**answers, **self._answer(question, answers)}
                asked.append(question)
        return answers, unknown_facts(asked, answers)

    def _answer(self, question: Question, answers: Answers) -> Answers:
        """Ask until the answer is valid, and confirmed if it is unlikely."""
        default = question.default_for(answers, self._context)
        while True:
            text = click.prompt(
                question.prompt_for(self._context), default=default, show_default=bool(default), err=True
            )
            try:
                answer = check_answer(question, text, answers, self._context)
            except InputError as error:
                click.echo(f"  Your answer {one_line(error.faults[0].message)}", err=True)
                continue
            warnings = self._new_warnings(answers, answer)
            for warning in warnings:
                click.echo(f"  warning: {one_line(warning)}", err=True)
            if not warnings or click.confirm("  Is that what you mean?", default=True, err=True):
                return answer

    def _new_warnings(self, answers: Answers, answer: Answers) -> list[str]:
        """Warnings about an amount or a date that have not been shown yet."""
        name, value = next(iter(answer.items()), ("", None))
        if isinstance(value, bool) or not isinstance(value, float | dt.date):
            return []
        is_current = PLACES[name][0] == "candidate"
        offer, current = (self.offers[-1], {**answers, **answer}) if is_current else ({**answers, **answer}, {})
        # Whether the number of options is plausible shows when the number of all shares is known.
        other_paths = {"fully_diluted_shares": "options", "usd_rate": f"rates.{offer.get('currency')}"}
        path = other_paths.get(name) or field_path(PLACES[name][1 if is_current else 2 :])
        new = []
        for warning in _plausibility_warnings(offer, current, {**self._context.rates, **self.rates}):
            is_inside = warning.field != "options" and path.startswith((f"{warning.field}.", f"{warning.field}["))
            text = f"{warning.field} {warning.message}"
            if (path == warning.field or is_inside) and text not in self._shown_warnings:
                new.append(text)
        self._shown_warnings += new
        return new


def _plausibility_warnings(offer: Answers, current: Answers, rates: Mapping[str, float]) -> Sequence[Fault]:
    currency = offer.get("currency", USD)
    known = {"base_salary": _PLACEHOLDER_SALARY, **offer}
    fields = offer_fields({name: value for name, value in known.items() if name != "candidate"})
    given = {} if currency == USD else {currency: offer.get("usd_rate", rates.get(currency))}
    text = offers_yaml(Path(), [(fields, {})], current_job_fields(current), given)
    return read_offers_text(text.encode(), ".yaml").warnings


def _write(path: Path, interview: _Interview) -> list[str]:
    """Write a new file; return the ids of its offers."""
    drafts = interview.drafts()
    text = offers_yaml(path.parent, drafts, current_job_fields(interview.current), interview.rates)
    _check_contents(path, text.encode())
    _check_path(path)
    write_atomically(path, text)
    return [fields["id"] for fields, _ in drafts]


def _add(path: Path, interview: _Interview) -> list[str]:
    """Add to a file; return the ids of the new offers."""
    file = load_appendable_file(path)
    drafts = interview.drafts(file.ids)
    data = file.with_offers(drafts, interview.rates)
    _check_contents(path, data)
    target = path.resolve()
    write_atomically(target, data, mode=stat.S_IMODE(target.stat().st_mode))
    return [fields["id"] for fields, _ in drafts]


def _check_contents(path: Path, data: bytes) -> None:
    faults = read_offers_text(data, path.suffix.lower()).faults
    if faults:
        raise InputError(dataclasses.replace(fault, file=str(path)) for fault in faults)


def _check_path(path: Path) -> None:
    rule = None
    if path.suffix.lower() not in (".yaml", ".yml"):
        rule = "must end in .yaml. Choose another name."
    elif path.exists():
        rule = "already exists. Use --add to add offers to it, or choose another name."
    elif not path.parent.is_dir():
        rule = "is in a folder that does not exist. Create the folder first."
    if rule:
        raise InputError([Fault(str(path), "", "", rule)])
