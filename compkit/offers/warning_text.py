"""Warnings as lines for people, with one line for the same warning about many offers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compkit.errors import Fault

MOST_NAMES = 3
_OFFER = re.compile(r"offer '(.*)'")
_DIGITS = re.compile(r"\d[\d.,]*")


def warning_lines(warnings: Sequence[Fault]) -> Iterator[str]:
    """Yield one line for all offers with the same warning; amounts may differ.

    >>> warnings = [Fault("a.yaml", f"offer '{name}'", "vesting", "is missing.") for name in ("x", "y", "z", "w")]
    >>> list(warning_lines(warnings))
    ['a.yaml, 4 offers: vesting is missing. (x, y, z and 1 more)']
    """
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for warning in warnings:
        # A warning that is not about one offer has a line of its own.
        about = "" if _OFFER.fullmatch(warning.where) else str(warning)
        key = (about, _DIGITS.sub("0", warning.field), _DIGITS.sub("0", warning.message))
        groups.setdefault(key, []).append(warning)
    for alike in groups.values():
        if len({warning.where for warning in alike}) == 1:
            yield from map(str, alike)
        else:
            yield _line(alike)


def _line(alike: Sequence[Fault]) -> str:
    first = alike[0]
    names = list(dict.fromkeys(warning.where for warning in alike))
    files = {warning.file for warning in alike}
    place = f"{first.file}, " if files == {first.file} and first.file else ""
    about = f"{first.field} {first.message}" if first.field else first.message
    ids = [name.removeprefix("offer '").removesuffix("'") for name in names]
    if len({(warning.field, warning.message) for warning in alike}) > 1:
        return f"{place}{len(names):,} offers: {about} ({ids[0]}; similar for {summarize_names(ids[1:])})"
    return f"{place}{len(names):,} offers: {about} ({summarize_names(ids)})"


def summarize_names(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """List the first names, and the number of the others.

    >>> summarize_names(["a", "b", "c", "d", "e"]), summarize_names(["a"])
    ('a, b, c and 2 more', 'a')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
