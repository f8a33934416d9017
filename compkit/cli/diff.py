"""Command that compares two runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from compkit.batch import ChangedFigure, ReportChange, RunChanges, Value, report_subject, run_changes
from compkit.cli.exits import EXIT_DONE
from compkit.cli.options import json_option, print_json
from compkit.errors import Fault, InputError
from compkit.report import count

_MAX_FIGURES = 12
_FRACTIONS = ("fraction", "fraction a year")
_STATES = {
    "only in a": "only in the first run",
    "only in b": "only in the second run",
    "not made in a": "failed in the first run, made in the second",
    "not made in b": "made in the first run, failed in the second",
}


@click.command("diff")
@click.argument("run_a", metavar="RUN_A", type=click.Path(path_type=Path))
@click.argument("run_b", metavar="RUN_B", type=click.Path(path_type=Path))
@click.option("--all", "shows_all", is_flag=True, help="Show every changed figure, not only the largest changes.")
@json_option
def diff_command(run_a: Path, run_b: Path, *, shows_all: bool, as_json: bool) -> int:
    """Show what changed between two folders of reports, and why: offer, prices, data, code."""
    faults = [
        Fault(str(folder), "", "", "is not a folder of reports. `compkit report -o DIR` makes one.")
        for folder in dict.fromkeys((run_a, run_b))
        if not folder.is_dir()
    ]
    if faults:
        raise InputError(faults)
    changes = run_changes(run_a, run_b)
    if as_json:
        print_json(changes.as_json())
    else:
        click.echo("\n".join(_lines(changes, shows_all=shows_all)))
    return EXIT_DONE


def _lines(changes: RunChanges, *, shows_all: bool) -> Iterator[str]:
    yield f"{changes.n_changed} of {count(len(changes.reports), 'report')} changed."
    for cause, n_figures in sorted(changes.figures_by_cause().items(), key=lambda item: -item[1]):
        yield f"{count(n_figures, 'figure')} by {cause}."
    for report in changes.reports:
        if report.change != "same":
            yield ""
            yield from _report_lines(report, shows_all=shows_all)


def _report_lines(report: ReportChange, *, shows_all: bool) -> Iterator[str]:
    name = f"{report_subject(report.folder)}, {report.notebook}"
    if report.change != "changed":
        yield f"{name}: {_STATES[report.change]}."
        return
    effect = "" if report.figures else " (no figure is another)"
    yield f"{name}: {', '.join(report.causes)}{effect}"
    for field in report.fields:
        yield f"  you typed  {_plain(field.field)}: {_shown(field.a)} -> {_shown(field.b)}"
    ordered = sorted(report.figures, key=_size, reverse=True)
    for figure in ordered if shows_all else ordered[:_MAX_FIGURES]:
        yield f"  {_plain(figure.figure)}: {_figure(figure)}"
    if len(ordered) > _MAX_FIGURES and not shows_all:
        yield f"  and {count(len(ordered) - _MAX_FIGURES, 'figure')} more: --all shows them."


def _size(figure: ChangedFigure) -> float:
    """Relative size of a change; figures that came or went rank highest."""
    if figure.difference is None:
        return float("inf")
    scale = max(abs(float(value)) for value in (figure.a, figure.b) if isinstance(value, int | float))
    return abs(figure.difference) / scale if scale else 0.0


def _figure(figure: ChangedFigure) -> str:
    a, b = (_shown(value, figure.unit) for value in (figure.a, figure.b))
    if figure.difference is None:
        return f"{a} -> {b}"
    sign = "+" if figure.difference > 0 else "-"
    return f"{a} -> {b}  ({sign}{_shown(abs(figure.difference), figure.unit)})"


def _shown(value: Value, unit: str = "") -> str:
    """Format a value: fractions as percentages, amounts in dollars."""
    if value is None:
        return "none"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _plain(str(value).lower() if isinstance(value, bool) else value)
    if unit in _FRACTIONS:
        return f"{value:.2%}"
    if unit.startswith("USD"):
        return f"${value:,.0f}" if abs(value) >= 1 or value == 0 else f"${value:,.4f}"
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _plain(text: str) -> str:
    """Text that is safe in a terminal, cut if long."""
    harmless = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return harmless if len(harmless) <= 80 else f"{harmless[:80]}..."
