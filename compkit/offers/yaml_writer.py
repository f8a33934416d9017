"""Writing a short offers file in YAML."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from compkit.offers.document import SCHEMA_ID
from compkit.reference import data_directory

Draft = tuple[Mapping[str, Any], Mapping[str, Any]]
"""Fields of an offer, and fields that are incomplete, which become comments."""

DOCS = "docs/write-an-offers-file.md"

_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ /@_-][A-Za-z0-9]+)*")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_THREE_DECIMALS = re.compile(r"\d+\.\d{3}")
_LARGEST_PLAIN = 1e15


def offers_yaml(
    folder: Path,
    offers: Sequence[Draft],
    current: Mapping[str, Any],
    rates: Mapping[str, float],
) -> str:
    """Text of a new offers file.

    Parameters
    ----------
    folder : Path
        The file's folder, from which its first line points editors to the JSON Schema.
    offers : sequence of Draft
    current : mapping
        Fields of the current job, or empty.
    rates : mapping of str to float
        USD for one unit of each other currency.
    """
    lines = [f"# yaml-language-server: $schema={_schema_reference(folder)}  Every field: {DOCS}"]
    lines.append(f"schema: {SCHEMA_ID}")
    if rates:
        lines.append(f"rates: {flow(rates)}")
    if current:
        lines += ["candidate:", f"  current: {flow(current)}"]
    lines.append("offers:")
    for fields, later in offers:
        lines += [f"  {line}" for line in item_lines(fields, later)]
    return "\n".join(lines) + "\n"


def _schema_reference(folder: Path) -> str:
    """Path of the JSON Schema, relative if it is below the folder, else as a URI."""
    schema = data_directory().resolve() / "offers" / "offers.schema.json"
    here = folder.resolve()
    # A space would end the reference; only a URI can contain it.
    if schema.is_relative_to(here) and " " not in (relative := schema.relative_to(here).as_posix()):
        return relative
    return schema.as_uri()


def item_lines(fields: Mapping[str, Any], later: Mapping[str, Any], dash: str = "- ") -> Iterator[str]:
    """Yield the lines of an offer as a list item.

    Parameters
    ----------
    fields : mapping
    later : mapping
        Incomplete fields, which become comments.
    dash : str, optional
        Text before the first field; the others are indented to match.
    """
    start = dash
    for key, value in fields.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            yield f"{start}{key}:"
            yield from (f"{' ' * len(dash)}  - {flow(item)}" for item in value)
        else:
            yield f"{start}{key}: {flow(value)}"
        start = " " * len(dash)
    for key, value in later.items():
        gap = flow(value).replace("null", "...")
        yield f"{start}# Does not count yet; fill in the dots: {key}: {gap}"


def flow(value: object, *, as_json: bool = False) -> str:
    """Format a value as one line of YAML; text is quoted unless it is plain words without a meaning in YAML.

    Parameters
    ----------
    value : object
        A text, number, date, boolean, or a list or group of these.
    as_json : bool, optional
        Whether to quote all text, so that the line is also JSON.

    Examples
    --------
    >>> flow({"level": "65", "sign_on": [40000.0, 0.0], "company": "AT&T: #1"})
    '{level: "65", sign_on: [40000, 0], company: "AT&T: #1"}'
    >>> flow({"level": "65", "strike": 1.125}, as_json=True)
    '{"level": "65", "strike": 1.1250}'
    """
    if isinstance(value, Mapping):
        pairs = (f"{json.dumps(key) if as_json else key}: {flow(item, as_json=as_json)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item, as_json=as_json) for item in value) + "]"
    if isinstance(value, float):
        value = plain_number(value)
    if as_json and isinstance(value, str | dt.date):
        return json.dumps(str(value), ensure_ascii=False)
    style = '"' if isinstance(value, str) and not is_plain_text(value) else None
    text: str = yaml.safe_dump(value, default_style=style, allow_unicode=True, width=10**9)
    text = text.removesuffix("\n").removesuffix("\n...")
    # 1.125 could be read as 1125; with a fourth digit the dot can only be a decimal point.
    return f"{text}0" if isinstance(value, float) and _THREE_DECIMALS.fullmatch(text) else text


def is_plain_text(text: str) -> bool:
    """Whether a text needs no quotes in YAML: plain words without a meaning there.

    >>> is_plain_text("New York"), is_plain_text("65"), is_plain_text("no")
    (True, False, False)
    """
    return _WORDS.fullmatch(text) is not None and text.casefold() not in _YAML_WORDS


def plain_values(value: Any) -> Any:
    """Convert a value, at any depth, to what a text reader gives: dates as text, whole numbers as int."""
    if isinstance(value, Mapping):
        return {key: plain_values(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain_values(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return plain_number(value) if isinstance(value, float) else value


def plain_number(value: float) -> float:
    """Convert a whole number to int.

    >>> plain_number(175000.0), plain_number(0.15)
    (175000, 0.15)
    """
    return int(value) if value.is_integer() and abs(value) < _LARGEST_PLAIN else float(value)
