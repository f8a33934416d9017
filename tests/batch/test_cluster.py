"""A Dask cluster on this machine: the same bytes as made here, lost workers, stopped runs, unlike workers refused."""

from __future__ import annotations

import datetime as dt
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest
from sample_notebooks import write_notebook
from test_batch_running import LOAD, PARAMETERS, PICTURE
from waiting import LONG_LIMIT_SECONDS, have_exited, run_with_limits, wait_for, wait_until

from compkit.batch.cluster import connection
from compkit.batch.cluster.connection import open_client
from compkit.batch.cluster.shipment import Delivery, WrongDeliveryError, pack_job, pack_outcome
from compkit.batch.ledger.fingerprint import local_fingerprint
from compkit.batch.run.jobs import OUTCOME_FILE, Job, Outcome, RunOptions
from compkit.batch.run.pool import outcomes
from compkit.batch.run.runners import runner
from compkit.batch.running import run_reports
from compkit.errors import InputError
from compkit.offers import load_offers

distributed = pytest.importorskip("distributed", reason="needs Dask: pip install distributed")
pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs processes that can be forked"),
    pytest.mark.usefixtures("usual_signals"),
]

from compkit.batch.cluster import driver  # noqa: E402
from compkit.batch.cluster.plugin import KEY_PREFIX, ReportPlugin  # noqa: E402

PRIVATE = "Xyzzy-Holdings"
DOCUMENT = json.dumps({"offers": [{"company": PRIVATE, "level": "L6"}]})
HOLD = """
import time
hold = pathlib.Path("{kit}/hold")  # where it stands, one report goes on, and the others wait until it has gone
if hold.exists():
    try: (hold / "passed").mkdir()
    except FileExistsError:
        while hold.exists(): time.sleep(0.02)
    except FileNotFoundError: pass
"""
CELLS = {
    "good": f"{LOAD}{HOLD}print(offer['company'])",
    "fails": "raise ValueError('no such\\nthing')",
    "hangs": """\
import os, pathlib, subprocess
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
pathlib.Path(pid_file).write_text(f"{os.getpid()} {child.pid}")
while True: pass""",
    "kills": """\
import os, psutil
worker = next(one for one in psutil.Process().parents() if "engine.fork_server" not in " ".join(one.cmdline()))
os.kill(worker.pid, 9)""",
}


N_WORKERS = 3
RESTART_SECONDS = 60
"""How long killed workers may take to restart before a new cluster replaces them."""


@pytest.fixture(scope="module")
def workers() -> Iterator[Callable[[], Any]]:
    """Yield a function that returns three workers with one thread each, on the loopback address."""
    import dask

    # A machine that is busy with other tests is slow to answer, which is not what is tested here.
    before = set(psutil.Process().children(recursive=True))
    patient = {"distributed.comm.timeouts.tcp": "10 minutes", "distributed.comm.timeouts.connect": "2 minutes",
               "distributed.scheduler.worker-ttl": None}  # fmt: skip
    made: list[Any] = []

    def three() -> Any:
        if made and not has_all_workers(made[-1]):
            made[-1].close()
            made.clear()
        if not made:
            made.append(
                distributed.LocalCluster(
                    n_workers=N_WORKERS, threads_per_worker=1, processes=True, host="127.0.0.1",
                    dashboard_address=None, memory_limit=0,
                )
            )  # fmt: skip
        return made[-1]

    with dask.config.set(patient):
        yield three
    started = set(psutil.Process().children(recursive=True)) - before
    left_over = [child.pid for child in started if not is_of_this_process(child)]
    for cluster in made:
        cluster.close()
    wait_until(lambda: have_exited(left_over))


def has_all_workers(cluster: Any) -> bool:
    """Wait until killed workers have restarted; return whether they have."""
    return wait_for(lambda: len(cluster.scheduler.workers) == N_WORKERS, RESTART_SECONDS)


@pytest.fixture
def cluster(workers: Callable[[], Any]) -> Any:
    """Three running workers; earlier tests may have killed some."""
    return workers()


def is_of_this_process(child: psutil.Process) -> bool:
    """Whether a process belongs to these tests rather than the cluster: Python's tracker, or a local fork server."""
    try:
        command, parent = " ".join(child.cmdline()), child.ppid()
    except psutil.NoSuchProcess:
        return False
    return "resource_tracker" in command or ("engine.fork_server" in command and parent == os.getpid())


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kit")
    for name, cell in CELLS.items():
        source = cell.replace("{kit}", str(folder))
        write_notebook(folder / f"{name}.ipynb", PARAMETERS, source, *([PICTURE] if name == "good" else []))
    return folder


