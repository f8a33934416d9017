"""A folder that cannot take reports is refused in one line before anything starts; a removed one ends the batch."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from quick_engine import QuickEngine, use, write_kit, write_offers
from sample_notebooks import write_notebook
from waiting import LONG_LIMIT_SECONDS, MAX_WAIT_SECONDS, have_exited, wait_until

from compkit.batch import notebooks
from compkit.batch.ledger.locking import LOCK_FILE, folder_lock
from compkit.batch.publish import files
from compkit.batch.run import runners
from compkit.cli import run
from compkit.cli.exits import EXIT_REFUSED
from compkit.engine.limits import why_no_forks

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> QuickEngine:
    """Engine for batches of `offers.yaml` with the notebooks of `kit`, in this folder."""
    write_kit(tmp_path / "kit")
    write_offers(tmp_path / "offers.yaml", {"a": 175_000.0, "b": 180_000.0})
    monkeypatch.setattr(notebooks, "notebook_directory", lambda: tmp_path / "kit")
    monkeypatch.chdir(tmp_path)
    return use(QuickEngine(), monkeypatch)


def report(out: Path, *options: str) -> int:
    return run(["report", "offers.yaml", "-o", str(out), "--notebook", "each", *options])


def said(capsys: Capture) -> list[str]:
    """Lines on stderr without warnings about the offers; nothing may be on stdout."""
    out, err = capsys.readouterr()
    assert out == ""
    return [line for line in err.splitlines() if not line.startswith("warning: ")]


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_use(out: Path, stack: ExitStack) -> str:
    out.mkdir()
    stack.enter_context(folder_lock(out))
    return f"{out}: is in use by another batch. Wait until it has ended, or choose another folder."


def not_writable(out: Path, stack: ExitStack) -> str:
    out.mkdir()
    stack.enter_context(refusing_access(out))
    return f"{out}: is not writable. Choose another folder."


def with_an_offer_not_writable(out: Path, stack: ExitStack) -> str:
    (out / "b").mkdir(parents=True)
    stack.enter_context(refusing_access(out / "b"))
    return f"{out / 'b'}: is not writable. Choose another folder."


def above_not_writable(out: Path, stack: ExitStack) -> str:
    stack.enter_context(refusing_access(out.parent))
    return f"{out}: cannot be created: {out.parent} is not writable. Choose another."


def a_file(out: Path, _stack: ExitStack) -> str:
    out.write_text("mine")
    return f"{out}: is not a folder. Choose another folder."


def inside_a_file(out: Path, _stack: ExitStack) -> str:
    out.parent.rmdir()
    out.parent.write_text("mine")
    return f"{out}: cannot be created: {out.parent.name} is not a folder. Choose another."


def refusing_access(folder: Path) -> Any:
    """Have the system say that a folder is not writable, as it does to all but root."""
    allowed = os.access
    patch = pytest.MonkeyPatch()
    patch.setattr(os, "access", lambda path, mode: Path(path) != folder and allowed(path, mode))
    stack = ExitStack()
    stack.callback(patch.undo)
    return stack


@pytest.mark.parametrize(
    "make", [in_use, not_writable, with_an_offer_not_writable, above_not_writable, a_file, inside_a_file]
)
def test_a_folder_that_takes_no_reports_is_refused_before_anything_starts(
    make: Callable[[Path, ExitStack], str], engine: QuickEngine, tmp_path: Path, capsys: Capture, monkeypatch: Any
) -> None:
    """Not even the cluster is contacted."""
    monkeypatch.setattr("compkit.batch.running.runner", pytest.fail)
    out = tmp_path / "above" / "out"
    out.parent.mkdir()
    with ExitStack() as stack:
        line = make(out, stack)
        before = contents(tmp_path)
        assert report(out) == EXIT_REFUSED
    assert said(capsys) == [line]
    assert contents(tmp_path) == before
    assert engine.jobs == []


def removed(out: Path) -> None:
    shutil.rmtree(out)


def moved(out: Path) -> None:
    out.rename(out.with_name("elsewhere"))


def replaced(out: Path) -> None:
    out.rename(out.with_name("elsewhere"))
    out.mkdir()
    (out / "own.txt").write_text("mine")


def emptied(out: Path) -> None:
    for path in out.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no folder that is in use")
@pytest.mark.parametrize("change", [removed, moved, replaced, emptied])
@pytest.mark.parametrize("number", [1, 2])
def test_a_folder_that_goes_in_mid_run_ends_the_batch_in_one_line(
    number: int, change: Callable[[Path], None], engine: QuickEngine, tmp_path: Path, capsys: Capture
) -> None:
    """Nothing is created in its place; what others put there stays."""
    out = tmp_path / "out"

    def before(_job: object) -> None:
        if len(engine.jobs) == number:
            change(out)

    engine.before = before
    assert report(out, "--json") == EXIT_REFUSED
    assert said(capsys) == [
        f"{out}: was removed, moved or emptied during the run. Run the same command to start again."
    ]
    assert len(engine.jobs) == number
    assert [path.name for path in out.glob("*")] == (["own.txt"] if change is replaced else [])
    engine.before = None
    if change is not replaced:
        assert report(out, "--json") == 0


def test_a_folder_that_goes_at_the_very_end_is_told_too(
    engine: QuickEngine, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outcomes(jobs: Any, n: int, **options: Any) -> Iterator[Any]:
        yield from engine.outcomes(jobs, n, **options)
        shutil.rmtree(tmp_path / "out")

    monkeypatch.setattr(runners, "outcomes", outcomes)
    assert report(tmp_path / "out", "--json") == EXIT_REFUSED
    assert "was removed, moved or emptied" in said(capsys)[-1]


@pytest.mark.skipif(bool(why_no_forks()), reason="forked reports need Linux")
@pytest.mark.long
def test_nobody_waits_for_a_report_whose_folder_is_gone(tmp_path: Path) -> None:
    """An endless report is killed with its process."""
    write_notebook(
        tmp_path / "kit" / "each.ipynb",
        'offers_file: str = ""\noffer_id: str = ""\npid_file: str = ""',
        "import os, pathlib, time\npathlib.Path(pid_file).write_text(str(os.getpid()))\nwhile True: time.sleep(1)",
    )
    write_offers(tmp_path / "offers.yaml", {"a": 175_000.0})
    script = f"""
