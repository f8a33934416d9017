"""What agencies publish: percentiles by occupation with their top code, and prevailing wages by county."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import answered

from compkit.cli.main import run

RANKS = ("10th percentile", "25th percentile", "median", "75th percentile", "90th percentile")
HEADINGS = ",".join(["Occupation (SOC code)", "Employment(1)", *(f"Annual {rank} wage(2)" for rank in RANKS)])
SURVEY = f"""\
\ufeffMultiple occupations,,,,,,
,,,,,,
Area:National,,,,,,
Period:May 2023,,,,,,
,,,,,,
{HEADINGS}
Chief Executives(111011),   211230,   80000,  130840,  206680,   -,   -
"Managers, All Other(119199)",   1,   -,   -,   -,   -,   -
Actuaries(152011),   25470,   75380,   88420,  120000,  164320, 206430
"(5)This wage is equal to or greater than $115.00 per hour or $239,200 per year.",,,,,,
"""
WAGES = {
    "WA|king": {"I": 74.25, "II": 95.38, "III": 116.5, "IV": 137.63},
    "TX|travis": {"I": 60, "II": 70, "III": 80, "IV": 90},
}
MAP = "values: {occupation: 11-1011, period: 2025-2026}\n"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Store with a survey and the prevailing wages of its first occupation."""
    (tmp_path / "oews.csv").write_text(SURVEY, encoding="utf-8")
    (tmp_path / "wages.json").write_text(json.dumps(WAGES), encoding="utf-8")
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    path = tmp_path / "s"
    code, answer, _ = answered("paydata", "add", tmp_path / "oews.csv", "--store", path)
    assert (code, answer["kept"], answer["set_aside"]) == (0, 2, {"no occupation": 1, "no yearly wage": 1})
    words = ("--as", "prevailing-wage", "--map", tmp_path / "map.yaml", "--store", path)
    assert answered("paydata", "add", tmp_path / "wages.json", *words)[1]["kept"] == 2
    return path


def test_percentiles_above_the_top_code_are_at_least_it(store: Path) -> None:
    code, answer, _ = answered("paydata", "wages", "chief  executives", "--store", store)
    assert (code, answer["occupation"]) == (0, "11-1011")
    assert answer["published"] == [
        {"area": "National", "period": "May 2023", "title": "Chief Executives", "p10": 80_000, "p25": 130_840,
         "p50": 206_680, "p75": None, "p90": None, "at_least": 239_200}
    ]  # fmt: skip


def test_percentiles_that_are_all_told_are_not_top_coded(store: Path) -> None:
    (row,) = answered("paydata", "wages", "15-2011", "--store", store)[1]["published"]
    assert (row["p90"], row["at_least"]) == (206_430, None)


def test_prevailing_wages_are_by_county_and_year(store: Path) -> None:
    # 74.25 x 2,080 = 154,440; 137.63 x 2,080 = 286,270.40
    here = answered("paydata", "wages", "11-1011", "--place", "Seattle", "--store", store)[1]["prevailing"]
    assert [(row["area"], row["period"], row["level_1"], round(row["level_4"], 2)) for row in here] == [
        ("King, WA", "2025-2026", 154_440, 286_270.40)
    ]
    assert len(answered("paydata", "wages", "11-1011", "--store", store)[1]["prevailing"]) == 2


def test_the_wages_in_words(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run(["paydata", "wages", "11-1011", "--place", "Austin", "--store", str(store)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Chief Executives, National, May 2023: p10 $80,000  p25 $130,840  p50 $206,680  p75 at least $239,200  "
        "p90 at least $239,200",
        "Prevailing wage, Travis, TX, 2025-2026: level 1 $124,800  level 2 $145,600  level 3 $166,400  "
        "level 4 $187,200",
    ]
    assert run(["paydata", "wages", "plumber", "--store", str(store)]) == 0
    assert capsys.readouterr().out == "The store has no wages of 'plumber'.\n"


def test_the_agency_s_download_is_read_too(tmp_path: Path) -> None:
    heads = "AREA_TITLE,OCC_CODE,OCC_TITLE,TOT_EMP,A_PCT10,A_PCT25,A_MEDIAN,A_PCT75,A_PCT90"
    row = '"Seattle-Tacoma-Bellevue, WA",11-3021,Computer Managers,"9,000","120,000","150,000","190,000",#,#'
    (tmp_path / "msa.csv").write_text(f"{heads}\n{row}\n", encoding="utf-8")
    answered("paydata", "add", tmp_path / "msa.csv", "--store", tmp_path / "s")
    (found,) = answered("paydata", "wages", "11-3021", "--place", "Seattle", "--store", tmp_path / "s")[1]["published"]
    assert (found["p50"], found["p75"], found["at_least"]) == (190_000, None, None)


def test_prevailing_wages_of_no_occupation_are_set_aside(tmp_path: Path) -> None:
    (tmp_path / "wages.json").write_text(json.dumps(WAGES), encoding="utf-8")
    answer = answered("paydata", "add", tmp_path / "wages.json", "--store", tmp_path / "s")[1]
    assert list(answer["set_aside"].values()) == [2]
    # With its occupation the same file is not the same any more.
    (tmp_path / "map.yaml").write_text(MAP, encoding="utf-8")
    words = ("--as", "prevailing-wage", "--map", tmp_path / "map.yaml", "--store", tmp_path / "s")
    assert [answered("paydata", "add", tmp_path / "wages.json", *words)[1]["kept"] for _ in range(2)] == [2, 0]


def test_agencies_figures_are_nobody_s_pay(store: Path) -> None:
    assert answered("paydata", "query", "--measure", "base", "--store", store)[1]["n"] == 0
