"""Adding a file: its kind, its rows in the store's terms, and each row's fate, all in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from compkit.errors import Fault, InputError
from compkit.paydata.kinds import MACROS, Kind, kind_of, unknown_columns
from compkit.paydata.naming import JOINS, NAMED, name_incoming
from compkit.paydata.observation import COLUMNS
from compkit.paydata.store import FIRST, Fates, fates_of
from compkit.paydata.table_file import TableFile, count_rows, find_table, repaired
from compkit.reference import Tables

_MEMORY = "400MB"
_BROKEN = "another number of cells than there are headings"
_GIVEN = (
    "company", "level", "title", "day", "tenure", "experience", "tag", "area", "base", "stock", "total", "low", "high",
    "occupation", "period", "p10", "p25", "p50", "p75", "p90", "at_least", "level_1", "level_2", "level_3", "level_4",
    "is_continuation",
)  # fmt: skip
"""Columns that a kind's SQL gives; the others follow from them."""
_PLACE = ("city", "county", "state", "zip")


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
        digest = _sha256(file)
        known = store.execute(
            "SELECT n_rows FROM sources WHERE sha256 = ? AND kind = ?", [digest, kind.name]
        ).fetchone()
        if known:
            return Fates(known[0], 0, known[0], {})
        try:
            store.execute(f"SET memory_limit = '{_MEMORY}'; SET temp_directory = '{folder}'")
            for macro in MACROS:
                store.execute(macro)
            n_rows, broken = _read(store, table, kind, folder)
            if not n_rows:
                raise InputError([Fault(file.name, "", "", "has headings and no rows.")])
            name_incoming(store, tables)
            _gather(store, kind)
            return _take_in(store, (kind.name, file.name, digest, today, n_rows), broken)
        except duckdb.OutOfMemoryException as error:
            raise InputError([Fault(file.name, "", "", f"needs more than {_MEMORY} of memory. Split it.")]) from error


def _kind(headings: Sequence[str], wanted: Kind | None) -> Kind | None:
    if wanted is None:
        return kind_of(headings)
    return wanted if wanted.columns(headings) is not None else None


def _read(store: duckdb.DuckDBPyConnection, table: TableFile, kind: Kind, folder: Path) -> tuple[int, tuple[int, ...]]:
    """Read a table into `incoming`; return its number of rows, counted apart, and those that are broken."""
    try:
        n_read = _read_rows(store, table, kind)
        if any(n_read == count_rows(table.path, table.n_lines_before, is_quoted=one) for one in (False, True)):
            return n_read, ()
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        pass  # a row has other cells than the headings
    table, n_rows = repaired(table, folder)
    _read_rows(store, table, kind)
    return n_rows, table.broken


def _read_rows(store: duckdb.DuckDBPyConnection, table: TableFile, kind: Kind) -> int:
    positions = kind.columns(table.headings) or {}
    said = table.notes(kind.notes) | dict(kind.constants)
    sources = {ours: f"'{_quoted(text)}'" for ours, text in said.items()}
    sources |= {ours: f"c{at}" for ours, at in positions.items()}
    cells = ", ".join(f"{sources.get(ours, 'NULL')}::VARCHAR AS {ours}" for ours in kind.headings)
    number = "CAST(number AS BIGINT)" if table.is_numbered else "row_number() OVER ()"
    names = (["number"] if table.is_numbered else []) + [f"c{at}" for at in range(len(table.headings))]
    types = ", ".join(f"'{one}': 'VARCHAR'" for one in names)
    reader = (
        f"read_csv(?, auto_detect = false, header = false, skip = {table.n_lines_before}, delim = '{table.delimiter}',"
        " quote = '\"', escape = '\"', max_line_size = 10000000,"
        f" columns = {{{types}}})"
    )
    reasons = " ".join(f"WHEN {condition} THEN '{_quoted(reason)}'" for reason, condition in kind.set_aside)
    values = ", ".join(f"{kind.values.get(name, 'NULL')}::{COLUMNS[name]} AS {name}" for name in _GIVEN)
    place = ", ".join(f"said({sql}) AS place_{part}" for part, sql in zip(_PLACE, kind.place, strict=True))
    query = f"""
        CREATE OR REPLACE TEMP TABLE incoming AS
        WITH cells AS (SELECT {number} AS row, {cells} FROM {reader})
        SELECT row, CASE {reasons} END AS reason, {kind.identity} AS id, {values}, {place} FROM cells
    """  # noqa: S608 - of names and SQL of this package
    store.execute(query, [str(table.path)])
    (n_rows,) = store.execute("SELECT count(*) FROM incoming").fetchone() or (0,)
    return int(n_rows)


