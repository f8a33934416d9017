"""What has been made in a folder of reports, from what, and how each run ended: one SQLite file beside the reports."""

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
"""The fact of an offer that says where the reports about its person lie."""

_MADE = """
INSERT INTO reports (offer, notebook, key, parts, status, seconds, html, n_tries, n_done, rows, summary, files,
    run_id, finished_at)
VALUES (:offer, :notebook, :key, :parts, 'ok', :seconds, :html, :n_tries, 1, :rows, :summary, :files,
    :run_id, :finished_at)
ON CONFLICT (offer, notebook) DO UPDATE SET
    key = excluded.key, parts = excluded.parts, status = 'ok', seconds = excluded.seconds, cause = NULL, error = NULL,
    html = excluded.html, n_tries = excluded.n_tries, n_done = n_done + 1, rows = excluded.rows,
    summary = excluded.summary, files = excluded.files, run_id = excluded.run_id, finished_at = excluded.finished_at
"""
_FAILED = """
INSERT INTO reports (offer, notebook, status, seconds, cause, error, n_tries, n_done, run_id, finished_at)
VALUES (:offer, :notebook, 'failed', :seconds, :cause, :error, :n_tries, 0, :run_id, :finished_at)
ON CONFLICT (offer, notebook) DO UPDATE SET
    status = 'failed', seconds = excluded.seconds, cause = excluded.cause, error = excluded.error,
    n_tries = excluded.n_tries, run_id = excluded.run_id, finished_at = excluded.finished_at
"""
_WITHOUT_REPORTS = """
DELETE FROM offers WHERE offer NOT IN (SELECT offer FROM reports)
    AND (figures IS NOT NULL OR coalesce(json_extract(facts, '$.' || :person), '') NOT IN (SELECT offer FROM reports))
"""
_REPORT_COLUMNS = (
    "offer, notebook, key, parts, status, seconds, cause, error, html, n_tries, n_done, {rows} AS rows, summary, "
    "files, run_id, finished_at"
)


class LedgerError(CompkitError):
    """The ledger cannot be read or written any more."""


