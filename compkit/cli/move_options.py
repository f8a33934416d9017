"""Options for a move between states within the year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

import click

from compkit.cli.number_types import AMOUNT
from compkit.cli.options import DayOption
from compkit.model import read_place
from compkit.reference import Tables
from compkit.report import day, usd
from compkit.tax import Move, TaxTables, unknown_parts, untaxed_place

CommandT = TypeVar("CommandT", bound=Callable[..., Any])


_OPTIONS = ("moved_from", "moved_on", "earned_before", "vested_after")


def move_options(command: CommandT) -> CommandT:
    """Add the options of a move to a command, each left out by default."""
    for name, kind, metavar, words in (
        ("vested-after", AMOUNT, "USD", "The part of --earned-before that vested after the move, for work before it."),
        ("earned-before", AMOUNT, "USD", "The part of --wages that was earned where you lived before."),
        ("moved-on", DayOption(), "DATE", "Your first day in --location, in --year."),
        ("moved-from", click.STRING, "L", "Where you lived and worked before, if you moved within the year."),
    ):
        command = click.option(f"--{name}", type=kind, default=None, metavar=metavar, help=words)(command)
    return command


def move_from(
    given: Mapping[str, Any], wages: float, year: int, location: str, law: TaxTables, tables: Tables, *, is_alone: bool
) -> tuple[Move | None, list[tuple[str, str]]]:
    """Return the move that options give, or None, and what is wrong with it: each option with the rule.

    Parameters
    ----------
    given : mapping of str to object
        All options of the command.
    wages, year, location
        What the move is a part of.
    law, tables
    is_alone : bool
        Whether nothing is given that a move can't be combined with.
    """
    place, on, before, after = (given[name] for name in _OPTIONS)
    if all(given[name] is None for name in _OPTIONS):
        return None, []
    missing = [name for name in _OPTIONS[:-1] if given[name] is None]
    if missing:
        return None, [(name.replace("_", "-"), "is missing: a move needs it.") for name in missing]
    place = read_place(place, tables.choices["residences"]) or place
    if place not in law.of_place:
        return None, [("moved-from", untaxed_place(place, tables))]
    move = Move(place, on, before, after or 0.0)
    wrong = list(_faults(move, wages, year, location, law))
    if not is_alone:
        wrong.append(
            (
                "moved-from",
                "can't be combined with another place of work, options exercised, or a household's options yet.",
            )
        )
    return move, wrong


def _faults(move: Move, wages: float, year: int, location: str, law: TaxTables) -> Iterator[tuple[str, str]]:
    if move.on.year != year:
        yield "moved-on", f"must be in --year {year}, got {move.on}."
    for error in move.wrong_amounts(wages):
        yield error.what.replace("_", "-"), f"must {error.rule}, got {error.value:,.0f}."
    if location in law.of_place:
        yield from (
            ("moved-from", f"can't be worked out: {each}") for each in islice(unknown_parts(move, location, law), 1)
        )


def move_words(move: Move, location: str) -> str:
    """Say what is taxed where."""
    left = f"{usd(float(move.earned_before))} is taxed as earned in {move.place}, the rest in {location}"
    return f"Moved on {day(move.on)}: {left}. Each state takes its part as its own part-year return does."
