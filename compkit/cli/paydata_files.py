"""Commands about the files in a store of reported pay. They import little, as loading has to do with little memory."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path

import click

from compkit.cli.json_answers import json_option, print_json
from compkit.cli.paydata import paydata_command, store_option
from compkit.cli.terminal import harmless
from compkit.errors import Fault, InputError
from compkit.paydata import (
    KINDS,
    Fates,
    add_files,
    export_rows,
    list_sources,
    mapped_kind,
    open_store,
    remove_source,
    sum_of,
)
from compkit.reference import load_tables


@paydata_command.command("add")
@click.argument("files", metavar="FILE...", nargs=-1, required=True,
                type=click.Path(path_type=Path, exists=True, dir_okay=False))  # fmt: skip
@click.option("--as", "kind", type=click.Choice(list(KINDS)), help="Kind of file. Default: known by its columns.")
@click.option("--map", "mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="YAML",
              help="Which of the file's columns means what; see docs/bring-pay-data.md.")  # fmt: skip
@store_option
@json_option
def add_command(files: tuple[Path, ...], kind: str | None, mapping: Path | None, store: Path, *, as_json: bool) -> None:
    """Add files to the store; say what became of each of their rows.

    A row is kept, or it is a duplicate, or it is set aside with a reason. Names and contacts are not stored. Adding a
    file twice adds nothing, and the order of files doesn't matter. If one of them can't be read, none is added.
    """
    wanted = KINDS[kind] if kind else None
    if mapping is not None:
        wanted = mapped_kind(mapping, wanted or KINDS["csv"])
    with open_store(store, read_only=False) as connection:
        found = add_files(connection, files, load_tables(), dt.date.today(), wanted)
    fates = sum_of(list(found.values()))
    if as_json:
        by_file = {"files": [{"file": str(file), **asdict(one)} for file, one in found.items()]}
        print_json(asdict(fates) | (by_file if len(files) > 1 else {}))
    else:
        for file, one in found.items():
            click.echo(harmless(f"{file.name}: {_in_words(one)}"))
        if len(found) > 1:
            click.echo(f"All {len(found)} files: {_in_words(fates)}")


def _in_words(fates: Fates) -> str:
    parts = [f"{fates.rows:,} rows: {fates.kept:,} kept", f"{fates.duplicates:,} duplicates"]
    n_aside = sum(fates.set_aside.values())
    why = "; ".join(f"{n:,} {reason}" for reason, n in fates.set_aside.items())
    return ", ".join([*parts, f"{n_aside:,} set aside"]) + (f" ({why})" if why else "") + "."


@paydata_command.command("sources")
@store_option
@json_option
def sources_command(store: Path, *, as_json: bool) -> None:
    """List the files in the store, what became of their rows, and what their sources let you do with them."""
    with open_store(store) as connection:
        sources = list_sources(connection)
    if as_json:
        print_json({
            "sources": [
                asdict(one) | {"added": one.added.isoformat(), "terms": KINDS[one.kind].terms} for one in sources
            ]
        })  # fmt: skip
        return
    for one in sources:
        click.echo(
            harmless(f"{one.source}. {one.file} ({one.kind}, added {one.added:%Y-%m-%d}): {_in_words(one.fates)}")
        )
    for kind in dict.fromkeys(one.kind for one in sources):
        click.echo(f"{kind}: {KINDS[kind].terms}")


@paydata_command.command("remove")
@click.argument("source", type=int)
@store_option
@json_option
def remove_command(source: int, store: Path, *, as_json: bool) -> None:
    """Take a file's rows out of the store. SOURCE is its number in `compkit paydata sources`."""
    if not store.exists():
        raise InputError([Fault(str(store), "", "", "is no store of pay data. There is nothing to remove.")])
    with open_store(store, read_only=False) as connection:
        fates = remove_source(connection, source)
    if as_json:
        print_json(asdict(fates))
        return
    click.echo(f"Removed {_in_words(fates)}")


@paydata_command.command("export")
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--fates", "with_fates", is_flag=True, help="Instead of the pay, what became of each row of each file.")
@store_option
@json_option
def export_command(output: Path, store: Path, *, with_fates: bool, as_json: bool) -> None:
    """Write the pay in the store as CSV, or as XLSX if OUTPUT ends in .xlsx."""
    if output.exists():
        raise InputError([Fault(str(output), "", "", "is there already. Choose another name.")])
    with open_store(store) as connection:
        n_rows = export_rows(connection, output, with_fates=with_fates)
    if as_json:
        print_json({"file": str(output), "rows": n_rows})
        return
    click.echo(f"Wrote {n_rows:,} rows to {output}.")
