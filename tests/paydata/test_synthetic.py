"""The generated files: marked as synthetic, of the shapes they stand for, the same in both formats."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import openpyxl
from synthetic_pay import (
    LCA_COLUMNS,
    LEVELS_FYI_COLUMNS,
    SYNTHETIC,
    levels_fyi,
    reports,
    write_all,
    write_lca,
    write_sample,
)

from compkit.paydata import list_sources, sample_store
from compkit.reference import data_directory, load_tables


def test_each_file_says_that_it_is_synthetic(tmp_path: Path) -> None:
    for path in write_all(tmp_path).values():
        assert "synthetic" in path.name
        assert path.suffix == ".json" or SYNTHETIC in path.read_text(encoding="utf-8")


def test_shapes() -> None:
    assert (len(LEVELS_FYI_COLUMNS), len(set(LCA_COLUMNS)), len(LCA_COLUMNS)) == (29, 96, 96)
    frame, people = levels_fyi(300), reports(300)
    assert list(frame.columns) == LEVELS_FYI_COLUMNS
    assert (frame["totalyearlycompensation"] == people["total"]).all()
    parts = frame[["basesalary", "stockgrantvalue", "bonus"]].sum(axis=1)
    assert (parts - frame["totalyearlycompensation"]).abs().max() <= 1


def test_a_spreadsheet_holds_what_the_csv_file_holds(tmp_path: Path) -> None:
    write_lca(tmp_path / "one.csv", 50)
    write_lca(tmp_path / "one.xlsx", 50)
    with (tmp_path / "one.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    sheet = openpyxl.load_workbook(tmp_path / "one.xlsx", read_only=True).active
    found = [
        [f"{cell:%Y-%m-%d}" if isinstance(cell, dt.datetime) else "" if cell is None else cell for cell in row]
        for row in sheet.iter_rows(values_only=True, max_col=len(LCA_COLUMNS))
    ]
    assert len(found) == 51
    numbers = {"WAGE_RATE_OF_PAY_FROM", "PREVAILING_WAGE"}
    for name, ours, theirs in zip(LCA_COLUMNS, zip(*found, strict=True), zip(*expected, strict=True), strict=True):
        if name in numbers:
            assert [float(cell) for cell in ours[1:]] == [float(cell) for cell in theirs[1:]]
        else:
            assert [str(cell) for cell in ours] == list(theirs)


def test_the_notebooks_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    committed = data_directory() / "pay_samples"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in committed.iterdir())
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (committed / path.name).read_bytes(), path.name
        assert path.name.startswith("synthetic_")


def test_the_sample_loads_whole() -> None:
    with sample_store(load_tables()) as store:
        found = {one.kind: (one.fates.rows, one.fates.set_aside) for one in list_sources(store)}
    assert found == {
        "lca": (60, {}), "levels-fyi": (740, {}), "oews": (8, {"no occupation": 3}), "prevailing-wage": (5, {})
    }  # fmt: skip
