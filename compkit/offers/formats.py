"""Reading a file into plain values, checked for form but not for meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compkit.errors import Fault, InputError
from compkit.offers.json_format import read_json
from compkit.offers.plain_text import UnreadableError, check_values
from compkit.offers.sheet_formats import read_csv, read_xlsx
from compkit.offers.sheets import Sheet, SheetRow, sheet_document
from compkit.offers.split_numbers import Split, repair_splits
from compkit.offers.yaml_format import read_yaml

MAX_BYTES = 20 * 1024 * 1024

_TEXTS: Mapping[str, Callable[[bytes], Any]] = {".yaml": read_yaml, ".yml": read_yaml, ".json": read_json}
_SHEETS: Mapping[str, Callable[[bytes, str], list[Sheet]]] = {".csv": read_csv, ".xlsx": read_xlsx}
ENDINGS = (*_TEXTS, *_SHEETS)


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a file.

    Parameters
    ----------
    values : dict
        One plain mapping of the offers format.
    splits : tuple of Split, optional
        Numbers split by a comma; `values` has placeholders for them.
    rows : tuple of SheetRow, optional
        For a sheet, the row of each offer.
    warnings : tuple of Fault
        Parts of the file that are ignored.
    """

    values: dict[str, Any]
    splits: tuple[Split, ...] = ()
    rows: tuple[SheetRow, ...] | None = None
    warnings: tuple[Fault, ...] = ()

    @property
    def is_sheet(self) -> bool:
        """Whether the offers are rows, so that faults name rows and columns."""
        return self.rows is not None


def read_contents(path: Path, name: str) -> Contents:
    """Read a file; `name` is the path as typed, for messages.

    Raises
    ------
    InputError
        If it is not a readable file of a known format.
    """
    try:
        data = _bytes_of(path)
    except UnreadableError as error:
        raise InputError([Fault(name, "", "", str(error))]) from error
    return parse_contents(data, path.suffix.lower(), name)


def parse_contents(data: bytes, ending: str, name: str) -> Contents:
    """Parse the contents of a file.

    Parameters
    ----------
    data : bytes
    ending : str
        Of the file's name, in lower case.
    name : str
        For messages.

    Raises
    ------
    InputError
        If it is not of a known format, or breaks its rules.
    """
    try:
        _check_form(ending, len(data))
        if ending in _SHEETS:
            sheets = _SHEETS[ending](data, name)
            warnings = tuple(warning for sheet in sheets for warning in sheet.warnings)
            return Contents(sheet_document(*sheets), rows=sheets[0].rows, warnings=warnings)
        values = _TEXTS[ending](data)
        if not isinstance(values, dict):
            hint = "Type `offers:` above it." if isinstance(values, list) else "Run `compkit new` to create a file."
            raise UnreadableError(f"must have `offers:` at the top, got {_kind(values)}. {hint}")
    except UnreadableError as error:
        raise InputError([Fault(name, "", "", str(error))]) from error
    return check_contents(values, name)


def check_contents(values: dict[str, Any], name: str) -> Contents:
    """Contents of a text file from its plain values.

    Raises
    ------
    InputError
        If they are nested too deeply, or have a character that no file can hold.
    """
    try:
        check_values(values)
    except UnreadableError as error:
        raise InputError([Fault(name, "", "", str(error))]) from error
    whole, splits = repair_splits(values)
    return Contents(whole, splits=tuple(splits))


def _check_form(ending: str, size: int) -> None:
    if ending not in ENDINGS:
        raise UnreadableError(f"must end in {', '.join(ENDINGS)}, got {repr(ending) if ending else 'no extension'}.")
    if size > MAX_BYTES:
        raise UnreadableError(f"is {size / 2**20:,.0f} MB, and the limit is {MAX_BYTES / 2**20:.0f} MB. Split it.")
    if size == 0:
        raise UnreadableError("is empty. Run `compkit new` to create a file.")


def _bytes_of(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableError("is a folder. Give the path of an offers file in it.")
        if not path.exists():
            raise UnreadableError("does not exist. Check the path.")
        if not path.is_file():
            raise UnreadableError("is not a regular file. Give the path of an offers file.")
        _check_form(path.suffix.lower(), path.stat().st_size)
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a path with a null character
        reason = getattr(error, "strerror", None) or error
        raise UnreadableError(f"can't be read: {reason}.") from error


def _kind(value: object) -> str:
    names = {list: "a list", str: "text", bool: "true or false", type(None): "nothing"}
    return names.get(type(value), "a number")
