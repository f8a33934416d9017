"""What the offer report shows of stock: every block of every sample offer, odd offers, pictures, and their words."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from quick_cases import mostly_long
from strategies import offers as drawn_offers

from compkit import report
from compkit.analysis.evaluation import Evaluation
from compkit.model.equity import VestingSchedule
from compkit.model.offer import Offer
from compkit.offers import load_offers
from compkit.pay.leaving import RepayableSum
from compkit.pay.startup import Company, Exit, OptionGrant, Round, ShareGrant
from compkit.pay.startup_inputs import repayable_relocation, startup_terms, uncounted_stock
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.prices.price_paths import ScenarioPath, scenario_paths
from compkit.reference.tables import load_tables
from compkit.report.offer.refresher_tables import in_short
from compkit.report.offer.scenarios import path_words
from compkit.report.show.blocks import Notes, Picture, Table
from compkit.report.show.text import next_steps

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
REPORT_ON = dt.date(2026, 11, 22)
TABLES = load_tables()
SAMPLES = load_offers(SAMPLE)
TEXT_BLOCKS = (
    "claimed_table", "spread_table", "scenarios_table", "chances_table", "leaving_table", "leaving_notes",
    "startup_table", "startup_notes", "benefits_table", "refreshers_table",
)  # fmt: skip
SAID_BEFORE = {
    "spread_table": "spread_chart", "scenarios_table": "spread_chart", "leaving_table": "leaving_chart",
    "leaving_notes": "leaving_chart", "startup_notes": "startup_table",
}  # fmt: skip
"""Blocks that are silent where the block before them in their section says why there is nothing to show."""
PICTURES = ("spread_chart", "leaving_chart")
ARTEFACT = re.compile(r"\b(nan|NaN|inf|NaT|None|float64)\b|[\[\]{}]|\bnp\.|Timestamp|dtype|−\$0|\$-")
WORKED: Mapping[str, Any] = {
    "id": "worked", "company": "Amazon", "level": "L6", "location": "Seattle", "start_date": dt.date(2027, 2, 1),
    "base_salary": 175000, "sign_on": [80000, 60000],
    "equity": [{"value": 300000, "grant_price": 200, "vesting": "amazon"}],
}  # fmt: skip
SOLD = [{**WORKED["equity"][0], "tradable": True}]
CURRENT = {"base_salary": 180000, "annual_bonus": 20000, "annual_equity": 60000}
PARTS = {"cost_of_living_adjustment": 0, "risk_premium": 15000, "growth_value": 10000}
EXITS = [{"value": 0, "chance": 0.6}, {"value": 100000000, "chance": 0.25}, {"value": 500000000, "chance": 0.15}]
STARTUP: Mapping[str, Any] = {
    "fully_diluted_shares": 50000000, "preference_stack": 80000000, "rounds": [{"month": 18, "dilution_rate": 0.2}],
    "exits": EXITS, "acceleration": "double",
}  # fmt: skip
OPTION: Mapping[str, Any] = {"n_options": 10000, "strike": 2.5, "fair_value": 4.0, "vesting": "even-4-year"}
Evaluate = Callable[..., Evaluation]


@cache
def sample(offer_id: str, n_years: int = 4, growth: float = 0.0) -> Evaluation:
    return Evaluation(SAMPLES.entry(offer_id), TABLES, Assumptions(Growth(growth), n_years=n_years), REPORT_ON)


@pytest.fixture
def evaluated(tmp_path: Path) -> Evaluate:
    """Return what evaluates the worked offer with changes, through a file as a person writes it."""

    def evaluate(
        assumptions: Assumptions | None = None, top: Mapping[str, Any] | None = None, **changes: Any
    ) -> Evaluation:
        path = tmp_path / "offers.yaml"
        document = {**(top or {}), "offers": [{**WORKED, **changes}]}
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        return Evaluation(load_offers(path)[0], TABLES, assumptions or Assumptions(), REPORT_ON)

    return evaluate


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))


def check_block(block: Any) -> None:
    """Fail if a block is empty or shows what is no word or figure."""
    assert isinstance(block, Table | Notes | Picture)
    assert not ARTEFACT.search(repr(block)), repr(block)
    if isinstance(block, Picture):
        assert "$" in block.alt
        return
    if isinstance(block, Table):
        assert block.cells()
        assert block.note.endswith(".")
    else:
        assert block.items
        assert all(item.endswith((".", "?")) for item in block.items), block.items
    assert not ARTEFACT.search(text_of(block._repr_html_()))


def check_all(evaluation: Evaluation) -> None:
    made = {name: getattr(report, name)(evaluation) for name in (*TEXT_BLOCKS, *PICTURES)}
    for name, block in made.items():
        if block is None:
            before = made[SAID_BEFORE[name]]
            assert isinstance(before, Notes) or "Leaving costs nothing here" in before.alt, name
        else:
            check_block(block)
    if (exercised := report.exercise_table(evaluation)) is not None:
        check_block(exercised)


def cell(table: Any, row: str, heading: str) -> str:
    """Return what a table shows in a row, by its first cell, under a heading."""
    assert isinstance(table, Table), table
    column = [each.heading for each in table.columns].index(heading)
    return {cells[0]: cells[column] for cells in table.cells()}[row]


@pytest.mark.parametrize("offer_id", mostly_long(SAMPLES.ids))
def test_every_block_of_every_sample_offer(offer_id: str) -> None:
    check_all(sample(offer_id))
    check_all(sample(offer_id, 1, -0.3))
    check_all(sample(offer_id, 8, 0.2))


@pytest.mark.parametrize(
    "changes",
    [
        {"base_salary": 0, "sign_on": [], "equity": []},
        {"start_date": None},
        {"location": "Remote", "residence": "San Francisco"},
        {"location": "Austin", "sign_on_paid": "monthly"},
        {"equity": [], "refresher_plan": {"annual_value": 60000, "cash_share": 1.0}},
        {"equity": [], "refresher_plan": {"annual_value": 60000, "practice": "none"}},
        {"equity": [], "refresher_plan": {"annual_value": 0, "practice": "yearly-2-year"}},
        {"refresher_plan": {"annual_value": 60000, "practice": "yearly-2-year", "first_year": 8}},
        {"equity": [{"value": 0, "vesting": "amazon"}]},
        {"equity": [{"value": 90000, "vesting": "amazon", "start_month": 96}]},
        {"relocation": {"value": 200000, "clawback": "full", "months": 60}, "base_salary": 20000},
        {"relocation": {"value": 20000, "clawback": "none"}, "sign_on": []},
        {"benefits": {"paid_time_off_days": 20}},
        {"benefits": {"retirement_match": 10000, "retirement_vesting_months": 60}},
        {"options": [OPTION]},
        {"startup": STARTUP},
        {"startup": {**STARTUP, "exits": []}, "options": [OPTION]},
        {"startup": {**STARTUP, "exit_month": 6}, "options": [OPTION]},
        {"startup": {**STARTUP, "fully_diluted_shares": 100}, "options": [OPTION]},
        {"startup": {"ownership_share": 0.002, "exits": EXITS}},
        {"startup": {"ownership_share": 0.002, "exits": EXITS}, "equity": []},
        {"quoted": {"growth_rate": 0.15}},
        {"quoted": {"total_y1": 0, "total_4yr": 0, "growth_convention": "smooth"}},
    ],
    ids=str,
)
def test_every_block_of_an_odd_offer(changes: dict[str, Any], evaluated: Evaluate) -> None:
    check_all(evaluated(**changes))


@given(drawn_offers())
def test_every_table_of_any_offer(offer: Offer) -> None:
    entry = SAMPLES.entry("amazon-l6-seattle-before")
    evaluation = Evaluation(replace(entry, offer=offer), TABLES, Assumptions(), REPORT_ON)
    assert evaluation.offer == offer
    for name in TEXT_BLOCKS:
        few = {"n_paths": 50} if name in ("spread_table", "chances_table") else {}
        made = getattr(report, name)(evaluation, **few)
        if made is not None or name not in SAID_BEFORE:
            check_block(made)


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</td><iframe src=https://evil.example>")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_harmless(text: str, evaluated: Evaluate) -> None:
    evaluation = evaluated(company=text, level=text, options=[OPTION], startup=STARTUP, quoted={"total_4yr": 2e6},
                           equity=SOLD)  # fmt: skip
    for name in TEXT_BLOCKS:
        page = getattr(report, name)(evaluation)._repr_html_()
        assert not re.search(r"<(script|img|iframe)", page), name
    for name in PICTURES:
        assert text not in getattr(report, name)(evaluation).alt


@pytest.mark.parametrize("name", [*TEXT_BLOCKS, *PICTURES])
def test_pay_in_cash_alone_is_left_out_with_a_reason(name: str) -> None:
    """One sentence a section: what would follow it is silent."""
    made = getattr(report, name)(sample("netflix-all-cash"))
    if name in SAID_BEFORE:
        assert made is None
    else:
        assert isinstance(made, Notes)
        assert made.kind == "left-out"
        assert len(made.items) == 1


def test_stock_makes_every_block_speak(evaluated: Evaluate) -> None:
    speaking = evaluated(startup=STARTUP, options=[OPTION], equity=SOLD)
    assert all(getattr(report, name)(speaking) is not None for name in SAID_BEFORE)


@pytest.mark.parametrize(("options", "said"), [([OPTION], True), ([], False)])
def test_leaving_costs_nothing_but_options_are_not_counted(
    options: list[Any],
    said: bool,  # noqa: FBT001
    evaluated: Evaluate,
) -> None:
    made = report.leaving_chart(evaluated(equity=[], sign_on=[], options=options))
    assert isinstance(made, Notes)
    assert made.items[0].startswith("Leaving costs nothing here")
    assert ("Options are not counted." in made.items[0]) is said


# The claim


def test_a_claim_is_undone_in_words(evaluated: Evaluate) -> None:
    """1,247,955 is 840,000 of cash and 300,000 x 1.35985: see tests/cases/quoted.csv."""
    table = report.claimed_table(evaluated(quoted={"total_y1": 280000, "total_4yr": 1247955, "growth_rate": 0.15}))
    assert cell(table, "Four years", "At a flat price") == "$1,140,000"
    assert cell(table, "Four years", "Difference") == "$107,955"
    assert cell(table, "Four years", "Growth's part of the claim") == "8.7%"
    assert cell(table, "Four years", "Growth it takes") == "15% a year"
    assert cell(table, "First year", "Growth it takes") == "no growth gives as much"
    said = table.note
    assert "grow 15% a year, in one step a year" in said
    assert "the first year comes to $10,000 less than was claimed" in said
    assert "the four years come to what was claimed" in said


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ({"total_4yr": 1140000}, "none: it is the flat total"),
        ({"total_4yr": 1000000, "growth_convention": "smooth"}, "a fall of "),
        ({"total_4yr": 800000}, "none: every growth gives more"),
        ({"total_4yr": 1247955}, "15% a year"),
        ({"total_4yr": 90000000000}, "no growth gives as much"),
    ],
    ids=str,
)
def test_the_growth_that_a_bare_total_takes(quoted: dict[str, Any], said: str, evaluated: Evaluate) -> None:
    table = report.claimed_table(evaluated(quoted=quoted))
    assert said in cell(table, "Four years", "Growth it takes")
    assert "names no growth" in table.note
    assert "With the quote's growth" not in repr(table)


# The spread and the chances


def test_the_spread_says_how_it_was_drawn(evaluated: Evaluate) -> None:
    said = report.spread_table(evaluated(), n_paths=2_000, seed=7).note
    assert "2,000 paths of the share price, seed 7, with a volatility of 31.2% a year (for Amazon;" in said
    assert "December 31, 2025, unverified)" in said
    own = report.spread_table(evaluated(), n_paths=100, volatility=0.5).note
    assert "a volatility of 50% a year, as you set it" in own
    assert (
        "no row of the company's own, so the default"
        in report.spread_table(evaluated(company="Initech", equity=SOLD)).note
    )


def test_without_volatility_every_path_is_the_flat_total(evaluated: Evaluate) -> None:
    table = report.spread_table(evaluated(), n_paths=10, volatility=0.0)
    for cells, total in zip(table.cells(), ("$270,000", "$280,000", "$295,000", "$295,000", "$1,140,000"), strict=True):
        assert set(cells[1:]) == {total}


def test_the_spread_is_the_same_each_time_and_its_median_lies_below_its_mean(evaluated: Evaluate) -> None:
    table = report.spread_table(evaluated())
    assert repr(table) == repr(report.spread_table(evaluated()))
    assert (table.frame["p50"] < table.frame["mean"]).all()
    assert (table.frame["p5"] < table.frame["p95"]).all()
    assert "above it, because a few very good paths pull it up" in table.note


def test_the_chances_at_three_growths(evaluated: Evaluate) -> None:
    """The walk-away number is 260,000 and 25,000; without volatility, 4 % a year cannot be missed by half a dollar."""
    top = {"candidate": {"current": CURRENT, "walk_away": PARTS}}
    table = report.chances_table(evaluated(Assumptions(Growth(0.1)), top), volatility=0.0, n_paths=10)
    assert [column.heading for column in table.columns[2:]] == ["No growth", "4% growth", "Your growth, 10%"]
    rows = {cells[0]: cells[1:] for cells in table.cells()}
    assert rows["Chance of paying less than the first year's pay"] == ["$270,000", "0%", "0%", "0%"]
    assert rows["Chance of paying less than the current job's pay"][0] == "$260,000"
    assert rows["Chance of paying less than your walk-away number"][0] == "$285,000"
    assert rows["Mean of all paths"][1] == rows["Guaranteed pay you'd take instead"][1] == "$285,000"
    assert "At a risk aversion of 2 an even chance of $100,000 or $200,000 is as good as $133,333." in table.note
    assert "4% is what cash is assumed to earn" in table.note
    safer = report.chances_table(evaluated(top=top), risk_aversion=5, cash_rate=0.025)
    assert safer.columns[3].heading == "2.5% growth"
    assert "At a risk aversion of 5 an even chance of $100,000 or $200,000 is as good as $117,132." in safer.note
    fearless = report.chances_table(evaluated(top=top), risk_aversion=0.0, n_paths=50)
    assert "risk aversion of 0 an even chance of $100,000 or $200,000 is as good as $150,000." in fearless.note
    assert [column.heading for column in safer.columns[2:]] == ["No growth", "2.5% growth"]


@pytest.mark.parametrize(
    ("growth", "headings"),
    [
        (0.0, ["No growth", "4% growth"]),
        (0.04, ["No growth", "4% growth"]),
        (0.1, ["No growth", "4% growth", "Your growth, 10%"]),
        (-0.2, ["No growth", "4% growth", "Your growth, −20%"]),
    ],
)
def test_each_growth_has_one_column(growth: float, headings: list[str], evaluated: Evaluate) -> None:
    table = report.chances_table(evaluated(Assumptions(Growth(growth))), n_paths=20)
    assert [column.heading for column in table.columns[2:]] == headings
    assert all(len(set(cells)) >= 1 for cells in table.cells())


def test_a_first_year_above_the_flat_average_is_no_mark(evaluated: Evaluate) -> None:
    """175,000 and 100,000 of sign-on first; then four years of 175,000 and 75,000 of stock: 275,000 on average."""
    falling = {"sign_on": [100000], "equity": [{"value": 300000, "vesting": "even-4-year"}]}
    table = report.chances_table(evaluated(**falling), n_paths=50)
    assert "first year's pay" not in repr(table.cells())
    assert (
        "The first year's $350,000 is no benchmark: at a flat price the average year already pays less, $275,000."
        in table.note
    )
    assert table.caption == "What an average year may pay (USD a year)"
    assert [column.heading for column in table.columns] == ["An average year", "No growth", "4% growth"]
    even = report.chances_table(evaluated(**{**falling, "sign_on": []}), n_paths=50)
    assert cell(even, "Chance of paying less than the first year's pay", "Held against") == "$250,000"
    assert "no mark here" not in even.note
    assert even.caption == "The chance to fall short (USD a year)"
    present = report.chances_table(evaluated(top={"candidate": {"current": CURRENT}}, **falling), n_paths=50)
    assert present.caption == "The chance to fall short (USD a year)"


def test_what_chances_leave_out_and_why(evaluated: Evaluate) -> None:
    alone = report.chances_table(evaluated(), n_paths=50)
    assert "Enter your current job" in alone.note
    assert "Chance of paying less than your walk-away number" not in repr(alone)
    parts = report.chances_table(
        evaluated(top={"candidate": {"current": CURRENT, "walk_away": {"risk_premium": 1}}}), n_paths=50
    )
    assert "needs a cost-of-living adjustment, a risk premium and a growth value (candidate.walk_away)" in parts.note
    whole = report.chances_table(evaluated(top={"candidate": {"current": CURRENT, "walk_away": PARTS}}), n_paths=50)
    assert "walk-away number is left out" not in whole.note
    assert "less than the current job's pay" in repr(parts)


def test_a_chance_that_is_not_none_is_not_called_none(evaluated: Evaluate) -> None:
    current = {**CURRENT, "base_salary": 146000}
    table = report.chances_table(evaluated(top={"candidate": {"current": current}}))
    assert cell(table, "Chance of paying less than the current job's pay", "No growth") == "under 1%"


# Named paths


def test_each_path_tells_its_rate_and_steps() -> None:
    """By data/price_scenarios.csv, read with a person's eyes."""
    assert {name: path_words(path) for name, path in scenario_paths(TABLES).items()} == {
        "flat": "as today",
        "slow growth": "5% up a year",
        "recruiter's sheet": "15% up a year, in yearly steps",
        "crash and recovery": "50% after year 1, 100% after 4",
        "long decline": "15% down a year",
        "Amazon from 2022": "50% after year 1, 91% after 2, 132% after 3, 138% after 4",
        "Meta from 2022": "36% after year 1, 105% after 2, 174% after 3, 196% after 4",
    }
    assert path_words(ScenarioPath("steps down", (0, 12, 13, 24), (1.0, 1.0, 0.8, 0.8))) == (
        "20% down a year, in yearly steps"
    )


