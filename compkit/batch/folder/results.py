"""Results of a batch as plain values, for the command's JSON, the index and run.json."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from compkit.batch.parameters import Scalar

Status = Literal["ok", "failed", "skipped"]
PEOPLE_FOLDER = "people"
"""Folder of the reports about people, a folder each; no offer may have this id."""
IN_NAME = ("company", "level", "location", "label")
"""Recorded values that make up an offer's name."""


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The result of one report.

    Parameters
    ----------
    folder : str or None
        Path from the reports' folder: an offer's id, `people/<person>`, or None for that folder itself.
    notebook : str
    status : str
        ok, failed or skipped (complete already, with unchanged inputs).
    seconds : float
        Duration; 0 if skipped.
    html : str or None
        Path of the page from the reports' folder, with `/`.
    error : str or None
        One line: the cell, the kind of error, its message.
    pdf : str or None
        Path of the PDF, like `html`.
    """

    folder: str | None
    notebook: str
    status: Status
    seconds: float
    html: str | None
    error: str | None
    pdf: str | None = None

    @property
    def offer(self) -> str | None:
        """The offer's id; None if the notebook is not about one offer."""
        return offer_in_folder(self.folder)

    @property
    def candidate(self) -> str | None:
        """The person's folder; None if the notebook is not about a person."""
        return candidate_in_folder(self.folder)

    @property
    def subject(self) -> str:
        """What the report is about, for messages."""
        return report_subject(self.folder)


def report_subject(folder: str | None) -> str:
    """Name for messages what the reports in a folder are about."""
    return folder or "all offers"


def person_folder(person: str) -> str:
    """Path of the reports about a person from the reports' folder."""
    return f"{PEOPLE_FOLDER}/{person}"


def offer_in_folder(folder: str | None) -> str | None:
    """Id of the offer whose reports are in a folder, or None."""
    return None if folder is None or folder.startswith(f"{PEOPLE_FOLDER}/") else folder


def candidate_in_folder(folder: str | None) -> str | None:
    """Person whose reports are in a folder, or None."""
    return folder.removeprefix(f"{PEOPLE_FOLDER}/") if folder and folder.startswith(f"{PEOPLE_FOLDER}/") else None


def person_page(folder: str) -> str:
    """Path of a person's page from the reports' folder.

    >>> person_page("people/kim")
    'people/kim/index.html'
    """
    return f"{folder}/index.html"


def page_path(folder: str | None, notebook: str) -> str:
    """Path of a report's page from the reports' folder.

    >>> page_path("amazon-l6", "offer_evaluation"), page_path(None, "guide_audit")
    ('amazon-l6/offer_evaluation.html', 'guide_audit.html')
    >>> page_path("people/kim", "offer_comparison")
    'people/kim/offer_comparison.html'
    """
    return f"{folder}/{notebook}.html" if folder else f"{notebook}.html"


