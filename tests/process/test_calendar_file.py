"""Calendar files: two readers agree on them, imports come to the same, and words of any kind survive."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import vobject
from click.testing import CliRunner
from dateutil.tz import tzical
from hypothesis import given, strategies as st
from icalendar import Calendar
from laws import examples
from test_timeline import BY_HAND, offers_file

from compkit.business_days import BusinessDays
from compkit.cli.timeline import timeline_command
from compkit.process import CalendarItem, calendar_file, is_own_calendar

TODAY = dt.date(2026, 11, 24)
NEW_YORK = ZoneInfo("America/New_York")
DEADLINE = CalendarItem("a.deadline", "Deadline", "Answer.", dt.datetime(2026, 12, 2, 17, tzinfo=NEW_YORK),
                        alarm=-dt.timedelta(days=1))  # fmt: skip
TASK = CalendarItem("a.thank-you", "Thank them", "", dt.date(2026, 12, 31), alarm=-dt.timedelta(hours=15))
CASE = {
    "a": {"location": "New York", "process": {"offered_at": "2026-11-23T10:00", "deadline_at": "2026-12-02T17:00"}},
    "b": {"process": {"last_interview": dt.date(2026, 11, 16), "expected_on": dt.date(2026, 12, 15)}},
}


def ran(*arguments: object) -> str:
    """Run the command; return what it printed."""
    done = CliRunner().invoke(timeline_command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def store(*files: bytes) -> dict[str, tuple[int, object]]:
    """Import files one after another, as calendars do: by UID, the higher SEQUENCE wins; a cancelled event goes."""
    kept: dict[str, tuple[int, object]] = {}
    for data in files:
        for event in Calendar.from_ical(data).walk("VEVENT"):
            uid, number = str(event["UID"]), int(event["SEQUENCE"])
            if number >= kept.get(uid, (0, None))[0]:
                kept[uid] = (number, event.decoded("DTSTART"))
            if event.get("STATUS") == "CANCELLED":
                kept.pop(uid)
    return kept


def as_read(data: bytes) -> list[tuple[object, ...]]:
    """Return what icalendar reads, after checking that vobject reads the same."""
    by_icalendar = [
        (str(event["UID"]), str(event["SUMMARY"]), str(event.get("DESCRIPTION", "")), event.decoded("DTSTART"),
         [alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")])
        for event in Calendar.from_ical(data).walk("VEVENT")
    ]  # fmt: skip
    # vobject keeps zones between files, so that the first VTIMEZONE of a name would stand for all.
    zones = vars(vobject.icalendar)["__tzidMap"]
    for name in set(zones) - {"UTC"}:
        del zones[name]
    calendar = vobject.readOne(data.decode())
    by_vobject = [
        (event.uid.value, event.summary.value, event.description.value if hasattr(event, "description") else "",
         event.dtstart.value, [alarm.trigger.value for alarm in event.contents.get("valarm", [])])
        for event in calendar.contents.get("vevent", [])
    ]  # fmt: skip
    assert by_icalendar == by_vobject
    return by_icalendar


def is_well_formed(data: bytes) -> bool:
    """Whether lines end in CRLF and have at most 75 octets, and no other line breaks are left."""
    lines = data.split(b"\r\n")
    return lines[-1] == b"" and all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[pytest.mark.long] if at % 4 else [], id=str(case["case"]))
        for at, case in enumerate(BY_HAND)
    ],
)
def test_two_readers_agree_on_the_file_of_a_plan(case: dict[str, object], tmp_path: Path) -> None:
    path, target = offers_file(tmp_path, case), tmp_path / "plan.ics"
    ran(path, "--today", case["today"], "--ics", target, "--everything")
    data = target.read_bytes()
    assert is_well_formed(data)
    assert len({uid for uid, *_ in as_read(data)}) == len(as_read(data))
    assert data.count(b"METHOD:PUBLISH") == 1
    named = {str(event["DTSTART"].params["TZID"]) for event in Calendar.from_ical(data).walk("VEVENT")
             if "TZID" in event["DTSTART"].params}  # fmt: skip
    assert {str(zone["TZID"]) for zone in Calendar.from_ical(data).walk("VTIMEZONE")} == named


def test_a_file_by_hand() -> None:
    """Nov 24, 2026; a deadline of a minute, and a whole day, which ends the next day."""
    lines = calendar_file([TASK, DEADLINE], TODAY).decode().split("\r\n")
    event = lines[lines.index("BEGIN:VEVENT") :]
    assert [line for line in event if not line.startswith(("TRANSP", "DESCRIPTION"))] == [
        "BEGIN:VEVENT", "SUMMARY:Deadline", "DTSTART;TZID=America/New_York:20261202T170000", "DTSTAMP:20261124T000000Z",
        "UID:a.deadline@compkit", "SEQUENCE:0", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P1D", "END:VALARM",
        "END:VEVENT",
        "BEGIN:VEVENT", "SUMMARY:Thank them", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101",
        "DTSTAMP:20261124T000000Z", "UID:a.thank-you@compkit", "SEQUENCE:0", "BEGIN:VALARM", "ACTION:DISPLAY",
        "TRIGGER:-PT15H", "END:VALARM", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_a_reminder_comes_one_business_day_before(tmp_path: Path) -> None:
    """Dec 2 is a Wednesday: the day before at the same time. Monday, Nov 30: on Friday at nine."""
    path, target = offers_file(tmp_path, CASE), tmp_path / "plan.ics"
    ran(path, "--today", TODAY, "--ics", target)
    days = BusinessDays()
    for event in Calendar.from_ical(target.read_bytes()).walk("VEVENT"):
        start, (alarm,) = event.decoded("DTSTART"), event.walk("VALARM")
        is_timed = isinstance(start, dt.datetime)
        at = (start.replace(tzinfo=None) if is_timed else dt.datetime.combine(start, dt.time())) + alarm.decoded(
            "TRIGGER"
        )
        on = start.date() if is_timed else start
        assert at.date() == days.before(on, 1), event["UID"]
        assert at.time() == (start.time() if is_timed else dt.time(9))


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path, first, second = offers_file(tmp_path, CASE), tmp_path / "first.ics", tmp_path / "second.ics"
    for target in (first, second, first):
        ran(path, "--today", TODAY, "--ics", target)
    assert first.read_bytes() == second.read_bytes()


def test_imports_come_to_the_same(tmp_path: Path) -> None:
    """Two imports, then one after dates have changed: as many events, each once; only what changed counts up."""
    path, target = offers_file(tmp_path, CASE), tmp_path / "plan.ics"
    ran(path, "--today", TODAY, "--ics", target)
    before = target.read_bytes()
    path.write_text(path.read_text().replace("2026-12-02T17:00", "2026-12-03T17:00"), encoding="utf-8")
    ran(path, "--today", TODAY, "--ics", target)
    after = target.read_bytes()
    assert store(before) == store(before, before)
    assert store(before).keys() == store(before, before, after).keys() == store(before, after, after).keys()
    numbers = {uid: number for uid, (number, _) in store(after).items()}
    assert numbers["a.deadline@compkit"] == 1
    assert numbers["a.counteroffer@compkit"] == 0


def test_what_is_done_is_cancelled_and_what_is_over_stays(tmp_path: Path) -> None:
    path, target = offers_file(tmp_path, CASE), tmp_path / "plan.ics"
    ran(path, "--today", TODAY, "--ics", target)
    before = store(target.read_bytes())
    text = path.read_text(encoding="utf-8").replace("deadline_at:", "done: [counteroffer]\n    deadline_at:")
    path.write_text(text, encoding="utf-8")
    ran(path, "--today", TODAY, "--ics", target)
    assert before.keys() - store(target.read_bytes()).keys() == {"a.counteroffer@compkit"}
    ran(path, "--today", dt.date(2026, 12, 10), "--ics", target)
    assert "a.deadline@compkit" in store(target.read_bytes())


def test_one_offer_leaves_the_others_alone(tmp_path: Path) -> None:
    path, target = offers_file(tmp_path, CASE), tmp_path / "plan.ics"
    ran(path, "--today", TODAY, "--ics", target)
    before = target.read_bytes()
    ran(path, "--today", TODAY, "--ics", target, "--offer", "a")
    assert store(target.read_bytes()) == store(before)


titles = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.sampled_from(
    [
        "🎉" * 200,
        "a" * 200,
        "one, two; three\\four",
        "line\nbreak\r\nand\rmore",
        "BEGIN:VEVENT\r\nUID:x",
        '"quoted"',
        ":",
    ]
)


@examples(10)
@given(titles, titles)
def test_words_of_any_kind_survive(title: str, note: str) -> None:
    item = CalendarItem("a.row", title, note, TODAY)
    data = calendar_file([item], TODAY)
    assert is_well_formed(data)
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert str(event["UID"]) == "a.row@compkit"
    lines = title.replace("\r\n", "\n").replace("\r", "\n")
    assert str(event["SUMMARY"]) == "".join(
        one for one in lines if one == "\n" or (one >= " " and not "\x7f" <= one < "\xa0")
    )
    assert data == calendar_file([item], TODAY, data)
    assert vobject.readOne(data.decode()).vevent.uid.value == "a.row@compkit"


@pytest.mark.parametrize(
    "name", ["America/New_York", "America/Phoenix", "Europe/London", "Australia/Sydney", "Asia/Tokyo"]
)
def test_a_zone_is_right_in_every_hour(name: str) -> None:
    """Its definition, read by a third program, against the database, around a deadline's year."""
    zone = ZoneInfo(name)
    item = CalendarItem("a.deadline", "Deadline", "", dt.datetime(2026, 12, 2, 17, tzinfo=zone))
    written = tzical(io.StringIO(calendar_file([item], TODAY).decode())).get()
    at = dt.datetime(2026, 1, 2)
    while at < dt.datetime(2027, 12, 30):
        local = at.replace(tzinfo=zone)
        is_odd = local.utcoffset() != local.replace(fold=1).utcoffset()  # an hour that is skipped or comes twice
        assert is_odd or local.utcoffset() == at.replace(tzinfo=written).utcoffset(), at
        at += dt.timedelta(hours=1)


