"""What a page shows of reported pay."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from compkit import report
from compkit.analysis import Evaluation
from compkit.model import Candidate, Filings, Offer, PaySummary, PublishedWage, Reported, WageFloor
from compkit.offers import OfferEntry
from compkit.pay import Assumptions
from compkit.reference import load_tables
from compkit.report import MIN_ROWS_OF_TAILS

TABLES = load_tables()

HOSTILE = "<script>alert('$1')</script>"
SUMMED: dict[str, Any] = {"p25": 175_000.0, "p50": 180_000.0, "p75": 190_000.0, "first": "2026-01-05",
                          "last": "2026-11-02"}  # fmt: skip
TAILS: dict[str, Any] = {"p10": 150_000.0, "p90": 210_000.0, "interval": [176_000.0, 186_000.0]}
SEATTLE = {"id": "x", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 180_000}


def pay(n: int, **changes: Any) -> PaySummary:
    return PaySummary(measure="base_salary", kind="levels-fyi", n=n, **SUMMED, **changes)


def shown(reported: Reported | None, *, html: bool = False, **changes: Any) -> str:
    """Market table of an offer, as text or as HTML, with what a store says of it."""
    offer = Offer.model_validate(SEATTLE | changes, context=TABLES.choices)
    entry = OfferEntry(offer, Candidate(), 1.0, "made", reported)
    table = report.market_table(Evaluation(entry, TABLES, Assumptions(), dt.date(2026, 12, 1)))
    return table._repr_html_() if html else repr(table)


def test_nothing_is_said_without_a_store() -> None:
    assert "report" not in shown(None)
    assert "Fewer than 5 reports from the last three years" in shown(Reported())


@pytest.mark.parametrize(("n", "has_tails"), [(MIN_ROWS_OF_TAILS - 1, False), (MIN_ROWS_OF_TAILS, True)])
def test_the_page_shows_p10_and_p90_from_twenty_rows_on(n: int, has_tails: bool) -> None:  # noqa: FBT001
    assert MIN_ROWS_OF_TAILS == 20
    text = shown(Reported(pay=[pay(n, **TAILS)]))
    assert ("$150,000" in text, "$210,000" in text) == (has_tails, has_tails)
    assert "$176,000 to $186,000" in text


def test_the_page_says_source_dates_terms_and_how_far_it_looked() -> None:
    row = pay(12, widened=["region", "years", "peers"], companies=["Amazon", "Google", "Meta"])
    text = shown(Reported(title="Software Engineering Manager", pay=[row]))
    assert "reported pay (levels.fyi self-reports, widened to the whole state, three years, other companies)" in text
    assert (
        "Counted: levels.fyi self-reports at Amazon, Google and Meta, Software Engineering Manager, widened to the "
        "whole state, three years, other companies. From January 5, 2026 to November 2, 2026."
    ) in text
    assert "it forbids copies of its data" in text


def test_wages_above_the_top_code_are_at_least_it() -> None:
    wage = PublishedWage(title="Managers", area="National", period="May 2023", p10=80_000.0, p50=170_000.0,
                         at_least=239_200.0)  # fmt: skip
    floor = WageFloor(area="King, WA", period="2025-2026", levels=[154_440.0, 198_390.4, 242_320.0, 286_270.4])
    text = shown(
        Reported(occupation="11-3021", published=[wage], floors=[floor]), contact={"title": "Engineering Manager"}
    )
    assert "at least $239,200" in text
    assert "We read Engineering Manager as occupation 11-3021." in text
    assert "$198,390  $242,320  $286,270" in text
    assert "The least that an employer must pay for an H-1B visa. No title tells its level." in text


def test_hostile_names_are_text() -> None:
    said = Reported(
        title=HOSTILE,
        pay=[pay(12, companies=[HOSTILE])],
        filings=[Filings(employment="new", kind=HOSTILE, n=5, **SUMMED)],
        occupation=HOSTILE,
        published=[PublishedWage(title=HOSTILE, area=HOSTILE, p10=1.0)],
        floors=[WageFloor(area=HOSTILE, levels=[1.0, 2.0, 3.0, 4.0])],
    )
    page = shown(said, html=True, company=HOSTILE, contact={"title": HOSTILE})
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 7
