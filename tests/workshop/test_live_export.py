"""The way back from oTree: forms filled in from an export by hand, and every fault by line."""

from __future__ import annotations

import pytest
from sample_class import CASE

from compkit.errors import InputError
from compkit.workshop import AGREEMENTS_FILE, ANSWERS_FILE, FIRST_OFFERS_FILE, Seating, is_blank_form, live_forms
from compkit.workshop.case_file import parse_case

SMALL = parse_case(CASE.encode(), "case.yaml")
SEATING = Seating(((5, 2), (1, 6), (4, 7)), 3)
HEADER = "session,pair,seat,role,kind,number,status,outcome,self,process,relationship,Base salary,Start date,Place\n"
DEAL = '"$180,000",February 1,Seattle'
ROWS = (
    "abc,2,1,candidate,seat,,no,1,2,3,4,,,\n",
    'abc,2,1,candidate,offer,4,,,,,,"$190,000",February 1,Seattle\n',
    "abc,2,1,candidate,offer,9,,,,,,170000,February 1,Seattle\n",
    f"abc,1,2,recruiter,seat,,yes,7,7,7,7,{DEAL}\n",
    'abc,1,2,recruiter,offer,2,,,,,,"$170,000",January 4,Austin\n',
    "abc,,3,observer,seat,,,,,,,,,\n",
    "abc,3,4,candidate,seat,,absent,,,,,,,\n",
    f"abc,1,5,candidate,seat,,yes,,,,,{DEAL}\n",
    f"abc,1,5,candidate,offer,3,,,,,,{DEAL}\n",
    "abc,2,6,recruiter,seat,,no,5,5,5,5,,,\n",
    "abc,3,7,recruiter,seat,,absent,,,,,,,\n",
)


def forms_of(text: str, session: str = "") -> dict[str, list[str]]:
    return {name: form.splitlines() for name, form in live_forms(text, "x.csv", SMALL, SEATING, session).items()}


def faults_of(text: str, session: str = "") -> list[str]:
    with pytest.raises(InputError) as caught:
        live_forms(text, "x.csv", SMALL, SEATING, session)
    return list(map(str, caught.value.faults))


def changed(*changes: tuple[int, str, str]) -> str:
    """Return the export with lines changed; line 1 is the header."""
    lines = [HEADER, *ROWS]
    for line, old, new in changes:
        assert old in lines[line - 1]
        lines[line - 1] = lines[line - 1].replace(old, new)
    return "".join(lines)


def test_three_forms() -> None:
    """Pair 1 agreed, pair 2 did not, pair 3 was absent; the first of seat 1's offers has the number 4."""
    found = forms_of(changed())
    assert found == {
        AGREEMENTS_FILE: [
            "pair,candidate_seat,recruiter_seat,agreed,Base salary,Start date,Place",
            f"1,5,2,yes,{DEAL}", "2,1,6,no,,,", "3,4,7,absent,,,",
        ],
        FIRST_OFFERS_FILE: [
            "pair,side,Base salary,Start date,Place", f"1,candidate,{DEAL}",
            '1,recruiter,"$170,000",January 4,Austin', '2,candidate,"$190,000",February 1,Seattle', "2,recruiter,,,",
            "3,candidate,,,", "3,recruiter,,,",
        ],
        ANSWERS_FILE: [
            "seat,outcome,self,process,relationship",
            "1,1,2,3,4", "2,7,7,7,7", "3,,,,", "4,,,,", "5,,,,", "6,5,5,5,5", "7,,,,",
        ],
    }  # fmt: skip


def test_the_order_of_rows_does_not_matter() -> None:
    assert forms_of(HEADER + "".join(reversed(ROWS))) == forms_of(changed())


