"""Adding a file: its kind, its rows in the store's terms, and each row's fate, all in one transaction."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from compkit.errors import Fault, InputError
from compkit.paydata.kinds import KINDS, MACROS, Kind, kind_of, unknown_columns
from compkit.paydata.naming import JOINS, NAMED, ORDER, name_incoming
from compkit.paydata.observation import COLUMNS
from compkit.paydata.store import FIRST, Fates, attach_file, fates_of, newest_source, quoted, remove_source
from compkit.paydata.table_file import TableFile, count_rows, find_table, repaired
from compkit.reference import Tables

T = TypeVar("T")

_LEAST_MEMORY, _MOST_MEMORY = 64, 2_048
"""What DuckDB may take to load a file [MB]: at first, which is enough for a million filings, and at most."""
_BROKEN = "another number of cells than there are headings"
_NEEDED = ("company", "level", "day", "base", "stock")
"""Columns that others follow from, whether or not a kind has them."""
_PLACE = ("city", "county", "state", "zip")
_CALL = re.compile(r"\b(?:said|number|per_year|us_day|european_day|epoch_day)\(\w+\)")
"""A macro's call with a column."""


def add_file(
    store: duckdb.DuckDBPyConnection, file: Path, tables: Tables, today: dt.date, wanted: Kind | None = None
) -> Fates:
    """Add a file to a store.

    Parameters
    ----------
    store : DuckDBPyConnection
        Open for writing.
    file : Path
        CSV, XLSX or XLS.
    tables : Tables
    today : date
    wanted : Kind, optional
        One of `KINDS`, or `mapped_kind`; by default the one whose columns it has.

    Returns
    -------
    Fates
        Of its rows. A file that is there already adds none.

    Raises
    ------
    InputError
        If it can't be read as pay data; the store stays as it was.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, kind = find_table(file, folder, lambda headings: _kind(headings, wanted), unknown_columns)
        digest = _sha256(file, kind)
        known = store.execute(
            "SELECT n_rows FROM sources WHERE sha256 = ? AND kind = ?", [digest, kind.name]
        ).fetchone()
        if known:
            return Fates(known[0], 0, known[0], {})
        try:
            with _workspace(store, folder):
                n_rows, broken = _in_memory(store, lambda: _read(store, file, table, kind, folder))
                if not n_rows:
                    raise InputError([Fault(file.name, "", "", "has headings and no rows.")])
                name_incoming(store, tables)
                _in_memory(store, lambda: _arrange(store, kind))
                source = kind.name, file.name, digest, today, n_rows
                return _in_memory(store, lambda: _take_in(store, kind, source, broken))
        except duckdb.OutOfMemoryException as error:
            rule = f"needs more than {_MOST_MEMORY:,} MB of memory. Split it."
            raise InputError([Fault(file.name, "", "", rule)]) from error


def add_files(
    store: duckdb.DuckDBPyConnection, files: Iterable[Path], tables: Tables, today: dt.date, wanted: Kind | None = None
) -> dict[Path, Fates]:
    """Add files to a store by `add_file`, all or none, in an order of their own.

    Returns
    -------
    dict of Path to Fates
        Of each file's rows once all are in.

    Raises
    ------
    InputError
        With the faults of all files that can't be read; the store is then as it was.
    """
    numbers, found, faults = dict[Path, int](), dict[Path, Fates](), list[Fault]()
    for file in sorted(set(files)):
        before = newest_source(store)
        try:
            found[file] = add_file(store, file, tables, today, wanted)
        except InputError as error:
            faults += error.faults
        if newest_source(store) > before:
            numbers[file] = newest_source(store)
    if faults:
        for number in numbers.values():
            remove_source(store, number)
        raise InputError(faults)
    return found | {file: fates_of(store, number) for file, number in numbers.items()}


@contextmanager
def _workspace(store: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[None]:
    """Keep what is made on the way in a file: a table in memory grows with its rows."""
    attach_file(store, folder / "work.duckdb", "work")
    for macro in MACROS:
        store.execute(macro)
    store.execute("SET threads = 1")  # each thread takes memory of its own
    try:
        yield
    finally:
        store.execute("DROP TABLE IF EXISTS later; DETACH work")
        store.execute("RESET threads; RESET memory_limit")


def _in_memory(store: duckdb.DuckDBPyConnection, step: Callable[[], T]) -> T:
    """Take a step in as little memory as it can be taken in."""
    megabytes = _LEAST_MEMORY
    while True:
        store.execute(f"SET memory_limit = '{megabytes}MB'")
        try:
            return step()
        except duckdb.OutOfMemoryException:
            megabytes *= 2
            if megabytes > _MOST_MEMORY:
                raise


def _kind(headings: Sequence[str], wanted: Kind | None) -> Kind | None:
    if wanted is None:
        return kind_of(headings)
    return wanted if wanted.columns(headings) is not None else None


def _read(
    store: duckdb.DuckDBPyConnection, file: Path, table: TableFile, kind: Kind, folder: Path
) -> tuple[int, tuple[int, ...]]:
    """Read a table into `incoming`; return its number of rows, counted apart, and those that are broken."""
    try:
        n_read = _read_rows(store, table, kind)
        if any(n_read == count_rows(table.path, table.n_lines_before, is_quoted=one) for one in (False, True)):
            return n_read, ()
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        pass  # a row has other cells than the headings
    try:
        table, n_rows = repaired(table, folder)
        _read_rows(store, table, kind)
    except (csv.Error, duckdb.InvalidInputException) as error:
        raise InputError([Fault(file.name, "", "", "has a cell or line of more than a megabyte.")]) from error
    return n_rows, table.broken


def _read_rows(store: duckdb.DuckDBPyConnection, table: TableFile, kind: Kind) -> int:
    positions = kind.columns(table.headings) or {}
    said = table.notes(kind.notes) | dict(kind.constants)
    sources = {ours: quoted(text) for ours, text in said.items()}
    sources |= {ours: f"c{at}" for ours, at in positions.items()}
    cells = ", ".join(f"{sources.get(ours, 'NULL')}::VARCHAR AS {ours}" for ours in kind.headings)
    number = "CAST(number AS BIGINT)" if table.is_numbered else "row_number() OVER ()"
    names = (["number"] if table.is_numbered else []) + [f"c{at}" for at in range(len(table.headings))]
    types = ", ".join(f"'{one}': 'VARCHAR'" for one in names)
    reader = (
        f"read_csv(?, auto_detect = false, header = false, skip = {table.n_lines_before}, delim = '{table.delimiter}',"
        " quote = '\"', escape = '\"', max_line_size = 2000000, buffer_size = 2000000,"  # else 16 lines: 160 MB
        f" columns = {{{types}}})"
    )
    reasons = " ".join(f"WHEN {condition} THEN {quoted(reason)}" for reason, condition in kind.set_aside)
    told = dict.fromkeys(_NEEDED, "NULL") | dict(kind.values)
    values = ", ".join(f"{sql}::{COLUMNS[name]} AS {name}" for name, sql in told.items())
    place = ", ".join(f"said({sql}) AS place_{part}" for part, sql in zip(_PLACE, kind.place, strict=True))
    rows = f"row, CASE {reasons} END AS reason, {kind.identity} AS id, {values}, {place}"
    # A call that stands in several places would be worked out in each: number(wage) a dozen times a row.
    calls = {call: f"call_{at}" for at, call in enumerate(dict.fromkeys(_CALL.findall(rows)))}
    contents = ", ".join(f"CAST({name} AS VARCHAR)" for name in [*sorted(kind.values), *map("place_{}".format, _PLACE)])
    query = f"""
        CREATE OR REPLACE TABLE work.incoming AS
        WITH cells AS (SELECT {number} AS row, {cells} FROM {reader}),
        called AS (SELECT *, {", ".join(f"{call} AS {name}" for call, name in calls.items())} FROM cells),
        told AS (SELECT {_CALL.sub(lambda found: calls[found[0]], rows)} FROM called)
        SELECT * EXCLUDE (id), md5_number(concat_ws(chr(31), {contents})) AS content,
            md5_number('{kind.name}' || chr(31) || id) AS identity FROM told
    """  # noqa: S608 - of names and SQL of this package
    store.execute(query, [str(table.path)])
    (n_rows,) = store.execute("SELECT count(*) FROM work.incoming").fetchone() or (0,)
    return int(n_rows)


def _arrange(store: duckdb.DuckDBPyConnection, kind: Kind) -> None:
    """Make `arrived` of the rows of `incoming` that aren't set aside: sorted, with an identity and keys to their names.

    Rows that have no identity of their own are the same only as often as each file repeats them.
    """
    query = "SELECT count(*) FROM work.incoming WHERE reason IS NULL AND identity IS NULL"
    has_all = store.execute(query).fetchone() == (0,)
    store.execute(
        f"""
        CREATE OR REPLACE TABLE work.counted AS
        SELECT row, md5_number('{kind.name}' || chr(31) || hex(content) || '#'
            || row_number() OVER (PARTITION BY content ORDER BY row)) AS identity
        FROM work.incoming WHERE reason IS NULL AND identity IS NULL
        """  # noqa: S608
    )
    identity = "identity" if has_all else "coalesce(incoming.identity, counted.identity) AS identity"
    counted = "" if has_all else "LEFT JOIN work.counted USING (row)"
    kept = ", ".join(
        dict.fromkeys(["day", *(name for name in kind.values if NAMED.get(name) is None), "base", "stock"])
    )
    store.execute(
        f"""
        CREATE OR REPLACE TABLE work.arrived AS SELECT row, {identity}, content, {kept}, named_id, placed_id
        FROM work.incoming {JOINS} {counted} WHERE reason IS NULL ORDER BY {ORDER}
        """  # noqa: S608
    )


def _take_in(
    store: duckdb.DuckDBPyConnection, kind: Kind, source: tuple[str, str, str, dt.date, int], broken: Sequence[int]
) -> Fates:
    number = newest_source(store) + 1
    store.execute("BEGIN")
    try:
        store.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)", [number, *source])
        store.execute(
            "INSERT INTO set_aside SELECT ?, row, reason FROM work.incoming WHERE reason IS NOT NULL"
            " UNION ALL SELECT ?, unnest(?::BIGINT[]), ?",
            [number, number, list(broken), _BROKEN],
        )
        store.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE later AS
            WITH alike AS (
                SELECT {number} AS source, row, identity, day, content FROM work.arrived
                UNION ALL SELECT source, row, identity, day, content FROM rows
                WHERE identity IN (SELECT identity FROM work.arrived))
            SELECT source, row FROM alike
            WHERE identity IN (SELECT identity FROM alike GROUP BY identity HAVING count(*) > 1)
            QUALIFY row_number() OVER (PARTITION BY identity ORDER BY {FIRST}) > 1
            """  # noqa: S608
        )
        _insert(store, kind, number)
        store.execute(
            "UPDATE rows SET is_kept = false FROM later WHERE rows.source = later.source AND rows.row = later.row"
        )
        fates = fates_of(store, number)
        store.execute("COMMIT")
    except BaseException:
        store.execute("ROLLBACK")
        raise
    return fates


def _insert(store: duckdb.DuckDBPyConnection, kind: Kind, number: int) -> None:
    """Bring the rows of `arrived` into the store, with their names."""
    names = [name for name in COLUMNS if name in NAMED or name in kind.values]
    columns = ", ".join(NAMED.get(name, f"arrived.{name}") for name in names)
    store.execute(
        f"""
        INSERT INTO rows (source, row, is_kept, identity, content, {", ".join(names)})
        SELECT {number}, row, true, identity, content, {columns}
        FROM work.arrived JOIN work.named USING (named_id) JOIN work.placed USING (placed_id)
        """  # noqa: S608
    )


def _sha256(file: Path, kind: Kind) -> str:
    """Hash of a file, and of the mapping that it is read with."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256")
    if kind is not KINDS[kind.name]:
        digest.update(repr((sorted(kind.headings.items()), sorted(kind.constants.items()))).encode())
    return digest.hexdigest()
