"""A batch continues an earlier one: it skips what is complete and unchanged and makes the rest."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import errno
import io
import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import fastparquet
import openpyxl
import pytest
from quick_engine import PARAMETERS, QuickEngine, use, write_kit, write_offers
from sample_notebooks import write_notebook

from compkit.batch import running
from compkit.batch.folder.results import BatchRun
from compkit.batch.ledger.ledger import Ledger, LedgerError
from compkit.batch.ledger.ledger_file import LEDGER_FILE
from compkit.batch.ledger.ledger_rows import LedgerReport
from compkit.batch.ledger.locking import LOCK_FILE, folder_lock
from compkit.batch.publish import files
from compkit.batch.publish.staging import staging_folders
from compkit.batch.run import runners
from compkit.batch.run.jobs import OUTCOME_FILE, Job, RunOptions
from compkit.batch.running import RunCallbacks, run_reports
from compkit.errors import InputError
from compkit.offers import Offers, load_offers

DAY = dt.date(2026, 11, 22)
SALARIES = {"a": 175_000.0, "b": 180_000.0}
ALL = [("a", "each"), ("a", "seeing"), ("b", "each"), ("b", "seeing"), ("people/you", "whole"), (None, "free")]
SUMMARIES = ["index.html", "run.json", "summary.csv", "summary.parquet", "summary.xlsx"]


class SampleBatch:
    """A folder with offers and notebooks, and batches over it in a quick engine."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.out = folder, folder / "out"
        self.kit = write_kit(folder / "kit")
        self.offers_file = write_offers(folder / "offers.yaml", SALARIES)
        self.monkeypatch = monkeypatch
        self.engine = use(QuickEngine(folder / "finished"), monkeypatch)

    def offers(self) -> Offers:
        """Offers as they are in the file now."""
        return load_offers(self.offers_file)

    def run(self, *notebooks: str, only: str | None = None, **given: Any) -> BatchRun:
        """Run a batch; its jobs are in `engine.jobs`."""
        self.engine.jobs.clear()
        all_offers = self.offers()
        names = ("report_date", "all_offers", "parameters", "callbacks")
        arguments = {name: given.pop(name) for name in names if name in given}
        return run_reports(
            Offers([all_offers.entry(only)]) if only else all_offers,
            self.out,
            notebooks=notebooks or ["each", "seeing", "whole", "free"],
            options=RunOptions(notebook_folder=self.kit, **given),
            **{"report_date": DAY, "all_offers": all_offers, **arguments},
        )

    def made(self) -> list[tuple[str | None, str]]:
        """List the reports that the last run gave to the engine."""
        return [
            (job.parameters.get("offer_id") or ("people/you" if job.documents else None), Path(job.notebook_path).stem)  # type: ignore[misc]
            for job in self.engine.jobs
        ]

    def rows(self) -> dict[tuple[str | None, str], LedgerReport]:
        """Ledger's reports, by folder and notebook."""
        with closing(Ledger.open_read_only(self.out)) as ledger:
            return {row.name: row for row in ledger.reports()}

    def change(self, old: str, new: str) -> None:
        """Edit the offers file."""
        text = self.offers_file.read_text(encoding="utf-8")
        assert old in text
        self.offers_file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleBatch:
    return SampleBatch(tmp_path, monkeypatch)


