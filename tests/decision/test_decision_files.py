"""The decision from a whole file: amounts worked out by hand, and laws of what a better or worse offer changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hand_checked import CASES
from hypothesis import assume, given, strategies as st
from laws import examples

from compkit.decision import BASE, LEAVING_SOON, NO_BONUS, STOCK_DOWN, Decision, person_decision
from compkit.model import Candidate, Offer
from compkit.negotiation import PlanSettings, negotiation_plan
from compkit.offers import OfferEntry, Offers, entry_for, load_offers, people_of
from compkit.reference import load_tables

TABLES = load_tables()
TODAY = dt.date(2024, 12, 1)
SEATTLE, AUSTIN = 111.133, 98.066
"""Published price levels, data/price_parities.csv."""


def net_in_seattle(wages: float) -> float:
    """Net pay of wages in Seattle in 2025, filing single: worked out apart from compkit.

    Federal: standard deduction 15,750; 40,199 at 197,300, then 32%; 57,231 at 250,525, then 35%. Social Security
    10,918.20, the most. Medicare 1.45%, and 0.9% above 200,000. WA Cares 0.58%; paid leave 0.657984% up to 176,100.
    """
    income = wages - 15_750
    federal = 40_199 + 0.32 * (income - 197_300) if income <= 250_525 else 57_231 + 0.35 * (income - 250_525)
    medicare = 0.0145 * wages + 0.009 * (wages - 200_000)
    return wages - federal - 10_918.2 - medicare - 0.0058 * wages - 0.00657984 * 176_100


def decided(path: Path, **changed: Any) -> Decision:
    (person,) = people_of(load_offers(path, tables=TABLES))
    return person_decision(person, TABLES, TODAY, **changed)


def test_the_arithmetic_is_that_of_the_tax_cases() -> None:
    """tests/cases/tax.csv, acceptance Washington: net_pay of 300,000."""
    assert net_in_seattle(300_000) == pytest.approx(211_898.340176, abs=1e-6)


def test_staying_leads_unless_no_bonus_is_paid() -> None:
    """One year in Seattle. Staying pays 250,000 and a bonus of 50,000; Initech 270,000 and 30,000 of stock.

    Both leave the same, 211,898.34; moving makes 12,000 due. Without bonuses staying has 250,000. Half the stock makes
    Initech 285,000. The band is 3% of 211,898.34 = 6,356.95.
    """
    found = decided(CASES / "decision_staying.yaml")
    staying, initech = found.amounts["staying"].net, found.amounts["initech"].net
    assert staying[BASE] == pytest.approx(net_in_seattle(300_000))
    assert initech[BASE] == pytest.approx(net_in_seattle(300_000) - 12_000)
    assert staying[NO_BONUS] == pytest.approx(net_in_seattle(250_000))
    assert initech[STOCK_DOWN] == pytest.approx(net_in_seattle(285_000) - 12_000)
    assert staying[STOCK_DOWN] == staying[LEAVING_SOON] == staying[BASE]
    assert (found.state, found.ruling.state, found.leader) == ("staying", "leans", "staying")
    assert found.ruling.margin == found.margin_before_tax == pytest.approx(12_000)
    assert found.ruling.band == pytest.approx(0.03 * net_in_seattle(300_000))
    assert found.ruling.flip is not None
    assert (found.ruling.flip.case, found.ruling.flip.leader) == (NO_BONUS, "initech")
    assert found.ruling.flip.by == pytest.approx(net_in_seattle(300_000) - 12_000 - net_in_seattle(250_000))
    assert found.next_step is not None
    assert (found.next_step.step, found.next_step.offer, found.next_step.by) == (
        "ask",
        "initech",
        dt.date(2024, 12, 20),
    )


def test_a_move_counts_prices_and_stock_that_may_be_sold_can_decide() -> None:
    """300,000 in Austin leave 214,797.05 (tests/cases/tax.csv, acceptance Texas): in Seattle's prices 243,418.27.

    Seattle leaves 211,898.34 of 300,000, and of 360,000 with the stock 249,140.34, which would lead.
    """
    found = decided(CASES / "decision_moving.yaml")
    austin = 214_797.05 * SEATTLE / AUSTIN
    assert found.amounts["austin"].net[BASE] == pytest.approx(austin)
    assert found.amounts["seattle"].net[BASE] == pytest.approx(net_in_seattle(300_000))
    assert found.amounts["seattle"].paper == 60_000
    (fact,) = found.amounts["seattle"].missing
    assert (fact.low, fact.high) == pytest.approx((net_in_seattle(300_000), net_in_seattle(360_000)))
    assert net_in_seattle(300_000) < austin < net_in_seattle(360_000)
    assert (found.state, found.leader) == ("unknown", None)
    assert found.ruling.order == ("austin", "seattle")
    assert found.ruling.margin == pytest.approx(austin - net_in_seattle(300_000))
    assert found.margin_before_tax == 0
    assert found.next_step is not None
    assert (found.next_step.step, found.next_step.offer) == ("find-out", "seattle")


def test_stock_known_to_be_paper_leaves_the_order_clear(tmp_path: Path) -> None:
    text = (CASES / "decision_moving.yaml").read_text(encoding="utf-8")
    path = tmp_path / "offers.yaml"
    path.write_text(text.replace("fraction: 1}]}", "fraction: 1}], tradable: false}"), encoding="utf-8")
    found = decided(path)
    assert (found.state, found.leader, found.amounts["seattle"].paper) == ("clear", "austin", 60_000)


def test_a_sign_on_still_owed_at_the_end_of_the_stay_is_subtracted(tmp_path: Path) -> None:
    """60,000 owed in full for 24 months: leaving after 12 leaves (214,797.05 - 60,000) in Austin's prices."""
    text = (CASES / "decision_moving.yaml").read_text(encoding="utf-8")
    path = tmp_path / "offers.yaml"
    owed = "base_salary: 240000\n    sign_on: [60000]\n    sign_on_clawback: full\n    sign_on_clawback_months: 24"
    path.write_text(text.replace("base_salary: 300000", owed, 1), encoding="utf-8")
    found = decided(path)
    assert found.amounts["austin"].net[BASE] == pytest.approx((214_797.05 - 60_000) * SEATTLE / AUSTIN)
    assert found.amounts["austin"].before_tax == 240_000


