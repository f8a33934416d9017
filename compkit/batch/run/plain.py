"""A worker process with ordinary kernels, for systems that cannot fork."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any

from compkit.batch.run.jobs import Job, Outcome
from compkit.engine import kill_tree, worker_environment


class PlainWorker:
    """A worker process, restarted after each job that killed it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._runtime_folder = ""
        self._lock = threading.Lock()
        self.has_ended = False

    def outcome(self, job: Job) -> Outcome:
        """Run a job to its end or its limit."""
        started = time.monotonic()
        process = self._ready_process()
        if process is None:
            return Outcome("the run was stopped.", 0.0, "outside")
        is_late = threading.Event()

        def stop() -> None:
            is_late.set()
            _kill_if_running(process)

        watchdog = threading.Timer(job.timeout_seconds, stop)
        watchdog.daemon = True
        watchdog.start()
        try:
            cell, answer = self._answer(process, job)
        finally:
            watchdog.cancel()
            watchdog.join()
        code = process.wait() if is_late.is_set() or answer is None else 0
        if answer is not None:
            return Outcome.from_json(answer["outcome"])
        where = f"cell {cell}: " if cell else ""
        if is_late.is_set():
            error = f"{where}TimeoutError: the report took longer than {job.timeout_seconds:g} s and was ended."
        else:
            error = f"{where}the worker process ended with code {code}; it may have run out of memory."
        return Outcome(error, time.monotonic() - started, "time" if is_late.is_set() else "outside", key=job.key)

    def _answer(self, process: subprocess.Popen[str], job: Job) -> tuple[int, dict[str, Any] | None]:
        """Read the number of the last cell started, and the outcome's message, or None if the process died."""
        cell = 0
        assert process.stdin is not None  # noqa: S101 - both are pipes
        assert process.stdout is not None  # noqa: S101
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(job.to_line())
            process.stdin.flush()
            for line in process.stdout:
                message = json.loads(line)
                if "outcome" in message:
                    return cell, message
                cell = message["cell"]
        return cell, None

    def _ready_process(self) -> subprocess.Popen[str] | None:
        with self._lock:
            if self.has_ended:
                return None
            if self._process is None or self._process.poll() is not None:
                self._remove_process()
                self._runtime_folder = tempfile.mkdtemp(prefix="ck-")
                self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, and no shell
                    [sys.executable, "-P", "-m", "compkit.batch.run.worker", self._runtime_folder],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    encoding="utf-8",
                    env=worker_environment(self._runtime_folder),
                    # Ctrl-C in a terminal must reach only the driver, which ends the workers.
                    start_new_session=True,
                )
            return self._process

    def wait_for_exit(self) -> None:
        """Do nothing: the kernel has exited once its outcome is there."""

    def end(self) -> None:
        """Kill the process and all that it started."""
        with self._lock:
            self.has_ended = True
            self._remove_process()

    def _remove_process(self) -> None:
        if self._process is not None:
            _kill_if_running(self._process)
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                with contextlib.suppress(OSError, ValueError, AttributeError):
                    pipe.close()  # type: ignore[union-attr]
            self._process = None
        if self._runtime_folder:
            shutil.rmtree(self._runtime_folder, ignore_errors=True)
            self._runtime_folder = ""


def _kill_if_running(process: subprocess.Popen[str]) -> None:
    # After a wait, another process may have the same pid.
    if process.poll() is None:
        kill_tree(process.pid)