def statuses(run: BatchRun) -> list[str]:
    return [result.status for result in run.results]


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def assert_all_say_the_same(out: Path) -> None:
    """Compare index.html, summary.csv, summary.xlsx, run.json and each figures.csv with the ledger, both ways."""
    with closing(Ledger.open_read_only(out)) as ledger:
        rows = {row.name: row for row in ledger.reports()}
        offers = [offer.offer for offer in ledger.offers()]
    page = (out / "index.html").read_text(encoding="utf-8")
    for row in rows.values():
        if row.status == "ok":
            assert f'"{row.html}"' in page
            assert (out / str(row.html)).is_file()
        else:
            assert f'"{row.folder}/{row.notebook}.html"' not in page
            assert row.error in page
    pages = {path.relative_to(out).as_posix() for path in out.rglob("*.html")} - {"index.html"}
    assert {name for name in pages if f'"{name}"' in page} == {row.html for row in rows.values() if row.status == "ok"}
    summary = table(out / "summary.csv")
    assert [line["offer"] for line in summary] == offers
    assert list(fastparquet.ParquetFile(str(out / "summary.parquet")).to_pandas()["offer"]) == offers
    for line in summary:
        own = [row for row in rows.values() if row.folder == line["offer"]]
        assert int(line["n_failed"]) == sum(row.status != "ok" for row in own)
        for row in own:
            told = row.recorded.summary.get(f"{row.notebook}_salary") if row.status == "ok" else None
            assert line.get(f"{row.notebook}_salary", "") == ("" if told is None else repr(told))
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    heads, *lines = openpyxl.load_workbook(out / "summary.xlsx").active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert [line[0] for line in lines] == offers
    n_failed = [int(line["n_failed"]) for line in summary]
    assert [line[heads.index("Failed reports")] for line in lines] == n_failed
    for offer in offers:
        recorded = [
            (row.notebook, str(figure["value"]))
            for row in rows.values()
            if row.folder == offer
            for figure in row.recorded.rows
        ]
        if recorded:
            told = [(line["notebook"], line["value"]) for line in table(out / offer / "figures.csv")]
            assert told == sorted(recorded)
    for report in record["reports"]:
        whose = f"people/{report['candidate']}" if report["candidate"] else report["offer"]
        row = rows[whose, report["notebook"]]
        assert report["status"] in (("ok", "skipped") if row.status == "ok" else ("failed",))


# What is left and what is made


def test_a_second_run_makes_nothing(batch: SampleBatch) -> None:
    told = []
    first = batch.run()
    assert (statuses(first), batch.made()) == (["ok"] * 6, ALL)
    before = {path: path.stat().st_mtime_ns for path in batch.out.rglob("*.ipynb")}
    second = batch.run(
        callbacks=RunCallbacks(progress=lambda done, total, result: told.append((done, total, result.status)))
    )
    assert (statuses(second), batch.made()) == (["skipped"] * 6, [])
    assert [(result.folder, result.notebook) for result in second.results] == ALL
    assert [result.html for result in second.results] == [result.html for result in first.results]
    assert {result.seconds for result in second.results} == {0.0}
    assert told == [(done, 6, "skipped") for done in range(1, 7)]
    assert second.lines[0].values == first.lines[0].values
    assert second.lines[0].values["n_warnings"] == len("seeing")
    assert {path: path.stat().st_mtime_ns for path in batch.out.rglob("*.ipynb")} == before
    assert {row.n_done for row in batch.rows().values()} == {1}
    assert_all_say_the_same(batch.out)


def test_no_resume_makes_all(batch: SampleBatch) -> None:
    batch.run()
    assert statuses(batch.run(resume=False)) == ["ok"] * 6
    assert {row.n_done for row in batch.rows().values()} == {2}


def test_only_what_changed_is_made(batch: SampleBatch) -> None:
    batch.run()
    batch.change("base_salary: 180000.0", "base_salary: 181000.0")
    run = batch.run()
    assert batch.made() == [("a", "seeing"), ("b", "each"), ("b", "seeing"), ("people/you", "whole")]
    assert statuses(run) == ["skipped", "ok", "ok", "ok", "ok", "skipped"]
    assert [line["each_salary"] for line in table(batch.out / "summary.csv")] == ["175000.0", "181000.0"]
    assert json.loads((batch.out / "b" / "offer.json").read_text())["offers"][0]["base_salary"] == 181_000
    assert_all_say_the_same(batch.out)


