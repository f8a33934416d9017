"""The store of pay data: one DuckDB file with every row that was ever offered, and what became of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from compkit.errors import Fault, InputError
from compkit.paydata.observation import COLUMNS

SCHEMA = 1
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
_TABLES = f"""
CREATE TABLE about (version INTEGER);
INSERT INTO about VALUES ({SCHEMA});
CREATE TABLE sources (source INTEGER, kind VARCHAR, file VARCHAR, sha256 VARCHAR, added DATE, n_rows BIGINT);
CREATE TABLE rows (source INTEGER, row BIGINT, is_kept BOOLEAN, identity UHUGEINT, content UHUGEINT, {_COLUMNS});
CREATE TABLE set_aside (source INTEGER, row BIGINT, reason VARCHAR);
CREATE VIEW observations AS SELECT * FROM rows WHERE is_kept;
"""  # noqa: S608
"""Every row of every file is in `rows` or in `set_aside`; of rows with one identity, the latest is kept."""
_Settings = dict[str, str | bool | int | float | list[str]]
_OFFLINE: _Settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
"""No extension is loaded or installed, so a store works without a network."""
_ROW_GROUP = 16_384
"""Rows that are compressed and written at a time. DuckDB's own 122,880 of our columns take 60 MB until then."""


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of a file's rows.

    Parameters
    ----------
    rows : int
        All of them, counted apart from the reader; the sum of the others.
    kept : int
    duplicates : int
        The same as a row that is kept, of this file or another.
    set_aside : dict of str to int
        By reason.
    """

    rows: int
    kept: int
    duplicates: int
    set_aside: dict[str, int]


def sum_of(fates: Sequence[Fates]) -> Fates:
    """Fates of the rows of several files together."""
    reasons = Counter[str]()
    for one in fates:
        reasons.update(one.set_aside)
    kept, duplicates = sum(one.kept for one in fates), sum(one.duplicates for one in fates)
    return Fates(sum(one.rows for one in fates), kept, duplicates, dict(reasons.most_common()))


@dataclass(frozen=True, slots=True)
class AddedFile:
    """A file whose rows are in the store; its fates may change as others come and go."""

    source: int
    kind: str
    file: str
    added: dt.date
    fates: Fates


@contextmanager
def open_store(path: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a store, to write only where it is not there yet or where it says so.

    Raises
    ------
    InputError
        If it is busy, missing, or no store.
    """
    if read_only and not path.exists():
        raise InputError(
            [Fault(str(path), "", "", "is no store of pay data. Make one with `compkit paydata add FILE`.")]
        )
    is_new = not path.exists()
    connection = duckdb.connect(config=_OFFLINE | {"temp_directory": f"{path}.tmp"})
    try:
        attach_file(connection, path, "pay", read_only=read_only)
    except duckdb.Error as error:
        connection.close()
        said = str(error).lower()
        is_busy = "lock" in said or "already attached" in said
        rule = (
            "is in use. Try again when the other command has ended."
            if is_busy
            else "can't be opened as a store of pay data."
        )
        raise InputError([Fault(str(path), "", "", rule)]) from error
    try:
        connection.execute("USE pay")
        connection.execute("SET enable_progress_bar = false")  # it would go to stdout, amid a command's JSON
        _check(connection, path, read_only=read_only)
        yield connection
    except BaseException:
        connection.close()
        if is_new:
            path.unlink(missing_ok=True)
        raise
    connection.close()


def attach_file(connection: duckdb.DuckDBPyConnection, path: Path, name: str, *, read_only: bool = False) -> None:
    """Attach a database file, new or not, that is written a few rows at a time."""
    options = f"ROW_GROUP_SIZE {_ROW_GROUP}" + (", READ_ONLY" if read_only else "")
    connection.execute(f"ATTACH {quoted(str(path))} AS {name} ({options})")


def quoted(text: str) -> str:
    """Text as it stands in SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def memory_store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Make a store that is gone afterwards."""
    with duckdb.connect(":memory:", config=_OFFLINE) as connection:
        connection.execute(f"BEGIN; {_TABLES} COMMIT;")
        yield connection


def _check(connection: duckdb.DuckDBPyConnection, path: Path, *, read_only: bool) -> None:
    tables = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    if not tables and not read_only:
        connection.execute(f"BEGIN; {_TABLES} COMMIT;")
        return
    version = connection.execute("SELECT version FROM about").fetchone() if "about" in tables else None
    if version != (SCHEMA,):
        raise InputError([Fault(str(path), "", "", "is no store of pay data that this version of compkit reads.")])


