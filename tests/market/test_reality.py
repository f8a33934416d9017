"""The guide's bands against reports, worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import answered
from pay_files import REPORT, add, sheet

from compkit.cli.main import run

MANAGER = REPORT | {"level": "L6", "title": "Software Engineering Manager", "bonus": "0"}


def report(day: str, base: int, stock: int, **changes: str) -> dict[str, str]:
    return MANAGER | {
        "timestamp": f"{day} 10:00:00", "basesalary": str(base), "stockgrantvalue": str(stock),
        "totalyearlycompensation": str(base + stock),
    } | changes  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Five new offers before the cap was raised and five after, and reports that no check may count among them."""
    before = [
        report(f"6/{day}/2021", 160_000, stock)
        for day, stock in enumerate((50_000, 62_500, 80_000, 100_000, 120_000), 1)
    ]
    after = [
        report(f"6/{day}/2022", base, 70_000)
        for day, base in enumerate((160_000, 170_000, 180_000, 190_000, 200_000), 1)
    ]
    others = [
        report("7/1/2022", 300_000, 0, yearsatcompany="3"), report("7/2/2022", 300_000, 0, title="Product Manager"),
        report("7/3/2022", 300_000, 0, company="Google"), report("7/4/2022", 300_000, 0, location="Denver, CO"),
        report("", 300_000, 0) | {"timestamp": ""},
    ]  # fmt: skip
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [*before, *after, *others]))
    return tmp_path / "s"


def test_bands_are_held_against_like_reports(store: Path) -> None:
    # Seattle L6: base 170,000 to 190,000; average 225,000 to 290,000; grant 250,000 to 400,000, a quarter of it a year.
    code, answer, _ = answered("paydata", "check", "--store", store)
    assert code == 0
    found = {(one["band"], one["since"], one["tenure"]): one for one in answer["bands"]}
    shares = {key: (one["n"], one["below"], one["within"], one["above"]) for key, one in found.items()}
    since = "2022-02-07"
    assert shares == {
        ("base_salary", None, "new"): (5, 1, 0, 0),
        ("base_salary", since, "new"): (5, 0.2, 0.6, 0.2),
        ("base_salary", since, "stayed"): (1, None, None, None),
        ("rsu_4yr", None, "new"): (5, 0.2, 0.6, 0.2),
        ("rsu_4yr", since, "new"): (5, 0, 1, 0),
        ("total_4yr_avg", None, "new"): (5, 0.4, 0.6, 0),
        ("total_4yr_avg", since, "new"): (5, 0, 1, 0),
    } | {(band, since, "stayed"): (1, None, None, None) for band in ("rsu_4yr", "total_4yr_avg")}
    assert found["base_salary", since, "new"]["p50"] == 180_000
    assert (found["rsu_4yr", None, "new"]["low"], found["rsu_4yr", None, "new"]["high"]) == (62_500, 100_000)


def test_the_check_in_words(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["paydata", "check", "--store", str(store)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "L6 Seattle base salary from Feb 2022 new $170,000-$190,000 $180,000 5 20% 60% 20%" in lines
    assert lines[-1] == "3 more comparisons have too few reports."
