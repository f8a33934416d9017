"""What the location report shows: every block of every sample offer, its pictures, and the figures on record."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
import shutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from quick_cases import mostly_long

from compkit import report
from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.offers import load_offers
from compkit.pay.value import Assumptions
from compkit.reference.tables import Tables, load_tables
from compkit.report.show.blocks import Answer, Headline, Notes, Picture, RecordedFigures, Table

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
REPORT_ON = dt.date(2026, 11, 22)
TABLES = load_tables()
SAMPLES = load_offers(SAMPLE)
BLOCKS = (
    "location_headline", "location_next_steps", "location_table", "tax_parts_table", "net_years_table",
    "location_bands_table", "prices_table", "cash_plan_table", "location_facts_table", "location_notes_table",
    "location_assumptions", "location_left_out", "location_caveats", "location_sources", "recorded_location_figures",
    "location_projection_table",
)  # fmt: skip
PICTURES = ("pay_by_place", "net_pay_over_wages", "due_at_filing")
# A job on site, one across the river, one from anywhere.
PICTURED = ("amazon-l6-seattle-before", "amazon-l7-new-york", "amazon-l6-remote")
WORKED: Mapping[str, Any] = {
    "id": "worked", "company": "Amazon", "level": "L6", "location": "Seattle", "start_date": dt.date(2027, 2, 1),
    "base_salary": 175000, "sign_on": [80000, 60000],
    "equity": [{"value": 300000, "grant_price": 200, "vesting": "amazon"}],
}  # fmt: skip
# What must not be seen: values that are none, and the marks of lists, groups and types. "None of it" may stand.
ARTEFACT = re.compile(r"\b(nan|NaN|inf|NaT|float64)\b|\bNone\b(?! (can|of) )|[\[\]{}]|\bnp\.|Timestamp|dtype")
Analyse = Callable[..., LocationAnalysis]


@cache
def sample(offer_id: str, *more: str) -> LocationAnalysis:
    evaluation = Evaluation(SAMPLES.entry(offer_id), TABLES, Assumptions(), REPORT_ON)
    return LocationAnalysis(evaluation, 0.35 if more else None, more)


@pytest.fixture
def analysed(tmp_path: Path) -> Analyse:
    """Return what analyses the worked offer with changes, through a file as a person writes it."""

    def analyse(n_years: int = 4, options: Mapping[str, Any] | None = None, **changes: Any) -> LocationAnalysis:
        path = tmp_path / "offers.yaml"
        path.write_text(yaml.safe_dump({"offers": [{**WORKED, **changes}]}, allow_unicode=True), encoding="utf-8")
        evaluation = Evaluation(load_offers(path)[0], TABLES, Assumptions(n_years=n_years), REPORT_ON)
        return LocationAnalysis(evaluation, **(options or {}))

    return analyse


def text_of(page: str) -> str:
    """Return what a reader of HTML sees."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))


def check_block(block: Any) -> None:
    """Fail if a block, or one of several, shows what is no word or figure."""
    if block is None or isinstance(block, Mapping):
        for one in (block or {}).values():
            check_block(one)
        return
    assert isinstance(block, Answer | Headline | Table | Notes | RecordedFigures | Picture)
    assert not ARTEFACT.search(repr(block)), repr(block)
    if hasattr(block, "_repr_html_"):
        page = block._repr_html_()
        assert page.strip().startswith("<")
        assert not ARTEFACT.search(text_of(page)), page


@pytest.mark.parametrize("offer_id", mostly_long(SAMPLES.ids))
def test_every_block_of_every_sample_offer(offer_id: str) -> None:
    analysis = sample(offer_id)
    for name in BLOCKS:
        check_block(getattr(report, name)(analysis))
    assert analysis.left_out == []


@pytest.mark.parametrize(
    "changes",
    [
        {"location": "Boise"},
        {"location": "New York", "residence": "Boston"},
        {"base_salary": 0, "sign_on": [], "equity": []},
        {"company": "Initech", "level": "VP"},
        {"start_date": None},
        {"start_date": dt.date(2027, 12, 1), "n_years": 1},
        {"options": {"more_places": ("Denver", "Stamford"), "housing_share": 1.0, "washington_2028": True}},
        {"options": {"earlier_wages": 1e6}},
    ],
    ids=str,
)
def test_every_block_of_an_odd_offer(changes: dict[str, Any], analysed: Analyse) -> None:
    analysis = analysed(**changes)
    for name in (*BLOCKS, *PICTURES):
        check_block(getattr(report, name)(analysis))


