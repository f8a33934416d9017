"""What a class did in oTree, from the export of its app: the forms filled in, and every fault by line."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

from compkit.errors import Fault, unknown_choice
from compkit.offers import quote
from compkit.workshop.case import Case, Package
from compkit.workshop.case_file import ROLES
from compkit.workshop.forms import (
    AGREEMENTS_FILE,
    ANSWER_RANGE,
    ANSWERS_FILE,
    FIRST_OFFERS_FILE,
    FORM_START,
    OFFER_START,
    QUESTIONS,
    Form,
    Row,
    csv_lines,
    csv_text,
    whole_number,
)
from compkit.workshop.seating import Seating

EXPORT_START = ("session", "pair", "seat", "role", "kind", "number", "status", *QUESTIONS)
"""Columns of the export before the issues."""
STATUSES = ("yes", "no", "absent")
_UNSETTLED = {
    "open": "is open: the pair was still negotiating. Ask it, and write yes with its options, or no, for both seats.",
    "disputed": "is disputed: the seat says that it agreed on something else. Ask the pair, and write yes with its "
    "options, or no, for both seats.",
}
N_FIXED = {AGREEMENTS_FILE: 3, FIRST_OFFERS_FILE: len(OFFER_START), ANSWERS_FILE: 1}
"""Columns of each form that are filled in before class."""


class _Result(NamedTuple):
    """How a pair ended, as one seat's row says."""

    line: int
    status: str
    package: Package


def live_forms(text: str, file: str, case: Case, seating: Seating, session: str = "") -> dict[str, str]:
    """Forms of a class as CSV by name, filled in from the export: agreements, first offers, answers.

    Parameters
    ----------
    text : str
        CSV, with commas or semicolons.
    file : str
        Its name, for messages.
    case : Case
    seating : Seating
    session : str, optional
        Code of oTree's session; needed if the export holds several.

    Raises
    ------
    InputError
        With every fault.
    """
    reader = _Reader(Form(text, file, [*EXPORT_START, *(issue.name for issue in case.issues)]), case, seating)
    for row in reader.rows_of(session):
        reader.read(row)
    reader.name_missing()
    reader.form.refuse_faults()
    return reader.forms()


def is_blank_form(text: str, file: str) -> bool:
    """Whether nobody has filled in a form.

    Parameters
    ----------
    text : str
    file : str
        Its name in the class's folder.

    Raises
    ------
    InputError
        If it is not CSV.
    """
    _, lines = csv_lines(text, file)
    return not any(chain.from_iterable(cells[N_FIXED[file] :] for _, cells in lines[1:]))


