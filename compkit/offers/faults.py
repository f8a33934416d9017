"""Every rule that a value breaks, as one clear line: where, which field, the rule, the value, what to do."""

from __future__ import annotations

import datetime as dt
import re
import reprlib
from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compkit.errors import Fault, unknown_choice, unknown_field

_FORMS_OF_VESTING = frozenset({"name", "tranches", "group"})
_FRACTIONS = ("_rate", "_share", "fraction", "chance")
_MAX_QUOTED = 80
# A value may be a whole tree: quoting all of it once for each fault would take longer than reading the file.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def faults_of(error: ValidationError, model: type[BaseModel], file: str, where: str) -> list[Fault]:
    """Return a fault for each rule that the validation of `model` found broken."""
    return [_fault(details, model, file, where) for details in error.errors(include_url=False)]


def _fault(details: ErrorDetails, model: type[BaseModel], file: str, where: str) -> Fault:
    location = details["loc"]
    kind = details["type"]
    if kind == "extra_forbidden":
        parent = _model_at(model, location[:-1])
        message = unknown_field(str(location[-1])[:_MAX_QUOTED], _field_names(parent))
    else:
        message = _message(details)
    return Fault(file, where, field_path(location), message)


def field_path(location: tuple[int | str, ...]) -> str:
    """Return a place in a model as people write it.

    >>> field_path(("equity", 0, "vesting", "tranches", 1, "month"))
    'equity[0].vesting[1].month'
    """
    path = ""
    for before, part in zip((None, *location), location, strict=False):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (part == "[key]" or (before == "vesting" and part in _FORMS_OF_VESTING)):
            name = part if part.isprintable() and 0 < len(part) <= _MAX_QUOTED else ascii(part[:_MAX_QUOTED])
            path += f".{name}" if path else name
    return path


def _model_at(model: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel] | None:
    """Return the model in which the last part of a place stands, where there is one."""
    found: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, int) or found is None:
            continue
        field = found.model_fields.get(part)
        if field is not None:
            found = _first_model(field.annotation)
    return found


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_first_model, get_args(annotation)) if found), None)


def _field_names(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def shown(value: object) -> str:
    """Return a value as a message quotes it: short, on one line.

    >>> shown(None), shown(True), shown(float("inf")), shown([1, 2])
    ('nothing', 'true', 'inf', 'a list')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return "a group of fields" if isinstance(value, dict) else "a list"
    return value.isoformat() if isinstance(value, dt.date) else _SHORT.repr(value)


def _number_rule(details: ErrorDetails) -> str:
    value = details["input"]
    hint = ""
    if isinstance(value, str) and value.strip().endswith("%"):
        hint = " Write a fraction: 0.15 means 15%."
    elif isinstance(value, str):
        hint = " Write plain digits: no quotes, currency signs, K or separators."
    elif isinstance(value, bool):
        hint = " Write an amount."
    elif isinstance(value, int):
        return "must be a number of at most 15 digits."
    return f"must be a number, got {shown(value)}.{hint}"


def _bound_rule(comparison: str, key: str) -> Callable[[ErrorDetails], str]:
    def rule(details: ErrorDetails) -> str:
        bound, value = details["ctx"][key], details["input"]
        if key == "ge" and bound == 0:
            return f"must not be negative, got {shown(value)}."
        is_fraction = str(details["loc"][-1]).endswith(_FRACTIONS)
        hint = " Write a fraction: 0.15 means 15%." if key in ("le", "lt") and is_fraction else ""
        return f"must be {comparison} {bound:,.15g}, got {shown(value)}.{hint}"

    return rule


def _choice_rule(details: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", details["ctx"]["expected"])
    value = details["input"]
    return unknown_choice(value[:_MAX_QUOTED] if isinstance(value, str) else shown(value), choices)


def _group_rule(details: ErrorDetails) -> str:
    return f"must be a group of fields, got {shown(details['input'])}. Indent its fields under it."


_RULES: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: "is missing. Add it.",
    "compkit": lambda details: str(details["ctx"]["message"]),
    "float_type": _number_rule,
    "finite_number": lambda details: f"must be finite, got {shown(details['input'])}.",
    "greater_than_equal": _bound_rule("at least", "ge"),
    "greater_than": _bound_rule("above", "gt"),
    "less_than": _bound_rule("below", "lt"),
    "less_than_equal": _bound_rule("at most", "le"),
    "int_type": lambda details: f"must be a whole number, got {shown(details['input'])}.",
    "int_from_float": lambda details: f"must be a whole number, got {shown(details['input'])}.",
    "bool_type": lambda details: f"must be true or false, got {shown(details['input'])}.",
    "string_type": lambda details: f"must be text, got {shown(details['input'])}. Put it in quotes.",
    "string_too_short": lambda _: "must not be empty.",
    "string_too_long": lambda details: f"must have at most {details['ctx']['max_length']} characters.",
    "string_pattern_mismatch": lambda details: (
        f"must be a code of three capital letters, such as EUR, got {shown(details['input'])}."
    ),
    "literal_error": _choice_rule,
    "tuple_type": lambda details: (
        f"must be a list, got {shown(details['input'])}. Put it in brackets, such as [40000, 0]."
    ),
    "too_short": lambda _: "must have at least one item.",
    "model_type": _group_rule,
    "model_attributes_type": _group_rule,
    "dict_type": _group_rule,
    "mapping_type": _group_rule,
}


def _message(details: ErrorDetails) -> str:
    rule = _RULES.get(details["type"])
    return rule(details) if rule else f"is wrong: {details['msg']}, got {shown(details['input'])}."
