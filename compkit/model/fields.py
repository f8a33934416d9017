"""Field types for typed values: amounts, rates, dates, texts, names from closed lists.

A rule that needs a table (a location, a vesting schedule) finds the allowed names in the validation context, under
the list's name. A rule raises ValueError; its message continues the sentence that the field's name begins.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from compkit.errors import MAX_QUOTED, unknown_choice
from compkit.model.date_parsing import parse_date
from compkit.model.number_parsing import USD, Kind, WrittenNumber, ambiguity, parse_number
from compkit.model.place_names import PlaceNames

ItemT = TypeVar("ItemT")
ModelT = TypeVar("ModelT", bound=BaseModel)
Listed = Annotated[tuple[ItemT, ...], Field(strict=False)]
"""A list in the file, a tuple in the model."""

LIST_NAME_KEY = "x-list"
CURRENCY_KEY = "currency"
"""Key of the validation context for the offer's currency."""
WRITTEN_PATTERN = "[0-9\uff10-\uff19]"
"""JSON Schema checks only that a typed number has a digit; the reader checks the rest."""
YEARLY_FIELDS = frozenset(
    {"base_salary", "annual_bonus", "annual_equity", "annual_value", "target_pay", "retirement_match",
     "espp_discount_value", "premiums", "other"}
)  # fmt: skip
"""Names of amounts that are paid each year."""
RATE_SUFFIXES = ("_rate", "_share", "fraction", "chance")
"""Endings of the names of fields that hold a rate."""
MAX_TEXT = 300
MAX_AMOUNT = 1e12
FIRST_DATE, LAST_DATE = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
IDENTIFIER_PATTERN = r"[a-z0-9][a-z0-9-]{0,63}"
RESERVED_IDS = ("golden", "people")
# Direction overrides, line and paragraph separators: invisible, and able to disguise a text.
_INVISIBLE = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")


class TypedInput(BaseModel):
    """Part of an offers file: frozen, strict, without unknown names; null means not given."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_left_out(cls, values: Any) -> Any:
        # An unknown name stays, so that it is refused with or without a value.
        if not isinstance(values, dict) or None not in values.values():
            return values
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None or name not in known}


def reject_both(model: BaseModel, first: str, second: str) -> None:
    """Raise ValueError if a model gives both fields."""
    if getattr(model, first) is not None and getattr(model, second) is not None:
        raise ValueError(f"has both {first} and {second}. Remove one.")


def require_one(model: BaseModel, first: str, second: str) -> None:
    """Raise ValueError if a model gives neither field, or both."""
    reject_both(model, first, second)
    if getattr(model, first) is None and getattr(model, second) is None:
        raise ValueError(f"needs {first} or {second}. Add one.")


@dataclass(frozen=True, slots=True)
class OneOf:
    """Annotation of a text that must be in a closed list.

    Parameters
    ----------
    list_name : str
        Key of the validation context; its value is the list of allowed names. Without a context every name passes.
    """

    list_name: str

    def check(self, value: str, info: ValidationInfo) -> str:
        """Return the allowed name for a typed value."""
        allowed = (info.context or {}).get(self.list_name)
        if allowed is None or value in allowed:
            return value
        if not isinstance(allowed, PlaceNames):
            hint = f"`compkit data {self.list_name.replace('_', '-')}` lists all"
            raise ValueError(unknown_choice(value[:MAX_QUOTED], list(allowed), hint))
        place = allowed.read(value)
        if place is None:
            raise ValueError(allowed.unknown(value))
        return place

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), LIST_NAME_KEY: self.list_name}


@dataclass(frozen=True, slots=True)
class NumberInput:
    """Annotation of a number that may be typed as text: $175,000, 175k, 15%.

    Parameters
    ----------
    kind : {'amount', 'count', 'price', 'rate'}
        Which forms are ambiguous; see `compkit.model.number_parsing`. An amount is in the currency of the
        validation context, else in USD.
    """

    kind: Kind

    def read(self, value: object, info: ValidationInfo) -> object:
        """Parse a text; leave values of other types to the field's own rules."""
        if isinstance(value, WrittenNumber):
            if problem := ambiguity(value.text, self.kind):
                raise problem
        elif isinstance(value, str):
            per = " a year" if info.field_name in YEARLY_FIELDS else ""
            currency = (info.context or {}).get(CURRENCY_KEY, USD)
            value = WrittenNumber(value.strip(), parse_number(value, kind=self.kind, currency=currency, per=per))
        if isinstance(value, float) and value == 0 and math.copysign(1, value) < 0:
            raise ValueError("must be 0, got -0.")
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        number = core_schema.with_info_before_validator_function(self.read, handler(source))
        written = core_schema.plain_serializer_function_ser_schema(self.written, when_used="json")
        return core_schema.no_info_after_validator_function(float, number, serialization=written)

    def written(self, value: float) -> float | str:
        """Return the number for a file, as text if the bare number would be ambiguous."""
        return f"{value}0" if ambiguity(str(value), self.kind) else value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(schema), {"type": "string", "pattern": WRITTEN_PATTERN}]}


