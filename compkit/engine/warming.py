"""Warm-up of the fork server: imports, and whatever is slow the first time.

It happens within a kernel, because pandas, tqdm and rich check at import whether they are in one.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import psutil

from compkit.engine.kernel import InProcessApp, RecordedStream, discard_kernel, prepare_app

if TYPE_CHECKING:
    import nbformat

USUAL_MODULES = (
    "pandas",
    "matplotlib.pyplot",
    "pandas.plotting._matplotlib",  # what the first plot of a frame imports
    "compkit.engine.client",
)
"""Usual imports of notebooks, and the client that runs them."""
WARM_UP_GROUP = "compkit.engine.warm_up"
"""Entry points for further warm-up: functions that are called with an executed notebook."""

_TIMER_SECONDS = 2.0
_TRIAL_SECONDS = 60.0


class Imports:
    """Imports for all notebooks, in the kernel that forked processes inherit."""

    def __init__(self) -> None:
        executed = _run_sample()
        self._app = prepare_app()
        self._tried: set[str] = set()
        with _in_cell(self._app):
            for name in USUAL_MODULES:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
            for hook in entry_points(group=WARM_UP_GROUP):
                hook.load()(executed)
        self._app.session.recorded.clear()
        for thread in threading.enumerate():
            if thread is not threading.main_thread():
                thread.join(_TIMER_SECONDS)
        _freeze()

    def add(self, names: Sequence[str]) -> None:
        """Import modules that are safe to import before the fork; notebooks import the others themselves.

        A forked process tries each module first. It is not safe if it starts a thread, which a fork does not inherit,
        or a process, changes the environment, prints, raises, ends the process, or takes longer than a minute.
        """
        new = [name for name in names if name not in sys.modules and name not in self._tried]
        self._tried.update(new)
        for name in new:
            with contextlib.suppress(Exception):  # the notebook will raise it
                if self._is_safe(name):
                    with _in_cell(self._app):
                        importlib.import_module(name)
        if new:
            _freeze()

    def _is_safe(self, name: str) -> bool:
        with tempfile.TemporaryFile() as shown:
            pid = os.fork()
            if pid == 0:
                self._try_import(name, shown.fileno())
            deadline = time.monotonic() + _TRIAL_SECONDS
            while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.005)
        return ended[1] == 0

    def _try_import(self, name: str, shown: int) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for standard in (1, 2):
                os.dup2(shown, standard)
            environment = dict(os.environ)
            with _in_cell(self._app):
                importlib.import_module(name)
            sys.stdout.flush()
            has_shown = self._app.session.recorded or os.fstat(shown).st_size
            has_started = n_threads() > 1 or psutil.Process().children()
            code = 1 if has_shown or has_started or os.environ != environment else 0
        finally:
            os._exit(code)


def n_threads() -> int:
    """Count the threads of this process, including those of libraries."""
    return len(list(Path("/proc/self/task").iterdir()))


@contextlib.contextmanager
def _in_cell(app: InProcessApp) -> Iterator[None]:
    """Provide `get_ipython` and a kernel's streams to imports; in a forked process these write to file descriptors."""
    out, err = (RecordedStream(app.session, app.iopub_thread, name, watchfd=False) for name in ("stdout", "stderr"))
    with app.kernel.shell.builtin_trap, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        yield


def _freeze() -> None:
    gc.collect()
    gc.freeze()


def _run_sample() -> nbformat.NotebookNode:
    """Run a small notebook in a kernel of its own.

    It must not plot: pandas would register its converters with matplotlib, and every notebook would inherit them.
    """
    app = prepare_app()
    app.capture_fd_output = False
    with _in_cell(app):
        import nbformat
        from papermill.execute import execute_notebook

        from compkit.engine.client import InProcessManager
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    sources = ("import pandas as pd", "pd.DataFrame({'a': [1.5], 'b': ['x']})", "print('warm')")
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in sources]
    executed = execute_notebook(notebook, None, progress_bar=False, kernel_manager_class=InProcessManager)
    discard_kernel()
    return executed
