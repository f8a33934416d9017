"""Waits that end with an event, however slow the machine, and what becomes of processes that tests start."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import psutil

Found = TypeVar("Found")

MAX_WAIT_SECONDS = 300.0
"""How long to wait for what must come: a slow machine needs minutes, and what tests leave asleep sleeps longer."""
LONG_LIMIT_SECONDS = 4 * MAX_WAIT_SECONDS
"""A time limit that ends nothing while somebody waits for its end by other means."""
LIMITS_SECONDS = (8.0, 40.0, 200.0)
"""Time limits to try one after another until a report comes as far as it must before it is ended."""


def wait_for(condition: Callable[[], object], seconds: float = MAX_WAIT_SECONDS) -> bool:
    """Wait for an event; return whether it has come."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for an event, and fail if it never comes."""
    assert wait_for(condition), f"it has not come about in {MAX_WAIT_SECONDS:g} s"


def run_with_limits(
    run: Callable[[float], Found], is_enough: Callable[[Found], bool], limits: Sequence[float] = LIMITS_SECONDS
) -> tuple[float, Found]:
    """Run with a time limit, again with a longer one where the machine was too slow; return both limit and result."""
    for limit in limits:
        found = run(limit)
        if is_enough(found):
            break
    return limit, found


def have_exited(processes: Iterable[int | psutil.Process]) -> bool:
    """Return whether none of them runs; one that only waits for its parent to take note does not."""
    return not any(map(_is_alive, processes))


def _is_alive(given: int | psutil.Process) -> bool:
    try:
        process = psutil.Process(given) if isinstance(given, int) else given
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def processes_with(variable: str) -> dict[int, str]:
    """Return each process that was started with an environment variable, and the variable's value."""
    found = ((process.pid, process.info["environ"] or {}) for process in psutil.process_iter(["environ"]))
    return {pid: environment[variable] for pid, environment in found if variable in environment}
