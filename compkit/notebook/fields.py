"""The fields of an offer and a person, taken from the models of an offers file: label, help, kind, options, unit."""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from compkit.model import USD, YEARLY_FIELDS, Candidate, Identifier, NumberInput, Offer, OneOf, PlaceNames
from compkit.offers import Place
from compkit.reference import load_tables

FieldKind = Literal[
    "amount", "price", "count", "rate", "plain", "whole",
    "text", "date", "moment", "yes-no", "choice", "place", "offer", "person", "bonus",
]  # fmt: skip
ONLY_IN_FILE: Mapping[str, str] = {
    "OwnSchedule": "A schedule of your own has parts of its own: type it in the file's text.",
    "Tranche": "The vests of your own schedule are a list: type them in the file's text.",
}
"""Groups that the form leaves to the file's text, with the reason, by model."""
BONUS: Place = ("bonus_target_rate",)
OTHER_BONUS: Place = ("annual_bonus",)
"""The two places of a bonus, a rate and an amount, which are one field of the form."""
_SPELLINGS = {
    "ai": "AI", "ml": "ML", "espp": "ESPP", "id": "ID", "url": "web address", "rsu": "stock", "4yr": "4 years",
    "y1": "year 1", "y2": "year 2", "n": "number", "p25": "25th percentile", "p50": "median", "p75": "75th percentile",
    "usd": USD,
}  # fmt: skip
_WORDS = {
    "ai_ml": "AI or machine-learning work", "annual_equity": "stock that vests in a year",
    "annual_raise_rate": "raise a year", "annual_value": "value a year", "as_of": "date",
    "away_until": "out of reach until", "background": "may delay the background check",
    "background_check_from": "start of the background check", "best_and_final_first": "first offer called final",
    "bonus_target_rate": "target bonus", "call_on": "next call", "cash_share": "part paid in cash",
    "covers": "can speak to", "deadline_at": "deadline with its time", "dilution_rate": "part sold to new investors",
    "done": "steps taken", "downlevel": "lower level than interviewed for", "expected_on": "answer expected by",
    "expires_after_months": "options expire after", "growth_convention": "growth comes",
    "guide_level": "level in the guide", "heard": "news since then", "investor_share": "investors' part at the exit",
    "leaning": "package they favored", "n": "number of figures",
    "name_equity_left": "letters may name stock left behind", "next_bonus_on": "next bonus paid on",
    "offered_at": "time of the offer", "on": "date", "out": "ruled out", "ownership_share": "your part of the company",
    "post_termination_months": "options expire after leaving", "posted_base": "range in the job posting",
    "preference_stack": "paid to investors first", "preferred": "job you would rather have",
    "preferred_worth": "what that is worth to you", "price_now": "share price today", "price_on": "date of that price",
    "priced_on": "grant priced on", "priced_over_days": "days averaged for that price", "quoted": "recruiter's claim",
    "rsu_4yr": "stock over 4 years", "said": "what they said",
    "share_rival_total": "letters may name another offer's total", "stay_years": "years you expect to stay",
    "strike": "exercise price", "supersedes": "earlier round it replaces", "tradable": "vested shares can be sold",
    "unvested_equity": "stock not vested yet", "units": "number of shares", "zone": "time zone",
}  # fmt: skip
"""What people call fields that are more than the words of their names."""
_UNIT = re.compile(r" \[([^]]+)\]\.?$")
_TABLE = re.compile(r"A row of data/\S+\.csv\.|Rows of data/\S+\.csv\.|,? (?:from|a place of|of) data/\S+\.csv")
_NAME = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")


@dataclass(frozen=True)
class FormField:
    """One field of the form.

    Parameters
    ----------
    place : tuple
        In the offer, or in the person.
    label : str
    help : str
        One sentence or two; it may be empty.
    kind : str
        What may be typed.
    options : tuple of (str, object)
        Label and value of each choice.
    unit : str
        With USD for the currency of the offer.
    default : str
        What counts if nothing is chosen; empty if that is nothing.
    """

    place: Place
    label: str
    help: str = ""
    kind: FieldKind = "text"
    options: tuple[tuple[str, Any], ...] = ()
    unit: str = ""
    default: str = ""


@dataclass(frozen=True)
class FormGroup:
    """Fields that belong together: a group of the file."""

    place: Place
    label: str
    help: str
    parts: tuple[FormPart, ...]


@dataclass(frozen=True)
class FormList:
    """A list of the file, with its item at each position, a field or a group."""

    place: Place
    label: str
    help: str
    at: Callable[[int], FormField | FormGroup]


FormPart = FormField | FormGroup | FormList


@cache
def offer_parts() -> tuple[FormPart, ...]:
    """Every field, group, and list of an offer, in the order of the model.

    >>> salary = find_field(offer_parts(), ("base_salary",))
    >>> salary.label, salary.kind, salary.unit, salary.help
    ('Base salary', 'amount', 'USD a year', 'Salary a year.')
    """
    return tuple(_parts(Offer, ()))


@cache
def person_parts() -> tuple[FormPart, ...]:
    """Every field, group, and list of a person, in the order of the model."""
    return tuple(_parts(Candidate, ()))


def find_field(parts: tuple[FormPart, ...], place: Place) -> FormField:
    """Field at a place; the first item of a list stands for all."""
    return next(field for field in all_fields(parts) if field.place == place or _is_item(field.place, place))


def _is_item(first: Place, place: Place) -> bool:
    return len(first) == len(place) and all(
        ours == theirs or (ours == 0 and isinstance(theirs, int)) for ours, theirs in zip(first, place, strict=True)
    )


