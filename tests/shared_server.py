"""One fork server for all batches of a test file: each would start its own, which takes seconds."""

from __future__ import annotations

from collections.abc import Callable

from forked_notebooks import unwatched_by_pytest

from compkit.batch.run.forked import ForkServers
from compkit.engine import ForkServer
from compkit.engine.driver import shared_fork_server


class SharedForkServers(ForkServers):
    """Hands out the fork server of this process, which stays when a batch ends."""

    def _started(self, _check: Callable[[], object] = lambda: None) -> ForkServer:
        with unwatched_by_pytest():
            return shared_fork_server()

    def end(self) -> None:
        """Leave it for the next batch."""
        self._has_ended = True
