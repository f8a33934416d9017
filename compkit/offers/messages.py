"""Every rule that a value breaks, as one clear line: where, which field, the rule, the value, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from compkit.errors import Fault, unknown_choice
from compkit.model.number_parsing import plain_digits
from compkit.offers.shapes import SHAPES, quote, unknown_field_message, unnested_offer_fields

_TRUTH = {"yes": "true", "y": "true", "on": "true", "no": "false", "n": "false", "off": "false"}
_FORMS_OF_VESTING = frozenset({"name", "tranches", "group"})
_FRACTIONS = ("_rate", "_share", "fraction", "chance")
_MAX_QUOTED = 80


def validation_faults(error: ValidationError, model: type[BaseModel], file: str, where: str) -> list[Fault]:
    """Return a fault for each rule that the validation of `model` found broken."""
    found = error.errors(include_url=False)
    bare = unnested_offer_fields(found, model)
    faults = [_fault(details, model, file, where) for details in found if details["loc"] not in bare]
    if bare:
        names = ", ".join(str(name) for (name,) in bare if name != "offers")
        rule = f"is missing, and {names} stand at the top. Put them under `offers:`, with a dash before the first."
        faults.append(Fault(file, where, "offers", rule))
    return faults


def _fault(details: ErrorDetails, model: type[BaseModel], file: str, where: str) -> Fault:
    location = details["loc"]
    rule = unknown_field_message if details["type"] == "extra_forbidden" else SHAPES.get(details["type"])
    message = rule(details, model) if rule else _message(details)
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


def _number_rule(details: ErrorDetails) -> str:
    value = details["input"]
    if isinstance(value, int) and not isinstance(value, bool):
        return "must be a number of at most 15 digits."
    return f"must be a number, got {quote(value)}." + (" Write an amount." if isinstance(value, bool) else "")


def _bound_rule(comparison: str, key: str) -> Callable[[ErrorDetails], str]:
    def rule(details: ErrorDetails) -> str:
        bound, value = details["ctx"][key], details["input"]
        if key == "ge" and bound == 0:
            return f"must not be negative, got {quote(value)}."
        is_fraction = str(details["loc"][-1]).endswith(_FRACTIONS)
        hint = _rate_hint(value) if key in ("le", "lt") and is_fraction else ""
        return f"must be {comparison} {bound:,.15g}, got {quote(value)}.{hint}"

    return rule


def _rate_hint(value: float) -> str:
    """Return what to say of a rate that is too large: most likely a percentage without its sign."""
    typed = quote(value)
    if 1 < value <= 100 and not typed.endswith("%"):
        percent = plain_digits(value)
        return f" Is {typed} meant as {percent}%? Write {percent}%."
    return " Write a fraction or a percentage: 0.15 and 15% are the same."


def _choice_rule(details: ErrorDetails) -> str:
    choices = re.findall(r"'([^']*)'", details["ctx"]["expected"])
    value = details["input"]
    return unknown_choice(value[:_MAX_QUOTED] if isinstance(value, str) else quote(value), choices)


def _truth_rule(details: ErrorDetails) -> str:
    value = details["input"]
    meant = _TRUTH.get(value.strip().casefold()) if isinstance(value, str) else None
    return f"must be true or false, got {quote(value)}." + (f" Did you mean {meant}?" if meant else "")


def _text_rule(details: ErrorDetails) -> str:
    value = details["input"]
    hint = "Write one text." if isinstance(value, dict | list | tuple) else "Put it in quotes."
    return f"must be text, got {quote(value)}. {hint}"


def _code_rule(details: ErrorDetails) -> str:
    value = details["input"]
    rule = f"must be a code of three capital letters, such as EUR, got {quote(value)}."
    is_code = isinstance(value, str) and len(value) == len("EUR") and value.isascii() and value.isalpha()
    return f"{rule} Did you mean {value.upper()}?" if is_code else rule


_RULES: Mapping[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: "is missing. Add it.",
    "compkit": lambda details: str(details["ctx"]["message"]),
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
    "bool_type": _truth_rule,
    "string_type": _text_rule,
    "string_pattern_mismatch": _code_rule,
    "too_short": lambda _: "must have at least one item.",
}


def _message(details: ErrorDetails) -> str:
    rule = _RULES.get(details["type"])
    return rule(details) if rule else f"is wrong: {details['msg']}, got {quote(details['input'])}."
