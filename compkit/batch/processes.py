"""Processes and all that they have started, ended for certain."""

from __future__ import annotations

import contextlib
import os
import signal

import psutil


def kill_tree(pid: int) -> None:
    """End a process and every descendant at once, whatever they are doing.

    Kernels lead a session of their own, so that the parent's group does not reach them: each is found by descent,
    and those that lead a group take it with them.
    """
    try:
        root = psutil.Process(pid)
        processes = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for process in processes:
        with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
            _kill(process)
    psutil.wait_procs(processes, timeout=5)


def kill_descendants(pid: int) -> None:
    """End every descendant of a process, but not the process itself."""
    for child in psutil.Process(pid).children():
        kill_tree(child.pid)


def _kill(process: psutil.Process) -> None:
    if os.name == "posix" and process.pid != os.getpid() and os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
