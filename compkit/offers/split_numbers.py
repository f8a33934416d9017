"""Numbers that a comma cut in two: in YAML's braces and brackets `{value: 300,000}` says value 300 and a key 000.

A reader joins the pieces to a `SplitNumber`. Here each becomes one fault that proposes the number meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compkit.model.number_parsing import ParseError, is_range, parse_number, plain_digits

Place = tuple[int | str, ...]

_START = re.compile(r"[^\d]{0,5}\d{1,3}")
_RATES = ("_rate", "_share", "fraction", "chance")
_PIECE = re.compile(r"\d{3}(?!\d).*")


class SplitNumber(str):
    """A number as it was written before a comma cut it."""

    __slots__ = ()


class AmbiguousSplit(SplitNumber):
    """A number of a list in which every comma may end a number or group its thousands: nobody can say which."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Split:
    """Where a file has a number cut by a comma, and the rest of a sentence about it."""

    place: Place
    message: str


def is_cut(before: str, piece: str) -> bool:
    """Return whether a comma between two texts stands inside a number.

    >>> is_cut("300", "000"), is_cut("1,250", "000"), is_cut("$123", "684-$254"), is_cut("300", "vesting")
    (True, True, True, False)
    """
    is_start = isinstance(before, SplitNumber) or _START.fullmatch(before) or re.search(r",\d{3}$", before)
    return bool(is_start and _PIECE.fullmatch(piece))


def repair_splits(values: Any, place: Place = ()) -> tuple[Any, list[Split]]:
    """Return plain values with the number meant in place of each that was cut, and what is to be said of them."""
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
        return f"[{written}] needs its numbers without commas: each comma begins another number."
    written = ", ".join(map(_format, values))
    proposals = [_suggestion(value) or _format(value) for value in values]
    return f"[{written}] needs quotes or no commas in its numbers. Did you mean [{', '.join(map(str, proposals))}]?"


def _format(value: Any) -> str:
    return plain_digits(value) if isinstance(value, float) else str(value)[:60]


def _suggestion(value: Any, place: Place = ()) -> str | None:
    """Return what to type in place of a number with commas, if that is certain; a rate with one is not."""
    if not isinstance(value, SplitNumber):
        return None
    if is_range(value):
        return f'"{value}"'
    is_rate = bool(place) and (place[0] == "rates" or str(place[-1]).endswith(_RATES))
    try:
        return None if is_rate else plain_digits(parse_number(value.lstrip("$\u20ac\u00a3")))
    except ParseError:
        return None


def _placeholder(value: Any) -> Any:
    """Return a stand-in for a number that was cut, so that the rest of its group can be checked."""
    if not isinstance(value, SplitNumber):
        return value
    digits = re.sub(r"\D", "", value)[:15]
    return float(digits or 0)


def join_pieces(pairs: Iterator[tuple[str, Any]] | list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return the members of a JSON object with numbers joined that somebody's YAML had cut.

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
