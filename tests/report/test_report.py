"""What reports show: words for figures, blocks, whole pages; whatever a file holds comes out harmless."""

from __future__ import annotations

import ast
import datetime as dt
import html.parser
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
import yaml
from hypothesis import given, strategies as st

import compkit
from compkit import report
from compkit.analysis.evaluation import Evaluation
from compkit.batch.notebooks import START_NOTEBOOK
from compkit.model.negotiation import Quoted
from compkit.offers import load_offers
from compkit.pay.stock import Growth
from compkit.pay.value import Assumptions
from compkit.reference.tables import load_tables, records
from compkit.report.page.html import report_html
from compkit.report.show.blocks import Card, Column, Headline, Notes, Picture, RecordedFigures, Table
from compkit.report.show.drawing import picture
from compkit.report.show.text import (
    UNKNOWN,
    count,
    day,
    is_old,
    joined,
    month_and_year,
    next_steps,
    percent,
    usd,
    usd_short,
    yardstick_name,
)

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "offers" / "sample.yaml"
NOTEBOOKS = sorted(path for path in (ROOT / "notebooks").glob("*.ipynb") if path.stem != START_NOTEBOOK)  # no report
REPORT_ON = dt.date(2026, 11, 22)
SAMPLES = load_offers(SAMPLE)
SAMPLE_IDS = SAMPLES.ids
TEXT_BLOCKS: dict[str, Callable[[Evaluation], Any]] = {
    name: getattr(report, name)
    for name in (
        "headline", "years_table", "grants_table", "market_table", "company_type_table", "company_notes_table",
        "warnings_table", "present_job_table", "premium_table", "offer_facts_table", "premium_headline", "assumptions",
        "left_out", "caveats", "sources", "recorded_figures", "recorded_premiums", "flips_table",
    )
} | {
    f"score_table, {matrix}": lambda evaluation, matrix=matrix: report.score_table(evaluation, matrix)
    for matrix in ("risk", "decision")
}  # fmt: skip
PICTURES = ("pay_by_year", "market_ranges", "premium_ranges")
WORKED: Mapping[str, Any] = {
    "id": "worked", "company": "Amazon", "company_type": "FAANG", "level": "L6", "location": "Seattle",
    "start_date": dt.date(2027, 2, 1), "deadline": dt.date(2026, 12, 18), "base_salary": 175000,
    "sign_on": [80000, 60000], "equity": [{"value": 300000, "grant_price": 200, "vesting": "amazon"}],
}  # fmt: skip
MINIMAL: Mapping[str, Any] = {
    "id": "bare", "company": "Initech", "level": "VP", "location": "Chicago", "base_salary": 150000,
}  # fmt: skip
CURRENT = {
    "base_salary": 180000, "annual_bonus": 20000, "annual_equity": 60000, "unvested_equity": 150000,
    "next_bonus_on": dt.date(2027, 3, 15),
}  # fmt: skip


@pytest.fixture
def evaluated(tmp_path: Path) -> Callable[..., Evaluation]:
    """Return what evaluates one offer, given as a base and changes, through a file as a person writes it."""

    def evaluate(
        base: Mapping[str, Any] = WORKED,
        report_date: dt.date = REPORT_ON,
        assumptions: Assumptions | None = None,
        top: Mapping[str, Any] | None = None,
        **changes: Any,
    ) -> Evaluation:
        path = tmp_path / "offers.yaml"
        document = {**(top or {}), "offers": [{**base, **changes}]}
        path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
        return Evaluation(load_offers(path)[0], load_tables(), assumptions or Assumptions(), report_date)

    return evaluate


def sample(offer_id: str) -> Evaluation:
    return Evaluation(SAMPLES.entry(offer_id), load_tables(), Assumptions(), REPORT_ON)


# Words for figures


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"), (-0.0, "$0"), (-0.4, "$0"), (0.49, "$0"), (999.5001, "$1,000"), (-1.6, "−$2"),
        (1e12, "$1,000,000,000,000"), (None, UNKNOWN), (math.nan, UNKNOWN),
    ],
)  # fmt: skip
def test_usd(amount: float | None, text: str) -> None:
    assert usd(amount) == text


@given(st.floats(-1e12, 1e12))
def test_usd_is_the_nearest_dollar(amount: float) -> None:
    text = usd(amount)
    whole = int(text.replace("$", "").replace(",", "").replace("−", "-"))
    assert abs(whole - amount) <= 0.5
    assert "−$0" not in text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0"), (499, "$499"), (1_400, "$1K"), (999_499, "$999K"), (999_500, "$1M"), (1_140_000, "$1.14M"),
        (10_000_000, "$10M"), (1_500_000, "$1.5M"),
    ],
)  # fmt: skip
def test_usd_short(amount: float, text: str) -> None:
    assert usd_short(amount) == text


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0, 0, "0%"), (1, 0, "100%"), (-0.125, 1, "−12.5%"), (0.15351, 2, "15.35%"), (-0.001, 0, "0%"),
        (None, 0, UNKNOWN), (math.nan, 1, UNKNOWN),
    ],
)  # fmt: skip
def test_percent(share: float | None, decimals: int, text: str) -> None:
    assert percent(share, decimals) == text


