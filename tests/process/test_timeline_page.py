"""The page of a person's processes: what is due first, and nothing that the file lacks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from test_calendar_file import CASE, TODAY
from test_timeline import SAMPLE, offers_file

import compkit as ck
from compkit import report
from compkit.report import Table


def test_what_is_due_comes_first(tmp_path: Path) -> None:
    timeline = ck.load_timeline(str(offers_file(tmp_path, CASE)), report_date=TODAY.isoformat())
    text = repr(report.timeline_headline(timeline))
    assert text.startswith("2 processes\nReport of Tuesday, November 24, 2026.\nNext deadline: Dec 2 (")
    assert "Deadlines that clash: 1 (Acme L6 in New York wants an answer 13 days before" in text
    assert ". Ask for more time to decide, Acme L6 in New York (today)." in text
    table = report.tasks_table(timeline)
    assert isinstance(table, Table)
    tasks = table.frame
    assert list(tasks["0"])[:2] == ["Tue, Nov 17", "Tue, Nov 17"]
    assert "thank-you" in set(tasks["4"])
    assert set(report.windows_table(timeline).frame["0"]) == {"Bolt L6 in Seattle"}
    assert list(report.processes_table(timeline).frame["0"]) == ["Acme L6 in New York", "Bolt L6 in Seattle"]


def test_a_far_deadline_leaves_nothing_to_do_yet() -> None:
    """On November 22, two weeks end on Sunday, December 6; there is no table without rows."""
    timeline = ck.load_timeline(str(SAMPLE), "lee", report_date="2026-11-22")
    assert repr(report.tasks_table(timeline)).splitlines() == [
        "What to do, by day", "- Nothing is due by Sun, Dec 6; 10 tasks after that."
    ]  # fmt: skip


def test_a_file_without_dates_asks_for_them(tmp_path: Path) -> None:
    timeline = ck.load_timeline(str(offers_file(tmp_path, {"b": {}})), report_date=TODAY.isoformat())
    headline = report.timeline_headline(timeline)
    assert (list(headline.cards), list(headline.next_steps)) == (
        [], ["No dates yet for Bolt L6 in Seattle. Enter process.last_interview or deadline."]
    )  # fmt: skip
    assert report.processes_table(timeline) is None
    assert "Enter process.last_interview" in repr(report.windows_table(timeline))


def test_no_table_is_empty_and_nothing_useless_is_asked_for(tmp_path: Path) -> None:
    """The offer is there, and its deadline three months away: nothing is due within two weeks, or expected of them."""
    case = {"a": {"status": "written", "deadline": dt.date(2027, 2, 26)}}
    timeline = ck.load_timeline(str(offers_file(tmp_path, case)), report_date=TODAY.isoformat())
    assert "Nothing is due by Tue, Dec 8;" in repr(report.tasks_table(timeline))
    assert report.windows_table(timeline) is None
    assert ", the first by " in repr(report.timeline_answers(timeline)["tasks"])


def test_content_from_people_is_escaped(tmp_path: Path) -> None:
    case = {"a": {"company": "<script>x</script>", "label": "<script>y</script>", "deadline": dt.date(2026, 12, 1)}}
    timeline = ck.load_timeline(str(offers_file(tmp_path, case)), report_date=TODAY.isoformat())
    for block in (report.timeline_headline(timeline), report.processes_table(timeline), report.tasks_table(timeline)):
        assert "<script>" not in block._repr_html_()
        assert "(&lt;script&gt;y" in block._repr_html_()


def test_a_person_is_chosen() -> None:
    timeline = ck.load_timeline(str(SAMPLE), "robin", report_date="2026-12-01")
    found = {plan.id for plan in timeline.plans}
    assert "google-l5-boomerang" in found
    assert "amazon-l7-new-york" not in found


def test_each_source_on_pay_has_its_use_and_its_trap() -> None:
    table = report.market_sources_table(ck.load_tables())
    assert len(table.frame) == 15
    assert (table.frame != "").all(axis=None)
    assert repr(report.timeline_answers(ck.load_timeline(str(SAMPLE), "robin"))["sources"]).startswith("Fifteen places")
