"""Warnings before a letter is sent: on the screen and in JSON, never in what is sent."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from sample_letters import write_offers_file

from compkit import report
from compkit.cli.letter import letter_command
from compkit.negotiation import LetterKind, NegotiationPlan, PlanSettings, negotiation_plan
from compkit.offers import load_offers
from compkit.reference.tables import load_tables

TABLES, DAY = load_tables(), dt.date(2026, 12, 1)
CURRENT = {"current": {"base_salary": 200_000}}
LOW, UNWRITTEN, NOT_MADE, OUT = "stop line, $200,000 a year", "in writing", "haven't made", "ruled this offer out"
CLEARED, RUSHED, LOST = "every check has cleared", "ask for more time first", "$50,000 a year more"


def planned(folder: Path, offer: dict[str, Any], candidate: dict[str, Any], *others: dict[str, Any]) -> NegotiationPlan:
    offers = load_offers(write_offers_file(folder, offer, *others, candidate={"residence": "Austin", **candidate}))
    return negotiation_plan(offers, "offer-0", TABLES, DAY, PlanSettings())


@pytest.mark.parametrize(
    ("offer", "candidate", "kind", "said"),
    [
        ({"status": "written"}, CURRENT, "accept", {LOW, CLEARED}),  # 150,000 against staying at 200,000
        ({"status": "written", "base_salary": 200_000}, CURRENT, "accept", {CLEARED}),
        ({"status": "written"}, {}, "accept", {CLEARED}),  # no stop line
        ({}, {}, "accept", {UNWRITTEN, CLEARED}),
        ({"status": "verbal"}, {}, "accept", {UNWRITTEN, CLEARED}),
        ({"status": "in-process"}, {}, "accept", {NOT_MADE, CLEARED}),
        ({"status": "written"}, {"decision": {"out": ["offer-0"]}}, "accept", {OUT, CLEARED}),
        ({"status": "verbal"}, {"decision": {"out": ["offer-0"]}}, "counter", {OUT, UNWRITTEN}),
        ({"status": "written"}, CURRENT, "competing-offer", {LOW}),
        ({"status": "written", "deadline": "2026-12-02"}, {}, "counter", {RUSHED}),
        ({"status": "written", "deadline": "2026-12-02"}, {}, "initial", {RUSHED}),
        ({"status": "written", "deadline": "2026-12-11"}, {}, "counter", set()),
        ({"status": "written", "deadline": "2026-12-02"}, {}, "extension", set()),
        ({"status": "written", "base_salary": 250_000}, CURRENT, "decline", {LOST, CLEARED}),
        ({"status": "written"}, CURRENT, "decline", {CLEARED}),
        ({"status": "in-process"}, {}, "status", set()),
    ],
)
def test_what_to_know_before_sending(
    offer: dict[str, Any], candidate: dict[str, Any], kind: LetterKind, said: set[str], tmp_path: Path
) -> None:
    caution = report.letter_caution(planned(tmp_path, offer, candidate), kind) or ""
    assert {words for words in (LOW, UNWRITTEN, NOT_MADE, OUT, CLEARED, RUSHED, LOST) if words in caution} == said


def test_an_earlier_round_is_not_to_be_accepted(tmp_path: Path) -> None:
    plan = planned(tmp_path, {"status": "written"}, {}, {"status": "written", "supersedes": "offer-0"})
    assert "later round" in (report.letter_caution(plan, "accept") or "")


Capture = pytest.CaptureFixture[str]


def run(file: Path, *options: str) -> None:
    letter_command.main(args=[str(file), "--offer", "offer-0", "--on", "2026-12-01", *options], standalone_mode=False)


@pytest.mark.parametrize("form", ["text", "html", "eml"])
def test_it_is_on_the_screen_and_in_json_but_never_in_the_letter(form: str, tmp_path: Path, capsys: Capture) -> None:
    file, sent = write_offers_file(tmp_path, {}, candidate=CURRENT), tmp_path / "sent"
    run(file, "--kind", "accept", "--format", form, "-o", str(sent), "--json")
    told = capsys.readouterr()
    caution = json.loads(told.out)["caution"]
    assert LOW in caution
    assert UNWRITTEN in caution
    assert f"For you alone: {caution}" in told.err
    letter = sent.read_text(encoding="utf-8")
    for words in ("stop line", "200,000", "cleared", "For you alone"):
        assert words not in letter


def test_an_employers_copy_holds_none(tmp_path: Path, capsys: Capture) -> None:
    file = write_offers_file(tmp_path, {}, candidate=CURRENT)
    run(file, "--kind", "accept", "--audience", "employer", "--json")
    assert json.loads(capsys.readouterr().out)["caution"] is None
