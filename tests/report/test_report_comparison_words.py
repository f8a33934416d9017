"""What the comparison says in words: each sentence that depends on the file, said where it holds and only there."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from compkit import notebook as widgets, report
from compkit.analysis.comparison import Comparison
from compkit.analysis.comparisons import load_comparison
from compkit.report.comparison.text import labels_of
from compkit.report.show.blocks import Headline, Notes, Picture, Table
from compkit.report.show.inline_styles import without_inline_styles
from compkit.report.show.text import NO_BREAK

ROOT = Path(__file__).resolve().parents[2]
ACME: Mapping[str, Any] = {"company": "Acme", "level": "L6", "location": "Austin", "base_salary": 150000}
GRANT = [{"value": 200000, "vesting": "even-4-year", "tradable": True}]
PAPER = [{"value": 200000, "vesting": "even-4-year"}]
STOCK: Mapping[str, Any] = {"sign_on": [20000], "equity": GRANT}
JOB = {"base_salary": 120000, "annual_bonus": 10000, "annual_equity": 30000}
STAY = {"current": JOB, "residence": "Austin"}
CASH_JOB = {"current": {"base_salary": 120000}}
Make = Callable[..., Comparison]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what compares offers with changes, through a file as a person writes it."""

    def made(*changes: Mapping[str, Any], candidate: Mapping[str, Any] | None = None, **options: Any) -> Comparison:
        offers = [{"id": f"offer-{number}", **ACME, **change} for number, change in enumerate(changes)]
        path = tmp_path / "offers.yaml"
        path.write_text(yaml.safe_dump({"candidate": dict(candidate or {}), "offers": offers}), encoding="utf-8")
        return load_comparison(str(path), report_date="2026-11-22", **{"n_paths": 200, **options})

    return made


def note_of(block: Any) -> str:
    assert isinstance(block, Table)
    return block.note


def test_the_verdict_stands_above_the_cards_in_text_and_html() -> None:
    shown = Headline("T", "S", [], ["step"], "a < b: open.")
    assert repr(shown).split("\n")[:3] == ["T", "S", "a < b: open."]
    assert '<p class="ck-verdict">a &lt; b: open.</p>' in without_inline_styles(shown._repr_html_())
    assert "ck-verdict" not in Headline("T", "S", [], ["step"])._repr_html_().split("</style>")[1]


def test_one_offer_is_no_choice(make: Make) -> None:
    one = make(STOCK)
    for word in ("most", "highest"):
        assert word not in note_of(report.comparison_table(one))
    assert isinstance(report.pairs_table(one), Notes)
    assert report.winner_map(one) is report.sensitivity(one) is None
    assert isinstance(report.winner_map(make(STOCK, candidate=STAY)), Picture)


def test_no_stock_no_chances(make: Make) -> None:
    cash, stock = make({}, {"base_salary": 160000}), make(STOCK, {"base_salary": 160000})
    assert isinstance(report.outcome_ranges(cash), Notes)
    assert report.outcomes_table(cash) is report.volatility_table(cash) is None
    for name in ("pairs_table", "comparison_assumptions", "comparison_caveats"):
        said = repr(getattr(report, name)(cash))
        assert "simulated" not in said, name
        assert "price" not in said.replace("No share price matters", ""), name
    map_of = report.winner_map(cash)
    assert isinstance(map_of, Notes)
    assert "No share price matters here: after 1 to 8 years Acme L6 in Austin (2)." in repr(map_of)
    # 40,000 at once against 10,000 a year more: even after 4 years.
    turning = in_letters(repr(report.winner_map(make({"sign_on": [40000]}, {"base_salary": 160000}))))
    assert "after 1 to 3 years A; after 4 years A and B, equal; after 5 to 8 years B." in turning
    assert isinstance(report.winner_map(stock), Picture)


def test_volatility_is_shown_for_companies_with_stock_alone(make: Make) -> None:
    made = make({**STOCK, "company": "Amazon", "equity": GRANT}, {**STOCK, "company": "Zed"}, {"company": "Cashier"})
    shown = report.volatility_table(made)
    assert shown is not None
    assert shown.cells() == [
        ["Amazon", "31%", "December 31, 2025", "unverified", "Stock Analysis on Net"],
        ["Zed", "35%", "November 23, 2026", "unverified", "no row of its own: the default"],
    ]


def test_shares_that_cannot_be_sold_are_marked(make: Make) -> None:
    """150,000 a year and 200,000 that a startup's or an unknown company's stock is worth; 40,000 more can be sold."""
    startup = {"startup": {"fully_diluted_shares": 1e6}, "equity": PAPER}
    made = make(startup, {"equity": PAPER}, {"equity": GRANT, "base_salary": 110000})
    table = report.comparison_table(made)
    cells = [(row[0], row[1], row[-1]) for row in table.cells()]
    assert cells == [
        ("Acme L6 in Austin (3)", "$640,000", "$0"),
        ("Acme L6 in Austin (1)", "$600,000", "$200,000"),
        ("Acme L6 in Austin (2)", "$600,000", "$200,000"),
    ]  # fmt: skip
    assert "Paper: stock you can't sell when it vests" in table.note
    told = "On paper, and not counted: Acme L6 in Austin (1) $200,000 and Acme L6 in Austin (2) $200,000."
    assert told in repr(report.comparison_caveats(made))
    for name in ("comparison_table", "comparison_caveats"):
        assert "aper" not in repr(getattr(report, name)(make(STOCK)))


