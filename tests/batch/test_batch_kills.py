"""Batches killed at any moment: nothing partial, lost or made twice, and all files agree."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, given, strategies as st
from laws import examples
from quick_engine import QuickEngine, use, write_kit, write_offers
from sample_notebooks import write_notebook
from test_batch_resume import LOCK_FILE, SUMMARIES, SampleBatch, assert_all_say_the_same, statuses
from waiting import MAX_WAIT_SECONDS, have_exited, wait_until

from compkit.batch.ledger.ledger import Ledger
from compkit.batch.ledger.ledger_file import LEDGER_FILE
from compkit.batch.publish.interruptions import delay_signals
from compkit.batch.publish.staging import staging_folders
from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import run_reports
from compkit.cli import run as run_command
from compkit.offers import load_offers

DAY = dt.date(2026, 11, 22)
STEPS = ("replace", "fsync", "unlink", "rmdir")
pytestmark = pytest.mark.usefixtures("usual_signals")
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no forks and no such signals")


def die_at(step: int) -> None:
    """Kill this process before its `step`-th change on disk: a rename, a sync, a removal, a statement."""
    n_done = 0

    def counted(function: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal n_done
            n_done += 1
            if n_done == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return call

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    Ledger._execute = counted(Ledger._execute)  # type: ignore[method-assign]


def killed_run(batch: SampleBatch, step: int, *notebooks: str, **given: Any) -> bool:
    """Run a batch in a process that is killed at a step; return whether it got that far."""
    pid = os.fork()
    if pid == 0:
        try:
            die_at(step)
            batch.run(*notebooks, **given)
        finally:
            os._exit(0)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == -signal.SIGKILL


def assert_the_ledger_claims_nothing_that_is_not_there(out: Path) -> None:
    if not (out / LEDGER_FILE).is_file() or not (out / LEDGER_FILE).stat().st_size:
        return
    with closing(Ledger.open_read_only(out)) as ledger:
        for row in ledger.reports():
            folder = (out / str(row.html)).parent
            assert [name for name, mark in row.files.items() if not mark.matches(folder / name)] == []


def assert_nothing_was_made_twice(batch: SampleBatch) -> None:
    lines = (batch.folder / "finished").read_text(encoding="utf-8").splitlines()
    assert [line for line, times in Counter(lines).items() if times > 1] == []
    assert {row.n_done for row in batch.rows().values()} == {1}


@pytest.fixture
def batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SampleBatch:
    return SampleBatch(tmp_path, monkeypatch)


def assert_all_is_there_and_nothing_else(batch: SampleBatch) -> None:
    assert_all_say_the_same(batch.out)
    assert_nothing_was_made_twice(batch)
    assert sorted(path.relative_to(batch.out).as_posix() for path in batch.out.rglob("*")) == sorted(
        [
            LOCK_FILE, LEDGER_FILE, *SUMMARIES, "free.html", "free.ipynb",
            *(f"{offer}{name}" for offer in "ab"
              for name in ("", "/each.html", "/each.ipynb", "/figures.csv", "/offer.json")),
        ]
    )  # fmt: skip


@posix_only
@pytest.mark.parametrize("first", [1, *(pytest.param(first, marks=pytest.mark.long) for first in (4, 7))])
def test_a_kill_at_any_step_loses_nothing(first: int, batch: SampleBatch) -> None:
    """Each case tries every ninth step of a batch of three reports, from an empty folder; all steps take a minute."""
    for step in range(first, 400, 9):
        if not killed_run(batch, step, "each", "free"):
            break
        assert_the_ledger_claims_nothing_that_is_not_there(batch.out)
        batch.run("each", "free")
        assert_all_is_there_and_nothing_else(batch)
        shutil.rmtree(batch.out)
        (batch.folder / "finished").unlink(missing_ok=True)
    assert step > 80


@posix_only
@pytest.mark.parametrize("stride", [7, 11, 13, 23])
@pytest.mark.long
def test_kills_one_after_another_lose_nothing(stride: int, batch: SampleBatch) -> None:
    """Each run continues from the one before and gets a little further."""
    n_kills = 0
    while killed_run(batch, stride * (n_kills + 1), "each", "free"):
        n_kills += 1
        assert_the_ledger_claims_nothing_that_is_not_there(batch.out)
    assert n_kills > 2
    batch.run("each", "free")
    assert_all_is_there_and_nothing_else(batch)


ACTIONS = st.one_of(
    st.tuples(st.just("run")),
    st.tuples(st.just("kill"), st.integers(1, 130)),
    st.tuples(st.just("stop"), st.integers(1, 3)),
    st.tuples(st.just("raise"), st.sampled_from("ab")),
    st.tuples(st.just("fail"), st.sampled_from("ab")),
    st.tuples(st.just("only"), st.sampled_from("ab")),
    st.tuples(st.just("remove"), st.sampled_from(["a/each.html", "b/offers.json", "a/figures.csv", "index.html"])),
)


class _Story:
    """Offers that change and batches that end in every way."""

    def __init__(self, batch: SampleBatch) -> None:
        self.batch, self.salaries = batch, {"a": 100_000, "b": 200_000}
        self.write()

    def write(self) -> None:
        write_offers(self.batch.offers_file, {offer: float(pay) for offer, pay in self.salaries.items()})

    def act(self, what: str, value: Any = None) -> None:
        engine = self.batch.engine
        if what == "kill":
            killed_run(self.batch, value, "each", "seeing")
            assert_the_ledger_claims_nothing_that_is_not_there(self.batch.out)
        elif what == "raise":
            self.salaries[value] += 1
            self.write()
        elif what == "fail":
            engine.failing ^= {f"{value.upper()} L6, Seattle: The each question?"}
        elif what == "remove":
            (self.batch.out / value).unlink(missing_ok=True)
        else:
            if what == "stop":
                engine.before = _stop_at(value)
            with contextlib.suppress(KeyboardInterrupt):
                self.batch.run("each", "seeing", only=value if what == "only" else None)
            engine.before = None
            assert_all_say_the_same(self.batch.out)


def _stop_at(number: int) -> Any:
    left = iter(range(1, number))

    def before(_: Any) -> None:
        if next(left, None) is None:
            raise KeyboardInterrupt

    return before


@posix_only
@examples(4, suppress_health_check=list(HealthCheck))
@given(actions=st.lists(ACTIONS, min_size=2, max_size=6))
def test_whatever_happened_all_files_tell_the_same(
    actions: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Index, summaries and ledger agree after each complete run; after the last one everything is made."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        batch = SampleBatch(tmp_path_factory.mktemp("story"), monkeypatch)
        story = _Story(batch)
        for action in actions:
            story.act(*action)
        batch.engine.failing = set()
        run = batch.run("each", "seeing")
        assert set(statuses(run)) <= {"ok", "skipped"}
        assert_all_say_the_same(batch.out)
        told = {
            offer: row.recorded.summary["each_salary"] for (offer, name), row in batch.rows().items() if name == "each"
        }
        assert told == story.salaries
        # What was made for nothing: only where somebody took it away, or left its offer out of the run after a kill.
        if not {"remove", "only"} & {action[0] for action in actions}:
            lines = (batch.folder / "finished").read_text(encoding="utf-8").splitlines()
            assert [line for line, times in Counter(lines).items() if times > 1] == []
        assert statuses(batch.run("each", "seeing")) == ["skipped"] * 4


# Signals


@posix_only
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_command_with_its_number(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Finished reports are published; a second signal during cleanup is ignored."""
    engine = use(QuickEngine(), monkeypatch)
    handlers = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]

    def stop(_: Any) -> None:
        if len(engine.jobs) == 2:
            signal.raise_signal(number)
            pytest.fail("the signal was not heeded")

    engine.before = stop
    write_kit(tmp_path / "kit")
    monkeypatch.setattr("compkit.batch.notebooks.notebook_directory", lambda: tmp_path / "kit")
    file, out = write_offers(tmp_path / "offers.yaml", {"a": 100_000.0, "b": 100_000.0}), tmp_path / "out"
    with pytest.raises(SystemExit) as raised:
        run_command(["report", str(file), "-o", str(out), "--notebook", "each"])
    assert raised.value.code == 128 + number
    assert "Stopped. Finished reports stay" in capsys.readouterr().err
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == handlers
    assert (out / "a" / "each.html").is_file()
    assert_all_say_the_same(out)
    with closing(Ledger.open_read_only(out)) as ledger:
        assert [run.ending for run in ledger.runs()] == ["stopped"]
    engine.before = None
    assert run_command(["report", str(file), "-o", str(out), "--notebook", "each"]) == 0
    assert len(engine.jobs) == 3
    assert run_command(["report", str(file), "-o", str(out), "--notebook", "each", "--no-resume"]) == 0
    assert len(engine.jobs) == 5


