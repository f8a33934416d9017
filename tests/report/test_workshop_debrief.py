"""A class's debrief as pages: the answer first, seat numbers alone, and no seat's page with another's points."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sample_class import CASE, HEADER, PAIRS, ROWS, write_class

from compkit.errors import InputError
from compkit.report import debrief_files, debrief_sentences, refuse_missing_weasyprint
from compkit.workshop import Debrief, debrief_class, load_played_class

PLANTED = {0: (86_420_000, 97_310_000), 1: (75_310_001, 64_280_001)}
"""Limit and first points of each side, which occur nowhere else."""
HOSTILE = "<script>alert(1)</script> & {{ 7 * 7 }}"


def debriefed(folder: Path, **others: str) -> Debrief:
    root = write_class(folder, **others)
    return debrief_class(
        load_played_class(root / "teacher/class.json", root / "teacher/case.yaml", root / "agreements.csv")
    )


def planted_case() -> str:
    """Return the case with points that grow by 10 from option to option, from the planted ones on."""
    text = CASE
    for side, role in enumerate(("candidate", "recruiter")):
        limit, first = PLANTED[side]
        text = re.sub(rf"{role}: {{reservation: \d+", f"{role}: {{reservation: {limit}", text)
        numbers = iter(range(first, first + 1_000, 10))
        text = re.sub(rf"(name: .*?\b{role}: )\d+", lambda found, it=numbers: f"{found[1]}{next(it)}", text)
    return text.replace("recruiter: 2}", "recruiter: 1}")


def texts(path: str, data: bytes) -> str:
    return f"{path}\n{data.decode()}".replace(",", "")


def test_the_first_screen_is_the_answer(tmp_path: Path) -> None:
    found = debriefed(tmp_path)
    page = debrief_files(found, with_pdf=False)["teacher/debrief.html"].decode()
    sentences = debrief_sentences(found)
    assert sentences == [
        "3 of 4 pairs agreed.",
        "1 deal is on the frontier, where nobody can gain without the other losing.",
        "90 points were left on the table.",
        "1 deal is below a side's own limit.",
    ]
    assert page.index("3 of 4 pairs agreed") < page.index("<svg") < page.index("<table")


def test_the_table_has_every_pair_by_hand(tmp_path: Path) -> None:
    page = debrief_files(debriefed(tmp_path), with_pdf=False)["teacher/debrief.html"].decode()
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*)</tr>", page)]
    assert rows[1:5] == [
        ["1", "2", "6", "deal", "50", "45", "75%", "67% / 33%", "100%", "0", ""],
        ["2", "3", "1", "deal", "30", "60", "62%", "0% / 100%", "62%", "15", ""],
        ["3", "5", "8", "no deal", "30", "35", "0%", "", "0%", "40", ""],
        ["4", "7", "4", "deal", "40", "30", "12%", "", "12%", "35", "recruiter"],
    ]
    assert rows[6:10] == [["1", "2", "50", "20"], ["2", "7", "40", "10"], ["3, tied", "3", "30", "0"],
                          ["3, tied", "5", "30", "0"]]  # fmt: skip
    assert "they need 20 seats in a role, and 4 played" in page


def test_both_charts_show_every_pair_and_point(tmp_path: Path) -> None:
    page = debrief_files(debriefed(tmp_path), with_pdf=False)["teacher/debrief.html"].decode()
    charts = re.findall(r"<svg.*?</svg>", page)
    assert len(charts) == 2
    for chart in charts:
        words = re.findall(r"<text[^>]*>(.*?)</text>", chart)
        assert {"1", "2", "3", "4", "N, K, E, U", "K, E"} <= set(words)
        assert chart.count("<circle") == 6  # four pairs, and two places of the points
        assert "Pair 4: candidate 40, recruiter 30." in chart


def test_no_seats_page_holds_the_other_sides_points(tmp_path: Path) -> None:
    found = debriefed(tmp_path, case=planted_case())
    case = found.analysis.case
    private = [
        {str(case.limits[side]), *(str(option.utilities[side]) for issue in case.issues for option in issue.options)}
        for side in (0, 1)
    ]
    assert len(private[0] | private[1]) == 2 * (3 + 2 + 2 + 1)
    pages = debrief_files(found, with_pdf=False)
    for one in found.results:
        for side, seat in enumerate(one.agreement.seats):
            path = f"debrief/seat-{seat:03}.html"
            text = texts(path, pages[path])
            figures = {
                figure
                for other in found.results
                for figure in (other.points[1 - side], other.gains[1 - side], sum(other.points), sum(other.gains))
            }
            others = private[1 - side] | {str(figure) for figure in figures if abs(figure) > 10}
            assert [value for value in others if value in text] == []
            assert str(case.limits[side]) in text
            mates = [other.points[side] for other in found.results if other.points[side] != one.points[side]]
            assert [value for value in mates if str(value) in text and value != case.limits[side]] == []


def test_a_seats_page_says_what_it_reached(tmp_path: Path) -> None:
    pages = debrief_files(debriefed(tmp_path), with_pdf=False)
    seat = pages["debrief/seat-004.html"].decode()
    assert "You agreed, for <strong>30 points</strong>. Rank among the 4 in your role: <strong>4</strong>." in seat
    assert "below your limit" in seat
    assert "You did not agree" in pages["debrief/seat-008.html"].decode()
    assert "below your limit" not in pages["debrief/seat-002.html"].decode()
    assert len(pages) == 9


def test_absent_seats_have_a_page_and_no_points(tmp_path: Path) -> None:
    pages = debrief_files(debriefed(tmp_path, form=HEADER + "".join(ROWS).replace("no,", "absent,")), with_pdf=False)
    assert "did not play" in pages["debrief/seat-005.html"].decode()
    assert "not counted: pair 3." in pages["teacher/debrief.html"].decode()


def test_nobody_played_or_nothing_was_possible(tmp_path: Path) -> None:
    rows = [f"{pair},{candidate},{recruiter},absent,,,\n" for pair, (candidate, recruiter) in PAIRS.items()]
    absent = HEADER + "".join(rows)
    found = debriefed(tmp_path, form=absent)
    assert debrief_sentences(found) == ["No pair played."]
    assert b"<svg" not in debrief_files(found, with_pdf=False)["teacher/debrief.html"]
    found = debriefed(tmp_path / "other", case=CASE.replace("reservation: 30", "reservation: 71"))
    assert "No agreement suits both sides: walking away was the right result." in debrief_sentences(found)


def test_a_name_is_text(tmp_path: Path) -> None:
    for data in debrief_files(debriefed(tmp_path, name=HOSTILE), with_pdf=False).values():
        assert b"<script>" not in data
        assert b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}" in data


def test_the_page_as_pdf(tmp_path: Path) -> None:
    try:
        refuse_missing_weasyprint()
    except InputError as error:
        pytest.skip(str(error))
    files = debrief_files(debriefed(tmp_path), with_pdf=True)
    assert [path for path, data in files.items() if data.startswith(b"%PDF")] == ["teacher/debrief.pdf"]
