"""A class's papers: what a role's files must not hold, what everybody's hold, one page each, the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest
from markupsafe import escape

from compkit.errors import InputError
from compkit.reference import Tables, load_tables
from compkit.report import DISCUSSION, LEVEL_TEXTS, TIMETABLES, class_files, refuse_missing_weasyprint
from compkit.workshop import FORM_FILES, LEVELS, Case, CaseLevel, ClassPlan, Issue, Option, Side, plan_class

PLANTED_LIMITS = (86_420_001, 86_420_003)
PLANTED_ALTERNATIVES = ("Planted alternative of the one side.", "Set alternative of the second side.")
FIRST_POINT = 97_310_000
"""Planted points: even for the candidate and odd for the recruiter, all different."""
HOSTILE = "<script>alert(1)</script> & {{ 7 * 7 }}"


def missing_for_pdf() -> str:
    try:
        refuse_missing_weasyprint()
    except InputError as error:
        return str(error)
    return "" if shutil.which("pdfinfo") else "install poppler: apt-get install poppler-utils"


needs_pdf = pytest.mark.skipif(bool(missing_for_pdf()), reason=missing_for_pdf())


@cache
def tables() -> Tables:
    return load_tables()


def planned(n_seats: int = 5, level: CaseLevel = "logrolling", name: str = "Job offer") -> ClassPlan:
    return plan_class(n_seats, name, level, 1, bytes(range(16)), tables())


def planted(plan: ClassPlan) -> ClassPlan:
    """Return a plan with points, limits and alternatives that occur nowhere else."""
    number, issues = FIRST_POINT, []
    for issue in plan.case.issues:
        options = []
        for option in issue.options:
            options.append(Option(option.name, (Fraction(number), Fraction(number + 1))))
            number += 2
        issues.append(Issue(issue.name, tuple(options)))
    sides = [
        Side(side.name, Fraction(limit), alternative)
        for side, limit, alternative in zip(plan.case.sides, PLANTED_LIMITS, PLANTED_ALTERNATIVES, strict=True)
    ]
    return replace(plan, case=Case(plan.case.title, (sides[0], sides[1]), tuple(issues)))


def private_texts(case: Case, side: int) -> list[str]:
    """Return what only one side and the teacher may see."""
    points = [str(option.utilities[side]) for issue in case.issues for option in issue.options]
    return [*points, str(case.sides[side].limit), str(case.sides[side].alternative)]


def searchable(path: str, data: bytes) -> str:
    """Return a file's path, source, and for a PDF its streams, metadata and text."""
    parts = [path.encode(), data]
    if path.endswith(".pdf"):
        for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
            try:
                parts.append(zlib.decompress(stream))
            except zlib.error:
                continue
        text = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout
        parts.append(re.sub(rb"\s+", b" ", text))
    return b"\n".join(parts).decode("utf-8", errors="replace")