@pytest.mark.parametrize("start_on", [dt.date(2022, 3, 1), dt.date(2037, 1, 1)])
def test_every_block_of_an_offer_in_years_without_tables(start_on: dt.date, analysed: Analyse) -> None:
    """Nothing can be worked out in full; each block says so, and none fails."""
    analysis = analysed(start_date=start_on)
    for name in (*BLOCKS, *PICTURES):
        check_block(getattr(report, name)(analysis))


@pytest.mark.parametrize("offer_id", PICTURED)
@pytest.mark.parametrize("name", PICTURES)
def test_pictures_say_what_is_to_be_seen(name: str, offer_id: str) -> None:
    made = getattr(report, name)(sample(offer_id, "Denver"))
    assert isinstance(made, Picture)
    check_block(made)


def test_the_alt_texts_hold_the_figures() -> None:
    analysis = sample("amazon-l6-seattle-before")
    austin, seattle = (analysis.ranked.iloc[position] for position in (0, 1))
    said = repr(report.pay_by_place(analysis))
    assert "Bars of a year by place, cut into what you keep, rent and taxes: Austin: keep $" in said
    assert f"Seattle (this offer): keep ${seattle['kept']:,.0f}; ${seattle['net']:,.0f} after tax buys $" in said
    gap = (austin["kept"] - analysis.ranked["kept"].iloc[-1]) / 1000
    assert said.startswith(f"Figure: After tax and rent, Austin leaves ${gap:.0f}K a year more than San Francisco")
    due = f"{analysis.cash_plan['federal_due'].iloc[1]:,.0f}"  # type: ignore[index]
    assert f"2028 federal ${due}, state and local $0" in repr(report.due_at_filing(analysis))
    assert "At $285,000: Austin leaves $" in repr(report.net_pay_over_wages(analysis))


def test_the_headline_answers_first() -> None:
    analysis = sample("amazon-l6-seattle-before")
    headline = report.location_headline(analysis)
    table, plan = analysis.table.set_index("place"), analysis.cash_plan
    cards = {card.label: card for card in headline.cards}
    assert headline.title == "Amazon L6, Seattle: after tax, rent and prices"
    assert headline.subtitle.startswith("Taxed as single, renting 1 bedroom.")
    gap = table.loc["Austin", "kept"] - table.loc["Seattle", "kept"]
    assert headline.verdict == (
        f"You keep the most in Austin: ${table.loc['Austin', 'kept']:,.0f} a year after tax and rent, "
        f"${gap:,.0f} more than in Seattle."
    )
    assert cards["Left after tax a year"].figure == f"${table.loc['Seattle', 'net']:,.0f}"
    assert cards["What that buys"].figure == f"${table.loc['Seattle', 'purchasing_power']:,.0f}"
    assert "11% above the country's" in cards["What that buys"].detail
    assert cards["Left after rent too"].figure == f"${table.loc['Seattle', 'net'] - 12 * 2146:,.0f}"
    assert "1 bedroom at $2,146 a month" in cards["Left after rent too"].detail
    assert plan is not None
    assert cards["To set aside for tax"].figure == f"${plan['set_aside'].iloc[:2].sum():,.0f}"
    asked = f"${table.loc['San Francisco', 'equivalent_salary']:,.0f}"
    steps = report.location_next_steps(analysis).items
    assert "Set aside $" in steps[0]
    assert f"it takes {asked} in San Francisco" in steps[-1]


