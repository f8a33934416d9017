"""CSV and XLSX files as sheets of plain cells."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, cast

from compkit.errors import Fault, InputError
from compkit.offers.plain_text import UnreadableError, csv_rows, decode_text
from compkit.offers.sheet_headers import HEADER_WITHIN, best_header, column_named, find_header, is_transposed
from compkit.offers.sheets import (
    CANDIDATE_COLUMNS,
    OFFER_COLUMNS,
    REQUIRED_OF_CANDIDATE,
    REQUIRED_OF_OFFER,
    BadCell,
    Grid,
    Sheet,
)

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_CELLS = 1_000_000
SEPARATORS = (",", ";", "\t")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{1,20})"')
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?")
_ROWS_OF_AREA = re.compile(r"[A-Z]+(\d+)(?::[A-Z]+(\d+))?")
_NO_VALUE = "has a formula without a saved value. Save the file in a spreadsheet program, or type the value."
_OF_CANDIDATES_ALONE = frozenset(CANDIDATE_COLUMNS) - frozenset(OFFER_COLUMNS) - {"name"}
CANDIDATES_TITLE = "candidates"


def read_csv(data: bytes, name: str) -> list[Sheet]:
    """Read the one sheet of a CSV file, separated by commas, semicolons, or tabs.

    Raises
    ------
    UnreadableError
        If it is not valid CSV, or too large.
    InputError
        If its columns have faults.
    """
    text = decode_text(data)
    stated = _SEPARATOR_LINE.match(text)  # a line for spreadsheet programs, which they don't count as a row
    if stated:
        text = text[stated.end() :]
    separator = stated[1] if stated else _separator_of(text)
    rows = list(_counted(csv_rows(text, separator)))
    if not any(cell.strip() for row in rows for cell in row):
        raise UnreadableError("has no rows. Put the column names in the first row.")
    return [Sheet.from_grid(Grid(name, "", rows, separator), OFFER_COLUMNS, REQUIRED_OF_OFFER)]


def _separator_of(text: str) -> str:
    """Separator that gives a row with the required columns, else the one that gives most columns."""
    heads = {separator: _csv_head(text, separator) for separator in SEPARATORS}
    for separator, head in heads.items():
        if find_header(head, OFFER_COLUMNS, REQUIRED_OF_OFFER) is not None:
            return separator
    return max(heads, key=lambda one: best_header(heads[one], OFFER_COLUMNS)[1])


def _csv_head(text: str, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    with contextlib.suppress(UnreadableError):  # reading the whole file reports it with its place
        rows += islice(csv_rows(text, separator), HEADER_WITHIN)
    return rows


def read_xlsx(data: bytes, name: str) -> list[Sheet]:
    """Read the sheet of offers of a workbook, and the sheet of candidates if it has one.

    Each is found by its column names, wherever it is.

    Raises
    ------
    UnreadableError
        If it is not a workbook, is too large, or has merged cells.
    InputError
        If columns have faults, or two sheets have offers.
    """
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as archive:
            # openpyxl warns of parts it ignores, such as drop-down lists, which offers don't need.
            warnings.simplefilter("ignore")
            return _Workbook(data, archive, name).sheets()
    except (UnreadableError, InputError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises many kinds of error for a damaged workbook
        raise UnreadableError("can't be read as an XLSX workbook. Save it again as .xlsx.") from error


class _Workbook:
    """A workbook being read."""

    def __init__(self, data: bytes, archive: zipfile.ZipFile, name: str) -> None:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise UnreadableError(f"unpacks to more than {MAX_UNPACKED_BYTES / 2**20:.0f} MB. Split it.")
        self._data, self._archive, self._name = data, archive, name
        self._worksheets = _worksheets(data, data_only=False)
        if not self._worksheets:
            raise UnreadableError("has no sheet with cells. Add a sheet of offers.")
        self._heads = [_head(worksheet) for worksheet in self._worksheets]

    def sheets(self) -> list[Sheet]:
        """Sheet of offers, then the sheet of candidates if there is one."""
        offers = self._offers_at()
        candidates = self._candidates_at(offers)
        found = [self._sheet(offers, OFFER_COLUMNS, REQUIRED_OF_OFFER)]
        if candidates is not None:
            found.append(self._sheet(candidates, CANDIDATE_COLUMNS, REQUIRED_OF_CANDIDATE))
        return found

    def _offers_at(self) -> int:
        found = [at for at, head in enumerate(self._heads)
                 if find_header(head, OFFER_COLUMNS, REQUIRED_OF_OFFER) is not None]  # fmt: skip
        if found:
            return self._only(found, "offers")
        likely = [best_header(head, OFFER_COLUMNS)[1] for head in self._heads]
        turned = [at for at, head in enumerate(self._heads) if is_transposed(head, OFFER_COLUMNS)]
        return turned[0] if turned and max(likely) < len(REQUIRED_OF_OFFER) else likely.index(max(likely))

    def _candidates_at(self, offers: int) -> int | None:
        others = [at for at in range(len(self._heads)) if at != offers]
        titled = [at for at in others if self._worksheets[at].title.strip().casefold() == CANDIDATES_TITLE]
        named = [at for at in others if any(_names_candidates(row) for row in self._heads[at])]
        found = titled or named
        return self._only(found, "candidates") if found else None

    def _only(self, found: Sequence[int], what: str) -> int:
        if len(found) > 1:
            titles = " and ".join(repr(self._worksheets[at].title) for at in found)
            rule = f"has {len(found)} sheets of {what}: {titles}. Keep one."
            raise InputError([Fault(self._name, "", "", rule)])
        return found[0]

    def _sheet(self, at: int, columns: Any, required: Collection[str]) -> Sheet:
        worksheet = self._worksheets[at]
        header = find_header(self._heads[at], columns, required)
        if header is None:
            header = best_header(self._heads[at], columns)[0]
        # openpyxl's read-only sheets don't list merged cells.
        merged = [area.decode() for area in _MERGED.findall(self._archive.read(worksheet._worksheet_path))]
        in_data = [area for area in merged if _last_row(area) > header]
        if in_data:
            areas = ", ".join(in_data[:3])
            raise UnreadableError(f"sheet {worksheet.title!r} has merged cells ({areas}). Unmerge them.")
        return Sheet.from_grid(Grid(self._name, worksheet.title, self._cells(at)), columns, tuple(required))

    def _cells(self, at: int) -> list[list[Any]]:
        rows = [list(row) for row in _counted(self._worksheets[at].iter_rows())]
        formulas = [(y, x) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell.data_type == "f"]
        cells = [[_plain(cell) for cell in row] for row in rows]
        if formulas:
            stored = list(_worksheets(self._data, data_only=True)[at].iter_rows())
            for y, x in formulas:
                cells[y][x] = _plain_of_formula(rows[y][x].coordinate, stored[y][x])
        return cells


def _worksheets(data: bytes, *, data_only: bool) -> list[Any]:
    import openpyxl  # slow to import, and only this format needs it

    # Read-only rows come one by one, so a cell in the last row and column doesn't create billions before it.
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=data_only)
    worksheets = cast("list[Any]", workbook.worksheets)
    for worksheet in worksheets:
        worksheet.reset_dimensions()  # the stated size may be wrong, and would cut rows off
    return worksheets


def _head(worksheet: Any) -> list[list[Any]]:
    return [["" if cell.value is None else cell.value for cell in row]
            for row in _counted(worksheet.iter_rows(max_row=HEADER_WITHIN))]  # fmt: skip


def _names_candidates(row: Sequence[Any]) -> bool:
    names = {column_named(cell, CANDIDATE_COLUMNS) for cell in row}
    return "id" in names and bool(names & _OF_CANDIDATES_ALONE)


def _last_row(area: str) -> int:
    rows = _ROWS_OF_AREA.fullmatch(area)
    return int(rows[2] or rows[1]) if rows else HEADER_WITHIN + 1


def _counted(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    count = 0
    for row in rows:
        count += 1 + len(row)
        if count > MAX_CELLS:
            raise UnreadableError(f"has more than {MAX_CELLS:,} cells. Delete empty rows and columns, or split it.")
        yield row


def _plain(cell: Any) -> Any:
    if cell.value is None:
        return ""
    if cell.data_type == "e":
        return BadCell(cell.coordinate, f"has the error {str(cell.value)[:20]}. Type the value.")
    value = cell.value
    return value.date() if isinstance(value, dt.datetime) and value.time() == dt.time() else value


def _plain_of_formula(coordinate: str, stored: Any) -> Any:
    """Value of a formula's cell when the file was last saved."""
    if stored.value is None and stored.data_type != "str":  # a formula with an empty text has that type
        return BadCell(coordinate, _NO_VALUE)
    return _plain(stored)
