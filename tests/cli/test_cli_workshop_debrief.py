"""`compkit workshop debrief`: all forms of a class, several classes, and earlier ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import answered
from sample_class import ANSWERS, FORMS, HEADER, ROWS, write_class

from compkit.cli import run

DEAL = ',yes,"$180,000",February 1,Seattle\n'


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def leveled(folder: Path, n_pairs: int, level: str) -> Path:
    """Write a class of a level in which every pair agreed on the frontier."""
    root = write_class(folder)
    pairs = [{"candidate": 2 * at - 1, "recruiter": 2 * at} for at in range(1, n_pairs + 1)]
    told = {"schema": "compkit/class@1", "case": "A class", "level": level, "pairs": pairs}
    (root / "teacher" / "class.json").write_text(json.dumps(told), encoding="utf-8")
    rows = [f"{at},{2 * at - 1},{2 * at}{DEAL}" for at in range(1, n_pairs + 1)]
    (root / "agreements.csv").write_text(HEADER + "".join(rows), encoding="utf-8")
    return root


def test_all_forms_in_one_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_class(tmp_path, forms=FORMS)
    code, answer, _ = answered("workshop", "debrief", folder, "--no-pdf")
    assert code == 0
    assert answer["first_offers"][0] == {
        "pair": 1, "side": "candidate", "own": 70, "other": 20, "result": 50, "change": -20
    }  # fmt: skip
    assert answer["first_offer_correlations"]["recruiter"] == {"n": 3, "rank_correlation": None}
    assert answer["post_settlement"][0] == {"pair": 2, "points": [40, 65], "gains": [10, 5], "points_left": 0}
    assert answer["answers"][0] == {
        "side": "both", "question": "outcome", "counts": [0, 2, 1, 0, 1, 2, 1], "median": 5
    }  # fmt: skip
    assert answer["earlier"] is None
    assert "marks" not in json.dumps(answer)
    assert "teacher/grading-proposal.csv" in answer["files"]
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 0
    assert "Wrote teacher/grading-proposal.csv, for you alone." in capsys.readouterr().out
    (folder / "marks.csv").unlink()
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 0
    assert not (folder / "teacher" / "grading-proposal.csv").exists()
    assert not (folder / "teacher" / "grading-proposal.html").exists()


def test_a_fault_in_any_form_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_class(tmp_path, forms=FORMS | {"answers.csv": ANSWERS.replace("6,5,6,6,6", "6,9,6,6,6")})
    (folder / "marks.csv").write_text("seat,preparation,reflection\n1,50,x\n", encoding="utf-8")
    before = contents(folder)
    assert run(["workshop", "debrief", str(folder)]) == 2
    assert contents(folder) == before
    said = capsys.readouterr()
    assert said.out == ""
    assert "answers.csv, line 7: outcome must be a whole number from 1 to 7, got '9'." in said.err
    assert "marks.csv, line 2: reflection must be a whole number from 0 to 100, got 'x'." in said.err


def test_several_classes_get_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A faulty one does not stop the others."""
    good, other = write_class(tmp_path / "a"), leveled(tmp_path / "c", 2, "logrolling")
    bad = write_class(tmp_path / "b", form=HEADER + "".join(ROWS[:2]))
    before = contents(bad)
    assert run(["workshop", "debrief", *map(str, (good, bad, other, good)), "--no-pdf"]) == 2
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        f"{good}: 3 of 4 pairs agreed, 1 on the frontier; 90 points left on the table.",
        f"{bad}: not debriefed, 2 faults.",
        f"{other}: 2 of 2 pairs agreed, 2 on the frontier; 0 points left on the table.",
    ]
    assert said.err.count("has no row for pair") == 2
    assert contents(bad) == before
    assert (good / "teacher" / "debrief.html").is_file()
    assert (other / "debrief" / "seat-004.html").is_file()
    code, answer, _ = answered("workshop", "debrief", good, bad, "--no-pdf")
    assert code == 2
    assert [one["folder"] for one in answer["classes"]] == [str(good), str(bad)]
    assert answer["classes"][0]["n_deals"] == 3
    assert [fault["message"][:23] for fault in answer["classes"][1]["faults"]] == [
        "has no row for pair 3 (", "has no row for pair 4 ("
    ]  # fmt: skip
    assert run(["workshop", "debrief", str(good), str(other), "--no-pdf"]) == 0


def test_earlier_classes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = leveled(tmp_path / "mine", 2, "logrolling")
    old, other = leveled(tmp_path / "old", 6, "logrolling"), leveled(tmp_path / "other", 6, "no-deal")
    few = leveled(tmp_path / "few", 4, "logrolling")
    before = {path: contents(path) for path in (old, other, few)}
    code, answer, _ = answered("workshop", "debrief", mine, "--earlier", old, other, few, "--no-pdf")
    assert code == 0
    assert answer["earlier"]["classes"] == [
        {"n_pairs": 6, "agreed": 1, "on_frontier": 1, "median_created": 0.75, "median_efficiency": 1,
         "median_candidate_share": 2 / 3}
    ]  # fmt: skip
    assert answer["earlier"]["left_out"] == [
        {"folder": str(other), "reason": "its level is no-deal, not logrolling"},
        {"folder": str(few), "reason": "only 4 pairs played, and 5 are needed"},
    ]
    assert {path: contents(path) for path in (old, other, few)} == before
    assert run(["workshop", "debrief", "--no-pdf", str(mine), f"--earlier={old}", "--earlier", str(few)]) == 0
    assert f"Left out {few}: only 4 pairs played, and 5 are needed." in capsys.readouterr().out
    page = (mine / "teacher" / "debrief.html").read_text(encoding="utf-8")
    assert "Earlier class 1" in page
    assert "Earlier class 2" not in page
    assert str(tmp_path) not in page