def test_every_block_has_the_places_in_one_order() -> None:
    """From most kept to least: Austin, Seattle, New York, San Francisco; see the table of the commands."""
    analysis = sample("amazon-l6-seattle-before")
    names = ["Austin", "Seattle (this offer)", "New York", "San Francisco"]
    for block in (report.location_table(analysis), report.tax_parts_table(analysis)):
        assert isinstance(block, Table)
        assert [row[0] for row in block.cells()] == names
    for block in (report.prices_table(analysis), report.location_bands_table(analysis)):
        assert isinstance(block, Table)
        shown = [row[0] for row in block.cells() if row[0] != "Remote"]
        assert shown == ["Austin", "Seattle", "New York", "San Francisco"]
    answer = repr(report.location_answers(analysis)["prices"])
    for said in (repr(report.pay_by_place(analysis)).split("taxes: ")[1], answer):
        at = [said.index(name) for name in ("Austin", "Seattle", "New York", "San Francisco")]
        assert at == sorted(at)


def test_a_place_without_a_rent_is_out_of_the_order(tmp_path: Path) -> None:
    """It comes last, says that its rent isn't known, and nothing is guessed."""
    data = tmp_path / "data"
    shutil.copytree(TABLES.directory, data)
    rents = (data / "rents.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (data / "rents.csv").write_text(
        "".join(line for line in rents if not line.startswith('"Austin-')), encoding="utf-8"
    )
    evaluation = Evaluation(SAMPLES.entry("amazon-l6-seattle-before"), Tables(data), Assumptions(), REPORT_ON)
    analysis = LocationAnalysis(evaluation)
    table = report.location_table(analysis)
    assert isinstance(table, Table)
    name, _, rent, kept, *_ = table.cells()[-1]
    assert (name, rent, kept) == ("Austin", "–", "–")
    assert "We have no rent for Austin, so what you keep there is not ranked." in table.note
    headline = report.location_headline(analysis)
    assert headline.verdict.startswith("You keep the most in Seattle: $")
    assert "Next is New York with $" in headline.verdict
    assert "Austin: $206,851 after tax, rent not known" in repr(report.pay_by_place(analysis))
    names = {row["figure"] for row in report.recorded_location_figures(analysis).rows}
    assert "Austin net" in names
    assert not names & {"Austin rent", "Austin kept"}
    for block in BLOCKS:
        check_block(getattr(report, block)(analysis))


def test_the_headline_across_the_river_and_from_anywhere() -> None:
    assert "in Jersey City, job in New York" in repr(report.location_headline(sample("amazon-l7-new-york")))
    assert "living in Denver" in repr(report.location_headline(sample("amazon-l6-remote")))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"location": "Boise"}, "Boise has no taxes"),
        ({"location": "New York", "residence": "Boston"}, "is taxed by two states"),
    ],
)
def test_the_headline_of_an_offer_without_taxes(changes: dict[str, Any], said: str, analysed: Analyse) -> None:
    """It says so first, and why; it asks for nothing and sets nothing aside."""
    analysis = analysed(**changes)
    headline = report.location_headline(analysis)
    assert (headline.cards[0].label, headline.cards[0].figure) == ("Left after tax", "Not known")
    assert said in headline.cards[0].detail
    assert [card.label for card in headline.cards] == ["Left after tax"]
    assert headline.verdict.startswith("You keep the most in Austin: $")
    steps = report.location_next_steps(analysis).items
    assert not any("Left out" in step or "ask for" in step for step in steps)
    for name in ("net_years_table", "cash_plan_table", "due_at_filing"):
        assert isinstance(getattr(report, name)(analysis), Notes)
    assert said not in repr(report.location_left_out(analysis))


HOSTILE = ("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</h1><iframe src=https://evil.example>")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_harmless(text: str, analysed: Analyse) -> None:
    """They stand in the headline as typed, and are no tag in any block."""
    analysis = analysed(company=text, level=text, guide_level="L6")
    for name in BLOCKS:
        block = getattr(report, name)(analysis)
        if hasattr(block, "_repr_html_"):
            page = block._repr_html_()
            assert not re.search(r"<(script|img|iframe)", page), name
    page = report.location_headline(analysis)._repr_html_()
    assert html.escape(text, quote=False) in page.replace("&#34;", '"').replace("&quot;", '"')
    assert text in text_of(page)


