"""The commands about offers files: new and validate."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from compkit.cli.main import EXIT_DONE, EXIT_REFUSED
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
        return EXIT_REFUSED if reading.faults else EXIT_DONE
    for fault in reading.faults:
        click.echo(str(fault), err=True)
    for doubt in reading.offers.warnings:
        click.echo(f"warning: {doubt}", err=True)
    if reading.faults:
        return EXIT_REFUSED
    click.echo(f"{len(reading.offers)} offers, no faults, {len(reading.offers.warnings)} warnings.")
    return EXIT_DONE