def test_what_the_main_table_leaves_out(make: Make) -> None:
    def headings(**options: Any) -> list[str]:
        return [column.heading for column in report.comparison_table(make(STOCK, **options)).columns]

    assert headings() == ["Offer", "Total, 4 years", "Total, a year", "First two years, a year", "Certain, 4 years"]
    assert "Worth today, 4 years" in headings(discount_rate=0.05)
    assert "Worth today, 4 years" in headings(growth_rate=0.05)
    assert "First two years, a year" not in headings(n_years=1)
    assert "Total, 1 year" in headings(n_years=1)


def test_the_main_tables_note(make: Make) -> None:
    raises = "yearly raises you entered count too"
    assert raises in note_of(report.comparison_table(make({"annual_raise_rate": 0.03})))
    assert raises not in note_of(report.comparison_table(make({})))


def test_at_a_glance_by_hand(make: Make) -> None:
    """5,000 + 1,200 + 800 - 2,000 = 5,000 a year; relocation stands apart; the file's own words come first."""
    benefits = {"retirement_match": 5000, "espp_discount_value": 1200, "other": 800, "premiums": 2000}
    told = {
        "status": "verbal", "deadline": dt.date(2026, 12, 1), "start_date": dt.date(2027, 2, 1), "benefits": benefits,
        "relocation": {"value": 9000}, "signals": {"negotiable": False, "team_attrition_rate": 0.4},
    }  # fmt: skip
    shown = report.glance_table(make({**told, "level": "x"}, {"level": "x"}))
    assert isinstance(shown, Table)
    assert [[cell.replace(NO_BREAK, " ") for cell in row] for row in shown.cells()] == [
        ["Acme x in Austin (1)", "verbal", "Dec 1, 2026", "Feb 1, 2027",
         "1 deal breaker, 1 warning: The team loses 40% of its people a year, more than 30%.", "$5,000", "$9,000"],
        ["Acme x in Austin (2)", "–", "–", "–", "none", "–", "–"],
    ]  # fmt: skip
    assert "A dash: your file doesn't say." in shown.note
    assert "tells nothing of" not in shown.note
    assert "Benefits: less what you pay for insurance; in no total. Relocation is in no total." in shown.note


def test_at_a_glance_leaves_out_what_no_offer_tells(make: Make) -> None:
    some = report.glance_table(make({"level": "x", "status": "written", "relocation": {"value": 9000}}))
    assert isinstance(some, Table)
    assert [column.heading for column in some.columns] == ["Offer", "Status", "Warnings", "Relocation, once"]
    assert "Your file doesn't cover: deadline, start date and benefits." in some.note
    assert "A dash" not in some.note
    assert "Benefits:" not in some.note
    assert "Relocation is in no total." in some.note
    nothing = report.glance_table(make({"level": "x"}, {"level": "x"}))
    assert isinstance(nothing, Notes)
    assert "What it does cover raises no warning." in repr(nothing)
    warned = report.glance_table(make({"level": "x", "signals": {"negotiable": False}}))
    assert isinstance(warned, Table)


def test_how_prices_move_together(make: Make) -> None:
    bolt = {**STOCK, "company": "Bolt"}
    one, own = "Offers of one company share its price.", "Each company's price moves on its own."
    for changes, said in (
        ([STOCK, STOCK], {one}), ([STOCK, bolt], {own}), ([STOCK, STOCK, bolt], {one, own}),
        ([STOCK, {"company": "Bolt"}], set()),
    ):  # fmt: skip
        note = note_of(report.outcomes_table(make(*changes)))
        assert {part for part in (one, own) if part in note} == said
    assert "move together with a correlation of 0.5" in note_of(
        report.outcomes_table(make(STOCK, bolt, correlation=0.5))
    )


def test_a_tie_of_a_pair_is_called_equal(make: Make) -> None:
    assert report.pairs_table(make(STOCK, STOCK)).cells() == [
        ["Acme L6 in Austin (1)", "Acme L6 in Austin (2)", "$0", "equal at every growth"]
    ]


def test_leaving_early_without_a_present_job(make: Make) -> None:
    alone, staying = (report.leaving_early_table(made) for made in (make(STOCK), make(STOCK, candidate=STAY)))
    assert "Ahead of staying from" not in [column.heading for column in alone.columns]
    assert "staying" not in alone.note
    assert staying.columns[1].heading == "Ahead of staying from"
    assert "Ahead of staying from:" in staying.note


