"""Tasks of `make`, also for machines without make: `python -m compkit setup`, `reports`, `test`, ...

It runs before anything is installed, so it needs only Python 3.11 and its standard library.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_OFFERS = "data/offers/sample.yaml"
CHANGELOG = ROOT / "CHANGELOG.md"
GOLDEN_FOLDER = "reports/golden"
OWN_NOTEBOOKS = "my-notebooks"
"""Git ignores it, so that JupyterLab may save there."""
REPORT_DAY_OF_GOLDEN = "2026-11-22"
DOCS_SITE = "docs/_build/site"
DOCS_BUILD = ("-m", "sphinx", "-q", "-W", "--keep-going", "-E", "-c", "docs", "-d", "docs/_build/doctrees", ".")
"""Sphinx reads the checkout with the settings of docs/conf.py; any warning, such as a broken link, is an error."""
_WORKERS = ("-n", str(min(4, os.cpu_count() or 1)), "--dist", "loadscope")


@dataclass(frozen=True)
class Environment:
    """A virtual environment with the packages of a lock, with or without compkit itself."""

    folder: Path
    lock: Path
    has_compkit: bool = True

    @property
    def python(self) -> Path:
        """Path of its Python."""
        folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
        return self.folder / folder / f"python{suffix}"

    @property
    def stamp(self) -> Path:
        """File with the hash of what it was built from."""
        return self.folder / "compkit-setup.sha256"

    def current_hash(self) -> str:
        """Hash of the lock and of pyproject.toml."""
        return hashlib.sha256(self.lock.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()

    def is_ready(self) -> bool:
        """Whether it exists and is up to date."""
        return self.python.exists() and self.stamp.is_file() and self.stamp.read_text() == self.current_hash()


MAIN = Environment(ROOT / ".venv", ROOT / "requirements.lock")
CROSSCHECK = Environment(ROOT / ".venv-crosscheck", ROOT / "requirements-crosscheck.lock")
POLICYENGINE = Environment(
    ROOT / ".venv-crosscheck-policyengine", ROOT / "requirements-crosscheck-policyengine.lock", has_compkit=False
)
"""policyengine-us needs an older psutil than compkit's other dependencies, so it has its own environment."""


def _run(*arguments: str, environment: Environment = MAIN, folder: Path = ROOT, **variables: str) -> int:
    """Run an environment's Python in a folder, with additional variables; return its exit code."""
    command = [str(environment.python), *arguments]
    return subprocess.run(command, cwd=folder, env=os.environ | variables).returncode  # noqa: S603


def _steps(*steps: Callable[[], int]) -> int:
    """Run steps until one fails; return its exit code, or 0."""
    for step in steps:
        code = step()
        if code:
            return code
    return 0


def _create(environment: Environment) -> int:
    """Create or update an environment, unless it is ready."""
    if environment.is_ready():
        return 0
    wanted, name = environment.current_hash(), environment.folder.name
    _say(f"Setting up {name}, once. It takes about two minutes, more on a busy machine or a slow line.")
    if Path(sys.prefix) != environment.folder:  # its own Python cannot recreate it, only update it
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
    """Create or update .venv, unless it is ready."""
    return _create(MAIN)


def reports() -> int:
    """Make the reports of the sample offers."""
    return _run("-m", "compkit", "report", SAMPLE_OFFERS, "-o", "reports/sample", "-p", "store", "sample")


def test() -> int:
    """Run quick tests and doctests; then, even if they fail, notebooks and golden reports with nbval.

    nbval's kernels are forked if possible, which halves the time; a test compares them with ordinary ones.
    """
    nbval = ("-o", "addopts=", "-q", "--nbval", "--nbval-current-env")
    return max(
        _run("-m", "pytest", *_WORKERS, "-m", "not long"),
        _run("-m", "pytest", *nbval, *_WORKERS, "notebooks", GOLDEN_FOLDER, JUPYTER_DEFAULT_PROVISIONER_NAME="compkit"),
    )


def test_long() -> int:
    """Run the tests marked long, and every hypothesis law again with many random examples.

    `COMPKIT_TEST_SEED` fixes the examples, as CI does.
    """
    seed = os.environ.get("COMPKIT_TEST_SEED") or secrets.randbelow(2**32)
    _say(f"Laws are tried with random examples. To try the same ones again, set COMPKIT_TEST_SEED={seed}.")
    random_examples = ("--hypothesis-profile=random", f"--hypothesis-seed={seed}")
    # In the order of their names, long files run first, and no worker waits for them at the end.
    return _run("-m", "pytest", *_WORKERS, "--no-loadscope-reorder", "-m", "long or hypothesis", *random_examples)


def lint() -> int:
    """Check style, types and imports."""
    return _steps(
        lambda: _run("-m", "ruff", "check", "."),
        lambda: _run("-m", "ruff", "format", "--check", "."),
        lambda: _run("-m", "mypy"),
        lambda: _run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
    )


