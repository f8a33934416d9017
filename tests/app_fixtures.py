"""Servers for the tests of this folder: one with the site, one with a page that tries what a browser can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from app_server import AppServer, app_server
from chromium import CHROMIUM
from jupyter_lab import playwright

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "offers" / "sample.yaml"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Return the app on the sample offers, in a folder and home of its own."""
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    with app_server(tmp_path_factory.mktemp("app"), str(SAMPLE)) as running:
        yield running


@pytest.fixture(scope="module")
def trial_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Return the app with the page of browser_trial.py instead of the site."""
    pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')
    folder = tmp_path_factory.mktemp("trial")
    source = Path(__file__).with_name("app").joinpath("browser_trial.py").read_text(encoding="utf-8")
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "trial.ipynb")
    options = f"notebook={str(folder / 'trial.ipynb')!r}, max_sessions=4"
    with app_server(folder, options=options) as running:
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Return the system's Chromium; Playwright never fetches one."""
    sync_api = playwright()
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=False, args=list(FLAGS))
        yield browser
        browser.close()
