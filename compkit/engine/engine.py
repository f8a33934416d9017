"""The engine for papermill: `papermill --engine compkit in.ipynb out.ipynb`, for anybody's Python notebooks.

The notebook runs in a process forked from a fork server, which stays for the next notebooks of this process. What it
gives is what papermill's own engine gives. Where that cannot be: modules that the fork server has imported read
nothing when a cell imports them; a cell that is not run to its end leaves no output, and its log comes when it has
ended; recursion ends some frames earlier; a process that the notebook has forked can print but not display; after
`exit()` no further cell runs, where an ordinary kernel lets quick ones pass; `os.environ` holds our mark.
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

_HANDED_ON = ("allow_errors", "force_raise_errors", "record_timing", "skip_cells_with_tag", "store_widget_state")
_MAGICS_OF_PYTHON = ("%%time", "%%capture", "%%prun")  # %%timeit among them
_WITHOUT_MEANING = ("input_path", "shutdown_kernel", "iopub_timeout", "interrupt_on_timeout", "raise_on_iopub_timeout")
"""What only a kernel of its own could take notice of; left out without loss."""


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
        """Run the cells, and tell papermill's manager of each."""
        logged = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        limit = execution_timeout or options.pop("timeout", None)
        try:
            _refuse_other_kernels(kernel_name)
            _refuse_other_options(options)
            parent = shared_fork_server()
        except CannotForkError as error:
            logger.warning("%s The notebook runs in an ordinary kernel.", error)
            return NBClientEngine.execute_managed_notebook(
                nb_man, kernel_name, start_timeout=start_timeout, execution_timeout=limit, **logged, **options
            )
        logger.info("Executing notebook in a process forked from %s", parent.pid)
        handed = {name: options[name] for name in _HANDED_ON if name in options}
        task = Task(
            function=f"{__name__}:{run_for_papermill.__name__}",
            argument={"notebook": nb_man.nb, "options": handed | {"kernel_name": kernel_name}},
            folder=os.getcwd(),  # noqa: PTH109 - papermill goes there before it asks
            environment=dict(os.environ) | {"OPENBLAS_NUM_THREADS": "1"},
            cell_timeout_seconds=limit or 0.0,
            modules=installed_imports(nb_man.nb),
        )
        forked = parent.start(task)
        try:
            return _followed(forked, _Notes(nb_man, PapermillNotebookClient(nb_man, log=logger, **logged)), limit)
        except BaseException:
            parent.kill(forked)
            raise


def _refuse_other_kernels(kernel_name: str) -> None:
    """Raise unless an ordinary kernel of that name would be IPython's, in this very environment."""
    try:
        kernel = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel as error:
        raise CannotForkError(f"There is no kernel {kernel_name!r}.") from error
    if not is_our_kernel(kernel):
        raise CannotForkError(f"The kernel {kernel_name!r} is not this environment's Python.")


def is_our_kernel(kernel: KernelSpec) -> bool:
    """Return whether a kernel's command starts IPython's kernel by this Python, in this very environment."""
    command = list(kernel.argv)
    return _is_our_python(command[0]) and command[1:3] == ["-m", "ipykernel_launcher"] and not kernel.env


def _is_our_python(command: str) -> bool:
    """Return whether a command starts this Python in this environment.

    Environments made from the same Python hold links to it. Which one is meant is told by the folder of the link.
    """
    if not os.path.dirname(command):  # noqa: PTH120 - jupyter_client takes such names for its own Python
        major, minor = map(str, sys.version_info[:2])
        return command in ("python", f"python{major}", f"python{major}.{minor}")
    path, ours = Path(command), Path(sys.executable)
    return path.is_file() and path.samefile(ours) and path.parent.samefile(ours.parent)


def _refuse_other_options(options: Mapping[str, Any]) -> None:
    other = sorted(set(options) - {*_HANDED_ON, *_WITHOUT_MEANING})
    if other:
        raise CannotForkError(f"Forked notebooks do not know {', '.join(other)}.")


def installed_imports(notebook: Mapping[str, Any]) -> list[str]:
    r"""Return the installed modules that a notebook's cells import, Python's own left out, which are quick.

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
    """Return a cell's statements, those under such as `%%time` too; none if it is wrong or in another language."""
    first, _, rest = source.lstrip().partition("\n")
    if first.startswith(_MAGICS_OF_PYTHON):
        return _parsed(rest)
    try:
        return ast.parse(source).body
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # which takes a while

        with contextlib.suppress(SyntaxError):
            source = TransformerManager().transform_cell(source)
            return ast.parse(source).body
        return []


