"""The notebooks as `compkit lab` opens them: no code to see, a table of contents, and controls that work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_lab import Lab, unexpected
from lab_fixtures import HAS_CHANGED, ROOT, SHOWN, checkout, controls_of, lab, typed  # noqa: F401
from sample_notebooks import student_notebooks

NAMES = student_notebooks()

VISIBLE_CODE = """() => [...tab.content.node.querySelectorAll(".jp-CodeCell .cm-content, .jp-PlaceholderText")]
  .filter(code => code.checkVisibility() && code.getClientRects().length).map(code => code.textContent)"""
HEADINGS = """() => [...document.querySelectorAll(".jp-TableOfContents-tree .jp-tocItem-content")]
  .map(entry => entry.textContent)"""
IS_AGAIN = f"before => ({SHOWN})() === before"
FOCUSED = """() => { const at = document.activeElement;
  return at.closest(".jupyter-widgets") ? at.labels?.[0]?.textContent || at.textContent : ""; }"""

Move = tuple[str, Callable[[Any], None]]


def chosen(*labels: str) -> Callable[[Any], None]:
    return lambda field: field.select_option(label=list(labels))


MOVES: dict[str, list[Move]] = {
    "offer_evaluation.ipynb": [
        ("Growth a year", typed("25%")),
        ("Growth comes", chosen("In one step a year")),
        ("Years", typed("6")),
        ("Offer", chosen("Google L5 in Seattle")),
    ],
    "location_analysis.ipynb": [
        ("Housing share", typed("45%")),
        ("More places", chosen("Boulder", "Denver")),
    ],
    "negotiation_plan.ipynb": [
        ("Sign at, 4 years", typed("1.2M")),
        ("Package", chosen("Cash")),
        ("Tone", chosen("Firm")),
        ("Go past the guide's ranges", lambda field: field.press("Space")),
    ],
    "offer_comparison.ipynb": [
        ("Growth a year", typed("-20%")),
        ("Years", typed("2")),
        ("Offers", chosen("Google L5 in Seattle", "Amazon L6 in Seattle (after negotiation)")),
    ],
}  # fmt: skip

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True, scope="module")
def _later_round(checkout: Path) -> None:
    """Plan the later round: its ask is to match another offer, whatever the package."""
    plan = checkout / "my-notebooks" / "negotiation_plan.ipynb"
    text = plan.read_text(encoding="utf-8")
    assert text.count("offer_id: str = None") == 1
    plan.write_text(text.replace("offer_id: str = None", 'offer_id: str = \\"amazon-l6-seattle-before\\"'), "utf-8")


@contextmanager
def run_notebook(lab: Lab, name: str) -> Iterator[Any]:
    """Open and run a notebook; yield the page, and close the notebook in any case."""
    lab.open(name)
    try:
        lab.run()
        yield lab.page
        assert unexpected(lab.console) == [], lab.console
    finally:
        lab.console.clear()
        lab.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_reads_without_code(name: str, lab: Lab) -> None:
    lab.open(name)
    assert lab.page.evaluate(VISIBLE_CODE) == []
    cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    lab.page.evaluate("() => jupyterapp.shell.activateById('table-of-contents')")
    headings = [cell.source.partition("\n")[0].lstrip("# ") for cell in cells if cell.source.startswith("#")]
    lab.page.wait_for_function(f"n => ({HEADINGS})().length >= n", arg=len(headings))
    assert lab.page.evaluate(HEADINGS) == headings
    lab.page.evaluate("() => jupyterapp.shell.collapseLeft()")
    lab.run()
    lab.look_through()
    assert lab.page.evaluate(VISIBLE_CODE) == []
    assert lab.maths() == []
    assert unexpected(lab.console) == [], lab.console
    lab.close()


@pytest.mark.parametrize("name", MOVES)
def test_every_control_changes_figures_and_reset_restores_them(name: str, lab: Lab) -> None:
    with run_notebook(lab, name) as page:
        first = before = controls_of(page)
        for label, move in MOVES[name]:
            field = page.get_by_label(label, exact=True)
            field.focus()
            move(field)
            page.wait_for_function(HAS_CHANGED, arg=before)
            before = page.evaluate(SHOWN)
        page.get_by_role("button", name="Reset", exact=True).press("Enter")
        page.wait_for_function(IS_AGAIN, arg=first)


def test_the_controls_are_reached_by_tab_in_their_order(lab: Lab) -> None:
    with run_notebook(lab, "offer_evaluation.ipynb") as page:
        controls_of(page)
        page.get_by_label("Offer", exact=True).focus()
        reached = []
        for _ in range(5):
            reached.append(page.evaluate(FOCUSED))
            page.keyboard.press("Tab")
        assert reached == ["Offer", "Growth a year", "Growth comes", "Years", "Reset"]


def test_a_mistake_is_told_at_the_field_and_the_figures_stay(lab: Lab) -> None:
    with run_notebook(lab, "offer_evaluation.ipynb") as page:
        before = controls_of(page)
        field = page.get_by_label("Growth a year", exact=True)
        field.focus()
        typed("a tenth")(field)
        alert = page.locator(".jp-Notebook [role=alert]")
        alert.wait_for()
        assert alert.inner_text() == "Must be a rate, got 'a tenth'. Type 0.15 or 15%."
        assert page.evaluate(SHOWN) == before
        typed("5%")(field)
        page.wait_for_function(HAS_CHANGED, arg=before)
        assert alert.count() == 0


def test_an_exercise_replies_to_what_is_typed(lab: Lab) -> None:
    with run_notebook(lab, "workshop/offer_arithmetic.ipynb") as page:
        field = page.locator(".jp-Notebook input[type=text]").first
        for answer, reply in (("417,000", "You counted the year-2 sign-on"), ("$322K", "Right. $187,000 salary")):
            field.focus()
            typed(answer)(field)
            page.get_by_role("status").filter(has_text=reply).wait_for()
        page.get_by_role("button", name="A", exact=True).press("Enter")
        page.get_by_role("status").filter(has_text="these two make the whole difference").wait_for()
        lab.look_through()
        page.get_by_role("status").filter(has_text="2 of 6 right, 1 at the first try.").wait_for()
        assert lab.maths() == []
