"""Run jobs one by one, each in its own forked process."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from compkit.batch.run.jobs import Cause, Job, Outcome
from compkit.engine import CannotForkError, Ending, Forked, ForkServer, Task, Tell

_OWN_SIGNALS = [
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS")
    if hasattr(signal, name)
]
"""Signals that a process's own code can cause; any other was sent to it."""


class ForkServers:
    """The fork server that workers share; a dead one is replaced.

    Parameters
    ----------
    modules : sequence of str
        Imported by it in addition to what notebooks usually need.
    check : callable
        Called now and then until the first one is ready; raises to stop.

    Raises
    ------
    CannotForkError
        If none can be started.
    """

    def __init__(self, modules: Sequence[str] = (), check: Callable[[], object] = lambda: None) -> None:
        self._modules = tuple(modules)
        self._lock = threading.Lock()
        self._has_ended = False
        self._server = self._started(check)

    def _started(self, check: Callable[[], object] = lambda: None) -> ForkServer:
        server = ForkServer(self._modules)
        server.wait_until_ready(check)
        return server

    def current(self) -> ForkServer:
        """Return the live fork server; start another if it died.

        Raises
        ------
        CannotForkError
            If none can be started.
        """
        with self._lock:
            if self._has_ended:
                raise CannotForkError("the run was stopped.")
            if not self._server.is_alive:
                self._server.end()
                self._server = self._started()
            return self._server

    def end(self) -> None:
        """Kill it and all processes forked from it."""
        with self._lock:
            self._has_ended = True
            self._server.end()


class ForkedWorker:
    """Runs jobs one by one; several workers share a fork server.

    Parameters
    ----------
    servers : ForkServers
    returns_early : bool
        Return an outcome as soon as it is complete, while its process still joins threads, runs exit handlers and frees
        memory. At most one process is left exiting.
    """

    def __init__(self, servers: ForkServers, *, returns_early: bool = False) -> None:
        self._servers = servers
        self._is_prompt = returns_early
        self._lock = threading.Lock()
        self._running: tuple[ForkServer, Forked] | None = None
        self._exiting: tuple[ForkServer, Forked] | None = None
        self.has_ended = False

    def outcome(self, job: Job) -> Outcome:
        """Run a job to its end or its limit; see `returns_early`."""
        try:
            server = self._servers.current()
            with self._lock:
                if self.has_ended:
                    raise CannotForkError("the run was stopped.")
                forked = server.start(_task(job, server))
                self._running = server, forked
            outcome, has_ended = _outcome(job, forked, returns_early=self._is_prompt)
            self.wait_for_exit()
            if not has_ended:
                with self._lock:
                    self._exiting = server, forked
            return outcome
        except CannotForkError as error:
            return Outcome(f"could not fork a process: {error}", 0.0, "outside", key=job.key)

    def wait_for_exit(self) -> None:
        """Wait until the process that was left exiting is gone."""
        with self._lock:
            leaving = self._exiting
        if leaving is not None:
            _, forked = leaving
            _wait_for_exit(forked)
            with self._lock:
                self._exiting = None

    def end(self) -> None:
        """Kill what runs and take no more jobs; the fork server stays."""
        with self._lock:
            self.has_ended = True
            for server, forked in filter(None, (self._running, self._exiting)):
                server.kill(forked)


def run_report(argument: Mapping[str, Any], send: Tell) -> None:
    """Make a report in a forked process."""
    from compkit.batch.run.report_job import job_outcome
    from compkit.engine import InProcessManager

    outcome = job_outcome(Job(**argument), lambda number: send(cell=number), {"kernel_manager_class": InProcessManager})
    send(outcome=outcome.to_json())


def _task(job: Job, server: ForkServer) -> Task:
    return Task(
        function=f"{__name__}:{run_report.__name__}",
        argument=asdict(job),
        folder=job.folder,
        environment=server.environment,
        timeout_seconds=job.timeout_seconds,
        memory_limit_bytes=job.memory_limit_bytes,
    )


def _outcome(job: Job, forked: Forked, *, returns_early: bool) -> tuple[Outcome, bool]:
    """Outcome of a running job, and whether its process has exited."""
    made, message = None, ""
    while not isinstance(word := forked.next_message(), Ending):
        made = Outcome.from_json(word["outcome"]) if "outcome" in word else made
        message = word.get("error", message)
        if made is not None and returns_early:
            return made, False
    if made is not None:  # all its files are there, however the process ended
        return made, True
    where = f"cell {word.last_cell}: " if word.last_cell else ""
    return Outcome(where + (message or _reason(word, job)), word.seconds, _cause(word), key=job.key), True


def _wait_for_exit(forked: Forked) -> None:
    while not isinstance(forked.next_message(), Ending):
        pass


def _reason(ending: Ending, job: Job) -> str:
    if ending.why == "time":
        return f"TimeoutError: the report took longer than {job.timeout_seconds:g} s and was ended."
    if ending.why == "memory":
        limit = job.memory_limit_bytes / 1024**3
        return f"MemoryError: the report held more than {limit:.3g} GB and was ended."
    return f"the report's process {ending.describe()}"


def _cause(ending: Ending) -> Cause:
    if ending.why == "time" or ending.why == "memory":
        return ending.why
    is_own = ending.code >= 0 or -ending.code in _OWN_SIGNALS
    return "notebook" if is_own else "outside"