def job(kit: Path, notebook: str, folder: Path, **changes: Any) -> Job:
    made = Job(
        notebook_path=str(kit / f"{notebook}.ipynb"),
        folder=str(folder),
        output_folder=str(folder),
        parameters={"report_date": "2026-11-22", "show_controls": False},
        title=f"{PRIVATE}: {folder.name}",
        keep_images=folder.name != "08",  # one of nine leaves them out
        documents={"offer.json": DOCUMENT},
        key=f"key of {folder.name}",
        timeout_seconds=LONG_LIMIT_SECONDS,
    )
    return replace(made, **changes)


def run(cluster: Any, jobs: Iterable[Job], told: list[str] | None = None) -> dict[int, Outcome]:
    with runner(
        RunOptions(scheduler=cluster.scheduler_address), [].append if told is None else told.append
    ) as run_jobs:
        return dict(run_jobs(jobs))


def left(folder: Path) -> dict[str, bytes]:
    """Files that a job left, without durations."""
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    outcome = json.loads(found.pop(OUTCOME_FILE))
    return {**found, "outcome": json.dumps({**outcome, "seconds": 0}).encode()}


@pytest.mark.long
def test_a_worker_is_killed_and_all_reports_are_those_of_this_machine(cluster: Any, kit: Path, tmp_path: Path) -> None:
    names = [f"{number:02d}" for number in range(9)]
    here = dict(outcomes((job(kit, "good", tmp_path / "here" / name) for name in names), 2))
    drawn = []

    def jobs() -> Iterator[Job]:
        for name in names:
            drawn.append(name)
            yield job(kit, "good", tmp_path / "there" / name)

    there, killed = {}, 0
    (kit / "hold").mkdir()
    with runner(RunOptions(scheduler=cluster.scheduler_address), print) as run_jobs, closing(run_jobs(jobs())) as ended:
        for position, outcome in ended:
            if not there:
                assert len(drawn) < len(names), "jobs are drawn as they are needed"
                killed = _kill_a_busy_worker(cluster)
                (kit / "hold").rename(tmp_path / "held no more")
            there[position] = outcome
    assert killed
    assert there.keys() == here.keys() == set(range(9))
    for position, name in enumerate(names):
        assert (there[position].error, there[position].key) == (None, f"key of {name}")
        assert there[position].files == here[position].files
        assert left(tmp_path / "there" / name) == left(tmp_path / "here" / name)
    assert PRIVATE in (tmp_path / "there" / "00" / "good.ipynb").read_text()


def _kill_a_busy_worker(cluster: Any) -> int:
    with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
        pids = client.run(os.getpid)
        wait_until(lambda: any(client.processing().values()))
        busy = next(worker for worker, keys in client.processing().items() if keys)
    below = [child.pid for child in psutil.Process(pids[busy]).children(recursive=True)]
    os.kill(pids[busy], signal.SIGKILL)
    wait_until(lambda: have_exited([pids[busy], *below]))
    return len(below)


def assert_the_noted_are_gone(pid_file: Path) -> None:
    pids = [int(pid) for pid in pid_file.read_text().split()]
    assert len(pids) == 2
    wait_until(lambda: have_exited(pids))


@pytest.mark.long
def test_what_fails_fails_alone_and_what_kills_workers_is_given_up(cluster: Any, kit: Path, tmp_path: Path) -> None:
    cluster.scheduler.allowed_failures = 0
    names = ["fails", "kills", "good", "good", "hangs", "good"]
    pids = tmp_path / "pids"

    def run_all(limit_seconds: float) -> dict[int, Outcome]:
        changes = {"parameters": {"pid_file": str(pids)}, "timeout_seconds": limit_seconds}
        jobs = [
            job(kit, name, tmp_path / str(number), **(changes if name == "hangs" else {}))
            for number, name in enumerate(names)
        ]
        return run(cluster, jobs)

    limit, there = run_with_limits(run_all, lambda _: pids.exists())
    assert (there[0].error, there[0].cause, there[0].n_attempts) == ("cell 3: ValueError: no such thing", "notebook", 1)
    assert there[1].error is not None
    assert there[1].error.startswith("1 workers ended while they had this report; the last one was tcp://127.0.0.1:")
    assert (there[1].cause, there[1].n_attempts, there[1].key) == ("outside", 2, "key of 1")
    assert [there[number].error for number in (2, 3, 5)] == [None] * 3
    assert there[4].error == f"cell 3: TimeoutError: the report took longer than {limit:g} s and was ended."
    assert there[4].cause == "time"
    assert_the_noted_are_gone(pids)
    assert not (tmp_path / "0" / OUTCOME_FILE).exists()


