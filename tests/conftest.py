"""How hypothesis runs unless --hypothesis-profile says otherwise, and signals as in a terminal."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator

import laws  # noqa: F401  registers the profiles
import pytest
from hypothesis import settings

settings.load_profile("fixed")


def pytest_collection_finish() -> None:
    """Spare the garbage collector what lives as long as the tests; looking through it took a tenth of their time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def one_fork_server() -> Iterator[None]:
    """Have the batches of a file share a fork server. That each starts and ends its own is tested elsewhere."""
    from shared_server import SharedForkServers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("compkit.batch.run.forked.ForkServers", SharedForkServers)
        yield


@pytest.fixture(scope="module")
def usual_signals() -> Iterator[None]:
    """Have signals do what they do in a terminal, here and in what is started from here.

    Whoever starts the tests may have turned some off (nohup, a shell's background, CI), and a process inherits that.
    """
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    if hasattr(signal, "SIGHUP"):
        usual[signal.SIGHUP] = signal.SIG_DFL
    if hasattr(signal, "pthread_sigmask"):
        blocked = signal.pthread_sigmask(signal.SIG_UNBLOCK, usual)
    before = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
