"""Whether report notebooks, run again, still give their outputs: nbval's comparison, one process per notebook."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from compkit.batch.run.jobs import DEFAULT_TIMEOUT_SECONDS
from compkit.batch.run.pool import default_n_workers
from compkit.engine import kill_tree, worker_environment
from compkit.errors import Fault, InputError

MAX_DETAIL_LINES = 12
_REPORT = "report.xml"
_CHANGED = "Cell outputs differ"
_CELL = re.compile(r"Cell (\d+)")
# A tag, or the end of one whose start pytest cut off.
_TAG = re.compile(r"(?<=: )[^<>]*\">|<[^>]*>?")
_COLOR = re.compile(r"(\x1b|#x1B)\[[\d;]*m")
_RANDOM = {
    r"0x[0-9a-fA-F]{6,}": "ADDRESS",
    r"[^\s'\"<>]*[/\\]ipykernel_\d+[/\\]\d+\.py": "CELL.py",
    r"[^\s'\"<>]*[/\\]tmp[a-z0-9_]{8}(?![a-zA-Z0-9_])": "TEMPORARY",
    r"(?<![a-zA-Z0-9])T_[0-9a-f]{5}(?![a-zA-Z0-9])": "T_STYLE",
    r"(?<![a-zA-Z0-9])[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}(?![a-zA-Z0-9])": "UUID",
}
"""What changes at every run, for nbval to replace: addresses, temporary paths, ids of pandas' styles and widgets."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether one notebook still reproduces.

    Parameters
    ----------
    path : str
        Relative to the checked folder, with `/`.
    status : str
        ok, changed (a cell gives something else) or failed (a cell or the run ended in an error).
    cell : int or None
        The first such cell, by the number in the notebook.
    detail : str
        What differs or failed, in a few lines; empty if ok.
    """

    path: str
    status: Literal["ok", "changed", "failed"]
    cell: int | None = None
    detail: str = ""


CheckProgress = Callable[[int, int, CheckResult], object]


def check_reports(
    directory: Path,
    n_workers: int | None = None,
    progress: CheckProgress | None = None,
    *,
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS,
) -> list[CheckResult]:
    """Run every report notebook below a folder again, each in its own folder, and compare outputs.

    Parameters
    ----------
    directory : Path
    n_workers : int, optional
        How many run at a time; one per core if left out.
    progress : callable, optional
        Called after each notebook with the number done, the number of all, and the result.
    timeout_seconds : float
        Time limit of a notebook.

    Returns
    -------
    list of CheckResult
        By path.

    Raises
    ------
    InputError
        If there is no notebook.
    """
    paths = report_notebooks(directory)
    if not paths:
        rule = "holds no report notebooks. `compkit report` makes some." if directory.is_dir() else "is not a folder."
        raise InputError([Fault(str(directory), "", "", rule)])
    running = _Running()
    results = []
    with ThreadPoolExecutor(n_workers or default_n_workers()) as pool:
        try:
            for future in as_completed(
                [pool.submit(running.check, path, directory, timeout_seconds) for path in paths]
            ):
                results.append(future.result())
                if progress is not None:
                    progress(len(results), len(paths), results[-1])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            running.end()
            raise
    return sorted(results, key=lambda result: result.path)


def report_notebooks(directory: Path) -> list[Path]:
    """All notebooks below a folder, without hidden ones such as checkpoints."""
    found = directory.rglob("*.ipynb") if directory.is_dir() else ()
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(directory).parts))


class _Running:
    """The running checks, so that all can be killed at once."""

    def __init__(self) -> None:
        self._pids: set[int] = set()
        self._lock = threading.Lock()
        self._has_ended = False

    def end(self) -> None:
        with self._lock:
            self._has_ended = True
            for pid in self._pids:
                kill_tree(pid)

    def check(self, path: Path, directory: Path, timeout_seconds: float) -> CheckResult:
        """Check one notebook."""
        name = path.relative_to(directory).as_posix()
        folder = Path(tempfile.mkdtemp(prefix="ck-"))
        try:
            return self._check_in(folder, path.absolute(), name, timeout_seconds)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _check_in(self, folder: Path, path: Path, name: str, timeout_seconds: float) -> CheckResult:
        process = self._start(folder, path, timeout_seconds)
        if process is None:
            return CheckResult(name, "failed", detail="the check was stopped.")
        try:
            output, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            kill_tree(process.pid)
            process.communicate()
            return CheckResult(name, "failed", detail=f"took longer than {timeout_seconds:g} s and was ended.")
        finally:
            with self._lock:
                self._pids.discard(process.pid)
        report = folder / _REPORT
        return _result(name, report.read_text(encoding="utf-8") if report.is_file() else "", output)

    def _start(self, folder: Path, path: Path, timeout_seconds: float) -> subprocess.Popen[str] | None:
        settings = folder / "pytest.ini"
        settings.write_text("[pytest]\n", encoding="utf-8")
        rules = folder / "random.cfg"
        rules.write_text("".join(f"regex: {found}\nreplace: {name}\n" for found, name in _RANDOM.items()))
        options = ["-c", str(settings), "--rootdir", str(path.parent), f"--junitxml={folder / _REPORT}", "--color=no"]
        plugins = ("nbval.plugin", "compkit.batch.nbval_charts", "no:cacheprovider")
        options += [*(f"-p{plugin}" for plugin in plugins), "--nbval", "--nbval-current-env"]
        options += [f"--nbval-sanitize-with={rules}", f"--nbval-cell-timeout={timeout_seconds:g}", "-q", str(path)]
        with self._lock:
            if self._has_ended:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, and no shell
                [sys.executable, "-P", "-m", "pytest", *options],
                cwd=path.parent,
                # The user's own pytest settings must not apply here.
                env=worker_environment(str(folder)) | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,
            )
            self._pids.add(process.pid)
        return process


def _result(name: str, report: str, output: str) -> CheckResult:
    """Read a notebook's result from its JUnit report or, without one, from the last lines of pytest."""
    cases = list(ET.fromstring(report).iter("testcase")) if report else []  # noqa: S314 - pytest wrote it just now
    if not cases:
        return CheckResult(name, "failed", detail=_last_lines(output))
    for case in cases:
        problems = [*case.iter("failure"), *case.iter("error")]
        if problems:
            found = _CELL.search(case.get("name", ""))
            text = _COLOR.sub("", problems[0].text or "")
            status: Literal["changed", "failed"] = "changed" if _CHANGED in text else "failed"
            # nbval counts code cells from 0, notebooks from 1.
            return CheckResult(name, status, int(found[1]) + 1 if found else None, _detail(text))
    return CheckResult(name, "ok")


