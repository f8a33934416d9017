"""Offers as rows of a sheet (CSV or XLSX) turned into the same plain values that YAML gives."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compkit.errors import Fault, InputError, unknown_field

_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_AMOUNTS = frozenset(
    {"base_salary", "annual_raise_rate", "bonus_target_rate", "equity_value", "equity_units", "grant_price",
     "price_now", "sign_on_y1", "sign_on_y2", "sign_on_y3", "sign_on_y4", "annual_bonus", "annual_equity",
     "unvested_equity", "repayment_owed", "cost_of_living_adjustment", "risk_premium", "growth_value"}
)  # fmt: skip

Columns = Mapping[str, tuple[str | int, ...]]

OFFER_COLUMNS: Columns = {
    **{
        name: (name,)
        for name in (
            "id", "candidate", "company", "company_type", "level", "guide_level", "candidate_type", "location",
            "residence", "currency", "status", "start_date", "deadline", "base_salary", "annual_raise_rate",
            "bonus_target_rate", "annual_bonus", "first_bonus", "sign_on_clawback",
        )
    },
    **{f"sign_on_y{year}": ("sign_on", year - 1) for year in range(1, 5)},
    "sign_on_paid": ("sign_on_paid",),
    "equity_value": ("equity", 0, "value"),
    "equity_units": ("equity", 0, "units"),
    "grant_price": ("equity", 0, "grant_price"),
    "price_now": ("equity", 0, "price_now"),
    "vesting": ("equity", 0, "vesting"),
    "tradable": ("equity", 0, "tradable"),
    "ai_ml": ("role", "ai_ml"),
    "specialization": ("role", "specialization"),
}  # fmt: skip
"""Each column of a sheet of offers, and the place in an offer where its value goes."""

CANDIDATE_COLUMNS: Columns = {
    **{name: (name,) for name in ("id", "name", "filing_status", "residence")},
    **{
        name: ("current", name)
        for name in ("base_salary", "annual_bonus", "annual_equity", "unvested_equity", "next_bonus_on",
                     "repayment_owed")
    },
    **{name: ("walk_away", name) for name in ("cost_of_living_adjustment", "risk_premium", "growth_value")},
}  # fmt: skip
"""Each column of a sheet of candidates, and the place in a candidate where its value goes."""

_REQUIRED = ("id", "company", "level", "location", "base_salary")


@dataclass(frozen=True)
class Sheet:
    """A sheet with its first row read as column names.

    Parameters
    ----------
    file, title : str
        For messages; the title is empty for CSV.
    header : tuple of str
    rows : tuple of (row number, cells)
        Numbered as a spreadsheet shows them; rows without any value are left out.
    """

    file: str
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Any, ...]], ...]

    @classmethod
    def from_rows(cls, file: str, title: str, rows: Sequence[Sequence[Any]]) -> Sheet:
        """Return the sheet of these rows, the first of which names the columns."""
        header = [str(cell).strip() for cell in rows[0]] if rows else []
        while header and not header[-1]:
            header.pop()
        kept = [
            (number, tuple(row)) for number, row in enumerate(rows[1:], start=2) if any(str(c).strip() for c in row)
        ]
        return cls(file, title, tuple(header), tuple(kept))

    def faults(self, columns: Mapping[str, Any], required: Sequence[str]) -> list[Fault]:
        """Return what is wrong with the column names and the rows' lengths."""
        where = f"sheet {self.title!r}, first row" if self.title else "first row"
        found = [Fault(self.file, where, "", f"has no column {name!r}. Add it.") for name in required
                 if name not in self.header]  # fmt: skip
        for position, name in enumerate(self.header):
            if not name:
                found.append(Fault(self.file, where, "", f"has no name in column {position + 1}. Name it."))
            elif name not in columns:
                found.append(Fault(self.file, where, f"column {name!r}", unknown_field(name, list(columns))))
            elif name in self.header[:position]:
                found.append(Fault(self.file, where, "", f"names the column {name!r} twice. Remove one."))
        for number, cells in self.rows:
            if any(str(cell).strip() for cell in cells[len(self.header) :]):
                found.append(Fault(self.file, f"row {number}", "", "has more cells than the first row names. "
                                   "Put text with a comma in quotes."))  # fmt: skip
        return found


