"""A file with a table in it, of any size and however it was saved: found, counted, and brought into plain UTF-8 CSV."""

from __future__ import annotations

import codecs
import csv
import itertools
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from compkit.errors import Fault, InputError

Headings = tuple[str, ...]
T = TypeVar("T")
Recognize = Callable[[Headings], T | None]
"""What headings are those of; None if it is not known."""

_XLSX, _XLS = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = (",", ";", "\t", "|")
_FIRST_LINES = 30
"""How far down the headings may stand."""
_CHUNK = 1 << 20
_NOTES_BYTES = 1 << 16
_BLANK = frozenset({b"\n", b"\r\n"})
_MAX_UNPACKED = 8 << 30
_MAX_RATIO = 500
"""How many times its size a workbook may unpack to, from 100 MB on."""
_MAX_JSON, _LEVELS = 50_000_000, ("I", "II", "III", "IV")
csv.field_size_limit(1 << 20)


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as UTF-8 CSV on the disk, below its headings.

    Parameters
    ----------
    path : Path
    delimiter : str
    headings : tuple of str
        As written.
    n_lines_before : int
        Lines up to and with the headings.
    broken : tuple of int
        Numbers of the rows, from 1, with another number of cells than the headings. They are not in the file at `path`.
    is_numbered : bool
        Whether the first column at `path` is the row's number, which `headings` leave out.
    """

    path: Path
    delimiter: str
    headings: Headings
    n_lines_before: int
    broken: tuple[int, ...] = ()
    is_numbered: bool = False

    def notes(self, patterns: Mapping[str, str]) -> dict[str, str]:
        """Find what stands above or below the rows: the first group of each pattern, where there is one."""
        if not patterns:
            return {}
        with self.path.open("rb") as file:
            text = file.read(_NOTES_BYTES)
            file.seek(max(len(text), self.path.stat().st_size - _NOTES_BYTES))
            text += file.read()
        found = {name: re.search(pattern, text.decode("utf-8-sig", "replace"), re.MULTILINE)
                 for name, pattern in patterns.items()}  # fmt: skip
        return {name: match[1].strip() for name, match in found.items() if match}


def find_table(
    source: Path, folder: Path, recognize: Recognize[T], unknown: Callable[[Headings], str]
) -> tuple[TableFile, T]:
    """Find the headings of a CSV, XLSX or XLS file, in any encoding, with any separator.

    Parameters
    ----------
    source : Path
    folder : Path
        Where a file in another form is rewritten.
    recognize : callable
        Kind of pay data whose headings these are, or None. It is returned with the table.
    unknown : callable
        What to say of a file whose headings are not known.

    Raises
    ------
    InputError
        If it holds no table, or none with known headings.
    """
    path, rows = _as_utf8(source, folder), list[Headings]()
    for delimiter in _DELIMITERS:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for cells, n_lines in _first_rows(lines, delimiter):
                if (known := recognize(cells)) is not None:
                    return TableFile(path, delimiter, cells, n_lines), known
                rows.append(cells)
    raise InputError([Fault(source.name, "", "", unknown(_likely_headings(rows)))])


def repaired(table: TableFile, folder: Path) -> tuple[TableFile, int]:
    """Read a table the slow way, without the rows that don't match its headings; return it and the number of all."""
    path, broken, number = folder / "repaired.csv", [], 0
    width = len(table.headings)
    with (
        table.path.open(encoding="utf-8-sig", newline="") as lines,
        path.open("w", encoding="utf-8", newline="") as out,
    ):
        for _ in range(table.n_lines_before):
            next(lines)
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for cells in csv.reader(lines, delimiter=table.delimiter):
            if not cells:
                continue
            number += 1
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            if len(cells) != width:
                broken.append(number)
            else:
                writer.writerow([number, *(cell.replace("\0", "") for cell in cells)])
    return TableFile(path, ",", table.headings, 0, tuple(broken), is_numbered=True), number


