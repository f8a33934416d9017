"""Old base pay by the Employment Cost Index: the table against other witnesses, cases by hand, and what is refused."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from command_line import answered
from pay_files import REPORT, TABLES, add, sheet

from compkit.cli.main import run
from compkit.errors import OutOfRangeError
from compkit.paydata import aged_base

INDEX = {(row["year"], row["quarter"]): float(row["index"]) for row in TABLES.rows("employment_cost_index")}
TWELVE_MONTHS = {
    (2011, 3): 1.7, (2011, 4): 1.6, (2012, 4): 1.7, (2013, 4): 2.1, (2014, 2): 1.9, (2015, 2): 2.2,
    (2021, 3): 4.6, (2021, 4): 5.0, (2022, 1): 5.0, (2022, 3): 5.2, (2022, 4): 5.1, (2023, 1): 5.1, (2023, 3): 4.5,
    (2023, 4): 4.3, (2024, 3): 3.8, (2024, 4): 3.7, (2026, 1): 3.4,
}  # fmt: skip
"""Percent change over twelve months, as the bureau's releases and those who quote them give it."""
ADJUSTED = """
117.4 118.0 118.4 119.1 119.4 120.2 121.1 121.8 122.6 122.8 123.6 124.3 125.1 126.0 126.6 127.3 128.2 129.0 129.9 130.8
131.9 132.8 134.0 134.9 135.8 136.8 138.0 138.9 140.3 140.8 141.6 142.8 144.5 145.8 148.1 149.8 151.7 154.1 155.9
"""
"""The seasonally adjusted index from the first quarter of 2013 on, from a copy of the Federal Reserve's database."""


def test_every_quarter_is_there_once() -> None:
    expected = [(year, quarter) for year in range(2010, 2027) for quarter in (1, 2, 3, 4)][:-2]
    assert [(row["year"], row["quarter"]) for row in TABLES.rows("employment_cost_index")] == expected


def test_twelve_month_changes_are_the_published_ones() -> None:
    found = {
        (year, quarter): round(100 * (INDEX[year, quarter] / INDEX[year - 1, quarter] - 1), 1)
        for year, quarter in TWELVE_MONTHS
    }
    assert found == TWELVE_MONTHS


def test_levels_are_those_of_a_release_and_near_the_seasonally_adjusted_ones() -> None:
    assert (INDEX[2010, 4], INDEX[2011, 3], INDEX[2011, 4]) == (112.8, 114.3, 114.6)  # its table 9, January 2012
    quarters = [key for key in INDEX if (2013, 1) <= key <= (2022, 3)]
    apart = [abs(INDEX[key] - float(value)) for key, value in zip(quarters, ADJUSTED.split(), strict=True)]
    assert max(apart) < 0.25


@pytest.mark.parametrize(
    ("base", "day", "to", "aged"),
    [
        # 2021 Q2 is 145.9, 2025 Q1 is 171.9: 150,000 x 171.9 / 145.9 = 25,785,000 / 145.9
        (150_000, "2021-05-14", "2025-02-01", 176_730.637423),
        # The last day of 2019 Q1 is 135.9, the first of Q2 is 136.9; 2022 Q4 is 157.4.
        (135_900, "2019-03-31", "2022-10-01", 157_400),
        (136_900, "2019-04-01", "2022-12-31", 157_400),
        # Within one quarter nothing changes.
        (160_000, "2020-07-01", "2020-09-30", 160_000),
        # 2010 Q1 is 111.4 and 2026 Q2 is 179.304, the first and the last.
        (111_400, "2010-01-01", "2026-06-30", 179_304),
    ],
)
def test_cases_by_hand(base: float, day: str, to: str, aged: float) -> None:
    found = aged_base([base], [dt.date.fromisoformat(day)], dt.date.fromisoformat(to), TABLES)
    assert found.tolist() == pytest.approx([aged], abs=1e-4)


@pytest.mark.parametrize(
    ("day", "to", "said"),
    [
        ("2009-12-31", "2020-01-01", "the day of base pay to age must be from 2010-01-01 to 2026-06-30"),
        ("2026-07-01", "2026-06-30", "the day of base pay to age must be from 2010-01-01 to 2026-06-30"),
        ("2020-01-01", "2026-07-01", "the day to age base pay to must be from 2010-01-01 to 2026-06-30"),
    ],
)
def test_nothing_is_extrapolated(day: str, to: str, said: str) -> None:
    with pytest.raises(OutOfRangeError, match=said):
        aged_base([150_000], [dt.date.fromisoformat(day)], dt.date.fromisoformat(to), TABLES)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Five reports of May 2021, and one without a date that cannot be aged."""
    like = REPORT | {"timestamp": "5/14/2021 10:00:00", "stockgrantvalue": "0", "bonus": "0"}
    bases = (130_000, 140_000, 150_000, 155_000, 160_000)
    rows = [like | {"basesalary": str(base), "totalyearlycompensation": str(base)} for base in bases]
    undated = like | {"timestamp": "", "basesalary": "400000", "totalyearlycompensation": "400000"}
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [*rows, undated]))
    return tmp_path / "s"


def test_a_query_ages_base_pay_on_request(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("paydata", "query", "--company", "Amazon", "--measure", "base", "--store", store)
    plain, aged = (answered(*asked, *more)[1] for more in ((), ("--aged-to", "2025-02-01")))
    assert (plain["n"], plain["aged_to"]) == (6, None)
    assert (aged["n"], aged["aged_to"]) == (5, "2025-02-01")
    assert aged["p50"] == pytest.approx(176_730.637423)
    assert run([*map(str, asked), "--aged-to", "2025-02-01"]) == 0
    assert "Base pay is brought to the first quarter of 2025 by the Employment Cost Index" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--aged-to", "2025-02-01"), "--aged-to ages base pay only, since stock and bonus don't follow wages."),
        (("--measure", "base", "--aged-to", "2026-07-01"), "the day to age base pay to must be from 2010-01-01"),
        (("--measure", "base", "--aged-to", "tomorrow"), "Invalid value for '--aged-to'"),
    ],
)
def test_what_a_query_refuses(
    store: Path, more: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["paydata", "query", "--store", str(store), *more]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
