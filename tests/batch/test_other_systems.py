"""Windows and others cannot fork: all that runs notebooks takes ordinary kernels there, and says so.

Real Windows was not tried. Each command runs in a Python that lacks what Windows lacks: os.fork, fcntl, termios, ...
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from forked_notebooks import write_cells
from quick_engine import write_offers
from waiting import MAX_WAIT_SECONDS

from compkit.engine.limits import why_no_forks

HIDDEN = ("fcntl", "resource", "termios", "tty", "pty", "pwd", "grp")
LACKING = {
    "os": ("fork", "forkpty", "killpg", "getpgid", "setsid", "sched_getaffinity", "sysconf",
           "nice", "register_at_fork", "wait4", "wait3"),
    "signal": ("SIGHUP", "SIGALRM", "SIGBUS", "SIGSYS", "SIGUSR1", "setitimer", "pthread_sigmask"),
}  # fmt: skip
AS_ELSEWHERE = f"""
import os, signal, sys
import asyncio, subprocess, psutil, IPython.utils.process  # on Windows these do without; here they need what is hidden
for name in {HIDDEN}:
    sys.modules[name] = None
if "ipykernel_launcher" not in sys.orig_argv:  # ipykernel goes by the name of the system, too
    for module, names in {LACKING}.items():
        for name in names:
            if hasattr(sys.modules[module], name):
                delattr(sys.modules[module], name)
"""
WHY = "Forking needs fcntl, resource, termios, os.fork, which this Python does not have."
IS_ORDINARY = "import sys\nprint('ipykernel_launcher' in sys.orig_argv)"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment in which every Python lacks what Windows lacks."""
    folder = tmp_path_factory.mktemp("elsewhere")
    (folder / "sitecustomize.py").write_text(AS_ELSEWHERE, encoding="utf-8")
    return {**os.environ, "PYTHONPATH": str(folder)}


def run(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False,
        timeout=MAX_WAIT_SECONDS,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done


def evaluated(environment: dict[str, str], folder: Path, code: str) -> tuple[str, str]:
    """Run a line of Python; return what it prints, and its last line on stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout.strip(), (done.stderr.strip().splitlines() or [""])[-1]


def test_the_tests_do_hide_them(elsewhere: dict[str, str], tmp_path: Path) -> None:
    for code in ("import resource", "import fcntl", "import termios"):
        assert evaluated(elsewhere, tmp_path, code)[1].startswith("ModuleNotFoundError")
    for code in ("import os; os.fork", "import signal; signal.SIGHUP"):
        assert evaluated(elsewhere, tmp_path, code)[1].startswith("AttributeError")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere the reason is the system itself")
def test_the_reason_is_named(elsewhere: dict[str, str], tmp_path: Path) -> None:
    assert why_no_forks() == ""
    code = "from compkit.engine.limits import why_no_forks; print(why_no_forks())"
    assert evaluated(elsewhere, tmp_path, code) == (WHY.removeprefix("Forking ").removesuffix("."), "")


@pytest.mark.long
def test_reports_are_made_and_checked(elsewhere: dict[str, str], tmp_path: Path) -> None:
    write_offers(tmp_path / "offers.yaml", {"a": 175_000.0})
    done = run(elsewhere, tmp_path, "compkit", "report", "offers.yaml", "-o", "out", "--notebook", "ai_ml_premiums")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("Reports run in ordinary kernels, which takes longer.") == 1
    assert f"note: {WHY}" in done.stderr
    assert done.stdout.startswith("1 of 1 reports made, 0 failed.")
    assert (tmp_path / "out" / "a" / "ai_ml_premiums.html").is_file()
    checked = run(elsewhere, tmp_path, "compkit", "check", "out")
    assert (checked.returncode, checked.stdout) == (0, "1 of 1 notebooks reproduce.\n")


@pytest.mark.long
def test_papermill_runs_notebooks(elsewhere: dict[str, str], tmp_path: Path) -> None:
    write_cells(tmp_path / "in.ipynb", IS_ORDINARY)
    done = run(elsewhere, tmp_path, "papermill", "--engine", "compkit", "in.ipynb", "out.ipynb")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(f"{WHY} The notebook runs in an ordinary kernel.") == 1
    (cell,) = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    assert [output["text"] for output in cell.outputs] == ["True\n"]


@pytest.mark.long
def test_the_provisioner_starts_kernels(elsewhere: dict[str, str], tmp_path: Path) -> None:
    """As `make test` runs them: two notebooks and nbval, which gives the reason once."""
    for name in ("one", "two"):
        path = write_cells(tmp_path / f"{name}.ipynb", IS_ORDINARY)
        document = json.loads(path.read_text(encoding="utf-8"))
        outputs = [{"output_type": "stream", "name": "stdout", "text": ["True\n"]}]
        document["cells"][0] |= {"outputs": outputs, "execution_count": 1}
        path.write_text(json.dumps(document), encoding="utf-8")
    options = ("-p", "no:cacheprovider", "-o", "addopts=", "-q", "--nbval", "--nbval-current-env", ".")
    done = run({**elsewhere, "JUPYTER_DEFAULT_PROVISIONER_NAME": "compkit"}, tmp_path, "pytest", *options)
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
    assert done.stdout.count(f"RuntimeWarning: {WHY} Kernels start as usual.") == 1


def test_signals_are_those_that_there_are(elsewhere: dict[str, str], tmp_path: Path) -> None:
    code = "from compkit.batch.publish.interruptions import ENDING_SIGNALS; print(*map(int, ENDING_SIGNALS))"
    assert evaluated(elsewhere, tmp_path, code) == (f"{int(signal.SIGINT)} {int(signal.SIGTERM)}", "")
