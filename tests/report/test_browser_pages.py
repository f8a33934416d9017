"""Every page of a run as a browser lays it out: few screens, nothing too wide, links and folds that work."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from chromium import ALL_BUT_CONTRAST, CHROMIUM, CONTRAST_ALONE, found_by_axe, needs_chromium
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
    "market_intelligence": 3.0,
}
"""Height of each page unopened, in screens of 1280 x 800."""
TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => !one.closest(".ck-table, .box") && one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.tagName + "." + one.className)"""
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input")]
  .filter((one) => one.checkVisibility() && !(one.tagName === "A" && one.closest("p, td, th, dd")))
  .map((one) => [one.textContent.trim() || one.id, one.getBoundingClientRect().height])
  .filter(([, height]) => height < 24)"""
CHART_TEXT = """() => {
  const channel = (value) => { const c = value / 255; return c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const fill = (one) => getComputedStyle(one).fill;
  const contrast = (...fills) => { const [a, b] = fills.map((one) => light(one.match(/[\\d.]+/g).map(Number)));
    return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); };
  const behind = (text, point) => fill([...text.ownerSVGElement.querySelectorAll("rect, path, circle")].filter((one) =>
    fill(one) !== "none" && one.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING
    && one.isPointInFill(point)).at(-1));
  const along = (text) => { const {x, y, width, height} = text.getBBox();
    return [.05, .5, .95].map((share) => new DOMPoint(x + share * width, y + height / 2)); };
  return [...document.querySelectorAll(".ck-chart text")].filter((one) => one.checkVisibility())
    .map((one) => [one.textContent, Math.min(...along(one).map((point) => contrast(fill(one), behind(one, point))))]);
}"""
"""Each text of a chart, and its least contrast with the shapes drawn below it; axe leaves such text undecided."""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of the sample's offers, among them four people's, and of made-up pay."""
    out = tmp_path_factory.mktemp("pages") / "out"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        code = run(["report", str(SAMPLE), "-o", str(out), "--report-date", "2026-11-22", "-p", "store", "sample"])
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


def longest_of_each_kind(reports: Path) -> list[Path]:
    """Return the page of each kind that has most to judge: the index, a person's, and one of each report."""
    kinds = defaultdict(list)
    for path in pages_of(reports):
        kinds[path.stem, path.parent == reports].append(path)
    return [max(paths, key=lambda path: path.stat().st_size) for paths in kinds.values()]


@pytest.mark.parametrize("size", [SCREEN, PHONE], ids=["screen", "phone"])
def test_axe_finds_nothing(size: dict[str, int], reports: Path, browser: Browser) -> None:
    """WCAG 2.2 AA, folded and unfolded, by day and by night; the contrast of charts by our own measure."""
    pages = longest_of_each_kind(reports)
    assert len(pages) == len(MOST_SCREENS) + 2
    for path in pages:
        with opened(browser, path, size) as page:
            assert found_by_axe(page, ALL_BUT_CONTRAST) == [], path
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert found_by_axe(page, ALL_BUT_CONTRAST) == [], path
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                assert found_by_axe(page, CONTRAST_ALONE) == [], (path, scheme)
                assert [told for told in page.evaluate(CHART_TEXT) if told[1] < 4.5] == [], (path, scheme)
                shade = page.evaluate("getComputedStyle(document.body).backgroundColor")
                assert (shade == "rgb(255, 255, 255)") is (scheme == "light"), path


def test_axe_finds_what_is_wrong(reports: Path, browser: Browser) -> None:
    """A picture without a text, a button too small beside another, and faint text on the page and in a chart."""
    wrong = """() => { document.querySelector("main").insertAdjacentHTML("afterbegin", `<img src="data:,">
      <p><button style="width:9px;height:9px;padding:0" aria-label="a"></button><button aria-label="b"></button></p>
      <p style="color:#bbb">faint</p>`);
      document.querySelector(".ck-chart text").setAttribute("fill", "#bbbbbb"); }"""
    with opened(browser, reports / "guide_audit.html", SCREEN, color_scheme="light") as page:
        page.evaluate(wrong)
        assert {rule for rule, *_ in found_by_axe(page, ALL_BUT_CONTRAST)} == {"image-alt", "target-size"}
        assert [rule for rule, *_ in found_by_axe(page, CONTRAST_ALONE)] == ["color-contrast"]
        assert [told[1] < 4.5 for told in page.evaluate(CHART_TEXT)][:2] == [True, False]


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
