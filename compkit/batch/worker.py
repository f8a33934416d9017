"""A process that runs notebooks one by one, each with a kernel of its own: `python -m compkit.batch.worker FOLDER`.

It reads jobs as lines of JSON and answers each with lines: the cell that has begun, and at last the outcome.
When its input ends, the driver has gone: it ends its kernel and itself at once, also in the middle of a job.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook
from traitlets.config import Config

from compkit.batch.cleaning import clean_notebook
from compkit.batch.files import write_whole
from compkit.batch.jobs import Job
from compkit.batch.kernel_client import PatientKernelClient
from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.processes import RUNTIME_FOLDER_VARIABLE, kill_descendants
from compkit.report.html import report_html

MAX_ERROR_LENGTH = 400
# A socket's path may have 104 characters on macOS, 108 on Linux.
_MAX_SOCKET_PATH = 95


class StoppedEarlyError(Exception):
    """A notebook ended before its last cell, without an error."""


def run_job(job: Job, tell_cell: Callable[[int], None]) -> None:
    """Run a notebook and write what it gives, whole, into the job's output folder.

    Parameters
    ----------
    job : Job
    tell_cell : callable
        Called with a cell's number before it runs, as the notebook will show it: [1], [2], ...
    """
    path = Path(job.notebook_path)
    number = 0

    def begin_cell(cell: Any, **_: object) -> None:
        nonlocal number
        if cell.cell_type == "code" and cell.source.strip():
            number += 1
            tell_cell(number)

    # Papermill is handed no path: it would write after every cell, and fills in braces.
    executed = execute_notebook(
        notebook_source(path),
        None,
        parameters=dict(job.parameters),
        cwd=job.folder,
        progress_bar=False,
        request_save_on_cell_execute=False,
        execution_timeout=max(1, round(job.timeout_seconds)),
        on_cell_start=begin_cell,
        shutdown_kernel="immediate",
        config=_kernel_connection(os.environ),
    )
    _refuse_unfinished(executed)
    output = Path(job.output_folder)
    if job.title:
        page = report_html(clean_notebook(executed), title=job.title)
        write_whole(output / f"{path.stem}.html", page)
    write_whole(output / path.name, notebook_text(clean_notebook(executed, keep_images=job.keep_images)))


def _refuse_unfinished(notebook: Any) -> None:
    """Raise if a cell was not run: after `sys.exit()` papermill returns as if all had gone well."""
    number = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip():
            number += 1
            stopped = any(output.output_type == "error" for output in cell.outputs)
            if stopped or cell.execution_count is None:
                raise StoppedEarlyError(f"cell {number}: SystemExit: the notebook stopped before its end.")


def _kernel_connection(environment: Mapping[str, str]) -> Config:
    """Return how to reach the kernel: by files in the worker's own folder, sockets too where the system has them."""
    client = {"client_class": f"{PatientKernelClient.__module__}.{PatientKernelClient.__qualname__}"}
    if RUNTIME_FOLDER_VARIABLE not in environment:
        return Config({"AsyncKernelManager": client})
    folder = Path(environment[RUNTIME_FOLDER_VARIABLE])
    settings = {"connection_file": str(folder / "kernel.json")}
    address = str(folder / "k")
    if os.name == "posix" and len(address) <= _MAX_SOCKET_PATH:
        settings |= {"transport": "ipc", "ip": address}
    return Config({"KernelManager": settings, "AsyncKernelManager": client})


def error_line(error: Exception, cell: int) -> str:
    r"""Return in one line which cell failed and why.

    >>> error_line(ValueError("no\nsuch row"), 3)
    'cell 3: ValueError: no such row'
    """
    if isinstance(error, StoppedEarlyError):
        return str(error)
    if isinstance(error, PapermillExecutionError):
        text = f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    elif isinstance(error, CellTimeoutError):
        text = f"cell {cell}: TimeoutError: it ran longer than the time limit."
    elif isinstance(error, DeadKernelError):
        text = (
            f"cell {cell}: DeadKernelError: the kernel ended in the middle of the cell; it may have run out of memory."
        )
    else:
        text = f"{f'cell {cell}: ' if cell else ''}{type(error).__name__}: {error}"
    line = " ".join(text.split())
    return line if len(line) <= MAX_ERROR_LENGTH else f"{line[:MAX_ERROR_LENGTH]}..."


def _serve(channel: TextIO, jobs: queue.Queue[str]) -> None:
    """Run jobs for ever, telling the driver of each."""

    def tell(**message: object) -> None:
        channel.write(json.dumps(message) + "\n")
        channel.flush()

    while True:
        job = Job.from_line(jobs.get())
        started, cell, error = time.monotonic(), 0, None

        def tell_cell(number: int) -> None:
            nonlocal cell
            cell = number
            tell(cell=number)

        try:
            run_job(job, tell_cell)
        except Exception as raised:  # whatever it is, it is this report's end and not the batch's
            error = error_line(raised, cell)
        tell(error=error, seconds=time.monotonic() - started)


def _read_jobs(jobs: queue.Queue[str], runtime_folder: str) -> None:
    """Hand on the driver's lines; when there are no more, end everything and leave nothing behind."""
    for line in sys.stdin:
        jobs.put(line)
    kill_descendants(os.getpid())
    shutil.rmtree(runtime_folder, ignore_errors=True)
    os._exit(0)


def main() -> None:
    """Serve the driver at the other end of standard input and output."""
    channel = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    # What kernels print on their own must not come between the answers.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.dup2(nowhere, sys.stderr.fileno())
    jobs: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read_jobs, args=(jobs, sys.argv[1]), daemon=True).start()
    _serve(channel, jobs)


if __name__ == "__main__":
    main()
