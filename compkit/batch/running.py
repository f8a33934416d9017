"""Reports for offers: skip what is unchanged, make the rest, keep the folder's index up to date."""

from __future__ import annotations

import contextlib
import datetime as dt
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from compkit.batch.first_page import FirstPage
from compkit.batch.folder.links import PageLinks
from compkit.batch.folder.overview import Overview, RunRequest, offer_facts
from compkit.batch.folder.results import BatchRun, ReportResult, pdf_path, person_folder
from compkit.batch.ledger.keys import CacheInputs, report_key
from compkit.batch.ledger.ledger import Ending, Ledger
from compkit.batch.ledger.ledger_rows import LedgerReport
from compkit.batch.ledger.locking import folder_lock, refuse_folder_in_use
from compkit.batch.notebooks import PAY_STORE, find_notebooks
from compkit.batch.planning import plan_reports, refuse_unmergeable_offers, validated_parameters
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
from compkit.batch.run.jobs import DEFAULT_OPTIONS, Job, RunOptions
from compkit.batch.run.runners import Run, runner
from compkit.batch.store.storage import open_store
from compkit.batch.store.store_address import StoreAddress
from compkit.offers import Offers, people_of
from compkit.report import refuse_missing_weasyprint


def _ignore(*_: object) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class RunCallbacks:
    """What a run calls while it works.

    Parameters
    ----------
    progress : callable
        After each report: number of reports done, number of all reports, the report's result.
    note : callable
        With a line that the user should know, such as why the run takes longer here.
    step : callable
        With a line on what the run is doing, such as which page can be read already.
    """

    progress: Callable[[int, int, ReportResult], object] = _ignore
    note: Callable[[str], object] = _ignore
    step: Callable[[str], object] = _ignore


SILENT = RunCallbacks()


def run_reports(
    offers: Offers,
    out: Path | StoreAddress,
    *,
    report_date: dt.date,
    notebooks: Sequence[str] | None = None,
    parameters: Mapping[str, object] | None = None,
    all_offers: Offers | None = None,
    options: RunOptions = DEFAULT_OPTIONS,
    callbacks: RunCallbacks = SILENT,
) -> BatchRun:
    """Run notebooks for offers; write their reports, an index and summaries to a folder.

    A report that fails keeps its earlier version and does not stop the others. After an exception or a signal the
    finished reports stay, and the next run continues from there.

    Parameters
    ----------
    offers : Offers
        The offers to report on; what `options.audience` may not see is already removed.
    out : Path or StoreAddress
        A folder, created if missing, or a store to which the folder is copied.
    report_date : date
    notebooks : sequence of str, optional
        Names; the default notebooks if left out.
    parameters : mapping of str to scalar, optional
        Passed to every notebook that has a parameter of that name.
    all_offers : Offers, optional
        All offers that a report may see, if that is more than `offers`.
    options : RunOptions
    callbacks : RunCallbacks

    Raises
    ------
    InputError
        If a parameter does not fit, `out` cannot take the reports or is in use, or PDFs cannot be made. Nothing has
        been written then.
    UnknownChoiceError
        If there is no notebook of a given name.
    LedgerError
        If the ledger can no longer be written.
    OutputGoneError
        If `out` is removed during the run.
    StorageError
        If a store fails to read or write the ledger or the summaries.
    ClusterError
        If the cluster is lost.
    """
    if options.with_pdf:
        refuse_missing_weasyprint()
    chosen = find_notebooks(notebooks, options.notebook_folder)
    validated_parameters(chosen, parameters or {})
    all_offers = all_offers or offers
    fitting = {"only_fitting": notebooks is None, "has_pay_data": PAY_STORE in (parameters or {})}
    reports = plan_reports(chosen, offers, all_offers, people_of(all_offers), **fitting)
    refuse_unmergeable_offers(reports)
    files = [f"{notebook.name}{suffix}" for notebook in chosen for suffix in (".ipynb", ".html", ".pdf")]
    store = open_store(out, options.cache) if isinstance(out, StoreAddress) else None
    folder = store.folder if store else Path(str(out))
    refuse_unsafe_targets(folder, dict.fromkeys(report.folder for report in reports if report.folder), files)
    refuse_folder_in_use(folder)
    with (
        runner(options, callbacks.note) as run_jobs,
        folder_lock(private_folder(folder)),
        store.session() if store else contextlib.nullcontext(),
        closing(Ledger.open(folder)) as ledger,
    ):
        refuse_other_audience(folder, ledger, options.audience, offers.ids)
        with Staging(folder, chosen) as staging:
            # From here on only the copies count, because the user may be editing the notebooks. Planning again takes
            # 0.05 s for 1,000 offers, and only now does the ledger say which folder each person has.
            given = validated_parameters(staging.notebooks, parameters or {})
            people = people_of(all_offers, ledger.people())
            reports = plan_reports(staging.notebooks, offers, all_offers, people, **fitting)
            titles = {notebook.name: notebook.title for notebook in staging.notebooks}
            request = RunRequest(offers, all_offers, people, report_date, given, _input_files(offers), reports, titles)
            output = OutputFolder(folder, ledger, staging, store)
            return _Batch(output, request, options, callbacks, run_jobs).run()


