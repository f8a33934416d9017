"""One batch at a time in a folder: a lock that the system frees when its holder ends, however it ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from compkit.batch.publish.files import OWNER_ONLY
from compkit.errors import Fault, InputError

LOCK_FILE = ".compkit.lock"


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder's lock: SQLite's on an empty file, which is the system's own and the same everywhere.

    The file stays, because to remove it would let a third batch lock another file of that name. No process that is
    started or forked while the lock is held holds it, too.

    Raises
    ------
    InputError
        If another process holds it, or the folder's file system has no locks.
    """
    path = folder / LOCK_FILE
    if path.is_symlink():
        raise _refusal(folder, f"cannot be locked: {LOCK_FILE} is a link. Remove it.")
    try:
        path.touch(OWNER_ONLY)  # one that is there is not opened: to close it again would free a lock of this process
    except OSError as error:
        raise _refusal(folder, f"cannot be locked: {LOCK_FILE}: {error.strerror}.") from error
    with closing(_locked(path)):
        yield


def refuse_folder_in_use(folder: Path) -> None:
    """Raise where another process holds a folder's lock; nothing is written.

    Raises
    ------
    InputError
        If one does.
    """
    if (folder / LOCK_FILE).is_file():
        with folder_lock(folder):
            pass


def _locked(path: Path) -> sqlite3.Connection:
    """Return the connection that holds the lock until it is closed."""
    connection = None
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=0, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = OFF")  # nothing is ever written, and no second file is to lie here
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            rule = "is in use by another batch. Wait until it has ended, or choose another folder."
        else:
            rule = f"cannot be locked: {error}. Choose a folder on a disk of this machine."
        raise _refusal(path.parent, rule) from error
    return connection


def _refusal(folder: Path, rule: str) -> InputError:
    return InputError([Fault(str(folder), "", "", rule)])
