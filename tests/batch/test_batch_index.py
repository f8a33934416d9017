"""The index and the summaries of many offers: order, filters, and odd values."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from fastparquet import ParquetFile

from compkit.batch.folder.index import index_html, write_summaries
from compkit.batch.folder.index_table import Column, index_table
from compkit.batch.folder.results import BatchRun, OfferLine, ReportResult
from compkit.batch.folder.summary import summary_csv
from compkit.batch.folder.summary_parquet import summary_parquet

DAY = dt.date(2026, 11, 28)
HALF_A_LETTER = "\ud800"


def report(offer: str | None, error: str | None = None, notebook: str = "offer_evaluation") -> ReportResult:
    place = f"{offer}/" if offer else ""
    html = None if error else f"{place}{notebook}.html"
    return ReportResult(offer, notebook, "failed" if error else "ok", 1.0, html, error)


def line(offer_id: str, /, *, failure: str | None = None, **values: Any) -> OfferLine:
    return OfferLine(offer_id, values, (report(offer_id, failure),))


def batch(lines: Sequence[OfferLine], folder: Path = Path(), **given: Any) -> BatchRun:
    results = tuple(result for one in lines for result in one.reports)
    return BatchRun(folder, DAY, {}, ("offer_evaluation",), (), results, tuple(lines), **given)


def columns(run: BatchRun) -> Mapping[str, Column]:
    return {column.key or column.kind: column for column in index_table(run).columns}


def shown(run: BatchRun, key: str) -> list[Any]:
    """List what a column shows, by row."""
    column = columns(run)[key]
    return [None if place is None else column.words[place] for place in column.places]


def test_an_offer_is_named_by_job_and_place_and_its_label() -> None:
    """The label is text, has no column of its own on the page, and is one in the summary."""
    job = {"company": "Amazon", "level": "L7", "location": "New York"}
    lines = [line("a", **job, label="<script>x</script>"), line("b", **job), line("c", company="Bolt"), line("d")]
    run = batch(lines)
    assert shown(run, "offer") == [
        ("Amazon L7, New York (<script>x</script>)", "a"), ("Amazon L7, New York", "b"), ("Bolt", "c"), ("", "d")
    ]  # fmt: skip
    assert "label" not in columns(run)
    page = index_html(run)
    assert "(&lt;script&gt;x&lt;/script&gt;)" in page
    assert "<script>x" not in page
    assert [row["label"] for row in csv.DictReader(io.StringIO(summary_csv(run)))] == [
        "<script>x</script>", "", "", ""
    ]  # fmt: skip


def test_what_needs_a_look_comes_first() -> None:
    """Failures, then deal breakers, warnings and deadline; offers without reports come last."""
    lines = [
        OfferLine("to-come", {"deadline": "2026-11-29"}, ()),
        line("calm-undated"),
        line("calm-later", n_warnings=0, n_deal_breakers=0, deadline="2026-12-31"),
        line("calm-sooner", n_warnings=0, n_deal_breakers=0, deadline="2026-12-01"),
        line("warned-9", n_warnings=9, n_deal_breakers=0, deadline="2027-01-01"),
        line("warned-10", n_warnings=10, n_deal_breakers=0, deadline="2027-01-01"),
        line("broken", n_warnings=1, n_deal_breakers=1),
        line("failed", failure="cell 1: ValueError: x", n_warnings=None),
        line("odd", n_warnings="many", n_deal_breakers=float("nan"), deadline="2026-12-02"),
    ]
    found = [name for _, name in shown(batch(lines, n_waiting=1), "offer")]
    assert found == [
        "failed", "broken", "warned-10", "warned-9", "calm-sooner", "odd", "calm-later", "calm-undated", "to-come",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([9, 10.5, -1, None], [-1, 9, 10.5]),
        (["L10", "L9", "l9b", "", None], ["L9", "l9b", "L10"]),
        (["Zürich", "Zug", "zurich a", "Éa", "Eb"], ["Éa", "Eb", "Zug", "Zürich", "zurich a"]),
        (["7", 30, "a", True], [30, "7", "a", "True"]),
        ([[2, "b"], {"a": 1}, float("inf")], ["2, b", "{'a': 1}"]),
        (["9" * 5000, "8"], ["8", "9" * 5000]),
    ],
)
def test_a_column_sorts_as_people_do(values: list[Any], expected: list[Any]) -> None:
    """Numbers by size and before texts; texts by letter, with numbers in them by size; empty values have no word."""
    run = batch([line(f"o{number}", other=value) for number, value in enumerate(values)])
    assert columns(run)["other"].words == [f"{one:g}" if isinstance(one, int | float) else one for one in expected]
    assert sum(place is None for place in columns(run)["other"].places) == len(values) - len(expected)


def test_amounts_sort_unrounded() -> None:
    """Two amounts that look alike keep their order."""
    run = batch([line("more", average=285_000.4), line("less", average=285_000.1), line("same", average=285_000.4)])
    found = columns(run)["average"]
    assert (found.words, found.places) == (["$285,000", "$285,000"], [1, 0, 1])
    assert found.kind == "number"


def test_reports_sort_by_how_many_failed() -> None:
    two = OfferLine("two", {}, (report("two", "x"), report("two", "y", "guide_audit")))
    run = batch([line("none"), two, line("one", failure="x")])
    place = dict(zip([name for _, name in shown(run, "offer")], columns(run)["reports"].places, strict=True))
    assert sorted(place, key=lambda name: place[name] or 0) == ["none", "one", "two"]
    assert [word["state"] for word in columns(run)["reports"].words] == ["made", "failed", "failed"]


def test_a_report_that_has_a_pdf_links_it() -> None:
    """In the HTML table, in the script's data, and among the reports on all offers."""
    with_pdf = replace(report("a b"), pdf="a b/offer_evaluation.pdf")
    general = replace(report(None, notebook="guide_audit"), pdf="guide_audit.pdf")
    run = replace(batch([OfferLine("a b", {}, (with_pdf,)), line("c")]), results=(with_pdf, report("c"), general))
    assert [item[4] for word in columns(run)["reports"].words for item in word["items"]] == [
        "",
        "*/offer_evaluation.pdf",
    ]
    page = BeautifulSoup(index_html(run), "html.parser")
    found = [link["href"] for link in page.select("a") if link.text == "PDF"]
    assert found == ["a%20b/offer_evaluation.pdf", "guide_audit.pdf"]