def test_a_recruiters_growth_is_a_path_only_where_one_is_quoted(evaluated: Evaluate) -> None:
    """10 % in yearly steps: 15,000, 45,000 x 1.1, 120,000 x 1.21, 120,000 x 1.331 of stock."""

    def rows(**changes: Any) -> dict[str, list[str]]:
        table = report.scenarios_table(evaluated(**changes))
        assert isinstance(table, Table)
        return {cells[0]: cells[1:] for cells in table.cells()}

    assert not [name for name in rows() if "ecruiter" in name]
    assert not [name for name in rows(quoted={"total_4yr": 1300000}) if "ecruiter" in name]
    quoted = rows(quoted={"growth_rate": 0.1})
    assert quoted["The recruiter's growth: 10% up a year, in yearly steps"] == [
        "133%", "$270,000", "$284,500", "$320,200", "$334,720", "$1,209,420",
    ]  # fmt: skip
    smooth = rows(quoted={"growth_rate": 0.21, "growth_convention": "smooth"})
    assert smooth["The recruiter's growth: 21% up a year"][:2] == ["214%", "$273,150"]
    assert rows()["Flat: as today"] == ["100%", "$270,000", "$280,000", "$295,000", "$295,000", "$1,140,000"]


# Leaving


def test_leaving_is_told_by_the_month(evaluated: Evaluate) -> None:
    """Month 11: 175,000 x 11 / 12 + 80,000, of which 80,000 / 12 are owed; month 12 owes nothing and vests 5 %."""
    table = report.leaving_table(evaluated())
    assert cell(table, "Month 11", "Paid and vested") == "$240,417"
    assert cell(table, "Month 11", "To pay back") == "$6,667"
    assert cell(table, "Month 11", "Kept") == "$233,750"
    assert cell(table, "Month 11", "Lost: not vested yet") == "$300,000"
    assert cell(table, "Month 12", "Kept") == "$270,000"
    assert cell(table, "Month 12", "Lost: not vested yet") == "$285,000"
    assert len(table.cells()) == 16
    assert len(report.leaving_table(evaluated(), every_month=True).cells()) == 48
    assert "after month 12 $270,000 kept, $0 to pay back, $285,000 lost" in report.leaving_chart(evaluated()).alt


