"""Who speaks for a person, what nobody covers, and what a background check needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compkit.model import Candidate, Reference
from compkit.reference import Tables

_Row = Mapping[str, Any]
PRINCIPLES, AWAY = "principles", "reference-away"


@dataclass(frozen=True)
class Panel:
    """References of a person, and the checks they face.

    Parameters
    ----------
    references : tuple of Reference
    covers : tuple of tuple of str
        What each can speak to, rows of data/reference_steps.csv.
    missing_roles, missing_topics : tuple of str
        Roles of which too few are named, and topics that nobody covers; none while nobody is named.
    delays : tuple of mapping
        Causes of delay that the file gives, rows of the table.
    rows : mapping of str to tuple of mapping
        What the guide lists, by kind, without what is part of another row.
    """

    references: tuple[Reference, ...]
    covers: tuple[tuple[str, ...], ...]
    missing_roles: tuple[str, ...]
    missing_topics: tuple[str, ...]
    delays: tuple[_Row, ...]
    rows: Mapping[str, tuple[_Row, ...]]

    def name_of(self, row: str) -> str:
        """Name of a role or topic."""
        return next(str(one["name"]) for kind in ("role", "topic") for one in self.rows[kind] if one["row_id"] == row)

    @property
    def days_added(self) -> tuple[int, int]:
        """Days that the causes of delay add to a background check, at least and at most."""
        return sum(row["least_days"] or 0 for row in self.delays), sum(row["most_days"] or 0 for row in self.delays)


def reference_panel(candidate: Candidate, tables: Tables, today: dt.date, *, is_amazon: bool = True) -> Panel:
    """Build the panel of one person.

    Parameters
    ----------
    candidate : Candidate
    tables : Tables
    today : date
        Decides who is away.
    is_amazon : bool
        Whether somebody is to be asked about the Leadership Principles.

    Source: docs/plan-the-weeks.md#who-speaks-for-you
    """
    rows: dict[str, tuple[_Row, ...]] = {}
    for row in tables.rows("reference_steps"):
        if not row["part_of"]:
            rows[row["kind"]] = (*rows.get(row["kind"], ()), row)
    usual = {row["row_id"]: tuple(str(row["topics"]).split("; ")) for row in rows["role"]}
    people = candidate.references
    covers = tuple(one.covers or usual[one.role] for one in people)
    named, covered = [one.role for one in people], {topic for each in covers for topic in each}
    roles = [str(row["row_id"]) for row in rows["role"] if named.count(row["row_id"]) < row["least"]]
    topics = [str(row["row_id"]) for row in rows["topic"] if row["row_id"] not in covered]
    topics = [topic for topic in topics if is_amazon or topic != PRINCIPLES]
    causes = {*candidate.background, *([AWAY] if any(is_away(one, today) for one in people) else [])}
    delays = tuple(row for row in rows["delay"] if row["row_id"] in causes)
    return Panel(people, covers, tuple(roles if people else ()), tuple(topics if people else ()), delays, rows)


def is_away(reference: Reference, today: dt.date) -> bool:
    """Whether someone can't be reached on a day."""
    return reference.away_until is not None and reference.away_until >= today
