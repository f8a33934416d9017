"""Reports as PDFs: the page's whole content, tagged, within its margins, and nothing fetched from anywhere."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import http.server
import io
import os
import re
import shutil
import subprocess
import sys
import textwrap
import threading
import zlib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from quick_engine import QuickEngine, use, write_offers
from sample_notebooks import write_notebook
from waiting import MAX_WAIT_SECONDS

from compkit.batch.run.jobs import RunOptions
from compkit.batch.running import run_reports
from compkit.cli import run
from compkit.errors import InputError
from compkit.offers import load_offers
from compkit.report.page import pdf
from compkit.report.page.html import report_html
from compkit.report.show.blocks import Answer, Column, Picture, Table
from compkit.report.show.drawing import picture

try:
    pdf.refuse_missing_weasyprint()
    MISSING = ""
except InputError as error:
    MISSING = str(error)

needs_weasyprint = pytest.mark.skipif(bool(MISSING), reason=MISSING or "WeasyPrint is there")
needs_poppler = pytest.mark.skipif(
    bool(MISSING) or not shutil.which("pdftotext"),
    reason=MISSING or "install poppler to read PDFs: apt-get install poppler-utils",
)

GOLDEN = Path(__file__).parents[2] / "reports" / "golden"
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg=="
)
A4_WIDTH_PT, MARGIN_PT = 595.3, 16 / 25.4 * 72
HOSTILE = [
    "<script>alert(1)</script>",
    '</title><style>*{display:none}</style>"; content: "',
    "')}body{display:none}/*",
    "/Alt (x) >> endobj \\) ((",
    "{{ 7 * 7 }} &amp; &#60;",
]
_VOID = ("meta", "img", "br")


class _Page(HTMLParser):
    """The texts of a page in their order, each without its spaces: where lines end is the layout's affair."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside: list[str] = []
        self.by_tag: dict[str, list[str]] = {}
        self.answers: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, _attributes: Any) -> None:
        if tag not in _VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag in _VOID or self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        text = squeezed(data)
        if text and not {"style", "title"} & set(self.inside):
            self.texts.append(text)
            self.by_tag.setdefault(self.inside[-1], []).append(text)


def squeezed(text: str) -> str:
    return "".join(text.split())


def page_path(*values: Any, title: str = "A title", heading: str = "What is this?") -> str:
    """Return the report page of a notebook whose cells show these values."""
    cells = [nbformat.v4.new_markdown_cell(f"# {heading}")]
    for value in values:
        if isinstance(value, str):
            cells.append(nbformat.v4.new_markdown_cell(value))
            continue
        data, metadata = value._repr_mimebundle_() if hasattr(value, "_repr_mimebundle_") else ({}, {})
        if not isinstance(value, Picture):
            data = {"text/html": value._repr_html_()}
        output = nbformat.v4.new_output("display_data", data, metadata=metadata)
        cells.append(nbformat.v4.new_code_cell("x", outputs=[output]))
    return report_html(nbformat.v4.new_notebook(cells=cells), title=title)


def chart_of(alt: str) -> Picture:
    """Return a chart with nothing but its title."""
    return picture(lambda chart: chart.dot(20, 40, "#000000"), "Paid", alt)


def table_of(rows: list[list[str]], caption: str = "A table") -> Table:
    names = [f"c{number}" for number in range(len(rows[0]))]
    return Table(pd.DataFrame(rows, columns=names), [Column(name, f"Head {name}") for name in names], caption)


def poppler(tool: str, data: bytes, *options: str) -> str:
    """Return what one of poppler's tools says of a PDF."""
    files = ["-"] if tool == "pdfinfo" else ["-", "-"]
    done = subprocess.run(
        [tool, *options, *files], input=data, capture_output=True, check=True, timeout=MAX_WAIT_SECONDS
    )
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


def tagged_text(data: bytes) -> str:
    """Return all that the structure tree holds, without spaces: what a screen reader would read."""
    told = poppler("pdfinfo", data, "-struct-text")
    return squeezed("".join(re.findall(r'^\s*"(.*)"$', told, re.MULTILINE)))


