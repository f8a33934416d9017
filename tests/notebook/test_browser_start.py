"""The start notebook in a browser: an offer typed, saved and followed into notebooks, by keyboard and with axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import answered
from jupyter_lab import Lab, unexpected
from lab_fixtures import HAS_CHANGED, SHOWN, checkout, controls_of, git, lab, typed  # noqa: F401
from waiting import wait_until

from compkit.notebook import PAGES

DESCRIBED = "control => document.getElementById(control.getAttribute('aria-describedby')).innerText"
IN_FOCUS = "name => document.activeElement.innerText.trim() === name"
IS_INVALID = "told => document.activeElement.getAttribute('aria-invalid') === told"
FIRST_TEXT = "Enter your offers, see"
SALARY = "Base salary a year (USD)"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
OURS = {"include": [[".jp-Notebook .jp-OutputArea-output"], [".jp-Notebook .jp-RenderedMarkdown"]]}
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def page(lab: Lab) -> Iterator[Any]:
    """Return the start notebook with the form of the sample offers open."""
    lab.open("start.ipynb")
    lab.run()
    lab.page.get_by_role("button", name="Edit your offers").click()
    lab.page.wait_for_selector(".ck-field [aria-describedby]")
    yield lab.page
    lab.close()


def test_a_menu_is_used_with_arrows_and_a_removal_undone_with_enter(page: Any) -> None:
    """JupyterLab takes arrows and letters for its own commands unless it is told not to."""
    n_cells = page.locator(".jp-Cell").count()
    page.locator(".ck-form").get_by_label("Offer", exact=True).focus()
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.querySelector('.ck-grid input[placeholder^=\"$175\"]')?.value === '175,000'")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Removed Amazon L6, Seattle").wait_for()
    page.wait_for_function(IN_FOCUS, arg="Undo")
    page.keyboard.press("Enter")
    page.wait_for_function(IN_FOCUS, arg="Remove this offer")
    page.get_by_text("No unsaved changes.").wait_for()
    assert page.locator(".jp-Cell").count() == n_cells


def test_more_is_shown_and_said_to_be(page: Any) -> None:
    more = page.locator("button.ck-disclosure").first
    assert more.get_attribute("aria-expanded") == "false"
    more.press("Enter")
    page.wait_for_selector("button.ck-disclosure[aria-expanded=true]")
    page.get_by_role("button", name="Show Benefits").press("Enter")
    page.get_by_label("Retirement match (USD a year)").fill("12k")
    assert page.get_by_label("Retirement match (USD a year)").evaluate("field => field === document.activeElement")


def judges(page: Any, found: dict[str, list[tuple[str, str]]], name: str) -> bool:
    """Whether axe has judged the first text, in view, which takes until a theme is in force; keep what it found."""
    from axe_playwright_python.sync_playwright import Axe

    page.locator(".jp-RenderedMarkdown p", has_text=FIRST_TEXT).scroll_into_view_if_needed()
    told = Axe().run(page, context=OURS, options=RULES).response
    found[name] = [(one["id"], one["nodes"][0]["html"][:200]) for one in told["violations"]]
    judged = [node["html"] for one in told["passes"] if one["id"] == "color-contrast" for node in one["nodes"]]
    return any(FIRST_TEXT in one for one in judged)


@pytest.mark.parametrize("theme", ["Dark", "Light"])
def test_axe_finds_nothing_in_what_the_notebook_shows(page: Any, theme: str) -> None:
    """On every page of the widget, and in the form; not in JupyterLab around it."""
    page.evaluate("name => jupyterapp.commands.execute('apputils:change-theme', {theme: name})", f"JupyterLab {theme}")
    page.wait_for_selector(f"body[data-jp-theme-light={'true' if theme == 'Light' else 'false'}]", state="attached")
    page.add_style_tag(content="body { height: 100vh }")  # it has none, and axe takes all in it for hidden
    found: dict[str, list[tuple[str, str]]] = {}
    for name in map(str.capitalize, PAGES):
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f".ck-menu button[aria-current=page]:text-is('{name}')").wait_for()
        wait_until(lambda name=name: judges(page, found, name))
    assert {name: some for name, some in found.items() if some} == {}


def test_an_offer_is_typed_mended_saved_and_followed_into_two_notebooks(lab: Lab, checkout: Path) -> None:
    page, shown = lab.page, lab.page.locator(".jp-NotebookPanel:visible")
    page.evaluate("sessionStorage.clear()")  # the draft of the tests above
    lab.visit(page.url.partition("/lab")[0])
    page.wait_for_function("() => jupyterapp.shell.currentWidget?.context?.path === 'start.ipynb'")
    lab.open("start.ipynb")
    lab.run()
    page.get_by_role("button", name="Edit your offers").click()
    page.get_by_role("button", name="New file").click()
    page.get_by_text("This is a new file.").wait_for()
    grant = "Value of the whole grant, for all years (USD)"
    for label, text in {"Company": "Google", "Level": "L5", "Location": "Seattle", grant: "$0.3M"}.items():
        shown.get_by_label(label, exact=True).fill(text)
    salary = shown.get_by_label(SALARY)
    for mistake, told in {
        "abc": "Fix: base salary must be a number, got 'abc'.",
        "80.000": "Fix: base salary 80.000 could be 80 or 80000.",
    }.items():
        salary.fill(mistake)
        page.wait_for_function(f"told => ({DESCRIBED})(document.activeElement).startsWith(told)", arg=told)
        page.wait_for_function(IS_INVALID, arg="true")
    salary.fill("$190k")
    page.wait_for_function(f"() => ({DESCRIBED})(document.activeElement) === 'Salary a year.'")
    page.wait_for_function(IS_INVALID, arg="false")
    shown.get_by_role("button", name="Save", exact=True).press("Enter")
    shown.get_by_text("Saved offers.yaml.").wait_for()

    file = checkout / "my-notebooks" / "offers.yaml"
    (offer,) = answered("evaluate", file)[1]["offers"]
    assert offer["total"] == 4 * 190_000 + 300_000
    shown.get_by_role("button", name="Evaluate", exact=True).click()
    shown.locator(".ck-figure", has_text=f"${offer['total']:,.0f}").first.wait_for()

    (grown,) = answered("evaluate", file, "--growth", "25%")[1]["offers"]
    asked = answered("counter", file, "--offer", offer["id"], "--target", "1.13M")[1]["packages"][-1]
    for card, name, label, text, figure in (
        ("What is one offer worth?", "offer_evaluation", "Growth a year", "25%", grown["total"]),
        ("What do you say on the call?", "negotiation_plan", "Sign at, 4 years", "1.13M", asked["rsu_4yr"]),
    ):
        lab.open("start.ipynb")
        shown.get_by_role("link", name=card).click()
        page.wait_for_function("path => jupyterapp.shell.currentWidget.context?.path === path", arg=f"{name}.ipynb")
        lab.open(f"{name}.ipynb")
        lab.run()
        before = controls_of(page)
        assert f"${figure:,.0f}" not in before
        field = shown.get_by_label(label, exact=True)
        field.focus()
        typed(text)(field)
        page.wait_for_function(HAS_CHANGED, arg=before)
        assert f"${figure:,.0f}" in page.evaluate(SHOWN)
        lab.look_through()
        assert lab.maths() == []
        page.evaluate("() => tab.context.save()")
        lab.close()
    lab.open("start.ipynb")
    lab.look_through()
    assert lab.maths() == []
    page.evaluate("() => tab.context.save()")
    assert '"execution_count": 1' in (checkout / "my-notebooks" / "start.ipynb").read_text(encoding="utf-8")
    assert git(checkout, "status", "--porcelain") == ""
    assert unexpected(lab.console) == [], lab.console
    lab.close()
