"""`compkit explain`: what it prints, what its JSON holds, what it refuses."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from compkit.cli import run
from compkit.explanation.derivation import defined, node
from compkit.reference.tables import load_tables
from compkit.report import derivation_json
from tests.derivation_laws import BY_HAND

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
BEFORE = "amazon-l6-seattle-before"
WORKED = """\
offers:
  - {id: worked, company: Amazon, level: L6, location: Seattle, base_salary: 175000, sign_on: [80000, 60000],
     equity: [{value: 300000, grant_price: 200, vesting: amazon}]}
"""
YEAR_1_EQUITY = """\
worked: Amazon L6, Seattle; 4 years, stock at a flat share price
year 1 equity = $15,000  (1,500 shares \N{MULTIPLICATION SIGN} 5% \N{MULTIPLICATION SIGN} $200)
  shares granted = 1,500 shares  ($300,000 / $200)
    value of the whole grant = $300,000  (your file: equity[0].value)
    grant price = $200 a share  (your file: equity[0].grant_price)
  portion that vests 12 months after the grant = 5%  (vesting_schedules.csv: amazon, month 12,
      unverified [1])
  share price today = $200 a share  (your file: equity[0].grant_price)
"""
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    path = tmp_path / "worked.yaml"
    path.write_text(WORKED, encoding="utf-8")
    return path


def said(capsys: Capture, file: Path, *arguments: str, offer: str = BEFORE) -> str:
    assert run(["explain", str(file), "--offer", offer, *arguments]) == 0
    return capsys.readouterr().out


def answered(capsys: Capture, file: Path, *arguments: str, offer: str = BEFORE) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(capsys, file, *arguments, "--json", offer=offer))
    return found


def refused(capsys: Capture, *arguments: str) -> str:
    assert run(["explain", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_the_tree_by_hand(worked: Path, capsys: Capture) -> None:
    printed = said(capsys, worked, "year", "1", "equity", offer="worked")
    tree, _, foot = printed.partition("\n\n")
    assert tree + "\n" == YEAR_1_EQUITY
    guide = load_tables().sources["guide"]
    assert f"Your file: {worked}" in foot.replace("\n    ", " ")
    for told in ("[1]", guide.title, guide.publisher, "August 1", guide.url, "Unverified: "):
        assert told in foot


@pytest.mark.parametrize(
    "figure", ["total", "net", "simulated total p50", "ask total", "calendar year 2028 set_aside", "decision score"]
)
def test_lines_are_short_and_say_what_a_person_can_read(figure: str, capsys: Capture) -> None:
    for line in said(capsys, SAMPLE, figure).splitlines():
        assert len(line) <= 100 or line.strip().startswith("http"), line
        for word in ("None", "nan", "TypedField", "TableRow", "Assumption("):
            assert word not in line, line


def test_what_was_explained_once_is_not_explained_again(capsys: Capture) -> None:
    lines = said(capsys, SAMPLE, "total").splitlines()
    assert sum("value of the whole grant" in line for line in lines) == 1
    assert (
        sum(
            "(1,500 shares \N{MULTIPLICATION SIGN} 20% \N{MULTIPLICATION SIGN} $200; vesting_schedules.csv" in line
            for line in lines
        )
        == 4
    )
    printed = said(capsys, SAMPLE, "calendar year 2027 federal_withheld", offer="amazon-l7-new-york")
    assert "flat rate on bonus, sign-on and stock = 22%  (as above)" in printed
    assert printed.count("start of federal bracket 2, projected to 2027") == 1


def test_sums_can_be_checked_with_a_calculator(capsys: Capture) -> None:
    """1.45 % of 343,500 is 4,980.75, and 0.9 % of what lies above 200,000 is 1,291.50: 6,272.25 together."""
    printed = said(capsys, SAMPLE, "New York medicare", offer="harbor-finch-vp")
    assert "Medicare, 2027 = $6,272.25  ($4,980.75 + $1,291.50)" in printed


def test_a_lower_limit_is_told_only_where_it_decides(capsys: Capture) -> None:
    printed = said(capsys, SAMPLE, "calendar year 2028 state_tax", offer="meta-e6-san-francisco")
    assert "taxable income in California, 2028 = $359,801  ($366,000 \N{MINUS SIGN} $6,199)" in printed
    assert "no California exemption credit: $166 \N{MINUS SIGN} $222, but not below 0" in " ".join(printed.split())
    assert "rounded to the nearest whole dollar" in " ".join(printed.split())


def test_dates_are_in_words(capsys: Capture) -> None:
    printed = said(capsys, SAMPLE, "calendar year 2027 earlier_wages", offer="amazon-l7-new-york")
    assert "the job starts on March 1, 2027" in " ".join(printed.split())


def test_a_negative_balance_is_a_refund(capsys: Capture) -> None:
    printed = said(
        capsys,
        SAMPLE,
        "calendar year 2028 state_due",
        offer="meta-e6-san-francisco",
    )
    assert (
        "state_due = \N{MINUS SIGN}$1,377.80  ($29,592.62 \N{MINUS SIGN} $30,970.42; below 0, so a refund)" in printed
    )


def test_depth_cuts_the_tree(capsys: Capture) -> None:
    lines = said(capsys, SAMPLE, "total", "--depth", "1").splitlines()
    tree = lines[: lines.index("")]
    assert tree[1] == "total = $1,140,000  ($270,000 + $280,000 + $295,000 + $295,000)"
    assert [line.split(" = ")[0] for line in tree[2:]] == [f"  year {year} total" for year in range(1, 5)]
    cut = answered(capsys, SAMPLE, "total", "--depth", "1")
    assert [part["parts"] for part in cut["parts"]] == [[], [], [], []]


@pytest.mark.parametrize("figure", ["present_value", "Seattle medicare", "market total_4yr_avg compa_ratio"])
def test_the_json_adds_up(figure: str, capsys: Capture) -> None:
    """Each node's value follows from those of its parts, for who has nothing but the JSON; each leaf has an origin."""
    answer = answered(capsys, SAMPLE, figure, "--discount-rate", "0.05")
    assert list(answer)[:5] == ["offer", "figure", "value", "unit", "status"]
    assert answer["figure"] == figure
    sources = {source["source_id"] for source in answer["sources"]}
    waiting = [answer]
    while waiting:
        node = waiting.pop()
        if node["operation"] is None:
            assert node["parts"] == []
            assert node["origin"]["kind"] in ("field", "row", "assumption")
            assert node["origin"].get("source_id") in {*sources, None}
            continue
        values = [part["value"] for part in node["parts"]]
        recomputed = BY_HAND[node["operation"]](values)
        assert math.isclose(recomputed, node["value"], rel_tol=1e-9, abs_tol=1e-5), node["figure"]
        waiting += node["parts"]
    assert set(answer["sources"][0]) == {"source_id", "title", "publisher", "as_of", "url", "tables"}


