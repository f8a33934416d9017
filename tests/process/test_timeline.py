"""The weeks around the offer: dates worked out by hand, laws that hold on every day, and what a command says."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from command_line import answered
from hand_checked import CASES
from hypothesis import given, strategies as st
from laws import examples

from compkit.business_days import BusinessDays
from compkit.cli.timeline import timeline_command
from compkit.model import Deadline, Offer
from compkit.offers import entry_for, load_offers
from compkit.process import MAX_EXTENSION_DAYS, ProcessFacts, clashes, plan_of, timeline
from compkit.reference import load_tables

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
BY_HAND = yaml.safe_load((CASES / "timeline.yaml").read_text(encoding="utf-8"))
DEFAULTS = {
    "a": {"company": "Acme", "level": "L6", "location": "Seattle", "base_salary": 200000, "status": "written"},
    "b": {"company": "Bolt", "level": "L6", "location": "Seattle", "base_salary": 200000, "status": "in-process"},
}
DAYS = BusinessDays()
TABLES = load_tables()


def offers_file(folder: Path, case: Mapping[str, Any]) -> Path:
    """Write the offers of a case into a file."""
    path = folder / "offers.yaml"
    offers = [{"id": name, **DEFAULTS[name], **case[name]} for name in DEFAULTS if name in case]
    for offer in offers:
        process = offer.get("process", {})
        if "last_interview" in process and "offered_at" not in process and offer["status"] == "written":
            offer["status"] = "in-process"
    file = {"schema": "compkit/offers@1", "candidate": {"residence": case.get("home", "Seattle")}, "offers": offers}
    path.write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    return path


def in_full(day: str | dt.date, today: dt.date) -> str:
    """Return a day that a case writes as MM-DD in the year of its today."""
    return f"{today.year}-{day}" if isinstance(day, str) and len(day) == len("MM-DD") else str(day)


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: case["case"])
def test_dates_worked_out_by_hand(case: dict[str, Any], tmp_path: Path) -> None:
    today = case["today"]
    code, answer, err = answered("timeline", offers_file(tmp_path, case), "--today", today.isoformat())
    assert code == 0, err
    first = answer["processes"][0]
    tasks = {task["row"]: task for task in first["tasks"]}
    windows = {window["row"]: window for window in first["windows"]}
    for name, value in case["expect"].items():
        if name == "due":
            assert {row: tasks[row]["due"] for row in value} == {row: in_full(on, today) for row, on in value.items()}
        elif name in ("late", "status"):
            key = "days_late" if name == "late" else "status"
            assert {row: tasks[row][key] for row in value} == value
        elif name == "window":
            for row, (start, end, *closed) in value.items():
                found = windows[row]
                days = [in_full(on, today) for on in (start, end, *closed)]
                assert [found["first"], found["last"], *found["closed_days"]] == days
        elif name == "deadline":
            assert {key: first["deadline"][key] for key in value} == value
        elif name == "next":
            assert first["next"] == {**value, "due": in_full(value["due"], today)}
        elif name == "clashes":
            assert answer["clashes"] == _as_json(value)
        else:
            assert first[name] == value, name


def _as_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    if isinstance(value, dict):
        return {name: _as_json(each) for name, each in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else value


days_near = st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31))
spans = st.integers(0, 40)


@examples(5)
@given(days_near, st.integers(1, 30), st.sets(days_near, max_size=5))
def test_business_days_are_counted_one_by_one(start: dt.date, number: int, closed: set[dt.date]) -> None:
    """After and before, against a count by hand over the same closed days."""
    days = BusinessDays(closed)
    for step, found in ((1, days.after(start, number)), (-1, days.before(start, number))):
        on, left = start, number
        while left:
            on += dt.timedelta(days=step)
            left -= days.is_open(on)
        assert found == on
    assert all(on.weekday() < 5 for on in (days.next_open(start), days.last_open(start)))
    assert days.last_open(start) <= start <= days.next_open(start)


@examples(10)
@given(days_near, st.integers(-5, 60), st.none() | st.integers(0, 30), st.none() | st.integers(0, 30))
def test_laws_of_a_plan(start: dt.date, since: int, offered: int | None, left: int | None) -> None:
    """No task before its cause, none past the deadline, own tasks on open days where one is left."""
    offered_on = None if offered is None else start + dt.timedelta(days=offered)
    facts = _facts(start, start + dt.timedelta(days=since), offered_on, left)
    plan = plan_of(facts, TABLES)
    steps = {row["step_id"]: row for row in TABLES.rows("process_steps")}
    for task in plan.tasks:
        if steps[task.row]["anchor"] is None:
            continue
        cause = offered_on if steps[task.row]["needs"] == "offer" and facts.has_offer and offered_on else start
        assert task.due >= cause, task
        last = facts.last_use if steps[task.row]["needs"] == "offer" and facts.has_offer else None
        assert last is None or task.due <= last, task
        is_room = last is None or DAYS.next_open(cause) <= last
        assert DAYS.is_open(task.due) == is_room or DAYS.is_open(task.due), task
        assert (task.days_late > 0) == (task.status == "late")
    for window in plan.windows:
        assert window.first <= window.last
        assert all(not DAYS.is_open(day) for day in window.closed_days)


@examples(10)
@given(days_near, st.integers(1, 20), st.integers(0, 60), st.none() | st.integers(0, 30))
def test_a_later_last_interview_gives_no_earlier_day(start: dt.date, later: int, since: int, left: int | None) -> None:
    today = start + dt.timedelta(days=since)
    before, after = (
        {task.row: task.due for task in plan_of(_facts(day, today, None, left), TABLES).tasks}
        for day in (start, start + dt.timedelta(days=later))
    )
    assert before.keys() == after.keys()
    assert [row for row in before if after[row] < before[row]] == []


def _facts(start: dt.date, today: dt.date, offered_on: dt.date | None, left: int | None) -> ProcessFacts:
    is_made = offered_on is not None and offered_on <= today
    end = None if offered_on is None or left is None else offered_on + dt.timedelta(days=left)
    at = None if end is None else dt.datetime.combine(end, dt.time(17), dt.UTC)
    return ProcessFacts(
        "a", today, dt.datetime.combine(today, dt.time(), dt.UTC), start, offered_on=offered_on, has_offer=is_made,
        deadline=None if at is None else Deadline(at, is_assumed=False), last_use=end,
    )  # fmt: skip


@examples(2)
@given(
    st.datetimes(dt.datetime(2026, 10, 25), dt.datetime(2027, 3, 20)).filter(lambda at: at.hour not in (1, 2)),
    st.sampled_from(["Seattle", "New York", "Denver", "Phoenix", "Chicago"]),
)
def test_the_home_changes_no_instant(tmp_path_factory: pytest.TempPathFactory, at: dt.datetime, home: str) -> None:
    """A deadline is the same instant wherever it is looked at, and so many elapsed hours away."""
    at = at.replace(second=0, microsecond=0)
    case = {"home": home, "a": {"location": "New York", "process": {"deadline_at": at.isoformat()}}}
    path = offers_file(tmp_path_factory.mktemp("home"), case)
    plan = timeline(list(load_offers(path)), TABLES, dt.date(2026, 10, 20)).plans[0]
    assert plan.facts.deadline is not None
    assert plan.facts.at_candidate == plan.facts.deadline.at
    assert plan.facts.deadline.at.replace(tzinfo=None) == at
    assert plan.facts.now is not None
    elapsed = plan.facts.deadline.at.timestamp() - plan.facts.now.timestamp()
    assert plan.facts.hours_left == pytest.approx(elapsed / 3600)


def test_clashes_equal_brute_force() -> None:
    """On 1,000 random sets: every pair, every number of days tried from one up."""
    draw = random.Random(20)  # noqa: S311
    today = dt.date(2026, 11, 24)
    for _ in range(1000):
        processes = []
        for number in range(draw.randint(1, 5)):
            has_offer = draw.random() < 0.5
            on = today + dt.timedelta(days=draw.randint(-5, 40))
            at = dt.datetime.combine(on, dt.time(17), dt.UTC) if has_offer and draw.random() < 0.8 else None
            processes.append(
                ProcessFacts(
                    str(number), today, dt.datetime.combine(today, dt.time(), dt.UTC), has_offer=has_offer,
                    last_interview=today - dt.timedelta(days=draw.randint(0, 14)) if draw.random() < 0.5 else None,
                    expected_on=on if not has_offer and draw.random() < 0.7 else None,
                    deadline=Deadline(at, is_assumed=False) if at else None,
                )
            )  # fmt: skip
        found = {
            (one.a, one.b): (
                one.gap_days,
                one.extend.days if one.extend else 0,
                one.expedite.days if one.expedite else 0,
            )
            for one in clashes(processes, DAYS)
        }
        assert found == dict(_clashes_by_trial(processes, today))


def _clashes_by_trial(processes: list[ProcessFacts], today: dt.date) -> Any:
    for first, slower in itertools.permutations(processes, 2):
        if not (first.has_offer and first.deadline and first.deadline.on >= today) or slower.has_offer:
            continue
        expected = slower.expected_on
        if expected is None and slower.last_interview is not None:
            expected = slower.last_interview + dt.timedelta(days=14)
        if expected is None or expected <= first.deadline.on:
            continue
        possible = [0]
        for number in range(1, MAX_EXTENSION_DAYS + 1):
            on = first.deadline.on + dt.timedelta(days=number)
            possible += [number] if DAYS.is_open(on) and on <= expected else []
        gap = (expected - first.deadline.on).days
        yield (first.id, slower.id), (gap, possible[-1], gap - possible[-1])


FAULTY = """\
schema: compkit/offers@1
candidate: {residence: Seattle}
offers:
  - {id: a, company: A, level: L6, location: Seattle, base_salary: 200000, process: {last_interview: 2026-02-31}}
  - {id: b, company: B, level: L6, location: Seattle, base_salary: 200000, deadline: 2026-12-01,
     process: {offered_at: 2026-12-02T09:00}}
  - {id: c, company: C, level: L6, location: Seattle, base_salary: 200000, process: {zone: America/Seatle}}
  - {id: d, company: D, level: L6, location: Seattle, base_salary: 200000, deadline: 2026-12-01,
     process: {deadline_at: 2026-12-02T09:00}}
  - {id: e, company: E, level: L6, location: Seattle, base_salary: 200000, process: {deadline_at: 2027-03-14T02:30}}
  - {id: f, company: F, level: L6, location: Seattle, base_salary: 200000, process: {deadline_at: 2026-11-01T01:30}}
  - {id: g, company: G, level: L6, location: Seattle, base_salary: 200000, process: {hours_to_decide: 48}}
  - {id: h, company: H, level: L6, location: Seattle, base_salary: 200000,
     process: {offered_at: 2026-12-01, hours_to_decide: 48}}
  - {id: i, company: I, level: L6, location: Elsewhere, base_salary: 200000, process: {deadline_at: 2026-12-02T09:00}}
  - {id: j, company: J, level: L6, location: Seattle, base_salary: 200000, process: {deadline_at: 2026-12-02 5:00}}
  - {id: k, company: K, level: L6, location: Seattle, base_salary: 200000, process: {zone: PST, stage: debreif}}
  - {id: l, company: L, level: L6, location: Seattle, base_salary: 200000, signals: {hours_to_decide: 24},
     process: {offered_at: 2026-12-01T09:00, hours_to_decide: 48}}
