"""A kernel that never answers, as when another process has taken its port, keeps nobody waiting."""

from __future__ import annotations

import asyncio
from queue import Empty
from typing import Any

import pytest

pytest.importorskip("voila", reason='install Voila to try the app: pip install "compkit[app]"')

from compkit.app import sessions


class Silent:
    """A client of a kernel of which nothing is heard until it was asked often enough."""

    def __init__(self, n_lost: float) -> None:
        self.n_asked, self._n_lost = 0, n_lost

    def kernel_info(self) -> None:
        """Ask."""
        self.n_asked += 1

    async def get_iopub_msg(self, timeout: float) -> None:  # noqa: ARG002
        """Hear something, or nothing in time."""
        await asyncio.sleep(0)
        if self.n_asked <= self._n_lost:
            raise Empty


async def alive() -> bool:
    return True


async def ended() -> bool:
    return False


def test_a_kernel_is_asked_again_until_it_is_heard() -> None:
    client = Silent(3)
    asyncio.run(sessions.wait_until_heard(client, alive))
    assert client.n_asked == 4


@pytest.mark.parametrize(("is_alive", "seconds"), [(alive, 0.05), (ended, 1e9)])
def test_a_kernel_that_is_never_heard_is_given_up(is_alive: Any, seconds: float) -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(sessions.wait_until_heard(Silent(float("inf")), is_alive, seconds))


@pytest.mark.parametrize("n_failures", [0, 1, 2, 3])
def test_another_kernel_is_started_for_one_that_fails(n_failures: int, monkeypatch: pytest.MonkeyPatch) -> None:
    started, ended = [], []

    async def rendered(number: int) -> tuple[list[str], None]:
        if number <= n_failures:
            raise TimeoutError
        return ['<div class="output"></div>'], None

    async def initialize(_self: Any, _path: str, _kernel_id: str | None = None, **_options: Any) -> dict[str, Any]:
        started.append(len(started) + 1)
        return {"task": rendered(started[-1]), "kernel_id": str(started[-1])}

    async def shut_down(_self: Any, kernel_id: str, **_options: Any) -> None:
        ended.append(kernel_id)

    monkeypatch.setattr(sessions._Preheated, "_initialize", initialize)
    monkeypatch.setattr(sessions.Sessions, "shutdown_kernel", shut_down)
    manager = sessions.Sessions.__new__(sessions.Sessions)

    async def start() -> dict[str, Any]:
        manager._starting = asyncio.Semaphore(1)
        return await manager._initialize("notebook.ipynb")

    if n_failures < 3:
        assert asyncio.run(start())["is_whole"]
    else:
        with pytest.raises(TimeoutError):
            asyncio.run(start())
    assert ended == [str(number) for number in range(1, n_failures + 1)]
    assert len(started) == min(n_failures + 1, 3)
