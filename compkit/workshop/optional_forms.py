"""First offers, answers and marks: forms that a teacher may fill in, with every fault by line."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from compkit.errors import unknown_choice
from compkit.offers import quote
from compkit.workshop.case import Case, Package
from compkit.workshop.case_file import ROLES
from compkit.workshop.forms import OFFER_START, Form, whole_number

Numbers = Mapping[str, int]


def parse_first_offers(
    text: str, file: str, case: Case, pairs: Collection[int], absent: Collection[int]
) -> dict[tuple[int, int], Package]:
    """First offers by pair and side (0 candidate, 1 recruiter); a row that nobody filled in is not there.

    Parameters
    ----------
    text, file : str
        CSV, and its name for messages.
    case : Case
    pairs : collection of int
        Numbers of the pairs.
    absent : collection of int
        Pairs that did not play.

    Raises
    ------
    InputError
        With every fault.
    """
    issues = [issue.name for issue in case.issues]
    form = Form(text, file, [*OFFER_START, *issues])
    found: dict[tuple[int, int], Package] = {}
    lines: dict[tuple[int, int], int] = {}
    for row in form.rows():
        if row.is_blank(issues):
            continue
        pair, role = whole_number(row["pair"]) or 0, row["side"].casefold()
        if pair not in pairs:
            form.add_fault(row.line, "pair", f"must be the number of a pair, got {quote(row['pair'])}.")
        elif pair in absent:
            form.add_fault(row.line, "", f"is filled in, but pair {pair} was absent. Clear the row.")
        if role not in ROLES:
            form.add_fault(row.line, "side", unknown_choice(row["side"], ROLES))
        package = form.package(row, case.issues, "clear the row")
        if role in ROLES:
            key = pair, ROLES.index(role)
            earlier = lines.setdefault(key, row.line)
            if earlier != row.line:
                rule = f"is the {role} of pair {pair}, which line {earlier} has too. Keep one."
                form.add_fault(row.line, "", rule)
            found[key] = package or ()
    form.refuse_faults()
    return dict(sorted(found.items()))


def parse_numbers(
    text: str,
    file: str,
    columns: Sequence[str],
    limits: tuple[int, int],
    seats: Mapping[int, str],
    *,
    needs_all: bool,
) -> dict[int, Numbers]:
    """Whole numbers by seat and column; what nobody filled in is not there.

    Parameters
    ----------
    text, file : str
        CSV, and its name for messages.
    columns : sequence of str
        Those after the seat.
    limits : pair of int
        Least and largest number.
    seats : mapping of int to str
        Every seat of the class, and why it may have no row; empty if it may.
    needs_all : bool
        Whether a row that has one number needs the others.

    Raises
    ------
    InputError
        With every fault.
    """
    form = Form(text, file, ["seat", *columns])
    found: dict[int, Numbers] = {}
    lines: dict[int, int] = {}
    for row in form.rows():
        if row.is_blank(columns):
            continue
        seat = whole_number(row["seat"]) or 0
        earlier = lines.setdefault(seat, row.line)
        if seat not in seats:
            form.add_fault(row.line, "seat", f"must be a seat of the class, got {quote(row['seat'])}.")
        elif earlier != row.line:
            form.add_fault(row.line, "seat", f"is {seat}, which line {earlier} has too. Keep one.")
        elif seats[seat]:
            form.add_fault(row.line, "seat", f"is {seat}, who {seats[seat]}. Clear the row.")
        numbers = {column: whole_number(row[column]) for column in columns if row[column]}
        for column in columns:
            value = numbers.get(column)
            if row[column] and (value is None or not limits[0] <= value <= limits[1]):
                rule = f"must be a whole number from {limits[0]} to {limits[1]}, got {quote(row[column])}."
                form.add_fault(row.line, column, rule)
            elif not row[column] and needs_all:
                form.add_fault(row.line, column, "is missing. Fill it in, or clear the row.")
        found[seat] = {column: value for column, value in numbers.items() if value is not None}
    form.refuse_faults()
    return dict(sorted(found.items()))