PERSON = Candidate.model_validate(
    {"residence": "Seattle", "current": {"base_salary": 180_000.0, "annual_bonus": 20_000.0, "annual_equity": 60_000.0}}
)


def made(offer_id: str, **fields: Any) -> Offer:
    told = {"id": offer_id, "company": "Google", "level": "L6", "location": "Seattle", "status": "written",
            "start_date": dt.date(2026, 2, 1)}  # fmt: skip
    return Offer.model_validate({**told, **fields})


def of(*offers: Offer, **decision: Any) -> Decision:
    candidate = PERSON.model_copy(update={"decision": PERSON.decision.model_copy(update=decision)})
    (person,) = people_of(Offers([OfferEntry(offer, candidate, 1.0, "offers.yaml") for offer in offers]))
    return person_decision(person, TABLES, dt.date(2026, 1, 1))


@st.composite
def offer_fields(draw: st.DrawFn) -> dict[str, Any]:
    """Draw pay, in places whose tax never takes more than a raise adds."""
    return {
        "location": draw(st.sampled_from(["Seattle", "Austin"])),
        "base_salary": float(draw(st.integers(80, 400)) * 1_000),
        "bonus_target_rate": draw(st.sampled_from([0.0, 0.15])),
        "sign_on": [float(draw(st.integers(0, 60)) * 1_000)],
        "equity": [{"value": float(draw(st.integers(0, 600)) * 1_000), "vesting": draw(st.sampled_from(
            ["google", "even-4-year"]))}],
    }  # fmt: skip


@examples(10)
@given(first=offer_fields(), second=offer_fields(), more=st.integers(1, 50))
def test_a_better_offer_never_falls(first: dict[str, Any], second: dict[str, Any], more: int) -> None:
    before = of(made("a", **first), made("b", **second)).ruling.order
    raised = {**first, "base_salary": first["base_salary"] + more * 1_000}
    after = of(made("a", **raised), made("b", **second)).ruling.order
    assert after.index("a") <= before.index("a")


