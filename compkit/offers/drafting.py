"""A first offers file from a few answers: the questions, the check of each answer, and the commented file."""

from __future__ import annotations

import re
import unicodedata
from collections import abc
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from compkit.candidate import Candidate
from compkit.errors import Fault, InputError
from compkit.fields import RESERVED_IDS, OneOf
from compkit.offer import REMOTE, Offer
from compkit.offers.document import SCHEMA_ID, Envelope, OffersFile
from compkit.offers.faults import faults_of
from compkit.spelled import USD, SpellingError, read_number
from compkit.tables import load_tables
from compkit.tranches import OwnSchedule, Tranche

Answers = Mapping[str, Any]
Place = tuple[str | int, ...]

_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ /@_-][A-Za-z0-9]+)*")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_LARGEST_PLAIN = 1e15
_MAX_ID = 64


@dataclass(frozen=True, slots=True)
class Question:
    """One question of `compkit new`.

    Parameters
    ----------
    name : str
        The key of its answer.
    prompt, help : str
        What is asked, and one sentence on what is meant.
    place : tuple
        The place of the answer in a whole offers file, so that the file's own rules check it.
    default : str or None, optional
        What an empty answer means; None where one must be given, "" where it may be left out.
    is_number : bool, optional
        Whether the answer is an amount.
    """

    name: str
    prompt: str
    help: str
    place: Place
    default: str | None = None
    is_number: bool = False

    def is_asked(self, answers: Answers) -> bool:
        """Return whether the question makes sense after the answers so far."""
        condition = _ASKED_IF.get(self.name)
        return condition is None or condition(answers)

    def check(self, text: str, choices: Mapping[str, list[str]] | None = None) -> object:
        """Return the answer that a typed text gives, or None where it is left out.

        Parameters
        ----------
        text : str
            As typed.
        choices : mapping of str to list of str, optional
            The closed lists; compkit's own if left out.

        Raises
        ------
        InputError
            With the sentence that the same value in a file gets.
        """
        text = text.strip() or (self.default or "")
        if not text and self.default == "":
            return None
        value: object = self._number(text) if self.is_number else text
        return self._checked(value, load_tables().choices if choices is None else choices)

    def _number(self, text: str) -> float:
        try:
            return read_number(text, kind="rate" if self.place[0] == "rates" else "amount")
        except SpellingError as error:
            raise InputError([Fault("your answer", "", self.name, str(error))]) from error

    def _checked(self, value: object, choices: Mapping[str, list[str]]) -> object:
        draft = _placed({self.place: value})
        try:
            OffersFile.model_validate(draft, context=choices)
        except ValidationError as error:
            about = [details for details in error.errors() if details["loc"][: len(self.place)] == self.place]
            if about:
                faults = faults_of(error, OffersFile, "", "")
                message = faults[error.errors().index(about[0])].message
                raise InputError([Fault("your answer", "", self.name, message)]) from error
        return value


_ASKED_IF: Mapping[str, Callable[[Answers], bool]] = {
    "residence": lambda answers: answers.get("location") == REMOTE,
    "usd_rate": lambda answers: answers.get("currency") not in (None, USD),
}

