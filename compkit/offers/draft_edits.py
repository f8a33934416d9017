"""Edits of an offers file at a place: the same in its YAML document, with comments, and in its plain values."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from compkit.model import WrittenNumber
from compkit.offers.questions import Place
from compkit.offers.yaml_writer import is_plain_text

_BY_YEAR = "sign_on"
_MIN_ITEM_DEPTH = 3
"""Places of fields are longer than those of offers and people, which stay when they are empty."""


def insert_value(root: Any, place: Place, value: object) -> None:
    """Put a value at a place; groups and lists on the way are made."""
    is_document = isinstance(root, CommentedMap)
    group, items = (CommentedMap, CommentedSeq) if is_document else (dict, list)
    inside = root
    for part, following in itertools.pairwise(place):
        new: Any = items if isinstance(following, int) else group
        if isinstance(part, int):
            inside.extend(new() for _ in range(part + 1 - len(inside)))
        if not isinstance(inside[part] if isinstance(part, int) else inside.get(part), dict | list):
            inside[part] = new()
        inside = inside[part]
    last = place[-1]
    if isinstance(last, int):
        inside.extend([_blank(place)] * (last + 1 - len(inside)))
    inside[last] = to_document(value) if is_document else _as_read(value)


def remove_value(root: Any, place: Place) -> None:
    """Remove a value, and the groups that it leaves empty; in a list, later items stay where they are."""
    holder: Any = find_value(root, place[:-1])
    last = place[-1]
    if holder is None or find_value(root, place) is None:
        return
    if isinstance(last, str) or last == len(holder) - 1:
        del holder[last]
    elif not isinstance(holder[last], dict):
        holder[last] = _blank(place)
    if not holder and len(place) > _MIN_ITEM_DEPTH:
        remove_value(root, place[:-1])


def remove_item(root: Any, place: Place) -> None:
    """Remove an item of a list or group; later items move up."""
    holder = find_value(root, place[:-1])
    del holder[place[-1]]
    if not holder and len(place) > _MIN_ITEM_DEPTH:
        remove_value(root, place[:-1])


def find_value(root: Any, place: Place) -> Any:
    """Value at a place, or None."""
    inside = root
    for part in place:
        try:
            inside = None if isinstance(inside, str) else inside[part]
        except (KeyError, IndexError, TypeError):
            return None
    return inside


def _blank(place: Place) -> object:
    """Item that stands for nothing: a payment by year keeps the years of later ones, a text is refused."""
    return 0 if place[-2] == _BY_YEAR else ""


def _as_read(value: Any) -> Any:
    """Value as reading the file gives it."""
    if isinstance(value, Mapping):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_read(item) for item in value]
    if isinstance(value, float) and not isinstance(value, WrittenNumber):
        return WrittenNumber(repr(value))
    return value.isoformat() if isinstance(value, dt.date) else value


def to_document(value: Any) -> Any:
    """Plain values as ruamel's groups and lists, with quotes where YAML would read a text as something else."""
    if isinstance(value, Mapping):
        return CommentedMap({key: to_document(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return CommentedSeq(to_document(item) for item in value)
    if isinstance(value, str) and not is_plain_text(value):
        return DoubleQuotedScalarString(value)
    return value


def has_text_keys(root: Any) -> bool:
    """Whether every name in a document is text, so that a place means the same in it and in the plain values."""
    if isinstance(root, dict):
        return all(isinstance(key, str) and has_text_keys(value) for key, value in root.items())
    return not isinstance(root, list) or all(map(has_text_keys, root))


def list_indent(text: str) -> int:
    """Spaces before the dash of an offer in the text."""
    dash = re.search(r"^offers:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( *)- ", text, re.MULTILINE)
    return len(dash[1]) if dash else 0


def read_document(text: str) -> Any:
    """YAML document of a text, with its comments."""
    return _yaml(0).load(text)


def document_text(document: CommentedMap, indent: int) -> str:
    """Text of a document, its offers' dashes after `indent` spaces."""
    stream = io.StringIO()
    _yaml(indent).dump(document, stream)
    return stream.getvalue()


def _yaml(indent: int) -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=indent + 2, offset=indent)
    yaml.width = 10**6
    yaml.representer.add_representer(
        type(None), lambda representer, _: representer.represent_scalar("tag:yaml.org,2002:null", "null")
    )
    return yaml