def test_failed_ones_are_tried_again(batch: SampleBatch) -> None:
    batch.engine.failing = {"B L6, Seattle: The each question?"}
    assert statuses(batch.run()) == ["ok", "ok", "failed", "ok", "ok", "ok"]
    assert_all_say_the_same(batch.out)
    assert statuses(batch.run()) == ["skipped", "skipped", "failed", "skipped", "skipped", "skipped"]
    assert batch.made() == [("b", "each")]
    batch.engine.failing = set()
    assert statuses(batch.run()) == ["skipped", "skipped", "ok", "skipped", "skipped", "skipped"]
    assert (batch.rows()["b", "each"].n_done, batch.rows()["b", "each"].error) == (1, None)
    assert_all_say_the_same(batch.out)


def test_a_failure_keeps_the_earlier_report_and_its_figures(batch: SampleBatch) -> None:
    """The old page stays, and its figures too; the index shows the failure."""
    batch.run()
    page = (batch.out / "b" / "each.html").read_bytes()
    batch.change("base_salary: 180000.0", "base_salary: 181000.0")
    batch.engine.failing = {"B L6, Seattle: The each question?"}
    batch.run()
    assert (batch.out / "b" / "each.html").read_bytes() == page
    told = {line["notebook"]: line["value"] for line in table(batch.out / "b" / "figures.csv")}
    assert told == {"each": "180000.0", "seeing": "181000.0"}
    assert_all_say_the_same(batch.out)


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def rewritten(path: Path) -> None:
    path.write_bytes(path.read_bytes()[::-1])


@pytest.mark.parametrize(
    ("name", "change", "made"),
    [
        ("b/each.html", Path.unlink, [("b", "each")]),
        ("b/each.ipynb", Path.unlink, [("b", "each")]),
        ("b/each.ipynb", rewritten, [("b", "each")]),
        ("b/each.ipynb", lambda path: path.write_bytes(b""), [("b", "each")]),
        ("b/offers.json", Path.unlink, [("b", "seeing")]),
        ("people/you/whole.html", Path.unlink, [("people/you", "whole")]),
        ("b/each.ipynb", touched, []),
        ("b/figures.csv", Path.unlink, []),
        ("b/figures.csv", rewritten, []),
        ("index.html", Path.unlink, []),
        ("run.json", Path.unlink, []),
    ],
)
def test_what_somebody_changed_in_the_folder_is_made_anew(
    name: str, change: Any, made: list[Any], batch: SampleBatch
) -> None:
    batch.run()
    whole = (batch.out / name).read_bytes()
    change(batch.out / name)
    batch.run()
    assert batch.made() == made
    if name not in SUMMARIES:
        assert (batch.out / name).read_bytes() == whole
    assert_all_say_the_same(batch.out)


def test_a_copied_folder_is_taken_as_it_is(batch: SampleBatch) -> None:
    """Its files have new times but the same contents."""
    batch.run()
    shutil.copytree(batch.out, batch.folder / "copy", copy_function=shutil.copyfile)
    batch.out = batch.folder / "copy"
    assert statuses(batch.run()) == ["skipped"] * 6


def test_without_its_ledger_all_is_made_anew(batch: SampleBatch) -> None:
    batch.run()
    (batch.out / LEDGER_FILE).unlink()
    assert statuses(batch.run()) == ["ok"] * 6


def test_another_options_report_is_made_anew(batch: SampleBatch) -> None:
    batch.run("each")
    assert statuses(batch.run("each", keep_images=False)) == ["ok", "ok"]
    assert statuses(batch.run("each", keep_images=False, with_pdf=True)) == ["ok", "ok"]
    assert (batch.out / "a" / "each.pdf").is_file()
    assert statuses(batch.run("each", keep_images=False, with_pdf=True)) == ["skipped", "skipped"]


# What the folder shows


