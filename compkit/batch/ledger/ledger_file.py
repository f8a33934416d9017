"""The SQLite file of a ledger: create it whole, open it, refuse any other file."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compkit.batch.publish.files import OWNER_ONLY
from compkit.errors import Fault, InputError

LEDGER_FILE = "ledger.sqlite"
SCHEMA_VERSION = 1
APPLICATION_ID = int.from_bytes(b"ckit")
MOVE_IT_AWAY = "Move it away; compkit then makes all reports again."

_MAGIC, _ID_AT = b"SQLite format 3\0", 68
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY, begun_at TEXT NOT NULL, ended_at TEXT, ending TEXT, report_on TEXT NOT NULL,
    audience TEXT NOT NULL, parameters TEXT NOT NULL, version TEXT NOT NULL, notebooks TEXT NOT NULL,
    inputs TEXT NOT NULL);
CREATE TABLE offers (
    offer TEXT PRIMARY KEY, position INTEGER NOT NULL, facts TEXT NOT NULL, figures TEXT);
CREATE TABLE reports (
    offer TEXT NOT NULL, notebook TEXT NOT NULL, key TEXT NOT NULL DEFAULT '', parts TEXT NOT NULL DEFAULT '{{}}',
    status TEXT NOT NULL, seconds REAL NOT NULL, cause TEXT, error TEXT, html TEXT, n_tries INTEGER NOT NULL,
    n_done INTEGER NOT NULL, rows TEXT NOT NULL DEFAULT '[]', summary TEXT NOT NULL DEFAULT '{{}}',
    files TEXT NOT NULL DEFAULT '{{}}', run_id INTEGER NOT NULL, finished_at TEXT NOT NULL,
    PRIMARY KEY (offer, notebook));
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""


def open_ledger(path: Path) -> sqlite3.Connection:
    """Open a ledger to read and write; create it if missing, readable only by its owner.

    Raises
    ------
    InputError
        If the file cannot be written, is damaged, of another version, or not a ledger. It is left unchanged.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), OWNER_ONLY))
    except OSError as error:
        raise refusal(path, f"cannot be written: {error.strerror}.") from error
    connection = sqlite3.connect(path, isolation_level=None)
    with _closed_if_refused(path, connection):
        # Create a new file in one transaction, before SQLite adds its log.
        if connection.execute("PRAGMA page_count").fetchone() == (0,):
            connection.executescript(_SCHEMA)
        _refuse_other_file(path, connection)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # Unused pages of the file must not keep what was removed from the folder.
        connection.execute("PRAGMA secure_delete = ON")
    return connection


def open_ledger_read_only(path: Path) -> sqlite3.Connection:
    """Open a ledger to read.

    Raises
    ------
    InputError
        If there is none, or it is damaged, of another version, or not a ledger.
    """
    if not path.is_file():
        raise refusal(path.parent, f"has no {path.name}. Give a folder of `compkit report`.")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with _closed_if_refused(path, connection):
        _refuse_other_file(path, connection)
    return connection


def is_ledger(path: Path) -> bool:
    """Whether a file is a ledger of compkit, of any version."""
    try:
        with path.open("rb") as file:
            start = file.read(_ID_AT + 4)
    except OSError:
        return False
    return start.startswith(_MAGIC) and start[_ID_AT:] == APPLICATION_ID.to_bytes(4)


def _refuse_other_file(path: Path, connection: sqlite3.Connection) -> None:
    """Raise unless the file is an undamaged ledger of this version."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise refusal(path, "is not a compkit ledger. Move it, or choose another folder.")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        rule = f"is of version {version}, and this compkit reads version {SCHEMA_VERSION}. {MOVE_IT_AWAY}"
        raise refusal(path, rule)
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise refusal(path, f"is damaged. {MOVE_IT_AWAY}")


@contextmanager
def _closed_if_refused(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise refusal(path, f"cannot be opened: {error}.") from error
        if isinstance(error, sqlite3.Error):
            raise refusal(path, f"is damaged: {error}. {MOVE_IT_AWAY}") from error
        raise


def refusal(path: Path, rule: str) -> InputError:
    """Build the error of a file or folder that breaks a rule."""
    return InputError([Fault(str(path), "", "", rule)])
