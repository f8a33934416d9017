"""The group of commands about pay that people really report."""

from __future__ import annotations

import importlib
from importlib.util import find_spec

import click

from compkit.errors import Fault, InputError

_PACKAGES = ("cleanco", "duckdb", "linearmodels", "python-calamine", "rapidfuzz", "xlsx2csv", "zipcodes")


class _Commands(click.Group):
    """Commands that are imported once their packages are known to be there: they are not part of compkit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        if any(find_spec(name.replace("-", "_")) is None for name in _PACKAGES):
            rule = f"needs more packages. Install them: pip install {' '.join(_PACKAGES)}"
            raise InputError([Fault("", "", "Pay data", rule)])
        importlib.import_module("compkit.cli.paydata_commands")


@click.group("paydata", cls=_Commands)
def paydata_command() -> None:
    """Keep files of reported pay in one store, and ask what they say."""