def count_rows(path: Path, n_lines_before: int, *, is_quoted: bool) -> int:
    """Count the rows of a CSV but blank ones: its ends of lines, or only those outside quotes.

    The first takes less time than the second, and is enough where a reader finds as many rows.
    """
    n_rows, is_inside = 0, False
    with path.open("rb") as file:
        for _ in range(n_lines_before):
            file.readline()
        if not is_quoted:
            return sum(len(line) > 2 or line not in _BLANK for line in file)
        for line in file:
            is_inside ^= line.count(b'"') % 2 == 1
            n_rows += not is_inside and line not in _BLANK
    return n_rows + is_inside


def _as_utf8(source: Path, folder: Path) -> Path:
    """Return the file itself, or its contents rewritten as UTF-8 with line feeds."""
    with source.open("rb") as file:
        head = file.read(1 << 16)
    if not head.strip():
        raise InputError([Fault(source.name, "", "", "is empty.")])
    path = folder / "table.csv"
    if head.startswith(_XLSX):
        _from_xlsx(source, path)
        return path
    if head.startswith(_XLS):
        _from_xls(source, path)
        return path
    if head.lstrip().startswith(b"{"):
        _from_json(source, path)
        return path
    encoding = _encoding(source, head)
    if b"\0" in head and encoding != "utf-16":
        raise InputError([Fault(source.name, "", "", "is no table. Give a CSV, XLSX or XLS file.")])
    has_returns = b"\r" in head and b"\n" not in head.replace(b"\0", b"")
    if encoding == "utf-8" and not has_returns:
        return source
    with source.open(encoding=encoding, newline=None) as lines, path.open("w", encoding="utf-8", newline="\n") as out:
        while text := lines.read(_CHUNK):
            out.write(text)
    return path


def _encoding(source: Path, head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "cp1252"):
        if _is_encoded(source, encoding):
            return encoding
    return "latin-1"


def _is_encoded(source: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with source.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _from_xlsx(source: Path, path: Path) -> None:
    from xlsx2csv import InvalidXlsxFileException, SheetNotFoundException, Xlsx2csv, XlsxException

    size = source.stat().st_size
    try:
        with zipfile.ZipFile(source) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MAX_UNPACKED or (unpacked > 100_000_000 and unpacked > _MAX_RATIO * size):
            rule = f"unpacks to {unpacked / 1e9:.1f} GB. Save the sheet as CSV."
            raise InputError([Fault(source.name, "", "", rule)])
        Xlsx2csv(str(source), outputencoding="utf-8", dateformat="%Y-%m-%d").convert(str(path), sheetid=1)
    except (zipfile.BadZipFile, InvalidXlsxFileException, SheetNotFoundException, XlsxException, KeyError) as error:
        raise InputError([Fault(source.name, "", "", "is no XLSX workbook that can be read.")]) from error


def _from_xls(source: Path, path: Path) -> None:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_path(str(source)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise InputError([Fault(source.name, "", "", "is no XLS workbook that can be read.")]) from error
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def _from_json(source: Path, path: Path) -> None:
    """Write wages by state and county, such as `{"WA|king": {"I": 74.25, ...}}`, as rows."""
    try:
        if source.stat().st_size > _MAX_JSON:
            raise ValueError
        rows = [
            (place, *(levels[name] for name in _LEVELS))
            for place, levels in json.loads(source.read_text(encoding="utf-8")).items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        rule = (
            'is no JSON of wages by county, such as {"WA|king": {"I": 74.25, "II": 95.38, "III": 116.5, "IV": 137.63}}.'
        )
        raise InputError([Fault(source.name, "", "", rule)]) from error
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([("state_county", *_LEVELS), *rows])


def _likely_headings(rows: Sequence[Headings]) -> Headings:
    """First row in which more cells are filled than half of the fullest row's."""
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in rows]
    return next((cells for cells, n in zip(rows, filled, strict=True) if n > max(filled) / 2), ())


def _first_rows(lines: IO[str], delimiter: str) -> Iterator[tuple[Headings, int]]:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in itertools.islice(reader, _FIRST_LINES):
            yield tuple(cells), reader.line_num
    except csv.Error:
        return
