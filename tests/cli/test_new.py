"""`compkit new`: what it asks, the short file that it writes, and offers added to a file whose text stays as it is."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml
from hypothesis import given, strategies as st
from laws import examples
from waiting import MAX_WAIT_SECONDS

from compkit.cli import run
from compkit.errors import InputError
from compkit.model.offer import Offer
from compkit.offers import load_offers, offers_json_schema, read_offers
from compkit.offers.answers import check_answer, incomplete_fields, offer_fields, offer_id, unused_id
from compkit.offers.questions import ANNUAL_BONUS, BONUS_RATE, CURRENT_JOB_QUESTIONS, OFFER_QUESTIONS, InterviewContext
from compkit.offers.yaml_append import load_appendable_file
from compkit.offers.yaml_writer import offers_yaml
from compkit.reference.tables import load_tables

ONE = "{id: one, company: A, level: L6, location: Seattle, base_salary: 100000}"
ONE_IN_LINES = ("- id: one", "  level: L6", "  location: Seattle", "  base_salary: 100000")


def lines_of(*lines: str, newline: str = "\n") -> str:
    return "".join(f"{line}{newline}" for line in lines)


FILES = {
    "plain": lines_of("offers:", f"  - {ONE}"),
    "no newline at the end": lines_of("offers:", *ONE_IN_LINES, "  company: A").rstrip(),
    "comments": """\
# mine
offers:   # all of them
    # the first
    - id:   one
      company: 'A'   # a note
      level: L6
      location: Seattle
      base_salary: 100_000
      # scores: later

# the end
""",
    "keys after": """\
offers:
    -   id: one
        company: A
        level: L6
        location: Seattle
        base_salary: 100000
        equity:
            - value: 5000
              vesting: even-4-year   # so they say
        # this belongs to the offer

# this belongs to the rates
rates: {EUR: 1.08}
schema: compkit/offers@1
""",
    "a dash alone": """\
candidate:
  name: Ana
offers:
 -
    id: one
    company: A
    level: L6
    location: Seattle
    base_salary: 100000
""",
    "windows": lines_of("offers:", f"- {ONE}", "schema: compkit/offers@1", newline="\r\n"),
    "byte order mark": "\ufeff" + lines_of("offers:", *ONE_IN_LINES, "  company: Łódź 😀"),
    "end marker": lines_of("---", "offers:", *ONE_IN_LINES, "  company: A", "..."),
    "block text": lines_of("offers:", *ONE_IN_LINES, "  company: >-", "    A", "    B", "", "rates:", "  EUR: 1.08"),
    "nothing last": lines_of("offers:", *ONE_IN_LINES, "  company: A", "  status:", "rates:"),
    "flow": lines_of(f"offers: [{ONE}]   # one line"),
    "flow lines": """\
offers: [
  # the first
  {id: one, company: A, level: L6, location: Seattle, base_salary: 100000},   # and more
]
""",
    "aliases": """\
offers:
  - &one {id: one, company: A, level: L6, location: Seattle, base_salary: 100000}
  - {<<: *one, id: three}
""",
    "compact.json": '{"offers":[{"id":"one","company":"A","level":"L6","location":"Seattle","base_salary":1e5}]}',
    "pretty.json": json.dumps(
        {"schema": "compkit/offers@1",
         "offers": [{"id": "one", "company": "A", "level": "L6", "location": "Seattle", "base_salary": 100000}],
         "rates": {"EUR": 1.08}}, indent=4) + "\n",
    "tabs.json": json.dumps(
        {"offers": [{"id": "one", "company": "A", "level": "L6", "location": "Seattle", "base_salary": 100000}]},
        indent="\t"),
}  # fmt: skip
"""Sound files as people write them, by what is special about them; each holds the offer `one`."""

Capture = pytest.CaptureFixture[str]
FUZZ = examples(30)
QUESTIONS = {question.name: question for question in (*OFFER_QUESTIONS, *CURRENT_JOB_QUESTIONS)}

GOOGLE = [
    "Google",
    "L5",
    "Seattle",
    "",
    "200000",
    "15%",
    "0",
    "",
    "dollars",
    "450000",
    "google",
    "written",
    "2027-02-01",
    "2026-12-20",
]
"""One offer, whose stock everybody knows can be sold."""
STARTUP = [
    "Larkspur AI",
    "Lead",
    "Remote",
    "Denver",
    "EUR",
    "1.08",
    "120000",
    "",
    "",
    "options",
    "10000",
    "2.5",
    "50000000",
    "",
    "",
    "",
    "",
]
"""A remote job abroad with stock options and little known."""
UNKNOWN = ["Acme", "5", "Seattle", "", "150000", *[""] * 6]
"""All that may be unknown is; the first seven lines lead to the question about stock."""
NO_JOB = [""]
JOB = ["180000", "20000", "60000", "150000"]


def answered(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Have the questions answered by lines typed in advance."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def new(monkeypatch: pytest.MonkeyPatch, path: Path, *lines: str, arguments: Iterable[str] = ()) -> int:
    answered(monkeypatch, *lines)
    return run(["new", str(path), *arguments])


def body(path: Path) -> str:
    """Return a file without its first line, which leads to the schema and the docs."""
    first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    assert first.startswith("# yaml-language-server: $schema=")
    assert first.endswith("offers.schema.json  Every field: docs/write-an-offers-file.md")
    return rest


# What is asked, and what is written


def test_a_short_file_holds_what_was_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    path = tmp_path / "mine.yaml"
    assert new(monkeypatch, path, *GOOGLE, *JOB, "y", *STARTUP, "n", arguments=["--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {
        "file": str(path),
        "offers": ["google-l5", "larkspur-ai-lead"],
        "unknown": ["bonus, sign-on, vesting schedule, status, deadline (Larkspur AI)"],
    }
    assert (
        body(path)
        == """\
