"""Gantt chart of a plan: one line a row, its days as a bar, its name beside it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.axes import Axes

from compkit.report.show.blocks import Picture
from compkit.report.show.drawing import FONT, INK, SMALL, SOFT, WIDTH_INCHES, new_figure, picture
from compkit.report.show.text import count

BarKind = Literal["theirs", "ours", "late", "deadline"]
_COLORS: dict[BarKind, str] = {"theirs": "#d5dbe1", "ours": "#a6d3f2", "late": "#f7c873", "deadline": "#f4a582"}
_INCHES_A_LETTER = 0.076
_INCHES_A_LINE = 0.22
_HALF_A_BAR = 0.36
_LEAST_DAYS = 14
_MARGIN_INCHES = 0.4
_SHORT_INCHES = 0.3
_MOST_DAYS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart: a name, and its days, both included."""

    name: str
    first: dt.date
    last: dt.date
    kind: BarKind = "ours"


def gantt_chart(groups: Sequence[tuple[str, Sequence[Bar]]], today: dt.date, names: Mapping[BarKind, str]) -> Picture:
    """Draw bars below the name of their group, from top to bottom, with a line at today.

    Parameters
    ----------
    groups : sequence of (str, sequence of Bar)
        Each with bars; a name that is empty takes no line.
    today : date
    names : mapping of str to str
        What each kind of bar is.
    """
    bars = [bar for _, group in groups for bar in group]
    n_lines = len(bars) + sum(bool(name) for name, _ in groups)
    first, last = min(bar.first for bar in bars), max(bar.last for bar in bars)
    last = max(last, first + dt.timedelta(days=_LEAST_DAYS))
    figure, axes = new_figure(0.8 + _INCHES_A_LINE * n_lines)
    days_an_inch = ((last - first).days + 1) / (WIDTH_INCHES - _MARGIN_INCHES)
    line = 0
    for name, group in groups:
        if name:
            axes.annotate(name, (first.toordinal(), line), xytext=(0, 0), textcoords="offset points", va="center",
                          annotation_clip=False, in_layout=False, **{**FONT, "fontweight": "bold"})  # fmt: skip
            line += 1
        for bar in group:
            _draw(axes, bar, line, first, days_an_inch)
            line += 1
    is_on = first <= today <= last
    if is_on:
        axes.axvline(today.toordinal() + 0.5, color=INK, linewidth=1, linestyle=":", zorder=0)
    axes.set_xlim(first.toordinal() - 0.5, last.toordinal() + 1.5)
    axes.set_ylim(n_lines - 0.3, -0.7)
    _dress(axes, {kind: name for kind, name in names.items() if any(bar.kind == kind for bar in bars)})
    n_late = sum(bar.kind == "late" for bar in bars)
    spoken = [f"{bar.name.lower()} {bar.last:%b} {bar.last.day}" for bar in bars if bar.kind == "deadline"]
    spoken += [f"{n_late} late"] if n_late else []
    alt = f"{count(len(bars), 'row')} from {first:%b} {first.day} to {last:%b} {last.day}, by day"
    return picture(figure, f"{'; '.join([alt, *spoken])}.", "Dotted line: today." if is_on else "")


def _draw(axes: Axes, bar: Bar, line: int, first: dt.date, days_an_inch: float) -> None:
    """Draw a bar and its name: from the bar's start on, beside a short bar, or up to the right edge if it is long."""
    start, end = bar.first.toordinal(), bar.last.toordinal() + 1
    axes.barh(line, end - start, left=start, height=2 * _HALF_A_BAR, color=_COLORS[bar.kind], linewidth=0)
    is_short = end - start < _SHORT_INCHES * days_an_inch
    at, offset, side = float(end if is_short else start), 3, "left"
    edge = first.toordinal() + (WIDTH_INCHES - _MARGIN_INCHES) * days_an_inch
    if at + len(bar.name) * _INCHES_A_LETTER * days_an_inch > edge:
        at, offset, side = (start, -3, "right") if is_short else (edge, 0, "right")
    axes.annotate(bar.name, (at, line), xytext=(offset, 0), textcoords="offset points", ha=side, va="center",
                  annotation_clip=False, in_layout=False, **FONT)  # fmt: skip


def _dress(axes: Axes, names: Mapping[BarKind, str]) -> None:
    """Set the axes: days on top, no lines but a grid, and what colors mean."""
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    days = [dt.date.fromordinal(day) for day in range(math.ceil(axes.get_xlim()[0]), math.floor(axes.get_xlim()[1]))]
    mondays = [day for day in days if day.weekday() == 0]
    shown = mondays[:: math.ceil(len(mondays) / _MOST_DAYS)]
    axes.set_xticks([day.toordinal() for day in shown], [f"{day:%b} {day.day}" for day in shown])
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", labelsize=9, colors=SOFT, length=0)
    axes.grid(axis="x", color="#e5e9ee", linewidth=0.8)
    axes.set_axisbelow(True)
    for kind, name in names.items():
        axes.plot([], [], "s", color=_COLORS[kind], markersize=8, label=name)
    axes.legend(loc="upper left", bbox_to_anchor=(0, 0), ncols=4, frameon=False, borderaxespad=0.2, handlelength=1.0,
                columnspacing=1.2, fontsize=SMALL["fontsize"])  # fmt: skip
