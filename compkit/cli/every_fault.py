"""A command that names all options it can't read, not the first alone."""

from __future__ import annotations

import click
from click.core import iter_params_for_processing


class EveryFaultCommand(click.Command):
    """A command whose unreadable and missing options are all told at once, a line each."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options.

        Raises
        ------
        click.UsageError
            If one or more can't be read.
        """
        given = list(args)
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as first:
            lines = self._faults(ctx, given)
            if len(lines) < 2:
                raise
            raise click.UsageError("\n".join(lines), ctx) from first

    def _faults(self, context: click.Context, args: list[str]) -> list[str]:
        options, rest, order = self.make_parser(context).parse_args(args)
        lines = []
        for parameter in iter_params_for_processing(order, self.get_params(context)):
            try:
                _, rest = parameter.handle_parse_result(context, options, rest)
            except click.BadParameter as error:
                lines.append(error.format_message())
        return lines
