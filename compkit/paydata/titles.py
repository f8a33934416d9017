"""Spellings of job titles, by job_titles.csv."""

from __future__ import annotations

from compkit.reference import Tables


def folded_title(text: str) -> str:
    """Title in small letters, with single spaces.

    >>> folded_title(" Senior  SDE ")
    'senior sde'
    """
    return " ".join(text.casefold().split())


def title_spellings(title: str, tables: Tables) -> list[str]:
    """All spellings of a title of the table, folded; empty if it has none of that name."""
    return list(dict.fromkeys(folded_title(row["alias"]) for row in tables.rows("job_titles") if row["title"] == title))
