"""The figures that report notebooks recorded in their outputs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compkit.batch.run.jobs import Recorded

FIGURES_MIME = "application/vnd.compkit.figures+json"
COLUMNS = ("notebook", "figure", "value", "unit", "source_ids", "as_of", "status")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def recorded_figures(notebook: Mapping[str, Any]) -> Recorded:
    """Everything that an executed notebook recorded."""
    rows: list[Mapping[str, Any]] = []
    summary: dict[str, Any] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            recorded = output.get("data", {}).get(FIGURES_MIME, {})
            rows += recorded.get("rows", ())
            summary |= recorded.get("summary", {})
    return Recorded(rows, summary)


def figures_csv(recorded: Iterable[tuple[str, Iterable[Mapping[str, Any]]]]) -> str:
    """Text of an offer's figures.csv, from each notebook's recorded rows; values are not rounded."""
    rows = [
        [notebook, *(_plain(row.get(name)) for name in COLUMNS[1:])] for notebook, found in recorded for row in found
    ]
    return csv_text(COLUMNS, rows)


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    r"""Text of a CSV file whose cells no spreadsheet takes for formulas; numbers are exact.

    >>> csv_text(["a", "b", "c"], [["=cmd()", -0.1, None]])
    "a,b,c\n'=cmd(),-0.1,\n"
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_harmless(name) for name in header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _plain(value: Any) -> Any:
    """Value that fits in one cell."""
    return "; ".join(str(item) for item in value) if isinstance(value, list) else value
