"""Whatever a report does or suffers, it ends in its limits, is named, leaves no process, and the others go on."""

from __future__ import annotations

import contextlib
import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from forked_notebooks import unwatched_by_pytest, write_cells
from waiting import LONG_LIMIT_SECONDS, MAX_WAIT_SECONDS, have_exited, processes_with, run_with_limits, wait_until

from compkit.batch.run.forked import ForkedWorker, ForkServers
from compkit.batch.run.jobs import Job, Outcome
from compkit.batch.run.pool import outcomes
from compkit.engine.limits import why_no_forks
from compkit.engine.processes import MARK_VARIABLE

pytestmark = [
    pytest.mark.skipif(bool(why_no_forks()), reason="forked reports need Linux; run these tests there"),
    pytest.mark.usefixtures("usual_signals"),
]

MEGABYTE = 1024**2
MEMORY_LIMIT_BYTES = 300 * MEGABYTE
ROOT = Path(__file__).parents[2]

HANGS = {
    "ignores interrupts": """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.signal(signal.SIGINT, signal.SIG_IGN)
while True:
    try:
        while True: pass
    except BaseException: pass
""",
    "holds the interpreter's lock in C": "import ctypes; ctypes.PyDLL(None).pause()",
    "matches for ever": "import re; re.match('(a+)+$', 'a' * 60 + 'b')",
    "stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "never stops writing": "import os\nwhile True: os.write(1, b'y' * 65536)",
    "waits for a child": "import subprocess; subprocess.run(['sleep', '600'])",
    "waits with a thread": "import threading; threading.Event().wait()",
}

CHILDREN = """
import os, signal, subprocess, sys, time
def stay(): time.sleep(600)
for number in range(10):
    if os.fork() == 0:
        if number % 2: os.setsid()
        if number % 3 == 0 and os.fork(): os._exit(0)  # its child is an orphan
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if number == 4: os.execvp("sleep", ["sleep", "600"])
        stay(); os._exit(0)
subprocess.Popen(["sleep", "600"], start_new_session=True)
"""


@pytest.fixture(scope="module")
def parents() -> Iterator[ForkServers]:
    """Return the fork server that most of these tests share."""
    with unwatched_by_pytest():
        parents = ForkServers()
    yield parents
    parents.end()


@pytest.fixture(scope="module")
def worker(parents: ForkServers) -> ForkedWorker:
    return ForkedWorker(parents)


def job(folder: Path, text: str, **changes: Any) -> Job:
    """Return the work of a notebook of these cells, with time enough and no limit of memory."""
    number = sum(1 for _ in folder.glob("*.ipynb"))
    path = write_cells(folder / f"notebook-{number}.ipynb", text)
    place = str(folder / f"place-{number}")
    limits = {"timeout_seconds": LONG_LIMIT_SECONDS, "memory_limit_bytes": 0, **changes}
    return replace(Job(str(path), place, place, {}, "", keep_images=True), **limits)


def descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def assert_the_next_is_well(worker: ForkedWorker, parents: ForkServers, folder: Path) -> None:
    assert worker.outcome(job(folder, "'well'")).error is None
    wait_until(lambda: not descendants(parents.current().pid))


