"""How objects of the notebook user's interface show themselves: short text, escaped HTML, axes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from compkit.pay import COMPONENTS, FloatArray
from compkit.report import COLORS, COMPONENT_NAMES, PALETTE, Table, framed, usd_short

MOST_ROWS = 20
_MOST_TEXT_ROWS, _WIDEST = 4, 100


def short_text(table: Callable[[int], Table]) -> str:
    """Text of a table's first rows, in short lines.

    Parameters
    ----------
    table : callable
        Makes the table of that many rows.
    """
    lines = repr(table(_MOST_TEXT_ROWS)).split("\n")
    return "\n".join(line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…" for line in lines)


def text_html(text: str, whole: str = "") -> str:
    """Text in the frame of reports, escaped, with its line breaks; `whole`, if given, is folded below it."""
    shown, more = (f'<pre style="white-space:pre-wrap">{escape(part)}</pre>' for part in (text, whole))
    summary = f"All {len(whole.splitlines()):,} lines"
    return framed(f"{shown}<details><summary>{summary}</summary>{more}</details>" if whole else shown)


def axes_or_new(axes: Axes | None) -> Axes:
    """Axes as given, else those of a new figure, which a notebook shows below the cell."""
    if axes is not None:
        return axes
    from matplotlib import pyplot  # here, since it chooses a backend

    made: Axes = pyplot.subplots(figsize=(7.2, 3.4), layout="constrained")[1]
    made.spines[["top", "right"]].set_visible(False)
    return made


def draw_pay_by_year(axes: Axes, years: pd.DataFrame) -> None:
    """Draw stacked bars of `Evaluation.years`, with their totals."""
    bottom, x = np.zeros(len(years)), np.arange(1, len(years) + 1)
    for name in COMPONENTS:
        values = years[name].to_numpy()
        if values.any():
            axes.bar(x, values, bottom=bottom, width=0.62, color=COLORS[name], label=COMPONENT_NAMES[name])
            bottom += values
    for position, total in zip(x, years["total"], strict=True):
        axes.annotate(
            usd_short(total), (position, total), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=10
        )
    _in_dollars(axes, len(years), float(bottom.max()))
    if axes.get_legend_handles_labels()[0]:  # an offer that pays nothing has none
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False)


def draw_totals_by_year(axes: Axes, lines: Mapping[str, FloatArray]) -> None:
    """Draw a line of pay by employment year for each name; at most as many as `PALETTE` has colors."""
    for (name, totals), color in zip(lines.items(), PALETTE, strict=False):
        axes.plot(np.arange(1, len(totals) + 1), totals, color=color, linewidth=2, marker="o", markersize=5, label=name)
    _in_dollars(axes, max(map(len, lines.values())), max(float(np.max(totals)) for totals in lines.values()))


def _in_dollars(axes: Axes, n_years: int, highest: float) -> None:
    """Label years and dollars, and begin at 0."""
    x = np.arange(1, n_years + 1)
    axes.set_xticks(x, [f"Year {k}" for k in x])
    axes.set_ylim(0, max(1.12 * highest, 1.0))
    # Steps of 2,500 would be labeled $2K and $3K.
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda amount, _: usd_short(amount)))
    axes.grid(axis="y", color="#e5e9ee", linewidth=0.8)
    axes.set_axisbelow(True)