def test_one_offer_again_leaves_the_others_in_the_index(batch: SampleBatch) -> None:
    """`--offer` makes that offer's reports and those about its person, and drops nothing."""
    batch.run()
    batch.change("base_salary: 180000.0", "base_salary: 181000.0")
    run = batch.run(only="b")
    assert batch.made() == [("b", "each"), ("b", "seeing"), ("people/you", "whole")]
    assert [result.folder for result in run.results] == ["b", "b", "people/you", None]
    assert [line["offer"] for line in table(batch.out / "summary.csv")] == ["a", "b"]
    assert [line["each_salary"] for line in table(batch.out / "summary.csv")] == ["175000.0", "181000.0"]
    assert len(json.loads((batch.out / "people" / "you" / "offers.json").read_text())["offers"]) == 2
    assert_all_say_the_same(batch.out)


def test_one_notebook_again_leaves_the_others_in_the_index(batch: SampleBatch) -> None:
    batch.run()
    run = batch.run("each")
    assert [report.notebook for report in run.lines[0].reports] == ["each", "seeing"]
    assert [report.status for report in run.lines[0].reports] == ["skipped", "ok"]
    assert {report.notebook for report in run.general_results} == {"free"}
    assert [report.folder for report in run.lines[1].about_person] == ["people/you"]
    assert_all_say_the_same(batch.out)


def test_what_somebody_removed_leaves_the_index(batch: SampleBatch) -> None:
    batch.run()
    shutil.rmtree(batch.out / "a")
    (batch.out / "free.html").unlink()
    batch.run("each", only="b")
    assert [line["offer"] for line in table(batch.out / "summary.csv")] == ["b"]
    assert set(batch.rows()) == {("b", "each"), ("b", "seeing"), ("people/you", "whole")}
    assert_all_say_the_same(batch.out)


def test_the_index_is_there_from_the_start(batch: SampleBatch) -> None:
    """It is written before the first report and says how many are still to come."""
    batch.run("each")
    batch.change("base_salary: 180000.0", "base_salary: 181000.0")
    shown: list[tuple[int, int, bool]] = []
    write = running.Overview.write

    def seen(overview: Any, **given: Any) -> BatchRun:
        run = write(overview, **given)
        shown.append((len(run.results), run.n_waiting, (batch.out / "index.html").is_file()))
        return run

    batch.monkeypatch.setattr(running.Overview, "write", seen)
    batch.run("each")
    assert shown[0] == (1, 1, True)
    assert shown[-1] == (2, 0, True)


# Ends that nobody wished for


def stop_at(number: int, error: BaseException) -> Any:
    seen: list[Job] = []

    def before(job: Job) -> None:
        seen.append(job)
        if len(seen) == number:
            raise error

    return before


@pytest.mark.parametrize(
    ("error", "ending"), [(KeyboardInterrupt(), "stopped"), (SystemExit(143), "stopped"), (OSError("x"), "failed")]
)
def test_what_ends_a_batch_leaves_what_is_done(error: BaseException, ending: str, batch: SampleBatch) -> None:
    batch.engine.before = stop_at(3, error)
    with pytest.raises(type(error)):
        batch.run()
    assert set(batch.rows()) == {("a", "each"), ("a", "seeing")}
    assert staging_folders(batch.out) == []
    assert_all_say_the_same(batch.out)
    with closing(Ledger.open_read_only(batch.out)) as ledger:
        assert [run.ending for run in ledger.runs()] == [ending]
    batch.engine.before = None
    assert statuses(batch.run()) == ["skipped", "skipped", "ok", "ok", "ok", "ok"]
    assert_all_say_the_same(batch.out)


