"""What changed between two runs: each cause alone, several at once, new and removed reports, and the command."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import quick_engine
from quick_engine import QuickEngine, write_kit, write_offers

from compkit.batch.ledger import keys
from compkit.batch.ledger.changes import UNEXPLAINED, ReportChange, RunChanges, run_changes
from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import run_reports
from compkit.cli import run
from compkit.errors import InputError
from compkit.offers import load_offers

MONDAY, FRIDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 27)
SALARIES = {"one": 100_000.0, "two": 200_000.0}


class Batches:
    """Two folders of reports, made before and after a change."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.kit = folder, write_kit(folder / "kit")

    def make(self, name: str, salaries: dict[str, float] = SALARIES, on: dt.date = MONDAY, edit: str = "") -> Path:
        """Make the reports of offers after an edit of their file (`old->new`); return their folder."""
        offers = write_offers(self.folder / f"{name}-offers.yaml", salaries)
        if edit:
            old, new = edit.split("->")
            assert old in offers.read_text()
            offers.write_text(offers.read_text().replace(old, new))
        run_reports(
            load_offers(offers),
            self.folder / name,
            notebooks=["each", "free"],
            report_date=on,
            options=RunOptions(notebook_folder=self.kit),
        )
        return self.folder / name


@pytest.fixture
def batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Batches:
    quick_engine.use(QuickEngine(), monkeypatch)
    return Batches(tmp_path)


def of(changes: RunChanges, offer: str | None, notebook: str = "each") -> ReportChange:
    (found,) = (report for report in changes.reports if (report.folder, report.notebook) == (offer, notebook))
    return found


def test_nothing_changed(batches: Batches) -> None:
    changes = run_changes(batches.make("a"), batches.make("b"))
    assert [report.change for report in changes.reports] == ["same"] * 3
    assert changes.n_changed == 0
    assert changes.figures_by_cause() == {}


def test_a_raise_of_one_salary(batches: Batches) -> None:
    changes = run_changes(batches.make("a"), batches.make("b", {"one": 100_000.0, "two": 207_500.0}))
    assert of(changes, "one").change == "same"
    two = of(changes, "two")
    assert two.causes == ("the offer",)
    (figure,) = two.figures
    assert (figure.figure, figure.a, figure.b, figure.difference) == ("each salary", 200_000.0, 207_500.0, 7_500.0)
    assert [(field.field, field.a, field.b) for field in two.fields] == [("base_salary", 200_000.0, 207_500.0)]
    assert changes.figures_by_cause() == {"the offer": 1}


def test_a_share_price_is_no_change_of_the_offer(batches: Batches) -> None:
    changes = run_changes(batches.make("a"), batches.make("b", edit="grant_price: 50.0->grant_price: 55.0"))
    assert {of(changes, offer).causes for offer in SALARIES} == {("share prices",)}
    assert of(changes, "one").figures == ()
    assert [field.field for field in of(changes, "one").fields] == ["equity[1].grant_price"]


def test_the_day(batches: Batches) -> None:
    changes = run_changes(batches.make("a"), batches.make("b", on=FRIDAY))
    assert of(changes, "one").causes == ("the day of the report",)
    assert of(changes, None, "free").change == "same"


@pytest.mark.parametrize(
    ("name", "cause"), [("code_hash", "the code"), ("notebook_hash", "the code"), ("hash_files", "the data tables")]
)
def test_code_and_data(name: str, cause: str, batches: Batches, monkeypatch: pytest.MonkeyPatch) -> None:
    a = batches.make("a")
    monkeypatch.setattr(keys, name, lambda *_: "another")
    assert of(run_changes(a, batches.make("b")), "one").causes == (cause,)


def test_several_causes_stand_together(batches: Batches) -> None:
    changes = run_changes(batches.make("a"), batches.make("b", {"one": 1e5, "two": 3e5}, FRIDAY))
    assert of(changes, "two").causes == ("the offer", "the day of the report")
    assert changes.figures_by_cause() == {"the offer and the day of the report": 1}


def test_offers_that_come_and_go(batches: Batches) -> None:
    changes = run_changes(batches.make("a", {"one": 1e5, "old": 1e5}), batches.make("b", {"one": 1e5, "new": 1e5}))
    assert (of(changes, "old").change, of(changes, "new").change) == ("only in a", "only in b")
    assert changes.n_changed == 2


def test_a_report_that_fails_in_one(batches: Batches, monkeypatch: pytest.MonkeyPatch) -> None:
    a = batches.make("a")
    quick_engine.use(QuickEngine(failing={"One L6, Seattle: The each question?"}), monkeypatch)
    b = batches.make("b")
    assert of(run_changes(a, b), "one").change == "not made in b"
    assert of(run_changes(b, a), "one").change == "not made in a"


def test_the_way_back_is_the_way_turned_round(batches: Batches) -> None:
    a, b = batches.make("a"), batches.make("b", {"one": 90_000.0, "two": 1e6})
    there, back = run_changes(a, b), run_changes(b, a)
    assert [(report.folder, report.causes) for report in there.reports] == [
        (report.folder, report.causes) for report in back.reports
    ]
    for one, other in zip(there.reports, back.reports, strict=True):
        assert [(f.a, f.b, f.difference) for f in one.figures] == [
            (f.b, f.a, -(f.difference or 0)) for f in other.figures
        ]


def test_figures_without_a_cause_are_said_so(batches: Batches, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as randomness without a seed: the same inputs, another figure."""
    a = batches.make("a")
    engine = QuickEngine()
    quick_engine.use(engine, monkeypatch)
    monkeypatch.setattr(
        quick_engine, "Recorded", lambda rows, summary: _Recorded([{**row, "value": 1.0} for row in rows], summary)
    )
    assert of(run_changes(a, batches.make("b")), "one").causes == (UNEXPLAINED,)


_Recorded = quick_engine.Recorded


def test_the_command(batches: Batches, capsys: pytest.CaptureFixture[str]) -> None:
    a, b = batches.make("a"), batches.make("b", {"one": 100_000.0, "two": 207_500.0})
    assert run(["diff", str(a), str(b)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1 of 3 reports changed.",
        "1 figure by the offer.",
        "",
        "two, each: the offer",
        "  you typed  base_salary: 200,000 -> 207,500",
        "  each salary: $200,000 -> $207,500  (+$7,500)",
    ]
    assert run(["diff", str(a), str(b), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["causes"] == {"the offer": 1}
    assert [report["change"] for report in found["reports"]] == ["same", "changed", "same"]


def test_wrong_folders_are_told_all_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert [line.split(": ")[1] for line in told.err.splitlines()] == [
        "is not a folder of reports. `compkit report -o DIR` makes one."
    ] * 2
    with pytest.raises(InputError):
        run_changes(tmp_path, tmp_path)
