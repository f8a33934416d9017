"""Hostile offers and files in the app, in Chromium: shown as text or refused in one line, and the session goes on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from app_fixtures import SAMPLE, chromium, server  # noqa: F401
from app_server import TOKEN, AppServer
from waiting import MAX_WAIT_SECONDS

from compkit.notebook import PAGES
from compkit.offers import OffersDraft, Place

pytestmark = pytest.mark.long

SCRIPT = '<img src=x onerror="hit()">'
NAMES = tuple(name.capitalize() for name in PAGES)
HARM = "() => document.querySelectorAll('img, iframe, [onerror], .ck-site script').length"
OPEN_FORM = """() => { const closed = [...document.querySelectorAll("button.ck-disclosure:not(.ck-open)")];
  window.opened = closed.filter(button => button.checkVisibility()); opened.forEach(button => button.click());
  return opened.length; }"""
IS_OPENED = "() => opened.every(button => button.parentElement.querySelector('.ck-inside .jupyter-widgets'))"
TYPE_EVERYWHERE = """text => {
  const fields = [...document.querySelectorAll(".ck-form :is(input[type=text], textarea)")];
  for (const field of fields) { field.value = text; field.dispatchEvent(new Event("input", {bubbles: true})); }
  return fields.length; }"""
OPEN_ALL = "() => document.querySelectorAll('details.fold:not([open]) > summary').forEach(fold => fold.click())"
ARE_FILLED = """() => [...document.querySelectorAll('details.fold')]
  .every(fold => fold.parentElement.hidden || fold.querySelector('.inside').textContent)"""


@pytest.fixture
def page(chromium: Any, server: AppServer) -> Iterator[Any]:
    """Return the app with its form open; no script may run that is not the app's."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(MAX_WAIT_SECONDS * 1000)
    found = context.new_page()
    problems: list[str] = []
    found.on("pageerror", lambda error: problems.append(str(error)))
    found.goto(f"{server.origin}/decide?token={TOKEN}")
    found.wait_for_selector("body[data-alive]", state="attached")
    found.get_by_role("button", name="Edit your offers").click()
    found.get_by_role("button", name="Add an offer").wait_for()
    yield found
    assert problems == []
    context.close()


def upload(page: Any, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.get_by_label("Load a file from your computer").set_input_files(path)


def harmed(page: Any) -> dict[str, int]:
    """Elements that came out of a text, by page, with every section open."""
    found = {}
    for name in NAMES:
        page.get_by_role("button", name=name, exact=True).click()
        page.locator(f".ck-menu button[aria-current=page]:text-is('{name}')").wait_for()
        page.evaluate(OPEN_ALL)
        page.wait_for_function(ARE_FILLED)
        found[name] = page.evaluate(HARM)
    return found


def texts(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of each text in a file."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from [(*place, key)] if isinstance(inner, str) else texts(inner, (*place, key))


def test_script_in_every_text_of_a_file_is_shown_as_text(page: Any, tmp_path: Path) -> None:
    draft = OffersDraft.load("sample.yaml", SAMPLE.read_bytes())
    n_scripts = 0
    for place in texts(yaml.safe_load(draft.text)):
        before = draft.value(place)
        draft.set_value(place, SCRIPT)
        if any(one.is_fault for one in draft.messages):
            draft.set_value(place, before)
        else:
            n_scripts += 1
    assert n_scripts > 40
    upload(page, tmp_path / "mine.yaml", draft.text.encode())
    page.get_by_text("Loaded mine.yaml.").wait_for()
    assert harmed(page) == dict.fromkeys(NAMES, 0)
    page.get_by_role("button", name="Decide", exact=True).click()
    page.locator(".ck-table", has_text=SCRIPT).first.wait_for()


def test_script_in_every_field_of_the_form_is_shown_as_text(page: Any) -> None:
    while page.evaluate(OPEN_FORM):
        page.wait_for_function(IS_OPENED)
    assert page.evaluate(TYPE_EVERYWHERE, SCRIPT) > 60
    page.get_by_text(f"must be a number, got '{SCRIPT}'").first.wait_for()
    assert harmed(page) == dict.fromkeys(NAMES, 0)


def bomb() -> bytes:
    """Make a workbook of 1 MB that unpacks to 1 GB."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as sheet,
    ):
        for _ in range(1000):
            sheet.write(bytes(1 << 20))
    return packed.getvalue()


PATH_AS_ID = b"offers: [{id: ../../etc/passwd, company: A, level: L5, location: Seattle, base_salary: 1}]"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("id.yaml", lambda: PATH_AS_ID, "Fix: ID must be 1 to 64 lowercase letters, digits, or hyphens"),
        ("bomb.xlsx", bomb, "bomb.xlsx: unpacks to more than 100 MB. Split it."),
        ("huge.yaml", lambda: bytes(100_000_000), "huge.yaml is 100.0 MB. Choose a file under 10 MB."),
    ],
)
def test_a_file_that_may_do_harm_gets_one_line_and_the_session_goes_on(
    page: Any, tmp_path: Path, name: str, content: Any, told: str
) -> None:
    upload(page, tmp_path / name, content())
    page.locator(".ck-form").get_by_text(told).wait_for()
    page.get_by_role("button", name="New file").click()
    page.get_by_text("This is a new file.").wait_for()
    page.get_by_label("Company", exact=True).fill("Still here")
    page.get_by_text("Unsaved changes.").wait_for()
    assert page.get_by_text("Your session has ended").count() == 0
