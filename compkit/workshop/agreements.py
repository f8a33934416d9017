"""What a class agreed, from its folder: every fault of the form at once, by line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from compkit.errors import Fault, InputError, unknown_choice
from compkit.offers import quote
from compkit.workshop.case import Case, Issue
from compkit.workshop.case_file import ROLES
from compkit.workshop.loading import load_case, read_bytes

FORM_START = ("pair", "candidate_seat", "recruiter_seat", "agreed")
"""Columns of the form before the issues."""
Status = Literal["deal", "no deal", "absent"]
Seats = tuple[int, int]
_WITHOUT_TERMS: Mapping[str, Status] = {"no": "no deal", "absent": "absent"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one pair wrote on the form.

    Parameters
    ----------
    pair : int
    seats : pair of int
        The candidate's and the recruiter's.
    status : {'deal', 'no deal', 'absent'}
    package : tuple of int
        Number of each issue's option; empty without a deal.
    """

    pair: int
    seats: Seats
    status: Status
    package: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayedClass:
    """A class's case and its agreements, by pair."""

    name: str
    case: Case
    agreements: tuple[Agreement, ...]


def load_played_class(class_file: Path, case_file: Path, form: Path) -> PlayedClass:
    """Read a class that has played.

    Parameters
    ----------
    class_file, case_file, form : Path
        class.json, case.yaml, and the agreements as CSV.

    Raises
    ------
    InputError
        With every fault of the three files.
    """
    faults: list[Fault] = []
    case = name = pairs = None
    try:
        case = load_case(str(case_file))
    except InputError as error:
        faults += error.faults
    try:
        name, pairs = _seating(json.loads(_text(class_file)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not what `compkit workshop new` writes"
        faults.append(Fault(str(class_file), "", "", f"{reason}. Run the same `compkit workshop new` again."))
    try:
        text = _text(form)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8. Save it as CSV UTF-8"
        raise InputError([*faults, Fault(str(form), "", "", f"can't be read: {reason}.")]) from error
    if case is None or name is None or pairs is None:
        raise InputError(faults)
    return PlayedClass(name, case, parse_agreements(text, str(form), case, pairs))


def _text(path: Path) -> str:
    return read_bytes(path).decode("utf-8-sig")


def _seating(values: Any) -> tuple[str, dict[int, Seats]]:
    """Name of the class, and the seats of each pair."""
    numbered = enumerate(values["pairs"], start=1)
    pairs = {one.get("pair", at): (one[ROLES[0]], one[ROLES[1]]) for at, one in numbered}
    seats = [seat for pair in pairs.values() for seat in pair]
    is_sound = values["schema"] == "compkit/class@1" and isinstance(values["case"], str) and bool(pairs)
    if not is_sound or len(set(seats)) < len(seats) or any(type(seat) is not int for seat in seats):
        raise ValueError
    return values["case"], pairs


def parse_agreements(text: str, file: str, case: Case, pairs: Mapping[int, Seats]) -> tuple[Agreement, ...]:
    """Agreements of a class from its form, in the order of the pairs.

    Parameters
    ----------
    text : str
        CSV, with commas or semicolons.
    file : str
        Its name, for messages.
    case : Case
    pairs : mapping of int to pair of int
        Seats of each pair.

    Raises
    ------
    InputError
        With every fault.
    """
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise InputError([Fault(file, f"line {reader.line_num}", "", f"is not CSV: {error}.")]) from error
    columns = lines[0][1] if lines else []
    while columns and not columns[-1]:
        columns.pop()
    wanted = [*FORM_START, *(issue.name for issue in case.issues)]
    faults = [Fault(file, "line 1", *one) for one in _column_faults(columns, wanted)]
    if faults:
        raise InputError(faults)
    form = _Form(file, case, pairs)
    for line, cells in lines[1:]:
        form.read(line, cells, columns)
    form.name_missing()
    if form.faults:
        raise InputError(form.faults)
    return tuple(form.found[pair][1] for pair in sorted(form.found))


def _column_faults(columns: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
    for column, times in Counter(columns).items():
        if column not in wanted:
            yield quote(column), "is not a column of the form. Remove it."
        elif times > 1:
            yield column, f"is there {times} times. Keep one."
    for column in wanted:
        if column not in columns:
            yield column, "is missing. Add the column."


class _Form:
    """The rows read so far, and what is wrong with them."""

    def __init__(self, file: str, case: Case, pairs: Mapping[int, Seats]) -> None:
        self.file, self.case, self.pairs = file, case, pairs
        self.faults: list[Fault] = []
        self.found: dict[int, tuple[int, Agreement]] = {}
        self._named: set[int] = set()
        self._lines: dict[int, int] = {}  # of each seat
        self._pair_of = {seat: number for number, seats in pairs.items() for seat in seats}

    def read(self, line: int, cells: Sequence[str], columns: Sequence[str]) -> None:
        """Read a row."""
        n_before = len(self.faults)
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            self._fault(line, "", f"has {len(cells)} cells, and the form {len(columns)} columns. Remove the others.")
        row = dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))
        number = _whole(row["pair"])
        if number not in self.pairs:
            self._fault(line, "pair", f"must be a pair from 1 to {len(self.pairs)}, got {quote(row['pair'])}.")
        is_again = number in self._named
        self._named.add(number)
        self._check_seats(line, row, number)
        status, package = self._terms(line, row)
        if is_again:
            self._compare(line, number, status, package)
        if len(self.faults) == n_before:
            self.found[number] = line, Agreement(number, self.pairs[number], status, package)

    def name_missing(self) -> None:
        """Add a fault for each pair without a row."""
        for number, (candidate, recruiter) in self.pairs.items():
            if number not in self._named:
                rule = f"has no row for pair {number} (seats {candidate} and {recruiter}). Add it."
                self.faults.append(Fault(self.file, "", "", rule))

    def _fault(self, line: int, field: str, message: str) -> None:
        self.faults.append(Fault(self.file, f"line {line}", field, message))

    def _check_seats(self, line: int, row: Mapping[str, str], number: int) -> None:
        for side, role in enumerate(ROLES):
            field = f"{role}_seat"
            seat = _whole(row[field])
            earlier = self._lines.setdefault(seat, line)
            if seat not in self._pair_of:
                self._fault(line, field, f"must be a seat that has a partner, got {quote(row[field])}.")
            elif earlier != line:
                self._fault(line, field, f"is seat {seat}, which line {earlier} has too. Keep one.")
            elif number in self.pairs and seat != (own := self.pairs[number][side]):
                self._fault(line, field, f"must be {own} for pair {number}, got {seat}, of pair {self._pair_of[seat]}.")

    def _compare(self, line: int, number: int, status: Status, package: tuple[int, ...]) -> None:
        if number not in self.found:
            return
        first, other = self.found[number]
        issues = zip(self.case.issues, package, other.package, strict=False)
        differing = [issue.name for issue, mine, others in issues if mine != others]
        if status != other.status or differing:
            about = ", ".join(differing) or "whether there is a deal"
            self._fault(line, "", f"disagrees with line {first} on {about}. Ask pair {number}, and keep one row.")

    def _terms(self, line: int, row: Mapping[str, str]) -> tuple[Status, tuple[int, ...]]:
        """Status and options; a row with faults gets what could be read."""
        agreed = row["agreed"].casefold()
        filled = [issue.name for issue in self.case.issues if row[issue.name]]
        if agreed not in ("", "yes", *_WITHOUT_TERMS):
            self._fault(line, "agreed", unknown_choice(row["agreed"], ("yes", *_WITHOUT_TERMS)))
        if agreed in _WITHOUT_TERMS:
            if filled:
                rule = f"is {agreed}, but {', '.join(filled)} is filled in. Write yes, or clear the options."
                self._fault(line, "agreed", rule)
            return _WITHOUT_TERMS[agreed], ()
        blank = [issue.name for issue in self.case.issues if not row[issue.name]]
        if blank:
            left = f"has no option for {', '.join(blank)}" if filled or agreed else "is blank"
            self._fault(line, "", f"{left}. Fill it in, or write no or absent under agreed.")
        package = []
        for issue in self.case.issues:
            found = _option(issue, row[issue.name])
            if row[issue.name] and found is None:
                rule = unknown_choice(row[issue.name], [option.name for option in issue.options])
                self._fault(line, issue.name, rule)
            package.append(-1 if found is None else found)
        return "deal", tuple(package)


def _whole(text: str) -> int:
    """Whole number from a cell; 0, which is no pair and no seat, for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else 0


def _option(issue: Issue, text: str) -> int | None:
    """Find the option that a cell means: spreadsheets drop dollar signs and commas."""
    names = [option.name for option in issue.options]
    if text in names:
        return names.index(text)
    alike = [number for number, name in enumerate(names) if _plain(name) == _plain(text)]
    return alike[0] if len(alike) == 1 and text else None


def _plain(text: str) -> str:
    return re.sub(r"[\s$,]", "", text.casefold())
