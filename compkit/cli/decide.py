"""Command that decides: which choice leads on pay, how firmly, and what to do next."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compkit.cli.number_types import AMOUNT
from compkit.cli.options import (
    files_argument,
    json_option,
    load_offers_with_warnings,
    pay_store_option,
    print_json,
    today_option,
)
from compkit.cli.plan_answer import plan_answer
from compkit.cli.terminal import echo_table, one_line
from compkit.decision import BASE, Decision, person_decision
from compkit.errors import Fault, InputError
from compkit.market import with_reported_pay
from compkit.negotiation import PlanSettings, negotiation_plan
from compkit.offers import STAYING, Offers, Person, find_person, people_of, reference_faults
from compkit.periods import MAX_YEARS
from compkit.reference import Tables, load_tables
from compkit.report import (
    CAUTION,
    cases_table,
    choices_table,
    decision_basis,
    decision_lines,
    decision_notes,
    decision_questions,
    decision_sentence,
    next_step_in_words,
    preference_sentence,
    ties_table,
    whom_to_ask,
)


@click.command("decide")
@files_argument
@click.option("--stay", type=click.IntRange(1, MAX_YEARS), metavar="YEARS",
              help="Years you expect to stay, 1 to 8. Default: the file's stay_years, or 2.")  # fmt: skip
@click.option("--prefer", metavar="ID", help="The job you would rather have: an offer's id, or staying.")
@click.option("--worth", type=AMOUNT, metavar="USD", help="What having it is worth to you a year, after tax.")
@click.option("--candidate", metavar="NAME", help="Decide only for this person: an id of `candidates`, or a name.")
@pay_store_option
@today_option
@json_option
def decide_command(
    files: tuple[str, ...],
    stay: int | None,
    prefer: str | None,
    worth: float | None,
    candidate: str | None,
    store: Path | None,
    today: dt.date,
    *,
    as_json: bool,
) -> None:
    """Say which choice leads on pay and how firmly, and what to do next. For yourself alone: show no employer."""
    tables = load_tables()
    people, chosen = _people(files, tables, candidate, prefer, worth, store, today)
    found = [
        person_decision(one, tables, today, stay_years=stay, preferred=prefer, preferred_worth=worth) for one in chosen
    ]
    if as_json:
        print_json({"people": [_answer(one) for one in found]})
        return
    texts = [decision_lines(one) for one in found]  # first, so that a fault prints nothing
    for one, lines in zip(found, texts, strict=True):
        if len(people) > 1:
            click.echo(one_line(one.person.label))
        _echo(one, lines)
    click.echo(CAUTION)


def _people(
    files: tuple[str, ...],
    tables: Tables,
    candidate: str | None,
    prefer: str | None,
    worth: float | None,
    store: Path | None,
    today: dt.date,
) -> tuple[list[Person], list[Person]]:
    """Everyone in the files, and those to decide for; reports faults of options and files together."""
    faults = []
    if worth is not None and not (math.isfinite(worth) and worth >= 0):
        faults.append(Fault("", "", "--worth", f"must be an amount of 0 or more, got {worth:g}."))
    try:
        people = people_of(with_reported_pay(load_offers_with_warnings(files, tables), tables, today, store))
    except InputError as error:
        raise InputError([*faults, *error.faults]) from error
    chosen = people if candidate is None else [find_person(people, candidate, "--candidate")]
    faults += reference_faults(chosen)
    lacks_choice = any(one.entries[0].candidate.decision.preferred is None for one in chosen)
    if worth is not None and prefer is None and lacks_choice:
        faults.append(Fault("", "", "--worth", "is what a preferred job is worth. Add --prefer."))
    if prefer is not None and len(chosen) > 1:
        faults.append(Fault("", "", "--prefer", "is one person's choice. Add --candidate."))
    if faults:
        raise InputError(faults)
    return people, chosen


def _echo(decision: Decision, lines: list[str]) -> None:
    """Print one person's decision."""
    for line in lines:
        click.echo(one_line(line))
    if decision.ruling.order:
        echo_table(choices_table(decision))
    if decision.cases:
        echo_table(cases_table(decision), left=(0, 1))
    if ties := ties_table(decision):
        echo_table(ties)
    for line in (*decision_questions(decision), *decision_basis(decision).items):
        click.echo(f"  {one_line(line)}")


