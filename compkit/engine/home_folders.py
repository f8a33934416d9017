"""Folders for what libraries keep in a person's home, where the home is missing or cannot be written."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

_KEPT_IN = {
    "XDG_CACHE_HOME": "~/.cache",
    "MPLCONFIGDIR": "~/.config/matplotlib",
    "IPYTHONDIR": "~/.ipython",
}
"""By the variable that moves it, where a library keeps what it would otherwise make anew for each process.

Without it matplotlib warns, and in a kernel that warning would stand in the report.
"""


def home_folders() -> dict[str, str]:
    """Return variables for worker processes: a folder in the place of each that this account cannot write."""
    found = {name: _made(name.lower()) for name, usual in _KEPT_IN.items() if not _can_write(name, usual)}
    if not _expanded("~").is_absolute():  # an account that the system does not know
        found["HOME"] = _made("home")
    return found


def _can_write(name: str, usual: str) -> bool:
    path = _expanded(os.environ.get(name) or usual)
    there = next((folder for folder in (path, *path.parents) if folder.exists()), path)
    return path.is_absolute() and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _expanded(path: str) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises where there is no home


def _made(name: str) -> str:
    folder = _place() / name
    folder.mkdir(exist_ok=True)
    return str(folder)


@cache
def _place() -> Path:
    """Return a folder that lasts as long as this process, so that all of its workers share what they keep."""
    folder = Path(tempfile.mkdtemp(prefix="ck-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
