"""Rows of a sheet (CSV or XLSX) turned into the same plain values that YAML gives."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from compkit.errors import Fault, InputError
from compkit.offers.messages import parse_field_path
from compkit.offers.sheet_headers import best_header, column_named, find_header, is_blank, is_transposed, near_column

MAX_CELL_FAULTS = 20
"""With more unreadable cells than this, the whole sheet is refused."""
_MAX_QUOTED = 60
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_AMOUNTS = frozenset(
    {"base_salary", "annual_raise_rate", "bonus_target_rate", "equity_value", "equity_units", "grant_price",
     "price_now", "sign_on_y1", "sign_on_y2", "sign_on_y3", "sign_on_y4", "annual_bonus", "annual_equity",
     "unvested_equity", "repayment_owed", "cost_of_living_adjustment", "risk_premium", "growth_value",
     "preferred_worth"}
)  # fmt: skip
_DECIMAL_COMMA = re.compile(r"(\D*)(\d{1,3}(?:\.\d{3})+|\d+),(\d{2})(\D*)")
_WHOLE_NUMBER = re.compile(r"\d+(\.0)?")
_COMMA_AND_THREE = re.compile(r"\D*([1-9]\d{0,2}),(\d{3})\D*")
_REST_OF_AN_AMOUNT, _START_OF_AN_AMOUNT = re.compile(r"0\d\d(\.\d+)?"), re.compile(r"\D?\d{1,3}")

Columns = Mapping[str, tuple[str | int, ...]]

OFFER_COLUMNS: Columns = {
    **{
        name: (name,)
        for name in (
            "id", "candidate", "company", "company_type", "level", "guide_level", "candidate_type", "location",
            "residence", "assigned_office", "spouse_wages", "housing_cost", "currency", "label", "supersedes", "status",
            "start_date", "deadline", "base_salary", "annual_raise_rate", "bonus_target_rate", "annual_bonus",
            "first_bonus", "sign_on_clawback",
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
"""Columns of a sheet of offers, with the path of the value in an offer."""

CANDIDATE_COLUMNS: Columns = {
    **{name: (name,) for name in ("id", "name", "filing_status", "residence")},
    **{
        name: ("current", name)
        for name in ("base_salary", "annual_bonus", "annual_equity", "unvested_equity", "next_bonus_on",
                     "repayment_owed")
    },
    "current_location": ("current", "location"),
    **{
        name: ("household", name)
        for name in ("housing", "housing_cost", "spouse_wages", "children", "childcare", "age", "traditional_401k",
                     "hsa", "mortgage_interest", "property_tax", "charity", "other_income")
    },
    **{name: ("walk_away", name) for name in ("cost_of_living_adjustment", "risk_premium", "growth_value")},
    **{name: ("decision", name) for name in ("stay_years", "preferred", "preferred_worth")},
}  # fmt: skip
"""Columns of a sheet of candidates, with the path of the value in a candidate."""

REQUIRED_OF_OFFER = ("id", "company", "level", "location", "base_salary")
REQUIRED_OF_CANDIDATE = ("id",)


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell without a usable value, by its spreadsheet coordinate, with the message about it."""

    coordinate: str
    message: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row below the header.

    Parameters
    ----------
    number : int
        Row number in the spreadsheet.
    cells : mapping of str to object
        Values by known column, without blank cells.
    faults : tuple of (column or None, Fault)
        Faults of the row or its cells, before their values are validated.
    """

    number: int
    cells: Mapping[str, Any]
    faults: tuple[tuple[str | None, Fault], ...] = ()


@dataclass(frozen=True)
class Grid:
    """The cells of a sheet.

    Parameters
    ----------
    file, title : str
        For messages; the title is empty for CSV.
    rows : sequence of sequences
        All rows from row 1; a blank cell is an empty text.
    separator : str
        Separator of a CSV file; empty for a workbook, whose cells have types.
    """

    file: str
    title: str
    rows: Sequence[Sequence[Any]]
    separator: str = ""

    def place(self, row: int | None = None) -> str:
        """Name of the sheet, or of a row in it, for messages."""
        parts = [f"sheet {self.title!r}"] if self.title else []
        if row is not None:
            parts.append("first row" if row == 1 else f"row {row}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Sheet:
    """A sheet with known columns, without blank rows; `warnings` name the columns that are ignored."""

    file: str
    title: str
    rows: tuple[SheetRow, ...]
    warnings: tuple[Fault, ...] = ()

    @classmethod
    def from_grid(cls, grid: Grid, columns: Columns, required: Sequence[str]) -> Sheet:
        """Find the columns of these cells.

        Raises
        ------
        InputError
            If required columns are missing, or column names are misspelled or duplicated.
        """
        at = find_header(grid.rows, columns, required)
        if at is None:
            if is_transposed(grid.rows, columns):
                rule = (
                    "has one offer per column. Transpose it: one row per offer, "
                    f"with the columns {', '.join(required)} named in the first row."
                )
                raise InputError([Fault(grid.file, grid.place(), "", rule)])
            at = best_header(grid.rows, columns)[0]
        header = _Header(grid, at, columns)
        found = header.faults(required)
        if found:
            raise InputError(found)
        rows = tuple(_rows(grid, header))
        bad = [fault for row in rows for column, fault in row.faults if column]
        if len(bad) > MAX_CELL_FAULTS:
            more = Fault(grid.file, grid.place(), "", f"has {len(bad) - MAX_CELL_FAULTS:,} more cells like these.")
            raise InputError([*bad[:MAX_CELL_FAULTS], more])
        return cls(grid.file, grid.title, rows, tuple(header.warnings()))


class _Header:
    """The row of column names, and the column each cell names."""

    def __init__(self, grid: Grid, at: int, columns: Columns) -> None:
        self.grid, self.at, self._columns = grid, at, columns
        self.names = [str(cell).strip() for cell in grid.rows[at]]
        self.columns = [column_named(name, columns) if name else None for name in self.names]
        self.width = max((number for number, name in enumerate(self.names, start=1) if name), default=0)
        known = tuple(name for name in self.columns if name)
        self.misspelled = {
            position: near
            for position, name in enumerate(self.names)
            if name and not self.columns[position] and (near := near_column(name, columns, known))
        }

    @property
    def rows_below(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """The rows that are not blank, with their row numbers."""
        for number, row in enumerate(self.grid.rows[self.at + 1 :], start=self.at + 2):
            if not is_blank(row):
                yield number, row

    def faults(self, required: Sequence[str]) -> list[Fault]:
        """Faults of the column names."""
        file, where = self.grid.file, self.grid.place(self.at + 1)
        present = {*self.columns, *self.misspelled.values()}
        found = [Fault(file, where, "", f"has no column {name!r}. Add it.") for name in required if name not in present]
        for position, name in enumerate(self.names[: self.width]):
            column = self.columns[position]
            if not name and any(_text(row, position) for _, row in self.rows_below):
                found.append(Fault(file, where, "", f"has no name for column {position + 1}. Add one."))
            elif position in self.misspelled:
                rule = f"is not a known column. Did you mean {self.misspelled[position]!r}?"
                found.append(Fault(file, where, f"column {_quoted(name)}", rule))
            elif column and column in self.columns[:position]:
                found.append(Fault(file, where, "", f"has the column {column!r} twice. Remove one."))
        stray = [_quoted(name) for position, name in enumerate(self.names) if self._is_of_household(position)]
        if stray:
            rule = f"says of the household what a sheet of offers can't hold: {', '.join(stray)}."
            found.append(Fault(file, where, "", f"{rule} Use a sheet named candidates in an .xlsx file, or YAML."))
        return found

    def _is_of_household(self, position: int) -> bool:
        """Whether an unknown column of offers holds what decides the household's tax."""
        if self._columns is not OFFER_COLUMNS or self.columns[position] or not self.names[position]:
            return False
        path = CANDIDATE_COLUMNS.get(column_named(self.names[position], CANDIDATE_COLUMNS) or "", ())
        return path[:1] in (("household",), ("filing_status",))

    def warnings(self) -> Iterator[Fault]:
        """Yield one warning about all columns that are ignored."""
        extra = [name for position, name in enumerate(self.names)
                 if name and not self.columns[position] and position not in self.misspelled]  # fmt: skip
        if extra:
            shown = ", ".join(_quoted(name) for name in extra[:MAX_CELL_FAULTS])
            more = f" and {len(extra) - MAX_CELL_FAULTS} more" if len(extra) > MAX_CELL_FAULTS else ""
            rule = f"has {'a column' if len(extra) == 1 else 'columns'} that compkit ignores: {shown}{more}."
            yield Fault(self.grid.file, self.grid.place(self.at + 1), "", rule)


