"""Charts as SVG: colors, scales, labels, and a chart's two widths, for a page's column and for a phone.

A chart is drawn directly, without a plotting library: that takes a millisecond, text stays text, and a page's style
sheet gives it dark colors. Lengths are in the chart's own units, about one pixel each.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import Literal, NamedTuple

from compkit.report.show.blocks import Picture
from compkit.report.show.text import usd, usd_short

# Okabe and Ito's colors, distinct with any form of color blindness; their green darkened for contrast.
COLORS = {"base": "#0072b2", "bonus": "#56b4e9", "sign_on": "#e69f00", "equity": "#00845f"}
# Tol's muted colors, one a job, in the order of the totals.
PALETTE = ("#332288", "#cc6677", "#8a8a2b", "#aa4499", "#c8b45a", "#882255")
INK, SOFT, GRID, PAPER, RANGE, MARK = "#1b1f24", "#57606a", "#e5e9ee", "#ffffff", "#c9d1d9", "#c2410c"
MAYBE, STAYING_COLOR, TIE_COLOR = "#9fd9c6", "#7f8790", "#f0e442"
WIDE, NARROW = 760, 360
TITLE, SMALL, SIZE = 15.0, 11.0, 12.0
_LINE = 1.3  # line height in font sizes
_FONT = "Arial,Helvetica,'Liberation Sans',sans-serif"
_HATCH = 6.0
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML forbids
# Advance widths of Arial in thousandths of the font size.
_ADVANCES = {
    letter: width
    for width, letters in (
        (222, "ijl'"), (278, " !,./:;I[]\\ft|·"), (333, "()-r`"), (389, "*"), (500, "cksvxyzJ"),
        (556, "0123456789abdeghnopquL?$#_–"), (584, "+<=>~−"), (611, "FTZ"), (667, "ABEKPSVXY&"), (722, "CDHNRUw"),
        (778, "GOQ"), (833, "Mm¼½¾"), (889, "%"), (944, "W"), (1015, "@…—"),
    )
    for letter in letters
}  # fmt: skip
_OTHER_LETTER, _BROAD_LETTER, _BROAD_FROM = 667, 1050, "\u1100"

Anchor = Literal["start", "middle", "end"]
KeyEntry = tuple[str, str, Literal["box", "hatched", "line", "dashed"]]
"""Words, color, and kind of mark."""
Point = tuple[float, float]


def text_width(words: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Width of a text in Arial.

    >>> round(text_width("$285K", 10), 1)
    28.9
    """
    parts = (_ADVANCES.get(one, _BROAD_LETTER if one >= _BROAD_FROM else _OTHER_LETTER) for one in words)
    return sum(parts) * size / 1000 * (1.08 if bold else 1.0)