def pdf_path(page: str, files: Collection[str]) -> str | None:
    """Path of a report's PDF like its page's, if it is among the report's files.

    >>> pdf_path("amazon-l6/guide_audit.html", ["guide_audit.html", "guide_audit.pdf"])
    'amazon-l6/guide_audit.pdf'
    """
    path = PurePosixPath(page).with_suffix(".pdf")
    return str(path) if path.name in files else None


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer's line in the index: facts, values from its notebooks, its reports and those about its person."""

    offer: str
    values: Mapping[str, Any]
    reports: tuple[ReportResult, ...]
    about_person: tuple[ReportResult, ...] = ()

    @property
    def all_reports(self) -> tuple[ReportResult, ...]:
        """The offer's reports and those about its person."""
        return *self.reports, *self.about_person


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in the index, and on a page of their own.

    Parameters
    ----------
    name : str or None
        None if all offers are one person's.
    folder : str
    facts : mapping of str to Any
        The decision as a report recorded it; empty if none did. Any notebook may record anything there.
    offers : tuple of OfferLine
    """

    name: str | None
    folder: str
    facts: Mapping[str, Any]
    offers: tuple[OfferLine, ...] = ()

    @property
    def page(self) -> str:
        """Path of the person's page from the reports' folder; empty before any report about them is made."""
        return person_page(self.folder) if any(report.html for report in self.reports) else ""

    @property
    def sentences(self) -> list[str]:
        """The decision in sentences."""
        return _texts(self.facts.get("sentences"))

    @property
    def reports(self) -> tuple[ReportResult, ...]:
        """The reports about the person."""
        return self.offers[0].about_person if self.offers else ()

    @property
    def jobs(self) -> list[JobLine]:
        """The jobs in the decision's order, then the person's other offers."""
        found, lines = [], {line.offer: line for line in self.offers}
        recorded = self.facts.get("jobs")
        for job in recorded if isinstance(recorded, list) else ():
            if isinstance(job, Mapping):
                found.append(JobLine(job, lines.pop(str(job.get("offer")), None)))
        others = [
            {"name": name_of(line) or line.offer, "standing": "Earlier round" if found else ""}
            for line in lines.values()
        ]
        return [*found, *(JobLine(facts, line) for facts, line in zip(others, lines.values(), strict=True))]

    def text(self, key: str) -> str:
        """Text that was recorded; empty if none was."""
        return _text(self.facts.get(key))


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job of a person: what the decision says of it, and its offer's reports, if it is an offer."""

    facts: Mapping[str, Any]
    line: OfferLine | None

    @property
    def reports(self) -> tuple[ReportResult, ...]:
        """Reports of the offer."""
        return self.line.reports if self.line else ()

    def text(self, key: str) -> str:
        """Text that was recorded; empty if none was."""
        return _text(self.facts.get(key))

    def amount(self, key: str) -> float | None:
        """Amount that was recorded [USD]; None if none was."""
        return recorded_amount(self.facts, key)


def recorded_amount(facts: Mapping[str, Any], key: str) -> float | None:
    """Amount among facts that any notebook may have recorded; None for anything else."""
    found = facts.get(key)
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        return None
    return float(found)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def name_of(line: OfferLine) -> str:
    """Name of an offer by what its reports recorded: company, level and place, and its label; empty without any."""
    company, level, place, label = (str(line.values.get(key) or "") for key in IN_NAME)
    job = ", ".join(filter(None, (" ".join(filter(None, (company, level))), place)))
    return " ".join(filter(None, (job, f"({label})" if label else "")))


@dataclass(frozen=True)
class BatchRun:
    """The state of a batch, running or ended.

    Parameters
    ----------
    directory : Path
    report_date : date
    parameters : mapping of str to scalar
        As given, without those that the batch sets.
    notebooks : tuple of str
    inputs : tuple of mapping
        Name and SHA-256 of each offers file; None for a missing file.
    results : tuple of ReportResult
        Finished reports of this run: by offer and notebook, then those about people, then the others.
    lines : tuple of OfferLine
        Every offer with reports in the folder, and every offer of this run.
    titles : mapping of str to str
        Each notebook's heading, by its name.
    earlier : tuple of ReportResult
        Other reports in the folder that belong to no line.
    n_waiting : int
        Number of reports still to be made.
    is_running : bool
        Whether the files will soon be written again, so that slow ones can wait.
    written_at : datetime or None
        Local time of this state.
    people : tuple of PersonLine
        Everyone about whom there are reports in the folder, nearest deadline first.
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
    people: tuple[PersonLine, ...] = ()

    @property
    def index(self) -> Path:
        """Path of the index page."""
        return self.directory / "index.html"

    @property
    def n_failed(self) -> int:
        """Number of failed reports."""
        return sum(result.status == "failed" for result in self.results)

    @property
    def general_results(self) -> list[ReportResult]:
        """Reports in the folder that belong to no line."""
        return [*(result for result in self.results if result.folder is None), *self.earlier]

    def as_json(self) -> dict[str, Any]:
        """Plain values as `compkit report --json` prints them."""
        names = ["offer", "candidate", *(one.name for one in fields(ReportResult) if one.name != "folder")]
        return {"reports": [{name: getattr(result, name) for name in names} for result in self.results]}
