"""compkit data status: what has run out, is old, or unverified."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest

from compkit.cli import run
from compkit.reference.status import PAY_TABLES, table_status, tax_status
from compkit.reference.tables import load_tables

DATA = Path(__file__).parents[2] / "data"
TABLES = load_tables()


def test_unverified_rows_are_counted() -> None:
    for state in table_status(TABLES, dt.date(2026, 11, 22)):
        with (DATA / f"{state.table}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert state.n_rows == len(rows)
        assert state.n_unverified == sum(row.get("status") == "unverified" for row in rows)


@pytest.mark.parametrize(("year", "has_run_out"), [(2026, False), (2027, True)])
def test_tax_tables_run_out(year: int, has_run_out: bool) -> None:  # noqa: FBT001
    states = {state.table: state for state in table_status(TABLES, dt.date(year, 1, 1))}
    assert states["tax_brackets"].last_year == 2026
    assert states["tax_brackets"].has_run_out is has_run_out
    assert not states["bands"].has_run_out


@pytest.mark.parametrize(("day", "is_old"), [(dt.date(2026, 8, 1), False), (dt.date(2026, 8, 2), True)])
def test_bands_grow_old_after_a_year(day: dt.date, is_old: bool) -> None:  # noqa: FBT001
    states = {state.table: state for state in table_status(TABLES, day)}
    assert states["bands"].is_old is is_old
    assert not states["risk_factors"].is_old
    assert set(states) >= PAY_TABLES


def test_tax_figures_are_counted_by_place_and_year() -> None:
    """Of Detroit, 2026, all seven figures were read in its own form; Texas has no figures to verify."""
    found = {(row.jurisdiction, row.year): row for row in tax_status(TABLES)}
    detroit = found["MI-DET", 2026]
    assert (detroit.name, detroit.n_verified, detroit.n_unverified) == ("Detroit", 7, 0)
    assert not any(code == "TX" for code, _ in found)


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = told["tables"]
    assert {"table", "n_rows", "n_unverified", "last_year", "has_run_out", "oldest_as_of", "is_old"} == set(found[0])
    counted = sum(row["n_verified"] + row["n_unverified"] for row in told["taxes"])
    assert counted == sum(row["n_rows"] for row in found if row["table"] in ("tax_brackets", "tax_parameters"))
    assert run(["data", "status"]) == 0
    said = capsys.readouterr().out
    assert "vesting_schedules" in said
    assert "tables are sound" in said
