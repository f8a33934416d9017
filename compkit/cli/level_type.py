"""The level of a negotiation case, as an option takes it."""

from __future__ import annotations

import click

from compkit.workshop import CaseLevel


class LevelType(click.Choice[CaseLevel]):
    """A level, also with spaces or underscores."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> CaseLevel:
        """Read a level."""
        return super().convert(str(value).replace(" ", "-").replace("_", "-"), param, ctx)
