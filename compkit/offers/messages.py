"""Messages for everything pydantic refuses: what is wrong and what to type instead."""

from __future__ import annotations

import datetime as dt
import math
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compkit.errors import MAX_QUOTED, Fault, unknown_choice, unknown_field
from compkit.model import MAX_NUMBER_TEXT, RATE_SUFFIXES, ParseError, WrittenNumber, parse_number, plain_digits

Location = tuple[int | str, ...]

MISSING = "is missing. Add it."
_BOOLEANS = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_VESTING_TAGS = frozenset({"name", "tranches", "group"})
_AMOUNT_FIELDS = ("value", "annual_value", "base_salary")
_MAX_GROUPS = 3
# A value may be a whole tree: quoting all of it once for each fault would take longer than reading the file.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def validation_faults(error: ValidationError, model: type[BaseModel], file: str, where: str) -> list[Fault]:
    """One fault for each rule that the validation of `model` found broken."""
    found = error.errors(include_url=False)
    unnested = _unnested_offer_fields(found, model)
    faults = [
        Fault(file, where, field_path(details["loc"]), _message(details, model))
        for details in found
        if details["loc"] not in unnested
    ]
    if unnested:
        names = ", ".join(str(name) for (name,) in unnested if name != "offers")
        rule = f"is missing, but {names} are at the top level. Put them under `offers:`, with a dash before the first."
        faults.append(Fault(file, where, "offers", rule))
    return faults


def field_path(location: Location) -> str:
    """Path of a field in a model, as people write it.

    >>> field_path(("equity", 0, "vesting", "tranches", 1, "month"))
    'equity[0].vesting[1].month'
    """
    path = ""
    for before, part in zip((None, *location), location, strict=False):
        if isinstance(part, int):
            path += f"[{part}]"
        elif not (part == "[key]" or (before == "vesting" and part in _VESTING_TAGS)):
            name = part if part.isprintable() and 0 < len(part) <= MAX_QUOTED else ascii(part[:MAX_QUOTED])
            path += f".{name}" if path else name
    return path


def parse_field_path(path: str) -> Location:
    """Parts of a path as people write it; see `field_path`.

    >>> parse_field_path("equity[0].value"), parse_field_path("")
    (('equity', 0, 'value'), ())
    """
    parts = path.replace("[", ".").replace("]", "").split(".")
    return tuple(int(part) if part.isdecimal() else part for part in parts if part)


