"""One person's reports come first, and the run names the page to read while it makes the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from quick_engine import QuickEngine, use, write_kit, write_offers

from compkit.batch import notebooks
from compkit.batch.first_page import FirstPage
from compkit.batch.folder.results import ReportResult
from compkit.batch.notebooks import Notebook
from compkit.batch.planning import Report
from compkit.cli import run
from compkit.offers import load_offers
from compkit.offers.people import people_of

PEOPLE = {"kim": {"name": "Kim"}, "lee": {"name": "Lee"}}
OF_TWO = {"a@kim": 1e5, "b@lee": 1e5, "c@kim": 1e5, "d@lee": 1e5}
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> QuickEngine:
    """Engine for batches of `offers.yaml` in this folder."""
    write_kit(tmp_path / "kit")
    monkeypatch.setattr(notebooks, "notebook_directory", lambda: tmp_path / "kit")
    monkeypatch.chdir(tmp_path)
    write_offers(tmp_path / "offers.yaml", OF_TWO, candidates=PEOPLE)
    return use(QuickEngine(), monkeypatch)


def report(*options: str) -> int:
    names = ("each", "seeing", "free")
    return run(["report", "offers.yaml", "-o", "out", *(f"--notebook={name}" for name in names), *options])


def made(engine: QuickEngine) -> list[object]:
    """Whose report each job was; None for one about no offer."""
    return [job.parameters.get("offer_id") for job in engine.jobs]


def lines(capsys: Capture) -> list[str]:
    return [line for line in capsys.readouterr().err.splitlines() if not line.startswith("warning: ")]


def test_the_first_persons_reports_come_first(engine: QuickEngine, tmp_path: Path, capsys: Capture) -> None:
    """Kim's offers a and c, two notebooks each, are done after 4 of 9 reports; Lee's follow as in the file."""
    assert report() == 0
    assert made(engine) == ["a", "a", "c", "c", "b", "b", "d", "d", None]
    told = lines(capsys)
    assert told[0] == "Making 9 reports. Starting takes a few seconds ..."
    place = told.index(f"First page: {tmp_path / 'out' / 'a' / 'each.html'}")
    assert told[place - 1].startswith("4 of 9 reports")
    assert told[place + 1].startswith("5 of 9 reports")


def test_the_page_is_there_when_it_is_told(
    engine: QuickEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def step(_progress: object, line: str) -> None:
        if line.startswith("First page: "):
            path = Path(line.removeprefix("First page: "))
            seen.append((path.relative_to(tmp_path).as_posix(), path.is_file()))

    monkeypatch.setattr("compkit.cli.progress.ReportProgress.step", step)
    engine.failing = {"A L6, Seattle: The each question?"}
    report()
    assert seen == [("out/a/seeing.html", True)]


def test_results_stay_in_the_order_of_the_file(engine: QuickEngine, capsys: Capture) -> None:
    assert report("--json") == 0
    out, err = capsys.readouterr()
    assert [line for line in err.splitlines() if not line.startswith("warning: ")] == []
    assert [line.split('"')[3] for line in out.splitlines() if '"offer": "' in line] == list("aabbccdd")
    assert made(engine)[2] == "c"


def test_of_one_persons_offers_the_first_comes_first(engine: QuickEngine, tmp_path: Path, capsys: Capture) -> None:
    write_offers(tmp_path / "offers.yaml", {"a": 1e5, "b": 1e5})
    assert report() == 0
    assert made(engine) == ["a", "a", "b", "b", None]
    told = lines(capsys)
    assert told.index(f"First page: {tmp_path / 'out' / 'a' / 'each.html'}") == 3  # after the start and 1, 2 of 5


def test_a_run_that_makes_nothing_names_no_first_page(engine: QuickEngine, capsys: Capture) -> None:
    report()
    engine.jobs.clear()
    lines(capsys)
    assert report() == 0
    assert made(engine) == []
    assert [line for line in lines(capsys) if "First page" in line or "Making" in line] == []


def test_what_was_there_already_is_told_at_once(engine: QuickEngine, tmp_path: Path, capsys: Capture) -> None:
    """Kim's reports exist, Lee's salary has changed: the page is named before the first report."""
    report("--notebook=each")
    engine.jobs.clear()
    lines(capsys)
    write_offers(tmp_path / "offers.yaml", OF_TWO | {"b@lee": 2e5}, candidates=PEOPLE)
    assert report() == 0
    assert set(made(engine)) == {"b", "d"}
    told = [line for line in lines(capsys) if "of 9 reports" not in line]
    assert told == [
        "Making 3 reports. Starting takes a few seconds ...",
        f"First page: {tmp_path / 'out' / 'a' / 'each.html'}",
    ]


@pytest.mark.usefixtures("engine")
def test_one_offer_alone_has_no_first_page(tmp_path: Path, capsys: Capture) -> None:
    write_offers(tmp_path / "offers.yaml", {"a": 1e5})
    assert run(["report", "offers.yaml", "-o", "out", "--notebook", "each"]) == 0
    assert lines(capsys) == ["Making 1 report. Starting takes a few seconds ..."]


@pytest.mark.usefixtures("engine")
def test_the_page_about_the_person_is_the_one_to_read(tmp_path: Path) -> None:
    """Of two people with an offer report and a comparison each: Kim's comparison, once, when both are done."""
    each, whole = (Notebook(tmp_path / "kit" / f"{name}.ipynb") for name in ("each", "whole"))
    people = people_of(load_offers(tmp_path / "offers.yaml"))
    reports = [Report(each, person.entries[0], person) for person in people]
    reports += [Report(whole, None, person) for person in people]
    first = FirstPage(reports)
    assert first.order([0, 1, 2, 3]) == [0, 2, 1, 3]
    results = {0: ReportResult("a", "each", "ok", 1.0, "a/each.html", None)}
    assert first.page(results) is None
    results[2] = ReportResult("people/kim", "whole", "ok", 1.0, "people/kim/whole.html", None)
    assert [first.page(results), first.page(results)] == ["people/kim/whole.html", None]
