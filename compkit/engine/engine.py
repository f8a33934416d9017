"""The engine for papermill: `papermill --engine compkit in.ipynb out.ipynb`, for anybody's Python notebooks.

The notebook runs in a process forked from a fork server, which stays for later notebooks of this process. The result
is that of papermill's own engine, with these exceptions: modules imported by the fork server are not loaded again by a
cell; an interrupted cell leaves no output, and a cell is logged when it ends; recursion ends some frames earlier; a
process forked by the notebook can print but not display; after `exit()` no cell runs, where an ordinary kernel may
still run quick ones; `os.environ` has our mark.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NBClientEngine
from papermill.log import logger

from compkit.engine.driver import CannotForkError, Forked, shared_fork_server
from compkit.engine.tasks import Ending, Task, Tell

_PASSED_OPTIONS = ("allow_errors", "force_raise_errors", "record_timing", "skip_cells_with_tag", "store_widget_state")
_MAGICS_OF_PYTHON = ("%%time", "%%capture", "%%prun")  # %%timeit among them
_IGNORED_OPTIONS = ("input_path", "shutdown_kernel", "iopub_timeout", "interrupt_on_timeout", "raise_on_iopub_timeout")
"""Options that matter only for ordinary kernels."""


class ForkedEngine(Engine):  # type: ignore[misc]  # papermill is not typed
    """Papermill's engine `compkit`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,  # noqa: FBT001, FBT002 - papermill's own signature
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: float = 60,
        execution_timeout: float | None = None,
        **options: Any,
    ) -> Any:
        """Run the cells and report each to papermill's manager."""
        logged = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        limit = execution_timeout or options.pop("timeout", None)
        try:
            _check_kernel(kernel_name)
            _check_options(options)
            server = shared_fork_server()
        except CannotForkError as error:
            logger.warning("%s The notebook runs in an ordinary kernel.", error)
            return NBClientEngine.execute_managed_notebook(
                nb_man, kernel_name, start_timeout=start_timeout, execution_timeout=limit, **logged, **options
            )
        logger.info("Executing notebook in a process forked from %s", server.pid)
        passed = {name: options[name] for name in _PASSED_OPTIONS if name in options}
        task = Task(
            function=f"{__name__}:{run_for_papermill.__name__}",
            argument={"notebook": nb_man.nb, "options": passed | {"kernel_name": kernel_name}},
            folder=os.getcwd(),  # noqa: PTH109 - papermill has changed to it
            environment=dict(os.environ) | {"OPENBLAS_NUM_THREADS": "1"},
            cell_timeout_seconds=limit or 0.0,
            modules=installed_imports(nb_man.nb),
        )
        forked = server.start(task)
        progress = _Progress(nb_man, PapermillNotebookClient(nb_man, log=logger, **logged))
        try:
            return _follow(forked, progress, limit)
        except BaseException:
            server.kill(forked)
            raise


def _check_kernel(kernel_name: str) -> None:
    """Raise CannotForkError unless the kernel is IPython's in this environment."""
    try:
        kernel = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel as error:
        raise CannotForkError(f"There is no kernel {kernel_name!r}.") from error
    if not is_our_kernel(kernel):
        raise CannotForkError(f"The kernel {kernel_name!r} is not this environment's Python.")


def is_our_kernel(kernel: KernelSpec) -> bool:
    """Whether a kernel is IPython's in this environment."""
    command = list(kernel.argv)
    return _is_our_python(command[0]) and command[1:3] == ["-m", "ipykernel_launcher"] and not kernel.env


def _is_our_python(command: str) -> bool:
    """Whether a command starts this Python in this environment.

    Environments may link to the same Python; the folder of the link tells which one is meant.
    """
    if not os.path.dirname(command):  # noqa: PTH120 - jupyter_client replaces such names by its own Python
        major, minor = map(str, sys.version_info[:2])
        return command in ("python", f"python{major}", f"python{major}.{minor}")
    path, ours = Path(command), Path(sys.executable)
    return path.is_file() and path.samefile(ours) and path.parent.samefile(ours.parent)


def _check_options(options: Mapping[str, Any]) -> None:
    other = sorted(set(options) - {*_PASSED_OPTIONS, *_IGNORED_OPTIONS})
    if other:
        raise CannotForkError(f"Forked notebooks do not know {', '.join(other)}.")


def installed_imports(notebook: Mapping[str, Any]) -> list[str]:
    r"""Installed modules that a notebook's cells import, without Python's own, which are quick to import.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> installed_imports(new_notebook(cells=[new_code_cell("import json, helper\nfrom psutil import Error, nothing")]))
    ['psutil']
    """
    named = {name for cell in notebook["cells"] if cell["cell_type"] == "code" for name in _imports(cell["source"])}
    return sorted(name for name in named if _is_installed(name))


