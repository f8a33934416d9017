"""CSV and XLSX files as sheets of plain cells."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from compkit.errors import Fault, InputError
from compkit.offers.plain_text import UnreadableError, csv_rows, text_of
from compkit.offers.sheets import Sheet

MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_CELLS = 1_000_000
MAX_CELL_FAULTS = 20
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z0-9:]{1,20})"')


def read_csv(data: bytes, name: str) -> list[Sheet]:
    """Return the one sheet of a CSV file.

    Raises
    ------
    UnreadableError
        If it is no valid CSV with commas, or too large.
    """
    rows = list(_counted(csv_rows(text_of(data))))
    if not any(cell.strip() for row in rows for cell in row):
        raise UnreadableError("holds no rows. The first row names the columns.")
    if len(rows[0]) == 1 and any(mark in rows[0][0] for mark in ";\t"):
        raise UnreadableError("separates its columns by semicolons or tabs. Save it with commas.")
    return [Sheet.from_rows(name, "", rows)]


def read_xlsx(data: bytes, name: str) -> list[Sheet]:
    """Return the first sheet of a workbook, and its sheet `candidates` where it has one.

    Raises
    ------
    UnreadableError
        If it is no workbook, or too large.
    InputError
        If cells are merged, hold formulas or hold errors.
    """
    try:
        with warnings.catch_warnings(), zipfile.ZipFile(io.BytesIO(data)) as archive:
            # openpyxl warns of parts that it leaves out, such as drop-down lists: nothing that offers need.
            warnings.simplefilter("ignore")
            return _sheets_of(data, archive, name)
    except (UnreadableError, InputError, MemoryError):
        raise
    except Exception as error:  # openpyxl lets many kinds of error out of a damaged workbook
        raise UnreadableError("is not an XLSX workbook that can be read. Save it again as .xlsx.") from error


def _sheets_of(data: bytes, archive: zipfile.ZipFile, name: str) -> list[Sheet]:
    import openpyxl  # slow to import, and only this format needs it

    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
        raise UnreadableError(f"unpacks to more than {MAX_UNPACKED_BYTES / 2**20:.0f} MB. Split it.")
    # Read-only: rows come one by one, so that a cell in the last row and column does not make billions before it.
    workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    if not workbook.worksheets:
        raise UnreadableError("has no sheet with cells.")
    first, *others = cast("list[Any]", workbook.worksheets)
    wanted = [first, *[sheet for sheet in others if sheet.title.strip().lower() == "candidates"][:1]]
    for sheet in wanted:
        merged = _MERGED.findall(archive.read(sheet._worksheet_path))  # the read-only sheet itself does not tell
        if merged:
            areas = ", ".join(area.decode() for area in merged[:3])
            raise UnreadableError(f"sheet {sheet.title!r} has merged cells ({areas}). Unmerge them.")
    return [_sheet(sheet, name) for sheet in wanted]


def _sheet(sheet: Any, name: str) -> Sheet:
    sheet.reset_dimensions()  # what the file says of its own size may be wrong, and would cut rows off
    rows: list[list[Any]] = []
    found: list[Fault] = []
    for row in _counted(sheet.iter_rows()):
        for cell in row:
            if cell.data_type in ("f", "e") and cell.value is not None:
                rule = (
                    "holds a formula. Paste its value in its place."
                    if cell.data_type == "f"
                    else f"holds the error {str(cell.value)[:20]}. Type the value."
                )
                found.append(Fault(name, f"sheet {sheet.title!r}", f"cell {cell.coordinate}", rule))
        rows.append([_plain(cell.value) for cell in row])
    if found:
        raise InputError(found[:MAX_CELL_FAULTS])
    return Sheet.from_rows(name, sheet.title, rows)


def _counted(rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    count = 0
    for row in rows:
        count += 1 + len(row)
        if count > MAX_CELLS:
            raise UnreadableError(f"has more than {MAX_CELLS:,} cells. Delete empty rows and columns, or split it.")
        yield row


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return "" if value is None else value
