"""Run jobs on this machine: a few workers, each job in its own process with its limits, none able to stop the others.

Only this module knows how notebooks run: forked from a fork server where the system can, else in ordinary kernels.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from compkit.batch.run.jobs import Job, Outcome
from compkit.batch.run.plain import PlainWorker

_POLL_SECONDS = 0.5
_N_AHEAD = 1
MAX_ATTEMPTS = 2


class Worker(Protocol):
    """Runs one job at a time."""

    has_ended: bool

    def outcome(self, job: Job) -> Outcome:
        """Run a job to its end or its limit."""

    def wait_for_exit(self) -> None:
        """Wait until the processes of finished jobs have exited."""

    def end(self) -> None:
        """Kill what runs and take no more jobs."""


def default_n_workers() -> int:
    """Count the cores that this process may use."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def outcomes(
    jobs: Iterable[Job],
    n_workers: int,
    *,
    note: Callable[[str], object] = lambda _: None,
    can_fork: bool = True,
    modules: Sequence[str] = (),
    check: Callable[[], object] = lambda: None,
) -> Generator[tuple[int, Outcome], None, None]:
    """Yield each job's position and outcome as it ends.

    A job ended from outside, through no fault of its notebook, is started once more. Closing the generator or an
    exception kills all processes at once.

    Parameters
    ----------
    jobs : iterable of Job
        Read as needed, in the caller's thread.
    n_workers : int
        How many run at a time.
    note : callable
        Called with the reason if jobs cannot be forked.
    can_fork : bool
        Fork where the system can.
    modules : sequence of str
        Imported once for all forked jobs.
    check : callable
        Called now and then while jobs run; raises to stop them.
    """
    with contextlib.ExitStack() as stack:
        make = _worker_maker(stack, note, modules, check) if can_fork else PlainWorker
        yield from _run_jobs(iter(jobs), [make() for _ in range(n_workers)], check)


def _worker_maker(
    stack: contextlib.ExitStack, note: Callable[[str], object], modules: Sequence[str], check: Callable[[], object]
) -> Callable[[], Worker]:
    """Choose workers that fork or, with a note that says why, ordinary ones."""
    from compkit.engine import CannotForkError

    try:
        from compkit.batch.run.forked import ForkedWorker, ForkServers

        servers = ForkServers(modules, check)
    except (CannotForkError, ImportError) as error:
        note(f"{error} Reports run in ordinary kernels, which takes longer.")
        return PlainWorker
    stack.callback(servers.end)
    return lambda: ForkedWorker(servers, returns_early=True)


def _run_jobs(
    jobs: Iterable[Job], workers: list[Worker], check: Callable[[], object]
) -> Generator[tuple[int, Outcome], None, None]:
    waiting: queue.SimpleQueue[tuple[int, Job] | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()
    threads = [threading.Thread(target=_work, args=(worker, waiting, done), daemon=True) for worker in workers]
    numbered = enumerate(jobs)
    n_running = 0
    try:
        for thread in threads:
            thread.start()
        while True:
            while n_running < len(workers) + _N_AHEAD and (following := next(numbered, None)) is not None:
                waiting.put(following)
                n_running += 1
            if not n_running:
                for worker in workers:
                    worker.wait_for_exit()
                return
            yield _next_outcome(done, check)
            n_running -= 1
    finally:
        for worker in workers:
            worker.end()
        for _ in threads:
            waiting.put(None)


def _next_outcome(done: queue.SimpleQueue[tuple[int, Outcome]], check: Callable[[], object]) -> tuple[int, Outcome]:
    while True:  # Windows cannot interrupt a wait without a timeout
        with contextlib.suppress(queue.Empty):
            return done.get(timeout=_POLL_SECONDS)
        check()


def _work(
    worker: Worker, waiting: queue.SimpleQueue[tuple[int, Job] | None], done: queue.SimpleQueue[tuple[int, Outcome]]
) -> None:
    """Run jobs on a worker until there are no more."""
    while (following := waiting.get()) is not None and not worker.has_ended:
        position, job = following
        done.put((position, _run_job(worker, job)))


def _run_job(worker: Worker, job: Job) -> Outcome:
    """Run a job; run it again if its process was ended from outside."""
    for n_attempts in range(1, MAX_ATTEMPTS + 1):
        outcome = replace(worker.outcome(job), n_attempts=n_attempts)
        if outcome.cause != "outside" or worker.has_ended:
            break
    return outcome