def _imports(source: str) -> list[str]:
    found = []
    for node in _parsed(source):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def _parsed(source: str) -> list[ast.stmt]:
    """Statements of a cell, also under `%%time` and the like; none if it is invalid or in another language."""
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith(_MAGICS_OF_PYTHON):
        return _parsed(rest)
    try:
        return ast.parse(source).body
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # slow to import

        with contextlib.suppress(SyntaxError):
            source = TransformerManager().transform_cell(source)
            return ast.parse(source).body
        return []


def _is_installed(name: str) -> bool:
    """Whether a module is in site-packages, which is the same for every notebook."""
    roots = [Path(part).resolve() for part in sys.path if Path(part).name == "site-packages"]
    top, *inner = name.split(".")
    for root in roots:
        place = root.joinpath(top, *inner)
        if place.is_dir() or place.with_suffix(".py").is_file():
            return True
    return False


class _Progress:
    """Passes messages about a notebook in another process to papermill's manager and log."""

    def __init__(self, manager: Any, log: PapermillNotebookClient) -> None:
        self._manager, self._log = manager, log
        self.is_complete = False

    def apply(self, message: Mapping[str, Any]) -> None:
        """Update the notebook by a message."""
        cells = self._manager.nb.cells
        if "cell" in message:
            self._manager.cell_start(cells[message["cell"] - 1], message["cell"] - 1)
        elif "done" in message:
            self._update_cell(message["done"], message["is"])
            if message["has_failed"]:
                self._manager.cell_exception(cells[message["done"]], cell_index=message["done"], exception=None)
            for output in cells[message["done"]].get("outputs", ()):
                self._log.log_output_message(output)
            self._manager.cell_complete(cells[message["done"]], cell_index=message["done"])
        elif "changed" in message:
            self._update_cell(message["changed"], message["is"])
        elif "metadata" in message:
            self._manager.nb.metadata.update(nbformat.from_dict(message["metadata"]))
            self.is_complete = True

    def _update_cell(self, index: int, given: Mapping[str, Any]) -> None:
        """Copy outputs, count and metadata of a cell, except papermill's own metadata."""
        cell, new = self._manager.nb.cells[index], nbformat.from_dict(given)
        new.metadata.pop("papermill", None)
        cell.metadata.update(new.metadata)
        for name in ("outputs", "execution_count"):
            if name in new:
                cell[name] = new[name]


def _follow(forked: Forked, progress: _Progress, limit: float | None) -> Any:
    """Apply the messages of a notebook's process; raise as nbclient does if it did not complete."""
    error = ""
    while not isinstance(message := forked.next_message(), Ending):
        progress.apply(message)
        error = message.get("error", error)
    if progress.is_complete:  # even if the process then failed
        return progress._manager.nb
    if message.why == "cell time":
        cell = progress._manager.nb.cells[message.last_cell - 1]
        raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", limit, cell)
    where = f"cell {message.last_cell}: " if message.last_cell else ""
    kind, _, text = error.partition(": ")
    if kind == "ValidationError":
        raise nbformat.ValidationError(where + text)
    reason = text if kind == "DeadKernelError" else error
    raise DeadKernelError(reason or f"Kernel died: {where}its process {message.describe()}")


class _ReportingManager:
    """Notebook manager for papermill's client that reports to the driver."""

    def __init__(self, notebook: Any, tell: Tell) -> None:
        self.nb, self._tell = notebook, tell
        self._reported: dict[int, str] = {}
        self._failed = -1

    def cell_start(self, _cell: Any, cell_index: int, **_: Any) -> None:
        self._tell(cell=cell_index + 1)

    def cell_exception(self, _cell: Any, cell_index: int, **_: Any) -> None:
        self._failed = cell_index

    def cell_complete(self, cell: Any, cell_index: int, **_: Any) -> None:
        self._reported[cell_index] = json.dumps(cell)
        self._tell(done=cell_index, **{"is": cell}, has_failed=self._failed == cell_index)

    def autosave_cell(self) -> None:
        """Do nothing: the driver saves."""

    def report_changes(self) -> None:
        """Report cells whose display a later cell has updated, and the notebook's metadata."""
        for index, reported in self._reported.items():
            if json.dumps(self.nb.cells[index]) != reported:
                self._tell(changed=index, **{"is": self.nb.cells[index]})
        kept = {name: self.nb.metadata[name] for name in ("language_info", "widgets") if name in self.nb.metadata}
        self._tell(metadata=kept)


def run_for_papermill(argument: Mapping[str, Any], tell: Tell) -> None:
    """Run a notebook in this process and report each cell."""
    from compkit.engine.client import InProcessManager

    manager = _ReportingManager(nbformat.from_dict(argument["notebook"]), tell)
    options = {"kernel_manager_class": InProcessManager, "timeout": None, **argument["options"]}
    PapermillNotebookClient(manager, **options).execute()
    manager.report_changes()
