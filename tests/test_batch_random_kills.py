"""A batch whose driver is killed at random moments, with forked reports: all there, all right, none made twice.

Five times, which takes two minutes; twenty times where COMPKIT_LONG_TESTS is set.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from quick_engine import write_offers
from test_batch_kills import PARAMETERS, SOURCE, are_gone, driver_command, wait_until
from test_batch_notebooks import write_notebook
from test_batch_resume import assert_all_say_the_same

from compkit.batch.forked.limits import why_no_forks
from compkit.batch.ledger import Ledger
from compkit.batch.staging import staging_folders

pytestmark = pytest.mark.skipif(bool(why_no_forks()), reason="forked reports need Linux; run these tests there")

N_KILLS = 20 if os.environ.get("COMPKIT_LONG_TESTS") else 5
N_REPORTS = 20
PATIENCE_SECONDS = 300.0
LAST = "with open({path!r}, 'a') as file: file.write(offer_id + '\\n')"


def done_in_ledger(out: Path) -> dict[str | None, int]:
    with closing(Ledger.open_read_only(out)) as ledger:
        return {row.offer: row.n_done for row in ledger.reports()}


def test_a_driver_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    finished = tmp_path / "finished"
    write_notebook(tmp_path / "kit" / "each.ipynb", PARAMETERS, SOURCE, LAST.format(path=str(finished)))
    salaries = {f"o{number}": 100_000.0 + number for number in range(N_REPORTS)}
    write_offers(tmp_path / "offers.yaml", salaries)
    out, whole = tmp_path / "out", tmp_path / "whole"
    command = driver_command(tmp_path, out)
    begun = time.monotonic()
    subprocess.run(driver_command(tmp_path, whole), check=True, timeout=PATIENCE_SECONDS)
    whole_seconds = time.monotonic() - begun
    finished.unlink()
    chance = random.Random(20)  # noqa: S311 - the same moments each time, as far as a clock allows
    n_killed = 0
    for _ in range(N_KILLS):
        driver = subprocess.Popen(command)
        time.sleep(chance.uniform(0, whole_seconds))
        started = psutil.Process(driver.pid).children(recursive=True)
        driver.kill()
        n_killed += driver.wait() == -signal.SIGKILL
        wait_until(lambda started=started: are_gone(started), PATIENCE_SECONDS)
    assert n_killed > 0
    subprocess.run(command, check=True, timeout=PATIENCE_SECONDS)
    assert done_in_ledger(out) == dict.fromkeys(salaries, 1)
    for offer, salary in salaries.items():
        assert f"each,salary,{salary}" in (out / offer / "figures.csv").read_text()
        pair = [(folder / offer / "each.ipynb").read_bytes() for folder in (out, whole)]
        assert pair[0] == pair[1]
    assert_all_say_the_same(out)
    assert staging_folders(out) == []
    # Whoever was killed between a notebook's last cell and its outcome had to run it again: at most two at a kill.
    times = Counter(finished.read_text().split())
    assert set(times) == set(salaries)
    assert sum(times.values()) - N_REPORTS <= 2 * n_killed
