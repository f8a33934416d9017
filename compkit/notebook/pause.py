"""An action that waits until someone pauses typing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PAUSE_S = 0.3


class Pause:
    """Runs an action once after the last of several calls; at once where no event loop runs, as in a script.

    Half a number is no mistake yet, and working out every page at each key would lag behind a quick typist.

    >>> changes = []
    >>> changed = Pause(lambda: changes.append(True))
    >>> changed()
    >>> changes
    [True]
    """

    def __init__(self, action: Callable[[], object]) -> None:
        self._action = action
        self._timer: asyncio.TimerHandle | None = None

    def __call__(self) -> None:
        """Ask for the action."""
        if self._timer is not None:
            self._timer.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._action()
        else:
            self._timer = loop.call_later(PAUSE_S, self.end)

    def end(self) -> None:
        """Run the action if it waits: nobody types any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._action()