def test_laws_are_named_and_change_no_figure(evaluated: Evaluate) -> None:
    full = {"sign_on_clawback": "full", "location": "San Francisco"}
    said = repr(report.leaving_notes(evaluated(**full)))
    assert "CA, Assembly Bill 692" in said
    assert "holds on the day of this report, not verified" in said
    assert "What is asked goes up to $73,333 beyond what the law allows, last after month 23" in said
    assert "- A law of CA limits what may be asked back. Your employer may claim back a sign-on" in said
    assert said.count("may not be enforceable, ask a lawyer") == 2
    assert cell(report.leaving_table(evaluated(**full)), "Month 11", "To pay back") == "$80,000"
    later = repr(report.leaving_notes(evaluated(location="New York")))
    assert "holds from December 19, 2026, after this report" in later
    assert "- A law of NY will limit what may be asked back. No employer" in later
    assert "know of no law on repayments like these in TX" in repr(report.leaving_notes(evaluated(location="Austin")))
    assert "CA, Assembly Bill 692" in repr(
        report.leaving_notes(evaluated(location="Remote", residence="San Francisco"))
    )


def test_laws_are_told_in_short_sentences() -> None:
    """What matters comes first, and the citation after it; a person reads no sentence of ninety words."""
    for statement in TABLES["repayment_laws"]["statement"]:
        for sentence in re.split(r"(?<=\.) ", statement):
            assert len(sentence.split()) <= 30, sentence


