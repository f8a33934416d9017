"""The form of a class: what teachers may type, and every fault named by line."""

from __future__ import annotations

import re

import pytest
from sample_class import CASE, HEADER, PAIRS, ROWS

from compkit.errors import InputError
from compkit.workshop import Agreement, Case, parse_agreements
from compkit.workshop.case_file import parse_case

AGREED = (
    Agreement(1, (2, 6), "deal", (1, 1, 0)),
    Agreement(2, (3, 1), "deal", (0, 1, 0)),
    Agreement(3, (5, 8), "no deal"),
    Agreement(4, (7, 4), "deal", (2, 0, 1)),
)


def case() -> Case:
    return parse_case(CASE.encode(), "case.yaml")


def parsed(text: str) -> tuple[Agreement, ...]:
    return parse_agreements(text, "form", case(), PAIRS)


def faults(*rows: str, header: str = HEADER) -> list[str]:
    with pytest.raises(InputError) as caught:
        parsed(header + "".join(rows))
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    "text",
    [
        HEADER + "".join(ROWS),
        HEADER + "".join(reversed(ROWS)),
        HEADER + "\n,,,,,,\n" + "".join(ROWS),
        re.sub(",(?!000)", ";", HEADER + "".join(ROWS)).replace("\n", "\r\n"),
        HEADER.replace("\n", ",,\n") + "".join(ROWS).replace("no,", "NO ,").replace("Seattle", " seattle"),
    ],
)
def test_what_spreadsheets_make_of_the_form(text: str) -> None:
    """In any order, with blank rows, semicolons, other capitals, empty columns, no dollar signs."""
    assert parsed(text) == AGREED


def test_absent() -> None:
    assert parsed(HEADER + "".join(ROWS).replace("no,", "absent,"))[2] == Agreement(3, (5, 8), "absent")


def test_every_fault_at_once_by_line() -> None:
    found = faults(
        '1,2,6,yes,"$185,000",February 1,Seattle\n',  # unknown option
        "2,3,6,maybe,170000,February 1,\n",  # seat of line 2, unknown answer, half filled
        '4,99,7,no,"$190,000",,\n',  # unknown seat, seat of the other role, terms without a deal
    )
    assert found == [
        "form, line 2: Base salary must be one of $170,000, $180,000, $190,000, got '$185,000'. "
        "Did you mean '$180,000'?",
        "form, line 3: recruiter_seat is seat 6, which line 2 has too. Keep one.",
        "form, line 3: agreed must be one of yes, no, absent, got 'maybe'.",
        "form, line 3: has no option for Place. Fill it in, or write no or absent under agreed.",
        "form, line 4: candidate_seat must be a seat that has a partner, got '99'.",
        "form, line 4: recruiter_seat must be 4 for pair 4, got 7, of pair 4.",
        "form, line 4: agreed is no, but Base salary is filled in. Write yes, or clear the options.",
        "form: has no row for pair 3 (seats 5 and 8). Add it.",
    ]


def test_a_pair_that_disagrees() -> None:
    found = faults(*ROWS, ROWS[0].replace("Seattle", "Austin").replace("$180,000", "$170,000"), ROWS[2])
    assert found == [
        "form, line 6: candidate_seat is seat 2, which line 2 has too. Keep one.",
        "form, line 6: recruiter_seat is seat 6, which line 2 has too. Keep one.",
        "form, line 6: disagrees with line 2 on Base salary, Place. Ask pair 1, and keep one row.",
        "form, line 7: candidate_seat is seat 5, which line 4 has too. Keep one.",
        "form, line 7: recruiter_seat is seat 8, which line 4 has too. Keep one.",
    ]


def test_a_row_left_blank_and_a_pair_that_is_none() -> None:
    assert faults(*ROWS[1:], "1,2,6,,,,\n", "5,2,6,no,,,\n")[:2] == [
        "form, line 5: is blank. Fill it in, or write no or absent under agreed.",
        "form, line 6: pair must be the number of a pair, got '5'.",
    ]


def test_cells_beyond_the_columns_are_not_dropped() -> None:
    assert faults(*ROWS[:3], ROWS[3].replace("\n", ",late\n")) == [
        "form, line 5: has 8 cells, and the form 7 columns. Remove the others."
    ]


def test_columns() -> None:
    assert faults(*ROWS, header=HEADER.replace("Place", "Office").replace("agreed", "pair")) == [
        "form, line 1: pair is there 2 times. Keep one.",
        "form, line 1: 'Office' is not a column of the form. Remove it.",
        "form, line 1: agreed is missing. Add the column.",
        "form, line 1: Place is missing. Add the column.",
    ]


def test_an_empty_form() -> None:
    assert len(faults(header="")) == len(HEADER.split(","))
