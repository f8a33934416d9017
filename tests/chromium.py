"""Chromium without a window: a page's document after its scripts, and what a question to the page finds."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from waiting import MAX_WAIT_SECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--hide-scrollbars", "--virtual-time-budget=2000", "--enable-logging=stderr", "--v=0",
)  # fmt: skip
WCAG_2_2_AA = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
CONTRAST = "color-contrast"
ALL_BUT_CONTRAST = {"runOnly": WCAG_2_2_AA, "rules": {CONTRAST: {"enabled": False}, "target-size": {"enabled": True}}}
# A single letter and a sign are judged too.
CONTRAST_ALONE = {
    "runOnly": [CONTRAST],
    "checks": {CONTRAST: {"options": {"ignoreUnicode": False, "ignoreLength": True}}},
}
UNCUT = "body { min-width: 1280px } .tall { max-height: none !important } th { position: static !important }"
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="install chromium to look at the pages: apt-get install chromium"
)


def browsed(page: str, folder: Path, width: int) -> tuple[str, list[str]]:
    """Return a page's document after its scripts have run, and what the console said."""
    (folder / "page.html").write_text(page, encoding="utf-8")
    profile = folder / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    place = (folder / "page.html").as_uri()
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},900", "--dump-dom", place]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=MAX_WAIT_SECONDS)
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


def found_by_axe(page: Page, options: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Rule, element and reason of what axe calls a violation or cannot decide, but for text in charts.

    A chart's text lies on shapes, which axe doesn't look behind. Text that a scrolling table cuts off it can judge only
    where nothing is cut off; that changes no color.
    """
    from axe_playwright_python.sync_playwright import Axe

    if options is CONTRAST_ALONE:
        page.add_style_tag(content=UNCUT)
    told = Axe().run(page, options=options).response
    return [
        (rule["id"], node["html"], node["failureSummary"])
        for rule in told["violations"] + told["incomplete"]
        for node in rule["nodes"]
        if not (rule["id"] == CONTRAST and node["html"].startswith("<text "))
    ]
