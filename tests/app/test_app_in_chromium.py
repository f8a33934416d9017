"""What only a browser can do, in Chromium: draft, pages, date, clipboard, files, announcements, a session that ends."""

from __future__ import annotations

import datetime as dt
import os
import signal
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from app_fixtures import chromium, server, trial_server  # noqa: F401
from app_server import TOKEN, AppServer
from waiting import MAX_WAIT_SECONDS, wait_until

from compkit.app.assets import extension_folders

pytestmark = pytest.mark.long


@pytest.fixture
def context(chromium: Any) -> Iterator[Any]:
    """Return a window of its own, in a place where the date differs from the server's half of the day."""
    found = chromium.new_context(timezone_id="Pacific/Kiritimati", permissions=["clipboard-read", "clipboard-write"])
    found.set_default_timeout(MAX_WAIT_SECONDS * 1000)
    yield found
    found.close()


@pytest.fixture
def page(context: Any, trial_server: AppServer) -> Any:
    """Return the trial page, alive."""
    found = context.new_page()
    found.problems = []
    found.on("pageerror", lambda error: found.problems.append(str(error)))
    found.on("console", lambda line: found.problems.append(line.text) if line.type == "error" else None)
    found.goto(f"{trial_server.origin}/evaluate?token={TOKEN}")
    found.get_by_text("page evaluate").wait_for()
    return found


def test_a_page_is_alive_without_an_address_outside(context: Any, trial_server: AppServer) -> None:
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{trial_server.origin}/place?token={TOKEN}")
    page.get_by_text("page place").wait_for()
    assert [
        url for url in asked if not url.startswith((trial_server.origin, "data:", f"blob:{trial_server.origin}"))
    ] == []
    assert page.url == f"{trial_server.origin}/place"
    assert page.locator("#loading").count() == 0
    assert page.evaluate("document.querySelectorAll('main').length") == 1


def test_a_widget_that_is_loaded_late_shows_what_the_kernel_has_made_of_the_visitors_address_and_date(
    context: Any, trial_server: AppServer
) -> None:
    statics = extension_folders()["@jupyter-widgets/jupyterlab-manager"] / "static"
    late = {path.name for path in statics.glob("*.js") if "LabelView" in path.read_text(encoding="utf-8")}
    assert late
    page = context.new_page()
    held: list[Any] = []
    page.route(lambda url: urlsplit(url).path.rsplit("/", 1)[-1] in late, lambda route: held.append(route))
    page.goto(f"{trial_server.origin}/weeks?token={TOKEN}")
    wait_until(lambda: page.wait_for_timeout(2000) or held)
    for route in held:
        route.continue_()
    there = dt.datetime.now(dt.timezone(dt.timedelta(hours=14))).date()
    page.get_by_text(f"page weeks, date {there}").wait_for()


def test_the_date_is_the_visitors(page: Any) -> None:
    there = dt.datetime.now(dt.timezone(dt.timedelta(hours=14))).date()
    page.get_by_text(f"date {there}").wait_for()
    assert page.problems == []


def test_the_address_follows_the_page_and_back_works(page: Any) -> None:
    page.get_by_role("button", name="Weeks").click()
    page.wait_for_url("**/weeks")
    page.get_by_text("page weeks").wait_for()
    page.go_back()
    page.get_by_text("page evaluate").wait_for()
    assert page.url.endswith("/evaluate")
    assert page.title() == "Trial"


def test_a_text_is_copied_a_file_saved_and_both_announced(page: Any) -> None:
    page.get_by_role("button", name="Copy").click()
    page.locator("[aria-live=polite]", has_text="Letter copied.").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == "Hi Sam,\n$175,000"
    page.get_by_role("button", name="Announce").click()
    page.locator("[aria-live=polite]", has_text="Total changed.").wait_for(state="attached")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save").click()
    assert saved.value.suggested_filename == "offers.csv"
    assert saved.value.path().read_bytes() == b"a,b\n1,2\n"
    assert page.problems == []


def test_a_file_is_opened_and_a_large_one_refused_before_it_is_sent(page: Any) -> None:
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    chooser = page.get_by_label("Open a file")
    chooser.set_input_files({"name": "mine.yaml", "mimeType": "text/yaml", "buffer": b"x" * 1_000_000})
    page.get_by_text("mine.yaml: 1000000 bytes").wait_for()
    chooser.set_input_files({"name": "large.xlsx", "mimeType": "text/yaml", "buffer": b"x" * 1_200_001})
    page.get_by_role("alert").filter(has_text="large.xlsx is 1.2 MB. Choose a file under 1 MB.").wait_for()
    assert max(sent, default=0) < 1_100_000


def test_what_was_typed_is_there_after_a_reload_and_only_in_its_tab(page: Any, context: Any) -> None:
    page.get_by_label("Note").fill("my offer")
    page.get_by_text("draft 'my offer'").wait_for()
    page.reload()
    page.get_by_text("restored 'my offer'").wait_for()
    assert page.get_by_label("Note").input_value() == "my offer"
    other = context.new_page()
    other.goto(page.url)
    other.get_by_text("restored ''").wait_for()


def kernel_pids(server: AppServer) -> set[int]:
    """Find the processes that the fork server has forked: the leaves, each in a session of its own."""
    children = psutil.Process(server.process.pid).children(recursive=True)
    return {child.pid for child in children if not child.children() and "compkit.engine" in " ".join(child.cmdline())}


def test_a_killed_session_says_so_and_another_starts_with_what_was_typed(page: Any, trial_server: AppServer) -> None:
    page.get_by_label("Note").fill("$175,000")
    page.get_by_text("draft '$175,000'").wait_for()
    for pid in kernel_pids(trial_server):
        os.kill(pid, signal.SIGKILL)
    page.get_by_text("Your session has ended").wait_for()
    page.get_by_text("restored '$175,000'").wait_for()
    assert page.get_by_label("Note").input_value() == "$175,000"


def test_a_link_to_a_mail_program_does_not_end_the_session(page: Any) -> None:
    page.evaluate("dispatchEvent(new Event('beforeunload'))")
    page.get_by_label("Note").fill("after")
    page.get_by_text("draft 'after'").wait_for()


def test_a_left_page_gives_its_place_back(context: Any, trial_server: AppServer) -> None:
    """Four places: the fifth visitor is told so, and gets the place of one who leaves."""
    pages = [context.new_page() for _ in range(5)]
    statuses = [page.goto(f"{trial_server.origin}/decide?token={TOKEN}").status for page in pages]
    assert statuses == [200, 200, 200, 200, 503]
    pages[4].get_by_text("All places are taken").wait_for()
    pages[0].close(run_before_unload=False)
    wait_until(lambda: pages[4].reload().status == 200)
    pages[4].get_by_text("page decide").wait_for()