def paper_pages(data: bytes) -> list[str]:
    return poppler("pdftotext", data, "-layout").split("\f")[:-1]


def words(data: bytes) -> list[tuple[float, float, str]]:
    """Return each word's left and right edge [points] and the word."""
    found = re.findall(
        r'<word xMin="([\d.-]+)" .*?xMax="([\d.-]+)" .*?>(.*?)</word>', poppler("pdftotext", data, "-bbox")
    )
    return [(float(left), float(right), word) for left, right, word in found]


def inflated(data: bytes) -> bytes:
    """Return all streams of a PDF as they were before compression."""
    parts = []
    for packed in re.findall(rb"stream\r?\n(.*?)\nendstream", data, re.DOTALL):
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompress(packed))
    assert parts
    return b"\n".join(parts)


@pytest.fixture(scope="module", params=["negotiation_plan", "ai_ml_premiums"])
def golden(request: pytest.FixtureRequest) -> tuple[_Page, bytes]:
    """Return a golden report's page and its PDF: call sheet, letters, cards, long and short tables, notes."""
    notebook = nbformat.read(str(GOLDEN / "amazon-l6-san-francisco-ai" / f"{request.param}.ipynb"), as_version=4)
    page = report_html(notebook, title="Amazon L6, San Francisco")
    on_paper = BeautifulSoup(page, "html.parser")
    for part in on_paper.select("nav, .fold .inside"):
        part.decompose()
    for sheet in on_paper.select(".ck-block:has(> .ck-sheet)"):  # a page of its own, behind the rest
        heading = sheet.find_previous_sibling("section")
        for moved in (on_paper.footer, heading, sheet):
            on_paper.main.append(moved.extract())  # type: ignore[union-attr]
    read = _Page(str(on_paper))
    read.answers = {squeezed(one.get_text()) for one in on_paper.select(".fold .ck-answer")}
    return read, pdf.report_pdf(page)


@needs_poppler
def test_what_is_folded_comes_as_an_appendix_on_request() -> None:
    answer = Answer("$270,000 in year 1.")
    page = page_path("## What does it pay?\n\nBy year.", answer, table_of([["a", "b"]]), "## More\n\nText.")
    short, whole = (poppler("pdftotext", pdf.report_pdf(page, with_details=told)) for told in (False, True))
    for told in (short, whole):
        assert "What does it pay?" in told
        assert "$270,000 in year 1." in told
    assert "By year." not in short
    assert "A table" not in short
    assert whole.index("By year.") > whole.index("Text.")
    assert whole.count("What does it pay?") == 2


@needs_poppler
@pytest.mark.long
def test_every_text_of_the_page_is_tagged_in_its_order(golden: tuple[_Page, bytes]) -> None:
    page, made = golden
    read, at = tagged_text(made), 0
    for text in page.texts:
        found = read.find(text, at)
        assert found >= 0, text
        at = found + len(text)


@needs_poppler
@pytest.mark.long
def test_no_page_ends_with_a_heading_or_what_leads_to_the_next(golden: tuple[_Page, bytes]) -> None:
    page, made = golden
    pages = paper_pages(made)
    leading = [text for tag in ("h1", "h2", "h3", "caption") for text in page.by_tag.get(tag, [])]
    headings = set(page.by_tag["h2"])
    intros = [text for before, text in zip(page.texts, page.texts[1:], strict=False) if before in headings]
    assert len(intros) == len(page.by_tag["h2"])
    for number, text in enumerate(pages, 1):
        *lines, foot = [squeezed(line) for line in text.splitlines() if line.strip()]
        assert foot == f"AmazonL6,SanFranciscoPage{number}of{len(pages)}"
        assert lines[-1] not in leading
        assert not any(intro.endswith(lines[-1]) for intro in intros if intro not in page.answers), lines[-1]


