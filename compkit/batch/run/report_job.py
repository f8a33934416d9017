"""Run a job in this process: papermill executes the notebook in the given kernel, and files are written whole.

Both engines use it: the plain one in a worker with ordinary kernels, the forked one in a child process.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from compkit.batch.folder.figures import recorded_figures
from compkit.batch.notebook_files import notebook_source, notebook_text
from compkit.batch.publish.files import private_folder, write_atomically
from compkit.batch.run.cleaning import clean_notebook, frame_charts
from compkit.batch.run.jobs import OUTCOME_FILE, Job, Outcome
from compkit.report import report_html, report_pdf

MAX_ERROR_LENGTH = 400


class StoppedEarlyError(Exception):
    """A notebook ended before its last cell without an error."""


def job_outcome(job: Job, on_cell: Callable[[int], None], kernel: Mapping[str, Any]) -> Outcome:
    """Run a notebook and write its files into the job's output folder, the outcome last.

    Parameters
    ----------
    job : Job
    on_cell : callable
        Called with each cell's number, [1], [2], ..., before it runs.
    kernel : mapping
        Keywords of papermill and nbclient that choose the kernel.
    """
    started, cell = time.monotonic(), 0

    def begin_cell(number: int) -> None:
        nonlocal cell
        cell = number
        on_cell(number)

    try:
        executed = _execute(job, begin_cell, kernel)
        cell = 0  # errors from here on belong to no cell
        files = _write_files(job, executed)
        recorded = recorded_figures(executed)
    except Exception as error:  # it ends this report, not the batch
        return Outcome(error_line(error, cell), time.monotonic() - started, _cause(error), key=job.key)
    outcome = Outcome(None, time.monotonic() - started, recorded=recorded, files=files, key=job.key)
    write_atomically(Path(job.output_folder) / OUTCOME_FILE, json.dumps(outcome.to_json()))
    return outcome


def _execute(job: Job, begin_cell: Callable[[int], None], kernel: Mapping[str, Any]) -> Any:
    """Execute the notebook in the job's folder with the job's documents; return it with its outputs."""
    folder = private_folder(Path(job.folder))
    for name, text in job.documents.items():
        write_atomically(folder / name, text)
    number = 0

    def on_cell_start(cell: Any, **_: object) -> None:
        nonlocal number
        if cell.cell_type == "code" and cell.source.strip():
            number += 1
            begin_cell(number)

    seconds = max(1, round(job.timeout_seconds))
    # With a path, papermill would write after every cell and fill in braces.
    executed = execute_notebook(
        notebook_source(Path(job.notebook_path)),
        None,
        parameters=dict(job.parameters),
        cwd=job.folder,
        progress_bar=False,
        request_save_on_cell_execute=False,
        execution_timeout=seconds,
        iopub_timeout=seconds,  # papermill's 4 s end a report whose outputs a slow machine is still reading
        on_cell_start=on_cell_start,
        **kernel,
    )
    _refuse_unfinished(executed)
    return executed


def _refuse_unfinished(notebook: Any) -> None:
    """Raise if a cell did not run: after `sys.exit()` papermill returns without an error."""
    number = 0
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.strip():
            number += 1
            stopped = any(output.output_type == "error" for output in cell.outputs)
            if stopped or cell.execution_count is None:
                raise StoppedEarlyError(f"cell {number}: SystemExit: the notebook stopped before its end.")


def _write_files(job: Job, executed: Any) -> dict[str, str]:
    """Write the page, its PDF and the notebook; return each file's SHA-256."""
    output, stem = private_folder(Path(job.output_folder)), Path(job.notebook_path).stem
    contents, clean = {}, clean_notebook(executed)
    if job.title:
        page = report_html(clean, title=job.title, links=job.links)
        contents[f"{stem}.html"] = page.encode("utf-8")
        if job.with_pdf:
            contents[f"{stem}.pdf"] = report_pdf(page, with_details=job.with_pdf_details)
    if job.keep_images:
        frame_charts(clean)  # the page is made
    else:
        clean = clean_notebook(executed, keep_images=False)
    contents[f"{stem}.ipynb"] = notebook_text(clean).encode("utf-8")
    sums = {}
    for name, data in contents.items():
        write_atomically(output / name, data)
        sums[name] = hashlib.sha256(data).hexdigest()
    return sums


def _cause(error: Exception) -> Any:
    if isinstance(error, CellTimeoutError):
        return "time"
    return "outside" if isinstance(error, OSError) else "notebook"


def error_line(error: Exception, cell: int) -> str:
    r"""One line on which cell failed and why.

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
