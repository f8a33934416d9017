"""The year of the start as the year of a move: from the offers file to the cash plan, and what is said of it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from compkit.analysis import LocationAnalysis, load_location_analysis
from compkit.cli import run
from compkit.pay.present_job import EarlierPay
from compkit.reference.tables import load_tables
from compkit.report import location_caveats
from compkit.tax import Move, TaxTables, household_tax
from compkit.tax.withholding import Residence, cash_plan

LAW = TaxTables(load_tables())
FILE = """\
schema: compkit/offers@1
candidate:
  residence: {residence}
  current: {{base_salary: 180000, annual_bonus: 20000, next_bonus_on: 2026-02-15{current}}}
offers:
  - {{id: new, company: Amazon, level: L6, location: {place}, base_salary: 170000, start_date: {start}{more}}}
"""


def offers_file(
    folder: Path, place: str, current: str = "", start: str = "2026-07-01", more: str = "", residence: str = "Seattle"
) -> str:
    path = folder / "offers.yaml"
    current = f", location: {current}" if current else ""
    text = FILE.format(place=place, current=current, start=start, more=more, residence=residence)
    path.write_text(text, encoding="utf-8")
    return str(path)


def analysis(folder: Path, *of: str, **more: str) -> LocationAnalysis:
    return load_location_analysis(offers_file(folder, *of, **more), "new", report_date="2026-01-02")


def first(found: LocationAnalysis) -> pd.Series:
    assert found.cash_plan is not None
    return found.cash_plan.iloc[0]


def one_year(place: str, move: Move | None, base: float, n_months: int, earlier: EarlierPay) -> pd.Series:
    """Return the cash plan of 2025."""
    columns = {"n_months": [n_months], "base": [base], "bonus": [0.0], "sign_on": [0.0], "equity": [0.0]}
    paid = pd.DataFrame(columns, index=pd.Index([2025], name="calendar_year"))
    return cash_plan(paid, Residence(place, "single"), LAW, earlier, move).iloc[0]


def test_each_employer_withholds_for_its_state() -> None:
    """California's part of 240,000 as in tests/cases/part_year.csv; its salary and stock are withheld from as there."""
    move = Move("San Francisco", dt.date(2025, 6, 1), 0.0)
    plan = one_year("Austin", move, 140_000.0, 7, EarlierPay(100_000.0, 0.0, 5.0))
    assert plan["state_tax"] == pytest.approx(7531.26, abs=0.01)
    # 5 of 12 months of the tax on 240,000, 18,074.98.
    assert plan["state_withheld"] == pytest.approx(7531.24, abs=0.01)
    # Both employers stay below the wage base of 176,100: 6.2 % x (240,000 - 176,100).
    assert plan["social_security_excess"] == pytest.approx(3961.80)
    plan = one_year("Austin", move, 140_000.0, 7, EarlierPay(80_000.0, 20_000.0, 5.0))
    # On 80,000 in 5 months 192,000 a year: 3,201.97 + 9.3 % x (186,294 - 72,724) - 153 = 13,610.98 for 5/12 of it;
    # and 10.23 % of 20,000.
    assert plan["state_withheld"] == pytest.approx(13_610.98 * 5 / 12 + 2046, abs=0.01)


def test_a_state_without_a_flat_rate_withholds_what_it_takes_of_its_part() -> None:
    move = Move("Jersey City", dt.date(2025, 7, 15), 0.0)
    plan = one_year("Austin", move, 100_000.0, 6, EarlierPay(0.0, 100_000.0, 6.5))
    assert plan["state_tax"] == plan["state_withheld"] == pytest.approx(4211.90, abs=0.01)


def test_the_place_of_the_current_job_makes_a_move(tmp_path: Path) -> None:
    found = analysis(tmp_path, "Austin", "San Francisco")
    plan = first(found)
    earlier = 90_000 + 20_000
    assert plan["earlier_wages"] == earlier
    move = Move("San Francisco", dt.date(2026, 7, 1), earlier)
    taxed = household_tax(earlier + 85_000, "Austin", "single", 2026, LAW, move=move, deduction="best").iloc[0]
    assert plan["state_tax"] == pytest.approx(taxed["state_income_tax"])
    assert plan["net"] == pytest.approx(taxed["net_pay"])
    assert "We assume that you move from San Francisco to Austin on the first day of work" in found.plan_notes[0]
    stayed = analysis(tmp_path, "Austin")
    assert first(stayed)["state_tax"] == 0
    assert found.cash_plan is not None
    assert stayed.cash_plan is not None
    assert_frame_equal(found.cash_plan.iloc[2:], stayed.cash_plan.iloc[2:])
    assert found.table.equals(stayed.table)


def test_a_counted_move_is_not_called_left_out(tmp_path: Path) -> None:
    """The page said below its cash plan that a move within a year is not modeled."""
    words = "moving between states within a year"
    moved, stayed = (location_caveats(analysis(tmp_path, "Austin", place)).items for place in ("San Francisco", ""))
    assert not any(words in note for note in moved)
    assert any(words in note for note in stayed)


