"""Decoding text files, and limits that all text formats share."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 30
MAX_DIGITS = 400
MAX_CELL_CHARACTERS = 131_072
"""Python's own default limit. Some libraries lift it for the whole process, so it is enforced here."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class UnreadableError(Exception):
    """A file can't be read as its format; the message continues after the file's name."""


def decode_text(data: bytes) -> str:
    """Decode a file's bytes: UTF-8, or UTF-16 with a byte order mark.

    Raises
    ------
    UnreadableError
        If they are neither, or contain control characters.
    """
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise UnreadableError("is in UTF-32. Save it as UTF-8.")
    is_utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\x00" in data and not is_utf_16:
        raise UnreadableError("is a binary file, not text. Give the path of a text file.")
    try:
        text = data.decode("utf-16" if is_utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        encoding, line = "UTF-16" if is_utf_16 else "UTF-8", data.count(b"\n", 0, error.start) + 1
        rule = f"is not valid {encoding} (line {line}, byte {error.start + 1}). Save it as UTF-8."
        raise UnreadableError(rule) from error
    text = text.lstrip("\ufeff")  # some programs write the mark twice
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise UnreadableError(f"has a control character, U+{ord(control[0]):04X}, in line {line}. Remove it.")
    return text


def csv_rows(text: str, separator: str = ",") -> Iterator[list[str]]:
    """Yield the rows of a CSV file.

    Raises
    ------
    UnreadableError
        If the text is not valid CSV, or a cell is too long.
    """
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if any(len(cell) > MAX_CELL_CHARACTERS for cell in row):
                raise csv.Error(f"field larger than field limit ({MAX_CELL_CHARACTERS})")
            yield row
    except csv.Error as error:
        raise UnreadableError(f"is not valid CSV: {error}.") from error


def whole_number(digits: str) -> int:
    """Parse a whole number; raise `UnreadableError` if it has too many digits to convert quickly."""
    if len(digits) > MAX_DIGITS:
        raise UnreadableError(f"has a number with {len(digits):,} digits. Type an amount.")
    return int(digits)


def check_values(document: object) -> None:
    """Raise `UnreadableError` if plain values are nested too deeply, or contain a lone surrogate."""
    level: list[object] = [document]
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return
        level = [part for value in level for part in _parts(value)]
    raise UnreadableError(f"is nested more than {MAX_DEPTH} levels deep. Use fewer levels.")


def _parts(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        raise UnreadableError(f"has an invalid character (a lone surrogate) in {value[:40]!a}. Remove it.")