QUESTIONS: tuple[Question, ...] = (
    Question("company", "Company", "As you would write it in a letter.", ("offers", 0, "company")),
    Question("level", "Level", "The company's own name for it, such as L6, E6 or 65.", ("offers", 0, "level")),
    Question(
        "location",
        "Location",
        "A city of data/places.csv, such as Seattle, or Remote.",
        ("offers", 0, "location"),
    ),
    Question(
        "residence",
        "Where would you live",
        "Tax and prices are taken there. A city of data/places.csv.",
        ("offers", 0, "residence"),
    ),
    Question(
        "currency",
        "Currency",
        "The code of the currency in which the offer is made.",
        ("offers", 0, "currency"),
        default=USD,
    ),
    Question(
        "usd_rate",
        "USD for one unit of that currency",
        "Such as 1.08 for a euro.",
        ("rates", "XXX"),
        is_number=True,
    ),
    Question(
        "base_salary",
        "Base salary a year",
        "Plain digits, such as 175000.",
        ("offers", 0, "base_salary"),
        is_number=True,
    ),
    Question(
        "sign_on_y1",
        "Sign-on payment for the first year",
        "0 if there is none.",
        ("offers", 0, "sign_on", 0),
        default="0",
        is_number=True,
    ),
    Question(
        "sign_on_y2",
        "Sign-on payment for the second year",
        "0 if there is none.",
        ("offers", 0, "sign_on", 1),
        default="0",
        is_number=True,
    ),
    Question(
        "equity_value",
        "Worth of the shares over four years",
        "The whole grant, not one year's part; 0 if there is none.",
        ("offers", 0, "equity", 0, "value"),
        default="0",
        is_number=True,
    ),
    Question(
        "deadline",
        "Last day to answer",
        "YYYY-MM-DD; empty if you know none.",
        ("offers", 0, "deadline"),
        default="",
    ),
)


def drafted_file(answers: Answers) -> str:
    """Return a commented offers file in YAML.

    Parameters
    ----------
    answers : mapping of str to object
        What `Question.check` returned, by the question's name; an optional one may be missing.

    Returns
    -------
    str
        A file that loads without faults; every field that was not asked for stands in it as a comment.

    Raises
    ------
    InputError
        If an answer that is needed is missing, or one holds what its question refuses.
    """
    _refuse_gaps(answers)
    given = _given(answers)
    lines = [
        "# An offers file, written by `compkit new`. A line that begins with # is a comment: take away the # and the",
        "# blank after it, and fill in the value, wherever you know more. `compkit validate` checks the file.",
        *_group_lines(Envelope, {key: value for key, value in given.items() if key != "offers"}, skip=("offers",)),
        "",
        "# Each offer begins with a dash; copy the block below for the next one.",
        "offers:",
        *_item_lines(_group_lines(Offer, given["offers"][0])),
    ]
    return "\n".join(lines) + "\n"


def _refuse_gaps(answers: Answers) -> None:
    faults: list[Fault] = []
    for question in QUESTIONS:
        answer = answers.get(question.name)
        if answer is not None:
            try:
                question.check(str(answer))
            except InputError as error:
                faults += error.faults
        elif question.default is None and question.is_asked(answers):
            faults.append(Fault("your answers", "", question.name, "is missing. Give it."))
    if faults:
        raise InputError(faults)


def _given(answers: Answers) -> dict[str, Any]:
    """Return the values of the file, in the order of its fields."""
    sign_on = [float(answers.get(f"sign_on_y{year}") or 0) for year in (1, 2)]
    value = float(answers.get("equity_value") or 0)
    offer = {
        "id": offer_id(str(answers["company"]), str(answers["level"])),
        **{name: answers.get(name) for name in ("company", "level", "location", "residence", "currency", "deadline")},
        "base_salary": float(answers["base_salary"]),
        "sign_on": sign_on if any(sign_on) else None,
        "equity": [{"value": value}] if value else None,
    }
    currency = offer["currency"]
    rates = {currency: float(answers["usd_rate"])} if currency not in (None, USD) else None
    return {"schema": SCHEMA_ID, "rates": rates, "offers": [offer]}


def offer_id(company: str, level: str) -> str:
    """Return an id made from a company and a level.

    >>> offer_id("Société Générale", "L6 / IC"), offer_id("Golden", ""), offer_id("\u65e5\u672c", "\u516d")
    ('societe-generale-l6-ic', 'offer-golden', 'offer')
    """
    plain = unicodedata.normalize("NFKD", f"{company} {level}").encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MAX_ID].strip("-")
    if not slug:
        return "offer"
    return f"offer-{slug}" if slug in RESERVED_IDS else slug


