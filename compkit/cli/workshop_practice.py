"""Command to negotiate against an opponent in the terminal."""

from __future__ import annotations

from pathlib import Path

import click

from compkit.cli.level_type import LevelType
from compkit.cli.terminal import echo_table, harmless
from compkit.errors import CompkitError
from compkit.reference import load_tables
from compkit.report import (
    READABLE,
    answer_sentences,
    clock_sentence,
    count_points,
    limit_sentence,
    practice_brief,
    review_notes,
)
from compkit.workshop import (
    DEFAULT_TURNS,
    LEVELS,
    MAX_TURNS,
    MIN_TURNS,
    ROLES,
    STRATEGIES,
    CaseLevel,
    Package,
    Practice,
    load_case,
    package_points,
    practice_case,
    review_game,
)

_HELP = "Type offer, accept or walk. For an offer, type the number of each issue's option; Enter keeps your last one."


@click.command("practice")
@click.option("--level", type=LevelType(LEVELS), default="logrolling", show_default=True, help="What the case teaches.")
@click.option("--case", "case_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Play a case of your own in place of a drawn one.")  # fmt: skip
@click.option("--role", type=click.Choice(ROLES), default=ROLES[0], show_default=True, help="Your side.")
@click.option("--opponent", type=click.Choice(list(STRATEGIES), case_sensitive=False), default="conceder",
              show_default=True, help="How the other side negotiates.")  # fmt: skip
@click.option("--turns", type=click.IntRange(MIN_TURNS, MAX_TURNS), default=DEFAULT_TURNS, show_default=True,
              metavar="N", help="Deadline: turns of both sides together.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True, metavar="S",
              help="Number that the case and the game are drawn from.")  # fmt: skip
def practice_command(
    level: CaseLevel, case_file: Path | None, role: str, opponent: str, turns: int, seed: int
) -> None:  # fmt: skip
    """Negotiate turn by turn against an opponent, then see what you left on the table.

    The opponent's rules are open, but its points and limit are not shown until the end.
    """
    case = load_case(str(case_file)) if case_file else practice_case(level, seed, load_tables())
    practice = Practice(case, ROLES.index(role), STRATEGIES[opponent], turns, seed)
    brief = practice_brief(case, practice.side)
    for line in (case.title, READABLE, "", brief.caption):
        click.echo(harmless(line))
    echo_table(brief)
    click.echo(harmless(f"{brief.note}\n\n{_HELP}", keep_lines=True))
    package = practice.best
    while not practice.game.is_over:
        click.echo(f"\n{clock_sentence(practice)}")
        package = _play_turn(practice, package)
        for line in answer_sentences(practice):
            click.echo(harmless(line))
    click.echo()
    for line in review_notes(review_game(practice.game), practice.side, practice.strategy).items:
        click.echo(harmless(line))


def _play_turn(practice: Practice, last: Package) -> Package:
    """Ask for a move and make it; return the package to begin the next offer with."""
    move = click.prompt("Your move", type=click.Choice(("offer", "accept", "walk"), case_sensitive=False))
    package = last
    try:
        if move == "accept":
            practice.accept()
        elif move == "walk":
            practice.walk_away()
        elif practice.game.is_last_turn:
            practice.offer(last)  # which says why it can't be
        else:
            package = _ask_package(practice, last)
            practice.offer(package)
    except CompkitError as error:
        click.echo(str(error))
    return package


def _ask_package(practice: Practice, last: Package) -> Package:
    case, chosen = practice.game.case, []
    for issue, at in zip(case.issues, last, strict=True):
        limits = click.IntRange(1, len(issue.options))
        chosen.append(click.prompt(f"  {harmless(issue.name)}", type=limits, default=at + 1) - 1)
    points = count_points(package_points(case, tuple(chosen))[practice.side])
    click.echo(f"Your offer is worth {points} to you. {limit_sentence(case, practice.side)}")
    return tuple(chosen)
