"""The fork server. Its arguments are a socket's file descriptor and the modules to import.

It imports what notebooks need and warms up, then only forks, watches and kills processes, and imports further modules.
It has one thread, runs no cells, and ends with all its children when its driver ends, however that happens.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil

from compkit.engine.child import run_child
from compkit.engine.limits import adopt_orphans
from compkit.engine.line_buffer import complete_lines
from compkit.engine.processes import RUNTIME_FOLDER_VARIABLE, kill_tree
from compkit.engine.warming import Imports, n_threads

_CHECK_SECONDS = 0.25
"""Time between checks of limits, since finding the descendants of a process reads all of /proc."""
_IDLE_SECONDS = 1.0
_CHUNK_BYTES = 1 << 20
_CELL_BEGUN = b'{"cell": '


@dataclass
class _Running:
    """A child that has not been reaped, so its pid is not in use again."""

    number: int
    pid: int
    pipe: int
    task: Mapping[str, Any]
    started: float = field(default_factory=time.monotonic)
    cell_started: float = field(default_factory=time.monotonic)
    last_cell: int = 0
    killed_for: str = ""
    half_line: bytearray = field(default_factory=bytearray)
    is_at_end: bool = False

    def limit_reached(self, now: float) -> str:
        """Name of the limit that the child has reached; empty if none."""
        whole, cell = self.task["timeout_seconds"], self.task["cell_timeout_seconds"]
        if whole and now - self.started > whole:
            return "time"
        if cell and self.last_cell and now - self.cell_started > cell:
            return "cell time"
        limit = self.task["memory_limit_bytes"]
        return "memory" if limit and held_bytes(self.pid, limit) > limit else ""


def held_bytes(pid: int, limit_bytes: int) -> int:
    """Memory that a process and its descendants do not share with others.

    If their resident memory, which is quicker to read, is within the limit, that is returned instead.
    """
    processes = []
    with contextlib.suppress(psutil.Error):
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    total = _sum(processes, lambda process: process.memory_info().rss)
    return total if total <= limit_bytes else _sum(processes, lambda process: process.memory_full_info().uss)


def _sum(processes: list[psutil.Process], measure: Any) -> int:
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error, OSError):
            total += measure(process)
    return total


class ForkServerProcess:
    """The event loop: requests from the driver, messages and ends of children, limits."""

    def __init__(self, channel: socket.socket, imports: Imports) -> None:
        self._channel, self._imports = channel, imports
        self._requests, self._answers = bytearray(), bytearray()  # bytearrays grow and shrink without copies
        self._running: dict[int, _Running] = {}
        self._next_check = 0.0
        self._driver_pid = os.getppid()
        self._wake_reader, wake_writer = os.pipe()
        os.set_blocking(self._wake_reader, False)
        os.set_blocking(wake_writer, False)
        os.set_blocking(channel.fileno(), False)
        signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the driver handles Ctrl-C
        self._inherited = (channel.fileno(), self._wake_reader, wake_writer)

    def serve(self) -> None:
        """Serve until the driver ends."""
        try:
            while self._step():
                pass
        finally:
            self._end_all()
            if folder := os.environ.get(RUNTIME_FOLDER_VARIABLE):
                shutil.rmtree(folder, ignore_errors=True)

    def send(self, **message: Any) -> None:
        """Queue a message to the driver."""
        self._answers += json.dumps(message).encode() + b"\n"

    def _step(self) -> bool:
        """Wait for an event and handle it; return whether the driver is still there."""
        with selectors.DefaultSelector() as selector:
            wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._answers else 0)
            selector.register(self._channel, wanted)
            selector.register(self._wake_reader, selectors.EVENT_READ)
            for running in self._running.values():
                if not running.is_at_end:
                    selector.register(running.pipe, selectors.EVENT_READ, running)
            ready = selector.select(_CHECK_SECONDS if self._running else _IDLE_SECONDS)
        is_there = True
        for key, events in ready:
            if key.data is not None:
                self._read_child(key.data)
            elif key.fileobj is self._channel:
                is_there = self._exchange(events)
            else:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake_reader, _CHUNK_BYTES)
        self._reap()
        self._check_limits()
        # The channel may stay open in a process forked by the driver.
        return is_there and os.getppid() == self._driver_pid

    def _exchange(self, events: int) -> bool:
        try:
            if events & selectors.EVENT_WRITE:
                del self._answers[: self._channel.send(self._answers[:_CHUNK_BYTES])]
            if events & selectors.EVENT_READ:
                data = self._channel.recv(_CHUNK_BYTES)
                if not data:
                    return False
                for line in complete_lines(self._requests, data):
                    self._handle(json.loads(line))
        except BlockingIOError:
            pass
        except OSError:  # the driver ended within a message
            return False
        return True

    def _handle(self, request: Mapping[str, Any]) -> None:
        if "start" in request:
            self._fork(request["number"], request["start"])
        else:
            for running in self._running.values():
                if running.number == request["kill"]:
                    self._kill(running, "asked")

    def _fork(self, number: int, task: Mapping[str, Any]) -> None:
        self._imports.add(task["modules"])
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        try:
            pid = os.fork()
        except OSError as error:
            os.close(reader)
            os.close(writer)
            self.send(number=number, refused=error.strerror or str(error))
            return
        if pid == 0:
            others = [reader, *self._inherited, *(running.pipe for running in self._running.values())]
            run_child(task, writer, others)  # never returns
        os.close(writer)
        self._running[pid] = _Running(number, pid, reader, task)
        self.send(number=number, pid=pid)

    def _read_child(self, running: _Running) -> bool:
        """Forward complete lines from a child; return whether there may be more."""
        try:
            data = os.read(running.pipe, _CHUNK_BYTES)
        except BlockingIOError:
            return False
        running.is_at_end = not data
        for line in complete_lines(running.half_line, data):
            if line.startswith(_CELL_BEGUN):
                with contextlib.suppress(ValueError):
                    running.last_cell, running.cell_started = int(json.loads(line)["cell"]), time.monotonic()
            self._answers += b'{"number": %d, "said": %s}\n' % (running.number, line)
        return bool(data)

    def _check_limits(self) -> None:
        now = time.monotonic()
        if now < self._next_check:
            return
        self._next_check = now + _CHECK_SECONDS
        for running in list(self._running.values()):
            reached = "" if running.killed_for else running.limit_reached(now)
            if reached:
                self._kill(running, reached)

    def _kill(self, running: _Running, why: str) -> None:
        running.killed_for = why
        kill_tree(running.pid)

    def _reap(self) -> None:
        """Report every child that has ended, and kill what it has left behind."""
        for pid, status, usage in _reap_children():
            running = self._running.pop(pid, None)
            if running is None:
                continue  # an orphan
            while self._read_child(running):
                pass
            os.close(running.pipe)
            self._end_orphans()
            self.send(
                number=running.number,
                ended={
                    "code": os.waitstatus_to_exitcode(status),
                    "why": running.killed_for,
                    "seconds": time.monotonic() - running.started,
                    "peak_bytes": usage.ru_maxrss * 1024,
                    "last_cell": running.last_cell,
                },
            )

    def _end_orphans(self) -> None:
        """Kill orphans: children of ours that are not running tasks, left by tasks that have ended."""
        while orphans := [child for child in psutil.Process().children() if child.pid not in self._running]:
            for orphan in orphans:
                kill_tree(orphan.pid)
            for orphan in orphans:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(orphan.pid, 0)

    def _end_all(self) -> None:
        for running in self._running.values():
            kill_tree(running.pid)
        self._running.clear()
        self._end_orphans()


def _reap_children() -> Iterator[tuple[int, int, Any]]:
    """Yield each child that has ended: pid, status, resource usage."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            yield pid, status, usage


def main(arguments: list[str]) -> None:
    """Warm up, then serve the driver."""
    descriptor, *modules = arguments
    os.chdir(os.environ[RUNTIME_FOLDER_VARIABLE])  # a folder without modules
    channel = socket.socket(fileno=int(descriptor))
    adopt_orphans()
    imports = Imports()
    imports.add(modules)
    server = ForkServerProcess(channel, imports)
    server.send(ready={"pid": os.getpid(), "n_threads": n_threads()})
    server.serve()
