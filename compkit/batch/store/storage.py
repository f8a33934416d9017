"""Reports kept in a store: made in a local folder, each file uploaded as it is published.

The ledger goes last, so that the store's ledger never names a report whose files are missing there.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from compkit.batch.folder.results import PEOPLE_FOLDER
from compkit.batch.ledger.ledger_file import LEDGER_FILE
from compkit.batch.publish.files import file_sha256, private_folder, write_atomically
from compkit.batch.publish.targets import RUN_FILE, RUN_SCHEMA_ID, SUMMARY_FILES
from compkit.batch.store.remote_files import RemoteFiles, StorageError
from compkit.batch.store.store_address import StoreAddress
from compkit.errors import Fault, InputError

_MARK_FILE = ".compkit-store.json"
_LEDGER_SUFFIXES = ("-wal", "-shm", "-journal")
_SHARE_OF_TIME, _AT_LEAST_SECONDS = 0.05, 30.0


class Store:
    """A store and the local folder in which its reports are made; use `open_store`.

    Files are named by their path from that folder, with `/`.
    """

    def __init__(self, address: StoreAddress, folder: Path) -> None:
        self.address, self.folder = address, folder
        self._files = RemoteFiles(address)
        self._sizes: dict[str, int] = {}
        self._due_at = 0.0

    def has(self, name: str) -> bool:
        """Whether the store has a file."""
        return name in self._sizes

    def is_whole(self, name: str, n_bytes: int, is_same: Callable[[Path], bool]) -> bool:
        """Whether the store has a file of the ledger; uploads one that only this machine has.

        Parameters
        ----------
        name : str
        n_bytes : int
            Its size [bytes].
        is_same : callable
            Whether a local file is the one that the ledger means.

        Raises
        ------
        StorageError
            If it cannot be uploaded.
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
        """Download the store's ledger; on leaving, even after an error, upload the ledger and the summaries.

        Enter it with the folder locked, before opening the ledger; leave it with the ledger closed.

        Raises
        ------
        StorageError
            If the store fails to give the ledger or take the summaries.
        """
        self._fetch_ledger()
        try:
            yield
        except BaseException:
            with contextlib.suppress(StorageError, sqlite3.Error):  # report the first error
                self._upload_summaries()
            raise
        try:
            self._upload_summaries()
        except sqlite3.Error as error:
            raise StorageError(f"{self.folder / LEDGER_FILE} cannot be read: {error}.") from error

    def _fetch_ledger(self) -> None:
        """Download the store's ledger if another machine has written it since."""
        if not self.has(LEDGER_FILE):
            return
        own = self.folder / LEDGER_FILE
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".compkit-") as temporary:
            fetched = Path(temporary) / LEDGER_FILE
            self._files.fetch(LEDGER_FILE, fetched)
            there = file_sha256(fetched)
            if own.exists() and self._mark().get("ledger") == there:
                return  # uploaded from here; the local one may know more
            for ending in _LEDGER_SUFFIXES:
                own.with_name(own.name + ending).unlink(missing_ok=True)
            fetched.chmod(0o600)
            fetched.replace(own)
        self._write_mark(there)

    def upload(self, names: Sequence[str]) -> None:
        """Upload files of the folder, the last one after the others.

        Raises
        ------
        StorageError
            If the store fails to take them.
        """
        if time.monotonic() >= self._due_at:
            with contextlib.suppress(sqlite3.Error):  # the ledger is being written; try again later
                self._upload_summaries()
        self._put(names[:-1])
        self._put(names[-1:])

    def remove(self, names: Sequence[str]) -> None:
        """Remove files that the store has.

        Raises
        ------
        StorageError
            If the store fails to remove them.
        """
        there = [name for name in names if self.has(name)]
        self._files.remove(there)
        for name in there:
            del self._sizes[name]

    def prepare(self) -> None:
        """List the store's files and create the folder; see `open_store`."""
        if self._mark().get("store", self.address.id) != self.address.id:
            raise InputError([Fault(str(self.folder), "", "", "is the cache of another store. Choose another folder.")])
        try:
            self._sizes = self._files.sizes()
            if self._sizes and not self.has(LEDGER_FILE) and not self._is_run():
                rule = f"{self.address.shown} holds files that are not compkit's. Choose an empty path there."
                raise InputError([Fault("", "", "-o", rule)])
            self._files.check_write()
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

    def _upload_summaries(self) -> None:
        started = time.monotonic()
        pages = [path.relative_to(self.folder).as_posix() for path in self.folder.glob(f"{PEOPLE_FOLDER}/*/index.html")]
        self._put([*(name for name in SUMMARY_FILES if (self.folder / name).is_file()), *pages])
        if (self.folder / LEDGER_FILE).exists():
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".compkit-") as temporary:
                copy = Path(temporary) / LEDGER_FILE
                _copy_ledger(self.folder / LEDGER_FILE, copy)
                self._sizes |= self._files.put(copy.parent, [copy.name])
                self._write_mark(file_sha256(copy))
        now = time.monotonic()
        self._due_at = now + max(_AT_LEAST_SECONDS, (now - started) / _SHARE_OF_TIME)

    def _mark(self) -> dict[str, str]:
        """Whose cache the folder is, and the hash of the store's ledger when last seen."""
        try:
            found = json.loads((self.folder / _MARK_FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write_mark(self, ledger_sum: str) -> None:
        write_atomically(self.folder / _MARK_FILE, json.dumps({"store": self.address.id, "ledger": ledger_sum}))


def open_store(address: StoreAddress, cache: Path | None = None) -> Store:
    """Open a store for writing, with what earlier runs left there.

    Parameters
    ----------
    address : StoreAddress
    cache : Path, optional
        Local folder for the reports; one in the user's cache folder if left out.

    Raises
    ------
    InputError
        If the store cannot be read and written or holds files that are not compkit's, or the folder is another store's
        cache. Nothing has been written then, except an empty file in the store that was removed again.
    """
    store = Store(address, cache or address.cache_folder)
    store.prepare()
    return store


def _copy_ledger(source: Path, target: Path) -> None:
    """Copy a consistent state of a ledger, even while it is being written."""
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as ledger,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        ledger.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
