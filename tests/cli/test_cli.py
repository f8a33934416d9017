"""The command line: what each command prints, keeps silent about, refuses, and returns; figures worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import openpyxl
import pytest
from waiting import MAX_WAIT_SECONDS

from compkit.cli import run
from compkit.cli.main import COMMANDS

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
BEFORE, AFTER = "amazon-l6-seattle-before", "amazon-l6-seattle-after"
FILE_COMMANDS = ("evaluate", "market", "score", "premium", "report")
WORKED = """\
offers:
  - {id: worked, company: Amazon, level: L6, location: Seattle, base_salary: 175000, sign_on: [80000, 60000],
     equity: [{value: 300000, grant_price: 200, vesting: amazon}]}
"""
Capture = pytest.CaptureFixture[str]


def strict(text: str) -> Any:
    """Return what JSON holds; NaN and Infinity, which Python would let pass, are errors."""

    def refuse(constant: str) -> NoReturn:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


def printed(capsys: Capture, *arguments: str | Path, code: int = 0) -> Any:
    """Run a command with --json and return what it prints, nothing else being on stdout."""
    assert run([*map(str, arguments), "--json"]) == code
    return strict(capsys.readouterr().out)


def refused(capsys: Capture, *arguments: str | Path) -> str:
    """Run a command that must refuse its input, with stdout left empty; return what it says."""
    assert run([*map(str, arguments)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def by_id(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {offer["id"]: offer for offer in answer["offers"]}


@pytest.fixture
def worked(tmp_path: Path) -> Path:
    path = tmp_path / "worked.yaml"
    path.write_text(WORKED, encoding="utf-8")
    return path


def test_evaluate_the_worked_negotiation(capsys: Capture) -> None:
    """The guide's example: base + sign-on + 5, 15, 40 and 40 % of the grant."""
    answer = printed(capsys, "evaluate", SAMPLE)
    assert answer["schema"] == "compkit/evaluation@1"
    before, after = (by_id(answer)[name] for name in (BEFORE, AFTER))
    keys = ("year", "base", "bonus", "sign_on", "equity", "total")
    assert [tuple(year[key] for key in keys) for year in before["years"]] == [
        (1, 175_000, 0, 80_000, 15_000, 270_000),
        (2, 175_000, 0, 60_000, 45_000, 280_000),
        (3, 175_000, 0, 0, 120_000, 295_000),
        (4, 175_000, 0, 0, 120_000, 295_000),
    ]
    assert [tuple(year[key] for key in keys) for year in after["years"]] == [
        (1, 185_000, 0, 110_000, 19_000, 314_000),
        (2, 185_000, 0, 85_000, 57_000, 327_000),
        (3, 185_000, 0, 0, 152_000, 337_000),
        (4, 185_000, 0, 0, 152_000, 337_000),
    ]
    sums = ("total", "average", "first_two_year_average", "present_value", "guaranteed_cash")
    assert tuple(before[key] for key in sums) == (1_140_000, 285_000, 275_000, 1_140_000, 840_000)
    assert tuple(after[key] for key in sums) == (1_315_000, 328_750, 320_500, 1_315_000, 935_000)
    assert after["total"] / before["total"] - 1 == pytest.approx(0.15351, abs=5e-6)


def test_evaluate_keeps_the_order_of_the_file(capsys: Capture) -> None:
    ids = [offer["id"] for offer in printed(capsys, "evaluate", SAMPLE)["offers"]]
    assert ids == [line.split()[2] for line in SAMPLE.read_text().splitlines() if line.startswith("  - id: ")]