@needs_poppler
@pytest.mark.long
def test_nothing_reaches_into_the_margins(golden: tuple[_Page, bytes]) -> None:
    found = words(golden[1])
    assert min(left for left, _, _ in found) > MARGIN_PT - 1
    assert max(right for _, right, _ in found) < A4_WIDTH_PT - MARGIN_PT + 1


@needs_weasyprint
def test_it_is_tagged_and_says_its_language_its_title_and_its_headings() -> None:
    table = table_of([["Base", "$1"], ["Bonus", "$2"]])
    page = page_path("## Where does it stand?", table, chart_of("Bars (two) of pay"), title="Amazon L6: pay")
    made = inflated(pdf.report_pdf(page))
    for part in (b"/MarkInfo <</Marked true>>", b"/StructTreeRoot", b"/Lang (en)", b"/DisplayDocTitle true",
                 b"<pdfuaid:part>1" if b"<pdfuaid:part>" in made else b'pdfuaid:part="1"'):  # fmt: skip
        assert part in made, part
    assert made.count(b"/Title (Amazon L6: pay)") == 1
    assert rb"/Alt (Paid. Bars \(two\) of pay)" in made
    for heading in (b"What is this?", b"Where does it stand?"):
        assert b"/Title (" + heading + b")" in made  # in the outline
    assert (made.count(b"/Scope /Column"), made.count(b"/Scope /Row")) == (2, 2)
    assert made.count(b"/Headers [(") == 2  # each figure names its row's and its column's heading
    assert b"Date (" not in made


@needs_weasyprint
@pytest.mark.long
def test_the_same_page_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    """And no thread is left behind: a child of a process that has made a PDF makes one, too."""
    page = page_path("## One", table_of([["Base", "$1"]]), chart_of("a dot"))
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    script = textwrap.dedent("""
        import hashlib, os, pathlib, sys
        from compkit.report.page.pdf import report_pdf
        page = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
        tell = lambda: print(hashlib.sha256(report_pdf(page)).hexdigest(), flush=True)
        tell()
        if hasattr(os, "fork"):
            assert not os.path.isdir("/proc/self/task") or len(os.listdir("/proc/self/task")) == 1
            if child := os.fork():
                sys.exit(os.waitpid(child, 0)[1])
            tell()
    """)
    told = []
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "page.html")], capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": "1"}, timeout=MAX_WAIT_SECONDS,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told += done.stdout.split()
    assert len(told) == (4 if hasattr(os, "fork") else 2)
    assert len(set(told)) == 1


