"""A kernel client that polls for a cell's reply, so that a lost wake-up cannot make it wait forever.

A ZeroMQ socket wakes its event loop once per arrival. jupyter_client sends on the socket behind the loop's back, which
can swallow the wake-up of a reply that arrives at that moment: the kernel is idle, the reply is there, and the client
waits until the time limit. Seen in about one of forty notebooks with quick cells.
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
    """The channel of cells and their replies, polled every second."""

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:  # type: ignore[override]  # as its parent
        """Next message.

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
    """An asynchronous client with a polling shell channel."""

    shell_channel_class = Type(RetryingShellChannel)


RETRYING_CLIENT = {
    "AsyncKernelManager": {"client_class": f"{RetryingKernelClient.__module__}.{RetryingKernelClient.__qualname__}"}
}
"""Traitlets settings that make an asynchronous kernel manager use this client."""