def _is_installed(name: str) -> bool:
    """Return whether a name is a module that lies in no folder that changes from one notebook to the next."""
    roots = [Path(part).resolve() for part in sys.path if Path(part).name == "site-packages"]
    top, *inner = name.split(".")
    for root in roots:
        place = root.joinpath(top, *inner)
        if place.is_dir() or place.with_suffix(".py").is_file():
            return True
    return False


class _Notes:
    """What papermill's manager and log are told of a notebook that runs elsewhere."""

    def __init__(self, manager: Any, log: PapermillNotebookClient) -> None:
        self._manager, self._log = manager, log
        self.are_whole = False

    def take(self, word: Mapping[str, Any]) -> None:
        cells = self._manager.nb.cells
        if "cell" in word:
            self._manager.cell_start(cells[word["cell"] - 1], word["cell"] - 1)
        elif "done" in word:
            self._take_cell(word["done"], word["is"])
            if word["has_failed"]:
                self._manager.cell_exception(cells[word["done"]], cell_index=word["done"], exception=None)
            for output in cells[word["done"]].get("outputs", ()):
                self._log.log_output_message(output)
            self._manager.cell_complete(cells[word["done"]], cell_index=word["done"])
        elif "changed" in word:
            self._take_cell(word["changed"], word["is"])
        elif "metadata" in word:
            self._manager.nb.metadata.update(nbformat.from_dict(word["metadata"]))
            self.are_whole = True

    def _take_cell(self, index: int, given: Mapping[str, Any]) -> None:
        """Take over what running has changed in a cell; what papermill notes in it stays."""
        cell, new = self._manager.nb.cells[index], nbformat.from_dict(given)
        new.metadata.pop("papermill", None)
        cell.metadata.update(new.metadata)
        for name in ("outputs", "execution_count"):
            if name in new:
                cell[name] = new[name]


def _followed(forked: Forked, notes: _Notes, limit: float | None) -> Any:
    """Hand on what a notebook's process says, and raise as nbclient does where it did not get to the end."""
    complaint = ""
    while not isinstance(word := forked.next_message(), Ending):
        notes.take(word)
        complaint = word.get("error", complaint)
    if notes.are_whole:  # whatever became of the process then
        return notes._manager.nb
    if word.why == "cell time":
        cell = notes._manager.nb.cells[word.last_cell - 1]
        raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", limit, cell)
    where = f"cell {word.last_cell}: " if word.last_cell else ""
    kind, _, text = complaint.partition(": ")
    if kind == "ValidationError":
        raise nbformat.ValidationError(where + text)
    reason = text if kind == "DeadKernelError" else complaint
    raise DeadKernelError(reason or f"Kernel died: {where}its process {message.describe()}")


class _Telling:
    """What papermill's client takes for its manager: it tells the process that has asked."""

    def __init__(self, notebook: Any, tell: Tell) -> None:
        self.nb, self._tell = notebook, tell
        self._told: dict[int, str] = {}
        self._failed = -1

    def cell_start(self, _cell: Any, cell_index: int, **_: Any) -> None:
        self._tell(cell=cell_index + 1)

    def cell_exception(self, _cell: Any, cell_index: int, **_: Any) -> None:
        self._failed = cell_index

    def cell_complete(self, cell: Any, cell_index: int, **_: Any) -> None:
        self._told[cell_index] = json.dumps(cell)
        self._tell(done=cell_index, **{"is": cell}, has_failed=self._failed == cell_index)

    def autosave_cell(self) -> None:
        """Do nothing: the other side saves."""

    def tell_rest(self) -> None:
        """Tell of cells that a later one has changed, by updating what they display, and of the notebook itself."""
        for index, told in self._told.items():
            if json.dumps(self.nb.cells[index]) != told:
                self._tell(changed=index, **{"is": self.nb.cells[index]})
        kept = {name: self.nb.metadata[name] for name in ("language_info", "widgets") if name in self.nb.metadata}
        self._tell(metadata=kept)


def run_for_papermill(argument: Mapping[str, Any], tell: Tell) -> None:
    """Run a notebook in this process, and tell of each cell."""
    from compkit.engine.client import InProcessManager

    telling = _Telling(nbformat.from_dict(argument["notebook"]), tell)
    options = {"kernel_manager_class": InProcessManager, "timeout": None, **argument["options"]}
    PapermillNotebookClient(telling, **options).execute()
    telling.tell_rest()
