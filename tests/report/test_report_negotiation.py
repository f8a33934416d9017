"""What the negotiation plan shows: every block, its pictures, the call sheet, the letters, the figures on record."""

from __future__ import annotations

import datetime as dt
import html
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import ipywidgets
import pytest
import yaml
from hypothesis import given, strategies as st
from laws import examples
from quick_cases import mostly_long
from sample_plans import AMAZON, SETTINGS, plan_for, sample_plan
from strategies import offers as drawn_offers

from compkit import notebook as widgets, report
from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.model.candidate import Candidate
from compkit.model.offer import Offer
from compkit.negotiation.letters import LETTER_KINDS, TONES
from compkit.negotiation.limits import LEVERS
from compkit.negotiation.plan import NegotiationPlan, load_negotiation_plan
from compkit.negotiation.plan_settings import PACKAGES, PlanSettings
from compkit.offers import OfferEntry, load_offers
from compkit.pay.value import Assumptions
from compkit.reference.letter_texts import load_letter_texts
from compkit.reference.tables import load_tables
from compkit.report.show.blocks import Headline, Notes, Picture, RecordedFigures, Table
from compkit.report.show.inline_styles import without_inline_styles
from compkit.report.show.text import MEASURE_NAMES, UNKNOWN, usd
from compkit.report.show.words import CallSheet, Words

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
SAMPLE_IDS = mostly_long(load_offers(SAMPLE).ids)
DAY = "2026-11-22"
TABLES, TEXTS = load_tables(), load_letter_texts()
TABLE_BLOCKS = (
    "alternatives_table", "checklist_table", "deciders_table", "floors_table", "leverage_table", "limits_table",
    "other_levers_table", "packages_table", "portfolio_table", "steps_table", "strategy_table", "tips_table",
    "walk_away_table", "why_they_differ_table",
)  # fmt: skip
OTHER_BLOCKS = (
    "call_sheet", "negotiation_assumptions", "negotiation_caveats", "negotiation_headline", "negotiation_sources",
    "recorded_negotiation",
)  # fmt: skip
PICTURES = ("negotiation_zone_chart",)
LETTERS = ("initial", "counter", "extension", "expedite", "follow-up", "accept", "decline")
# What must not be seen: values that are none, and the marks of lists, groups, types and code.
ARTEFACT = re.compile(
    r"\b(nan|NaN|inf|NaT|float64)\b|\bNone\b(?! to show|, some or)|[\[\]{}`]|\bnp\.|Timestamp|dtype", re.ASCII
)
Make = Callable[..., NegotiationPlan]


@cache
def sample(offer_id: str, **options: Any) -> NegotiationPlan:
    """Plan of an offer of the sample file."""
    if not options:
        return load_negotiation_plan(str(SAMPLE), offer_id, report_date=DAY)
    plan = sample(offer_id)
    return NegotiationPlan(plan.analysis, plan.others, replace(plan.settings, **options), TEXTS)


