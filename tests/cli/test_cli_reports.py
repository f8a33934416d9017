"""`compkit report` and `compkit check` from end to end: what they print, and what they leave in the folder."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from command_line import answered

from compkit.cli import run

pytestmark = pytest.mark.usefixtures("one_fork_server")
DAY = "2026-11-22"
DIGITS = 1e-14
"""Fifteen digits of a number are kept, as in a spreadsheet."""
NAME = '<b>Initech</b> & "Söhne"'
OFFERS = f"""\
candidate: {{current: {{base_salary: 180000, annual_bonus: 20000, annual_equity: 60000, unvested_equity: 150000}}}}
offers:
- {{id: worked, company: Amazon, company_type: FAANG, level: L6, location: Seattle, base_salary: 175000,
   sign_on: [80000, 60000], start_date: 2027-02-01, deadline: 2026-12-18, role: {{ai_ml: true}},
   equity: [{{value: 300000, grant_price: 200, vesting: amazon}}]}}
- {{id: thirds, company: '{NAME}', level: VP, location: Chicago, base_salary: 100000.1, annual_raise_rate: 0.03333,
   equity: [{{value: 50000, vesting: even-4-year-monthly}}]}}
"""
AS_A_PERSON_SEES = [
    ".compkit.lock", "ledger.sqlite",
    "guide_audit.html", "guide_audit.ipynb", "index.html", "people/you/hiring_process.html",
    "people/you/hiring_process.ipynb", "people/you/index.html", "people/you/offer_comparison.html",
    "people/you/offer_comparison.ipynb",
    "people/you/onboarding_plan.html", "people/you/onboarding_plan.ipynb",
    "people/you/offers.json", "run.json", "summary.csv", "summary.parquet", "summary.xlsx",
    "worked/ai_ml_premiums.html", "worked/ai_ml_premiums.ipynb",
    *(f"{offer}/{name}" for offer in ("thirds", "worked")
      for name in ("figures.csv", "location_analysis.html", "location_analysis.ipynb", "negotiation_plan.html",
                   "negotiation_plan.ipynb", "offer.json", "offer_evaluation.html", "offer_evaluation.ipynb",
                   "offers.json")),
]  # fmt: skip


@pytest.fixture(scope="module")
def offers_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "two.yaml"
    path.write_text(OFFERS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def answer(offers_file: Path) -> tuple[int, Any, str]:
    out = offers_file.parent / "out"
    return answered("report", offers_file, "-o", out, "--workers", "2", "--report-date", DAY)


@pytest.fixture(scope="module")
def made(answer: tuple[int, Any, str], offers_file: Path) -> Path:
    """Return the reports' folder of one run over two offers."""
    assert answer[0] == 0
    return offers_file.parent / "out"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures(made: Path, offer: str) -> dict[str, float]:
    return {
        row["figure"]: float(row["value"])
        for row in rows(made / offer / "figures.csv")
        if row["notebook"] == "offer_evaluation"
    }


def test_report_answers_for_every_report(answer: tuple[int, Any, str]) -> None:
    """Premiums are for AI and machine-learning roles only."""
    code, answered_with, said = answer
    assert code == 0
    assert sorted((row["offer"] or "", row["notebook"]) for row in answered_with["reports"]) == [
        ("", "guide_audit"),
        ("", "hiring_process"),
        ("", "offer_comparison"),
        ("", "onboarding_plan"),
        ("thirds", "location_analysis"),
        ("thirds", "negotiation_plan"),
        ("thirds", "offer_evaluation"),
        ("worked", "ai_ml_premiums"),
        ("worked", "location_analysis"),
        ("worked", "negotiation_plan"),
        ("worked", "offer_evaluation"),
    ]
    assert [row["offer"] for row in answered_with["reports"]] == ["worked"] * 4 + ["thirds"] * 3 + [None] * 4
    for row in answered_with["reports"]:
        assert set(row) == {"offer", "candidate", "notebook", "status", "seconds", "html", "error", "pdf"}
        assert (row["status"], row["error"]) == ("ok", None)
        assert row["seconds"] > 0
        assert row["candidate"] == (
            "you" if row["notebook"] in ("offer_comparison", "hiring_process", "onboarding_plan") else None
        )
        place = f"{row['offer']}/" if row["offer"] else "people/you/" if row["candidate"] else ""
        assert row["html"] == f"{place}{row['notebook']}.html"
    assert "Traceback" not in said