def test_the_page_holds_what_it_shows() -> None:
    """The data for the script has the same cells as the HTML table."""
    lines = [
        line("a", company="<Initech>", average=1.5, risk_verdict="high", deadline="2026-12-20"),
        line("b", failure="cell 1: </script>"),
    ]
    table = index_table(batch(lines))
    data = json.loads(table.as_json())
    assert "<" not in table.as_json()
    for row, places in zip(table.rows(9), data["rows"], strict=True):
        for (column, word, tone), place, told in zip(row, places, data["columns"], strict=True):
            assert json.loads(json.dumps(word)) == (None if place is None else told["words"][place])
            assert tone == told["tones"].get(str(place), "")
            assert told["kind"] == column.kind
    assert shown(batch(lines), "deadline") == [None, "Dec\xa020,\xa02026"]


def test_candidates_show_where_there_are_several() -> None:
    alone = [line("a", candidate="robin", average=1), line("b", candidate="robin", average=2)]
    assert "candidate" not in columns(batch(alone))
    assert '<th scope="col"><button type="button">Candidate<' not in index_html(batch(alone))
    both = batch([line(f"o{n}", candidate="sam" if n else "robin", average=n) for n in range(11)])
    assert columns(both)["candidate"].choices == [("0", "robin"), ("1", "sam")]
    page = index_html(both)
    assert '<th scope="col"><button type="button">Candidate<' in page
    assert re.findall(r'<label>(\w+) <select data-column="(\d+)"', page) == [("Candidate", "2")]


