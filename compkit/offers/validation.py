"""One file's plain values against the model: each part that holds, and every fault of every part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from compkit.errors import Fault, unknown_choice
from compkit.model.fields import CURRENCY_KEY, is_identifier
from compkit.model.number_parsing import USD
from compkit.model.offer import REMOTE, Offer
from compkit.model.place_names import read_place
from compkit.offers.document import Envelope, OffersFile
from compkit.offers.formats import Contents
from compkit.offers.messages import field_path, validation_faults
from compkit.offers.practices import practice_faults, with_practice
from compkit.offers.shapes import quote
from compkit.offers.sheets import CANDIDATE_COLUMNS, SheetRow, column_for_path, use_column_names
from compkit.offers.split_numbers import Split
from compkit.reference.tables import Tables


def offer_reference(raw: object, position: int, contents: Contents) -> str:
    """Return how messages name an offer: by its id where it has a fit one, else by its number or row."""
    offer_id = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(offer_id, str) and offer_id.isprintable() and 0 < len(offer_id) <= 80:
        return f"offer '{offer_id}'"
    return f"row {contents.rows[position].number}" if contents.rows else f"offer {position + 1}"


def validate_envelope(contents: Contents, file: str, tables: Tables) -> tuple[Envelope | None, list[Fault]]:
    """Return all of a file but its offers, or None, with the faults in it."""
    values = contents.values
    found = []
    if values.get("candidate") is not None and values.get("candidates") is not None:
        found.append(Fault(file, "", "candidates", "must not stand beside candidate. Keep one of them."))
    found += [
        Fault(file, "", field_path(one.place), one.message) for one in contents.splits if _offer_position(one) is None
    ]
    envelope = None
    try:
        envelope = Envelope.model_validate(values, context=tables.choices)
    except ValidationError as error:
        found = _merge_faults(validation_faults(error, OffersFile, file, ""), found)
    return envelope, [_locate_candidate(fault, contents) for fault in found]


def _merge_faults(faults: list[Fault], found: list[Fault]) -> list[Fault]:
    """Return the faults of the model and those found otherwise, which say more about a field that both name."""
    told = {fault.field for fault in found if fault.field}
    return [fault for fault in faults if fault.field not in told or fault.message.startswith("is not a")] + found


def _offer_position(split: Split) -> int | None:
    """Return the position of the offer in which a number was cut, or None outside of the offers."""
    first, *rest = split.place
    return rest[0] if first == "offers" and rest and isinstance(rest[0], int) else None


def _locate_candidate(fault: Fault, contents: Contents) -> Fault:
    """Return the fault with the candidate as the place where it stands, not as part of the field."""
    head, _, rest = fault.field.partition(".")
    if head == "candidate" and rest:
        return replace(fault, where="candidate", field=rest)
    if head == "candidates" and rest:
        candidate_id, _, field = rest.partition(".")
        column = column_for_path(field.split("."), CANDIDATE_COLUMNS) if contents.is_sheet else None
        return replace(fault, where=f"candidate '{candidate_id}'", field=column or field or "id")
    return fault


def validate_offer(
    raw: object, position: int, contents: Contents, file: str, where: str, tables: Tables
) -> tuple[Offer | None, list[Fault]]:
    """Return one offer, or None, with the faults in it, between it and the rest of its file, and in its row."""
    offer = None
    found = [
        Fault(file, where, field_path(one.place[2:]), one.message)
        for one in contents.splits
        if _offer_position(one) == position
    ]
    currency = _group(raw).get("currency")
    context = {**tables.choices, CURRENCY_KEY: currency if isinstance(currency, str) else USD}
    try:
        offer = Offer.model_validate(with_practice(raw, tables.practices), context=context)
    except ValidationError as error:
        found = _merge_faults(validation_faults(error, Offer, file, where), found)
    if isinstance(raw, dict):
        rules = [
            *_currency_faults(raw, contents.values),
            *_candidate_faults(raw, contents.values),
            *_residence_faults(raw, contents.values, tables.choices["places"]),
            *practice_faults(raw, tables.practices),
            *_vest_day_faults(raw),
        ]
        found += [Fault(file, where, field, message) for field, message in rules]
    return offer, _add_row_faults(found, contents.rows[position]) if contents.rows else found


def _add_row_faults(faults: Iterable[Fault], row: SheetRow) -> list[Fault]:
    """Return a row's own faults, and those of its values but for cells that have a fault already."""
    told = {column for column, _ in row.faults}
    return [
        *(fault for _, fault in row.faults),
        *(fault for fault in use_column_names(faults) if fault.field not in told),
    ]


def _group(value: object) -> Mapping[Any, Any]:
    return value if isinstance(value, dict) else {}


def _currency_faults(raw: Mapping[Any, Any], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    currency = raw.get("currency")
    if not isinstance(currency, str) or currency == USD or _group(values.get("rates")).get(currency) is not None:
        return []
    if len(currency) != len(USD) or not (currency.isascii() and currency.isupper()):
        return []  # no code at all, which the field's own rule says
    rule = (
        f"is {quote(currency)}, and rates give no USD for it. Add `rates: {{{currency}: ...}}` to a YAML or JSON file."
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


def _residence_faults(
    raw: Mapping[Any, Any], values: Mapping[str, Any], places: Sequence[str]
) -> list[tuple[str, str]]:
    name, location = raw.get("candidate"), raw.get("location")
    person = _group(values.get("candidates")).get(name) if isinstance(name, str) else values.get("candidate")
    residence = raw.get("residence") or _group(person).get("residence")
    if not isinstance(location, str):
        return []
    if read_place(location, places) != REMOTE:
        rule = "is for a Remote job. Give the office as location, and where you live as residence."
        return [("assigned_office", rule)] if raw.get("assigned_office") is not None else []
    if residence is not None:
        return []
    rule = "is needed for a Remote job: tax and prices are taken there. Add it to the offer or the candidate."
    return [("residence", rule)]


def _vest_day_faults(raw: Mapping[Any, Any]) -> list[tuple[str, str]]:
    if "start_date" in raw:
        return []
    holders = [(name, raw.get(name)) for name in ("refresher_plan", "startup")]
    for name in ("equity", "refreshers", "options"):
        items = raw.get(name)
        holders += [(f"{name}[{n}]", item) for n, item in enumerate(items)] if isinstance(items, list) else []
    rule = "need a start_date: the vest days after it decide when shares vest. Add start_date to the offer."
    return [
        (f"{path}.vesting.vest_days", rule)
        for path, holder in holders
        if _group(_group(holder).get("vesting")).get("vest_days")
    ]
