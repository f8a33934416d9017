"""One notebook to run, and what came of it: plain data, so that it can go to another process or machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from compkit.batch.parameters import Scalar


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook to run in a process of its own.

    Parameters
    ----------
    notebook_path : str
        Absolute.
    folder : str
        Where it runs; absolute.
    output_folder : str
        Where `<notebook>.ipynb` and `.html` are written; absolute.
    parameters : mapping of str to scalar
        Checked. Without any, the notebook runs as it stands.
    title : str
        The page's title; empty for no page.
    keep_images : bool
        Whether the notebook written keeps the bytes of its pictures; the page always has them.
    timeout_seconds : float
        The limit of the whole job.
    """

    notebook_path: str
    folder: str
    output_folder: str
    parameters: Mapping[str, Scalar]
    title: str
    keep_images: bool
    timeout_seconds: float

    def to_line(self) -> str:
        """Return the job as one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Job:
        """Return the job of such a line."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: no error means that all of its files were written.

    Parameters
    ----------
    error : str or None
        One line: the cell, the kind of error, its message.
    seconds : float
        From the start of the work to its end, starting a kernel included.
    """

    error: str | None
    seconds: float