def sheet_document(offers: Sheet, candidates: Sheet | None = None) -> dict[str, Any]:
    """Return the mapping that YAML would give for a sheet of offers and, where there is one, of candidates.

    Raises
    ------
    InputError
        If columns are missing, unknown or named twice, or a candidate's id is left out or used twice.
    """
    found = offers.faults(OFFER_COLUMNS, _REQUIRED)
    if candidates is not None:
        found += candidates.faults(CANDIDATE_COLUMNS, ("id",))
    if not offers.rows and not found:
        found.append(Fault(offers.file, offers.title, "", "holds no offers below its first row. Add one a row."))
    if found:
        raise InputError(found)
    records = [_record(offers.header, cells, OFFER_COLUMNS) for _, cells in offers.rows]
    if candidates is None:
        # A CSV file has no room for candidates: a name there tells them apart, and nothing is known of them.
        people: dict[str, Any] = {
            offer["candidate"]: {} for offer in records if isinstance(offer.get("candidate"), str)
        }
    else:
        people = _people(candidates)
    return {"offers": records} | ({"candidates": people} if people else {})


def _people(sheet: Sheet) -> dict[str, Any]:
    people: dict[str, Any] = {}
    found = []
    for number, cells in sheet.rows:
        record = _record(sheet.header, cells, CANDIDATE_COLUMNS)
        candidate_id = record.pop("id", None)
        where = f"sheet {sheet.title!r}, row {number}"
        if not isinstance(candidate_id, str):
            found.append(Fault(sheet.file, where, "id", "is missing. Add it."))
        elif candidate_id in people:
            found.append(Fault(sheet.file, where, "id", f"is {candidate_id[:80]!r} a second time. Choose another."))
        else:
            people[candidate_id] = record
    if found:
        raise InputError(found)
    return people


def column_of(place: Sequence[int | str], columns: Columns = OFFER_COLUMNS) -> str | None:
    """Return the column whose value goes to a place in an offer (or of `columns`), or None.

    >>> column_of(("equity", 0, "value"))
    'equity_value'
    """
    wanted = ("equity", 0, "value") if tuple(place) == ("equity", 0) else tuple(place)
    return next((name for name, target in columns.items() if target in (wanted, wanted[:1])), None)


def _record(header: Sequence[str], cells: Sequence[Any], columns: Columns) -> dict[str, Any]:
    record: dict[str, Any] = {}
    sign_on: dict[int, Any] = {}
    equity: dict[str, Any] = {}
    for name, cell in zip(header, cells, strict=False):
        if isinstance(cell, str) and not cell.strip():
            continue
        value, place = _value(name, cell), columns[name]
        if place[0] == "sign_on":
            sign_on[int(place[1])] = value
        elif place[0] == "equity":
            equity[str(place[2])] = value
        elif len(place) == 2:
            record.setdefault(str(place[0]), {})[str(place[1])] = value
        else:
            record[str(place[0])] = value
    if sign_on:
        record["sign_on"] = [sign_on.get(year, 0) for year in range(max(sign_on) + 1)]
    if equity:
        record["equity"] = [equity]
    return record


def _value(column: str, cell: Any) -> Any:
    """Return a cell as YAML would give it: numbers for amounts, true or false, a list of payments, else text."""
    if isinstance(cell, str):
        cell = cell.strip()
    if column in _AMOUNTS:
        return cell
    if column in ("ai_ml", "tradable"):
        return _TRUTH.get(str(cell).lower(), cell)
    if column == "sign_on_paid":
        return [part for part in re.split(r"[,;|/ ]+", str(cell)) if part]
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    # Booleans and days stay what they are, so that the field's own rule can refuse or take them.
    return cell if isinstance(cell, str | bool | dt.date) else str(cell)
