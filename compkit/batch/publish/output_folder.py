"""Where reports are made and go: a folder, and a store that it may be copied to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compkit.batch.ledger.ledger import Ledger
from compkit.batch.publish.files import FileMark
from compkit.batch.publish.staging import Staging
from compkit.batch.store.storage import Store


@dataclass(frozen=True)
class OutputFolder:
    """Where reports are made and go.

    Parameters
    ----------
    folder : Path
    ledger : Ledger
        The folder's.
    staging : Staging
        Where they are made.
    store : Store or None
        What the folder is copied to.
    """

    folder: Path
    ledger: Ledger
    staging: Staging
    store: Store | None

    def has_page(self, page: str) -> bool:
        """Return whether a page is there, in the folder or in the store that the folder is copied to."""
        return (self.folder / page).is_file() or (self.store is not None and self.store.has(page))

    def remove(self, files: Mapping[str, FileMark]) -> None:
        """Remove files that are as they were written, from the folder and from the store."""
        for name, mark in files.items():
            if mark.matches(self.folder / name):
                (self.folder / name).unlink()
        if self.store is not None and files:
            self.store.remove(list(files))

    def is_whole(self, name: str, mark: FileMark) -> bool:
        """Return whether a file is there and as it was written."""
        if self.store is None:
            return mark.matches(self.folder / name)
        return self.store.is_whole(name, mark.size, mark.matches)