def _answer(decision: Decision) -> dict[str, Any]:
    """One person's decision for JSON."""
    ruling, step = decision.ruling, decision.next_step
    return {
        "candidate": decision.person.folder,
        "name": decision.person.name,
        "state": decision.state,
        "order": [_choice(decision, name) for name in ruling.order],
        "leader": decision.leader,
        "margin_per_year_before_tax": decision.margin_before_tax,
        "margin_per_year_after_tax": ruling.margin,
        "band_per_year": ruling.band,
        "flips_if": asdict(ruling.flip) if ruling.flip else None,
        "cases": [asdict(one) for one in decision.cases],
        "to_tie": [asdict(one) for one in decision.ties],
        "preferred": decision.candidate.decision.preferred,
        "preference_cost_per_year": ruling.preference_cost,
        "next_step": step and {
            "what": next_step_in_words(decision), "step": step.step, "offer": step.offer,
            "who": whom_to_ask(decision), "by": step.by.isoformat() if step.by else None,
        },
        **_asked(decision),
        "sentence": decision_sentence(decision),
        "preference": preference_sentence(decision) or None,
        "questions": decision_questions(decision),
        "pending": list(decision.pending),
        "out": list(decision.out),
        "expired": list(decision.expired),
        "superseded": [entry.offer.id for entry in decision.superseded],
        "rounds": [{"id": one.id, "earlier": one.earlier, "won_per_year": one.won} for one in decision.rounds],
        "stay_years": decision.stay_years,
        "prices_of": decision.household.prices_of,
        "notes": decision_notes(decision),
        "caution": CAUTION,
    }  # fmt: skip


def decision_in_short(decision: Decision | None) -> dict[str, Any] | None:
    """One person's decision for the JSON of commands that don't decide; None where there is nothing to compare."""
    if decision is None or not decision.person.has_choice:
        return None
    return {
        "state": decision.state,
        "leader": decision.leader,
        "sentence": decision_sentence(decision),
        "preference": preference_sentence(decision) or None,
        "next_step": next_step_in_words(decision),
    }


def echo_decision(decision: Decision | None) -> None:
    """Print one person's decision in a few lines; nothing where there is nothing to compare."""
    if decision is not None and decision.person.has_choice:
        for line in decision_lines(decision):
            click.echo(one_line(line))


def _asked(decision: Decision) -> dict[str, Any]:
    """Plan for the offer that the next step is about, else the leader, as `compkit counter` gives it."""
    step = decision.next_step
    offer_id = (step.offer if step else None) or decision.leader
    if offer_id is None or offer_id == STAYING:
        return {"asked_of": None, "ask": None, "fallback": None, "stop_line": None}
    offers = Offers(decision.person.entries)
    plan = negotiation_plan(offers, offer_id, decision.tables, decision.report_date, PlanSettings())
    answer = plan_answer(plan)
    return {"asked_of": offer_id, **{name: answer[name] for name in ("ask", "fallback", "stop_line")}}


def _choice(decision: Decision, name: str) -> dict[str, Any]:
    amounts = decision.amounts[name]
    return {
        "id": name,
        "status": decision.status_in_words(name),
        "m_per_year": None if amounts.why_no_tax else amounts.net[BASE],
        "before_tax_per_year": amounts.before_tax,
        "paper_per_year": amounts.paper,
        "cases": {} if amounts.why_no_tax else {case: value for case, value in amounts.net.items() if case != BASE},
        "missing": [asdict(fact) for fact in amounts.missing],
    }
