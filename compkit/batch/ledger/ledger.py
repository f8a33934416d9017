"""The ledger: what a folder's reports were made from and how each run ended, in one SQLite file beside the reports."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import compkit
from compkit.batch.folder.results import candidate_in_folder, page_path
from compkit.batch.ledger.ledger_file import LEDGER_FILE, MOVE_IT_AWAY, open_ledger, open_ledger_read_only
from compkit.batch.ledger.ledger_rows import (
    LedgerOffer,
    LedgerReport,
    LedgerRun,
    as_json,
    offer_from,
    recorded_from,
    report_from,
    run_from,
)
from compkit.batch.parameters import Scalar
from compkit.batch.publish.files import FileMark
from compkit.batch.run.jobs import Outcome
from compkit.errors import CompkitError

Ending = Literal["done", "stopped", "failed"]
PERSON_FACT = "person"
"""Name of the fact that holds the folder of the reports about the offer's person."""

_INSERT_SUCCESS = """
INSERT INTO reports (offer, notebook, key, parts, status, seconds, html, n_tries, n_done, rows, summary, files,
    run_id, finished_at)
VALUES (:offer, :notebook, :key, :parts, 'ok', :seconds, :html, :n_tries, 1, :rows, :summary, :files,
    :run_id, :finished_at)
ON CONFLICT (offer, notebook) DO UPDATE SET
    key = excluded.key, parts = excluded.parts, status = 'ok', seconds = excluded.seconds, cause = NULL, error = NULL,
    html = excluded.html, n_tries = excluded.n_tries, n_done = n_done + 1, rows = excluded.rows,
    summary = excluded.summary, files = excluded.files, run_id = excluded.run_id, finished_at = excluded.finished_at
"""
_INSERT_FAILURE = """
INSERT INTO reports (offer, notebook, status, seconds, cause, error, n_tries, n_done, run_id, finished_at)
VALUES (:offer, :notebook, 'failed', :seconds, :cause, :error, :n_tries, 0, :run_id, :finished_at)
ON CONFLICT (offer, notebook) DO UPDATE SET
    status = 'failed', seconds = excluded.seconds, cause = excluded.cause, error = excluded.error,
    n_tries = excluded.n_tries, run_id = excluded.run_id, finished_at = excluded.finished_at
"""
_DELETE_WITHOUT_REPORTS = """
DELETE FROM offers WHERE offer NOT IN (SELECT offer FROM reports)
    AND (figures IS NOT NULL OR coalesce(json_extract(facts, '$.' || :person), '') NOT IN (SELECT offer FROM reports))
"""
_REPORT_COLUMNS = (
    "offer, notebook, key, parts, status, seconds, cause, error, html, n_tries, n_done, {rows} AS rows, summary, "
    "files, run_id, finished_at"
)


class LedgerError(CompkitError):
    """The ledger can no longer be read or written."""