@pytest.mark.parametrize(("household", "moves"), [("children: 2", False), ("housing: rent", True)])
def test_a_household_is_taxed_at_the_new_home_in_the_year_of_a_move(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], *, household: str, moves: bool
) -> None:
    """And the command says so, with what it assumes of withholding; a home alone changes no tax, so the move counts."""
    path = Path(offers_file(tmp_path, "Austin", "San Francisco"))
    told = path.read_text(encoding="utf-8").replace("  current:", f"  household: {{{household}}}\n  current:")
    path.write_text(told, encoding="utf-8")
    found = load_location_analysis(str(path), "new", report_date="2026-01-02")
    assert (found.first_year.move is not None) == moves
    assert (first(found)["state_tax"] > 0) == moves
    assert run(["withholding", str(path)]) == 0
    said = capsys.readouterr().out
    assert ("how two places share the rest of a household's year is not modeled." in said) != moves
    assert ("by a W-4 that says only how you file" in said) != moves
    assert run(["withholding", str(path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["offers"][0]
    assert ("assumptions" in answer) != moves
    assert ("adjusted_gross_income" in answer["calendar_years"][0]) != moves


def test_what_is_not_settled_counts_the_place_left_for_its_year(tmp_path: Path) -> None:
    moved, stayed = (analysis(tmp_path, "Seattle", place, start="2027-07-01") for place in ("San Diego", ""))
    of_california = {each.figure for each in moved.own_projections} - {each.figure for each in stayed.own_projections}
    assert of_california
    assert all("California" in figure for figure in of_california)


def test_a_transfer_has_one_employer_and_two_states(tmp_path: Path) -> None:
    plan = first(analysis(tmp_path, "Boston", "San Francisco", more=", candidate_type: internal"))
    assert plan["social_security_excess"] == 0
    assert plan["state_withheld"] == pytest.approx(
        first(analysis(tmp_path, "Boston", "San Francisco"))["state_withheld"]
    )


def test_stock_granted_before_a_transfer_counts_for_the_old_state_by_days(tmp_path: Path) -> None:
    """400,000 over 4 years in quarters, granted July 1, 2025; the move is on July 1, 2026: 365 days after it.

    Four quarters have accrued and vest in July, to July 31; then 25,000 each to September 30 and December 31, 2026.
    """
    grant = ", candidate_type: internal, equity: [{value: 400000, start_month: -12, vesting: even-4-year-quarterly}]"
    move = analysis(tmp_path, "New York", "San Francisco", more=grant).first_year.move
    assert move is not None
    expected = 100_000 * 365 / 396 + 25_000 * 365 / 457 + 25_000 * 365 / 549
    assert move.vested_after == pytest.approx(expected, abs=0.01)
    assert move.earned_before == pytest.approx(110_000 + expected, abs=0.01)
    hired = analysis(tmp_path, "New York", "San Francisco", more=grant.replace("internal", "external")).first_year.move
    assert hired is not None
    assert hired.vested_after == 0


@pytest.mark.parametrize(
    ("place", "current", "start", "more", "said"),
    [
        ("Austin", "", "2026-07-01", "", "If you move from another state, enter current.location"),
        ("New York", "Austin", "2026-07-01", ", residence: Jersey City", "a move is modeled only to where you work"),
        ("Austin", "Elsewhere", "2026-07-01", "", "we have no taxes for Elsewhere."),
        ("San Francisco", "Oakland", "2026-07-01", "", ""),
        ("Austin", "San Francisco", "2026-01-01", "", ""),
    ],
)
def test_all_else_is_taxed_as_at_the_new_home(
    tmp_path: Path, place: str, current: str, start: str, more: str, said: str
) -> None:
    found, before = (analysis(tmp_path, place, where, start=start, more=more) for where in (current, ""))
    assert found.cash_plan is not None
    assert before.cash_plan is not None
    assert_frame_equal(found.cash_plan, before.cash_plan)
    assert found.first_year.assumption.endswith(said) or said in found.first_year.assumption
    assert bool(found.first_year.assumption) == bool(said)


def test_a_rule_that_was_not_read_is_named_where_the_figures_are(tmp_path: Path) -> None:
    """Of Multnomah County, 2026, each figure was read in its own words, but not how it taxes part of a year."""
    moved, settled = (analysis(tmp_path, "Portland", current) for current in ("Austin", ""))
    assert set(moved.unverified_taxes) - set(settled.unverified_taxes) == {"Multnomah County"}


def test_a_state_without_a_rule_is_taxed_as_at_the_new_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TaxTables, "part_year_rules", property(lambda _: {}))
    found, before = (analysis(tmp_path, "Portland", current, start="2026-07-01") for current in ("Austin", ""))
    assert "how Oregon taxes part of a year is not modeled" in found.first_year.assumption
    assert found.cash_plan is not None
    assert before.cash_plan is not None
    assert_frame_equal(found.cash_plan, before.cash_plan)


def test_the_command_and_the_page_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = offers_file(tmp_path, "Austin", "San Francisco")
    assert run(["withholding", file]) == 0
    assert "We assume that you move from San Francisco to Austin" in capsys.readouterr().out
    assert run(["withholding", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["offers"][0]["moved_from"] == "San Francisco"


def test_an_unknown_place_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["validate", offers_file(tmp_path, "Austin", "Atlantis")]) == 2
    assert "current.location must be a place we know, got 'Atlantis'" in capsys.readouterr().err
