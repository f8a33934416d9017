"""A figure's derivation as text: a tree of lines with its sources below."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from compkit.explanation import METHODS, UNVERIFIED, Assumption, Derivation, Origin, StoreRows, TableRow, TypedField
from compkit.reference import Source
from compkit.report.derivation.words import amount, formula, shows_every_term, split_idle
from compkit.report.show.text import day, days_in_words, joined

WIDTH = 100
_MOST_REPEATED = 500
"""Nodes of a part that the JSON may show more than once."""
_INDENT, _DEEPEST = "  ", 24
_AS_ABOVE = "as above"
_YEAR = re.compile(r"(, \d{4}\b| on a full year\b).*")
_Note = Origin | str | None
_PLAIN_COLUMNS = frozenset({"fraction", "value", "weight", "index", "annual_volatility", "title", "annual_rate"})


@dataclass
class _Writer:
    """Write a tree line by line, and explain each part only once.

    `depth` is the number of levels to show. `numbers` holds the number of each source cited so far, by its id.
    """

    offer_id: str
    sources: Mapping[str, Source]
    depth: int | None
    lines: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    _told: dict[int, Derivation] = field(default_factory=dict)
    _heard: set[str] = field(default_factory=set)
    _keys: dict[int, int] = field(default_factory=dict)
    _simple: dict[int, tuple[Derivation, list[_Note]]] = field(default_factory=dict)

    def write(self, node: Derivation, level: int = 0) -> None:
        """Write a node and everything below it."""
        core, notes = self._simplified(node)
        is_cut = self.depth is not None and level >= self.depth
        below = list[Derivation]()
        text, told = _stated(node), self._told.get(self._key(core))
        if told is not None and not isinstance(core.origin, TypedField):
            said = [_AS_ABOVE if _stated(told) == text else f"{told.name}, above"]
        else:
            below, shown = self._below(core)
            said = [*self._said(core), *shown]
            said += [note if isinstance(note, str) else self._once(self._note(note)) for note in notes]
        if not is_cut:
            self._told.setdefault(self._key(core), node)
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
        new = [part for part in parts if self._key(self._simplified(part)[0]) not in self._told]
        if node.operation == "brackets":  # each bracket has its line once, the income each time
            below = [part for part in parts if part is parts[0] or part in new]
            rates = node.parts[2::2]
            which = (
                "brackets" if len(below) == 1 else "other brackets" if any(rate in new for rate in rates) else "rates"
            )
            return below, [f"{which} {_AS_ABOVE}"] if len(below) < len(parts) else []
        if not new:
            which = {1: parts[0].name, 2: "both"}.get(len(parts), "all") if parts else ""
            return [], [f"{which} above"] if parts else []
        return ([], self._said(new[0])) if len(new) == 1 and not new[0].parts else (parts, [])

    def _simplified(self, node: Derivation) -> tuple[Derivation, list[_Note]]:
        """Node behind mere renamings and parts that change nothing, and what to note of those."""
        if id(node) not in self._simple:
            self._simple[id(node)] = self._found_simple(node)
        return self._simple[id(node)]

    def _found_simple(self, node: Derivation) -> tuple[Derivation, list[_Note]]:
        if len(node.parts) == 1 and node.operation in ("same", "sum", "mean"):
            kept, idle = [node.parts[0]], list[Derivation]()
            if node.origin is not None:
                return node, []
        elif node.operation in ("minimum", "maximum") and all(self._is_row(part) for part in node.parts):
            kept, idle = [next(part for part in node.parts if part.value == node.value)], []
        else:
            kept, idle = split_idle(node)
        notes: list[_Note] = [note for part in idle for note in (_idle_words(part), part.origin) if note]
        if (
            len(kept) > 1
            or not kept
            or not (idle or len(kept) < len(node.parts) or node.operation in ("same", "sum", "mean"))
        ):
            return (replace(node, parts=tuple(kept)), notes) if idle else (node, [])
        core, deeper = self._simplified(kept[0])
        return core, [*deeper, *notes, node.origin, node.note]

    def _is_row(self, node: Derivation) -> bool:
        """Tell whether a node is just the figure of a row."""
        core = self._simplified(node)[0]
        return not core.operation and isinstance(core.origin, TableRow)

    def _said(self, node: Derivation) -> list[str]:
        if not node.operation:
            return [self._note(node.origin), node.note]
        return [formula(node), self._once(self._note(node.origin)), self._once(node.note)]

    def _once(self, words: str) -> str:
        """Return what is to be said of a result the first time, later nothing."""
        is_new = words not in self._heard
        self._heard.add(words)
        return words if is_new else ""

    def _key(self, node: Derivation) -> int:
        """Get a number shared by identical trees."""
        if id(node) not in self._keys:
            below = tuple(self._key(part) for part in node.parts)
            origin = repr(node.origin)
            self._keys[id(node)] = hash((node.name, node.value, node.unit, node.operation, node.note, origin, below))
        return self._keys[id(node)]

    def _note(self, origin: _Note) -> str:
        """Describe where a leaf comes from; a text as it is."""
        if origin is None or isinstance(origin, str):
            return origin or ""
        if isinstance(origin, Assumption):
            return origin.reason if origin.is_definition else f"assumed: {origin.reason}"
        if isinstance(origin, StoreRows):
            return f"{origin.what} ({origin.detail}), {origin.as_of}, n = {origin.n}"
        if isinstance(origin, TypedField):
            where = "" if origin.where == f"offer '{self.offer_id}'" else origin.where
            place = ": ".join(part for part in (where, origin.field) if part)
            return f"not in your file: {place}" if origin.is_left_out else f"your file: {place}"
        key = ", ".join(_key_in_words(column, value) for column, value in origin.key.items())
        if origin.is_absent:
            return f"no row of {origin.table}.csv: {key}"
        column = "" if origin.column in _PLAIN_COLUMNS else f", {origin.column}"
        as_of = "" if origin.as_of == self.sources[origin.source_id].as_of else f", as of {origin.as_of}"
        status = f", {origin.status}" if origin.status else ""
        number = self.numbers.setdefault(origin.source_id, len(self.numbers) + 1)
        return f"{origin.table}.csv: {key}{column}{as_of}{status} [{number}]"


def derivation_lines(
    root: Derivation, offer_id: str, sources: Mapping[str, Source], *, depth: int | None = None
) -> list[str]:
    """Write a derivation as lines: each figure, the formula behind it, and the origin of each leaf.

    Lines have at most 100 characters, except for addresses. `depth` limits the levels below the figure. A part that
    changes nothing, as a surtax of $0, is only a note on the line of what it would change.
    """
    writer = _Writer(offer_id, sources, depth)
    writer.write(root)
    return [*writer.lines, "", *_foot(root, writer.numbers, sources)]


def _stated(node: Derivation) -> str:
    return f"{node.name} = {amount(node.value, node.unit)}"


def _idle_words(part: Derivation) -> str:
    """Say why a part of $0 or 100% is that."""
    why = part.note or formula(part)
    if part.value:
        return f"{_stated(part)}: {why}" if part.origin is None and part.source_ids else ""
    if why.startswith("no "):
        return why
    name = _YEAR.sub("", part.name).removesuffix(", after reduction")
    return f"{'nothing' if name.startswith('withheld') else 'no'} {name}: {why}"


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
    """Yield the files and sources of a tree, and what to know about its amounts."""
    files = dict.fromkeys(
        node.origin.file for node in root.walk() if isinstance(node.origin, TypedField) and node.origin.file
    )
    if files:
        yield from _wrapped(f"Your file: {joined(list(files))}", 0)
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
    nodes = list(root.walk())
    if any(isinstance(node.origin, TableRow) and node.origin.is_carried for node in nodes):
        yield from _wrapped(
            "Tax rates and amounts of an earlier year are assumed unchanged, unless a line projects them.", 0
        )
    if any(node.operation and "." in amount(node.value, node.unit) for node in nodes if node.unit.startswith("USD")):
        yield "Lines are rounded to the cent; a sum can differ by a cent."


def derivation_json(root: Derivation, depth: int | None = None) -> dict[str, object]:
    """Convert a derivation to plain values, unrounded, with all parts down to `depth`.

    A large part that was shown before is `repeated`, without its own: written out, shared parts can be millions.
    """
    sizes: dict[int, int] = {}
    shown: set[int] = set()

    def size(node: Derivation) -> int:
        if id(node) not in sizes:
            sizes[id(node)] = 1 + sum(map(size, node.parts))
        return sizes[id(node)]

    def plain(node: Derivation, left: int | None) -> dict[str, object]:
        is_repeated = id(node) in shown
        if left != 0 and size(node) > _MOST_REPEATED:
            shown.add(id(node))
        below = None if left is None else left - 1
        return {
            "figure": node.name,
            "value": node.value,
            "unit": node.unit,
            "operation": node.operation or None,
            "note": node.note or None,
            "origin": None if node.origin is None else _origin_json(node.origin),
            **({"arguments": dict(node.arguments)} if node.operation in METHODS else {}),
            **({"repeated": True} if is_repeated else {}),
            "parts": [] if left == 0 or is_repeated else [plain(part, below) for part in node.parts],
        }

    return plain(root, depth)


def _origin_json(origin: Origin) -> dict[str, object]:
    if isinstance(origin, Assumption):
        return {"kind": "assumption", "reason": origin.reason, "is_definition": origin.is_definition}
    if isinstance(origin, StoreRows):
        return {"kind": "store", "what": origin.what, "detail": origin.detail, "n": origin.n, "as_of": origin.as_of}
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