def fitted(words: str, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Text with its middle cut until it fits into a width.

    >>> fitted("a-very-long-offer-name", 80), fitted("short", 80)
    ('a-very…-name', 'short')
    """
    shown, n_letters = words, len(words)
    while n_letters > 1 and text_width(shown, size, bold=bold) > room:
        n_letters -= 1
        tail = (n_letters - 1) // 2
        shown = f"{words[: n_letters - 1 - tail]}…{words[len(words) - tail :]}"
    return shown


def wrapped(words: str, room: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """Lines of a text, each within a width."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(fitted(word, room, size, bold=bold))
    return lines


class Scale(NamedTuple):
    """Linear scale from values to positions."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Position of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self, n_most: int) -> list[float]:
        """Round values within the scale, in steps of 1, 2 or 5 times a power of ten."""
        least = (self.high - self.low) / n_most
        power = 10 ** math.floor(math.log10(least))
        step = next(power * times for times in (1, 2, 5, 10) if power * times >= least * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [step * at for at in range(first, last + 1)]


class Label(NamedTuple):
    """A text in a chart and the box it takes up."""

    words: str
    left: float
    top: float
    right: float
    bottom: float


class Chart:
    """One chart at one width, drawn from the top down.

    Parameters
    ----------
    width : float
    title : str
        The finding, in a sentence.

    Attributes
    ----------
    bottom : float
        Where the next thing may begin.
    labels : list of Label
        Every text so far.
    """

    def __init__(self, width: float, title: str) -> None:
        self.width, self.bottom = width, 0.0
        self.labels: list[Label] = []
        self._parts: list[str] = []
        self.paragraph(title, TITLE, INK, bold=True)
        self.bottom += 4

    @property
    def is_narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width <= NARROW

    def rect(self, left: float, top: float, width: float, height: float, color: str, *, hatched: bool = False) -> None:
        """Draw a filled rectangle, or an outlined one with diagonal lines."""
        box = f'x="{_n(left)}" y="{_n(top)}" width="{_n(width)}" height="{_n(height)}"'
        if not hatched:
            self._parts.append(f'<rect {box} fill="{color}"/>')
            return
        right, bottom = left + width, top + height
        n_lines = int((width + height) / _HATCH)
        sums = (left + top + _HATCH * (at + 0.5) for at in range(n_lines))
        ends = (
            ((max(left, sum_ - bottom), min(bottom, sum_ - left)), (min(right, sum_ - top), max(top, sum_ - right)))
            for sum_ in sums
        )
        lines = "".join(f"M{_n(a)} {_n(b)}L{_n(c)} {_n(d)}" for (a, b), (c, d) in ends)
        self._parts.append(f'<rect {box} fill="none" stroke="{color}"/><path d="{lines}" stroke="{color}"/>')

    def line(self, points: Iterable[Point], color: str, width: float = 1.0, dash: str = "") -> None:
        """Draw a line through points."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="{_path(points)}" fill="none" stroke="{color}" stroke-width="{_n(width)}"{dashed}/>'
        )

    def area(self, points: Iterable[Point], color: str) -> None:
        """Fill the area within points."""
        self._parts.append(f'<path d="{_path(points)}Z" fill="{color}"/>')

    def dot(self, x: float, y: float, color: str, radius: float = 4.0) -> None:
        """Draw a filled circle with a rim."""
        self._parts.append(
            f'<circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{color}" stroke="{PAPER}" stroke-width="1.5"/>'
        )

    def text(
        self, x: float, y: float, words: str, size: float = SIZE, color: str = INK, anchor: Anchor = "start",
        *, bold: bool = False,
    ) -> None:  # fmt: skip
        """Write a text with its baseline at `y`."""
        width = text_width(words, size, bold=bold)
        left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        self.labels.append(Label(words, left, y - 0.75 * size, left + width, y + 0.22 * size))
        told = f' font-size="{_n(size)}"' if size != SIZE else ""
        told += f' fill="{color}"' if color != INK else ""
        told += f' text-anchor="{anchor}"' if anchor != "start" else ""
        told += ' font-weight="bold"' if bold else ""
        self._parts.append(f'<text x="{_n(x)}" y="{_n(y)}"{told}>{_safe(words)}</text>')

    def text_within(self, x: float, y: float, words: str, size: float = SIZE, color: str = INK) -> None:
        """Write a text centered at `x`, moved sideways if it would leave the chart."""
        half = text_width(words, size) / 2
        self.text(min(max(x, half), self.width - half), y, words, size, color, "middle")

    def paragraph(self, words: str, size: float = SMALL, color: str = SOFT, *, bold: bool = False) -> None:
        """Write lines across the chart below everything so far."""
        for line in wrapped(words, self.width, size, bold=bold):
            self.bottom += _LINE * size
            self.text(0, self.bottom - 0.3 * size, line, size, color, bold=bold)

    def key(self, entries: Iterable[KeyEntry]) -> None:
        """Write what colors mean, in lines across the chart."""
        x, row, entries = 0.0, 17.0, list(entries)
        self.bottom += row * bool(entries)
        for words, color, kind in entries:
            shown = fitted(words, self.width - 20)
            if x and x + 17 + text_width(shown) > self.width:
                x, self.bottom = 0.0, self.bottom + row
            y = self.bottom - 4
            if kind in ("box", "hatched"):
                self.rect(x, y - 9, 11, 10, color, hatched=kind == "hatched")
            else:
                self.line([(x, y - 4), (x + 12, y - 4)], color, 2.5, "4 2" if kind == "dashed" else "")
            self.text(x + 17, y, shown)
            x += 17 + text_width(shown) + 16

    def svg(self, alt: str) -> str:
        """Document of everything drawn, on a background of its own."""
        size = f"{_n(self.width)} {_n(self.bottom + 4)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" aria-label="{_safe(alt)}" '
            f'font-family="{_FONT}" font-size="{_n(SIZE)}" fill="{INK}">'
            f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(self._parts)}</svg>'
        )


