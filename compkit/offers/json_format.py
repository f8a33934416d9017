"""JSON as offers use it: no name twice in one object."""

from __future__ import annotations

import json
from typing import Any

from compkit.offers.plain_text import MAX_DEPTH, UnreadableError, text_of, whole_number


def read_json(data: bytes) -> Any:
    """Return the plain values of a JSON document.

    Raises
    ------
    UnreadableError
        If it is no valid JSON, or gives a name twice in one object.
    """
    try:
        return json.loads(text_of(data), object_pairs_hook=_without_doubles, parse_int=whole_number)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"is no valid JSON: {place}: {error.msg}.") from error
    except RecursionError as error:
        raise UnreadableError(f"is nested more than {MAX_DEPTH} levels deep.") from error


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableError(f"gives {twice[:60]!a} a second time in one object. Remove one.")
    return record
