"""Levels: one name for all spellings at a company, by data/level_numbers.csv and data/level_aliases.csv."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from compkit.reference import Tables

_NOT_GIVEN = frozenset({"", "na", "n/a", "nan", "none", "null", "-", "--", "?", "unknown"})
_APART = re.compile(r"[\W_]+")
_LEVEL_WORDS = ("level", "lvl", "lv", "l")


@dataclass(frozen=True, slots=True)
class _Ladder:
    """A company's levels: names by spelling, and how it writes numbered ones."""

    names: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    numbers: range = range(0)
    alone: re.Pattern[str] | None = None
    among_words: re.Pattern[str] | None = None


_NO_LADDER = _Ladder()


def level_names(companies: Sequence[str], typed: Sequence[str], tables: Tables) -> list[str | None]:
    """One name for all spellings of a level at a company.

    No level is taken from a title: at Amazon `SDE III` is L6 by the table, but `Senior Engineer` stays as it is.

    Parameters
    ----------
    companies : sequence of str
        Names from `company_names`.
    typed : sequence of str
        The level of each, as its file spells it.
    tables : Tables

    Returns
    -------
    list of str or None
        The company's name for the level; for others `folded_level`. None if the file gives none.

    Examples
    --------
    >>> from compkit.reference import load_tables
    >>> level_names(["Amazon", "Amazon", "Meta", "Acme"], ["l6 SDM", "6", "Level 5", "Band  9"], load_tables())
    ['L6', 'L6', 'E5', 'band9']
    """
    ladders = tables.derived(_ladders)
    return [_level_name(text, ladders.get(company, _NO_LADDER)) for company, text in zip(companies, typed, strict=True)]


def folded_level(typed: str) -> str:
    """Level without case and spaces, and nothing else changed.

    >>> folded_level(" SDE  II ")
    'sdeii'
    """
    return "".join(typed.casefold().split())


def _level_name(typed: str, ladder: _Ladder) -> str | None:
    folded = folded_level(typed)
    if folded in _NOT_GIVEN:
        return None
    spelling = _APART.sub("", folded)
    if spelling in ladder.names:
        return ladder.names[spelling]
    found = ladder.alone.fullmatch(spelling) if ladder.alone else None
    if found is None and ladder.among_words:
        several = ladder.among_words.findall(typed.casefold())
        found = ladder.among_words.search(typed.casefold()) if len(several) == 1 else None
    if found and int(found["number"]) in ladder.numbers:
        return f"{ladder.prefix}{int(found['number'])}{found['half'].upper()}"
    return folded


def _ladders(tables: Tables) -> dict[str, _Ladder]:
    """Ladder by company."""
    names: dict[str, dict[str, str]] = {}
    for row in [*tables.rows("level_map"), *tables.rows("level_aliases")]:
        spelled = row.get("alias") or row["level"]
        names.setdefault(row["company"], {})[_APART.sub("", folded_level(spelled))] = row["level"]
    ladders = {company: _Ladder(known) for company, known in names.items()}
    for row in tables.rows("level_numbers"):
        prefixes = {prefix.casefold() for prefix in (row["prefix"], row["other_prefix"]) if prefix}
        either = "|".join(sorted({*_LEVEL_WORDS, *prefixes}, key=len, reverse=True))
        number = r"(?P<number>\d{1,2})(?P<half>[ab]?)"
        ladders[row["company"]] = _Ladder(
            names.get(row["company"], {}),
            row["prefix"] or "",
            range(row["lowest"], row["highest"] + 1),
            re.compile(rf"(?:{either})?{number}"),
            re.compile(rf"(?<![a-z\d])(?:{either})[\s-]*{number}(?![a-z\d])") if row["one_ladder"] else None,
        )
    return ladders
