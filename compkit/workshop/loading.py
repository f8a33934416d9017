"""Reading a case from files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from compkit.errors import Fault, InputError
from compkit.workshop.case import Case
from compkit.workshop.case_file import parse_case
from compkit.workshop.genius import NamedFile, parse_genius

MAX_BYTES = 5 * 1024 * 1024
YAML_ENDINGS = (".yaml", ".yml")
XML_ENDING = ".xml"


def load_case(path: str, profiles: Sequence[str] = ()) -> Case:
    """Case from our YAML, or from a Genius domain and two profiles.

    Parameters
    ----------
    path : str
        A file that ends in .yaml or .yml, or a Genius domain that ends in .xml.
    profiles : sequence of str, optional
        For a domain, the first and the second side's preferences.

    Raises
    ------
    InputError
        With every fault of the files.
    """
    ending = Path(path).suffix.lower()
    if ending not in (*YAML_ENDINGS, XML_ENDING):
        rule = f"must end in {', '.join(YAML_ENDINGS)} or {XML_ENDING}, got {ending!r}."
        raise InputError([Fault(path, "", "", rule)])
    if ending == XML_ENDING and len(profiles) != 2:
        rule = f"needs the two sides' preferences. Add --profiles A.xml B.xml, got {len(profiles)} files."
        raise InputError([Fault(path, "", "", rule)])
    if ending != XML_ENDING and profiles:
        raise InputError([Fault(path, "", "--profiles", "is only for a Genius domain. Remove it.")])
    files, faults = [], []
    for name in (path, *profiles):
        try:
            files.append(NamedFile(name, read_bytes(Path(name))))
        except (OSError, ValueError) as error:  # ValueError: a path with a null character
            faults.append(Fault(name, "", "", f"can't be read: {getattr(error, 'strerror', None) or error}."))
    if faults:
        raise InputError(faults)
    if ending != XML_ENDING:
        return parse_case(files[0].data, path)
    domain, first, second = files
    return parse_genius(domain, (first, second))


def read_text(path: Path, *, is_limited: bool = True) -> str:
    """Text of a file in UTF-8, of at most `MAX_BYTES` if it is limited.

    Raises
    ------
    InputError
        If it can't be read.
    """
    try:
        return (read_bytes(path) if is_limited else path.read_bytes()).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8. Save it as CSV UTF-8"
        raise InputError([Fault(str(path), "", "", f"can't be read: {reason}.")]) from error


def read_bytes(path: Path) -> bytes:
    """Contents of a file of at most `MAX_BYTES`."""
    size = path.stat().st_size
    if not path.is_file():
        raise ValueError("it is not a file. Give the path of a file")
    if size > MAX_BYTES:
        raise ValueError(f"it is {size / 2**20:,.0f} MB, and the limit is {MAX_BYTES // 2**20} MB")
    return path.read_bytes()
