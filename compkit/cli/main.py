"""The command group, and the exit code and one-line message of each error."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

from compkit import __version__
from compkit.cli.exits import EXIT_DONE, EXIT_REFUSED
from compkit.errors import CompkitError, nearest_name

# Each command's module and help; a module is imported when its command runs.
COMMANDS = {
    "new": ("new", "Ask about your offers and write an offers file, or add to one (--add)."),
    "init": ("init", "Copy the notebooks and sample offers into a folder."),
    "validate": ("files", "Check offers files: list every fault, and warn about unlikely values."),
    "evaluate": ("evaluate", "Show what each offer pays, year by year."),
    "market": ("figures", "Compare each part of each offer with its range: below, within or above."),
    "score": ("figures", "Score each offer's risk and decision; list warnings and deal breakers."),
    "premium": ("figures", "Show the AI/ML premiums that apply to each offer."),
    "audit": ("figures", "Check the guide's figures and list those that don't add up."),
    "tax": ("tax", "Work out the taxes on a year's wages, and what is left."),
    "compare": ("compare", "Compare each person's offers: totals, break-even growth, chances."),
    "decide": ("decide", "Say which choice leads on pay, how firmly, and what to do next."),
    "timeline": ("timeline", "Plan the weeks around the offer: where you stand, what is due, which deadlines clash."),
    "references": ("references", "Show who speaks for you, what nobody covers, and what a background check needs."),
    "onboarding": ("onboarding", "Plan the first weeks in the new job, from four weeks before to day 90."),
    "walk-away": ("walk_away", "Show the least each offer must pay, and your best alternative to it."),
    "counter": ("counter", "Suggest what to ask for: three packages, a fallback, the limits."),
    "letter": ("letter", "Write a letter about an offer, ready to send."),
    "explain": ("explain", "Trace a figure back to your file, the data tables and their sources."),
    "locations": ("locations", "Compare what the pay leaves and buys in other places."),
    "withholding": ("locations", "Show the tax that withholding doesn't cover, and what to set aside."),
    "data": ("data", "List tables to double-check, and the names a file may use."),
    "paydata": ("paydata", "Keep files of reported pay in one store, and ask what they say."),
    "workshop": ("workshop", "Run a negotiation workshop: a class's papers, and what a scored case allows."),
    "lab": ("lab", "Open the notebooks in JupyterLab, about your offers."),
    "app": ("app", "Serve the app: your offers in the browser, without code."),
    "report": ("reports", "Make a report for each offer, and an index of all of them."),
    "check": ("reports", "Run reports again and list those that no longer reproduce."),
    "diff": ("diff", "Show what changed between two runs of reports, and why."),
}


class _Commands(click.Group):
    """A command group that lists names and help without importing the commands."""

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
    """Work out what a job offer is worth, where it stands, and what to ask for next.

    Start with `compkit new`, then `compkit report offers.yaml`.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; compkit/cli/exits.py lists the codes."""
    try:
        code = compkit.main(args=list(arguments), prog_name="compkit", standalone_mode=False)
    except CompkitError as error:
        click.echo(str(error), err=True)
        return EXIT_REFUSED
    except click.ClickException as error:
        message = error.format_message().rstrip()
        context = error.ctx if isinstance(error, click.UsageError) and "\n" not in message else None
        click.echo(message + (f" See `{context.command_path} --help`." if context else ""), err=True)
        return EXIT_REFUSED
    except OSError as error:
        click.echo(f"{error.filename or 'the file'}: {error.strerror or error}.", err=True)
        return EXIT_REFUSED
    except click.Abort:
        click.echo("Stopped.", err=True)
        return EXIT_REFUSED
    return code if isinstance(code, int) else EXIT_DONE
