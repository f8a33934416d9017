"""Files that appear whole or not at all, and that only their owner can read."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

OWNER_ONLY = 0o600
FOR_ALL = 0o644


def write_whole(path: Path, data: bytes | str, *, mode: int = OWNER_ONLY) -> None:
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
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def private_folder(path: Path) -> Path:
    """Return a folder, made readable by its owner only where it was not there; one that was there stays as it is."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    return path
