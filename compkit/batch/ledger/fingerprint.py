"""What two machines must share to make the same reports: code, data tables, packages."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import compkit
from compkit.reference import data_directory

CODE, DATA = "code of compkit", "data tables"
NOT_CODE = ("__pycache__", "_data", "_notebooks")
NOT_TABLES = ("offers",)
_PACKAGES = (
    "dask", "distributed", "ipykernel", "ipython", "jinja2", "matplotlib", "matplotlib-inline", "nbclient", "nbconvert",
    "nbformat", "numpy", "pandas", "papermill", "scipy",
)  # fmt: skip
"""Packages on which the last digits of figures and the bytes of images depend."""


@cache
def local_fingerprint() -> Mapping[str, str]:
    """Versions, and hashes of code and data, as of this process's first call."""
    return {
        "compkit": compkit.__version__,
        CODE: hash_files(Path(compkit.__file__).parent, NOT_CODE),
        DATA: hash_files(data_directory(), NOT_TABLES),
        "Python": ".".join(platform.python_version_tuple()[:2]),
        **{name: _package_version(name) for name in _PACKAGES},
    }


def difference(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """How another machine differs, as the rest of a sentence; empty if it does not.

    >>> ours = {CODE: "a", DATA: "b", "pandas": "3.1.1"}
    >>> difference({CODE: "c", DATA: "b", "pandas": "3.0.0"}, ours)
    'has different compkit code, and pandas 3.0.0 instead of 3.1.1'
    >>> difference({CODE: "a", DATA: "b"}, ours)
    'has no pandas instead of 3.1.1'
    """
    hashed = {CODE: "different compkit code", DATA: "different data tables"}
    found = []
    for name, own in ours.items():
        other = theirs.get(name, "")
        if other != own:
            versions = f"{name} {other}" if other else f"no {name}"
            found.append(hashed.get(name) or f"{versions} instead of {own or 'none'}")
    return f"has {', and '.join(found)}" if found else ""


def hash_files(folder: Path, excluded: Iterable[str]) -> str:
    """Hash of a folder's files and their names, without hidden files.

    Parameters
    ----------
    folder : Path
    excluded : iterable of str
        Names of folders to skip.
    """
    total, skipped = hashlib.sha256(), set(excluded)
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if not path.is_file() or skipped.intersection(parts[:-1]) or any(part.startswith(".") for part in parts):
            continue
        total.update(f"{'/'.join(parts)}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def _package_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
