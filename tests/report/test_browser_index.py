"""The index of 10,000 offers in a browser: it searches, chooses, sorts and turns pages, and runs nobody's markup."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from chromium import ALL_BUT_CONTRAST, CHROMIUM, CONTRAST_ALONE, asked, browsed, found_by_axe, needs_chromium
from playwright.sync_api import sync_playwright

from compkit.batch.folder.index import index_html
from compkit.batch.folder.results import BatchRun, OfferLine, ReportResult

pytestmark = needs_chromium

N_OFFERS = 10_000
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"
COMPANIES = ("Amazon", "Zürich 9", "Zürich 10", HOSTILE, "Meta", "Netflix", "שלום")
SHOWN = """\
const one = (selector) => document.querySelector(selector);
const ids = () => [...document.querySelectorAll("tbody small")].map((small) => small.textContent);
const count = () => one("#count").textContent;
const column = (heading) => [...document.querySelectorAll("thead th")].find((head) => head.textContent.trim() === heading);
const cells = (heading) => [...document.querySelectorAll("tbody tr")].map((row) => row.cells[column(heading).cellIndex].textContent);
const type = (text) => { one("#search").value = text; one("#search").dispatchEvent(new Event("input")); return count(); };
const choose = (label, text) => {
  const select = [...document.querySelectorAll("label")].find((one) => one.firstChild.textContent.trim() === label).children[0];
  select.value = [...select.options].find((option) => option.textContent === text).value;
  for (const event of ["input", "change"]) select.dispatchEvent(new Event(event));
  return count();
};
const click = (heading) => { column(heading).firstElementChild.click(); return column(heading).getAttribute("aria-sort"); };
const turn = (where, to) => { document.querySelectorAll(`[data-go=${to}]`)[where].click(); return count(); };
"""  # noqa: E501


def offer(number: int) -> OfferLine:
    """Return an offer: averages are 0 to 9,999 in a mixed order, 10 reports failed, 25 offers a candidate."""
    name = f"o{number:04d}"
    error = "cell 4: ValueError: no price <level>" if number % 1_000 == 999 else None
    ok = ReportResult(name, "offer_evaluation", "ok", 1.0, f"{name}/offer_evaluation.html", None)
    other = ReportResult(name, "ai_ml_premiums", "failed" if error else "ok", 1.0, f"{name}/ai_ml_premiums.html", error)
    values = {
        "candidate": f"p{number % 400:03d}",
        "company": COMPANIES[number % 7],
        "average": float(number * 7_919 % N_OFFERS),
        "n_warnings": number % 4,
        "risk_verdict": (None, "low", "high")[number % 3],
        "deadline": "2026-12-20" if number % 2 else None,
    }
    return OfferLine(name, values, (ok, other))


@pytest.fixture(scope="module")
def page() -> str:
    lines = tuple(offer(number) for number in range(N_OFFERS))
    results = tuple(result for line in lines for result in line.reports)
    titles = {"offer_evaluation": "What is it “worth”?"}
    return index_html(BatchRun(Path(), dt.date(2026, 11, 28), {}, ("offer_evaluation",), (), results, lines, titles))


def answers(page: str, question: str, folder: Path, width: int = 1280) -> Any:
    return asked(page, f"{SHOWN} const told = {{}}; {question}", folder, width)


def test_it_opens_with_what_needs_a_look(page: str, tmp_path: Path) -> None:
    """The ten failures, all of them with three warnings, then the other offers with three, in the file's order."""
    question = "told.ids = ids(); told.count = count(); told.hidden = one('#bar').hidden;"
    told = answers(page, question, tmp_path)
    failed, warned = [f"o{n:04d}" for n in range(999, N_OFFERS, 1_000)], [f"o{n:04d}" for n in range(3, 363, 4)]
    assert told["ids"] == failed + warned
    assert (told["count"], told["hidden"]) == ("10,000 offers, 1 to 100 here.", False)


