"""The kit's own files of made-up pay, for a person who has none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from compkit.paydata.adding import add_file
from compkit.paydata.kinds import KINDS
from compkit.paydata.mapping import mapped_kind
from compkit.paydata.store import memory_store
from compkit.reference import Tables, data_directory

_FOLDER: Final = "pay_samples"
_DRAWN_ON: Final = dt.date(2026, 11, 30)


@contextmanager
def sample_store(tables: Tables) -> Iterator[duckdb.DuckDBPyConnection]:
    """Load the made-up files into a store in memory: nobody's pay, drawn at random."""
    folder = data_directory() / _FOLDER
    with memory_store() as store:
        for path in sorted(folder.glob("synthetic_*.*")):
            mapping = path.with_suffix(".yaml")
            if path != mapping:
                kind = path.stem.removeprefix("synthetic_").replace("_", "-")
                wanted = mapped_kind(mapping, KINDS[kind]) if mapping.exists() else KINDS[kind]
                add_file(store, path, tables, _DRAWN_ON, wanted)
        yield store
