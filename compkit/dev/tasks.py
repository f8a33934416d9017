"""What `make` does, for machines without make: `python -m compkit setup`, `reports`, `test`, ...

This module runs before anything is installed: it needs Python 3.11 and its standard library, nothing else.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from compkit import __version__

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_OFFERS = "data/offers/sample.yaml"
CHANGELOG = ROOT / "CHANGELOG.md"
GOLDEN_FOLDER = "reports/golden"
REPORT_DAY_OF_GOLDEN = "2026-11-22"
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""What names a display, or a browser that needs none."""


@dataclass(frozen=True)
class Environment:
    """A folder of the checkout with a Python and the packages that a lock pins, compkit itself beside them or not."""

    folder: Path
    lock: Path
    has_compkit: bool = True

    @property
    def python(self) -> Path:
        """Its Python."""
        folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
        return self.folder / folder / f"python{suffix}"

    @property
    def stamp(self) -> Path:
        """The file that says from which lock it was made."""
        return self.folder / "compkit-setup.sha256"

    def wanted(self) -> str:
        """Return what the stamp must say."""
        return hashlib.sha256(self.lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()

    def is_ready(self) -> bool:
        """Return whether it is there and nothing has changed since it was made."""
        return self.python.exists() and self.stamp.is_file() and self.stamp.read_text() == self.wanted()


MAIN = Environment(ROOT / ".venv", ROOT / "requirements.lock")
CROSSCHECK = Environment(ROOT / ".venv-crosscheck", ROOT / "requirements-crosscheck.lock")
POLICYENGINE = Environment(
    ROOT / ".venv-crosscheck-policyengine", ROOT / "requirements-crosscheck-policyengine.lock", has_compkit=False
)
"""policyengine-us needs an older psutil than compkit's other dependencies do: it runs apart and answers by file."""


def _run(*arguments: str, environment: Environment = MAIN, folder: Path = ROOT, **variables: str) -> int:
    """Run an environment's Python in a folder, with further variables; return its exit code."""
    command = [str(environment.python), *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | variables).returncode  # noqa: S603


def _steps(*steps: Callable[[], int]) -> int:
    """Run steps in order up to the first that fails; return its exit code, or 0."""
    for step in steps:
        code = step()
        if code:
            return code
    return 0


def _make(environment: Environment) -> int:
    """Make an environment with the pinned packages, unless it is there and nothing has changed."""
    if environment.is_ready():
        return 0
    wanted, name = environment.wanted(), environment.folder.name
    _say(f"Setting up {name}, once. It takes about two minutes, more on a busy machine or a slow line.")
    if Path(sys.prefix) != environment.folder:  # its own Python cannot make it anew, only bring it up to date
        _say(f"{name}: creating the environment ...")
        venv.create(environment.folder, with_pip=True)
    n_packages = sum("==" in line for line in environment.lock.read_text(encoding="utf-8").splitlines())
    locked = ("--require-hashes", "-r", str(environment.lock))
    code = _install(f"the {n_packages} packages of {environment.lock.name}", *locked, environment=environment)
    if code == 0 and environment.has_compkit:
        own = ("--no-deps", "--no-build-isolation", "--editable", ".")
        code = _install("compkit itself", *own, environment=environment)
    if code == 0:
        environment.stamp.write_text(wanted)
        _say(f"{name} is ready.")
    return code


def _install(what: str, *arguments: str, environment: Environment) -> int:
    _say(f"{environment.folder.name}: installing {what} ...")
    return _run("-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments, environment=environment)


def setup() -> int:
    """Make .venv with the pinned packages, unless it is there and nothing has changed."""
    return _make(MAIN)


def reports() -> int:
    """Make the reports of the sample offers, and say where the page is."""
    return _compkit("report", SAMPLE_OFFERS, "-o", "reports/sample")


def test() -> int:
    """Run all tests: unit tests and doctests; then, whatever they said, notebooks and golden reports with nbval.

    Its kernels are forked where that is to be had, which takes half the time; a test holds them to ordinary ones.
    """
    workers = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadscope")
    nbval = ("-o", "addopts=", "-q", "--nbval", "--nbval-current-env")
    return max(
        _run("-m", "pytest", *workers),
        _run("-m", "pytest", *nbval, *workers, "notebooks", GOLDEN_FOLDER, JUPYTER_DEFAULT_PROVISIONER_NAME="compkit"),
    )


def lint() -> int:
    """Check style, types and the import contract."""
    return _steps(
        lambda: _run("-m", "ruff", "check", "."),
        lambda: _run("-m", "ruff", "format", "--check", "."),
        lambda: _run("-m", "mypy"),
        lambda: _run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    )


def lab() -> int:
    """Open the notebooks in JupyterLab: as root too, as containers run, and without a display by its address."""
    options = []
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        _say("You are root: JupyterLab runs with --allow-root. It listens on this machine only and asks for its token.")
        options.append("--allow-root")
    if sys.platform not in ("win32", "darwin") and not any(map(os.environ.get, _DISPLAYS)):
        _say("No display here: open the address with the token that JupyterLab prints below.")
        options.append("--no-browser")
    return _run("-m", "jupyterlab", "--notebook-dir", "notebooks", *options)


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
    """Run every benchmark and print its figures; that of tax with tenforty beside it, where crosscheck has run."""

    def one(path: Path) -> int:
        return _run(str(path), environment=CROSSCHECK if path.stem == "tax" and CROSSCHECK.is_ready() else MAIN)

    return _steps(*(lambda path=path: one(path) for path in sorted((ROOT / "benchmarks").glob("*.py"))))


def crosscheck() -> int:
    """Hold our tax against three other programs', in environments of their own."""
    return _steps(
        lambda: _make(CROSSCHECK),
        lambda: _make(POLICYENGINE),
        lambda: _run(str(ROOT / "tests" / "crosscheck" / "compare.py"), environment=CROSSCHECK),
    )


def release() -> int:
    """Build the sdist and the wheel in dist/, check them, and try the wheel in a fresh environment."""
    if not re.search(
        rf"^## \[{re.escape(__version__)}\] - \d{{4}}-\d\d-\d\d$", CHANGELOG.read_text("utf-8"), re.MULTILINE
    ):
        _say(f"CHANGELOG.md has no dated entry for {__version__}: write one such as ## [{__version__}] - 2026-12-01.")
        return 1
    distributions = ROOT / "dist"
    shutil.rmtree(distributions, ignore_errors=True)
    sdist = str(distributions / f"compkit-{__version__}.tar.gz")
    wheel = str(distributions / f"compkit-{__version__}-py3-none-any.whl")
    code = _steps(
        lambda: _run("-m", "hatchling", "build", "-d", str(distributions)),
        lambda: _run("-m", "twine", "check", "--strict", sdist, wheel),
        lambda: _run("-m", "check_wheel_contents", wheel),
        lambda: _try_wheel(wheel),
    )
    if code == 0:
        _say(f"dist/ is ready. Tag this commit: git tag v{__version__}")
    return code


def _try_wheel(wheel: str) -> int:
    """Install a wheel in a fresh environment; run its version, the sample reports and its doctests there."""
    with tempfile.TemporaryDirectory(prefix="compkit-release-") as temporary:
        folder = Path(temporary)
        fresh = Environment(folder / "venv", MAIN.lock, has_compkit=False)

        def run(*arguments: str) -> int:  # away from the checkout, whose compkit must not be the one that runs
            return _run("-m", *arguments, environment=fresh, folder=folder, PYTHONPATH="")

        return _steps(
            lambda: _make(fresh),
            lambda: _install("the wheel", "--no-deps", "--no-index", wheel, environment=fresh),
            lambda: run("compkit", "--version"),
            lambda: run("compkit", "init", "kit"),
            lambda: run("compkit", "report", f"kit/{SAMPLE_OFFERS}", "-o", "reports"),
            lambda: run("pytest", "-q", "--doctest-modules", "--pyargs", "compkit"),
        )


def _compkit(*arguments: str) -> int:
    return _run("-m", "compkit", *arguments)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


TASKS: dict[str, Callable[[], int]] = {
    task.__name__: task for task in (setup, reports, test, lint, lab, refresh, golden, bench, crosscheck, release)
}
MAKE_THEIR_OWN = (setup, crosscheck)
"""The tasks that need no .venv, or make it."""


def main(arguments: Sequence[str]) -> int:
    """Set up what is missing, then do one task; return its exit code."""
    task = TASKS[arguments[0]]
    if sys.version_info < (3, 11):  # noqa: UP036  nothing has checked it yet
        _say(f"compkit needs Python 3.11 or newer, this is {sys.version.split()[0]}.")
        return 2
    return task() if task in MAKE_THEIR_OWN else _steps(setup, task)