@cache
def sample_blocks(offer_id: str) -> Mapping[str, Any]:
    return blocks_of(sample(offer_id))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return what plans the first of some offers, through a file as a person writes it."""

    def made(
        *changes: Mapping[str, Any], candidate: Mapping[str, Any] | None = None, **options: Any
    ) -> NegotiationPlan:
        held = [{"id": f"offer-{number}", **AMAZON, **change} for number, change in enumerate(changes or [{}])]
        document = {"rates": {"EUR": 1.1}, "candidate": dict(candidate or {}), "offers": held}
        path = tmp_path / "offers.yaml"
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        return load_negotiation_plan(str(path), held[0]["id"], report_date=DAY, **options)

    return made


def text_of(page: str) -> str:
    """Return what a reader of HTML sees."""
    return html.unescape(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL))


def blocks_of(plan: NegotiationPlan) -> dict[str, Any]:
    """Return every block that the notebook can show of a plan."""
    made = {name: getattr(report, name)(plan) for name in (*TABLE_BLOCKS, *OTHER_BLOCKS, *PICTURES)}
    return made | {f"letter {kind}": report.letter_words(plan, kind) for kind in LETTERS}


def check_block(name: str, block: Any) -> None:
    """Fail if a block shows what is no word or figure."""
    assert isinstance(block, Headline | Table | Notes | RecordedFigures | Picture | Words | CallSheet), name
    assert not ARTEFACT.search(repr(block)), (name, ARTEFACT.search(repr(block)), repr(block))
    if hasattr(block, "_repr_html_"):
        page = block._repr_html_()
        assert page.strip().startswith("<")
        assert not ARTEFACT.search(text_of(page)), (name, page)
    if isinstance(block, Table):
        assert block.caption.strip(), name
        shown = without_inline_styles(block._repr_html_())
        assert f"<caption>{html.escape(block.caption)}</caption>" in shown.replace("&#39;", "&#x27;")
        assert all(cell.strip() or column.key == "answer" or column.key == "beware" or not cell
                   for row in block.cells() for cell, column in zip(row, block.columns, strict=True)), name  # fmt: skip
    if isinstance(block, Notes):
        assert block.items, name
        assert all(item.strip() for item in block.items), name


def check_all(blocks: Mapping[str, Any]) -> None:
    for name, block in blocks.items():
        check_block(name, block)


# Every block


def test_every_block_of_the_five_modules_is_tested() -> None:
    modules = {
        f"compkit.report.negotiation.{name}" for name in ("call_sheet", "figures", "guidance", "summary", "tables")
    }
    found = {name for name in report.__all__ if getattr(getattr(report, name), "__module__", "") in modules}
    assert found == {*TABLE_BLOCKS, *OTHER_BLOCKS, *PICTURES, "letter_words", "losing_in_words", "parts_by_remark",
                     "plan_caution"}  # fmt: skip


def test_the_sample_has_thirteen_offers() -> None:
    assert len(SAMPLE_IDS) == 13


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_every_block_of_the_sample_offers(offer_id: str) -> None:
    check_all(sample_blocks(offer_id))


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_no_block_speaks_of_fields_as_words(offer_id: str) -> None:
    """A package's flags open sentences such as "Base_salary: to the dollar."."""
    for name, block in sample_blocks(offer_id).items():
        if name != "negotiation_assumptions" and name != "recorded_negotiation":
            assert not re.search(r"(?i)\b(base_salary|rsu_4yr|sign_on_y[12])\b", repr(block)), (name, repr(block))


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_pictures_name_the_amounts(offer_id: str) -> None:
    plan, blocks = sample(offer_id), sample_blocks(offer_id)
    zone = blocks["negotiation_zone_chart"]
    assert isinstance(zone, Picture)
    amounts = [("offer", plan.zopa.offered), ("ranges end", plan.zopa.high)]
    if plan.stop_line:
        amounts.append(("stop line", plan.stop_line.yearly))
    if plan.walk_away.cash_flow_here is not None:
        amounts.append(("staying", plan.walk_away.cash_flow_here))
    if plan.has_ask:
        for name, package in [("ask", plan.ask), *([("settle for", plan.fallback)] if plan.has_fallback else [])]:
            amounts.append((name, plan.zopa.offered + (package.total - plan.offered.total) / 4))
    for name, amount in amounts:
        assert f"{name} {usd(amount)}" in zone.alt
    assert ("no zone of agreement" in zone.alt) is plan.zopa.is_empty