class _Counting(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012  one server, one list

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    """Yield the address of a server that notes what it is asked for."""
    _Counting.asked.clear()
    with http.server.HTTPServer(("127.0.0.1", 0), _Counting) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


@needs_weasyprint
def test_nothing_is_fetched(server: str, tmp_path: Path) -> None:
    (tmp_path / "local.png").write_bytes(DOT)
    svg = base64.b64encode(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{server}/svg"/></svg>'.encode()
    ).decode()
    page = f"""<!DOCTYPE html><html lang="en"><head><title>x</title><base href="{server}/">
      <link rel="stylesheet" href="{server}/link"><link rel="attachment" href="{server}/attached">
      <style>@import url({server}/import); @font-face {{font-family: f; src: url({server}/font)}}
      p {{font-family: f; background: url({server}/background)}} p::before {{content: url({server}/before)}}</style>
      </head><body><p>text</p><img alt="x" src="{server}/img"><img alt="x" src="relative">
      <embed src="{server}/embed">
      <object data="{server}/object"></object><img alt="x" src="{(tmp_path / "local.png").as_uri()}">
      <img alt="x" src="data:image/svg+xml;base64,{svg}"></body></html>"""
    made = pdf.report_pdf(page)
    assert _Counting.asked == []
    assert b"/Subtype /Image" not in made
    assert b"/EmbeddedFile" not in made + inflated(made)

    import weasyprint

    weasyprint.HTML(string=page).write_pdf()  # as it would be without our reader
    assert {"/link", "/import", "/img", "/svg", "/background"} <= set(_Counting.asked)


@needs_weasyprint
def test_a_picture_of_the_page_is_in_it() -> None:
    output = nbformat.v4.new_output("display_data", {"image/png": base64.b64encode(DOT).decode("ascii")})
    cells = [nbformat.v4.new_code_cell("x", outputs=[output])]
    assert b"/Subtype /Image" in pdf.report_pdf(report_html(nbformat.v4.new_notebook(cells=cells), title="T"))


@needs_weasyprint
def test_only_links_that_are_harmless_can_be_followed() -> None:
    page = page_path(
        "[a](javascript:alert) [b](https://example.org/b) [c](file:///etc/passwd) [d](JAVAscript:x) [e](e.html)"
    )
    for scheme in ("javascript:", "JAVAscript:", "file:"):
        page = page.replace("</main>", f'<p><a href="{scheme}alert">f</a></p></main>')
    made = inflated(pdf.report_pdf(page))
    assert re.findall(rb"/URI \((.*?)\)", made) == [b"https://example.org/b"]


@needs_poppler
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.long
def test_hostile_text_stays_text(text: str) -> None:
    page = page_path(table_of([[text, text]], text), chart_of(text), title=text)
    made = pdf.report_pdf(page)
    assert tagged_text(made).count(squeezed(text)) == 3  # the caption and two cells
    assert squeezed(text) in squeezed(paper_pages(made)[0].splitlines()[-1])  # the foot
    assert f"Title:           {text}" in poppler("pdfinfo", made)
    escaped = re.sub(r"([\\()])", r"\\\1", text).encode()
    assert b"/Alt (Paid. " + escaped + b")" in inflated(made)


@needs_poppler
@pytest.mark.long
def test_a_long_title_leaves_room_for_the_page_number() -> None:
    made = pdf.report_pdf(page_path("Text.", title="Donaudampfschifffahrt " * 40))
    *title, last = [word for word in words(made) if word[2] not in ("Text.", "What", "is", "this?")]
    page_word = next(word for word in title if word[2] == "Page")
    assert last[2] == "1"
    assert max(right for _, right, word in title if word.startswith("Donau")) < page_word[0]


@needs_poppler
@pytest.mark.long
def test_a_long_table_repeats_its_heads_and_tears_no_row() -> None:
    middle = "some words that need three lines of a narrow column to be said in full " * 3
    rows = [[f"start{number}", middle, middle, f"{middle} end{number}"] for number in range(40)]
    pages = paper_pages(pdf.report_pdf(page_path("## Long", table_of(rows))))
    assert len(pages) > 3
    assert all(re.search(r"Head\s+c0\s+Head\s+c1", text) for text in pages[:-1])
    for text in pages:
        starts, ends = (set(re.findall(rf"\b{word}(\d+)", text)) for word in ("start", "end"))
        assert starts == ends
        assert len(starts) != 1


@needs_poppler
@pytest.mark.long
def test_a_short_table_of_figures_is_on_one_page() -> None:
    columns = [Column("a", "A"), Column("b", "B", "usd")]
    frame = pd.DataFrame({"a": [f"row{number}" for number in range(6)], "b": range(6)})
    blocks = [Table(frame, columns, f"Table {number}") for number in range(14)]
    pages = paper_pages(pdf.report_pdf(page_path(*blocks)))
    assert len(pages) > 2
    assert sum(text.count("row0") for text in pages) == 14
    assert all(text.count("row0") == text.count("row5") == text.count("Table ") for text in pages)


@needs_poppler
@pytest.mark.parametrize(
    ("n_columns", "cell"),
    [(14, "$1,234,567.89"), (22, "12,345"), (2, "9" * 310), (2, "Donaudampfschifffahrtsgesellschaft" * 8)],
)
@pytest.mark.long
def test_a_table_too_wide_for_the_page_is_written_smaller_or_broken(n_columns: int, cell: str) -> None:
    columns = [Column(f"c{number}", f"Head{number}", "text" if number else "usd") for number in range(n_columns)]
    frame = pd.DataFrame([{column.key: cell for column in columns}] * 2)
    html = page_path(Table(frame, [Column(c.key, c.heading) for c in columns], "Wide")).replace(
        "<td>", '<td class="ck-number">'
    )
    made = pdf.report_pdf(html)
    assert max(right for _, right, _ in words(made)) < A4_WIDTH_PT - MARGIN_PT + 1
    assert tagged_text(made).count(cell) == 2 * n_columns


@pytest.fixture
def without_weasyprint(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make WeasyPrint's import fail with the error that the test names."""

    class Finder:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "weasyprint":
                print("-----\nadvice\n-----")  # noqa: T201  as WeasyPrint does
                raise request.param

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Finder, *sys.meta_path])
    pdf._what_is_missing.cache_clear()
    yield
    pdf._what_is_missing.cache_clear()