def test_the_present_jobs_stock_is_assumed_only_where_there_is_one(make: Make) -> None:
    goes_on = "your current yearly stock continues"
    assert goes_on in repr(report.comparison_assumptions(make(STOCK, candidate=STAY)))
    for made in (make(STOCK), make(STOCK, candidate=CASH_JOB)):
        assert goes_on not in repr(report.comparison_assumptions(made))


def test_below_staying_is_explained_where_it_stands(make: Make) -> None:
    said = "Below staying: in how many cases the offer pays less than staying, $640,000."
    assert said in note_of(report.outcomes_table(make(STOCK, candidate=STAY)))
    assert "Below staying" not in repr(report.outcomes_table(make(STOCK)))


def test_pictures_say_which_offers_they_show(make: Make) -> None:
    many = [{**STOCK, "base_salary": 150000 - 1000 * number} for number in range(8)]
    assert "The 6 largest of 8 offers by total; the tables have all" in repr(report.totals_by_year(make(*many)))
    # 146,000 a year less than the first in the end, but far ahead in the first year: it wins squares of the map.
    early = {"base_salary": 110000, "sign_on": [150000]}
    made = make(*many, early)
    said = report.totals_by_year(made).alt
    assert "6 of 9 offers: the ones that win somewhere on the map" in said
    assert "Acme L6 in Austin (9) $260,000" in said
    assert "Acme L6 in Austin (6)" not in said
    assert " offers" not in repr(report.totals_by_year(make(STOCK, STOCK)))


def test_a_tie_has_a_color_of_its_own(make: Make) -> None:
    """100,000 a year and 20,000 at once against 105,000: even after 4 years; no share vests before month 60."""
    late = [{"value": 1000, "vesting": [{"month": 60, "fraction": 1}], "tradable": True}]
    made = make({"base_salary": 100000, "sign_on": [20000]}, {"base_salary": 105000, "equity": late})
    shown = report.winner_map(made)
    assert "3 years A; 4 years A and B, equal; 5 years B" in in_letters(repr(shown))
    assert isinstance(shown, Picture)
    assert [f">{words}<" in in_letters(shown.svg) for words in ("A", "B", "Several are equal")] == [True] * 3
    untied = report.winner_map(make(STOCK, {"base_salary": 200000}))
    assert isinstance(untied, Picture)
    assert "Several are equal" not in untied.svg


def in_letters(text: str) -> str:
    """Return a text with letters in place of the names of two offers that are alike."""
    for number, letter in enumerate("AB", start=1):
        text = text.replace(f"Acme L6 in Austin ({number})", letter)
    return text


def test_the_map_says_what_the_present_jobs_stock_does(make: Make) -> None:
    at_once = {
        "base_salary": 100000,
        "equity": [{"value": 80000, "vesting": [{"month": 12, "fraction": 1}], "tradable": True}],
    }

    def said(base: float) -> str:
        return repr(
            report.winner_map(make(at_once, candidate={"current": {"base_salary": base, "annual_equity": 15000}}))
        )

    assert "From 4 years on, where your current job is ahead, that is only because its yearly stock goes on" in said(
        1e5
    )
    assert "From 2 years on, your current job wins some squares only because" in said(1.2e5)
    assert "goes on" not in repr(report.winner_map(make(at_once, candidate=CASH_JOB)))


def test_the_tornado_says_whether_anything_turns_the_order(make: Make) -> None:
    nothing = "No single change reverses the order."
    assert nothing in repr(report.sensitivity(make({"base_salary": 190000}, {"sign_on": [20000]})))
    assert nothing not in repr(report.sensitivity(make({"base_salary": 160000}, {"bonus_target_rate": 0.05})))


def test_names_that_would_look_alike_differ() -> None:
    names = [f"{'a' * 20}-{word}-{'b' * 20}" for word in ("one", "two", "six")] + ["short"]
    found = labels_of(names, 15)
    assert len(set(found.values())) == 4
    assert max(map(len, found.values())) <= 15
    assert [found[name][:2] for name in names] == ["1 ", "2 ", "3 ", "sh"]


def test_the_controls_show_no_none_for_one_offer(make: Make) -> None:
    """One offer alone has no map: of two, choosing one leaves the table and the picture."""
    panel = widgets.comparison_controls(make(STOCK, STOCK), show=True)
    assert len(panel.shown) == 3
    panel.fields["ids"].control.value = ("offer-1",)
    assert len(panel.shown) == 2
    assert None not in panel.shown


def test_no_word_of_the_trade_where_people_read_first() -> None:
    sample = str(ROOT / "data" / "offers" / "sample.yaml")
    comparison = load_comparison(sample, candidate="Lee Sample", report_date="2026-11-22", n_paths=100)
    for name in ("glance_table", "comparison_table", "pairs_table", "outcomes_table",
                 "leaving_early_table", "sensitivity", "winner_map"):  # fmt: skip
        said = html.unescape(repr(getattr(report, name)(comparison))).lower()
        for word in ("seed", "brownian", "horizon", "percentile"):
            assert word not in said, (name, word)
    assert np.isclose(comparison.paper["larkspur-ai-head-of-vision"], 560_000)
