"""`compkit report --no-keep-images`: charts are in the pages alone, and everything else works as before."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from quick_engine import QuickEngine, use, write_offers
from sample_notebooks import write_notebook

from compkit.batch import notebooks
from compkit.cli import run

PARAMETERS = 'offers_file: str = ""\noffer_id: str = ""\nreport_date: str = ""'
DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
CELLS = (
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    f"""display({{"image/png": "{DOT}"}}, raw=True, metadata={{"image/png": {{"alt": "a dot"}}}})""",
    "print('no picture')",
)
IN_PAGES = re.compile(r'<img[^>]+src="data:image/png;base64,')
CHOICES = {"kept": "", "left out": "--no-keep-images"}
Capture = pytest.CaptureFixture[str]


def report(folder: Path, out: str, choice: str) -> int:
    day = ["--report-date", "2026-11-22"]
    where = [str(folder / "offers.yaml"), "-o", str(folder / out)]
    return run(["report", *where, "--notebook", "charts", "--kernels", *day, *choice.split()])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder with one offer's reports by each choice, from a notebook with two charts."""
    folder = tmp_path_factory.mktemp("images")
    (folder / "kit").mkdir()
    write_notebook(folder / "kit" / "charts.ipynb", PARAMETERS, *CELLS)
    write_offers(folder / "offers.yaml", {"one": 100_000.0})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(notebooks, "notebook_directory", lambda: folder / "kit")
        for out, choice in CHOICES.items():
            assert report(folder, out, choice) == 0
        yield folder


def file_of(folder: Path, out: str, ending: str) -> Path:
    return folder / out / "one" / f"charts.{ending}"


def types_of(folder: Path, out: str) -> list[set[str]]:
    """Content types of each output that is not a stream."""
    notebook = nbformat.read(file_of(folder, out, "ipynb"), as_version=4)
    nbformat.validate(notebook)
    return [set(output.data) for cell in notebook.cells for output in cell.get("outputs", ()) if "data" in output]


@pytest.mark.long
def test_the_notebooks_have_none_and_the_pages_have_all(folder: Path) -> None:
    """A removed chart leaves its text."""
    assert types_of(folder, "kept") == [{"image/png", "text/plain"}, {"image/png"}]
    assert types_of(folder, "left out") == [{"text/plain"}, set()]
    page = file_of(folder, "left out", "html").read_text()
    assert len(IN_PAGES.findall(page)) == 2
    assert page == file_of(folder, "kept", "html").read_text()


@pytest.mark.long
def test_such_reports_reproduce_and_what_changed_is_found(folder: Path, capsys: Capture) -> None:
    assert run(["check", str(folder / "left out")]) == 0
    assert capsys.readouterr().out == "1 of 1 notebooks reproduce.\n"
    path = file_of(folder, "left out", "ipynb")
    whole = path.read_text()
    path.write_text(whole.replace('"no picture\\n"', '"a picture\\n"'))
    assert run(["check", str(folder / "left out"), "--json"]) == 1
    (found,) = json.loads(capsys.readouterr().out)["notebooks"]
    assert (found["status"], found["cell"]) == ("changed", 5)
    path.write_text(whole)


@pytest.mark.long
def test_the_choice_alone_is_no_change_of_figures(folder: Path, capsys: Capture) -> None:
    assert run(["diff", str(folder / "kept"), str(folder / "left out"), "--json"]) == 0
    assert {report["change"] for report in json.loads(capsys.readouterr().out)["reports"]} == {"same"}


@pytest.mark.long
def test_the_other_choice_makes_the_reports_anew(
    folder: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = use(QuickEngine(), monkeypatch)
    for out, choice, made in (
        ("kept", "--keep-images", []),
        ("left out", "--no-keep-images", []),
        ("left out", "", [True]),
        ("kept", "--no-keep-images", [False]),
    ):
        copied = shutil.copytree(folder / out, folder / f"copy of {out}", dirs_exist_ok=True)
        engine.jobs.clear()
        assert report(folder, copied.name, f"{choice} --json") == 0
        (told,) = json.loads(capsys.readouterr().out)["reports"]
        assert told["status"] == ("ok" if made else "skipped")
        assert [job.keep_images for job in engine.jobs] == made