@posix_only
def test_a_signal_waits_for_a_publication_to_end() -> None:
    done = []

    def publish() -> None:
        with delay_signals():
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGINT)
            done.append("published")

    with pytest.raises(KeyboardInterrupt):
        publish()
    assert done == ["published"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@posix_only
def test_a_signal_that_is_turned_off_stays_off() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with delay_signals():
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


# Drivers with workers of their own


PARAMETERS = 'offers_file: str = ""\noffer_id: str = ""'
SOURCE = """\
import json, pathlib
from IPython.display import display
salary = json.loads(pathlib.Path(offers_file).read_text())["offers"][0]["base_salary"]
rows = [{"figure": "salary", "value": salary, "unit": "USD", "source_ids": "offer", "as_of": ""}]
recorded = {"rows": rows, "summary": {"each_salary": salary}}
display({"application/vnd.compkit.figures+json": recorded, "text/plain": "1"}, raw=True)
"""


def driver_command(folder: Path, out: Path, prelude: str = "progress = print") -> list[str]:
    """Return what makes the reports of `offers.yaml` by the notebook `each`, both of one folder, two at a time.

    The prelude is code that says what `progress` is: what is called after each report.
    """
    script = f"""
import datetime as dt, pathlib
from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import RunCallbacks, run_reports
from compkit.offers import load_offers
{prelude}
run_reports(load_offers({str(folder / "offers.yaml")!r}), pathlib.Path({str(out)!r}), notebooks=["each"],
            report_date=dt.date(2026, 11, 22), callbacks=RunCallbacks(progress=progress),
            options=RunOptions(n_workers=2, notebook_folder=pathlib.Path({str(folder / "kit")!r})))
"""
    return [sys.executable, "-c", script]


@posix_only
@pytest.mark.long
def test_kill_ends_the_command_in_order(tmp_path: Path) -> None:
    """SIGTERM: workers and kernels end, the index is there, the exit code is the usual one."""
    many = {f"o{number}": 100_000.0 for number in range(100)}  # no machine has made them all before the signal comes
    offers, out = write_offers(tmp_path / "offers.yaml", many), tmp_path / "out"
    command = [sys.executable, "-m", "compkit", "report", str(offers), "-o", str(out)]
    driver = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: (out / "index.html").is_file() and psutil.Process(driver.pid).children())
    children = psutil.Process(driver.pid).children(recursive=True)
    driver.terminate()
    said, told = driver.communicate(timeout=MAX_WAIT_SECONDS)
    assert (driver.returncode, said) == (128 + signal.SIGTERM, "")
    assert told.splitlines()[-1] == "Stopped. Finished reports stay; run the same command to continue."
    assert "Traceback" not in told
    wait_until(partial(have_exited, children))
    assert staging_folders(out) == []
    assert_all_say_the_same(out)


