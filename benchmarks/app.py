"""Many visitors of the app at once, in Chromium on the same computer, which takes most of the time.

python benchmarks/app.py [--visitors 30]. Each types an amount of their own; it must show up on no other page.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser, Page, async_playwright

EDIT, FIELD, FIGURE = "Edit your offers", "Base salary", ".ck-figure"
OFFERS = """\
schema: compkit/offers@1
candidate: {name: Sam, residence: Seattle}
offers:
  - {id: amazon-l6, company: Amazon, level: L6, location: Seattle, base_salary: 175000, status: written}
  - {id: google-l5, company: Google, level: L5, location: Seattle, base_salary: 150000, status: written}
"""
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
TOKEN = "for-benchmarks-only"  # noqa: S105 - of a server that lives as long as the benchmark
PATIENCE_MS = 600_000
TEXT = "() => document.body.innerText + [...document.querySelectorAll('input')].map(field => field.value).join(' ')"


class Visitor:
    """One visitor: a page, times in seconds, and problems."""

    def __init__(self, number: int, page: Page) -> None:
        self.page, self.amount = page, str(200_000 + 1_237 * number)
        self.problems: list[str] = []
        self.first_paint = self.alive = self.change = 0.0
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on(
            "response", lambda answer: answer.status >= 400 and self.problems.append(f"{answer.status} {answer.url}")
        )

    async def visit(self, address: str) -> None:
        """Open the app, wait for the first figure, then until the widgets live."""
        started = time.monotonic()
        answer = await self.page.goto(address, wait_until="commit")
        assert answer is not None
        assert answer.ok
        await self.page.wait_for_selector(FIGURE)
        self.first_paint = time.monotonic() - started
        await self.page.wait_for_selector("body[data-alive]", state="attached")
        await self.page.get_by_role("button", name=EDIT).wait_for()
        self.alive = time.monotonic() - started

    async def open_editor(self) -> None:
        """Open the offers."""
        await self.page.get_by_role("button", name=EDIT).click()
        await self.page.get_by_label(FIELD).first.wait_for()

    async def type(self, amount: str) -> None:
        """Type an amount and wait for another figure."""
        field = self.page.get_by_label(FIELD).first
        before, started = await self.page.locator(FIGURE).first.inner_text(), time.monotonic()
        await field.fill(amount)
        await field.press("Tab")
        await self.page.wait_for_function(
            "([figure, before]) => document.querySelector(figure).textContent !== before", arg=[FIGURE, before]
        )
        self.change = time.monotonic() - started

    async def text(self) -> str:
        """Everything that the page shows and its fields hold."""
        return str(await self.page.evaluate(TEXT))


def mixed(texts: list[str], amounts: list[str]) -> list[str]:
    """Which page shows whose amount and should not, or lacks its own."""
    found = []
    for number, text in enumerate(texts):
        plain = text.replace(",", "")
        found += [f"{number} lacks its own"] if amounts[number] not in plain else []
        found += [
            f"{number} shows {other}" for other, amount in enumerate(amounts) if other != number and amount in plain
        ]
    return found


def memory(server: int) -> tuple[float, list[float]]:
    """Proportional memory of the whole server, and of each forked kernel [MB]."""
    whole, kernels = 0.0, []
    process = psutil.Process(server)
    for one in (process, *process.children(recursive=True)):
        try:
            size = one.memory_full_info().pss / 2**20
            parent = one.parent()
        except psutil.Error:
            continue
        whole += size
        if parent and parent.pid != server and one.pid != server:
            kernels.append(size)
    return whole, kernels


def in_words(name: str, seconds: list[float]) -> str:
    """Line with the median and the 95% quantile."""
    ordered = sorted(seconds)
    late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"{name}: median {statistics.median(ordered):.2f} s, 95% {late:.2f} s"


async def measure(browser: Browser, address: str, server: int, n_visitors: int) -> bool:
    """Let visitors come, type and leave; print what that takes, and return whether all went well."""
    before, _ = memory(server)
    contexts = [await browser.new_context() for _ in range(n_visitors)]
    visitors = []
    for number, context in enumerate(contexts):
        context.set_default_timeout(PATIENCE_MS)
        visitors.append(Visitor(number, await context.new_page()))
    await asyncio.gather(*(visitor.visit(address) for visitor in visitors))
    print(in_words("first useful paint", [visitor.first_paint for visitor in visitors]))
    print(in_words("widgets live", [visitor.alive for visitor in visitors]))
    await asyncio.gather(*(visitor.open_editor() for visitor in visitors))
    await asyncio.gather(*(visitor.type(visitor.amount) for visitor in visitors))
    print(in_words("change to figure, all at once", [visitor.change for visitor in visitors]))
    await visitors[0].type("190000")
    print(f"change to figure, one alone: {visitors[0].change:.2f} s")
    await visitors[0].type(visitors[0].amount)
    whole, kernels = memory(server)
    print(f"memory: {statistics.median(kernels):.0f} MB a session, {whole:.0f} MB in all, {before:.0f} MB before")
    wrong = mixed([await visitor.text() for visitor in visitors], [visitor.amount for visitor in visitors])
    wrong += [problem for visitor in visitors for problem in visitor.problems]
    for visitor in visitors:
        await visitor.page.close()
    for context in contexts:
        await context.close()
    await asyncio.sleep(5)
    after, left = memory(server)
    print(f"after they left: {after:.0f} MB in all, {len(left)} kernels")
    print(f"errors and mixed data: {len(wrong)}", *wrong[:5], sep="\n  ")
    return not wrong


async def main() -> int:
    """Start the app, measure one visitor alone, then all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=30)
    given = parser.parse_args()
    file = Path(tempfile.mkdtemp()) / "offers.yaml"
    file.write_text(OFFERS, encoding="utf-8")
    command = [sys.executable, "-u", "-m", "compkit", "app", str(file), "--port", "0", "--token", TOKEN, "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    try:
        line: Any = server.stdout and server.stdout.readline()
        address = re.sub(r"/\?", "/decide?", line.split()[-1])
        async with async_playwright() as driver:
            chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
            browser = await driver.chromium.launch(
                executable_path=Path(chromium or "chromium"), headless=False, args=FLAGS
            )
            is_well = True
            for n_visitors in (1, given.visitors):
                print(f"visitors: {n_visitors}")
                is_well = await measure(browser, address, server.pid, n_visitors) and is_well
            await browser.close()
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(file.parent)
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
