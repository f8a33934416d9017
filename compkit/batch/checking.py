"""Whether report notebooks, run again, still give what they hold: nbval's comparison, a process a notebook."""

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

from compkit.batch.run.pool import default_n_workers
from compkit.engine.processes import kill_tree, worker_environment
from compkit.errors import Fault, InputError

DEFAULT_TIMEOUT_SECONDS = 300.0
MAX_DETAIL_LINES = 12
_REPORT = "report.xml"
_CHANGED = "Cell outputs differ"
_CELL = re.compile(r"Cell (\d+)")
# A tag, and the rest of one at a line's start, whose beginning pytest has left out.
_TAG = re.compile(r"(?<=: )[^<>]*\">|<[^>]*>?")
_COLOUR = re.compile(r"(\x1b|#x1B)\[[\d;]*m")
_CHANCE = {
    r"0x[0-9a-fA-F]{6,}": "ADDRESS",
    r"[^\s'\"<>]*[/\\]ipykernel_\d+[/\\]\d+\.py": "CELL.py",
    r"[^\s'\"<>]*[/\\]tmp[a-z0-9_]{8}(?![a-zA-Z0-9_])": "TEMPORARY",
    r"(?<![a-zA-Z0-9])T_[0-9a-f]{5}(?![a-zA-Z0-9])": "T_STYLE",
    r"(?<![a-zA-Z0-9])[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}(?![a-zA-Z0-9])": "UUID",
}
"""What is another at every run, for nbval to replace: addresses of objects, temporary paths, the ids of pandas' styles
and of widgets."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether one notebook still reproduces.

    Parameters
    ----------
    path : str
        Relative to the folder that was checked, written with `/`.
    status : str
        ok, changed (a cell gives something else) or failed (a cell, or the run, ended in an error).
    cell : int or None
        The first such cell, by the number that the notebook shows for it.
    detail : str
        What differs or went wrong; a few lines, empty where all is well.
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
    """Run every report notebook under a folder again, in its own folder, and compare what it gives.

    Parameters
    ----------
    directory : Path
    n_workers : int, optional
        How many run at a time; as many as there are cores if left out.
    progress : callable, optional
        Called after each notebook with how many are done, how many there are, and its result.
    timeout_seconds : float
        The limit of a notebook.

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
                [pool.submit(running.checked, path, directory, timeout_seconds) for path in paths]
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
    """Return the notebooks in a folder and its folders, hidden ones (such as checkpoints) left out."""
    found = directory.rglob("*.ipynb") if directory.is_dir() else ()
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(directory).parts))


class _Running:
    """The checks under way, so that all can be ended at once."""

    def __init__(self) -> None:
        self._pids: set[int] = set()
        self._lock = threading.Lock()
        self._has_ended = False

    def end(self) -> None:
        with self._lock:
            self._has_ended = True
            for pid in self._pids:
                kill_tree(pid)

    def checked(self, path: Path, directory: Path, timeout_seconds: float) -> CheckResult:
        """Return whether one notebook still reproduces."""
        name = path.relative_to(directory).as_posix()
        folder = Path(tempfile.mkdtemp(prefix="ck-"))
        try:
            return self._checked_in(folder, path.absolute(), name, timeout_seconds)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _checked_in(self, folder: Path, path: Path, name: str, timeout_seconds: float) -> CheckResult:
        process = self._started(folder, path, timeout_seconds)
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

    def _started(self, folder: Path, path: Path, timeout_seconds: float) -> subprocess.Popen[str] | None:
        settings = folder / "pytest.ini"
        settings.write_text("[pytest]\n", encoding="utf-8")
        chance = folder / "chance.cfg"
        chance.write_text("".join(f"regex: {found}\nreplace: {name}\n" for found, name in _CHANCE.items()))
        options = ["-c", str(settings), "--rootdir", str(path.parent), f"--junitxml={folder / _REPORT}", "--color=no"]
        options += ["-p", "nbval.plugin", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
        options += [f"--nbval-sanitize-with={chance}", f"--nbval-cell-timeout={timeout_seconds:g}", "-q", str(path)]
        with self._lock:
            if self._has_ended:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, and no shell
                [sys.executable, "-P", "-m", "pytest", *options],
                cwd=path.parent,
                # What a person has set for their own tests must not change what this one sees.
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
    """Return what a JUnit report says of a notebook; without one, what pytest said last."""
    cases = list(ET.fromstring(report).iter("testcase")) if report else []  # noqa: S314 - pytest wrote it just now
    if not cases:
        return CheckResult(name, "failed", detail=_last_lines(output))
    for case in cases:
        problems = [*case.iter("failure"), *case.iter("error")]
        if problems:
            found = _CELL.search(case.get("name", ""))
            text = _COLOUR.sub("", problems[0].text or "")
            status: Literal["changed", "failed"] = "changed" if _CHANGED in text else "failed"
            # nbval counts code cells from 0, the notebook shows them from 1.
            return CheckResult(name, status, int(found[1]) + 1 if found else None, _detail(text))
    return CheckResult(name, "ok")


def _detail(text: str) -> str:
    """Return the lines of nbval's message that say what differs, or with what error the cell ended."""
    _, _, comparison = text.partition("Traceback:")
    lines = [line.rstrip() for line in (comparison or text).splitlines() if line.strip()]
    if _CHANGED not in text:
        return "\n".join(lines[-1:])
    # pytest puts the notebook's output on the left, and so marks it with +.
    was = [f"was: {line[4:].strip()}" for line in lines if line.startswith("  + ")]
    now = [f"now: {line[4:].strip()}" for line in lines if line.startswith("  - ")]
    if not was and not now:  # figures are compared as one mapping, part by part
        parts = [line.strip().split(" != ", 1) for line in lines if " != " in line]
        was, now = [f"was: {left}" for left, _ in parts], [f"now: {right}" for _, right in parts]
    if not was and not now:
        return "\n".join(lines[:MAX_DETAIL_LINES])
    if [_TAG.sub(" ", line) for line in was] != [_TAG.sub(" ", line.replace("now: ", "was: ")) for line in now]:
        was, now = ([" ".join(_TAG.sub(" ", line).split()) for line in part] for part in (was, now))
    return "\n".join([*was[: MAX_DETAIL_LINES // 2], *now[: MAX_DETAIL_LINES // 2]])


def _last_lines(output: str) -> str:
    return "\n".join([line for line in output.splitlines() if line.strip()][-3:])
