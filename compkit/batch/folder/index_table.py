"""The index's table as data: each column's words in order, and each row as the places of its words.

A word is stored once, and its place is its sort key. The page therefore needs no sorting rules, and shows with a script
what it shows without.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from compkit.batch.folder.results import IN_NAME, BatchRun, OfferLine, ReportResult, name_of
from compkit.batch.folder.summary import MONEY, heading, is_number, plain, summary_keys
from compkit.report import UNKNOWN, day, short_day, usd

Kind = Literal["offer", "page", "reports", "number", "day", "text"]
"""How a column's cells are laid out."""
MOST_CHOICES = 1_000
"""Longer lists are for the search."""
ONLY_IN_FILES = frozenset(
    {"status", "total", "purchasing_power", "first_two_year_average", "guaranteed_cash", "set_aside", "unverified"}
)
"""Columns of the summaries that the page leaves out, so that the others fit a screen; each offer's pages have them."""

_COUNTS = frozenset({"n_warnings", "n_deal_breakers"})
_CHOSEN_BY = ("candidate", "status", "market_verdict", "risk_verdict", "decision")
_NUMBER_IN_TEXT = re.compile(r"([0-9]{1,15})")
_TONES = {
    ("market_verdict", "below"): "warn",
    ("market_verdict", "above"): "good",
    ("risk_verdict", "low"): "good",
    ("risk_verdict", "moderate"): "warn",
    ("risk_verdict", "high"): "bad",
}
_SHORT_LABELS = {"ai_ml_premiums": "AI/ML premiums", "offer_evaluation": "evaluation", "offer_comparison": "comparison"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the index.

    Parameters
    ----------
    key : str
        As notebooks record it; empty for the offer and its reports.
    heading : str
    kind : str
    words : sequence
        Distinct cell contents in sort order: texts; for offers name and id; for reports state and links.
    tones : mapping of int to str
        Highlighting of words, by place.
    places : sequence of int or None
        Each row's word; None if unknown.
    """

    key: str
    heading: str
    kind: Kind
    words: Sequence[Any]
    places: Sequence[int | None]
    tones: Mapping[int, str] = field(default_factory=dict)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Value and text of each filter choice; empty if filtering makes no sense."""
        if self.kind == "reports":
            found = [(state, state) for state in sorted({word["state"] for word in self.words})]
        elif self.key not in _CHOSEN_BY:
            return []
        else:
            found = [(str(place), word) for place, word in enumerate(self.words)]
            found += [("", "not known")] if None in self.places else []
        return found if 1 < len(found) <= MOST_CHOICES else []


@dataclass(frozen=True, slots=True)
class IndexTable:
    """The table: its columns, offer and reports first."""

    columns: Sequence[Column]

    @property
    def n_rows(self) -> int:
        """Number of offers."""
        return len(self.columns[0].places)

    def rows(self, n: int) -> list[list[tuple[Column, Any, str]]]:
        """First rows: for each cell its column, its word (None if unknown), and its tone."""
        return [[_cell(column, column.places[row]) for column in self.columns] for row in range(min(n, self.n_rows))]

    def as_json(self) -> str:
        """JSON of the table for the page's script, safe inside a script element."""
        data = {
            "unknown": UNKNOWN,
            "columns": [{"kind": one.kind, "words": one.words, "tones": one.tones} for one in self.columns],
            "rows": list(zip(*(column.places for column in self.columns), strict=True)),
        }
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.replace("<", "\\u003c")


def index_table(run: BatchRun) -> IndexTable:
    """Build the table, with the offers that need attention first.

    These have failed reports; then offers are in order of deal breakers, warnings, and deadline. Offers without reports
    so far come last.
    """
    lines = sorted(run.lines, key=lambda line: _attention_order(line, run))
    keys = [key for key in summary_keys(run.lines) if key not in IN_NAME and key not in ONLY_IN_FILES]
    if len({line.values.get("candidate") for line in lines}) < 2:
        keys = [key for key in keys if key != "candidate"]
    values = (values_column(key, heading(key, run), [plain(line.values.get(key)) for line in lines]) for key in keys)
    reports = reports_column([(line.reports, _is_waiting(line, run)) for line in lines], run.titles)
    return IndexTable([_offers(lines), reports, *values])


def offer_url(address: str, offer: str) -> str:
    """Address of an offer's page, in which `*` stands for the offer's id."""
    return address.replace("*", quote(offer), 1)


def report_label(notebook: str) -> str:
    """Short label for a notebook."""
    return _SHORT_LABELS.get(notebook, notebook.replace("_", " "))


def _attention_order(line: OfferLine, run: BatchRun) -> tuple[Any, ...]:
    """Sort key of an offer before the user chooses one: attention first."""
    has_failed = any(report.status == "failed" for report in line.all_reports)
    deadline = plain(line.values.get("deadline"))
    return (
        not has_failed,
        _is_waiting(line, run),
        -_amount(line.values.get("n_deal_breakers")),
        -_amount(line.values.get("n_warnings")),
        not deadline,
        str(deadline),
    )


def _amount(value: Any) -> float:
    """Any recorded number; 0 for anything else."""
    number = plain(value)
    return number if is_number(number) else 0


def _cell(column: Column, place: int | None) -> tuple[Column, Any, str]:
    return (column, None, "") if place is None else (column, column.words[place], column.tones.get(place, ""))


def _sorted_words(
    cells: Sequence[Hashable | None], order: Callable[[Any], Any] | None
) -> tuple[list[Any], list[int | None]]:
    """Return the different cells in their order, and the place of each cell among them; None has none."""
    known: list[Any] = sorted(set(cells) - {None}, key=order)
    place: dict[Hashable | None, int | None] = {None: None, **{cell: number for number, cell in enumerate(known)}}
    return known, [place[cell] for cell in cells]


def _offers(lines: Sequence[OfferLine]) -> Column:
    names = [name_of(line) for line in lines]
    orders = {name: _text_order(name) for name in set(names)}
    cells = list(zip(names, (line.offer for line in lines), strict=True))
    words, places = _sorted_words(cells, lambda cell: (orders[cell[0]], _text_order(cell[1])))
    return Column("", "Offer", "offer", words, places)


def reports_column(rows: Sequence[tuple[Sequence[ReportResult], bool]], titles: Mapping[str, str]) -> Column:
    """Column of reports, sorted by failures: for each row its reports, and whether they are still to be made."""
    cells = [(is_waiting, tuple(map(_report, reports))) for reports, is_waiting in rows]
    known, places = _sorted_words(cells, lambda cell: (_n_failed(cell[1]), -len(cell[1]), str(cell)))
    words = [
        {
            "state": "failed" if _n_failed(reports) else "waiting" if is_waiting else "made",
            "items": [_report_item(report, titles) for report in reports],
        }
        for is_waiting, reports in known
    ]
    return Column("", "Reports", "reports", words, places)


class _ReportCell(NamedTuple):
    """What the index says of a report; in addresses `*` stands for the offer's id."""

    notebook: str
    has_failed: bool
    error: str
    page: str
    pdf: str


def _report(report: ReportResult) -> _ReportCell:
    def address(file: str | None) -> str:
        own = f"{report.offer}/"
        return f"*/{file.removeprefix(own)}" if file and file.startswith(own) else file or ""

    page = address(report.html)
    return _ReportCell(
        report.notebook, report.status == "failed" or not page, report.error or "", page, address(report.pdf)
    )


def _n_failed(reports: Sequence[_ReportCell]) -> int:
    return sum(report.has_failed for report in reports)


def _report_item(report: _ReportCell, titles: Mapping[str, str]) -> tuple[str, str, str, str, str]:
    """Label, full name, page address, error, and PDF address of a report."""
    failure = (report.error or "unknown reason") if report.has_failed else ""
    title = titles.get(report.notebook, report.notebook)
    page, pdf = (quote(address, safe="/*") for address in (report.page, report.pdf))
    return report_label(report.notebook), title, page, failure, pdf


def _is_waiting(line: OfferLine, run: BatchRun) -> bool:
    return bool(run.n_waiting and not line.reports)


def values_column(key: str, title: str, values: Sequence[Any], *, shown: Callable[[Any], str] | None = None) -> Column:
    """Column of values in order: by number, by day, or by text with its numbers read as numbers.

    `shown` formats a value; left out, the key decides.
    """
    cells = [None if value == "" else str(value) if isinstance(value, bool) else value for value in values]
    are_numbers = all(cell is None or is_number(cell) for cell in cells)
    known, places = _sorted_words(cells, None if are_numbers else _value_order)
    tones = {place: tone for place, value in enumerate(known) if (tone := _tone(key, value))}
    is_numeric = key in MONEY or key in _COUNTS or (known and are_numbers)
    kind: Kind = "number" if is_numeric else "day" if key == "deadline" else "text"
    return Column(key, title, kind, [shown(value) if shown else _shown(key, value) for value in known], places, tones)


def _value_order(value: Any) -> tuple[Any, ...]:
    return (0, value) if is_number(value) else (1, _text_order(value))


def _text_order(text: str) -> tuple[Any, ...]:
    """Sort key of a text: accents and case count last, and 9 comes before 10.

    >>> sorted(["L10", "Éa", "l9", "Eb"], key=_text_order)
    ['Éa', 'Eb', 'l9', 'L10']
    """
    letters = text.casefold()
    if not letters.isascii():
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    parts: list[Any] = _NUMBER_IN_TEXT.split(letters)
    parts[1::2] = map(int, parts[1::2])
    return parts, text


def _shown(key: str, value: Any) -> str:
    if is_number(value):
        return usd(value) if key in MONEY else f"{value:,g}"
    return day_or_text(str(value), short_day) if key == "deadline" else str(value)


def day_or_text(text: str, shown: Callable[[dt.date], str] = day) -> str:
    """Day in words, if a text is one."""
    try:
        return shown(dt.date.fromisoformat(text))
    except ValueError:
        return text


def _tone(key: str, value: Any) -> str:
    """How to highlight a value."""
    if key in _COUNTS:
        return "bad" if value and key == "n_deal_breakers" else "warn" if value else ""
    return _TONES.get((key, value), "") if isinstance(value, str) else ""
