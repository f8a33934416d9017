"""Blocks that a notebook cell shows, the same in Jupyter and in a report.

Each block has a plain-text form, which nbval compares, and an HTML form in which every text is escaped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar, Literal

import pandas as pd

from compkit.report.show.inline_styles import framed, look
from compkit.report.show.templating import rendered
from compkit.report.show.text import UNKNOWN, aligned, day, percent, usd, usd_short

Tone = Literal["plain", "good", "warn", "bad"]
Kind = Literal["text", "usd", "usd_short", "percent", "percent1", "number", "mark", "ratio", "index", "day"]
Heading = str | tuple[str, Kind]
NotesKind = Literal["assumptions", "caveats", "sources", "basis", "left-out"]

NOTES_TITLES = {"assumptions": "Assumptions", "caveats": "What this is not", "sources": "Sources"}

_FORMATS: Mapping[Kind, Callable[[Any], str]] = {
    "text": str,
    "usd": usd,
    "usd_short": usd_short,
    "percent": percent,
    "percent1": lambda value: percent(value, 1),
    "number": lambda value: f"{value:,g}",
    "mark": lambda value: f"{value:g}",
    "index": lambda value: f"{value:.1f}",
    "ratio": lambda value: f"{value:.2f}",
    "day": lambda value: day(value) if isinstance(value, dt.date) else str(value),
}


class Block:
    """Base of blocks with an HTML template of their own, which knows the block by the template's name."""

    TEMPLATE: ClassVar[str]

    def _repr_html_(self) -> str:
        """Render the template in the blocks' frame, with all text escaped."""
        return framed(rendered("compkit.report.show", self.TEMPLATE, look=look, **{self.TEMPLATE: self}))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: key in the frame, heading, and kind of value."""

    key: str
    heading: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Table(Block):
    """Table with a caption above and a note below."""

    TEMPLATE = "table"

    frame: pd.DataFrame
    columns: Sequence[Column]
    caption: str
    note: str = ""
    is_last_row_total: bool = False

    def cells(self) -> list[list[str]]:
        """Cells of the table's body as text, row by row."""
        return self._cells

    @cached_property
    def _cells(self) -> list[list[str]]:
        shown = [[_shown(value, column.kind) for value in self.frame[column.key]] for column in self.columns]
        return [list(row) for row in zip(*shown, strict=True)]

    def lines(self) -> list[str]:
        """Align headings, if any, and cells in columns of text."""
        headings = [column.heading for column in self.columns]
        left = [at for at, column in enumerate(self.columns) if column.kind == "text"]
        return aligned([headings, *self.cells()] if any(headings) else self.cells(), left)

    def __repr__(self) -> str:
        lines = [self.caption, *self.lines()]
        return "\n".join([*lines, self.note] if self.note else lines)


def build_table(
    caption: str,
    columns: Mapping[str, Heading] | Sequence[Heading],
    rows: pd.DataFrame | Iterable[Sequence[Any] | Mapping[str, Any]],
    *notes: str | None,
    is_last_row_total: bool = False,
) -> Table:
    """Build a table from one specification of its columns.

    Parameters
    ----------
    caption : str
    columns : mapping of key to heading, or sequence of headings
        Each heading alone, for text, or with its kind.
    rows : DataFrame or iterable
        A frame or mappings that have the keys, or sequences in the order of the columns.
    *notes : str or None
        Sentences below the table; empty ones are left out.
    is_last_row_total : bool

    Examples
    --------
    >>> from compkit.report import build_table, in_usd
    >>> build_table("Two offers", {"id": "Offer", **in_usd(total="Total")}, [("a", 840000.4), ("b", 1140000)])
    Two offers
    Offer       Total
    a        $840,000
    b      $1,140,000
    """
    by_key = columns if isinstance(columns, Mapping) else {str(at): heading for at, heading in enumerate(columns)}
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows), columns=list(by_key))
    shown = [Column(key, *((heading,) if isinstance(heading, str) else heading)) for key, heading in by_key.items()]
    return Table(frame, shown, caption, " ".join(filter(None, notes)), is_last_row_total)