schema: compkit/offers@1
rates: {EUR: 1.08}
candidate:
  current: {base_salary: 180000, annual_bonus: 20000, annual_equity: 60000, unvested_equity: 150000}
offers:
  - id: google-l5
    company: Google
    level: L5
    location: Seattle
    base_salary: 200000
    bonus_target_rate: 0.15
    sign_on: [0]
    equity:
      - {value: 450000, vesting: google}
    status: written
    start_date: 2027-02-01
    deadline: 2026-12-20
  - id: larkspur-ai-lead
    company: Larkspur AI
    level: Lead
    location: Remote
    residence: Denver
    currency: EUR
    base_salary: 120000
    options:
      - {n_options: 10000, strike: 2.5}
    startup: {fully_diluted_shares: 50000000}
"""
    )
    google, startup = load_offers(path)
    assert (google.candidate.current.annual_bonus, google.offer.rsu_4yr) == (20_000, 450_000)  # type: ignore[union-attr]
    assert (startup.residence, startup.usd_rate) == ("Denver", 1.08)
    assert startup.in_usd.base_salary == pytest.approx(129_600)  # 120,000 x 1.08
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_enter_leaves_a_field_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    path = tmp_path / "mine.yaml"
    assert new(monkeypatch, path, *UNKNOWN, *NO_JOB, "") == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert (
        body(path)
        == """\
schema: compkit/offers@1
offers:
  - id: acme-5
    company: Acme
    level: "5"
    location: Seattle
    base_salary: 150000
"""
    )
    last, unknown = captured.err.splitlines()[-2:]
    assert last == f"Wrote {path}. Next: compkit report {path}"
    assert unknown == (
        "Still unknown, and worth finding out: bonus, sign-on, stock, status, deadline (Acme); your current job."
    )


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        (["none"], "equity: []\n"),
        (["s", "3000", "150.25", "amazon", "no"],
         "equity:\n      - {units: 3000, price_now: 150.25, vesting: amazon, tradable: false}\n"),
        (["D", "300000", "", "yes"], "equity:\n      - {value: 300000, tradable: true}\n"),
        (["dollars", ""], ""),
        (["options", "100", "0", "", "even-4-year"],
         "options:\n      - {n_options: 100, strike: 0, vesting: even-4-year}\n"),
    ],
)  # fmt: skip
def test_stock_is_shares_dollars_options_or_none(
    lines: list[str], written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"
    assert new(monkeypatch, path, *UNKNOWN[:7], *lines, *[""] * 3, *NO_JOB, "") == 0
    assert body(path).partition("base_salary: 150000\n")[2].lstrip() == written
    assert read_offers([path]).faults == ()


def test_shares_without_a_price_wait_in_a_comment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A file cannot count shares whose price nobody knows: the answer is kept for the day on which it is known."""
    path = tmp_path / "mine.yaml"
    lines = [*UNKNOWN[:7], "shares", "3000", "", "", "", *[""] * 3]
    assert new(monkeypatch, path, *lines, *NO_JOB, "y", *UNKNOWN[:7], "options", "500", "", "", "", "", "", "") == 0
    text = body(path)
    assert "    # Does not count yet; fill in the dots: equity: [{units: 3000, price_now: ...}]\n" in text
    assert "    # Does not count yet; fill in the dots: options: [{n_options: 500, strike: ...}]\n" in text
    assert "share price" in capsys.readouterr().err
    filled = text.replace("# Does not count yet; fill in the dots: equity", "equity").replace(
        "price_now: ...", "price_now: 2"
    )
    path.write_text(filled, encoding="utf-8")
    assert load_offers(path)[0].offer.rsu_4yr == 6000


