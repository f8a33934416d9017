"""The group of commands, and how an error becomes one clear line and an exit code."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from compkit import __version__
from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.errors import CompkitError, nearest_name

# Each command and the module in which it lives; a module is loaded when its command is asked for.
COMMANDS = {
    "new": ("new", "Ask about your offers and write a short offers file, or add to one (--add)."),
    "init": ("init", "Copy the notebooks and sample offers into a folder, to work in."),
    "validate": ("files", "Say what is wrong in offers files, and what is hardly meant."),
    "evaluate": ("evaluate", "What offers are worth, year by year."),
    "market": ("figures", "Where offers stand against their yardsticks."),
    "score": ("figures", "The risk and decision scores, warnings and deal breakers."),
    "premium": ("figures", "The AI/ML premiums that apply to offers."),
    "audit": ("figures", "The guide's figures, worked out again."),
    "tax": ("tax", "What a year's wages leave after tax."),
    "compare": ("compare", "Offers beside each other: who wins, by how much, and at which growth that turns."),
    "walk-away": ("walk_away", "What each offer must pay at least, and the best alternative to it."),
    "counter": ("counter", "What to ask for: three packages, a fallback, the limits."),
    "letter": ("letter", "The words: a letter about an offer, ready to send."),
    "explain": ("explain", "Where a figure comes from: its parts, down to your file and the tables' sources."),
    "locations": ("locations", "What the same pay leaves after tax and prices in other places."),
    "withholding": ("locations", "What withholding does not cover, and the cash to set aside."),
    "data": ("data", "Look into the tables: their status, and the names they know, such as places."),
    "report": ("reports", "Make a report for each offer."),
    "check": ("reports", "Run reports again and say which no longer reproduce."),
    "diff": ("diff", "What changed between two runs of reports, and why."),
}


class _Commands(click.Group):
    """A group that knows its commands' names and help without loading them."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(
            importlib.import_module(f"compkit.cli.{COMMANDS[name][0]}"), f"{name.replace('-', '_')}_command"
        )
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        close = nearest_name(args[0], COMMANDS) if args[0] not in COMMANDS else None
        if close and not args[0].startswith("-"):
            context.fail(f"There is no command {args[0]!r}. Did you mean {close!r}?")
        return super().resolve_command(context, args)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="compkit")
def compkit() -> None:
    """Say what a job offer is worth, where it stands, and what to ask for next.

    Begin with `compkit new`, then `compkit report offers.yaml`.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command; return its exit code: 0 done, 1 done but for some reports, 2 the input was refused."""
    try:
        code = compkit.main(args=list(arguments), prog_name="compkit", standalone_mode=False)
    except CompkitError as error:
        click.echo(str(error), err=True)
        return EXIT_REFUSED
    except click.ClickException as error:
        error.show()
        return EXIT_REFUSED
    except OSError as error:
        click.echo(f"{error.filename or 'the file'}: {error.strerror or error}.", err=True)
        return EXIT_REFUSED
    except click.Abort:
        click.echo("Stopped.", err=True)
        return EXIT_REFUSED
    return code if isinstance(code, int) else EXIT_DONE
