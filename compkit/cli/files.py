"""The command that checks offers files."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain

import click

from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.cli.options import echo_warnings, files_argument, json_option, office_warnings, print_json
from compkit.errors import Fault
from compkit.offers import OfferEntry, open_questions, people_of, read_offers, reference_faults
from compkit.process import process_warnings
from compkit.reference import Tables, load_tables
from compkit.report import rule_message
from compkit.tax import tax_tables


@click.command("validate")
@files_argument
@json_option
def validate_command(files: tuple[str, ...], *, as_json: bool) -> int:
    """Check offers files: list every fault, and warn about unlikely values."""
    offers = read_offers(files)
    tables = load_tables()
    # What is left out for its faults can't be found by its id either.
    faults = offers.faults or tuple(reference_faults(people_of(offers)))
    questions = (open_questions(entry.offer, entry.file, tables) for entry in offers)
    offices = office_warnings(offers, tax_tables(tables))
    warnings = [*offers.warnings, *chain.from_iterable(questions), *offices, *_red_flags(offers, tables)]
    if as_json:
        print_json(
            {
                "offers": len(offers),
                "faults": [dataclasses.asdict(fault) for fault in faults],
                "warnings": [dataclasses.asdict(warning) for warning in warnings],
            }
        )
    for fault in faults:
        click.echo(str(fault), err=True)
    echo_warnings(warnings)
    if faults:
        return EXIT_REFUSED
    if not as_json:
        click.echo(f"Offers: {len(offers)}. Faults: 0. Warnings: {len(warnings)}.")
    return EXIT_DONE


def _red_flags(offers: Iterable[OfferEntry], tables: Tables) -> Iterator[Fault]:
    """Warnings about how the employers run their hiring processes."""
    for entry in offers:
        for rule in process_warnings(entry.offer, tables, dt.date.today()):
            where = f"offer '{entry.offer.id}'"
            is_typed = rule.signal in type(entry.offer.signals).model_fields
            field = f"signals.{rule.signal}" if is_typed else "process.heard"
            yield Fault(entry.file, where, field, f"is a warning sign: {rule_message(rule)} {rule.advice}")
