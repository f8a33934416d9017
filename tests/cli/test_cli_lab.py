"""`compkit lab`: the folder it fills and leaves alone, and how it starts JupyterLab."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from quick_cases import mostly_long
from sample_notebooks import student_notebooks, write_notebook

from compkit.batch import fill_notebooks, kit
from compkit.cli import run

ROOT = Path(__file__).resolve().parents[2]
NAMES = tuple(student_notebooks())
DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the list of arguments that JupyterLab is started with; it does not run."""
    seen: list[list[str]] = []
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", seen.append)
    return seen


def texts_of(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.ipynb")}


def test_it_fills_the_folder_once(tmp_path: Path, started: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my-notebooks"
    assert run(["lab", str(folder)]) == 0
    assert f"Added to {folder}: {', '.join(NAMES)}." in capsys.readouterr().err
    before = texts_of(folder)
    assert tuple(sorted(before)) == NAMES
    assert run(["lab", str(folder)]) == 0
    assert "Added" not in capsys.readouterr().err
    assert texts_of(folder) == before
    for arguments in started:
        assert arguments[:2] == ["--notebook-dir", str(folder)]
        assert "--LabApp.default_url=/lab/tree/start.ipynb" in arguments


def test_what_a_person_changed_stays(tmp_path: Path) -> None:
    (tmp_path / "start.ipynb").write_text("mine", encoding="utf-8")
    fill_notebooks(tmp_path)
    (tmp_path / "guide_audit.ipynb").write_text("changed", encoding="utf-8")
    (tmp_path / "offers.yaml").write_text("offers: []", encoding="utf-8")
    (tmp_path / "hiring_process.ipynb").unlink()
    filled = fill_notebooks(tmp_path)
    assert (filled.added, filled.outdated) == (("hiring_process.ipynb",), ())
    texts = texts_of(tmp_path)
    assert (texts["start.ipynb"], texts["guide_audit.ipynb"]) == ("mine", "changed")
    assert (tmp_path / "offers.yaml").read_text(encoding="utf-8") == "offers: []"


def test_a_newer_version_is_told_of_and_a_new_notebook_is_added(
    tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, mine = tmp_path / "kit", tmp_path / "mine"
    ours.mkdir()

    def write(name: str, source: str) -> None:
        cell = nbformat.v4.new_code_cell(source, id="only")
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), ours / name)

    monkeypatch.setattr(kit, "notebook_directory", lambda: ours)
    write("one.ipynb", "1")
    write("two.ipynb", "2")
    fill_notebooks(mine)
    before = texts_of(mine)
    write("two.ipynb", "3")
    write("three.ipynb", "3")
    assert run(["lab", str(mine)]) == 0
    assert capsys.readouterr().err.splitlines()[:2] == [
        f"Added to {mine}: three.ipynb.",
        "compkit has newer versions of two.ipynb. Yours stay; rename or delete them to get the new ones.",
    ]
    assert {name: text for name, text in texts_of(mine).items() if name != "three.ipynb"} == before
    (mine / "two.ipynb").rename(mine / "my-two.ipynb")
    assert fill_notebooks(mine).added == ("two.ipynb",)
    assert fill_notebooks(mine).outdated == ()
    assert started


def test_folders_are_copied_but_no_solutions(
    tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours, mine = tmp_path / "kit", tmp_path / "mine"
    for name in ("one", "class/two", "class/solutions/two", "solutions/one", ".ipynb_checkpoints/one"):
        write_notebook(ours / f"{name}.ipynb", "seed: int = 1  # a number", "seed")
    monkeypatch.setattr(kit, "notebook_directory", lambda: ours)
    assert fill_notebooks(mine).added == ("class/two.ipynb", "one.ipynb")
    assert sorted(texts_of(mine)) == ["class/two.ipynb", "one.ipynb"]
    (blocked := tmp_path / "blocked").mkdir()
    (blocked / "class").write_text("mine")
    assert run(["lab", str(blocked)]) == 2
    assert capsys.readouterr().err == f"{blocked / 'class'}: is a file. Choose another folder.\n"
    assert [path.name for path in blocked.iterdir()] == ["class"]
    assert started == []


@pytest.mark.parametrize("record", ["", "[]", "{"])
def test_a_broken_record_stops_nothing(record: str, tmp_path: Path) -> None:
    fill_notebooks(tmp_path)
    (tmp_path / ".compkit.json").write_text(record, encoding="utf-8")
    assert fill_notebooks(tmp_path).added == ()


def test_a_file_in_its_place_is_refused(
    tmp_path: Path, started: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").write_text("", encoding="utf-8")
    assert run(["lab", str(tmp_path / "mine")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'mine'}: is a file. Choose another folder.\n"
    assert started == []


@pytest.mark.parametrize(
    ("user", "display", "platform", "options"),
    [
        (1000, "DISPLAY", "linux", ()),
        (1000, "WAYLAND_DISPLAY", "linux", ()),
        (1000, "BROWSER", "linux", ()),
        (1000, None, "linux", ("--no-browser",)),
        (0, "DISPLAY", "linux", ("--allow-root",)),
        (0, None, "linux", ("--allow-root", "--no-browser")),
        (501, None, "darwin", ()),
        (None, None, "win32", ()),
    ],
)
def test_lab_starts_as_root_and_without_a_display(
    user: int | None,
    display: str | None,
    platform: str,
    options: tuple[str, ...],
    started: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fill_notebooks(tmp_path)
    for name in DISPLAYS:
        monkeypatch.delenv(name, raising=False)
    if display:
        monkeypatch.setenv(display, ":0")
    if user is None:
        monkeypatch.delattr(os, "geteuid", raising=False)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    assert run(["lab", str(tmp_path)]) == 0
    (arguments,) = started
    assert tuple(argument for argument in arguments if argument in ("--allow-root", "--no-browser")) == options
    said = capsys.readouterr().err
    assert len(said.splitlines()) == len(options)
    assert ("You are root" in said) == ("--allow-root" in options)
    assert ("open the address" in said) == ("--no-browser" in options)


def test_what_jupyterlab_is_given_is_there(tmp_path: Path, started: list[list[str]]) -> None:
    assert run(["lab", str(tmp_path)]) == 0
    folders = {argument.split("=")[-1] for argument in started[0] if "dir=" in argument or "path=" in argument}
    (folder,) = folders
    assert "jp-InputPlaceholder" in (Path(folder) / "custom.css").read_text(encoding="utf-8")
    settings: dict[str, Any] = json.loads((Path(folder) / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


@pytest.mark.parametrize("name", mostly_long([name for name in NAMES if "/" not in name], ("start.ipynb",)))
def test_the_copies_are_about_the_offers_file_in_the_folder(name: str, tmp_path: Path) -> None:
    """It runs where it is, on an offers file beside it."""
    fill_notebooks(tmp_path)
    (tmp_path / "offers.yaml").write_text(OWN, encoding="utf-8")
    copy = nbformat.read(tmp_path / name, as_version=4)
    NotebookClient(copy, resources={"metadata": {"path": str((tmp_path / name).parent)}}).execute()
    shown = [str(output) for cell in copy.cells for output in cell.get("outputs", ())]
    own = any("Initech" in text or "Initrode" in text for text in shown)
    assert own is (name not in ("guide_audit.ipynb", "market_intelligence.ipynb", "workshop_debrief.ipynb")), name


OWN = """\
offers:
  - id: one
    company: Initech
    level: L5
    location: Austin
    base_salary: 150k
  - id: two
    company: Initrode
    level: L5
    location: Austin
    base_salary: 160k
"""
