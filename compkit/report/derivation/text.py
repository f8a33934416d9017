"""A figure's derivation as text: a tree of lines with its sources below."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from compkit.explanation import METHODS, UNVERIFIED, Assumption, Derivation, Origin, TableRow, TypedField
from compkit.reference import Source
from compkit.report.derivation.words import amount, formula, shows_every_term
from compkit.report.show.text import day, days_in_words, joined

WIDTH = 100
_INDENT, _DEEPEST = "  ", 24
_AS_ABOVE = "as above"
_PLAIN_COLUMNS = frozenset({"fraction", "value", "weight", "index", "annual_volatility", "title", "annual_rate"})


@dataclass
class _Writer:
    """Write a tree line by line, and explain each part only once.

    `numbers` and `as_of` hold each source's number below the tree and its date, by source id; a row with another date
    says so. `depth` is the number of levels to show.
    """

    offer_id: str
    numbers: Mapping[str, int]
    as_of: Mapping[str, str]
    depth: int | None
    lines: list[str] = field(default_factory=list)
    _told: set[int] = field(default_factory=set)
    _keys: dict[int, int] = field(default_factory=dict)

    def write(self, node: Derivation, level: int = 0) -> None:
        """Write a node and everything below it."""
        core, notes = _core(node)
        is_cut = self.depth is not None and level >= self.depth
        below = list[Derivation]()
        if self._is_told(core) and not isinstance(core.origin, TypedField | Assumption):
            said = [_AS_ABOVE]
        else:
            below, shown = self._below(core)
            said = [*self._said(core), *shown, *notes]
        if not is_cut:
            self._told.add(self._key(core))
        text = f"{node.name} = {amount(node.value, node.unit)}"
        said = list(dict.fromkeys(part for part in said if part))
        self.lines += _wrapped(days_in_words(f"{text}  ({'; '.join(said)})" if said else text), level)
        for part in [] if is_cut else below:
            self.write(part, level + 1)

    def _below(self, node: Derivation) -> tuple[list[Derivation], list[str]]:
        """Parts that need a line of their own, and what the node's own line says of the others."""
        if not shows_every_term(node):
            return list(node.parts), []
        # A definition that the formula shows needs no line.
        parts = [part for part in node.parts if not (isinstance(part.origin, Assumption) and part.origin.is_definition)]
        new = [part for part in parts if not self._is_told(_core(part)[0])]
        if node.operation == "brackets":  # each bracket has its line once, the income each time
            return [part for part in parts if part is parts[0] or part in new], []
        if not new:
            return [], [_AS_ABOVE] if parts else []
        return ([], self._said(new[0])) if len(new) == 1 and not new[0].parts else (parts, [])

    def _is_told(self, node: Derivation) -> bool:
        return self._key(node) in self._told

    def _said(self, node: Derivation) -> list[str]:
        origin = "" if node.origin is None else self._place(node.origin)
        return [formula(node), origin, node.note]

    def _key(self, node: Derivation) -> int:
        """Get a number shared by identical trees."""
        if id(node) not in self._keys:
            below = tuple(self._key(part) for part in node.parts)
            origin = repr(node.origin)
            self._keys[id(node)] = hash((node.name, node.value, node.unit, node.operation, node.note, origin, below))
        return self._keys[id(node)]

    def _place(self, origin: Origin) -> str:
        """Describe where a leaf comes from."""
        if isinstance(origin, Assumption):
            return origin.reason if origin.is_definition else f"assumed: {origin.reason}"
        if isinstance(origin, TypedField):
            where = "" if origin.where == f"offer '{self.offer_id}'" else origin.where
            place = ": ".join(part for part in (where, origin.field) if part)
            return f"not in your file: {place}" if origin.is_left_out else f"your file: {place}"
        key = ", ".join(_key_in_words(column, value) for column, value in origin.key.items())
        if origin.is_absent:
            return f"no row of {origin.table}.csv: {key}"
        column = "" if origin.column in _PLAIN_COLUMNS else f", {origin.column}"
        as_of = "" if origin.as_of == self.as_of.get(origin.source_id) else f", as of {origin.as_of}"
        status = f", {origin.status}" if origin.status else ""
        return f"{origin.table}.csv: {key}{column}{as_of}{status} [{self.numbers[origin.source_id]}]"


