"""Commands about compkit's own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

import click

from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import echo_table
from compkit.reference import TableStatus, TaxStatus, load_tables, table_status, tax_status
from compkit.report import market_sources_table
from compkit.tax import tax_tables, taxed_places


@click.group("data")
def data_command() -> None:
    """List tables to double-check, and the names a file may use."""


@data_command.command("status")
@json_option
def status_command(*, as_json: bool) -> None:
    """List tables that are out of date or hold unverified figures."""
    tables = load_tables()
    states, taxes = list(table_status(tables, dt.date.today())), tax_status(tables)
    if as_json:
        rows = [asdict(state) | {"oldest_as_of": state.oldest_as_of.isoformat()} for state in states]
        print_json({"tables": rows, "taxes": [asdict(state) for state in taxes]})
        return
    warned = [(state, _warnings(state)) for state in states]
    cells = [(state.table, f"{state.n_rows} rows:", "; ".join(warnings)) for state, warnings in warned if warnings]
    echo_table(cells, left=(0, 2), indent="")
    click.echo(f"The other {sum(not warnings for _, warnings in warned)} tables are sound.")
    _print_taxes(taxes)


@data_command.command("places")
@json_option
def places_command(*, as_json: bool) -> None:
    """List the places a file may name, and which have tax tables."""
    tables = load_tables()
    taxed = set(taxed_places(tax_tables(tables)))
    rows = [
        {"place": row["place"], "state": row["state"] or None, "taxed": row["place"] in taxed}
        for row in tables.rows("places")
    ]
    if as_json:
        print_json({"places": rows})
        return
    cells = [(row["place"], row["state"] or "", "" if row["taxed"] else "no tax tables") for row in rows]
    echo_table(cells, left=range(3), indent="")


@data_command.command("market-sources")
@json_option
def market_sources_command(*, as_json: bool) -> None:
    """List where to look up pay, with what each source is good for and its traps."""
    tables = load_tables()
    if as_json:
        print_json({"market_sources": tables.rows("market_sources")})
        return
    echo_table(market_sources_table(tables).cells(), left=range(3), indent="")


def _add_list(name: str) -> None:
    """Add a command that lists the names a field accepts."""

    @data_command.command(name.replace("_", "-"), help=f"List the {name.replace('_', ' ')} a file may name.")
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
    "stages",
    "steps",
    "reference_roles",
    "reference_topics",
    "delays",
):
    _add_list(_name)


def _print_taxes(taxes: Sequence[TaxStatus]) -> None:
    """Print what each jurisdiction's tax figures rest on, by year."""
    years = sorted({state.year for state in taxes})
    click.echo(
        "\nTax figures by place and year: read in their publisher's own document + agreed on by two other sources "
        "(+ in one source or none):"
    )
    cells = {(state.name, state.year): _proof(state) for state in taxes}
    names = dict.fromkeys(state.name for state in taxes)
    rows = [("", *map(str, years)), *((name, *(cells.get((name, year), "") for year in years)) for name in names)]
    echo_table(rows, indent="")


def _proof(state: TaxStatus) -> str:
    without = f" (+{state.n_without_proof})" if state.n_without_proof else ""
    return f"{state.n_verified}+{state.n_witnessed}{without}"


def _warnings(state: TableStatus) -> list[str]:
    warnings = []
    if state.has_run_out:
        warnings.append(f"ran out with {state.last_year}")
    if state.n_unverified:
        warnings.append(f"{state.n_unverified} unverified")
    if state.is_old:
        warnings.append(f"as of {state.oldest_as_of}, more than a year ago")
    return warnings