def test_what_is_paid_back_a_year_later_is_paid_back_gross(evaluated: Evaluate) -> None:
    assert "Leaving after month 11 with sign-on to pay back: paid in 2027, to be repaid in 2028" in repr(
        report.leaving_notes(evaluated())
    )
    moved = evaluated(sign_on=[], relocation={"value": 12000, "months": 24})
    assert "Leaving after month 23 with relocation money to pay back" in repr(report.leaving_notes(moved))
    assert "No start date" in repr(report.leaving_notes(evaluated(start_date=None)))
    first_of_year = report.leaving_notes(evaluated(start_date=dt.date(2027, 1, 1), sign_on=[80000]))
    assert "gross amount" not in repr(first_of_year)


# The startup


def test_exits_always_tell_the_chance_of_nothing(evaluated: Evaluate) -> None:
    """500m less nothing over 62.5m shares is 8 a share: 10,000 x (8 - 2.5) = 55,000, at 15 %; paper 10,000 x 1.5."""
    table = report.startup_table(evaluated(startup=STARTUP, options=[OPTION], equity=[]))
    assert "nothing, with a chance of 85%" in table.caption
    assert cell(table, "Sold for $500,000,000", "What you get") == "$55,000"
    assert cell(table, "Sold for $500,000,000", "A share's price (USD)") == "8.00"
    assert cell(table, "Sold for $500,000,000", "Cost to exercise") == "$25,000"
    assert cell(table, "Expected", "What you get") == "$8,250"
    assert cell(table, "Median", "What you get") == "$0"
    assert cell(table, "On paper", "What you get") == "$15,000"
    early = evaluated(startup={**STARTUP, "exit_month": 24}, options=[OPTION], equity=[])
    halved = report.startup_table(early)
    assert cell(halved, "Sold for $500,000,000", "What you get") == "$27,500"
    assert cell(halved, "Sold for $500,000,000", "If let go with the exit") == "$55,000"
    notes = repr(report.startup_notes(early))
    assert "83(b)" in notes
    assert "of one class" in notes


