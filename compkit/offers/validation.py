"""Validation of a file's plain values: every part that is valid, and every fault of every part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from compkit.errors import Fault, unknown_choice
from compkit.model import CURRENCY_KEY, NO_REFRESHERS, REMOTE, USD, Offer, RefresherPractice, is_identifier, read_place
from compkit.offers.document import Envelope, OffersFile
from compkit.offers.formats import Contents
from compkit.offers.household import household_faults, may_be_joint, needed_faults
from compkit.offers.messages import field_path, quote, validation_faults
from compkit.offers.process_times import process_faults
from compkit.offers.sheets import CANDIDATE_COLUMNS, SheetRow, column_for_path, use_column_names
from compkit.offers.split_numbers import Split
from compkit.reference import Tables

_Raw = Mapping[Any, Any]
_FieldMessage = tuple[str, str]


def offer_reference(raw: object, position: int, contents: Contents) -> str:
    """Name of an offer in messages: its id if usable, else its number or row."""
    offer_id = raw.get("id") if isinstance(raw, dict) else None
    if isinstance(offer_id, str) and offer_id.isprintable() and 0 < len(offer_id) <= 80:
        return f"offer '{offer_id}'"
    return f"row {contents.rows[position].number}" if contents.rows else f"offer {position + 1}"


def validate_envelope(contents: Contents, file: str, tables: Tables) -> tuple[Envelope | None, list[Fault]]:
    """Everything in a file but its offers, or None, with the faults found."""
    values = contents.values
    found = []
    if values.get("candidate") is not None and values.get("candidates") is not None:
        found.append(Fault(file, "", "candidates", "can't be combined with candidate. Keep one of them."))
    found += [
        Fault(file, "", field_path(one.place), one.message) for one in contents.splits if _offer_position(one) is None
    ]
    envelope = None
    try:
        envelope = Envelope.model_validate(values, context=tables.choices)
    except ValidationError as error:
        found = _merge_faults(validation_faults(error, OffersFile, file, ""), found)
        rules = _needed_faults(values)
    else:
        rules = _household_faults(envelope, tables)
    found += [Fault(file, "", field, message) for field, message in rules]
    return envelope, [_locate_candidate(fault, contents) for fault in found]


def _household_faults(envelope: Envelope, tables: Tables) -> Iterator[_FieldMessage]:
    people = {f"candidates.{name}": one for name, one in (envelope.candidates or {}).items()}
    for path, one in (people | ({"candidate": envelope.candidate} if envelope.candidate else {})).items():
        for field, message in household_faults(one, tables):
            yield f"{path}.{field}", message


def _needed_faults(values: _Raw) -> Iterator[_FieldMessage]:
    """Yield what households need, in a file that has other faults."""
    people = {f"candidates.{name}": one for name, one in _group(values.get("candidates")).items()}
    for path, one in (people | {"candidate": values.get("candidate")}).items():
        for field, message in needed_faults(_group(one)):
            yield f"{path}.{field}", message


def _merge_faults(faults: list[Fault], better: list[Fault]) -> list[Fault]:
    """Combine the model's faults with others that say more about the same fields."""
    fields = {fault.field for fault in better if fault.field}
    return [fault for fault in faults if fault.field not in fields or fault.message.startswith("is not a")] + better


def _offer_position(split: Split) -> int | None:
    """Position of the offer with a split number, or None outside of the offers."""
    first, *rest = split.place
    return rest[0] if first == "offers" and rest and isinstance(rest[0], int) else None


def _locate_candidate(fault: Fault, contents: Contents) -> Fault:
    """Move the candidate from a fault's field to its place."""
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
    """One offer, or None, with the faults in it, in its row, and between it and the rest of its file."""
    offer = None
    found = [
        Fault(file, where, field_path(one.place[2:]), one.message)
        for one in contents.splits
        if _offer_position(one) == position
    ]
    currency = _group(raw).get("currency")
    context = {**tables.choices, CURRENCY_KEY: currency if isinstance(currency, str) else USD}
    try:
        offer = Offer.model_validate(_with_practice(raw, tables.practices), context=context)
    except ValidationError as error:
        found = _merge_faults(validation_faults(error, Offer, file, where), found)
    if isinstance(raw, dict):
        rules = [
            *_currency_faults(raw, contents.values),
            *_candidate_faults(raw, contents.values),
            *_residence_faults(raw, contents.values, tables.choices["places"]),
            *_household_field_faults(raw, _person(raw, contents.values)),
            *_practice_faults(raw, tables.practices),
            *_vest_day_faults(raw),
            *process_faults(raw, _person(raw, contents.values), tables),
        ]
        found += [Fault(file, where, field, message) for field, message in rules]
    return offer, _add_row_faults(found, contents.rows[position]) if contents.rows else found