JOB = {"name": "Robin Made-Up", "residence": "Seattle", "current": {"base_salary": 180_000, "annual_equity": 60_000}}
FULL: Mapping[str, Any] = {
    "base_salary": 190_000, "sign_on": [125_000, 100_000], "equity": [{"value": 400_000, "vesting": "amazon"}],
}  # fmt: skip
CASH: Mapping[str, Any] = {"company": "Bolt", "status": "written", "sign_on": [], "equity": []}
ODD: dict[str, tuple[list[Mapping[str, Any]], dict[str, Any]]] = {
    "as little as a file may hold": ([{"company": "Acme", "company_type": None, "sign_on": [], "equity": [],
                                       "start_date": None}], {}),
    "no room at all": ([FULL], {}),
    "above its bands": ([{**FULL, "base_salary": 300_000}], {}),
    "empty zone": ([{}, {**CASH, "base_salary": 900_000}], {}),
    "another offer": ([{}, {**CASH, "base_salary": 290_000, "deadline": dt.date(2026, 12, 1)}], {}),
    "unreachable": ([{}], {"target": 3_000_000}),
    "just reachable": ([{}], {"target": 1_385_000}),
    "target as offered": ([{}], {"target": 1_140_000}),
    "beyond the bands": ([{}], {"beyond_band": True}),
    "far beyond the bands": ([{}], {"beyond_band": True, "target": 5_000_000, "n_steps": 3}),
    "beyond all reason": ([{}], {"beyond_band": True, "target": 100_000_000}),
    "euros": ([{"currency": "EUR", "base_salary": 140_000}], {}),
    "euros against dollars": ([{"currency": "EUR"}, {**CASH, "base_salary": 290_000}], {}),
    "deadline past": ([{"deadline": dt.date(2026, 11, 1)}, {**CASH, "deadline": dt.date(2026, 11, 20)}], {}),
    "call past": ([{"negotiation": {"call_on": dt.date(2026, 11, 1)}}], {}),
    "nothing paid": ([{"base_salary": 0, "sign_on": [], "equity": []}], {}),
    "tiny": ([{"base_salary": 1, "sign_on": [1], "equity": [{"value": 1}]}], {}),
    "huge": ([{"base_salary": 900_000_000, "equity": [{"value": 5_000_000_000}]}], {}),
    "no tax tables": ([{"location": "Boise"}], {}),
    "in process": ([{"status": "in-process"}, {**CASH, "status": "in-process"}], {}),
    "equal in worth": ([{}], {"equal_on": "worth", "discount_rate": 0.1, "stay_rate": 0.8}),
    "one step": ([{}], {"n_steps": 1}),
    "five steps": ([{}], {"n_steps": 5, "package": "equity", "tone": "firm"}),
    "internal": ([{"candidate_type": "internal"}], {}),
    "boomerang": ([{"candidate_type": "boomerang"}], {"tone": "warm"}),
    "a startup": ([{"company": "Quux", "company_type": "AI-First Startups",
                    "startup": {"fully_diluted_shares": 1_000_000}}], {}),
    "leaning": ([{"negotiation": {"leaning": {"base_salary": 180_000, "rsu_4yr": 390_000, "sign_on_y1": 90_000}}}], {}),
    "no upper ends": ([{"market": [{"measure": "base_salary", "p50": 180_000, "source": "made up"}]}], {}),
}  # fmt: skip


QUICK_CASES = (
    "as little as a file may hold", "no room at all", "empty zone", "another offer", "unreachable", "beyond the bands",
    "euros", "deadline past", "nothing paid", "no tax tables", "equal in worth", "five steps", "a startup",
)  # fmt: skip


@pytest.mark.parametrize(
    "candidate", [pytest.param({}, id="no current job", marks=pytest.mark.long), pytest.param(JOB, id="current job")]
)
@pytest.mark.parametrize("name", mostly_long(ODD, QUICK_CASES))
def test_every_block_of_odd_offers(name: str, candidate: dict[str, Any], make: Make) -> None:
    changes, options = ODD[name]
    check_all(blocks_of(make(*changes, candidate=candidate, **options)))


@examples(5)
@given(offer=drawn_offers(), other=drawn_offers("other"), settings=SETTINGS, salary=st.none() | st.integers(0, 900_000))
def test_no_report_shows_what_is_no_figure(
    offer: Offer, other: Offer, settings: PlanSettings, salary: int | None
) -> None:
    current = None if salary is None else {"base_salary": float(salary)}
    candidate = Candidate.model_validate({"residence": "Seattle", "current": current})
    mine, its = (
        LocationAnalysis(
            Evaluation(OfferEntry(one, candidate, 1.0, "drawn"), TABLES, Assumptions(), dt.date(2026, 11, 22))
        )
        for one in (offer, other)
    )
    check_all(blocks_of(NegotiationPlan(mine, (its,), settings, TEXTS)))


@examples(3)
@given(offer=drawn_offers(), settings=SETTINGS)
def test_the_same_for_somebody_of_whom_nothing_is_known(offer: Offer, settings: PlanSettings) -> None:
    check_all(blocks_of(plan_for(offer, settings)))


# By hand


def cards_of(plan: NegotiationPlan) -> dict[str, tuple[str, str, str]]:
    return {card.label: (card.figure, card.detail, card.tone) for card in report.negotiation_headline(plan).cards}