@pytest.mark.parametrize(
    ("convention", "equity"),
    [
        ("annual-step", (15_000, 45_000 * 1.15, 120_000 * 1.15**2, 120_000 * 1.15**3)),
        ("smooth", (17_250, 59_512.5, 60_000 * (1.15**2.5 + 1.15**3), 60_000 * (1.15**3.5 + 1.15**4))),
    ],
)
def test_evaluate_with_growth(convention: str, equity: tuple[float, ...], capsys: Capture) -> None:
    """Growth moves stock, the totals and nothing else: no present value, no cash."""
    answer = printed(capsys, "evaluate", SAMPLE, "--growth", "0.15", "--growth-convention", convention)
    before = by_id(answer)[BEFORE]
    assert [year["equity"] for year in before["years"]] == pytest.approx(equity)
    assert before["total"] == pytest.approx(840_000 + sum(equity))
    assert before["average"] == pytest.approx((840_000 + sum(equity)) / 4)
    assert (before["present_value"], before["guaranteed_cash"]) == (1_140_000, 840_000)


def test_evaluate_with_a_discount_rate(capsys: Capture) -> None:
    before = by_id(printed(capsys, "evaluate", SAMPLE, "--discount-rate", "0.05"))[BEFORE]
    salary = sum(175_000 / 12 * 1.05 ** (-month / 12) for month in range(1, 49))
    sign_on = 80_000 * 1.05 ** (-1 / 12) + 60_000 * 1.05 ** (-13 / 12)
    assert before["present_value"] == pytest.approx(salary + sign_on + 300_000)
    assert before["total"] == 1_140_000


def test_evaluate_one_year_has_no_first_two(capsys: Capture) -> None:
    before = by_id(printed(capsys, "evaluate", SAMPLE, "--years", "1"))[BEFORE]
    assert [year["total"] for year in before["years"]] == [270_000]
    assert (before["total"], before["average"], before["first_two_year_average"]) == (270_000, 270_000, None)


def test_evaluate_eight_years(capsys: Capture) -> None:
    """After the grant has vested, only the salary is left: the average is over all eight years."""
    before = by_id(printed(capsys, "evaluate", SAMPLE, "--years", "8"))[BEFORE]
    assert [year["total"] for year in before["years"][4:]] == [175_000] * 4
    assert before["average"] == (1_140_000 + 4 * 175_000) / 8


def test_evaluate_whole_shares(tmp_path: Path, capsys: Capture) -> None:
    """Ten shares of 200 in quarters: 2.5, 5, 7.5 and 10, rounded half up 3, 5, 8 and 10."""
    path = tmp_path / "ten.yaml"
    path.write_text(WORKED.replace("300000", "2000").replace("amazon}", "even-4-year}"), encoding="utf-8")
    (offer,) = printed(capsys, "evaluate", path, "--whole-shares")["offers"]
    assert [year["equity"] for year in offer["years"]] == [600, 400, 600, 400]


def test_evaluate_another_currency(tmp_path: Path, capsys: Capture) -> None:
    """100,000 EUR at 1.08 and a quarter of 40,000 EUR a year: 118,800 USD; a sample offer beside it stays in USD."""
    path = tmp_path / "euro.yaml"
    path.write_text(
        "rates: {EUR: 1.08}\noffers:\n- {id: abroad, company: Initech, level: Lead, location: Seattle, currency: EUR, "
        "base_salary: 100000, equity: [{value: 40000, vesting: even-4-year}]}\n",
        encoding="utf-8",
    )
    offers = by_id(printed(capsys, "evaluate", SAMPLE, path))
    assert [year["total"] for year in offers["abroad"]["years"]] == pytest.approx([118_800] * 4)
    assert offers["abroad"]["total"] == pytest.approx(475_200)
    assert offers[BEFORE]["total"] == 1_140_000


def test_evaluate_says_the_same_in_words(worked: Path, capsys: Capture) -> None:
    assert run(["evaluate", str(worked)]) == 0
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "1 $175,000 $80,000 $15,000 $270,000" in lines
    assert "3 $175,000 $0 $120,000 $295,000" in lines
    assert any(line.startswith("total $1,140,000, average $285,000, first two years $275,000,") for line in lines)
    assert "vesting schedule amazon: based on public reports, not verified" in lines
    assert "refresher practice" not in "".join(lines)


