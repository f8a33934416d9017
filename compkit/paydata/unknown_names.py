"""What a question names that a store doesn't have, and which of its names come near: to suggest, never to merge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import duckdb

from compkit.paydata.companies import company_names
from compkit.paydata.levels import level_names
from compkit.paydata.observation import MEASURES, Measure
from compkit.paydata.titles import folded_title
from compkit.reference import Tables

if TYPE_CHECKING:
    from compkit.paydata.query import Circle

Condition = tuple[str, Sequence[object]]
"""SQL that begins with ` AND `, and its values."""
_MAX_SUGGESTIONS = 3
_LEAST_ALIKE = 80
"""From 0 to 100, as rapidfuzz scores it."""


def suggested_names(typed: str, known: Iterable[str], least_alike: int = _LEAST_ALIKE) -> list[str]:
    """Known names that look like a typed one, the closest first; for messages, never to merge.

    >>> suggested_names("Amzon", ["Amazon", "Google"])
    ['Amazon']
    """
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        typed,
        list(known),
        scorer=fuzz.WRatio,
        processor=utils.default_process,
        score_cutoff=least_alike,
        limit=_MAX_SUGGESTIONS,
    )
    return [name for name, _, _ in found]


def unknown_name(store: duckdb.DuckDBPyConnection, circle: Circle, tables: Tables, in_place: Condition) -> str:
    """Say which company, level, title or place the store doesn't have, and what comes near; nothing if it has them all.

    `in_place` is the SQL of the circle's place.
    """
    company = company_names([circle.company], tables)[0] if circle.company else None
    if circle.company and company not in (known := _names(store, "company")):
        return f"The store has no {circle.company!r}.{_meant(circle.company, known)}"
    at = f" at {company}" if company else ""
    if circle.level is not None:
        level, levels = level_names([company or ""], [circle.level], tables)[0], _names(store, "level", company)
        if not levels:
            return f"The store has no levels{at}."
        if (level or circle.level).casefold() not in map(str.casefold, levels):
            near = ", ".join(map(repr, suggested_names(circle.level, levels, 0)))
            return f"The store has no level {circle.level!r}{at}. Nearest: {near}."
    if circle.title is not None and folded_title(circle.title) not in (
        titles := _names(store, "lower(title)", company)
    ):
        return f"The store has no title {circle.title!r}{at}.{_meant(circle.title, titles)}"
    if circle.place is not None and not _names(store, "company", company, in_place):
        metros = [name.partition(" (")[0] for name in _names(store, "metro", company)[:1]]
        return f"The store has no pay in {circle.place!r}{at}." + "".join(f" It has most in {one}." for one in metros)
    return ""


def other_measures(store: duckdb.DuckDBPyConnection, measure: Measure, where: str, values: list[object]) -> str:
    """Say which other measures the rows of a question tell, if they don't tell the one that is asked for."""
    counts = ", ".join(f"count({name})" for name in MEASURES)
    found = store.execute(f"SELECT {counts} FROM observations WHERE true{where}", values).fetchone() or ()  # noqa: S608
    told = [f"{name} ({n:,} rows)" for name, n in zip(MEASURES, found, strict=True) if n]
    return f"None tells {measure}; they tell {' and '.join(told)}." if told else ""


def _names(
    store: duckdb.DuckDBPyConnection, column: str, company: str | None = None, where: Condition = ("", ())
) -> list[str]:
    """Names in a column of the store, or of a company's rows, the most frequent first."""
    rows = store.execute(
        f"SELECT {column} FROM observations WHERE {column} IS NOT NULL AND (? IS NULL OR company = ?){where[0]}"  # noqa: S608
        f" GROUP BY {column} ORDER BY count(*) DESC, {column}",
        [company, company, *where[1]],
    ).fetchall()
    return [name for (name,) in rows]


def _meant(typed: str, known: Iterable[str]) -> str:
    near = suggested_names(typed, known)
    return f" Did you mean {near[0]!r}?" if near else ""
