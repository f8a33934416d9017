"""One offer against everything: each part is that of its own module, under the same assumptions."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compkit.analysis.comparisons import load_comparison
from compkit.analysis.evaluation import Evaluation, first_year_totals, load_evaluation
from compkit.analysis.place_requests import load_location_analysis
from compkit.errors import InputError, OutOfRangeError, UnknownChoiceError
from compkit.offers import load_offers
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables

# As the documentation promises.
DEFAULTS = {
    "growth_rate": 0.0, "growth_convention": "smooth", "discount_rate": 0.0, "n_years": 4, "n_paths": 10_000, "seed": 0,
    "correlation": 0.0, "stay_rate": 1.0, "more_places": "", "washington_2028": False,
}  # fmt: skip
TABLES = load_tables()
REPORT_ON = dt.date(2026, 11, 22)
# Abroad: 100,000 EUR at 1.1. Current job: the sample's figures, with a dated bonus.
OFFERS = """
schema: compkit/offers@1
rates: {EUR: 1.1}
candidate:
  residence: Seattle
  current: {base_salary: 180000, annual_bonus: 20000, annual_equity: 60000, unvested_equity: 150000,
            next_bonus_on: 2027-03-15}
offers:
- id: worked
  company: Amazon
  level: L6
  location: Seattle
  start_date: 2027-02-01
  base_salary: 175000
  sign_on: [80000, 60000]
  equity: [{value: 300000, grant_price: 200, vesting: amazon}]
- id: abroad
  company: Initech
  level: Director
  location: Seattle
  currency: EUR
  start_date: 2027-02-01
  base_salary: 100000
  equity: [{value: 40000, vesting: even-4-year, tradable: true}]
- id: transfer
  company: Amazon
  level: L6
  location: Seattle
  candidate_type: internal
  start_date: 2027-02-01
  base_salary: 150000
"""


@pytest.fixture
def offers_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(OFFERS, encoding="utf-8")
    return path


def evaluation(path: Path, offer_id: str, assumptions: Assumptions | None = None) -> Evaluation:
    return Evaluation(load_offers(path).entry(offer_id), TABLES, assumptions or Assumptions(), REPORT_ON)


def test_the_worked_offer(offers_file: Path) -> None:
    """Figures of the guide's worked negotiation, as the issue gives them."""
    found = evaluation(offers_file, "worked")
    assert found.years["total"].tolist() == [270e3, 280e3, 295e3, 295e3]
    assert found.summary["total"] == 1_140_000
    assert found.summary["average"] == 285_000
    assert found.summary["first_two_year_average"] == 275_000
    assert found.summary["guaranteed_cash"] == 4 * 175_000 + 140_000
    assert found.level.level == "L6"
    # 175,000 + 300,000 / 4 = 250,000 is 7,500 short of 257,500, the middle of 225,000 to 290,000.
    assert found.share_below_market == pytest.approx(7_500 / 257_500)
    assert found.unverified_schedules == ["amazon"]


def test_the_cash_flow_is_that_of_the_valuation(offers_file: Path) -> None:
    found = evaluation(offers_file, "worked", Assumptions(Growth(0.2), 0.05, 3))
    by_year = found.cash_flow.total[0].reshape(3, 12).sum(axis=1)
    assert found.years["total"].to_numpy() == pytest.approx(by_year)


def test_market_positions_take_the_first_year_at_a_flat_price(offers_file: Path) -> None:
    """Growth is a scenario: it moves no yardstick. 175,000 + 80,000 + 5 % of 300,000 = 270,000."""
    for growth in (Growth(), Growth(1.0), Growth(-0.5, "annual-step")):
        found = evaluation(offers_file, "worked", Assumptions(growth, n_years=8))
        assert found.market.set_index("component").loc["total_y1", "value"] == 270_000


def test_an_offer_in_another_currency_is_evaluated_in_usd(offers_file: Path) -> None:
    found = evaluation(offers_file, "abroad")
    assert found.summary["total"] == pytest.approx(1.1 * (400_000 + 40_000))
    assert found.entry.offer.base_salary == 100_000
    assert found.level.level is None
    assert found.share_below_market is None


