"""One file's plain values against the model: each part that holds, and every fault of every part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from compkit.errors import Fault, unknown_choice
from compkit.fields import is_identifier
from compkit.offer import REMOTE, Offer
from compkit.offers.document import USD, Envelope
from compkit.offers.faults import faults_of, shown
from compkit.offers.formats import Contents
from compkit.offers.presets import practice_faults, with_practice
from compkit.offers.sheets import CANDIDATE_COLUMNS, SheetRow, by_column, column_of
from compkit.tables import Tables


def without_nulls(value: Any) -> Any:
    """Return the value without the fields that are null: null means left out."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def place_of(raw: object, position: int, contents: Contents) -> str:
    """Return how messages name an offer: by its id where it has a fit one, else by its number or row."""
    offer_id = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(offer_id, str) and offer_id.isprintable() and 0 < len(offer_id) <= 80:
        return f"offer '{offer_id}'"
    return f"row {contents.rows[position].number}" if contents.rows else f"offer {position + 1}"


def checked_envelope(contents: Contents, file: str, tables: Tables) -> tuple[Envelope | None, list[Fault]]:
    """Return all of a file but its offers, or None, with the faults in it."""
    values = contents.values
    found = []
    if "candidate" in values and "candidates" in values:
        found.append(Fault(file, "", "candidates", "must not stand beside candidate. Keep one of them."))
    try:
        return Envelope.model_validate(values, context=tables.choices), found
    except ValidationError as error:
        faults = [_candidate_where(fault, contents) for fault in faults_of(error, Envelope, file, "")]
        return None, faults + found


def _candidate_where(fault: Fault, contents: Contents) -> Fault:
    """Return the fault with the candidate as the place where it stands, not as part of the field."""
    head, _, rest = fault.field.partition(".")
    if head == "candidate" and rest:
        return replace(fault, where="candidate", field=rest)
    if head == "candidates" and rest:
        candidate_id, _, field = rest.partition(".")
        column = column_of(field.split("."), CANDIDATE_COLUMNS) if contents.is_sheet else None
        return replace(fault, where=f"candidate '{candidate_id}'", field=column or field or "id")
    return fault


def checked_offer(
    raw: object, position: int, contents: Contents, file: str, where: str, tables: Tables
) -> tuple[Offer | None, list[Fault]]:
    """Return one offer, or None, with the faults in it, between it and the rest of its file, and in its row."""
    offer = None
    found = []
    try:
        offer = Offer.model_validate(with_practice(raw, tables.practices), context=tables.choices)
    except ValidationError as error:
        found = faults_of(error, Offer, file, where)
    if isinstance(raw, dict):
        rules = [
            *_currency_faults(raw, contents.values),
            *_candidate_faults(raw, contents.values),
            *_residence_faults(raw, contents.values),
            *practice_faults(raw, tables.practices),
        ]
        found += [Fault(file, where, field, message) for field, message in rules]
    return offer, _with_row_faults(found, contents.rows[position]) if contents.rows else found


def _with_row_faults(faults: Iterable[Fault], row: SheetRow) -> list[Fault]:
    """Return a row's own faults, and those of its values but for cells that have a fault already."""
    told = {column for column, _ in row.faults}
    return [*(fault for _, fault in row.faults), *(fault for fault in by_column(faults) if fault.field not in told)]


def _group(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _currency_faults(raw: Mapping[Any, Any], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    currency = raw.get("currency", USD)
    if not isinstance(currency, str) or currency == USD or currency in _group(values.get("rates")):
        return []
    if len(currency) != len(USD) or not (currency.isascii() and currency.isupper()):
        return []  # no code at all, which the field's own rule says
    rule = (
        f"is {shown(currency)}, and rates give no USD for it. Add `rates: {{{currency}: ...}}` to a YAML or JSON file."
    )
    return [("currency", rule)]


def _candidate_faults(raw: Mapping[Any, Any], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    # Names that are not fit for an id have their own fault, at the candidate and at the offer.
    people = [key for key in _group(values.get("candidates")) if is_identifier(key)]
    name = raw.get("candidate")
    if people and name is None:
        return [("candidate", f"must say whose offer it is: one of {', '.join(people)}.")]
    if not is_identifier(name) or name in people:
        return []
    rule = unknown_choice(name, people) if people else "names nobody: there is no `candidates:`. Remove it."
    return [("candidate", rule)]


def _residence_faults(raw: Mapping[Any, Any], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    name = raw.get("candidate")
    person = _group(values.get("candidates")).get(name) if isinstance(name, str) else values.get("candidate")
    if raw.get("location") != REMOTE or raw.get("residence", _group(person).get("residence")) is not None:
        return []
    rule = "is needed for a Remote job: tax and prices are taken there. Add it to the offer or the candidate."
    return [("residence", rule)]
