"""The command decide: its JSON, its words, and what it refuses before it prints anything."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from command_line import answered
from hand_checked import CASES
from hypothesis import given, strategies as st

from compkit.cli import run
from compkit.cli.decide import decide_command
from compkit.decision import load_decision
from compkit.errors import InputError
from compkit.report import CAUTION
from compkit.report.decision.page import offer_lines
from compkit.report.decision.record import decision_record
from compkit.report.decision.text import about

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
STAYING = CASES / "decision_staying.yaml"
MOVING = CASES / "decision_moving.yaml"
DAY = ("--today", "2024-12-01")
FORBIDDEN = re.compile(r"\btake\b|\bbest\b|guarantee|\bdecline\b|\bresign\b|\bodds\b|\bchance", re.IGNORECASE)

HEAD = """\
schema: compkit/offers@1
candidate: {residence: Seattle, CURRENTdecision: {DECISION}}
offers:
"""
OFFER = "  - {id: ID, company: Acme, level: L6, location: Seattle, base_salary: 200000, MORE}\n"


def written(folder: Path, *offers: str, decision: str = "", current: str = "") -> Path:
    """Write a file of offers, each told as `id: more fields`."""
    path = folder / "offers.yaml"
    lines = [OFFER.replace("ID", told.partition(": ")[0]).replace("MORE", told.partition(": ")[2]) for told in offers]
    head = HEAD.replace("DECISION", decision).replace("CURRENT", f"current: {{{current}}}, " if current else "")
    path.write_text(head + "".join(lines), encoding="utf-8")
    return path


def ran(*arguments: str | Path) -> Result:
    return CliRunner().invoke(decide_command, [str(argument) for argument in arguments])


def person(*arguments: str | Path) -> dict[str, Any]:
    """Decide by the command for the one person in a file; return their part of the JSON."""
    code, answer, _ = answered("decide", *arguments, *DAY)
    assert code == 0
    (found,) = answer["people"]
    return dict(found)


def test_json_has_the_shape_of_the_contract() -> None:
    """Amounts: tests/decision/test_decision_files.py."""
    found = person(STAYING)
    assert found["candidate"] == "sam"
    assert (found["state"], found["leader"]) == ("staying", "staying")
    assert [(one["id"], one["status"], one["paper_per_year"]) for one in found["order"]] == [
        ("staying", "staying", 0), ("initech", "written", 0)
    ]  # fmt: skip
    assert found["order"][0]["m_per_year"] == pytest.approx(211_898.340176)
    assert found["margin_per_year_before_tax"] == pytest.approx(12_000)
    assert found["margin_per_year_after_tax"] == pytest.approx(12_000)
    assert (found["flips_if"]["case"], found["flips_if"]["leader"]) == ("no bonus", "initech")
    assert found["next_step"]["who"] == "Pat at Initech"
    assert found["next_step"]["by"] == "2024-12-20"
    assert (found["pending"], found["out"], found["preference_cost_per_year"]) == ([], [], None)
    assert found["caution"] == CAUTION
    assert found["sentence"] == (
        "Staying pays more: about $12,000 a year after tax above Initech L6 in Seattle, unless no bonus is paid; then "
        "Initech L6 in Seattle leads by about $20,000."
    )


def test_the_words_for_each_state(tmp_path: Path) -> None:
    assert person(MOVING)["sentence"] == "Can't rank until you know whether Acme's stock can be sold."
    assert person(MOVING)["next_step"]["what"] == (
        "Ask Alex at Acme whether its stock can be sold, by December 20, 2024, the deadline of Globex Staff in Austin."
    )
    alone = person(written(tmp_path, "one: status: written"))
    assert (alone["state"], alone["leader"], alone["sentence"]) == ("alone", None, "Nothing to compare yet.")
    assert alone["next_step"]["what"] == "Enter your current job or another offer to compare with."
    even = person(written(tmp_path, "one: status: written", "two: status: written"))
    assert even["state"] == "even"
    assert even["sentence"] == (
        "Pay doesn't decide this: Acme L6 in Seattle (1) and Acme L6 in Seattle (2) leave the same after tax."
    )
    clear = person(written(tmp_path, "one: status: written", current="base_salary: 100000"))
    assert clear["state"] == "clear"
    assert re.fullmatch(
        r"On pay, Acme L6 in Seattle leads by about \$\d\d,000 a year after tax, in every case tried\.",
        clear["sentence"],
    )


def test_a_preference_has_a_price_and_changes_no_order() -> None:
    plain, found = person(STAYING), person(STAYING, "--prefer", "initech", "--worth", "15k")
    assert found["preference_cost_per_year"] == pytest.approx(12_000)
    assert found["preference"] == (
        "Choosing Initech L6 in Seattle costs about $12,000 a year. Ask Initech to close the gap. You value it at "
        "$15,000 a year, which covers that."
    )
    assert [found[name] for name in ("state", "order", "leader", "sentence")] == [
        plain[name] for name in ("state", "order", "leader", "sentence")
    ]


def test_the_longer_stay_of_the_option_counts() -> None:
    assert person(STAYING)["stay_years"] == 1
    assert person(STAYING, "--stay", "4")["stay_years"] == 4


@pytest.mark.parametrize(
    ("offers", "step", "offer"),
    [
        (("one: status: verbal", "two: status: written"), "get-in-writing", "one"),
        (("one: status: written, deadline: 2024-12-10", "two: status: written", "three: status: in-process"),
         "extend", "one"),
        (("one: status: written, deadline: 2025-02-10", "two: status: written", "three: status: in-process"),
         "ask", "one"),
        (("one: status: written, signals: {negotiable: false}", "two: status: written"), "answer", "one"),
    ],
)  # fmt: skip
def test_the_next_step(offers: tuple[str, ...], step: str, offer: str, tmp_path: Path) -> None:
    found = person(written(tmp_path, *offers))["next_step"]
    assert (found["step"], found["offer"]) == (step, offer)


def test_it_prints_the_sentence_first_and_the_caution_last() -> None:
    done = ran(STAYING, *DAY)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Staying pays more: ")
    assert lines[1].startswith("Next: ask Pat at Initech to close about $12,000 a year after tax, by ")
    assert lines[-1] == CAUTION


def test_no_words_that_promise_or_push() -> None:
    for file in (SAMPLE, STAYING, MOVING):
        for option in ((), ("--stay", "4")):
            output = ran(file, *option, "--today", "2026-11-30").output
            assert FORBIDDEN.findall(output) == []


def test_every_fault_comes_at_once_and_nothing_is_printed(tmp_path: Path) -> None:
    path = written(
        tmp_path, "one: supersedes: own", "two: supersedes: two", "three: supersedes: one", "four: supersedes: one",
        "staying: status: written", decision="preferred: on, out: [nobody]",
    )  # fmt: skip
    done = ran(path, "--worth", "inf")
    assert done.stdout == ""
    assert isinstance(done.exception, InputError)
    assert [(fault.where, fault.field) for fault in done.exception.faults] == [
        ("", "--worth"),
        ("offer 'one'", "supersedes"),
        ("offer 'two'", "supersedes"),
        ("offer 'four'", "supersedes"),
        ("offer 'staying'", "id"),
        ("candidate", "decision.preferred"),
        ("candidate", "decision.out[0]"),
    ]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((SAMPLE, "--prefer", "google-l5-boomerang"), "--prefer"),
        ((STAYING, "--worth", "5000"), "--worth"),
        ((STAYING, "--prefer", "initec"), "prefer"),
        ((STAYING, "--candidate", "kim"), "--candidate"),
    ],
)
def test_what_is_refused(arguments: tuple[Any, ...], field: str) -> None:
    done = ran(*arguments)
    assert done.stdout == ""
    assert str(done.exception).startswith(field)


def test_validate_finds_ids_that_name_nothing(tmp_path: Path) -> None:
    code, answer, _ = answered("validate", written(tmp_path, "one: supersedes: two"))
    assert (code, [fault["field"] for fault in answer["faults"]]) == (2, ["supersedes"])
    assert answered("validate", written(tmp_path, "one: status: verbal", "two: supersedes: one"))[0] == 0


def test_an_offer_that_cannot_be_taxed_is_at_most_its_pay(tmp_path: Path) -> None:
    path = written(tmp_path, "one: status: written", "two: status: written")
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(id: two.*)Seattle, base_salary: 200000", r"\1Elsewhere, base_salary: 90000", text))
    found = person(path)
    assert [(one["id"], one["m_per_year"] is None) for one in found["order"]] == [("one", False), ("two", True)]
    assert "leads by at least about $" in found["sentence"]


def test_rounds_in_a_circle_are_refused(tmp_path: Path) -> None:
    done = ran(written(tmp_path, "one: supersedes: two", "two: supersedes: one"))
    assert "circle" in str(done.exception)


def test_each_person_of_a_file_gets_a_decision() -> None:
    code, answer, _ = answered("decide", SAMPLE, "--today", "2026-11-30")
    assert code == 0
    assert [one["candidate"] for one in answer["people"]] == ["robin", "kim", "lee", "noor"]
    json.dumps(answer, allow_nan=False)
    _, one, _ = answered("decide", SAMPLE, "--today", "2026-11-30", "--candidate", "kim")
    assert one["people"] == [answer["people"][1]]


@given(st.floats(-1e7, 1e7))
def test_about_is_near_the_amount(amount: float) -> None:
    said = float(re.sub(r"[^0-9]", "", about(amount)))
    assert abs(said - abs(amount)) <= (500 if abs(amount) >= 10_000 else 50)


@pytest.mark.parametrize("path", [STAYING, MOVING], ids=["staying", "moving"])
def test_evaluate_and_compare_tell_the_same_decision(path: Path) -> None:
    told = person(path)
    _, evaluated, _ = answered("evaluate", path, *DAY)
    _, compared, _ = answered("compare", path, *DAY, "--paths", "10")
    for found in (evaluated["decision"], compared["people"][0]["decision"]):
        assert {name: found[name] for name in ("state", "leader", "sentence", "preference")} == {
            name: told[name] for name in ("state", "leader", "sentence", "preference")
        }
        assert found["next_step"] == told["next_step"]["what"]


def test_evaluate_decides_for_one_person_who_has_a_choice(tmp_path: Path) -> None:
    assert answered("evaluate", SAMPLE)[1]["decision"] is None
    assert answered("evaluate", written(tmp_path, "one: status: written"))[1]["decision"] is None


def test_compare_shows_where_each_choice_stands_and_pairs_no_offer_that_cannot_be_chosen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    offers = ["first: status: written", "second: {status: written, supersedes: first}", "third: status: written",
              "out: status: written", "late: {status: written, deadline: 2024-11-01}"]  # fmt: skip
    path = written(tmp_path, *(one.replace("{", "").replace("}", "") for one in offers), decision="out: [out]",
                   current="base_salary: 100000")  # fmt: skip
    assert run(["compare", str(path), *DAY, "--paths", "10"]) == 0
    said = capsys.readouterr().out.splitlines()
    standing = {line.split()[0]: line.rsplit("  ", 1)[1] for line in said if line.startswith("  ") and "  $" in line}
    assert standing == {"first": "earlier round", "second": "even", "third": "even", "out": "out", "late": "expired",
                        "(current": "3 of 3"}  # fmt: skip
    pairs = [line.split(":")[0].strip() for line in said if " against " in line]
    assert pairs == ["first against second", "second against third"]


@pytest.mark.parametrize(
    ("offers", "decision", "said"),
    [
        (["one: status: written"], "out: [one]", "You ruled this offer out"),
        (
            ["one: status: written", "two: supersedes: one"],
            "",
            "A later round, Acme L6 in Seattle (after negotiation), replaces",
        ),
        (["one: deadline: 2024-11-01"], "", "The deadline, November 1, 2024, has passed"),
    ],
)
def test_counter_first_says_why_an_offer_cannot_be_chosen(
    offers: list[str], decision: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, *offers, decision=decision)
    _, answer, _ = answered("counter", path, "--offer", "one", *DAY)
    assert answer["caution"].startswith(said)
    assert run(["counter", str(path), "--offer", "one", *DAY]) == 0
    assert capsys.readouterr().out.startswith(f"For you alone: {said}")


def test_report_refuses_choices_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "one: status: written", decision="preferred: nobody, out: [nothing]")
    assert run(["report", str(path), "--output", str(tmp_path / "reports")]) == 2
    preferred, out = capsys.readouterr().err.splitlines()
    assert "decision.preferred must be one of" in preferred
    assert "decision.out[0] must be one of" in out
    assert not (tmp_path / "reports").exists()


def test_a_transfer_says_whose_deadline_it_is_and_what_stock_it_keeps() -> None:
    """Noor holds $70,000 a year of Amazon stock, $140,000 over the two years she expects to stay."""
    _, answer, _ = answered("decide", SAMPLE, "--candidate", "noor", "--today", "2026-12-01")
    assert answer["people"][0]["next_step"]["what"] == (
        "Ask Harbor & Finch Capital whether its stock can be sold, by December 11, 2026, the deadline of Amazon L6 in "
        "Seattle."
    )
    decision = load_decision(str(SAMPLE), "amazon-l6-seattle-internal", report_date="2026-12-01")
    assert offer_lines(decision, "amazon-l6-seattle-internal")[-1].endswith(
        "It counts $140,000 of current stock that a transfer keeps, which is in no other figure."
    )


def test_the_next_step_follows_the_dates_of_the_processes(tmp_path: Path) -> None:
    """A deadline on Friday, December 11, an answer expected on Friday, December 25, 14 days later.

    Christmas is closed, so an extension ends on Thursday, the 24th: 13 days, and the slower one decides 1 day sooner.
    """
    offers = (
        "one: status: written, deadline: 2026-12-11",
        "two: status: written",
        "three: status: in-process, process: {expected_on: 2026-12-25}",
    )
    path = written(tmp_path, *offers)
    asked = "Ask Acme for 13 more days, by December 11, 2026, and ask Acme to decide 1 day sooner: Acme L6 in Seattle "
    for today, step in (("2026-11-01", "extend"), ("2026-12-10", "extend")):
        _, answer, _ = answered("decide", path, "--today", today)
        (found,) = answer["people"]
        assert found["next_step"]["step"] == step
        assert found["next_step"]["what"] == f"{asked}(2) is expected to decide by December 25, 2026."


def test_an_answer_that_comes_in_time_asks_for_no_extension(tmp_path: Path) -> None:
    """Expected a day before the deadline: nothing clashes, though both are near."""
    offers = (
        "one: status: written, deadline: 2026-12-11",
        "two: status: written",
        "three: status: in-process, process: {expected_on: 2026-12-10}",
    )
    _, answer, _ = answered("decide", written(tmp_path, *offers), "--today", "2026-12-05")
    assert answer["people"][0]["next_step"]["step"] == "ask"


def test_a_deadline_in_an_unknown_zone_is_planned_all_the_same(tmp_path: Path) -> None:
    """Elsewhere has no time zone; days are enough to tell what clashes."""
    offers = ("one: status: written, deadline: 2026-12-11", "two: status: written", "three: status: in-process")
    path = written(tmp_path, *offers)
    path.write_text(path.read_text(encoding="utf-8").replace("Seattle", "Elsewhere", 2), encoding="utf-8")
    code, answer, _ = answered("decide", path, "--today", "2026-12-05")
    assert (code, answer["people"][0]["next_step"]["step"]) in ((0, "extend"), (0, "find-out"))


def test_amounts_in_the_prices_of_home_say_so_wherever_one_would_live(tmp_path: Path) -> None:
    """Two jobs in Austin and a home in Seattle: what both leave is in Seattle's prices."""
    path = written(tmp_path, "one: status: written", "two: status: written")
    path.write_text(path.read_text(encoding="utf-8").replace("location: Seattle", "location: Austin"), encoding="utf-8")
    assert "leave the same after tax and prices." in person(path)["sentence"]
    lee = load_decision(str(SAMPLE), candidate="lee", report_date="2026-12-01")
    said = {name: offer_lines(lee, name)[-1] for name in lee.ruling.order}
    assert said["amazon-l6-remote"].startswith("This offer: $208,908 a year after tax and prices over 4 years")
    assert said["amazon-l6-san-francisco-ai"].startswith("This offer: $220,541 a year after tax over 4 years")
    jobs = {job["offer"]: job["net_is"] for job in decision_record(lee)["jobs"]}
    assert (jobs["amazon-l6-remote"], jobs["netflix-all-cash"]) == ("after tax and prices", "after tax")
