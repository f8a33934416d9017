"""What goes to another machine and comes back: contents without paths, because paths mean nothing there."""

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
    """A worker returned other files than it reported."""


@dataclass(frozen=True, slots=True, repr=False)
class Shipment:
    """A job for another machine.

    Dask logs the arguments of failed calls, so the repr shows nothing.

    Parameters
    ----------
    job : Job
        Without folders; of the notebook's path only its name.
    notebook : bytes
        The notebook's file.
    fingerprint : mapping of str to str
        Of the sending machine; see `local_fingerprint`.
    """

    job: Job
    notebook: bytes
    fingerprint: Mapping[str, str]

    def __repr__(self) -> str:
        return "<a report to make>"

    def unpack(self, folder: Path) -> Job:
        """Write the notebook to a local folder; return the job to run there."""
        private_folder(folder)
        notebook = folder / Path(self.job.notebook_path).name
        write_atomically(notebook, self.notebook)
        output = private_folder(folder / "output")
        return replace(self.job, notebook_path=str(notebook), folder=str(folder / "run"), output_folder=str(output))


@dataclass(frozen=True, slots=True, repr=False)
class Delivery:
    """A job's outcome and files from another machine.

    Parameters
    ----------
    outcome : Outcome
    files : mapping of str to bytes
        Its files by name.
    worker : str
        The worker's address.
    note : str
        What the user should know of this worker; may be empty.
    """

    outcome: Outcome
    files: Mapping[str, bytes] = field(default_factory=dict)
    worker: str = ""
    note: str = ""

    def __repr__(self) -> str:
        return "<a report made>"

    def __sizeof__(self) -> int:
        """Approximate memory use [bytes], by which Dask manages its workers' memory."""
        return 1000 + sum(len(data) for data in self.files.values())

    def write_locally(self, job: Job) -> None:
        """Write files and outcome where a local worker would have left them, the outcome last.

        Raises
        ------
        WrongDeliveryError
            If files are missing or unexpected. Nothing has been written then.
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
            raise WrongDeliveryError(f"worker {self.worker} returned other files than the report's.")
        for name, data in self.files.items():
            if hashlib.sha256(data).hexdigest() != self.outcome.files[name]:
                raise WrongDeliveryError(f"worker {self.worker} returned {name} damaged.")


def pack_job(job: Job, notebook: bytes, fingerprint: Mapping[str, str]) -> Shipment:
    """Pack a job for another machine, without any path."""
    bare = replace(job, notebook_path=Path(job.notebook_path).name, folder="", output_folder="")
    return Shipment(bare, notebook, fingerprint)


def pack_outcome(outcome: Outcome, job: Job, *, worker: str, note: str) -> Delivery:
    """Pack the outcome of a job that this worker ran, with its files."""
    folder = Path(job.output_folder)
    files = {name: (folder / name).read_bytes() for name in outcome.files}
    return Delivery(outcome, files, worker, note)
