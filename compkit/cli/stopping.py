"""What ends a long command early: Ctrl-C, `kill`, a closed terminal; each leaves what is done in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from compkit.batch.publish.interruptions import ENDING_SIGNALS
from compkit.cli.exits import EXIT_BY_SIGNAL


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Let a signal that asks to end do so by an exception, so that all that must be closed is; the exit code tells it.

    A signal that the person has turned off, as nohup does, stays off. While the command winds up, a second one counts
    for nothing.

    Raises
    ------
    SystemExit
        With 128 and the signal's number.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hands signals to the main thread only
        return

    def end(number: int, _frame: FrameType | None) -> None:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(EXIT_BY_SIGNAL + number)

    usual = (signal.SIG_DFL, signal.default_int_handler)
    before = {number: handler for number in ENDING_SIGNALS if (handler := signal.getsignal(number)) in usual}
    try:
        for number in before:
            signal.signal(number, end)
        yield
    except SystemExit:
        click.echo("Stopped. What is done stays; the same command goes on from there.", err=True)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