def test_the_first_screen_by_hand() -> None:
    """The amounts of tests/cases/plan.csv: 185,000 and 165,000 more, and the three kinds of stop line."""
    cards = cards_of(sample_plan("before"))
    assert cards["Ask for"][0] == "$1,325,000"
    assert "$185,000 more" in cards["Ask for"][1]
    assert cards["Settle for"][0] == "$1,305,000"
    assert "$165,000 more" in cards["Settle for"][1]
    assert (cards["Stop below"][0], cards["Stop below"][2]) == ("Not known", "warn")
    stayer = cards_of(sample_plan("stayer"))["Stop below"]
    assert (stayer[0], stayer[2]) == ("$1,040,000", "good")
    assert "$260,000 a year" in stayer[1]
    holder = cards_of(sample_plan("holder"))["Stop below"]
    assert (holder[0], holder[2]) == ("$1,160,000", "bad")
    assert "your best alternative: the offer as it stands is below it" in holder[1]
    dreamer = cards_of(sample_plan("dreamer"))["Stop below"]
    assert dreamer[0] == "$1,800,000"
    assert "even the most that the ranges allow is below it" in dreamer[1]


def test_the_next_steps_by_hand() -> None:
    steps = {name: " ".join(report.negotiation_headline(sample_plan(name)).next_steps)
             for name in ("stayer", "holder", "dreamer", "above")}  # fmt: skip
    assert "fall back on staying: $25,000 a year less" in steps["stayer"]
    assert "Bolt L6 in Seattle is worth $5,000 a year more" in steps["holder"]
    assert "Bolt L6 in Seattle is worth $165,000 a year more" in steps["dreamer"]
    assert "Ask whether they would look at the level again" in steps["dreamer"]
    assert "Read the call sheet" not in steps["dreamer"]
    assert "Ask about the level, the start date" in steps["above"]
    assert "Read the call sheet" not in steps["above"]


def test_without_room_notes_stand_in_place_of_tables() -> None:
    plan = sample_plan("above")
    assert "The ask" not in repr(report.call_sheet(plan))
    for name in ("packages_table", "steps_table"):
        made = getattr(report, name)(plan)
        assert isinstance(made, Notes), name
        assert made.kind == "left-out"
    assert isinstance(report.negotiation_zone_chart(plan), Picture)
    assert cards_of(plan)["Ask for"][0] == "No more pay"
    assert cards_of(plan)["Settle for"][0] == "$1,540,000"


def test_without_a_job_notes_stand_in_place_of_the_walk_away() -> None:
    plan = sample_plan("before")
    for name in ("walk_away_table", "why_they_differ_table", "alternatives_table", "portfolio_table"):
        assert isinstance(getattr(report, name)(plan), Notes), name
    floors = report.floors_table(plan)
    assert not any(row[0].startswith("Staying") for row in floors.cells())
    assert "to see what staying is worth" in repr(floors)
    assert "staying" not in report.negotiation_zone_chart(plan).alt


def test_the_floors_by_hand() -> None:
    rows = {row[0]: row[1:3] for row in report.floors_table(sample_plan("holder")).cells()}
    assert rows == {
        "Walk-away, by the guide": ["$285,000", "$1,140,000"],
        "Staying, payment by payment": ["$260,000", "$1,040,000"],
        "Best alternative (reservation value)": ["$290,000", "$1,160,000"],
        "Stop line: don't sign below it": ["$290,000", "$1,160,000"],
        "The offer as it stands": ["$285,000", "$1,140,000"],
        "Your target": ["$325,625", "$1,302,500"],
        "The most the ranges allow": ["$346,250", "$1,385,000"],
    }


def test_the_walk_away_and_the_alternatives_by_hand() -> None:
    rows = [row[:2] for row in report.walk_away_table(sample_plan("stayer")).cells()]
    assert rows == [
        ["Current job, a year", "$260,000"], ["Cost of living", "$0"], ["Risk of a move", "$15,000"],
        ["Room to grow", "$10,000"], ["Walk-away", "$285,000"],
    ]  # fmt: skip
    others = [row[:4] for row in report.alternatives_table(sample_plan("waiter")).cells()]
    assert others == [
        ["Staying", "Staying", "$260,000", "$260,000"],
        ["Bolt L6 in Seattle", "Verbal offer", "$300,000", UNKNOWN],
    ]
    why = report.why_they_differ_table(sample_plan("stayer")).cells()
    assert why[-1][1] == "$25,000"
    assert [row[1] for row in why[:-1]] == ["$15,000", "$10,000"]


