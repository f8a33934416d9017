"""Each offer's line as columns, for the index and summary.parquet, summary.csv and summary.xlsx."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from compkit.batch.folder.figures import csv_text
from compkit.batch.folder.results import BatchRun, OfferLine

HEADINGS: Mapping[str, str] = {
    "candidate": "Candidate",
    "company": "Company",
    "level": "Level",
    "location": "Location",
    "label": "Label",
    "decision": "On pay",
    "deadline": "Answer by",
    "average": "Average a year",
    "net": "Left after tax",
    "purchasing_power": "What that buys",
    "total": "Four-year total",
    "paper": "Paper (stock you can't sell)",
    "market_verdict": "Against its range",
    "risk_verdict": "Risk",
    "n_deal_breakers": "Deal breakers",
    "n_warnings": "Warnings",
    "first_two_year_average": "Average, first two years",
    "unverified": "Not verified",
    "status": "Offer is",
    "guaranteed_cash": "Salary and sign-on",
    "set_aside": "To set aside, first two years",
}
"""Headings of known columns; other keys follow under their own names."""

MONEY = frozenset(
    {"average", "net", "purchasing_power", "total", "first_two_year_average", "guaranteed_cash", "set_aside", "paper"}
)
_OWN = ("offer", "n_failed", "error")
_MAX_CELL = 32_000
_TOO_LARGE = 2**63
_UNWRITABLE = re.compile(f"{ILLEGAL_CHARACTERS_RE.pattern}|[\ud800-\udfff]")


def summary_keys(lines: Sequence[OfferLine]) -> list[str]:
    """Columns that some offer has, known ones first."""
    there = dict.fromkeys(key for line in lines for key in line.values)
    return [*(key for key in HEADINGS if key in there), *(key for key in there if key not in HEADINGS)]


def heading(key: str, run: BatchRun) -> str:
    """Heading of a column; the total's names its years if the run set them."""
    n_years = run.parameters.get("n_years")
    if key == "total" and n_years is not None:
        return f"Total over {n_years} years"
    return HEADINGS.get(key) or key.replace("_", " ").capitalize()


def column_names(keys: Sequence[str]) -> list[str]:
    """Names of the columns; a recorded key that equals one of ours gets an underscore."""
    return ["offer", *(f"{key}_" if key in _OWN else key for key in keys), "n_failed", "error"]


def summary_row(line: OfferLine, keys: Sequence[str]) -> list[Any]:
    """Offer's row under these names."""
    errors = [f"{result.notebook}: {result.error}" for result in line.reports if result.status == "failed"]
    return [line.offer, *(plain(line.values.get(key)) for key in keys), len(errors), "; ".join(errors) or None]


def summary_csv(run: BatchRun) -> str:
    """Text of summary.csv: one row per offer, columns named by key."""
    keys = summary_keys(run.lines)
    return csv_text(column_names(keys), [summary_row(line, keys) for line in run.lines])


def summary_xlsx(run: BatchRun) -> bytes:
    """Bytes of summary.xlsx: the same rows under readable headings; no cell is a formula."""
    keys = summary_keys(run.lines)
    book = openpyxl.Workbook()
    book.properties.creator = "compkit"
    book.properties.created = book.properties.modified = dt.datetime.combine(run.report_date, dt.time())
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new book has one
    sheet.title = "offers"
    headings = ["Offer", *(heading(key, run) for key in keys), "Failed reports", "Error"]
    for row_number, row in enumerate([headings, *(summary_row(line, keys) for line in run.lines)], start=1):
        for column_number, value in enumerate(row, start=1):
            if value is not None:
                _fill(sheet.cell(row_number, column_number), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for position, key in enumerate(keys, start=2):
        sheet.column_dimensions[get_column_letter(position)].width = max(12, len(heading(key, run)) + 2)
        if key in MONEY:
            for (cell,) in sheet.iter_rows(min_row=2, min_col=position, max_col=position):
                cell.number_format = "#,##0"
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def is_number(value: Any) -> bool:
    """Whether a value is a number; booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def plain(value: Any) -> Any:
    """Value that fits in one cell: lists as text, infinite numbers as None."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int) and abs(value) < _TOO_LARGE:
        return value
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _fill(cell: Any, value: Any) -> None:
    if not isinstance(value, str):
        cell.value = value
        return
    assert isinstance(cell, Cell)  # noqa: S101 - this sheet merges none
    cell.value = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", value)[:_MAX_CELL]
    cell.data_type = "s"
    cell.quotePrefix = True