def test_what_a_worker_finished_as_the_batch_was_stopped_is_kept(batch: SampleBatch) -> None:
    """Ctrl-C comes while two reports run and a third is finished but not yet published."""

    def interrupted(jobs: Any, _n: int, **_: Any) -> Any:
        taken = iter(jobs)
        first, second = next(taken), next(taken)
        yield 0, batch.engine.outcome(first)
        batch.engine.outcome(second)
        raise KeyboardInterrupt

    batch.monkeypatch.setattr(runners, "outcomes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        batch.run("each")
    assert {name: row.n_done for name, row in batch.rows().items()} == {("a", "each"): 1, ("b", "each"): 1}
    assert sorted(path.name for path in batch.out.iterdir()) == sorted(["a", "b", LOCK_FILE, LEDGER_FILE, *SUMMARIES])
    assert_all_say_the_same(batch.out)


def killed(batch: SampleBatch, *notebooks: str) -> Path:
    """Kill a run as its first job is done; return the job's folder."""
    batch.run(*notebooks)
    (job,) = batch.engine.jobs[:1]
    shutil.rmtree(batch.out)
    batch.engine.finished = None
    batch.engine.outcome(job)
    return Path(job.folder)


def test_a_finished_report_of_a_killed_run_is_adopted(batch: SampleBatch) -> None:
    left = killed(batch, "each")
    assert left.parent.parent == batch.out.absolute()
    batch.engine.finished = batch.folder / "finished"
    run = batch.run("each")
    assert batch.made() == [("b", "each")]
    assert statuses(run) == ["skipped", "ok"]
    assert {row.n_done for row in batch.rows().values()} == {1}
    assert batch.rows()["a", "each"].seconds == 1.25
    assert staging_folders(batch.out) == []
    assert (batch.out / "a" / "each.html").is_file()
    assert_all_say_the_same(batch.out)


def test_a_report_killed_in_the_middle_of_its_publication_is_adopted(batch: SampleBatch) -> None:
    """Its page is in its place already, its notebook is not."""
    left = killed(batch, "each")
    (batch.out / "a").mkdir()
    (left / "offer.json").rename(batch.out / "a" / "offer.json")
    (left / "each.html").rename(batch.out / "a" / "each.html")
    assert statuses(batch.run("each")) == ["skipped", "ok"]
    assert (batch.out / "a" / "each.ipynb").is_file()
    assert_all_say_the_same(batch.out)


def _unwanted(left: Path) -> None:
    outcome = json.loads((left / OUTCOME_FILE).read_text())
    (left / OUTCOME_FILE).write_text(json.dumps({**outcome, "key": "0" * 64}))


def _failed(left: Path) -> None:
    outcome = json.loads((left / OUTCOME_FILE).read_text())
    (left / OUTCOME_FILE).write_text(json.dumps({**outcome, "error": "cell 1: no"}))


def _leading_out(left: Path) -> None:
    outcome = json.loads((left / OUTCOME_FILE).read_text())
    outcome["files"]["../../../each.html"] = outcome["files"]["each.html"]
    (left / OUTCOME_FILE).write_text(json.dumps(outcome))


def _without_page(left: Path) -> None:
    outcome = json.loads((left / OUTCOME_FILE).read_text())
    del outcome["files"]["each.html"]
    (left / OUTCOME_FILE).write_text(json.dumps(outcome))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda left: (left / OUTCOME_FILE).unlink(),
        lambda left: (left / OUTCOME_FILE).write_text("{"),
        lambda left: (left / OUTCOME_FILE).write_text("[]"),
        lambda left: (left / OUTCOME_FILE).write_text('{"recorded": 1}'),
        lambda left: (left / "each.html").unlink(),
        lambda left: (left / "each.ipynb").write_text("half"),
        _unwanted, _failed, _leading_out, _without_page,
    ],
)  # fmt: skip
def test_what_is_not_whole_is_made_again(spoil: Any, batch: SampleBatch) -> None:
    spoil(killed(batch, "each"))
    assert statuses(batch.run("each")) == ["ok", "ok"]
    assert staging_folders(batch.out) == []
    assert not (batch.folder / "each.html").exists()
    assert_all_say_the_same(batch.out)


