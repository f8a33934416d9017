"""One notebook to run, and what came of it: plain data, so that it can go to another process or machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # what reads parameters loads papermill, and workers on other machines have no need of it
    from compkit.batch.parameters import Scalar

DEFAULT_TIMEOUT_SECONDS = 300.0
DEFAULT_MEMORY_LIMIT_BYTES = 2 * 1024**3
OUTCOME_FILE = "outcome.json"
"""What a worker writes last into the job's output folder, when all the other files are there and whole."""

Cause = Literal["notebook", "time", "memory", "outside"]
"""What ended a report: its own code, a limit, or something that is no fault of the notebook."""


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook to run in a process of its own.

    Parameters
    ----------
    notebook_path : str
        Absolute.
    folder : str
        Where it runs; absolute. The worker makes it where it is not there.
    output_folder : str
        Where `<notebook>.ipynb`, `.html` and `.pdf` are written, and the outcome last; absolute.
    parameters : mapping of str to scalar
        Checked. Without any, the notebook runs as it stands.
    title : str
        The page's title; empty for no page.
    keep_images : bool
        Whether the notebook written keeps the bytes of its pictures; the page always has them.
    timeout_seconds : float
        The limit of the whole job.
    memory_limit_bytes : int
        The limit of what the job's processes hold together; 0 for none.
    documents : mapping of str to str
        Files that the notebook reads: name in `folder`, text.
    with_pdf : bool
        Whether the page is also made as a PDF.
    key : str
        What the report is made from, as one hash; it comes back in the outcome. Empty where nobody asks.
    links : sequence of (str, str)
        Other pages that the page leads to: what people read, and the address from there.
    """

    notebook_path: str
    folder: str
    output_folder: str
    parameters: Mapping[str, Scalar]
    title: str
    keep_images: bool
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    memory_limit_bytes: int = DEFAULT_MEMORY_LIMIT_BYTES
    documents: Mapping[str, str] = field(default_factory=dict)
    with_pdf: bool = False
    key: str = ""
    links: Sequence[Sequence[str]] = ()

    def to_line(self) -> str:
        """Return the job as one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Job:
        """Return the job of such a line."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a notebook left on record: rows for figures.csv, and one line for the index.

    Parameters
    ----------
    rows : sequence of mapping
        figure, value (unrounded), unit, source_ids, as_of, status.
    summary : mapping
    """

    rows: Sequence[Mapping[str, Any]] = ()
    summary: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job: no error means that all of its files were written.

    Parameters
    ----------
    error : str or None
        One line: the cell, the kind of error, its message.
    seconds : float
        From the start of the work to its end, starting a process included.
    cause : str or None
        What ended it, where there is an error.
    recorded : Recorded
    files : mapping of str to str
        Each file written into the output folder, with the sha256 of its bytes.
    key : str
        The job's.
    n_attempts : int
        How often it was begun.
    """

    error: str | None
    seconds: float
    cause: Cause | None = None
    recorded: Recorded = field(default_factory=Recorded)
    files: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    n_attempts: int = 1

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Outcome:
        """Return the outcome of such values.

        >>> Outcome.from_json(Outcome(None, 1.5, recorded=Recorded([{"figure": "total"}])).to_json()).recorded.rows
        [{'figure': 'total'}]
        """
        return cls(**{**values, "recorded": Recorded(**values["recorded"])})
