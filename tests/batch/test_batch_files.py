"""The files of a batch: written whole, safe to open, offers that load again, and no other file overwritten."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import hashlib
import html.parser
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup

from compkit.batch.folder.documents import offers_document
from compkit.batch.folder.figures import figures_csv
from compkit.batch.folder.index import index_html, person_html, write_summaries
from compkit.batch.folder.results import BatchRun, OfferLine, PersonLine, ReportResult
from compkit.batch.folder.summary import summary_csv, summary_xlsx
from compkit.batch.notebook_files import notebook_text
from compkit.batch.publish import files
from compkit.batch.publish.files import private_folder, write_atomically, write_folder
from compkit.batch.publish.targets import refuse_unsafe_targets
from compkit.batch.run.cleaning import clean_notebook
from compkit.errors import InputError
from compkit.model.candidate import Candidate
from compkit.offers import load_offers

SAMPLE = Path(__file__).parents[2] / "data" / "offers" / "sample.yaml"
SCRIPT, FORMULA = "<script>alert(1)</script>", "=cmd()"
posix_only = pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes or links")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@posix_only
def test_files_and_folders_are_their_owners(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "above" / "reports")
    write_atomically(folder / "a.txt", "é")
    assert (folder / "a.txt").read_bytes() == "é".encode()
    assert (mode(folder), mode(folder / "a.txt")) == (0o700, 0o600)


KILLED = """
import os, signal, sys
from pathlib import Path
from compkit.batch import write_folder

class Files(dict):
    def items(self):
        yield "teacher/a.txt", b"a"
        yield "b.txt", b"b"
        os.kill(os.getpid(), signal.SIGKILL)

