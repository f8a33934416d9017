"""Reader of data/templates/letters/: the text of letters and call scripts."""

from __future__ import annotations

from functools import cache

from compkit.errors import TableError
from compkit.reference.tables import data_directory


@cache
def load_letter_texts() -> dict[str, str]:
    """Load compkit's templates, once per process, by name: the letter's kind, `call`, or shared parts.

    Raises
    ------
    TableError
        If there are none.

    >>> "counter" in load_letter_texts()
    True
    """
    paths = sorted((data_directory() / "templates" / "letters").glob("*.j2"))
    if not paths:
        raise TableError("data/templates has no letters. Install compkit again.")
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}
