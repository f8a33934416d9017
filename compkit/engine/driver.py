"""The driver's side of a fork server: it starts one, asks it for forked processes, and hears what comes of them."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from compkit.engine.limits import why_no_forks
from compkit.engine.line_buffer import complete_lines
from compkit.engine.processes import MARK_VARIABLE, kill_tree, worker_environment
from compkit.engine.tasks import Ending, Task

READY_SECONDS = 300.0
_LOOK_SECONDS = 0.5
_CHUNK_BYTES = 1 << 20
_PARENT_CODE = """\
import sys
if "" in sys.path:
    sys.path.remove("")
from compkit.engine.fork_server import main
main(sys.argv[1:])
"""
"""No file of the folder where the driver runs is taken for a module, as by `-P`, which notebooks would inherit."""
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class CannotForkError(Exception):
    """There is no fork server to fork from; the text says why."""


class Forked:
    """A process that was asked for: what it says, and how it ends.

    Parameters
    ----------
    number : int
        By which the fork server knows it.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.pid = 0
        self._heard: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._has_pid = threading.Event()

    def hear(self, message: dict[str, Any]) -> None:
        """Take in a message of the fork server's."""
        if "pid" in message:
            self.pid = message["pid"]
        if "pid" in message or "ended" in message or "refused" in message:
            self._has_pid.set()
        self._heard.put(message)

    def wait_for_start(self, seconds: float) -> bool:
        """Return whether the process, or word that there will be none, has come within the time."""
        return self._has_pid.wait(seconds)

    def next_message(self, timeout_seconds: float | None = None) -> dict[str, Any] | Ending:
        """Return what the process says next, or at last how it ended.

        Raises
        ------
        queue.Empty
            If nothing comes within the time.
        CannotForkError
            If the process could not be made.
        """
        while True:
            message = self._heard.get(timeout=timeout_seconds)
            if "ended" in message:
                return Ending(**message["ended"])
            if "refused" in message:
                raise CannotForkError(message["refused"])
            if "said" in message:
                word: dict[str, Any] = message["said"]
                return word


