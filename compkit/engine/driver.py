"""Client of a fork server: start it, request forked processes, receive their messages."""

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
_POLL_SECONDS = 0.5
_CHUNK_BYTES = 1 << 20
_FORK_SERVER_CODE = """\
import sys
if "" in sys.path:
    sys.path.remove("")
from compkit.engine.fork_server import main
main(sys.argv[1:])
"""
"""Keeps files of the current folder from being imported, like `-P`, which notebooks would inherit."""
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class CannotForkError(Exception):
    """There is no fork server; the text says why."""


class Forked:
    """A requested process: its messages and its end.

    Parameters
    ----------
    number : int
        Its number in requests to the fork server.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.pid = 0
        self._messages: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._has_pid = threading.Event()

    def receive(self, message: dict[str, Any]) -> None:
        """Queue a message from the fork server."""
        if "pid" in message:
            self.pid = message["pid"]
        if "pid" in message or "ended" in message or "refused" in message:
            self._has_pid.set()
        self._messages.put(message)

    def wait_for_start(self, seconds: float) -> bool:
        """Wait until the process has started or failed to; return whether that happened in time."""
        return self._has_pid.wait(seconds)

    def next_message(self, timeout_seconds: float | None = None) -> dict[str, Any] | Ending:
        """Next message of the process, or at last its ending.

        Raises
        ------
        queue.Empty
            If there is none in time.
        CannotForkError
            If the process could not be forked.
        """
        while True:
            message = self._messages.get(timeout=timeout_seconds)
            if "ended" in message:
                return Ending(**message["ended"])
            if "refused" in message:
                raise CannotForkError(message["refused"])
            if "said" in message:
                content: dict[str, Any] = message["said"]
                return content


class ForkServer:
    """A fork server process, which ends with this process at the latest.

    Parameters
    ----------
    modules : sequence of str
        Further modules for it to import.

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
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
        self._channel, theirs = socket.socketpair()
        environment = worker_environment(self._runtime) | {"MPLBACKEND": INLINE_BACKEND, MARK_VARIABLE: self._mark}
        environment["JE_ARROW_MALLOC_CONF"] = "background_thread:false"  # for pyarrow, if installed
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, and no shell
            [sys.executable, "-c", _FORK_SERVER_CODE, str(theirs.fileno()), *modules],
            pass_fds=[theirs.fileno()],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr,
            start_new_session=True,
        )
        theirs.close()
        self.pid, self._driver_pid = self._process.pid, os.getpid()
        self.environment = {name: value for name, value in environment.items() if name != MARK_VARIABLE}
        self._lock = threading.Lock()
        self._running: dict[int, Forked] = {}
        self._n_started = 0
        self._has_ended = threading.Event()
        self._ready: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="compkit fork server", daemon=True)
        self._listener.start()

    def wait_until_ready(self, look: Callable[[], object] = lambda: None) -> dict[str, Any]:
        """Wait until it has warmed up; return its pid and number of threads.

        Parameters
        ----------
        look : callable
            Called twice a second; an exception it raises ends the fork server.

        Raises
        ------
        CannotForkError
            If it does not start.
        """
        message: dict[str, Any] = {}
        deadline = time.monotonic() + READY_SECONDS
        try:
            while not message and self.is_alive and time.monotonic() < deadline:
                with contextlib.suppress(queue.Empty):
                    message = self._ready.get(timeout=_POLL_SECONDS)
                look()
        except BaseException:
            kill_tree(self.pid)  # while it warms up it reads no messages
            self.end()
            raise
        if "ready" not in message:
            self.end()
            raise CannotForkError(f"The fork server did not start: {self._last_error_line() or 'it said nothing'}.")
        ready: dict[str, Any] = message["ready"]
        return ready

    @property
    def is_idle(self) -> bool:
        """Whether none of its processes runs."""
        with self._lock:
            return not self._running

    @property
    def is_alive(self) -> bool:
        """Whether it still takes requests."""
        return not self._has_ended.is_set()

    def start(self, task: Task) -> Forked:
        """Request a process that runs a task."""
        with self._lock:
            self._n_started += 1
            forked = self._running[self._n_started] = Forked(self._n_started)
        self._send({"number": forked.number, "start": task.to_json()})
        if self._has_ended.is_set():
            self._report_all_lost()
        return forked

    def kill(self, forked: Forked) -> None:
        """Kill a process with all its descendants."""
        self._send({"kill": forked.number})

    def end(self) -> None:
        """End it and all its processes, and wait until they are gone."""
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

    def _last_error_line(self) -> str:
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").split("\n")
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
                    with contextlib.suppress(ValueError):  # a notebook may write to our file descriptor
                        self._dispatch(json.loads(line))
        self._has_ended.set()
        self._ready.put({})
        self._report_all_lost()

    def _dispatch(self, message: dict[str, Any]) -> None:
        if "ready" in message:
            self._ready.put(message)
            return
        is_last = "ended" in message or "refused" in message
        with self._lock:
            forked = self._running.pop(message["number"], None) if is_last else self._running.get(message["number"])
        if forked is not None:
            forked.receive(message)

    def _report_all_lost(self) -> None:
        """Kill every process that still runs and report its end."""
        with self._lock:
            lost, self._running = list(self._running.values()), {}
        for forked in lost:
            if forked.pid:
                kill_tree(forked.pid)
        _kill_marked(self._mark)
        for forked in lost:
            forked.receive({"ended": {"code": -9, "why": "", "seconds": 0.0, "peak_bytes": 0}})


def _kill_marked(mark: str) -> None:
    """Kill all processes with a fork server's mark in their environment: a killed one leaves them behind."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get(MARK_VARIABLE) == mark and process.pid != os.getpid():
            kill_tree(process.pid)


MAX_SHARED = 2
_shared: dict[tuple[tuple[str, str], ...], ForkServer] = {}  # in order of last use
_shared_lock = threading.Lock()


def _reset_after_fork() -> None:
    """Forget the fork servers in a process forked from this one, which alone may talk to them."""
    global _shared_lock
    _shared_lock = threading.Lock()
    _shared.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_after_fork)


def shared_fork_server() -> ForkServer:
    """Fork server of this process, started if there is none; it ends with this process.

    There is one for each set of PYTHON* environment variables, and at most two stay: each holds some 200 MB.

    Raises
    ------
    CannotForkError
        If processes cannot be forked here.
    """
    settings = tuple(sorted(item for item in os.environ.items() if item[0].startswith("PYTHON")))
    with _shared_lock:
        server = _shared.pop(settings, None)
        if server is None or not server.is_alive:
            server = ForkServer()
            server.wait_until_ready()
            atexit.register(server.end)
        _shared[settings] = server
        others = [known for known, other in _shared.items() if other is not server and other.is_idle]
        for known in others[: max(0, len(_shared) - MAX_SHARED)]:
            _shared.pop(known).end()
        return server
