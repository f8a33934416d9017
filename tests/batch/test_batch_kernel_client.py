"""The kernel client finds a reply whose wake-up was lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

import nbformat
import pytest
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from sample_notebooks import write_notebook
from traitlets.config import Config

from compkit.batch.run import kernel_client, report_job, worker
from compkit.batch.run.jobs import Job
from compkit.batch.run.kernel_client import RetryingKernelClient, RetryingShellChannel

REPLY = {"msg_type": "execute_reply"}


@dataclass
class DeafChannel:
    """A channel whose wait never notices the reply, while a new poll finds it once it is there."""

    n_looks_before_it_comes: int
    waits: list[float] = field(default_factory=list)

    def reply(self, timeout: float | None) -> dict[str, Any]:
        """Next message of the client's channel."""
        return asyncio.run(RetryingShellChannel.__new__(RetryingShellChannel).get_msg(timeout=timeout))

    async def check(self, timeout: float | None) -> dict[str, Any]:
        """Stand in for the base class of the client's channel."""
        if len(self.waits) == self.n_looks_before_it_comes:
            return REPLY
        assert timeout is not None, "it would wait for ever"
        self.waits.append(timeout)
        await asyncio.sleep(timeout)
        raise Empty


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> DeafChannel:
    monkeypatch.setattr(kernel_client, "RETRY_SECONDS", 0.05)
    channel = DeafChannel(n_looks_before_it_comes=3)
    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", lambda _self, timeout=None: channel.check(timeout))
    return channel


@pytest.mark.parametrize("timeout", [600.0, None])
def test_a_reply_whose_word_was_lost_is_found(channel: DeafChannel, timeout: float | None) -> None:
    assert channel.reply(timeout) == REPLY
    assert channel.waits == [0.05] * 3


@pytest.mark.parametrize("timeout", [0.0, 0.02, 0.07])
def test_a_wait_has_an_end(channel: DeafChannel, timeout: float) -> None:
    with pytest.raises(Empty):
        channel.reply(timeout)
    assert sum(channel.waits) <= timeout + 0.001


@pytest.mark.parametrize("environment", [{}, {"JUPYTER_RUNTIME_DIR": "ck-x"}])
def test_workers_use_it(environment: dict[str, str]) -> None:
    config = worker._kernel_connection(environment)
    assert isinstance(config, Config)
    client = AsyncKernelManager(config=config).client()
    assert isinstance(client, RetryingKernelClient)
    assert client.shell_channel_class is RetryingShellChannel


def test_outputs_may_be_read_for_as_long_as_the_report_may_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {}

    def note(_notebook: Any, _path: None, **options: Any) -> nbformat.NotebookNode:
        given.update(options)
        return nbformat.v4.new_notebook()

    monkeypatch.setattr(report_job, "execute_notebook", note)
    notebook = write_notebook(tmp_path / "each.ipynb", "only = True")
    job = Job(str(notebook), str(tmp_path), str(tmp_path), {}, "", keep_images=True, timeout_seconds=77.0)
    report_job.job_outcome(job, lambda _: None, {})
    assert (given["execution_timeout"], given["iopub_timeout"]) == (77, 77)
