"""summary.parquet: the rows of summary.csv with typed columns, for programs."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import pandas as pd

from compkit.batch.folder.results import BatchRun
from compkit.batch.folder.summary import MONEY, column_names, is_number, summary_keys, summary_row


def summary_parquet(run: BatchRun) -> bytes:
    """Bytes of summary.parquet: rows and names of summary.csv.

    Amounts are float64, counts int64, `deadline` a timestamp at 0:00 without zone; the rest is text, even if it looks
    like a formula. A column with values that do not fit its type is text. Unknown values are null.
    """
    from fastparquet import write  # takes 0.2 s to import

    keys = summary_keys(run.lines)
    names, rows = column_names(keys), [summary_row(line, keys) for line in run.lines]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    table = pd.DataFrame({name: _typed(name, cells) for name, cells in zip(names, columns, strict=True)})
    file = _PersistentBuffer()
    write("summary.parquet", table, open_with=lambda _name, _mode: file, write_index=False, object_encoding="utf8")
    return file.getvalue()


class _PersistentBuffer(io.BytesIO):
    """A file in memory that keeps its bytes after its writer closes it."""

    def close(self) -> None:
        """Stay open."""


def _typed(name: str, cells: Sequence[Any]) -> pd.Series[Any]:
    """Column with the type of its name or, for unknown names, of its cells."""
    known = [cell for cell in cells if cell is not None]
    if name == "deadline":
        dtype, fits = "datetime64[ms]", all(map(_is_day, known))
    elif name in MONEY or any(isinstance(cell, float) for cell in known):
        dtype, fits = "float64", all(map(is_number, known))
    elif name.startswith("n_"):
        dtype, fits = "Int64", all(map(is_number, known))
    else:
        dtype = "boolean" if any(isinstance(cell, bool) for cell in known) else "Int64"
        kind = bool if dtype == "boolean" else int
        fits = bool(known) and all(type(cell) is kind for cell in known)
    if fits:
        return pd.Series(cells, dtype=dtype)
    return pd.Series([None if cell is None else _encodable(str(cell)) for cell in cells], dtype="object")


def _encodable(text: str) -> str:
    """Text whose lone surrogates, which no file can hold, are question marks."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False