def test_days_lists_and_counts() -> None:
    assert (day(dt.date(2027, 3, 1)), day(None)) == ("March 1, 2027", UNKNOWN)
    assert month_and_year(dt.date(2025, 8, 31)) == "August 2025"
    assert [joined(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]
    assert [count(n, "year") for n in (0, 1, 2)] == ["no years", "1 year", "2 years"]


@pytest.mark.parametrize(
    ("report_date", "old"),
    [("2025-08-01", False), ("2026-07-31", False), ("2026-08-01", False), ("2026-08-02", True), ("2027-01-01", True)],
)
def test_a_band_is_old_after_twelve_months(report_date: str, old: bool, evaluated: Callable[..., Evaluation]) -> None:  # noqa: FBT001
    """The guide's bands are of August 1, 2025."""
    on = dt.date.fromisoformat(report_date)
    assert is_old(dt.date(2025, 8, 1), on) is old
    evaluation = evaluated(report_date=on)
    for block in (report.headline(evaluation), report.market_table(evaluation), report.company_type_table(evaluation)):
        assert ("a band of August 2025" in repr(block)) is old
        assert ("a band of August 2025" in block._repr_html_()) is old
        assert "August 2025" in repr(block)
    assert ("one dated yardstick" in repr(report.caveats(evaluation))) is old
    assert not is_old(None, on)


def test_other_yardsticks_tell_source_date_and_number(evaluated: Callable[..., Evaluation]) -> None:
    evaluation = evaluated(
        posted_base={"low": 170000, "high": 190000, "as_of": dt.date(2024, 6, 3), "url": "https://jobs.example/7"},
        market=[
            {"measure": "rsu_4yr", "p25": 2e5, "p75": 4e5, "n": 7, "as_of": dt.date(2026, 10, 1), "source": "friends"},
            {"measure": "total_y1", "p25": 2e5, "p75": 4e5},
        ],
    )
    named = {row["component"]: yardstick_name(row, REPORT_ON) for row in records(evaluation.market)}
    assert named["base_salary"] == "the job posting (https://jobs.example/7), of June 2024"
    assert named["rsu_4yr"] == "own research (friends), October 1, 2026, n = 7"
    assert named["total_y1"] == "own research (the candidate's own research), no date"
    assert named["sign_on_y1"] == "a band of August 2025 for Amazon L6 in Seattle, from the guide"


# The tables' figures


def shown_amount(text: str) -> float:
    return float(text.replace("$", "").replace(",", "").replace("−", "-"))


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
@pytest.mark.parametrize(
    "assumptions", [Assumptions(), Assumptions(Growth(0.17), 0.06, 5), Assumptions(Growth(-0.3, "annual-step"), 0.0, 1)]
)
def test_the_years_shown_are_the_evaluations_rounded(offer_id: str, assumptions: Assumptions) -> None:
    evaluation = Evaluation(SAMPLES.entry(offer_id), load_tables(), assumptions, REPORT_ON)
    table = report.years_table(evaluation)
    *years, total = table.cells()
    amounts = [column.key for column in table.columns if column.kind == "usd"]
    shown = evaluation.years.assign(paper=evaluation.paper)  # apart, and in no total
    assert [row[0] for row in years] == [f"Year {k + 1}" for k in range(assumptions.n_years)]
    assert set(shown.columns[(shown != 0).any()]) <= set(amounts)
    for position, name in enumerate(amounts, start=1):
        for year, row in enumerate(years, start=1):
            assert abs(shown_amount(row[position]) - shown.loc[year, name]) <= 0.5
        assert abs(shown_amount(total[position]) - shown[name].sum()) <= 0.5
    assert abs(shown_amount(total[amounts.index("total") + 1]) - evaluation.summary["total"]) <= 0.5
    for row, year in zip(years, evaluation.years.itertuples(), strict=True):
        share = 100 * year.equity / year.total
        assert abs(float(row[-1].rstrip("%")) - share) <= 0.5


def test_only_the_report_rounds(evaluated: Callable[..., Evaluation]) -> None:
    """100,000.37 a year and a raise of a thirtieth: year 2 is 103,333.7156..., shown as $103,334."""
    evaluation = evaluated(MINIMAL, base_salary=100_000.37, annual_raise_rate=1 / 30)
    assert evaluation.years.loc[2, "base"] == pytest.approx(100_000.37 * 31 / 30, rel=1e-12)
    assert report.years_table(evaluation).cells()[1][1] == "$103,334"
    rows = report.recorded_figures(evaluation).rows
    recorded = next(row["value"] for row in rows if row["figure"] == "year 2 base")
    assert recorded == pytest.approx(100_000.37 * 31 / 30, rel=1e-12)


def test_the_worked_offers_first_screen(evaluated: Callable[..., Evaluation]) -> None:
    """270,000 + 280,000 + 295,000 + 295,000; guaranteed 4 x 175,000 + 140,000."""
    headline = report.headline(evaluated())
    cards = {card.label: card for card in headline.cards}
    assert headline.title == "Amazon L6, Seattle"
    assert cards["Worth a year"].figure == "$285,000"
    assert "$270,000 in the first year, $275,000 on average over the first two" in cards["Worth a year"].detail
    assert cards["Over 4 years"].figure == "$1,140,000"
    assert cards["Over 4 years"].detail == "$840,000 salary and sign-on and $300,000 stock at a flat share price"
    assert cards["Where it stands"].figure == "Within the range"
    assert cards["Risk"].figure == "Open"


@pytest.mark.parametrize(
    ("median", "figure"),
    [(250_000, "At the median"), (200_000, "25% above the median"), (312_500, "20% below the median")],
)
def test_own_research_with_a_median_alone_is_on_the_first_screen(
    evaluated: Callable[..., Evaluation], median: float, figure: str
) -> None:
    """175,000 + 300,000 / 4 = 250,000."""
    found = {"measure": "total_4yr_avg", "p50": median, "n": 9, "as_of": dt.date(2026, 11, 10), "source": "My survey"}
    cards = {card.label: card for card in report.headline(evaluated(market=[found])).cards}
    assert cards["Where it stands"].figure == figure
    assert f"$250,000, against {report.usd(median)}: own research (My survey)" in cards["Where it stands"].detail


def test_a_first_screen_of_one_year(evaluated: Callable[..., Evaluation]) -> None:
    cards = report.headline(evaluated(assumptions=Assumptions(n_years=1))).cards
    assert [card.label for card in cards[:2]] == ["Worth a year", "Over 1 year"]
    assert "first two" not in cards[0].detail
    assert report.years_table(evaluated(assumptions=Assumptions(n_years=1))).cells()[0][1] == "$270,000"


def test_a_fall_in_pay_is_told(evaluated: Callable[..., Evaluation]) -> None:
    """Without sign-on in year 2: 270,000, then 175,000 + 45,000, a fall of 50,000."""
    assert (
        "Pay falls from $270,000 in year 1 to $220,000 in year 2" in report.years_table(evaluated(sign_on=[80000])).note
    )
    assert report.years_table(evaluated()).note == (
        "Pay never falls from one year to the next within 4 years; in year 5, without refreshers, it falls to $175,000."
    )


@pytest.mark.parametrize(
    ("changes", "n_years", "said"),
    [
        ({}, 1, "In year 5, without refreshers, pay falls to $175,000."),
        ({}, 5, "Pay falls from $295,000 in year 4 to $175,000 in year 5. Ask what would fill the gap."),
        ({}, 8, "Pay falls from $295,000 in year 4 to $175,000 in year 5. Ask what would fill the gap."),
        (
            {"sign_on": [80000]}, 4,
            "Pay falls from $270,000 in year 1 to $220,000 in year 2; in year 5, without refreshers, it falls to "
            "$175,000. Ask what would fill the gap.",
        ),
        (
            {"refreshers": [{"year": 4, "value": 60000, "vesting": "even-4-year"}]}, 4,
            "Pay never falls from one year to the next within 4 years; in year 5 it falls to $190,000.",
        ),
        ({"sign_on": [], "equity": []}, 8, "Pay never falls from one year to the next within 8 years."),
        ({"sign_on": [], "equity": []}, 1, ""),
    ],
    ids=str,
)  # fmt: skip
def test_a_fall_after_the_years_shown_is_told(
    changes: dict[str, Any], n_years: int, said: str, evaluated: Callable[..., Evaluation]
) -> None:
    """270,000, 280,000, 295,000 and 295,000, then 175,000 of salary alone; a refresher of 60,000 adds 15,000."""
    evaluation = evaluated(assumptions=Assumptions(n_years=n_years), **changes)
    assert report.years_table(evaluation).note == said


def test_a_notable_fall_to_come_is_a_next_step(evaluated: Callable[..., Evaluation]) -> None:
    """Only where no refreshers are told of, and not beside a fall within the years shown."""
    step = "Without refreshers pay falls from $295,000 in year 4 to $175,000 in year 5. Ask what refreshers are usual"
    assert step in " ".join(next_steps(evaluated()))
    for changes in (
        {"refreshers": [{"year": 4, "value": 4000, "vesting": "even-4-year"}]},
        {"refresher_plan": {"annual_value": 1000}},
        {"sign_on": [400000]},
        {"sign_on": [], "equity": [{"value": 60000, "vesting": "even-4-year"}]},  # from 190,000 by a thirteenth
        {"sign_on": [], "equity": []},
    ):
        assert "Without refreshers pay falls" not in " ".join(next_steps(evaluated(**changes))), changes


def test_staying_beside_moving(evaluated: Callable[..., Evaluation]) -> None:
    """Staying pays 180,000 + 20,000 + 60,000; moving on 1 February leaves 150,000 and the bonus of 15 March."""
    table = report.present_job_table(evaluated(top={"candidate": {"current": CURRENT}}))
    assert [row[1:] for row in table.cells()] == [
        ["$270,000", "$260,000", "$10,000"],
        ["$280,000", "$260,000", "$20,000"],
        ["$295,000", "$260,000", "$35,000"],
        ["$295,000", "$260,000", "$35,000"],
        ["$1,140,000", "$1,040,000", "$100,000"],
    ]
    assert table.note.startswith(
        "Over 4 years before tax, moving pays $100,000 more than staying. Stock and bonus you'd forfeit are already "
        "counted, as pay for staying: $150,000 of unvested stock and a bonus of $20,000."
    )


@pytest.mark.parametrize(
    ("current", "n_years", "said"),
    [
        (
            {}, 1,
            "Over 1 year before tax, moving pays $10,000 more than staying. Stock and bonus you'd forfeit are "
            "already counted, as pay for staying: $60,000 of unvested stock and a bonus of $20,000. $90,000 more that "
            "you'd forfeit would come only after these years. The",
        ),
        ({"repayment_owed": 130000}, 4, "moving pays $30,000 less than staying, after the $130,000 you pay back."),
        ({"repayment_owed": 100000}, 4, "moving pays the same as staying, after the $100,000 you pay back."),
        ({"unvested_equity": 0, "next_bonus_on": None}, 4, "more than staying. The next bonus has no date"),
        (
            {"annual_equity": None}, 2,
            "$75,000 more than staying. Stock and bonus you'd forfeit are already counted, as pay for staying: $75,000 "
            "of unvested stock and a bonus of $20,000. $75,000 more that you'd forfeit would come only after",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_what_moving_gains_or_loses(
    current: dict[str, Any], n_years: int, said: str, evaluated: Callable[..., Evaluation]
) -> None:
    """Staying is 260,000 a year; 150,000 unvested alone are 37,500 a year: 550,000 less 2 x 237,500 is 75,000."""
    top = {"candidate": {"current": {**CURRENT, **current}}}
    note = report.present_job_table(evaluated(assumptions=Assumptions(n_years=n_years), top=top)).note
    assert said in note


def test_a_transfer_takes_its_stock_along(evaluated: Callable[..., Evaluation]) -> None:
    note = report.present_job_table(evaluated(candidate_type="internal", top={"candidate": {"current": CURRENT}})).note
    assert note.startswith(
        "Over 4 years before tax, moving pays $100,000 more than staying. Staying alone counts the stock that"
    )
    assert "already counted" not in note


def test_premiums_stand_beside_each_other() -> None:
    """195,000 + 420,000 / 4 is 300,000; 240,000 x 1.2 to 312,000 x 1.3, and so on for each row."""
    table = report.premium_table(sample("amazon-l6-san-francisco-ai"))
    assert [row[2:] for row in table.cells()][:3] == [
        ["20%", "30%", "$288,000", "$405,600", "within"],
        ["30%", "50%", "$312,000", "$468,000", "below"],
        ["25%", "40%", "$300,000", "$436,800", "within"],
    ]
    assert "never added up" in table.note


def test_another_currency_is_named(evaluated: Callable[..., Evaluation]) -> None:
    evaluation = evaluated(currency="EUR", top={"rates": {"EUR": 1.08}})
    assert "at 1.08 USD for 1 EUR" in report.headline(evaluation).subtitle
    assert report.years_table(evaluation).cells()[0][2] == "$189,000"


@pytest.mark.parametrize("posted", [None, {"low": 140000, "high": 160000}])
def test_why_there_is_no_yardstick(posted: dict[str, int] | None, evaluated: Callable[..., Evaluation]) -> None:
    """The reason is that of base and stock, also where the posting gives a range for the salary."""
    table = report.market_table(evaluated(MINIMAL, **({"posted_base": posted} if posted else {})))
    assert "no table says what VP at Initech is in the guide's levels; set guide_level to L6 or L7." in table.note
    assert ": ." not in table.note


# What must be said


@pytest.mark.parametrize("schedule", ["amazon", "google", "meta", "microsoft", "apple", "uber", "stripe"])
@pytest.mark.parametrize("place", ["equity", "refreshers"])
def test_an_unverified_schedule_is_marked(schedule: str, place: str, evaluated: Callable[..., Evaluation]) -> None:
    grant: dict[str, Any] = {"value": 300000, "vesting": schedule}
    given: dict[str, Any] = (
        {"equity": [grant]}
        if place == "equity"
        else {"equity": [{"value": 300000, "vesting": "even-4-year"}], "refreshers": [{"year": 1, **grant}]}
    )
    evaluation = evaluated(**given, assumptions=Assumptions(n_years=6))
    assert f"Vesting schedule {schedule}: based on public reports" in repr(report.assumptions(evaluation))
    assert any(
        f"the one for {schedule.capitalize()} comes from public reports" in step for step in next_steps(evaluation)
    )
    assert report.recorded_figures(evaluation).summary["unverified"] == schedule
    if place == "equity":
        assert f"{schedule} (unverified)" in repr(report.grants_table(evaluation))


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        ({}, "The refresher plan is expected, not promised: $60,000 from the end of year 1 on."),
        (
            {"first_year": 2, "calendar_month": 3, "cash_share": 0.25},
            "$60,000 each March, from the end of year 2 on or at most half a year earlier, 25% of it paid in cash as",
        ),
        (
            {"target_pay": 380000},
            "what a target of $380,000 a year leaves open, at most $60,000, from the end of year 1 on.",
        ),
    ],
)
def test_a_refresher_plan_is_said_to_be_expected(
    plan: dict[str, Any], said: str, evaluated: Callable[..., Evaluation]
) -> None:
    evaluation = evaluated(start_date="2027-02-01", refresher_plan={"annual_value": 60000, **plan})
    assert said in repr(report.assumptions(evaluation))


def test_a_verified_schedule_is_not_marked(evaluated: Callable[..., Evaluation]) -> None:
    own = [{"month": 12, "fraction": 0.5}, {"month": 24, "fraction": 0.5}]
    for vesting in ("even-4-year", "even-4-year-quarterly", "even-4-year-monthly", own):
        evaluation = evaluated(equity=[{"value": 100000, "vesting": vesting}])
        said = "\n".join(repr(block(evaluation)) for block in TEXT_BLOCKS.values())
        assert "verified" not in said.replace("Not verified, and of the guide's date", "")
        assert report.recorded_figures(evaluation).summary["unverified"] is None


def test_what_the_file_leaves_out_is_named(evaluated: Callable[..., Evaluation]) -> None:
    bare = repr(report.left_out(evaluated(MINIMAL)))
    for name in (
        "equity", "sign_on", "deadline", "start_date", "company_type", "candidate.current", "posted_base", "market",
        "scores", "signals", "a level that has a band",
    ):  # fmt: skip
        assert f"- {name}" in bare, name
    full = repr(report.left_out(sample("meta-e6-san-francisco")))
    assert full.splitlines()[1:] == [
        "- quoted: the recruiter's totals, to see what they assume",
        "- candidate.current: your current job, to compare with staying",
    ]
    employed = sample("amazon-l6-seattle-before").entry.candidate
    whole = sample("meta-e6-san-francisco").entry.offer.model_copy(update={"quoted": Quoted(total_y1=1.0)})
    known = replace(sample("meta-e6-san-francisco").entry, offer=whole, candidate=employed)
    assert report.left_out(replace(sample("meta-e6-san-francisco"), entry=known)) is None
    assert "- sign_on" in repr(report.left_out(evaluated(sign_on=[])))
    assert "- sign_on" not in repr(report.left_out(evaluated()))


def test_the_foot_says_what_this_is_not(evaluated: Callable[..., Evaluation]) -> None:
    said = repr(report.caveats(evaluated()))
    assert "not tax, legal or financial advice" in said
    for absent in ("before tax", "without benefits", "not a forecast"):
        assert absent in said


def test_next_steps_put_the_pressing_first(evaluated: Callable[..., Evaluation]) -> None:
    """Deal breakers, the deadline, warnings; then room to ask, missing scores, schedules; five at most."""
    signals = {"team_attrition_rate": 0.4, "hours_to_decide": 24}
    steps = next_steps(evaluated(signals=signals))
    pressing = ("The team loses 40% of its people", "The deadline is December 18, 2026", "You have 24 hours to decide")
    assert all(step.startswith(words) for step, words in zip(steps, pressing, strict=False))
    assert steps[3].startswith("Sign-on, year 1 has the most room: $80,000 in a range of $75,000 to $125,000.")
    assert len(steps) == 5
    assert len(next_steps(sample("amazon-l6-austin-pressure"))) == 5


def test_the_deadline_step(evaluated: Callable[..., Evaluation]) -> None:
    def first(on: str) -> str:
        return next_steps(evaluated(report_date=dt.date.fromisoformat(on)))[0]

    assert first("2026-11-22") == "The deadline is December 18, 2026, 26 days after this report."
    assert first("2026-12-11") == "The deadline is December 18, 2026, 7 days after this report."
    assert first("2026-12-17").startswith(
        "The deadline is December 18, 2026, 1 day after this report. Ask for an extension"
    )
    assert first("2026-12-18").startswith("The deadline is December 18, 2026, no days after")
    assert first("2026-12-19").startswith("The deadline, December 18, 2026, has passed.")


def test_nothing_that_stands_out_is_an_answer(evaluated: Callable[..., Evaluation]) -> None:
    marks = dict.fromkeys(load_tables().choices["risk_factors"], 9)
    decision = dict.fromkeys(load_tables().choices["decision_factors"], 5)
    (step,) = next_steps(evaluated(MINIMAL, scores={"risk": marks, "decision": decision}))
    assert step.startswith("Nothing stands out.")


# Blocks


def test_a_table_in_words() -> None:
    frame = pd.DataFrame({"name": ["a", "total"], "sum": [1000.4, None], "on": [dt.date(2027, 1, 2), None]})
    table = Table(
        frame, [Column("name", "Name"), Column("sum", "Sum", "usd"), Column("on", "On", "day")], "Top", "Note"
    )
    assert repr(table).splitlines() == ["Top", "Name      Sum               On", "a      $1,000  January 2, 2027",
                                        "total       –                –", "Note"]  # fmt: skip


def test_other_blocks_in_words() -> None:
    headline = Headline("T", "S", [Card("Worth", "$1", "a year")], ["first", "second"])
    assert repr(headline).splitlines() == ["T", "S", "Worth: $1 (a year)", "Look at next:", "1. first", "2. second"]
    assert repr(Notes("N", ["a", "b"])) == "N\n- a\n- b"
    picture = Picture("<svg>w</svg>", "<svg>n</svg>", "a line")
    data, metadata = picture._repr_mimebundle_()
    assert (data["text/plain"], data[Picture.MIME]) == ("Figure: a line", "<svg>w</svg>")
    assert metadata[Picture.MIME] == {"alt": "a line", "narrow": "<svg>n</svg>"}
    recorded = RecordedFigures([{"figure": "x", "value": 1 / 3}], {"a": None})
    assert recorded._repr_mimebundle_()[RecordedFigures.MIME]["rows"][0]["value"] == pytest.approx(1 / 3, rel=1e-14)


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_recorded_figures_are_finite_and_sourced(offer_id: str) -> None:
    evaluation = sample(offer_id)
    known = set(load_tables().sources)
    for recorded in (report.recorded_figures(evaluation), report.recorded_premiums(evaluation)):
        json.dumps([list(recorded.rows), recorded.summary], allow_nan=False)
        for row in recorded.rows:
            assert set(row) == {"figure", "value", "unit", "source_ids", "as_of", "status"}
            assert set(row["source_ids"].split()) <= known, row
            assert row["status"] in ("", "unverified"), row
        names = [row["figure"] for row in recorded.rows]
        assert len(names) == len(set(names))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="years_tabel"):
        _ = report.years_tabel


# Pages


class _Page(html.parser.HTMLParser):
    """What a page holds, as a browser would find it."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in ("meta", "img", "br", "hr", "link", "input", "col", "wbr"):
            self.inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.inside, f"</{tag}> closes nothing"
        assert self.inside.pop() == tag, f"</{tag}> is out of place"

    def handle_data(self, data: str) -> None:
        if not {"style", "script"} & set(self.inside):
            self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return "".join(self.texts)


ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "main", "header", "footer", "section", "div", "p", "span", "h1",
    "h2", "h3", "ul", "ol", "li", "a", "code", "pre", "em", "strong", "br", "table", "caption", "thead", "tbody", "tr",
    "th", "td", "figure", "img", "details", "summary", "svg", "rect", "path", "text", "circle",
    "nav",
}  # fmt: skip


OUR_STYLE = re.compile(r"([a-z-]+:[\w\s.,%#()-]+(;|$))+")
"""A property and a value after the other, with no address among them: what a block's elements may carry themselves."""


def harms(page: _Page, *, is_block: bool = False) -> list[str]:
    """Return what a report must not hold: foreign elements, handlers, addresses outside the page.

    A block has its look in its elements, too; a page has it in its sheet alone.
    """
    found = [f"<{tag}>" for tag, _ in page.tags if tag not in ALLOWED]
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            if is_block and name == "style" and OUR_STYLE.fullmatch(value) and "url" not in value:
                continue
            if name.startswith("on") or name in ("style", "srcdoc", "srcset", "action", "formaction"):
                found.append(f"{tag} {name}")
            if name in ("href", "src", "data", "background", "poster") and not value.startswith(
                ("data:image/png", "#")
            ):
                found.append(f"{tag} {name}={value[:40]}")
    return found


def test_the_page_reader_sees_harm() -> None:
    """The check itself can fail."""
    bad = '<p onclick="x">a</p><script>1</script><img src="http://a.example/b.png" onerror=alert(1)><iframe></iframe>'
    assert harms(_Page(bad)) == ["<script>", "<iframe>", "p onclick", "img src=http://a.example/b.png", "img onerror"]
    for style in ("background:url(x)", "x", "color:red;behavior:url(#x)", "width:expression(alert(1))!"):
        assert harms(_Page(f'<p style="{style}">a</p>'), is_block=True) == ["p style"]
    assert harms(_Page('<p style="color:#fff;margin:0 0 1rem">a</p>')) == ["p style"]
    assert harms(_Page('<p style="color:#fff;margin:0 0 1rem">a</p>'), is_block=True) == []
    with pytest.raises(AssertionError, match="out of place"):
        _Page("<p><b></p></b>")


HOSTILE = [
    "<script>alert(1)</script>",
    "=cmd()",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</td></table></div></main><iframe src=https://evil.example>",
    "</title><script>alert(1)</script>",
    "{{7*7}}{% raw %}{# x #}",
    "[x](javascript:alert(1)) ![y](https://evil.example/z.png)",
    "&lt;script&gt; &amp; &#60;",
    "<!-- --><![CDATA[ x ]]>",
    "${7*7} `id` %s {0} \\u003cb\\u003e",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "\u65e5\u672c\U0001f600 e\u0301",
    "W" * 300,
]


def hostile_offer(text: str) -> dict[str, Any]:
    """Return the worked offer with a text wherever a person may type one."""
    return {
        **WORKED,
        "company": text, "level": text, "label": text, "guide_level": "L6",
        "contact": dict.fromkeys(("recruiter", "email", "team", "title"), text),
        "posted_base": {"low": 170000, "high": 190000, "url": text},
        "market": [{"measure": "total_4yr_avg", "p25": 2e5, "p50": 25e4, "p75": 3e5, "n": 3, "source": text}],
        "role": {"ai_ml": True},
    }  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_harmless_in_every_block(text: str, evaluated: Callable[..., Evaluation]) -> None:
    evaluation = evaluated(hostile_offer(text), top={"candidate": {"name": text, "current": CURRENT}})
    shows = []
    for name, block in TEXT_BLOCKS.items():
        made = block(evaluation)
        if isinstance(made, RecordedFigures):
            continue
        page = _Page(made._repr_html_())
        assert harms(page, is_block=True) == [], name
        assert page.inside == [], name
        if text in page.text:
            shows.append(name)
    # It stands there as typed: neither run, nor filled in, nor escaped twice.
    assert {"headline", "market_table", "company_notes_table", "offer_facts_table", "premium_headline"} <= set(shows)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_harmless_in_a_page(text: str, evaluated: Callable[..., Evaluation]) -> None:
    evaluation = evaluated(hostile_offer(text))
    outputs = [shown(report.headline(evaluation)), shown(report.market_table(evaluation)), shown(drawn(text))]
    outputs += [nbformat.v4.new_output("stream", name="stdout", text=f"{text}\n"), shown(text)]
    cells = [nbformat.v4.new_markdown_cell("# A question?")]
    cells += [nbformat.v4.new_code_cell("x", outputs=[output]) for output in outputs]
    page = _Page(report_html(nbformat.v4.new_notebook(cells=cells), title=f"{text}: a question?"))
    assert harms(page) == []
    assert page.inside == []
    assert len(page.named("h1")) == 1
    assert f"{text}: a question?" in page.texts
    assert page.text.count(text) >= 6  # title, headline, two yardsticks, stream, plain text
    assert {svg["aria-label"] for svg in page.named("svg")} == {f"Paid. {text}"}


def drawn(text: str) -> Picture:
    """Return a chart with a text in it."""
    return picture(lambda chart: chart.text(0, 60, text), "Paid", text)


def shown(value: Any) -> nbformat.NotebookNode:
    """Return the output that a cell ending in a value has, as IPython would make it."""
    data, metadata = {"text/plain": value if isinstance(value, str) else repr(value)}, {}
    if hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_()
    if hasattr(value, "_repr_mimebundle_"):
        bundle = value._repr_mimebundle_()
        more, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data |= more
    return nbformat.v4.new_output("execute_result", data, metadata=metadata, execution_count=1)


def page_of(path: Path, **parameters: Any) -> _Page:
    """Return the page of one of the kit's notebooks, run here cell by cell."""
    notebook = nbformat.read(str(path), as_version=4)
    names: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), path.name, "exec"), names)  # noqa: S102
        if "parameters" in cell.metadata.get("tags", []):
            names |= {"show_controls": False, **parameters}
        value = eval(compile(ast.Expression(last.value), path.name, "eval"), names) if last else None  # noqa: S307
        cell.outputs = [] if value is None else [shown(value)]
    return _Page(report_html(notebook, title=f"Amazon L6: {path.stem}"))


