"""Limits enforced by Linux: processes end with their parent; memory and processor time are capped."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_NEEDED = ("fcntl", "resource", "termios")


def why_no_forks() -> str:
    """Reason why processes cannot be forked here, as the end of a sentence; empty if they can."""
    if not sys.platform.startswith("linux"):
        return f"needs Linux, this is {sys.platform}"
    missing = [name for name in _NEEDED if not _can_import(name)]
    if not hasattr(os, "fork"):
        missing.append("os.fork")
    return f"needs {', '.join(missing)}, which this Python does not have" if missing else ""


def _can_import(name: str) -> bool:
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def end_with_parent(parent_pid: int) -> None:
    """Have this process killed when its parent `parent_pid` ends."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it has already ended
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def cap_memory(limit_bytes: int) -> None:
    """Limit the memory of this process beyond its present size; at the limit Python raises MemoryError."""
    import resource  # Windows does not have it

    pages = int(Path("/proc/self/statm").read_text().split()[5])
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    cap = pages * resource.getpagesize() + limit_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (cap if hard < 0 else min(cap, hard), hard))


def cap_cpu_time(seconds: int) -> None:
    """Have this process killed once it has used so much processor time."""
    import resource  # Windows does not have it

    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    cap = seconds if hard < 0 else min(seconds, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (cap, cap))


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