@pytest.mark.parametrize(
    ("without_weasyprint", "advice"),
    [
        (ModuleNotFoundError("No module named 'weasyprint'"), "pip install weasyprint"),
        (OSError("cannot load library 'libpango-1.0-0'"), "apt-get install libpangoft2-1.0-0"),
    ],
    indirect=["without_weasyprint"],
)
@pytest.mark.usefixtures("without_weasyprint")
def test_what_is_missing_is_said_before_anything_runs(
    advice: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = Path(__file__).parents[2] / "data" / "offers" / "sample.yaml"
    assert run(["report", str(sample), "-o", str(tmp_path / "out"), "--pdf"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    (line,) = [line for line in told.err.splitlines() if not line.startswith("warning: ")]
    assert line.startswith("--pdf needs ")
    assert advice in line
    assert not (tmp_path / "out").exists()
    with pytest.raises(InputError, match="--pdf needs"):
        pdf.report_pdf(page_path("Text."))


def batch(folder: Path, **options: Any) -> list[tuple[str | None, str, str | None]]:
    """Run a notebook for one offer; return its error, its status and its PDF."""
    file = write_offers(folder / "offers.yaml", {"one": 175000})
    write_notebook(folder / "kit" / "each.ipynb", 'offers_file: str = ""\noffer_id: str = ""', "print('seen')")
    with contextlib.redirect_stderr(io.StringIO()):
        made = run_reports(
            load_offers(file), folder / "out", notebooks=["each"], report_date=dt.date(2026, 11, 22),
            options=RunOptions(n_workers=1, notebook_folder=folder / "kit", **options),
        )  # fmt: skip
    return [(result.error, result.status, result.pdf) for result in made.results]


@needs_weasyprint
@pytest.mark.long
def test_a_batch_leaves_each_page_as_a_pdf_too(tmp_path: Path) -> None:
    assert batch(tmp_path, with_pdf=True) == [(None, "ok", "one/each.pdf")]
    page, paper = ((tmp_path / "out" / "one" / f"each{ending}") for ending in (".html", ".pdf"))
    assert paper.read_bytes() == pdf.report_pdf(page.read_text(encoding="utf-8"))
    assert os.name == "nt" or paper.stat().st_mode & 0o077 == 0


def test_no_pdf_of_an_earlier_run_lies_beside_a_new_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(QuickEngine(), monkeypatch)
    paper = tmp_path / "out" / "one" / "each.pdf"
    assert batch(tmp_path, with_pdf=True) == [(None, "ok", "one/each.pdf")]
    assert paper.is_file()
    assert batch(tmp_path, with_pdf=True) == [(None, "skipped", "one/each.pdf")]
    assert paper.is_file()
    assert batch(tmp_path) == [(None, "ok", None)]
    assert not paper.exists()
    paper.write_bytes(b"a person's own")
    assert batch(tmp_path, resume=False) == [(None, "ok", None)]
    assert paper.read_bytes() == b"a person's own"