def test_no_resume_adopts_nothing(batch: SampleBatch) -> None:
    killed(batch, "each")
    assert statuses(batch.run("each", resume=False)) == ["ok", "ok"]
    assert staging_folders(batch.out) == []


def test_a_half_written_file_of_a_killed_run_goes(batch: SampleBatch) -> None:
    batch.run("each")
    for name in (".index.html-a1b2c3d4", ".run.json-a1b2c3d4", "a/.figures.csv-a1b2c3d4", "a/.offer.json-a1b2c3d4"):
        (batch.out / name).write_text("half")
    (batch.out / "a" / ".mine-a1b2c3d4").write_text("kept")
    with closing(Ledger.open(batch.out)) as ledger:
        ledger.begin_run(report_date=DAY, audience="self", parameters={}, notebooks=[], inputs=[])
    batch.run("each")
    assert [path.relative_to(batch.out).as_posix() for path in batch.out.rglob(".*")] == [LOCK_FILE, "a/.mine-a1b2c3d4"]


def test_a_new_offers_folder_that_a_kill_left_is_no_obstacle(batch: SampleBatch) -> None:
    (batch.out / "a").mkdir(parents=True)
    (batch.out / "a" / ".offer.json-a1b2c3d4").write_text("half")
    assert statuses(batch.run("each")) == ["ok", "ok"]


# What fails beside the reports


def test_a_full_disk_fails_one_report_and_the_batch_goes_on(batch: SampleBatch) -> None:
    """If the disk is full at the second report, its folder holds nothing partial."""
    replace = Path.replace

    def full(path: Path, target: Path) -> Path:
        if path.name == "each.html" and target.parent.name == "a":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(path, target)

    batch.monkeypatch.setattr(Path, "replace", full)
    run = batch.run("each")
    assert [(result.status, result.error) for result in run.results] == [
        ("failed", "OSError: No space left on device"), ("ok", None),
    ]  # fmt: skip
    assert (batch.rows()["a", "each"].cause, batch.rows()["a", "each"].n_done) == ("outside", 0)
    assert [path.name for path in (batch.out / "a").iterdir()] == ["offer.json"]
    assert staging_folders(batch.out) == []
    batch.monkeypatch.setattr(Path, "replace", replace)
    assert statuses(batch.run("each")) == ["ok", "skipped"]
    assert_all_say_the_same(batch.out)


def test_a_folder_that_cannot_be_made_fails_its_report_alone(batch: SampleBatch) -> None:
    """Somebody puts a file there while the batch runs."""
    batch.engine.before = lambda job: (
        (batch.out / "b").write_text("mine") if job.parameters["offer_id"] == "b" else None
    )
    run = batch.run("each")
    assert [result.status for result in run.results] == ["ok", "failed"]
    assert run.results[1].error == "FileExistsError: File exists"
    assert batch.rows()["b", "each"].cause == "outside"
    assert (batch.out / "b").read_text() == "mine"
    assert_all_say_the_same(batch.out)


def test_no_room_for_the_figures_fails_the_report(batch: SampleBatch) -> None:
    """Its row and its offer's figures.csv come together or not at all."""
    batch.run("each")
    batch.change("base_salary: 175000.0", "base_salary: 176000.0")
    write = files.write_atomically

    def full(path: Path, data: bytes | str, **given: Any) -> None:
        if path.name == "figures.csv":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write(path, data, **given)

    with batch.monkeypatch.context() as patch:
        patch.setattr("compkit.batch.publish.publishing.write_atomically", full)
        assert statuses(batch.run("each")) == ["failed", "skipped"]
    assert table(batch.out / "a" / "figures.csv")[0]["value"] == "175000.0"
    assert statuses(batch.run("each")) == ["ok", "skipped"]
    assert table(batch.out / "a" / "figures.csv")[0]["value"] == "176000.0"


