"""Rows of a ledger as values, with every field checked, because the file may come from anybody."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from compkit.batch.folder.results import candidate_in_folder, page_path
from compkit.batch.parameters import Scalar
from compkit.batch.publish.files import FileMark
from compkit.batch.run.jobs import Cause, Recorded
from compkit.model import is_identifier

_NAME = re.compile(r"[^/\\\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """One report: what is in the folder, and how the last run that made it went.

    Parameters
    ----------
    folder : str or None
        See `ReportResult`.
    notebook : str
    key : str
        Hash of the inputs of the report in the folder; empty if there is none.
    parts : mapping of str to str
        Hash by input, see `keys.PARTS`.
    status : str
        Of the last run: ok or failed.
    seconds : float
    cause : str or None
        What ended a failed job.
    error : str or None
        One line.
    html : str or None
        Path of the page from the reports' folder, with `/`.
    n_attempts : int
        How often the last run started it.
    n_done : int
        How often the report was made.
    recorded : Recorded
        Figures of the report in the folder, and its values for the index.
    files : mapping of str to FileMark
        Its files by name, those that it reads included.
    run_id : int
        The last run.
    finished_at : str
        End of the last attempt: ISO 8601, UTC.
    """

    folder: str | None
    notebook: str
    key: str
    parts: Mapping[str, str]
    status: Literal["ok", "failed"]
    seconds: float
    cause: Cause | None
    error: str | None
    html: str | None
    n_attempts: int
    n_done: int
    recorded: Recorded
    files: Mapping[str, FileMark]
    run_id: int
    finished_at: str

    @property
    def name(self) -> tuple[str | None, str]:
        """Folder and notebook name, which identify the report."""
        return self.folder, self.notebook


@dataclass(frozen=True, slots=True)
class LedgerRun:
    """One run of `compkit report`.

    Parameters
    ----------
    run_id : int
    begun_at : str
        ISO 8601, UTC.
    ended_at : str or None
        None if the run was killed or is running.
    ending : str or None
        done, stopped (by Ctrl-C or a signal), failed (outside the reports), killed; None while running.
    report_date : str
    audience : str
    parameters : mapping of str to scalar
    version : str
        Of compkit.
    notebooks : tuple of str
    inputs : tuple of mapping
        Name and SHA-256 of each offers file.
    """

    run_id: int
    begun_at: str
    ended_at: str | None
    ending: str | None
    report_date: str
    audience: str
    parameters: Mapping[str, Scalar]
    version: str
    notebooks: tuple[str, ...]
    inputs: tuple[Mapping[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class LedgerOffer:
    """One offer of the folder's runs.

    Parameters
    ----------
    offer : str
        Its id.
    facts : mapping
        What the index says of it besides its reports' figures.
    figures : FileMark or None
        Mark of its figures.csv.
    """

    offer: str
    facts: Mapping[str, Any]
    figures: FileMark | None


def as_json(value: Any) -> str:
    """Value as one line of JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def report_from(row: sqlite3.Row) -> LedgerReport:
    """Build a report from its row.

    Raises
    ------
    ValueError
        If a name in it could lead out of the folder, or a value is invalid.
    """
    values = dict(row)
    folder, notebook = _folder(values.pop("offer")), _file_name(values.pop("notebook"))
    if values["html"] not in (None, page_path(folder, notebook)):
        raise ValueError(f"the page {values['html']!r} is not where it belongs")
    if values["status"] not in ("ok", "failed"):
        raise ValueError(f"the status {values['status']!r} is not known")
    values["n_attempts"] = values.pop("n_tries")
    values["parts"] = _mapping(values["parts"])
    values["recorded"] = Recorded(_sequence(values.pop("rows")), _mapping(values.pop("summary")))
    values["files"] = {_file_name(name): _mark(mark) for name, mark in _mapping(values["files"]).items()}
    return LedgerReport(folder, notebook, **values)


def run_from(row: sqlite3.Row) -> LedgerRun:
    """Build a run from its row."""
    values = dict(row)
    values["report_date"] = values.pop("report_on")
    values["parameters"] = _mapping(values["parameters"])
    values["notebooks"] = tuple(_sequence(values["notebooks"]))
    values["inputs"] = tuple(_sequence(values["inputs"]))
    return LedgerRun(**values)


def offer_from(row: sqlite3.Row) -> LedgerOffer:
    """Build an offer from its row."""
    offer, figures = row["offer"], row["figures"]
    if not is_identifier(offer):
        raise ValueError(f"{offer!r} is not an offer's id")
    return LedgerOffer(offer, _mapping(row["facts"]), _mark(json.loads(figures)) if figures else None)


def recorded_from(row: sqlite3.Row) -> tuple[str, Sequence[Mapping[str, Any]]]:
    """Notebook name and recorded figures of a row."""
    return _file_name(row["notebook"]), _sequence(row["rows"])


def _folder(value: Any) -> str | None:
    if value == "":
        return None
    if not isinstance(value, str) or not is_identifier(candidate_in_folder(value) or value):
        raise ValueError(f"{value!r} is not a folder of reports")
    return value


def _file_name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value) or PurePosixPath(value).name != value:
        raise ValueError(f"{value!r} is not a file's name")
    return value


def _mark(value: Any) -> FileMark:
    sha256, size, modified_ns = value
    return FileMark(str(sha256), int(size), int(modified_ns))


def _mapping(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise TypeError(f"{text[:40]!r} is not a mapping")
    return value


def _sequence(text: str) -> list[Any]:
    value = json.loads(text)
    if not isinstance(value, list):
        raise TypeError(f"{text[:40]!r} is not a list")
    return value
