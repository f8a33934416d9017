"""Reports kept in a store elsewhere: made in a folder of this machine, each file copied as it is published.

The ledger there never names a report whose files are not there: files go first, and the ledger after them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from compkit.batch.publish.files import private_folder, write_atomically
from compkit.batch.publish.targets import RUN_FILE, RUN_SCHEMA_ID, SUMMARY_FILES
from compkit.batch.store.remote_files import RemoteFiles, StorageError
from compkit.batch.store.store_address import StoreAddress
from compkit.errors import Fault, InputError

LEDGER_FILE = "ledger.sqlite"
_MARK_FILE = ".compkit-store.json"
_BESIDE_LEDGER = ("-wal", "-shm", "-journal")
_SHARE_OF_TIME, _AT_LEAST_SECONDS = 0.05, 30.0


class Store:
    """A store and the folder of this machine in which its reports are made; made by `open_store`.

    Files are named by their path from that folder, with `/`.

    Parameters
    ----------
    address : StoreAddress
    folder : Path
    """

    def __init__(self, address: StoreAddress, folder: Path) -> None:
        self.address, self.folder = address, folder
        self._files = RemoteFiles(address)
        self._sizes: dict[str, int] = {}
        self._due_at = 0.0

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        return name in self._sizes

    def is_whole(self, name: str, n_bytes: int, is_same: Callable[[Path], bool]) -> bool:
        """Return whether a file of the ledger is there; one that only this machine has is copied.

        Parameters
        ----------
        name : str
        n_bytes : int
            Its size [bytes].
        is_same : callable
            Whether a file of this machine is the one that the ledger means.

        Raises
        ------
        StorageError
            If it cannot be copied.
        """
        path = self.folder / name
        if not path.exists():
            return self._sizes.get(name) == n_bytes
        if not is_same(path):
            return False
        if self._sizes.get(name) != n_bytes:
            self._put([name])
        return True

    @contextmanager
    def session(self) -> Iterator[None]:
        """Have the store's ledger in the folder, and at the end, however it comes, the folder's overview in the store.

        To be entered while the folder is locked, before its ledger is opened, and left when that is closed.

        Raises
        ------
        StorageError
            If the store does not give the ledger, or take the overview.
        """
        self._fetch_ledger()
        try:
            yield
        except BaseException:
            with contextlib.suppress(StorageError, sqlite3.Error):  # what went wrong first is what people should read
                self._put_overview()
            raise
        try:
            self._put_overview()
        except sqlite3.Error as error:
            raise StorageError(f"{self.folder / LEDGER_FILE} cannot be read: {error}.") from error

    def _fetch_ledger(self) -> None:
        """Take over the store's ledger, if another machine has been at work there since this one was."""
        if not self.has(LEDGER_FILE):
            return
        own = self.folder / LEDGER_FILE
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".compkit-") as place:
            fetched = Path(place) / LEDGER_FILE
            self._files.fetch(LEDGER_FILE, fetched)
            there = _sum_of(fetched)
            if own.exists() and self._mark().get("ledger") == there:
                return  # the one that this machine has put there; its own may know of more
            for ending in _BESIDE_LEDGER:
                own.with_name(own.name + ending).unlink(missing_ok=True)
            fetched.chmod(0o600)
            fetched.replace(own)
        self._write_mark(there)

    def upload(self, names: Sequence[str]) -> None:
        """Copy files of the folder, the last one when the others are there.

        Raises
        ------
        StorageError
            If the store does not take them.
        """
        if time.monotonic() >= self._due_at:
            with contextlib.suppress(sqlite3.Error):  # it is being written: the next time, or at the end
                self._put_overview()
        self._put(names[:-1])
        self._put(names[-1:])

    def remove(self, names: Sequence[str]) -> None:
        """Remove files that are there.

        Raises
        ------
        StorageError
            If the store does not remove them.
        """
        there = [name for name in names if self.has(name)]
        self._files.remove(there)
        for name in there:
            del self._sizes[name]

    def begin(self) -> None:
        """Find out what is there, and make the folder; see `open_store`."""
        if self._mark().get("store", self.address.sum) != self.address.sum:
            raise InputError([Fault(str(self.folder), "", "", "is the cache of another store. Choose another folder.")])
        try:
            self._sizes = self._files.sizes()
            if self._sizes and not self.has(LEDGER_FILE) and not self._is_run():
                rule = f"{self.address.shown} holds files that are not compkit's. Choose an empty place there."
                raise InputError([Fault("", "", "-o", rule)])
            self._files.try_out()
        except StorageError as error:
            raise InputError([Fault("", "", "-o", str(error))]) from error
        private_folder(self.folder)
        if not self._mark():
            self._write_mark("")

    def _is_run(self) -> bool:
        if not self.has(RUN_FILE):
            return False
        try:
            return bool(json.loads(self._files.content(RUN_FILE))["schema"] == RUN_SCHEMA_ID)
        except (ValueError, KeyError, TypeError):
            return False

    def _put(self, names: Sequence[str]) -> None:
        if names:
            self._sizes |= self._files.put(self.folder, names)

    def _put_overview(self) -> None:
        begun = time.monotonic()
        self._put([name for name in SUMMARY_FILES if (self.folder / name).is_file()])
        if (self.folder / LEDGER_FILE).exists():
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".compkit-") as place:
                copy = Path(place) / LEDGER_FILE
                _copy_ledger(self.folder / LEDGER_FILE, copy)
                self._sizes |= self._files.put(copy.parent, [copy.name])
                self._write_mark(_sum_of(copy))
        now = time.monotonic()
        self._due_at = now + max(_AT_LEAST_SECONDS, (now - begun) / _SHARE_OF_TIME)

    def _mark(self) -> dict[str, str]:
        """Return whose cache the folder is, and the sum of the ledger that the store had when last seen."""
        try:
            found = json.loads((self.folder / _MARK_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write_mark(self, ledger_sum: str) -> None:
        write_atomically(self.folder / _MARK_FILE, json.dumps({"store": self.address.sum, "ledger": ledger_sum}))


def open_store(address: StoreAddress, cache: Path | None = None) -> Store:
    """Return a store that can be written; it may still hold what an earlier batch has put there.

    Parameters
    ----------
    address : StoreAddress
    cache : Path, optional
        The folder in which reports are made; one among this account's caches if left out.

    Raises
    ------
    InputError
        If the store cannot be read and written, or holds what compkit has not put there, or the folder is another
        store's. Nothing has been written then, but for an empty file in the store that was removed again.
    """
    store = Store(address, cache or address.cache_folder)
    store.begin()
    return store


def _copy_ledger(source: Path, target: Path) -> None:
    """Copy a ledger as it is between two transactions, also while it is being written."""
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as ledger,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        ledger.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def _sum_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
