"""Size, type and colors of all charts, and their conversion to blocks."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from textwrap import fill
from typing import Any, SupportsFloat

from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from compkit.report.show.blocks import Picture
from compkit.report.show.text import usd_short

# Okabe and Ito's palette, distinct with any form of color blindness.
COLORS = {"base": "#0072B2", "bonus": "#56B4E9", "sign_on": "#E69F00", "equity": "#009E73"}
INK, SOFT, RANGE, MARK = "#1b1f24", "#57606a", "#c9d1d9", "#D55E00"
WIDTH_INCHES = 6.4
DOTS_PER_INCH = 160
NOTE_LETTERS = 92
_N_TICKS = 8  # per axis; a chart that needs more makes them itself
FONT: dict[str, Any] = {"fontsize": 10, "color": INK}
SMALL: dict[str, Any] = {"fontsize": 9, "color": SOFT}


_prepared: list[tuple[Figure, Axes]] = []
_prepared_under: dict[str, Any] = {}


def prepare_figures(n_figures: int) -> None:
    """Make empty figures with ticks in advance for `new_figure`, a fifth of a chart's cost.

    A process makes them before it forks, and each child uses its own copies, only under the same settings.
    """
    if (settings := _settings()) != _prepared_under:
        _prepared.clear()
        _prepared_under.clear()
        _prepared_under.update(settings)
    while len(_prepared) < n_figures:
        figure, (axes,) = new_panels(1.0, [1.0])
        for axis in (axes.xaxis, axes.yaxis):
            axis.get_major_ticks(_N_TICKS)
        _prepared.append((figure, axes))


def _settings() -> dict[str, Any]:
    """Get the settings that affect the look of a figure."""
    return {name: value for name, value in rcParams.copy().items() if not name.startswith("backend")}


def new_figure(height_inches: float) -> tuple[Figure, Axes]:
    """Figure of the reports' width, and its axes."""
    if _prepared and _settings() == _prepared_under:
        figure, axes = _prepared.pop()
        figure.set_size_inches(WIDTH_INCHES, height_inches)
        return figure, axes
    figure, (axes,) = new_panels(height_inches, [1.0])
    return figure, axes


def new_panels(height_inches: float, heights: Sequence[float]) -> tuple[Figure, Sequence[Axes]]:
    """Figure of the reports' width with panels stacked vertically, and their axes."""
    figure = Figure(figsize=(WIDTH_INCHES, height_inches), dpi=DOTS_PER_INCH, layout="constrained")
    panels = list(figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False).flat)
    for axes in panels:
        for spine in ("top", "right"):
            axes.spines[spine].set_visible(False)
        axes.tick_params(labelsize=10, colors=INK)
    return figure, panels


def leave_room(axes: Axes, lowest: float, highest: float) -> None:
    """Set the x axis a little wider than the bars."""
    room = 0.06 * (highest - lowest)
    axes.set_xlim(lowest - room, highest + room)


def dollars(axes: Axes, which: str) -> None:
    """Format an axis, x or y, in dollars, with a light grid."""
    axis = axes.yaxis if which == "y" else axes.xaxis
    # Steps of 2,500 would be labeled $2K and $3K.
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda amount, _: usd_short(amount)))
    axes.grid(axis=which, color="#e5e9ee", linewidth=0.8)  # type: ignore[arg-type]
    axes.set_axisbelow(True)


def label_inside(
    axes: Axes, text: str, at: tuple[SupportsFloat, SupportsFloat], offset: tuple[float, float], **look: Any
) -> None:
    """Write a label next to a point, offset in typographic points; both must lie within the axes.

    Otherwise each drawing checks every point, and the layout measures every label repeatedly.
    """
    place = (float(at[0]), float(at[1]))
    axes.annotate(
        text, place, xytext=offset, textcoords="offset points", annotation_clip=False, in_layout=False, **look
    )


def legend_above(axes: Axes) -> None:
    """Put the legend on one line above the axes."""
    if not axes.get_legend_handles_labels()[0]:  # an offer that pays nothing has no layer
        return
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, frameon=False, fontsize=9.5, borderaxespad=0.2,
                handlelength=1.0, columnspacing=1.2)  # fmt: skip


def legend_on_top(axes: Axes, n_columns: int) -> None:
    """Put the legend across the figure's width, with markers last."""
    entries = sorted(
        zip(*axes.get_legend_handles_labels(), strict=True), key=lambda entry: isinstance(entry[0], Line2D)
    )
    axes.figure.legend(
        [handle for handle, _ in entries], [label for _, label in entries], loc="outside upper left", ncols=n_columns,
        frameon=False, fontsize=9.5, handlelength=1.0, columnspacing=1.2,
    )  # fmt: skip


def picture(figure: Figure, alt: str, note: str = "") -> Picture:
    """Render a figure as PNG with alt text; a note goes below the axes and ends the alt text."""
    if note:
        figure.supxlabel(fill(note, NOTE_LETTERS), x=0.01, ha="left", **SMALL)
        alt = f"{alt} {note}"
    return Picture(_png(figure), alt)


def _png(figure: Figure) -> bytes:
    """Draw a figure once, as an opaque PNG.

    `savefig` draws twice, once only for the layout, and packs an alpha channel that no chart needs. Run-length encoding
    suits bars and lines and takes half the time of the default strategy.
    """
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)  # otherwise each layout searches for a position beside all ticks
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    drawn = Image.frombuffer("RGBA", canvas.get_width_height(), pixels)
    buffer = io.BytesIO()
    drawn.convert("RGB").save(buffer, "png", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), compress_type=zlib.Z_RLE)
    return buffer.getvalue()
