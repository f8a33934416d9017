"""A batch whose driver is killed at random moments, with forked reports: all there, all right, none made twice.

A moment is drawn as what happens then, not as a time: before one of the steps that the driver takes on the disk, or in
a cell of a report, after so many reports of the run. Three kills; twenty where COMPKIT_LONG_TESTS is set.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from quick_engine import write_offers
from sample_notebooks import write_notebook
from test_batch_kills import PARAMETERS, SOURCE, STEPS, driver_command
from test_batch_resume import assert_all_say_the_same
from waiting import LONG_LIMIT_SECONDS, MAX_WAIT_SECONDS, processes_with, wait_until

from compkit.batch.ledger.ledger import Ledger
from compkit.batch.publish.staging import staging_folders
from compkit.engine.limits import why_no_forks

pytestmark = pytest.mark.skipif(bool(why_no_forks()), reason="forked reports need Linux; run these tests there")

N_KILLS = 20 if os.environ.get("COMPKIT_LONG_TESTS") else 3
N_BEFORE = 3
"""A kill comes before so many reports more are entered, so that no run comes to its end."""
N_REPORTS = 2 * N_BEFORE * N_KILLS
MARK = "COMPKIT_TEST_OF_KILLS"

TICK = """
import os, signal
with open({folder!r} + "/ticks", "ab") as file:
    file.write(b"x"); file.flush(); n_ticks = file.tell()
moment = os.path.exists({folder!r} + "/moment") and int(open({folder!r} + "/moment").read())
if moment and n_ticks >= moment:
    open({folder!r} + "/held", "w").close(); signal.pause()
"""
LAST = "with open({folder!r} + '/finished', 'a') as file: file.write(offer_id + '\\n')"
TICKS_A_REPORT = 3
SILENT = "progress = lambda *_: None"

STEP_BY_STEP = """
import os, signal
from compkit.batch.ledger.ledger import Ledger
n_steps = [0]  # before the first report, between it and the second, and so on
def die(): os.kill(os.getpid(), signal.SIGKILL)
def counted(function):
    def call(*given, **named):
        if (len(n_steps) - 1, n_steps[-1]) == {last}: die()
        n_steps[-1] += 1
        return function(*given, **named)
    return call
for name in {steps}: setattr(os, name, counted(getattr(os, name)))
Ledger._execute = counted(Ledger._execute)
def progress(_done, _all, result):
    if result.status != "ok": return
    print(n_steps[-1], flush=True)
    n_steps.append(0)
    if {last} and {last}[0] < len(n_steps) - 1: die()
"""


def step_by_step(last: tuple[int, int] | None) -> str:
    """Have a driver print how many steps each report takes, and die after a number of reports and steps."""
    return STEP_BY_STEP.format(last=last, steps=STEPS)


class Driver:
    """Runs of one batch, killed at random moments."""

    def __init__(self, folder: Path, n_steps: Sequence[int]) -> None:
        self._folder, self._n_steps = folder, n_steps
        self._chance = random.Random(20)  # noqa: S311 - the same moments each time

    def be_killed(self) -> int:
        """Run until one of the moments, be killed there, leave no process; return the exit code."""
        code = self._chance.choice([self._killed_at_a_step, self._killed_in_a_report])()
        wait_until(lambda: str(self._folder) not in processes_with(MARK).values())
        return code

    def _killed_at_a_step(self) -> int:
        n_reports = self._chance.randrange(N_BEFORE)
        last = n_reports, self._chance.randrange(self._n_steps[n_reports])
        return self._started(step_by_step(last)).wait(timeout=MAX_WAIT_SECONDS)

    def _killed_in_a_report(self) -> int:
        moment, ticks, held = (self._folder / name for name in ("moment", "ticks", "held"))
        moment.write_text(str(self._chance.randint(1, N_BEFORE * TICKS_A_REPORT)))
        ticks.unlink(missing_ok=True)
        driver = self._started(SILENT)
        wait_until(lambda: held.exists() or driver.poll() is not None)
        driver.kill()
        code = driver.wait()
        moment.unlink()
        held.unlink()
        return code

    def _started(self, prelude: str) -> subprocess.Popen[bytes]:
        command = driver_command(self._folder, self._folder / "out", prelude)
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, MARK: str(self._folder)})


def run_to_its_end(command: Sequence[str]) -> list[int]:
    """How many steps the driver took for each report, if it says."""
    done = subprocess.run(command, check=True, timeout=LONG_LIMIT_SECONDS, stdout=subprocess.PIPE)
    return [int(number) for number in done.stdout.split()]


def done_in_ledger(out: Path) -> dict[str | None, int]:
    with closing(Ledger.open_read_only(out)) as ledger:
        return {row.folder: row.n_done for row in ledger.reports()}


@pytest.mark.long
def test_a_driver_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    tick, last = TICK.format(folder=str(tmp_path)), LAST.format(folder=str(tmp_path))
    write_notebook(tmp_path / "kit" / "each.ipynb", PARAMETERS, tick, SOURCE, tick, last, tick)
    salaries = {f"o{number}": 100_000.0 + number for number in range(N_REPORTS)}
    write_offers(tmp_path / "offers.yaml", salaries)
    out, whole = tmp_path / "out", tmp_path / "whole"
    n_steps = run_to_its_end(driver_command(tmp_path, whole, step_by_step(None)))
    assert len(n_steps) == N_REPORTS
    (tmp_path / "finished").unlink()
    driver = Driver(tmp_path, n_steps)
    assert [driver.be_killed() for _ in range(N_KILLS)] == [-signal.SIGKILL] * N_KILLS
    run_to_its_end(driver_command(tmp_path, out, SILENT))
    assert done_in_ledger(out) == dict.fromkeys(salaries, 1)
    for offer, salary in salaries.items():
        assert f"each,salary,{salary}" in (out / offer / "figures.csv").read_text()
        pair = [(folder / offer / "each.ipynb").read_bytes() for folder in (out, whole)]
        assert pair[0] == pair[1]
    assert_all_say_the_same(out)
    assert staging_folders(out) == []
    # Whoever was killed between a notebook's last cell and its outcome had to run it again: at most two at a kill.
    times = Counter((tmp_path / "finished").read_text().split())
    assert set(times) == set(salaries)
    assert sum(times.values()) - N_REPORTS <= 2 * N_KILLS
