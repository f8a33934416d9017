"""Stock that cannot be sold: told apart from cash, in JSON counted with it, on pages never ranked by."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, strategies as st
from laws import examples

from compkit.analysis.comparison import Comparison, build_comparison
from compkit.analysis.evaluation import Evaluation
from compkit.cli.main import run
from compkit.explanation.figures import ExplainedOffer
from compkit.model.offer import Offer
from compkit.offers import OfferEntry, Offers, load_offers
from compkit.offers.loading import Candidate
from compkit.offers.paper_stock import fill_tradable, is_listed, unknown_stock
from compkit.pay.cashflow import pay_terms
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions, valuation
from compkit.prices.risk import SimulationOptions, chance_of_most
from compkit.reference.tables import load_tables
from compkit.report import comparison_caveats, comparison_table, headline, recorded_comparison, recorded_figures
from compkit.report.decision.text import offer_names
from tests.strategies import growths, offers

TABLES = load_tables()
DAY = dt.date(2026, 11, 24)
PEOPLE = Path(__file__).resolve().parents[1] / "cases" / "people"
ACME: dict[str, Any] = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 100_000}
EVEN = {"vesting": "even-4-year"}
Capture = pytest.CaptureFixture[str]


def made(offer_id: str = "a", **fields: Any) -> Offer:
    return Offer.model_validate({"id": offer_id, **ACME, **fields})


def evaluated(offer: Offer, growth: Growth | None = None) -> Evaluation:
    assumptions = Assumptions(growth or Growth())
    return Evaluation(OfferEntry(offer, Candidate(), 1.0, "made"), TABLES, assumptions, DAY)


def beside(*made_offers: Offer) -> Comparison:
    entries = [OfferEntry(offer, Candidate(), 1.0, "made") for offer in made_offers]
    return build_comparison(Offers(entries), TABLES, Assumptions(), SimulationOptions(200), DAY)


def answer(capsys: Capture, *arguments: str) -> Any:
    assert run([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def file_of(folder: Path, *changes: dict[str, Any], **rest: Any) -> str:
    path = folder / "offers.yaml"
    document = {**rest, "offers": [{"id": f"offer-{n}", **ACME, **change} for n, change in enumerate(changes)]}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return str(path)


# What can be sold


@pytest.mark.parametrize(
    ("company", "listed"),
    [("Amazon", True), (" google ", True), ("META", True), ("Uber", True), ("Airbnb", True), ("Snap", True),
     ("Stripe", False), ("OpenAI", False), ("SpaceX", False), ("Anthropic", False), ("Acme", None)],
)  # fmt: skip
def test_which_companies_are_listed(company: str, listed: bool | None) -> None:  # noqa: FBT001
    assert is_listed(company, TABLES) is listed


@pytest.mark.parametrize(
    ("fields", "tradable"),
    [
        ({}, None),
        ({"company": "Amazon"}, True),
        ({"company": "Stripe"}, False),
        ({"company": "Amazon", "equity": [{"value": 1, "tradable": False}]}, False),
        ({"company": "Stripe", "equity": [{"value": 1, "tradable": True}]}, True),
        ({"startup": {"fully_diluted_shares": 1e6}}, False),
        ({"startup": {"fully_diluted_shares": 1e6}, "equity": [{"value": 1, "tradable": True}]}, True),
    ],
)
def test_what_the_file_says_comes_before_what_the_table_says(fields: dict[str, Any], tradable: bool | None) -> None:  # noqa: FBT001
    later = {"refreshers": [{"year": 1, "value": 1}], "refresher_plan": {"annual_value": 1}}
    found = fill_tradable(made(**{"equity": [{"value": 1}], **later, **fields}), TABLES)
    assert found.equity[0].tradable is tradable
    assert found.refreshers[0].tradable is tradable
    assert found.refresher_plan is not None
    assert found.refresher_plan.tradable is tradable
    assert unknown_stock(found) == (["equity[0]", "refreshers[0]", "refresher_plan"] if tradable is None else [])


def test_validate_alone_asks_whether_stock_can_be_sold(tmp_path: Path, capsys: Capture) -> None:
    path = file_of(tmp_path, {"equity": [{"value": 80_000, **EVEN}]}, {"company": "Amazon", "equity": [{"value": 1e5}]},
                   {"company": "Stripe", "equity": [{"value": 80_000, "vesting": "even-4-year"}]})  # fmt: skip
    warnings = [(one["where"], one["field"]) for one in answer(capsys, "validate", path)["warnings"]]
    assert ("offer 'offer-0'", "equity[0].tradable") in warnings
    assert [field for _, field in warnings if field.endswith("tradable")] == ["equity[0].tradable"]
    assert run(["evaluate", path]) == 0
    assert "tradable" not in capsys.readouterr().err


# JSON: all stock, and beside it the part that is paper

PAPER = {"equity": [{"value": 80_000, **EVEN}, {"value": 40_000, "tradable": True, **EVEN}], "bonus_target_rate": 0.1}


def test_evaluate_by_hand(tmp_path: Path, capsys: Capture) -> None:
    """110,000 in cash and 30,000 of stock a year, 20,000 of it paper; over four years 560,000 and 80,000."""
    (found,) = answer(capsys, "evaluate", file_of(tmp_path, PAPER))["offers"]
    assert [(year["equity"], year["total"], year["paper"]) for year in found["years"]] == [(30e3, 140e3, 20e3)] * 4
    assert (found["total"], found["average"], found["present_value"]) == (560e3, 140e3, 560e3)
    assert (found["paper"], found["paper_average"], found["paper_present_value"]) == (80e3, 20e3, 80e3)


def test_paper_is_not_taxed(tmp_path: Path, capsys: Capture) -> None:
    """The tax and the net pay of a year are those of the same offer without the paper."""
    cash = {**PAPER, "equity": PAPER["equity"][1:]}
    both = answer(capsys, "evaluate", file_of(tmp_path, PAPER, cash), "--after-tax")["offers"]
    assert [(year["tax"], year["net"]) for year in both[0]["years"]] == [
        (year["tax"], year["net"]) for year in both[1]["years"]
    ]


def test_compare_by_hand(tmp_path: Path, capsys: Capture) -> None:
    """480,000 with 80,000 of paper against 440,000: ahead by 40,000 in all, behind by 40,000 in what can be sold."""
    path = file_of(tmp_path, {"equity": [{"value": 80_000, **EVEN}]}, {"base_salary": 110_000})
    found = answer(capsys, "compare", path, "--volatility", "0", "--paths", "10")
    assert [(one["total"], one["paper"]) for one in found["offers"]] == [(480e3, 80e3), (440e3, 0)]
    (pair,) = found["pairs"]
    assert (pair["difference"], pair["paper"]) == (40e3, 80e3)
    assert (pair["p_a_beats_b"], pair["p_a_beats_b_without_paper"]) == (1, 0)


def test_walk_away_counts_no_paper(tmp_path: Path, capsys: Capture) -> None:
    """110,000 a year in cash against a walk-away of 115,000; 20,000 of paper close no gap."""
    job = {"current": {"base_salary": 115_000}, "residence": "Austin",
           "walk_away": {"cost_of_living_adjustment": 0, "risk_premium": 0, "growth_value": 0}}  # fmt: skip
    offer = {"base_salary": 110_000, "equity": [{"value": 80_000, **EVEN}]}
    (found,) = answer(capsys, "walk-away", file_of(tmp_path, offer, candidate=job))["offers"]
    assert (found["average"], found["paper"], found["gap"]) == (110e3, 20e3, -5e3)


# Pages: never ranked by


def test_paper_leads_nowhere() -> None:
    """A million of paper is no reason to lead, before tax or after, by chance or on the map."""
    comparison = beside(made("paper", equity=[{"value": 1e6, **EVEN}]), made("cash", base_salary=101_000))
    assert chance_of_most(comparison.simulated_years.sum(axis=1)).tolist() == [0.0, 1.0]
    assert (comparison.winners == 1).all()
    names = offer_names([one.entry for one in comparison.evaluations])
    assert [row[0] for row in comparison_table(comparison).cells()] == [names["cash"], names["paper"]]
    told = f"On paper, and not counted: {names['paper']} $1,000,000."
    assert told in repr(comparison_caveats(comparison))


def test_the_first_screen_and_the_years_show_paper_apart() -> None:
    evaluation = evaluated(made(**PAPER))
    cards = {card.label: (card.figure, card.detail) for card in headline(evaluation).cards}
    assert cards["Over 4 years"][0] == "$480,000"
    assert cards["Paper: stock you can't sell"][0] == "$80,000"
    assert "can't be sold, as far as we know: ask" in cards["Paper: stock you can't sell"][1]
    sold = evaluated(made(**{**PAPER, "equity": [{"value": 120_000, "tradable": True, **EVEN}]}))
    assert not [card for card in headline(sold).cards if "aper" in card.label]


# Laws

kinds = st.sampled_from([True, False, None])


@st.composite
def mixed(draw: st.DrawFn) -> Offer:
    """Draw an offer of an unknown company whose grants and refreshers can be sold, cannot, or may not."""
    offer = draw(offers())
    update: dict[str, Any] = {"company": "Acme"}
    for name in ("equity", "refreshers"):
        stock = getattr(offer, name)
        update[name] = tuple(one.model_copy(update={"tradable": draw(kinds)}) for one in stock)
    if offer.refresher_plan:
        update["refresher_plan"] = offer.refresher_plan.model_copy(update={"tradable": draw(kinds)})
    return offer.model_copy(update=update)


@given(mixed(), growths)
def test_total_is_what_can_be_sold_and_paper(offer: Offer, growth: Growth) -> None:
    pay, assumptions = pay_terms([offer], TABLES.schedules), Assumptions(growth, 0.05, 6)
    whole, liquid = valuation(pay, assumptions), valuation(pay.liquid, assumptions)
    for name in ("equity", "total"):
        parts = liquid.by_year[name] + whole.by_year["paper"]
        assert whole.by_year[name] == pytest.approx(parts, rel=1e-9, abs=1e-4)
    for name, part in (("total", "paper"), ("average", "paper_average"), ("present_value", "paper_present_value")):
        assert float((whole.summary[name] - whole.summary[part] - liquid.summary[name]).iloc[0]) == pytest.approx(
            0, abs=1e-9 * float(whole.summary[name].iloc[0]) + 1e-4
        )
    assert float(liquid.summary["paper"].iloc[0]) == 0
    assert float(whole.summary["guaranteed_cash"].iloc[0]) == float(liquid.summary["guaranteed_cash"].iloc[0])


@examples(10)
@given(offers(), growths)
def test_without_paper_everything_is_as_it_was(offer: Offer, growth: Growth) -> None:
    evaluation = evaluated(offer, growth)
    assert evaluation.with_paper is evaluation
    assert not evaluation.paper.any()
    assert evaluation.pay.grants["is_paper"].sum() == 0
    comparison = beside(offer, made())
    assert comparison.with_paper is comparison
    beside_it = comparison.pairs_with_paper
    assert (beside_it["p_a_beats_b"] == beside_it["p_a_beats_b_without_paper"]).all()
    assert not np.any(beside_it["paper"])


@examples(8)
@given(mixed())
def test_every_recorded_figure_of_paper_is_explained(offer: Offer) -> None:
    """Year by year, in all, and against another offer; each derivation comes to what is recorded."""
    other = made("other", base_salary=90_000)
    held = Offers([OfferEntry(one, Candidate(), 1.0, "made") for one in (offer, other)])
    explained = ExplainedOffer(held, offer.id, TABLES, Assumptions(), DAY)
    recorded = [*recorded_figures(explained.evaluation).rows]
    comparison = build_comparison(held, TABLES, Assumptions(), SimulationOptions(), DAY)
    recorded += [row for row in recorded_comparison(comparison).rows if " against " in row["figure"]]
    wanted = [row for row in recorded if "paper" in row["figure"] or "total" in row["figure"]]
    assert any(row["figure"] == "total" for row in wanted)
    for row in wanted:
        found = explained.derivation(row["figure"])
        assert found is not None, row["figure"]
        assert found.value == pytest.approx(row["value"], rel=1e-9, abs=1e-4), row["figure"]


# Startups: cases 09 and 10


@pytest.mark.parametrize(
    ("name", "exits", "nothing", "expected"),
    [
        # 400,000 of 55,000,000 shares: 40,000,000 x 4 / 550 = 290,909.09, less 400,000 x 0.10 to exercise.
        ("09-startup-options", [(40e6, 1.0, 290_909.0909 - 40_000)], 0.0, 250_909.0909),
        # 2 % that a round of 50 % halves: 1 % of 15,000,000 with a chance of 0.3.
        ("10-two-percent", [(0, 0.7, 0.0), (15e6, 0.3, 150_000)], 0.7, 45_000),
    ],
)
def test_what_a_startup_may_bring(
    name: str, exits: list[tuple[float, float, float]], nothing: float, expected: float, capsys: Capture
) -> None:
    path = PEOPLE / f"{name}.yaml"
    (found,) = answer(capsys, "evaluate", str(path))["offers"]
    told = found["startup"]
    assert [(one["value"], one["chance"]) for one in told["exits"]] == [exit_[:2] for exit_ in exits]
    assert [one["net"] for one in told["exits"]] == pytest.approx([exit_[2] for exit_ in exits])
    assert told["chance_of_nothing"] == pytest.approx(nothing)
    assert told["expected"] == pytest.approx(expected)
    assert (found["total"], found["paper"]) == (4 * found["years"][0]["base"], 0)


@pytest.mark.parametrize(
    ("name", "label", "said"),
    [
        ("09-startup-options", "Paper: 400,000 options", ["$250,909 if it sells for $40,000,000 (100%)",
                                                          "0% chance of nothing", "no cash until it can be sold"]),
        ("10-two-percent", "Paper: 2% of the company", ["70% chance of nothing", "$0 if it sells for $0 (70%)",
                                                        "$150,000 if it sells for $15,000,000 (30%)",
                                                        "$45,000 expected"]),
    ],
)  # fmt: skip
def test_the_first_screen_of_a_startup_names_what_it_may_bring(name: str, label: str, said: list[str]) -> None:
    (entry,) = load_offers(PEOPLE / f"{name}.yaml")
    evaluation = Evaluation(entry, TABLES, Assumptions(), DAY)
    (card,) = [card for card in headline(evaluation).cards if card.label == label]
    for words in said:
        assert words in f"{card.figure}; {card.detail}"


def test_options_without_exits_are_named_with_what_to_enter() -> None:
    options = {"options": [{"n_options": 1_000, "strike": 1}]}
    (card,) = [card for card in headline(evaluated(made(**options))).cards if card.label == "Paper: 1,000 options"]
    assert card.figure == "Worth unknown"
    assert "enter under startup what the company may be sold for" in card.detail
