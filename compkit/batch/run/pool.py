"""Jobs handed to a few workers, each job in a process of its own with its limits, none able to stop the others.

This is the one place that knows how notebooks come to be run: forked from a fork server where that is to be had,
else in workers with ordinary kernels.
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
    """What runs one job at a time."""

    has_ended: bool

    def outcome(self, job: Job) -> Outcome:
        """Run a job to its end or its limit."""

    def wait_for_exit(self) -> None:
        """Wait until no process of a job that is done is left."""

    def end(self) -> None:
        """End what it runs, and take no more."""


def default_n_workers() -> int:
    """Return how many workers this machine can keep busy."""
    return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def outcomes(
    jobs: Iterable[Job],
    n_workers: int,
    *,
    tell: Callable[[str], object] | None = None,
    can_fork: bool = True,
    modules: Sequence[str] = (),
    check: Callable[[], object] = lambda: None,
) -> Generator[tuple[int, Outcome], None, None]:
    """Yield each job's position and what came of it, in the order in which they end.

    A job that was ended from outside, by no fault of its notebook, is tried once more. Leaving the iteration early, by
    an exception or by closing it, ends all processes at once.

    Parameters
    ----------
    jobs : iterable of Job
        Drawn as they are needed, in the thread of whoever iterates.
    n_workers : int
        How many run at a time.
    tell : callable, optional
        Called with a line where reports cannot be forked, and why.
    can_fork : bool
        Whether to fork where that is to be had.
    modules : sequence of str
        What is imported once for all of them, where they are forked.
    check : callable
        Called now and then while jobs run; what it raises ends them.
    """
    with contextlib.ExitStack() as stack:
        make = _worker_maker(stack, tell or (lambda _: None), modules, check) if can_fork else PlainWorker
        yield from _outcomes(iter(jobs), [make() for _ in range(n_workers)], check)


def _worker_maker(
    stack: contextlib.ExitStack, tell: Callable[[str], object], modules: Sequence[str], check: Callable[[], object]
) -> Callable[[], Worker]:
    """Return what makes a worker: one that forks, or the ordinary one with a line that says why."""
    from compkit.engine.driver import CannotForkError

    try:
        from compkit.batch.run.forked import ForkedWorker, ForkServers

        parents = ForkServers(modules, check)
    except (CannotForkError, ImportError) as error:
        tell(f"{error} Reports run in ordinary kernels, which takes longer.")
        return PlainWorker
    stack.callback(parents.end)
    return lambda: ForkedWorker(parents, returns_early=True)


def _outcomes(
    jobs: Iterable[Job], workers: list[Worker], check: Callable[[], object]
) -> Generator[tuple[int, Outcome], None, None]:
    waiting: queue.SimpleQueue[tuple[int, Job] | None] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Outcome]] = queue.SimpleQueue()
    threads = [threading.Thread(target=_work, args=(worker, waiting, done), daemon=True) for worker in workers]
    numbered = enumerate(jobs)
    n_under_way = 0
    try:
        for thread in threads:
            thread.start()
        while True:
            while n_under_way < len(workers) + _N_AHEAD and (following := next(numbered, None)) is not None:
                waiting.put(following)
                n_under_way += 1
            if not n_under_way:
                for worker in workers:
                    worker.wait_for_exit()
                return
            yield _next_of(done, check)
            n_under_way -= 1
    finally:
        for worker in workers:
            worker.end()
        for _ in threads:
            waiting.put(None)


def _next_of(done: queue.SimpleQueue[tuple[int, Outcome]], check: Callable[[], object]) -> tuple[int, Outcome]:
    while True:  # a wait without end could not be interrupted on Windows
        with contextlib.suppress(queue.Empty):
            return done.get(timeout=_POLL_SECONDS)
        check()


def _work(
    worker: Worker, waiting: queue.SimpleQueue[tuple[int, Job] | None], done: queue.SimpleQueue[tuple[int, Outcome]]
) -> None:
    """Give a worker one job after another until there are no more."""
    while (following := waiting.get()) is not None and not worker.has_ended:
        position, job = following
        done.put((position, _tried(worker, job)))


def _tried(worker: Worker, job: Job) -> Outcome:
    """Return what came of a job, begun again where something from outside has ended its process."""
    for n_attempts in range(1, MAX_ATTEMPTS + 1):
        outcome = replace(worker.outcome(job), n_attempts=n_attempts)
        if outcome.cause != "outside" or worker.has_ended:
            break
    return outcome
