"""The only reader of data/templates/: the words of letters and call scripts, as they stand in their files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from compkit.errors import TableError
from compkit.reference.tables import data_directory

_SUFFIX = ".j2"


def read_letter_texts(directory: Path) -> dict[str, str]:
    """Return the templates of a folder by name: the letter's kind, `call`, or what letters have in common.

    Raises
    ------
    TableError
        If the folder is not there, or holds none.
    """
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(directory.glob(f"*{_SUFFIX}"))}
    if not found:
        raise TableError(f"{directory.name} holds no letters. Install compkit again.")
    return found


@cache
def load_letter_texts() -> dict[str, str]:
    """Return compkit's own letters, read once a process.

    >>> "counter" in load_letter_texts()
    True
    """
    return read_letter_texts(data_directory() / "templates" / "letters")
