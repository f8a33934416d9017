"""The pages as a browser lays them out: nothing wider than the screen, sorting by a click, no complaint."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from compkit.cli import run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--virtual-time-budget=2000", "--enable-logging=stderr", "--v=0",
)  # fmt: skip
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
  pictures: [...document.images].map((image) => image.complete && image.naturalWidth > 0)};
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
  day: click("Answer by"), marked: heads.filter((head) => head.hasAttribute("aria-sort")).length};
"""

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="install chromium to look at the pages: apt-get install chromium"
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of three offers with very long and very odd names."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "offers.yaml").write_text(OFFERS, encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
        given = ["--report-on", "2026-11-22", "--notebook", "offer_evaluation", "--notebook", "guide_audit"]
        code = run(["report", str(folder / "offers.yaml"), "-o", str(folder / "out"), *given])
    assert code == 0, said.getvalue()
    return folder / "out"


def browsed(page: str, folder: Path, width: int) -> tuple[str, list[str]]:
    """Return a page's document after its scripts have run, and what the console said."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    profile = folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    place = (folder / "page.html").as_uri()
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},900", "--dump-dom", place]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=90)
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def asked(page: str, question: str, folder: Path, width: int = 1280) -> Any:
    """Return what a script, put at the end of a page, finds there; its own policy lets the script pass by its hash.

    Headless Chromium opens no window under 500 px, so a narrower page is shown in a frame of that width.
    """
    script = f"""addEventListener("load", () => {{ {question}
      const place = parent.document.createElement("pre");
      place.id = "told";
      place.textContent = JSON.stringify(told);
      parent.document.body.append(place); }});"""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = re.search(r"default-src 'none'[^\"]*", page)
    assert policy, "the page has a policy"
    ours = f"script-src 'sha256-{digest}'"
    opened = policy[0].replace("script-src", ours) if "script-src" in policy[0] else f"{policy[0]}; {ours}"
    allowed = page.replace(policy[0], opened, 1)
    assert allowed.count("</body>") == 1
    probed = allowed.replace("</body>", f"<script>{script}</script></body>")
    if width < 500:
        probed = f'<!DOCTYPE html><body style="margin:0"><iframe srcdoc="{html.escape(probed)}" width="{width}" height="900" style="border:0"></iframe>'  # noqa: E501
    document, console = browsed(probed, folder, max(width, 500))
    found = re.search(r'<pre id="told">(.*?)</pre>', document, re.DOTALL)
    assert found, (console, document[-500:])
    assert console == []
    return json.loads(html.unescape(found[1]))


PAGES = ("worked/offer_evaluation.html", "smaller/offer_evaluation.html", "guide_audit.html", "index.html")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_wider_than_the_screen(page: str, width: int, reports: Path, tmp_path: Path) -> None:
    """Tables scroll in their own box; the page itself never scrolls sideways."""
    told = asked((reports / page).read_text(encoding="utf-8"), MEASURE, tmp_path, width)
    assert told["width"] == width
    assert (told["needed"], told["out"]) == (width, [])
    assert all(told["pictures"])
    assert bool(told["pictures"]) is (page != "index.html")


def test_the_measure_sees_what_is_too_wide(reports: Path, tmp_path: Path) -> None:
    page = (reports / "guide_audit.html").read_text(encoding="utf-8")
    told = asked(page.replace("</main>", '<p style="width:600px">wide</p></main>'), MEASURE, tmp_path, 390)
    assert told["needed"] > 600
    assert told["out"] == ["P."]


def test_a_click_on_a_heading_sorts(reports: Path, tmp_path: Path) -> None:
    """90,000 a year, then 285,000, then 1,234,567: as numbers, not as text; what is unknown comes last."""
    told = asked((reports / "index.html").read_text(encoding="utf-8"), SORT, tmp_path)
    assert told["first"] == ["worked", "smaller", "larger"]
    assert told["up"] == ["ascending", ["smaller", "worked", "larger"]]
    assert told["down"] == ["descending", ["larger", "worked", "smaller"]]
    assert told["offer"][0] == "ascending"
    assert told["day"] == ["ascending", ["worked", *[name for name in told["offer"][1] if name != "worked"]]]
    assert told["marked"] == 1


@pytest.mark.parametrize("page", ["index.html", "worked/offer_evaluation.html"])
def test_a_page_as_it_is_says_nothing_to_the_console(page: str, reports: Path, tmp_path: Path) -> None:
    """Its policy blocks nothing that it needs: no error, no warning."""
    document, console = browsed((reports / page).read_text(encoding="utf-8"), tmp_path, 1280)
    assert "</html>" in document
    assert console == []


def test_the_console_is_heard(tmp_path: Path) -> None:
    _, console = browsed("<!DOCTYPE html><title>x</title><script>nothing()</script>", tmp_path, 1280)
    assert len(console) == 1
