"""The first weeks in the new job: days worked out by hand, whom a row concerns, and what the command says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from command_line import answered
from hand_checked import rows
from hypothesis import given, strategies as st
from icalendar import Calendar
from laws import examples
from test_calendar_file import as_read, is_well_formed

from compkit.business_days import BusinessDays
from compkit.cli.onboarding import onboarding_command
from compkit.model import Offer
from compkit.offers import load_offers
from compkit.process import onboarding
from compkit.reference import load_tables

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
TABLES = load_tables()
START = dt.date(2027, 3, 1)


@pytest.mark.parametrize("case", rows("onboarding"), ids=lambda case: f"{case['start']} {case['row']}")
def test_days_worked_out_by_hand(case: dict[str, str]) -> None:
    _, answer, _ = answered("onboarding", "--start", case["start"], "--today", case["start"])
    found = {one["name"]: (one["first"], one["last"]) for one in answer["phases"]}
    found |= {one["row"]: (one["first"], one["last"]) for one in answer["phases"]}
    found |= {one["row"]: (one["first"], one["due"]) for one in answer["tasks"]}
    assert found[case["row"]] == (case["first"], case["last"])


@examples(5)
@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), st.integers(1, 20))
def test_laws_of_the_first_weeks(start: dt.date, later: int) -> None:
    """Tasks on open days between four weeks before and day 90; a later start gives no earlier day."""
    plan, after = onboarding(start, TABLES), onboarding(start + dt.timedelta(days=later), TABLES)
    days = BusinessDays()
    assert plan.day(start) == 1
    for task in plan.tasks:
        assert days.is_open(task.last)
        assert start - dt.timedelta(days=28) - dt.timedelta(days=6) <= task.first <= task.last
        assert task.last <= start + dt.timedelta(days=89)
    due = {task.row: task.last for task in after.tasks}
    assert [task.row for task in plan.tasks if due[task.row] < task.last] == []


def offer(name: str) -> Any:
    return load_offers(SAMPLE).entry(name).offer


def test_rows_concern_the_job() -> None:
    """Amazon's ways only there, the way to L7 only from L6, the 83(b) election only with options."""
    rows_of = {
        name: {one.row for part in (plan.tasks, plan.checks, plan.trackers, plan.resources) for one in part}
        for name in (
            "amazon-l6-seattle-before",
            "amazon-l7-new-york",
            "google-l5-boomerang",
            "larkspur-ai-head-of-vision",
        )
        for plan in [onboarding(START, TABLES, offer(name))]
    }
    assert "six-pager" in rows_of["amazon-l6-seattle-before"] & rows_of["amazon-l7-new-york"]
    assert "six-pager" not in rows_of["google-l5-boomerang"]
    assert "beyond-the-team" in rows_of["amazon-l6-seattle-before"]
    assert "beyond-the-team" not in rows_of["amazon-l7-new-york"]
    assert [name for name, found in rows_of.items() if "early-exercise" in found] == ["larkspur-ai-head-of-vision"]


@pytest.mark.parametrize(("changed", "due"), [
    ({}, []),
    ({"equity": [{"value": 1000, "restricted": True}]}, ["2027-03-31"]),
    ({"equity": [{"value": 1000}]}, []),
    ({"options": [{"n_options": 1000, "strike": 1, "early_exercise": True}]}, ["2027-03-31"]),
    ({"options": [{"n_options": 1000, "strike": 1}]}, []),
])  # fmt: skip
def test_the_83b_election_is_due_30_days_after_the_start(changed: dict[str, Any], due: list[str]) -> None:
    """30 days after March 1 is March 31, a Wednesday; only for shares that you own before they vest."""
    named = {"id": "larkspur", "company": "Larkspur AI", "level": "L5", "location": "Seattle", "base_salary": 200_000}
    job = Offer.model_validate({**named, **changed})
    assert [str(task.last) for task in onboarding(START, TABLES, job).tasks if task.row == "elect-83b"] == due


