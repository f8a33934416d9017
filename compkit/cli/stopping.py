"""Stop a long command early, by Ctrl-C, `kill` or a closed terminal, with its finished work in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import click

from compkit.batch import ENDING_SIGNALS
from compkit.cli.exits import EXIT_BY_SIGNAL


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Turn signals that end the process into an exception, so that everything is closed, and into the exit code.

    A signal that the user has turned off, as nohup does, stays off. More signals during the cleanup are ignored.

    Raises
    ------
    SystemExit
        With 128 and the signal's number.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread gets signals
        return

    def end(number: int, _frame: FrameType | None) -> None:
        for one in before:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(EXIT_BY_SIGNAL + number)

    default = (signal.SIG_DFL, signal.default_int_handler)
    before = {number: handler for number in ENDING_SIGNALS if (handler := signal.getsignal(number)) in default}
    try:
        for number in before:
            signal.signal(number, end)
        yield
    except SystemExit:
        click.echo("Stopped. Finished reports stay; run the same command to continue.", err=True)
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
