"""Chances to pay most, ties of the map, and staying that wins by later stock: worked out apart from the code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from compkit.analysis.comparison import Comparison, build_comparison
from compkit.analysis.later_stock import wins_by_later_stock
from compkit.model.candidate import Candidate, CurrentJob
from compkit.model.offer import Offer
from compkit.offers import OfferEntry, Offers
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.prices.risk import SimulationOptions, chance_of_most
from compkit.reference.tables import load_tables

TABLES = load_tables()
ACME = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100_000}
IN_MONTH_36 = [{"month": 36, "fraction": 1}]


def beside(
    *changes: dict[str, Any],
    volatility: float = 0.4,
    n_paths: int = 100,
    n_years: int = 4,
    growth: float = 0.0,
    candidates: list[Candidate] | None = None,
) -> Comparison:
    """Comparison of Acme's offer with changes."""
    made = [Offer.model_validate({"id": f"offer-{row}", **ACME, **change}) for row, change in enumerate(changes)]
    people = candidates or [Candidate()] * len(made)
    entries = [OfferEntry(offer, person, 1.0, "drawn") for offer, person in zip(made, people, strict=True)]
    assumptions = Assumptions(Growth(growth), n_years=n_years)
    chance = SimulationOptions(n_paths, volatility=volatility)
    return build_comparison(Offers(entries), TABLES, assumptions, chance, dt.date(2026, 1, 5))


def test_ties_are_split_among_those_that_tie() -> None:
    """Paths: a alone; a and b; all three; c alone: 1 + 1/2 + 1/3, 1/2 + 1/3, 1/3 + 1, of four."""
    found = chance_of_most(np.array([[9.0, 5, 4, 1], [2, 5, 4, 2], [1, 1, 4, 3]]))
    assert found.tolist() == pytest.approx([11 / 24, 5 / 24, 8 / 24])


def job(**changes: Any) -> Candidate:
    return Candidate(current=CurrentJob(base_salary=100_000, **changes), residence="Austin")


FIRST_YEAR = {"equity": [{"tradable": True, "value": 80_000, "vesting": [{"month": 12, "fraction": 1}]}]}


def test_staying_that_wins_by_later_stock_alone() -> None:
    """15,000 a year against 80,000 once, in month 12; at a flat price from year 6 on.

    At 40% growth: 112,000 against 3,750 q (q^16 - 1) / (q - 1) = 132,030 after 4 years, q = 1.4^(1/4), and 81,030
    after 3; by month 12 the job's stock has paid less than 19,000.
    """
    assert wins_by_later_stock(beside(FIRST_YEAR, candidates=[job(annual_equity=15_000)])) == (4, True)


def test_staying_that_wins_some_squares_without_it() -> None:
    """20,000 more salary: after 4 years at a flat price 95,000 > 80,000 with the first year's stock alone.

    After 2 years at -30%: 240,000 + 20,505 > 256,000, but 240,000 + 12,062 are not.
    """
    person = Candidate(current=CurrentJob(base_salary=120_000, annual_equity=15_000))
    assert wins_by_later_stock(beside(FIRST_YEAR, candidates=[person])) == (2, False)


@pytest.mark.parametrize(
    ("offer", "person"),
    [
        (FIRST_YEAR, Candidate()),
        (FIRST_YEAR, job()),
        (FIRST_YEAR, job(unvested_equity=90_000)),
        ({}, job(annual_equity=15_000)),
        ({**FIRST_YEAR, "refresher_plan": {"annual_value": 1_000, "tradable": True}}, job(annual_equity=15_000)),
        ({**FIRST_YEAR, "base_salary": 200_000}, job(annual_equity=15_000)),
    ],
    ids=["no job", "no stock", "nothing yearly", "no grant", "refreshers to the end", "never ahead"],
)
def test_no_win_by_later_stock(offer: dict[str, Any], person: Candidate) -> None:
    assert wins_by_later_stock(beside(offer, candidates=[person])) is None


def test_what_of_a_total_is_shares_by_hand() -> None:
    """Half of 80,000 is cash; of 60,000 in month 36 nothing falls within two years, 60,000 x 1.1^3 within four."""
    later = {"year": 1, "value": 80_000, "cash_share": 0.5, "tradable": True, "vesting": [{"month": 12, "fraction": 1}]}
    changes = [{"refreshers": [later]}, {"equity": [{"tradable": True, "value": 60_000, "vesting": IN_MONTH_36}]}, {}]
    assert beside(*changes).share_totals.tolist() == pytest.approx([40_000, 60_000, 0])
    assert beside(*changes, n_years=2).share_totals.tolist() == pytest.approx([40_000, 0, 0])
    grown = beside(*changes, growth=0.1).share_totals
    assert grown.tolist() == pytest.approx([44_000, 79_860, 0])


def test_ties_of_the_map_by_hand() -> None:
    """100,000 a year and 20,000 at once against 105,000: even after 4 years, at every growth."""
    found = beside({"sign_on": [20_000]}, {"base_salary": 105_000}).ties
    assert found[3].all()
    assert not np.delete(found, 3, axis=0).any()
