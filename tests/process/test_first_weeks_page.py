"""The page of the first weeks, and the chart of both plans: whose job it is, what is due, and the same rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_calendar_file import CASE, TODAY
from test_timeline import SAMPLE, offers_file

import compkit as ck
from compkit import report
from compkit.cli.onboarding import onboarding_command
from compkit.decision import NextJob
from compkit.errors import UnknownChoiceError
from compkit.report.process.chart import Bar, gantt_chart
from compkit.report.process.entries import calendar_items
from compkit.report.process.page import _bars


def job(candidate: str, on: str, accepted: str | None = None) -> NextJob:
    return ck.load_onboarding(str(SAMPLE), candidate, accepted=accepted, report_date=on)


def test_the_job_is_the_named_the_preferred_or_the_leading_one() -> None:
    """Lee prefers Meta, Robin prefers none, and Google leads on pay."""
    found = {
        (name, accepted): one.entry.offer.id
        for name, accepted in (("lee", None), ("robin", None), ("lee", "amazon-l6-remote"))
        if (one := job(name, "2026-11-22", accepted)).entry
    }
    assert found == {
        ("lee", None): "meta-e6-san-francisco",
        ("robin", None): "google-l5-boomerang",
        ("lee", "amazon-l6-remote"): "amazon-l6-remote",
    }
    assert "leads on pay" in report.onboarding_headline(job("robin", "2026-11-22")).subtitle
    assert "leads on pay" not in report.onboarding_headline(job("lee", "2026-11-22")).subtitle
    with pytest.raises(UnknownChoiceError):
        job("lee", "2026-11-22", "amazn")


def test_what_is_due_comes_first() -> None:
    """Meta starts on Monday, February 22, 2027: week -4 begins on January 25; day 2 is February 23."""
    before = repr(report.onboarding_headline(job("lee", "2026-11-22")))
    assert "92 days until your first day, Monday, February 22, 2027" in before
    assert "1. Before you resign: the letter is signed by both sides." in before
    assert "Plan begins: Mon, Jan 25, 2027" in before
    after = report.onboarding_headline(job("lee", "2027-02-23"))
    assert after.title == "Meta E6 in San Francisco: day 2 of 90"
    assert "Finish the required training (by Friday, March 5)." in after.next_steps
    assert not [step for step in after.next_steps if step.startswith("Before")]


def test_trackers_begin_with_the_role() -> None:
    """Amazon L6 from February 15, 2027: days 30, 60 and 90 are March 16, April 15 and May 15."""
    table = report.trackers_table(job("lee", "2026-11-22", "amazon-l6-san-francisco-ai"))
    entries = dict(zip(table.frame["1"], table.frame["2"], strict=True))
    assert "Generative AI/LLMs" in entries["What you are asked about"]
    assert entries["Your goals next to the team's"] == "L7"
    assert entries["Check-ins between reviews"] == "Mar 16, Apr 15, May 15"
    assert "Amazon L6" in table.note


def test_each_resource_has_type_topic_and_time() -> None:
    frame = report.resources_table(job("lee", "2026-11-22", "amazon-l6-san-francisco-ai")).frame
    assert (frame[["1", "2", "3"]] != "").all(axis=None)
    assert next(iter(frame["3"])).startswith("Four weeks before, from Mon, Jan 18, 2027")


def test_a_job_without_a_start_asks_for_it(tmp_path: Path) -> None:
    found = ck.load_onboarding(str(offers_file(tmp_path, {"a": {}})), report_date=TODAY.isoformat())
    for block in (report.onboarding_chart(found), report.onboarding_tasks_table(found)):
        assert "Enter start_date" in repr(block)
    assert len(report.onboarding_checks_table(found).frame) > 8
    assert "Enter start_date" in repr(report.onboarding_headline(found))
    assert len(report.recorded_onboarding(found).rows) == 0


def test_table_and_page_hold_the_same_rows(tmp_path: Path) -> None:
    table, page = tmp_path / "plan.csv", tmp_path / "plan.html"
    arguments = ["--start", "2027-03-01", "--today", "2027-03-01", "--csv", str(table), "--checklist", str(page)]
    ran = CliRunner().invoke(onboarding_command, arguments, catch_exceptions=False)
    assert ran.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    assert len(rows) == page.read_text(encoding="utf-8").count("<li class=") > 80
    assert {row["kind"] for row in rows} == {"phase", "task", "check", "tracker"}
    assert (rows[0]["what"], rows[0]["first"]) == ("week -4", "2027-02-01")
    assert max(row["last"] for row in rows) == "2027-05-29"
    ran = CliRunner().invoke(onboarding_command, arguments, standalone_mode=False)
    assert "--force" in str(ran.exception)


def test_the_chart_holds_the_rows_of_the_calendar_and_what_is_late(tmp_path: Path) -> None:
    timeline = ck.load_timeline(str(offers_file(tmp_path, CASE)), report_date=TODAY.isoformat())
    bars = [bar for plan in timeline.plans for bar in _bars(plan)]
    late = [bar for bar in bars if bar.kind == "late"]
    assert len(bars) - len(late) == len(calendar_items(timeline, everything=True))
    assert len(late) == sum(len(plan.late) for plan in timeline.plans) > 0
    assert "deadline Dec 2" in repr(report.timeline_chart(timeline))


def test_nothing_to_draw_says_so(tmp_path: Path) -> None:
    timeline = ck.load_timeline(str(offers_file(tmp_path, {"b": {}})), report_date=TODAY.isoformat())
    assert "Enter process.last_interview" in repr(report.timeline_chart(timeline))


def test_names_stay_within_the_chart() -> None:
    """Text of bars at both ends and across lies within the picture, and today's line is named only if drawn."""
    day = dt.date(2026, 12, 1)
    names = {"ours": "to do"}
    bars = [
        Bar("A name of some forty letters, at the start", day, day),
        Bar("A name of some forty letters, at the end..", day + dt.timedelta(days=60), day + dt.timedelta(days=60)),
        Bar("A name of some forty letters, all across..", day, day + dt.timedelta(days=60)),
    ]
    shown = gantt_chart([("", bars)], day, names)
    assert shown.alt.endswith("3 rows from Dec 1 to Jan 30, by day. Dotted line: today.")
    assert "Dotted" not in gantt_chart([("", bars)], day - dt.timedelta(days=1), names).alt
