"""JupyterLab in headless Chromium: a server of this environment, and notebooks opened, run and looked through."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMIUM

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
TOKEN = "for-tests-only"  # noqa: S105 - of a server that lives as long as a test
PATIENCE_S = 180
OPEN = """async path => {
  const tab = await jupyterapp.commands.execute("docmanager:open", {path});
  await tab.context.ready; await tab.revealed; await tab.sessionContext.ready;
  jupyterapp.shell.activateById(tab.id); jupyterapp.shell.collapseLeft(); window.tab = tab; }"""
RUN = """async () => {
  await jupyterapp.commands.execute("notebook:clear-all-cell-outputs");
  await jupyterapp.commands.execute("notebook:run-all-cells"); }"""
IS_IDLE = "() => tab.sessionContext.session.kernel.status === 'idle'"
CLOSE = "async () => { await tab.sessionContext.shutdown(); tab.dispose(); }"
CODE_CELLS = """() => tab.content.widgets.filter(cell => cell.model.type === "code").map(cell => ({
  source: cell.model.sharedModel.getSource(), count: cell.model.executionCount, trusted: cell.model.trusted,
  outputs: cell.model.outputs.toJSON() }))"""
# Draws what stands at a height of the notebook, and tells which cells are drawn now and where the notebook ends.
DRAW = """top => new Promise(done => {
  const outer = tab.content.node.querySelector(".jp-WindowedPanel-outer");
  outer.scrollTop = top;
  requestAnimationFrame(() => requestAnimationFrame(() => done({
    drawn: tab.content.widgets.flatMap((cell, i) => cell.node.isConnected && !cell.isPlaceholder() ? [i] : []),
    end: outer.scrollHeight, height: outer.clientHeight }))); })"""
# Cells that are out of sight are taken out of the page, but keep their nodes.
MATHS = """() => tab.content.widgets.flatMap(
  cell => [...cell.node.querySelectorAll("mjx-container, .MathJax, .MathJax_Display")])
  .filter(math => !math.closest(".canary")).map(math => math.parentElement.textContent.slice(0, 80))"""


# JupyterLab's own: which of its plugins took long on a busy machine, and what it still wanted of a kernel that has
# ended with its notebook. Nothing else is left out.
KNOWN_NOISE = re.compile(
    r"warning: Plugin \S+ (is taking too long to activate|\(with \d+ dependants\) took [\d.]+ms to activate)\."
    r"|(warning|error): .*\bCanceled future for \w+ message before replies were done"
    r"|warning: History was unable to be retrieved"
)


def playwright() -> Any:
    """Return Playwright's module, or skip the test with what to install."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium to see JupyterLab: apt-get install chromium")
    return pytest.importorskip(
        "playwright.sync_api",
        reason="install Playwright to see the notebooks in JupyterLab: pip install playwright",
    )


def unexpected(console: list[str]) -> list[str]:
    """Return what the console said, but for known noise of JupyterLab."""
    return [line for line in console if not KNOWN_NOISE.fullmatch(line)]


@contextmanager
def lab_server(root: Path, state: Path, options: Sequence[str] = ()) -> Iterator[str]:
    """Start JupyterLab on a folder; yield its address. Its settings and files of state lie in a folder of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    quiet = state / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    quiet.parent.mkdir(parents=True)
    quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}), encoding="utf-8")
    places = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }  # fmt: skip
    for name in places.values():
        (state / name).mkdir(exist_ok=True)
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser", "--ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={root}", *options,
    ]  # fmt: skip
    environment = os.environ | {name: str(state / folder) for name, folder in places.items()}
    with (state / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + PATIENCE_S
        while server.poll() is None and not _answers(f"{address}/api?token={TOKEN}"):
            assert time.monotonic() < deadline, (state / "server.log").read_text()[-2000:]
            time.sleep(0.2)
        assert server.poll() is None, (state / "server.log").read_text()[-2000:]
        yield f"{address}/lab?reset&token={TOKEN}"
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server
            return True
    except (urllib.error.URLError, OSError):
        return False


class Lab:
    """One window with JupyterLab."""

    def __init__(self, browser: Any, address: str) -> None:
        self.console: list[str] = []
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.set_default_timeout(PATIENCE_S * 1000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.console.append(f"error: {error}"))
        self.visit(address)

    def visit(self, address: str) -> None:
        """Go to an address of JupyterLab, and wait until it has opened what it opens first."""
        self.page.goto(address)
        self.page.wait_for_function("() => window.jupyterapp")
        self.page.evaluate("() => jupyterapp.restored.then(() => null)")

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning", "assert"):
            self.console.append(f"{message.type}: {message.text}")

    def open(self, path: str) -> None:
        """Open a notebook, seen from the server's folder."""
        self.page.evaluate(OPEN, path)

    def run(self) -> None:
        """Clear the open notebook's outputs, run all of its cells, and wait until its kernel has nothing left to do."""
        self.page.evaluate(RUN)
        self.page.wait_for_function(IS_IDLE)

    def cells(self) -> list[dict[str, Any]]:
        """Return the open notebook's code cells: source, count, trusted, outputs."""
        found: list[dict[str, Any]] = self.page.evaluate(CODE_CELLS)
        return found

    def look_through(self) -> set[int]:
        """Draw the whole notebook, a bit at a time; return the positions of the cells that were drawn."""
        seen: set[int] = set()
        top = 0
        while True:
            told = self.page.evaluate(DRAW, top)
            seen.update(told["drawn"])
            if top + told["height"] >= told["end"]:
                return seen
            top += max(1, told["height"] * 3 // 4)

    def maths(self) -> list[str]:
        """Return what MathJax has made formulas of in cells that were drawn, but for a `canary`."""
        found: list[str] = self.page.evaluate(MATHS)
        return found

    def close(self) -> None:
        """Close the open notebook, and end its kernel."""
        self.page.evaluate(CLOSE)
