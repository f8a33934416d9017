"""How hypothesis runs unless --hypothesis-profile says otherwise, signals as in a terminal, and what tests share."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import laws  # noqa: F401  registers the profiles
import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from ipywidgets import Output

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


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return a list that takes what the controls display, an error too, as no kernel is there to take it."""
    from ipywidgets import Output

    seen: list[Any] = []

    def at_once(function: Callable[..., Any], controls: dict[str, Any]) -> Output:
        def update(_: object = None) -> None:
            function(**{name: control.value for name, control in controls.items()})

        for control in controls.values():
            control.observe(update, "value")
        update()
        return Output()

    monkeypatch.setattr("ipywidgets.interactive_output", at_once)
    monkeypatch.setattr("IPython.display.display", lambda *blocks: seen.append(blocks))
    return seen