def test_evaluate_names_a_practice_of_refreshers(tmp_path: Path, capsys: Capture) -> None:
    """Grants of months 26 and 38, 5,000 a quarter each: 3 vests in year 3 (29 32 35); 4 and 3 of them in year 4."""
    path = tmp_path / "practice.yaml"
    offer = "company: Initech, level: Lead, location: Seattle, base_salary: 100000, start_date: 2027-02-01"
    plans = (f"{{practice: {name}, annual_value: 40000}}" for name in ("yearly-2-year", "none"))
    lines = [f"- {{id: o-{number}, {offer}, refresher_plan: {plan}}}" for number, plan in enumerate(plans)]
    path.write_text("\n".join(["offers:", *lines]), encoding="utf-8")
    offers = by_id(printed(capsys, "evaluate", path))
    assert [year["equity"] for year in offers["o-0"]["years"]] == [0, 0, 15000, 35000]
    assert [year["equity"] for year in offers["o-1"]["years"]] == [0, 0, 0, 0]
    assert offers["o-0"]["refresher_practice"] == {"practice": "yearly-2-year", "is_verified": False}
    assert offers["o-1"]["refresher_practice"] is None
    assert run(["evaluate", str(path)]) == 0
    assert capsys.readouterr().out.count("refresher practice yearly-2-year: based on reports, not verified") == 1


@pytest.fixture
def one_offer_in_each_format(worked: Path) -> list[Path]:
    """Return the worked offer as YAML, JSON, CSV and XLSX."""
    row = {
        "id": "worked", "company": "Amazon", "level": "L6", "location": "Seattle", "base_salary": 175000,
        "sign_on_y1": 80000, "sign_on_y2": 60000, "equity_value": 300000, "grant_price": 200, "vesting": "amazon",
    }  # fmt: skip
    offer = {key: row[key] for key in ("id", "company", "level", "location", "base_salary")} | {
        "sign_on": [80000, 60000],
        "equity": [{"value": 300000, "grant_price": 200, "vesting": "amazon"}],
    }
    paths = [worked, *(worked.with_suffix(ending) for ending in (".json", ".csv", ".xlsx"))]
    paths[1].write_text(json.dumps({"schema": "compkit/offers@1", "offers": [offer]}), encoding="utf-8")
    paths[2].write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n", encoding="utf-8")
    book = openpyxl.Workbook()
    for line in (list(row), list(row.values())):
        book.active.append(line)
    book.save(paths[3])
    return paths


def test_every_format_gives_the_same(one_offer_in_each_format: list[Path], capsys: Capture) -> None:
    answers = [printed(capsys, "evaluate", path) for path in one_offer_in_each_format]
    assert [answer["offers"][0]["total"] for answer in answers] == [1_140_000] * 4
    assert all(answer == answers[0] for answer in answers)


def test_an_id_in_two_files_is_refused(one_offer_in_each_format: list[Path], tmp_path: Path, capsys: Capture) -> None:
    first, second, *_ = one_offer_in_each_format
    for command in FILE_COMMANDS:
        said = refused(capsys, command, first, second, *(("-o", tmp_path / "out") if command == "report" else ()))
        assert f"{second}, offer 'worked': id is already used in {first}." in said
    assert not (tmp_path / "out").exists()


