"""A hidden folder beside the reports where notebooks run until their results are published."""

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
    """The staging folder of one run; leaving the block removes it, unless it holds a finished report.

    Parameters
    ----------
    out : Path
        The reports' folder.
    notebooks : sequence of Notebook
        Copied, so that edits during the run have no effect; `notebooks` holds the copies.
    """

    def __init__(self, out: Path, notebooks: Sequence[Notebook]) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=out, prefix=_PREFIX)).absolute()
        try:
            self.notebooks = [self._copy(notebook) for notebook in notebooks]
        except BaseException:
            self.remove()
            raise

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # What the ledger failed to record waits here for the next run.
        if kind is OutputGoneError or not any(finished_jobs(self.folder)):
            self.remove()

    def remove(self) -> None:
        """Remove the folder with its contents."""
        shutil.rmtree(self.folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # if somebody removed it and a worker created it again, it is empty
            self.folder.parent.rmdir()

    def job_folder(self, number: int) -> Path:
        """Folder of a job by its number; not created here."""
        return self.folder / f"{number:06d}"

    def _copy(self, notebook: Notebook) -> Notebook:
        copy = private_folder(self.folder / _NOTEBOOKS) / notebook.path.name
        copy.write_bytes(notebook.path.read_bytes())
        return Notebook(copy)


def staging_folders(out: Path) -> list[Path]:
    """Staging folders in a folder of reports; without a running batch, those of killed runs."""
    return [path for path in sorted(out.glob(f"{_PREFIX}*")) if path.is_dir() and not path.is_symlink()]


def finished_jobs(staging_folder: Path) -> Iterator[tuple[Path, Outcome]]:
    """Yield the folder and outcome of each job that finished without error."""
    for path in sorted(staging_folder.glob(f"*/{OUTCOME_FILE}")):
        try:
            outcome = Outcome.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            continue  # not written by a worker of this version
        if outcome.error is None:
            yield path.parent, outcome
