"""What was heard, against the guide's lists, and the warnings about how they run the process."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from command_line import answered
from hand_checked import rows
from test_timeline import offers_file

import compkit as ck
from compkit import report
from compkit.model import Heard
from compkit.process import readings
from compkit.reference import load_tables

TABLES = load_tables()


@pytest.mark.parametrize("case", rows("heard"), ids=lambda case: case["said"][:40])
def test_readings_worked_out_by_hand(case: dict[str, str]) -> None:
    found = readings([Heard(said=case["said"])], TABLES)
    assert [one.row for one in found if one.row] == case["rows"].split()
    assert found, "what is on no list is told, too"
    assert all(one.reason and one.innocent for one in found if one.row)


def test_no_word_decides() -> None:
    """No reading is a verdict: no row says yes or no, each has a list and an innocent reading."""
    for row in TABLES.rows("hiring_signals"):
        assert row["part_of"] or (row["reason"] and row["innocent"])
        assert row["part_of"] is None or row["part_of"] in {one["signal_id"] for one in TABLES.rows("hiring_signals")}


@pytest.mark.parametrize(
    ("today", "days"), [("2026-12-04", None), ("2026-12-05", 15), ("2026-12-20", 30)], ids=["day 14", "day 15", "later"]
)
def test_silence_counts_from_the_last_dated_word(today: str, days: int | None, tmp_path: Path) -> None:
    """Last heard on November 20: 14 days later is December 4, and more than that is a warning."""
    process = {"last_interview": dt.date(2026, 11, 2), "heard": [{"said": "x", "on": dt.date(2026, 11, 20)}]}
    path = offers_file(tmp_path, {"b": {"process": process}})
    _, answer, _ = answered("timeline", path, "--today", today)
    assert ("silence" in answer["processes"][0]["warnings"]) == (days is not None)
    fired = ck.load_evaluation(str(path), "b", report_date=today).fired_rules
    assert [rule.value for rule in fired if rule.rule_id == "silence"] == ([days] if days else [])


def test_a_named_day_ahead_is_no_silence(tmp_path: Path) -> None:
    process = {"last_interview": dt.date(2026, 11, 2), "expected_on": dt.date(2026, 12, 15)}
    path = offers_file(tmp_path, {"b": {"process": process}})
    for today, warnings in (("2026-12-15", []), ("2026-12-16", ["silence"])):
        assert answered("timeline", path, "--today", today)[1]["processes"][0]["warnings"] == warnings


def test_red_flags_join_the_warnings(tmp_path: Path) -> None:
    """Each of the six, in the timeline and in the evaluation; a phrase alone is none."""
    flags = [
        "more_interviews",
        "vague_dates",
        "contact_changed",
        "next_steps_withheld",
        "not_in_writing",
        "pay_changed",
    ]
    case = {"a": {"signals": dict.fromkeys(flags, True)}, "b": {"process": {"heard": ["There is no timeline yet"]}}}
    path = offers_file(tmp_path, case)
    _, answer, _ = answered("timeline", path, "--today", "2026-12-01")
    first, second = answer["processes"]
    names = [flag.replace("_", "-") for flag in flags]
    assert (first["warnings"], second["warnings"]) == (names, [])
    assert [one["list"] for one in second["heard"]] == ["concern"]
    fired = {rule.rule_id for rule in ck.load_evaluation(str(path), "a").fired_rules}
    assert set(names) <= fired


def test_validate_warns_of_red_flags(tmp_path: Path) -> None:
    path = offers_file(tmp_path, {"a": {"signals": {"not_in_writing": True}}})
    code, answer, _ = answered("validate", path)
    (found,) = [one for one in answer["warnings"] if one["field"] == "signals.not_in_writing"]
    assert (code, found["where"]) == (0, "offer 'a'")
    assert "They won't put the offer in writing." in found["message"]


def test_the_page_shows_phrases_and_warnings_and_nothing_without(tmp_path: Path) -> None:
    case = {"b": {"signals": {"vague_dates": True}, "process": {"heard": ["We <b>call references</b> as a routine"]}}}
    timeline = ck.load_timeline(str(offers_file(tmp_path, case)), report_date="2026-12-01")
    table = report.heard_table(timeline)
    assert list(table.frame["2"]) == ["Encouraging", "Routine", "Warning"]
    assert "<b>call" not in table._repr_html_()
    answer = report.timeline_answers(timeline)["heard"]
    assert repr(answer) == "1 encouraging, 1 routine and 1 warning. One phrase decides nothing; ask for a date."
    empty = ck.load_timeline(str(offers_file(tmp_path, {"b": {}})), report_date="2026-12-01")
    assert report.timeline_answers(empty)["heard"] is None
    assert "process.heard" in repr(report.heard_table(empty))
