"""The offers editor in JupyterLab in a browser: by keyboard alone, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from chromium import CHROMIUM
from jupyter_lab import FLAGS, Lab, lab_server, playwright

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "offers" / "sample.yaml"
CODE = """from compkit.notebook import OfferEditor
from compkit.offers import OffersDraft
from pathlib import Path
editor = OfferEditor(OffersDraft.load("sample.yaml", Path("sample.yaml").read_bytes()))
editor.widget"""
DESCRIBED = "control => document.getElementById(control.getAttribute('aria-describedby')).innerText"
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editor")
    (folder / "sample.yaml").write_bytes(SAMPLE.read_bytes())
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    cells = [nbformat.v4.new_code_cell(CODE)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), folder / "editor.ipynb")
    return folder


@pytest.fixture(scope="module")
def page(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sync_api = playwright()
    with lab_server(root, tmp_path_factory.mktemp("editor-state")) as address, sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=False, args=list(FLAGS))
        lab = Lab(browser, address)
        lab.open("editor.ipynb")
        lab.run()
        lab.page.wait_for_selector(".ck-field [aria-describedby]")
        yield lab.page
        browser.close()


def test_a_menu_is_used_with_arrows_and_a_question_answered_with_enter(page: Any) -> None:
    """JupyterLab takes arrows and letters for its own commands unless it is told not to."""
    n_cells = page.locator(".jp-Cell").count()
    page.get_by_label("Offer", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.querySelector('.ck-grid input[placeholder^=\"$175\"]')?.value === '185,000'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Keep it").wait_for()
    page.wait_for_function("() => document.activeElement.innerText.trim() === 'Keep it'")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.innerText.trim() === 'Add an offer'")
    assert page.locator(".jp-Cell").count() == n_cells


def test_a_mistake_is_described_to_a_screen_reader(page: Any) -> None:
    salary = page.get_by_label("Base salary a year (USD)")
    salary.fill("lots")
    page.wait_for_selector("input[aria-invalid=true]")
    assert salary.evaluate(DESCRIBED).startswith("Fix: base salary must be a number, got 'lots'.")
    salary.fill("$190k")
    page.wait_for_function("() => !document.querySelector('input[aria-invalid=true]')")
    assert salary.evaluate(DESCRIBED) == "Salary a year."


def test_more_is_shown_and_said_to_be(page: Any) -> None:
    more = page.locator("button.ck-disclosure").first
    assert more.get_attribute("aria-expanded") == "false"
    more.press("Enter")
    page.wait_for_selector("button.ck-disclosure[aria-expanded=true]")
    page.get_by_role("button", name="Show Benefits").press("Enter")
    page.get_by_label("Retirement match (USD a year)").fill("12k")
    assert page.get_by_label("Retirement match (USD a year)").evaluate("field => field === document.activeElement")


def test_what_is_typed_is_saved_with_the_comments(page: Any, root: Path) -> None:
    page.get_by_label("Level", exact=True).fill("65")
    page.get_by_text("Unsaved changes.").wait_for()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.get_by_text("Saved offers.yaml.").wait_for()
    text = (root / "offers.yaml").read_text()
    assert 'level: "65"' in text
    assert "# 2. The same offer after the negotiation." in text
