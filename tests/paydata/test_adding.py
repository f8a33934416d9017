"""Adding files to a store: every row's fate, in any form of file, in any order, through kills."""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from command_line import answered
from hypothesis import given, strategies as st
from pay_files import FILING, POSTING, REPORT, add, sheet

from compkit.cli.main import run
from compkit.errors import InputError
from compkit.paydata import (
    Fates,
    export_rows,
    list_sources,
    mapped_kind,
    open_store,
    remove_source,
)


def kept(store: Path, columns: str = "company, title, day, base, stock, total") -> list[tuple[object, ...]]:
    with open_store(store) as connection:
        return connection.execute(f"SELECT {columns} FROM observations ORDER BY ALL").fetchall()  # noqa: S608


def aside(found: Fates) -> dict[str, int]:
    assert found.kept + found.duplicates + sum(found.set_aside.values()) == found.rows
    return found.set_aside


def test_every_row_of_a_report_has_a_fate(tmp_path: Path) -> None:
    rows = [
        REPORT,
        REPORT,  # sent twice within a second
        REPORT | {"timestamp": "6/11/2017 14:53:58"},
        REPORT | {"company": " "},
        REPORT | {"totalyearlycompensation": ""},
        REPORT | {"totalyearlycompensation": "=1+2"},
        REPORT | {"totalyearlycompensation": "-310000"},
        REPORT | {"totalyearlycompensation": "310"},
        REPORT | {"totalyearlycompensation": "31000000"},
        REPORT | {"timestamp": "13/25/2017"},
    ]
    (found,) = add(tmp_path / "s", sheet(tmp_path / "a.csv", rows))
    assert aside(found) == {
        "no company": 1, "no pay": 1, "the pay is not a number": 1, "the pay is negative": 1, "under $5,000 a year": 1,
        "over $10,000,000 a year": 1, "the date can't be read": 1,
    }  # fmt: skip
    assert (found.rows, found.kept, found.duplicates) == (10, 2, 1)
    assert kept(tmp_path / "s")[0] == ("Amazon", "Product Manager", dt.date(2017, 6, 11), 155000, 100000, 310000)


def test_parts_that_were_not_told_are_not_zero(tmp_path: Path) -> None:
    rows = [
        REPORT | {"company": "A", "basesalary": "0", "stockgrantvalue": "0", "bonus": "0"},
        REPORT | {"company": "B", "stockgrantvalue": "0", "bonus": "0"},
        REPORT | {"company": "C", "totalyearlycompensation": "155000", "stockgrantvalue": "0", "bonus": "0"},
        REPORT | {"company": "D", "stockgrantvalue": "0", "bonus": "155000"},
    ]
    add(tmp_path / "s", sheet(tmp_path / "a.csv", rows))
    assert kept(tmp_path / "s", "upper(company), base, stock, base_plus_stock, total") == [
        ("A", None, None, None, 310000),
        ("B", 155000, None, None, 310000),
        ("C", 155000, 0, 155000, 155000),
        ("D", 155000, 0, 155000, 310000),
    ]


@pytest.mark.parametrize(
    ("unit", "wage", "yearly"),
    [
        ("Hour", "60", 124_800),
        ("Week", "2,500.00", 130_000),
        ("Bi-Weekly", "$5,000", 130_000),
        ("BIWEEKLY", "5000", 130_000),
        ("Semi-Monthly", "5000", 120_000),
        ("Month", "10000", 120_000),
        ("year", " 120000 ", 120_000),
        ("Year", "0120000.00", 120_000),
    ],
)
def test_wages_are_told_by_year(tmp_path: Path, unit: str, wage: str, yearly: float) -> None:
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [FILING | {"WAGE_UNIT_OF_PAY": unit, "WAGE_RATE_OF_PAY_FROM": wage}]))
    assert kept(tmp_path / "s", "base") == [(yearly,)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"WAGE_UNIT_OF_PAY": "Fortnight"}, "the unit of pay is not known"),
        ({"WAGE_UNIT_OF_PAY": ""}, "the unit of pay is not known"),
        ({"WAGE_UNIT_OF_PAY": "Hour"}, "the unit and the amount contradict each other"),
        ({"WAGE_RATE_OF_PAY_FROM": "329139200"}, "over $10,000,000 a year"),
        ({"CASE_STATUS": "DENIED"}, "not certified"),
        ({"FULL_TIME_POSITION": "N"}, "part-time"),
        ({"DECISION_DATE": "soon"}, "the date can't be read"),
    ],
)
def test_a_filing_that_tells_no_pay_is_set_aside(tmp_path: Path, change: dict[str, str], reason: str) -> None:
    (found,) = add(tmp_path / "s", sheet(tmp_path / "a.csv", [FILING | change]))
    assert aside(found) == {reason: 1}