def newest_source(store: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the file that was added last; 0 for an empty store."""
    (number,) = _one(store, "SELECT coalesce(max(source), 0) FROM sources")
    return int(number)


def list_sources(store: duckdb.DuckDBPyConnection) -> list[AddedFile]:
    """List the files in a store, in the order in which they were added."""
    rows = store.execute("SELECT source, kind, file, added FROM sources ORDER BY source").fetchall()
    return [AddedFile(number, kind, file, added, fates_of(store, number)) for number, kind, file, added in rows]


def fates_of(store: duckdb.DuckDBPyConnection, source: int) -> Fates:
    """Count what became of a file's rows."""
    kept, duplicates = _one(
        store, "SELECT count(*) FILTER (is_kept), count(*) FILTER (NOT is_kept) FROM rows WHERE source = ?", source
    )
    reasons = store.execute(
        "SELECT reason, count(*) FROM set_aside WHERE source = ? GROUP BY reason ORDER BY count(*) DESC, reason",
        [source],
    ).fetchall()
    (n_rows,) = _one(store, "SELECT n_rows FROM sources WHERE source = ?", source)
    return Fates(n_rows, kept, duplicates, dict(reasons))


def remove_source(store: duckdb.DuckDBPyConnection, source: int) -> Fates:
    """Take a file's rows out; where they stood before rows of another file, those are kept again.

    Returns
    -------
    Fates
        Of the rows that are gone.

    Raises
    ------
    InputError
        If there is no such source.
    """
    known = [number for (number,) in store.execute("SELECT source FROM sources ORDER BY source").fetchall()]
    if source not in known:
        listed = ", ".join(map(str, known)) or "none"
        raise InputError([Fault("", "", f"source {source}", f"is not in the store. Its sources: {listed}.")])
    fates = fates_of(store, source)
    store.execute("BEGIN")
    store.execute("CREATE TEMP TABLE gone AS SELECT identity FROM rows WHERE source = ? AND is_kept", [source])
    for table in ("rows", "set_aside", "sources"):
        store.execute(f"DELETE FROM {table} WHERE source = ?", [source])  # noqa: S608 - one of three names above
    store.execute(
        f"""
        UPDATE rows SET is_kept = true FROM (
            SELECT source, row FROM rows WHERE identity IN (SELECT identity FROM gone)
            QUALIFY row_number() OVER (PARTITION BY identity ORDER BY {FIRST}) = 1) AS next
        WHERE rows.source = next.source AND rows.row = next.row
        """  # noqa: S608
    )
    store.execute("DROP TABLE gone; COMMIT")
    return fates


FIRST = "day DESC NULLS LAST, content DESC, source, row"
"""Order among rows with one identity, of which the first is kept: whatever the order of files, the same pay."""


def export_rows(store: duckdb.DuckDBPyConnection, path: Path, *, with_fates: bool = False) -> int:
    """Write the observations, or every row's fate, as CSV, or as XLSX if the path ends in it; return how many.

    No cell can run as a formula in a spreadsheet program: an apostrophe stands before one that could.
    """
    if with_fates:
        query = """
            SELECT inert(file) AS file, row, CASE WHEN is_kept THEN 'kept' ELSE 'duplicate' END AS fate, NULL AS reason
            FROM rows JOIN sources USING (source)
            UNION ALL SELECT inert(file), row, 'set aside', reason FROM set_aside JOIN sources USING (source)
            ORDER BY file, row
        """
    else:
        texts = {name for name, kind in COLUMNS.items() if kind == "VARCHAR"}
        cells = ", ".join(f"inert({name}) AS {name}" if name in texts else name for name in COLUMNS)
        query = f"SELECT inert(file) AS file, {cells} FROM observations JOIN sources USING (source) ORDER BY ALL"  # noqa: S608
    store.execute(
        "CREATE OR REPLACE TEMP MACRO inert(cell) AS"
        " CASE WHEN regexp_matches(cell, '^[=+@\\t\\r\\n-]') THEN '''' || cell ELSE cell END"
    )
    if path.suffix.lower() == ".xlsx":
        return _write_xlsx(store.execute(query), path)
    (n_rows,) = _one(store, f"COPY ({query}) TO {quoted(str(path))} (FORMAT csv, HEADER)")
    return int(n_rows)


def _write_xlsx(found: duckdb.DuckDBPyConnection, path: Path) -> int:
    import openpyxl  # slow to import, and only this format needs it

    workbook, n_rows = openpyxl.Workbook(write_only=True), 0
    sheet = workbook.create_sheet("Pay data")
    sheet.append([name for name, *_ in found.description or ()])
    while rows := found.fetchmany(10_000):
        n_rows += len(rows)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return n_rows


def _one(store: duckdb.DuckDBPyConnection, query: str, *values: object) -> tuple[Any, ...]:
    row = store.execute(query, list(values)).fetchone()
    if row is None:
        raise LookupError(query)
    return row