def _detail(text: str) -> str:
    """Lines of nbval's message on what differs, or the error that ended the cell."""
    _, _, comparison = text.partition("Traceback:")
    lines = [line.rstrip() for line in (comparison or text).splitlines() if line.strip()]
    if _CHANGED not in text:
        return "\n".join(lines[-1:])
    # pytest has the notebook's output on the left, which it marks with +.
    was = [f"was: {line[4:].strip()}" for line in lines if line.startswith("  + ")]
    now = [f"now: {line[4:].strip()}" for line in lines if line.startswith("  - ")]
    if not was and not now:  # figures are compared as one mapping
        parts = [line.strip().split(" != ", 1) for line in lines if " != " in line]
        was, now = [f"was: {left}" for left, _ in parts], [f"now: {right}" for _, right in parts]
    if not was and not now:
        return "\n".join(lines[:MAX_DETAIL_LINES])
    if [_TAG.sub(" ", line) for line in was] != [_TAG.sub(" ", line.replace("now: ", "was: ")) for line in now]:
        was, now = ([" ".join(_TAG.sub(" ", line).split()) for line in part] for part in (was, now))
    return "\n".join([*was[: MAX_DETAIL_LINES // 2], *now[: MAX_DETAIL_LINES // 2]])


def _last_lines(output: str) -> str:
    return "\n".join([line for line in output.splitlines() if line.strip()][-3:])
