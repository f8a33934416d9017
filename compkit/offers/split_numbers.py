"""Numbers split by a comma: inside YAML's braces, `{value: 300,000}` means value 300 and a key 000.

The YAML and JSON readers join the pieces into a `SplitNumber`; here each becomes one fault that suggests the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compkit.model import RATE_SUFFIXES, ParseError, is_range, parse_number, plain_digits

Place = tuple[int | str, ...]

_START = re.compile(r"[^\d]{0,5}\d{1,3}")
_PIECE = re.compile(r"\d{3}(?!\d).*")


class SplitNumber(str):
    """A number as typed, before a comma split it."""

    __slots__ = ()


class AmbiguousSplit(SplitNumber):
    """A number in a list where each comma may separate numbers or thousands."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Split:
    """The place of a split number in a file, and the message about it."""

    place: Place
    message: str


def is_cut(before: str, piece: str) -> bool:
    """Whether a comma between two texts is inside a number.

    >>> is_cut("300", "000"), is_cut("1,250", "000"), is_cut("$123", "684-$254"), is_cut("300", "vesting")
    (True, True, True, False)
    """
    is_start = isinstance(before, SplitNumber) or _START.fullmatch(before) or re.search(r",\d{3}$", before)
    return bool(is_start and _PIECE.fullmatch(piece))


def repair_splits(values: Any, place: Place = ()) -> tuple[Any, list[Split]]:
    """Replace split numbers in plain values with placeholders, and report each."""
    if isinstance(values, SplitNumber):
        return _placeholder(values), [Split(place, _message(values, _suggestion(values, place)))]
    if isinstance(values, dict):
        parts = {key: repair_splits(value, (*place, key)) for key, value in values.items()}
        return {key: part for key, (part, _) in parts.items()}, [one for _, found in parts.values() for one in found]
    if not isinstance(values, list):
        return values, []
    if any(isinstance(value, SplitNumber) for value in values):
        return [_placeholder(value) for value in values], [Split(place, _list_message(values))]
    items = [repair_splits(value, (*place, position)) for position, value in enumerate(values)]
    return [item for item, _ in items], [one for _, found in items for one in found]


def _message(text: str, meant: str | None) -> str:
    return f"{text} needs quotes or no comma." + (f" Did you mean {meant}?" if meant else "")


def _list_message(values: list[Any]) -> str:
    if any(isinstance(value, AmbiguousSplit) for value in values):
        written = ",".join(map(_format, values))
        return f"[{written}] needs numbers without commas, because each comma starts another number."
    written = ", ".join(map(_format, values))
    proposals = [_suggestion(value) or _format(value) for value in values]
    return f"[{written}] needs quotes or no commas in its numbers. Did you mean [{', '.join(map(str, proposals))}]?"


def _format(value: Any) -> str:
    return plain_digits(value) if isinstance(value, float) else str(value)[:60]


def _suggestion(value: Any, place: Place = ()) -> str | None:
    """Text to type instead of a number with commas, if certain; a rate is not."""
    if not isinstance(value, SplitNumber):
        return None
    if is_range(value):
        return f'"{value}"'
    is_rate = bool(place) and (place[0] == "rates" or str(place[-1]).endswith(RATE_SUFFIXES))
    try:
        return None if is_rate else plain_digits(parse_number(value.lstrip("$\u20ac\u00a3")))
    except ParseError:
        return None


def _placeholder(value: Any) -> Any:
    """Stand in for a split number, so that the rest of its group can be validated."""
    if not isinstance(value, SplitNumber):
        return value
    digits = re.sub(r"\D", "", value)[:15]
    return float(digits or 0)


def join_pieces(pairs: Iterator[tuple[str, Any]] | list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Join numbers in the members of a JSON object that were split when it was YAML.

    >>> join_pieces([("value", 300), ("000", None), ("vesting", "amazon")])
    [('value', '300,000'), ('vesting', 'amazon')]
    """
    joined: list[tuple[str, Any]] = []
    for key, value in pairs:
        before = joined[-1][1] if joined else None
        is_number = isinstance(before, int | SplitNumber) and not isinstance(before, bool)
        if value is None and is_number and is_cut(str(before), key):
            joined[-1] = (joined[-1][0], SplitNumber(f"{before},{key}"))
        else:
            joined.append((key, value))
    return joined
