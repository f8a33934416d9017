"""The files of a store: list, read, write; nobody ever sees part of one."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from compkit.batch.store.store_address import StoreAddress
from compkit.errors import CompkitError, Fault, InputError

_PROBE, _PART = ".compkit-probe", ".compkit-part-"
_WRITES_WHOLE = (
    "s3", "s3a", "gs", "gcs", "abfs", "abfss", "adl", "az", "oss", "oci", "tos", "memory",
)  # fmt: skip
"""Stores in which an object appears only once complete. In others we write under another name, then move."""


class StorageError(CompkitError, OSError):
    """The store failed to take or give a file; the message holds no password."""


class RemoteFiles:
    """The files below an address, each named by its path from there, with `/`.

    Every method raises StorageError if the store fails.

    Raises
    ------
    InputError
        If there is no such kind of store, or its package is not installed.
    """

    def __init__(self, address: StoreAddress) -> None:
        self._address = address
        self._fs, root = _file_system(address)
        self._root = root.rstrip("/")

    def check_write(self) -> None:
        """Write an empty file and remove it."""
        with self._storage_errors("cannot be written"):
            if self._address.protocol not in _WRITES_WHOLE:
                self._fs.makedirs(self._root, exist_ok=True)
            self._fs.pipe_file(self._path(_PROBE), b"")
        with contextlib.suppress(Exception):  # some accounts may write but not remove
            self._fs.rm_file(self._path(_PROBE))

    def sizes(self) -> dict[str, int]:
        """Size of each file [bytes]; removes what a killed run left half-written."""
        with self._storage_errors("cannot be listed"):
            self._fs.invalidate_cache()
            try:
                found = self._fs.find(self._root, detail=True)
            except FileNotFoundError:
                found = {}
        start, sizes = len(self._root) + 1, {}
        for path, facts in found.items():
            name = path[start:]
            if name.rpartition("/")[2].startswith(_PART):
                with contextlib.suppress(Exception):  # the next run tries again
                    self._fs.rm_file(path)
            elif name and name != _PROBE:
                sizes[name] = int(facts["size"])
        return sizes

    def content(self, name: str) -> bytes:
        """Bytes of a file."""
        with self._storage_errors(f"did not give {name}"):
            return bytes(self._fs.cat_file(self._path(name)))

    def fetch(self, name: str, path: Path) -> None:
        """Download a file."""
        with self._storage_errors(f"did not give {name}"):
            self._fs.get_file(self._path(name), str(path))

    def put(self, folder: Path, names: Sequence[str]) -> dict[str, int]:
        """Upload files of a folder; return their sizes [bytes]."""
        sources = {name: folder / name for name in names}
        with self._storage_errors(f"did not take {', '.join(names)}"):
            sizes = {name: source.stat().st_size for name, source in sources.items()}
            if self._address.protocol in _WRITES_WHOLE:
                self._fs.put([str(source) for source in sources.values()], [self._path(name) for name in names])
            else:
                for name, source in sources.items():
                    self._put_and_move(str(source), self._path(name))
        return sizes

    def remove(self, names: Sequence[str]) -> None:
        """Remove files."""
        for name in names:
            with self._storage_errors(f"did not remove {name}"):
                self._fs.rm_file(self._path(name))

    def _put_and_move(self, source: str, target: str) -> None:
        parent = target.rpartition("/")[0]
        part = f"{parent}/{_PART}{secrets.token_hex(8)}"
        self._fs.makedirs(parent, exist_ok=True)
        try:
            self._fs.put_file(source, part)
            self._fs.mv(part, target)
        except BaseException:
            with contextlib.suppress(Exception):
                self._fs.rm_file(part)
            raise

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _storage_errors(self, what: str) -> Iterator[None]:
        """Turn any error of a store's library into one line without secrets."""
        try:
            yield
        except Exception as error:
            raise StorageError(f"{self._address.shown} {what}: {_reason(error, self._address)}") from None


def _file_system(address: StoreAddress) -> tuple[Any, str]:
    import fsspec
    from fsspec.core import url_to_fs

    if address.protocol not in fsspec.available_protocols():
        rule = f"does not know {address.protocol}://. Use s3://, gs://, abfs://, sftp:// or another of fsspec."
        raise InputError([Fault("", "", "-o", rule)])
    try:
        found: tuple[Any, str] = url_to_fs(address.url, use_listings_cache=False)
    except Exception as error:
        what = "needs a package that is not installed" if isinstance(error, ImportError) else "cannot be reached"
        rule = f"{address.shown} {what}: {_reason(error, address)}"
        raise InputError([Fault("", "", "-o", rule)]) from None
    return found


def _reason(error: Exception, address: StoreAddress) -> str:
    text = " ".join(address.without_secrets(str(error)).split())
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
