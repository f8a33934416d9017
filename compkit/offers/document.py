"""The model of a whole offers file, and its JSON Schema for editors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from compkit.model import (
    LIST_NAME_KEY,
    USD,
    Candidate,
    Identifier,
    Listed,
    Offer,
    PlaceNames,
    Reported,
    Text,
    TypedInput,
    UsdRate,
)

SCHEMA_ID = "compkit/offers@1"


CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
_CODE = re.compile(r"[A-Z]{3}")


def _empty_if_null(value: object) -> object:
    return {} if value is None else value


class Envelope(TypedInput):
    """An offers file without its offers, which are validated one by one."""

    schema_id: Annotated[Literal["compkit/offers@1"], Field(alias="schema")] = "compkit/offers@1"
    """The version of this format."""
    rates: Mapping[CurrencyCode, UsdRate] = Field(default_factory=dict)
    """USD for one unit of each other currency."""
    candidate: Candidate | None = None
    """The person who decides."""
    candidates: Mapping[Identifier, Annotated[Candidate, BeforeValidator(_empty_if_null)]] | None = None
    """Several people by id, instead of `candidate`."""
    left_out: Listed[Text] = ()
    """Offers left out because of their faults, written by `compkit report --skip-faulty`."""
    reported: Mapping[Identifier, Reported] = Field(default_factory=dict)
    """What a store of pay data says of each offer's job, written by `compkit report`."""
    offers: Annotated[Listed[Any], Field(min_length=1)]
    """The offers."""

    @field_validator("rates", mode="before", json_schema_input_type=Mapping[CurrencyCode, UsdRate])
    @classmethod
    def _null_is_left_out_of_rates(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        return {code: rate for code, rate in value.items() if rate is not None or not _CODE.fullmatch(code)}

    @field_validator("rates")
    @classmethod
    def _usd_is_one(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        if value.get(USD, 1.0) != 1.0:
            raise ValueError(f"can't have a USD rate other than 1, got {value[USD]:g}. Remove it.")
        return value


class OffersFile(Envelope):
    """A whole offers file."""

    offers: Annotated[Listed[Offer], Field(min_length=1)]
    """The offers."""


def offers_json_schema(choices: Mapping[str, list[str]]) -> dict[str, Any]:
    """JSON Schema of an offers file, with the closed lists `choices` by name; optional fields also accept null."""
    schema = _completed(OffersFile.model_json_schema(by_alias=True), choices)
    for group in schema["$defs"].values():
        for part in group["properties"].values():
            # pydantic omits a field's description if its group has the same; editors show only the field's.
            reference = next((form["$ref"] for form in part.get("anyOf", ()) if "$ref" in form), None)
            if reference and "description" not in part:
                part["description"] = schema["$defs"][reference.rpartition("/")[2]]["description"]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"An offers file, {SCHEMA_ID}"}
    return {**head, **schema}


def _completed(node: Any, choices: Mapping[str, list[str]]) -> Any:
    """Add closed lists and null to a part of a schema, and remove generated titles."""
    if isinstance(node, list):
        return [_completed(item, choices) for item in node]
    if not isinstance(node, dict):
        return node
    # A generated title is a text; a property named title is a group.
    kept = {key: value for key, value in node.items() if key != "title" or isinstance(value, dict)}
    changed = {key: _completed(value, choices) for key, value in kept.items() if key != LIST_NAME_KEY}
    if LIST_NAME_KEY in node:
        names = choices[node[LIST_NAME_KEY]]
        if isinstance(names, PlaceNames):
            annotations = {key: changed.pop(key) for key in ("description", "default") if key in changed}
            return {**annotations, "anyOf": [{**changed, "enum": names}, {"type": "string", "pattern": names.pattern}]}
        changed["enum"] = names
    if isinstance(changed.get("propertyNames"), dict) and "enum" in changed["propertyNames"]:
        # Editors complete the names of properties, not the allowed values of names.
        names = changed.pop("propertyNames")["enum"]
        changed["properties"] = dict.fromkeys(names, changed["additionalProperties"])
        changed["additionalProperties"] = False
    if "properties" in changed:
        required = changed.get("required", [])
        changed["properties"] = {
            name: part if name in required else _or_null(part) for name, part in changed["properties"].items()
        }
    return changed


def _or_null(part: dict[str, Any]) -> dict[str, Any]:
    """Allow null in a field's schema, keeping its description and default outside of the choice."""
    null = {"type": "null"}
    if null in part.get("anyOf", ()):
        return part
    annotations: dict[str, Any] = {key: part[key] for key in ("description", "default") if key in part}
    rule = {key: value for key, value in part.items() if key not in annotations}
    forms = rule["anyOf"] if set(rule) == {"anyOf"} else [rule]
    return {**annotations, "anyOf": [*forms, null]}