def test_shared_parts_are_written_out_once() -> None:
    """Doubled 40 times, a dollar would have a trillion parts; each sum names its part twice, small ones in full."""
    sums = defined("a dollar", 1.0, "USD")
    for _ in range(40):
        sums = node("sum", "twice", [sums, sums])
    found = derivation_json(sums)
    assert found["value"] == 2.0**40
    first, second = found["parts"]
    assert (first["value"], second["value"]) == (2.0**39, 2.0**39)
    assert "repeated" not in first
    assert len(first["parts"]) == 2
    assert (second["repeated"], second["parts"]) == (True, [])
    small = derivation_json(node("sum", "twice", [defined("a dollar", 1.0, "USD")] * 2))
    assert not any("repeated" in part for part in small["parts"])


def test_the_scenario_is_told(capsys: Capture) -> None:
    """Year 2 at 15 % smoothly: 45,000 x 1.15^2 = 59,512.50."""
    answer = answered(capsys, SAMPLE, "year 2 equity", "--growth", "0.15")
    assert answer["value"] == pytest.approx(59_512.5)
    assert answer["assumptions"]["growth"] == 0.15
    printed = said(capsys, SAMPLE, "year 2 equity", "--growth", "0.15")
    assert "if the share price grows 15% a year, smoothly" in printed
    assert "assumed: the growth you set, applied smoothly" in printed.replace("\n        ", " ")


def test_the_simulation_says_how(capsys: Capture) -> None:
    printed = said(capsys, SAMPLE, "simulated total p5", offer="larkspur-ai-head-of-vision")
    told = " ".join(printed.split())
    assert "simulated: 10,000 paths, seed 0, volatility 0.35 (default, unverified)" in told


def test_without_a_figure_it_names_them(worked: Path, capsys: Capture) -> None:
    printed = said(capsys, worked, offer="worked")
    assert printed == said(capsys, worked, "--list", offer="worked")
    for name in ("guaranteed_cash", "Seattle net", "market base_salary penetration", "ask total"):
        assert name in printed
    assert "current job:" not in printed
    assert all(len(line) <= 100 for line in printed.splitlines())
    names = answered(capsys, worked, offer="worked")["figures"]
    assert "year 3 equity" in names["worth"]


def test_a_misspelt_figure_is_refused_with_the_nearest_and_the_list(worked: Path, capsys: Capture) -> None:
    told = refused(capsys, str(worked), "--offer", "worked", "guaranted_cash")
    assert told.splitlines()[-1] == (
        f"{worked}, offer 'worked': figure must be one of the report's, got 'guaranted_cash'. "
        "Did you mean 'guaranteed_cash'?"
    )
    assert "Seattle net" in told


def test_all_faults_are_told_at_once(worked: Path, capsys: Capture) -> None:
    options = ["--years", "99", "--growth", "-2", "--discount-rate", "-1", "--housing-share", "3"]
    told = refused(capsys, str(worked), "--offer", "wroked", "total", *options)
    assert len(told.splitlines()) == 5
    for word in (
        "growth_rate",
        "discount_rate",
        "years must be 1 to 8, got 99",
        "housing_share",
        "Did you mean 'worked'",
    ):
        assert word in told
    assert "must be a finite fraction above -1" in told


def test_a_file_with_faults_is_refused(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("offers: [{id: a, company: A, level: L6, location: Seatle, base_salary: x}]", encoding="utf-8")
    told = refused(capsys, str(path), "--offer", "a", "total", "--years", "0")
    assert "Did you mean 'Seattle'?" in told
    assert "base_salary" in told
    assert "years must be 1 to 8" in told


def test_what_overflows_is_refused(worked: Path, capsys: Capture) -> None:
    told = refused(capsys, str(worked), "--offer", "worked", "total", "--growth", "1e200", "--years", "8")
    assert "finite" in told
