"""One job after another, each in a process forked for it alone."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from compkit.batch.run.jobs import Cause, Job, Outcome
from compkit.engine.driver import CannotForkError, Forked, ForkServer
from compkit.engine.tasks import Ending, Task, Tell

_OWN_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS")
    if hasattr(signal, name)
]
"""What a process dies of by its own code; of any other, somebody has sent it."""


class ForkServers:
    """The fork server that workers share; a lost one is followed by another.

    Parameters
    ----------
    modules : sequence of str
        What it imports beside what notebooks usually need.
    check : callable
        Called now and then until the first one is warm; what it raises ends that.

    Raises
    ------
    CannotForkError
        If there is none to be had.
    """

    def __init__(self, modules: Sequence[str] = (), check: Callable[[], object] = lambda: None) -> None:
        self._modules = tuple(modules)
        self._lock = threading.Lock()
        self._has_ended = False
        self._parent = self._started(check)

    def _started(self, check: Callable[[], object] = lambda: None) -> ForkServer:
        parent = ForkServer(self._modules)
        parent.wait_until_ready(check)
        return parent

    def current(self) -> ForkServer:
        """Return the one that is alive.

        Raises
        ------
        CannotForkError
            If there is none, and none can be started.
        """
        with self._lock:
            if self._has_ended:
                raise CannotForkError("the batch was stopped.")
            if not self._parent.is_alive:
                self._parent.end()
                self._parent = self._started()
            return self._parent

    def end(self) -> None:
        """End it, and all that was forked from it."""
        with self._lock:
            self._has_ended = True
            self._parent.end()


class ForkedWorker:
    """What runs jobs one by one; several share a fork server.

    Parameters
    ----------
    parents : ForkServers
    returns_early : bool
        Whether an outcome is returned as soon as it is there, while its process still ends: it joins its threads, calls
        what is registered for the end and gives its memory back, which the next job need not wait for. At most one
        process is left to end so.
    """

    def __init__(self, parents: ForkServers, *, returns_early: bool = False) -> None:
        self._parents = parents
        self._is_prompt = returns_early
        self._lock = threading.Lock()
        self._running: tuple[ForkServer, Forked] | None = None
        self._exiting: tuple[ForkServer, Forked] | None = None
        self.has_ended = False

    def outcome(self, job: Job) -> Outcome:
        """Run a job to its end or its limit; where this worker is prompt, to the moment when all that it made is there.

        Whoever wants no process left calls `wait_for_exit` then.
        """
        try:
            parent = self._parents.current()
            with self._lock:
                if self.has_ended:
                    raise CannotForkError("the batch was stopped.")
                forked = parent.start(_task(job, parent))
                self._running = parent, forked
            outcome, has_ended = _outcome(job, forked, returns_early=self._is_prompt)
            self.wait_for_exit()
            if not has_ended:
                with self._lock:
                    self._exiting = parent, forked
            return outcome
        except CannotForkError as error:
            return Outcome(f"no process could be forked: {error}", 0.0, "outside", key=job.key)

    def wait_for_exit(self) -> None:
        """Wait until the process that was left to end has ended."""
        with self._lock:
            leaving = self._exiting
        if leaving is not None:
            _, forked = leaving
            _wait_for_end(forked)
            with self._lock:
                self._exiting = None

    def end(self) -> None:
        """End what it runs, and take no more jobs; the fork server stays."""
        with self._lock:
            self.has_ended = True
            for parent, forked in filter(None, (self._running, self._exiting)):
                parent.kill(forked)


def run_report(argument: Mapping[str, Any], tell: Tell) -> None:
    """Make a report in a forked process."""
    from compkit.batch.run.report_job import job_outcome
    from compkit.engine.client import InProcessManager

    outcome = job_outcome(Job(**argument), lambda number: tell(cell=number), {"kernel_manager_class": InProcessManager})
    tell(outcome=outcome.to_json())


def _task(job: Job, parent: ForkServer) -> Task:
    return Task(
        function=f"{__name__}:{run_report.__name__}",
        argument=asdict(job),
        folder=job.folder,
        environment=parent.environment,
        timeout_seconds=job.timeout_seconds,
        memory_limit_bytes=job.memory_limit_bytes,
    )


def _outcome(job: Job, forked: Forked, *, returns_early: bool) -> tuple[Outcome, bool]:
    """Return what came of a job that runs, and whether its process has ended."""
    made, complaint = None, ""
    while not isinstance(word := forked.next_word(), Ending):
        made = Outcome.from_json(word["outcome"]) if "outcome" in word else made
        complaint = word.get("error", complaint)
        if made is not None and returns_early:
            return made, False
    if made is not None:  # all its files are there, whatever became of the process then
        return made, True
    where = f"cell {word.last_cell}: " if word.last_cell else ""
    return Outcome(where + (complaint or _said_of(word, job)), word.seconds, _cause(word), key=job.key), True


def _wait_for_end(forked: Forked) -> None:
    while not isinstance(forked.next_word(), Ending):
        pass


def _said_of(ending: Ending, job: Job) -> str:
    if ending.why == "time":
        return f"TimeoutError: the report took longer than {job.timeout_seconds:g} s and was ended."
    if ending.why == "memory":
        limit = job.memory_limit_bytes / 1024**3
        return f"MemoryError: the report held more than {limit:.3g} GB and was ended."
    return f"the report's process {ending.said()}"


def _cause(ending: Ending) -> Cause:
    if ending.why == "time" or ending.why == "memory":
        return ending.why
    is_own = ending.code >= 0 or -ending.code in _OWN_SIGNALS
    return "notebook" if is_own else "outside"