def _gather(store: duckdb.DuckDBPyConnection, kind: Kind) -> None:
    """Bring the rows of `incoming` with their names into `arrived`, each with what makes it itself."""
    told = (*sorted(kind.values), *(f"place_{part}" for part in _PLACE))
    stated = ", ".join(f"CAST(incoming.{name} AS VARCHAR)" for name in told)
    columns = ", ".join(NAMED.get(name, f"incoming.{name}") + f" AS {name}" for name in COLUMNS)
    lacks_id = store.execute("SELECT bool_or(id IS NULL) FROM incoming WHERE reason IS NULL").fetchone() != (False,)
    # Rows without an id of their own are the same only as often as another file repeats them, too.
    own = (
        "coalesce(id, content || '#' || row_number() OVER (PARTITION BY id, content ORDER BY row))"
        if lacks_id
        else "id"
    )
    store.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE arrived AS
        WITH named_rows AS (
            SELECT row, id, md5_number(concat_ws(chr(31), {stated})) AS content, {columns}
            FROM incoming {JOINS} WHERE reason IS NULL)
        SELECT * EXCLUDE (id), md5_number('{kind.name}' || chr(31) || {own}) AS identity FROM named_rows
        """  # noqa: S608
    )


def _take_in(
    store: duckdb.DuckDBPyConnection, source: tuple[str, str, str, dt.date, int], broken: Sequence[int]
) -> Fates:
    (number,) = store.execute("SELECT coalesce(max(source), 0) + 1 FROM sources").fetchone() or (1,)
    columns = ", ".join(COLUMNS)
    store.execute("BEGIN")
    try:
        store.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)", [number, *source])
        store.execute(
            "INSERT INTO set_aside SELECT ?, row, reason FROM incoming WHERE reason IS NOT NULL"
            " UNION ALL SELECT ?, unnest(?::BIGINT[]), ?",
            [number, number, list(broken), _BROKEN],
        )
        store.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE later AS
            WITH alike AS (
                SELECT {number} AS source, row, identity, day, content FROM arrived
                UNION ALL SELECT source, row, identity, day, content FROM rows
                WHERE identity IN (SELECT identity FROM arrived))
            SELECT source, row FROM alike
            WHERE identity IN (SELECT identity FROM alike GROUP BY identity HAVING count(*) > 1)
            QUALIFY row_number() OVER (PARTITION BY identity ORDER BY {FIRST}) > 1
            """  # noqa: S608
        )
        store.execute(
            "UPDATE rows SET is_kept = false FROM later WHERE rows.source = later.source AND rows.row = later.row"
        )
        store.execute(
            f"""
            INSERT INTO rows SELECT
                {number}, row, row NOT IN (SELECT row FROM later WHERE source = {number}), identity, content, {columns}
            FROM arrived ORDER BY company, metro
            """  # noqa: S608
        )
        fates = fates_of(store, number)
        store.execute("COMMIT")
    except BaseException:
        store.execute("ROLLBACK")
        raise
    store.execute("DROP TABLE incoming; DROP TABLE arrived; DROP TABLE later")
    return fates


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