import pathlib, sys
from compkit.batch import notebooks
from compkit.cli import run
notebooks.notebook_directory = lambda: pathlib.Path("kit")
sys.exit(run(["report", "offers.yaml", "-o", "out", "--notebook", "each", "--timeout", "{LONG_LIMIT_SECONDS:.0f}",
              "-p", "pid_file", {str(tmp_path / "pid")!r}]))
"""
    driver = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    try:
        wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
        shutil.rmtree(tmp_path / "out")
        _, err = driver.communicate(timeout=MAX_WAIT_SECONDS)  # long before the report's own limit
    finally:
        driver.kill()
    assert driver.returncode == EXIT_REFUSED
    assert err.splitlines()[-1].startswith("out: was removed, moved or emptied")
    assert "Traceback" not in err
    wait_until(lambda: have_exited([int((tmp_path / "pid").read_text())]))
    assert not (tmp_path / "out").exists()


def test_a_full_disk_at_the_start_is_one_line_with_the_file(
    engine: QuickEngine, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files.os, "fsync", full)
    assert report(tmp_path / "out", "--json") == EXIT_REFUSED
    assert said(capsys) == [f"{tmp_path / 'out' / 'summary.csv'}: No space left on device."]
    assert engine.jobs == []


def test_a_lock_that_is_no_lock_is_one_line(engine: QuickEngine, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / LOCK_FILE).write_text("mine " * 1_000)
    assert report(tmp_path / "out") == EXIT_REFUSED
    assert said(capsys)[0].startswith(f"{tmp_path / 'out'}: cannot be locked: file is not a database.")
    assert engine.jobs == []