def all_at_once(jobs: Sequence[Job], parents: ForkServers) -> list[Outcome]:
    """Return what came of jobs that run all at the same time."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(lambda given: ForkedWorker(parents).outcome(given), jobs))


@pytest.mark.long
def test_hung_cells_are_ended_and_named(parents: ForkServers, worker: ForkedWorker, tmp_path: Path) -> None:
    codes = [f"1\n# %%\nopen('hangs', 'w').close()\n{code}" for code in HANGS.values()]

    def run(limit_seconds: float) -> tuple[list[Job], list[Outcome]]:
        jobs = [job(tmp_path, code, timeout_seconds=limit_seconds) for code in codes]
        return jobs, all_at_once(jobs, parents)

    limit, (_, found) = run_with_limits(run, lambda ran: all((Path(one.folder) / "hangs").exists() for one in ran[0]))
    late = f"cell 2: TimeoutError: the report took longer than {limit:g} s and was ended."
    for how, outcome in zip(HANGS, found, strict=True):
        assert (how, outcome.error, outcome.cause) == (how, late, "time")
        assert outcome.seconds > limit
    assert_the_next_is_well(worker, parents, tmp_path)


@pytest.mark.long
def test_ten_children_go_with_their_report(parents: ForkServers, worker: ForkedWorker, tmp_path: Path) -> None:
    note = "import psutil; open('begun', 'w').write(' '.join(str(p.pid) for p in psutil.Process().children(True)))"
    ends = ("", "while True: pass", "os.kill(os.getpid(), 9)", "os._exit(0)", "1 / 0")

    def run(limit_seconds: float) -> tuple[list[Job], list[Outcome]]:
        limits = [limit_seconds if end == "while True: pass" else LONG_LIMIT_SECONDS for end in ends]
        jobs = [
            job(tmp_path, f"{CHILDREN}{note}\n# %%\nopen('ends', 'w').close()\n{end}", timeout_seconds=limit)
            for end, limit in zip(ends, limits, strict=True)
        ]
        return jobs, all_at_once(jobs, parents)

    _, (jobs, found) = run_with_limits(run, lambda ran: all((Path(one.folder) / "ends").exists() for one in ran[0]))
    pids = [int(pid) for given in jobs for pid in (Path(given.folder) / "begun").read_text().split()]
    assert len(pids) >= len(ends) * 11
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert [outcome.error is None for outcome in found] == [True, False, False, False, False]
    assert_the_next_is_well(worker, parents, tmp_path)


@pytest.mark.long
def test_children_that_beget_children_are_ended(worker: ForkedWorker, parents: ForkServers, tmp_path: Path) -> None:
    begetting = """
import os, time
if os.fork() == 0:
    while True:
        if os.fork(): time.sleep(0.02); os._exit(0)
"""
    outcome = worker.outcome(job(tmp_path, f"{begetting}\n# %%\nwhile True: pass", timeout_seconds=5.0))
    assert outcome.cause == "time"
    assert_the_next_is_well(worker, parents, tmp_path)


@pytest.mark.parametrize(
    "code",
    ["kept = []\nwhile True: kept.append(b'x' * 1_000_000)", "import numpy\nnumpy.ones(10**9)", "'x' * 10**10"],
    ids=["bit by bit", "numpy", "at once"],
)
def test_memory_beyond_the_limit_is_an_error_of_the_cell(
    code: str, worker: ForkedWorker, parents: ForkServers, tmp_path: Path
) -> None:
    outcome = worker.outcome(job(tmp_path, f"1\n# %%\n{code}", memory_limit_bytes=MEMORY_LIMIT_BYTES))
    assert outcome.error is not None
    assert outcome.error.startswith("cell 2: MemoryError")
    assert outcome.cause in ("notebook", "memory")
    assert_the_next_is_well(worker, parents, tmp_path)


@pytest.mark.long
def test_memory_counts_for_all_children_together(worker: ForkedWorker, parents: ForkServers, tmp_path: Path) -> None:
    eats = f"""
