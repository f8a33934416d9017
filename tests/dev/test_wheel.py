"""The wheel and the sdist: what they hold; a wheel works for an account that can write neither it nor a home."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from waiting import LONG_LIMIT_SECONDS

import compkit

SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""From Python 3.11.4 on."""
ROOT = Path(__file__).resolve().parents[2]
OFFER = "amazon-l6-seattle-before"
PLACES = {"compkit": "compkit", "data": "compkit/_data", "notebooks": "compkit/_notebooks"}
"""Where the wheel has a folder of the checkout."""
NOT_KEPT = ("__pycache__", ".ipynb_checkpoints")
_PR_CAPBSET_DROP, _CAPABILITIES_OVER_FILES = 24, (1, 2)


pytestmark = pytest.mark.long


def build(source: Path, out: Path, *kinds: str) -> None:
    """Build distributions of a source folder with this environment's own hatchling: nothing is fetched."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    for kind in kinds:
        command += ["-t", kind]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, timeout=LONG_LIMIT_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the checkout's sdist and wheel."""
    out = tmp_path_factory.mktemp("dist")
    build(ROOT, out, "sdist", "wheel")
    return out


def wheel_in(folder: Path) -> dict[str, bytes]:
    """Return the files of the wheel in a folder, by name."""
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def sources(folder: str) -> set[str]:
    """Return the files of one of the checkout's folders, relative to it."""
    found = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {path.as_posix() for path in found if not set(NOT_KEPT) & set(path.parts)}


def test_the_wheel_holds_code_tables_notebooks_and_samples(built: Path) -> None:
    assert [path.name for path in built.glob("*.whl")] == [f"compkit-{compkit.__version__}-py3-none-any.whl"]
    wanted = {f"{place}/{name}" for folder, place in PLACES.items() for name in sources(folder)}
    assert {"compkit/_data/offers/sample.yaml", "compkit/_notebooks/offer_evaluation.ipynb"} <= wanted
    assert {name for name in wheel_in(built) if ".dist-info/" not in name} == wanted


def test_the_sdist_leaves_out_what_no_wheel_needs(built: Path, tmp_path: Path) -> None:
    """A wheel built from it is, byte for byte, the one that the checkout gives."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as sdist:
        tops = {Path(name).parts[1] for name in sdist.getnames()}
        sdist.extractall(tmp_path, **SAFELY)  # noqa: S202
    assert tops == {
        *PLACES, "docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md", "LICENSE",
        "pyproject.toml", "PKG-INFO", ".gitignore",
    }  # fmt: skip
    build(tmp_path / path.name.removesuffix(".tar.gz"), tmp_path / "again", "wheel")
    assert wheel_in(tmp_path / "again") == wheel_in(built)


class Account:
    """An account that may write neither the installed packages nor its home, at work in a folder of its own.

    For root that takes giving up the right to write what is write-protected.
    """

    def __init__(self, installed: Path, home: Path, temporary: Path) -> None:
        self.installed = installed
        self.environment = {"PYTHONPATH": str(installed), "HOME": str(home), "TMPDIR": str(temporary)}
        self.environment |= {"PATH": os.defpath, "LANG": "C.UTF-8"}

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run this environment's Python."""
        folder.mkdir(exist_ok=True)
        return subprocess.run(
            [sys.executable, *arguments], cwd=folder, env=self.environment, preexec_fn=_obey_permissions,
            capture_output=True, text=True, check=False, timeout=LONG_LIMIT_SECONDS,
        )  # fmt: skip

    def compkit(self, folder: Path, *arguments: str) -> str:
        """Run a command that must end well; return what it prints."""
        done = self.run(folder, "-m", "compkit", *arguments)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert "writable" not in done.stderr
        return done.stdout


def _obey_permissions() -> None:
    if os.geteuid() == 0:
        for capability in _CAPABILITIES_OVER_FILES:
            ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


@pytest.fixture(scope="module")
def account(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """Return an account for which the wheel is installed, its home there but write-protected."""
    if os.name != "posix" or (os.geteuid() == 0 and sys.platform != "linux"):
        pytest.skip("no account here to which the packages are write-protected")
    installed, home = tmp_path_factory.mktemp("installed"), tmp_path_factory.mktemp("home")
    (path,) = built.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        wheel.extractall(installed)  # noqa: S202 - built just now
    subprocess.run([sys.executable, "-m", "compileall", "-q", str(installed)], check=True, timeout=LONG_LIMIT_SECONDS)
    folders = [home, installed, *(path for path in installed.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        with tempfile.TemporaryDirectory(prefix="w-") as temporary:  # short: sockets lie below it
            made = Account(installed, home, Path(temporary))
            for place in (installed / "compkit", home):
                tried = made.run(Path(temporary), "-c", f"open({str(place / 'new')!r}, 'w')")
                if "PermissionError" not in tried.stderr:
                    pytest.skip("no account here to which the packages are write-protected")
            yield made
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_a_report_from_a_wheel_in_another_folder(account: Account, tmp_path: Path) -> None:
    """Copied, made and run again: no library complains into a report of the home, and nothing is left over."""
    where = account.run(tmp_path, "-c", "import compkit; print(compkit.__file__)")
    assert where.stdout.startswith(str(account.installed))
    copied = json.loads(account.compkit(tmp_path, "init", "kit", "--json"))["files"]
    notebooks = [name for name in sources("notebooks") if "solutions" not in Path(name).parts]
    found = sorted(name.partition("/notebooks/")[2] or Path(name).name for name in copied)
    assert found == sorted([*notebooks, "household.yaml", "sample.csv", "sample.yaml"])
    chosen = ("--offer", OFFER, "--notebook", "offer_evaluation")
    made = account.compkit(tmp_path, "report", "kit/data/offers/sample.yaml", "-o", "reports", *chosen, "--json")
    assert [report["status"] for report in json.loads(made)["reports"]] == ["ok"]
    notebook = nbformat.read(tmp_path / "reports" / OFFER / "offer_evaluation.ipynb", as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert any("image/svg+xml" in str(output.get("data", "")) for output in outputs)
    checked = account.compkit(tmp_path / "elsewhere", "check", str(tmp_path / "reports"))
    assert checked == "1 of 1 notebooks reproduce.\n"
    assert list(Path(account.environment["TMPDIR"]).iterdir()) == []