def all_fields(parts: tuple[FormPart, ...]) -> Iterator[FormField]:
    """Yield the fields at any depth, with the first item of each list."""
    for part in parts:
        if isinstance(part, FormField):
            yield part
        else:
            yield from all_fields(part.parts if isinstance(part, FormGroup) else (part.at(0),))


def place_label(place: Place) -> str:
    """Name of a place for people.

    >>> place_label(("equity", 1, "grant_price"))
    'Equity 2, grant price'
    """
    words = ""
    for part in place:
        words += f" {part + 1}" if isinstance(part, int) else f", {humanized(part)}" if words else humanized(part)
    return words[:1].upper() + words[1:]


def humanized(name: str) -> str:
    """Name of a field or a choice in words.

    >>> humanized("sign_on_clawback"), humanized("rsu_4yr")
    ('sign-on clawback', 'stock over 4 years')
    """
    if name in _WORDS:
        return _WORDS[name]
    words = " ".join(_SPELLINGS.get(word, word) for word in name.split("_"))
    return words.replace("sign on", "sign-on").replace("number ", "number of ")


def _label(name: str) -> str:
    words = humanized(name)
    return words[:1].upper() + words[1:]


def _plain(help_text: str) -> str:
    """Help without the names of tables, whose rows a menu lists, and with fields in words.

    >>> _plain("The job's place, from data/places.csv."), _plain("The day of price_now.")
    ("The job's place.", 'The day of "share price today".')
    """
    text = help_text.replace("as in data/companies.csv", "as is known for the company")
    text = text.replace("a list of {month, fraction}, or a group", "or in the file's text one of your own")
    return _NAME.sub(lambda found: f'"{humanized(found[0])}"', _TABLE.sub("", text))


def _parts(model: type[BaseModel], place: Place) -> Iterator[FormPart]:
    for name, field in model.model_fields.items():
        part = _part((*place, name), name, field.description or "", field.annotation, tuple(field.metadata))
        if isinstance(part, FormField) and not field.is_required():
            part = replace(part, default=_default(field))
        yield part


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, bool):
        return "yes" if value else "no"
    return humanized(value) if isinstance(value, str) else ""


def _part(place: Place, name: str, help_text: str, annotation: Any, marks: tuple[Any, ...]) -> FormPart:
    kind, marks = _bare(annotation, marks)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return FormGroup(place, _label(name), _plain(help_text), tuple(_parts(kind, place)))
    if get_origin(kind) is tuple:
        of_item = get_args(kind)[0]
        return FormList(place, _label(name), _plain(help_text), lambda position: _item(place, name, of_item, position))
    if get_origin(kind) in (Mapping, dict) or getattr(get_origin(kind), "__name__", "") == "Mapping":
        return FormGroup(place, _label(name), _plain(help_text), tuple(_ratings(place, *get_args(kind))))
    found = _UNIT.search(help_text)
    field = FormField(place, _label(name), _plain(_UNIT.sub(".", help_text)), unit=found[1] if found else "")
    return _typed(field, name, kind, marks)


def _item(place: Place, name: str, annotation: Any, position: int) -> FormField | FormGroup:
    """Item of a list, which is no list itself."""
    part = _part((*place, position), name, "", annotation, ())
    assert not isinstance(part, FormList)  # noqa: S101
    return replace(part, label=f"{_label(name)} {position + 1}")


def _bare(annotation: Any, marks: tuple[Any, ...] = ()) -> tuple[Any, tuple[Any, ...]]:
    """Type without Annotated and None, with every mark on the way; of several forms the name of a closed list."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _bare(inner, (*marks, *more))
    if get_origin(annotation) in (Union, types.UnionType):
        forms = [form for form in get_args(annotation) if form is not type(None)]
        if len(forms) == 1:
            return _bare(forms[0], marks)
        named = next((form for form in forms if _bare(form)[0] is str), None)
        return _bare(named, marks) if named is not None else (forms[0], marks)
    return annotation, marks


def _typed(field: FormField, name: str, kind: Any, marks: tuple[Any, ...]) -> FormField:
    """Field with its kind, options, and unit."""
    number = next((mark for mark in marks if isinstance(mark, NumberInput)), None)
    closed = next((mark for mark in marks if isinstance(mark, OneOf)), None)
    if number is not None:
        is_money = number.kind in ("amount", "price")
        per = " a year" if name in YEARLY_FIELDS else ""
        return replace(field, kind=number.kind, unit=field.unit or (f"{USD}{per}" if is_money else ""))
    if closed is not None:
        names = load_tables().choices[closed.list_name]
        is_place = isinstance(names, PlaceNames)
        return replace(field, kind="place" if is_place else "choice", options=tuple((one, one) for one in names))
    if get_origin(kind) is Literal:
        return replace(field, kind="choice", options=tuple((_label(one), one) for one in get_args(kind)))
    if get_args(Identifier)[1] in marks and name != "id":
        return replace(field, kind="person" if name == "candidate" else "offer")
    kinds: Mapping[Any, FieldKind] = {bool: "yes-no", int: "whole", dt.date: "date", dt.datetime: "moment"}
    options = (("Yes", True), ("No", False)) if kind is bool else ()
    return replace(field, kind=kinds.get(kind, "text"), options=options)


def _ratings(place: Place, key: Any, value: Any) -> Iterator[FormField]:
    """Yield a field for each name of a closed list that is rated."""
    closed = next(mark for mark in _bare(key)[1] if isinstance(mark, OneOf))
    limits = [mark for outer in _bare(value)[1] for mark in getattr(outer, "metadata", (outer,))]
    low = next(mark.ge for mark in limits if hasattr(mark, "ge"))
    high = next(mark.le for mark in limits if hasattr(mark, "le"))
    options = tuple((str(number), number) for number in range(low, high + 1))
    for name in load_tables().choices[closed.list_name]:
        yield FormField((*place, name), name, kind="choice", options=options)
