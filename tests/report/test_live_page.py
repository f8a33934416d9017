"""The live page in Chromium: two seats negotiate, and the server and its database crash while they type."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from chromium import CHROMIUM, needs_chromium
from live_class import Server, needs_otree, needs_postgres, otree, postgres
from live_projects import HOSTILE, planted_values, write_project
from waiting import MAX_WAIT_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.long, needs_otree, needs_postgres, needs_chromium]
ENTRIES = "count => document.querySelectorAll('#log > div').length === count"


@pytest.fixture
def seats() -> Iterator[list[Page]]:
    """Return two pages in browsers of their own, a wide and a narrow one; a page's error fails the test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="install Playwright: pip install playwright")
    faults: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
        pages = []
        for width in (1280, 390):
            page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
            page.set_default_timeout(1_000 * MAX_WAIT_SECONDS)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("dialog", lambda dialog: dialog.accept())
            pages.append(page)
        yield pages
        browser.close()
    assert faults == []


def begin(page: Page, link: str) -> None:
    page.goto(link)
    page.check("#id_consent")
    page.click("text=Next")
    page.click("text=I'm ready")


def make_offer(page: Page, *options: str) -> None:
    for at, option in enumerate(options):
        page.select_option(f"#issue-{at}", option)
    page.click("#offer")


def test_what_is_typed_during_a_crash_is_kept_once(seats: list[Page], tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", 5)
    candidate, recruiter = seats
    with postgres() as cluster:
        otree(project, "resetdb", "--noinput", database=cluster.url)
        server = Server(project, cluster.url)
        try:
            server.create_session(5)
            links = server.links()
            begin(candidate, links["seat_005"])
            begin(recruiter, links["seat_001"])
            candidate.fill("#message", HOSTILE)
            candidate.press("#message", "Enter")
            recruiter.wait_for_function(ENTRIES, arg=1)
            server.kill()
            cluster.stop()
            candidate.wait_for_selector("text=No connection.")
            candidate.fill("#message", "Are you there?")
            candidate.click("#send")
            make_offer(recruiter, "1", "1")
            cluster.start()
            server = Server(project, cluster.url, port=server.port)
            for page in seats:
                page.wait_for_function(ENTRIES, arg=3)
                page.wait_for_selector("#notice", state="hidden")
                assert page.locator("#log > div").all_inner_texts()[0].endswith(HOSTILE)
                assert page.locator("#log img").count() == 0
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert candidate.input_value("#message") == ""
            # 97,310,020 + 97,310,060 for the candidate.
            assert "194620080 points for you" in candidate.inner_text("#latest")
            candidate.click("#accept")
            for side, page in enumerate(seats):
                page.wait_for_selector("text=You agreed: Base salary: $180,000;")
                page.click("text=Next")
                page.wait_for_selector("text=Is this what you agreed?")
                assert {value for value in planted_values(1 - side) if value in page.content()} == set()
        finally:
            server.kill()
