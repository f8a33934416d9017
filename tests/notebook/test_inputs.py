"""Form fields: what they read, what they refuse, and what stays after a mistake."""

from __future__ import annotations

from typing import Any

import pytest

from compkit.notebook import ChoiceField, ChoicesField, NumberField, SwitchField


def typed(text: str, kind: Any = "amount", **options: Any) -> NumberField:
    field = NumberField("Number", 1.0, kind, **options)
    field.control.value = text
    return field


@pytest.mark.parametrize(
    ("text", "kind", "value", "shown"),
    [
        ("175k", "amount", 175_000, "$175,000"),
        ("$1.2M", "amount", 1_200_000, "$1,200,000"),
        ("100.5", "amount", 100.5, "$100.50"),
        ("15%", "rate", 0.15, "15%"),
        ("0.15", "rate", 0.15, "15%"),
        ("-10 %", "rate", -0.1, "-10%"),
        ("12.5%", "rate", 0.125, "12.5%"),
        ("250%", "rate", 2.5, "250%"),
        ("1,200", "count", 1_200, "1,200"),
        ("4", "years", 4, "4"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(text: str, kind: str, value: float, shown: str) -> None:
    field = typed(text, kind)
    assert field.value == pytest.approx(value)
    assert (field.control.value, field.error) == (shown, "")
    again = typed(shown, kind)
    assert again.value == pytest.approx(value), "what a field shows, it can read"


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("80.000", "amount", "80.000 could be 80 or 80000. Type the one you mean."),
        ("lots", "amount", "Must be a number, got 'lots'. Type it as 175000, 175,000, $175,000, 175k, or 1.2M."),
        ("15%", "amount", "Must be an amount in dollars, got 15%. Type the amount."),
        ("10", "rate", "10 could be 10% or 1000%. Type the one you mean."),
        ("$5", "rate", "Must be a rate, not an amount, got $5. Type 0.15 or 15%."),
        ("1200%", "rate", "Must be 0% to 1000%, got 1200%."),
        ("-1%", "rate", "Must be 0% to 1000%, got -1%."),
        ("2.5", "years", "Must be a whole number of years, got 2.5."),
        ("", "amount", "Must be a number. Type it as 175,000 or 175k."),
        ("1e400", "years", "Must be a finite number."),
    ],
)  # fmt: skip
def test_a_mistake_keeps_the_value_and_says_what_to_type(text: str, kind: str, message: str) -> None:
    field = NumberField("Number", 1.0, kind, minimum=0, maximum=10 if kind == "rate" else None)  # type: ignore[arg-type]
    changes: list[float | None] = []
    field.observe(lambda: changes.append(field.value))
    field.control.value = text
    assert (field.value, field.error, changes) == (1.0, message, [])
    assert field.control.value == text, "the person can correct it"
    assert 'role="alert"' in field.widget.children[1].value
    field.reset()
    assert (field.value, field.error) == (1.0, "")


def test_an_optional_number_may_be_emptied() -> None:
    field = typed(" ", optional=True)
    assert (field.value, field.error, field.control.value) == (None, "", "")


def test_limits_with_one_end() -> None:
    assert typed("5", "years", minimum=6).error == "Must be at least 6, got 5."
    assert typed("2M", maximum=1_000_000).error == "Must be at most $1,000,000, got $2,000,000."


def test_what_a_person_types_is_not_read_as_html() -> None:
    field = typed("<img src=x onerror=alert(1)>")
    assert "<img" not in field.widget.children[1].value
    assert "&lt;img" in field.widget.children[1].value


def test_every_field_has_a_name_and_help() -> None:
    fields = [
        NumberField("Growth", 0.1, "rate", help="Each year."),
        ChoiceField("Tone", ["warm", "plain"], "plain", help="Of letters."),
        ChoicesField("Places", ["Austin", "Boston"], ["Boston"], help="Added."),
        SwitchField("Beyond the range", value=True, help="What lies past is marked."),
    ]
    assert [field.control.description for field in fields] == ["Growth", "Tone", "Places", "Beyond the range"]
    for field, note in zip(fields, ("Each year.", "Of letters.", "Added.", "What lies past is marked."), strict=True):
        assert field.control.tooltip == note
        assert note in field.widget.children[1].value


def test_choices_tell_of_changes_once_and_reset() -> None:
    field = ChoicesField("Places", {"Austin, TX": "Austin", "Boston, MA": "Boston"}, ["Boston"])
    changes: list[tuple[str, ...]] = []
    field.observe(lambda: changes.append(field.value))
    field.control.value = ("Austin", "Boston")
    field.reset()
    assert changes == [("Austin", "Boston"), ("Boston",)]
    assert field.control.value == ("Boston",)
