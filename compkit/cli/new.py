"""The command that asks about offers and writes them down."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shlex
import stat
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from compkit.batch.publish.files import write_whole
from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import one_line
from compkit.errors import Fault, InputError
from compkit.model.spelled import USD
from compkit.offers import Reading, read_offers
from compkit.offers.adding import GrowingFile, growing_file
from compkit.offers.answers import check_answer, current_job_fields, offer_fields, uncounted, unknown_facts
from compkit.offers.drafting import Draft, drafted_file
from compkit.offers.faults import field_path
from compkit.offers.questions import CURRENT_JOB_QUESTIONS, OFFER_QUESTIONS, PLACES, Answers, Question, Setting

_INTRODUCTION = "Press Enter where you don't know. Ctrl-C stops, and nothing is written."
_OPTIONS = "options"
_STAND_IN = 1e5
"""For a salary that has not been asked for yet."""


@click.command("new")
@click.argument("path", default="offers.yaml", type=click.Path(path_type=Path))
@click.option("--add", "is_adding", is_flag=True, help="Add offers to PATH and leave the rest as it is.")
@json_option
def new_command(path: Path, *, is_adding: bool, as_json: bool) -> None:
    """Ask about your offers and write an offers file, PATH (default: offers.yaml)."""
    interview = _Interview(growing_file(path) if is_adding else None)
    if not is_adding:
        _refuse_place(path)
    click.echo(_INTRODUCTION, err=True)
    try:
        interview.hold()
    except click.Abort:
        click.echo(err=True)
        raise
    # Somebody may have changed the file, or made one, while the questions were answered.
    ids = _add(path, interview) if is_adding else _write(path, interview)
    if as_json:
        print_json({"file": str(path), "offers": ids, "unknown": interview.unknown})
        return
    click.echo(f"\nWrote {path}. Next: compkit report {shlex.quote(str(path))}", err=True)
    if interview.unknown:
        click.echo(f"Not known yet, and worth finding out: {'; '.join(interview.unknown)}.", err=True)


class _Interview:
    """The questions asked one by one, on stderr, so that stdout stays empty; and what was answered.

    Parameters
    ----------
    file : GrowingFile or None
        The file to which offers are added; None for a new one.
    """

    def __init__(self, file: GrowingFile | None) -> None:
        self._setting = file.setting if file else Setting()
        self._asks_current_job = file is None
        self._said: list[str] = []
        self.rates: dict[str, float] = {}
        self.offers: list[Answers] = []
        self.current: Answers = {}
        self._unknown: list[str] = []
        self._unknown_of_job: list[str] = []

    @property
    def unknown(self) -> list[str]:
        """What stays unknown and matters: of each offer, then of the current job."""
        return [*self._unknown, *self._unknown_of_job]

    def hold(self) -> None:
        """Ask about an offer, the current job, and each further offer."""
        is_another = True
        while is_another:
            click.echo(err=True)
            self._ask_about_offer()
            if self._asks_current_job and len(self.offers) == 1:
                click.echo("\nYour current job, to compare the offers with staying:", err=True)
                self.current, self._unknown_of_job = self._answers(CURRENT_JOB_QUESTIONS)
            is_another = click.confirm("\nAnother offer?", default=False, err=True)

    def drafts(self, taken: Iterable[str] = ()) -> list[Draft]:
        """Return what the file says of each offer, with ids that are not taken, and what cannot count yet."""
        ids = list(taken)
        drafts: list[Draft] = []
        for answers in self.offers:
            fields = offer_fields(answers, ids)
            ids.append(fields["id"])
            drafts.append((fields, uncounted(answers)))
        return drafts

    def _ask_about_offer(self) -> None:
        answers, open_facts = self._answers(OFFER_QUESTIONS)
        self.offers.append(answers)
        if "usd_rate" in answers:
            self.rates[answers["currency"]] = answers["usd_rate"]
        homes = dict(self._setting.homes)
        if "residence" in answers:
            homes.setdefault(answers.get("candidate", ""), answers["residence"])
        rates = {**self._setting.rates, **self.rates}
        self._setting = dataclasses.replace(self._setting, rates=rates, homes=homes)
        if open_facts:
            self._unknown.append(f"{', '.join(open_facts)} ({one_line(answers['company'])})")

    def _answers(self, questions: Sequence[Question]) -> tuple[Answers, list[str]]:
        """Return the answers to those questions that make sense, and what stays unknown and matters."""
        answers: Answers = {}
        asked = []
        self._said.clear()
        for question in questions:
            if question.asked_if(answers, self._setting):
                answers = {**answers, **self._answer(question, answers)}
                asked.append(question)
        return answers, unknown_facts(asked, answers)

    def _answer(self, question: Question, answers: Answers) -> Answers:
        """Ask until the answer is one that a file may hold, and one that is meant."""
        default = question.default_for(answers, self._setting)
        while True:
            text = click.prompt(
                question.prompt_for(self._setting), default=default, show_default=bool(default), err=True
            )
            try:
                answer = check_answer(question, text, answers, self._setting)
            except InputError as error:
                click.echo(f"  Your answer {one_line(error.faults[0].message)}", err=True)
                continue
            doubts = self._new_doubts(answers, answer)
            for doubt in doubts:
                click.echo(f"  warning: {one_line(doubt)}", err=True)
            if not doubts or click.confirm("  Is that what you mean?", default=True, err=True):
                return answer

    def _new_doubts(self, answers: Answers, answer: Answers) -> list[str]:
        """Return what is possible but hardly meant about an amount or a day, and has not been said before."""
        name, value = next(iter(answer.items()), ("", None))
        if isinstance(value, bool) or not isinstance(value, float | dt.date):
            return []
        is_current = PLACES[name][0] == "candidate"
        offer, current = (self.offers[-1], {**answers, **answer}) if is_current else ({**answers, **answer}, {})
        # How many options are plausible shows when the number of all shares is known.
        elsewhere = {"fully_diluted_shares": _OPTIONS, "usd_rate": f"rates.{offer.get('currency')}"}
        path = elsewhere.get(name) or field_path(PLACES[name][1 if is_current else 2 :])
        doubts = [
            f"{doubt.field} {doubt.message}"
            for doubt in _doubts_about(offer, current, {**self._setting.rates, **self.rates})
            if path == doubt.field
            or (doubt.field != _OPTIONS and path.startswith((f"{doubt.field}.", f"{doubt.field}[")))
        ]
        new = [doubt for doubt in doubts if doubt not in self._said]
        self._said += new
        return new


def _doubts_about(offer: Answers, current: Answers, rates: Mapping[str, float]) -> Sequence[Fault]:
    currency = offer.get("currency", USD)
    known = {"base_salary": _STAND_IN, **offer}
    fields = offer_fields({name: value for name, value in known.items() if name != "candidate"})
    given = {} if currency == USD else {currency: offer.get("usd_rate", rates.get(currency))}
    text = drafted_file(Path(), [(fields, {})], current_job_fields(current), given)
    return _reading(text.encode(), ".yaml").offers.warnings


def _reading(data: bytes, ending: str) -> Reading:
    """Return what a file of these bytes says."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"draft{ending}"
        path.write_bytes(data)
        return read_offers([path])