def test_market_json(capsys: Capture) -> None:
    """Against the guide's L6 Seattle row; first year 175,000 + 80,000 + 5 % of 300,000."""
    offers = by_id(printed(capsys, "market", SAMPLE))
    components = offers[BEFORE]["components"]
    # value, low, high: penetration and compa-ratio by their definitions
    by_hand = {
        "base_salary": (175, 170, 190, "within"),
        "rsu_4yr": (300, 250, 400, "within"),
        "sign_on_y1": (80, 75, 125, "within"),
        "sign_on_y2": (60, 50, 100, "within"),
        "total_y1": (270, 280, 350, None),  # the audit disproves this range
        "total_4yr_avg": (250, 225, 290, "within"),
    }
    assert set(components) == set(by_hand)
    for name, (value, low, high, verdict) in by_hand.items():
        found = components[name]
        assert (found["low"], found["high"], found["verdict"]) == (low * 1000, high * 1000, verdict), name
        assert found["penetration"] == pytest.approx((value - low) / (high - low)), name
        assert found["compa_ratio"] == pytest.approx(value / ((low + high) / 2)), name
        assert (found["source"], found["as_of"]) == ("guide", "2025-08-01"), name
    of_its_type = offers[BEFORE]["company_type"]
    assert {name: part["verdict"] for name, part in of_its_type.items()} == {
        "base_salary": "within", "rsu_4yr": "within", "total": "below",
    }  # fmt: skip
    assert offers[AFTER]["components"]["base_salary"]["penetration"] == pytest.approx(0.75)


def test_market_takes_the_posting_first_then_own_research(capsys: Capture) -> None:
    """900 units at 500 are 450,000: 200,000 + 112,500 beside a median of 345,000 without a range."""
    components = by_id(printed(capsys, "market", SAMPLE))["meta-e6-san-francisco"]["components"]
    base = components["base_salary"]
    assert (base["source"], base["as_of"], base["low"], base["high"]) == ("posting", "2026-11-02", 184_000, 232_000)
    assert base["penetration"] == pytest.approx(16 / 48)
    average = components["total_4yr_avg"]
    assert (average["source"], average["as_of"], average["n"]) == ("research", "2026-11-10", 9)
    assert (average["low"], average["high"], average["penetration"], average["verdict"]) == (None, None, None, None)
    assert average["compa_ratio"] == pytest.approx(312_500 / 345_000)
    assert components["rsu_4yr"]["source"] == "guide"


def test_market_without_a_yardstick_says_why(capsys: Capture) -> None:
    components = by_id(printed(capsys, "market", SAMPLE))["harbor-finch-vp"]["components"]
    for found in components.values():
        told = ("low", "high", "penetration", "compa_ratio", "verdict", "source", "as_of")
        assert [found[key] for key in told] == [None] * 7
        assert "guide_level" in found["reason"]


def test_score_json(capsys: Capture) -> None:
    """Risk: 0.2*7 + 0.25*8 + 0.2*8 + 0.15*6 + 0.1*7 + 0.1*5; decision: 4*3 + 3*5 + 3*4 + 2*4 + 2*3 + 1*3."""
    before = by_id(printed(capsys, "score", SAMPLE))[BEFORE]
    assert (before["risk"]["score"], before["risk"]["verdict"]) == (7.1, "moderate")
    assert (before["decision"]["score"], before["decision"]["verdict"]) == (56, "accept with reservations")
    assert (before["missing"], before["warnings"], before["deal_breakers"]) == ([], [], [])
    # 7.1 falls below 6 by a drop of more than 1.1: 0.2 x 6, 0.25 x 5, 0.2 x 6; no factor lifts it to 8.
    assert {(flip["factor"], flip["needed"], flip["new_verdict"]) for flip in before["risk"]["flips"]} == {
        ("Team Stability", 1, "high"), ("Manager Quality", 3, "high"), ("Growth Potential", 2, "high"),
    }  # fmt: skip


def test_score_warnings_and_deal_breakers(capsys: Capture) -> None:
    """Risk 0.6 + 1.25 + 1 + 0.6 + 0.6 + 0.6; decision 8 + 6 + 6 + 4 + 4 + 4."""
    pressed = by_id(printed(capsys, "score", SAMPLE))["amazon-l6-austin-pressure"]
    assert (pressed["risk"]["score"], pressed["risk"]["verdict"]) == (4.65, "high")
    assert (pressed["decision"]["score"], pressed["decision"]["verdict"]) == (32, "negotiate or decline")
    assert len(pressed["deal_breakers"]) == 3
    assert "The team loses 35% of its people a year, more than 30%." in pressed["deal_breakers"]
    assert len(pressed["warnings"]) == 4
    assert "You have 24 hours to decide; 24 or fewer is pressure." in pressed["warnings"]