def test_a_moment_beyond_all_calendars_is_a_date_that_can_t_be_read(tmp_path: Path) -> None:
    moments = ["1.71354E+12", "1e300", "inf", "-5", "soon"]  # the first is April 19, 2024
    path = sheet(tmp_path / "a.csv", [POSTING | {"job_id": one, "listed_time": one} for one in moments])
    (found,) = add(tmp_path / "s", path)
    assert aside(found) == {"the date can't be read": 4}
    assert kept(tmp_path / "s", "day, low, high") == [(dt.date(2024, 4, 19), 100_000, 150_000)]


def test_a_title_with_further_spaces_is_the_same_title(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", [FILING | {"JOB_TITLE": " SOFTWARE   ENGINEER "}])
    add(tmp_path / "s", path)
    assert kept(tmp_path / "s", "title") == [("SOFTWARE ENGINEER",)]


@pytest.mark.parametrize(("area", "kept_as"), [("819", "819"), ("0", None), ("0.0", None), ("NA", None)])
def test_no_market_area_is_no_area(tmp_path: Path, area: str, kept_as: str | None) -> None:
    """An export saved anew by pandas has 0.0."""
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [REPORT | {"dmaid": area}]))
    assert kept(tmp_path / "s", "area") == [(kept_as,)]


def test_no_part_of_pay_is_infinite(tmp_path: Path) -> None:
    add(
        tmp_path / "s", sheet(tmp_path / "a.csv", [REPORT | {"basesalary": "inf"}, REPORT | {"stockgrantvalue": "nan"}])
    )
    assert kept(tmp_path / "s", "base, stock, total") == [(155_000, None, 310_000), (None, None, 310_000)]


def test_a_line_of_megabytes_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", [REPORT, REPORT | dict.fromkeys(("level", "title", "tag"), "x" * 900_000)])
    with pytest.raises(InputError, match="has a cell or line of more than a megabyte"):
        add(tmp_path / "s", path)
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("day", ["2018-02-02", "2/2/2018", "02-FEB-18", "2-Feb-2018", "2018-02-02 00:00:00", "2/2/18"])
def test_days_in_the_forms_that_agencies_use(tmp_path: Path, day: str) -> None:
    add(tmp_path / "s", sheet(tmp_path / "a.csv", [FILING | {"DECISION_DATE": day}]))
    assert kept(tmp_path / "s", "day") == [(dt.date(2018, 2, 2),)]


