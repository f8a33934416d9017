"""What stumbled when call sheets were read aloud: the facts beside the words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from compkit.negotiation import PlanSettings, negotiation_plan
from compkit.offers import load_offers
from compkit.reference.tables import load_tables
from compkit.report import call_sheet

TABLES, DAY = load_tables(), dt.date(2026, 12, 1)
AMAZON: Mapping[str, Any] = {
    "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 175_000, "sign_on": [80_000, 60_000],
    "equity": [{"value": 260_000}],
}  # fmt: skip


def sheet(folder: Path, *offers: Mapping[str, Any], **settings: Any) -> dict[str, tuple[str, str]]:
    """Facts and words of the first offer's sheet, by heading."""
    held = [{"id": f"offer-{number}", **AMAZON, **offer} for number, offer in enumerate(offers)]
    file = folder / "offers.yaml"
    file.write_text(yaml.safe_dump({"rates": {"GBP": 1.25}, "offers": held}), encoding="utf-8")
    plan = negotiation_plan(load_offers(file), "offer-0", TABLES, DAY, PlanSettings(**settings))
    return {part.heading: ("\n".join(part.facts), part.say) for part in call_sheet(plan).parts}


def facts_for(found: dict[str, tuple[str, str]], start: str) -> str:
    return next(facts for heading, (facts, _) in found.items() if heading.startswith(start))


def test_ranges_and_totals_are_in_the_offers_own_currency(tmp_path: Path) -> None:
    """4 x 100,000 + 15,000 = 415,000 pounds."""
    row = {
        "measure": "base_salary",
        "p25": 100_000,
        "p75": 130_000,
        "n": 22,
        "as_of": "2026-10-01",
        "source": "a survey",
    }
    pounds = {"company": "Bank", "location": "Elsewhere", "currency": "GBP", "base_salary": 100_000,
              "sign_on": [15_000], "equity": [], "market": [row]}  # fmt: skip
    found = sheet(tmp_path, pounds)
    assert "Base salary: inside your own research, up to £130,000" in facts_for(found, "Why")
    assert "assumed" not in facts_for(found, "Why"), "the research isn't"
    assert "Four years: £415,000 to £" in facts_for(found, "The ask")
    assert "$" not in facts_for(found, "The ask")


def test_a_range_that_ends_above_what_employers_give_is_not_its_edge(tmp_path: Path) -> None:
    """The guide's band ends at 400,000; such employers go 40% above 260,000, to 364,000."""
    reasons = facts_for(sheet(tmp_path, {}, target=1_185_000, package="equity"), "Why")
    assert "Stock grant: inside the guide's band, up to $400,000" in reasons
    last = facts_for(sheet(tmp_path, {}, target=1_230_000, package="equity"), "Why")
    assert "Stock grant: inside the guide's band, up to $400,000, and as far as such employers usually go" in last


def test_a_new_part_does_not_rise_from_nothing(tmp_path: Path) -> None:
    asked = facts_for(sheet(tmp_path, {"sign_on": [], "equity": []}), "The ask")
    assert "(new)" in asked
    assert "$0" not in asked


def test_nothing_stands_under_an_empty_heading(tmp_path: Path) -> None:
    bare = {"company": "Quill", "company_type": "AI-First Startups", "location": "San Francisco", "sign_on": [],
            "equity": [], "base_salary": 180_000}  # fmt: skip
    assert all(facts or say for facts, say in sheet(tmp_path, bare).values())


def test_a_deadline_that_is_near_comes_first(tmp_path: Path) -> None:
    """Wednesday leaves one business day from Tuesday; a week more is the Wednesday after."""
    near = sheet(tmp_path, {"deadline": "2026-12-02"})
    assert next(iter(near)) == "First of all, ask for time"
    assert "Wednesday, December 2" in near["First of all, ask for time"][1]
    assert "Wednesday, December 9?" in near["First of all, ask for time"][1]
    for enough in (
        {"deadline": "2026-12-04"},
        {"deadline": "2026-12-18", "negotiation": {"call_on": "2026-12-02"}},
        {},
    ):
        assert next(iter(sheet(tmp_path, enough))) == "Open"


def test_ones_own_employer_hears_of_no_other_offer_unless_it_is_to_match_it(tmp_path: Path) -> None:
    own = {"candidate_type": "internal", "status": "written"}
    less = {"company": "Globex", "status": "written", "base_salary": 120_000, "equity": [], "sign_on": []}
    assert "another company" not in sheet(tmp_path, own, less)["The ask"][1]
    assert "another company" in sheet(tmp_path, {"status": "written"}, less)["The ask"][1]


def test_without_an_ask_the_replies_are_there(tmp_path: Path) -> None:
    found = sheet(tmp_path, {"base_salary": 190_000, "sign_on": [125_000, 100_000], "equity": [{"value": 400_000}]},
                  {"company": "Globex", "status": "written", "base_salary": 700_000})  # fmt: skip
    headings = " ".join(found)
    assert "The ask" not in found
    for asked in (
        "What would it take?",
        "Send me the other offer",
        "What do you make now?",
        "I need your answer today",
    ):
        assert asked in headings


def test_the_close_says_that_a_higher_figure_counts(tmp_path: Path) -> None:
    assert facts_for(sheet(tmp_path, {"status": "written"}), "The close") == "If they went higher, say their amounts."