class ForkServer:
    """A fork server process, which ends with this object or with this process.

    Parameters
    ----------
    modules : sequence of str
        What it imports beside what notebooks usually need.

    Raises
    ------
    CannotForkError
        If processes cannot be forked here.
    """

    def __init__(self, modules: Sequence[str] = ()) -> None:
        if reason := why_no_forks():
            raise CannotForkError(f"Forking {reason}.")
        self._runtime = tempfile.mkdtemp(prefix="ck-")
        self._mark = secrets.token_hex(16)
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._channel, theirs = socket.socketpair()
        environment = worker_environment(self._runtime) | {"MPLBACKEND": INLINE_BACKEND, MARK_VARIABLE: self._mark}
        environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false"  # pyarrow, where there is one
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, and no shell
            [sys.executable, "-c", _PARENT_CODE, str(theirs.fileno()), *modules],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._complaints,
            start_new_session=True,
        )
        theirs.close()
        self.pid, self._driver_pid = self._process.pid, os.getpid()
        self.environment = {name: value for name, value in environment.items() if name != MARK_VARIABLE}
        self._lock = threading.Lock()
        self._asked: dict[int, Forked] = {}
        self._n_asked = 0
        self._has_ended = threading.Event()
        self._ready: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="compkit fork server", daemon=True)
        self._listener.start()

    def wait_until_ready(self, look: Callable[[], object] = lambda: None) -> dict[str, Any]:
        """Return what it says when it is warm: its pid and its threads.

        Parameters
        ----------
        look : callable
            Called now and then; what it raises ends the parent.

        Raises
        ------
        CannotForkError
            If it does not get that far.
        """
        message: dict[str, Any] = {}
        deadline = time.monotonic() + READY_SECONDS
        try:
            while not message and self.is_alive and time.monotonic() < deadline:
                with contextlib.suppress(queue.Empty):
                    message = self._ready.get(timeout=_LOOK_SECONDS)
                look()
        except BaseException:
            kill_tree(self.pid)  # it hears nothing before it is warm
            self.end()
            raise
        if "ready" not in message:
            self.end()
            raise CannotForkError(f"The fork server did not start: {self._last_complaint() or 'it said nothing'}.")
        ready: dict[str, Any] = message["ready"]
        return ready

    @property
    def is_idle(self) -> bool:
        """Whether no process that it was asked for still runs."""
        with self._lock:
            return not self._asked

    @property
    def is_alive(self) -> bool:
        """Whether it can still be asked."""
        return not self._has_ended.is_set()

    def start(self, task: Task) -> Forked:
        """Ask for a process that does a task."""
        with self._lock:
            self._n_asked += 1
            forked = self._asked[self._n_asked] = Forked(self._n_asked)
        self._send({"number": forked.number, "start": task.to_json()})
        if self._has_ended.is_set():
            self._report_all_lost()
        return forked

    def kill(self, forked: Forked) -> None:
        """End a process with all that it has started."""
        self._send({"kill": forked.number})

    def end(self) -> None:
        """End it and all of its processes, and wait until they are gone."""
        if os.getpid() != self._driver_pid:
            return
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            kill_tree(self.pid)
            self._process.wait()
        self._listener.join(timeout=5)
        self._channel.close()
        shutil.rmtree(self._runtime, ignore_errors=True)

    def _last_complaint(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().decode("utf-8", "replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message).encode() + b"\n"
        with self._lock, contextlib.suppress(OSError):
            self._channel.sendall(data)

    def _listen(self) -> None:
        rest = bytearray()
        with contextlib.suppress(OSError):
            while data := self._channel.recv(_CHUNK_BYTES):
                for line in complete_lines(rest, data):
                    with contextlib.suppress(ValueError):  # a notebook has written to what is not its own
                        self._take_in(json.loads(line))
        self._has_ended.set()
        self._ready.put({})
        self._report_all_lost()

    def _take_in(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self._ready.put(message)
            return
        is_last = "ended" in message or "refused" in message
        with self._lock:
            forked = self._asked.pop(message["number"], None) if is_last else self._asked.get(message["number"])
        if forked is not None:
            forked.hear(message)

    def _report_all_lost(self) -> None:
        """Tell all who wait that their process is gone, and see that it is."""
        with self._lock:
            lost, self._asked = list(self._asked.values()), {}
        for forked in lost:
            if forked.pid:
                kill_tree(forked.pid)
        _end_strays(self._mark)
        for forked in lost:
            forked.hear({"ended": {"code": -9, "why": "", "seconds": 0.0, "peak_bytes": 0}})


def _end_strays(mark: str) -> None:
    """End what a killed parent may have left: whoever has its mark in the environment."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get(MARK_VARIABLE) == mark and process.pid != os.getpid():
            kill_tree(process.pid)


MAX_SHARED = 2
_shared: dict[tuple[tuple[str, str], ...], ForkServer] = {}  # the one used last is the last
_sharing = threading.Lock()


def _begin_alone() -> None:
    """In a process forked from this one, know of no fork server: those are this one's to talk to."""
    global _sharing
    _sharing = threading.Lock()
    _shared.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_alone)


def shared_fork_server() -> ForkServer:
    """Return this process's fork server, started where there is none; it ends with this process.

    There is one for each setting of Python's in the environment, and at most two stay: each holds some 200 MB.

    Raises
    ------
    CannotForkError
        If processes cannot be forked here.
    """
    settings = tuple(sorted(item for item in os.environ.items() if item[0].startswith("PYTHON")))
    with _sharing:
        parent = _shared.pop(settings, None)
        if parent is None or not parent.is_alive:
            parent = ForkServer()
            parent.wait_until_ready()
            atexit.register(parent.end)
        _shared[settings] = parent
        others = [known for known, other in _shared.items() if other is not parent and other.is_idle]
        for known in others[: max(0, len(_shared) - MAX_SHARED)]:
            _shared.pop(known).end()
        return parent