def picture(draw: Callable[[Chart], None], title: str, alt: str, note: str = "") -> Picture:
    """Draw a chart at both widths.

    Parameters
    ----------
    draw : callable
        Draws below the title of the chart it is given.
    title : str
        The finding, in a sentence without a full stop.
    alt : str
        What the chart shows, with its figures.
    note : str
        Goes below the chart, and ends the alternative text.
    """
    alt = " ".join(filter(None, (f"{title}.", alt, note)))
    made = []
    for width in (WIDE, NARROW):
        chart = Chart(width, title)
        draw(chart)
        if note:
            chart.bottom += 4
            chart.paragraph(note)
        made.append(chart.svg(alt))
    return Picture(made[0], made[1], alt)


def money_up(chart: Chart, scale: Scale, left: float, right: float, *, is_labeled: bool = True) -> None:
    """Draw horizontal grid lines in dollars, labeled left of them."""
    ticks = scale.ticks(5)
    for value, words in zip(ticks, _amounts(ticks), strict=True):
        y = scale(value)
        chart.line([(left, y), (right, y)], SOFT if value == 0 else GRID)
        if is_labeled:
            chart.text(left - 6, y + 4, words, SMALL, SOFT, "end")


def money_across(chart: Chart, scale: Scale, tops: Sequence[float], height: float) -> None:
    """Draw vertical grid lines in dollars behind bars of a height, labeled below the last bar."""
    bottom = tops[-1] + height + 3
    ticks = scale.ticks(3 if chart.is_narrow else 6)
    for value, words in zip(ticks, _amounts(ticks), strict=True):
        x = scale(value)
        for top in tops:
            chart.line([(x, top - 3), (x, top + height + 3)], SOFT if value == 0 else GRID)
        chart.text_within(x, bottom + 14, words, SMALL, SOFT)
    chart.bottom = bottom + 18


def scale_with_room(chart: Chart, lowest: float, highest: float) -> Scale:
    """Scale across a chart that is a little wider than what it shows."""
    room = 0.04 * (highest - lowest) or 1.0
    return Scale(lowest - room, highest + room, 0.0, chart.width)


def axis_room(scale: Scale) -> float:
    """Width of the labels of `money_up`."""
    return max((text_width(words, SMALL) for words in _amounts(scale.ticks(5))), default=0.0) + 6


def spread_out(places: Sequence[float], gap: float, highest: float) -> list[float]:
    """Move places apart until neighbors are a gap apart and none is beyond the highest.

    >>> spread_out([10, 12, 40], 10, 100), spread_out([90, 95], 10, 95)
    ([10, 20, 40], [85, 95])
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    limit = highest
    for at in reversed(order):
        moved[at] = min(moved[at], limit)
        limit = moved[at] - gap
    return moved


def stepped(points: Sequence[Point]) -> list[Point]:
    """Points of a line that keeps each value until the next place."""
    return [points[0], *(corner for (_, y), (x, later) in pairwise(points) for corner in ((x, y), (x, later)))]


def _amounts(ticks: Sequence[float]) -> list[str]:
    """Labels of an axis, in whole dollars where thousands would repeat themselves."""
    is_fine = len(ticks) > 1 and ticks[1] - ticks[0] < 1_000
    return [usd(value) if is_fine else usd_short(value) for value in ticks]


@cache
def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _path(points: Iterable[Point]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _safe(words: str) -> str:
    return escape(_INVALID.sub("", words))
