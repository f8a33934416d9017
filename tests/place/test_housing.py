"""Rent, the home a household has, childcare, and a spouse who keeps a job at home: what is kept in each place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from compkit.analysis import load_location_analysis
from compkit.cli import run
from compkit.report import cash_plan_table, location_answers, location_next_steps, net_years_table

FILE = """candidate:
  filing_status: STATUS
  residence: Austin
  household: {HOUSEHOLD}
offers:
- {id: miami, company: Acme, level: L6, location: Miami, base_salary: 200000, start_date: 2026-01-01SPOUSE}
- {id: austin, company: Bolt, level: L6, location: Austin, base_salary: 200000, start_date: 2026-01-01}
"""

# 2026, single, 200,000: 36,734 (1,240 + 4,560 + 12,166 + 24 % of 78,200) of federal tax with the standard deduction,
# 11,439 of Social Security, 2,900 of Medicare.
NET = 200_000 - 36_734 - 11_439 - 2_900
# Itemized, 40,000 + 10,000 instead of 16,100, at 24 %.
DEDUCTED = 8_136
# HUD, fiscal year 2026, a month: one bedroom, two bedrooms.
AUSTIN, MIAMI = (1_562, 1_852), (1_995, 2_436)
MORTGAGE = "mortgage_interest: 40000, property_tax: 10000"


def offers_file(tmp_path: Path, household: str, spouse: str = "", status: str = "single") -> str:
    path = tmp_path / "offers.yaml"
    text = FILE.replace("HOUSEHOLD", household).replace("SPOUSE", spouse).replace("STATUS", status)
    path.write_text(text, encoding="utf-8")
    return str(path)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def places(capsys: pytest.CaptureFixture[str], path: str, *more: str, offer: int = 0) -> dict[str, dict[str, Any]]:
    rows = answer(capsys, "locations", path, "--years", "1", *more)["offers"][offer]["places"]
    return {row["place"]: row for row in rows}


@pytest.mark.parametrize(
    ("household", "more", "at_home", "away"),
    [
        (f"housing: own, housing_cost: 30000, {MORTGAGE}", (), NET + DEDUCTED - 30_000, NET - 12 * MIAMI[0]),
        (f"housing: own, {MORTGAGE}", (), NET + DEDUCTED - 50_000, NET - 12 * MIAMI[0]),
        ("housing: own, housing_cost: 0", ("--bedrooms", "2"), NET, NET - 12 * MIAMI[1]),
        ("housing: rent, housing_cost: 15000", (), NET - 15_000, NET - 12 * MIAMI[0]),
        ("housing: rent", (), NET - 12 * AUSTIN[0], NET - 12 * MIAMI[0]),
        # A renter may pay interest on another house: it is deducted everywhere, and rent is counted.
        (f"housing: rent, {MORTGAGE}", (), NET + DEDUCTED - 12 * AUSTIN[0], NET + DEDUCTED - 12 * MIAMI[0]),
        # As before: nothing is said of the home.
        (MORTGAGE, (), NET + DEDUCTED, NET + DEDUCTED),
        (MORTGAGE, ("--bedrooms", "1"), NET + DEDUCTED - 12 * AUSTIN[0], NET + DEDUCTED - 12 * MIAMI[0]),
        # A child's 2,200 and 20 % of 3,000 of childcare.
        ("children: 1, childcare: 12000", (), NET + 2_800 - 12_000 - 12 * AUSTIN[1],
         NET + 2_800 - 12_000 - 12 * MIAMI[1]),
        (f"children: 1, childcare: 12000, {MORTGAGE}", (), NET + DEDUCTED + 2_800 - 12_000,
         NET + DEDUCTED + 2_800 - 12_000),
    ],
)  # fmt: skip
def test_what_is_kept_at_home_and_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], household: str, more: tuple[str, ...], at_home: float,
    away: float,
) -> None:  # fmt: skip
    path = offers_file(tmp_path, household)
    found = places(capsys, path, *more)
    assert found["Miami"]["kept"] == pytest.approx(away)
    assert found["Austin"]["kept"] == pytest.approx(at_home)
    assert places(capsys, path, *more, offer=1)["Austin"]["kept"] == pytest.approx(at_home)


def test_at_home_the_spouse_keeps_the_job(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the city of today the offer in Miami leaves what the one at home does, which doesn't end the spouse's job."""
    path = offers_file(tmp_path, "spouse_wages: 60000", ", spouse_wages: 0", "married_joint")
    moving, staying = (places(capsys, path, offer=offer) for offer in (0, 1))
    assert moving["Austin"]["net"] == pytest.approx(staying["Austin"]["net"])
    assert moving["Miami"]["net"] < staying["Austin"]["net"] - 30_000
    assert run(["locations", path]) == 0
    said = "In Austin your spouse earns $60,000, elsewhere $0, as this offer says."
    assert capsys.readouterr().out.count(said) == 1


