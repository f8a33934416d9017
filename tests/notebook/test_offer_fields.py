"""The fields of the form are those of the models: each once, with its label, help, kind, and choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from compkit.model import Candidate, Offer
from compkit.notebook.fields import (
    ONLY_IN_FILE,
    FormField,
    FormGroup,
    FormList,
    FormPart,
    all_fields,
    find_field,
    offer_parts,
    person_parts,
    place_label,
)
from compkit.notebook.main_fields import main_offer_fields, main_person_fields
from compkit.reference import load_tables

Path = tuple[str | int, ...]


def scalars(node: Any, definitions: dict[str, Any], place: Path = ()) -> Iterator[Path]:
    """Yield the places of values in a JSON Schema of pydantic's, without groups that are only in the file."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in ONLY_IN_FILE:
            yield from scalars(definitions[name], definitions, place)
    elif "anyOf" in node or "oneOf" in node:
        for form in node.get("anyOf", node.get("oneOf")):
            yield from scalars(form, definitions, place)
    elif node.get("type") == "array":
        yield from scalars(node["items"], definitions, (*place, 0))
    elif "properties" in node:
        for name, inner in node["properties"].items():
            yield from scalars(inner, definitions, (*place, name))
    elif "propertyNames" in node:
        for name in load_tables().choices[node["propertyNames"]["x-list"]]:
            yield (*place, name)
    elif node.get("type") != "null":
        yield place


@pytest.mark.parametrize(("model", "parts"), [(Offer, offer_parts()), (Candidate, person_parts())])
def test_every_value_of_the_models_is_a_field(model: Any, parts: tuple[FormPart, ...]) -> None:
    schema = model.model_json_schema()
    needed = set(scalars(schema, schema["$defs"]))
    fields = [field.place for field in all_fields(parts)]
    assert len(fields) == len(set(fields)), "each once"
    # A group or a list may also be written as one text, such as a range; the form has its parts.
    as_text = {place for place in needed if any(field[: len(place)] == place != field for field in fields)}
    assert as_text <= {("posted_base",), ("process", "heard", 0), ("sign_on_paid",)}
    assert set(fields) == needed - as_text


def test_what_is_only_in_the_file_has_a_reason() -> None:
    schema = Offer.model_json_schema()
    assert set(ONLY_IN_FILE) <= set(schema["$defs"])
    assert all(reason.endswith(".") for reason in ONLY_IN_FILE.values())


@pytest.mark.parametrize(
    ("place", "kind", "unit"),
    [
        (("base_salary",), "amount", "USD a year"), (("equity", 0, "price_now"), "price", "USD"),
        (("equity", 0, "units"), "count", ""), (("annual_raise_rate",), "rate", ""), (("deadline",), "date", ""),
        (("process", "deadline_at"), "moment", ""), (("process", "hours_to_decide"), "plain", "hours"),
        (("sign_on_clawback_months",), "whole", "months"), (("location",), "place", ""), (("status",), "choice", ""),
        (("equity", 0, "vesting"), "choice", ""), (("signals", "downlevel"), "yes-no", ""), (("level",), "text", ""),
        (("candidate",), "person", ""), (("supersedes",), "offer", ""), (("id",), "text", ""),
        (("role", "skills", 0), "choice", ""), (("scores", "risk", "Team Stability"), "choice", ""),
    ],
)  # fmt: skip
def test_the_type_of_a_field_tells_what_may_be_typed(place: Path, kind: str, unit: str) -> None:
    field = find_field(offer_parts(), place)
    assert (field.kind, field.unit) == (kind, unit)


def test_closed_lists_are_those_of_the_tables_and_the_model() -> None:
    values = {place: [value for _, value in find_field(offer_parts(), place).options] for place in [
        ("location",), ("equity", 0, "vesting"), ("status",), ("scores", "risk", "Manager Quality")]}  # fmt: skip
    choices = load_tables().choices
    assert values == {
        ("location",): choices["places"], ("equity", 0, "vesting"): choices["schedules"],
        ("status",): ["written", "verbal", "in-process"],
        ("scores", "risk", "Manager Quality"): list(range(1, 11)),
    }  # fmt: skip


def test_the_main_fields_are_fields_of_the_models() -> None:
    for main, parts, n_most in ((main_offer_fields(), offer_parts(), 14), (main_person_fields(), person_parts(), 7)):
        assert len(main) <= n_most
        assert len({field.label for field in main}) == len(main)
        for field in main:
            find_field(parts, field.place)  # it is there
    labels = [field.label for field in main_offer_fields()]
    assert labels[:6] == [
        "Company", "Level", "Location", "Base salary a year", "Target bonus", "Sign-on paid in year 1",
    ]  # fmt: skip


def test_main_fields_have_help_that_the_form_can_keep() -> None:
    for field in (*main_offer_fields(), *main_person_fields()):
        assert field.help, field
        assert "lists all" not in field.help, "a terminal's own"


@pytest.mark.parametrize("parts", [offer_parts(), person_parts()])
def test_fields_side_by_side_have_names_of_their_own(parts: tuple[FormPart, ...]) -> None:
    labels = [part.label for part in parts]
    assert sorted(set(labels)) == sorted(labels)
    for part in parts:
        inner = part.at(0) if isinstance(part, FormList) else part
        if isinstance(inner, FormGroup):
            test_fields_side_by_side_have_names_of_their_own(inner.parts)


def test_rare_fields_are_called_what_people_call_them() -> None:
    labels = [find_field(offer_parts(), place).label for place in (("supersedes",), ("options", 0, "strike"))]
    assert labels == ["Earlier round it replaces", "Exercise price"]


def test_help_names_neither_tables_nor_fields_of_the_file() -> None:
    told = [field.help for field in (*all_fields(offer_parts()), *all_fields(person_parts()))]
    assert [text for text in told if ".csv" in text or "_" in text] == []
    assert find_field(offer_parts(), ("location",)).help == "The job's place."
    assert find_field(person_parts(), ("residence",)).help == "Home; a remote job is taxed there."


def test_an_item_of_a_list_has_its_own_place_and_name() -> None:
    market = next(part for part in offer_parts() if part.place == ("market",))
    assert not isinstance(market, FormField)
    third: Any = market.at(2)  # type: ignore[union-attr]
    assert third.label == "Market 3"
    assert {field.place[:2] for field in all_fields((third,))} == {("market", 2)}
    assert place_label(("startup", "exits", 1, "chance")) == "Startup, exits 2, chance"
