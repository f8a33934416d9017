"""Offers as a sheet (CSV or XLSX), one row each; what a sheet has no column for is refused, never dropped."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compkit.errors import Fault, InputError
from compkit.offers.messages import field_path
from compkit.offers.questions import Place
from compkit.offers.sheet_formats import CANDIDATES_TITLE
from compkit.offers.sheets import CANDIDATE_COLUMNS, OFFER_COLUMNS, Columns

OFFERS_TITLE = "offers"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_PAID = "sign_on_paid"
_Row = Mapping[str, Any]


def sheet_bytes(values: Mapping[str, Any], ending: str) -> bytes:
    """Contents of a sheet of offers.

    Parameters
    ----------
    values : mapping
        An offers file as plain values.
    ending : {".csv", ".xlsx"}

    Raises
    ------
    InputError
        If something has no column, or a text would start a formula in a CSV file; with a line for each.
    """
    faults: list[Fault] = []
    offers = [_row(offer, f"offer '{offer.get('id')}'", OFFER_COLUMNS, faults) for offer in values.get("offers") or ()]
    people = [
        {"id": name, **_row(person or {}, f"candidate '{name}'", CANDIDATE_COLUMNS, faults)}
        for name, person in (values.get("candidates") or {}).items()
    ]
    alone = "is kept by YAML only." if ending == ".xlsx" else "is kept by YAML or, for `candidates`, XLSX only."
    named = [name for name in ("rates", "candidate") if values.get(name)]
    if ending == ".csv" and any(len(person) > 1 for person in people):
        named.append("candidates")
    faults += [Fault("", "", name, f"{alone} Save as YAML.") for name in named]
    if ending == ".csv":
        faults += [
            Fault("", f"offer '{row.get('id')}'", column, "would be a formula in a CSV file. Save as XLSX or YAML.")
            for row in offers
            for column, value in row.items()
            if str(value).startswith(_FORMULA_STARTS)
        ]
    if faults:
        raise InputError(faults)
    return _csv(offers) if ending == ".csv" else _xlsx(offers, people)


def _row(group: _Row, where: str, columns: Columns, faults: list[Fault]) -> dict[str, Any]:
    """Values by column; adds a fault for each value without one."""
    column_of = {place: column for column, place in columns.items()}
    row = {}
    for place, value in _leaves(group):
        if place not in column_of:
            faults.append(Fault("", where, field_path(place), "has no column in a sheet. Save as YAML."))
        else:
            row[column_of[place]] = value
    return {column: row[column] for column in columns if column in row}


def _leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield the values inside of a group, with their places."""
    if place == (_PAID,) and isinstance(value, list):
        yield place, ",".join(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, (*place, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _leaves(item, (*place, position))
    elif value is not None:
        yield place, value


def _table(rows: Sequence[_Row], columns: Columns) -> list[list[Any]]:
    used = [column for column in columns if any(column in row for row in rows)]
    return [used, *([row.get(column) for column in used] for row in rows)]


def _csv(offers: Sequence[_Row]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(_table(offers, OFFER_COLUMNS))
    return text.getvalue().encode()


def _xlsx(offers: Sequence[_Row], people: Sequence[_Row]) -> bytes:
    import openpyxl  # slow to import, and only this format needs it

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    tables = {OFFERS_TITLE: _table(offers, OFFER_COLUMNS), CANDIDATES_TITLE: _table(people, CANDIDATE_COLUMNS)}
    for title, table in tables.items():
        if len(table) > 1:
            sheet = workbook.create_sheet(title)
            for y, row in enumerate(table, start=1):
                for x, value in enumerate(row, start=1):
                    cell = sheet.cell(y, x)
                    cell.value = value
                    if isinstance(value, str):
                        cell.data_type = "s"  # never a formula
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