def _write(path: Path, interview: _Interview) -> list[str]:
    """Write a new file; return the ids of its offers."""
    drafts = interview.drafts()
    text = drafted_file(path.parent, drafts, current_job_fields(interview.current), interview.rates)
    _refuse_faults(path, text.encode())
    _refuse_place(path)
    write_whole(path, text)
    return [fields["id"] for fields, _ in drafts]


def _add(path: Path, interview: _Interview) -> list[str]:
    """Add to a file; return the ids of the new offers."""
    file = growing_file(path)
    drafts = interview.drafts(file.ids)
    data = file.with_offers(drafts, interview.rates)
    _refuse_faults(path, data)
    target = path.resolve()
    write_whole(target, data, mode=stat.S_IMODE(target.stat().st_mode))
    return [fields["id"] for fields, _ in drafts]


def _refuse_faults(path: Path, data: bytes) -> None:
    faults = _reading(data, path.suffix).faults
    if faults:
        raise InputError(dataclasses.replace(fault, file=str(path)) for fault in faults)


def _refuse_place(path: Path) -> None:
    rule = None
    if path.suffix.lower() not in (".yaml", ".yml"):
        rule = "must end in .yaml: the file holds comments. Choose another name."
    elif path.exists():
        rule = "exists already. Add --add to put more offers into it, or choose another name."
    elif not path.parent.is_dir():
        rule = "lies in a folder that does not exist. Make it first."
    if rule:
        raise InputError([Fault(str(path), "", "", rule)])
