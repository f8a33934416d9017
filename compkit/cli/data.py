"""The command about the kit's own tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import click

from compkit.cli.options import json_option, print_json
from compkit.table_status import TableStatus, table_status
from compkit.tables import load_tables


@click.group("data")
def data_command() -> None:
    """Look into the tables that figures rest on."""


@data_command.command("status")
@json_option
def status_command(*, as_json: bool) -> None:
    """List tables that have run out, are old, or hold figures not seen in their publisher's own document."""
    states = list(table_status(load_tables(), dt.date.today()))
    if as_json:
        print_json({"tables": [asdict(state) | {"oldest_as_of": state.oldest_as_of.isoformat()} for state in states]})
        return
    doubtful = [(state, _doubts(state)) for state in states]
    for state, doubts in doubtful:
        if doubts:
            click.echo(f"{state.table:<26} {state.n_rows:>5} rows: {'; '.join(doubts)}")
    sound = sum(not doubts for _, doubts in doubtful)
    click.echo(f"{sound} further tables have no doubts.")


def _doubts(state: TableStatus) -> list[str]:
    doubts = []
    if state.has_run_out:
        doubts.append(f"ran out with {state.last_year}")
    if state.n_unverified:
        doubts.append(f"{state.n_unverified} unverified")
    if state.is_old:
        doubts.append(f"as of {state.oldest_as_of}, more than a year ago")
    return doubts
