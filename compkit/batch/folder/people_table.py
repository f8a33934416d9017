"""The index's table of people: one row a person, with the decision and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compkit.batch.folder.index_table import Column, IndexTable, reports_column, values_column
from compkit.batch.folder.results import BatchRun, PersonLine, recorded_amount
from compkit.report import usd

STATES = {
    "alone": "one choice",
    "unknown": "a fact is missing",
    "even": "pay is even",
    "clear": "clear",
    "leans": "leans",
    "staying": "staying leads",
}
_HEADINGS = {
    "leader": "Leads on pay",
    "margin": "Lead a year",
    "state": "State",
    "deadline": "Deadline",
    "warning": "Warning",
    "next_step": "Next step",
}


def people_table(run: BatchRun) -> IndexTable:
    """Build the table, nearest deadline first; it leaves out what nobody has."""
    people = run.people
    columns = [
        values_column(key, heading, _cells(people, key), shown=usd if key == "margin" else None)
        for key, heading in _HEADINGS.items()
    ]
    reports = reports_column([(person.reports, False) for person in people], run.titles)
    return IndexTable([_names(people), *(column for column in columns if column.words), reports])


def label_of(person: PersonLine) -> str:
    """Name of a person, as the index shows it."""
    return person.name or "Your offers"


def _names(people: Sequence[PersonLine]) -> Column:
    cells = [(label_of(person), person.page) for person in people]
    words = sorted(set(cells), key=lambda word: (word[0].casefold(), word))
    places = {word: place for place, word in enumerate(words)}
    return Column("", "Person", "page", words, [places[cell] for cell in cells])


def _cells(people: Sequence[PersonLine], key: str) -> list[Any]:
    if key == "margin":
        return [recorded_amount(person.facts, key) for person in people]
    found = [person.text(key) or None for person in people]
    return [text and STATES.get(text, text) for text in found] if key == "state" else found
