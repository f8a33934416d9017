"""What a worker has written, moved to where people find it, and entered in the ledger once it is all there."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from compkit.batch.folder.figures import figures_csv
from compkit.batch.folder.links import Link
from compkit.batch.folder.results import ReportResult, pdf_path
from compkit.batch.ledger.ledger import Ledger
from compkit.batch.planning import Report
from compkit.batch.publish.files import FileMark, file_mark, file_sha256, private_folder, sync_folder, write_atomically
from compkit.batch.publish.targets import FIGURES_FILE
from compkit.batch.run.jobs import Outcome
from compkit.batch.store.remote_files import StorageError

_ENDINGS = (".html", ".pdf", ".ipynb")
"""A report's own files in the order in which they appear: where the notebook is, all that it needs is there, too."""


@dataclass(frozen=True, slots=True)
class KeyedReport:
    """A report and what it is made from.

    Parameters
    ----------
    report : Report
    parts : mapping of str to str
    key : str
    links : tuple of (str, str)
        Where its page leads.
    """

    report: Report
    parts: Mapping[str, str]
    key: str
    links: tuple[Link, ...] = ()


class Publisher:
    """Where the results of a run go.

    Parameters
    ----------
    out : Path
        The reports' folder.
    ledger : Ledger
    run_id : int
    copy : callable, optional
        Called with files of the folder, by their path from it, before the ledger names them: where they go besides.
    """

    def __init__(
        self, out: Path, ledger: Ledger, run_id: int, copy: Callable[[Sequence[str]], object] | None = None
    ) -> None:
        self._out, self._ledger, self._run_id = out, ledger, run_id
        self._copy = copy or (lambda _: None)

    def publish(self, planned: KeyedReport, staged: Path, outcome: Outcome) -> ReportResult:
        """Publish what a job left, if it left all, and enter it; then remove the job's folder.

        Raises
        ------
        LedgerError
            If it cannot be entered. The job's folder stays, for the next run to go on from.
        """
        report = planned.report
        if outcome.error is None:
            try:
                self._publish(planned, staged, outcome)
            except (OSError, StorageError) as error:
                line = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
                outcome = dataclasses.replace(outcome, error=line, cause="outside")
        if outcome.error is not None:
            self._ledger.record_failure(self._run_id, report.name, outcome)
        shutil.rmtree(staged, ignore_errors=True)
        is_made = outcome.error is None
        html, pdf = (report.page, pdf_path(report.page, outcome.files)) if is_made else (None, None)
        return ReportResult(*report.name, "ok" if is_made else "failed", outcome.seconds, html, outcome.error, pdf)

    def can_recover(self, planned: KeyedReport, staged: Path, outcome: Outcome) -> bool:
        """Return whether what a killed run left of a report is whole; some files may have their place already."""
        folder = self._folder(planned.report)
        return _are_its_files(planned.report, outcome) and all(
            any(_has_sum(place / name, sha256) for place in (staged, folder)) for name, sha256 in outcome.files.items()
        )

    def write_figures(self, offer: str) -> None:
        """Write an offer's figures.csv: what the ledger says of its reports."""
        data = figures_csv(self._ledger.recorded(offer)).encode("utf-8")
        path = self._out / offer / FIGURES_FILE
        write_atomically(path, data)
        self._copy([f"{offer}/{FIGURES_FILE}"])
        self._ledger.record_figures(offer, file_mark(path, hashlib.sha256(data).hexdigest()))

    def _publish(self, planned: KeyedReport, staged: Path, outcome: Outcome) -> None:
        report = planned.report
        if not _are_its_files(report, outcome):
            raise FileNotFoundError(f"not the files that the report should have: {', '.join(outcome.files)}")
        folder = self._folder(report)
        is_new = not folder.is_dir()
        above = [self._out / parent for parent in folder.relative_to(self._out).parents]
        for place in (*reversed(above), folder):
            private_folder(place)
        marks = self._written_documents(report, folder)
        for name in sorted(outcome.files, key=lambda name: _ENDINGS.index(Path(name).suffix)):
            marks[name] = _moved(staged / name, folder / name, outcome.files[name])
        self._remove_outdated_pdf(report, folder, outcome)
        sync_folder(folder)
        if is_new:
            for place in above:
                sync_folder(place)
        self._copy([(folder / name).relative_to(self._out).as_posix() for name in marks])
        with self._ledger.transaction():
            self._ledger.record_success(
                self._run_id, report.name, planned.parts, dataclasses.replace(outcome, key=planned.key), marks
            )
            if report.offer_id:
                self.write_figures(report.offer_id)

    def _remove_outdated_pdf(self, report: Report, folder: Path, outcome: Outcome) -> None:
        """Remove a PDF that an earlier run has made: it would tell another story than the page beside it."""
        earlier = self._ledger.report(*report.name)
        name = f"{report.notebook.name}.pdf"
        if earlier is not None and name in earlier.files and name not in outcome.files:
            (folder / name).unlink(missing_ok=True)

    def _written_documents(self, report: Report, folder: Path) -> dict[str, FileMark]:
        """Write the offers that a report reads as they were given, not as a notebook may have left them."""
        marks = {}
        for name, text in report.documents().items():
            data = text.encode("utf-8")
            sha256 = hashlib.sha256(data).hexdigest()
            path = folder / name
            if path.is_symlink() or not _has_sum(path, sha256):
                write_atomically(path, data)
            marks[name] = file_mark(path, sha256)
        return marks

    def _folder(self, report: Report) -> Path:
        return self._out / (report.place or "")


def _are_its_files(report: Report, outcome: Outcome) -> bool:
    """Return whether an outcome names a page and a notebook and nothing that could lie elsewhere."""
    allowed = {f"{report.notebook.name}{ending}" for ending in _ENDINGS}
    needed = allowed - {f"{report.notebook.name}.pdf"}
    return needed <= set(outcome.files) <= allowed


def _has_sum(path: Path, sha256: str) -> bool:
    return path.is_file() and file_sha256(path) == sha256


def _moved(staged: Path, target: Path, sha256: str) -> FileMark:
    """Move a file to its place, if it does not lie there already because a killed run moved it; return its mark."""
    if staged.exists() or not _has_sum(target, sha256):
        staged.replace(target)
    return file_mark(target, sha256)