@examples(10)
@given(first=offer_fields(), second=offer_fields(), less=st.integers(1, 50))
def test_a_dominated_offer_changes_nothing(first: dict[str, Any], second: dict[str, Any], less: int) -> None:
    """It pays less than the one that is second, and the same otherwise."""
    offers = {"a": first, "b": second}
    before = of(*(made(name, **fields) for name, fields in offers.items()))
    second_id = before.ruling.order[1]
    if second_id == "staying":
        second_id = before.ruling.order[2]
    worse = {**offers[second_id], "base_salary": offers[second_id]["base_salary"] - less * 1_000}
    after = of(*(made(name, **fields) for name, fields in offers.items()), made("worse", **worse))
    assert [name for name in after.ruling.order if name != "worse"] == list(before.ruling.order)
    assert (after.state, after.leader) == (before.state, before.leader)
    assert after.ruling.margin == pytest.approx(before.ruling.margin)
    assert (after.ruling.flip is None) == (before.ruling.flip is None)


def test_earlier_rounds_show_only_what_the_negotiation_won() -> None:
    first = made("first", base_salary=180_000.0)
    found = of(first, made("second", base_salary=200_000.0, supersedes="first"))
    assert found.ruling.order == ("second", "staying") or found.ruling.order == ("staying", "second")
    (won,) = found.rounds
    alone = of(first).amounts["first"].net[BASE]
    assert won.won == pytest.approx(found.amounts["second"].net[BASE] - alone)
    assert 0 < won.won < 20_000


def test_pending_expired_and_out_are_not_ranked() -> None:
    found = of(
        made("now", base_salary=200_000.0),
        made("later", base_salary=400_000.0, status="in-process"),
        made("over", base_salary=400_000.0, deadline=dt.date(2025, 12, 31)),
        made("never", base_salary=400_000.0),
        made("said", base_salary=150_000.0, status=None),
        out=("never",),
    )
    assert set(found.ruling.order) == {"now", "said", "staying"}
    assert (found.pending, found.expired, found.out) == (("later",), ("over",), ("never",))
    assert found.unwritten == ("said",)


def test_an_employer_learns_nothing_of_it() -> None:
    found = of(made("first", base_salary=1.0), made("second", base_salary=2.0, supersedes="first"), preferred="second",
               preferred_worth=7_777.0, out=("first",))  # fmt: skip
    shown = entry_for(found.entries["second"], "employer")
    assert shown.offer.supersedes is None
    assert shown.candidate.decision == Candidate().decision
    assert "7777" not in repr(shown)
    assert "first" not in repr(shown.offer.id) + repr(shown.candidate)


def test_a_transfer_keeps_the_current_stock_and_owes_nothing() -> None:
    """Same salary and bonus as now, and all of the stock: it leaves what staying leaves."""
    found = of(made("inside", base_salary=180_000.0, annual_bonus=20_000.0, candidate_type="internal"))
    assert found.amounts["inside"].net[BASE] == pytest.approx(found.amounts["staying"].net[BASE])


def test_a_place_without_tax_tables_can_decide_or_not() -> None:
    """Abroad, an offer leaves at most its pay before tax: 900,000 could lead, 100,000 could not."""
    here = made("here", base_salary=300_000.0)
    rich = of(here, made("abroad", location="Elsewhere", base_salary=900_000.0))
    poor = of(here, made("abroad", location="Elsewhere", base_salary=100_000.0))
    assert (rich.state, poor.state, poor.leader) == ("unknown", "clear", "here")
    assert poor.amounts["abroad"].why_no_tax


def test_without_a_residence_staying_may_be_anywhere() -> None:
    candidate = PERSON.model_copy(update={"residence": None})
    offers = [OfferEntry(made("a", base_salary=base), candidate, 1.0, "f") for base in (255_000.0,)]
    (person,) = people_of(Offers(offers))
    found = person_decision(person, TABLES, dt.date(2026, 1, 1))
    (fact,) = found.amounts["staying"].missing
    assert fact.low < found.amounts["staying"].net[BASE] < fact.high
    assert found.state == "unknown"