def _quoted(name: str) -> str:
    return repr(name[:_MAX_QUOTED]) if name.isprintable() else ascii(name[:_MAX_QUOTED])


def _rows(grid: Grid, header: _Header) -> Iterator[SheetRow]:
    known = [(position, column) for position, column in enumerate(header.columns) if column]
    amounts = [position for position, column in known if column in _AMOUNTS]
    has_decimal_commas = grid.separator in (";", "\t") and any(
        _DECIMAL_COMMA.fullmatch(_text(row, position)) for _, row in header.rows_below for position in amounts
    )
    for number, row in header.rows_below:
        faults: list[tuple[str | None, Fault]] = []
        cells: dict[str, Any] = {}
        if not is_blank(row[header.width :]):
            rule = "has more cells than column names. Put text and amounts with a comma in quotes."
            faults.append((None, Fault(grid.file, grid.place(number), "", rule)))
        for position, column in known:
            cell = row[position] if position < len(row) else ""
            if isinstance(cell, BadCell):
                faults.append((column, Fault(grid.file, grid.place(), f"cell {cell.coordinate}", cell.message)))
                continue
            if not _text(row, position):
                continue
            problem = _comma_rule(row, position, grid.separator, has_decimal_commas) if column in _AMOUNTS else None
            if problem:
                faults.append((column, Fault(grid.file, grid.place(number), column, problem)))
            else:
                cells[column] = _value(column, cell, has_decimal_commas=has_decimal_commas)
        yield SheetRow(number, cells, tuple(faults))


