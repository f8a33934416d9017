"""What to say where a value has the wrong shape or a name is unknown: which group or list is meant.

These rules look at the model around a fault; those of single values are in `compkit.offers.messages`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from compkit.errors import unknown_field
from compkit.model.number_parsing import MAX_TEXT, ParseError, WrittenNumber, parse_number, plain_digits

Location = tuple[int | str, ...]
ShapeRule = Callable[[ErrorDetails, type[BaseModel]], str]

_MAX_QUOTED = 80
_MAX_HOMES = 3
_AMOUNT_FIELDS = ("value", "annual_value", "base_salary")
# A value may be a whole tree: quoting all of it once for each fault would take longer than reading the file.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def quote(value: object) -> str:
    """Return a value as a message quotes it: short, on one line.

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
        return value.text if value.text.isascii() and len(value.text) <= MAX_TEXT else _SHORT.repr(value.text)
    return value.isoformat() if isinstance(value, dt.date) else _SHORT.repr(value)


def unnested_offer_fields(found: Sequence[ErrorDetails], model: type[BaseModel]) -> list[Location]:
    """Return the unknown names at the top of a file without offers that are fields of one, and `offers` itself."""
    missing = any(details["type"] == "missing" and details["loc"] == ("offers",) for details in found)
    offer = _model_at(model, ("offers",)) if missing else None
    unknown = [details["loc"] for details in found if details["type"] == "extra_forbidden" and len(details["loc"]) == 1]
    names = [location for location in unknown if offer and location[0] in _field_names(offer)]
    return [*names, ("offers",)] if names else []


def unknown_field_message(details: ErrorDetails, model: type[BaseModel]) -> str:
    """Return the rule for a name that nothing reads: where it belongs, the nearest name, or the known ones."""
    *outer, name = details["loc"]
    text = str(name)[:_MAX_QUOTED]
    beside = _enclosing_group(text, tuple(outer), model)
    if beside:
        return f"is not a field of this group. It stands beside {beside}, not in it: indent it less."
    parent = _model_at(model, tuple(outer))
    rule = unknown_field(text, _field_names(parent), list(_groups_with_field(text, parent))[:_MAX_HOMES])
    if re.fullmatch(r"\d{3}", text):
        return "is not a known field. If it is the end of a number such as 300,000, write 300000 or put it in quotes."
    if details["input"] is None and "Known: " in rule:
        return f"{rule} If it is the end of the text before it, put that in quotes."
    return rule


def _enclosing_group(name: str, outer: Location, model: type[BaseModel]) -> str | None:
    """Return the group that a field stands in by mistake, where it belongs to one around that group."""
    groups = [position for position, part in enumerate(outer) if isinstance(part, str)]
    for position in reversed(groups):
        around = _model_at(model, outer[:position])
        if around and name in _field_names(around):
            return f"`{outer[position]}`"
    return None


def _groups_with_field(name: str, parent: type[BaseModel] | None) -> Iterator[str]:
    """Yield the groups of a group that have a field of that name."""
    for field_name, field in parent.model_fields.items() if parent else ():
        inner = _first_model(field.annotation)
        if inner and name in _field_names(inner):
            yield f"`{field.alias or field_name}`"


def _model_at(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """Return the group to which a place leads, the last one on its way where it leads to a value."""
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
    item = _item_model(model, location)
    if item:
        amount = next((name for name in _AMOUNT_FIELDS if name in item.model_fields), None)
        number = _number(value) if amount else None
        names = ", ".join(f"{name}: ..." for name, field in item.model_fields.items() if field.is_required())
        meant = f"{amount}: {number}" if number else names
        return f"{rule} Did you mean [{{{meant}}}]?" if number else f"{rule} Write its fields: [{{{meant}}}]."
    parts = re.split(r"[,;] +| and ", value) if isinstance(value, str) else [value]
    numbers = [_number(part) for part in parts]
    if all(numbers):
        return f"{rule} Did you mean [{', '.join(map(str, numbers))}]?"
    return f"{rule} Put it in brackets."


def _item_model(model: type[BaseModel], location: Location) -> type[BaseModel] | None:
    """Return the group that each item of a list is, or None where items are single values."""
    parent = _model_at(model, location[:-1])
    field = parent.model_fields.get(str(location[-1])) if parent and location else None
    return _first_model(field.annotation) if field else None


def _number(value: object) -> str | None:
    """Return the digits of a value that is or writes a number, or None."""
    try:
        return plain_digits(parse_number(value) if isinstance(value, str) else float(value))  # type: ignore[arg-type]
    except (ParseError, TypeError, ValueError, OverflowError):
        return None


def _group_rule(details: ErrorDetails, model: type[BaseModel]) -> str:
    value, location = details["input"], details["loc"]
    rule = f"must be a group of fields, got {quote(value)}."
    if isinstance(value, list | tuple):
        return f"{rule} Take away the dash or the brackets."
    group = _model_at(model, location) if location else model
    amount = next((name for name in _AMOUNT_FIELDS if group and name in group.model_fields), None)
    number = _number(value) if amount and location and not isinstance(value, bool) else None
    return f"{rule} Did you mean {{{amount}: {number}}}?" if number else f"{rule} Indent its fields under it."


SHAPES: Mapping[str, ShapeRule] = {
    "tuple_type": _list_rule,
    "model_type": _group_rule,
    "model_attributes_type": _group_rule,
    "dict_type": _group_rule,
    "mapping_type": _group_rule,
}