def _placed(values: Mapping[Place, object]) -> dict[str, Any]:
    """Return the smallest sound offers file with values put into their places."""
    offer: dict[str, Any] = {"id": "draft", "company": "-", "level": "-", "location": REMOTE, "base_salary": 1.0}
    document: dict[str, Any] = {"offers": [offer]}
    for place, value in values.items():
        inside: Any = document
        for part, following in pairwise(place):
            if isinstance(part, int):
                while len(inside) <= part:
                    inside.append({})
                inside = inside[part]
            else:
                inside = inside.setdefault(part, [] if isinstance(following, int) else {})
        last = place[-1]
        if isinstance(last, int):
            inside.extend([0.0] * (last - len(inside)))
            inside.append(value)
        else:
            inside[last] = value
    return document


def _group_lines(model: type[BaseModel], given: Mapping[str, Any], skip: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield a line or a few for each field of a model: its value where one is given, else a comment."""
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in skip:
            continue
        value = given.get(key)
        inner = _inner_model(field.annotation)
        if value is None:
            yield from _comment_lines(key, field, inner)
        elif inner is not None and isinstance(value, list):
            yield f"{key}:{_told(field)}"
            for item in value:
                yield from _item_lines(_group_lines(inner, item))
        else:
            yield f"{key}: {_scalar(value)}{_told(field)}"


def _comment_lines(key: str, field: FieldInfo, inner: type[BaseModel] | None) -> Iterator[str]:
    if inner is None:
        yield f"# {key}: {_scalar(_example(field))}{_told(field)}"
        return
    yield f"# {key}:{_told(field)}"
    if inner is Candidate and key == "candidates":
        yield "#   my-id: {}  # The fields of `candidate` go here; an offer then names one of the ids."
        return
    block = [line.removeprefix("# ") for line in _group_lines(inner, {})]
    inside = _item_lines(block) if _is_list(field.annotation) else [f"  {line}" for line in block]
    yield from (f"# {line}" for line in inside)


def _item_lines(lines: Iterator[str] | list[str]) -> Iterator[str]:
    """Yield the lines of a group as an item of a list: a dash before the first one that is no comment."""
    pending = True
    for line in lines:
        starts = pending and not line.startswith(("#", " "))
        pending = pending and not starts
        yield f"  - {line}" if starts else f"    {line}"


def _example(field: FieldInfo) -> object:
    """Return what a comment shows as the value: the names in a closed list, the default, or null."""
    if get_origin(field.annotation) is abc.Mapping:
        marks = getattr(get_args(field.annotation)[0], "__metadata__", ())
        names = [name for mark in marks if isinstance(mark, OneOf) for name in load_tables().choices[mark.list_name]]
        return dict.fromkeys(names)
    default = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, tuple):
        return list(default)
    return default if isinstance(default, str | int | float) else None


def _told(field: FieldInfo) -> str:
    """Return a field's description as the end of its line, with the values that it may have."""
    choices = _literals(field.annotation)
    one_of = f" One of: {', '.join(choices)}." if choices else ""
    return f"  # {field.description}{one_of}" if field.description else ""


def _scalar(value: object) -> str:
    """Return a value as one line of YAML; text is quoted unless it is plain words that mean nothing else in YAML."""
    if isinstance(value, list):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_PLAIN:
        value = int(value)
    is_plain = isinstance(value, str) and _WORDS.fullmatch(value) and value.casefold() not in _YAML_WORDS
    style = '"' if isinstance(value, str) and not is_plain else None
    text: str = yaml.safe_dump(
        value, default_style=style, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False
    )
    return text.removesuffix("\n").removesuffix("\n...")


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    """Return the group of fields that an annotation holds; a grant's own schedule is too deep for a first file."""
    if annotation in (Tranche, OwnSchedule):
        return None
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_inner_model, get_args(annotation)) if found), None)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))


def _literals(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    return next((found for found in map(_literals, get_args(annotation)) if found), ())