def page_count(pdf: bytes) -> int:
    told = subprocess.run(["pdfinfo", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return int(re.findall(r"^Pages:\s+(\d+)$", told, re.MULTILINE)[0])


def check_privacy(files: dict[str, bytes], case: Case) -> None:
    private = [private_texts(case, side) for side in (0, 1)]
    hidden = {"candidate": private[1], "recruiter": private[0]}
    assert {path.partition("/")[0] for path in files} == {
        "candidate", "recruiter", "everyone", "slides", "teacher", *FORM_FILES, "course.csv"
    }  # fmt: skip
    for path, data in files.items():
        folder = path.partition("/")[0]
        if folder == "teacher":
            continue
        text = searchable(path, data)
        assert [one for one in hidden.get(folder, [*private[0], *private[1]]) if one in text] == [], path
        if folder in hidden and path.endswith(".html"):
            own = private[folder == "recruiter"]
            assert [one for one in own if one not in text] == [], path


def second(plan: ClassPlan) -> ClassPlan:
    """Return a second case for the same seats."""
    return plan_class(plan.seating, "Second job offer", plan.level, plan.seed, bytes(range(1, 17)), tables())


@pytest.mark.parametrize("plan", [planned(), second(planned())], ids=["first", "second"])
def test_no_file_holds_what_belongs_to_another(plan: ClassPlan) -> None:
    plan = planted(plan)
    check_privacy(class_files(plan, with_pdf=False), plan.case)


def test_a_second_case_has_points_of_its_own() -> None:
    plan = planned()
    other = second(plan)
    assert other.case.issues != plan.case.issues
    assert other.case.limits != plan.case.limits


@pytest.mark.parametrize("level", LEVELS)
def test_only_the_teacher_reads_what_the_case_teaches(level: CaseLevel) -> None:
    """The plan has the questions of its level, and of no other."""
    questions = {one: {str(escape(question)) for question in DISCUSSION[one]} for one in LEVELS}
    for path, data in class_files(planned(level=level), with_pdf=False).items():
        told = {one for one in LEVELS if questions[one] & {*re.findall(r"<li>(.*)</li>", data.decode())}}
        assert told == ({level} if path == "teacher/plan.html" else set()), path
        if not path.startswith("teacher/"):
            assert LEVEL_TEXTS[level] not in data.decode(), path


def test_timetables_are_as_long_as_the_class() -> None:
    assert sorted(TIMETABLES) == [50, 75, 90]
    assert all(sum(minutes.values()) == length for length, minutes in TIMETABLES.items())
    assert list(TIMETABLES[90].values()) == [10, 15, 30, 10, 20, 5]


@pytest.mark.parametrize("length", [50, 75, 90])
def test_slides_have_the_clock_and_no_script(length: int) -> None:
    page = class_files(planned(), with_pdf=False)[f"slides/{length}-minutes.html"].decode()
    times = re.findall(r'clock">(\d+) minutes: from minute (\d+) to minute (\d+)<', page)
    assert all(int(end) - int(start) == int(minutes) for minutes, start, end in times)
    assert times[-1][2] == str(length)
    assert "<script" not in page


def test_the_list_of_pairs_has_every_seat() -> None:
    plan = planned(31)
    page = class_files(plan, with_pdf=False)["everyone/pairs.html"].decode()
    rows = re.findall(
        r'<tr><th scope="row" class="number">(\d+)</th><td>(\w+)</td><td.*?>(\d*)</td><td.*?>(\d*)<', page
    )
    assert [int(seat) for seat, *_ in rows] == list(range(1, 32))
    for number, (candidate, recruiter) in enumerate(plan.seating.pairs, 1):
        assert rows[candidate - 1][1:] == ("candidate", str(recruiter), str(number))
        assert rows[recruiter - 1][1:] == ("recruiter", str(candidate), str(number))
    assert rows[(plan.seating.observer or 0) - 1][1:] == ("observer", "", "")


@needs_pdf
def test_no_pdf_holds_what_belongs_to_another() -> None:
    plan = planted(planned())
    check_privacy(class_files(plan, with_pdf=True), plan.case)


def test_only_the_teachers_folder_holds_the_secret() -> None:
    plan = planned()
    files = class_files(plan, with_pdf=False)
    holders = [path for path, data in files.items() if plan.secret.hex().encode() in data or plan.secret in data]
    assert holders == ["teacher/secret.txt"]


@needs_pdf
def test_every_printed_page_is_one_page_and_has_the_same_bytes() -> None:
    plan = planned(name="A long name of a case, as teachers may give it to a second")
    files = class_files(plan, with_pdf=True)
    assert files == class_files(plan, with_pdf=True)
    printed = {path: data for path, data in files.items() if path.endswith(".pdf")}
    n_pages = {path: 2 if path == "teacher/plan.pdf" else 1 for path in printed}
    for length in TIMETABLES:
        n_pages[f"slides/{length}-minutes.pdf"] = files[f"slides/{length}-minutes.html"].count(
            b'<section class="slide">'
        )
    assert {path: page_count(data) for path, data in printed.items()} == n_pages
    assert {"candidate/brief.pdf", "recruiter/brief.pdf", "everyone/score-sheet.pdf"} < set(printed)


@pytest.mark.parametrize("level", LEVELS)
def test_briefs_have_the_points_and_the_limit(level: CaseLevel) -> None:
    plan = planned(level=level)
    files = class_files(plan, with_pdf=False)
    for side, role in enumerate(("candidate", "recruiter")):
        page = files[f"{role}/brief.html"].decode()
        for issue in plan.case.issues:
            for option in issue.options:
                assert f"<td>{option.name}<br><strong>{option.utilities[side]}</strong></td>" in page
        assert f"<strong>{plan.case.limits[side]} points</strong>" in page


@pytest.mark.parametrize("n_seats", [2, 3, 29, 30, 31, 300])
def test_the_form_has_a_row_for_each_pair(n_seats: int) -> None:
    plan = planned(n_seats)
    files = class_files(plan, with_pdf=False)
    head, *rows = csv.reader(io.StringIO(files["agreements.csv"].decode()))
    assert head == ["pair", "candidate_seat", "recruiter_seat", "agreed", *(issue.name for issue in plan.case.issues)]
    assert [[int(cell) for cell in row[:3]] for row in rows] == [
        [n, *pair] for n, pair in enumerate(plan.seating.pairs, 1)
    ]
    assert {cell for row in rows for cell in row[3:]} == {""}
    assert len(rows) == n_seats // 2
    page = files["everyone/pairs.html"].decode()
    assert ("observes" in page) == bool(n_seats % 2)
    assert json.loads(files["teacher/class.json"])["n_seats"] == n_seats


def test_a_name_is_text_on_every_page() -> None:
    for path, data in class_files(planned(name=HOSTILE), with_pdf=False).items():
        if path.endswith(".html"):
            page = data.decode()
            assert "<script>" not in page, path
            assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}" in page, path


def test_answers_name_the_points() -> None:
    pages = {
        level: class_files(planned(level=level), with_pdf=False)["teacher/answers.html"].decode() for level in LEVELS
    }
    assert "Nash point" in pages["logrolling"]
    assert "no agreement suits both sides" in pages["no-deal"]
    assert "Nash point" not in pages["no-deal"]