@pytest.mark.long
def test_a_batch_that_is_left_early_ends_what_runs_there(cluster: Any, kit: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    jobs = [job(kit, "hangs", tmp_path / "0", parameters={"pid_file": str(pids)}), job(kit, "good", tmp_path / "1")]
    with runner(RunOptions(scheduler=cluster.scheduler_address), print) as run_jobs, closing(run_jobs(jobs)) as ended:
        assert next(ended)[0] == 1
        wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    assert_the_noted_are_gone(pids)
    wait_until(lambda: not list(Path(cluster.workers[0].local_directory).glob("worker-*/report-*")))


@pytest.mark.long
def test_a_driver_that_is_killed_leaves_nothing_running_there(cluster: Any, kit: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    line = job(kit, "hangs", tmp_path / "0", parameters={"pid_file": str(pids)}).to_line()
    script = f"""
from compkit.batch.run.jobs import Job, RunOptions
from compkit.batch.run.runners import runner
with runner(RunOptions(scheduler={cluster.scheduler_address!r}), print) as run_jobs:
    list(run_jobs([Job.from_line({line!r})]))
"""
    killed = subprocess.Popen([sys.executable, "-c", script])
    wait_until(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    killed.kill()
    killed.wait()
    assert_the_noted_are_gone(pids)


@pytest.mark.long
def test_a_worker_unlike_this_machine_is_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    same = connection.difference
    monkeypatch.setattr(connection, "difference", lambda theirs, ours: same(theirs, {**ours, "pandas": "0.1"}))
    with pytest.raises(InputError) as raised, open_client(cluster.scheduler_address, print):
        pass
    lines = sorted(str(raised.value).splitlines())
    has = (
        f"it has pandas {local_fingerprint()['pandas']} instead of 0.1. Install there what is here, and start it again."
    )
    workers = [f"worker {worker}: {has}" for worker in cluster.scheduler.workers]
    assert workers
    assert lines == sorted([f"scheduler {cluster.scheduler_address}: {has}", *workers])


@pytest.mark.long
def test_an_unlike_worker_that_comes_late_gets_no_reports(
    cluster: Any, kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {**local_fingerprint(), "pandas": "0.1"}
    monkeypatch.setattr(driver, "local_fingerprint", lambda: other)
    there = run(cluster, [job(kit, "good", tmp_path / "0")])
    rule = f"has pandas {local_fingerprint()['pandas']} instead of 0.1"
    assert there[0].error == f"no worker could start this report: UnfitWorkerError: {rule}"
    assert (there[0].cause, there[0].n_attempts) == ("outside", 2)
    all_offers = dict.fromkeys(cluster.scheduler.workers, rule)
    monkeypatch.setattr(driver, "unlike_workers", lambda _: all_offers)
    told: list[str] = []
    with pytest.raises(driver.ClusterError, match="has no worker left that matches this machine"):
        run(cluster, [job(kit, "good", tmp_path / "0")], told)
    assert sorted(told) == sorted(f"worker {worker} {rule}. It gets no reports." for worker in all_offers)
    # Dask has logged both refusals with the arguments of the task: a report says nothing of itself there.
    logs = str(cluster.get_logs())
    assert KEY_PREFIX in logs
    assert PRIVATE not in logs


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("localhost:8786", "must be tcp://HOST:PORT or tls://HOST:PORT, got 'localhost:8786'."),
        ("tcp://127.0.0.1:99999", "must be tcp://HOST:PORT or tls://HOST:PORT, got 'tcp://127.0.0.1:99999'."),
        ("tcp://127.0.0.1:1", "got no answer from tcp://127.0.0.1:1: "),
    ],
)
def test_an_address_that_cannot_be_used(address: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 1.0)
    with pytest.raises(InputError) as raised, runner(RunOptions(scheduler=address), print):
        pass
    assert str(raised.value).startswith(f"--scheduler {message}")
    assert len(str(raised.value).splitlines()) == 1


def test_a_cluster_needs_dask_and_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = distributed.LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=None)
    with empty, pytest.raises(InputError, match=r"has no workers at tcp://.* Start one there: dask worker tcp://"):
        run(empty, [])
    with (
        pytest.raises(InputError, match="--workers does not apply to a cluster"),
        runner(RunOptions(scheduler="tcp://127.0.0.1:1", n_workers=2), print),
    ):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(InputError, match="--scheduler needs Dask"),
        runner(RunOptions(scheduler="tcp://127.0.0.1:1"), print),
    ):
        pass