def _text(row: Sequence[Any], position: int) -> str:
    return str(row[position]).strip() if position < len(row) else ""


def _comma_rule(row: Sequence[Any], position: int, separator: str, has_decimal_commas: bool) -> str | None:  # noqa: FBT001
    """Message for an amount that is ambiguous next to the sheet's own commas, or None."""
    text = _text(row, position)
    before = _text(row, position - 1) if position else ""
    if separator == "," and _REST_OF_AN_AMOUNT.fullmatch(text) and _START_OF_AN_AMOUNT.fullmatch(before):
        whole = f"{before},{text}"
        return (
            f"is {text!r} after {before!r}: a comma split the amount into two cells. "
            f'Put the amount in quotes ("{whole}"), or type {whole.replace(",", "")}.'
        )
    two = _COMMA_AND_THREE.fullmatch(text) if has_decimal_commas else None
    if two:
        return (
            f"is {text!r} in a sheet with decimal commas: it could be {two[1]} or {two[1]}{two[2]}. Type plain digits."
        )
    return None


def sheet_document(offers: Sheet, candidates: Sheet | None = None) -> dict[str, Any]:
    """Plain values, as YAML would give them, of a sheet of offers and an optional one of candidates.

    Raises
    ------
    InputError
        If there are no offers, or a candidate's row has faults, or its id is missing or duplicated.
    """
    if not offers.rows:
        rule = "has no offers below the column names. Add one per row."
        raise InputError([Fault(offers.file, offers.title, "", rule)])
    records = [_record(row.cells, OFFER_COLUMNS) for row in offers.rows]
    if candidates is None:
        # A CSV file has no room for candidates: an id there only tells them apart.
        people: dict[str, Any] = {
            offer["candidate"]: {} for offer in records if isinstance(offer.get("candidate"), str)
        }
    else:
        people = _people(candidates)
    return {"offers": records} | ({"candidates": people} if people else {})


def _people(sheet: Sheet) -> dict[str, Any]:
    people: dict[str, Any] = {}
    found = [fault for row in sheet.rows for _, fault in row.faults]
    for row in sheet.rows:
        record = _record(row.cells, CANDIDATE_COLUMNS)
        candidate_id = record.pop("id", None)
        where = f"sheet {sheet.title!r}, row {row.number}"
        if not isinstance(candidate_id, str):
            found.append(Fault(sheet.file, where, "id", "is missing. Add it."))
        elif candidate_id in people:
            found.append(Fault(sheet.file, where, "id", f"is already used: {candidate_id[:80]!r}. Choose another."))
        else:
            people[candidate_id] = record
    if found:
        raise InputError(found)
    return people


def column_for_path(place: Sequence[int | str], columns: Columns = OFFER_COLUMNS) -> str | None:
    """Column whose value goes to a place in an offer (or of `columns`), or None.

    >>> column_for_path(("equity", 0, "value"))
    'equity_value'
    """
    wanted = ("equity", 0, "value") if tuple(place) == ("equity", 0) else tuple(place)
    return next((name for name, target in columns.items() if target in (wanted, wanted[:1])), None)


def use_column_names(faults: Iterable[Fault], columns: Columns = OFFER_COLUMNS) -> list[Fault]:
    """Replace the field path in each fault with the sheet's column."""
    found = []
    for fault in faults:
        column = column_for_path(parse_field_path(fault.field), columns)
        if column:
            message = fault.message.replace("`units`", "`equity_units`").replace("`value`", "`equity_value`")
            fault = replace(fault, field=column, message=message)
        found.append(fault)
    return found


def _record(cells: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for name, value in cells.items():
        first, *rest = columns[name]
        if first == "sign_on":
            payments, year = record.setdefault("sign_on", []), int(rest[0])
            payments += [0] * (year + 1 - len(payments))
            payments[year] = value
        elif first == "equity":
            record.setdefault("equity", [{}])[0][rest[1]] = value
        elif rest:
            record.setdefault(str(first), {})[rest[0]] = value
        else:
            record[str(first)] = value
    return record


def _value(column: str, cell: Any, *, has_decimal_commas: bool) -> Any:
    """Value of a cell as YAML would give it: a boolean, a list of payments, else the cell itself."""
    if isinstance(cell, str):
        cell = cell.strip()
    if column in _AMOUNTS:
        if has_decimal_commas and isinstance(cell, str) and (parts := _DECIMAL_COMMA.fullmatch(cell)):
            cell = f"{parts[1]}{parts[2].replace('.', '')}.{parts[3]}{parts[4]}"
        # The field itself judges how an amount is written: 80.000 has two readings.
        return cell
    if column in ("ai_ml", "tradable"):
        return _BOOLEANS.get(str(cell).lower(), cell)
    if column == "stay_years" and _WHOLE_NUMBER.fullmatch(str(cell)):
        return int(float(cell))
    if column == "sign_on_paid":
        return [part for part in re.split(r"[,;|/ ]+", str(cell)) if part]
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    # The field's own rule accepts or refuses booleans and dates.
    return cell if isinstance(cell, str | bool | dt.date) else str(cell)
