"""A class's debrief as pages: the answer first, seat numbers alone, and no seat's page with another's points."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sample_class import CASE, FORMS, HEADER, MARKS, PAIRS, ROWS, write_class

from compkit.errors import InputError
from compkit.report import debrief_files, debrief_sentences, refuse_missing_weasyprint
from compkit.report.workshop.debrief_text import offers_sentences
from compkit.workshop import (
    Agreement,
    Debrief,
    PlayedClass,
    compare_classes,
    debrief_class,
    first_offers,
    load_played_class,
)
from compkit.workshop.case_file import parse_case

PLANTED = {0: (86_420_000, 97_310_000), 1: (75_310_001, 64_280_001)}
"""Limit and first points of each side, which occur nowhere else."""
PLANTED_SECOND = HEADER + '1,2,6,yes,"$190,000",February 1,Austin\n'
HOSTILE = "<script>alert(1)</script> & {{ 7 * 7 }}"


def debriefed(folder: Path, **others: Any) -> Debrief:
    root = write_class(folder, **others)
    return debrief_class(load_played_class(root))


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
    found = debriefed(tmp_path, case=planted_case(), forms=FORMS | {"post-settlement.csv": PLANTED_SECOND})
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
            offers = first_offers(found)
            figures |= {offer.own if offer.side != side else offer.others for offer in offers}
            figures |= {second.after.points[1 - side] for second in found.second}
            others = private[1 - side] | {str(figure) for figure in figures if abs(figure) > 10}
            assert [value for value in others if value in text] == []
            assert str(case.limits[side]) in text
            own = {case.limits[side], one.points[side], *(offer.own for offer in offers if offer.seat == seat)}
            assert [value for value in own if str(value) not in text] == []
            mates = {other.points[side] for other in found.results} | {offer.own for offer in offers}
            assert [value for value in mates - own if str(value) in text] == []
            later = [str(second.after.points[side]) in text for second in found.second]
            assert later == [one.agreement.pair == 1]


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
    files = debrief_files(debriefed(tmp_path, name=HOSTILE, forms=FORMS), with_pdf=False)
    for path, data in files.items():
        assert b"<script>" not in data
        assert path.endswith(".csv") or b"&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{ 7 * 7 }}" in data


def test_the_page_as_pdf(tmp_path: Path) -> None:
    try:
        refuse_missing_weasyprint()
    except InputError as error:
        pytest.skip(str(error))
    files = debrief_files(debriefed(tmp_path), with_pdf=True)
    assert [path for path, data in files.items() if data.startswith(b"%PDF")] == ["teacher/debrief.pdf"]


def rows_after(page: str, heading: str) -> list[list[str]]:
    """Return the rows of the table below a heading, without its head."""
    table = page[page.index(f"<h2>{heading}</h2>") :].partition("</table>")[0]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*)</tr>", table)][1:]


def test_first_offers_second_agreements_and_answers_by_hand(tmp_path: Path) -> None:
    """The figures are derived in tests/workshop/test_reflection.py."""
    page = debrief_files(debriefed(tmp_path, forms=FORMS), with_pdf=False)["teacher/debrief.html"].decode()
    assert rows_after(page, "Does asking for more pay?")[::6] == [
        ["1", "candidate", "2", "70", "20", "50", "−20"], ["4", "recruiter", "4", "35", "30", "30", "−5"]
    ]  # fmt: skip
    assert "A rank correlation needs 10 first offers in a role: here are 4 candidates and 3 recruiters." in page
    assert (
        "2 pairs found a better second agreement: 45 points more in all. 1 pair looked for one and found none." in page
    )
    assert rows_after(page, "What did a second try gain?") == [
        ["2", "40", "65", "+10", "+5", "0"], ["4", "60", "40", "+20", "+10", "0"]
    ]  # fmt: skip
    assert [row[:4] for row in rows_after(page, "How did it feel?")[:3]] == [
        ["both", "outcome", "7", "5"], ["both", "self", "6", "5.5"], ["both", "relationship", "6", "4"]
    ]  # fmt: skip
    assert rows_after(page, "How did it feel?")[3] == [
        "candidate", "outcome", "3", "6", "0", "1", "0", "0", "0", "2", "0", "–", "–"
    ]  # fmt: skip
    assert "How happy are you with your result?" in page
    assert "How does this class compare?" not in page
    charts = re.findall(r"<svg.*?</svg>", page)
    assert len(charts) == 4
    assert charts[2].count("<circle") == charts[3].count("<circle") == 7
    assert "Pair 4, recruiter: first offer 35, result 30." in charts[2]


def test_what_is_not_given_is_not_spoken_of(tmp_path: Path) -> None:
    files = debrief_files(debriefed(tmp_path), with_pdf=False)
    page = files["teacher/debrief.html"].decode()
    for heading in ("Does asking for more pay?", "What did a second try gain?", "How did it feel?"):
        assert heading not in page
    seat = files["debrief/seat-002.html"].decode()
    assert "first offer" not in seat
    assert "second agreement" not in seat
    assert "How it felt" not in seat
    assert [path for path in files if "grading" in path] == []


def big_class(points: Sequence[tuple[int, int]], offers: Sequence[tuple[int, int]]) -> Debrief:
    """Return a class of 12 pairs, by the options of base salary and start date that they agree on and first ask for."""
    case = parse_case(CASE.encode(), "case.yaml")
    agreements = tuple(Agreement(at, (2 * at - 1, 2 * at), "deal", (*one, 0)) for at, one in enumerate(points, start=1))
    first = {(at, 0): (*one, 0) for at, one in enumerate(offers, start=1)}
    return debrief_class(PlayedClass("A class", case, agreements, "logrolling", first_offers=first))


def test_a_link_is_worded_with_care() -> None:
    rising = [(base, start) for base in (0, 1, 2) for start in (0, 1)] * 2
    ways = {
        "tended to end with more (rank correlation +1.00, n = 12). That's one class, and a link, not a cause.": rising,
        "tended to end with less (rank correlation −1.00, n = 12).": [(2 - base, 1 - start) for base, start in rising],
        "All 12 candidates have the same first offer or the same result": [(1, 1)] * 12,
    }
    for words, offers in ways.items():
        assert words in " ".join(offers_sentences(big_class(rising, offers)))
    # Ranks less their mean are −5, −3, −1, 1, 3, 5, twice: (70 + (−25 + 9 + 1 + 1 + 9 − 25)) / 140 = 0.286.
    mixed = [*rising[:6], *(rising[at] for at in (5, 1, 2, 3, 4, 0))]
    (first, _) = offers_sentences(big_class(rising, mixed))
    assert "show no clear link (rank correlation +0.29, n = 12; by chance alone" in first
    assert "stay within ±0.59)" in first  # 1.96 / sqrt(11)


def test_this_class_and_earlier_ones() -> None:
    """All on the frontier at (50, 45), next to two classes of which one has fewer pairs than can be shown."""
    ours = big_class([(1, 1)] * 5, [])
    few = big_class([(1, 1)] * 4, [])
    page = debrief_files(ours, compare_classes(ours, [("old", ours), ("few", few)]), with_pdf=False)
    text = page["teacher/debrief.html"].decode()
    row = ["5", "100%", "100%", "75%", "100%", "67%"]
    assert rows_after(text, "How does this class compare?") == [["This class", *row], ["Earlier class 1", *row]]
    assert "This class next to 1 earlier class of the same level" in text
    assert "few" not in text[text.index("How does this class compare?") :]


def test_a_seats_page_has_its_own_offer_answers_and_second_agreement(tmp_path: Path) -> None:
    pages = debrief_files(debriefed(tmp_path, forms=FORMS), with_pdf=False)
    seat = pages["debrief/seat-003.html"].decode()
    assert "It was worth 40 points to you. You ended 10 points below it." in seat
    assert "It's worth 40 points to you: 10 points more." in seat
    assert "How happy are you with your result? <strong>2</strong>" in seat
    assert seat.count("<table") == 3
    walked = pages["debrief/seat-005.html"].decode()
    assert "It was worth 70 points to you.</p>" in walked
    assert "How it felt" not in walked
    assert "You ended exactly there." in pages["debrief/seat-007.html"].decode()


def test_the_grading_proposal_is_the_teachers_alone(tmp_path: Path) -> None:
    files = debrief_files(debriefed(tmp_path, forms=FORMS), with_pdf=False)
    rows = list(csv.reader(io.StringIO(files["teacher/grading-proposal.csv"].decode())))
    assert rows == [
        ["seat", "role", "preparation", "reflection", "play", "points"],
        ["1", "recruiter", "80", "71", "83.3", "76"],
        ["2", "candidate", "90", "80", "100", "87"],
        ["3", "candidate", "100", "65", "25", "77"],
        ["4", "recruiter", "0", "0", "0", "0"],
        ["5", "candidate", "60", "55", "25", "54"],
        ["7", "candidate", "70", "70", "58.3", "69"],
    ]
    page = files["teacher/grading-proposal.html"].decode()
    formula = "points = 0.45 x preparation + 0.45 x reflection + 0.10 x play"
    assert formula.replace(" x ", " \N{MULTIPLICATION SIGN} ") in page
    assert "No marks yet for seats 6, 8." in page
    others = [data.decode() for path, data in files.items() if "grading" not in path]
    assert [text for text in others if "grading" in text.lower() or "preparation" in text.lower()] == []


def test_no_exported_cell_is_a_formula(tmp_path: Path) -> None:
    """Spreadsheets run what begins with one of these, whatever a class, an issue or an option is called."""
    case, form = CASE.replace("A small case", '"@SUM(1)"'), HEADER + "".join(ROWS)
    for name, other in {"Place": "=1+1", "Seattle": "+1", "Austin": "-1"}.items():
        case, form = case.replace(name, f'"{other}"'), form.replace(name, other)
    found = debriefed(tmp_path, case=case, form=form, name="=cmd|' /C calc'!A0", forms={"marks.csv": MARKS})
    exported = {
        path: data.decode() for path, data in debrief_files(found, with_pdf=False).items() if path.endswith(".csv")
    }
    assert list(exported) == ["teacher/grading-proposal.csv"]
    cells = [cell for text in exported.values() for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
