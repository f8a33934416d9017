"""`compkit init`: copies of the notebooks and samples, without outputs, of today, and about your own offers."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import nbformat
import pytest
from sample_notebooks import student_notebooks

from compkit.analysis.comparisons import load_comparison
from compkit.analysis.evaluation import load_evaluation
from compkit.analysis.place_requests import load_location_analysis
from compkit.cli import run
from compkit.errors import OutOfRangeError
from compkit.negotiation.plan import load_negotiation_plan
from compkit.periods import parse_report_date

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = str(ROOT / "data" / "offers" / "sample.yaml")
NOTEBOOKS = student_notebooks()
BEFORE = "amazon-l6-seattle-before"


def cells_of(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_the_copies_are_of_today_and_without_outputs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert run(["init", str(folder), "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert files == [
        *(str(folder / "notebooks" / name) for name in NOTEBOOKS),
        *(str(folder / "data" / "offers" / name) for name in ("sample.yaml", "sample.csv", "household.yaml")),
    ]
    assert all(Path(file).is_file() for file in files)
    for name in NOTEBOOKS:
        copied, ours = cells_of(folder / "notebooks" / name), cells_of(ROOT / "notebooks" / name)
        assert [cell.outputs for cell in copied] == [[]] * len(ours)
        assert [cell.execution_count for cell in copied] == [None] * len(ours)
        assert [cell.source for cell in copied[1:]] == [cell.source for cell in ours[1:]]
        for parameter in ("offers_file", "offer_id", "candidate", "report_date"):
            given = f"{parameter}: str = " in ours[0].source
            assert given is (f"{parameter}: str = None  # " in copied[0].source), "left open: today, and your offers"
        assert [line.split("  # ")[1] for line in copied[0].source.splitlines()] == [
            line.split("  # ")[1] for line in ours[0].source.splitlines()
        ]
        assert (folder / "notebooks" / "../data/offers/sample.yaml").read_text() == Path(SAMPLE).read_text()


@pytest.mark.parametrize("taken", ["notebooks/guide_audit.ipynb", "data/offers/sample.csv", "notebooks"])
def test_nothing_is_overwritten(taken: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / taken
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    assert run(["init", str(tmp_path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    assert str(path) in told.err
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]


class _Friday(dt.date):
    @classmethod
    def today(cls) -> dt.date:  # type: ignore[override]
        return dt.date(2026, 12, 4)


def test_the_day_is_todays_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compkit.periods.dt.date", _Friday)
    today = dt.date(2026, 12, 4)
    assert load_evaluation(SAMPLE, BEFORE).report_date == today
    assert load_location_analysis(SAMPLE, BEFORE).evaluation.report_date == today
    assert load_comparison(SAMPLE, candidate="robin", n_paths=10).evaluations[0].report_date == today
    assert load_negotiation_plan(SAMPLE, BEFORE, report_date=None).evaluation.report_date == today


@pytest.mark.parametrize("day", ["2026-02-30", "3/1/2026", "", "tomorrow", 20261122, True])
def test_a_day_that_is_none_is_refused(day: object) -> None:
    with pytest.raises(OutOfRangeError, match="report_date must be a date such as 2026-11-22, or None for today, got "):
        parse_report_date(day)  # type: ignore[arg-type]


def test_a_date_is_a_day_too() -> None:
    assert parse_report_date(dt.date(2026, 11, 22)) == parse_report_date("2026-11-22") == dt.date(2026, 11, 22)
    moment = parse_report_date(dt.datetime(2026, 11, 22, 9, 30))
    assert (type(moment), moment) == (dt.date, dt.date(2026, 11, 22))