"""
SAYS = [
    "offer 'a': process.last_interview must be a date that exists, got 2026-02-31.",
    "offer 'b': deadline of 2026-12-01 is before the offer of 2026-12-02. Check both.",
    "offer 'c': process.zone must be a time zone such as America/New_York, got 'America/Seatle'.",
    "offer 'd': deadline comes to 2026-12-01, but process.deadline_at to 2026-12-02 09:00. Keep the right one.",
    "offer 'e': process.deadline_at must be a time that exists, got 2027-03-14 02:30: "
    "clocks in America/Los_Angeles skip it.",
    "offer 'f': process.deadline_at 2026-11-01 01:30 comes twice in America/Los_Angeles, as clocks go back. "
    "Type 01:30-07:00 or 01:30-08:00.",
    "offer 'g': process.hours_to_decide needs offered_at, the moment it counts from. Add it.",
    "offer 'h': process.hours_to_decide needs the time of offered_at. Add it, as in 2026-11-24T16:30.",
    "offer 'i': process.zone is needed for deadline_at, because the place has no time zone. "
    "Add it, as in Europe/London.",
    "offer 'j': process.deadline_at 5:00 could be 05:00 or 17:00. Type the one you mean.",
    "offer 'k': process.zone must name a place's zone, which also knows summer time, got 'PST'. "
    "Did you mean 'America/Los_Angeles'?",
    "offer 'k': process.stage must be one of debrief, committee, decision, package, approvals, delivery, evaluation, "
    "negotiation, answer, got 'debreif'. Did you mean 'debrief'?",
    "offer 'l': signals.hours_to_decide is 24, but process.hours_to_decide is 48. Keep the right one.",
]


def test_impossible_dates_are_refused_all_at_once(tmp_path: Path) -> None:
    path = tmp_path / "offers.yaml"
    path.write_text(FAULTY, encoding="utf-8")
    ran = CliRunner().invoke(timeline_command, [str(path), "--today", "2026-12-01"], standalone_mode=False)
    lines = str(ran.exception).splitlines()
    assert ran.stdout == ""
    for fault in SAYS:
        assert any(fault in line for line in lines), (fault, lines)
    assert len(lines) == len(SAYS), lines


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "FILE is missing. Name an offers file, or give --final-interview."),
        (["--final-interview", "2026-02-31"], "--final-interview must be a date that exists, got 2026-02-31."),
        (
            [str(SAMPLE), "--today", "3/1/2026"],
            "--today 3/1/2026 could be 2026-03-01 or 2026-01-03. Type the one you mean.",
        ),
        ([str(SAMPLE), "--final-interview", "2026-11-02"], "--final-interview is the day of one process"),
        ([str(SAMPLE), "--offer", "amazn"], "--offer must be one of"),
        ([str(SAMPLE), "--candidate", "nobody"], "--candidate must be one of"),
    ],
)
def test_options_are_checked(arguments: list[str], fault: str) -> None:
    ran = CliRunner().invoke(timeline_command, arguments, standalone_mode=False)
    assert fault in str(ran.exception)
    assert ran.stdout == ""


def test_an_unknown_step_is_refused_with_the_command_that_lists_them(tmp_path: Path) -> None:
    path = offers_file(tmp_path, {"a": {"process": {"done": ["thank-yuo"]}}})
    ran = CliRunner().invoke(timeline_command, [str(path)], standalone_mode=False)
    assert "Did you mean 'thank-you'?" in str(ran.exception)
    assert "`compkit data steps` lists all." in str(ran.exception)
    _, answer, _ = answered("data", "steps")
    assert {"thank-you", "answer-offer"} <= set(answer["steps"])


def test_a_day_is_enough() -> None:
    """Without a file: windows and tasks of the guide's calendar."""
    code, answer, _ = answered("timeline", "--final-interview", "2026-11-02", "--today", "2026-11-03")
    (found,) = answer["processes"]
    assert (code, found["day"], found["stage"], found["deadline"]) == (0, 1, "debrief", None)
    assert (answer["clashes"], found["next"]["letter"]) == ([], "thank-you")


