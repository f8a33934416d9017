"""Forms that a teacher may fill in: blank ones count as not given, and every fault is named by file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_class import ANSWERS, CASE, FORMS, HEADER, MARKS, OFFERS, PAIRS, ROWS, SECOND, write_class

from compkit.errors import InputError
from compkit.workshop import FORM_FILES, PlayedClass, Seating, blank_forms, load_played_class
from compkit.workshop.case_file import parse_case

BLANK = blank_forms(parse_case(CASE.encode(), "case.yaml"), Seating(tuple(PAIRS.values()), 9))


def played(folder: Path, **forms: str) -> PlayedClass:
    """Read a class with forms given by name, `first_offers` for first-offers.csv."""
    named = {f"{name.replace('_', '-')}.csv": text for name, text in forms.items()}
    return load_played_class(write_class(folder, forms=named))


def faults(folder: Path, **forms: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        played(folder, **forms)
    return [str(fault).replace(f"{folder / 'class'}/", "") for fault in caught.value.faults]


def test_all_forms_are_read(tmp_path: Path) -> None:
    found = load_played_class(write_class(tmp_path, forms=FORMS))
    assert found.first_offers == {
        (1, 0): (2, 1, 0), (1, 1): (0, 0, 1), (2, 0): (1, 0, 0), (2, 1): (0, 0, 0), (3, 0): (2, 1, 0),
        (4, 0): (2, 0, 1), (4, 1): (1, 1, 1),
    }  # fmt: skip
    assert {pair: (one.status, one.package) for pair, one in found.second.items()} == {
        2: ("deal", (1, 0, 0)), 3: ("no deal", ()), 4: ("deal", (2, 0, 0))
    }  # fmt: skip
    assert found.answers[8] == {"outcome": 3}
    assert found.answers[4] == {"outcome": 2, "self": 2, "relationship": 4}
    assert sorted(found.answers) == [1, 2, 3, 4, 6, 7, 8]
    assert found.marks[3] == {"preparation": 100, "reflection": 65}
    assert sorted(found.marks) == [1, 2, 3, 4, 5, 7]


def test_blank_forms_count_as_not_given(tmp_path: Path) -> None:
    assert tuple(BLANK) == FORM_FILES
    assert BLANK["first-offers.csv"].splitlines()[:3] == [
        "pair,side,Base salary,Start date,Place", "1,candidate,,,", "1,recruiter,,,"
    ]  # fmt: skip
    assert (
        BLANK["post-settlement.csv"]
        == BLANK["agreements.csv"]
        == HEADER + "1,2,6,,,,\n2,3,1,,,,\n3,5,8,,,,\n4,7,4,,,,\n"
    )
    assert BLANK["answers.csv"].splitlines()[::9] == ["seat,outcome,self,process,relationship", "9,,,,"]
    assert BLANK["marks.csv"].splitlines()[::9] == ["seat,preparation,reflection", "9,,"]
    optional = {name: text for name, text in BLANK.items() if name != "agreements.csv"}
    found = load_played_class(write_class(tmp_path, forms=optional | {"marks.csv": " \n"}))
    assert (found.first_offers, found.second, found.answers, found.marks) == ({}, {}, {}, {})


@pytest.mark.parametrize(("name", "text"), [("first_offers", OFFERS), ("answers", ANSWERS), ("marks", MARKS)])
def test_semicolons_capitals_and_spaces(name: str, text: str, tmp_path: Path) -> None:
    plain = text.replace('"$190,000"', "190000").replace('"$180,000"', " 180000 ").replace('"$170,000"', "170000")
    other = plain.replace(",", ";").replace("candidate", "CANDIDATE").replace("\n", "\r\n")
    ours, theirs = played(tmp_path / "a", **{name: text}), played(tmp_path / "b", **{name: "\ufeff" + other})
    assert getattr(ours, name) == getattr(theirs, name) != {}


def test_first_offers_that_are_wrong(tmp_path: Path) -> None:
    rows = [
        '1,candidate,"$190,000",February 1,',  # half filled in
        '1,candidate,"$190,000",February 1,Seattle',  # there twice
        "5,boss,175000,February 1,Seattle",  # no such pair, side, option
        ",,,,",
        '2,recruiter,"$190,000",February 1,Seattle,x',
    ]
    assert faults(tmp_path, first_offers="\n".join([OFFERS.partition("\n")[0], *rows])) == [
        "first-offers.csv, line 2: has no option for Place. Fill it in, or clear the row.",
        "first-offers.csv, line 3: is the candidate of pair 1, which line 2 has too. Keep one.",
        "first-offers.csv, line 4: pair must be the number of a pair, got '5'.",
        "first-offers.csv, line 4: side must be one of candidate, recruiter, got 'boss'.",
        "first-offers.csv, line 4: Base salary must be one of $170,000, $180,000, $190,000, got '175000'. "
        "Did you mean '$170,000'?",
        "first-offers.csv, line 6: has 6 cells, and the form 5 columns. Remove the others.",
    ]


def test_a_second_agreement_that_is_worse_for_a_side_is_named(tmp_path: Path) -> None:
    """Pair 1 had (50, 45) and would have (60, 40); pair 3 has no deal, worth (30, 35), and would have (0, 85)."""
    rows = ['1,2,6,yes,"$190,000",January 4,Seattle', "3,5,8,yes,170000,January 4,Austin", "4,4,7,absent,,,",
            "2,3,1,yes,,,"]  # fmt: skip
    assert faults(tmp_path, post_settlement=HEADER + "\n".join(rows)) == [
        "post-settlement.csv, line 2: is worse than the first agreement for the recruiter. Ask pair 1, or clear the "
        "row.",
        "post-settlement.csv, line 3: is worse than no deal for the candidate. Ask pair 3, or clear the row.",
        "post-settlement.csv, line 4: candidate_seat must be 7 for pair 4, got 4, of pair 4.",
        "post-settlement.csv, line 4: recruiter_seat must be 4 for pair 4, got 7, of pair 4.",
        "post-settlement.csv, line 4: agreed must be one of yes, no, got 'absent'.",
        "post-settlement.csv, line 4: has no option for Base salary, Start date, Place. Fill it in, or write no under "
        "agreed.",
        "post-settlement.csv, line 5: has no option for Base salary, Start date, Place. Fill it in, or write no under "
        "agreed.",
    ]


def test_a_second_agreement_may_be_the_same_for_a_side(tmp_path: Path) -> None:
    """From (40, 30) to (40, 65)."""
    found = played(tmp_path, post_settlement=HEADER + '4,7,4,yes,"$180,000",January 4,Seattle\n')
    assert found.second[4].package == (1, 0, 0)


def test_answers_and_marks_that_are_wrong(tmp_path: Path) -> None:
    answers = "seat,outcome,self,process,relationship\n1,0,8,x,1.5\n1,3,3,3,3\n,4,4,4,4\n99,1,,,\n"
    marks = "seat,preparation,reflection\n2,101,\n3,-1,=1+1\n"
    assert faults(tmp_path, answers=answers, marks=marks) == [
        "answers.csv, line 2: outcome must be a whole number from 1 to 7, got '0'.",
        "answers.csv, line 2: self must be a whole number from 1 to 7, got '8'.",
        "answers.csv, line 2: process must be a whole number from 1 to 7, got 'x'.",
        "answers.csv, line 2: relationship must be a whole number from 1 to 7, got '1.5'.",
        "answers.csv, line 3: seat is 1, which line 2 has too. Keep one.",
        "answers.csv, line 4: seat must be a seat of the class, got ''.",
        "answers.csv, line 5: seat must be a seat of the class, got '99'.",
        "marks.csv, line 2: preparation must be a whole number from 0 to 100, got '101'.",
        "marks.csv, line 2: reflection is missing. Fill it in, or clear the row.",
        "marks.csv, line 3: preparation must be a whole number from 0 to 100, got '-1'.",
        "marks.csv, line 3: reflection must be a whole number from 0 to 100, got '=1+1'.",
    ]


def test_what_an_absent_pair_cannot_have(tmp_path: Path) -> None:
    """Marks it can: who was absent may have prepared."""
    folder = write_class(tmp_path, form=HEADER + "".join(ROWS).replace("no,", "absent,"), forms=FORMS)
    (folder / "answers.csv").write_text(ANSWERS.replace("5,,,,", "5,1,1,1,1"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_played_class(folder)
    assert [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults] == [
        "first-offers.csv, line 6: is filled in, but pair 3 was absent. Clear the row.",
        "post-settlement.csv, line 4: is filled in, but pair 3 was absent. Clear the row.",
        "answers.csv, line 6: seat is 5, who was absent. Clear the row.",
        "answers.csv, line 9: seat is 8, who was absent. Clear the row.",
    ]


def test_faults_of_every_form_come_at_once(tmp_path: Path) -> None:
    """Also those of forms without the right columns, and of the agreements."""
    forms = {
        "first-offers.csv": "pair,side\n1,candidate\n",
        "post-settlement.csv": SECOND.replace("3,5,8,no", "3,5,9,no"),
        "marks.csv": "seat,preparation,reflection,grade\n",
    }
    folder = write_class(tmp_path, form=HEADER + "".join(ROWS[:3]), forms=forms)
    (folder / "answers.csv").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError) as caught:
        load_played_class(folder)
    found = [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]
    assert found == [
        "answers.csv: can't be read: it is not text in UTF-8. Save it as CSV UTF-8.",
        "agreements.csv: has no row for pair 4 (seats 7 and 4). Add it.",
        "first-offers.csv, line 1: Base salary is missing. Add the column.",
        "first-offers.csv, line 1: Start date is missing. Add the column.",
        "first-offers.csv, line 1: Place is missing. Add the column.",
        "post-settlement.csv, line 4: recruiter_seat must be a seat that has a partner, got '9'.",
        "marks.csv, line 1: 'grade' is not a column of the form. Remove it.",
    ]


@pytest.mark.parametrize("n_seats", [2, 3, 29, 30, 31, 300])
def test_blank_forms_of_every_size(n_seats: int) -> None:
    """A row for each pair, each of its two sides, or each seat, with an observer's."""
    n_pairs = n_seats // 2
    pairs = tuple((2 * at - 1, 2 * at) for at in range(1, n_pairs + 1))
    forms = blank_forms(parse_case(CASE.encode(), "case.yaml"), Seating(pairs, n_seats if n_seats % 2 else None))
    assert [text.count("\n") - 1 for text in forms.values()] == [n_pairs, 2 * n_pairs, n_pairs, n_seats, n_seats]
