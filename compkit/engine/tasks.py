"""What a forked process is asked to do, and how it ended."""

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
"""As long as Jupyter waits for a kernel that it has asked to end."""


@dataclass(frozen=True, slots=True)
class Task:
    """Work for a forked process.

    Parameters
    ----------
    function : str
        What it calls, as `module:function`, with the argument and what tells the driver of progress.
    argument : mapping
        Plain values.
    folder : str
        Where it runs; made where it is not there. Empty for where the fork server runs.
    environment : mapping of str to str, optional
        All of it; that of the fork server if left out.
    timeout_seconds, cell_timeout_seconds : float
        The limits of the whole and of each cell; 0 for none.
    memory_limit_bytes : int
        The limit of what its processes hold together; 0 for none.
    modules : sequence of str
        What the fork server imports first, once for all.
    """

    function: str
    argument: Mapping[str, Any]
    folder: str = ""
    environment: Mapping[str, str] | None = None
    timeout_seconds: float = 0.0
    cell_timeout_seconds: float = 0.0
    memory_limit_bytes: int = 0
    modules: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the task as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a forked process ended.

    Parameters
    ----------
    code : int
        Its exit code; the negative number of the signal that killed it.
    why : str
        time, cell time, memory or asked: what the fork server killed it for; empty if it did not.
    seconds : float
        From the fork to the end.
    peak_bytes : int
        The most memory that the process itself held at a time, what it shares with the fork server included.
    """

    code: int
    why: Literal["", "time", "cell time", "memory", "asked"]
    seconds: float
    peak_bytes: int
    last_cell: int = field(default=0)

    def describe(self) -> str:
        """Return how a process that was not killed by its fork server ended, as a sentence's end.

        >>> Ending(-9, "", 1.0, 0).describe(), Ending(3, "", 1.0, 0).describe()
        ('was killed by SIGKILL; it may have run out of memory.', 'ended by itself with code 3.')
        """
        if self.code >= 0:
            return f"ended by itself with code {self.code}."
        try:
            name = signal.Signals(-self.code).name
        except ValueError:  # one of those without a name of its own
            name = f"signal {-self.code}"
        return f"was killed by {name}; it may have run out of memory."


def run_task(function: str, argument: Mapping[str, Any], tell: Tell) -> None:
    """Do a task in this process, which nobody else uses."""
    resolve_name(function)(argument, tell)


def finish() -> None:
    """Do what an interpreter does for its user when it ends: threads' ends, registered calls, files left open.

    A process that takes too long over it is killed, as Jupyter kills a kernel.
    """
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, _FINISH_SECONDS)
    threading._shutdown()  # type: ignore[attr-defined]  # the interpreter's own first step
    atexit._run_exitfuncs()
    for found in gc.get_objects():  # only what came since the fork: all else was frozen
        if isinstance(found, io.IOBase) and found is not sys.stdout and found is not sys.stderr:
            try:
                if not found.closed:
                    found.flush()
            except Exception:  # noqa: S112 - a file that cannot be written is its owner's matter
                continue


def run_kernel(argument: Mapping[str, Any], tell: Tell) -> None:  # noqa: ARG001
    """Be a kernel, as Jupyter starts one."""
    from ipykernel.kernelapp import IPKernelApp

    from compkit.engine.kernel import forget_kernel, launcher_path

    sys.argv = [launcher_path(), *argument["arguments"]]
    forget_kernel()  # the one that was made ready has no sockets
    asyncio.set_event_loop(asyncio.new_event_loop())
    IPKernelApp.launch_instance(argv=list(argument["arguments"]))