def test_the_decision_knows_a_deadline_of_the_process(tmp_path: Path) -> None:
    """However it is stated, `offer.deadline` is its day in the job's zone."""
    case = {"a": {"location": "New York", "process": {"offered_at": "2026-11-24T16:30", "hours_to_decide": 200}}}
    offer: Offer = load_offers(offers_file(tmp_path, case)).entry("a").offer
    assert offer.deadline == dt.date(2026, 12, 3)  # 200 hours are 8 days and 8 hours: 0:30 on December 3


def test_an_employer_sees_no_process(tmp_path: Path) -> None:
    """Nor does a coach see what was said, which may hold names."""
    case = {"a": {"process": {"deadline_at": "2026-12-02T17:00", "heard": ["Sam says it is close"]}}}
    entry = load_offers(offers_file(tmp_path, case)).entry("a")
    assert entry_for(entry, "employer").offer.process is None
    coach = entry_for(entry, "coach").offer.process
    assert coach is not None
    assert (coach.heard, coach.deadline_at) == ((), dt.datetime(2026, 12, 2, 17))


LETTERS_DAY = dt.date(2026, 12, 1)


@pytest.mark.parametrize("name", ["sample", "timeline"])
def test_every_letter_the_plan_names_can_be_written(name: str, tmp_path: Path) -> None:
    """And claims nothing that the file lacks: the command refuses letters that do."""
    files = [SAMPLE] if name == "sample" else []
    for number, case in enumerate(BY_HAND if name == "timeline" else []):
        folder = tmp_path / str(number)
        folder.mkdir()
        files.append(offers_file(folder, case))
    named = set()
    for path, case in itertools.zip_longest(files, BY_HAND if name == "timeline" else []):
        today = (case["today"] if case else LETTERS_DAY).isoformat()
        _, answer, _ = answered("timeline", path, "--today", today)
        for process in answer["processes"]:
            for kind in {task["letter"] for task in process["tasks"]} - {None}:
                named.add(kind)
                code, _, err = answered("letter", path, "--offer", process["id"], "--kind", kind, "--on", today)
                assert code == 0, (path, process["id"], kind, err)
    assert named


def test_the_words_of_a_plan(tmp_path: Path) -> None:
    case = {
        "a": {"location": "New York", "process": {"offered_at": "2026-11-23T10:00", "deadline_at": "2026-12-02T17:00"}},
        "b": {"process": {"last_interview": dt.date(2026, 11, 16), "expected_on": dt.date(2026, 12, 15)}},
    }
    path = offers_file(tmp_path, case)
    ran = CliRunner().invoke(timeline_command, [str(path), "--today", "2026-11-24"])
    assert ran.exit_code == 0, ran.output
    text = " ".join(ran.stdout.split())
    for words in (
        "Acme L6 in New York: you have had the offer since Monday, November 23.",
        "5:00 p.m. New York time (2:00 p.m. for you), in 8 days.",
        "Ask for more time to decide (today)",
        f"compkit letter {path} --offer a --kind",
        "Acme L6 in New York wants an answer 13 days before Bolt L6 in Seattle is expected to decide",
        "Ask Acme for 13 more days, until Tuesday, December 15, 5:00 p.m. New York time.",
    ):
        assert words in text, text
