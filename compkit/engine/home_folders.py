"""Replacements for library folders in the home, if the home is missing or not writable."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

_USUAL_FOLDERS = {
    "XDG_CACHE_HOME": "~/.cache",
    "MPLCONFIGDIR": "~/.config/matplotlib",
    "IPYTHONDIR": "~/.ipython",
}
"""Usual folder by the variable that moves it.

Without a writable one, matplotlib warns, and the warning would appear in the report.
"""


def home_folders() -> dict[str, str]:
    """Environment variables for worker processes: a folder for each that this account cannot write."""
    found = {name: _create(name.lower()) for name, usual in _USUAL_FOLDERS.items() if not _can_write(name, usual)}
    if not _expand("~").is_absolute():  # an account that the system does not know
        found["HOME"] = _create("home")
    return found


def _can_write(name: str, usual: str) -> bool:
    path = _expand(os.environ.get(name) or usual)
    there = next((folder for folder in (path, *path.parents) if folder.exists()), path)
    return path.is_absolute() and there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _expand(path: str) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises where there is no home


def _create(name: str) -> str:
    folder = _shared_folder() / name
    folder.mkdir(exist_ok=True)
    return str(folder)


@cache
def _shared_folder() -> Path:
    """Create a folder that all workers of this process share, deleted when it ends."""
    folder = Path(tempfile.mkdtemp(prefix="ck-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
