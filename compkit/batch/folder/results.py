"""What came of a batch: plain results, for the command's JSON, the index and run.json."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from compkit.batch.parameters import Scalar

Status = Literal["ok", "failed", "skipped"]
PEOPLE_FOLDER = "people"
"""Where the reports about people lie, a folder for each; no offer is called so."""


@dataclass(frozen=True, slots=True)
class ReportResult:
    """What came of one report.

    Parameters
    ----------
    place : str or None
        Its folder, from the reports' folder: an offer's id, `people/<candidate>`, or None for that folder itself.
    notebook : str
    status : str
        ok, failed or skipped: it was there already, and nothing that it is made from has changed.
    seconds : float
        What it took; 0 where it was skipped.
    html : str or None
        The page, relative to the reports' folder, written with `/`.
    error : str or None
        One line: the cell, the kind of error, its message.
    pdf : str or None
        The page as a PDF, relative as `html` is; None where none was asked for.
    """

    place: str | None
    notebook: str
    status: Status
    seconds: float
    html: str | None
    error: str | None
    pdf: str | None = None

    @property
    def offer(self) -> str | None:
        """The offer's id; None for a notebook that is not about one offer."""
        return offer_in_folder(self.place)

    @property
    def candidate(self) -> str | None:
        """The person's folder; None for a notebook that is not about a person."""
        return candidate_in_folder(self.place)

    @property
    def subject(self) -> str:
        """What messages call the place."""
        return report_subject(self.place)


def report_subject(place: str | None) -> str:
    """Return what messages call a place of reports."""
    return place or "all offers"


def person_folder(folder: str) -> str:
    """Return where the reports about a person lie, from the reports' folder."""
    return f"{PEOPLE_FOLDER}/{folder}"


def offer_in_folder(place: str | None) -> str | None:
    """Return the id of the offer whose reports lie there, None for other places."""
    return None if place is None or place.startswith(f"{PEOPLE_FOLDER}/") else place


def candidate_in_folder(place: str | None) -> str | None:
    """Return the folder of the person whose reports lie there, None for other places."""
    return place.removeprefix(f"{PEOPLE_FOLDER}/") if place and place.startswith(f"{PEOPLE_FOLDER}/") else None


def page_path(place: str | None, notebook: str) -> str:
    """Return a report's page, relative to the reports' folder.

    >>> page_path("amazon-l6", "offer_evaluation"), page_path(None, "guide_audit")
    ('amazon-l6/offer_evaluation.html', 'guide_audit.html')
    >>> page_path("people/kim", "offer_comparison")
    'people/kim/offer_comparison.html'
    """
    return f"{place}/{notebook}.html" if place else f"{notebook}.html"


def pdf_path(page: str, files: Collection[str]) -> str | None:
    """Return a report's PDF, relative as its page is, where it is among the report's files.

    >>> pdf_path("amazon-l6/guide_audit.html", ["guide_audit.html", "guide_audit.pdf"])
    'amazon-l6/guide_audit.pdf'
    """
    path = PurePosixPath(page).with_suffix(".pdf")
    return str(path) if path.name in files else None


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer's line in the index: facts of the offer, what its notebooks summed up, its and its person's reports."""

    offer: str
    values: Mapping[str, Any]
    reports: tuple[ReportResult, ...]
    about_person: tuple[ReportResult, ...] = ()

    @property
    def all_reports(self) -> tuple[ReportResult, ...]:
        """The offer's reports and those about its person."""
        return *self.reports, *self.about_person


@dataclass(frozen=True)
class BatchRun:
    """A batch as it stands: ended, or under way.

    Parameters
    ----------
    directory : Path
    report_date : date
    parameters : mapping of str to scalar
        As given, beyond what the batch itself sets.
    notebooks : tuple of str
    inputs : tuple of mapping
        Name and sha256 of each offers file; the sum is None where the file is gone.
    results : tuple of ReportResult
        Those that this run was asked for and is done with: offers in order, each with its notebooks in order; then
        the notebooks about people, and those about neither.
    lines : tuple of OfferLine
        Every offer that has reports in the folder, and every one that this run is about.
    titles : mapping of str to str
        Each notebook's heading, by its name.
    earlier : tuple of ReportResult
        The folder's other reports that are about no offer and no person of a line, from earlier runs.
    n_waiting : int
        How many reports are still to be made; 0 once the run has done all.
    is_running : bool
        Whether there is more to be told soon: what takes long to write can wait.
    written_at : datetime or None
        When this was so: local time.
    """

    directory: Path
    report_date: dt.date
    parameters: Mapping[str, Scalar]
    notebooks: tuple[str, ...]
    inputs: tuple[Mapping[str, str | None], ...]
    results: tuple[ReportResult, ...]
    lines: tuple[OfferLine, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    earlier: tuple[ReportResult, ...] = ()
    n_waiting: int = 0
    is_running: bool = False
    written_at: dt.datetime | None = None

    @property
    def index(self) -> Path:
        """The page that leads to all reports."""
        return self.directory / "index.html"

    @property
    def n_failed(self) -> int:
        """How many reports failed."""
        return sum(result.status == "failed" for result in self.results)

    @property
    def general_results(self) -> list[ReportResult]:
        """The reports in the folder that are about no offer and no person, or about nobody in a line."""
        return [*(result for result in self.results if result.place is None), *self.earlier]

    def as_json(self) -> dict[str, Any]:
        """Return what `compkit report --json` prints."""
        names = ["offer", "candidate", *(one.name for one in fields(ReportResult) if one.name != "place")]
        return {"reports": [{name: getattr(result, name) for name in names} for result in self.results]}