def test_rows_and_page_hold_the_same(tmp_path: Path) -> None:
    case = {**CASE, "b": {**CASE["b"], "company": "=Bolt <b>&"}}
    path, table, page = offers_file(tmp_path, case), tmp_path / "plan.csv", tmp_path / "plan.html"
    ran(path, "--today", TODAY, "--csv", table, "--checklist", page)
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    text = page.read_text(encoding="utf-8")
    assert len(rows) == text.count("<li class=") > 50
    assert {row["status"] for row in rows} >= {"", "late", "due", "upcoming", "waiting", "not-advised"}
    assert all(row["job"][0] in "A'" for row in rows), "no cell is a formula"
    assert "<b>" not in text
    assert "=Bolt &lt;b&gt;&amp;" in text


@pytest.mark.parametrize("option", ["--csv", "--checklist", "--ics"])
def test_nothing_of_others_is_overwritten(option: str, tmp_path: Path) -> None:
    path, target = offers_file(tmp_path, CASE), tmp_path / "there"
    target.write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(timeline_command, [str(path), option, str(target)], standalone_mode=False)
    assert "Choose another name" in str(done.exception)
    assert target.read_text(encoding="utf-8") == "mine"


def test_a_calendar_of_another_program_is_told_apart() -> None:
    data = calendar_file([DEADLINE], TODAY)
    assert is_own_calendar(data)
    assert not is_own_calendar(data.replace(b"compkit//timeline", b"other//program"))
    assert not is_own_calendar(b"\xff\x00")
