"""Files written whole or not at all, readable only by their owner, and recognized later."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY = 0o600
FOR_ALL = 0o644
_TEMPORARY = re.compile(r"\.(?P<name>.+)-[a-z0-9_]{8}")


def write_atomically(path: Path, data: bytes | str, *, mode: int = OWNER_ONLY) -> None:
    """Write a file through a temporary one, so that nobody ever sees part of it.

    Parameters
    ----------
    path : Path
        Replaces what is there; a link is replaced by a file.
    data : bytes or str
        Text is written as UTF-8.
    mode : int
        File permissions; ignored on Windows.
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
        if isinstance(error, OSError):  # a full disk does not say which file it has no room for
            error.filename = str(path)
        raise


def is_temporary(path: Path, of: Collection[str]) -> bool:
    """Whether a file is a leftover of a killed `write_atomically` for a file of these names.

    >>> [is_temporary(Path(name), ["run.json"]) for name in (".run.json-a1b2c3_d", ".other.json-a1b2c3_d", "run.json")]
    [True, False, False]
    """
    found = _TEMPORARY.fullmatch(path.name)
    return found is not None and found["name"] in of


def remove_temporaries(folder: Path, of: Collection[str]) -> None:
    """Remove from a folder what killed writes of files of these names left."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if is_temporary(path, of):
            path.unlink(missing_ok=True)


def private_folder(path: Path) -> Path:
    """Create a folder that only its owner can read, unless it exists; return it."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    return path


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on disk, where the system can."""
    if os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder, readable only by its owner, whole or not at all.

    What an earlier call for the same folder left when it was killed is removed.

    Parameters
    ----------
    path : Path
        Must not exist, or be an empty folder.
    files : mapping of str to bytes
        By path in the folder, with slashes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.iterdir():
        if left.is_dir() and is_temporary(left, [path.name]):
            shutil.rmtree(left, ignore_errors=True)
    temporary = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}-"))
    try:
        for name, data in files.items():
            private_folder((temporary / name).parent)
            write_atomically(temporary / name, data)
        for folder in (temporary, *(one for one in temporary.rglob("*") if one.is_dir())):
            sync_folder(folder)
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, as hex."""
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
        Modification time [ns].
    """

    sha256: str
    size: int
    modified_ns: int

    def matches(self, path: Path) -> bool:
        """Whether the file is there unchanged; it is read only if its modification time differs."""
        try:
            found = path.stat(follow_symlinks=False)
            if not stat.S_ISREG(found.st_mode) or found.st_size != self.size:
                return False
            return found.st_mtime_ns == self.modified_ns or file_sha256(path) == self.sha256
        except OSError:
            return False


def file_mark(path: Path, sha256: str) -> FileMark:
    """Mark of a file whose SHA-256 is known."""
    found = path.stat(follow_symlinks=False)
    return FileMark(sha256, found.st_size, found.st_mtime_ns)