def test_one_session_of_several() -> None:
    other = "".join(ROWS).replace("abc", "def").replace(",no,", ",absent,")
    both = HEADER + "".join(ROWS) + other
    assert forms_of(both, "abc") == forms_of(changed())
    assert forms_of(both, "def")[AGREEMENTS_FILE][2] == "2,1,6,absent,,,"
    assert faults_of(both) == [
        "x.csv: has 2 sessions: abc from line 2 on, def from line 13 on. Name one with --session."
    ]
    assert faults_of(both, "abd") == ["x.csv: has no session 'abd', but abc, def. Name one of them."]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ((2, "abc,2,1,", "abc,2,8,"), "x.csv, line 2: seat must be a seat of the class, got '8'."),
        ((3, "abc,2,", "abc,1,"), "x.csv, line 3: pair must be 2 for seat 1, got '1'. Is it this class's project?"),
        ((7, "observer", "candidate"),
         "x.csv, line 7: role must be observer for seat 3, got 'candidate'. Is it this class's project?"),
        ((4, "offer", "bid"), "x.csv, line 4: kind must be one of seat, offer, got 'bid'."),
        ((3, ",4,", ",9,"), "x.csv, line 4: number is 9, which pair 2 has already. Keep one."),
        ((6, ",2,,", ",x,,"), "x.csv, line 6: number must be a whole number from 1 on, got 'x'."),
        ((2, "3,4,", "3,8,"), "x.csv, line 2: relationship must be a whole number from 1 to 7, got '8'."),
        ((2, "2,3,4,", ",3,4,"), "x.csv, line 2: self must be a whole number from 1 to 7, got ''."),
        ((5, "Seattle", "Boston"), "x.csv, line 5: Place must be one of Seattle, Austin, got 'Boston'."),
        ((5, "Seattle", "Austin"),
         "x.csv, line 9: disagrees with line 5 on what was agreed. Ask pair 1."),
        ((11, ",no,", ",absent,"), "x.csv, line 11: disagrees with line 2 on what was agreed. Ask pair 2."),
        ((2, ",,,\n", ",,Seattle,\n"),
         "x.csv, line 2: status is no, but there are options. Clear them, or write yes."),
        ((8, "absent", "late"), "x.csv, line 8: status must be one of yes, no, absent, got 'late'."),
        ((8, "absent", "open"),
         "x.csv, line 8: status is open: the pair was still negotiating. Ask it, and write yes with its options, or "
         "no, for both seats."),
        ((5, "yes", "disputed"),
         "x.csv, line 5: status is disputed: the seat says that it agreed on something else. Ask the pair, and write "
         "yes with its options, or no, for both seats."),
        ((12, "abc,3,7,recruiter,seat", "abc,3,4,candidate,seat"),
         "x.csv, line 12: seat is 4, which line 8 has too. Keep one."),
        ((10, "Seattle\n", "\n"), "x.csv, line 10: has no option for Place. Fill it in, or remove the row."),
        ((1, "Place", "Plaice"), "x.csv, line 1: Place is missing. Add the column."),
    ],
)  # fmt: skip
def test_faults_by_line(change: tuple[int, str, str], fault: str) -> None:
    assert fault in faults_of(changed(change))


def test_every_fault_at_once() -> None:
    text = changed((2, "3,4,", "3,8,"), (5, "yes", "disputed"), (8, "absent", "open")).replace(ROWS[5], "")
    assert [fault.partition(":")[0] for fault in faults_of(text)] == [
        "x.csv, line 2", "x.csv, line 5", "x.csv, line 7", "x.csv",
    ]  # fmt: skip
    assert faults_of(text)[-1] == "x.csv: has no row of kind seat for seat 3. Export it again."


def test_an_export_without_rows() -> None:
    assert faults_of(HEADER) == [
        f"x.csv: has no row of kind seat for seat {seat}. Export it again." for seat in range(1, 8)
    ]


@pytest.mark.parametrize(
    ("name", "blank", "filled"),
    [
        (AGREEMENTS_FILE, "1,5,2,,,,", "1,5,2,no,,,"),
        (FIRST_OFFERS_FILE, "1,candidate,,,", "1,candidate,,,Seattle"),
        (ANSWERS_FILE, "1,,,,", "1,,4,,"),
    ],
)
def test_blank_forms(name: str, blank: str, filled: str) -> None:
    assert is_blank_form(f"a\n{blank}\n", name)
    assert not is_blank_form(f"a\n{blank}\n{filled}\n", name)