def test_score_asks_for_what_is_missing(capsys: Capture) -> None:
    """A missing mark is no zero: no score at all. Decision 16 + 9 + 9 + 6 + 4 + 1."""
    finch = by_id(printed(capsys, "score", SAMPLE))["harbor-finch-vp"]
    assert (finch["risk"]["score"], finch["risk"]["verdict"]) == (None, None)
    assert finch["missing"] == ["Manager Quality"]
    assert (finch["decision"]["score"], finch["decision"]["verdict"]) == (45, "accept with reservations")
    assert finch["warnings"] == ["You have 96 hours to decide; less than a week is short."]
    assert run(["score", str(SAMPLE)]) == 0
    assert "risk: open: Manager Quality not scored" in capsys.readouterr().out


def test_premium_json(capsys: Capture) -> None:
    """San Francisco L6: 240,000 x 1.2 and 312,000 x 1.3; the others stand beside it and are never added."""
    offers = by_id(printed(capsys, "premium", SAMPLE))
    found = offers["amazon-l6-san-francisco-ai"]
    assert [(row["basis"], row["low"], row["high"]) for row in found["premiums"]] == [
        ("location", 0.2, 0.3),
        ("specialization", 0.3, 0.5),
        ("skill", 0.25, 0.4),
        ("skill", 0.15, 0.25),
        ("company_type", 0.2, 0.4),
    ]
    assert found["adjusted"] == pytest.approx({"low": 288_000, "high": 405_600})
    plain = offers[BEFORE]
    assert (plain["premiums"], plain["adjusted"]) == ([], {"low": None, "high": None})


def test_audit_json(capsys: Capture) -> None:
    """L6 Seattle, first year, low end: 170,000 + 75,000 + 5 % of 250,000 is 257,500, and 280,000 is published."""
    findings = {finding["id"]: finding for finding in printed(capsys, "audit")["findings"]}
    assert all({"id", "kind", "published", "computed", "why"} <= finding.keys() for finding in findings.values())
    first_year = findings["bands-L6-Seattle-total_y1-low"]
    assert (first_year["published"], first_year["computed"]) == (280_000, 257_500)
    raised = findings["worked-negotiation-increase"]
    assert raised["published"] == 0.26
    assert raised["computed"] == pytest.approx(1_315 / 1_140 - 1)
    assert all(finding["why"] for finding in findings.values())


def test_validate_json(tmp_path: Path, worked: Path, capsys: Capture) -> None:
    answer = printed(capsys, "validate", SAMPLE, worked)
    assert answer["offers"] == 14
    assert answer["faults"] == []
    bad = tmp_path / "bad.yaml"
    bad.write_text(WORKED.replace("base_salary", "base_salry"), encoding="utf-8")
    assert run(["validate", "--json", str(bad), str(worked)]) == 2
    captured = capsys.readouterr()
    answer = strict(captured.out)
    assert all(set(fault) == {"file", "where", "field", "message"} for fault in answer["faults"])
    misspelt = next(fault for fault in answer["faults"] if fault["field"] == "base_salry")
    assert (misspelt["file"], misspelt["where"]) == (str(bad), "offer 'worked'")
    assert "Did you mean 'base_salary'?" in misspelt["message"]
    assert "base_salry" in captured.err, "faults go to stderr, whatever stdout holds"


