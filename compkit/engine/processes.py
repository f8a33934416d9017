"""Environment of worker processes, and killing them with all descendants."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil

from compkit.engine.home_folders import home_folders

RUNTIME_FOLDER_VARIABLE = "JUPYTER_RUNTIME_DIR"
MARK_VARIABLE = "COMPKIT_FORK_SERVER"
"""Environment variable that marks the descendants of a fork server."""


def worker_environment(runtime_folder: str) -> dict[str, str]:
    """Environment of workers and their kernels.

    Parameters
    ----------
    runtime_folder : str
        For connection files and sockets of kernels.
    """
    environment = {
        **os.environ,
        **home_folders(),
        RUNTIME_FOLDER_VARIABLE: runtime_folder,
        # This environment's kernel takes precedence over one of the same name in the home.
        "JUPYTER_PREFER_ENV_PATH": "1",
        # Reports run in parallel, so more threads for each would only compete.
        "OPENBLAS_NUM_THREADS": "1",
    }
    # With MPLBACKEND set, a kernel might not draw into its notebook.
    environment.pop("MPLBACKEND", None)
    return environment


def kill_tree(pid: int) -> None:
    """Kill a process and all its descendants.

    Kernels lead sessions of their own, outside the parent's process group: so each is found by descent, and those that
    lead a group are killed with it.
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
    """Kill all descendants of a process, but not the process itself."""
    for child in psutil.Process(pid).children():
        kill_tree(child.pid)


def _kill(process: psutil.Process) -> None:
    if hasattr(os, "killpg") and process.pid != os.getpid() and os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
