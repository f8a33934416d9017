"""The notebooks as `compkit lab` opens them: a folder in a repository, and JupyterLab on it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMIUM
from jupyter_lab import FLAGS, Lab, lab_server, playwright

from compkit.batch import fill_notebooks
from compkit.cli.lab import LAB_OPTIONS

ROOT = Path(__file__).resolve().parents[1]
SHOWN = """() => { const shown = tab.content.node.querySelector(".widget-output");
  shown?.scrollIntoView({block: "nearest"}); return shown?.innerText ?? ""; }"""
HAS_CHANGED = f"before => ({SHOWN})() !== before && ({SHOWN})() !== ''"


def git(folder: Path, *arguments: str) -> str:
    """Run git in a repository; return what it prints."""
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.org", "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with the sample offers and our own .gitignore, and in it the folder that make lab fills."""
    root = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "data" / "offers", root / "data" / "offers")
    shutil.copy(ROOT / ".gitignore", root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Begin")
    fill_notebooks(root / "my-notebooks")
    return root


@pytest.fixture(scope="module")
def lab(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a window with what `compkit lab` opens first."""
    sync_api = playwright()
    folder = checkout / "my-notebooks"
    server = lab_server(folder, tmp_path_factory.mktemp("lab-state"), LAB_OPTIONS)
    with server as address, sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, headless=False, args=list(FLAGS))
        yield Lab(browser, address)
        browser.close()


def typed(text: str) -> Callable[[Any], None]:
    """Return what types a text into a field, as a person does who has only a keyboard."""

    def move(field: Any) -> None:
        field.press("Control+a")
        field.press_sequentially(text)
        field.press("Enter")

    return move


def controls_of(page: Any) -> str:
    """Return what the controls show, once they show something."""
    page.wait_for_function(HAS_CHANGED, arg="")
    return str(page.evaluate(SHOWN))