def _add_row_faults(faults: Iterable[Fault], row: SheetRow) -> list[Fault]:
    """Combine a row's own faults with those of its values in other cells."""
    columns = {column for column, _ in row.faults}
    values = (fault for fault in use_column_names(faults) if fault.field not in columns)
    return [*(fault for _, fault in row.faults), *values]


def _group(value: object) -> _Raw:
    return value if isinstance(value, dict) else {}


def _with_practice(raw: object, practices: Mapping[str, RefresherPractice]) -> object:
    """Fill in what an offer's refresher plan leaves to the practice it names."""
    plan = _group(_group(raw).get("refresher_plan"))
    practice = _practice_of(plan, practices)
    if not isinstance(raw, dict) or practice is None:
        return raw
    given = {name: value for name, value in plan.items() if value is not None or name not in practice.fields}
    return {**raw, "refresher_plan": {**practice.fields, **given}}


def _practice_of(plan: _Raw, practices: Mapping[str, RefresherPractice]) -> RefresherPractice | None:
    name = plan.get("practice")
    return practices.get(name) if isinstance(name, str) else None


def _practice_faults(raw: _Raw, practices: Mapping[str, RefresherPractice]) -> list[_FieldMessage]:
    plan = _group(raw.get("refresher_plan"))
    practice = _practice_of(plan, practices)
    if practice is None or practice.name == NO_REFRESHERS or raw.get("start_date") is not None:
        return []
    if plan.get("calendar_month") is None and practice.calendar_month is None:
        return []
    rule = (
        f"needs a start_date, because practice {practice.name} makes grants in a calendar month. "
        "Add start_date to the offer, or remove practice."
    )
    return [("refresher_plan", rule)]


def _currency_faults(raw: _Raw, values: Mapping[str, Any]) -> list[_FieldMessage]:
    currency = raw.get("currency")
    if not isinstance(currency, str) or currency == USD or _group(values.get("rates")).get(currency) is not None:
        return []
    if len(currency) != len(USD) or not (currency.isascii() and currency.isupper()):
        return []  # not a code; the field's own rule says so
    rule = (
        f"is {quote(currency)}, but rates has no value for it. Add `rates: {{{currency}: ...}}` to a YAML or JSON file."
    )
    return [("currency", rule)]


def _candidate_faults(raw: _Raw, values: Mapping[str, Any]) -> list[_FieldMessage]:
    # Names that can't be an id have their own fault, at the candidate and at the offer.
    people = [key for key in _group(values.get("candidates")) if is_identifier(key)]
    name = raw.get("candidate")
    if people and name is None:
        return [("candidate", f"must say whose offer it is: one of {', '.join(people)}.")]
    if not is_identifier(name) or name in people:
        return []
    rule = unknown_choice(name, people) if people else "names someone, but the file has no `candidates:`. Remove it."
    return [("candidate", rule)]


def _person(raw: _Raw, values: Mapping[str, Any]) -> _Raw:
    """Return the candidate of an offer, as typed."""
    name = raw.get("candidate")
    return _group(_group(values.get("candidates")).get(name) if isinstance(name, str) else values.get("candidate"))


def _residence_faults(raw: _Raw, values: Mapping[str, Any], places: Sequence[str]) -> list[_FieldMessage]:
    location = raw.get("location")
    residence = raw.get("residence") or _person(raw, values).get("residence")
    if not isinstance(location, str):
        return []
    if read_place(location, places) != REMOTE:
        rule = "is only for Remote jobs. Put the office in location and your home in residence."
        return [("assigned_office", rule)] if raw.get("assigned_office") is not None else []
    if residence is not None:
        return []
    rule = "is needed for a Remote job, because taxes and prices depend on it. Add it to the offer or the candidate."
    return [("residence", rule)]


def _household_field_faults(raw: _Raw, person: _Raw) -> list[_FieldMessage]:
    needs = {
        "spouse_wages": ("filing_status: married_joint", may_be_joint(person.get("filing_status"))),
        "housing_cost": ("household.housing: rent or own", _group(person.get("household")).get("housing") is not None),
    }
    return [
        (field, f"needs a candidate with {rule}. Set it, or remove {field}.")
        for field, (rule, is_met) in needs.items()
        if raw.get(field) is not None and not is_met
    ]


def _vest_day_faults(raw: _Raw) -> list[_FieldMessage]:
    if "start_date" in raw:
        return []
    holders = [(name, raw.get(name)) for name in ("refresher_plan", "startup")]
    for name in ("equity", "refreshers", "options"):
        items = raw.get(name)
        holders += [(f"{name}[{n}]", item) for n, item in enumerate(items)] if isinstance(items, list) else []
    return [
        (f"{path}.vesting.vest_days", "need a start_date. Add start_date to the offer.")
        for path, holder in holders
        if _group(_group(holder).get("vesting")).get("vest_days")
    ]
