"""The page on reported pay: its answer, charts with and without dots, what it keeps to itself, and made-up pay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pay_files import REPORT, add, sheet

from compkit import report
from compkit.market import MarketIntelligence, load_market_intelligence
from compkit.report.show.blocks import Picture
from compkit.report.show.text import NO_BREAK

FEW = (271_234, 283_777)
"""Base of two offers in San Francisco: too few for any figure."""


def offer(day: str, base: int, stock: int, **changes: str) -> dict[str, str]:
    """One report of an L6 manager in Seattle, with a bonus that no comparison may count."""
    return REPORT | {
        "timestamp": f"{day} 10:00:00", "level": "L6", "title": "Software Engineering Manager", "basesalary": str(base),
        "stockgrantvalue": str(stock), "bonus": "90000", "totalyearlycompensation": str(base + stock + 90_000),
    } | changes  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five offers before the cap was raised and five after, two elsewhere, and people who stayed."""
    folder = tmp_path_factory.mktemp("market")
    stocks = (50_000, 62_500, 80_000, 100_000, 120_000)
    rows = [offer(f"6/{at}/2021", 160_000, stock) for at, stock in enumerate(stocks, 1)]
    rows += [offer(f"6/{at}/2022", 150_000 + 10_000 * at, 70_000) for at in range(1, 6)]
    rows += [offer(f"7/{at}/2022", base, 90_000, location="San Francisco, CA") for at, base in enumerate(FEW, 1)]
    rows += [offer(f"8/{at}/2022", 300_000, 200_000, yearsatcompany="3") for at in range(1, 8)]
    add(folder / "s", sheet(folder / "<b>bold.csv", rows))
    return folder / "s"


@pytest.fixture(scope="module")
def found(store: Path) -> MarketIntelligence:
    return load_market_intelligence(store)


def blocks(found: MarketIntelligence, *, show_few: bool = True) -> list[Any]:
    """All that the page shows and records."""
    measures = ("base", "stock", "base_plus_stock")
    tables = [
        report.filings_table, report.published_wages_table, report.prevailing_wages_table,
        report.measured_premium_table, report.pay_sources_table, report.market_headline, report.market_notes,
        report.market_caveats, report.market_sources, report.recorded_market,
    ]  # fmt: skip
    shown = [make(found) for make in tables] + list(report.market_answers(found).values())
    shown += [report.reality_table(found, measure) for measure in measures]
    shown += [report.market_chart(found, measure, show_few=show_few) for measure in measures]
    return [block for block in shown if block is not None]


def test_the_first_screen(found: MarketIntelligence) -> None:
    # Of five offers, base is 160,000 to 200,000; the band is 170,000 to 190,000: 1 below, 3 within, 1 above.
    # Base plus stock is 230,000 to 270,000 in a band of 225,000 to 290,000, although the total is 90,000 more.
    headline = report.market_headline(found)
    assert headline.title == "Reported pay next to the guide"
    assert headline.subtitle == ("Your store: 19 reports of Amazon's engineering managers, June 2021 to August 2022.")
    assert headline.verdict.startswith("100% of 5 new offers since February 2022 are within the guide's band")
    cards = {card.label: (card.figure, card.detail) for card in headline.cards}
    assert cards == {
        "Base plus stock": ("100% within", "0% below, 0% above: 5 new offers since February 2022"),
        "Base salary": ("60% within", "20% below, 20% above: 5 new offers since February 2022"),
        "Stock a year": ("100% within", "0% below, 0% above: 5 new offers since February 2022"),
    }


