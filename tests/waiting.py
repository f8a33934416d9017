"""Waits that end with an event, however slow the machine, and checks of processes that tests start."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psutil

Found = TypeVar("Found")

MAX_WAIT_SECONDS = 300.0
"""How long to wait for an event; slow machines need minutes, and sleeping test processes sleep longer."""
LONG_LIMIT_SECONDS = 4 * MAX_WAIT_SECONDS
"""A time limit that ends nothing while a test waits."""
LIMITS_SECONDS = (8.0, 40.0, 200.0)
"""Time limits to try one after another until a report gets far enough before it is ended."""


def wait_for(condition: Callable[[], object], seconds: float = MAX_WAIT_SECONDS) -> bool:
    """Wait for a condition; return whether it came true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for a condition, and fail if it never comes true."""
    assert wait_for(condition), f"it has not come about in {MAX_WAIT_SECONDS:g} s"


def run_with_limits(
    run: Callable[[float], Found], is_enough: Callable[[Found], bool], limits: Sequence[float] = LIMITS_SECONDS
) -> tuple[float, Found]:
    """Run with a time limit, and with longer ones if the machine is too slow; return limit and result."""
    for limit in limits:
        found = run(limit)
        if is_enough(found):
            break
    return limit, found


def have_exited(processes: Iterable[int | psutil.Process]) -> bool:
    """Whether all processes have exited; zombies count as exited."""
    return not any(map(_is_alive, processes))


def _is_alive(given: int | psutil.Process) -> bool:
    try:
        process = psutil.Process(given) if isinstance(given, int) else given
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def processes_with(variable: str) -> dict[int, str]:
    """Find processes that were started with an environment variable; return the variable's value by pid."""
    found = ((process.pid, process.info["environ"] or {}) for process in psutil.process_iter(["environ"]))
    return {pid: environment[variable] for pid, environment in found if variable in environment}
