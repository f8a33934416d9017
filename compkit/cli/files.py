"""The command that checks offers files."""

from __future__ import annotations

import dataclasses
from itertools import chain

import click

from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.cli.options import echo_warnings, files_argument, json_option, office_warnings, print_json
from compkit.offers import open_questions, people_of, read_offers, reference_faults
from compkit.reference import load_tables
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
    warnings = [*offers.warnings, *chain.from_iterable(questions), *offices]
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