class _Batch:
    """One run over a locked folder."""

    def __init__(
        self, output: OutputFolder, request: RunRequest, options: RunOptions, callbacks: RunCallbacks, run_jobs: Run
    ) -> None:
        self._output, self._request, self._options = output, request, options
        self._callbacks, self._run_jobs = callbacks, run_jobs
        self._out, self._ledger, self._staging = out, ledger, _ = output.folder, output.ledger, output.staging
        self._was_killed = any(run.ending is None for run in ledger.runs())
        self._run_id = ledger.begin_run(
            report_date=request.report_date,
            audience=options.audience,
            parameters=request.parameters,
            notebooks=list(request.titles),
            inputs=request.inputs,
        )
        self._publisher = Publisher(out, ledger, self._run_id, output.store.upload if output.store else None)
        self._results: dict[int, ReportResult] = {}
        self._first_page, self._check_output = FirstPage(request.reports), output_check(out)
        self._overview = Overview(out, ledger, request, self._results)
        inputs = CacheInputs(request.parameters, request.report_date, options)
        page_links = PageLinks(request.reports, (row.name for row in ledger.reports(with_rows=False) if row.html))
        self._reports = []
        for report in request.reports:
            links = page_links.for_report(report)
            parts = inputs.parts(report, links)
            self._reports.append(KeyedReport(report, parts, report_key(report, parts), links))

    def run(self) -> BatchRun:
        """Skip what is unchanged, make the rest, and keep the index up to date."""
        try:
            self._reconcile()
            self._overview.write(is_running=True)
            self._make(self._first_page.order([at for at in range(len(self._reports)) if at not in self._results]))
            self._check_output()
        except BaseException as error:
            if isinstance(error, Exception):
                self._check_output()  # a removed folder explains every error that follows from it
            with contextlib.suppress(Exception):  # report the first error, not one that follows from it
                self._recover(self._staging.folder)
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
            # Last of all: a run without an ending may have left partial files.
            self._ledger.end_run(self._run_id, ending)
        return run

    def _reconcile(self) -> None:
        """Make ledger and folder agree after a kill, or after somebody removed or changed files."""
        known = {row.name: row for row in self._ledger.reports(with_rows=False)}
        self._remove_mixed_reports(known)
        own = {keyed.report.name for keyed in self._reports}
        self._ledger.delete_reports(
            name for name, row in known.items() if name not in own and row.html and not self._output.has_page(row.html)
        )
        self._ledger.record_offers(offer_facts(self._request), self._request.all_offers.ids)
        if self._options.resume:
            self._skip_unchanged(known)
        for folder in staging_folders(self._out):
            if folder.absolute() != self._staging.folder:
                if self._options.resume:
                    self._recover(folder)
                shutil.rmtree(folder, ignore_errors=True)
        self._repair_figures()

    def _remove_mixed_reports(self, known: dict[tuple[str | None, str], LedgerReport]) -> None:
        """Remove reports of early versions that lie beside the index and mix several people's offers."""
        mixed = [row for row in known.values() if row.folder is None and OFFERS_FILE in row.files]
        self._output.remove({name: mark for row in mixed for name, mark in row.files.items()})
        self._ledger.delete_reports(row.name for row in mixed)
        for row in mixed:
            del known[row.name]

    def _skip_unchanged(self, known: Mapping[tuple[str | None, str], LedgerReport]) -> None:
        for at, keyed in enumerate(self._reports):
            row = known.get(keyed.report.name)
            if row is not None and row.status == "ok" and row.key == keyed.key and self._is_whole(keyed, row):
                self._results[at] = self._skipped(at, row.files)
                self._show_progress(at)

    def _is_whole(self, keyed: KeyedReport, row: LedgerReport) -> bool:
        """Whether all files of a report are there as they were written."""
        folder = f"{keyed.report.folder}/" if keyed.report.folder else ""
        return all(self._output.is_whole(f"{folder}{name}", mark) for name, mark in row.files.items())

    def _repair_figures(self) -> None:
        """Remove partial files of a killed run; rewrite each figures.csv that has changed since it was written."""
        if self._was_killed:
            remove_temporaries(self._out, (*SUMMARY_FILES, OFFERS_FILE))
            for person in set(self._ledger.people().values()):
                remove_temporaries(self._out / person_folder(person), (OFFERS_FILE,))
        for offer in self._ledger.offers():
            folder = self._out / offer.offer
            if self._was_killed:
                remove_temporaries(folder, (OFFER_FILE, OFFERS_FILE, FIGURES_FILE))
            if offer.figures is not None and folder.is_dir() and not offer.figures.matches(folder / FIGURES_FILE):
                self._publisher.write_figures(offer.offer)

    def _recover(self, staging_folder: Path) -> None:
        """Publish the reports that an earlier run finished but did not publish."""
        waiting = {keyed.key: at for at, keyed in enumerate(self._reports) if at not in self._results}
        for staged, outcome in finished_jobs(staging_folder):
            at = waiting.get(outcome.key)
            if at is None or not self._publisher.can_recover(self._reports[at], staged, outcome):
                continue
            with delay_signals():
                if self._publisher.publish(self._reports[at], staged, outcome).status == "ok":
                    del waiting[outcome.key]
                    self._results[at] = self._skipped(at, outcome.files)
            if at in self._results:
                self._show_progress(at)

    def _make(self, positions: Sequence[int]) -> None:
        if not positions:
            return  # start no worker
        n = len(positions)
        self._callbacks.step(f"Making {n:,} report{'s' * (n > 1)}. Starting takes a few seconds ...")
        running: dict[int, Job] = {}

        def jobs() -> Iterator[Job]:
            for number, at in enumerate(positions):
                running[number] = self._job(self._reports[at], number)
                yield running[number]

        with closing(self._run_jobs(jobs(), self._check_output)) as ended:
            self._show_first_page()
            for number, outcome in ended:
                self._check_output()
                at, job = positions[number], running.pop(number)
                with delay_signals():
                    self._results[at] = self._publisher.publish(self._reports[at], Path(job.folder), outcome)
                self._show_progress(at)
                self._show_first_page()
                self._overview.write_if_due()

    def _show_first_page(self) -> None:
        if page := self._first_page.page(self._results):
            self._callbacks.step(f"First page: {(self._out / page).resolve()}")

    def _skipped(self, at: int, files: Collection[str]) -> ReportResult:
        report = self._reports[at].report
        return ReportResult(*report.name, "skipped", 0.0, report.page, None, pdf_path(report.page, files))

    def _show_progress(self, at: int) -> None:
        self._callbacks.progress(len(self._results), len(self._reports), self._results[at])

    def _job(self, keyed: KeyedReport, number: int) -> Job:
        report, folder = keyed.report, str(self._staging.job_folder(number))
        return Job(
            notebook_path=str(report.notebook.path),
            folder=folder,
            output_folder=folder,
            parameters=report.parameters(self._request.parameters, self._request.report_date),
            title=report.title,
            keep_images=self._options.keep_images,
            timeout_seconds=self._options.timeout_seconds,
            memory_limit_bytes=self._options.memory_limit_bytes,
            documents=report.documents(),
            with_pdf=self._options.with_pdf,
            with_pdf_details=self._options.with_pdf_details,
            key=keyed.key,
            links=keyed.links,
        )


def _input_files(offers: Offers) -> tuple[Mapping[str, str | None], ...]:
    """Name, without its folder, and SHA-256 of each offers file."""
    found: list[Mapping[str, str | None]] = []
    for file in dict.fromkeys(entry.file for entry in offers if entry.file):  # coaches and employers see no file name
        path = Path(file)
        found.append({"name": path.name, "sha256": file_sha256(path) if path.is_file() else None})
    return tuple(found)