def test_report_leaves_these_files_and_no_other(made: Path) -> None:
    found = sorted(path.relative_to(made).as_posix() for path in made.rglob("*") if path.is_file())
    assert found == sorted(AS_A_PERSON_SEES)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_owner_can_read_them(made: Path) -> None:
    for path in (made, *made.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_figures_are_those_of_evaluate_unrounded(made: Path, offers_file: Path) -> None:
    _, evaluated, _ = answered("evaluate", offers_file)
    for offer in evaluated["offers"]:
        recorded = figures(made, offer["id"])
        for year in offer["years"]:
            for name in ("base", "bonus", "sign_on", "equity", "total"):
                assert recorded[f"year {year['year']} {name}"] == pytest.approx(year[name], rel=DIGITS)
        for name in ("total", "average", "first_two_year_average", "present_value", "guaranteed_cash"):
            assert recorded[name] == pytest.approx(offer[name], rel=DIGITS)
    assert figures(made, "worked")["total"] == 1_140_000
    # 100,000.1 x 1.03333 + 50,000 / 4, down to the last cent's parts
    assert figures(made, "thirds")["year 2 total"] == pytest.approx(115_833.103333, abs=1e-7)


def test_figures_name_unit_source_and_date(made: Path) -> None:
    table = rows(made / "worked" / "figures.csv")
    assert list(table[0]) == ["notebook", "figure", "value", "unit", "source_ids", "as_of", "status"]
    with (Path(__file__).parents[2] / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
        known = {row["source_id"] for row in csv.DictReader(file)}
    for row in table:
        assert row["unit"], row
        assert row["source_ids"], row
        assert set(row["source_ids"].replace(";", " ").split()) <= known, row
    low = next(row for row in table if row["figure"] == "market base_salary low")
    assert (low["value"], low["unit"], low["as_of"]) == ("170000.0", "USD", "2025-08-01")


def test_the_summaries_agree(made: Path) -> None:
    """summary.csv, summary.xlsx, run.json and index.html tell the same of the same offers."""
    table = {row["offer"]: row for row in rows(made / "summary.csv")}
    assert list(table) == ["worked", "thirds"]
    sheet = openpyxl.load_workbook(made / "summary.xlsx").active
    heads, *lines = ([cell.value for cell in line] for line in sheet.iter_rows())
    assert [line[0] for line in lines] == ["worked", "thirds"]
    page = (made / "index.html").read_text(encoding="utf-8")
    for line in lines:
        row = table[line[0]]
        recorded = figures(made, line[0])
        for heading, key in (("Average a year", "average"), ("Salary and sign-on", "guaranteed_cash")):
            # A recorded average counts all stock, as JSON does; summaries are what pages show, without paper.
            shown = recorded[key] - (recorded.get("paper", 0.0) / 4 if key == "average" else 0.0)
            assert float(row[key]) == pytest.approx(shown, rel=DIGITS)
            assert line[heads.index(heading)] == pytest.approx(shown, rel=DIGITS)
            assert key != "average" or f">${shown:,.0f}<" in page  # the other is in the files alone
        assert row["company"] == line[heads.index("Company")]
    assert (table["worked"]["total"], table["worked"]["average"]) == ("1140000.0", "285000.0")
    assert (table["worked"]["market_verdict"], table["thirds"]["market_verdict"]) == ("within", "")
    assert table["worked"]["unverified"] == "amazon"
    assert table["thirds"]["company"] == NAME
    assert NAME not in page
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert (record["schema"], record["report_on"]) == ("compkit/run@1", DAY)
    assert [row["html"] for row in record["reports"] if row["html"] not in page] == []


def test_run_json_holds_what_the_command_printed(made: Path, answer: tuple[int, Any, str]) -> None:
    assert json.loads((made / "run.json").read_text(encoding="utf-8"))["reports"] == answer[1]["reports"]


def test_a_page_shows_the_figures(made: Path) -> None:
    page = (made / "worked" / "offer_evaluation.html").read_text(encoding="utf-8")
    for shown in ("$1,140,000", "$285,000", "$275,000", "a band of August 2025", "amazon (unverified)"):
        assert shown in page
    other = (made / "thirds" / "offer_evaluation.html").read_text(encoding="utf-8")
    assert "&lt;b&gt;Initech&lt;/b&gt; &amp;" in other
    assert "<b>Initech" not in other


def test_no_page_tells_where_it_was_made(made: Path, offers_file: Path) -> None:
    for path in made.rglob("*"):
        if path.suffix in (".html", ".ipynb", ".json", ".csv"):
            text = path.read_text(encoding="utf-8")
            assert str(offers_file.parent) not in text, path
            assert str(Path(__file__).parents[2]) not in text, path


@pytest.mark.long
def test_check_says_ok_then_names_the_cell_changed_by_hand(made: Path, tmp_path: Path) -> None:
    """A figure edited in the notebook is found, and told by the number that stands beside its cell."""
    folder = tmp_path / "kept" / "worked"
    shutil.copytree(made / "worked", folder)
    for name in ("offer_evaluation", "location_analysis", "negotiation_plan"):
        (folder / f"{name}.ipynb").unlink()
    code, answer, _ = answered("check", tmp_path / "kept", "--workers", "1")
    assert code == 0
    (found,) = answer["notebooks"]
    assert (found["path"], found["status"], found["cell"]) == ("worked/ai_ml_premiums.ipynb", "ok", None)

    path = folder / "ai_ml_premiums.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "audit-table")
    shown = cell["outputs"][0]["data"]["text/plain"]
    # 215,000 x 1.1, the low end for Austin, where the guide prints 240,000
    cell["outputs"][0]["data"]["text/plain"] = [line.replace("$236,500", "$999,500") for line in shown]
    assert cell["outputs"][0]["data"]["text/plain"] != shown
    path.write_text(json.dumps(notebook), encoding="utf-8")
    code, answer, _ = answered("check", tmp_path / "kept")
    assert code == 1
    (found,) = answer["notebooks"]
    assert (found["status"], found["cell"]) == ("changed", cell["execution_count"])
    assert "$999,500" in found["detail"]
    assert "$236,500" in found["detail"]


def test_a_failed_report_is_told_apart_from_the_answer(
    offers_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kernel that is not ready within the limit: exit 1, the reason on stderr, JSON on stdout."""
    startup = tmp_path / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "waits.py").write_text("import time\ntime.sleep(600)")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    text = offers_file.read_text(encoding="utf-8")
    one = tmp_path / "one.yaml"
    one.write_text(text[: text.index("- {id: thirds")], encoding="utf-8")
    given = ("-o", tmp_path / "out", "--notebook", "offer_evaluation", "--timeout", "1", "--kernels")
    code, answer, said = answered("report", one, *given)
    assert code == 1
    (row,) = answer["reports"]
    assert (row["offer"], row["status"], row["html"]) == ("worked", "failed", None)
    assert "took longer than 1 s" in row["error"]
    assert "failed: worked, offer_evaluation: TimeoutError" in said
    assert "took longer" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert not (tmp_path / "out" / "worked" / "offer_evaluation.html").exists()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("growth_rate", "-2", "growth_rate must be a finite fraction above -1, got -2.0."),
        ("discount_rate", "-1", "discount_rate must be a finite fraction above -1, got -1.0."),
        ("n_years", "9", "years must be 1 to 8, got 9."),
        ("growth_convention", "yearly", "growth_convention must be one of smooth, annual-step, got 'yearly'."),
        ("n_paths", "-3", "n_paths must be 1 to 100,000,000, got -3."),
        ("seed", "-1", "seed must not be negative, got -1."),
        ("correlation", "2", "correlation must be between 0 and 1, got 2.0."),
        ("volatility", "-0.1", "volatility must be between 0 and 10, got -0.1."),
        ("stay_rate", "0", "stay_rate must be above 0 and at most 1, got 0.0."),
        ("housing_share", "40", "housing_share must be between 0 and 1 (0.4 means 40%), got 40."),
    ],
)
def test_an_impossible_assumption_is_refused_before_a_kernel_starts(
    offers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: str, told: str
) -> None:
    out = tmp_path / "out"
    assert run(["report", str(offers_file), "-o", str(out), "-p", name, value]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert told in said.err
    assert not out.exists()


def test_all_that_is_wrong_with_parameters_comes_at_once(
    offers_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is out of its range, of the wrong type, or unknown; a number that is none is told once."""
    given = {"n_paths": "-3", "stay_rate": "1.5", "discount_rate": "-1", "n_years": "four", "growth_rate": "nan",
             "sed": "1"}  # fmt: skip
    out = tmp_path / "out"
    arguments = [part for name, value in given.items() for part in ("-p", name, value)]
    assert run(["report", str(offers_file), "-o", str(out), *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    told = (
        "n_paths must be 1 to 100,000,000",
        "stay_rate must be above 0",
        "discount_rate must be a finite fraction",
        "n_years must be a whole number, got 'four'",
        "growth_rate must be a finite number",
        "Did you mean 'seed'?",
    )
    for one in told:
        assert one in said.err
    assert said.err.count("growth_rate must be a finite fraction above -1") == 0
    assert not out.exists()