def test_taxes_are_a_share_of_the_households_income(tmp_path: Path) -> None:
    """In Austin 240,000 with 60,000 of the spouse's pay 53,500 (35,140 + 14,880 + 3,480), 22.3% of it."""
    path = offers_file(tmp_path, "spouse_wages: 60000", status="married_joint").replace("miami", "austin")
    text = Path(path).read_text(encoding="utf-8").replace("base_salary: 200000", "base_salary: 180000")
    Path(path).write_text(text, encoding="utf-8")
    analysis = load_location_analysis(path, "austin", report_date="2026-01-01", n_years=1)
    taxes = location_answers(analysis)["taxes"]
    assert taxes is not None
    assert taxes.text.startswith("22.3% of income in Austin")
    assert "household's" in repr(net_years_table(analysis))


def test_a_home_is_among_the_places_once_something_is_said_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = offers_file(tmp_path, "housing: rent")
    Path(path).write_text(Path(path).read_text(encoding="utf-8").replace("Austin", "Denver"), encoding="utf-8")
    assert list(places(capsys, path))[:2] == ["Miami", "Denver"]
    Path(path).write_text(Path(path).read_text(encoding="utf-8").replace("housing: rent", ""), encoding="utf-8")
    assert "Denver" not in places(capsys, path)


@pytest.mark.parametrize("figure", ["Austin kept", "Miami kept", "Miami rent"])
@pytest.mark.parametrize("cost", ["", ", housing_cost: 30000"])
def test_what_is_kept_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], figure: str, cost: str) -> None:
    path = offers_file(tmp_path, f"housing: own, children: 1, childcare: 12000, {MORTGAGE}{cost}")
    row = answer(capsys, "locations", path)["offers"][0]["places"]
    place, name = figure.split()
    expected = next(each[name] for each in row if each["place"] == place)
    assert answer(capsys, "explain", path, "--offer", "miami", figure)["value"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(
    ("household", "said", "n_checks"),
    [
        ("spouse_wages: 60000", "Your spouse's wages are salary all year.", 1),
        ("children: 1, traditional_401k: 9000", "Payroll takes what you save before tax", 0),
        ("housing: rent", "", 0),
    ],
)
def test_the_page_says_how_the_cash_plan_counts_the_household(
    tmp_path: Path, household: str, said: str, n_checks: int
) -> None:
    path = offers_file(tmp_path, household, status="married_joint")
    analysis = load_location_analysis(path, "miami")
    notes = [note for note in analysis.plan_notes if "The cash plan is your household's" in note]
    assert len(notes) == bool(said)
    assert all(said in note for note in notes)
    assert all(note in repr(cash_plan_table(analysis)) for note in notes)
    assert ("Spouse's wages" in repr(cash_plan_table(analysis))) == bool(n_checks)
    steps = location_next_steps(analysis).items
    assert sum("withheld from both of you" in step for step in steps) == n_checks


def test_the_command_names_what_it_takes_off(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = offers_file(tmp_path, f"housing: own, housing_cost: 30000, children: 1, childcare: 12000, {MORTGAGE}")
    assert run(["locations", path]) == 0
    said = capsys.readouterr().out
    assert "after tax  housing  childcare  you keep" in said
    assert "Your own home in Austin costs $30,000 a year. Elsewhere you rent, and deduct neither" in said
    assert run(["locations", offers_file(tmp_path, "housing: rent, housing_cost: 15000")]) == 0
    said = capsys.readouterr().out
    assert "In Austin your rent is $15,000 a year." in said
    assert "childcare" not in said


@pytest.mark.parametrize(
    ("household", "said"),
    [
        ("housing_cost: 30000", "household.housing_cost needs household.housing: rent or own. Add it."),
        ("housing: lease", "household.housing must be"),
        ("housing: own, housing_cost: -1", "household.housing_cost must not be negative"),
    ],
)
def test_what_a_file_may_not_say_of_a_home(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], household: str, said: str
) -> None:
    assert run(["validate", offers_file(tmp_path, household)]) == 2
    assert said in capsys.readouterr().err


def test_a_home_needs_a_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(offers_file(tmp_path, "housing: own"))
    path.write_text(path.read_text(encoding="utf-8").replace("  residence: Austin\n", ""), encoding="utf-8")
    assert run(["validate", str(path)]) == 2
    assert "household.housing needs a residence" in capsys.readouterr().err
