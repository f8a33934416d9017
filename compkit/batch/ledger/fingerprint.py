"""What two machines must have in common so that they make the same reports: code, data tables, packages."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import compkit
from compkit.reference.tables import data_directory

CODE, DATA = "code of compkit", "data tables"
NOT_CODE = ("__pycache__", "_data", "_notebooks")
NOT_TABLES = ("offers",)
_PACKAGES = (
    "dask", "distributed", "ipykernel", "ipython", "jinja2", "matplotlib", "matplotlib-inline", "nbclient", "nbconvert",
    "nbformat", "numpy", "pandas", "papermill", "scipy",
)  # fmt: skip
"""Those that run a notebook or make what it shows; the last digits of figures and the bytes of pictures are theirs."""


@cache
def local_fingerprint() -> Mapping[str, str]:
    """Return by name what this process has, as it was when it first asked: versions, and hashes of code and data."""
    return {
        "compkit": compkit.__version__,
        CODE: hash_files(Path(compkit.__file__).parent, NOT_CODE),
        DATA: hash_files(data_directory(), NOT_TABLES),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: _version_of(name) for name in _PACKAGES},
    }


def difference(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """Return what another machine has otherwise, as the rest of a sentence; empty where it has the same.

    >>> ours = {CODE: "a", DATA: "b", "pandas": "3.1.1"}
    >>> difference({CODE: "c", DATA: "b", "pandas": "3.0.0"}, ours)
    'has another code of compkit, and pandas 3.0.0 instead of 3.1.1'
    >>> difference({CODE: "a", DATA: "b"}, ours)
    'has no pandas instead of 3.1.1'
    """
    hashed = {CODE: f"another {CODE}", DATA: f"other {DATA}"}
    found = []
    for name, own in ours.items():
        other = theirs.get(name, "")
        if other != own:
            versions = f"{name} {other}" if other else f"no {name}"
            found.append(hashed.get(name) or f"{versions} instead of {own or 'none'}")
    return f"has {', and '.join(found)}" if found else ""


def hash_files(folder: Path, left_out: Iterable[str]) -> str:
    """Return the hash of a folder's files with their names, hidden ones and some folders left out.

    Parameters
    ----------
    folder : Path
    left_out : iterable of str
        Names of folders.
    """
    total, skipped = hashlib.sha256(), set(left_out)
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not path.is_file() or skipped.intersection(parts[:-1]) or any(part.startswith(".") for part in parts):
            continue
        total.update(f"{'/'.join(parts)}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
