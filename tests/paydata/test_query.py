"""Asking a store: which rows a question takes, and what it answers, in words and as JSON."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import synthetic_pay
from command_line import answered
from pay_files import FILING, REPORT, TABLES, add, sheet

from compkit.cli.main import run
from compkit.paydata import Circle, open_store, query

PAYS = (200_000, 210_000, 220_000, 230_000, 250_000, 400_000)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six new Amazon L6 offers in and around Seattle, and others that differ from them in one respect each."""
    folder = tmp_path_factory.mktemp("query")
    spelled = [("Amazon", "L6"), ("amazon.com, inc.", "6"), ("AMAZON", "l6 sdm"), ("Amazon", "SDE III"), ("AWS", "L6"),
               ("Amazon", "l6")]  # fmt: skip
    places = ["Seattle, WA", "Bellevue, WA", "Redmond, WA"] * 2
    like = REPORT | {"timestamp": "6/11/2020 14:53:57", "title": "Software Engineering Manager"}
    rows = [
        like | {"company": company, "level": level, "location": place, "totalyearlycompensation": str(pay)}
        for (company, level), place, pay in zip(spelled, places, PAYS, strict=True)
    ]
    other = like | {"level": "L6", "totalyearlycompensation": "100000"}
    rows += [
        other | {"level": "L5"}, other | {"company": "Google"}, other | {"location": "Austin, TX"},
        other | {"title": "Product Manager"}, other | {"timestamp": "1/1/2019 0:00:00"},
        other | {"yearsatcompany": "2"},
    ]  # fmt: skip
    add(folder / "s", sheet(folder / "a.csv", rows))
    return folder / "s"


ALL = Circle("Amazon", "L6", "software engineering  MANAGER", "Seattle", 2020, 2020, "new")


def n_rows(store: Path, circle: Circle) -> int:
    with open_store(store) as connection:
        return query(connection, circle, "total", TABLES).percentiles.n


def test_one_circle_takes_every_spelling(store: Path) -> None:
    with open_store(store) as connection:
        answer = query(connection, ALL, "total", TABLES)
    found = answer.percentiles
    assert (found.n, found.p25, found.p50, found.p75) == (6, *np.percentile(PAYS, [25, 50, 75]))
    assert (found.p10, found.p90) == (None, None)
    assert answer.n_by_kind == {"levels-fyi": 6}
    assert str(answer.first) == str(answer.last) == "2020-06-11"


@pytest.mark.parametrize(
    "wider",
    [
        {"level": None}, {"company": None}, {"place": None}, {"title": None}, {"first_year": 2019}, {"tenure": None},
    ],
)  # fmt: skip
def test_each_limit_keeps_one_row_out(store: Path, wider: dict[str, None]) -> None:
    assert n_rows(store, Circle(**({name: getattr(ALL, name) for name in Circle.__slots__} | wider))) == 7


def test_a_place_of_the_kit_needs_no_state(store: Path) -> None:
    assert n_rows(store, Circle(place="austin")) == n_rows(store, Circle(place="Round Rock, TX")) == 1


def test_a_place_of_the_kit_is_no_wider_for_having_its_state_in_its_name(store: Path) -> None:
    """Arlington TX is in the area of Dallas, without Austin."""
    assert n_rows(store, Circle(place="Arlington TX")) == n_rows(store, Circle(place="Dallas")) == 0
    assert n_rows(store, Circle(place="TX")) == 1


def test_a_state_takes_all_its_places(store: Path) -> None:
    assert n_rows(store, Circle(place="WA")) == 11


def test_four_rows_give_no_figure_and_say_why(store: Path) -> None:
    code, answer, _ = answered("paydata", "query", "--company", "Amazon", "--level", "L5", "--store", store)
    assert (code, answer["n"], answer["p50"], answer["ci"]) == (0, 1, None, {"p50": None})
    assert answer["reason"] == "Figures take 5 rows; there is 1."
    assert (answer["first"], answer["measure"], answer["widened"]) == ("2020-06-11", "total", [])