def test_the_worked_negotiation_by_hand() -> None:
    """Changes of 10,000, 80,000, 30,000 and 25,000; 175,000 of 1,140,000 is 15.35 %."""
    made = report.worked_negotiation_table(TABLES)
    cells = made.cells()
    assert [row[:5] for row in cells] == [
        ["Base salary", "$175,000", "$185,000", "$10,000", "$190,000"],
        ["Stock grant", "$300,000", "$380,000", "$80,000", "$400,000"],
        ["Sign-on, year 1", "$80,000", "$110,000", "$30,000", "$125,000"],
        ["Sign-on, year 2", "$60,000", "$85,000", "$25,000", "$100,000"],
        ["Four years", "$1,140,000", "$1,315,000", "$175,000", "$1,385,000"],
    ]
    assert [row[5] for row in cells[:3]] == ["67%", "80%", "67%"]
    assert cells[3][5] in ("62%", "63%")  # 25,000 of 40,000 is 62.5 %
    assert cells[4][5] == "71%"  # 175,000 of 245,000
    assert "15.35%" in made.note
    check_block("worked_negotiation_table", made)


def test_euros_are_shown_in_dollars() -> None:
    assert cards_of(sample_plan("euro"))["Ask for"][0].startswith("$1,")
    assert "€330,000" in repr(report.call_sheet(sample_plan("euro")))


@pytest.mark.parametrize(("on", "said"), [((2026, 11, 20), "has passed"), ((2026, 11, 23), "in 1 day")])
def test_the_deadline_is_told(on: tuple[int, int, int], said: str, make: Make) -> None:
    plan = make({"deadline": dt.date(*on)})
    assert said in report.negotiation_headline(plan).next_steps[0]


def test_a_deadline_of_today_is_told_as_such(make: Make) -> None:
    """It is asked for more time, not told that no days are left."""
    said = report.negotiation_headline(make({"deadline": dt.date(2026, 11, 22)})).next_steps[0]
    assert "in no days" not in said
    assert "well before" not in said


def test_no_stop_line_lies_below_zero() -> None:
    """Where other pay alone exceeds the stop line, the card says "Stop below: −$600,000"."""
    assert sample_plan("earner").stop_line is not None
    assert "−" not in cards_of(sample_plan("earner"))["Stop below"][0]


# The call


def amounts_in(text: str) -> set[str]:
    return set(re.findall(r"\$[\d,]*\d", text))


def raised_amounts(plan: NegotiationPlan, name: str) -> set[str]:
    package = getattr(plan, name)
    return {usd(package.amount(lever)) for lever in LEVERS if package.amount(lever) != plan.offered.amount(lever)}


