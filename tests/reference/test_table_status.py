"""compkit data status: what has run out, is old, or unverified."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from compkit.cli import run
from compkit.reference.status import PAY_TABLES, WITNESSES_NEEDED, table_status, tax_status, tax_witnesses
from compkit.reference.tables import Tables, load_tables

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


def unread_tax_rows(tables: Tables) -> list[dict[str, object]]:
    """Return the tax rows whose publisher's document was not read."""
    return [
        row
        for table in ("tax_brackets", "tax_parameters")
        for row in tables.rows(table)
        if row["status"] == "unverified"
    ]


def test_tax_figures_are_counted_by_place_and_year() -> None:
    """Of Detroit, 2026, all seven figures were read in its own form; Texas has no figures to verify."""
    found = {(row.jurisdiction, row.year): row for row in tax_status(TABLES)}
    detroit = found["MI-DET", 2026]
    assert (detroit.name, detroit.n_verified, detroit.n_unverified) == ("Detroit", 7, 0)
    assert not any(code == "TX" for code, _ in found)
    before = found["MI-DET", 2025]
    assert (before.n_verified, before.n_unverified, before.n_witnessed) == (0, 7, 7)


def test_each_figure_of_a_published_year_was_read_or_has_two_witnesses() -> None:
    last = max(int(row["year"]) for row in TABLES.rows_where("tax_brackets", {"jurisdiction": "US"}))
    lacking = [row for row in unread_tax_rows(TABLES) if len(tax_witnesses(row, TABLES)) < WITNESSES_NEEDED]
    assert not [row for row in lacking if int(str(row["year"])) <= last]
    assert all(tax_witnesses(row, TABLES) for row in lacking), "a figure announced for a later year needs one source"
    assert not [state for state in tax_status(TABLES) if state.year <= last and state.n_without_proof]


def test_a_document_that_was_read_has_an_address() -> None:
    for table in ("tax_brackets", "tax_parameters"):
        for row in TABLES.rows(table):
            assert row["status"] == "unverified" or (TABLES.sources[row["source_id"]].url and row["note"]), row


def test_each_witness_speaks_of_a_figure_that_needs_one() -> None:
    spoken = {
        (row["jurisdiction"], row["tax"], source_id)
        for row in unread_tax_rows(TABLES)
        for source_id in tax_witnesses(row, TABLES)
    }
    for row in TABLES.rows("tax_witnesses"):
        assert (row["jurisdiction"], row["tax"], row["source_id"]) in spoken, row
        assert row["first_year"] <= row["last_year"], row


@pytest.mark.parametrize(("kept", "witnessed"), [(2, 3), (1, 0), (0, 0)])
def test_a_figure_that_loses_a_witness_is_counted_without_proof(tmp_path: Path, kept: int, witnessed: int) -> None:
    """Michigan's brackets of 2024: one row a filing status, two witnesses."""
    data = shutil.copytree(DATA, tmp_path / "data")
    path = data / "tax_witnesses.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    of_michigan = [line for line in lines if line.startswith("MI,income,brackets,2024,")]
    assert len(of_michigan) == WITNESSES_NEEDED
    path.write_text("".join(line for line in lines if line not in of_michigan[kept:]), encoding="utf-8")
    before, after = (
        next(state for state in tax_status(tables) if (state.jurisdiction, state.year) == ("MI", 2024))
        for tables in (TABLES, Tables(data))
    )
    assert after.n_unverified == before.n_unverified
    assert before.n_witnessed - after.n_witnessed == 3 - witnessed
    assert after.n_without_proof == 3 - witnessed


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "status", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = told["tables"]
    assert {"table", "n_rows", "n_unverified", "last_year", "has_run_out", "oldest_as_of", "is_old"} == set(found[0])
    assert all(0 <= row["n_witnessed"] <= row["n_unverified"] for row in told["taxes"])
    counted = sum(row["n_verified"] + row["n_unverified"] for row in told["taxes"])
    assert counted == sum(row["n_rows"] for row in found if row["table"] in ("tax_brackets", "tax_parameters"))
    assert run(["data", "status"]) == 0
    said = capsys.readouterr().out
    assert "vesting_schedules" in said
    assert "tables are sound" in said
    (detroit,) = (line for line in said.splitlines() if line.startswith("Detroit"))
    assert detroit.split() == ["Detroit", "0+7", "0+7", "7+0"]
