"""One batch at a time in a folder: a lock that the system releases when its holder ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from compkit.batch.ledger.ledger_file import refusal
from compkit.batch.publish.files import OWNER_ONLY

LOCK_FILE = ".compkit.lock"


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder's lock: SQLite's lock on an empty file, which works the same on every system.

    The file stays, because after a removal a third batch could lock a new file of that name. Child processes do not
    hold the lock.

    Raises
    ------
    InputError
        If another process holds it, or the file system has no locks.
    """
    path = folder / LOCK_FILE
    if path.is_symlink():
        raise refusal(folder, f"cannot be locked: {LOCK_FILE} is a link. Remove it.")
    try:
        path.touch(OWNER_ONLY)  # do not open an existing file: closing it would release a lock of this process
    except OSError as error:
        raise refusal(folder, f"cannot be locked: {LOCK_FILE}: {error.strerror}.") from error
    with closing(_lock(path)):
        yield


def refuse_folder_in_use(folder: Path) -> None:
    """Raise if another process holds a folder's lock; writes nothing.

    Raises
    ------
    InputError
        If one does.
    """
    if (folder / LOCK_FILE).is_file():
        with folder_lock(folder):
            pass


def _lock(path: Path) -> sqlite3.Connection:
    """Open a connection that holds the lock until closed."""
    connection = None
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = OFF")  # nothing is ever written; avoid a second file
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            rule = "is in use by another batch. Wait until it has ended, or choose another folder."
        else:
            rule = f"cannot be locked: {error}. Choose a folder on a disk of this machine."
        raise refusal(path.parent, rule) from error
    return connection