def test_validate_warns_and_goes_on(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "low.yaml"
    path.write_text(WORKED.replace("175000", "17500"), encoding="utf-8")
    answer = printed(capsys, "validate", path)
    assert (answer["offers"], answer["faults"]) == (1, [])
    assert "base_salary" in {warning["field"] for warning in answer["warnings"]}


def test_every_fault_of_every_file_comes_at_once(tmp_path: Path, worked: Path, capsys: Capture) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(WORKED.replace("Seattle", "Seatle").replace("300000", "-1"), encoding="utf-8")
    two.write_text(WORKED.replace("company: Amazon, ", "").replace("worked", "other"), encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    for command in ("validate", *FILE_COMMANDS):
        given = ("-o", tmp_path / "out") if command == "report" else ()
        said = refused(capsys, command, one, worked, two, tmp_path / "missing.yaml", *given)
        for part in (
            f"{one}, offer 'worked': location must be a place we know",
            "Did you mean 'Seattle'?",
            f"{one}, offer 'worked': equity[0].value must not be negative, got -1",
            f"{two}, offer 'other': company ",
            f"{tmp_path / 'missing.yaml'}: does not exist.",
        ):
            assert part in said, (command, part)
        assert "Traceback" not in said
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--growth", "-2"], "growth_rate must be a finite fraction above -1, got -2.0."),
        (["--growth", "-1"], "growth_rate must be a finite fraction above -1, got -1.0."),
        (["--growth", "inf"], "growth_rate must be a finite fraction above -1, got inf."),
        (["--growth", "much"], "must be a rate, got 'much'. Type 0.15 or 15%."),
        (["--growth", "1e300"], "growth"),
        (["--growth-convention", "smoth"], "'smooth', 'annual-step'"),
        (["--years", "9"], "years must be 1 to 8, got 9."),
        (["--years", "0"], "years must be 1 to 8, got 0."),
        (["--years", "2.5"], "'2.5' is not a valid integer"),
        (["--discount-rate", "nan"], "discount_rate must be a finite fraction above -1, got nan."),
        (["--discount-rate", "-1"], "discount_rate must be a finite fraction above -1, got -1.0."),
        (["--grwth", "0.1"], "Did you mean '--growth'?"),
    ],
)
def test_unfit_assumptions_are_refused(arguments: list[str], said: str, worked: Path, capsys: Capture) -> None:
    for form in ([], ["--json"]):
        told = refused(capsys, "evaluate", worked, *arguments, *form)
        assert said in told
        assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evalute", "x.yaml"], "There is no command 'evalute'. Did you mean 'evaluate'?"),
        (["Report"], "Did you mean 'report'?"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["evaluate"], "Missing argument 'FILE...'"),
        (["report", "x.yaml", "--worker", "2"], "'--workers'"),
        (["report", "x.yaml", "--workers", "0"], "0 is not in the range"),
        (["report", "x.yaml", "--timeout", "nan"], "--timeout"),
        (["report", "x.yaml", "--report-date", "2026-02-30"], "--report-date"),
        (["check", "--workers", "x", "."], "'x' is not a valid integer"),
        (["market", "x.yaml", "--jsn"], "Did you mean '--json'?"),
        (["decide", "x.yaml", "--stay", "0"], "--stay"),
    ],
)
def test_a_misspelt_command_or_option_gets_its_nearest(arguments: list[str], said: str, capsys: Capture) -> None:
    told = refused(capsys, *arguments)
    assert said in told
    assert len(told.splitlines()) == 1
    assert "--help`." in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--notebook", "offer_evalution"], "Did you mean 'offer_evaluation'?"),
        (["-p", "growth_rat", "0.1"], "Did you mean 'growth_rate'?"),
        (["-p", "growth_rate", "much"], "growth_rate must be a number, got 'much'"),
        (["-p", "offer_id", "other"], "offer_id is set for each report"),
    ],
)
def test_report_refuses_before_it_writes(
    arguments: list[str], said: str, worked: Path, tmp_path: Path, capsys: Capture
) -> None:
    assert said in refused(capsys, "report", worked, "-o", tmp_path / "out", *arguments)
    assert not (tmp_path / "out").exists()