def lab() -> int:
    """Open copies of the notebooks in JupyterLab, in a folder that git ignores."""
    return _run("-m", "compkit", "lab", OWN_NOTEBOOKS)


def refresh() -> int:
    """Regenerate the offers file's JSON Schema and the notebooks' outputs."""
    return _steps(
        lambda: _run("-m", "compkit.offers"),
        lambda: _run("-m", "compkit.batch.refreshing", "notebooks"),
    )


def golden() -> int:
    """Regenerate the golden reports of the sample offers."""
    return _run("-m", "compkit.batch.refreshing", "golden", SAMPLE_OFFERS, GOLDEN_FOLDER, REPORT_DAY_OF_GOLDEN)


def docs() -> int:
    """Build the documentation site."""
    for folder in ("_build", "reference"):
        shutil.rmtree(ROOT / "docs" / folder, ignore_errors=True)
    code = _run(*DOCS_BUILD, DOCS_SITE)
    if code == 0:
        _say(f"Open {DOCS_SITE}/index.html.")
    return code


def bench() -> int:
    """Run every benchmark; that of tax with tenforty too, if crosscheck has run."""

    def one(path: Path) -> int:
        return _run(str(path), environment=CROSSCHECK if path.stem == "tax" and CROSSCHECK.is_ready() else MAIN)

    return _steps(*(lambda path=path: one(path) for path in sorted((ROOT / "benchmarks").glob("*.py"))))


def crosscheck() -> int:
    """Compare the measured premium with pyfixest's, our tax with three other programs', in separate environments."""
    return _steps(
        lambda: _create(CROSSCHECK),
        lambda: _create(POLICYENGINE),
        lambda: _run(str(ROOT / "tests" / "crosscheck" / "with_pyfixest.py"), environment=CROSSCHECK),
        lambda: _run(str(ROOT / "tests" / "crosscheck" / "compare.py"), environment=CROSSCHECK),
    )


def release() -> int:
    """Build sdist and wheel in dist/, check them, and test the wheel in a fresh environment."""
    version = _version()
    if not re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", CHANGELOG.read_text("utf-8"), re.MULTILINE):
        _say(f"CHANGELOG.md has no dated entry for {version}: write one such as ## [{version}] - 2026-12-01.")
        return 1
    distributions = ROOT / "dist"
    shutil.rmtree(distributions, ignore_errors=True)
    sdist = str(distributions / f"compkit-{version}.tar.gz")
    wheel = str(distributions / f"compkit-{version}-py3-none-any.whl")
    code = _steps(
        lambda: _run("-m", "hatchling", "build", "-d", str(distributions)),
        lambda: _run("-m", "twine", "check", "--strict", sdist, wheel),
        lambda: _run("-m", "check_wheel_contents", wheel),
        lambda: _try_wheel(wheel),
    )
    if code == 0:
        _say(f"dist/ is ready. Tag this commit: git tag v{version}")
    return code


def _version() -> str:
    text = (ROOT / "compkit" / "__init__.py").read_text("utf-8")
    return str(re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)[0])


def _try_wheel(wheel: str) -> int:
    """Install a wheel in a fresh environment; make the sample reports and run the doctests there."""
    with tempfile.TemporaryDirectory(prefix="compkit-release-") as temporary:
        folder = Path(temporary)
        fresh = Environment(folder / "venv", MAIN.lock, has_compkit=False)

        def run(*arguments: str, place: Path = folder) -> int:  # away from the checkout and its compkit
            return _run("-m", *arguments, environment=fresh, folder=place, PYTHONPATH="")

        return _steps(
            lambda: _create(fresh),
            lambda: _install("the wheel", "--no-deps", "--no-index", wheel, environment=fresh),
            lambda: run("compkit", "--version"),
            lambda: run("compkit", "init", "kit"),
            lambda: run("compkit", "report", f"kit/{SAMPLE_OFFERS}", "-o", "reports"),
            # Examples read data/offers/sample.yaml.
            lambda: run("pytest", "-q", "--doctest-modules", "--pyargs", "compkit", place=folder / "kit"),
        )


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


TASKS: dict[str, Callable[[], int]] = {
    task.__name__.replace("_", "-"): task
    for task in (setup, reports, test, test_long, lint, lab, refresh, golden, docs, bench, crosscheck, release)
}
WITHOUT_SETUP = (setup, crosscheck)
"""Tasks that do not need .venv, or create it."""


def main(arguments: Sequence[str]) -> int:
    """Run setup if needed, then a task; return its exit code."""
    task = TASKS[arguments[0]]
    if sys.version_info < (3, 11):  # noqa: UP036  not checked before
        _say(f"compkit needs Python 3.11 or newer, this is {sys.version.split()[0]}.")
        return 2
    return task() if task in WITHOUT_SETUP else _steps(setup, task)
