"""Kernels of visitors: some are ready before they come, each belongs to one visitor, and idle ones end."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import re
import secrets
from collections.abc import Awaitable, Callable
from queue import Empty
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from tornado import web
from traitlets import Integer
from voila.voila_kernel_manager import voila_kernel_manager_factory

from compkit.app.assets import page_config

N_READY = 3
"""Kernels that wait for visitors."""
_PAINT = re.compile('<template id="paint">(.*?)</template>', re.DOTALL)
_HEARD_SECONDS, _START_SECONDS, _RUN_SECONDS, _N_STARTS = 0.3, 60.0, 240.0, 3
_OUTPUT = re.compile('<div class="(output|failed)"')
_NO_HISTORY = ["--HistoryManager.enabled=False"]


class TooManySessionsError(Exception):
    """The server has as many sessions as it may have."""


_Preheated: Any = voila_kernel_manager_factory(
    AsyncMappingKernelManager, preheat_kernel=True, default_pool_size=N_READY, page_config_hook=page_config
)


class Kernel(ServerKernelManager):
    """One kernel. Errors reach a page without their traceback, which names the server's files."""

    traceback_replacement_message = "The calculation failed."


class Sessions(_Preheated):
    """Voila's manager of preheated kernels, with an owner and a limit for each."""

    max_sessions = Integer(40, help="Sessions at once.").tag(config=True)
    left_timeout = Integer(120, help="Seconds until a session ends that no page is connected to.").tag(config=True)
    fill_delay = 0.0
    allow_tracebacks = False
    kernel_manager_class = f"{__name__}.{Kernel.__name__}"

    def __init__(self, **traits: Any) -> None:
        self._owners: dict[str, str] = {}
        self._seen: dict[str, dt.datetime] = {}
        self._paint = (dt.date.min, "")
        self._starting = asyncio.Semaphore(os.cpu_count() or 1)
        super().__init__(**traits)

    @property
    def n_sessions(self) -> int:
        """Sessions that visitors have."""
        return len(self._owners)

    async def wait_until_ready(self) -> None:
        """Wait for the first kernel that is ready."""
        rendered, _ = await (await self._pools[self.notebook_path][0])["task"]
        self._remember_paint("".join(rendered))

    @property
    def first_paint(self) -> str:
        """What the last page showed first, if it was made today. It shows the server's file, nothing of visitors."""
        made_on, html = self._paint
        return html if made_on == dt.date.today() else ""

    def _remember_paint(self, page: str) -> None:
        """Keep what a page shows first, for those who have to wait for a kernel."""
        if found := _PAINT.search(page):
            self._paint = (dt.date.today(), found[1])

    def check_owner(self, kernel_id: str, visitor: str) -> None:
        """Raise 404 unless a kernel is the visitor's, whether it exists or not."""
        if self._owners.get(kernel_id) != visitor or kernel_id not in self:
            raise web.HTTPError(404)

    def reserve(self, visitor: str) -> str:
        """Reserve a place for a visitor, who waits for a kernel; return its name for `begin`.

        Raises
        ------
        TooManySessionsError
            If there are `max_sessions` already.
        """
        if self.n_sessions >= self.max_sessions:
            raise TooManySessionsError
        place = secrets.token_hex()
        self._owners[place] = visitor
        return place

    async def begin(self, place: str) -> str:
        """Hand over a kernel that is ready, or start one; return the page that belongs to it."""
        visitor = self._owners[place]
        try:
            content = await self._take()
            rendered, _ = await content["task"]
        finally:
            del self._owners[place]
        kernel_id, page = content["kernel_id"], "".join(rendered)
        self._owners[kernel_id] = visitor
        self._see(kernel_id)
        self.get_kernel(kernel_id).last_activity = dt.datetime.now(dt.UTC)  # it may have waited for hours
        self._remember_paint(page)
        return page

    async def _take(self) -> dict[str, Any]:
        """Take a kernel from the pool. One that was made ready yesterday has counted days from yesterday."""
        while True:
            if not self.get_pool_size(self.notebook_path):
                self.fill_if_needed(notebook_name=self.notebook_path)
            waiting = self._pools[self.notebook_path].pop(0)
            self.fill_if_needed(notebook_name=self.notebook_path)
            content: dict[str, Any] = await waiting
            if content["kernel_id"] not in self:
                continue
            is_alive = await self.get_kernel(content["kernel_id"]).is_alive()
            if is_alive and content["is_whole"] and content["made_on"] == dt.date.today():
                return content
            await self.shutdown_kernel(content["kernel_id"], now=True)

    def fill_if_needed(
        self,
        delay: float | None = None,
        notebook_name: str | None = None,
        extra_kernel_env_variables: object = None,  # noqa: ARG002 - one visitor's address in the next one's kernel
        **kwargs: Any,
    ) -> None:
        """Start kernels until the pool is full."""
        super().fill_if_needed(delay, notebook_name, extra_arguments=_NO_HISTORY, **kwargs)

    async def _initialize(self, notebook_path: str, kernel_id: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Start a kernel and run the notebook. Only a few do so at a time, so that the first are ready soon."""
        async with self._starting:
            for n_left in reversed(range(_N_STARTS)):
                content: dict[str, Any] = await super()._initialize(notebook_path, kernel_id, **kwargs)
                try:
                    rendered, _ = await asyncio.wait_for(content["task"], _RUN_SECONDS)
                    break
                except Exception:
                    await self.shutdown_kernel(content["kernel_id"], now=True)
                    if not n_left:
                        raise
        return content | {"made_on": dt.date.today(), "is_whole": _OUTPUT.search("".join(rendered)) is not None}

    def _notebook_renderer_factory(self, notebook_path: str | None = None) -> Any:
        """Have the notebook run only once its outputs are received; on a busy machine the first ones are lost."""
        renderer = super()._notebook_renderer_factory(notebook_path)
        start = renderer._jinja_kernel_start

        async def start_and_listen(*arguments: Any, **options: Any) -> Any:
            kernel_id = await start(*arguments, **options)
            await wait_until_heard(renderer.executor.kc, self.get_kernel(kernel_id).is_alive)
            return kernel_id

        renderer._jinja_kernel_start = start_and_listen
        return renderer

    def _see(self, kernel_id: str) -> None:
        self._seen[kernel_id] = dt.datetime.now(dt.UTC)

    def notify_disconnect(self, kernel_id: str) -> None:
        """Note when a page was last connected; it may come back after a moment without network."""
        super().notify_disconnect(kernel_id)
        self._see(kernel_id)

    def _forget(self, kernel_id: str) -> None:
        self._owners.pop(kernel_id, None)
        self._seen.pop(kernel_id, None)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Remove a kernel that has ended, and its owner."""
        self._forget(kernel_id)
        return super().remove_kernel(kernel_id)

    async def shutdown_kernel(self, kernel_id: str, *args: Any, **kwargs: Any) -> Any:
        """End a kernel."""
        self._forget(kernel_id)
        return await super().shutdown_kernel(kernel_id, *args, **kwargs)

    async def cull_kernel_if_idle(self, kernel_id: str) -> Any:
        """End a session that has been idle too long, or whose page is gone."""
        if kernel_id not in self._owners or kernel_id not in self:
            return None  # it waits for a visitor
        left = dt.datetime.now(dt.UTC) - self._seen[kernel_id]
        if not self._kernel_connections.get(kernel_id) and left > dt.timedelta(seconds=self.left_timeout):
            return await self.shutdown_kernel(kernel_id, now=True)
        return await super().cull_kernel_if_idle(kernel_id)


async def wait_until_heard(
    client: Any, is_alive: Callable[[], Awaitable[bool]], seconds: float = _START_SECONDS
) -> None:
    """Ask a kernel until its first message comes on the channel of outputs.

    Raises
    ------
    TimeoutError
        If it has ended, or none comes in time: another process may have taken its port meanwhile.
    """
    async with asyncio.timeout(seconds):
        while await is_alive():
            client.kernel_info()
            with contextlib.suppress(Empty):
                await client.get_iopub_msg(timeout=_HEARD_SECONDS)
                return
    raise TimeoutError("The kernel ended while it started.")
