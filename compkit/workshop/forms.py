"""A class's forms as CSV: their names and columns, and what is wrong with what a teacher typed, by line."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from compkit.errors import Fault, InputError, unknown_choice
from compkit.offers import quote
from compkit.workshop.case import Case, Issue, Package
from compkit.workshop.case_file import ROLES
from compkit.workshop.seating import Seating

AGREEMENTS_FILE = "agreements.csv"
FIRST_OFFERS_FILE = "first-offers.csv"
POST_SETTLEMENT_FILE = "post-settlement.csv"
ANSWERS_FILE = "answers.csv"
MARKS_FILE = "marks.csv"
FORM_FILES = (AGREEMENTS_FILE, FIRST_OFFERS_FILE, POST_SETTLEMENT_FILE, ANSWERS_FILE, MARKS_FILE)
FORM_START = ("pair", "candidate_seat", "recruiter_seat", "agreed")
"""Columns of agreements and of post-settlements before the issues."""
OFFER_START = ("pair", "side")
"""Columns of first offers before the issues."""
QUESTIONS = ("outcome", "self", "process", "relationship")
"""Columns of answers after the seat."""
MARKS = ("preparation", "reflection")
"""Columns of marks after the seat."""
ANSWER_RANGE, MARK_RANGE = (1, 7), (0, 100)


def blank_forms(case: Case, seating: Seating) -> dict[str, str]:
    """Forms to fill in, as CSV by name: a row for each pair, pair and side, or seat.

    Parameters
    ----------
    case : Case
    seating : Seating
    """
    issues = [issue.name for issue in case.issues]
    pairs = [[number, *seats] for number, seats in seating.numbered.items()]
    seats = [[seat] for seat in seating.seats]
    return {
        AGREEMENTS_FILE: _form([*FORM_START, *issues], pairs),
        FIRST_OFFERS_FILE: _form([*OFFER_START, *issues], [[pair[0], role] for pair in pairs for role in ROLES]),
        POST_SETTLEMENT_FILE: _form([*FORM_START, *issues], pairs),
        ANSWERS_FILE: _form(["seat", *QUESTIONS], seats),
        MARKS_FILE: _form(["seat", *MARKS], seats),
    }


def _form(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    return csv_text([columns, *([*row, *[""] * (len(columns) - len(row))] for row in rows)])


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a form, by column."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def is_blank(self, columns: Iterable[str]) -> bool:
        """Whether nothing is typed in these columns."""
        return not any(self.cells[column] for column in columns)


class Form:
    """A form that is read, and its faults so far.

    Parameters
    ----------
    text : str
        CSV, with commas or semicolons.
    file : str
        Its name, for messages.
    columns : sequence of str
        Those that must be there, in any order.

    Raises
    ------
    InputError
        If it is not CSV, or with every column that is wrong.
    """

    def __init__(self, text: str, file: str, columns: Sequence[str]) -> None:
        self.file, self.faults = file, list[Fault]()
        _, self._lines = csv_lines(text, file)
        self._columns = self._lines[0][1] if self._lines else []
        while self._columns and not self._columns[-1]:
            self._columns.pop()
        self.faults += [Fault(file, "line 1", *one) for one in _column_faults(self._columns, columns)]
        self.refuse_faults()

    def rows(self) -> Iterator[Row]:
        """Yield the rows that have anything in them; cells without a column are a fault."""
        n_columns = len(self._columns)
        for line, cells in self._lines[1:]:
            if any(cells[n_columns:]):
                self.add_fault(
                    line, "", f"has {len(cells)} cells, and the form {n_columns} columns. Remove the others."
                )
            yield Row(line, dict(zip(self._columns, [*cells, *[""] * n_columns], strict=False)))

    def add_fault(self, line: int, field: str, message: str) -> None:
        """Add what is wrong with a line."""
        self.faults.append(Fault(self.file, f"line {line}", field, message))

    def refuse_faults(self) -> None:
        """Raise InputError with the faults so far, if any."""
        if self.faults:
            raise InputError(self.faults)

    def package(self, row: Row, issues: Sequence[Issue], otherwise: str) -> Package | None:
        """Options of a row that has one for each issue; anything else is a fault.

        Parameters
        ----------
        row : Row
        issues : sequence of Issue
        otherwise : str
            What else a teacher can do about a row that is filled in by half, for the message.
        """
        blank = [issue.name for issue in issues if not row[issue.name]]
        if blank:
            self.add_fault(row.line, "", f"has no option for {', '.join(blank)}. Fill it in, or {otherwise}.")
        found = [option_number(issue, row[issue.name]) for issue in issues]
        for issue, option in zip(issues, found, strict=True):
            if row[issue.name] and option is None:
                names = [option.name for option in issue.options]
                self.add_fault(row.line, issue.name, unknown_choice(row[issue.name], names))
        package = tuple(option for option in found if option is not None)
        return package if len(package) == len(issues) else None


def csv_lines(text: str, file: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """Separator, and lines that have anything in them, by number; cells without spaces around.

    Raises
    ------
    InputError
        If it is not CSV.
    """
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise InputError([Fault(file, f"line {reader.line_num}", "", f"is not CSV: {error}.")]) from error
    return delimiter, lines


def csv_text(rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """CSV of rows, the first with the columns."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _column_faults(columns: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    for column, times in Counter(columns).items():
        if column not in wanted:
            yield quote(column), "is not a column of the form. Remove it."
        elif times > 1:
            yield column, f"is there {times} times. Keep one."
    for column in wanted:
        if column not in columns:
            yield column, "is missing. Add the column."


def whole_number(text: str) -> int | None:
    """Whole number from a cell; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def option_number(issue: Issue, text: str) -> int | None:
    """Find the option that a cell means: spreadsheets drop dollar signs and commas."""
    names = [option.name for option in issue.options]
    if text in names:
        return names.index(text)
    alike = [number for number, name in enumerate(names) if _plain(name) == _plain(text)]
    return alike[0] if len(alike) == 1 and text else None


def _plain(text: str) -> str:
    return re.sub(r"[\s$,]", "", text.casefold())
