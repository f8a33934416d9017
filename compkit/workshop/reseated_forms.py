"""Forms in a class's folder after its pairs have changed: what a teacher filled in stays, or the change is refused."""

from __future__ import annotations

from collections.abc import Iterator

from compkit.errors import Fault, InputError
from compkit.workshop.case_file import ROLES
from compkit.workshop.class_file import ClassRecord
from compkit.workshop.forms import csv_lines, csv_text
from compkit.workshop.seating import Seating

COURSE_COLUMNS = ("seat", "role", "pair", "pseudonym")


def course_form(record: ClassRecord, earlier: str = "", file: str = "") -> str:
    """CSV for a course system, with a row for each seat.

    Parameters
    ----------
    record : ClassRecord
    earlier : str
        The form so far: its pseudonyms and any columns of the teacher's own stay.
    file : str
        Its name, for messages.

    Raises
    ------
    InputError
        If the form so far has no seats.
    """
    delimiter, lines = csv_lines(earlier, file) if earlier.strip() else (",", [(1, list(COURSE_COLUMNS))])
    head = lines[0][1]
    _refuse_without(head, "seat", file)
    head += [column for column in COURSE_COLUMNS if column not in head]
    at = head.index("seat")
    kept = {cells[at]: dict(zip(head, cells, strict=False)) for _, cells in lines[1:] if at < len(cells)}
    rows, places = [], record.seating.places
    for seat in record.seating.seats:
        place = places.get(seat)
        other = "absent" if seat in record.seating.absent else "observer"
        told = {"seat": seat, "role": ROLES[place[1]] if place else other, "pair": place[0] if place else ""}
        row = {**kept.get(str(seat), {}), **told}
        rows.append([row.get(column, "") for column in head])
    return csv_text([head, *rows], delimiter)


def reseated_form(text: str, file: str, now: Seating, after: Seating) -> str:
    """Form with a row for each pair, or for each side of a pair, after the pairs have changed.

    Parameters
    ----------
    text, file : str
        CSV, and its name for messages.
    now, after : Seating

    Raises
    ------
    InputError
        If a row of a pair that changes is filled in, by line.
    """
    delimiter, lines = csv_lines(text, file)
    head = lines[0][1] if lines else []
    _refuse_without(head, "pair", file)
    told = {"pair", "side", *(f"{role}_seat" for role in ROLES)}
    same = {str(number) for number, pair in after.numbered.items() if now.numbered.get(number) == pair}
    kept, faults = [], []
    for line, cells in lines[1:]:
        row = dict(zip(head, cells, strict=False))
        if row.get("pair") in same:
            kept.append(cells)
        elif any(value for column, value in row.items() if column not in told):
            rule = f"is {row.get('pair') or 'blank'}, which would change, but its row is filled in. Clear it first."
            faults.append(Fault(file, f"line {line}", "pair", rule))
    if faults:
        raise InputError(faults)
    new = [
        [row.get(column, "") for column in head]
        for number, pair in after.numbered.items()
        if str(number) not in same
        for row in _blank_rows(number, pair, by_side="side" in head)
    ]
    at = head.index("pair")
    return csv_text([head, *sorted([*kept, *new], key=lambda cells: _number(cells[at]))], delimiter)


def _refuse_without(head: list[str], column: str, file: str) -> None:
    if column not in head:
        raise InputError([Fault(file, "line 1", column, "is missing. Add the column.")])


def _blank_rows(number: int, pair: tuple[int, int], *, by_side: bool) -> Iterator[dict[str, str]]:
    row = {"pair": str(number), **{f"{role}_seat": str(seat) for role, seat in zip(ROLES, pair, strict=True)}}
    for side in ROLES if by_side else ROLES[:1]:
        yield {**row, "side": side}


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
