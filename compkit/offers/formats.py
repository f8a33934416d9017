"""From bytes to plain values: one reader a file format, each deaf to what the format could do to us."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from compkit.errors import Fault, InputError
from compkit.offers.sheets import OfferSheet, sheet_document

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_YAML_DEPTH = 30
MAX_YAML_NODES = 2_000_000


def read_document(path: Path, name: str) -> dict[str, Any]:
    """Return a file's contents as one plain mapping of the offers format, checked for form but not for meaning.

    Parameters
    ----------
    path : Path
    name : str
        The file as the person called it, for messages.

    Raises
    ------
    InputError
        If it is no readable file of a known format.
    """
    read = READERS.get(path.suffix.lower())
    try:
        if path.is_dir():
            raise _Unreadable("is a folder. Name an offers file in it.")
        if not path.exists():
            raise _Unreadable("does not exist. Check the path.")
        if read is None:
            raise _Unreadable(f"must end in {', '.join(READERS)}, got {path.suffix or 'no ending'!r}.")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _Unreadable(f"has {size / 1e6:,.0f} MB; at most {MAX_BYTES / 2**20:.0f} are read. Split it.")
        if size == 0:
            raise _Unreadable("is empty. `compkit new` writes a file to start from.")
        document = read(path.read_bytes(), name)
    except _Unreadable as error:
        raise InputError([Fault(name, "", "", str(error))]) from error
    except OSError as error:
        raise InputError([Fault(name, "", "", f"cannot be read: {error.strerror or error}.")]) from error
    except RecursionError as error:
        raise InputError([Fault(name, "", "", "is nested too deeply. Offers need a few levels only.")]) from error
    if not isinstance(document, dict):
        raise InputError([Fault(name, "", "", f"must be a mapping with `offers:` at the top, got a {_kind(document)}.")])
    return document


class _Unreadable(Exception):
    """A file is no readable file of its format; the text goes on where the file's name ends."""


def _kind(value: object) -> str:
    names = {list: "list", str: "text", type(None): "file with nothing in it"}
    return names.get(type(value), type(value).__name__)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable("is in UTF-16. Save it as UTF-8.")
    if b"\x00" in data:
        raise _Unreadable("is a binary file, not text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _Unreadable(f"is not in UTF-8 (line {line}, byte {error.start + 1}). Save it as UTF-8.") from error


class _OffersLoader(yaml.SafeLoader):
    """YAML without its surprises: dates stay text, 0175 is no octal number, 1:30 no number at all, no name twice."""


_OffersLoader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*(?:_[0-9]{3})*)$", "-+0123456789"),
    ("float", r"^[-+]?(?:(?:[0-9]+\.[0-9]*|\.[0-9]+|[1-9][0-9]*(?=[eE]))(?:[eE][-+]?[0-9]+)?|\.(?:inf|Inf|INF))$|^\.(?:nan|NaN|NAN)$", "-+0123456789."),
    ("merge", r"^<<$", "<"),
):
    import re as _re

    _OffersLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _re.compile(_pattern), list(_first))


def _mapping_without_doubles(loader: _OffersLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
            raise _Unreadable(f"line {key.start_mark.line + 1} gives {key.value!r} a second time. Remove one.")
        seen.add(key.value if isinstance(key.value, str) else str(key.start_mark))
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_OffersLoader.add_constructor("tag:yaml.org,2002:map", _mapping_without_doubles)


def _read_yaml(data: bytes, _name: str) -> Any:
    text = _text(data)
    try:
        _refuse_depth(text)
        loader = _OffersLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise _Unreadable("holds nothing but comments. `compkit new` writes a file to start from.")
        if _n_expanded(node) > MAX_YAML_NODES:
            raise _Unreadable("grows beyond all measure when its aliases (*name) are followed. Write the values out.")
        return loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise _Unreadable(f"is no valid YAML: {line}{error.problem or error.context}.") from error
    except yaml.YAMLError as error:
        raise _Unreadable(f"is no valid YAML: {' '.join(str(error).split())}.") from error


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_event_loader()):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_YAML_DEPTH:
            raise _Unreadable(f"is nested more than {MAX_YAML_DEPTH} levels deep (line {event.start_mark.line + 1}).")


def _event_loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _n_expanded(root: yaml.Node) -> int:
    """Return how many nodes a document has once every alias is written out; a node inside itself counts as endless."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: yaml.Node) -> int:
        key = id(node)
        if key in sizes:
            return sizes[key]
        if key in open_nodes:
            return MAX_YAML_NODES + 1
        open_nodes.add(key)
        total = 1
        if isinstance(node, yaml.MappingNode):
            total += sum(size(part) for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            total += sum(size(part) for part in node.value)
        open_nodes.discard(key)
        sizes[key] = total
        return total

    return size(root)


def _read_json(data: bytes, _name: str) -> Any:
    def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Unreadable(f"gives {key!r} a second time in one object. Remove one.")
            seen.add(key)
        return dict(pairs)

    try:
        return json.loads(_text(data), object_pairs_hook=without_doubles)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _Unreadable(f"is no valid JSON: {place}: {error.msg}.") from error
    except ValueError as error:
        raise _Unreadable(f"is no valid JSON: {error}.") from error


def _read_csv(data: bytes, name: str) -> Any:
    text = _text(data)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _Unreadable(f"is no valid CSV: {error}.") from error
    if not rows:
        raise _Unreadable("holds no rows. The first row names the columns.")
    header = rows[0]
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        raise _Unreadable("separates its columns by semicolons or tabs. Save it with commas.")
    return sheet_document(OfferSheet.from_rows(name, "", [list(row) for row in rows]))


def _read_xlsx(data: bytes, name: str) -> Any:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise _Unreadable("unpacks to more than 200 MB. Split it.")
        workbook = openpyxl.load_workbook(io.BytesIO(data), keep_links=False)
    except _Unreadable:
        raise
    except Exception as error:  # openpyxl lets many kinds of error out of a damaged workbook
        raise _Unreadable("is not an XLSX workbook that can be read. Save it again as .xlsx.") from error
    first = workbook.worksheets[0] if workbook.worksheets else None
    if first is None:
        raise _Unreadable("has no sheet with cells.")
    second = next((s for s in workbook.worksheets[1:] if s.title.strip().lower() == "candidates"), None)
    return sheet_document(_sheet(first, name), _sheet(second, name) if second else None)


def _sheet(sheet: Any, name: str) -> OfferSheet:
    merged = [str(area) for area in sheet.merged_cells.ranges]
    if merged:
        raise _Unreadable(f"sheet {sheet.title!r} has merged cells ({', '.join(merged[:3])}). Unmerge them.")
    rows: list[list[Any]] = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                raise _Unreadable(
                    f"sheet {sheet.title!r} has a formula in {cell.coordinate}. Paste its value in its place."
                )
        rows.append([_plain(cell.value) for cell in row])
    return OfferSheet.from_rows(name, sheet.title, rows)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return "" if value is None else value


READERS: Mapping[str, Callable[[bytes, str], Any]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
}
