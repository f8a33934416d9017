"""Every notebook of the kit in JupyterLab in a browser: readable amounts, no error, a quiet console."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from chromium import CHROMIUM
from jupyter_lab import FLAGS, Lab, lab_server, playwright, unexpected
from sample_notebooks import student_notebooks

from compkit.cli import run

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = student_notebooks()
UNTRUSTED = "untrusted.ipynb"
CANARY = """from IPython.display import HTML
HTML('<p class="canary">$x^2$</p>')"""
"""MathJax makes a formula of this, so a notebook without formulas was not looked at too early."""
IS_TYPESET = "() => tab.content.node.querySelector('.canary mjx-container')"
MONEY = "It pays $830,000 salary and sign-on and $240,000 stock."

STYLES = """() => {
  const style = (selector, property) => getComputedStyle(tab.content.node.querySelector(selector))[property];
  return {
    sheets: [...document.querySelectorAll("style")].filter(sheet => sheet.textContent.includes(".ck-card")).length,
    card: style(".ck-card", "borderTopWidth"), padding: style(".ck-card", "paddingLeft"),
    tone: style(".ck-card", "borderTopColor"), cards: style(".ck-cards", "display"),
    figure: style(".ck-figure", "fontWeight"), soft: style(".ck-subtitle", "color"),
    paper: style(".ck-block", "backgroundColor"),
  }; }"""
TABLES = """() => [...tab.content.node.querySelectorAll(".ck-table")].map(table => ({
  texts: [...table.querySelectorAll("tbody th")].map(cell => getComputedStyle(cell).textAlign),
  numbers: [...table.querySelectorAll("tbody td.ck-number")].map(cell => getComputedStyle(cell).textAlign) }))"""


def notebook(*cells: Any) -> nbformat.NotebookNode:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})


def with_canary(path: Path) -> None:
    """Put a formula at the end of a notebook."""
    read = nbformat.read(path, as_version=4)
    read.cells.append(nbformat.v4.new_code_cell(CANARY))
    nbformat.write(read, path)


pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return JupyterLab on copies of the kit's notebooks and the sample offers, and a report that nobody trusts."""
    sync_api = playwright()
    root = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "data" / "offers", root / "data" / "offers")
    shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for name in NOTEBOOKS:
        with_canary(root / "notebooks" / name)
    money = nbformat.v4.new_code_cell(f"{CANARY.splitlines()[0]}\nHTML({f'<p>{MONEY}</p>'!r})")
    nbformat.write(notebook(money), root / "money.ipynb")
    asked = ["--offer", "amazon-l6-seattle-before", "--notebook", "negotiation_plan", "--report-date", "2026-11-22"]
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = run(["report", str(root / "data" / "offers" / "sample.yaml"), "-o", str(root / "out"), *asked])
    assert code == 0, said.getvalue()
    shutil.copy(root / "out" / "amazon-l6-seattle-before" / "negotiation_plan.ipynb", root / UNTRUSTED)
    with lab_server(root, tmp_path_factory.mktemp("lab-state")) as address, sync_api.sync_playwright() as driver:
        # Chromium is the system's: Playwright never fetches one.
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=False, args=list(FLAGS))
        yield Lab(browser, address)
        browser.close()


def test_a_report_that_nobody_trusts_is_styled(lab: Lab) -> None:
    """JupyterLab drops its sheet and keeps what elements carry. It comes first: a sheet stays in the window."""
    lab.open(UNTRUSTED)
    assert {cell["trusted"] for cell in lab.cells()} == {False}
    lab.look_through()
    told = lab.page.evaluate(STYLES)
    assert told == {
        "sheets": 0, "card": "4px", "padding": "12.8px", "tone": "rgb(0, 114, 178)", "cards": "grid", "figure": "700",
        "soft": "rgb(87, 96, 106)", "paper": "rgb(255, 255, 255)",
    }  # fmt: skip
    tables = lab.page.evaluate(TABLES)
    assert {align for table in tables for align in table["texts"]} == {"left"}
    assert {align for table in tables for align in table["numbers"]} == {"right"}
    assert lab.maths() == []
    assert unexpected(lab.console) == [], lab.console
    lab.close()


def test_money_outside_our_blocks_would_be_seen(lab: Lab) -> None:
    """The check can fail: JupyterLab makes a formula of two amounts in anybody's own HTML."""
    lab.open("money.ipynb")
    lab.run()
    lab.page.wait_for_function("() => tab.content.node.querySelector('mjx-container')")
    assert len(lab.maths()) == 1
    lab.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_readable(name: str, lab: Lab) -> None:
    lab.open(f"notebooks/{name}")
    lab.run()
    cells = lab.cells()
    assert [cell["source"] for cell in cells if cell["count"] is None] == []
    assert [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"] == []
    n_cells = len(nbformat.read(ROOT / "notebooks" / name, as_version=4).cells) + 1
    assert lab.look_through() == set(range(n_cells))
    lab.page.wait_for_function(IS_TYPESET)
    assert lab.maths() == []
    assert unexpected(lab.console) == [], lab.console
    lab.close()


def test_a_wrong_parameter_shows_one_line(lab: Lab) -> None:
    """Not a traceback; the run stops there all the same."""
    wrong = nbformat.v4.new_code_cell(
        'import compkit\ncompkit.load_evaluation("data/offers/sample.yaml", "amazon-l6-seatle-before")'
    )
    lab.page.evaluate(
        """file => jupyterapp.serviceManager.contents.save("wrong.ipynb", file).then(() => null)""",
        {"type": "notebook", "format": "json", "content": json.loads(nbformat.writes(notebook(wrong)))},
    )
    lab.open("wrong.ipynb")
    lab.run()
    (output,) = lab.cells()[0]["outputs"]
    assert output["output_type"] == "error"
    shown = lab.page.locator(".jp-OutputArea-output").filter(has_text="Did you mean").inner_text()
    assert shown.strip().count("\n") == 0
    assert shown.startswith("offer must be one of 13 names, got ")
    assert "got 'amazon-l6-seatle-before'. Did you mean 'amazon-l6-seattle-before'?" in shown
    lab.close()


def test_a_browser_widget_leaves_the_address_alone(lab: Lab) -> None:
    """It does in JupyterLab what it does in the app, except that pages have no address."""
    cell = nbformat.v4.new_code_cell((ROOT / "tests" / "app" / "browser_trial.py").read_text(encoding="utf-8"))
    lab.page.evaluate(
        """file => jupyterapp.serviceManager.contents.save("trial.ipynb", file).then(() => null)""",
        {"type": "notebook", "format": "json", "content": json.loads(nbformat.writes(notebook(cell)))},
    )
    lab.open("trial.ipynb")
    lab.run()
    today = lab.page.evaluate("new Date().toLocaleDateString('sv')")
    lab.page.get_by_text(f"page decide, date {today}").wait_for()
    address = lab.page.url
    lab.page.get_by_role("button", name="Weeks", exact=True).click()
    lab.page.get_by_text("page weeks").wait_for()
    lab.page.get_by_label("Note", exact=True).fill("$175,000")
    lab.page.get_by_text("draft '$175,000'").wait_for()
    with lab.page.expect_download() as saved:
        lab.page.get_by_role("button", name="Save", exact=True).click()
    assert saved.value.suggested_filename == "offers.csv"
    assert lab.page.url == address
    assert unexpected(lab.console) == [], lab.console
    lab.close()