@pytest.mark.long
def test_the_script_builds_the_rows_that_stand_in_the_page(page: str, tmp_path: Path) -> None:
    static = page.partition("<tbody>")[2].partition("</tbody>")[0]
    text = json.dumps(f"<table><tbody>{static}</tbody></table>").replace("<", "\\u003c")
    question = f"""
    const bare = (rows) => [...rows].map((row) => row.outerHTML.replace(/>\\s+/g, ">").replace(/\\s+</g, "<"));
    const before = bare(new DOMParser().parseFromString({text}, "text/html").querySelectorAll("tr"));
    const stood = one("tbody tr");
    type("");
    told.anew = stood !== one("tbody tr");
    const after = bare(document.querySelectorAll("tbody tr"));
    told.n = [before.length, after.length];
    told.different = before.map((row, at) => [row, after[at]]).filter(([one, other]) => one !== other).slice(0, 1);
    """
    told = answers(page, question, tmp_path)
    assert told["different"] == []
    assert told["anew"]
    assert told["n"] == [100, 100]


@pytest.mark.long
def test_it_searches_and_chooses(page: str, tmp_path: Path) -> None:
    """400 candidates of 25 offers; Zürich twice in seven, found without its dots; every word counts."""
    question = """
    told.candidate = choose("Candidate", "p007"); told.rows = ids();
    told.both = choose("Risk", "high");
    one("#clear").click(); told.cleared = count();
    told.unknown = choose("Risk", "not known"); one("#clear").click();
    told.failed = choose("Reports", "failed"); one("#clear").click();
    told.accents = type("ZURICH"); told.words = type(" p001  Zürich"); told.ids = ids();
    told.error = type("no price"); told.id = type("o0123"); told.amount = type("$9,999");
    told.none = type("no such offer"); told.left = ids().length;
    """
    told = answers(page, question, tmp_path)
    n_both = sum(n % 400 == 7 and n % 3 == 2 for n in range(N_OFFERS))
    assert told["candidate"] == "25 of 10,000 offers."
    assert sorted(told["rows"]) == [f"o{n:04d}" for n in range(7, N_OFFERS, 400)]
    assert told["both"] == f"{n_both} of 10,000 offers."
    assert told["cleared"] == "10,000 offers, 1 to 100 here."
    assert told["unknown"] == "3,334 of 10,000 offers, 1 to 100 here."
    assert told["failed"] == told["error"] == "10 of 10,000 offers."
    n_zurich = sum(n % 7 in (1, 2) for n in range(N_OFFERS))
    assert told["accents"] == f"{n_zurich:,} of 10,000 offers, 1 to 100 here."
    assert sorted(told["ids"]) == [f"o{n:04d}" for n in range(1, N_OFFERS, 400) if n % 7 in (1, 2)]
    assert told["id"] == told["amount"] == "1 of 10,000 offers."
    assert (told["none"], told["left"]) == ("No offer matches. Clear the search and filters to see all.", 0)


@pytest.mark.long
def test_it_sorts_all_offers_by_any_column(page: str, tmp_path: Path) -> None:
    """Averages are 0 to 9,999, each once; Zürich 9 comes before Zürich 10; unknown days come last both ways."""
    question = """
    const first = ids();
    told.up = [click("Average a year"), cells("Average a year")];
    told.down = [click("Average a year"), cells("Average a year").slice(0, 3)];
    told.back = [click("Average a year"), ids().join() === first.join()];
    told.day = [click("Answer by"), cells("Answer by")[0], click("Answer by"), cells("Answer by")[0]];
    turn(0, "last"); told.lastDay = cells("Answer by")[99];
    type("zurich"); click("Offer"); told.names = cells("Offer")[0];
    turn(1, "last"); told.lastName = cells("Offer").at(-1);
    told.marked = document.querySelectorAll("[aria-sort]").length;
    """
    told = answers(page, question, tmp_path)
    assert told["up"] == ["ascending", [f"${n}" for n in range(100)]]
    assert told["down"] == ["descending", ["$9,999", "$9,998", "$9,997"]]
    assert told["back"] == [None, True]
    assert told["day"] == ["ascending", "Dec\xa020,\xa02026", "descending", "Dec\xa020,\xa02026"]
    assert told["lastDay"] == "–"
    assert (told["names"][:8], told["lastName"][:9]) == ("Zürich 9", "Zürich 10")
    assert told["marked"] == 1


