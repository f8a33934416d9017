"""Signals that end a run, delayed while it must not stop."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""Sent by Ctrl-C, `kill` and a closed terminal."""


@contextmanager
def delay_signals() -> Iterator[None]:
    """Delay signals that end the process until the block is done; does nothing outside the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    delayed: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        delayed.append(number)

    # None: set in C by another library, and Python could not restore it.
    before = {number: handler for number in ENDING_SIGNALS if (handler := signal.getsignal(number)) is not None}
    ignored = [number for number, handler in before.items() if handler == signal.SIG_IGN]
    for number in before.keys() - set(ignored):
        signal.signal(number, note)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(delayed):
            signal.raise_signal(number)
