"""What the warmed parent does once, so that no forked process has to: imports, and all that is slow the first time."""

from __future__ import annotations

import gc
import importlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

USUAL_MODULES = (
    "pandas",
    "matplotlib.pyplot",
    "pandas.plotting._matplotlib",  # what the first plot of a frame imports
    "compkit.batch.report_job",
    "compkit.batch.forked.client",
)
"""What notebooks about figures import, and what runs them."""

_TIMER_SECONDS = 2.0


@dataclass
class Imported:
    """What came of imports.

    Parameters
    ----------
    missing : list of str
        Modules that cannot be imported: their notebook's matter to say.
    with_threads : list of str
        Modules that start threads, which do not live on in a forked process.
    """

    missing: list[str] = field(default_factory=list)
    with_threads: list[str] = field(default_factory=list)


def imported(names: Sequence[str]) -> Imported:
    """Import what notebooks usually need, and these modules."""
    found = Imported()
    for name in (*USUAL_MODULES, *names):
        try:
            importlib.import_module(name)
        except Exception:
            found.missing.append(name)
        if n_threads() > 1:
            found.with_threads.append(name)
            break
    return found


def warm() -> None:
    """Take one notebook all the way to its page, and make the kernel that forked processes go on with."""
    from compkit.batch.forked.kernel import prepared_app
    from compkit.report.warming import warm as warm_reports

    _run_one()
    warm_reports()
    prepared_app()
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join(_TIMER_SECONDS)
    gc.collect()
    gc.freeze()


def n_threads() -> int:
    """Return how many threads this process has, those of libraries included."""
    return len(list(Path("/proc/self/task").iterdir()))


def _run_one() -> None:
    import nbformat
    from papermill.execute import execute_notebook

    from compkit.batch.cleaning import clean_notebook
    from compkit.batch.forked.client import InProcessManager
    from compkit.batch.forked.kernel import forget_kernel, prepared_app
    from compkit.report.html import report_html

    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    sources = ("import pandas as pd", "pd.DataFrame({'a': [1.5], 'b': ['x']})", "print('warm')")
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    prepared_app().capture_fd_output = False
    executed = execute_notebook(notebook, None, progress_bar=False, kernel_manager_class=InProcessManager)
    report_html(clean_notebook(executed), title="")
    forget_kernel()
