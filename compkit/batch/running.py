"""Reports for offers: what is there already is left, the rest is made, and the folder says what it holds."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from compkit.batch.first_page import FirstPage
from compkit.batch.folder.links import Link, PageLinks
from compkit.batch.folder.overview import Overview, RunRequest, offer_facts
from compkit.batch.folder.results import BatchRun, ReportResult, pdf_path, person_folder
from compkit.batch.ledger.keys import CacheInputs, Options, report_key
from compkit.batch.ledger.ledger import Ending, Ledger
from compkit.batch.ledger.ledger_rows import LedgerReport
from compkit.batch.ledger.locking import folder_lock, refuse_folder_in_use
from compkit.batch.notebooks import chosen_notebooks
from compkit.batch.planning import Report, planned_reports, refuse_offers_that_cannot_be_together, validated_parameters
from compkit.batch.publish.files import file_sha256, private_folder, remove_temporaries
from compkit.batch.publish.interruptions import delay_signals
from compkit.batch.publish.output_folder import OutputFolder
from compkit.batch.publish.publishing import KeyedReport, Publisher
from compkit.batch.publish.staging import Staging, finished_jobs, staging_folders
from compkit.batch.publish.targets import (
    FIGURES_FILE,
    OFFER_FILE,
    OFFERS_FILE,
    SUMMARY_FILES,
    output_check,
    refuse_other_audience,
    refuse_unsafe_targets,
)
from compkit.batch.run.jobs import DEFAULT_MEMORY_LIMIT_BYTES, DEFAULT_TIMEOUT_SECONDS, Job
from compkit.batch.run.runners import Run, runner
from compkit.batch.store.storage import open_store
from compkit.batch.store.store_address import StoreAddress
from compkit.offers import Offers
from compkit.offers.audience import Audience
from compkit.offers.people import people_of
from compkit.report.page.pdf import refuse_missing_weasyprint

Progress = Callable[[int, int, ReportResult], object]


@dataclass(frozen=True)
class _RunOptions:
    """How reports are made."""

    options: Options
    timeout_seconds: float
    memory_limit_bytes: int
    resume: bool
    progress: Progress | None
    step: Callable[[str], object]


def run_reports(
    offers: Offers,
    out: Path | StoreAddress,
    *,
    notebooks: Sequence[str] | None = None,
    parameters: Mapping[str, object] | None = None,
    report_date: dt.date,
    n_workers: int | None = None,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
    memory_limit_bytes: int = DEFAULT_MEMORY_LIMIT_BYTES,
    can_fork: bool = True,
    progress: Progress | None = None,
    keep_images: bool = True,
    notebook_folder: Path | None = None,
    all_offers: Offers | None = None,
    resume: bool = True,
    with_pdf: bool = False,
    audience: Audience = "self",
    tell: Callable[[str], object] | None = None,
    step: Callable[[str], object] | None = None,
    scheduler: str | None = None,
    cache: Path | None = None,
) -> BatchRun:
    """Run notebooks for offers and leave their reports, an index and summaries in a folder.

    A report that fails leaves an earlier one as it is and never stops the others. Whatever ends this early, an
    exception or a signal, leaves what is done, and the next run goes on from there.

    Parameters
    ----------
    offers : Offers
    out : Path or StoreAddress
        The folder; it is made where it is not there. Or a store, to which all that is in the folder is copied.
    notebooks : sequence of str, optional
        Names; if left out, `offer_evaluation`, `ai_ml_premiums` and `guide_audit`.
    parameters : mapping of str to scalar, optional
        For every notebook that has a parameter of that name.
    report_date : date
        The day that the reports are made for.
    n_workers : int, optional
        How many run at a time; as many as there are cores if left out.
    timeout_seconds : float
        The limit of a whole report.
    memory_limit_bytes : int
        The limit of what a report's processes hold together; 0 for none. Ordinary kernels know no limit.
    can_fork : bool
        Whether reports are forked from a fork server where that is to be had; else each starts a kernel.
    progress : callable, optional
        Called after each report with how many are done, how many there are, and its result.
    keep_images : bool
        Whether the notebooks keep the bytes of their pictures; the pages always do.
    notebook_folder : Path, optional
        Where the notebooks are; compkit's own if left out.
    all_offers : Offers, optional
        All offers that a report may see, where no reports are made of some of them.
    resume : bool
        Whether a report is left as it is that was made from the same and is still whole.
    with_pdf : bool
        Whether each page is also made as a PDF.
    audience : {"self", "coach", "employer"}
        Who reads them: one folder is for one audience. The offers are taken as they are.
    tell : callable, optional
        Called with a line of what people should know of the run, such as why it takes longer here.
    step : callable, optional
        Called with a line of what the run is at, such as which page can be read while it makes the others.
    scheduler : str, optional
        The address of a Dask scheduler whose workers make the reports, in place of this machine.
    cache : Path, optional
        The folder in which reports for a store are made; one of this account's caches if left out.

    Raises
    ------
    InputError
        If a parameter does not fit, `out` cannot take the reports or is in use, or PDFs cannot be made here; nothing
        has then been written.
    UnknownChoiceError
        If there is no notebook of a given name.
    LedgerError
        If the ledger cannot be written any more.
    OutputGoneError
        If `out` is removed while reports are being made.
    StorageError
        If a store does not give or take the ledger and the summaries.
    ClusterError
        If the cluster has gone.
    """
    if with_pdf:
        refuse_missing_weasyprint()
    chosen = chosen_notebooks(notebooks, notebook_folder)
    validated_parameters(chosen, parameters or {})
    all_offers = all_offers or offers
    reports = planned_reports(chosen, offers, all_offers)
    refuse_offers_that_cannot_be_together(reports)
    files = [f"{notebook.name}{ending}" for notebook in chosen for ending in (".ipynb", ".html", ".pdf")]
    store = open_store(out, cache) if isinstance(out, StoreAddress) else None
    folder = store.folder if store else Path(str(out))
    refuse_unsafe_targets(folder, dict.fromkeys(report.place for report in reports if report.place), files)
    refuse_folder_in_use(folder)
    options = Options(keep_images=keep_images, with_pdf=with_pdf)
    manner = _RunOptions(options, timeout_seconds, memory_limit_bytes, resume, progress, step or (lambda _: None))
    modules = ("weasyprint",) if with_pdf else ()
    with (
        runner(scheduler, n_workers, tell or (lambda _: None), can_fork=can_fork, modules=modules) as run_jobs,
        folder_lock(private_folder(folder)),
        store.session() if store else contextlib.nullcontext(),
        closing(Ledger.open(folder)) as ledger,
    ):
        refuse_other_audience(folder, ledger, audience, offers.ids)
        with Staging(folder, chosen) as staging:
            # From here on only the copies count: somebody may be at work on the notebooks themselves.
            given = validated_parameters(staging.notebooks, parameters or {})
            people = people_of(all_offers, ledger.people())
            copies = planned_reports(staging.notebooks, offers, all_offers, people)
            titles = {notebook.name: notebook.title for notebook in staging.notebooks}
            asked = RunRequest(offers, all_offers, people, report_date, given, _input_files(offers), copies, titles)
            return _Batch(OutputFolder(folder, ledger, staging, store), asked, manner, audience, run_jobs).run()


class _Batch:
    """One run over a folder that is locked."""

    def __init__(
        self, place: OutputFolder, asked: RunRequest, manner: _RunOptions, audience: Audience, run_jobs: Run
    ) -> None:
        self._place, self._asked, self._manner, self._run_jobs = place, asked, manner, run_jobs
        self._out, self._ledger, self._staging = place.folder, place.ledger, place.staging
        out, ledger = place.folder, place.ledger
        self._had_killed_run = any(run.ending is None for run in ledger.runs())
        self._run_id = ledger.begin_run(
            report_date=asked.report_date,
            audience=audience,
            parameters=asked.parameters,
            notebooks=list(asked.titles),
            inputs=asked.inputs,
        )
        self._publisher = Publisher(out, ledger, self._run_id, place.store.upload if place.store else None)
        self._results: dict[int, ReportResult] = {}
        self._first, self._look = FirstPage(asked.reports), output_check(out)
        self._overview = Overview(out, ledger, asked, self._results)
        cache_inputs = CacheInputs(asked.parameters, asked.report_date, manner.options)
        links = PageLinks(asked.reports, (row.name for row in ledger.reports(with_rows=False) if row.html))
        self._planned = [self._plan(report, cache_inputs, links.of(report)) for report in asked.reports]

    @staticmethod
    def _plan(report: Report, cache_inputs: CacheInputs, links: tuple[Link, ...]) -> KeyedReport:
        parts = cache_inputs.parts(report, links)
        return KeyedReport(report, parts, report_key(report, parts), links)

    def run(self) -> BatchRun:
        """Skip what is done, make the rest, and say what there is: at the start, in between and at the end."""
        try:
            self._clear_up()
            self._overview.write(is_running=True)
            self._make(self._first.order([at for at in range(len(self._planned)) if at not in self._results]))
            self._look()
        except BaseException as error:
            if isinstance(error, Exception):
                self._look()  # whatever else it led to, a folder that is gone is what people should read
            # What went wrong first is what people should read.
            with contextlib.suppress(Exception):
                self._adopt(self._staging.folder)
                self._end("failed" if isinstance(error, Exception) else "stopped")
            raise
        return self._end("done")

    def _end(self, ending: Ending) -> BatchRun:
        with delay_signals():
            try:
                run = self._overview.write()
            except OSError:
                self._ledger.end_run(self._run_id, "failed")
                raise
            # Last of all: a run that did not come here may have left something half-written.
            self._ledger.end_run(self._run_id, ending)
        return run

    def _clear_up(self) -> None:
        """Bring ledger and folder together: after a kill, after what people have removed or changed by hand."""
        known = {row.name: row for row in self._ledger.reports(with_rows=False)}
        self._remove_reports_across_people(known)
        own = {planned.report.name for planned in self._planned}
        self._ledger.delete_reports(
            name for name, row in known.items() if name not in own and row.html and not self._place.has_page(row.html)
        )
        self._ledger.record_offers(offer_facts(self._asked), self._asked.all_offers.ids)
        if self._manner.resume:
            self._skip_what_is_done(known)
        for folder in staging_folders(self._out):
            if folder.absolute() != self._staging.folder:
                if self._manner.resume:
                    self._adopt(folder)
                shutil.rmtree(folder, ignore_errors=True)
        self._mend_files_beside_the_reports()

    def _remove_reports_across_people(self, known: dict[tuple[str | None, str], LedgerReport]) -> None:
        """Remove reports that lie beside the index and hold several people's offers, as compkit once made them."""
        across = [row for row in known.values() if row.place is None and OFFERS_FILE in row.files]
        self._place.remove({name: mark for row in across for name, mark in row.files.items()})
        self._ledger.delete_reports(row.name for row in across)
        for row in across:
            del known[row.name]

    def _skip_what_is_done(self, known: Mapping[tuple[str | None, str], LedgerReport]) -> None:
        for at, planned in enumerate(self._planned):
            row = known.get(planned.report.name)
            if row is not None and self._is_done(planned, row):
                self._results[at] = _skipped(planned, row.files)
                self._tell(at)

    def _mend_files_beside_the_reports(self) -> None:
        """Remove what a kill has left half-written, and write anew each figures.csv that is not as it was written."""
        if self._had_killed_run:
            remove_temporaries(self._out, (*SUMMARY_FILES, OFFERS_FILE))
            for person in set(self._ledger.people().values()):
                remove_temporaries(self._out / person_folder(person), (OFFERS_FILE,))
        for offer in self._ledger.offers():
            folder = self._out / offer.offer
            if self._had_killed_run:
                remove_temporaries(folder, (OFFER_FILE, OFFERS_FILE, FIGURES_FILE))
            if offer.figures is not None and folder.is_dir() and not offer.figures.matches(folder / FIGURES_FILE):
                self._publisher.write_figures(offer.offer)

    def _is_done(self, planned: KeyedReport, row: LedgerReport) -> bool:
        """Return whether a report was made from the same and lies there whole."""
        place, _, _ = planned.report.page.rpartition("/")
        return (
            row.status == "ok"
            and row.key == planned.key
            and all(
                self._place.is_whole(f"{place}/{name}" if place else name, mark) for name, mark in row.files.items()
            )
        )

    def _adopt(self, staging_folder: Path) -> None:
        """Publish what was finished, but not published, before a run ended early."""
        waiting = {planned.key: at for at, planned in enumerate(self._planned) if at not in self._results}
        for staged, outcome in finished_jobs(staging_folder):
            at = waiting.get(outcome.key)
            if at is None or not self._publisher.can_recover(self._planned[at], staged, outcome):
                continue
            with delay_signals():
                result = self._publisher.publish(self._planned[at], staged, outcome)
                if result.status == "ok":
                    del waiting[outcome.key]
                    self._results[at] = _skipped(self._planned[at], outcome.files)
            if at in self._results:
                self._tell(at)

    def _make(self, wanted: Sequence[int]) -> None:
        if not wanted:
            return  # not even a worker is started
        n = len(wanted)
        self._manner.step(f"Making {n:,} report{'s' * (n > 1)}. Getting ready takes a few seconds ...")
        under_way: dict[int, Job] = {}

        def jobs() -> Iterator[Job]:
            for number, at in enumerate(wanted):
                under_way[number] = self._job(self._planned[at], number)
                yield under_way[number]

        with closing(self._run_jobs(jobs(), self._look)) as ended:
            self._show_first_page()
            for number, outcome in ended:
                self._look()
                at, job = wanted[number], under_way.pop(number)
                with delay_signals():
                    self._results[at] = self._publisher.publish(self._planned[at], Path(job.folder), outcome)
                self._tell(at)
                self._show_first_page()
                self._overview.write_if_due()

    def _show_first_page(self) -> None:
        if page := self._first.page(self._results):
            self._manner.step(f"First page: {(self._out / page).resolve()}")

    def _tell(self, at: int) -> None:
        if self._manner.progress is not None:
            self._manner.progress(len(self._results), len(self._planned), self._results[at])

    def _job(self, planned: KeyedReport, number: int) -> Job:
        report, folder = planned.report, str(self._staging.job_folder(number))
        return Job(
            notebook_path=str(report.notebook.path),
            folder=folder,
            output_folder=folder,
            parameters=report.parameters(self._asked.parameters, self._asked.report_date),
            title=report.title,
            keep_images=self._manner.options.keep_images,
            timeout_seconds=self._manner.timeout_seconds,
            memory_limit_bytes=self._manner.memory_limit_bytes,
            documents=report.documents(),
            with_pdf=self._manner.options.with_pdf,
            key=planned.key,
            links=planned.links,
        )


def _skipped(planned: KeyedReport, files: Collection[str]) -> ReportResult:
    page = planned.report.page
    return ReportResult(*planned.report.name, "skipped", 0.0, page, None, pdf_path(page, files))


def _input_files(offers: Offers) -> tuple[Mapping[str, str | None], ...]:
    """Return each offers file's name, without the folders that it lies in, and the sum of its bytes."""
    found: list[Mapping[str, str | None]] = []
    for file in dict.fromkeys(entry.file for entry in offers if entry.file):  # a coach or employer learns no name
        path = Path(file)
        found.append({"name": path.name, "sha256": file_sha256(path) if path.is_file() else None})
    return tuple(found)
