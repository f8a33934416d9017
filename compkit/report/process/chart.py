"""Gantt chart of a plan: one line a row, its days as a bar, its name beside it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compkit.report.show.blocks import Picture
from compkit.report.show.drawing import GRID, INK, SIZE, SMALL, SOFT, Chart, Scale, fitted, picture, text_width
from compkit.report.show.text import count

BarKind = Literal["theirs", "ours", "late", "deadline"]
_COLORS: dict[BarKind, str] = {"theirs": "#d5dbe1", "ours": "#a6d3f2", "late": "#f7c873", "deadline": "#f4a582"}
_LINE, _SHORT = 20.0, 60.0
_LEAST_DAYS, _MOST_DAYS = 14, 7


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
    first, last = min(bar.first for bar in bars), max(bar.last for bar in bars)
    last = max(last, first + dt.timedelta(days=_LEAST_DAYS))
    is_on = first <= today <= last
    used = {kind: name for kind, name in names.items() if any(bar.kind == kind for bar in bars)}

    def draw(chart: Chart) -> None:
        chart.key([(name, _COLORS[kind], "box") for kind, name in used.items()])
        across = Scale(first.toordinal(), last.toordinal() + 1, 0.0, chart.width)
        top = chart.bottom + 18
        n_lines = len(bars) + sum(bool(name) for name, _ in groups)
        days = [first + dt.timedelta(days=day) for day in range((last - first).days + 1)]
        mondays = [day for day in days if day.weekday() == 0]
        for day in mondays[:: math.ceil(len(mondays) / (_MOST_DAYS // 2 if chart.is_narrow else _MOST_DAYS))]:
            chart.line([(across(day.toordinal()), top), (across(day.toordinal()), top + _LINE * n_lines)], GRID)
            chart.text_within(across(day.toordinal()), top - 5, f"{day:%b} {day.day}", SMALL, SOFT)
        if is_on:
            x = across(today.toordinal() + 0.5)
            chart.line([(x, top), (x, top + _LINE * n_lines)], INK, 1.0, "1 3")
        chart.bottom = top
        for name, group in groups:
            if name:
                chart.bottom += _LINE
                chart.text(0, chart.bottom - 6, fitted(name, chart.width, bold=True), bold=True)
            for bar in group:
                _draw(chart, bar, across)

    n_late = sum(bar.kind == "late" for bar in bars)
    deadlines = [f"{bar.name.lower()} {bar.last:%b} {bar.last.day}" for bar in bars if bar.kind == "deadline"]
    spoken = [*deadlines, *([f"{n_late} late"] if n_late else [])]
    span = f"from {first:%b} {first.day} to {last:%b} {last.day}"
    alt = f"{count(len(bars), 'row')} {span}, by day"
    firm = [bar.last for bar in bars if bar.kind == "deadline"]
    found = [f"{n_late} late"] if n_late else []
    if firm:
        found.append(f"{count(len(firm), 'deadline')}, the first on {min(firm):%b} {min(firm).day}")
    title = "; ".join(found) or f"{count(len(bars), 'step')} {span}"
    return picture(draw, title, f"{'; '.join([alt, *spoken])}.", "Dotted line: today." if is_on else "")


def _draw(chart: Chart, bar: Bar, across: Scale) -> None:
    """Draw a bar and its name: from the bar's start on, beside a short bar, or up to the right edge if it is long."""
    start, end = across(bar.first.toordinal()), across(bar.last.toordinal() + 1)
    chart.rect(start, chart.bottom + 2, end - start, _LINE - 4, _COLORS[bar.kind])
    chart.bottom += _LINE
    name = fitted(bar.name, chart.width - 6)
    width, is_short = text_width(name, SIZE), end - start < _SHORT
    x = (end if is_short else start) + 4
    if x + width > chart.width:
        x = start - 4 - width if is_short and start > width + 4 else chart.width - width
    chart.text(x, chart.bottom - 6, name)
