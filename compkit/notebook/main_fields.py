"""The fields that decide most, in the order and the words of the questions that `compkit new` asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from compkit.notebook.fields import BONUS, FieldKind, FormField, find_field, offer_parts, person_parts
from compkit.offers import CURRENT_JOB_QUESTIONS, OFFER_QUESTIONS, PLACES, Place, Question

_MAIN_OFFER = (
    "company", "level", "location", "base_salary", "bonus", "sign_on_y1", "sign_on_y2", "value", "units", "price_now",
    "vesting", "status", "deadline", "start_date",
)  # fmt: skip
_MAIN_PERSON: Mapping[Place, str] = {
    ("name",): "Name", ("filing_status",): "Filing status", ("residence",): "Home",
    ("current", "base_salary"): "Current base salary", ("current", "annual_bonus"): "Current bonus",
    ("current", "annual_equity"): "Current stock, value that vests in a year",
    ("current", "unvested_equity"): "Current stock, value not vested yet",
}  # fmt: skip
_HINT = re.compile(r" \(([^)]*)\)$")


@cache
def main_offer_fields() -> tuple[FormField, ...]:
    """Fields that decide most of an offer, labeled as `compkit new` asks for them.

    >>> [field.label for field in main_offer_fields()][:3]
    ['Company', 'Level', 'Location']
    """
    questions = {question.name: question for question in OFFER_QUESTIONS}
    return tuple(_asked(questions[name]) for name in _MAIN_OFFER)


@cache
def main_person_fields() -> tuple[FormField, ...]:
    """Fields that decide most of a person: taxes, and what staying pays."""
    hints = {question.place[1:]: _hint(question) for question in CURRENT_JOB_QUESTIONS}
    found = [replace(find_field(person_parts(), place), label=label) for place, label in _MAIN_PERSON.items()]
    return tuple(replace(field, help=hints.get(field.place) or field.help) for field in found)


def _asked(question: Question) -> FormField:
    """Field of an offer with the words of its question."""
    place = PLACES.get(question.name, question.place)[2:] or BONUS
    field = find_field(offer_parts(), place)
    kind: FieldKind = "bonus" if place == BONUS else field.kind
    label = _HINT.sub("", question.prompt)
    return replace(field, place=place, label=label, help=_hint(question) or field.help, kind=kind)


def _hint(question: Question) -> str:
    """Text that a question's prompt has in parentheses, without what only the terminal can do."""
    found = _HINT.search(question.prompt)
    parts = [part for part in (found[1] if found else "").split("; ") if part[:1] not in ("?", "Y")]
    hint = "; ".join(part for part in parts if not part.startswith("Enter"))
    return f"{hint[:1].upper()}{hint[1:]}." if hint else ""
