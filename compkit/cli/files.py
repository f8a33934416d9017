"""The command that checks offers files."""

from __future__ import annotations

import dataclasses

import click

from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.cli.options import files_argument, json_option, print_json
from compkit.offers import read_offers


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