def test_what_moving_leaves_behind(offers_file: Path) -> None:
    """150,000 unvested and the bonus of 2027-03-15, six weeks after the start; a transfer leaves nothing."""
    left = evaluation(offers_file, "worked").left_behind
    assert left is not None
    assert (left.unvested_equity, left.next_bonus, left.total) == (150_000, 20_000, 170_000)
    stays = evaluation(offers_file, "transfer").left_behind
    assert stays is not None
    assert stays.total == 0


def test_only_who_leaves_stock_behind_without_sign_on_is_warned_of_it(offers_file: Path) -> None:
    fired = {
        name: {rule.rule_id for rule in evaluation(offers_file, name).fired_rules}
        for name in ("worked", "abroad", "transfer")
    }
    assert "unvested-equity-unpaid" in fired["abroad"]
    assert "unvested-equity-unpaid" not in fired["worked"]
    assert "unvested-equity-unpaid" not in fired["transfer"]


def test_the_present_job_runs_through_the_same_assumptions(offers_file: Path) -> None:
    """180,000 and 20,000 a year; 60,000 of stock in quarters, at a flat price and growing."""
    flat = evaluation(offers_file, "worked").present_job
    assert flat is not None
    assert flat.by_year["total"].tolist() == [[260_000] * 4]
    grown = evaluation(offers_file, "worked", Assumptions(Growth(0.21), n_years=1)).present_job
    assert grown is not None
    quarters = 15_000 * (1.21 ** np.array([0.25, 0.5, 0.75, 1.0])).sum()
    assert grown.by_year["equity"][0][0] == pytest.approx(quarters)


def test_no_present_job_is_none_not_zero(tmp_path: Path) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text(
        "offers:\n- {id: plain, company: Amazon, level: L6, location: Seattle, base_salary: 1.0}\n", encoding="utf-8"
    )
    found = evaluation(path, "plain")
    assert (found.left_behind, found.present_job, found.current_total) == (None, None, None)
    assert found.score("risk").score is None
    assert found.flips("decision") == []


def test_first_year_totals_of_many_offers_equal_each_alone(offers_file: Path) -> None:
    made = [entry.in_usd for entry in load_offers(offers_file)]
    together = first_year_totals(made, TABLES)
    assert together == {name: total for one in made for name, total in first_year_totals([one], TABLES).items()}
    assert together["worked"] == 270_000


def test_load_evaluation_reads_one_offer_of_a_file(offers_file: Path) -> None:
    found = load_evaluation(str(offers_file), "worked", report_date="2026-11-22", growth_rate=0.1, n_years=2)
    assert found.assumptions == Assumptions(Growth(0.1), 0.0, 2)
    assert found.report_date == REPORT_ON
    assert found.current_total == 260_000


def test_load_evaluation_says_what_is_wrong(offers_file: Path) -> None:
    day = "2026-11-22"
    with pytest.raises(UnknownChoiceError, match="offer must be one of worked, abroad, transfer, got 'wroked'"):
        load_evaluation(str(offers_file), "wroked", report_date=day)
    with pytest.raises(OutOfRangeError, match=r"growth_rate must be a finite fraction above -1, got -1\.0"):
        load_evaluation(str(offers_file), "worked", report_date=day, growth_rate=-1.0)
    with pytest.raises(OutOfRangeError, match="years must be 1 to 8, got 9"):
        load_evaluation(str(offers_file), "worked", report_date=day, n_years=9)
    with pytest.raises(InputError, match="nowhere"):
        load_evaluation(str(offers_file.with_name("nowhere.yaml")), "worked", report_date=day)


@pytest.mark.parametrize("load", [load_evaluation, load_comparison, load_location_analysis])
def test_what_is_assumed_unless_told(load: Callable[..., Any]) -> None:
    """No growth, no discount, four years, 10,000 paths that depend on nothing, and everybody stays."""
    for name, given in inspect.signature(load).parameters.items():
        if given.default not in (given.empty, None):
            assert given.default == DEFAULTS[name], name