@pytest.mark.long
def test_it_turns_pages_with_the_keyboards_place_kept(page: str, tmp_path: Path) -> None:
    question = """
    told.next = turn(0, "next"); told.last = turn(0, "last"); told.beyond = turn(0, "next");
    told.off = [...document.querySelectorAll(".pager")[0].querySelectorAll("button")].map((one) => one.ariaDisabled);
    told.disabled = document.querySelectorAll("button:disabled").length;
    told.previous = turn(1, "previous"); told.focus = document.activeElement.className;
    told.page = one(".at").textContent;
    told.more = choose("Rows a page", "2,000"); told.rows = ids().length;
    told.fewer = choose("Candidate", "p007");
    """
    told = answers(page, question, tmp_path)
    assert told["next"] == "10,000 offers, 101 to 200 here."
    assert told["last"] == told["beyond"] == "10,000 offers, 9,901 to 10,000 here."
    assert told["off"] == ["false", "false", "true", "true"]
    assert told["disabled"] == 0
    assert (told["previous"], told["focus"], told["page"]) == (
        "10,000 offers, 9,801 to 9,900 here.", "box tall", "Page 99 of 100",
    )  # fmt: skip
    assert (told["more"], told["rows"]) == ("10,000 offers, 1 to 2,000 here.", 2_000)
    assert told["fewer"] == "25 of 10,000 offers."


@pytest.mark.long
def test_nobodys_markup_runs(page: str, tmp_path: Path) -> None:
    """Every row is shown once; the hostile name is text in each."""
    question = """
    choose("Rows a page", "2,000"); told.names = 0;
    for (let at = 0; at < 5; at += 1) {
      told.names += cells("Offer").filter((name) => name.startsWith("<img src=x")).length;
      turn(0, "next");
    }
    told.images = document.images.length; told.title = document.title;
    const links = [...document.querySelectorAll("tbody a")].map((link) => link.getAttribute("href"));
    told.links = links.every((link) => /^o\\d{4}\\/\\w+\\.html$/.test(link));
    """
    told = answers(page, question, tmp_path)
    assert told["names"] == len(range(3, N_OFFERS, 7))
    assert (told["images"], told["title"], told["links"]) == (0, "Reports on 10,000 offers", True)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.long
def test_no_width_is_too_small(width: int, page: str, tmp_path: Path) -> None:
    """On a telephone, where no headings show, a list sorts, in a fold; the page never scrolls sideways."""
    question = """
    told.needed = document.documentElement.scrollWidth;
    told.folded = !one("#bar details").open; one("#bar details").open = true;
    told.list = one("#sort").checkVisibility();
    told.head = column("Offer").checkVisibility();
    choose("Sort by", "Average a year"); told.up = cells("Average a year")[0];
    one("#turn").click(); told.down = cells("Average a year")[0];
    """
    told = answers(page, question, tmp_path, width)
    is_small = width == 390
    assert told["folded"] is is_small
    assert (told["needed"], told["list"], told["head"]) == (width, is_small, not is_small)
    assert (told["up"], told["down"]) == ("$0", "$9,999")


@pytest.mark.long
def test_it_says_nothing_to_the_console(page: str, tmp_path: Path) -> None:
    _, console = browsed(page, tmp_path, 1280)
    assert console == []


@pytest.mark.long
def test_axe_finds_nothing(page: str, tmp_path: Path) -> None:
    """WCAG 2.2 AA of the controls, the pages of rows and the table, by day and by night."""
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for width in (1280, 390):
            opened = browser.new_page(viewport={"width": width, "height": 800})
            opened.goto((tmp_path / "index.html").as_uri())
            opened.evaluate("document.querySelector('#bar details').open = true")
            assert found_by_axe(opened, ALL_BUT_CONTRAST) == []
            for scheme in ("light", "dark"):
                opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                assert found_by_axe(opened, CONTRAST_ALONE) == []
