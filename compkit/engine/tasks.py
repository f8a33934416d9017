"""Tasks of forked processes, and how these end."""

from __future__ import annotations

import asyncio
import atexit
import gc
import io
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pkgutil import resolve_name
from typing import Any, Literal

Tell = Callable[..., None]
RUN_KERNEL = "compkit.engine.tasks:run_kernel"

_FINISH_SECONDS = 5.0
"""Limit on exit handlers and threads at exit, which could hold up a batch forever; Jupyter's `shutdown_wait_time`."""


@dataclass(frozen=True, slots=True)
class Task:
    """Task for a forked process.

    Parameters
    ----------
    function : str
        `module:function`, called with the argument and a function that sends messages to the driver.
    argument : mapping
        Plain values.
    folder : str
        Working folder, created if missing; empty for the fork server's.
    environment : mapping of str to str, optional
        The whole environment; the fork server's by default.
    timeout_seconds, cell_timeout_seconds : float
        Limits of the task and of each cell; 0 for none.
    memory_limit_bytes : int
        Limit of its processes together; 0 for none.
    cpu_limit_seconds : int
        Processor time, after which it is killed; 0 for none.
    modules : sequence of str
        Modules that the fork server imports first.
    """

    function: str
    argument: Mapping[str, Any]
    folder: str = ""
    environment: Mapping[str, str] | None = None
    timeout_seconds: float = 0.0
    cell_timeout_seconds: float = 0.0
    memory_limit_bytes: int = 0
    cpu_limit_seconds: int = 0
    modules: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Represent the task by plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a forked process ended.

    Parameters
    ----------
    code : int
        Exit code, or the negative number of the signal that killed it.
    why : str
        Why the fork server killed it: time, cell time, memory or asked; empty if it did not.
    seconds : float
        From fork to end.
    peak_bytes : int
        Peak memory of the process itself, including memory shared with the fork server.
    """

    code: int
    why: Literal["", "time", "cell time", "memory", "asked"]
    seconds: float
    peak_bytes: int
    last_cell: int = field(default=0)

    def describe(self) -> str:
        """End of a sentence about a process that was not killed by its fork server.

        >>> Ending(-9, "", 1.0, 0).describe(), Ending(3, "", 1.0, 0).describe()
        ('was killed by SIGKILL; it may have run out of memory.', 'ended by itself with code 3.')
        """
        if self.code >= 0:
            return f"ended by itself with code {self.code}."
        try:
            name = signal.Signals(-self.code).name
        except ValueError:  # a signal without a name
            name = f"signal {-self.code}"
        return f"was killed by {name}; it may have run out of memory."


def run_task(function: str, argument: Mapping[str, Any], tell: Tell) -> None:
    """Do a task in this process, which nobody else uses."""
    resolve_name(function)(argument, tell)


def finish() -> None:
    """Do what Python does at exit: wait for threads, run exit handlers, flush files.

    An alarm kills a process that takes longer than `_FINISH_SECONDS`.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, _FINISH_SECONDS)
    threading._shutdown()  # type: ignore[attr-defined]  # Python's own first step at exit
    atexit._run_exitfuncs()
    for found in gc.get_objects():  # only those since the fork: all others are frozen
        if isinstance(found, io.IOBase) and found is not sys.stdout and found is not sys.stderr:
            try:
                if not found.closed:
                    found.flush()
            except Exception:  # noqa: S112 - the notebook's own file
                continue


def run_kernel(argument: Mapping[str, Any], tell: Tell) -> None:  # noqa: ARG001
    """Run a kernel as Jupyter starts it."""
    from ipykernel.kernelapp import IPKernelApp

    from compkit.engine.kernel import discard_kernel, launcher_path

    sys.argv = [launcher_path(), *argument["arguments"]]
    discard_kernel()  # the prepared one has no sockets
    asyncio.set_event_loop(asyncio.new_event_loop())
    IPKernelApp.launch_instance(argv=list(argument["arguments"]))