@pytest.mark.parametrize(("kind", "least", "most"), [
    ("nso", "$5,690", "$5,690"), ("iso", "$0", "$0"), ("unknown", "$0", "$5,690"),
])  # fmt: skip
def test_exercising_is_taxed_as_its_kind(kind: str, least: str, most: str, evaluated: Evaluate) -> None:
    """10,000 options with a spread of 15,000, too little for the AMT; as wages 35%, 2.35% and WA Cares 0.58%."""
    option = {**OPTION, "kind": kind}
    table = report.exercise_table(evaluated(options=[option], base_salary=300000, sign_on=[]))
    when = next(row[0] for row in table.cells() if str(row[0]).startswith("Year 4"))
    assert cell(table, when, "Spread") == "$15,000"
    assert (cell(table, when, "Tax at least"), cell(table, when, "Tax at most")) == (least, most)
    assert ("Ask a tax adviser" in table.note) == (kind != "nso")
    assert "projected" in table.note


def test_exercising_costs_nothing_without_a_gain(evaluated: Evaluate) -> None:
    for option in ({**OPTION, "fair_value": 2.5}, {"n_options": 10000, "strike": 2.5}):
        assert report.exercise_table(evaluated(options=[option])) is None


UNPRICED: Mapping[str, Any] = {"value": 480000, "vesting": "even-4-year"}
PRICED: Mapping[str, Any] = {"units": 2000, "grant_price": 4, "vesting": "even-4-year"}
REFRESHERS: Mapping[str, Any] = {"refreshers": [{"year": 1, "value": 8000}]}
PART: Mapping[str, Any] = {"ownership_share": 0.002, "exits": EXITS}