@pytest.mark.parametrize("offer_id", mostly_long(SAMPLES.ids))
def test_recorded_figures(offer_id: str) -> None:
    """Known columns, finite values, names that occur once, and sources that the tables know."""
    made = report.recorded_location_figures(sample(offer_id))
    assert isinstance(made, RecordedFigures)
    names = [row["figure"] for row in made.rows]
    assert len(names) == len(set(names))
    for row in made.rows:
        assert set(row) == {"figure", "value", "unit", "source_ids", "as_of", "status"}
        assert math.isfinite(row["value"]), row
        assert isinstance(row["value"], float), row
        assert set(row["source_ids"].split()) <= {*TABLES.sources, "offers-file"}, row
        assert row["source_ids"]
        assert row["status"] in ("", "unverified")
        assert row["as_of"] == "" or dt.date.fromisoformat(row["as_of"])


def test_recorded_figures_are_those_that_are_shown() -> None:
    analysis = sample("amazon-l6-seattle-before")
    value = {row["figure"]: row["value"] for row in report.recorded_location_figures(analysis).rows}
    assert value["Seattle gross"] == 285_000
    for row in analysis.table.to_dict("records"):
        name = "Remote, from Seattle" if row["place"] == "Remote" else row["place"]
        for figure in ("tax", "net", "price_level", "purchasing_power", "rent", "kept", "equivalent_salary"):
            assert value[f"{name} {figure}"] == row[figure]
    assert analysis.cash_plan is not None
    for year, amount in analysis.cash_plan["set_aside"].items():
        assert value[f"calendar year {year} set_aside"] == amount
    assert value["computed: Remote, base salary, below Seattle"] == pytest.approx(1 - 170 / 180)


def test_an_offer_without_taxes_leaves_no_equal_pay_on_record(analysed: Analyse) -> None:
    rows = report.recorded_location_figures(analysed(location="Boise")).rows
    names = {row["figure"] for row in rows}
    assert "Austin net" in names
    assert not any("equivalent" in name or name.startswith(("Boise", "calendar year")) for name in names)
    assert all(math.isfinite(row["value"]) for row in rows)


def test_the_tables_hold_the_figures() -> None:
    """Tax parts and what is left make up the pay, row by row; all years are the sum of each."""
    analysis = sample("amazon-l7-new-york")
    where = report.location_table(analysis)
    assert isinstance(where, Table)
    own = next(cells for cells in where.cells() if cells[0] == "Jersey City, job in New York (this offer)")
    assert own[6] == f"${analysis.pay.gross:,.0f}"
    years = report.net_years_table(analysis)
    assert isinstance(years, Table)
    total = years.frame.iloc[-1]
    assert total["total"] == pytest.approx(sum(analysis.pay.totals))
    assert total["total"] == pytest.approx(total["tax"] + total["net"])
    assert "projected" in where.note


def test_what_is_still_projected_stands_on_the_page(analysed: Analyse) -> None:
    """From 2027 on the federal brackets are; of 2026 every figure is published."""
    shown = repr(report.location_projection_table(sample("amazon-l7-new-york")))
    for said in ("Federal brackets", "Rev. Proc. 2026-35", "New York Paid Family Leave", "California exemption"):
        assert said in shown
    assert report.location_projection_table(analysed(n_years=1, start_date=dt.date(2026, 1, 1))) is None


def test_what_the_plan_says_of_an_earlier_job(analysed: Analyse) -> None:
    """Only where there is one."""
    assert "earlier job" not in repr(report.cash_plan_table(analysed(base_salary=174_999.97, bonus_target_rate=0.137)))
    said = repr(report.cash_plan_table(analysed(options={"earlier_wages": 150_000.0}, start_date=dt.date(2027, 8, 1))))
    assert "2027 includes $150,000 that the earlier job pays before the start." in said
    assert "Two employers withhold Social Security that year" in said


def test_sources_and_assumptions_say_what_the_figures_rest_on() -> None:
    analysis = sample("amazon-l6-remote", "Denver")
    sources, assumed = repr(report.location_sources(analysis)), repr(report.location_assumptions(analysis))
    for title in ("Metropolitan", "Fair Market Rent"):
        assert title.casefold() in sources.casefold()
    assert "single" in assumed
    assert "projected" in assumed
    assert "housing counts 35% of spending" in repr(report.prices_table(analysis))