def test_a_wrong_answer_is_asked_again_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = tmp_path / "mine.yaml"
    lines = [
        "", "Amazon", "L6", "Seatle", "Seattle", "dollars", "", "lots", "-5", "nan", "", "175000", "15", "15%", "80000",
        "60000", "300000", "dollars", "300000", "4 years", "amazon", "maybe", "verbal", "", "2026-02-30", "1/12/2026",
        "2026-12-20",
    ]  # fmt: skip
    assert new(monkeypatch, path, *lines, *NO_JOB, "no") == 0
    said = capsys.readouterr().err
    for reason in (
        "Your answer is required.",
        "Did you mean 'Seattle'?",
        "Your answer must be a code of three capital letters, such as EUR, got 'dollars'.",
        "Your answer must be a number, got 'lots'.",
        "Your answer must not be negative",
        "Your answer could be 15% of the salary or 15 a year. Type 15%, or the amount with its currency",
        "Your answer must be one of shares, dollars, options, none, got '300000'.",
        "got '4 years'.",
        "Your answer must be one of written, verbal, in-process, got 'maybe'.",
        "Your answer must be a date that exists, got 2026-02-30.",
        "Your answer 1/12/2026 could be",
    ):
        assert reason in said
    (entry,) = load_offers(path)
    assert (entry.offer.bonus_target_rate, entry.offer.deadline) == (0.15, dt.date(2026, 12, 20))
    assert entry.offer.start_date is None


@pytest.mark.parametrize("n_answers", [0, 1, 5, 9, 14, 15, 18, 19, 25])
@pytest.mark.parametrize("is_adding", [False, True])
def test_nothing_is_written_when_the_answers_end(
    n_answers: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, *, is_adding: bool
) -> None:
    path = tmp_path / "mine.yaml"
    job = [] if is_adding else JOB
    lines = [*GOOGLE, *job, "y", *STARTUP][:n_answers]
    if is_adding:
        path.write_text(FILES["plain"], encoding="utf-8")
    assert new(monkeypatch, path, *lines, arguments=["--add"] if is_adding else []) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err.splitlines()[-1]) == ("", "Stopped.")
    assert [file.read_text(encoding="utf-8") for file in tmp_path.iterdir()] == ([FILES["plain"]] if is_adding else [])


def test_what_is_hardly_meant_is_asked_about_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """A salary of 182 is asked about where it is typed, not when all questions are over; Enter keeps it."""
    path = tmp_path / "mine.yaml"
    lines = ["Acme", "5", "Seattle", "", "182", "n", "182000"]
    assert new(monkeypatch, path, *lines, *[""] * 6, *NO_JOB, "y", "Acme", "6", "Seattle", "", "182", *[""] * 8) == 0
    said = capsys.readouterr().err
    assert said.count("warning: base_salary of 182 USD a year is very low.") == 2
    assert [entry.offer.base_salary for entry in load_offers(path)] == [182_000, 182]


def test_amounts_count_in_the_currency_of_the_offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Euros may be called euros, and 1.1250 stays the decimal number that it is; the current job counts in USD."""
    path = tmp_path / "mine.yaml"
    lines = ["Acme", "5", "Austin, TX", "EUR", "1.08", "€100k", "€20,000", "", "shares", "40"]
    assert new(monkeypatch, path, *lines, "€1.1250", "", "y", "", "", "", "$90,000", "", "", "", "") == 0
    (entry,) = load_offers(path)
    assert (entry.offer.base_salary, entry.offer.annual_bonus, entry.offer.location) == (100_000, 20_000, "Austin")
    assert (entry.offer.rsu_4yr, entry.candidate.current.base_salary) == (45, 90_000)  # type: ignore[union-attr]
    assert "price_now: 1.1250" in body(path)


def test_what_was_answered_before_is_not_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second remote offer in euros: the home is offered as the answer, and the rate is known."""
    path = tmp_path / "mine.yaml"
    second = ["Other", "Lead", "Remote", "", "EUR", "130000", *[""] * 6]
    assert new(monkeypatch, path, *STARTUP, *NO_JOB, "y", *second, "") == 0
    first, other = load_offers(path)
    assert (first.residence, other.residence, other.usd_rate) == ("Denver", "Denver", 1.08)


