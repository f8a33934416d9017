"""Warnings as lines for people: the same one for many offers is said once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from compkit.errors import Fault

MOST_NAMES = 3
_OFFER = re.compile(r"offer '(.*)'")
_DIGITS = re.compile(r"\d[\d.,]*")


def warning_lines(warnings: Sequence[Fault]) -> Iterator[str]:
    """Yield a line for each warning, one for all offers that have the same; amounts may differ.

    >>> said = [Fault("a.yaml", f"offer '{name}'", "vesting", "is left out.") for name in ("x", "y", "z", "w")]
    >>> list(warning_lines(said))
    ['a.yaml, 4 offers: vesting is left out. (x, y, z and 1 more)']
    """
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for warning in warnings:
        # What is not about one offer stands alone.
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
        return f"{place}{len(names):,} offers: {about} ({ids[0]}; the like for {summarize_names(ids[1:])})"
    return f"{place}{len(names):,} offers: {about} ({summarize_names(ids)})"


def summarize_names(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Return the first of some names, and how many more there are.

    >>> summarize_names(["a", "b", "c", "d", "e"]), summarize_names(["a"])
    ('a, b, c and 2 more', 'a')
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
