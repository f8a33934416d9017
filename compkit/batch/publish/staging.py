"""A hidden folder beside the reports, where notebooks run until what they give can be moved to its place."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from compkit.batch.notebooks import Notebook
from compkit.batch.publish.files import private_folder
from compkit.batch.publish.targets import OutputGoneError
from compkit.batch.run.jobs import OUTCOME_FILE, Outcome

_PREFIX = ".compkit-"
_NOTEBOOKS = "notebooks"


class Staging:
    """The staging folder of one batch; leaving the block removes it, if no finished report is left in it.

    Parameters
    ----------
    out : Path
        The reports' folder.
    notebooks : sequence of Notebook
        They are copied, and `notebooks` are the copies: what somebody edits while the batch runs does not reach it.
    """

    def __init__(self, out: Path, notebooks: Sequence[Notebook]) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=out, prefix=_PREFIX)).absolute()
        try:
            self.notebooks = [self._copied(notebook) for notebook in notebooks]
        except BaseException:
            self.remove()
            raise

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # What is finished and could not be entered, because the ledger fails, waits here for the next run.
        if kind is OutputGoneError or not any(finished_jobs(self.folder)):
            self.remove()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # only where it is empty: somebody removed it, and a worker made it anew
            self.folder.parent.rmdir()

    def job_folder(self, number: int) -> Path:
        """Return where a batch's job of that number runs; it is not made here."""
        return self.folder / f"{number:06d}"

    def _copied(self, notebook: Notebook) -> Notebook:
        copy = private_folder(self.folder / _NOTEBOOKS) / notebook.path.name
        copy.write_bytes(notebook.path.read_bytes())
        return Notebook(copy)


def staging_folders(out: Path) -> list[Path]:
    """Return the staging folders that lie in a folder of reports: where no batch is under way, those of killed ones."""
    return [path for path in sorted(out.glob(f"{_PREFIX}*")) if path.is_dir() and not path.is_symlink()]


def finished_jobs(staging_folder: Path) -> Iterator[tuple[Path, Outcome]]:
    """Yield the folder and the outcome of each job that a worker has done with, and whose results lie there whole."""
    for path in sorted(staging_folder.glob(f"*/{OUTCOME_FILE}")):
        try:
            outcome = Outcome.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            continue  # whatever it is, no worker wrote it
        if outcome.error is None:
            yield path.parent, outcome
