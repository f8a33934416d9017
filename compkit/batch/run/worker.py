"""A process that runs notebooks one by one, each with its own kernel: `python -m compkit.batch.run.worker FOLDER`.

It reads jobs as lines of JSON and writes lines: each cell that starts, then the outcome. When its input ends, the
driver is gone: it kills its kernel and itself at once, even in the middle of a job.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from traitlets.config import Config

from compkit.batch.run.jobs import Job
from compkit.batch.run.kernel_client import RETRYING_CLIENT
from compkit.batch.run.report_job import job_outcome
from compkit.engine import RUNTIME_FOLDER_VARIABLE, kill_descendants

# A socket's path may have 104 characters on macOS, 108 on Linux.
_MAX_SOCKET_PATH = 95


def _kernel_connection(environment: Mapping[str, str]) -> Config:
    """How to reach the kernel: by files in the worker's folder, and by sockets there where the system has them."""
    if RUNTIME_FOLDER_VARIABLE not in environment:
        return Config(RETRYING_CLIENT)
    folder = Path(environment[RUNTIME_FOLDER_VARIABLE])
    settings = {"connection_file": str(folder / "kernel.json")}
    address = str(folder / "k")
    if os.name == "posix" and len(address) <= _MAX_SOCKET_PATH:
        settings |= {"transport": "ipc", "ip": address}
    return Config({"KernelManager": settings, **RETRYING_CLIENT})


def _serve(channel: TextIO, jobs: queue.Queue[str]) -> None:
    """Run jobs until the process is killed."""

    def send(**message: object) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    while True:
        job = Job.from_line(jobs.get())
        kernel = {"shutdown_kernel": "immediate", "config": _kernel_connection(os.environ)}
        send(outcome=job_outcome(job, lambda number: send(cell=number), kernel).to_json())


def _read_jobs(jobs: queue.Queue[str], runtime_folder: str) -> None:
    """Pass on the driver's lines; at the end of input, kill everything and clean up."""
    for line in sys.stdin:
        jobs.put(line)
    kill_descendants(os.getpid())
    shutil.rmtree(runtime_folder, ignore_errors=True)
    os._exit(0)


def main() -> None:
    """Serve the driver over standard input and output."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # Output of kernels must not mix with the messages.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    jobs: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read_jobs, args=(jobs, sys.argv[1]), daemon=True).start()
    _serve(channel, jobs)


if __name__ == "__main__":
    main()
