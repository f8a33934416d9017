"""Reading the tables: as rows and as frames alike, and what is no table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from compkit.errors import TableError
from compkit.reference import Tables, load_tables, records


@pytest.mark.parametrize("name", load_tables())
def test_rows_are_those_that_pandas_reads(name: str) -> None:
    rows, expected = load_tables().rows(name), records(load_tables()[name])
    assert rows == expected
    assert [list(map(type, row.values())) for row in rows] == [list(map(type, row.values())) for row in expected]


FIELDS = [{"name": "what", "type": "string"}, {"name": "n", "type": "integer"}, {"name": "ok", "type": "boolean"}]


def written(folder: Path, text: str) -> Tables:
    (folder / "things.csv").write_text(text, encoding="utf-8")
    (folder / "things.schema.json").write_text(json.dumps({"fields": FIELDS}), encoding="utf-8")
    return Tables(folder)


def test_an_empty_cell_is_none(tmp_path: Path) -> None:
    tables = written(tmp_path, 'what,n,ok\n"a, b",1,true\n,,\nNA,-2,false\n')
    assert tables.rows("things") == [
        {"what": "a, b", "n": 1, "ok": True},
        {"what": None, "n": None, "ok": None},
        {"what": "NA", "n": -2, "ok": False},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("what,n,ok\na,1.5,true\n", "does not fit its schema"),
        ("what,n,ok\na,1,perhaps\n", "does not fit its schema"),
        ("what,n\na,1\n", "must have the columns what, n, ok, got what, n"),
    ],
)
def test_what_does_not_fit_is_refused_in_both_ways(tmp_path: Path, text: str, said: str) -> None:
    tables = written(tmp_path, text)
    with pytest.raises(TableError, match=said):
        tables.rows("things")
    with pytest.raises(TableError, match=said):
        tables["things"]


def test_a_table_without_a_schema_is_refused(tmp_path: Path) -> None:
    (tmp_path / "things.csv").write_text("what\na\n", encoding="utf-8")
    with pytest.raises(TableError, match="has no schema"):
        Tables(tmp_path).rows("things")
