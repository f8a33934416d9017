"""Commands about negotiation exercises."""

from __future__ import annotations

from itertools import islice
from typing import Any

import click

from compkit.cli.options import json_option, print_json
from compkit.cli.terminal import harmless
from compkit.report import analysis_lines
from compkit.workshop import POINTS, Analysis, Pair, analyze_case, load_case

MOST_PACKAGES = 10
"""Agreements that JSON lists for each point."""


@click.group("workshop")
def workshop_command() -> None:
    """Run a negotiation workshop: see what a scored case allows."""


@workshop_command.command("analyse")
@click.argument("case", metavar="CASE", type=click.Path())
@click.option("--profiles", nargs=2, type=click.Path(), metavar="A B",
              help="For a Genius domain: the two sides' preferences, as XML.")  # fmt: skip
@json_option
def analyse_command(case: str, profiles: tuple[str, str] | None, *, as_json: bool) -> None:
    """Show every efficient agreement of a case, and the four points that bargaining theory picks.

    CASE is a scored case in YAML, or a Genius domain in XML.
    """
    found = analyze_case(load_case(case, profiles or ()))
    if as_json:
        print_json(_answer(found))
        return
    for line in analysis_lines(found):
        click.echo(harmless(line))


def _answer(found: Analysis) -> dict[str, Any]:
    """Return what a case allows, for JSON."""
    case = found.case
    return {
        "title": case.title,
        "sides": [side.name for side in case.sides],
        "n_outcomes": case.n_outcomes,
        "n_suiting_both": found.outcomes.n_suiting_both,
        "n_pareto": len(found.pareto),
        "pareto": found.pareto.numbers(),
        **{name: found.points[name].numbers() for name in POINTS},
        "reservation": [int(limit) if limit.denominator == 1 else float(limit) for limit in case.limits],
        "has_deal": found.has_deal,
        "packages": {
            name: [_package(found, pair) for pair in islice(found.points[name], MOST_PACKAGES)] for name in POINTS
        },
        "notes": list(case.notes),
    }


def _package(found: Analysis, pair: Pair) -> dict[str, str]:
    """One agreement that gives a pair of utilities: each issue's option."""
    package = next(found.outcomes.packages(pair))
    return {issue.name: issue.options[number].name for issue, number in zip(found.case.issues, package, strict=True)}