def test_each_resource_has_its_phase() -> None:
    phases = {row["step_id"] for row in TABLES.rows("onboarding_steps") if row["kind"] == "phase"}
    assert {row["use_in"] for row in TABLES.rows("resources")} <= phases


def test_the_start_is_the_files_or_the_options() -> None:
    code, answer, _ = answered("onboarding", SAMPLE, "--offer", "amazon-l7-new-york", "--today", "2027-03-02")
    assert (code, answer["start"], answer["day"]) == (0, "2027-03-01", 2)
    _, answer, _ = answered("onboarding", SAMPLE, "--offer", "amazon-l7-new-york", "--start", "2027-03-02")
    assert answer["start"] == "2027-03-02"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "--start is missing. Give the first day at work, or an offers file."),
        (["--start", "2027-02-29"], "--start must be a date that exists, got 2027-02-29."),
        ([str(SAMPLE)], "--offer must name the offer that you accept: "),
        ([str(SAMPLE), "--offer", "gogle"], "--offer must be one of"),
        (["--start", "2027-03-01", "--everything"], "--everything goes with --ics. Add it."),
    ],
)
def test_options_are_checked(arguments: list[str], fault: str) -> None:
    ran = CliRunner().invoke(onboarding_command, arguments, standalone_mode=False)
    assert fault in str(ran.exception)
    assert ran.stdout == ""


def test_the_calendar_holds_the_coming_week_or_everything(tmp_path: Path) -> None:
    target = tmp_path / "plan.ics"
    arguments = ["--start", "2027-03-01", "--today", "2027-02-15", "--ics", str(target)]

    def events(*more: str) -> set[str]:
        ran = CliRunner().invoke(onboarding_command, [*arguments, *more], catch_exceptions=False)
        assert ran.exit_code == 0
        found = Calendar.from_ical(target.read_bytes()).walk("VEVENT")
        return {str(event["UID"]) for event in found if event.get("STATUS") != "CANCELLED"}

    week = events()
    assert {"onboarding.first-day@compkit", "onboarding.laptop-date@compkit"} <= week
    assert "onboarding.team-plan@compkit" not in week
    everything = events("--everything")
    assert week | {"onboarding.team-plan@compkit", "onboarding.month-3@compkit"} <= everything
    assert events() == week


def test_two_readers_agree_on_the_calendar_of_everything(tmp_path: Path) -> None:
    """Week -4 begins on February 1; day 90 is May 29, so the last entry of whole days ends the day after."""
    target = tmp_path / "plan.ics"
    arguments = ["--start", "2027-03-01", "--today", "2027-02-01", "--ics", str(target), "--everything"]
    assert CliRunner().invoke(onboarding_command, arguments, catch_exceptions=False).exit_code == 0
    data = target.read_bytes()
    assert is_well_formed(data)
    days = {uid: start for uid, _, _, start, _ in as_read(data)}
    assert days["onboarding.week-minus-4@compkit"] == min(days.values()) == dt.date(2027, 2, 1)
    ends = {str(event["UID"]): event.decoded("DTEND") for event in Calendar.from_ical(data).walk("VEVENT")}
    assert ends["onboarding.month-3@compkit"] == max(ends.values()) == dt.date(2027, 5, 30)


def test_the_words_of_a_day() -> None:
    for today, words in (
        ("2027-02-10", "19 days until your first day, Monday, March 1."),
        ("2027-02-10", "before you resign, check: the letter is signed by both sides"),
        ("2027-03-02", "Day 2 of 90."),
        ("2027-03-02", "now: weeks 1-2, until Sunday, March 14"),
        ("2027-07-01", "Day 123: the first 90 days are over."),
    ):
        ran = CliRunner().invoke(onboarding_command, ["--start", "2027-03-01", "--today", today])
        assert words in ran.output, ran.output
