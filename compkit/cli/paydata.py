"""The group of commands about pay that people really report."""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from compkit.paydata import OWN_STORE, require_packages

_MODULES = {
    **dict.fromkeys(("add", "sources", "remove", "export"), "compkit.cli.paydata_files"),
    **dict.fromkeys(("query", "wages", "check", "premium"), "compkit.cli.paydata_questions"),
}
store_option = click.option(
    "--store", type=click.Path(path_type=Path, dir_okay=False), default=Path(OWN_STORE), show_default=True,
    metavar="PATH", help="File of the store.",
)  # fmt: skip


class _Commands(click.Group):
    """Commands that are imported once their packages are known to be there: they are not part of compkit."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        for name in _MODULES:
            self.get_command(ctx, name)
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        require_packages()
        if cmd_name in _MODULES:
            importlib.import_module(_MODULES[cmd_name])
        return super().get_command(ctx, cmd_name)


@click.group("paydata", cls=_Commands)
def paydata_command() -> None:
    """Keep files of reported pay in one store, and ask what they say."""
