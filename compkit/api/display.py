"""How objects of the notebook user's interface show themselves: short text, escaped HTML, axes."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from matplotlib.axes import Axes

from compkit.report import Table, framed

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