FORMS = {
    "utf-8 with BOM": (",", "utf-8-sig"), "semicolons": (";", "utf-8"), "tabs": ("\t", "utf-8"),
    "utf-16": (",", "utf-16"), "cp1252": (",", "cp1252"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_in_another_form_are_duplicates(tmp_path: Path, form: str) -> None:
    rows = [REPORT | {"company": "L'Oréal", "title": 'He said "no", twice\nand left'}, REPORT]
    delimiter, encoding = FORMS[form]
    first, again, same_file = add(
        tmp_path / "s",
        sheet(tmp_path / "a.csv", rows),
        sheet(tmp_path / "b.csv", rows, delimiter, encoding),
        tmp_path / "a.csv",
    )
    assert (first.kept, again.kept, again.duplicates) == (2, 0, 2)
    assert (same_file.kept, same_file.duplicates) == (0, 2)


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_ends_of_lines(tmp_path: Path, end: str) -> None:
    text = sheet(tmp_path / "a.csv", [REPORT, REPORT | {"level": "L6"}]).read_text(encoding="utf-8")
    (tmp_path / "b.csv").write_bytes((text + "\n\n").replace("\n", end).encode())
    (found,) = add(tmp_path / "s", tmp_path / "b.csv")
    assert (found.rows, found.kept) == (2, 2)


def test_the_headings_may_stand_below_a_title(tmp_path: Path) -> None:
    text = sheet(tmp_path / "a.csv", [REPORT]).read_text(encoding="utf-8")
    (tmp_path / "a.csv").write_text("Pay reports,,,\n\nas of 2021\n" + text, encoding="utf-8")
    assert [one.kept for one in add(tmp_path / "s", tmp_path / "a.csv")] == [1]


def test_a_row_with_other_cells_is_set_aside_and_the_next_one_is_not(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", [REPORT | {"level": level} for level in ("L4", "L5", "L6", "L7", "L8")])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] += ",more,and more"
    lines[4] = lines[4].rsplit(",", 2)[0]
    lines[5] += ",,"  # nothing in them
    path.write_text("\n".join(lines), encoding="utf-8")
    (found,) = add(tmp_path / "s", path)
    assert aside(found) == {"another number of cells than there are headings": 2}
    assert kept(tmp_path / "s", "row") == [(1,), (3,), (5,)]


def test_the_latest_decision_counts_whatever_the_order_of_files(tmp_path: Path) -> None:
    first = sheet(tmp_path / "q1.csv", [FILING, FILING | {"CASE_NUMBER": "I-200-2"}])
    later = sheet(
        tmp_path / "q2.csv",
        [
            FILING
            | {"DECISION_DATE": "2018-05-01", "WAGE_RATE_OF_PAY_FROM": "150000", "CASE_STATUS": "CERTIFIED-WITHDRAWN"}
        ],
    )
    assert [one.kept for one in add(tmp_path / "s1", first, later)] == [2, 1]
    assert [one.kept for one in add(tmp_path / "s2", later, first)] == [1, 1]
    assert kept(tmp_path / "s1", "base") == kept(tmp_path / "s2", "base") == [(143915,), (150000,)]


rows_of_reports = st.lists(
    st.sampled_from([REPORT | {"timestamp": "", "company": name, "totalyearlycompensation": pay}
                     for name in ("Meta", "Google") for pay in ("200000", "300000", "")]),
    min_size=1, max_size=6,
)  # fmt: skip


@given(st.lists(rows_of_reports, min_size=2, max_size=3), st.randoms(use_true_random=False))
def test_order_of_files_and_rows_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[dict[str, str]]], chance: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("orders")

    def stored(name: str, order: Iterable[list[dict[str, str]]]) -> list[tuple[object, ...]]:
        for number, rows in enumerate(order):
            add(folder / name, sheet(folder / f"{name}-{number}.csv", rows))
        return kept(folder / name)

    shuffled = [chance.sample(rows, len(rows)) for rows in chance.sample(files, len(files))]
    assert stored("a", files) == stored("b", shuffled)


def test_rows_of_a_file_that_is_removed_come_back_from_the_others(tmp_path: Path) -> None:
    rows = [REPORT | {"timestamp": ""}, REPORT | {"timestamp": "", "level": "L6"}]
    add(tmp_path / "s", sheet(tmp_path / "a.csv", rows), sheet(tmp_path / "b.csv", [*rows, rows[0]]))
    with open_store(tmp_path / "s", read_only=False) as connection:
        assert [(one.fates.kept, one.fates.duplicates) for one in list_sources(connection)] == [(2, 0), (1, 2)]
        remove_source(connection, 1)
        assert [(one.file, one.fates.kept) for one in list_sources(connection)] == [("b.csv", 3)]
        with pytest.raises(InputError, match="source 7 is not in the store"):
            remove_source(connection, 7)


def test_what_is_exported_is_inert(tmp_path: Path) -> None:
    names = ["=HYPERLINK(1)", "+1", "-1", "@x", "Plain, Inc"]
    add(tmp_path / "s", sheet(tmp_path / "=a.csv", [REPORT | {"title": name} for name in names]))
    with open_store(tmp_path / "s") as connection:
        assert export_rows(connection, tmp_path / "out.csv") == 5
        assert export_rows(connection, tmp_path / "fates.csv", with_fates=True) == 5
        assert export_rows(connection, tmp_path / "out.xlsx") == 5
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        told = list(csv.DictReader(lines))
    assert sorted(row["title"] for row in told) == sorted([f"'{one}" for one in names[:4]] + names[4:])
    assert {row["file"] for row in told} == {"'=a.csv"}
    assert (tmp_path / "fates.csv").read_text(encoding="utf-8").count("'=a.csv") == 5
    headings, *rows = openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows()
    titles = [row[[cell.value for cell in headings].index("title")] for row in rows]
    assert {(cell.value, cell.data_type) for cell in titles} == {(row["title"], "s") for row in told}


REFUSED = {
    "empty": (b"", "is empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is no table"),
    "other columns": (b"company,Age,Salary\nOracle,4,107000\n", "Its columns: company, Age, Salary"),
    "a broken workbook": (b"PK\x03\x04" + b"x" * 50, "is no XLSX workbook"),
    "JSON": (b'{"WA|king": {"I": 51.2}}', "is no JSON of wages by county"),
    "headings alone": (",".join(FILING).encode(), "has headings and no rows"),
    "prevailing wages": (
        b",CASE_STATUS,EMPLOYER_NAME,JOB_TITLE,PREVAILING_WAGE,YEAR,WORKSITE\n1,A,B,C,1,2016,D\n",
        "no pay that was offered",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_pay_data_is_refused_in_one_line(
    tmp_path: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data, said = REFUSED[case]
    (tmp_path / "f.csv").write_bytes(data)
    assert run(["paydata", "add", str(tmp_path / "f.csv"), "--store", str(tmp_path / "s")]) == 2
    shown = capsys.readouterr().err.strip()
    assert said in shown
    assert "\n" not in shown
    assert not (tmp_path / "s").exists()


def test_columns_are_mapped(tmp_path: Path) -> None:
    rows = [
        {"Employer": "Meta", "Pay": "$15,000", "When": "3/1/2026"},
        {"Employer": "Meta", "Pay": "x", "When": "3/2/2026"},
    ]
    sheet(tmp_path / "a.csv", rows)
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "columns: {company: Employer, base: Pay, day: When}\nvalues: {unit: month, date_order: dmy}\n", encoding="utf-8"
    )
    code, answer, _ = answered("paydata", "add", tmp_path / "a.csv", "--map", mapping, "--store", tmp_path / "s")
    assert (code, answer["kept"], answer["set_aside"]) == (0, 1, {"the pay is not a number": 1})
    assert kept(tmp_path / "s", "base, day") == [(180_000, dt.date(2026, 1, 3))]


@pytest.mark.parametrize(
    ("base", "unit", "told"),
    [
        ("60", "hour", 124_800),
        ("60", "", "under $5,000 a year"),
        ("150000", "month", "the unit and the amount contradict each other"),
        ("2", "hour", "under $5,000 a year"),
    ],
)
def test_pay_of_own_columns_is_judged_by_the_year(tmp_path: Path, base: str, unit: str, told: object) -> None:
    path = sheet(tmp_path / "a.csv", [{"company": "Meta", "base": base, "unit": unit}])
    answer = answered("paydata", "add", path, "--as", "csv", "--store", tmp_path / "s")[1]
    assert (list(answer["set_aside"]) or [kept(tmp_path / "s", "base")[0][0]]) == [told]


def test_a_day_that_could_be_two_is_set_aside(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", [{"company": "Meta", "total": "200000", "day": "3/1/2026"}])
    code, answer, _ = answered("paydata", "add", path, "--as", "csv", "--store", tmp_path / "s")
    assert code == 0
    assert [reason.startswith("the date could be two") for reason in answer["set_aside"]] == [True]


def test_all_faults_of_a_mapping_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("columns: {compny: A, base: B}\nvalues: {base: x, cur: USD}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        mapped_kind(tmp_path / "map.yaml")
    assert [one.field for one in caught.value.faults] == ["compny", "cur", "base"]


def test_several_files_are_told_one_by_one_and_together_whatever_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = FILING | {"DECISION_DATE": "2018-05-01", "WAGE_RATE_OF_PAY_FROM": "150000"}
    sheet(tmp_path / "q1.csv", [FILING, FILING | {"CASE_NUMBER": "I-200-2"}, FILING | {"CASE_STATUS": "DENIED"}])
    sheet(tmp_path / "q2.csv", [later])
    answers = [
        answered("paydata", "add", *(tmp_path / name for name in names), "--store", tmp_path / f"s{at}")[:2]
        for at, names in enumerate((["q1.csv", "q2.csv"], ["q2.csv", "q1.csv", "q1.csv"]))
    ]
    aside = {"not certified": 1}
    told = {
        "rows": 4, "kept": 2, "duplicates": 1, "set_aside": aside,
        "files": [
            {"file": str(tmp_path / "q1.csv"), "rows": 3, "kept": 1, "duplicates": 1, "set_aside": aside},
            {"file": str(tmp_path / "q2.csv"), "rows": 1, "kept": 1, "duplicates": 0, "set_aside": {}},
        ],
    }  # fmt: skip
    assert answers == [(0, told)] * 2
    files = [str(tmp_path / name) for name in ("q1.csv", "q2.csv")]
    assert run(["paydata", "add", *files, "--store", str(tmp_path / "x")]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "q1.csv: 3 rows: 1 kept, 1 duplicates, 1 set aside (1 not certified).",
        "q2.csv: 1 rows: 1 kept, 0 duplicates, 0 set aside.",
        "All 2 files: 4 rows: 2 kept, 1 duplicates, 1 set aside (1 not certified).",
    ]


def test_of_several_files_with_faults_all_faults_are_told_and_none_is_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, later = sheet(tmp_path / "b.csv", [FILING]), FILING | {"DECISION_DATE": "2019-05-01"}
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "d.csv").write_text("company,Age,Salary\nOracle,4,107000\n", encoding="utf-8")
    add(tmp_path / "s", good)
    before = kept(tmp_path / "s", "*")
    newer = sheet(tmp_path / "c.csv", [later, later | {"CASE_NUMBER": "I-200-3"}])
    files = [str(tmp_path / "d.csv"), str(newer), str(tmp_path / "a.csv")]
    assert run(["paydata", "add", *files, "--store", str(tmp_path / "s"), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition(":")[0] for line in err.splitlines()] == ["a.csv", "d.csv"]
    assert kept(tmp_path / "s", "*") == before
    with open_store(tmp_path / "s") as connection:
        assert [one.file for one in list_sources(connection)] == ["b.csv"]


def test_loading_needs_neither_pandas_nor_numpy(tmp_path: Path) -> None:
    """They take 50 MB, a quarter of what loading a spreadsheet may take."""
    path = sheet(tmp_path / "a.csv", [FILING])
    program = (
        "import sys; from compkit.cli.main import run; code = run(sys.argv[1:]);"
        " sys.exit(code or str({'numpy', 'pandas'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, "paydata", "add", str(path), "--store", str(tmp_path / "s")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "set()"


def test_a_file_that_needs_more_memory_than_most_gets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At first it may take 1 MB, in which DuckDB can't even begin to read."""
    monkeypatch.setattr("compkit.paydata.adding._LEAST_MEMORY", 1)
    path = sheet(tmp_path / "a.csv", [FILING | {"CASE_NUMBER": f"I-{number}"} for number in range(3_000)])
    assert add(tmp_path / "s", path, path) == [Fates(3_000, 3_000, 0, {}), Fates(3_000, 0, 3_000, {})]
    monkeypatch.setattr("compkit.paydata.adding._MOST_MEMORY", 1)
    with pytest.raises(InputError, match="needs more than 1 MB of memory"):
        add(tmp_path / "t", path)


def test_a_store_that_this_process_writes_is_busy(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", [REPORT])
    with open_store(tmp_path / "s", read_only=False), pytest.raises(InputError, match="is in use"):
        add(tmp_path / "s", path)


def test_a_busy_store_is_refused_in_one_line(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.csv", [REPORT])
    add(tmp_path / "s", path)
    with open_store(tmp_path / "s", read_only=False):
        command = [sys.executable, "-m", "compkit", "paydata", "query", "--store", str(tmp_path / "s")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip().endswith("is in use. Try again when the other command has ended.")


def test_no_bar_of_progress_gets_into_a_command_s_json(tmp_path: Path) -> None:
    """DuckDB draws one on stdout as soon as a query takes two seconds."""
    with open_store(tmp_path / "s", read_only=False) as connection:
        assert connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)


@pytest.mark.long
def test_a_kill_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    store, chance = tmp_path / "s", random.Random(int(os.environ.get("COMPKIT_TEST_SEED", "1")))  # noqa: S311
    add(store, sheet(tmp_path / "first.csv", [REPORT]))
    rows = [
        FILING | {"CASE_NUMBER": f"I-{number}", "EMPLOYER_NAME": f"Company {number % 997}"} for number in range(30_000)
    ]
    path = sheet(tmp_path / "a.csv", rows)
    command = [sys.executable, "-m", "compkit", "paydata", "add", str(path), "--store", str(store)]
    started = time.monotonic()
    copy = tmp_path / "copy"
    copy.write_bytes(store.read_bytes())
    subprocess.run([*command[:-1], str(copy)], check=True, capture_output=True)
    whole = time.monotonic() - started
    for _ in range(20):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.3, 1.0) * whole)
            process.send_signal(signal.SIGKILL)
        n_rows = len(kept(store, "row"))
        assert n_rows in (1, 30_001), "neither more nor less than before, or all of it"
        if n_rows > 1:
            with open_store(store, read_only=False) as connection:
                remove_source(connection, 2)
