"""The shape of an offers file as one model, and the JSON Schema that lets an editor complete and check it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from compkit.candidate import Candidate
from compkit.fields import LIST_NAME_KEY, Identifier, Listed, TypedInput
from compkit.offer import Offer

SCHEMA_ID = "compkit/offers@1"

UsdRate = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class Envelope(TypedInput):
    """All of an offers file but the offers themselves, which are checked one by one."""

    model_config = ConfigDict(populate_by_name=True)

    schema_id: Annotated[Literal["compkit/offers@1"], Field(alias="schema")] = "compkit/offers@1"
    """The version of this format."""
    rates: Mapping[Annotated[str, Field(pattern=r"^[A-Z]{3}$")], UsdRate] = Field(default_factory=dict)
    """USD for one unit of each other currency."""
    candidate: Candidate | None = None
    """The person who decides."""
    candidates: Mapping[Identifier, Candidate] | None = None
    """Several persons by id, in place of `candidate`."""
    offers: Annotated[Listed[Any], Field(min_length=1)]
    """The offers."""


class OffersFile(Envelope):
    """A whole offers file."""

    offers: Annotated[Listed[Offer], Field(min_length=1)]


def offers_json_schema(choices: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return the JSON Schema of an offers file, with the closed lists of `choices` (list name to names) filled in."""
    schema = OffersFile.model_json_schema(by_alias=True)
    schema = _with_choices(schema, choices)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"An offers file, {SCHEMA_ID}", **schema}


def _with_choices(node: Any, choices: Mapping[str, list[str]]) -> Any:
    if isinstance(node, list):
        return [_with_choices(item, choices) for item in node]
    if not isinstance(node, dict):
        return node
    changed = {key: _with_choices(value, choices) for key, value in node.items() if key != LIST_NAME_KEY}
    if LIST_NAME_KEY in node:
        changed["enum"] = choices[node[LIST_NAME_KEY]]
    return changed
