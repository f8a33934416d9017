"""How long the index and the summaries of 10,000 offers take to write, and the index to open in Chromium.

Run it with `python benchmarks/index.py`. It prints plain lines. The goals: all but the workbook written in about a
second, which is what happens again and again while a batch is under way, and rows on the screen within 2 seconds.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import numpy as np

from compkit.batch.folder.index import index_html, run_json, write_summaries
from compkit.batch.folder.results import BatchRun, OfferLine, ReportResult
from compkit.batch.folder.summary import summary_csv, summary_xlsx
from compkit.batch.folder.summary_parquet import summary_parquet

N_OFFERS, N_CANDIDATES, SEED, N_OPENED = 10_000, 400, 20261128, 5
NOTEBOOKS = ("offer_evaluation", "location_analysis", "ai_ml_premiums", "negotiation_plan")
GOAL_WRITTEN_SECONDS, GOAL_OPEN_SECONDS = 1.5, 2.0
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-extensions", "--remote-debugging-pipe")  # fmt: skip
OPENED = """
(() => {
  const page = performance.getEntriesByType("navigation")[0];
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return JSON.stringify({loaded: page.loadEventEnd, painted: paint ? paint.startTime : null,
    rows: document.querySelectorAll("tbody tr").length, count: document.querySelector("#count").textContent});
})()
"""
USED = """
(() => {
  const timed = (act) => {
    const start = performance.now();
    act();
    document.body.getBoundingClientRect();
    return performance.now() - start;
  };
  const type = (text) => () => {
    document.querySelector("#search").value = text;
    document.querySelector("#search").dispatchEvent(new Event("input"));
  };
  const head = [...document.querySelectorAll("thead button")].find((one) => one.textContent === "Average a year");
  return JSON.stringify({first: timed(type("seattle")), next: timed(type("seattle 123")), cleared: timed(type("")),
    sort: timed(() => head.click())});
})()
"""


def made_run(n: int, folder: Path) -> BatchRun:
    """Return a batch of made-up offers with all that an index can show; one in two hundred reports failed."""
    generator, lines = np.random.default_rng(SEED), []
    for number in range(n):
        offer, average = f"made-{number:05d}-offer", float(generator.integers(150, 900) * 1_000) + number / 7
        values = {
            "candidate": f"person-{generator.integers(N_CANDIDATES):03d}",
            "company": str(generator.choice(["Amazon", "Meta", "Larkspur AI", "Harbor & Finch Capital"])),
            "level": str(generator.choice(["L5", "L6", "L7", "Senior EM", "Head of Vision"])),
            "location": str(generator.choice(["Seattle", "New York", "San Francisco", "Austin"])),
            "deadline": (dt.date(2026, 12, 1) + dt.timedelta(int(generator.integers(60)))).isoformat(),
            "average": average,
            "net": average * 0.7,
            "purchasing_power": average * 0.65,
            "total": average * 4,
            "market_verdict": [None, "below", "within", "above"][generator.integers(4)],
            "risk_verdict": ["low", "moderate", "high"][generator.integers(3)],
            "n_deal_breakers": int(generator.integers(3)),
            "n_warnings": int(generator.integers(6)),
            "decision": ["leads", "2 of 3", "3 of 3"][generator.integers(3)],
            "first_two_year_average": average * 0.9,
            "unverified": None,
            "status": ["written", "verbal", None][generator.integers(3)],
            "guaranteed_cash": average * 2.5,
            "set_aside": average * 0.05,
        }
        lines.append(OfferLine(offer, values, tuple(_report(offer, name, number) for name in NOTEBOOKS)))
    results = tuple(result for line in lines for result in line.reports)
    titles = dict.fromkeys(NOTEBOOKS, "What is this offer worth?")
    return BatchRun(folder, dt.date(2026, 11, 28), {}, NOTEBOOKS, (), results, tuple(lines), titles)


def _report(offer: str, name: str, number: int) -> ReportResult:
    if name == "location_analysis" and number % 50 == 49:
        return ReportResult(offer, name, "failed", 2.5, None, "cell 4: ValueError: no price level of that place")
    return ReportResult(offer, name, "ok", 2.5, f"{offer}/{name}.html", None)


class _Browser:
    """A headless Chromium, asked over its pipe: the page itself stays as it is."""

    def __init__(self, profile: Path, chromium: str) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        self._process = subprocess.Popen(  # noqa: S603 - our own words
            ["/bin/sh", "-c", command, chromium, *FLAGS, f"--user-data-dir={profile}", "--window-size=1280,900"],
            pass_fds=(to_browser, from_browser), stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._left, self._number, self._session = b"", 0, ""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def ask(self, method: str, **given: Any) -> Any:
        """Return what Chromium answers to a call of its debugging protocol."""
        self._number += 1
        call = {"id": self._number, "method": method, "params": given}
        if self._session:
            call["sessionId"] = self._session
        os.write(self._write, json.dumps(call).encode() + b"\0")
        answer = next(one for one in self._answers() if one.get("id") == self._number)
        assert "result" in answer, answer
        return answer["result"]

    def open(self, page: Path) -> None:
        """Open a page and wait until it is loaded."""
        self.ask("Page.navigate", url=page.as_uri())
        next(one for one in self._answers() if one.get("method") == "Page.loadEventFired")

    def value(self, script: str) -> Any:
        """Return the JSON that a script gives in the page, after the page has been drawn."""
        drawn = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))"
        self.ask("Runtime.evaluate", expression=drawn, awaitPromise=True)
        return json.loads(self.ask("Runtime.evaluate", expression=script)["result"]["value"])

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(timeout=30)

    def _answers(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" not in self._left:
                part = os.read(self._read, 1 << 16)
                assert part, "Chromium has ended"
                self._left += part
            text, _, self._left = self._left.partition(b"\0")
            yield json.loads(text)


def seconds_to_write(run: BatchRun) -> float:
    """Print how long each file takes to make and how large it is; return what all but the workbook take [s]."""
    makers = {
        "index.html": index_html, "summary.csv": summary_csv, "summary.parquet": summary_parquet, "run.json": run_json,
        "summary.xlsx": summary_xlsx,
    }  # fmt: skip
    summary_parquet(replace(run, lines=run.lines[:1]))  # the library is imported once
    for name, make in makers.items():
        start = process_time()
        content = make(run)
        seconds = process_time() - start
        n_bytes = len(content.encode() if isinstance(content, str) else content)
        print(f"{name}: made in {seconds:.2f} s, {n_bytes / 1e6:.1f} MB")
    start = process_time()
    write_summaries(replace(run, n_waiting=1, is_running=True, written_at=dt.datetime(2026, 11, 28, 12, 0)))
    seconds = process_time() - start
    print(f"all while under way, written: {seconds:.2f} s (goal about a second)")
    return seconds


def seconds_to_open(page: Path, folder: Path, chromium: str) -> float:
    """Print how long the page takes to open and to use; return the median until rows are drawn [s]."""
    browser, busy = _Browser(folder / "profile", chromium), []
    with contextlib.closing(browser):
        opened = []
        browser.ask("Performance.enable", timeDomain="threadTicks")
        for _ in range(N_OPENED):
            browser.open(page)
            opened.append(browser.value(OPENED))
            spent = {one["name"]: one["value"] for one in browser.ask("Performance.getMetrics")["metrics"]}
            busy.append((spent["TaskDuration"], spent["ScriptDuration"]))
        used = browser.value(USED)
    print(f"opened: {opened[-1]['rows']} rows drawn; it says: {opened[-1]['count']}")
    painted, loaded = ([one[what] / 1e3 for one in opened] for what in ("painted", "loaded"))
    print(f"first paint after {median(painted):.2f} s, all loaded after {median(loaded):.2f} s "
          f"(slowest {max(painted):.2f} and {max(loaded):.2f}; goal {GOAL_OPEN_SECONDS:g})")  # fmt: skip
    print(f"work of the page's own thread: {median(total for total, _ in busy):.2f} s, "
          f"{median(script for _, script in busy):.2f} s of it scripts")  # fmt: skip
    print("then: first search {first:.0f} ms, next letter {next:.0f} ms, cleared {cleared:.0f} ms, "
          "sort {sort:.0f} ms".format(**used))  # fmt: skip
    return max(median(painted), median(loaded))


def main() -> int:
    """Time writing and opening; return 0 where the goals are met, else 1."""
    folder = Path(tempfile.mkdtemp(prefix="compkit-index-"))
    try:
        run = made_run(N_OFFERS, folder)
        written = seconds_to_write(run)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        if not chromium:
            print("opening was not measured: install chromium, with apt-get install chromium")
            return int(written > GOAL_WRITTEN_SECONDS)
        opened = seconds_to_open(run.index, folder, chromium)
        return int(written > GOAL_WRITTEN_SECONDS or opened > GOAL_OPEN_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