class _Reader:
    """The rows read so far."""

    def __init__(self, form: Form, case: Case, seating: Seating) -> None:
        self.form, self.case, self.seating = form, case, seating
        self._issues = [issue.name for issue in case.issues]
        self._lines: dict[int, int] = {}  # of each seat
        self._results: dict[int, _Result] = {}
        self._offers: dict[tuple[int, int], dict[int, Package]] = {}  # by pair and side, then number
        self._answers: dict[int, Sequence[str]] = {}

    def rows_of(self, session: str) -> list[Row]:
        """Rows of one session."""
        rows = list(self.form.rows())
        lines: dict[str, int] = {}
        for row in rows:
            lines.setdefault(row["session"], row.line)
        if session and session not in lines:
            self._add_fault(f"has no session {quote(session)}, but {', '.join(lines)}. Name one of them.")
        elif not session and len(lines) > 1:
            told = ", ".join(f"{code} from line {line} on" for code, line in lines.items())
            self._add_fault(f"has {len(lines)} sessions: {told}. Name one with --session.")
        self.form.refuse_faults()
        return [row for row in rows if row["session"] == session or not session]

    def _add_fault(self, message: str) -> None:
        """Add a fault of no line."""
        self.form.faults.append(Fault(self.form.file, "", "", message))

    def read(self, row: Row) -> None:
        """Read a row."""
        seat = whole_number(row["seat"]) or 0
        if seat not in self.seating.seats:
            self.form.add_fault(row.line, "seat", f"must be a seat of the class, got {quote(row['seat'])}.")
            return
        pair, side = self.seating.places.get(seat, (0, 0))
        wanted = {"pair": str(pair), "role": ROLES[side]} if pair else {"pair": "", "role": "observer"}
        for field, value in wanted.items():
            if row[field] != value:
                rule = (
                    f"must be {value or 'blank'} for seat {seat}, got {quote(row[field])}. Is it this class's project?"
                )
                self.form.add_fault(row.line, field, rule)
        if row["kind"] == "seat":
            self._read_seat(row, seat, pair)
        elif row["kind"] == "offer" and pair:
            self._read_offer(row, pair, side)
        else:
            self.form.add_fault(row.line, "kind", unknown_choice(row["kind"], ("seat", "offer") if pair else ("seat",)))

    def _read_seat(self, row: Row, seat: int, pair: int) -> None:
        earlier = self._lines.setdefault(seat, row.line)
        if earlier != row.line:
            self.form.add_fault(row.line, "seat", f"is {seat}, which line {earlier} has too. Keep one.")
        elif pair:
            self._read_result(row, pair)
            self._read_answers(row, seat)

    def _read_result(self, row: Row, pair: int) -> None:
        status = row["status"]
        if status not in STATUSES:
            rule = _UNSETTLED.get(status) or unknown_choice(status, STATUSES)
            self.form.add_fault(row.line, "status", rule)
            return
        package: Package | None = ()
        if status == "yes":
            package = self.form.package(row, self.case.issues, "write no under status")
        elif not row.is_blank(self._issues):
            self.form.add_fault(row.line, "status", f"is {status}, but there are options. Clear them, or write yes.")
        if package is None:
            return
        first = self._results.setdefault(pair, _Result(row.line, status, package))
        if first[1:] != (status, package):
            rule = f"disagrees with line {first.line} on what was agreed. Ask pair {pair}."
            self.form.add_fault(row.line, "", rule)

    def _read_answers(self, row: Row, seat: int) -> None:
        low, high = ANSWER_RANGE
        if row.is_blank(QUESTIONS):
            return
        for question in QUESTIONS:
            number = whole_number(row[question])
            if number is None or not low <= number <= high:
                rule = f"must be a whole number from {low} to {high}, got {quote(row[question])}."
                self.form.add_fault(row.line, question, rule)
        self._answers[seat] = [row[question] for question in QUESTIONS]

    def _read_offer(self, row: Row, pair: int, side: int) -> None:
        number = whole_number(row["number"])
        package = self.form.package(row, self.case.issues, "remove the row")
        if not number:
            self.form.add_fault(row.line, "number", f"must be a whole number from 1 on, got {quote(row['number'])}.")
        elif any(number in self._offers.get((pair, one), ()) for one in (0, 1)):
            self.form.add_fault(row.line, "number", f"is {number}, which pair {pair} has already. Keep one.")
        else:
            self._offers.setdefault((pair, side), {})[number] = package or ()

    def name_missing(self) -> None:
        """Add a fault for each seat without a row."""
        for seat in self.seating.seats:
            if seat not in self._lines:
                self._add_fault(f"has no row of kind seat for seat {seat}. Export it again.")

    def forms(self) -> dict[str, str]:
        """Forms as CSV by name."""
        pairs = self.seating.numbered
        agreements = [
            [pair, *seats, self._results[pair].status, *self._options(self._results[pair].package)]
            for pair, seats in pairs.items()
        ]
        offers = [
            [pair, role, *self._options(self._first(pair, side))] for pair in pairs for side, role in enumerate(ROLES)
        ]
        answers = [[seat, *self._answers.get(seat, [""] * len(QUESTIONS))] for seat in self.seating.seats]
        return {
            AGREEMENTS_FILE: csv_text([[*FORM_START, *self._issues], *agreements]),
            FIRST_OFFERS_FILE: csv_text([[*OFFER_START, *self._issues], *offers]),
            ANSWERS_FILE: csv_text([["seat", *QUESTIONS], *answers]),
        }

    def _first(self, pair: int, side: int) -> Package:
        offers = self._offers.get((pair, side))
        return offers[min(offers)] if offers else ()

    def _options(self, package: Package) -> list[str]:
        """Names of options, or blanks."""
        names = [issue.options[at].name for issue, at in zip(self.case.issues, package, strict=False)]
        return names or [""] * len(self._issues)