import os, time
for _ in range(10):
    if os.fork() == 0:
        kept = bytearray(os.urandom(1)) * ({MEMORY_LIMIT_BYTES} // 4)  # each of them is within the limit
        time.sleep(600)
time.sleep(600)
"""
    outcome = worker.outcome(job(tmp_path, f"1\n# %%\n{eats}", memory_limit_bytes=MEMORY_LIMIT_BYTES))
    assert outcome.error == "cell 2: MemoryError: the report held more than 0.293 GB and was ended."
    assert outcome.cause == "memory"
    assert_the_next_is_well(worker, parents, tmp_path)


@pytest.mark.parametrize("code", ["os.closerange(3, 1000)", "os.closerange(0, 1000)", "[os.write(n, b'?\\n') for n in range(3, 40) if os.path.exists(f'/proc/self/fd/{n}') and 'pipe' in os.readlink(f'/proc/self/fd/{n}')]"])  # fmt: skip
@pytest.mark.long
def test_whoever_meddles_with_file_descriptors_harms_only_himself(
    code: str, worker: ForkedWorker, parents: ForkServers, tmp_path: Path
) -> None:
    worker.outcome(job(tmp_path, f"import os\n{code}\n# %%\n2", timeout_seconds=10.0))
    assert_the_next_is_well(worker, parents, tmp_path)


def test_megabytes_to_a_file_descriptor_are_all_there(worker: ForkedWorker, tmp_path: Path) -> None:
    given = job(tmp_path, "import os\nfor _ in range(100): assert os.write(1, b'0123456789abcde\\n' * 4096) == 65536")
    assert worker.outcome(given).error is None
    text = (Path(given.output_folder) / "notebook-0.ipynb").read_text()
    assert text.count("0123456789abcde\\n") == 100 * 4096


def test_a_signal_without_a_name_is_told(worker: ForkedWorker, tmp_path: Path) -> None:
    outcome = worker.outcome(job(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGRTMIN + 6)"))
    assert outcome.error == f"cell 1: the report's process was killed by signal {signal.SIGRTMIN + 6}; " \
                            "it may have run out of memory."  # fmt: skip


def begun(given: Job) -> Path:
    return Path(given.folder) / "pid"


BEGUN = "import os, pathlib, time; pathlib.Path('part').write_text(str(os.getpid())); os.rename('part', 'pid')\n"


def done(jobs: Sequence[Job], n_workers: int, meanwhile: Callable[[], object] = lambda: None) -> list[Outcome]:
    """Return what came of jobs, and do something as they run."""
    thread = threading.Thread(target=meanwhile)
    thread.start()
    with unwatched_by_pytest():
        found = dict(outcomes(jobs, n_workers))
    thread.join()
    return [found[position] for position in range(len(jobs))]


@pytest.mark.long
def test_a_report_killed_from_outside_is_tried_once_more(tmp_path: Path) -> None:
    seen = "import os; seen = os.path.exists('seen'); open('seen', 'w').close()\n"
    once = job(tmp_path, seen + BEGUN + "while not seen: time.sleep(0.05)")
    always = job(tmp_path, BEGUN + "while True: time.sleep(0.05)")

    def kill() -> None:
        for given in (once, always, always):
            wait_until(begun(given).exists)
            pid = int(begun(given).read_text())
            begun(given).unlink()
            os.kill(pid, signal.SIGKILL)

    first, second = done([once, always], 2, kill)
    assert (first.error, first.n_attempts) == (None, 2)
    killed = "cell 1: the report's process was killed by SIGKILL; it may have run out of memory."
    assert (second.error, second.cause, second.n_attempts) == (killed, "outside", 2)


@pytest.mark.long
def test_a_lost_fork_server_is_followed_by_another(tmp_path: Path) -> None:
    wait = "import subprocess; child = subprocess.Popen(['sleep', '600'], start_new_session=True)\n" \
           "open('children', 'a').write(f'{child.pid} ')\nwhile not os.path.exists('../go'): time.sleep(0.05)"  # fmt: skip
    jobs = [job(tmp_path, BEGUN + wait) for _ in range(3)]

    def kill() -> None:
        wait_until(lambda: all((Path(given.folder) / "children").exists() for given in jobs[:2]))
        reports = [int(begun(given).read_text()) for given in jobs[:2]]
        (parent,) = {psutil.Process(pid).ppid() for pid in reports}
        os.kill(parent, signal.SIGKILL)
        wait_until(lambda: have_exited(reports))
        (tmp_path / "go").touch()

    assert [(outcome.error, outcome.n_attempts) for outcome in done(jobs, 2, kill)] == [(None, 2), (None, 2), (None, 1)]
    pids = [int(pid) for given in jobs for pid in (Path(given.folder) / "children").read_text().split()]
    assert len(pids) == 5
    wait_until(lambda: have_exited(pids))


DRIVER = """
import json, pathlib, sys
from compkit.batch.run.jobs import Job
from compkit.batch.run.pool import outcomes
jobs = [Job(**values) for values in json.loads(pathlib.Path(sys.argv[1]).read_text())]
for position, outcome in outcomes(jobs, 2): print(position, outcome, flush=True)
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.long
def test_no_process_outlives_the_driver(how: signal.Signals, tmp_path: Path) -> None:
    jobs = [job(tmp_path, BEGUN + CHILDREN + "open('all', 'w')\nwhile True: pass") for _ in range(2)]
    (tmp_path / "jobs.json").write_text("[" + ",".join(given.to_line() for given in jobs) + "]")
    (tmp_path / "temporary").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", DRIVER, str(tmp_path / "jobs.json")]
    driver = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_until(lambda: all((Path(given.folder) / "all").exists() for given in jobs))
    started = descendants(driver.pid)
    (mark,) = {
        mark for pid, mark in processes_with(MARK_VARIABLE).items() if pid in {process.pid for process in started}
    }
    assert len(started) >= 2 * (1 + 11) + 1
    driver.send_signal(how)
    assert driver.wait(timeout=MAX_WAIT_SECONDS) != 0
    wait_until(lambda: have_exited(started))
    wait_until(lambda: mark not in processes_with(MARK_VARIABLE).values())
    wait_until(lambda: not list((tmp_path / "temporary").glob("ck-*")))


def test_limits_do_not_look_at_the_wall_clock(
    worker: ForkedWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "time", lambda: random.uniform(0, 4e9))  # noqa: S311 - a clock gone mad
    wait = "import time; time.sleep(0.3)"
    assert worker.outcome(job(tmp_path, wait)).error is None
    late = worker.outcome(job(tmp_path, "import time; time.sleep(600)", timeout_seconds=2.0))
    assert late.cause == "time"
    assert 2.0 < late.seconds < MAX_WAIT_SECONDS


def n_files_as_it_waits(pid: int) -> int:
    """Return how many files a process has open when it waits: what it waits with is one of them."""
    found: list[str] = []

    def is_waiting() -> bool:
        found.clear()
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(FileNotFoundError):
                found.append(str(descriptor.readlink()))
        return "anon_inode:[eventpoll]" in found

    wait_until(is_waiting)
    return len(found)


@pytest.mark.long
def test_the_fork_server_does_not_grow(parents: ForkServers, worker: ForkedWorker, tmp_path: Path) -> None:
    parent, driver = psutil.Process(parents.current().pid), psutil.Process()
    given = job(tmp_path, "print('x' * 100_000); open('left open', 'w')")

    def size() -> tuple[int, int, int, int, int]:
        wait_until(lambda: not parent.children())
        gc.collect()  # else the files of an earlier test may be closed between two looks
        n_files = n_files_as_it_waits(parent.pid)
        return n_files, parent.num_threads(), driver.num_fds(), driver.num_threads(), parent.memory_full_info().uss

    for _ in range(10):
        assert worker.outcome(given).error is None
    before = size()
    for _ in range(50):
        assert worker.outcome(given).error is None
    after = size()
    assert after[:4] == before[:4]
    assert before[1] == 1
    assert after[4] < before[4] + 2 * MEGABYTE


@pytest.mark.long
def test_fifty_quick_reports_with_two_workers(tmp_path: Path) -> None:
    jobs = [job(tmp_path, f"print({number} ** 2)") for number in range(50)]
    found = done(jobs, 2)
    assert [(outcome.error, outcome.n_attempts) for outcome in found] == [(None, 1)] * 50
    for number, given in enumerate(jobs):
        assert f'"{number**2}\\n"' in (Path(given.output_folder) / f"notebook-{number}.ipynb").read_text()


@pytest.mark.long
def test_the_next_report_begins_while_the_one_before_ends(tmp_path: Path) -> None:
    """But not the one after it; and when all outcomes are told, all processes have ended of their own accord."""
    code = """
import atexit, os, signal, time
def note(what): open({path!r}, "a").write(f"{{what}} {{time.monotonic()}}\\n")
def leave():
    signal.setitimer(signal.ITIMER_REAL, 0)  # its end may take as long as this machine needs
    while not os.path.exists({following!r}): time.sleep(0.02)
    time.sleep(0.5); note("left")  # time for the one after the next to begin too early
note("begun"); atexit.register(leave)
"""
    notes = [tmp_path / f"notes-{number}.txt" for number in range(3)]
    following = [*notes[1:], tmp_path]
    codes = [code.format(path=str(path), following=str(after)) for path, after in zip(notes, following, strict=True)]
    found = done([job(tmp_path, code) for code in codes], 1)
    assert [outcome.error for outcome in found] == [None] * 3
    first, second, third = (dict(line.split() for line in path.read_text().splitlines()) for path in notes)
    assert float(second["begun"]) < float(first["left"]) < float(third["begun"]) < float(third["left"])


@pytest.mark.long
def test_a_driver_that_was_forked_has_a_fork_server_of_its_own(tmp_path: Path) -> None:
    code = f"""
import os, sys
from compkit.engine.driver import shared_fork_server
ours = shared_fork_server()
if (pid := os.fork()) == 0:
    theirs = shared_fork_server()
    open({str(tmp_path / "pids")!r}, "w").write(f"{{ours.pid}} {{theirs.pid}}")
    sys.exit(0)  # which must not end the other's
assert os.waitpid(pid, 0)[1] == 0
assert ours.is_alive and shared_fork_server() is ours
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, env={**os.environ, "PYTHONPATH": str(ROOT)})
    ours, theirs = (tmp_path / "pids").read_text().split()
    assert ours != theirs
    wait_until(lambda: not any(psutil.pid_exists(int(pid)) for pid in (ours, theirs)))