@given(
    st.floats(60_000, 400_000),
    st.floats(60_000, 400_000),
    st.floats(0, 80_000),
    st.sampled_from(["Seattle", "San Francisco", "New York", "Austin"]),
)
def test_a_preference_covers_its_cost_where_the_offer_reaches_the_stop_line(
    preferred: float, other: float, worth: float, place: str
) -> None:
    """Both count the preference after tax: over one year they agree to the cent."""
    terms = {"stay_years": 1, "preferred": "preferred", "preferred_worth": worth}
    candidate = Candidate.model_validate({"residence": place, "decision": terms})
    entries = []
    for name, pay in (("preferred", preferred), ("other", other)):
        offer = {"id": name, "company": name, "level": "L6", "location": place, "base_salary": pay}
        dated = Offer.model_validate({**offer, "status": "written", "start_date": "2025-01-01"})
        entries.append(OfferEntry(dated, candidate, 1.0, "made"))
    (person,) = people_of(entries)
    net = {name: amounts.net[BASE] for name, amounts in person_decision(person, TABLES, TODAY).amounts.items()}
    plan = negotiation_plan(Offers(entries), "preferred", TABLES, TODAY, PlanSettings())
    covered = worth - (net["other"] - net["preferred"])
    assume(abs(covered) > 0.01)
    assert plan.stop_line is not None
    assert (plan.zopa.offered > plan.stop_line.yearly) == (covered > 0)


EVEN_YEARS = [{"month": 12 * year, "fraction": 0.25} for year in (1, 2, 3, 4)]


def two_in_austin(**second: Any) -> Decision:
    """Decide between 150,000 and a second offer in Austin, both from 2025-01-01, over two years."""
    candidate = Candidate.model_validate({"residence": "Austin"})
    entries = []
    for name, fields in (("first", {"base_salary": 150_000.0}), ("second", second)):
        offer = {"id": name, "company": name, "level": "L6", "location": "Austin", "status": "written"}
        dated = Offer.model_validate({**offer, "start_date": "2025-01-01", **fields})
        entries.append(OfferEntry(dated, candidate, 1.0, "made"))
    (person,) = people_of(entries)
    return person_decision(person, TABLES, TODAY)


def test_what_an_offer_would_need_by_hand() -> None:
    """130,000 and a quarter of 24,000 of stock a year is 14,000 a year less than 150,000.

    All wages lie in the bracket of 24% and below Social Security's cap, so tax takes the same share of each dollar.
    Base: 14,000. Stock, a quarter a year: 56,000. Growth x - 1: 6,000 (x + x^2) = 12,000 + 28,000, x = 2.129956.
    """
    grant = {"value": 24_000.0, "vesting": EVEN_YEARS, "tradable": True}
    (found,) = two_in_austin(base_salary=130_000.0, equity=[grant]).ties
    assert (found.id, found.base_salary) == ("second", pytest.approx(14_000, abs=1))
    assert found.stock == pytest.approx(56_000, abs=1)
    assert found.growth == pytest.approx(1.129956, abs=1e-4)


def test_an_offer_without_stock_that_can_be_sold_ties_by_base_alone() -> None:
    paper = {"value": 24_000.0, "vesting": EVEN_YEARS, "tradable": False}
    for equity in ([], [paper]):
        (found,) = two_in_austin(base_salary=130_000.0, equity=equity).ties
        assert (found.base_salary, found.stock, found.growth) == (pytest.approx(20_000, abs=1), None, None)
    little = {"value": 100.0, "vesting": EVEN_YEARS, "tradable": True}
    (found,) = two_in_austin(base_salary=130_000.0, equity=[little]).ties
    assert found.growth is None


@given(st.floats(60_000, 400_000), st.floats(0, 200_000))
def test_an_offer_that_gets_what_it_needs_leaves_as_much(base: float, stock: float) -> None:
    grant = {"value": stock, "vesting": EVEN_YEARS, "tradable": True}
    decision = two_in_austin(base_salary=base, equity=[grant])
    if decision.leader != "first":
        return
    (needed,) = decision.ties
    assert needed.base_salary is not None
    raised = two_in_austin(base_salary=base + needed.base_salary, equity=[grant])
    assert raised.amounts["second"].net[BASE] == pytest.approx(decision.amounts["first"].net[BASE], abs=1)
    assert needed.base_salary * 4 <= (needed.stock or 0.0) + 4