@posix_only
@pytest.mark.long
def test_a_driver_killed_again_and_again_makes_each_report_once(tmp_path: Path) -> None:
    """Each time as soon as one more report is entered: the driver waits there until it is killed."""
    write_notebook(tmp_path / "kit" / "each.ipynb", PARAMETERS, SOURCE)
    salaries = {f"o{number}": 100_000.0 + number for number in range(12)}
    file, out = write_offers(tmp_path / "offers.yaml", salaries), tmp_path / "out"
    held = tmp_path / "held"
    hold = f"""
import signal
def progress(_done, _all, result):
    if result.status == "ok":
        pathlib.Path({str(held)!r}).touch()
        signal.pause()
"""

    def n_entered() -> int:
        with closing(Ledger.open_read_only(out)) as ledger:
            return sum(row.n_done for row in ledger.reports(with_rows=False))

    def is_held(driver: subprocess.Popen[bytes]) -> bool:
        return held.exists() or driver.poll() is not None

    n_before = 0
    for _ in range(3):
        held.unlink(missing_ok=True)
        driver = subprocess.Popen(driver_command(tmp_path, out, hold))
        wait_until(partial(is_held, driver))
        assert n_entered() > n_before
        n_before = n_entered()
        children = psutil.Process(driver.pid).children(recursive=True)
        driver.kill()
        assert driver.wait() == -signal.SIGKILL
        assert_the_ledger_claims_nothing_that_is_not_there(out)
        wait_until(partial(have_exited, children))
    options = RunOptions(n_workers=2, notebook_folder=tmp_path / "kit")
    run = run_reports(load_offers(file), out, notebooks=["each"], report_date=DAY, options=options)
    assert run.n_failed == 0
    assert_all_say_the_same(out)
    with closing(Ledger.open_read_only(out)) as ledger:
        assert {row.folder: (row.n_done, row.recorded.summary["each_salary"]) for row in ledger.reports()} == {
            offer: (1, salary) for offer, salary in salaries.items()
        }
        assert [run.ending for run in ledger.runs()] == ["killed", "killed", "killed", "done"]
    assert staging_folders(out) == []
