"""`compkit init`: create a folder with the notebooks and sample offers."""

from __future__ import annotations

from pathlib import Path

import click

from compkit.batch import copy_kit
from compkit.cli.options import json_option, print_json


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@json_option
def init_command(folder: Path, *, as_json: bool) -> None:
    """Copy the notebooks and sample offers into DIR.

    The copies report as of today, on the sample or your own offers file. Nothing is overwritten.
    """
    files = copy_kit(folder)
    if as_json:
        print_json({"files": [str(path) for path in files]})
        return
    click.echo(f"Wrote {len(files)} files. Open the notebooks: compkit lab {folder / 'notebooks'}", err=True)