def test_the_answer_in_words(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["paydata", "query", "--company", "Amazon", "--level", "6", "--from", "2020", "--place", "Seattle"]
    words += ["--tenure", "new", "--title", "Software Engineering Manager", "--store", str(store)]
    assert run(words) == 0
    first, figures, interval, reason = capsys.readouterr().out.splitlines()
    assert first == "Total pay: 6 rows (6 levels-fyi, June 2020 to June 2020)."
    assert figures == "p25 $212,500  p50 $225,000  p75 $245,000"
    assert interval.startswith("The median is from $2")
    assert reason == "p10 and p90 take 10 rows; there are 6."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--place", "Nowhere, ZZ"], "is no US place that is known"),
        (["--place", "Washington"], "or could be several"),
        (["--place", "Seatle"], "Did you mean Seattle?"),
        (["--from", "2021", "--to", "2020"], "--to must be 2021 or later"),
    ],
)
def test_a_question_that_asks_for_nothing_is_refused(
    store: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["paydata", "query", *words, "--store", str(store)]) == 2
    shown = capsys.readouterr().err.strip()
    assert said in shown
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("company", "said"),
    [
        ("Amzon", "The store has no 'Amzon'. Did you mean 'Amazon'? Figures take 5 rows; there are 0."),
        ("x' OR 1=1 --", 'The store has no "x\' OR 1=1 --". Figures take 5 rows; there are 0.'),
    ],
)
def test_a_company_that_is_not_there_is_said(store: Path, company: str, said: str) -> None:
    code, answer, _ = answered("paydata", "query", "--company", company, "--store", store)
    assert (code, answer["n"], answer["reason"]) == (0, 0, said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--company", "Amazon", "--level", "L66"], "The store has no level 'L66' at Amazon. Nearest: 'L6', 'L5'."),
        (["--company", "google", "--level", "7"], "The store has no level '7' at Google. Nearest: 'L6'."),
        (
            ["--company", "Amazon", "--title", "Software Eng Manager"],
            "The store has no title 'Software Eng Manager' at Amazon. Did you mean 'software engineering manager'?",
        ),
        (["--title", "Plumber"], "The store has no title 'Plumber'."),
        (
            ["--company", "Amazon", "--place", "Boise, ID"],
            "The store has no pay in 'Boise, ID' at Amazon. It has most in Seattle-Tacoma-Bellevue, WA.",
        ),
        (
            ["--company", "Google", "--place", "Austin"],
            "The store has no pay in 'Austin' at Google. It has most in Seattle-Tacoma-Bellevue, WA.",
        ),
        (
            ["--title", "Product Manager", "--place", "Austin"],
            "The store has each of these, but no row with all of them.",
        ),
        (["--from", "2030"], ""),
    ],
)
def test_what_the_store_does_not_have_is_said_with_what_comes_near(store: Path, words: list[str], said: str) -> None:
    code, answer, _ = answered("paydata", "query", *words, "--store", store)
    assert (code, answer["n"]) == (0, 0)
    assert answer["reason"] == f"{said} Figures take 5 rows; there are 0.".strip()


def test_a_store_without_levels_or_totals_says_so(tmp_path: Path) -> None:
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [FILING | {"EMPLOYER_NAME": "AMAZON.COM SERVICES LLC"}]))
    for words, said in (
        (["--level", "L6"], "The store has no levels at Amazon."),
        ([], "None tells total; they tell base (1 rows)."),
    ):
        _, answer, _ = answered("paydata", "query", "--company", "Amazon", *words, "--store", tmp_path / "s")
        assert answer["reason"] == f"{said} Figures take 5 rows; there are 0."


def test_the_premium_of_a_store_is_that_of_the_frame(tmp_path: Path) -> None:
    synthetic_pay.levels_fyi(4_000).to_csv(tmp_path / "a.csv", index=False)
    add(tmp_path / "s", tmp_path / "a.csv")
    code, answer, _ = answered("paydata", "premium", "--store", tmp_path / "s")
    assert code == 0
    with_level = answer["with_level"]
    assert with_level["low"] < synthetic_pay.PREMIUM < with_level["high"]
    assert answer["without_level"]["n_offered"] == with_level["n_offered"] == 4_000


def test_sources_are_listed_with_their_terms_and_removed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [REPORT]))
    code, answer, _ = answered("paydata", "sources", "--store", tmp_path / "s")
    assert (code, answer["sources"][0]["fates"]["kept"]) == (0, 1)
    assert "levels.fyi" in answer["sources"][0]["terms"]
    assert run(["paydata", "remove", "1", "--store", str(tmp_path / "s")]) == 0
    assert "1 kept" in capsys.readouterr().out
    assert run(["paydata", "sources", "--store", str(tmp_path / "missing")]) == 2


@pytest.mark.parametrize("missing", ["duckdb", "python_calamine", "cleanco"])
def test_what_is_not_installed_is_named(missing: str) -> None:
    """In a process of its own, where nothing is imported yet."""
    script = f"import sys; sys.modules[{missing!r}] = None\n"
    script += "from compkit.cli.main import run; sys.exit(run(['paydata', 'sources']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "Pay data needs more packages. Install them: "
        "pip install cleanco duckdb linearmodels python-calamine rapidfuzz xlsx2csv zipcodes\n"
    )
