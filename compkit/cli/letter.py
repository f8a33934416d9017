"""The command letter: words to send, filled from the offers file."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from compkit.batch import write_atomically
from compkit.cli.number_types import AMOUNT
from compkit.cli.options import (
    json_option,
    load_offers_with_warnings,
    output_faults,
    pay_store_option,
    print_json,
)
from compkit.errors import CompkitError, Fault, InputError, unknown_choice
from compkit.market import with_reported_pay
from compkit.negotiation import (
    LETTER_KINDS,
    PACKAGES,
    TONES,
    Letter,
    LetterRequest,
    MissingFact,
    NegotiationPlan,
    Package,
    PlanSettings,
    asks_for_package,
    build_letter_facts,
    letter,
    negotiation_plan,
)
from compkit.offers import AUDIENCES, OfferEntry, Offers, offers_for
from compkit.reference import Tables, load_letter_texts, load_tables
from compkit.report import has_address, letter_caution, letter_eml, letter_html, letter_text

_FORMATS = ("text", "html", "eml")
_STEPS = {"1": "status", "2": "status-2", "3": "status-3"}
_NAMES_FOR_SELF = ("candidate.name", "contact.recruiter", "contact.email")


@dataclasses.dataclass(frozen=True)
class _Options:
    """The options, checked."""

    kind: Any
    tone: Any
    package: str
    audience: Any
    form: str
    on: dt.date
    by: dt.date | None


@click.command("letter")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--offer", "offer_id", required=True, metavar="ID", help="Id of the offer in the file.")
@click.option("--kind", required=True, metavar="KIND", help=f"Kind of letter: {', '.join(LETTER_KINDS)}.")
@click.option("--tone", default="plain", show_default=True, metavar="T", help=f"Tone: {', '.join(TONES)}.")
@click.option("--step", metavar="N", help="Which status letter: 1, 2 or 3, each firmer than the last.")
@click.option("--target", type=AMOUNT, metavar="USD", help="Four-year total to settle at, as in `compkit counter`.")
@click.option("--package", default="balanced", show_default=True, metavar="P",
              help=f"Package to ask for: {', '.join(PACKAGES)}.")  # fmt: skip
@click.option("--total", "states_total", is_flag=True, help="State the package's four-year total, too.")
@click.option("--on", "on_text", metavar="DATE", help="Date of the letter, YYYY-MM-DD. Default: today.")
@click.option("--by", "by_text", metavar="DATE",
              help="Date to ask for, YYYY-MM-DD. Default: some business days later, before any deadline.")  # fmt: skip
@click.option("--audience", default="self", show_default=True, metavar="A",
              help=f"Who reads it: {', '.join(AUDIENCES)}. A coach's copy has no names.")  # fmt: skip
@click.option(
    "--competing", "competing_id", metavar="ID", help="Id of the written offer to mention. Default: the most urgent."
)
@click.option("--name-company", is_flag=True, help="Name the company of the other offer.")
@click.option("--format", "form", default="text", show_default=True, metavar="F",
              help=f"Format: {', '.join(_FORMATS)}.")  # fmt: skip
@pay_store_option
@click.option("-o", "--output", metavar="PATH", type=click.Path(path_type=Path), help="Write the letter to this file.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@json_option
def letter_command(
    files: tuple[str, ...],
    offer_id: str,
    kind: str,
    tone: str,
    step: str | None,
    target: float | None,
    package: str,
    on_text: str | None,
    by_text: str | None,
    audience: str,
    competing_id: str | None,
    form: str,
    store: Path | None,
    output: Path | None,
    *,
    states_total: bool,
    name_company: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Write a letter about an offer, ready to send; list what the file lacks, and leave no blanks."""
    options, faults = _checked(kind, tone, step, package, audience, form, on_text, by_text)
    faults += output_faults(output, is_forced=force)
    tables = load_tables()
    offers, entry, wrong = _entry(files, offer_id, tables)
    faults += wrong
    if options is None or entry is None or faults:
        raise InputError(faults)
    offers = with_reported_pay(offers, tables, options.on, store)
    asks = asks_for_package(options.kind, target)
    plan = negotiation_plan(offers, offer_id, tables, options.on, PlanSettings(target, options.package))
    asked, fallback, match_id = _packages(plan, options, target) if asks else (None, None, None)
    known = offers_for(offers, offer_id, "coach") if options.audience == "coach" else offers
    facts = build_letter_facts(
        known.entry(offer_id), known, written_on=options.on, asked=asked, fallback=fallback, match_id=match_id,
        name_company=name_company, competing_id=competing_id,
    )  # fmt: skip
    written = letter(LetterRequest(options.kind, facts, options.tone, options.by, states_total), load_letter_texts())
    caution = letter_caution(plan, options.kind)
    if caution:
        click.echo(f"For you alone: {caution}", err=True)
    for fact in _missing(written, options):
        click.echo(f"missing: {fact}", err=True)
    content = _content(written, options.form)
    if output is not None:
        write_atomically(output, content)
        click.echo(f"Wrote {output}.", err=True)
    if as_json:
        print_json(_answer(written, entry, options, caution))
    elif output is None:
        click.echo(content, nl=False)