def test_a_ledger_that_cannot_be_written_ends_the_batch_and_loses_nothing(batch: SampleBatch) -> None:
    enter = Ledger.record_success

    def full(ledger: Ledger, *given: Any) -> None:
        ledger._connection.execute("PRAGMA max_page_count = 1")
        enter(ledger, *given)

    big = {f"o{number}": 100_000.0 + number for number in range(40)}
    batch.offers_file = write_offers(batch.folder / "many.yaml", big)
    with batch.monkeypatch.context() as patch:
        patch.setattr(Ledger, "record_success", full)
        with pytest.raises(LedgerError, match="disk is full") as raised:
            batch.run("each")
    assert "\n" not in str(raised.value)
    n_finished = len(batch.engine.jobs)
    run = batch.run("each")
    assert statuses(run).count("skipped") == n_finished
    assert len(batch.made()) == 40 - n_finished
    assert {row.n_done for row in batch.rows().values()} == {1}
    assert_all_say_the_same(batch.out)


def test_an_index_that_cannot_be_written_in_between_ends_nothing(batch: SampleBatch) -> None:
    """It is written again at the end."""
    batch.monkeypatch.setattr("compkit.batch.folder.overview._AT_LEAST_SECONDS", -1e9)
    calls = []
    write = batch.monkeypatch.setattr

    def full(run: BatchRun) -> None:
        calls.append(run.n_waiting)
        if 0 < run.n_waiting < 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write("compkit.batch.folder.overview.write_summaries", full)
    assert statuses(batch.run("each")) == ["ok", "ok"]
    assert calls == [2, 1, 0, 0]


def test_a_second_batch_on_one_folder_is_refused(batch: SampleBatch) -> None:
    batch.run("each")
    before = (batch.out / "run.json").read_bytes()
    with folder_lock(batch.out), pytest.raises(InputError, match="is in use by another batch"):
        batch.run("seeing")
    assert (batch.out / "run.json").read_bytes() == before
    assert batch.engine.jobs == []


def test_a_damaged_ledger_is_refused_before_anything_is_made(batch: SampleBatch) -> None:
    batch.out.mkdir()
    (batch.out / LEDGER_FILE).write_text("not a ledger " * 500)
    with pytest.raises(InputError, match="is damaged"):
        batch.run("each")
    assert sorted(path.name for path in batch.out.iterdir()) == [LOCK_FILE, LEDGER_FILE]


def test_a_notebook_edited_in_mid_run_does_not_reach_it(batch: SampleBatch) -> None:
    """A batch uses the notebook as it was at the start; the next batch uses the new one."""
    sources = []

    def edit(job: Job) -> None:
        write_notebook(batch.kit / "each.ipynb", PARAMETERS, "'edited'")
        sources.append(Path(job.notebook_path).read_text(encoding="utf-8"))

    batch.engine.before = edit
    batch.run("each")
    assert ["edited" in source for source in sources] == [False, False]
    assert len({row.parts["notebook"] for row in batch.rows().values()}) == 1
    assert statuses(batch.run("each")) == ["ok", "ok"]
    assert ["edited" in source for source in sources[2:]] == [True, True]
    assert statuses(batch.run("each")) == ["skipped", "skipped"]


# For whom


def test_a_folder_is_for_one_audience(batch: SampleBatch) -> None:
    batch.run("each")
    for audience in ("coach", "employer"):
        with pytest.raises(InputError, match=f"holds reports for --audience self.*for --audience {audience}"):
            batch.run("each", only="a", all_offers=None, audience=audience)
    assert batch.engine.jobs == []


def test_no_employer_finds_anothers_offer_in_the_folder(batch: SampleBatch) -> None:
    batch.run("each", only="a", all_offers=None, audience="employer")
    with pytest.raises(InputError, match="holds another offer's reports, which no employer may see: a"):
        batch.run("each", only="b", all_offers=None, audience="employer")
    assert statuses(batch.run("each", only="a", all_offers=None, audience="employer")) == ["skipped"]


