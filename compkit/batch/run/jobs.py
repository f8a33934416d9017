"""Options of a run, one notebook to run, and its outcome: plain data that can go to another process or machine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # importing these loads papermill and pandas, which workers on other machines do not need
    from pathlib import Path

    from compkit.batch.parameters import Scalar
    from compkit.offers import Audience

DEFAULT_TIMEOUT_SECONDS = 300.0
DEFAULT_MEMORY_LIMIT_BYTES = 2 * 1024**3
OUTCOME_FILE = "outcome.json"
"""The last file that a worker writes into the job's output folder: the others are whole by then."""

Cause = Literal["notebook", "time", "memory", "outside"]
"""What ended a report: its own code, a limit, or something the notebook is not to blame for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How a run makes its reports.

    Parameters
    ----------
    n_workers : int, optional
        How many reports run at a time; one per core if left out. Not for a cluster.
    timeout_seconds : float
        Time limit of one report.
    memory_limit_bytes : int
        Memory limit of one report, all its processes together; 0 for none. Ordinary kernels have no limit.
    can_fork : bool
        Fork reports from a fork server where the system can; otherwise each report starts a kernel.
    keep_images : bool
        Keep images in the notebooks too; pages always have them.
    with_pdf : bool
        Make a PDF of each page.
    with_pdf_details : bool
        Add what is folded on the page to its PDF, as an appendix.
    resume : bool
        Skip reports that are complete and would come out the same.
    audience : {"self", "coach", "employer"}
        Who reads the reports; a folder holds reports for one audience.
    notebook_folder : Path, optional
        Where the notebooks are; compkit's own if left out.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the reports.
    cache : Path, optional
        Local folder for the reports of a store; one in the user's cache folder if left out.
    """

    n_workers: int | None = None
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    memory_limit_bytes: int = DEFAULT_MEMORY_LIMIT_BYTES
    can_fork: bool = True
    keep_images: bool = True
    with_pdf: bool = False
    with_pdf_details: bool = False
    resume: bool = True
    audience: Audience = "self"
    notebook_folder: Path | None = None
    scheduler: str | None = None
    cache: Path | None = None


DEFAULT_OPTIONS = RunOptions()


@dataclass(frozen=True, slots=True)
class Job:
    """A notebook to run in its own process.

    Parameters
    ----------
    notebook_path : str
        Absolute.
    folder : str
        Working folder, absolute; the worker creates it.
    output_folder : str
        Where `<notebook>.ipynb`, `.html`, `.pdf` and finally the outcome are written; absolute.
    parameters : mapping of str to scalar
        Validated. If empty, the notebook runs as it stands.
    title : str
        Page title; empty for no page.
    keep_images : bool
        Keep images in the notebook; the page always has them.
    timeout_seconds : float
        Time limit of the whole job.
    memory_limit_bytes : int
        Memory limit of the job's processes together; 0 for none.
    documents : mapping of str to str
        Files that the notebook reads: name in `folder`, text.
    with_pdf : bool
        Make a PDF of the page.
    with_pdf_details : bool
        Add what is folded on the page, as an appendix.
    key : str
        Hash of the report's inputs, returned in the outcome; may be empty.
    links : sequence of (str, str, str)
        Label, address and place (back, beside or next) of the pages that the page links to.
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
    with_pdf_details: bool = False
    key: str = ""
    links: Sequence[Sequence[str]] = ()

    def to_line(self) -> str:
        """Serialize to one line of JSON."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> Job:
        """Parse the line that `to_line` wrote."""
        return cls(**json.loads(line))


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a notebook recorded: rows for figures.csv and values for its line in the index.

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
    """The outcome of a job; without an error, all its files were written.

    Parameters
    ----------
    error : str or None
        One line: the cell, the kind of error, its message.
    seconds : float
        Duration, process start included.
    cause : str or None
        What ended a failed job.
    recorded : Recorded
    files : mapping of str to str
        Name and SHA-256 of each file in the output folder.
    key : str
        The job's key.
    n_attempts : int
        How often the job was started.
    """

    error: str | None
    seconds: float
    cause: Cause | None = None
    recorded: Recorded = field(default_factory=Recorded)
    files: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    n_attempts: int = 1

    def to_json(self) -> dict[str, Any]:
        """Convert to plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Outcome:
        """Build from the values of `to_json`.

        >>> Outcome.from_json(Outcome(None, 1.5, recorded=Recorded([{"figure": "total"}])).to_json()).recorded.rows
        [{'figure': 'total'}]
        """
        return cls(**{**values, "recorded": Recorded(**values["recorded"])})
