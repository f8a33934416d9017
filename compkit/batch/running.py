"""Reports for offers: which notebooks run for which offer, where their results go, and what the folder then says."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compkit.batch.documents import offers_document
from compkit.batch.figures import figures_csv, recorded_in
from compkit.batch.files import private_folder, write_whole
from compkit.batch.index import write_summaries
from compkit.batch.jobs import DEFAULT_TIMEOUT_SECONDS, Job, Outcome
from compkit.batch.limits import range_faults
from compkit.batch.notebooks import Notebook, chosen_notebooks
from compkit.batch.parameters import Parameter, Scalar, typed_parameters, unknown_name_faults, value_faults
from compkit.batch.pool import default_n_workers, outcomes
from compkit.batch.results import BatchRun, OfferLine, ReportResult
from compkit.batch.targets import FIGURES_FILE, OFFER_FILE, OFFERS_FILE, refuse_unsafe_targets
from compkit.errors import Fault, InputError
from compkit.offers import OfferEntry, Offers
from compkit.offers.audience import is_same_candidate

Progress = Callable[[int, int, ReportResult], object]

_SET_BY_BATCH = ("offers_file", "offer_id", "report_on", "show_controls")


@dataclass(frozen=True)
class _Report:
    """One notebook for one offer, or for none, and the offers that it sees beside it."""

    notebook: Notebook
    entry: OfferEntry | None
    others: tuple[OfferEntry, ...] = ()

    @property
    def seen(self) -> list[OfferEntry]:
        """The offer first, then those beside it; none for a notebook about no single offer."""
        return [self.entry, *self.others] if self.entry else []

    @property
    def offer_id(self) -> str | None:
        return self.entry.offer.id if self.entry else None

    @property
    def title(self) -> str:
        if self.entry is None:
            return self.notebook.title
        offer = self.entry.offer
        return f"{offer.company} {offer.level}, {offer.location}: {self.notebook.title}"

    @property
    def place(self) -> str:
        """The report's folder relative to the reports' folder, with a `/` at its end unless it is that folder."""
        return f"{self.offer_id}/" if self.entry else ""


def run_reports(
    offers: Offers,
    out: Path,
    *,
    notebooks: Sequence[str] | None = None,
    parameters: Mapping[str, object] | None = None,
    report_on: dt.date,
    n_workers: int | None = None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    progress: Progress | None = None,
    keep_images: bool = True,
    notebook_folder: Path | None = None,
    beside: Offers | None = None,
) -> BatchRun:
    """Run notebooks for offers and leave their reports, an index and summaries in a folder.

    A report that fails leaves an earlier one as it is and never stops the others.

    Parameters
    ----------
    offers : Offers
    out : Path
        The folder; it is made where it is not there.
    notebooks : sequence of str, optional
        Names; if left out, `offer_evaluation`, `ai_ml_premiums` and `guide_audit`.
    parameters : mapping of str to scalar, optional
        For every notebook that has a parameter of that name.
    report_on : date
        The day that the reports are made for.
    n_workers : int, optional
        How many run at a time; as many as there are cores if left out.
    timeout_seconds : float
        The limit of a whole report.
    progress : callable, optional
        Called after each report with how many are done, how many there are, and its result.
    keep_images : bool
        Whether the notebooks keep the bytes of their pictures; the pages always do.
    notebook_folder : Path, optional
        Where the notebooks are; compkit's own if left out.
    beside : Offers, optional
        All offers that a report on one may hold against it, where no reports are made of some of them.

    Raises
    ------
    InputError
        If a parameter does not fit, or `out` cannot take the reports; nothing has then been written.
    UnknownChoiceError
        If there is no notebook of a given name.
    """
    chosen = chosen_notebooks(notebooks, notebook_folder)
    given = _sound_parameters(chosen, parameters or {})
    reports = _planned(chosen, offers, beside or offers)
    files = [f"{notebook.name}{ending}" for notebook in chosen for ending in (".ipynb", ".html")]
    refuse_unsafe_targets(out, offers.ids if any(report.entry for report in reports) else [], files)
    together = offers_document(offers) if any(notebook.kind == "file" for notebook in chosen) else None
    people = {frozenset(entry.offer.id for entry in report.seen): report.seen for report in reports if report.others}
    for entries in people.values():
        offers_document(entries)  # raises where they cannot stand in one file, before anything is written
    inputs = _input_files(offers)
    with _Staging(private_folder(out), together) as staging:
        jobs = [staging.job(report, given, report_on, timeout_seconds, keep_images) for report in reports]
        results: dict[int, ReportResult] = {}
        with closing(outcomes(jobs, n_workers or default_n_workers())) as ended:
            for position, outcome in ended:
                results[position] = staging.published(reports[position], jobs[position], outcome)
                if progress is not None:
                    progress(len(results), len(jobs), results[position])
    ordered = tuple(results[position] for position in range(len(jobs)))
    names = tuple(notebook.name for notebook in chosen)
    titles = {notebook.name: notebook.title for notebook in chosen}
    lines = tuple(_offer_line(entry, out, ordered) for entry in offers)
    run = BatchRun(out, report_on, given, names, inputs, ordered, lines, titles)
    write_summaries(run)
    return run


def _planned(notebooks: Sequence[Notebook], offers: Offers, beside: Offers) -> list[_Report]:
    for_offers = [notebook for notebook in notebooks if notebook.kind == "offer"]
    general = [notebook for notebook in notebooks if notebook.kind != "offer"]
    return [
        *(
            _Report(notebook, entry, _of_same_person(entry, beside) if notebook.sees_other_offers else ())
            for entry in offers
            for notebook in for_offers
        ),
        *(_Report(notebook, None) for notebook in general),
    ]


def _of_same_person(entry: OfferEntry, offers: Offers) -> tuple[OfferEntry, ...]:
    return tuple(other for other in offers if other.offer.id != entry.offer.id and is_same_candidate(other, entry))


def _sound_parameters(notebooks: Sequence[Notebook], given: Mapping[str, object]) -> dict[str, Scalar]:
    """Return the parameters, each known to some notebook, right for every one that knows it, and not impossible."""
    known: dict[str, Parameter] = {}
    faults = [
        Fault("", "parameters", name, "is set for each report. Leave it out.")
        for name in _SET_BY_BATCH
        if name in given
    ]
    for notebook in notebooks:
        faults += value_faults(notebook.path.name, notebook.parameters, given)
        known |= {name: part for name, part in notebook.parameters.items() if name not in _SET_BY_BATCH}
    names = [name for name in given if name not in _SET_BY_BATCH]
    faults += unknown_name_faults(", ".join(notebook.path.name for notebook in notebooks), known, names)
    faults += range_faults({name: value for name, value in given.items() if name in known})
    if faults:
        raise InputError(faults)
    return typed_parameters(known, given)


class _Staging:
    """A hidden folder beside the reports, where notebooks run and from which their results are moved when whole."""

    def __init__(self, out: Path, together: str | None) -> None:
        self._out, self._together = out, together
        self._folder = Path(tempfile.mkdtemp(dir=out, prefix=".compkit-"))
        self._n_jobs = 0

    def __enter__(self) -> _Staging:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def job(
        self,
        report: _Report,
        given: Mapping[str, Scalar],
        report_on: dt.date,
        timeout_seconds: float,
        keep_images: bool,  # noqa: FBT001
    ) -> Job:
        """Return the work of a report, its own folder with the offers file in it made ready."""
        self._n_jobs += 1
        folder = private_folder(self._folder / f"{self._n_jobs:06d}")
        known = report.notebook.parameters
        documents = {OFFERS_FILE: self._together}
        if report.entry:
            documents = {OFFER_FILE: offers_document([report.entry])}
        if report.entry and report.notebook.sees_other_offers:
            documents[OFFERS_FILE] = offers_document(report.seen)
        set_by_batch = {
            "offers_file": next(reversed(documents)),
            "offer_id": report.offer_id,
            "report_on": report_on.isoformat(),
            "show_controls": False,
        }
        parameters = {name: value for name, value in {**given, **set_by_batch}.items() if name in known}
        source, here = str(report.notebook.path.absolute()), str(folder.absolute())
        return Job(
            notebook_path=source,
            folder=here,
            output_folder=here,
            parameters=parameters,
            title=report.title,
            keep_images=keep_images,
            timeout_seconds=timeout_seconds,
            documents={name: text for name, text in documents.items() if "offers_file" in known and text is not None},
        )

    def published(self, report: _Report, job: Job, outcome: Outcome) -> ReportResult:
        """Move what a job wrote to where it belongs, if it wrote all; return the report's result."""
        name = report.notebook.name
        error = outcome.error
        if error is None:
            try:
                self._move(report, Path(job.output_folder))
            except OSError as raised:
                error = f"{type(raised).__name__}: {raised.strerror or raised}"
        shutil.rmtree(job.folder, ignore_errors=True)
        html = f"{report.place}{name}.html"
        if error is not None:
            return ReportResult(report.offer_id, name, "failed", outcome.seconds, None, error)
        return ReportResult(report.offer_id, name, "ok", outcome.seconds, html, None)

    def _move(self, report: _Report, staged: Path) -> None:
        folder = private_folder(self._out / report.place)
        # The notebook goes last: where it is, all that it needs is there too.
        for name in (OFFER_FILE, OFFERS_FILE, f"{report.notebook.name}.html", f"{report.notebook.name}.ipynb"):
            if (staged / name).exists():
                (staged / name).replace(folder / name)
        if report.entry:
            write_whole(folder / FIGURES_FILE, figures_csv(folder))


def _offer_line(entry: OfferEntry, out: Path, results: Sequence[ReportResult]) -> OfferLine:
    """Return an offer's line: what the file tells, and over it what this run's reports recorded."""
    offer = entry.offer
    values: dict[str, Any] = {
        "company": offer.company,
        "level": offer.level,
        "location": offer.location,
        "deadline": offer.deadline.isoformat() if offer.deadline else None,
    }
    own = tuple(result for result in results if result.offer == offer.id)
    for result in own:
        if result.status == "ok":
            values |= recorded_in(out / offer.id / f"{result.notebook}.ipynb").summary
    return OfferLine(offer.id, values, own)


def _input_files(offers: Offers) -> tuple[Mapping[str, str | None], ...]:
    """Return each offers file's name, without the folders that it lies in, and the sum of its bytes."""
    found = []
    for file in dict.fromkeys(entry.file for entry in offers if entry.file):  # a coach or employer learns no name
        path = Path(file)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
        found.append({"name": path.name, "sha256": digest})
    return tuple(found)