@pytest.mark.parametrize(
    ("changes", "caption", "uncounted", "paper"),
    [
        ({"options": [OPTION], "equity": [UNPRICED]}, "What the options bring (USD)", 480000, 480000),
        ({"options": [OPTION], "equity": [PRICED]}, "What the options and the shares bring (USD)", 0, 8000),
        (
            {"options": [OPTION], "equity": [PRICED, UNPRICED]},
            "What the options and the shares whose number is known bring (USD)",
            480000,
            488000,
        ),
        ({"equity": [PRICED]}, "What the shares bring (USD)", 0, 8000),
        ({"equity": [PRICED], **REFRESHERS}, "What the shares bring (USD)", 0, 14000),  # 3/4 of 8,000 by year 4
        ({"equity": [PRICED], "startup": PART}, "What the part of the company brings (USD)", 8000, 8000),
        ({"equity": [UNPRICED], "startup": {**STARTUP, "exits": []}}, "Startup equity", 480000, 480000),
        ({"equity": [UNPRICED]}, "Startup equity", 480000, 480000),
        ({"equity": [UNPRICED], "startup": None}, "Startup equity", 0, 0),
    ],
    ids=str,
)
def test_exits_say_what_they_count(
    changes: dict[str, Any], caption: str, uncounted: int, paper: int, evaluated: Evaluate
) -> None:
    """Whatever the file tells: caption, note, the simulated price and the first screen agree."""
    evaluation = evaluated(**{"startup": STARTUP, **changes})
    table = report.startup_table(evaluation)
    told = table.caption if isinstance(table, Table) else table.title
    assert told.startswith(caption)
    assert uncounted_stock(evaluation.offer) == uncounted
    assert float(evaluation.paper.sum()) == pytest.approx(paper)
    assert (report.spread_table(evaluation, n_paths=20) is None) is bool(paper)
    assert ("can't be sold when it vests" in repr(report.spread_chart(evaluation))) is bool(paper)
    if isinstance(table, Table):
        assert (f"No exit here counts ${uncounted:,} of the offer's stock" in table.note) is bool(uncounted)
        assert ("shows the offer's stock apart, as paper" in table.note) is bool(paper)
    steps = " ".join(next_steps(evaluation))
    assert (f"No exit tests ${uncounted:,} of startup stock" in steps) is bool(uncounted)
    assert ("no cash until it can be sold" in repr(report.headline(evaluation))) is bool(paper)
    left = report.startup_notes(evaluation)
    assert ("Refreshers are not counted here" in repr(left)) is ("refreshers" in changes)


def test_what_a_startup_pays_in_cash_can_be_spent(evaluated: Evaluate) -> None:
    """A plan of 40,000 a year, half in cash: a quarter of each grant vests a year, 60,000 by year 4, 30,000 in cash."""
    plan = {"annual_value": 40000, "cash_share": 0.5, "vesting": "even-4-year"}
    evaluation = evaluated(startup=STARTUP, equity=[PRICED], refresher_plan=plan)
    assert "$30,000 stock at a flat share price" in repr(report.headline(evaluation))
    assert float(evaluation.paper.sum()) == 38_000
    assert "Paper: $38,000 of stock that can't be sold yet" in report.years_table(evaluation).note


def test_exits_that_are_missing_are_asked_for(evaluated: Evaluate) -> None:
    bare = {**STARTUP, "exits": []}
    (step,) = [step for step in next_steps(evaluated(startup=bare, options=[OPTION])) if "No exit" in step]
    assert step.startswith("No exit tests $300,000 of startup stock and the options. Ask for the price of a share,")
    part = {"ownership_share": 0.002}
    (step,) = [step for step in next_steps(evaluated(startup=part, equity=[])) if "No exit" in step]
    assert step.startswith("No exit tests the part of the company. Ask for")


