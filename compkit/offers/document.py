"""The shape of an offers file as one model, and the JSON Schema that lets an editor complete and check it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from compkit.model.candidate import Candidate
from compkit.model.fields import LIST_NAME_KEY, Identifier, Listed, Text, TypedInput, UsdRate, fault
from compkit.model.number_parsing import USD
from compkit.model.offer import Offer
from compkit.model.place_names import PlaceNames

SCHEMA_ID = "compkit/offers@1"


CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
_CODE = re.compile(r"[A-Z]{3}")


def _empty_if_null(value: object) -> object:
    return {} if value is None else value


class Envelope(TypedInput):
    """All of an offers file but the offers themselves, which are checked one by one."""

    schema_id: Annotated[Literal["compkit/offers@1"], Field(alias="schema")] = "compkit/offers@1"
    """The version of this format."""
    rates: Mapping[CurrencyCode, UsdRate] = Field(default_factory=dict)
    """USD for one unit of each other currency."""
    candidate: Candidate | None = None
    """The person who decides."""
    candidates: Mapping[Identifier, Annotated[Candidate, BeforeValidator(_empty_if_null)]] | None = None
    """Several persons by id, in place of `candidate`."""
    left_out: Listed[Text] = ()
    """Offers that are not here because of their faults: `compkit report --skip-faulty` names them, and pages do."""
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
            raise fault(f"must not give USD a rate other than 1, got {value[USD]:g}: rates are in USD. Remove it.")
        return value


class OffersFile(Envelope):
    """A whole offers file."""

    offers: Annotated[Listed[Offer], Field(min_length=1)]
    """The offers."""


def offers_json_schema(choices: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the JSON Schema of an offers file.

    Parameters
    ----------
    choices : mapping of str to list of str
        The closed lists by name, filled in wherever a field names one.

    Returns
    -------
    dict
        It accepts whatever the reader accepts: null for every field that may be left out, too.
    """
    schema = _completed(OffersFile.model_json_schema(by_alias=True), choices)
    for group in schema["$defs"].values():
        for part in group["properties"].values():
            # pydantic leaves a field's description out where its group has the same; editors show the field's only.
            reference = next((form["$ref"] for form in part.get("anyOf", ()) if "$ref" in form), None)
            if reference and "description" not in part:
                part["description"] = schema["$defs"][reference.rpartition("/")[2]]["description"]
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"An offers file, {SCHEMA_ID}"}
    return {**head, **schema}


def _completed(node: Any, choices: Mapping[str, list[str]]) -> Any:
    """Return a part of a schema with its closed lists, with null where allowed, and without generated titles."""
    if isinstance(node, list):
        return [_completed(item, choices) for item in node]
    if not isinstance(node, dict):
        return node
    # A property may itself be called title: a generated one is a text, a property a group.
    kept = {key: value for key, value in node.items() if key != "title" or isinstance(value, dict)}
    changed = {key: _completed(value, choices) for key, value in kept.items() if key != LIST_NAME_KEY}
    if LIST_NAME_KEY in node:
        names = choices[node[LIST_NAME_KEY]]
        if isinstance(names, PlaceNames):
            told = {key: changed.pop(key) for key in ("description", "default") if key in changed}
            return {**told, "anyOf": [{**changed, "enum": names}, {"type": "string", "pattern": names.pattern}]}
        changed["enum"] = names
    if isinstance(changed.get("propertyNames"), dict) and "enum" in changed["propertyNames"]:
        # Editors complete the names of properties, not the values that a name may have.
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
    """Return the schema of a field that may be null, its description and default outside of the choice."""
    null = {"type": "null"}
    if null in part.get("anyOf", ()):
        return part
    told: dict[str, Any] = {key: part[key] for key in ("description", "default") if key in part}
    rule = {key: value for key, value in part.items() if key not in told}
    forms = rule["anyOf"] if set(rule) == {"anyOf"} else [rule]
    return {**told, "anyOf": [*forms, null]}