def derivation_lines(
    root: Derivation, offer_id: str, sources: Mapping[str, Source], *, depth: int | None = None
) -> list[str]:
    """Write a derivation as lines: each figure, the formula behind it, and the origin of each leaf.

    Lines have at most 100 characters, except for addresses. `depth` limits the levels below the figure.
    """
    numbers = {source_id: number for number, source_id in enumerate(root.source_ids, start=1)}
    as_of = {source_id: sources[source_id].as_of for source_id in numbers}
    writer = _Writer(offer_id, numbers, as_of, depth)
    writer.write(root)
    return [*writer.lines, "", *_foot(root, numbers, sources)]


def _core(node: Derivation) -> tuple[Derivation, list[str]]:
    """Node behind a mere renaming, and the notes on the way to it."""
    notes: list[str] = []
    while len(node.parts) == 1 and node.operation in ("same", "sum", "mean") and node.origin is None:
        notes.append(node.note)
        node = node.parts[0]
    return node, notes


def _key_in_words(column: str, value: object) -> str:
    """Describe the key that selects a row."""
    if isinstance(value, tuple):
        ends = f"{value[0]} to {value[-1]}" if len(value) > 2 else joined([str(each) for each in value])
        return f"{column}{'s' if len(value) > 1 else ''} {ends}"
    if column == "threshold":
        return f"from {amount(float(str(value)), 'USD')}"
    return f"{column} {value}" if column == "month" else str(value)


def _wrapped(text: str, level: int) -> list[str]:
    indent = _INDENT * min(level, _DEEPEST)
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=f"{indent}{_INDENT * 2}",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _foot(root: Derivation, numbers: Mapping[str, int], sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield the files and sources of a tree, and what unverified means."""
    files = dict.fromkeys(
        node.origin.file for node in root.walk() if isinstance(node.origin, TypedField) and node.origin.file
    )
    if files:
        yield from _wrapped(f"Typed in {joined(list(files))}.", 0)
    if numbers:
        yield "Sources:"
    for source_id, number in numbers.items():
        source = sources[source_id]
        as_of = f", as of {day(dt.date.fromisoformat(source.as_of))}" if source.as_of else ""
        yield from _wrapped(f"[{number}] {source.title}, {source.publisher}{as_of}.", 1)
        if source.url:
            yield f"{_INDENT * 3}{source.url}"
    if root.status == UNVERIFIED:
        told = "Unverified: not seen in a document of the company or the office itself. Check it before you rely on it."
        yield from _wrapped(told, 0)


def derivation_json(node: Derivation, depth: int | None = None) -> dict[str, object]:
    """Convert a derivation to plain values, unrounded, with all parts down to `depth`."""
    deeper = None if depth is None else depth - 1
    parts = [] if depth == 0 else [derivation_json(part, deeper) for part in node.parts]
    return {
        "figure": node.name,
        "value": node.value,
        "unit": node.unit,
        "operation": node.operation or None,
        "note": node.note or None,
        "origin": None if node.origin is None else _origin_json(node.origin),
        **({"arguments": dict(node.arguments)} if node.operation in METHODS else {}),
        "parts": parts,
    }


def _origin_json(origin: Origin) -> dict[str, object]:
    if isinstance(origin, Assumption):
        return {"kind": "assumption", "reason": origin.reason, "is_definition": origin.is_definition}
    if isinstance(origin, TypedField):
        return {
            "kind": "field", "file": origin.file, "where": origin.where, "field": origin.field,
            "is_left_out": origin.is_left_out,
        }  # fmt: skip
    return {
        "kind": "row", "table": origin.table, "key": dict(origin.key), "column": origin.column,
        "source_id": origin.source_id or None, "as_of": origin.as_of or None, "status": origin.status or None,
        "is_absent": origin.is_absent,
    }  # fmt: skip


def derivation_sources(root: Derivation, sources: Mapping[str, Source]) -> list[dict[str, object]]:
    """List the sources of a derivation's rows as plain values, with the tables they stand behind."""
    rows = [node.origin for node in root.walk() if isinstance(node.origin, TableRow)]
    return [
        {
            "source_id": source_id,
            "title": sources[source_id].title,
            "publisher": sources[source_id].publisher,
            "as_of": sources[source_id].as_of,
            "url": sources[source_id].url,
            "tables": sorted({row.table for row in rows if row.source_id == source_id}),
        }
        for source_id in root.source_ids
    ]