def test_faults_of_earlier_classes_come_at_once_with_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = write_class(tmp_path / "mine", form=HEADER + "".join(ROWS[:3]))
    old = write_class(tmp_path / "old", form=HEADER + "".join(ROWS[1:]))
    assert run(["workshop", "debrief", str(mine), "--earlier", str(old), str(mine)]) == 2
    shown = capsys.readouterr().err
    assert f"{old}/agreements.csv: has no row for pair 1" in shown
    assert f"{mine}/agreements.csv: has no row for pair 4" in shown
    assert f"{mine}: --earlier is a class that you debrief. Remove it." in shown
    assert not (mine / "debrief").exists()
    assert run(["workshop", "debrief", str(mine), "--earlier"]) == 2
    assert "--earlier" in capsys.readouterr().err
    assert run(["workshop", "debrief", "--earlier", str(old), str(mine)]) == 2
    assert "DIR" in capsys.readouterr().err


def test_absent_seats_have_marks_but_no_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Seat 4 does not come, and its partner observes; the other pairs keep their numbers."""
    folder = tmp_path / "class"
    assert run(["workshop", "new", "--seats", "8", "--no-pdf", "-o", str(folder)]) == 0
    assert run(["workshop", "absent", str(folder), "4"]) == 0
    for name, blank in {"agreements.csv": ",,", "marks.csv": ",", "answers.csv": ","}.items():
        head, *rows = (folder / name).read_text(encoding="utf-8").splitlines()
        fill = ",no," if name == "agreements.csv" else ",5,6" if name == "marks.csv" else ",5"
        kept = [row.replace(blank * (2 if name == "marks.csv" else 1), fill, 1) for row in rows]
        (folder / name).write_text("\n".join([head, *kept]), encoding="utf-8")
    capsys.readouterr()
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[2] for line in shown] == [
        "seat is 4, who was absent. Clear the row.", f"seat is {observer(folder)}, who observed. Clear the row."
    ]  # fmt: skip
    (folder / "answers.csv").unlink()
    code, answer, _ = answered("workshop", "debrief", folder, "--no-pdf")
    assert (code, answer["n_pairs"]) == (0, 3)
    grades = (folder / "teacher" / "grading-proposal.csv").read_text(encoding="utf-8").splitlines()
    assert len(grades) == 9
    assert grades[4] == "4,,5,6,,6"  # 5.5, rounded up


def observer(folder: Path) -> int:
    values = json.loads((folder / "teacher" / "class.json").read_text(encoding="utf-8"))
    return int(values["observer"])


def test_a_pair_that_does_not_want_to_be_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pair 2 alone has 62% and 15 points left, and seats 3 and 1; the others leave 40 + 35 = 75."""
    folder = write_class(tmp_path, forms=FORMS)
    assert run(["workshop", "debrief", str(folder), "--hide", "2", "--no-pdf"]) == 0
    page = (folder / "teacher" / "debrief.html").read_text(encoding="utf-8")
    assert "2 of 3 pairs agreed." in page
    assert "75 points were left on the table." in page
    assert "1 pair found a better second agreement: 30 points more in all." in page
    assert "Not shown, and not counted: 1 pair." in page
    assert "62%" not in page
    assert "Pair 2" not in page
    assert not re.search(r"<td[^>]*>(3|1)</td><td class=.number.>(30|60)</td>", page)
    assert (folder / "debrief" / "seat-003.html").is_file()
    assert "Rank among the 4" in (folder / "debrief" / "seat-002.html").read_text(encoding="utf-8")
    assert answered("workshop", "debrief", folder, "--no-pdf", "--hide", "2")[1]["n_pairs"] == 4
    assert "1 pair looked for one and found none." in page
    assert run(["workshop", "debrief", str(folder), "--hide", "3", "--no-pdf"]) == 0
    assert "found none" not in (folder / "teacher" / "debrief.html").read_text(encoding="utf-8")
    before = contents(folder)
    capsys.readouterr()
    assert run(["workshop", "debrief", str(folder), "--hide", "7", "3"]) == 2
    assert run(["workshop", "debrief", str(folder), "--hide", "1", "2", "3", "4"]) == 2
    assert run(["workshop", "debrief", str(folder), str(folder / "."), str(folder / "other"), "--hide", "2"]) == 2
    shown = capsys.readouterr().err.splitlines()
    assert "--hide must be the number of a pair, got 7." in shown
    assert "--hide leaves no pair to show. Name fewer." in shown
    assert "--hide is about one class, got 2. Debrief that class alone." in shown
    assert contents(folder) == before


def test_a_hidden_pair_stays_hidden_until_it_is_taken_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_class(tmp_path, forms=FORMS)
    hidden = folder / "teacher" / "hidden.txt"
    page = folder / "teacher" / "debrief.html"
    assert run(["workshop", "debrief", str(folder), "--hide", "2", "--no-pdf"]) == 0
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 0
    assert "62%" not in page.read_text(encoding="utf-8")
    assert "Hidden: pair 2. To show one, take it out of teacher/hidden.txt." in capsys.readouterr().out
    hidden.write_text("two", encoding="utf-8")
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 2
    assert capsys.readouterr().err.endswith("hidden.txt: must have the number of a pair in each line, got 'two'.\n")
    hidden.write_text("9", encoding="utf-8")
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 2
    assert capsys.readouterr().err.endswith("hidden.txt must be the number of a pair, got 9.\n")
    hidden.unlink()
    assert run(["workshop", "debrief", str(folder), "--no-pdf"]) == 0
    assert "62%" in page.read_text(encoding="utf-8")
