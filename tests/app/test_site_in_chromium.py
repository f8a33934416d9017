"""From an empty form to a letter by keyboard alone; what comes out is what the commands say; axe on every page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_fixtures import chromium, server  # noqa: F401
from app_server import TOKEN, AppServer, app_server
from axe_playwright_python.sync_playwright import Axe
from command_line import answered
from waiting import MAX_WAIT_SECONDS, wait_until

from compkit.cli import run

pytestmark = pytest.mark.long

PAGES = ("Decide", "Evaluate", "Compare", "Place", "Negotiate", "Weeks", "Practice")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
IN_FOCUS = """() => { const it = document.activeElement;
  return (it.labels?.[0]?.textContent || it.getAttribute("aria-label") || it.textContent || "").trim(); }"""
MOST_TABS = 150


@pytest.fixture(scope="module")
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Return the app without a file."""
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    with app_server(tmp_path_factory.mktemp("empty")) as running:
        yield running


class Keyboard:
    """A visitor without a mouse."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def go_to(self, name: str) -> None:
        """Press Tab until what is in focus has that name."""
        seen = []
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            seen.append(self.page.evaluate(IN_FOCUS))
            if seen[-1].startswith(name):
                return
        raise AssertionError(f"no Tab reaches {name}: {list(dict.fromkeys(seen))}")

    def enter(self, **typed: str) -> None:
        """Type into fields by the beginning of their names, with _ for spaces."""
        for name, text in typed.items():
            self.go_to(name.replace("_", " "))
            self.page.keyboard.press("ControlOrMeta+a")
            self.page.keyboard.type(text)

    def press(self, name: str) -> None:
        """Press Enter on a button."""
        self.go_to(name)
        self.page.keyboard.press("Enter")

    def saved(self, name: str, path: Path) -> Path:
        """Press a button that saves a file; keep the file at a path."""
        with self.page.expect_download() as download:
            self.press(name)
        download.value.save_as(path)
        return path


def test_from_an_empty_form_to_a_letter_by_keyboard_alone(
    chromium: Any, empty_server: AppServer, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(MAX_WAIT_SECONDS * 1000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{empty_server.origin}/decide?token={TOKEN}")
    page.wait_for_selector("body[data-alive]", state="attached")
    keys = Keyboard(page)
    keys.enter(Company="Google", Level="L5", Location="Seattle", Base_salary="80.000")
    page.get_by_text("could be 80 or 80000").first.wait_for()
    keys.enter(Base_salary="190000")
    keys.press("Add an offer")
    wait_until(lambda: page.evaluate(IN_FOCUS).startswith("Company"))
    page.keyboard.type("Amazon")
    keys.enter(Level="L6", Location="Seattle", Base_salary="$175k", Value_of_the_whole_grant="300,000")
    page.get_by_text("leads").first.wait_for()
    path = keys.saved("Download", tmp_path / "offers.yaml")
    (decided,) = answered("decide", path)[1]["people"]
    evaluated = {one["id"]: one for one in answered("evaluate", path)[1]["offers"]}
    assert set(evaluated) == {"amazon-l6", "google-l5"}
    keys.press("Close your offers")
    page.get_by_text(decided["sentence"]).first.wait_for()

    keys.press("Evaluate")
    page.wait_for_url("**/evaluate")
    page.locator(".ck-figure", has_text=f"${evaluated['amazon-l6']['total']:,.0f}").first.wait_for()
    keys.enter(What_if_base_were="200k")
    page.keyboard.press("Tab")
    page.locator(".ck-figure", has_text=f"${evaluated['amazon-l6']['total'] + 4 * 25_000:,.0f}").first.wait_for()
    keys.press("Compare")
    page.get_by_text("What does it come to before tax?").wait_for()
    keys.press("Negotiate")
    page.get_by_text("Your call sheet").wait_for()
    draft = keys.saved("Download as email draft", tmp_path / "letter.eml")
    capsysbinary.readouterr()
    run(["letter", str(path), "--offer", "amazon-l6", "--kind", "counter", "--format", "eml"])
    assert draft.read_bytes() == capsysbinary.readouterr().out
    assert problems == []
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing_on_any_page_or_in_the_form(
    chromium: Any, server: AppServer, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(MAX_WAIT_SECONDS * 1000)
    page = context.new_page()
    page.goto(f"{server.origin}/decide?token={TOKEN}")
    page.wait_for_selector("body[data-alive]", state="attached")
    page.get_by_role("button", name="Edit your offers").click()
    page.get_by_role("button", name="Add an offer").wait_for()
    found = {"form": violations(page)}
    page.get_by_role("button", name="Close your offers").click()
    for name in PAGES:
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_url(f"**/{name.lower()}")
        page.locator(".ck-site .ck-title, .ck-site h1").first.wait_for()
        found[name] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    assert {name: some for name, some in found.items() if some} == {}
    context.close()


def violations(page: Any) -> list[str]:
    """Tell each rule that is broken, with the first element that breaks it."""
    found = json.loads(json.dumps(Axe().run(page, options=RULES).response["violations"]))
    return [f"{one['id']} ({one['impact']}): {one['nodes'][0]['html'][:120]}" for one in found]
