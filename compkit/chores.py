"""What `make` does, for machines without make: `python -m compkit setup`, `reports`, `test`, ...

This module runs before anything is installed: it needs Python 3.11 and its standard library, nothing else.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
VENV = HOUSE / ".venv"
LOCK = HOUSE / "requirements.lock"
STAMP = VENV / "compkit-setup.sha256"
SAMPLE_OFFERS = "data/offers/sample.yaml"
GOLDEN_FOLDER = "reports/golden"
REPORT_DAY_OF_GOLDEN = "2026-11-22"


def _venv_python() -> str:
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return str(VENV / folder / f"python{suffix}")


def _run(*arguments: str, **environment: str) -> int:
    """Run the environment's Python in the checkout; return its exit code."""
    return subprocess.run([_venv_python(), *arguments], cwd=HOUSE, env={**os.environ, **environment}).returncode  # noqa: S603


def _steps(*steps: Callable[[], int]) -> int:
    """Run steps in order up to the first that fails; return its exit code, or 0."""
    for step in steps:
        code = step()
        if code:
            return code
    return 0


def setup() -> int:
    """Make .venv with the pinned packages, unless it is there and nothing has changed."""
    wanted = hashlib.sha256(LOCK.read_bytes() + (HOUSE / "pyproject.toml").read_bytes()).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == wanted and Path(_venv_python()).exists():
        return 0
    _say(f"Setting up {VENV.name} (once; about two minutes) ...")
    if Path(sys.prefix) != VENV:  # an environment cannot be made anew by its own Python, only brought up to date
        venv.create(VENV, with_pip=True)
    pip = ("-m", "pip", "install", "-qq", "--disable-pip-version-check")
    code = _steps(
        lambda: _run(*pip, "--require-hashes", "-r", str(LOCK)),
        lambda: _run(*pip, "--no-deps", "--no-build-isolation", "--editable", "."),
    )
    if code == 0:
        STAMP.write_text(wanted)
    return code


def reports() -> int:
    """Make the reports of the sample offers, and say where the page is."""
    return _compkit("report", SAMPLE_OFFERS, "-o", "reports/sample")


def test() -> int:
    """Run all tests: unit tests and doctests; then, whatever they said, notebooks and golden reports with nbval."""
    workers = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadscope")
    nbval = ("-o", "addopts=", "-q", "--nbval", "--nbval-current-env")
    codes = _run("-m", "pytest", *workers), _run("-m", "pytest", *nbval, *workers, "notebooks", GOLDEN_FOLDER)
    return max(codes)


def lint() -> int:
    """Check style, types and the import contract."""
    return _steps(
        lambda: _run("-m", "ruff", "check", "."),
        lambda: _run("-m", "ruff", "format", "--check", "."),
        lambda: _run("-m", "mypy"),
        lambda: _run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    )


def lab() -> int:
    """Open the notebooks in JupyterLab."""
    return _run("-m", "jupyterlab", "--notebook-dir", "notebooks")


def refresh() -> int:
    """Write anew what follows from the code: the offers file's JSON Schema and the notebooks' outputs."""
    return _steps(
        lambda: _run("-m", "compkit.offers"),
        lambda: _run("-m", "compkit.batch.refreshing", "notebooks"),
    )


def golden() -> int:
    """Write the golden reports of the sample offers anew."""
    return _run("-m", "compkit.batch.refreshing", "golden", SAMPLE_OFFERS, GOLDEN_FOLDER, REPORT_DAY_OF_GOLDEN)


def bench() -> int:
    """Run every benchmark and print its figures."""
    return _steps(*(lambda path=path: _run(str(path)) for path in sorted((HOUSE / "benchmarks").glob("*.py"))))


def _compkit(*arguments: str) -> int:
    return _run("-m", "compkit", *arguments)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


CHORES: dict[str, Callable[[], int]] = {
    chore.__name__: chore for chore in (setup, reports, test, lint, lab, refresh, golden, bench)
}


def main(arguments: Sequence[str]) -> int:
    """Set up what is missing, then do one chore; return its exit code."""
    chore = CHORES[arguments[0]]
    if sys.version_info < (3, 11):  # noqa: UP036  nothing has checked it yet
        _say(f"compkit needs Python 3.11 or newer, this is {sys.version.split()[0]}.")
        return 2
    return setup() if chore is setup else _steps(setup, chore)
