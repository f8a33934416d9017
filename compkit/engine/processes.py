"""Worker processes: what they find in their environment, and how they end with all that they have started."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

from compkit.engine.home_folders import home_folders

RUNTIME_FOLDER_VARIABLE = "JUPYTER_RUNTIME_DIR"
MARK_VARIABLE = "COMPKIT_WARMED_PARENT"
"""By which a process shows whose descendant it is."""


def worker_environment(runtime_folder: str) -> dict[str, str]:
    """Return the environment of workers and so of kernels.

    Parameters
    ----------
    runtime_folder : str
        Where kernels leave their connection files and sockets.
    """
    environment = {
        **os.environ,
        **home_folders(),
        RUNTIME_FOLDER_VARIABLE: runtime_folder,
        # The kernel of this environment comes before one of the same name in the person's home.
        "JUPYTER_PREFER_ENV_PATH": "1",
        # Several reports at a time leave no core for more threads each.
        "OPENBLAS_NUM_THREADS": "1",
    }
    # A kernel draws into its notebook only where nothing else is asked for.
    environment.pop("MPLBACKEND", None)
    return environment


def kill_tree(pid: int) -> None:
    """End a process and every descendant at once, whatever they are doing.

    Kernels lead a session of their own, so that the parent's group does not reach them: each is found by descent,
    and those that lead a group take it with them.
    """
    try:
        root = psutil.Process(pid)
        descendants = root.children(recursive=True)
    except psutil.NoSuchProcess:
        return
    for process in (root, *descendants):
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            _kill(process)


def kill_descendants(pid: int) -> None:
    """End every descendant of a process, but not the process itself."""
    for child in psutil.Process(pid).children():
        kill_tree(child.pid)


def _kill(process: psutil.Process) -> None:
    if hasattr(os, "killpg") and process.pid != os.getpid() and os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