def of_kind(kind: Kind, headings: Mapping[str, str] | None = None, /, **others: str) -> dict[str, Heading]:
    """Columns of one kind for `build_table`."""
    return {key: (heading, kind) for key, heading in {**(headings or {}), **others}.items()}


in_usd = partial(of_kind, "usd")


@dataclass(frozen=True, slots=True)
class Card:
    """One answer on the first screen: a short label, a figure or verdict, a sentence."""

    label: str
    figure: str
    detail: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Headline(Block):
    """First screen: title, the person's decision, verdict, cards, and what to look at next."""

    TEMPLATE = "headline"

    title: str
    subtitle: str
    cards: Sequence[Card]
    next_steps: Sequence[str]
    verdict: str = ""
    decision: Sequence[str] = ()

    def __repr__(self) -> str:
        cards = [f"{card.label}: {card.figure} ({card.detail})" for card in self.cards]
        steps = [f"{number}. {step}" for number, step in enumerate(self.next_steps, start=1)]
        verdict = [*self.decision, *([self.verdict] if self.verdict else [])]
        return "\n".join([self.title, self.subtitle, *verdict, *cards, *(["Look at next:"] if steps else []), *steps])


@dataclass(frozen=True, slots=True)
class Link:
    """One card of `Links`: where it leads, and what is there."""

    address: str
    text: str
    detail: str


@dataclass(frozen=True)
class Links(Block):
    """Cards that lead to other notebooks."""

    TEMPLATE = "links"

    items: Sequence[Link]

    def __repr__(self) -> str:
        return "\n".join(f"{link.text} {link.detail} ({link.address})" for link in self.items)


@dataclass(frozen=True)
class Answer(Block):
    """What a section says, in one line: a page folds the section behind it.

    A section without an answer stays open, and one with nothing to show leaves the page.
    """

    TEMPLATE = "answer"

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        return {}, {"text/html": {"answer": self.text}}


@dataclass(frozen=True)
class Notes(Block):
    """List of sentences: assumptions, caveats, sources, or reasons for leaving something out.

    Reasons for leaving something out, the default, show in a notebook but not on a page.
    """

    TEMPLATE = "notes"

    title: str
    items: Sequence[str]
    kind: NotesKind = "left-out"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        return {}, ({"text/html": {"kind": self.kind}} if self.kind == "left-out" else {})

    def __repr__(self) -> str:
        return "\n".join([self.title, *(f"- {item}" for item in self.items)])


@dataclass(frozen=True)
class Stack(Block):
    """Blocks one below the other."""

    blocks: Sequence[Block]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.blocks))

    def _repr_html_(self) -> str:
        return "".join(block._repr_html_() for block in self.blocks)


def build_notes(kind: Literal["assumptions", "caveats", "sources"], *items: str | None) -> Notes:
    """Build notes under the title of their kind; empty items are left out."""
    return Notes(NOTES_TITLES[kind], [item for item in items if item], kind)


@dataclass(frozen=True)
class Picture:
    """Chart as SVG with alt text, as wide as a page's column and as a phone."""

    svg: str
    narrow: str
    alt: str

    MIME = "image/svg+xml"

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        data = {self.MIME: self.svg, "text/plain": repr(self)}
        return data, {self.MIME: {"alt": self.alt, "narrow": self.narrow}}


@dataclass(frozen=True)
class RecordedFigures:
    """Unrounded figures behind a report, for figures.csv and the index; displayed as one line."""

    rows: Sequence[Mapping[str, Any]]
    summary: Mapping[str, Any]

    MIME = "application/vnd.compkit.figures+json"

    def __repr__(self) -> str:
        return f"{len(self.rows)} figures recorded, unrounded, with their sources."

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        rows = [{name: _reproducible(value) for name, value in row.items()} for row in self.rows]
        summary = {name: _reproducible(value) for name, value in self.summary.items()}
        return {self.MIME: {"rows": rows, "summary": summary}, "text/plain": repr(self)}


def _reproducible(value: Any) -> Any:
    """Round a figure to 15 significant digits, beyond which processors differ."""
    return float(f"{value:.15g}") if isinstance(value, float) else value


def _shown(value: Any, kind: Kind) -> str:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return UNKNOWN
    return str(value) if isinstance(value, str) else _FORMATS[kind](value)
