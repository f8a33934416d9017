"""Move a worker's files to where people find them; enter the report in the ledger once all are there."""

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
"""A report's files in the order in which they are published; the notebook comes last."""


@dataclass(frozen=True, slots=True)
class KeyedReport:
    """A report with the hashes of its inputs.

    Parameters
    ----------
    report : Report
    parts : mapping of str to str
        Hash by input, see `keys.PARTS`.
    key : str
        Hash of all inputs.
    links : tuple of Link
        Links of its page.
    """

    report: Report
    parts: Mapping[str, str]
    key: str
    links: tuple[Link, ...] = ()


class Publisher:
    """Publishes the results of a run.

    Parameters
    ----------
    out : Path
        The reports' folder.
    ledger : Ledger
    run_id : int
    copy : callable, optional
        Called with the paths of files in `out` before the ledger names them, to copy them elsewhere.
    """

    def __init__(
        self, out: Path, ledger: Ledger, run_id: int, copy: Callable[[Sequence[str]], object] | None = None
    ) -> None:
        self._out, self._ledger, self._run_id = out, ledger, run_id
        self._copy = copy or (lambda _: None)

    def publish(self, keyed: KeyedReport, staged: Path, outcome: Outcome) -> ReportResult:
        """Publish a finished job, enter its success or failure in the ledger, and remove the job's folder.

        Raises
        ------
        LedgerError
            If the ledger cannot be written. The job's folder stays, and the next run recovers it.
        """
        report = keyed.report
        if outcome.error is None:
            try:
                self._move_files(keyed, staged, outcome)
            except (OSError, StorageError) as error:
                line = f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}"
                outcome = dataclasses.replace(outcome, error=line, cause="outside")
        if outcome.error is not None:
            self._ledger.record_failure(self._run_id, report.name, outcome)
        shutil.rmtree(staged, ignore_errors=True)
        is_made = outcome.error is None
        html, pdf = (report.page, pdf_path(report.page, outcome.files)) if is_made else (None, None)
        return ReportResult(*report.name, "ok" if is_made else "failed", outcome.seconds, html, outcome.error, pdf)

    def can_recover(self, keyed: KeyedReport, staged: Path, outcome: Outcome) -> bool:
        """Whether a report that a killed run left is complete; some files may be in their place already."""
        folder = self._folder(keyed.report)
        return _has_expected_files(keyed.report, outcome) and all(
            any(_has_hash(at / name, sha256) for at in (staged, folder)) for name, sha256 in outcome.files.items()
        )

    def write_figures(self, offer: str) -> None:
        """Write an offer's figures.csv from the ledger."""
        data = figures_csv(self._ledger.recorded(offer)).encode("utf-8")
        path = self._out / offer / FIGURES_FILE
        write_atomically(path, data)
        self._copy([f"{offer}/{FIGURES_FILE}"])
        self._ledger.record_figures(offer, file_mark(path, hashlib.sha256(data).hexdigest()))

    def _move_files(self, keyed: KeyedReport, staged: Path, outcome: Outcome) -> None:
        report = keyed.report
        if not _has_expected_files(report, outcome):
            raise FileNotFoundError(f"unexpected files for this report: {', '.join(outcome.files)}")
        folder = self._folder(report)
        is_new = not folder.is_dir()
        above = [self._out / parent for parent in folder.relative_to(self._out).parents]
        for parent in (*reversed(above), folder):
            private_folder(parent)
        marks = self._write_documents(report, folder)
        for name in sorted(outcome.files, key=lambda name: _ENDINGS.index(Path(name).suffix)):
            marks[name] = _move(staged / name, folder / name, outcome.files[name])
        self._remove_outdated_pdf(report, folder, outcome)
        sync_folder(folder)
        if is_new:
            for parent in above:
                sync_folder(parent)
        self._copy([(folder / name).relative_to(self._out).as_posix() for name in marks])
        with self._ledger.transaction():
            self._ledger.record_success(
                self._run_id, report.name, keyed.parts, dataclasses.replace(outcome, key=keyed.key), marks
            )
            if report.offer_id:
                self.write_figures(report.offer_id)

    def _remove_outdated_pdf(self, report: Report, folder: Path, outcome: Outcome) -> None:
        """Remove the PDF of an earlier run, which no longer matches the page."""
        earlier = self._ledger.report(*report.name)
        name = f"{report.notebook.name}.pdf"
        if earlier is not None and name in earlier.files and name not in outcome.files:
            (folder / name).unlink(missing_ok=True)

    def _write_documents(self, report: Report, folder: Path) -> dict[str, FileMark]:
        """Write the offers that a report reads, which its notebook may have changed."""
        marks = {}
        for name, text in report.documents().items():
            data = text.encode("utf-8")
            sha256 = hashlib.sha256(data).hexdigest()
            path = folder / name
            if path.is_symlink() or not _has_hash(path, sha256):
                write_atomically(path, data)
            marks[name] = file_mark(path, sha256)
        return marks

    def _folder(self, report: Report) -> Path:
        return self._out / (report.folder or "")


def _has_expected_files(report: Report, outcome: Outcome) -> bool:
    """Whether an outcome names a page, a notebook, perhaps a PDF, and nothing else."""
    allowed = {f"{report.notebook.name}{ending}" for ending in _ENDINGS}
    needed = allowed - {f"{report.notebook.name}.pdf"}
    return needed <= set(outcome.files) <= allowed


def _has_hash(path: Path, sha256: str) -> bool:
    return path.is_file() and file_sha256(path) == sha256


def _move(staged: Path, target: Path, sha256: str) -> FileMark:
    """Move a file to its place, unless a killed run already did; return its mark."""
    if staged.exists() or not _has_hash(target, sha256):
        staged.replace(target)
    return file_mark(target, sha256)