def test_check_of_nothing_is_refused(tmp_path: Path, capsys: Capture) -> None:
    assert "holds no report notebooks" in refused(capsys, "check", tmp_path)
    assert "is not a folder" in refused(capsys, "check", "--json", tmp_path / "missing")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_json(command: str, capsys: Capture) -> None:
    words = {"data": ["data", "status"], "workshop": ["workshop", "analyse"], "paydata": ["paydata", "query"]}.get(
        command, [command]
    )
    assert run([*words, "--help"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(f"Usage: compkit {' '.join(words)}")
    assert ("--json" in captured.out) == (command != "lab")  # which hands over to JupyterLab
    assert captured.err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["evaluate"], ["evaluate", "--years", "1"], ["evaluate", "--years", "8", "--growth", "-0.99"],
        ["evaluate", "--growth", "3", "--growth-convention", "annual-step", "--discount-rate", "-0.5"],
        ["market"], ["score"], ["premium"], ["validate"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_all_sample_offers_give_strict_json(arguments: list[str], capsys: Capture) -> None:
    answer = printed(capsys, arguments[0], SAMPLE, *arguments[1:])
    assert answer["offers"] == 13 if arguments == ["validate"] else len(answer["offers"]) == 13


def test_amounts_are_not_rounded(tmp_path: Path, capsys: Capture) -> None:
    """A monthly raise of a third of a cent survives: 100,000 x 1.03333 a year in year 2."""
    path = tmp_path / "odd.yaml"
    path.write_text(WORKED.replace("175000", "100000.123, annual_raise_rate: 0.03333"), encoding="utf-8")
    (offer,) = printed(capsys, "evaluate", path)["offers"]
    assert offer["years"][1]["base"] == pytest.approx(100_000.123 * 1.03333, rel=1e-12)


# Where the process itself matters: streams, exit codes, pipes.


def process(*arguments: str | Path, given: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "compkit", *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, encoding="utf-8", check=False, timeout=MAX_WAIT_SECONDS, cwd=cwd
    )


def test_the_process_keeps_its_streams_apart(worked: Path) -> None:
    done = process("evaluate", worked, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("{")
    assert done.stdout.endswith("}\n")
    assert strict(done.stdout)["offers"][0]["total"] == 1_140_000


def test_the_process_refuses_with_two(worked: Path) -> None:
    done = process("evaluate", worked, worked.with_name("missing.yaml"), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"{worked.with_name('missing.yaml')}: does not exist. Check the path.\n"


def test_the_process_bears_a_reader_that_leaves() -> None:
    """As in `compkit audit | head -1`: no traceback when the pipe breaks."""
    command = [sys.executable, "-m", "compkit", "audit", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stderr is not None
        started.stdout.close()
        said = started.stderr.read()
    assert "Traceback" not in said


def test_all_options_that_cannot_be_read_are_told_at_once(capsys: Capture) -> None:
    options = ["--location", "Seattle", "--year", "2026"]
    options += ["--spouse-wages", "70.000", "--children", "two", "--hsa", "5%"]
    assert run(["tax", *options]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "Invalid value for '--spouse-wages': 70.000 could be 70 or 70000. Type the one you mean.",
        "Invalid value for '--children': must be a number, got 'two'. Type plain digits.",
        "Invalid value for '--hsa': must be an amount in dollars, got 5%. Type the amount.",
        "Missing option '--wages'.",
    ]


def test_one_option_that_cannot_be_read_points_to_the_help(capsys: Capture) -> None:
    assert run(["locations", str(SAMPLE), "--bedrooms", "two"]) == 2
    assert capsys.readouterr().err.endswith("See `compkit locations --help`.\n")


def test_an_amount_without_end_is_not_called_negative(capsys: Capture) -> None:
    options = ["--wages", "100000", "--location", "Seattle", "--year", "2026", "--charity", "inf", "--childcare", "-1"]
    assert run(["tax", *options]) == 2
    assert capsys.readouterr().err.splitlines()[:2] == [
        "childcare must be 0 or more, got -1.",
        "charity must be finite, got inf.",
    ]