def quote(value: object) -> str:
    """Format a value for a message: short, on one line.

    >>> quote(None), quote(True), quote(float("inf")), quote([1, 2])
    ('nothing', 'true', 'inf', 'a list')
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list | tuple):
        return "a group of fields" if isinstance(value, dict) else "a list"
    if isinstance(value, WrittenNumber) and math.isfinite(value):
        return value.text if value.text.isascii() and len(value.text) <= MAX_NUMBER_TEXT else _SHORT.repr(value.text)
    return value.isoformat() if isinstance(value, dt.date) else _SHORT.repr(value)


def _unnested_offer_fields(found: Sequence[ErrorDetails], model: type[BaseModel]) -> list[Location]:
    """Unknown top-level names that are fields of an offer, and `offers`, in a file without `offers`."""
    missing = any(details["type"] == "missing" and details["loc"] == ("offers",) for details in found)
    offer = _model_at(model, ("offers",)) if missing else None
    unknown = [details["loc"] for details in found if details["type"] == "extra_forbidden" and len(details["loc"]) == 1]
    names = [location for location in unknown if offer and location[0] in _field_names(offer)]
    return [*names, ("offers",)] if names else []


def _message(details: ErrorDetails, model: type[BaseModel]) -> str:
    if rule := _MODEL_RULES.get(details["type"]):
        return rule(details, model)
    if simple := _RULES.get(details["type"]):
        return simple(details)
    return f"is not valid: {details['msg']}, got {quote(details['input'])}."


# Rules for the shape of a value, which look at the model around it.


def _unknown_name(details: ErrorDetails, model: type[BaseModel]) -> str:
    *outer, name = details["loc"]
    text = str(name)[:MAX_QUOTED]
    group = _enclosing_group(text, tuple(outer), model)
    if group:
        return f"is not a field of this group. It belongs next to `{group}`: indent it less."
    parent = _model_at(model, tuple(outer))
    beside = list(_groups_beside(text, tuple(outer), model)) if text not in _field_names(parent) else []
    if beside and not any(_groups_with_field(text, parent)):
        return unknown_field(text, (), beside[:_MAX_GROUPS])
    rule = unknown_field(text, _field_names(parent), list(_groups_with_field(text, parent))[:_MAX_GROUPS])
    if re.fullmatch(r"\d{3}", text):
        return "is not a known field. If it is the end of a number such as 300,000, type 300000 or quote the number."
    if details["input"] is None and "Known: " in rule:
        return f"{rule} If it is the end of the text before it, put that in quotes."
    return rule


def _enclosing_group(name: str, outer: Location, model: type[BaseModel]) -> str | None:
    """Innermost group in `outer` whose parent has a field of that name."""
    for position in reversed(range(len(outer))):
        parent = _model_at(model, outer[:position]) if isinstance(outer[position], str) else None
        if parent and name in _field_names(parent):
            return str(outer[position])
    return None


def _groups_beside(name: str, outer: Location, model: type[BaseModel]) -> Iterator[str]:
    """Other groups of the model that holds the innermost group in `outer`, with a field of that name."""
    position = next((position for position in reversed(range(len(outer))) if isinstance(outer[position], str)), None)
    return iter(()) if position is None else _groups_with_field(name, _model_at(model, outer[:position]))


def _groups_with_field(name: str, parent: type[BaseModel] | None) -> Iterator[str]:
    for field_name, field in parent.model_fields.items() if parent else ():
        inner = _first_model(field.annotation)
        if inner and name in _field_names(inner):
            yield f"`{field.alias or field_name}`"


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """Model at a place, or the last one on the way if the place is a value."""
    found: type[BaseModel] | None = model
    for part in location:
        field = None if isinstance(part, int) or found is None else found.model_fields.get(part)
        if field is not None:
            found = _first_model(field.annotation)
    return found


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_first_model, get_args(annotation)) if found), None)


def _field_names(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _list_rule(details: ErrorDetails, model: type[BaseModel]) -> str:
    value, location = details["input"], details["loc"]
    rule = f"must be a list, got {quote(value)}."
    if isinstance(value, dict):
        return f"{rule} Put a dash before its first field, or brackets around it."
    parent = _model_at(model, location[:-1])
    field = parent.model_fields.get(str(location[-1])) if parent and location else None
    item = _first_model(field.annotation) if field else None
    if item:
        amount = next((name for name in _AMOUNT_FIELDS if name in item.model_fields), None)
        number = _number(value) if amount else None
        if number:
            return f"{rule} Did you mean [{{{amount}: {number}}}]?"
        names = ", ".join(f"{name}: ..." for name, field in item.model_fields.items() if field.is_required())
        return f"{rule} Type its fields: [{{{names}}}]."
    parts = re.split(r"[,;] +| and ", value) if isinstance(value, str) else [value]
    numbers = [_number(part) for part in parts]
    if all(numbers):
        return f"{rule} Did you mean [{', '.join(map(str, numbers))}]?"
    return f"{rule} Put it in brackets."


def _group_rule(details: ErrorDetails, model: type[BaseModel]) -> str:
    value, location = details["input"], details["loc"]
    rule = f"must be a group of fields, got {quote(value)}."
    if isinstance(value, list | tuple):
        return f"{rule} Remove the dash or the brackets."
    group = _model_at(model, location) if location else model
    amount = next((name for name in _AMOUNT_FIELDS if group and name in group.model_fields), None)
    number = _number(value) if amount and location and not isinstance(value, bool) else None
    return f"{rule} Did you mean {{{amount}: {number}}}?" if number else f"{rule} Indent its fields under it."


def _number(value: object) -> str | None:
    """Digits of a value that is a number or writes one, or None."""
    try:
        return plain_digits(parse_number(value) if isinstance(value, str) else float(value))  # type: ignore[arg-type]
    except (ParseError, TypeError, ValueError, OverflowError):
        return None


_MODEL_RULES: Mapping[str, Callable[[ErrorDetails, type[BaseModel]], str]] = {
    "extra_forbidden": _unknown_name,
    "tuple_type": _list_rule,
    "model_type": _group_rule,
    "model_attributes_type": _group_rule,
    "dict_type": _group_rule,
    "mapping_type": _group_rule,
}


# Rules for single values.


def _number_rule(details: ErrorDetails) -> str:
    value = details["input"]
    if isinstance(value, int) and not isinstance(value, bool):
        return "must be a number of at most 15 digits."
    return f"must be a number, got {quote(value)}." + (" Type an amount." if isinstance(value, bool) else "")


def _bound_rule(comparison: str, key: str) -> Callable[[ErrorDetails], str]:
    def rule(details: ErrorDetails) -> str:
        bound, value = details["ctx"][key], details["input"]
        if key == "ge" and bound == 0:
            return f"must not be negative, got {quote(value)}."
        is_rate = str(details["loc"][-1]).endswith(RATE_SUFFIXES)
        hint = _rate_hint(value) if key in ("le", "lt") and is_rate else ""
        return f"must be {comparison} {bound:,.15g}, got {quote(value)}.{hint}"

    return rule


def _rate_hint(value: float) -> str:
    """Hint for a rate that is too large: most likely a percentage without its sign."""
    if 1 < value <= 100 and not quote(value).endswith("%"):
        return f" Did you mean {plain_digits(value)}%?"
    return " Type a fraction or a percentage, such as 0.15 or 15%."


def _choice_rule(details: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", details["ctx"]["expected"])
    value = details["input"]
    return unknown_choice(value[:MAX_QUOTED] if isinstance(value, str) else quote(value), choices)


def _boolean_rule(details: ErrorDetails) -> str:
    value = details["input"]
    likely = _BOOLEANS.get(value.strip().casefold()) if isinstance(value, str) else None
    return f"must be true or false, got {quote(value)}." + (f" Did you mean {likely}?" if likely else "")


def _text_rule(details: ErrorDetails) -> str:
    value = details["input"]
    hint = "Type a single text." if isinstance(value, dict | list | tuple) else "Put it in quotes."
    return f"must be text, got {quote(value)}. {hint}"


def _code_rule(details: ErrorDetails) -> str:
    value = details["input"]
    rule = f"must be a code of three capital letters, such as EUR, got {quote(value)}."
    is_code = isinstance(value, str) and len(value) == len("EUR") and value.isascii() and value.isalpha()
    return f"{rule} Did you mean {value.upper()}?" if is_code else rule


_RULES: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: MISSING,
    "value_error": lambda details: str(details["ctx"]["error"]),
    "float_type": _number_rule,
    "finite_number": lambda details: f"must be finite, got {quote(details['input'])}.",
    "greater_than_equal": _bound_rule("at least", "ge"),
    "greater_than": _bound_rule("above", "gt"),
    "less_than": _bound_rule("below", "lt"),
    "less_than_equal": _bound_rule("at most", "le"),
    "int_type": lambda details: f"must be a whole number, got {quote(details['input'])}.",
    "int_from_float": lambda details: f"must be a whole number, got {quote(details['input'])}.",
    "string_too_short": lambda _: "must not be empty.",
    "string_too_long": lambda details: f"must have at most {details['ctx']['max_length']} characters.",
    "literal_error": _choice_rule,
    "bool_type": _boolean_rule,
    "string_type": _text_rule,
    "string_pattern_mismatch": _code_rule,
    "too_short": lambda _: "must have at least one item.",
}