def _checked(
    kind: str, tone: str, step: str | None, package: str, audience: str, form: str, on: str | None, by: str | None
) -> tuple[_Options | None, list[Fault]]:
    """Check the options; return them, or every fault in them."""
    lists: Sequence[tuple[str, str, Sequence[str]]] = (
        ("--kind", kind, LETTER_KINDS), ("--tone", tone, TONES), ("--package", package, PACKAGES),
        ("--audience", audience, AUDIENCES), ("--format", form, _FORMATS),
    )  # fmt: skip
    faults = [
        Fault("", "", what, unknown_choice(value, choices)) for what, value, choices in lists if value not in choices
    ]
    if step is not None and step not in _STEPS:
        faults.append(Fault("", "", "--step", unknown_choice(step, list(_STEPS))))
    elif step is not None and kind != "status":
        faults.append(Fault("", "", "--step", f"goes with --kind status, got {kind!r}. Leave it out."))
    days: dict[str, dt.date | None] = {}
    for what, text in (("--on", on), ("--by", by)):
        try:
            days[what] = dt.date.fromisoformat(text) if text else None
        except ValueError:
            faults.append(Fault("", "", what, f"must be a date written YYYY-MM-DD, got {text!r}."))
    if faults:
        return None, faults
    kind = _STEPS[step] if step else kind
    return _Options(kind, tone, package, audience, form, days["--on"] or dt.date.today(), days["--by"]), []


def _entry(files: Sequence[str], offer_id: str, tables: Tables) -> tuple[Offers, OfferEntry | None, list[Fault]]:
    """Load the offers and find the chosen one; return every fault of the files."""
    try:
        offers = load_offers_with_warnings(files, tables)
    except InputError as error:
        return Offers([]), None, list(error.faults)
    if offer_id not in offers.ids:
        return offers, None, [Fault("", "", "--offer", unknown_choice(offer_id, offers.ids))]
    return offers, offers.entry(offer_id), []


def _packages(
    plan: NegotiationPlan, options: _Options, target: float | None
) -> tuple[Package | None, Package | None, str | None]:
    """Choose the packages to ask for and to settle for, and the offer to match; None if the letter can do without."""
    try:
        asked = plan.ask
    except CompkitError:
        if options.kind == "counter" or target is not None:
            raise
        return None, None, None
    if asked.name != options.package:
        click.echo(
            f"note: the ranges leave no package {options.package!r}; {asked.name!r} stands in its place.", err=True
        )
    if plan.zopa.is_empty or not plan.meets_stop_line(asked):
        rule = (
            "can't ask for pay: nothing in the ranges is worth as much as your best alternative. Ask about the level."
        )
        if options.kind == "counter":
            raise InputError([Fault("", f"offer '{plan.evaluation.offer.id}'", "letter", rule)])
        click.echo(f"note: the letter {rule}", err=True)
        return None, None, None
    return asked, plan.fallback if plan.has_fallback else None, plan.match.id if plan.match else None


def _missing(written: Letter, options: _Options) -> list[MissingFact]:
    """Missing facts to report; a coach's copy omits names on purpose."""
    missing = list(written.missing)
    if options.form == "eml" and not has_address(written):
        missing.append(MissingFact("contact.email", "the draft is addressed to nobody without one plain address"))
    return [one for one in missing if not (options.audience == "coach" and one.field in _NAMES_FOR_SELF)]


def _content(written: Letter, form: str) -> str | bytes:
    if form == "eml":
        return letter_eml(written)
    return letter_html(written) if form == "html" else letter_text(written)


def _answer(written: Letter, entry: OfferEntry, options: _Options, caution: str | None) -> dict[str, Any]:
    return {
        "offer": entry.offer.id,
        "kind": written.kind,
        "tone": written.tone,
        "on": options.on.isoformat(),
        "subject": written.subject,
        "body": written.body,
        "to": {"name": written.to_name, "email": written.to_email},
        "from": written.from_name,
        "missing": [dataclasses.asdict(one) for one in _missing(written, options)],
        "caution": None if options.audience == "employer" else caution,
    }