def test_people_see_their_own_offers_only(batch: SampleBatch) -> None:
    """Four people with five offers each: no offer changes another person's reports."""
    people = {f"p{number}": {"name": f"Person {number}"} for number in range(4)}
    salaries = {f"o{number}@p{number % 4}": 100_000.0 + number for number in range(20)}
    batch.offers_file = write_offers(batch.folder / "people.yaml", salaries, candidates=people)
    batch.run("seeing")
    held = json.loads((batch.out / "o5" / "offers.json").read_text())["offers"]
    assert [offer["id"] for offer in held] == ["o1", "o5", "o9", "o13", "o17"]
    if os.name == "posix":
        assert {path.stat().st_mode & 0o777 for path in batch.out.rglob("*") if path.is_dir()} == {0o700}
    batch.change("base_salary: 100009.0", "base_salary: 100010.5")
    batch.run("seeing")
    assert [offer for offer, _ in batch.made()] == ["o1", "o5", "o9", "o13", "o17"]
    assert_all_say_the_same(batch.out)


def test_a_workbook_of_many_people_in_one_night(batch: SampleBatch) -> None:
    """The sheet `candidates` says whose offers are whose; each sees their own, and the index has all."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "candidate", "company", "level", "location", "base_salary"])
    for number in range(12):
        sheet.append([f"o{number}", f"p{number % 4}", "Initech", "L6", "Seattle", 100_000 + number])
    people = book.create_sheet("candidates")
    people.append(["id", "name", "residence"])
    for number in range(4):
        people.append([f"p{number}", f"Person {number}", "Denver"])
    batch.offers_file = batch.folder / "people.xlsx"
    book.save(batch.offers_file)
    assert set(statuses(batch.run("seeing"))) == {"ok"}
    held = json.loads((batch.out / "o1" / "offers.json").read_text())
    assert [offer["id"] for offer in held["offers"]] == ["o1", "o5", "o9"]
    assert {name: person["name"] for name, person in held["candidates"].items()} == {"p1": "Person 1"}
    whose = [line["candidate"] for line in table(batch.out / "summary.csv")]
    assert whose == [f"Person {number % 4}" for number in range(12)]
    assert_all_say_the_same(batch.out)
    other = write_offers(batch.folder / "other.yaml", {"o1": 1e5})
    with pytest.raises(InputError, match=r"id is already used in .*people\.xlsx"):
        load_offers(batch.offers_file, other)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can mount a small tmpfs, on Linux")
def test_a_disk_that_really_is_full(batch: SampleBatch) -> None:
    """Each failure is one line, nothing is partial, and with space again the rest is made."""
    small = batch.folder / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], check=False)
    if mounted.returncode:
        pytest.skip("this container may not mount a tmpfs")
    try:
        batch.out = small / "out"
        batch.offers_file = write_offers(batch.folder / "many.yaml", {f"o{n}": 100_000.0 + n for n in range(40)})
        with contextlib.suppress(LedgerError, OSError):
            run = batch.run("each")
            assert {result.error for result in run.results if result.error} <= {"OSError: No space left on device"}
            assert run.n_failed
        done = {name for name, row in batch.rows().items() if row.status == "ok"} if (batch.out).is_dir() else set()
        for offer, _ in done:
            page, notebook = (batch.out / str(offer) / f"each{ending}" for ending in (".html", ".ipynb"))
            assert page.read_text().endswith(" .html")
            assert notebook.read_text().endswith(" .ipynb")
        subprocess.run(["mount", "-o", "remount,size=40m", str(small)], check=True)
        assert statuses(batch.run("each")).count("failed") == 0
        assert len(batch.rows()) == 40
        assert_all_say_the_same(batch.out)
    finally:
        subprocess.run(["umount", str(small)], check=True)
