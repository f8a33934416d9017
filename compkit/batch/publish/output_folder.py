"""The folder of reports of one run, and the store to which it may be copied."""

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
    """Where a run makes and keeps its reports.

    Parameters
    ----------
    folder : Path
    ledger : Ledger
    staging : Staging
    store : Store or None
        Copy of the folder elsewhere.
    """

    folder: Path
    ledger: Ledger
    staging: Staging
    store: Store | None

    def has_page(self, page: str) -> bool:
        """Whether a page is in the folder or the store."""
        return (self.folder / page).is_file() or (self.store is not None and self.store.has(page))

    def remove(self, files: Mapping[str, FileMark]) -> None:
        """Remove files from the folder, unless they have changed, and from the store."""
        for name, mark in files.items():
            if mark.matches(self.folder / name):
                (self.folder / name).unlink()
        if self.store is not None and files:
            self.store.remove(list(files))

    def is_whole(self, name: str, mark: FileMark) -> bool:
        """Whether a file is there as it was written."""
        if self.store is None:
            return mark.matches(self.folder / name)
        return self.store.is_whole(name, mark.size, mark.matches)
