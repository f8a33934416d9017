"""A kernel's client that looks again for a cell's reply, so that a lost word cannot make it wait for ever.

A ZeroMQ socket tells its loop once that something has come. jupyter_client sends on the socket behind the loop's back,
and that can swallow the word of a reply which arrives at the same moment: the kernel is idle, the reply lies there, and
the client waits until the time limit. It was seen once in some forty notebooks of quick cells.
"""

from __future__ import annotations

import math
import time
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from traitlets import Type

RETRY_SECONDS = 1.0


class RetryingShellChannel(AsyncZMQSocketChannel):
    """The channel of cells and their replies, looked at anew every second."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]  # as its parent
        """Return the next message.

        Raises
        ------
        queue.Empty
            If none comes within `timeout` [s].
        """
        ends = math.inf if timeout is None else time.monotonic() + timeout
        while True:
            left = max(0.0, ends - time.monotonic())
            try:
                return await super().get_msg(timeout=min(RETRY_SECONDS, left))
            except Empty:
                if left <= RETRY_SECONDS:
                    raise


class RetryingKernelClient(AsyncKernelClient):
    """An asynchronous client whose shell channel looks again."""

    shell_channel_class = Type(RetryingShellChannel)


RETRYING_CLIENT = {
    "AsyncKernelManager": {"client_class": f"{RetryingKernelClient.__module__}.{RetryingKernelClient.__qualname__}"}
}
"""The settings (traitlets' `Config`) by which an asynchronous kernel manager takes this client."""