@dataclass(frozen=True, slots=True)
class InCurrency:
    """Annotation of an amount in the offer's currency, which a rate can convert."""


def _clean_text(value: str) -> str:
    for character in value:
        if unicodedata.category(character) in ("Cc", "Cs") or character in _INVISIBLE:
            raise ValueError(
                f"can't contain the control character U+{ord(character):04X}, got {value[:40]!r}. Remove it."
            )
    return value


def is_identifier(value: object) -> bool:
    """Whether a value has the form of an id."""
    return isinstance(value, str) and re.fullmatch(IDENTIFIER_PATTERN, value) is not None


def _identifier(value: str) -> str:
    if not is_identifier(value):
        close = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-") if value.isascii() else ""
        hint = f" Did you mean {close!r}?" if is_identifier(close) and close not in RESERVED_IDS else ""
        raise ValueError(
            f"must be 1 to 64 lowercase letters, digits, or hyphens, starting with a letter or digit, "
            f"got {value[:MAX_QUOTED]!r}. It names the report's folder.{hint}"
        )
    if value in RESERVED_IDS:
        raise ValueError(f"can't be {value!r}, because compkit has a folder with that name. Choose another.")
    return value


def _calendar_date(value: object) -> dt.date:
    if isinstance(value, dt.datetime):
        value = value.date() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, str):
        value = parse_date(value)
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError(f"must be a date with its year, such as 2027-02-01 or Feb 1, 2027, got {value!r}.")
    if not FIRST_DATE <= value <= LAST_DATE:
        raise ValueError(f"must be between {FIRST_DATE} and {LAST_DATE}, got {value}.")
    return value


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Amount = Annotated[float, Field(ge=0, le=MAX_AMOUNT, allow_inf_nan=False), NumberInput("amount")]
"""A sum of money in USD."""

Money = Annotated[Amount, InCurrency()]
"""A sum of money in the offer's currency."""

Price = Annotated[float, Field(gt=0, le=MAX_AMOUNT, allow_inf_nan=False), NumberInput("price"), InCurrency()]
"""Price of one share, in the offer's currency."""

Strike = Annotated[float, Field(ge=0, le=MAX_AMOUNT, allow_inf_nan=False), NumberInput("price"), InCurrency()]
"""Strike price of an option, in the offer's currency; it may be 0."""

UsdRate = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False), NumberInput("rate")]
"""USD for one unit of another currency."""

Rate = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False), NumberInput("rate")]
"""A fraction or a percentage: 0.15 and 15% are the same."""

GrowthRate = Annotated[float, Field(gt=-1, le=100, allow_inf_nan=False), NumberInput("rate")]
"""A yearly change: 0.15 and 15% are both 15% more each year."""

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), NumberInput("rate")]
"""A part of a whole, 0 to 1 or 0% to 100%."""

ShareCount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False), NumberInput("count")]
"""A number of shares."""

Text = Annotated[str, Field(min_length=1, max_length=MAX_TEXT), AfterValidator(_clean_text)]
"""One line of text, escaped wherever it is shown."""

Label = Annotated[
    str,
    Field(min_length=1, max_length=MAX_TEXT),
    AfterValidator(_clean_text),
    BeforeValidator(_number_as_text, json_schema_input_type=str | int),
]
"""Text that may look like a number, such as Microsoft's level 65."""

Identifier = Annotated[
    str, AfterValidator(_identifier), Field(json_schema_extra={"pattern": f"^{IDENTIFIER_PATTERN}$"})
]
"""A name that becomes a folder's name."""

WrittenDay = Annotated[str, Field(pattern="[0-9]{4}")]
CalendarDate = Annotated[dt.date, BeforeValidator(_calendar_date, json_schema_input_type=WrittenDay)]
"""A day, written YYYY-MM-DD or in another unambiguous form."""


def convert_amounts(model: ModelT, rate: float) -> ModelT:
    """Copy of a model with each `InCurrency` amount multiplied by a rate, at any depth."""
    changed = {
        name: _convert(getattr(model, name), rate, is_amount=is_in_currency(field))
        for name, field in type(model).model_fields.items()
    }
    return model.model_copy(update=changed)


def _convert(value: Any, rate: float, *, is_amount: bool) -> Any:
    if isinstance(value, BaseModel):
        return convert_amounts(value, rate)
    if isinstance(value, tuple):
        return tuple(_convert(item, rate, is_amount=is_amount) for item in value)
    return value * rate if is_amount and isinstance(value, float) else value


def is_in_currency(field: FieldInfo) -> bool:
    """Whether a field holds amounts, or a list of them, in the offer's currency."""
    return any(isinstance(mark, InCurrency) for mark in field.metadata) or _mentions_currency(field.annotation)


def _mentions_currency(annotation: object) -> bool:
    marks = getattr(annotation, "__metadata__", ())
    return any(isinstance(mark, InCurrency) for mark in marks) or any(map(_mentions_currency, get_args(annotation)))