def test_the_way_there_may_be_overheard(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(connection, "CONNECT_SECONDS", 0.2)
    for address in ("tcp://192.0.2.1:8786", "tls://192.0.2.1:8786", "tcp://127.8.0.1:1", "tcp://[::1]:1"):
        with pytest.raises(InputError), open_client(address, told.append):
            pass
    assert [line.split(":8786")[0] for line in told] == ["tcp://192.0.2.1"]
    left = [one for one in gc.get_objects() if type(one) is distributed.Client and one.status != "closed"]
    assert left == []  # the collector would close it in the middle of another's start


@pytest.mark.long
def test_where_nothing_can_be_forked_ordinary_kernels_run(
    kit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from compkit.batch.run import forked as worker
    from compkit.engine.driver import CannotForkError

    def refuse() -> None:
        raise CannotForkError("Forking needs Linux, this is darwin.")

    monkeypatch.setattr(worker, "ForkServers", refuse)
    station = ReportPlugin()
    station.setup(SimpleNamespace(local_directory=str(tmp_path), address="tcp://192.0.2.1:1"))
    wanted, shipment = (
        job(kit, "good", tmp_path / "mine"),
        pack_job(job(kit, "good", tmp_path / "mine"), (kit / "good.ipynb").read_bytes(), local_fingerprint()),
    )
    stopped = station.delivery(f"{KEY_PREFIX}1", shipment)
    assert (stopped.outcome.error, stopped.outcome.cause) == ("the run was stopped.", "outside")
    station.transition(f"{KEY_PREFIX}2", "ready", "executing")
    done = station.delivery(f"{KEY_PREFIX}2", shipment)
    station.teardown(None)
    assert done.note.endswith("Reports run in ordinary kernels there, which takes longer.")
    assert done.outcome.error is None
    assert list(tmp_path.iterdir()) == []
    done.write_locally(wanted)
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == [
        "good.html", "good.ipynb", "offer.json", "outcome.json",
    ]  # fmt: skip


def test_what_travels_tells_no_path_and_nothing_else_is_taken_back(kit: Path, tmp_path: Path) -> None:
    asked = job(kit, "good", tmp_path / "mine")
    shipment = pack_job(asked, b"{}", {})
    assert str(tmp_path) not in shipment.job.to_line()
    assert PRIVATE not in f"{shipment}{Delivery(Outcome(None, 0.0), {'a': PRIVATE.encode()})}"
    there = shipment.unpack(tmp_path / "worker")
    assert (tmp_path / "worker" / "good.ipynb").read_bytes() == b"{}"
    (Path(there.output_folder) / "good.html").write_text("page")
    page = {"good.html": "6bb6cb1a01ba14ea2a9b1c94a7c8c3a9e3a1e4d3"}
    wrong = pack_outcome(Outcome(None, 1.0, files=page), there, worker="tcp://192.0.2.1:1", note="")
    elsewhere = Delivery(Outcome(None, 1.0, files={"../good.html": ""}), {"../good.html": b""}, "w")
    for delivery, message in ((wrong, "good.html damaged"), (elsewhere, "other files than the report's")):
        with pytest.raises(WrongDeliveryError, match=message):
            delivery.write_locally(asked)
    assert not (tmp_path / "mine").exists()


@pytest.mark.long
def test_a_whole_batch_on_a_cluster_equals_one_made_here(cluster: Any, kit: Path, tmp_path: Path) -> None:
    (tmp_path / "offers.yaml").write_text(
        "schema: compkit/offers@1\noffers:\n"
        + "".join(
            f"  - {{id: one-{number}, company: One, level: L6, location: Seattle, base_salary: 175000}}\n"
            for number in range(4)
        )
    )
    offers, day = load_offers(tmp_path / "offers.yaml"), dt.date(2026, 11, 22)
    made = {}
    for name, scheduler in (("here", None), ("there", cluster.scheduler_address)):
        options = RunOptions(notebook_folder=kit, scheduler=scheduler)
        out = tmp_path / name
        done = run_reports(offers, out, notebooks=["good", "fails"], report_date=day, options=options)
        assert [result.status for result in done.results] == ["ok", "failed"] * 4
        files = [path for path in (tmp_path / name).rglob("one-*/*") if path.is_file()]
        made[name] = {path.relative_to(tmp_path / name): path.read_bytes() for path in files}
    assert made["here"] == made["there"]
    assert len(made["here"]) == 4 * len(("good.html", "good.ipynb", "figures.csv", "offer.json"))
    again = run_reports(offers, out, notebooks=["good"], report_date=day, options=options)
    assert {result.status for result in again.results} <= {"ok", "skipped"}
