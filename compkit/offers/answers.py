"""Answers to `compkit new`: validated by the model of an offers file, and placed in one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import count, pairwise
from typing import Any

from pydantic import BaseModel, ValidationError

from compkit.errors import unknown_choice
from compkit.model import AMAZON, CURRENCY_KEY, REMOTE, RESERVED_IDS, USD
from compkit.offers.document import OffersFile
from compkit.offers.messages import validation_faults
from compkit.offers.questions import NONE, PLACES, Answers, InterviewContext, Place, Question
from compkit.reference import load_tables

_MAX_ID = 64
_ALSO_NEEDED = {("equity", "units"): "price_now", ("options", "n_options"): "strike"}
"""Fields that can't be used alone: a group and its field, and the other field it needs."""


def check_answer(
    question: Question,
    text: str,
    answers: Answers,
    context: InterviewContext,
    choices: Mapping[str, list[str]] | None = None,
) -> Answers:
    """Validate a typed answer; return it by name, or nothing for "I don't know".

    Parameters
    ----------
    question : Question
    text : str
        As typed.
    answers : mapping
        Earlier answers about the same offer or person.
    context : InterviewContext
    choices : mapping of str to list of str, optional
        The closed lists; compkit's own by default.

    Raises
    ------
    InputError
        With the message for the same value in a file.
    """
    text = text.strip() or question.default_for(answers, context)
    if not text:
        if question.is_required:
            raise question.refusal("is required.")
        return {}
    if question.choose_form:
        return check_answer(question.choose_form(text), text, answers, context, choices)
    choices = load_tables().choices if choices is None else choices
    if text == "?" and question.list_name:
        raise question.refusal(f"can be one of {', '.join(choices[question.list_name])}.")
    if question.one_of:
        text = _match_choice(question, text, question.one_of(context))
    if not question.place:
        return {question.name: text}
    return {question.name: _validated(question, question.meaning.get(text, text), answers, choices)}


def _match_choice(question: Question, text: str, names: Sequence[str]) -> str:
    """Name that starts with a text, ignoring case."""
    fitting = [name for name in names if name.casefold().startswith(text.casefold())]
    exact = [name for name in fitting if name.casefold() == text.casefold()]
    if len(exact or fitting) != 1:
        raise question.refusal(unknown_choice(text, names))
    return (exact or fitting)[0]


def _validated(question: Question, value: object, answers: Answers, choices: Mapping[str, list[str]]) -> object:
    """Value as the file's model parses it next to the answers so far."""
    in_file = {**choices, CURRENCY_KEY: answers.get("currency", USD)}
    try:
        found: Any = OffersFile.model_validate(_draft({**answers, question.name: value}), context=in_file)
    except ValidationError as error:
        raise question.refusal(validation_faults(error, OffersFile, "", "")[0].message) from error
    for part in question.place:
        found = getattr(found, str(part)) if isinstance(found, BaseModel) else found[part]
    return found


def _draft(answers: Answers) -> dict[str, Any]:
    """Offers file with the answers so far, and placeholders for required fields."""
    document = _build_document(answers)
    offer = document.setdefault("offers", [{}])[0]
    placeholders: list[tuple[dict[str, Any], dict[str, Any]]] = [
        (offer, {"id": "draft", "company": "-", "level": "-", "location": REMOTE, "base_salary": 1.0}),
        *((grant, {"price_now": 1.0} if "units" in grant else {"value": 1.0}) for grant in offer.get("equity", ())),
        *((option, {"n_options": 1.0, "strike": 1.0}) for option in offer.get("options", ())),
        (document.get("candidate", {}).get("current", {}), {"base_salary": 1.0}),
    ]
    for group, needed in placeholders:
        group.update({name: value for name, value in needed.items() if name not in group})
    return document


def _build_document(answers: Answers) -> dict[str, Any]:
    """Offers file as plain values, with each answer in its place."""
    document: dict[str, Any] = {}
    for name, value in answers.items():
        _insert(document, PLACES.get(name, ()), value)
    return document


def _insert(document: dict[str, Any], place: Place, value: object) -> None:
    inside: Any = document
    for part, following in pairwise((*place, None)):
        new: Any = value if following is None else [] if isinstance(following, int) else {}
        if isinstance(part, int):
            inside.extend([new] * (part + 1 - len(inside)))
        else:
            inside.setdefault(part, new)
        inside = inside[part]


def offer_fields(answers: Answers, taken: Collection[str] = ()) -> dict[str, Any]:
    """Fields of an offer in the order of the questions, with an id not in `taken`."""
    fields = _build_document(answers)["offers"][0]
    for group, _ in _incomplete_groups(fields):
        del fields[group]
    if answers.get("stock") == NONE:
        fields["equity"] = []
    return {"id": unused_id(answers["company"], answers["level"], taken), **fields}


def incomplete_fields(answers: Answers) -> dict[str, Any]:
    """Answers that a file can't hold yet, with None for what is missing."""
    fields = _build_document(answers)["offers"][0]
    return {group: [{**fields[group][0], needed: None}] for group, needed in _incomplete_groups(fields)}


def _incomplete_groups(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (group, needed)
        for (group, size), needed in _ALSO_NEEDED.items()
        if size in fields.get(group, [{}])[0] and needed not in fields[group][0]
    ]


def current_job_fields(answers: Answers) -> dict[str, Any]:
    """Fields of the current job, or empty."""
    current: dict[str, Any] = _build_document(answers).get("candidate", {}).get("current", {})
    return current


def unknown_facts(asked: Sequence[Question], answers: Answers) -> list[str]:
    """List important facts that were asked and stay unknown."""
    bonus = {"bonus"} if {"bonus_target_rate", "annual_bonus"} & set(answers) else set()
    is_amazon = str(answers.get("company", "")).strip().casefold() == AMAZON.casefold()
    known = {*answers, *bonus, *({"vesting"} if is_amazon else ())}
    return [question.unknown for question in asked if question.unknown and question.name not in known]


def offer_id(company: str, level: str) -> str:
    """Id made from a company and a level.

    >>> offer_id("Société Générale", "L6 / IC"), offer_id("Golden", ""), offer_id("\u65e5\u672c", "\u516d")
    ('societe-generale-l6-ic', 'offer-golden', 'offer')
    """
    plain = unicodedata.normalize("NFKD", f"{company} {level}").encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_ID].strip("-")
    if not slug:
        return "offer"
    return f"offer-{slug}" if slug in RESERVED_IDS else slug


def unused_id(company: str, level: str, taken: Collection[str]) -> str:
    """Id made from a company and a level, with a number if it is taken.

    >>> unused_id("Meta", "E6", {"meta-e6", "meta-e6-2"})
    'meta-e6-3'
    """
    first = offer_id(company, level)
    numbered = (f"{first[: _MAX_ID - len(ending)]}{ending}" for ending in (f"-{n}" for n in count(2)))
    return first if first not in taken else next(name for name in numbered if name not in taken)