def test_there_is_a_choice_only_where_one_would_choose() -> None:
    lines = [
        line(f"o{n}", market_verdict="within", risk_verdict=None if n else "low", candidate=f"p{n}")
        for n in range(1_001)
    ]
    found = columns(batch(lines))
    assert found["market_verdict"].choices == []
    assert found["risk_verdict"].choices == [("0", "low"), ("", "not known")]
    assert found["candidate"].choices == []
    assert len(columns(batch(lines[:1_000]))["candidate"].choices) == 1_000


def rows_of(page: str) -> int:
    return page.partition("<tbody>")[2].partition("</tbody>")[0].count("<tr>")


@pytest.mark.parametrize(("n", "n_rows", "has_rest"), [(10, 10, False), (100, 100, False), (101, 100, True)])
def test_without_a_script_the_first_rows_show(n: int, n_rows: int, has_rest: bool) -> None:  # noqa: FBT001
    page = index_html(batch([line(f"o{number}", average=number) for number in range(n)]))
    assert rows_of(page) == n_rows
    rest = 'The first 100 of 101 offers. All of them are in <a href="summary.csv">summary.csv</a>.'
    assert (rest in page) is has_rest
    assert ('class="pager"' in page) is has_rest
    assert ('id="search"' in page) is (n > 10)


def test_a_batch_under_way_says_how_far_it_is(tmp_path: Path) -> None:
    """After three of five reports the page says when, and an old workbook is gone."""
    (tmp_path / "summary.xlsx").write_text("of an earlier batch")
    at = dt.datetime(2026, 11, 28, 14, 5)
    done = batch([line("a"), line("b"), line("c", failure="x")], tmp_path, n_waiting=2, is_running=True, written_at=at)
    write_summaries(done)
    page = (tmp_path / "index.html").read_text()
    assert "Not finished: 3 of 5 reports were done when this was written, at 14:05 on November 28, 2026." in page
    assert "summary.xlsx" not in page
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "index.html", "run.json", "summary.csv", "summary.parquet",
    ]  # fmt: skip
    assert json.loads((tmp_path / "run.json").read_text())["n_waiting"] == 2
    write_summaries(replace(done, n_waiting=0, is_running=False))
    page = (tmp_path / "index.html").read_text()
    assert "Not finished" not in page
    assert 'href="summary.xlsx"' in page
    assert (tmp_path / "summary.xlsx").exists()


def test_an_offer_without_reports_waits_only_while_the_batch_runs() -> None:
    run = batch([OfferLine("a", {}, ()), line("b")], n_waiting=1)
    assert [word["state"] for word in shown(run, "reports")] == ["made", "waiting"]
    assert [word["state"] for word in shown(replace(run, n_waiting=0), "reports")] == ["made", "made"]


def test_every_failure_that_is_listed_is_counted() -> None:
    """Also a failure of an earlier run, which is not among this run's results."""
    run = batch([line("a", failure="x"), line("b", failure="y")])
    assert "2 reports failed" in index_html(replace(run, results=()))
    assert "1 report failed" in index_html(batch([line("a", failure="x"), line("b")]))
    assert "failed" not in index_html(batch([line("b")])).partition("<main>")[0]


def test_a_page_is_found_wherever_it_lies() -> None:
    odd = ReportResult("a", "n", "ok", 1.0, "a/javascript:alert(1).html", None)
    elsewhere = ReportResult("a", "m", "ok", 1.0, "shared/m n.html", None)
    page = index_html(batch([OfferLine("a", {}, (odd, elsewhere))]))
    assert re.findall(r'<li><a href="([^"]*)"', page) == ["a/javascript%3Aalert%281%29.html", "shared/m%20n.html"]