write_folder(Path(sys.argv[1]), Files())
"""


@posix_only
def test_a_folder_whose_writer_is_killed_is_not_there(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    done = subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not folder.exists()
    (half,) = tmp_path.iterdir()
    assert mode(half) == 0o700
    write_folder(folder, {"teacher/a.txt": b"new", "b.txt": b"b"})
    assert [path.name for path in tmp_path.iterdir()] == ["class"]
    assert (folder / "teacher" / "a.txt").read_bytes() == b"new"
    assert {mode(path) for path in folder.rglob("*")} == {0o700, 0o600}


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "mine").touch()
    with pytest.raises(OSError, match="not empty"):
        write_folder(tmp_path / "class", {"a.txt": b"a"})
    assert [path.name for path in tmp_path.rglob("*")] == ["class", "mine"]


def test_a_write_that_fails_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    write_atomically(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@posix_only
def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("kept")
    (tmp_path / "a.txt").symlink_to("elsewhere")
    write_atomically(tmp_path / "a.txt", "new")
    assert (tmp_path / "elsewhere").read_text() == "kept"
    assert not (tmp_path / "a.txt").is_symlink()


@pytest.mark.parametrize("offer_id", load_offers(SAMPLE).ids)
def test_an_offer_loads_again_as_it_was(offer_id: str, tmp_path: Path) -> None:
    entry = load_offers(SAMPLE).entry(offer_id)
    path = tmp_path / "offer.json"
    path.write_text(offers_document([entry]), encoding="utf-8")
    (again,) = load_offers(path)
    assert again == replace(entry, file=str(path))
    assert again.offer.model_fields_set == entry.offer.model_fields_set


def test_a_whole_file_loads_again_as_it_was(tmp_path: Path) -> None:
    offers = load_offers(SAMPLE)
    path = tmp_path / "offers.json"
    path.write_text(offers_document(offers), encoding="utf-8")
    assert list(load_offers(path)) == [replace(entry, file=str(path)) for entry in offers]


def test_candidates_keep_their_names() -> None:
    named = load_offers(SAMPLE)[0]
    assert json.loads(offers_document([named]))["candidates"].keys() == {"robin"}
    nameless = replace(named, offer=named.offer.model_copy(update={"candidate": None}), candidate=Candidate())
    with pytest.raises(InputError, match="Use candidates in both"):
        offers_document([named, nameless])


def test_offers_that_cannot_stand_in_one_file_are_refused() -> None:
    entry = load_offers(SAMPLE)[0]
    with pytest.raises(InputError, match=r"candidate\.robin differs"):
        offers_document([entry, replace(entry, candidate=Candidate(name="Somebody else"))])


def test_what_differs_from_run_to_run_goes() -> None:
    picture = {"image/png": "AAAA", "text/plain": "Figure: a line"}
    outputs = [
        nbformat.v4.new_output("stream", name="stdout", text="a"),
        nbformat.v4.new_output("stream", name="stdout", text="b\n"),
        nbformat.v4.new_output("display_data", picture, metadata={"image/png": {"alt": "a line"}}),
        nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=9),
        nbformat.v4.new_output(
            "display_data", {"application/vnd.jupyter.widget-view+json": {"model_id": "x"}, "text/plain": "Box()"}
        ),
    ]
    tags = {"tags": ["injected-parameters"], "papermill": {"duration": 1}, "execution": {}}
    cells = [
        nbformat.v4.new_code_cell("a = 1", metadata=tags, execution_count=7),
        nbformat.v4.new_code_cell("a", outputs=outputs, metadata={"tags": []}, execution_count=9),
    ]
    language = {"name": "python", "version": "3.11.7", "codemirror_mode": {"version": 3}}
    metadata = {"papermill": {"start_time": "now"}, "widgets": {}, "language_info": language}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    before = notebook_text(notebook)
    clean = clean_notebook(notebook, keep_images=False)
    assert clean.metadata == {"language_info": {"name": "python"}}
    assert clean.cells[0].id == "injected-parameters"
    assert [cell.metadata for cell in clean.cells] == [{"tags": ["injected-parameters"]}, {}]
    assert [cell.execution_count for cell in clean.cells] == [1, 2]
    stream, figure, result, widget = clean.cells[1].outputs
    assert stream.text == "ab\n"
    assert (figure.data, figure.metadata) == ({"text/plain": "Figure: a line"}, {"image/png": {"alt": "a line"}})
    assert result.execution_count == 2
    assert widget.data == {"text/plain": "Box()"}
    assert clean_notebook(notebook).cells[1].outputs[1].data == picture
    assert notebook_text(notebook) == before


def test_the_cell_that_papermill_adds_is_collapsed_like_the_others() -> None:
    collapsed = {"jupyter": {"source_hidden": True}}
    injected = nbformat.v4.new_code_cell("a = 2", metadata={"tags": ["injected-parameters"]})
    cells = [nbformat.v4.new_code_cell("a = 1", metadata=collapsed), injected]
    clean = clean_notebook(nbformat.v4.new_notebook(cells=cells))
    assert clean.cells[1].metadata == {"tags": ["injected-parameters"], **collapsed}


def test_figures_are_exact_and_harmless() -> None:
    rows = [
        {"figure": FORMULA, "value": 0.1 + 0.2, "unit": "USD", "source_ids": ["offer", "guide"], "as_of": "2025-08-01"},
        {"figure": "count", "value": -3, "unit": "", "source_ids": "", "as_of": ""},
    ]
    header, first, second = csv.reader(io.StringIO(figures_csv([("a", rows)])))
    assert header == ["notebook", "figure", "value", "unit", "source_ids", "as_of", "status"]
    assert first == ["a", f"'{FORMULA}", "0.30000000000000004", "USD", "offer; guide", "2025-08-01", ""]
    assert second[2] == "-3"


@pytest.fixture
def run(tmp_path: Path) -> BatchRun:
    ok = ReportResult("first", "offer_evaluation", "ok", 1.5, "first/offer_evaluation.html", None)
    failed = ReportResult("second", "offer_evaluation", "failed", 1.5, None, f"cell 3: ValueError: {SCRIPT}")
    general = ReportResult(None, "guide_audit", "ok", 1.0, "guide_audit.html", None)
    first = {"company": SCRIPT, "average": 285_000.4, "n_warnings": -1, "deadline": "2026-12-20", "other": [1, "b"]}
    second = {"company": FORMULA, "average": None, "deadline": None, "market_verdict": "below", "bell": "\x07@x"}
    lines = (OfferLine("first", first, (ok,)), OfferLine("second", second, (failed,)))
    notebooks, day = ("offer_evaluation", "guide_audit"), dt.date(2026, 11, 22)
    inputs = ({"name": "offers.yaml", "sha256": None},)
    return BatchRun(tmp_path, day, {}, notebooks, inputs, (ok, failed, general), lines, {"guide_audit": "Trusted?"})


class _Page(html.parser.HTMLParser):
    """The contents of a page, as a browser would parse them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def test_the_index_is_one_harmless_page(run: BatchRun) -> None:
    text = index_html(run)
    page = _Page()
    page.feed(text)
    assert page.tags.count("script") == 2  # its data and what sorts them
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "//" not in text
    data = text.partition('<script type="application/json" id="rows" data-noun="offer,offers">')[2].partition(
        "</script>"
    )[0]
    assert "<" not in data
    assert SCRIPT in str(json.loads(data))
    script = text.rpartition("<script>")[2].partition("</script>")[0]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() in text
    assert page.links == [
        "first/offer_evaluation.html", "guide_audit.html", "summary.csv", "summary.parquet", "summary.xlsx", "run.json",
    ]  # fmt: skip
    for shown in ("$285,000", "Dec\N{NO-BREAK SPACE}20,\N{NO-BREAK SPACE}2026", "evaluation failed",
                  "cell 3: ValueError", "Trusted?",
                  "November 22, 2026", "not tax, legal or financial advice", "Against its range", "Other"):  # fmt: skip
        assert shown in text


