"""`compkit workshop otree` and `import`: a project for a class's folder, and its export back in the forms."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from command_line import answered
from sample_class import CASE, write_class

from compkit.cli import run
from compkit.workshop import load_case, load_played_class
from compkit.workshop.live_export import EXPORT_START


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a class's folder as `compkit workshop new` writes it."""
    assert run(["workshop", "new", "--no-pdf", "--seats", "5", "-o", str(tmp_path / "class")]) == 0
    return tmp_path / "class"


def test_a_project_is_written(folder: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    code, answer, _ = answered("workshop", "otree", folder, "-o", project)
    assert (code, answer["seats"]) == (0, 5)
    assert answer["files"] == sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    assert {path.stat().st_mode & 0o077 for path in [project, *project.rglob("*")]} == {0}
    told = json.loads((project / "workshop" / "class.json").read_text(encoding="utf-8"))
    planned = json.loads((folder / "teacher" / "class.json").read_text(encoding="utf-8"))
    pairs = [{role: pair[role] for role in ("candidate", "recruiter")} for pair in planned["pairs"]]
    assert [{role: pair[role] for role in ("candidate", "recruiter")} for pair in told["pairs"]] == pairs


def test_the_same_class_gives_the_same_links(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run(["workshop", "otree", str(folder), "-o", str(tmp_path / name)]) == 0
    keys = [(tmp_path / name / "secret_key.txt").read_text(encoding="utf-8") for name in ("a", "b")]
    assert keys[0] == keys[1]


def test_a_case_of_ones_own(folder: Path, tmp_path: Path) -> None:
    """Weights are multiplied in: 15 and 5 count twice for the recruiter."""
    (folder / "teacher" / "case.yaml").write_text(CASE, encoding="utf-8")
    assert run(["workshop", "otree", str(folder), "-o", str(tmp_path / "project")]) == 0
    told = json.loads((tmp_path / "project" / "workshop" / "class.json").read_text(encoding="utf-8"))
    assert told["roles"]["recruiter"]["points"] == [[40, 25, 0], [30, 10], [10, 0]]
    assert told["roles"]["candidate"]["limit"] == 30


@pytest.mark.parametrize("text", ["[", "{}"])
def test_every_fault_comes_at_once(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_class(tmp_path, case="schema: x")
    (folder / "teacher" / "class.json").write_text(text, encoding="utf-8")
    (tmp_path / "project").mkdir()
    assert run(["workshop", "otree", str(folder), "-o", str(tmp_path / "project")]) == 2
    shown = capsys.readouterr().err
    assert "project: exists already. Choose another name, or remove it first." in shown
    assert "case.yaml: schema must be one of compkit/case@1" in shown
    assert "class.json: is not what `compkit workshop new` writes." in shown
    assert "secret.txt: can't be read: No such file or directory." in shown
    assert list((tmp_path / "project").iterdir()) == []


def export_of(folder: Path) -> str:
    """Return an export in which every pair walked away, after one offer of its candidate's, and answered 4, 4, 4, 4."""
    told = json.loads((folder / "teacher" / "class.json").read_text(encoding="utf-8"))
    issues = load_case(str(folder / "teacher" / "case.yaml")).issues
    first = [issue.options[0].name for issue in issues]
    rows: list[list[object]] = [[*EXPORT_START, *(issue.name for issue in issues)]]
    for pair in told["pairs"]:
        for role in ("candidate", "recruiter"):
            start = ["abc", pair["pair"], pair[role], role]
            rows.append([*start, "seat", "", "no", 4, 4, 4, 4, *[""] * len(issues)])
            rows += [[*start, "offer", 1, "", "", "", "", "", *first]] if role == "candidate" else []
    rows.append(["abc", "", told["observer"], "observer", "seat", *[""] * (6 + len(issues))])
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def test_an_export_fills_the_forms(folder: Path, tmp_path: Path) -> None:
    export = tmp_path / "export.csv"
    export.write_text(export_of(folder), encoding="utf-8-sig")
    code, answer, _ = answered("workshop", "import", folder, export)
    assert (code, answer["files"]) == (0, ["agreements.csv", "answers.csv", "first-offers.csv"])
    played = load_played_class(folder)
    assert [one.status for one in played.agreements] == ["no deal", "no deal"]
    assert set(played.first_offers) == {(1, 0), (2, 0)}
    assert {tuple(answers.values()) for answers in played.answers.values()} == {(4, 4, 4, 4)}
    assert answered("workshop", "debrief", folder, "--no-pdf")[1]["n_pairs"] == 2
    assert answered("workshop", "import", folder, export)[0] == 0  # the same again


def test_a_filled_form_stays(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = tmp_path / "export.csv"
    export.write_text(export_of(folder).replace(",4,4,4,4,", ",4,4,4,9,"), encoding="utf-8")
    answers = folder / "answers.csv"
    answers.write_text(answers.read_text(encoding="utf-8").replace("1,,,,", "1,5,,,"), encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.glob("*.csv")}
    assert run(["workshop", "import", str(folder), str(export)]) == 2
    assert "export.csv, line 2: relationship must be a whole number from 1 to 7, got '9'." in capsys.readouterr().err
    export.write_text(export_of(folder), encoding="utf-8")
    assert run(["workshop", "import", str(folder), str(export)]) == 2
    assert "answers.csv: is filled in already. Rename it to keep it, or remove it." in capsys.readouterr().err
    assert {path: path.read_bytes() for path in folder.glob("*.csv")} == before
