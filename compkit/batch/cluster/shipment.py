"""What goes to another machine and what comes back: contents, no paths, because paths mean nothing there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from compkit.batch.publish.files import private_folder, write_atomically
from compkit.batch.run.jobs import OUTCOME_FILE, Job, Outcome

_ENDINGS = (".html", ".ipynb", ".pdf")


class WrongDeliveryError(Exception):
    """What came back is not what a worker says that it made; the text says what is wrong."""


@dataclass(frozen=True, slots=True, repr=False)
class Shipment:
    """A job for another machine.

    Dask writes the arguments of what goes wrong into its logs: these here never show.

    Parameters
    ----------
    job : Job
        Its paths are those of the machine that asks; only the notebook's name counts.
    notebook : bytes
        The notebook's file.
    fingerprint : mapping of str to str
        What the machine that asks has; see `local_fingerprint`.
    """

    job: Job
    notebook: bytes
    fingerprint: Mapping[str, str]

    def __repr__(self) -> str:
        return "<a report to make>"

    def unpack(self, folder: Path) -> Job:
        """Return the job to run in a folder of this machine, its notebook laid down there."""
        private_folder(folder)
        notebook = folder / Path(self.job.notebook_path).name
        write_atomically(notebook, self.notebook)
        output = private_folder(folder / "output")
        return replace(self.job, notebook_path=str(notebook), folder=str(folder / "run"), output_folder=str(output))


@dataclass(frozen=True, slots=True, repr=False)
class Delivery:
    """What came of a job on another machine.

    Parameters
    ----------
    outcome : Outcome
    files : mapping of str to bytes
        What it wrote, by name.
    worker : str
        The address of the worker.
    note : str
        What people should know of this worker; empty for nothing.
    """

    outcome: Outcome
    files: Mapping[str, bytes] = field(default_factory=dict)
    worker: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "<a report made>"

    def __sizeof__(self) -> int:
        """Return about how much memory it takes [bytes]: Dask watches its workers' memory by this."""
        return 1000 + sum(len(data) for data in self.files.values())

    def write_locally(self, job: Job) -> None:
        """Leave files and outcome where a worker of this machine would have left them, the outcome last.

        Raises
        ------
        WrongDeliveryError
            If files are missing, or others than the job's are there. Nothing has then been written.
        """
        self._refuse_wrong(Path(job.notebook_path).stem)
        output, folder = private_folder(Path(job.output_folder)), private_folder(Path(job.folder))
        for name, text in job.documents.items():
            write_atomically(folder / name, text)
        for name, data in self.files.items():
            write_atomically(output / name, data)
        write_atomically(output / OUTCOME_FILE, json.dumps(self.outcome.to_json()))

    def _refuse_wrong(self, stem: str) -> None:
        allowed = {stem + ending for ending in _ENDINGS}
        if set(self.files) != set(self.outcome.files) or not set(self.files) <= allowed:
            raise WrongDeliveryError(f"worker {self.worker} gave back other files than the report's.")
        for name, data in self.files.items():
            if hashlib.sha256(data).hexdigest() != self.outcome.files[name]:
                raise WrongDeliveryError(f"worker {self.worker} gave back {name} damaged.")


def pack_job(job: Job, notebook: bytes, fingerprint: Mapping[str, str]) -> Shipment:
    """Return what another machine needs for a job: neither its folders nor the notebook's are told."""
    bare = replace(job, notebook_path=Path(job.notebook_path).name, folder="", output_folder="")
    return Shipment(bare, notebook, fingerprint)


def pack_outcome(outcome: Outcome, job: Job, *, worker: str, note: str) -> Delivery:
    """Return what a worker gives back for a job that it has run."""
    folder = Path(job.output_folder)
    files = {name: (folder / name).read_bytes() for name in outcome.files}
    return Delivery(outcome, files, worker, note)
