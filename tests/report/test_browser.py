"""The pages as a browser lays them out: nothing wider than the screen, sorting by a click, no complaint."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from chromium import asked, browsed, needs_chromium

from compkit.cli import run

LONG = "Donaudampfschifffahrtsgesellschaft" * 8
OFFERS = f"""\
candidate: {{current: {{base_salary: 180000, annual_equity: 60000, unvested_equity: 150000}}}}
offers:
- {{id: worked, company: Amazon, company_type: FAANG, level: L6, location: Seattle, base_salary: 175000,
   sign_on: [80000, 60000], deadline: 2026-12-18, contact: {{team: {LONG}, title: {LONG}}},
   posted_base: {{low: 170000, high: 190000, url: "https://jobs.example/{LONG}"}},
   market: [{{measure: total_y1, p25: 200000, p75: 300000, source: {LONG}}}],
   equity: [{{value: 300000, grant_price: 200, vesting: amazon}}]}}
- {{id: smaller, company: {LONG}, level: {LONG}, guide_level: L6, location: San Francisco, base_salary: 90000,
   role: {{ai_ml: true}}, signals: {{hours_to_decide: 12, team_attrition_rate: 0.5}}}}
- {{id: larger, company: "<b>שלום</b>", level: L7, location: New York, base_salary: 1234567}}
"""
# Asks the page, once it is laid out, for its widths and for whatever sticks out of it.
MEASURE = """\
const root = document.documentElement;
const boxed = (element) => element.closest(".ck-table, .box");
const out = [...document.body.querySelectorAll("*")]
  .filter((element) => !boxed(element) && element.getBoundingClientRect().right > root.clientWidth + 1)
  .map((element) => element.tagName + "." + element.className);
const told = {width: root.clientWidth, needed: root.scrollWidth, out,
  pictures: [...document.querySelectorAll(".ck-chart")].map((chart) =>
    [...chart.children].filter((svg) => getComputedStyle(svg).display != "none").length)};
"""
SORT = """\
const names = () => [...document.querySelectorAll("tbody tr")].map((row) => row.querySelector("small").textContent);
const heads = [...document.querySelectorAll("thead th")];
const click = (text) => {
  const head = heads.find((one) => one.textContent.includes(text));
  head.querySelector("button").click();
  return [head.getAttribute("aria-sort"), names()];
};
const told = {first: names(), up: click("Average a year"), down: click("Average a year"), offer: click("Offer"),
  day: click("Answer by"), back: click("Answer by") && click("Answer by"),
  marked: heads.filter((head) => head.hasAttribute("aria-sort")).length};
"""

pytestmark = [needs_chromium, pytest.mark.usefixtures("one_fork_server")]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of three offers with very long and very odd names."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "offers.yaml").write_text(OFFERS, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        given = ["--report-date", "2026-11-22", "--notebook", "offer_evaluation", "--notebook", "guide_audit"]
        code = run(["report", str(folder / "offers.yaml"), "-o", str(folder / "out"), *given])
    assert code == 0, said.getvalue()
    return folder / "out"


PAGES = ("worked/offer_evaluation.html", "smaller/offer_evaluation.html", "guide_audit.html", "index.html")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.long
def test_nothing_is_wider_than_the_screen(page: str, width: int, reports: Path, tmp_path: Path) -> None:
    """Tables scroll in their own box; the page itself never scrolls sideways."""
    told = asked((reports / page).read_text(encoding="utf-8"), MEASURE, tmp_path, width)
    assert told["width"] == width
    assert (told["needed"], told["out"]) == (width, [])
    assert set(told["pictures"]) <= {1}  # the wide one or the narrow one
    assert bool(told["pictures"]) is (page != "index.html")


@pytest.mark.long
def test_the_measure_sees_what_is_too_wide(reports: Path, tmp_path: Path) -> None:
    page = (reports / "guide_audit.html").read_text(encoding="utf-8")
    told = asked(page.replace("</main>", '<p style="width:600px">wide</p></main>'), MEASURE, tmp_path, 390)
    assert told["needed"] > 600
    assert told["out"] == ["P."]


@pytest.mark.long
def test_a_click_on_a_heading_sorts(reports: Path, tmp_path: Path) -> None:
    """90,000 a year, then 285,000, then 1,234,567: as numbers, not as text; what is unknown comes last.

    At first the offer with two deal breakers leads, then the one with one, which leaves stock behind for no sign-on.
    """
    told = asked((reports / "index.html").read_text(encoding="utf-8"), SORT, tmp_path)
    assert told["first"] == ["smaller", "larger", "worked"]
    assert told["up"] == ["ascending", ["smaller", "worked", "larger"]]
    assert told["down"] == ["descending", ["larger", "worked", "smaller"]]
    assert told["offer"][0] == "ascending"
    assert told["day"] == ["ascending", ["worked", "smaller", "larger"]]
    assert told["back"] == [None, told["first"]]
    assert told["marked"] == 0


@pytest.mark.parametrize("page", ["index.html", "worked/offer_evaluation.html"])
@pytest.mark.long
def test_a_page_as_it_is_says_nothing_to_the_console(page: str, reports: Path, tmp_path: Path) -> None:
    """Its policy blocks nothing that it needs: no error, no warning."""
    document, console = browsed((reports / page).read_text(encoding="utf-8"), tmp_path, 1280)
    assert "</html>" in document
    assert console == []


def test_the_console_is_heard(tmp_path: Path) -> None:
    _, console = browsed("<!DOCTYPE html><title>x</title><script>nothing()</script>", tmp_path, 1280)
    assert len(console) == 1