class Ledger:
    """The ledger of a folder; use `open` or `open_read_only`, then `close`.

    Only the process that holds the folder's lock may write.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection
        connection.row_factory = sqlite3.Row

    @classmethod
    def open(cls, folder: Path) -> Ledger:
        """Open a folder's ledger to read and write; create it if missing.

        Raises
        ------
        InputError
            If the file is damaged, of another version, or not a ledger. It is left unchanged.
        """
        path = folder / LEDGER_FILE
        return cls(path, open_ledger(path))

    @classmethod
    def open_read_only(cls, folder: Path) -> Ledger:
        """Open a folder's ledger to read, even while a batch writes it.

        Raises
        ------
        InputError
            If there is none, or it is damaged, of another version, or not a ledger.
        """
        path = folder / LEDGER_FILE
        return cls(path, open_ledger_read_only(path))

    def close(self) -> None:
        """Close the file; the last process to do so leaves one file that can be copied and read anywhere."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    def reports(self, *, with_rows: bool = True) -> list[LedgerReport]:
        """Every report, by folder and notebook, with or without its recorded rows.

        Raises
        ------
        LedgerError
            If a row is damaged.
        """
        columns = _REPORT_COLUMNS.format(rows="rows" if with_rows else "'[]'")
        return [
            self._parse(report_from, row)
            for row in self._fetch_all(f"SELECT {columns} FROM reports ORDER BY offer, notebook")  # noqa: S608 - no user input
        ]

    def report(self, folder: str | None, notebook: str) -> LedgerReport | None:
        """One report, or None if no run has tried to make it."""
        columns = _REPORT_COLUMNS.format(rows="rows")
        query = f"SELECT {columns} FROM reports WHERE offer = ? AND notebook = ?"  # noqa: S608 - no user input
        return next((self._parse(report_from, row) for row in self._fetch_all(query, (folder or "", notebook))), None)

    def runs(self) -> list[LedgerRun]:
        """Every run, the first one first."""
        return [self._parse(run_from, row) for row in self._fetch_all("SELECT * FROM runs ORDER BY run_id")]

    def offers(self) -> list[LedgerOffer]:
        """Every offer of the folder's runs, in the order of their files."""
        return [self._parse(offer_from, row) for row in self._fetch_all("SELECT * FROM offers ORDER BY position")]

    def recorded(self, offer: str) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
        """Notebook name and recorded rows of each published report of an offer."""
        query = "SELECT notebook, rows FROM reports WHERE offer = ? AND n_done > 0 ORDER BY notebook"
        return [self._parse(recorded_from, row) for row in self._fetch_all(query, (offer,))]

    def people(self) -> dict[str, str]:
        """Each offer's person, as `Person.folder`, by offer id."""
        folders = {offer.offer: offer.facts.get(PERSON_FACT) for offer in self.offers()}
        return {offer: person for offer, folder in folders.items() if (person := candidate_in_folder(folder))}

    def audiences(self) -> set[str]:
        """Audiences that the folder was written for."""
        return {row["audience"] for row in self._fetch_all("SELECT DISTINCT audience FROM runs")}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything that the block writes, or nothing if it raises.

        Raises
        ------
        LedgerError
            If it cannot be written.
        """
        self._execute("BEGIN IMMEDIATE")
        try:
            yield
            self._execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def begin_run(
        self,
        *,
        report_date: dt.date,
        audience: str,
        parameters: Mapping[str, Scalar],
        notebooks: Sequence[str],
        inputs: Sequence[Mapping[str, str | None]],
    ) -> int:
        """Enter a run and return its number; mark earlier runs without an ending as killed."""
        self._execute("UPDATE runs SET ending = 'killed' WHERE ending IS NULL")
        values = {
            "begun_at": _now(),
            "report_on": report_date.isoformat(),
            "audience": audience,
            "parameters": as_json(dict(parameters)),
            "version": compkit.__version__,
            "notebooks": as_json(list(notebooks)),
            "inputs": as_json([dict(file) for file in inputs]),
        }
        columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
        done = self._execute(f"INSERT INTO runs ({columns}) VALUES ({places})", values)  # noqa: S608 - no user input
        assert done.lastrowid is not None  # noqa: S101 - an insert has one
        return done.lastrowid

    def end_run(self, run_id: int, ending: Ending) -> None:
        """Enter how a run ended."""
        self._execute("UPDATE runs SET ended_at = ?, ending = ? WHERE run_id = ?", (_now(), ending, run_id))

    def record_offers(self, facts: Mapping[str, Mapping[str, Any]], order: Sequence[str]) -> None:
        """Enter what the index says of offers; delete other offers that have no reports left.

        Parameters
        ----------
        facts : mapping of str to mapping
            By offer id.
        order : sequence of str
            Ids of all offers of the run's files; offers of other files follow in their old order.
        """
        with self.transaction():
            self._execute(_DELETE_WITHOUT_REPORTS, {"person": PERSON_FACT})
            for offer, values in facts.items():
                self._execute(
                    "INSERT INTO offers (offer, position, facts) VALUES (?, 0, ?) "
                    "ON CONFLICT (offer) DO UPDATE SET facts = excluded.facts",
                    (offer, as_json(dict(values))),
                )
            held = [row["offer"] for row in self._fetch_all("SELECT offer FROM offers ORDER BY position, rowid")]
            known = set(held)
            ordered = dict.fromkeys([*(offer for offer in order if offer in known), *held])
            for position, offer in enumerate(ordered):
                self._execute("UPDATE offers SET position = ? WHERE offer = ?", (position, offer))

    def record_success(
        self,
        run_id: int,
        report: tuple[str | None, str],
        parts: Mapping[str, str],
        outcome: Outcome,
        files: Mapping[str, FileMark],
    ) -> None:
        """Enter a report that is complete in its folder."""
        self._execute(
            _INSERT_SUCCESS,
            {
                **_common_values(run_id, report, outcome),
                "key": outcome.key,
                "parts": as_json(dict(parts)),
                "html": page_path(*report),
                "rows": as_json([dict(row) for row in outcome.recorded.rows]),
                "summary": as_json(dict(outcome.recorded.summary)),
                "files": as_json({name: [mark.sha256, mark.size, mark.modified_ns] for name, mark in files.items()}),
            },
        )

    def record_failure(self, run_id: int, report: tuple[str | None, str], outcome: Outcome) -> None:
        """Enter a failed report; an earlier version stays, in its folder and here."""
        values = {**_common_values(run_id, report, outcome), "cause": outcome.cause, "error": outcome.error}
        self._execute(_INSERT_FAILURE, values)

    def record_figures(self, offer: str, mark: FileMark) -> None:
        """Enter the mark of an offer's figures.csv."""
        text = as_json([mark.sha256, mark.size, mark.modified_ns])
        self._execute("UPDATE offers SET figures = ? WHERE offer = ?", (text, offer))

    def delete_reports(self, reports: Iterable[tuple[str | None, str]]) -> None:
        """Delete reports that are no longer in the folder."""
        with self.transaction():
            for folder, notebook in reports:
                self._execute("DELETE FROM reports WHERE offer = ? AND notebook = ?", (folder or "", notebook))

    def _execute(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            rule = f"cannot be written: {error}. Finished reports stay. Run the same command to continue."
            raise LedgerError(f"{self.path}: {rule}") from error

    def _fetch_all(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: cannot be read: {error}.") from error

    def _parse(self, make: Any, row: sqlite3.Row) -> Any:
        try:
            return make(row)
        except (ValueError, TypeError, KeyError) as error:
            raise LedgerError(f"{self.path}: is damaged: {error}. {MOVE_IT_AWAY}") from error


def _common_values(run_id: int, report: tuple[str | None, str], outcome: Outcome) -> dict[str, Any]:
    folder, notebook = report
    return {
        "offer": folder or "",
        "notebook": notebook,
        "seconds": outcome.seconds,
        "n_tries": outcome.n_attempts,
        "run_id": run_id,
        "finished_at": _now(),
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