def test_eras_and_tenures_are_apart_in_the_table_and_the_answer(found: MarketIntelligence) -> None:
    table = report.reality_table(found, "base")
    assert table is not None
    rows = [[cell.replace(NO_BREAK, " ") for cell in row[:2] + row[3:4] + row[5:10]] for row in table.cells()]
    assert rows == [
        ["L6, Seattle", "New", "$160,000", "5", "100%", "0%", "0%", "Jun 2021"],
        ["L6, Seattle", "New", "$180,000", "5", "20%", "60%", "20%", "Jun 2022"],
        ["L6, Seattle", "Stayed", "$300,000", "7", "0%", "0%", "100%", "Aug 2022"],
    ]
    assert table.note == (
        "Source: levels.fyi self-reports. New: less than a year at the company. Stayed: a year or more. "
        "1 more group with fewer than 5 reports: no figures."
    )
    answer = report.market_answers(found)["base"]
    assert answer is not None
    assert answer.text == (
        "New offers before February 2022, 100% below, 0% within, 0% above the guide's band (n = 5); "
        "since February 2022, 20% below, 60% within, 20% above (n = 5)."
    )


def test_fewer_than_five_are_dots_and_nothing_else(found: MarketIntelligence) -> None:
    chart, bare = (report.market_chart(found, "base", show_few=few) for few in (True, False))
    assert isinstance(chart, Picture)
    assert isinstance(bare, Picture)
    assert (chart.svg.count("<circle"), bare.svg.count("<circle")) == (2, 0)
    assert "San Francisco" in chart.svg
    assert "San Francisco" not in bare.svg
    assert "since February 2022 2 offers" in chart.alt
    assert chart.alt.startswith(
        "Base salary: before February 2022, 1 median below the guide's band; since February 2022, 1 median within."
    )
    for block in blocks(found):
        text = f"{block!r} {block._repr_html_() if hasattr(block, '_repr_html_') else ''}"
        assert not any(f"{pay:,}" in text or f"{pay}" in text or f"{pay + 90_000:,}" in text for pay in FEW)
    figures = report.recorded_market(found).rows
    assert figures
    assert not any("San Francisco" in str(row["figure"]) for row in figures)


def test_a_file_name_is_escaped(found: MarketIntelligence) -> None:
    shown = report.pay_sources_table(found)._repr_html_()
    assert "&lt;b&gt;bold.csv" in shown
    assert "<b>bold" not in shown


def test_aged_base_pay_is_said_wherever_it_stands(store: Path) -> None:
    aged = load_market_intelligence(store, aged_to="2022-06-30")
    when = "brought to the second quarter of 2022"
    table, chart = report.reality_table(aged, "base"), report.market_chart(aged, "base")
    assert table is not None
    assert isinstance(chart, Picture)
    cards = [card.label for card in report.market_headline(aged).cards]
    for text in (cards[1], table.caption, table.note, chart.alt, repr(report.market_notes(aged))):
        assert when in text
    assert "nobody reported these amounts" in table.note
    assert "Employment Cost Index" in repr(report.market_sources(aged))
    for measure in ("stock", "base_plus_stock"):
        other = report.reality_table(aged, measure)
        assert other is not None
        assert when not in f"{other.caption} {other.note}"


def test_made_up_pay_is_called_so() -> None:
    sample = load_market_intelligence("sample")
    headline, chart = report.market_headline(sample), report.market_chart(sample, "base")
    assert (headline.title, headline.subtitle) == (
        "Made-up pay next to the guide", "Drawn at random to show this page: nobody reported this pay.",
    )  # fmt: skip
    assert isinstance(chart, Picture)
    assert "Made-up pay." in chart.alt
    assert "nobody reported this pay" in repr(report.market_caveats(sample))
    assert {one.file.split("_")[0] for one in sample.sources} == {"synthetic"}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [offer("", 170_000, 1) | {"timestamp": ""}] * 2))
    found = load_market_intelligence(tmp_path / "s")
    assert "2 reports without a date or tenure left out: they may be from either side" in repr(
        report.market_notes(found)
    )


def test_an_empty_store_says_what_is_missing(tmp_path: Path) -> None:
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [REPORT]))
    found = load_market_intelligence(tmp_path / "s")
    headline = report.market_headline(found)
    assert headline.subtitle == "Your store has no reports of Amazon's engineering managers in the guide's places."
    assert headline.verdict.startswith("Too few reports")
    assert not headline.cards
    assert headline.next_steps == []
    assert not any(isinstance(block, Picture) for block in blocks(found))
    assert not report.recorded_market(found).rows
