"""`compkit workshop`: what a case allows, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import answered
from sample_class import HEADER, ROWS, write_class

from compkit.cli import run

CASE = """\
schema: compkit/case@1
title: A case\u200b
roles: {candidate: {reservation: 3}, recruiter: {reservation: LIMIT}}
issues:
  - {name: Pay, options: [{name: low, candidate: 0, recruiter: 9}, {name: high, candidate: 5, recruiter: 4}]}
  - {name: Bonus, options: [{name: none, candidate: 0, recruiter: 2}, {name: paid, candidate: 3, recruiter: 0}]}
"""


def case_file(folder: Path, limit: int) -> Path:
    path = folder / "case.yaml"
    path.write_text(CASE.replace("LIMIT", str(limit)), encoding="utf-8")
    return path


def test_a_case_as_json(tmp_path: Path) -> None:
    """Outcomes (0,11) (3,9) (5,6) (8,4); limits 3 and 4 leave gains (0,5) (2,2) (5,0)."""
    code, answer, _ = answered("workshop", "analyse", case_file(tmp_path, 4))
    assert code == 0
    assert (answer["n_outcomes"], answer["n_pareto"], answer["reservation"]) == (4, 4, [3, 4])
    assert answer["pareto"] == [[8, 4], [5, 6], [3, 9], [0, 11]]
    assert answer["nash"] == answer["kalai_smorodinsky"] == answer["egalitarian"] == [[5, 6]]
    assert answer["utilitarian"] == [[8, 4], [3, 9]]
    assert answer["packages"]["nash"] == [{"Pay": "high", "Bonus": "none"}]
    assert (answer["has_deal"], answer["n_suiting_both"]) == (True, 3)


def test_no_deal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = case_file(tmp_path, 10)
    answer = answered("workshop", "analyse", path)[1]
    assert (answer["has_deal"], answer["n_suiting_both"], answer["n_pareto"]) == (False, 0, 4)
    assert [answer[name] for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")] == [[]] * 4
    assert run(["workshop", "analyse", str(path)]) == 0
    shown = capsys.readouterr().out
    assert "No deal: no agreement suits both sides" in shown
    assert "Nash" not in shown
    assert "\u200b" not in shown


def test_a_faulty_case_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(CASE.replace("reservation: LIMIT", "").replace("candidate: 5", "candidate: x"), encoding="utf-8")
    assert run(["workshop", "analyse", str(path)]) == 2
    shown = capsys.readouterr().err
    assert "roles.recruiter.reservation is missing. Add it." in shown
    assert "issues[0].options[1].candidate must be a whole number, got 'x'." in shown


NEW = ("workshop", "new", "--no-pdf", "--seats", "5", "--case", "Fall term", "--seed", "3")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_class_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer, _ = answered(*NEW, "-o", tmp_path / "class")
    assert code == 0
    assert answer["files"] == sorted(contents(tmp_path / "class"))
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "class").rglob("*")} == {0}
    assert run(["workshop", "analyse", str(tmp_path / "class" / "teacher" / "case.yaml")]) == 0
    assert "Fall term" in capsys.readouterr().out


def test_the_same_seed_and_secret_give_the_same_bytes(tmp_path: Path) -> None:
    secret = tmp_path / "a" / "teacher" / "secret.txt"
    assert run([*NEW, "-o", str(tmp_path / "a")]) == 0
    assert run([*NEW, "-o", str(tmp_path / "b"), "--secret", str(secret)]) == 0
    assert run([*NEW, "-o", str(tmp_path / "c")]) == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    public = ("agreements.csv", "everyone/pairs.html", "everyone/preparation.html", "teacher/class.json")
    ours, other = contents(tmp_path / "a"), contents(tmp_path / "c")
    assert [path for path in ours if ours[path] == other[path]] != []
    assert {path: ours[path] == other[path] for path in public} == dict.fromkeys(public, True)
    assert {ours[path] == other[path] for path in ("candidate/brief.html", "recruiter/brief.html")} == {False}


def test_what_is_missing_is_written_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "class"
    assert run([*NEW, "-o", str(folder)]) == 0
    before = contents(folder)
    (folder / "recruiter" / "brief.html").unlink()
    (folder / "agreements.csv").write_text("filled in", encoding="utf-8")
    assert run([*NEW, "-o", str(folder)]) == 0
    assert contents(folder) == before | {"agreements.csv": b"filled in"}
    assert run([*NEW, "-o", str(folder), "--seats", "6"]) == 2
    assert "holds another class: its teacher/plan.html differs." in capsys.readouterr().err
    assert contents(folder) == before | {"agreements.csv": b"filled in"}


def test_a_class_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "there").mkdir()
    assert run([*NEW, "-o", str(tmp_path / "there"), "--case", " ", "--secret", str(tmp_path / "none")]) == 2
    shown = capsys.readouterr().err
    assert "--case must be 1 to 60 characters on one line, got ' '." in shown
    assert "there: exists already. Choose another name, or remove it first." in shown
    assert "none: can't be read: No such file or directory." in shown
    assert list((tmp_path / "there").iterdir()) == []


def test_a_level_may_have_a_space(tmp_path: Path) -> None:
    assert run([*NEW, "-o", str(tmp_path / "a"), "--level", "hidden interests"]) == 0
    assert '"level": "hidden-interests"' in (tmp_path / "a" / "teacher" / "class.json").read_text(encoding="utf-8")


def test_a_debrief_writes_its_files(tmp_path: Path) -> None:
    folder = write_class(tmp_path)
    (folder / "teacher" / "debrief.pdf").write_bytes(b"of an earlier form")
    code, answer, _ = answered("workshop", "debrief", folder, "--no-pdf")
    assert code == 0
    assert answer["files"] == [*(f"debrief/seat-{seat:03}.html" for seat in range(1, 9)), "teacher/debrief.html"]
    assert all((folder / path).is_file() for path in answer["files"])
    assert not (folder / "teacher" / "debrief.pdf").exists()
    assert (answer["n_pairs"], answer["n_deals"], answer["n_on_frontier"], answer["points_left"]) == (4, 3, 1, 90)
    assert [one["efficiency"] for one in answer["pairs"]] == [1, 0.625, 0, 0.125]
    assert answer["pairs"][2]["ranks"] == [3, 3]
    assert answer["pairs"][2]["z_scores"] == [None, None]
    assert [one["below_limit"] for one in answer["pairs"]] == [[], [], [], ["recruiter"]]


def test_a_faulty_form_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_class(tmp_path, form=HEADER + ROWS[0].replace("Seattle", "Boston") + ROWS[1] + ROWS[2])
    before = sorted(folder.rglob("*"))
    assert run(["workshop", "debrief", str(folder)]) == 2
    assert sorted(folder.rglob("*")) == before
    shown = capsys.readouterr().err
    assert "agreements.csv, line 2: Place must be one of Seattle, Austin, got 'Boston'." in shown
    assert "has no row for pair 4" in shown


@pytest.mark.parametrize("text", ["{}", "[", '{"schema": "compkit/class@1", "case": "x", "pairs": [{"candidate": 1}]}'])
def test_faults_of_all_three_files_come_at_once(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_class(tmp_path, case="schema: x")
    (folder / "teacher" / "class.json").write_text(text, encoding="utf-8")
    (folder / "agreements.csv").write_bytes(b"\xff\xfe")
    assert run(["workshop", "debrief", str(folder)]) == 2
    shown = capsys.readouterr().err
    assert "class.json: is not what `compkit workshop new` writes" in shown
    assert "case.yaml" in shown
    assert "agreements.csv: can't be read: it is not text in UTF-8" in shown


def test_a_class_from_new_to_debrief(tmp_path: Path) -> None:
    """Every pair walks away from a case in which a deal was possible."""
    folder = tmp_path / "class"
    assert answered("workshop", "new", "--seats", "5", "--no-pdf", "-o", folder)[0] == 0
    form = folder / "agreements.csv"
    head, *rows = form.read_text(encoding="utf-8").splitlines()
    form.write_text("\n".join([head, *(row.replace(",,", ",no,", 1) for row in rows)]), encoding="utf-8-sig")
    code, answer, _ = answered("workshop", "debrief", folder, "--no-pdf")
    assert (code, answer["n_pairs"], answer["n_deals"]) == (0, 2, 0)
    assert answer["points_left"] > 0


def test_the_answer_key(capsys: pytest.CaptureFixture[str]) -> None:
    """Worked out by hand in tests/cases/exercises.csv."""
    code, answer, _ = answered("workshop", "key", "--exercise", "offer_arithmetic", "--exercise", "packages")
    assert code == 0
    assert answer["seed"] == 1
    assert answer["answers"]["offer_arithmetic"]["year-one"] == "$322,000"
    assert list(answer["answers"]) == ["offer_arithmetic", "packages"]
    assert run(["workshop", "key"]) == 0
    lines = capsys.readouterr().out.splitlines()
    titles = ["offer_arithmetic", "reading_a_market", "walk_away", "packages", "counter_letter"]
    assert [line for line in lines if not line.startswith(" ")] == [f"{title}, seed 1" for title in titles]
    assert "  percentile: 25%" in lines
    assert "  ask: $237,001 to $265,000" in lines
    assert run(["workshop", "key", "--seed", str(10**9 + 1)]) == 2
    assert "seed must be a whole number from 0 to 1,000,000,000, got 1000000001." in capsys.readouterr().err
