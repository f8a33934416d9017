"""Signals that ask a batch to end, put off for the moments in which it must not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""What Ctrl-C, `kill` and a closed terminal send."""


@contextmanager
def delay_signals() -> Iterator[None]:
    """Put off every signal that asks to end until the block has ended; a thread other than the main one has none."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    put_off: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        put_off.append(number)

    # What another library has set in C cannot be put back from here: it stays.
    before = {number: handler for number in ENDING_SIGNALS if (handler := signal.getsignal(number)) is not None}
    ignored = [number for number, handler in before.items() if handler == signal.SIG_IGN]
    for number in before.keys() - set(ignored):
        signal.signal(number, note)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in dict.fromkeys(put_off):
            signal.raise_signal(number)
