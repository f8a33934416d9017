"""`compkit workshop otree`: a project for a class's folder, or every fault of the folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import answered
from sample_class import CASE, write_class

from compkit.cli import run


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