def test_a_year_of_waiting_has_its_price(evaluated: Evaluate) -> None:
    waiting = Assumptions(discount_rate=0.1)
    table = report.startup_table(evaluated(waiting, startup=STARTUP, options=[OPTION], equity=[]))
    assert cell(table, "Expected in today's money", "What you get") == f"${8250 / 1.1**5:,.0f}"


def test_startup_terms_are_those_of_the_file(evaluated: Evaluate) -> None:
    offer = evaluated(
        startup=STARTUP,
        options=[OPTION],
        equity=[{"units": 2000, "grant_price": 4, "vesting": "even-4-year"}, {"value": 1000, "vesting": "even-4-year"}],
    ).offer
    terms = startup_terms(offer, TABLES.schedules)
    assert terms is not None
    exits = (Exit(0.0, 0.6), Exit(1e8, 0.25), Exit(5e8, 0.15))
    assert terms.company == Company(5e7, 8e7, (Round(18, 0.2),), exits, 60, "double")
    even = TABLES.schedules["even-4-year"]
    assert list(terms.grants) == [OptionGrant(1e4, 2.5, even, 0, 4.0), ShareGrant(2000.0, even)]
    assert terms.paper == 15000 + 8000
    assert [text.startswith("Grant 2 is not counted") for text in terms.left_out] == [True]


def test_a_part_of_the_company_stands_for_its_shares(evaluated: Evaluate) -> None:
    """Two thousandths of 500 million; no number of shares, so no price of one and no value on paper."""
    given = {"ownership_share": 0.002, "exits": EXITS, "vesting": [{"month": 12, "fraction": 1.0}]}
    evaluation = evaluated(startup=given, equity=[])
    terms = startup_terms(evaluation.offer, TABLES.schedules)
    assert terms is not None
    assert terms.company.fully_diluted_shares == 1
    assert list(terms.grants) == [ShareGrant(0.002, VestingSchedule("startup", (12,), (1.0,)))]
    table = report.startup_table(evaluation)
    assert cell(table, "Sold for $500,000,000", "What you get") == "$1,000,000"
    assert cell(table, "On paper", "What you get") == "–"
    assert "A share's price (USD)" not in [column.heading for column in table.columns]


def test_relocation_is_what_is_owed(evaluated: Evaluate) -> None:
    moved = evaluated(relocation={"value": 15000, "clawback": "full", "months": 24}).offer
    assert repayable_relocation(moved) == RepayableSum(15000.0, "full", 24)
    assert repayable_relocation(evaluated().offer) is None


# Benefits and refreshers


def test_benefits_stand_beside_the_pay(evaluated: Evaluate) -> None:
    given = {"retirement_match": 10000, "premiums": 2400, "paid_time_off_days": 26, "retirement_vesting_months": 36}
    plain, with_them = evaluated(), evaluated(benefits=given, relocation={"value": 20000, "months": 1})
    table = report.benefits_table(with_them)
    assert cell(table, "All benefits", "Year 1") == "$27,600"
    assert cell(table, "All benefits", "All years") == "$50,400"
    assert "26 paid days off are $17,500 of the first year's salary" in table.note
    assert "before the end of month 36 loses all retirement money" in table.note
    assert "owed back for 1 month." in table.note
    assert with_them.summary == plain.summary


def test_the_fall_when_the_first_grant_ends(evaluated: Evaluate) -> None:
    """60,000 a year from year 4 on, a quarter a year: 120,000 + 0 in year 4, then 15,000."""
    table = report.refreshers_table(evaluated(refreshers=[{"year": 4, "value": 60000}]))
    assert len(table.cells()) == 8
    assert [cell(table, "Year 4", name) for name in ("Grants of the offer", "Refreshers")] == ["$120,000", "$0"]
    assert [cell(table, "Year 5", name) for name in ("Grants of the offer", "Refreshers")] == ["$0", "$15,000"]
    assert "The offer's grant ends in year 4: stock goes from $120,000 to $15,000 in year 5." in table.note
    assert "You entered no refreshers" in report.refreshers_table(evaluated()).note
    two = [{"value": 300000, "vesting": "amazon"}, {"value": 8000, "vesting": "even-4-year", "start_month": 24}]
    assert "The largest grant of the offer ends in year 4: stock goes from $122,000 to $2,000" in (
        report.refreshers_table(evaluated(equity=two)).note
    )