ODD: Mapping[str, Any] = {
    "company": "=cmd()",
    "average": "a lot",
    "n_warnings": 10**400,
    "offer": "mine",
    "error": None,
    "half": f"a{HALF_A_LETTER}b",
    "nested": {"a": [1]},
    "share": float("nan"),
    "yes": True,
}


def test_nothing_that_a_notebook_records_stops_the_summaries(tmp_path: Path) -> None:
    write_summaries(batch([line("a", **ODD), line("b", average=1.5)], tmp_path))
    table = list(csv.DictReader(io.StringIO((tmp_path / "summary.csv").read_text(encoding="utf-8"))))
    assert (table[0]["offer"], table[0]["offer_"], table[0]["half"]) == ("a", "mine", "a?b")
    assert (table[0]["nested"], table[0]["share"], table[0]["yes"]) == ("{'a': [1]}", "", "True")
    sheet = openpyxl.load_workbook(tmp_path / "summary.xlsx").active
    assert "a�b" in [cell.value for cell in sheet[2]]
    assert "a?b" in (tmp_path / "index.html").read_text(encoding="utf-8")


def parquet(lines: Sequence[OfferLine]) -> pd.DataFrame:
    return ParquetFile(io.BytesIO(summary_parquet(batch(lines)))).to_pandas()


def test_parquet_has_a_type_a_column() -> None:
    """Text unchanged, formulas too; amounts float64, counts int64, the deadline a date; unknown is null."""
    first = line("a", company="=cmd()", average=285_000.25, n_warnings=2, deadline="2026-12-20", yes=True, other=3)
    found = parquet([first, line("b", failure="cell 1: x", average=None, total=None, other=None)])
    assert list(found.columns) == [
        "offer", "company", "deadline", "average", "total", "n_warnings", "yes", "other", "n_failed", "error",
    ]  # fmt: skip
    types = {name: str(dtype) for name, dtype in found.dtypes.items()}
    assert types["average"] == types["total"] == "float64"
    assert types["n_warnings"] == types["n_failed"] == types["other"] == "Int64"
    assert types["deadline"].startswith("datetime64")
    assert types["yes"] == "boolean"
    row = found.iloc[0]
    assert (row["offer"], row["company"], row["average"], row["n_warnings"]) == ("a", "=cmd()", 285_000.25, 2)
    assert row["deadline"] == pd.Timestamp(2026, 12, 20)
    assert found.iloc[1][["company", "deadline", "average", "total", "n_warnings", "yes", "other"]].isna().all()
    assert found.iloc[1]["error"] == "offer_evaluation: cell 1: x"


@pytest.mark.parametrize(
    ("key", "values", "texts"),
    [
        ("average", [1.5, "a lot"], ["1.5", "a lot"]),
        ("n_warnings", [2**63, 1], [str(2**63), "1"]),
        ("deadline", ["2026-12-20", "soon"], ["2026-12-20", "soon"]),
        ("other", [True, 1], ["True", "1"]),
        ("other", [f"a{HALF_A_LETTER}", ""], ["a?", ""]),
        ("other", [None, None], [None, None]),
    ],
)
def test_what_no_type_fits_is_text_in_parquet(key: str, values: list[Any], texts: list[str | None]) -> None:
    found = parquet([line(f"o{number}", **{key: value}) for number, value in enumerate(values)])
    assert list(found[key]) == texts


def test_parquet_has_the_rows_of_the_csv() -> None:
    lines = [line("b", company="B", average=1.5), line("a", **ODD), line("c", failure="x")]
    table = list(csv.DictReader(io.StringIO(summary_csv(batch(lines)))))
    found = parquet(lines)
    assert list(found.columns) == list(table[0])
    assert list(found["offer"]) == [row["offer"] for row in table] == ["b", "a", "c"]
    assert list(found["n_failed"]) == [int(row["n_failed"]) for row in table] == [0, 0, 1]


def test_parquet_of_no_offer_has_no_row() -> None:
    assert parquet([]).shape == (0, 3)