class Ledger:
    """The ledger of a folder; made by `open` or `open_read_only`, closed by `close`.

    Only the process that holds the folder's lock may write.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection
        connection.row_factory = sqlite3.Row

    @classmethod
    def open(cls, folder: Path) -> Ledger:
        """Return a folder's ledger to read and write, made where there is none.

        Raises
        ------
        InputError
            If the file is damaged, of another version, or not a ledger; it is then left as it is.
        """
        path = folder / LEDGER_FILE
        return cls(path, open_ledger(path))

    @classmethod
    def open_read_only(cls, folder: Path) -> Ledger:
        """Return a folder's ledger to read, also while a batch is writing it.

        Raises
        ------
        InputError
            If there is none, or it is damaged, of another version, or not a ledger.
        """
        path = folder / LEDGER_FILE
        return cls(path, open_ledger_read_only(path))

    def close(self) -> None:
        """Close the file; the last to do so leaves it as a single one that can be copied and read anywhere."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()

    # What is read

    def reports(self, *, with_rows: bool = True) -> list[LedgerReport]:
        """Return every report, by offer and notebook; without their recorded rows where these are not needed.

        Raises
        ------
        LedgerError
            If a row does not hold what it should.
        """
        columns = _REPORT_COLUMNS.format(rows="rows" if with_rows else "'[]'")
        return [
            self._read(report_from, row)
            for row in self._all(f"SELECT {columns} FROM reports ORDER BY offer, notebook")  # noqa: S608 - our own words
        ]

    def report(self, place: str | None, notebook: str) -> LedgerReport | None:
        """Return one report, or None where nobody has tried to make it."""
        columns = _REPORT_COLUMNS.format(rows="rows")
        query = f"SELECT {columns} FROM reports WHERE offer = ? AND notebook = ?"  # noqa: S608 - our own words
        return next((self._read(report_from, row) for row in self._all(query, (place or "", notebook))), None)

    def runs(self) -> list[LedgerRun]:
        """Return every run, the first one first."""
        return [self._read(run_from, row) for row in self._all("SELECT * FROM runs ORDER BY run_id")]

    def offers(self) -> list[LedgerOffer]:
        """Return every offer that a run was about, in the order of their files."""
        return [self._read(offer_from, row) for row in self._all("SELECT * FROM offers ORDER BY position")]

    def recorded(self, offer: str) -> list[tuple[str, Sequence[Mapping[str, Any]]]]:
        """Return what the reports of an offer that lie in its folder recorded: the notebook's name and its rows."""
        query = "SELECT notebook, rows FROM reports WHERE offer = ? AND n_done > 0 ORDER BY notebook"
        return [self._read(recorded_from, row) for row in self._all(query, (offer,))]

    def people(self) -> dict[str, str]:
        """Return by offer id the folder of its person, see `Person`."""
        facts = {offer.offer: offer.facts.get(PERSON_FACT) for offer in self.offers()}
        return {offer: folder for offer, place in facts.items() if place and (folder := candidate_in_folder(place))}

    def audiences(self) -> set[str]:
        """Return for whom the folder was written."""
        return {row["audience"] for row in self._all("SELECT DISTINCT audience FROM runs")}

    # What is written

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all that the block writes, or nothing where it raises.

        Raises
        ------
        LedgerError
            If it cannot be written.
        """
        self._do("BEGIN IMMEDIATE")
        try:
            yield
            self._do("COMMIT")
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
        """Enter a run and return its number; runs that did not live to tell their end were killed."""
        self._do("UPDATE runs SET ending = 'killed' WHERE ending IS NULL")
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
        done = self._do(f"INSERT INTO runs ({columns}) VALUES ({places})", values)  # noqa: S608 - our own words
        assert done.lastrowid is not None  # noqa: S101 - an insert has one
        return done.lastrowid

    def end_run(self, run_id: int, ending: Ending) -> None:
        """Enter how a run ended."""
        self._do("UPDATE runs SET ended_at = ?, ending = ? WHERE run_id = ?", (_now(), ending, run_id))

    def record_offers(self, facts: Mapping[str, Mapping[str, Any]], order: Sequence[str]) -> None:
        """Enter what the index says of offers; those whose reports are gone, and not among them, go.

        Parameters
        ----------
        facts : mapping of str to mapping
            By offer id.
        order : sequence of str
            The ids of all offers of the files; those of other files come after, in the order that they had.
        """
        with self.transaction():
            self._do(_WITHOUT_REPORTS, {"person": PERSON_FACT})
            for offer, values in facts.items():
                self._do(
                    "INSERT INTO offers (offer, position, facts) VALUES (?, 0, ?) "
                    "ON CONFLICT (offer) DO UPDATE SET facts = excluded.facts",
                    (offer, as_json(dict(values))),
                )
            held = [row["offer"] for row in self._all("SELECT offer FROM offers ORDER BY position, rowid")]
            known = set(held)
            ordered = dict.fromkeys([*(offer for offer in order if offer in known), *held])
            for position, offer in enumerate(ordered):
                self._do("UPDATE offers SET position = ? WHERE offer = ?", (position, offer))

    def record_success(
        self,
        run_id: int,
        report: tuple[str | None, str],
        parts: Mapping[str, str],
        outcome: Outcome,
        files: Mapping[str, FileMark],
    ) -> None:
        """Enter a report that now lies whole in its folder."""
        self._do(
            _MADE,
            {
                **_common(run_id, report, outcome),
                "key": outcome.key,
                "parts": as_json(dict(parts)),
                "html": page_path(*report),
                "rows": as_json([dict(row) for row in outcome.recorded.rows]),
                "summary": as_json(dict(outcome.recorded.summary)),
                "files": as_json({name: [mark.sha256, mark.size, mark.modified_ns] for name, mark in files.items()}),
            },
        )

    def record_failure(self, run_id: int, report: tuple[str | None, str], outcome: Outcome) -> None:
        """Enter a report that was not made; what an earlier run left stays, in its folder and here."""
        values = {**_common(run_id, report, outcome), "cause": outcome.cause, "error": outcome.error}
        self._do(_FAILED, values)

    def record_figures(self, offer: str, mark: FileMark) -> None:
        """Enter what an offer's figures.csv was like when it was written."""
        text = as_json([mark.sha256, mark.size, mark.modified_ns])
        self._do("UPDATE offers SET figures = ? WHERE offer = ?", (text, offer))

    def delete_reports(self, reports: Iterable[tuple[str | None, str]]) -> None:
        """Strike out reports that somebody has removed from the folder."""
        with self.transaction():
            for place, notebook in reports:
                self._do("DELETE FROM reports WHERE offer = ? AND notebook = ?", (place or "", notebook))

    def _do(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.Error as error:
            rule = f"cannot be written: {error}. What was done until now stays; the same command goes on from there."
            raise LedgerError(f"{self.path}: {rule}") from error

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        try:
            return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: cannot be read: {error}.") from error

    def _read(self, make: Any, row: sqlite3.Row) -> Any:
        try:
            return make(row)
        except (ValueError, TypeError, KeyError) as error:
            raise LedgerError(f"{self.path}: is damaged: {error}. {MOVE_IT_AWAY}") from error


def _common(run_id: int, report: tuple[str | None, str], outcome: Outcome) -> dict[str, Any]:
    place, notebook = report
    return {
        "offer": place or "",
        "notebook": notebook,
        "seconds": outcome.seconds,
        "n_tries": outcome.n_attempts,
        "run_id": run_id,
        "finished_at": _now(),
    }


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
