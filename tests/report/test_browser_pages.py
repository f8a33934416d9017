"""Every page of a run as a browser lays it out: few screens, nothing too wide, links and folds that work."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from chromium import CHROMIUM, needs_chromium
from playwright.sync_api import Browser, Page, sync_playwright

from compkit.cli import run
from compkit.report import report_pdf

pytestmark = [needs_chromium, pytest.mark.usefixtures("one_fork_server"), pytest.mark.long]

SAMPLE = Path(__file__).parents[2] / "data" / "offers" / "sample.yaml"
SCREEN = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 800}
MOST_SCREENS = {
    "offer_evaluation": 3.5,
    "location_analysis": 3.5,
    "offer_comparison": 3.5,
    "negotiation_plan": 4.0,
    "ai_ml_premiums": 2.0,
    "hiring_process": 4.0,
    "onboarding_plan": 4.0,
    "guide_audit": 3.5,
}
"""Height of each page unopened, in screens of 1280 x 800."""
TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => !one.closest(".ck-table, .box") && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.tagName + "." + one.className)"""
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input")]
  .filter((one) => one.checkVisibility() && !(one.tagName === "A" && one.closest("p, td, th, dd")))
  .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect().height])
  .filter(([, height]) => height < 24)"""
CONTRAST = """() => {
  const channel = (value) => { const c = value / 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (one) => { for (; one; one = one.parentElement) {
    const [r, g, b, a = 1] = rgb(getComputedStyle(one).backgroundColor); if (a > 0) return [r, g, b]; }
    return [255, 255, 255]; };
  return [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility({opacityProperty: true})
      && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .map((one) => { const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))];
      return [one.textContent.trim().slice(0, 40), (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]; })
    .filter(([, ratio]) => ratio < 4.5);
}"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of the sample's offers, among them four people's."""
    out = tmp_path_factory.mktemp("pages") / "out"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = run(["report", str(SAMPLE), "-o", str(out), "--report-date", "2026-11-22"])
    assert code == 0, said.getvalue()
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])


@contextlib.contextmanager
def opened(browser: Browser, path: Path, size: dict[str, int], **options: Any) -> Iterator[Page]:
    page = browser.new_page(viewport=size, **options)  # type: ignore[arg-type]
    page.goto(path.as_uri())
    yield page
    page.close()


def pages_of(reports: Path) -> list[Path]:
    return sorted(reports.rglob("*.html"))


def test_each_page_has_few_screens(reports: Path, browser: Browser) -> None:
    """Unopened, at 1280 x 800; the call sheet stays whole."""
    found = {}
    for path in pages_of(reports):
        with opened(browser, path, SCREEN) as page:
            height = page.evaluate("document.documentElement.scrollHeight")
            assert page.evaluate("document.documentElement.scrollWidth") == SCREEN["width"], path
            found[path.relative_to(reports).as_posix()] = height / SCREEN["height"]
            if path.stem == "negotiation_plan":
                assert page.locator(".ck-sheet").is_visible()
    over = {name: n for name, n in found.items() if n > MOST_SCREENS.get(Path(name).stem, 4.0)}
    assert over == {}
    assert {Path(name).stem for name in found} == {*MOST_SCREENS, "index"}


def test_a_phone_shows_and_takes_everything(reports: Path, browser: Browser) -> None:
    """Nothing is wider, folded or opened; what one taps is 24 px tall, but for links within a sentence."""
    for path in pages_of(reports):
        with opened(browser, path, PHONE) as page:
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
            assert page.evaluate(TOO_WIDE) == [], path
            assert page.evaluate(TOO_SMALL) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_by_day_and_by_night(scheme: str, reports: Path, browser: Browser) -> None:
    """Contrast of 4.5 at least, with everything unfolded."""
    seen = set()
    for path in pages_of(reports):
        if path.name in seen and path.stem != "index":
            continue
        seen.add(path.name)
        with opened(browser, path, SCREEN, color_scheme=scheme) as page:
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate(CONTRAST) == [], path
            shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (shade == "rgb(255, 255, 255)") is (scheme == "light"), path


def test_every_link_leads_somewhere(reports: Path) -> None:
    """Contents, back, beside and next on every report; each page can be reached from the index."""
    reached, to_read = set(), [reports / "index.html"]
    while to_read:
        path = to_read.pop()
        if path in reached:
            continue
        reached.add(path)
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for link in page.select("a[href]"):
            address = unquote(str(link["href"]))
            if address.startswith("#"):
                assert page.find(id=address[1:]), (path, address)
                continue
            target = (path.parent / address).resolve()
            assert target.is_file(), (path, address)
            to_read += [target] if target.suffix == ".html" else []
        if path.stem != "index":
            assert page.select("nav details.contents a"), path
            assert len(page.select("nav a[rel=up]")) == 2, path
    assert reached == {path.resolve() for path in pages_of(reports)}


def test_a_click_on_the_contents_opens_the_fold(reports: Path, browser: Browser) -> None:
    with opened(browser, reports / "amazon-l6-seattle-before" / "offer_evaluation.html", SCREEN) as page:
        page.locator("details.contents > summary").click()
        page.get_by_role("link", name="What if you leave early?").click()
        fold = page.locator("details.fold", has_text="What if you leave early?").first
        assert fold.get_attribute("open") is not None
        assert page.get_by_text("Lost: not vested yet").first.is_visible()


def test_a_print_has_everything_open(reports: Path, browser: Browser) -> None:
    with opened(browser, reports / "amazon-l6-seattle-before" / "offer_evaluation.html", SCREEN) as page:
        hidden = page.evaluate("document.querySelector('.fold table').checkVisibility({contentVisibilityAuto: true})")
        page.emulate_media(media="print")
        box = page.locator(".fold table").first.bounding_box()
    assert hidden is False
    assert box is not None
    assert box["height"] > 0


@pytest.mark.skipif(
    shutil.which("pdfinfo") is None, reason="install poppler to count pages: apt-get install poppler-utils"
)
@pytest.mark.parametrize(("name", "most"), [("offer_evaluation", 4), ("negotiation_plan", 5)])
def test_a_pdf_has_few_pages(name: str, most: int, reports: Path) -> None:
    html = (reports / "meta-e6-san-francisco" / f"{name}.html").read_text(encoding="utf-8")
    n_pages = {}
    for with_details in (False, True):
        told = subprocess.run(
            ["pdfinfo", "-"], input=report_pdf(html, with_details=with_details), capture_output=True, check=True
        )
        n_pages[with_details] = int(re.findall(rb"Pages:\s+(\d+)", told.stdout)[0])
    assert n_pages[False] <= most
    assert n_pages[True] > n_pages[False]


def test_pages_hold_no_address_of_another_site(reports: Path) -> None:
    for path in pages_of(reports):
        assert not re.search(r'(?:href|src)="(?:https?:)?//', path.read_text(encoding="utf-8")), path
