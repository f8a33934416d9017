"""The command that prints the answer key of the exercises."""

from __future__ import annotations

import click

from compkit.cli.options import json_option, print_json
from compkit.workshop import EXERCISES, build_exercise


@click.command("key")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, metavar="S", help="The notebooks' seed.")
@click.option("--exercise", "names", type=click.Choice(EXERCISES), multiple=True, metavar="NAME",
              help="Only this exercise. Repeat it for more; by default all.")  # fmt: skip
@json_option
def key_command(seed: int, names: tuple[str, ...], *, as_json: bool) -> None:
    """Print the answers of the exercises in notebooks/workshop, for teachers.

    Students who have compkit can do the same: grade what they can explain.
    """
    found = [build_exercise(name, seed) for name in names or EXERCISES]
    if as_json:
        questions = {one.name: {name: asked.solution for name, asked in one.questions.items()} for one in found}
        print_json({"seed": seed, "answers": questions})
        return
    for exercise in found:
        click.echo(f"{exercise.name}, seed {seed}")
        for name, question in exercise.questions.items():
            click.echo(f"  {name}: {question.solution}\n    {question.because}")
