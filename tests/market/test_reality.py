"""The guide's bands against reports, worked out by hand."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from command_line import answered
from pay_files import FILING, REPORT, add, sheet

from compkit.cli.main import run
from compkit.errors import InputError
from compkit.market import load_market_intelligence

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


def test_only_base_pay_is_aged(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # June 2021 is 145.9, June 2022 is 154.2: 160,000 x 154.2 / 145.9 = 24,672,000 / 145.9 = 169,102.12
    answer = answered("paydata", "check", "--aged-to", "2022-06-15", "--store", store)[1]
    assert answer["base_aged_to"] == "2022-06-15"
    medians = {one["band"]: one["p50"] for one in answer["bands"] if (one["since"], one["tenure"]) == (None, "new")}
    assert medians["base_salary"] == pytest.approx(169_102.1247, abs=1e-3)
    assert (medians["rsu_4yr"], medians["total_4yr_avg"]) == (80_000, 240_000)
    assert run(["paydata", "check", "--aged-to", "2022-06-15", "--store", str(store)]) == 0
    assert "brought to the second quarter of 2022 by the Employment Cost Index" in capsys.readouterr().out


def test_filings_are_apart_by_place_employment_and_era(tmp_path: Path) -> None:
    # Base offered to managers: five new ones before the cap was raised, five after, two continuations, and others.
    like = FILING | {"EMPLOYER_NAME": "AMAZON.COM SERVICES LLC", "JOB_TITLE": "SOFTWARE DEVELOPMENT MANAGER",
                     "WORKSITE_CITY": "SEATTLE"}  # fmt: skip
    filed = [("2021-05-01", 150_000 + 1_000 * k, {}) for k in range(5)]
    filed += [("2022-05-01", 170_000 + 2_000 * k, {}) for k in range(5)]
    filed += [("2022-05-02", 400_000, {"NEW_EMPLOYMENT": "0", "CONTINUED_EMPLOYMENT": "1"})] * 2
    filed += [
        ("2022-05-03", 90_000, {"JOB_TITLE": "SOFTWARE ENGINEER"}),
        ("2022-05-03", 91_000, {"EMPLOYER_NAME": "X"}),
    ]
    # Another copy of the same filings must not count again, nor one without a date.
    copied = {"employer": "amazon.com services llc", "job title": "software development manager",
              "base salary": "500000", "city": "Seattle", "state": "WA", "submit date": "05/01/2022",
              "case status": "certified"}  # fmt: skip
    rows = [
        like | {"CASE_NUMBER": f"I-{at}", "DECISION_DATE": day, "WAGE_RATE_OF_PAY_FROM": str(wage)} | other
        for at, (day, wage, other) in enumerate(filed)
    ]
    add(
        tmp_path / "s",
        sheet(tmp_path / "lca.csv", rows),
        sheet(tmp_path / "h1b.csv", [copied, copied | {"submit date": ""}]),
    )
    found = load_market_intelligence(tmp_path / "s")
    told = {(one.location, one.employment, one.reports.since): one.reports for one in found.filings}
    raised = dt.date(2022, 2, 7)
    assert set(told) == {("Seattle", "new", None), ("Seattle", "new", raised), ("Seattle", "continued", raised)}
    assert told["Seattle", "new", None].percentiles.p50 == 152_000
    assert told["Seattle", "new", raised].percentiles.p50 == 174_000
    assert told["Seattle", "new", raised].kinds == ("lca",)
    few = told["Seattle", "continued", raised]
    assert (few.percentiles.n, few.percentiles.p50, few.few) == (2, None, (400_000, 400_000))
    assert "400000" not in repr(few)
    assert (found.n_untold, found.n_undated_filings) == (0, 1)
    assert found.checks == []  # no level is read out of a title


def test_what_stands_beside_the_bands(store: Path) -> None:
    found = load_market_intelligence(store)
    assert (found.is_sample, found.n_untold, found.premium, found.guide_premium) == (False, 1, None, (0.10, 0.35))
    assert found.no_premium.startswith("No AI/ML premium: of 0 usable rows 0 are marked")
    first = found.checks[0].reports
    assert (first.first, first.last, first.kinds, first.few) == (
        dt.date(2021, 6, 1), dt.date(2021, 6, 5), ("levels-fyi",), ()
    )  # fmt: skip


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compkit.paydata.packages.find_spec", lambda _name: None)
    with pytest.raises(InputError, match="Install them: pip install cleanco duckdb"):
        load_market_intelligence("sample")


def test_a_day_to_age_to_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="aged_to must be a date with its year"):
        load_market_intelligence("sample", aged_to="soon")
