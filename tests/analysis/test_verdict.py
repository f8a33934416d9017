"""Who leads and how firm that is: cases worked out apart from the code."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

from compkit.analysis.comparison import Comparison, build_comparison
from compkit.analysis.firmness import lead_of, staying_after_tax, verdict, wins_by_later_stock
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


@pytest.mark.parametrize(
    ("amounts", "ids", "amount"),
    [
        ({"a": 10.0, "b": 30.0, "c": 25.0}, ("b",), 5),
        ({"a": 30.0, "b": 30.2, "c": 25.0}, ("a", "b"), 5.2),
        ({"a": 30.0, "b": 30.52}, ("b",), 0.52),
        ({"a": 7.0}, ("a",), 0),
        ({"a": 7.0, "b": 7.0}, ("a", "b"), 0),
    ],
)
def test_leads(amounts: dict[str, float], ids: tuple[str, ...], amount: float) -> None:
    found = lead_of(pd.Series(amounts))
    assert found.ids == ids
    assert found.amount == pytest.approx(amount)


def test_leads_of_two_offers_by_hand() -> None:
    """Totals 440,000 and 432,000; certain 440,000 and 400,000. The stock wins where exp(0.4 W - 0.24) > 40 / 32.

    (ln 1.25 + 0.24) / (0.4 sqrt 3) = 0.463144 / 0.692820 = 0.668490, and Phi(0.668490) = 0.748090.
    """
    stock = {"equity": [{"tradable": True, "value": 32_000, "vesting": IN_MONTH_36}]}
    found = verdict(beside({"base_salary": 110_000}, stock, n_paths=40_000))
    assert (found.before_tax.ids, found.before_tax.amount) == (("offer-0",), pytest.approx(8_000))
    assert (found.guaranteed.ids, found.guaranteed.amount) == (("offer-0",), pytest.approx(40_000))
    assert found.after_tax is not None
    assert found.after_tax.ids == ("offer-0",)
    assert found.chances["offer-0"] == pytest.approx(0.748090, abs=0.0125)
    assert found.chances.sum() == pytest.approx(1)
    assert (found.firmness, found.most_likely) == ("close", "offer-0")


def nearly_even() -> Comparison:
    """440,000 against 439,900; with a volatility of 0.1 the first pays most in Phi(0.1011) = 54% of cases."""
    stock = {"equity": [{"tradable": True, "value": 39_900, "vesting": IN_MONTH_36}]}
    return beside({"base_salary": 110_000}, stock, volatility=0.1, n_paths=40_000)


def test_one_leader_whose_chance_is_small_is_open() -> None:
    """(ln(40 / 39.9) + 0.015) / (0.1 sqrt 3) = 0.017503 / 0.173205 = 0.101053; Phi = 0.540246."""
    found = verdict(nearly_even())
    assert found.chances["offer-0"] == pytest.approx(0.540246, abs=0.0125)
    assert {lead.ids for lead in (found.before_tax, found.after_tax, found.guaranteed) if lead} == {("offer-0",)}
    assert found.firmness == "open"


SAME = {"equity": [{"tradable": True, "value": 50_000}], "sign_on": [5_000]}


@pytest.mark.parametrize(
    ("changes", "firmness"),
    [
        ([{"base_salary": 110_000}, {}], "firm"),
        ([{"base_salary": 110_000, "location": "Portland"}, {}], "close"),  # no tax tables: after tax is not known
        ([{"base_salary": 110_000, "location": "San Francisco"}, {"base_salary": 109_000}], "open"),
        ([SAME, SAME], "equal"),
        ([SAME, SAME, SAME], "equal"),
        ([SAME, {**SAME, "company": "Bolt"}], "equal"),  # alike in pay at every growth that is the same for all
        (
            [SAME, {**SAME, "location": "Seattle"}],
            "open",
        ),  # Washington's levies; before tax they are equal, half of the cases each
        ([SAME, {**SAME, "base_salary": 90_000}], "firm"),
        (
            [{}, {"equity": [{"tradable": True, "value": 10_000}]}],
            "firm",
        ),  # the same certain money: the one with stock leads, too
    ],
    ids=str,
)
def test_firmness(changes: list[dict[str, Any]], firmness: str) -> None:
    found = verdict(beside(*changes))
    assert found.firmness == firmness


@pytest.mark.parametrize(("chance", "firmness"), [(0.9, "firm"), (0.8999, "close"), (0.6, "close"), (0.5999, "open")])
def test_the_chances_at_which_firmness_changes(chance: float, firmness: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compkit.analysis.firmness.chance_of_most", lambda _: np.array([chance, 1 - chance]))
    assert verdict(beside({"base_salary": 110_000}, {})).firmness == firmness


def test_most_likely_is_a_leader_where_several_tie() -> None:
    assert verdict(beside({}, SAME, SAME)).most_likely == "offer-1"


def job(**changes: Any) -> Candidate:
    return Candidate(current=CurrentJob(base_salary=100_000, **changes), residence="Austin")


def test_staying_after_tax_by_hand() -> None:
    """Single, Texas, 2026: 100,000 - 16,100 = 83,900; 1,240 + 4,560 + 22% of 33,500 = 13,170; FICA 7,650.

    79,180 are left; at Austin's price level of 98.066 they buy 80,741.54.
    """
    changes = {"start_date": dt.date(2026, 1, 5)}
    found = staying_after_tax(beside(changes, n_years=1, candidates=[job()]))
    assert found == pytest.approx((79_180, 80_741.54), abs=0.01)


@pytest.mark.parametrize(
    "people",
    [
        [Candidate(), Candidate()],
        [Candidate(current=CurrentJob(base_salary=1.0))] * 2,
        [job().model_copy(update={"residence": "Portland"})] * 2,
    ],
    ids=["no job", "no residence", "no tax tables"],
)
def test_staying_after_tax_is_not_guessed(people: list[Candidate]) -> None:
    assert staying_after_tax(beside({}, {}, candidates=people)) is None


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