KIM = {
    "sentences": ["On pay, A & B leads.", "Next: ask."],
    "leader": "A & B",
    "margin": 26_000.4,
    "deadline": "2026-12-20",
    "deadline_of": SCRIPT,
    "next_step": "Ask A & B.",
    "stay_years": 2,
    "jobs": [
        {"offer": "first", "name": "A & B", "standing": "In writing", "net": 250_000.4, "behind": 0.0, "cash": 215_000,
         "question": "Who?", "action": "Ask.", "warning": SCRIPT},
        {"offer": None, "name": "Staying", "net": 187_000.0, "behind": 63_000.4},
    ],
}  # fmt: skip


def person(run: BatchRun, facts: Mapping[str, Any] = KIM, **given: Any) -> PersonLine:
    report = ReportResult("people/kim", "offer_comparison", "ok", 1.0, "people/kim/offer_comparison.html", None)
    offers = tuple(replace(line, about_person=(report,)) for line in given.get("offers", run.lines))
    return PersonLine(given.get("name", "<b>Kim</b>"), "people/kim", facts, offers)


def test_one_persons_index_is_the_answer(run: BatchRun) -> None:
    """Deadline, decision and a card for each job in the decision's order, all escaped."""
    page = BeautifulSoup(index_html(replace(run, people=(person(run),))), "html.parser")
    assert page.h1.get_text() == "<b>Kim</b>: 2 offers"  # type: ignore[union-attr]
    answer = page.select_one("section[aria-labelledby=decision]")
    assert answer is not None
    said = answer.get_text(" ", strip=True)
    assert said.startswith(f"The decision Next deadline: December 20, 2026 , {SCRIPT} On pay, A & B leads. Next: ask.")
    cards = [card.get_text(" ", strip=True) for card in answer.select(".card")]
    assert len(cards) == 3
    assert cards[0].startswith("A & B In writing; leads on pay A year after tax $250,000 Salary and sign-on a year,")
    assert cards[1].startswith("Staying ; $63,000 a year behind A year after tax $187,000")
    assert [link["href"] for link in answer.select(".card a")] == ["first/offer_evaluation.html"]
    assert "cell 3: ValueError" in cards[2]
    assert page.select("section[aria-labelledby=people]") == []
    assert page.select("footer a")[0]["href"] == "guide_audit.html"


def test_the_index_of_several_people_has_a_row_each(run: BatchRun) -> None:
    first, second = run.lines
    people = (person(run, offers=(first,)), person(run, {}, name="Lee", offers=(second,)))
    page = BeautifulSoup(index_html(replace(run, people=people)), "html.parser")
    rows = [row.get_text(" ", strip=True) for row in page.select("section[aria-labelledby=people] tbody tr")]
    assert rows == [
        "<b>Kim</b> A & B $26,000 Dec\N{NO-BREAK SPACE}20,\N{NO-BREAK SPACE}2026 Ask A & B. comparison",
        "Lee – – – – comparison",
    ]
    assert page.select_one("section[aria-labelledby=people] tbody a")["href"] == "people/kim/index.html"  # type: ignore[index]
    assert page.select(".card") == []


def test_a_persons_page_shows_nobody_elses_offers(run: BatchRun) -> None:
    text = person_html(run, person(run, offers=run.lines[:1]))
    page = BeautifulSoup(text, "html.parser")
    assert [link["href"] for link in page.select("a")] == [
        "../../index.html", "../../people/kim/offer_comparison.html", "../../first/offer_evaluation.html",
    ]  # fmt: skip
    assert "<script>" not in text
    assert FORMULA not in text


@pytest.mark.parametrize("odd", [None, 3, "text", [1], [{"name": 3, "net": "much", "behind": float("nan")}], {}])
def test_what_any_notebook_may_record_of_a_person_breaks_nothing(odd: Any, run: BatchRun) -> None:
    facts = dict.fromkeys(KIM, odd)
    assert "$nan" not in person_html(run, person(run, facts))
    index_html(replace(run, people=(person(run, facts, offers=run.lines[:1]), person(run))))