@pytest.fixture(scope="module")
def pages() -> dict[str, _Page]:
    """Return the page of each notebook, and of an offer about which the file tells next to nothing."""
    found = {path.stem: path for path in NOTEBOOKS}
    file = str(SAMPLE)
    made = {
        name: page_of(path, **({} if name == "guide_audit" else {"offers_file": file})) for name, path in found.items()
    }
    made["bare"] = page_of(found["offer_evaluation"], offers_file=file, offer_id="prairie-mutual-director", n_years=8)
    return made


PAGES = [*(path.stem for path in NOTEBOOKS), "bare"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_needs_nothing_else(name: str, pages: dict[str, _Page]) -> None:
    page = pages[name]
    assert harms(page) == []
    assert page.inside == []
    policy = next(meta["content"] for meta in page.named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(name: str, pages: dict[str, _Page]) -> None:
    """Language, one title, headings in order, words for pictures, tables that a screen reader can follow."""
    page = pages[name]
    assert page.named("html")[0]["lang"] == "en"
    assert any(meta.get("name") == "viewport" for meta in page.named("meta"))
    assert len(page.named("title")) == len(page.named("h1")) == len(page.named("main")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.named("svg") or name != "offer_evaluation"
    for chart in page.named("svg"):
        assert chart["role"] == "img"
        assert re.search(r"\$|Which choice has paid most|, by day|Pair 1", chart["aria-label"])
    assert len(page.named("caption")) == len(page.named("table")) > 0
    assert all(head.get("scope") in ("col", "row") for head in page.named("th"))
    identifiers = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))


def test_the_evaluation_page_answers_first(pages: dict[str, _Page]) -> None:
    text = pages["offer_evaluation"].text
    first_screen = text[: text.index("What does it pay, and where does it stand?", text.index("Worth a year"))]
    for said in (
        "$285,000",
        "$1,140,000",
        "Within the range",
        "Moderate risk",
        "Look at next",
        "a band of August 2025",
    ):
        assert said in first_screen
    assert "Try it" not in text
    assert "load_evaluation" not in text, "code is hidden"
    for said in ("Assumptions", "Add these to learn more", "not tax, legal or financial advice", "(unverified)"):
        assert said in text


def test_pictures_say_what_is_to_be_seen(evaluated: Callable[..., Evaluation]) -> None:
    made = {name: getattr(report, name)(evaluated(role={"ai_ml": True})) for name in PICTURES}
    assert all(isinstance(picture, Picture) for picture in made.values())
    assert "year 1 $270,000; year 2 $280,000; year 3 $295,000; year 4 $295,000" in made["pay_by_year"].alt
    assert "$258,750 to $362,500" in made["premium_ranges"].alt  # 225,000 x 1.15, 290,000 x 1.25


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("n_years", [1, 8])
def test_pictures_of_a_bare_offer(name: str, n_years: int, evaluated: Callable[..., Evaluation]) -> None:
    made = getattr(report, name)(evaluated(MINIMAL, base_salary=0, assumptions=Assumptions(n_years=n_years)))
    assert isinstance(made, Picture | Notes)
    assert isinstance(made, Notes) is name.endswith("ranges")


def test_a_bare_offer_has_every_block(evaluated: Callable[..., Evaluation]) -> None:
    """Nothing but the five fields that must be there, and no pay at all: no crash, no nan, no None."""
    for salary in (150_000, 0):
        evaluation = evaluated(MINIMAL, base_salary=salary)
        for name, block in TEXT_BLOCKS.items():
            said = repr(block(evaluation))
            assert not re.search(r"\b(nan|inf|NaT|None(?! applies))\b", said), name


def texts_of(blocks: Iterable[Any]) -> str:
    return "\n".join(map(repr, blocks))


def test_growth_is_named_a_scenario(evaluated: Callable[..., Evaluation]) -> None:
    for convention, way in (("smooth", "smoothly"), ("annual-step", "in one step a year")):
        evaluation = evaluated(assumptions=Assumptions(Growth(0.15, convention)))  # type: ignore[arg-type]
        said = texts_of([report.headline(evaluation), report.assumptions(evaluation)])
        assert said.count(f"if the share price grows 15% a year, {way}") == 2
        assert "a scenario, not a forecast" in said


def test_the_version_and_the_sources_stand_in_the_report(evaluated: Callable[..., Evaluation]) -> None:
    said = repr(report.sources(evaluated(equity=[{"value": 1e5, "vesting": "meta"}])))
    assert f"compkit {compkit.__version__}" in said
    assert "SalaryScript, as of 2026-01-01" in said
    assert "as of 2025-08-01" in said


def test_a_level_elsewhere_stands_next_to_the_guides_and_decides_nothing(evaluated: Callable[..., Evaluation]) -> None:
    """Public pages put Meta's E6 at Amazon's L7, the guide at L6; of Google's L5 both say L6."""
    fact = {
        company: dict(report.offer_facts_table(evaluated(company=company, level=level)).cells()).get("Level elsewhere")
        for company, level in (("Meta", "e6"), ("Google", "L5"), ("Amazon", "L6"), ("Meta ", "M1"))
    }
    assert fact["Amazon"] is None
    assert str(fact["Google"]).startswith("about Amazon L6 for software engineers (sia.build")
    assert "disagree" not in str(fact["Google"])
    assert str(fact["Meta"]).startswith("about Amazon L7 for software engineers (sia.build")
    assert str(fact["Meta"]).endswith("sources disagree, so ask what people at this level do")
    assert str(fact["Meta "]).startswith("about Amazon L6 for engineering managers (Taro")
