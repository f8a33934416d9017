"""The group of commands about pay that people really report."""

from __future__ import annotations

import importlib

import click

from compkit.paydata import require_packages


class _Commands(click.Group):
    """Commands that are imported once their packages are known to be there: they are not part of compkit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        self._load()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self._load()
        return super().get_command(ctx, cmd_name)

    def _load(self) -> None:
        require_packages()
        importlib.import_module("compkit.cli.paydata_commands")


@click.group("paydata", cls=_Commands)
def paydata_command() -> None:
    """Keep files of reported pay in one store, and ask what they say."""
