"""The kernel's client finds a reply that nobody told it of."""

from __future__ import annotations

import asyncio
import time
from queue import Empty
from typing import Any

import pytest
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

from compkit.batch import kernel_client, worker
from compkit.batch.kernel_client import PatientKernelClient, PatientShellChannel

REPLY = {"msg_type": "execute_reply"}


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> PatientShellChannel:
    """Return a channel on which a wait never hears of the reply, while a new look finds it once it is there."""
    monkeypatch.setattr(kernel_client, "LOOK_AGAIN_SECONDS", 0.05)
    begun = time.monotonic()

    async def deaf(_self: AsyncZMQSocketChannel, timeout: float | None = None) -> dict[str, Any]:
        if time.monotonic() - begun > 0.1:
            return REPLY
        assert timeout is not None, "it would wait for ever"
        await asyncio.sleep(timeout)
        raise Empty

    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", deaf)
    return PatientShellChannel.__new__(PatientShellChannel)


@pytest.mark.parametrize("timeout", [60.0, None])
def test_a_reply_whose_word_was_lost_is_found(channel: PatientShellChannel, timeout: float | None) -> None:
    begun = time.monotonic()
    assert asyncio.run(channel.get_msg(timeout=timeout)) == REPLY
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("timeout", [0.0, 0.02, 0.07])
def test_a_wait_has_an_end(channel: PatientShellChannel, timeout: float) -> None:
    with pytest.raises(Empty):
        asyncio.run(channel.get_msg(timeout=timeout))


@pytest.mark.parametrize("environment", [{}, {"JUPYTER_RUNTIME_DIR": "ck-x"}])
def test_workers_use_it(environment: dict[str, str]) -> None:
    config = worker._kernel_connection(environment)
    assert isinstance(config, Config)
    client = AsyncKernelManager(config=config).client()
    assert isinstance(client, PatientKernelClient)
    assert client.shell_channel_class is PatientShellChannel