def test_a_place_is_refused_before_anything_is_asked(tmp_path: Path, capsys: Capture) -> None:
    there = tmp_path / "there.yaml"
    there.write_text(FILES["plain"], encoding="utf-8")
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("id,company,level,location,base_salary\none,A,L6,Seattle,100000\n", encoding="utf-8")
    for path, arguments, reason in [
        (there, [], "already exists. Use --add"),
        (tmp_path / "mine.json", [], "must end in .yaml"),
        (tmp_path / "missing" / "mine.yaml", [], "folder that does not exist"),
        (tmp_path / "missing.yaml", ["--add"], "does not exist. Leave out --add"),
        (sheet, ["--add"], "is a spreadsheet. Add a row"),
        (tmp_path / "notes.txt", ["--add"], "does not exist"),
    ]:
        assert run(["new", str(path), *arguments]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert reason in captured.err
        assert len(captured.err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sheet.csv", "there.yaml"]
    assert there.read_text(encoding="utf-8") == FILES["plain"]


def test_the_process_reads_piped_answers(tmp_path: Path) -> None:
    lines = "".join(f"{line}\n" for line in (*GOOGLE, *NO_JOB, "n"))
    done = subprocess.run(
        [sys.executable, "-m", "compkit", "new"],
        input=lines, capture_output=True, text=True, encoding="utf-8", check=False, timeout=MAX_WAIT_SECONDS,
        cwd=tmp_path,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["offers.yaml"]


def test_a_schedule_is_no_open_question_at_amazon(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Amazon's is known, and so is that its shares can be sold; of Acme neither is."""
    for company, asked in {"amazon ": [], "Acme": [""]}.items():
        lines = [
            company,
            "5",
            "Seattle",
            "",
            "150000",
            "0",
            "0",
            "0",
            "dollars",
            "90000",
            "",
            *asked,
            "written",
            "",
            "",
        ]
        assert new(monkeypatch, tmp_path / f"{len(asked)}.yaml", *lines, *JOB, "n") == 0
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("Still unknown")]
    assert said == [
        "Still unknown, and worth finding out: deadline (amazon).",
        "Still unknown, and worth finding out: vesting schedule, whether the stock can be sold, deadline (Acme).",
    ]


# Answers and the file


def drafted(folder: Path, *typed: Mapping[str, str]) -> tuple[str, list[dict[str, Any]], Any]:
    """Return the file that typed answers make, the answers as accepted, and the offers as loaded."""
    accepted = []
    current: dict[str, Any] = {}
    drafts, rates = [], {}
    for texts in typed:
        answers: dict[str, Any] = {}
        for question in OFFER_QUESTIONS:
            if question.asked_if(answers, InterviewContext()):
                answers |= check_answer(question, texts.get(question.name, ""), answers, InterviewContext())
        accepted.append(answers)
        fields = offer_fields(answers, [fields["id"] for fields, _ in drafts])
        drafts.append((fields, incomplete_fields(answers)))
        if "usd_rate" in answers:
            rates[answers["currency"]] = answers["usd_rate"]
    path = folder / "new.yaml"
    text = offers_yaml(folder, drafts, current, rates)
    path.write_text(text, encoding="utf-8")
    reading = read_offers([path])
    assert [str(fault) for fault in reading.faults] == []
    return text, accepted, reading


def amounts(lowest: int = 0) -> st.SearchStrategy[tuple[str, float]]:
    """Return texts of amounts, as people write them, with what they mean."""
    spelled = st.sampled_from(["{0}", "{0:,}", "${0:,}", "${0}", "{0:_}", "{0}.50", "${0:,}.50", "{0}k", "$ {0:,}"])

    def written(form: str, number: int) -> tuple[str, float]:
        return form.format(number), number * (1000 if form.endswith("k") else 1) + (0.5 if form.endswith(".50") else 0)

    fine = st.integers(10**4 * lowest, 10**8).map(lambda number: (f"{number / 10**4:.4f}", round(number / 10**4, 4)))
    return st.builds(written, spelled, st.integers(lowest, 10**7)) | fine


def texts_of(names: Iterable[str]) -> st.SearchStrategy[tuple[str, str]]:
    return st.sampled_from(sorted(names)).map(lambda name: (name, name))


DISGUISES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=DISGUISES), min_size=1, max_size=40)
PLAIN_NAMES = NAMES.map(str.strip).filter(bool).map(lambda name: (name, name))
DATES = st.dates(dt.date(2026, 1, 1), dt.date(2030, 1, 1)).map(lambda day: (day.isoformat(), day))
LISTS = load_tables().choices
RATES = st.integers(0, 100).map(lambda percent: (f"{percent}%", percent / 100))
NEEDED = {
    "company": PLAIN_NAMES,
    "level": PLAIN_NAMES,
    "location": texts_of(LISTS["places"]),
    "residence": texts_of(LISTS["residences"]),
    "usd_rate": st.sampled_from([("1.08", 1.08), ("0.0067", 0.0067), ("2", 2.0)]),
    "base_salary": amounts(),
}
OPTIONAL = {
    "currency": texts_of(["USD", "EUR", "JPY"]),
    "bonus": RATES | amounts(1000),
    "sign_on_y1": amounts(),
    "sign_on_y2": amounts(),
    "stock": texts_of(["shares", "dollars", "options", "none"]),
    "units": amounts(),
    "price_now": amounts(1),
    "value": amounts(),
    "n_options": amounts(),
    "strike": amounts(),
    "fully_diluted_shares": amounts(1),
    "vesting": texts_of(LISTS["schedules"]),
    "option_vesting": texts_of(LISTS["schedules"]),
    "tradable": st.sampled_from([("yes", True), ("No", False), ("y", True), ("n", False)]),
    "status": texts_of(["written", "verbal", "in-process"]),
    "start_date": DATES,
    "deadline": DATES,
}
NAMED = {"company", "level"}
AMOUNTS = {"base_salary", "bonus", "sign_on_y1", "sign_on_y2", "price_now", "value", "strike"}
"""Where a dollar sign may stand."""
GIVEN = st.fixed_dictionaries(NEEDED, optional=OPTIONAL)


def stock_given(given: Mapping[str, tuple[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the grants and the options that a file must hold after answers, worked out apart from compkit."""
    means = {name: value for name, (_, value) in given.items()}
    kind = means.get("stock")
    if kind == "options" and {"n_options", "strike"} <= set(means):
        vesting = {"vesting": means["option_vesting"]} if "option_vesting" in means else {}
        return [], [{"n_options": means["n_options"], "strike": means["strike"], **vesting}]
    needed = {"shares": {"units", "price_now"}, "dollars": {"value"}}.get(str(kind), {""})
    if not needed <= set(means):
        return [], []
    public = {"amazon", "google", "meta", "apple", "microsoft", "netflix"}
    asked = {"vesting", *(() if means["company"].casefold() in public else ("tradable",))}
    return [{name: means[name] for name in (*sorted(needed), *sorted(asked)) if name in means}], []


@examples(25)
@given(given=st.lists(GIVEN, min_size=1, max_size=2))
def test_a_file_says_what_was_answered(given: list[dict[str, tuple[str, Any]]], tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("new")
    # A currency has one rate in a file: that of the first offer in it.
    rates: dict[str, tuple[str, float]] = {}
    for one in given:
        currency = one.get("currency", ("", "USD"))[1]
        one["usd_rate"] = rates.setdefault(currency, one["usd_rate"])
    signs = ["$" if one.get("currency", ("", "USD"))[1] == "USD" else "" for one in given]
    typed = [
        {
            name: text if name in NAMED else text.replace("$", sign if name in AMOUNTS else "")
            for name, (text, _) in one.items()
        }
        for one, sign in zip(given, signs, strict=True)
    ]
    text, _, offers = drafted(folder, *typed)
    plain = json.loads(json.dumps(yaml.safe_load(text), default=lambda day: day.isoformat()))
    SCHEMA.validate(plain)
    assert len({entry.offer.id for entry in offers}) == len(given)
    for one, entry in zip(given, offers, strict=True):
        means = {name: value for name, (_, value) in one.items()}
        offer = entry.offer
        for name in ("company", "level", "location", "base_salary"):
            assert getattr(offer, name) == means[name]
        for name, otherwise in {
            "currency": "USD",
            "status": UNKNOWN_STATUS,
            "start_date": None,
            "deadline": None,
        }.items():
            assert getattr(offer, name) == means.get(name, otherwise)
        assert offer.residence == (means["residence"] if offer.location == "Remote" else None)
        assert entry.usd_rate == (1 if offer.currency == "USD" else means["usd_rate"])
        payments = [means[name] for name in ("sign_on_y1", "sign_on_y2") if name in means and "sign_on_y1" in means]
        assert list(offer.sign_on) == payments
        bonus = one.get("bonus", ("", 0.0))
        assert (offer.bonus_target_rate, offer.annual_bonus or 0) == (
            (bonus[1], 0) if "%" in bonus[0] else (0, bonus[1])
        )
        grants, options = stock_given(one)
        assert [grant.model_dump(exclude_unset=True) for grant in offer.equity] == grants
        assert [option.model_dump(exclude_unset=True) for option in offer.options] == options


SCHEMA = jsonschema.Draft202012Validator(offers_json_schema(LISTS))
UNKNOWN_STATUS = Offer.model_fields["status"].default

HOSTILE = """
=cmd()|<script>alert(1)</script>|O'Neil "&" Co|: #|- a|{a: b}|*x|&x|!x|%x|@x|null|true|no|yes|1e5|1e3|0175|1:30
2027-01-01|Müller|日本|شركة|😀|golden|\\n|a\u00a0b|...|---|? x|`x`|~|[a, b]|a, b|a: b|a #b|$1|0x1F|.inf|<<
"""


@pytest.mark.parametrize("company", [*HOSTILE.strip().replace("\n", "|").split("|"), "a" * 300])
def test_hostile_names_are_quoted(tmp_path: Path, company: str) -> None:
    _, _, offers = drafted(tmp_path, {**BARE, "company": company, "level": company})
    assert (offers[0].offer.company, offers[0].offer.level) == (company, company)


BARE = {"company": "Acme", "level": "5", "location": "Seattle", "base_salary": "150000"}


@given(company=st.text(max_size=100), level=st.text(max_size=100), taken=st.integers(0, 12))
def test_an_id_is_always_fit_and_unused(company: str, level: str, taken: int) -> None:
    ids: list[str] = []
    for _ in range(taken + 1):
        ids.append(unused_id(company, level, ids))
        assert Offer.model_validate({**BARE, "base_salary": 1.0, "id": ids[-1]})
    assert len(set(ids)) == len(ids)
    assert ids[0] == offer_id(company, level)


@pytest.mark.parametrize(
    ("name", "typed", "message"),
    [
        ("company", "", "is required."),
        ("company", "a\x07", "can't contain the control character"),
        ("level", " ", "is required."),
        ("location", "Seatle", "Did you mean 'Seattle'?"),
        ("residence", "Remote", "must be "),
        ("currency", "euro", "must be a code of three capital letters"),
        ("usd_rate", "0", "must be above 0"),
        ("base_salary", "", "is required."),
        ("base_salary", "-1", "must not be negative"),
        ("base_salary", "much", "must be a number, got 'much'"),
        ("base_salary", "80.000", "80.000 could be 80 or 80000. Type the one you mean."),
        ("base_salary", "€100k", "€100k is in EUR, but this amount must be in USD."),
        ("deadline", "3/1/2026", "3/1/2026 could be 2026-03-01 or 2026-01-03."),
        ("bonus", "-5%", "must not be negative"),
        (
            "bonus",
            "15",
            "could be 15% of the salary or 15 a year. Type 15%, or the amount with its currency, such as USD 15.",
        ),
        ("bonus", "999", "could be 999% of the salary or 999 a year."),
        ("sign_on_y2", "-1", "must not be negative"),
        ("stock", "bonds", "must be one of shares, dollars, options, none, got 'bonds'."),
        ("units", "many", "must be a number, got 'many'"),
        ("price_now", "0", "must be above 0"),
        ("value", "nan", "must be a number, got 'nan'"),
        ("strike", "-1", "must not be negative"),
        ("location", "?", "can be one of Seattle, San Francisco, Oakland, New York, "),
        ("vesting", "?", "can be one of amazon, even-4-year, "),
        ("tradable", "perhaps", "must be one of yes, no, got 'perhaps'."),
        ("status", "oral", "must be one of written, verbal, in-process, got 'oral'."),
        ("deadline", "2026-02-30", "must be a date that exists, got 2026-02-30"),
        ("current_base", "-1", "must not be negative"),
        ("current_unvested", "lots", "must be a number, got 'lots'"),
    ],
)
def test_an_answer_is_refused_with_the_sentence_of_a_file(name: str, typed: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        check_answer(QUESTIONS[name], typed, {"company": "Acme"}, InterviewContext())
    (fault,) = caught.value.faults
    assert message in fault.message


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("15%", {BONUS_RATE.name: 0.15}),
        ("0.15", {BONUS_RATE.name: 0.15}),
        ("0", {BONUS_RATE.name: 0.0}),
        ("20000", {ANNUAL_BONUS.name: 20_000.0}),
        ("$20,000", {ANNUAL_BONUS.name: 20_000.0}),
        ("20k", {ANNUAL_BONUS.name: 20_000.0}),
        ("$15", {ANNUAL_BONUS.name: 15.0}),
        ("12.5 %", {BONUS_RATE.name: 0.125}),
        ("1000", {ANNUAL_BONUS.name: 1000.0}),
    ],
)
def test_a_bonus_is_a_part_of_the_salary_or_an_amount(typed: str, answer: dict[str, float]) -> None:
    assert check_answer(QUESTIONS["bonus"], typed, {}, InterviewContext()) == answer


# Adding to a file


def file_of(folder: Path, kind: str, text: str | None = None) -> Path:
    path = folder / (kind if kind.endswith(".json") else "mine.yaml")
    path.write_bytes((FILES[kind] if text is None else text).encode())
    return path


def inserted(before: bytes, after: bytes) -> bytes:
    """Return the one piece by which a file has grown; what stood before and behind it must be as it was."""
    head = next((at for at, (old, new_) in enumerate(zip(before, after, strict=False)) if old != new_), len(before))
    grown = len(after) - len(before)
    assert before[:head] + after[head : head + grown] + before[head:] == after
    return after[head : head + grown]


@pytest.mark.parametrize("kind", FILES)
def test_a_file_grows_and_keeps_its_text(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(tmp_path, kind)
    before, old = path.read_bytes(), list(load_offers(path))
    assert new(monkeypatch, path, *GOOGLE, "y", *UNKNOWN, "", arguments=["--add"]) == 0
    piece = inserted(before, path.read_bytes())
    assert b"google-l5" in piece
    found = load_offers(path)
    assert list(found)[: len(old)] == old
    assert found.ids[len(old) :] == ["google-l5", "acme-5"]
    google, acme = (found.entry(name).offer for name in ("google-l5", "acme-5"))
    assert (google.base_salary, google.bonus_target_rate, google.rsu_4yr) == (200_000, 0.15, 450_000)
    assert (google.deadline, acme.level) == (dt.date(2026, 12, 20), "5")


ACME = ("company: Acme", 'level: "5"', "location: Seattle", "base_salary: 150000")


@pytest.mark.parametrize(
    ("kind", "piece"),
    [
        ("plain", lines_of("  - id: acme-5", *(f"    {line}" for line in ACME))),
        ("no newline at the end", "\n" + lines_of("- id: acme-5", *(f"  {line}" for line in ACME))),
        ("keys after", lines_of("    -   id: acme-5", *(f"        {line}" for line in ACME))),
        ("windows", lines_of("- id: acme-5", *(f"  {line}" for line in ACME), newline="\r\n")),
        ("flow", ', {"id": "acme-5", "company": "Acme", "level": "5", "location": "Seattle", "base_salary": 150000}'),
        ("pretty.json", """,
        {
            "id": "acme-5",
            "company": "Acme",
            "level": "5",
            "location": "Seattle",
            "base_salary": 150000
        }"""),
    ],
)  # fmt: skip
def test_the_addition_looks_like_the_file(
    kind: str, piece: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path, kind)
    assert new(monkeypatch, path, *UNKNOWN, "", arguments=["--add"]) == 0
    after = path.read_bytes().decode()
    assert piece in after
    assert after.replace(piece, "", 1) == FILES[kind]


def test_an_addition_stands_after_the_comments_of_the_offer_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path, "keys after")
    assert new(monkeypatch, path, *UNKNOWN, "", arguments=["--add"]) == 0
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("        # this belongs to the offer") + 1] == "    -   id: acme-5"
    assert lines[-3:] == FILES["keys after"].splitlines()[-3:]


PEOPLE = """\
candidates:
  ana: {residence: Denver}
  ben: {}   # moved
offers:
  - {id: acme-5, candidate: ana, company: Acme, level: "5", location: Seattle, base_salary: 100000}
"""


def test_an_addition_says_whose_offer_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """Ana's home is known; Ben's is asked for."""
    path = file_of(tmp_path, "people", PEOPLE)
    remote = ["Acme", "5", "Remote"]
    lines = [
        "",
        "carl",
        "ana",
        *remote,
        "",
        "",
        "100000",
        *[""] * 6,
        "y",
        "ben",
        *remote,
        "",
        "Austin",
        "",
        "100000",
        *[""] * 6,
        "",
    ]
    assert new(monkeypatch, path, *lines, arguments=["--add"]) == 0
    said = capsys.readouterr().err
    assert "must be one of ana, ben, got 'carl'." in said
    found = load_offers(path)
    assert found.ids == ["acme-5", "acme-5-2", "acme-5-3"]
    assert [(entry.offer.candidate, entry.residence) for entry in found][1:] == [("ana", "Denver"), ("ben", "Austin")]
    assert path.read_text(encoding="utf-8").startswith(PEOPLE)


@pytest.mark.parametrize("kind", FILES)
def test_a_currency_gets_its_rate(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An offer in pounds is asked for their worth, which joins the file's rates, wherever they are."""
    path = file_of(tmp_path, kind)
    pounds = ["Acme", "5", "Seattle", "GBP", "1.25", "100000", *[""] * 6]
    before = path.read_bytes()
    assert new(monkeypatch, path, *pounds, "", arguments=["--add"]) == 0
    found = load_offers(path)
    assert found.entry("acme-5").in_usd.base_salary == pytest.approx(125_000)  # 100,000 x 1.25
    after = iter(path.read_bytes())
    assert all(byte in after for byte in before)  # in this order, with more between


def test_a_known_rate_is_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(tmp_path, "keys after")
    assert new(monkeypatch, path, "Acme", "5", "Seattle", "EUR", "100000", *[""] * 6, "", arguments=["--add"]) == 0
    assert load_offers(path).entry("acme-5").in_usd.base_salary == pytest.approx(108_000)


def test_a_faulty_file_is_refused_with_all_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    text = "offers:\n- {id: one, company: A, level: L6, location: Seatle, base_salary: -1}\n"
    path = file_of(tmp_path, "faulty", text)
    assert new(monkeypatch, path, *UNKNOWN, "", arguments=["--add"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 2
    assert "Did you mean 'Seattle'?" in captured.err
    assert "base_salary must not be negative" in captured.err
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- a\n", "must have `offers:` at the top"),
        ("offers: [\n", "is not valid YAML"),
        ("offers: []\n", "must have at least one item"),
        ("", "is empty"),
    ],
)
def test_what_is_no_offers_file_is_refused(
    text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = file_of(tmp_path, "none", text)
    assert new(monkeypatch, path, arguments=["--add"]) == 2
    assert reason in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    "text",
    [
        "a: &x\n".replace("a: &x\n", "")
        + "offers: &x\n- &y {id: one, company: A, level: L6, location: Seattle, base_salary: 1000000}\n- *y\n",
    ],
)
def test_an_offer_given_twice_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    path = file_of(tmp_path, "twice", text)
    assert new(monkeypatch, path, arguments=["--add"]) == 2
    assert "is already used above" in capsys.readouterr().err


def test_a_file_that_changed_meanwhile_keeps_the_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody saved the file with one more offer before the last question: it stays, and no id is taken twice."""
    path = file_of(tmp_path, "plain")
    meanwhile = FILES["plain"] + FILES["plain"].splitlines()[1].replace("id: one", "id: acme-5") + "\n"

    def change(*_args: Any, **_kwargs: Any) -> bool:
        path.write_text(meanwhile, encoding="utf-8")
        return False

    monkeypatch.setattr(click, "confirm", change)
    assert new(monkeypatch, path, *UNKNOWN, arguments=["--add"]) == 0
    assert path.read_text(encoding="utf-8").startswith(meanwhile)
    assert load_offers(path).ids == ["one", "acme-5", "acme-5-2"]


def test_a_file_that_appeared_meanwhile_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.yaml"

    def appear(*_args: Any, **_kwargs: Any) -> bool:
        path.write_text("mine", encoding="utf-8")
        return False

    monkeypatch.setattr(click, "confirm", appear)
    assert new(monkeypatch, path, *UNKNOWN, *NO_JOB) == 2
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes, and links need a privilege.")
def test_a_link_and_the_mode_of_its_file_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(tmp_path, "plain")
    path.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(path)
    assert new(monkeypatch, link, *UNKNOWN, "", arguments=["--add"]) == 0
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert load_offers(path).ids == ["one", "acme-5"]


@FUZZ
@given(
    dash=st.integers(0, 8),
    gap=st.integers(1, 4),
    newline=st.sampled_from(["\n", "\r\n"]),
    before=st.lists(st.sampled_from(["", "# a", "schema: compkit/offers@1"]), max_size=3, unique=True),
    between=st.lists(st.sampled_from(["", "# b", "          # c", "   "]), max_size=3),
    after=st.lists(
        st.sampled_from(["", "# d", "rates: {EUR: 1.08}", "candidate: {name: Ana}"]), max_size=4, unique=True
    ),
    ends=st.booleans(),
    company=NAMES.map(str.strip).filter(bool),
)
def test_any_layout_keeps_its_text(
    dash: int, gap: int, newline: str, before: list[str], between: list[str], after: list[str], company: str,
    tmp_path_factory: Any, *, ends: bool,
) -> None:  # fmt: skip
    inner = " " * (dash + 1 + gap)
    fields = ["id: one", "company: A", "level: L6", "location: Seattle", "base_salary: 100000"]
    item = [f"{' ' * dash}-{' ' * gap}{fields[0]}", *(f"{inner}{line}" for line in fields[1:])]
    text = newline.join([*before, "offers:", *item, *between, *after]) + (newline if ends else "")
    path = tmp_path_factory.mktemp("grown") / "mine.yaml"
    path.write_bytes(text.encode())
    file = load_appendable_file(path)
    grown = file.with_offers(
        [({"id": "two", "company": company, "level": "L6", "location": "Austin", "base_salary": 5e4}, {})], {}
    )
    inserted(text.encode(), grown)
    path.write_bytes(grown)
    found = load_offers(path)
    assert found.ids == ["one", "two"]
    assert found[1].offer.company == company
    last_key = max((n for n, line in enumerate(after) if ":" in line), default=None)
    assert grown.startswith(text.encode()) or last_key is not None
