"""JSON offers files: valid JSON without duplicate names."""

from __future__ import annotations

import json
import re
from typing import Any

from compkit.model import WrittenNumber
from compkit.offers.plain_text import MAX_DEPTH, UnreadableError, decode_text, whole_number
from compkit.offers.split_numbers import join_pieces

_WITH_COMMAS = re.compile(r"(?<![\d,.])[1-9]\d{0,2}(?:,\d{3})+(?![\d,])")
_NEAR = 20


def read_json(data: bytes) -> Any:
    """Plain values of a JSON document.

    Raises
    ------
    UnreadableError
        If it is not valid JSON, or has a name twice in one object.
    """
    text = decode_text(data)
    try:
        return json.loads(text, object_pairs_hook=_reject_duplicates, parse_int=whole_number, parse_float=WrittenNumber)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"is not valid JSON: {place}: {error.msg}.{_comma_hint(error)}") from error
    except RecursionError as error:
        raise UnreadableError(f"is nested more than {MAX_DEPTH} levels deep. Use fewer levels.") from error


def _comma_hint(error: json.JSONDecodeError) -> str:
    """Hint for a number with commas, as in `{"value": 300,000}`."""
    for found in _WITH_COMMAS.finditer(error.doc, max(0, error.pos - _NEAR), error.pos + _NEAR):
        if found.start() <= error.pos <= found.end():
            return f" {found[0]} needs quotes or no comma. Did you mean {found[0].replace(',', '')}?"
    return ""


def _reject_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    pairs = join_pieces(pairs)
    record = dict(pairs)
    if len(record) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UnreadableError(f"has {twice[:60]!a} twice in one object. Remove one.")
    return record
