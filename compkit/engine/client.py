"""Kernel manager and client for nbclient that call the kernel in this process instead of sending messages."""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import copy_context
from queue import Empty
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbformat import ValidationError
from traitlets import Any as AnyTrait

from compkit.engine.kernel import InProcessKernel, RecordingSession, drain_streams, start_kernel

_BETWEEN_CELLS_SECONDS = 0.01
"""Time for background tasks of earlier cells before the next one, about as long as an ordinary kernel is idle."""


class InProcessManager(AsyncKernelManager):
    """Kernel manager for nbclient: `kernel_manager_class=InProcessManager`."""

    kernel: Any = AnyTrait()

    @property
    def has_kernel(self) -> bool:
        """Whether the kernel has started; it ends with the process."""
        return self.kernel is not None

    async def start_kernel(self, **_: Any) -> None:  # type: ignore[override]
        """Start the kernel; the process is already in the notebook's folder and environment."""
        self.kernel = start_kernel()

    def client(self, **_: Any) -> InProcessClient:  # type: ignore[override]
        """Create a client of the kernel."""
        return InProcessClient(self.kernel)

    async def is_alive(self) -> bool:  # type: ignore[override]
        """Whether the kernel has started."""
        return self.has_kernel

    async def shutdown_kernel(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Do nothing: the process ends soon."""

    async def cleanup_resources(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Do nothing: there are no resources."""


class _Channel:
    """Queue of messages."""

    def __init__(self, kernel: InProcessKernel) -> None:
        self._kernel = kernel
        self.waiting: deque[dict[str, Any]] = deque()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Take the next message.

        Raises
        ------
        queue.Empty
            If there is none within `timeout` [s].
        """
        while not self.waiting:
            if timeout is not None:
                raise Empty  # all messages of a cell are here once it has run
            await asyncio.sleep(0.05)
        return self.waiting.popleft()

    def send(self, message: dict[str, Any]) -> None:
        """Pass a message, such as a widget's, to the kernel."""
        session = self._kernel.session
        received = message | {"content": session.unpack(session.pack(message["content"])), "buffers": []}
        self._kernel.set_parent([], received, channel="shell")  # its output belongs to no cell
        self._kernel.shell_handlers[message["header"]["msg_type"]](None, [], received)
        drain_streams()


class InProcessClient:
    """Kernel client for nbclient: `execute` runs the cell before it returns."""

    allow_stdin = False

    def __init__(self, kernel: InProcessKernel) -> None:
        self._kernel = kernel
        assert isinstance(kernel.session, RecordingSession)  # noqa: S101 - by start_kernel
        self.session = kernel.session
        self._context = copy_context()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.shell_channel, self.iopub_channel = _Channel(kernel), _Channel(kernel)

    def start_channels(self) -> None:
        """Do nothing: there are no channels to open."""

    def stop_channels(self) -> None:
        """Do nothing."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Do nothing: the kernel is ready."""

    def kernel_info(self) -> str:
        """Queue the kernel's information; return the request's id."""
        request = self.session.msg("kernel_info_request")
        self.shell_channel.waiting.append(
            self.session.msg("kernel_info_reply", self._kernel.kernel_info, parent=request)
        )
        return str(request["header"]["msg_id"])

    async def execute(self, code: str, *, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Run a cell to its end; return the request's id.

        Raises
        ------
        DeadKernelError
            If an earlier cell has called `exit()`.
        nbformat.ValidationError
            If it raises an exception without a traceback, which a notebook cannot hold.
        """
        if self._kernel.shell.exit_now:
            raise DeadKernelError("Kernel died: a cell before this one has called exit().")
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": self.allow_stdin,
            "stop_on_error": stop_on_error,
        }
        request = self.session.msg("execute_request", content)
        # One context for all cells, as in an ordinary kernel: NumPy's print options and decimal's precision live there.
        if not all(task.done() for task in self._tasks):
            await asyncio.sleep(_BETWEEN_CELLS_SECONDS)
        known = asyncio.all_tasks()
        await asyncio.get_running_loop().create_task(self._run(request), context=self._context)
        self._tasks |= asyncio.all_tasks() - known
        recorded, self.session.recorded = self.session.recorded, []
        for message in recorded:
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "error" and content["traceback"] is None:
                raise ValidationError(f"{content['ename']} gives no traceback, and so no notebook can show it.")
            (self.shell_channel if kind.endswith("_reply") else self.iopub_channel).waiting.append(message)
        return str(request["header"]["msg_id"])

    async def _run(self, request: dict[str, Any]) -> None:
        kernel = self._kernel
        kernel.set_parent([], request, channel="shell")
        kernel._publish_status("busy", "shell")
        await kernel.execute_request(None, [], request)
        drain_streams()
        kernel._publish_status("idle", "shell")
