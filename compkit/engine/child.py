"""Setup of a forked process: it lets go of all that belongs to the fork server and its other children."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from compkit.engine.limits import adopt_orphans, cap_cpu_time, cap_memory, end_with_parent
from compkit.engine.processes import MARK_VARIABLE
from compkit.engine.tasks import finish, run_task

_SIGNALS_TAKEN = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM)


def run_child(task: Mapping[str, Any], channel: int, others: Iterable[int]) -> NoReturn:
    """Run a task in this forked process, then exit.

    Parameters
    ----------
    task : mapping
        The plain values of `Task`.
    channel : int
        File descriptor for messages to the fork server.
    others : iterable of int
        Inherited file descriptors to close.
    """
    code = 1
    try:
        parent_pid = os.getppid()
        os.setsid()
        end_with_parent(parent_pid)
        adopt_orphans()
        _detach(others)
        _configure(task)
        with os.fdopen(channel, "w", encoding="utf-8") as stream:

            def tell(**message: Any) -> None:
                stream.write(json.dumps(message) + "\n")
                stream.flush()

            try:
                run_task(task["function"], task["argument"], tell)
                code = 0
            except Exception as error:
                tell(error=f"{type(error).__name__}: {error}")
            finish()
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.write(channel, (json.dumps({"error": f"{type(error).__name__}: {error}"}) + "\n").encode())
    finally:
        os._exit(code)


def _detach(others: Iterable[int]) -> None:
    signal.set_wakeup_fd(-1)
    for number in _SIGNALS_TAKEN:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for descriptor in others:
        os.close(descriptor)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    os.close(nowhere)


def _configure(task: Mapping[str, Any]) -> None:
    """Apply the task's environment, folder and limits, and seed NumPy anew."""
    if task["environment"] is not None:
        mark = os.environ.get(MARK_VARIABLE)
        os.environ.clear()
        os.environ.update(task["environment"])
        if mark is not None:  # finds everything this process starts, if the fork server dies
            os.environ[MARK_VARIABLE] = mark
    if task["folder"]:
        Path(task["folder"]).mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chdir(task["folder"])
    if "multiprocessing.process" in sys.modules:  # spawned processes look for modules in the folder of its import
        process: Any = sys.modules["multiprocessing.process"]
        process.ORIGINAL_DIR = str(Path.cwd())
    if task["memory_limit_bytes"]:
        cap_memory(task["memory_limit_bytes"])
    if task["cpu_limit_seconds"]:
        cap_cpu_time(task["cpu_limit_seconds"])
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # Python reseeds its own generator at every fork
    if "matplotlib" in sys.modules:
        _configure_matplotlib(sys.modules["matplotlib"])


def _configure_matplotlib(matplotlib: Any) -> None:
    """Read matplotlib's settings from this folder and environment, as importing it here would."""
    if matplotlib.matplotlib_fname() != Path(matplotlib.get_data_path(), "matplotlibrc").as_posix():
        matplotlib.rc_file(matplotlib.matplotlib_fname())
    if os.environ.get("MPLBACKEND"):
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