@pytest.mark.parametrize("tone", mostly_long(TONES, TONES[:1]))
@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_the_call_sheet_says_what_the_script_says(offer_id: str, tone: str) -> None:
    """Every part of the script in the order of the call, each amount beside its words; without an ask none of it."""
    plan = sample(offer_id, tone=tone)
    sheet, script = report.call_sheet(plan), plan.script
    said = [part.say for part in sheet.parts if part.say]
    if script is None:
        assert "The ask" not in [part.heading for part in sheet.parts]
        assert not [text for text in said if "sign" in text.split()]
        return
    order = ["opening", "ask", "silence", "refused", "fallback", "final", "needed", "what_it_takes", "other_offer",
             "current_pay", "today", "closing"]  # fmt: skip
    assert said == [script.parts[name] for name in order]
    asked = {"The ask": plan.ask} | (
        {"Only after their figure: the fallback": plan.fallback} if plan.has_fallback else {}
    )
    beside = {part.heading: list(part.facts) for part in sheet.parts}
    for heading, package in asked.items():
        changes = [(lever, plan.offered.amount(lever), package.amount(lever)) for lever in LEVERS]
        assert beside[heading] == [
            *(f"{MEASURE_NAMES[lever]}: {f'{usd(before)} to {usd(after)}' if before else f'{usd(after)} (new)'}"
              for lever, before, after in changes if after != before),
            f"Four years: {usd(plan.offered.total)} to {usd(package.total)}",
        ]  # fmt: skip
    assert raised_amounts(plan, "ask") <= amounts_in(script.ask)


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_nothing_below_the_stop_line_is_settled_for(offer_id: str) -> None:
    """Where the stop line lies above a package, no word promises to sign it; where above all, none asks for pay."""
    plan = sample(offer_id)
    if plan.zopa.is_empty:
        assert plan.script is None
        assert "decline" not in " ".join(part.say for part in report.call_sheet(plan).parts)
        assert "Even the most that the ranges allow is below your stop line" in str(report.plan_caution(plan))
        assert "No letter" in repr(report.letter_words(plan, "counter"))
    elif plan.has_fallback:
        assert plan.stop_line is None or plan.fallback.total >= plan.stop_line.total


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_the_words_hold_the_amounts_beside_them(offer_id: str) -> None:
    """The close names what is settled for, and the ask where there is nothing between it and the offer."""
    plan = sample(offer_id)
    if plan.script is None:
        return
    assert amounts_in(plan.script.closing) == raised_amounts(plan, "fallback" if plan.has_fallback else "ask")
    if plan.has_fallback:
        assert amounts_in(plan.script.fallback) == raised_amounts(plan, "fallback")
        assert not amounts_in(plan.script.refused)


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_no_part_rises_from_the_ask_to_the_fallback(offer_id: str) -> None:
    """Each total is solved by itself, so that coming down can mean asking more of a part."""
    for name in PACKAGES:
        plan = sample(offer_id, package=name)
        rising = {
            lever: (plan.ask.amount(lever), plan.fallback.amount(lever))
            for lever in LEVERS
            if plan.fallback.amount(lever) > plan.ask.amount(lever)
        }
        assert rising == {}, name


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_the_stop_line_stands_in_its_own_part_alone(offer_id: str) -> None:
    plan = sample(offer_id)
    sheet, stop = report.call_sheet(plan), plan.stop_line
    if not isinstance(sheet, CallSheet) or stop is None:
        return
    last = sheet.parts[-1]
    assert last.heading.endswith("(never said)")
    assert last.say == ""
    assert usd(stop.yearly) in last.facts[0]
    own = {usd(package.amount(lever)) for package in (plan.offered, plan.ask, plan.fallback) for lever in LEVERS}
    own |= {usd(package.total) for package in (plan.offered, plan.ask, plan.fallback)}
    secret = {usd(stop.yearly), usd(stop.total), usd(plan.walk_away.amount), usd(plan.walk_away.current_total)} - own
    for part in sheet.parts[:-1]:
        assert not amounts_in(f"{part.say} {' '.join(part.facts)}") & secret, part.heading


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_letters_of_the_report_hold_nothing_private(offer_id: str) -> None:
    plan = sample(offer_id)
    job = plan.evaluation.candidate.current
    private = [plan.walk_away.amount, plan.walk_away.current_total, plan.walk_away.cash_flow_here]
    private += [plan.stop_line.yearly, plan.stop_line.total] if plan.stop_line else []
    private += [job.base_salary, job.annual_bonus, job.annual_equity, job.unvested_equity] if job else []
    own = {usd(package.amount(lever)) for package in (plan.offered, plan.ask, plan.fallback) for lever in LEVERS}
    secret = {usd(amount) for amount in private if amount} - own
    for kind in LETTER_KINDS:
        made = report.letter_words(plan, kind)
        check_block(kind, made)
        assert not amounts_in(text_of(made._repr_html_())) & secret, kind
        for other in plan.others:
            if other.evaluation.offer.company != plan.evaluation.offer.company:
                assert other.evaluation.offer.company not in repr(made), kind


# Names

LONG = "Ab" * 30
HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</p><iframe src=https://evil.example>",
    "Öl & Söhne \"GmbH\" 'Ltd' $x_1$ \\frac", "שלום עולם", "🚀 rocket 👩‍💻", LONG,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:12])
def test_hostile_names_are_harmless(text: str, make: Make) -> None:
    """They are no tag in any block, stand as typed in call sheet and letter, and break no picture."""
    told = {
        "company": text, "level": "L6", "label": text, "contact": {"recruiter": text, "team": text, "title": text},
        "negotiation": {"reasons": [f"I have run {text}"]}, "guide_level": "L6",
        "equity": [{"value": 300_000, "vesting": "amazon", "tradable": True}],
    }  # fmt: skip
    candidate = {**JOB, "name": text}
    plan = make(told, {**CASH, "company": f"{text} too", "base_salary": 280_000}, candidate=candidate)
    for name, block in blocks_of(plan).items():
        check_block(name, block)
        if hasattr(block, "_repr_html_"):
            page = block._repr_html_()
            assert not re.search(r"<(script|img|iframe)", page), name
            assert not re.search(r"<[^>]*onerror", page), name
    sheet, counter = report.call_sheet(plan), report.letter_words(plan, "counter")
    assert isinstance(sheet, CallSheet)
    assert isinstance(counter, Words)
    for made in (sheet, counter):
        assert text in repr(made)
        assert html.escape(text).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in made._repr_html_()