def test_the_index_says_which_amounts_are_before_tax(run: BatchRun) -> None:
    """Without after-tax figures all amounts are before tax; each after-tax column is named."""
    assert ">Amounts in USD before tax. What needs a look" in index_html(run)
    first, *others = run.lines
    taxed = replace(first, values={**first.values, "net": 200000.0})
    said = index_html(replace(run, lines=(taxed, *others)))
    assert "before tax; “Left after tax” is an average year&#39;s pay less tax where you would live, " in said


def test_the_page_leaves_columns_to_the_files(run: BatchRun) -> None:
    """What does not fit a screen is in the summaries."""
    first, *others = run.lines
    more = replace(first, values={**first.values, "set_aside": 5000.0, "purchasing_power": 180000.0})
    said = replace(run, lines=(more, *others))
    assert "To set aside" not in index_html(said)
    assert "set_aside" in summary_csv(said)


def test_the_summary_has_known_columns_first(run: BatchRun) -> None:
    rows = list(csv.DictReader(io.StringIO(summary_csv(run))))
    assert list(rows[0]) == [
        "offer", "company", "deadline", "average", "market_verdict", "n_warnings", "other", "bell", "n_failed", "error",
    ]  # fmt: skip
    assert [row["company"] for row in rows] == [SCRIPT, f"'{FORMULA}"]
    assert (rows[0]["average"], rows[0]["n_warnings"], rows[0]["other"]) == ("285000.4", "-1", "1, b")
    assert rows[1]["error"] == f"offer_evaluation: cell 3: ValueError: {SCRIPT}"


def test_the_workbook_has_no_formula(run: BatchRun) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(summary_xlsx(run))).active
    assert [cell.value for cell in sheet[1]][:3] == ["Offer", "Company", "Answer by"]
    company = sheet["B3"]
    assert (company.value, company.data_type, company.quotePrefix) == (FORMULA, "s", True)
    assert (sheet["D2"].value, sheet["D2"].data_type) == (285_000.4, "n")
    assert not any(cell.data_type == "f" for row in sheet for cell in row)


@posix_only
def test_summaries_are_their_owners(run: BatchRun) -> None:
    write_summaries(run)
    assert {path.name: mode(path) for path in run.directory.iterdir()} == dict.fromkeys(
        ("index.html", "summary.csv", "summary.xlsx", "summary.parquet", "run.json"), 0o600
    )
    record = json.loads((run.directory / "run.json").read_text())
    assert record["schema"] == "compkit/run@1"
    assert record["reports"][1]["status"] == "failed"


def refusal(out: Path) -> str:
    with pytest.raises(InputError) as raised:
        refuse_unsafe_targets(out, ["first"], ["a.ipynb", "a.html"])
    return str(raised.value)


def test_what_is_not_ours_is_not_overwritten(tmp_path: Path) -> None:
    refuse_unsafe_targets(tmp_path / "new" / "deep", ["first"], ["a.ipynb"])
    (tmp_path / "file").write_text("")
    assert "is not a folder" in refusal(tmp_path / "file")
    assert "cannot be created: file is not a folder" in refusal(tmp_path / "file" / "below")
    (tmp_path / "first").mkdir()
    refuse_unsafe_targets(tmp_path, ["first"], ["a.ipynb"])
    (tmp_path / "first" / "thesis.txt").write_text("")
    assert "is not a report folder of offer 'first'" in refusal(tmp_path)
    (tmp_path / "first" / "offer.json").write_text('{"schema": "compkit/offers@1", "offers": [{"id": "first"}]}')
    refuse_unsafe_targets(tmp_path, ["first"], ["a.ipynb"])
    (tmp_path / "first" / "a.html").mkdir()
    assert "is a folder where a file should be" in refusal(tmp_path)
    (tmp_path / "index.html").write_text("my page")
    assert "an index or summary that is not compkit's" in refusal(tmp_path)
    (tmp_path / "run.json").write_text('{"schema": "compkit/run@1"}')
    assert "index or summary" not in refusal(tmp_path)


def test_a_file_in_the_place_of_an_offers_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "first").write_text("")
    assert "is a file where the offer's folder should be" in refusal(tmp_path)


@posix_only
def test_a_link_in_the_place_of_an_offers_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "first").symlink_to("elsewhere")
    assert "is a link" in refusal(tmp_path)
