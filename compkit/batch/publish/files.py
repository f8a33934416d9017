"""Files that appear whole or not at all, that only their owner can read, and that are known again."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY = 0o600
FOR_ALL = 0o644
_TEMPORARY = re.compile(r"\.(?P<name>.+)-[a-z0-9_]{8}")


def write_atomically(path: Path, data: bytes | str, *, mode: int = OWNER_ONLY) -> None:
    """Write a file by way of a temporary one beside it, so that nobody ever sees a part of it.

    Parameters
    ----------
    path : Path
        Where it goes; what stands there is replaced, a link by a file.
    data : bytes or str
        Text is written as UTF-8.
    mode : int
        Who may read it; Windows takes no notice.
    """
    content = data.encode("utf-8") if isinstance(data, str) else data
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):  # a full disk, for instance, does not say which file it has no room for
            error.filename = str(path)
        raise


def is_temporary(path: Path, of: Collection[str]) -> bool:
    """Return whether a file is what `write_atomically` leaves where it is killed in the middle of a file of these names.

    >>> [is_temporary(Path(name), ["run.json"]) for name in (".run.json-a1b2c3_d", ".other.json-a1b2c3_d", "run.json")]
    [True, False, False]
    """
    found = _TEMPORARY.fullmatch(path.name)
    return found is not None and found["name"] in of


def remove_temporaries(folder: Path, of: Collection[str]) -> None:
    """Remove what killed writes of files of these names have left in a folder."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if is_temporary(path, of):
            path.unlink(missing_ok=True)


def private_folder(path: Path) -> Path:
    """Return a folder, made readable by its owner only where it was not there; one that was there stays as it is."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder have reached the disk; where a system cannot, it does so in its own time."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def file_sha256(path: Path) -> str:
    """Return the sum of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file was like when it was written.

    Parameters
    ----------
    sha256 : str
    size : int
        [bytes]
    modified_ns : int
        When it was written, as the file system tells it [ns].
    """

    sha256: str
    size: int
    modified_ns: int

    def matches(self, path: Path) -> bool:
        """Return whether the file is there and still the same; it is read only where its time has changed."""
        try:
            found = path.stat(follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode) or found.st_size != self.size:
                return False
            return found.st_mtime_ns == self.modified_ns or file_sha256(path) == self.sha256
        except OSError:
            return False


def file_mark(path: Path, sha256: str) -> FileMark:
    """Return the mark of a file whose sum is known."""
    found = path.stat(follow_symlinks=False)
    return FileMark(sha256, found.st_size, found.st_mtime_ns)
