"""The leaves of a derivation, each read from where it says that it comes from: an offers file or a table of data/."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from compkit.explanation.derivation import Derivation, Key, TableRow, TypedField, node
from compkit.offers import CANDIDATE_COLUMNS, OFFER_COLUMNS, OfferEntry, column_for_path
from compkit.reference import Tables

_SHEETS = (".csv", ".xlsx")
_USD = "USD"
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def from_offer(entry: OfferEntry, path: str, name: str, unit: str = _USD, note: str = "") -> Derivation:
    """Leaf for a field of an offers file, in USD.

    Parameters
    ----------
    entry : OfferEntry
    path : str
        From the offer, such as `equity[0].value`; from the person who decides with `candidate.` before it.
    name : str
        What it is, in words.
    unit : str
        Amounts of money, whose unit begins with USD, are in the offer's currency, and come with the exchange rate.
    """
    steps = _steps(path)
    if steps[0] == "candidate":
        return _leaf(entry, path, name, unit, note)
    leaf = _leaf(entry, path, name, unit.replace(_USD, entry.offer.currency), note)
    if entry.offer.currency == _USD or not unit.startswith(_USD):
        return leaf
    code = entry.offer.currency
    origin = TypedField(entry.file, "", f"rates.{code}")
    rate = Derivation(f"USD for 1 {code}", entry.usd_rate, f"USD for 1 {code}", origin=origin)
    return node("product", f"{name}, in USD", (leaf, rate), unit, value=_reach(entry.in_usd, steps)[0])


def _leaf(entry: OfferEntry, path: str, name: str, unit: str, note: str) -> Derivation:
    steps = _steps(path)
    of_candidate = steps[0] == "candidate"
    model: Any = entry.candidate if of_candidate else entry.offer
    own = steps[1:] if of_candidate else steps
    where, field = f"offer '{entry.offer.id}'", path
    if of_candidate:
        where = f"candidate '{entry.offer.candidate}'" if entry.offer.candidate else "candidate"
        field = path.removeprefix("candidate.")
    if Path(entry.file).suffix.casefold() in _SHEETS:
        field = column_for_path(own, CANDIDATE_COLUMNS if of_candidate else OFFER_COLUMNS) or field
    value, is_left_out = _reach(model, own)
    return Derivation(name, value, unit, origin=TypedField(entry.file, where, field, is_left_out), note=note)


def _steps(path: str) -> list[str | int]:
    return [int(index) if index else name for index, name in _STEP.findall(path)]


def _reach(model: Any, steps: list[str | int]) -> tuple[float, bool]:
    """Return the number that stands in a field, 0 for none, and whether the file leaves the field out."""
    value, is_left_out = model, False
    for step in steps:
        if isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            is_left_out |= isinstance(value, BaseModel) and step not in value.model_fields_set
            value = value.get(step) if isinstance(value, Mapping) else getattr(value, step)
        if value is None:
            return 0.0, True
    return float(value) if isinstance(value, int | float) else 0.0, is_left_out


def zero_from_offer(entry: OfferEntry, path: str, name: str, note: str, unit: str = _USD) -> Derivation:
    """Return a leaf of value 0 that a field which is no amount brings about, such as a kind of candidate."""
    return replace(_leaf(entry, path, name, unit, note), value=0.0)


def from_table(tables: Tables, table: str, key: Key, column: str, name: str, unit: str, note: str = "") -> Derivation:
    """Return the figure of the row of a table that a key picks; the sum of several rows' where it picks several.

    Raises
    ------
    KeyError
        If no row is picked.
    """
    rows = rows_of(tables, table, key)
    if not rows:
        raise KeyError(f"{table}: {dict(key)}")
    value = sum(float(row[column]) for row in rows)
    return Derivation(name, value, unit, origin=_row_origin(tables, table, key, column, rows), note=note)


def carried(leaf: Derivation) -> Derivation:
    """Return a row's figure as used, unchanged, for a later year than its own."""
    if not isinstance(leaf.origin, TableRow):
        return leaf
    return replace(leaf, origin=replace(leaf.origin, is_carried=True))


def zero_from_table(tables: Tables, table: str, key: Key, column: str, name: str, unit: str, note: str) -> Derivation:
    """Return a leaf of value 0 that rows of a table bring about, such as a schedule by which nothing vests yet."""
    rows = rows_of(tables, table, key)
    return Derivation(name, 0.0, unit, origin=_row_origin(tables, table, key, column, rows), note=note)


def zero_from_missing_row(table: str, key: Key, column: str, name: str, unit: str, note: str) -> Derivation:
    """Return a leaf of value 0 that the lack of a row in a table brings about."""
    origin = TableRow(table, dict(key), column, "", "", is_absent=True)
    return Derivation(name, 0.0, unit, origin=origin, note=note)


def rows_of(tables: Tables, table: str, key: Key) -> list[dict[str, Any]]:
    """Return the rows that a key picks."""
    choices = [value if isinstance(value, tuple) else (value,) for value in key.values()]
    return [
        row for values in product(*choices) for row in tables.rows_where(table, dict(zip(key, values, strict=True)))
    ]


def _row_origin(tables: Tables, table: str, key: Key, column: str, rows: list[dict[str, Any]]) -> TableRow:
    first = rows[0]
    source_id = str(first["source_id"])
    as_of = str(min(str(row["as_of"]) for row in rows) if "as_of" in first else tables.sources[source_id].as_of)
    return TableRow(table, dict(key), column, source_id, as_of, _status(rows))


def _status(rows: list[dict[str, Any]]) -> str:
    if "is_verified" in rows[0]:
        return "verified" if all(row["is_verified"] for row in rows) else "unverified"
    if "status" not in rows[0]:
        return ""
    found = {str(row["status"]) for row in rows}
    return "unverified" if "unverified" in found else min(found)