PRACTICES = {
    "amazon-target-pay": (
        "(Amazon: only up to the pay target). Source: How refreshers work at Amazon, Blind, as of July 21, 2019; "
        "unverified.",
        "blind-amazon-refreshers",
        "How refreshers work at Amazon, Blind",
        "2019-07-21",
    ),
    "yearly-4-year": (
        "(Each year a grant over four years (Meta)). Source: Meta drops RSU refreshers 10 % or more, FAANG FIRE, as of "
        "February 1, 2025; unverified. Granted around each February",
        "faangfire-meta-refreshers",
        "Meta drops RSU refreshers 10 % or more, FAANG FIRE",
        "2025-02-01",
    ),
    "yearly-2-year": (
        "Source: Choices and definitions of this project, compkit, as of November 23, 2026; unverified. A preset for",
        "kit",
        "Choices and definitions of this project",
        "2025-08-01",
    ),
}
"""By practice what the table says, the source's id and title, and the oldest day; Amazon's schedule is of 2025."""


@pytest.mark.parametrize("practice", PRACTICES)
def test_the_practice_of_refreshers_is_said_and_sourced(practice: str, evaluated: Evaluate) -> None:
    said, source_id, title, as_of = PRACTICES[practice]
    evaluation = evaluated(refresher_plan={"annual_value": 150000, "practice": practice, "target_pay": 2000000})
    note = report.refreshers_table(evaluation).note
    assert "Refreshers are expected, not promised." in note
    assert f"The refresher plan follows the practice {practice} " in note
    assert said in note
    assert "gives its own" not in note
    assert f"Refresher practice {practice}: as reported" in repr(report.assumptions(evaluation))
    assert title in repr(report.sources(evaluation))
    recorded = report.recorded_figures(evaluation)
    total = next(row for row in recorded.rows if row["figure"] == "total")
    assert source_id in total["source_ids"].split()
    assert (total["as_of"], total["status"]) == (as_of, "unverified")
    assert recorded.summary["unverified"] == f"amazon, {practice}"
    rests = {row["figure"]: row["status"] for row in recorded.rows if row["figure"].startswith("market")}
    assert rests["market total_y1 value"] == rests["market total_y1 penetration"] == "unverified"
    assert {status for figure, status in rests.items() if "total_y1" not in figure} == {""}


def test_a_practice_alone_makes_figures_unverified(evaluated: Evaluate) -> None:
    even = [{"value": 300000, "vesting": "even-4-year"}]
    for practice, status in (("yearly-2-year", "unverified"), ("none", "")):
        plan = {"annual_value": 60000, "practice": practice}
        recorded = report.recorded_figures(evaluated(equity=even, refresher_plan=plan))
        assert {row["status"] for row in recorded.rows if row["figure"] == "total"} == {status}
        assert recorded.summary["unverified"] == ("yearly-2-year" if status else None)


def test_what_a_plan_has_of_its_own_is_said(evaluated: Evaluate) -> None:
    plan = {"annual_value": 60000, "practice": "yearly-4-year", "first_year": 1, "vesting": "amazon"}
    note = report.refreshers_table(evaluated(refresher_plan=plan)).note
    assert "Your file has its own first year and vesting." in note


def test_the_practice_none_counts_no_grant(evaluated: Evaluate) -> None:
    plain, none = evaluated(), evaluated(refresher_plan={"annual_value": 60000, "practice": "none"})
    assert none.summary == plain.summary
    note = report.refreshers_table(none).note
    assert "has the practice none, so no grant of it is counted. The cautious assumption" in note
    assert "expected" not in note
    assert "names no refreshers" not in note
    assert "practice none: no grant of it is counted." in repr(report.assumptions(none))
    assert repr(report.sources(none)) == repr(report.sources(plain))
    listed = evaluated(
        refreshers=[{"year": 4, "value": 60000}], refresher_plan={"annual_value": 60000, "practice": "none"}
    )
    assert "Refreshers are expected, not promised. The refresher plan has the practice none" in (
        report.refreshers_table(listed).note
    )


def test_a_plan_that_comes_to_no_grant_is_said(evaluated: Evaluate) -> None:
    plan = {"annual_value": 60000, "practice": "amazon-target-pay", "target_pay": 100000}
    assert "makes no grant within 8 years. The refresher plan follows" in (
        report.refreshers_table(evaluated(refresher_plan=plan)).note
    )
    said = report.refreshers_table(evaluated(equity=[], refresher_plan=plan))
    assert isinstance(said, Notes)
    assert said.items[:2] == ["No stock vests within 8 years.", "The refresher plan makes no grant within 8 years."]


def test_a_note_is_cut_at_a_sentence() -> None:
    assert in_short("A first one. A second.", 22) == "A first one. A second."
    assert in_short("A first one. A second.", 21) == "A first one."
    assert in_short("A first one. A second.", 3) == "A first one."
    for practice in TABLES.practices.values():
        assert practice.note.startswith(in_short(practice.note))
        assert len(in_short(practice.note)) <= 240


def test_alt_texts_hold_the_figures(evaluated: Evaluate) -> None:
    spread = report.spread_chart(evaluated(), volatility=0.0, n_paths=10)
    assert "year 1 $255,000 salary and sign-on, $270,000 to $270,000 in all, median $270,000" in spread.alt