def test_the_longest_and_oddest_ids(make: Make) -> None:
    check_all(blocks_of(make({"id": "x" * 64}, {**CASH, "id": "0", "base_salary": 280_000}, candidate=JOB)))


# On record


@pytest.mark.parametrize("offer_id", SAMPLE_IDS)
def test_recorded_figures(offer_id: str) -> None:
    """Known columns, finite values, and sources that the tables know."""
    for row in report.recorded_negotiation(sample(offer_id)).rows:
        assert set(row) == {"figure", "value", "unit", "source_ids", "as_of", "status"}
        assert isinstance(row["value"], float), row
        assert math.isfinite(row["value"]), row
        assert row["unit"]
        assert set(row["source_ids"].split()) <= {*TABLES.sources, "offers-file"}, row


@pytest.mark.parametrize("options", [{}, {"target": 1_390_000}, {"n_steps": 1}], ids=str)
def test_recorded_figures_have_names_of_their_own(options: dict[str, Any]) -> None:
    """Where ask, fallback or largest are one package, all are recorded as the ask."""
    plan = sample_plan("before", **options)
    names = [row["figure"] for row in report.recorded_negotiation(plan).rows]
    assert len(names) == len(set(names)), names
    value = {row["figure"]: row["value"] for row in report.recorded_negotiation(plan).rows}
    assert value["ask total"] == plan.ask.total
    assert value["fallback total"] == plan.fallback.total
    assert value["largest total"] == 1_385_000


def test_recorded_figures_by_hand() -> None:
    value = {row["figure"]: row["value"] for row in report.recorded_negotiation(sample_plan("holder")).rows}
    assert value["negotiation walk-away"] == pytest.approx(285_000)
    assert value["negotiation staying, level pay here"] == pytest.approx(260_000)
    assert value["negotiation reservation value"] == pytest.approx(290_000)
    assert value["negotiation offer, level pay"] == pytest.approx(285_000)
    assert value["negotiation target, level pay"] == pytest.approx(325_625)
    assert (value["ask total"], value["fallback total"], value["largest total"]) == (1_325_000, 1_305_000, 1_385_000)


# The controls


def test_reports_make_no_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        pytest.fail("a report must make no widget")

    monkeypatch.setattr(ipywidgets.Widget, "__init__", fail)
    assert widgets.negotiation_controls(sample_plan("before"), show=False) is None


def test_controls_begin_with_the_parameters() -> None:
    plan = sample_plan("before", target=1_250_000, package="cash", tone="firm")
    panel = widgets.negotiation_controls(plan, show=True)
    assert [field.value for field in panel.fields.values()] == [1_250_000, "cash", "firm", False]
    table, picture, sheet = panel.shown
    check_block("packages_table", table)
    check_block("negotiation_zone_chart", picture)
    check_block("call_sheet", sheet)


def test_controls_react() -> None:
    """Each value that can be chosen shows a table, a picture and a sheet, those of the plan with those settings."""
    panel = widgets.negotiation_controls(sample_plan("before"), show=True)
    fields = panel.fields
    assert repr(panel.shown[2]) == repr(report.call_sheet(sample_plan("before", target=1_302_500)))
    fields["target"].control.value = "1.2M"
    fields["package"].control.value = "equity"
    fields["tone"].control.value = "warm"
    again = sample_plan("before", target=1_200_000, package="equity", tone="warm")
    assert repr(panel.shown[0]) == repr(report.packages_table(again))
    assert repr(panel.shown[2]) == repr(report.call_sheet(again))
    fields["is_beyond"].control.value = True
    assert "$201,250" in repr(panel.shown[0])
    for target in ("1,140,000", "2,770,000", "1385k"):
        fields["target"].control.value = target
        assert fields["target"].error == panel.error == ""
        for block in panel.shown:
            check_block("shown", block)
    fields["target"].control.value = "1.1M"
    assert fields["target"].error == "Must be $1,140,000 to $2,770,000, got $1,100,000."


@pytest.mark.parametrize("name", ["above", "earner", "euro"])
def test_controls_of_odd_offers(name: str) -> None:
    panel = widgets.negotiation_controls(sample_plan(name), show=True)
    target = panel.fields["target"]
    for value in (target.minimum, target.maximum):
        target.value = value
        assert panel.error == ""
        for block in panel.shown:
            check_block(name, block)
