"""The command about the kit's own tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import click

from compkit.cli.options import json_option, print_json
from compkit.table_status import TableStatus, table_status
from compkit.tables import load_tables
from compkit.tax import tax_tables, taxed_places


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


@data_command.command("places")
@json_option
def places_command(*, as_json: bool) -> None:
    """List the places that an offer may name, and whether we hold their taxes."""
    tables = load_tables()
    taxed = set(taxed_places(tax_tables(tables)))
    rows = [
        {"place": row["place"], "state": row["state"] or None, "taxed": row["place"] in taxed}
        for row in tables.rows("places")
    ]
    if as_json:
        print_json({"places": rows})
        return
    for row in rows:
        click.echo(f"{row['place']:<18} {row['state'] or '':<4}{'' if row['taxed'] else 'no tax tables'}".rstrip())


def _add_list(name: str) -> None:
    """Add the command that lists the names that one field may hold."""

    @data_command.command(name.replace("_", "-"), help=f"List the {name.replace('_', ' ')} that a file may name.")
    @json_option
    def list_command(*, as_json: bool) -> None:
        names = load_tables().choices[name]
        if as_json:
            print_json({name: names})
            return
        click.echo("\n".join(names))


for _name in (
    "company_types",
    "schedules",
    "practices",
    "specializations",
    "skills",
    "risk_factors",
    "decision_factors",
):
    _add_list(_name)


def _doubts(state: TableStatus) -> list[str]:
    doubts = []
    if state.has_run_out:
        doubts.append(f"ran out with {state.last_year}")
    if state.n_unverified:
        doubts.append(f"{state.n_unverified} unverified")
    if state.is_old:
        doubts.append(f"as of {state.oldest_as_of}, more than a year ago")
    return doubts
