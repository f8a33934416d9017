"""One batch at a time in a folder: a lock that the system frees when its holder ends, however it ends."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compkit.batch.files import OWNER_ONLY
from compkit.errors import Fault, InputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK_FILE = ".compkit.lock"
_HELD = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder's lock.

    The file stays, because to remove it would let a third batch lock another file of that name. A process that is
    forked while the lock is held holds it, too; one that is started anew does not.

    Raises
    ------
    InputError
        If another process holds it, or the folder's file system has no locks.
    """
    path = folder / LOCK_FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), OWNER_ONLY)
    except OSError as error:
        raise _refusal(folder, f"cannot be locked: {LOCK_FILE}: {error.strerror}.") from error
    try:
        _lock(handle, folder)
        yield
    finally:
        os.close(handle)


def _lock(handle: int, folder: Path) -> None:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _HELD:
            rule = "is in use by another batch. Wait until it has ended, or choose another folder."
        else:
            rule = f"cannot be locked: {error.strerror}. Choose a folder on a disk of this machine."
        raise _refusal(folder, rule) from error


def _refusal(folder: Path, rule: str) -> InputError:
    return InputError([Fault(str(folder), "", "", rule)])
