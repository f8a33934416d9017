"""nbclient's side of the kernel in this process: a manager and a client that hand on calls instead of messages."""

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

from compkit.engine.kernel import InProcessKernel, RecordingSession, drain_streams, started_kernel

_BETWEEN_CELLS_SECONDS = 0.01
"""For how long tasks of earlier cells go on before the next, about as long as an ordinary kernel waits for it."""


class InProcessManager(AsyncKernelManager):
    """What nbclient takes for a kernel's manager: `kernel_manager_class=InProcessManager`."""

    kernel: Any = AnyTrait()

    @property
    def has_kernel(self) -> bool:
        """Whether there is a kernel; it is made once and ends with the process."""
        return self.kernel is not None

    async def start_kernel(self, **_: Any) -> None:  # type: ignore[override]
        """Make the kernel. The process is in the notebook's folder and environment already."""
        self.kernel = started_kernel()

    def client(self, **_: Any) -> InProcessClient:  # type: ignore[override]
        """Return the kernel's client."""
        return InProcessClient(self.kernel)

    async def is_alive(self) -> bool:  # type: ignore[override]
        """Return whether the kernel runs: it does as long as this process."""
        return self.has_kernel

    async def shutdown_kernel(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Do nothing: the process ends soon."""

    async def cleanup_resources(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Do nothing: there are none."""


class _Channel:
    """Messages in order, taken one by one."""

    def __init__(self, kernel: InProcessKernel) -> None:
        self._kernel = kernel
        self.waiting: deque[dict[str, Any]] = deque()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message.

        Raises
        ------
        queue.Empty
            If none comes within `timeout` [s].
        """
        while not self.waiting:
            if timeout is not None:
                raise Empty  # whatever is to come is there when a cell has been run
            await asyncio.sleep(0.05)
        return self.waiting.popleft()

    def send(self, message: dict[str, Any]) -> None:
        """Hand a message, such as a widget's, to the kernel."""
        session = self._kernel.session
        received = message | {"content": session.unpack(session.pack(message["content"])), "buffers": []}
        self._kernel.set_parent([], received, channel="shell")  # what it leads to is no cell's
        self._kernel.shell_handlers[message["header"]["msg_type"]](None, [], received)
        drain_streams()


class InProcessClient:
    """What nbclient takes for a kernel's client: a cell is run while it is asked for."""

    allow_stdin = False

    def __init__(self, kernel: InProcessKernel) -> None:
        self._kernel = kernel
        assert isinstance(kernel.session, RecordingSession)  # noqa: S101 - made so
        self.session = kernel.session
        self._context = copy_context()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.shell_channel, self.iopub_channel = _Channel(kernel), _Channel(kernel)

    def start_channels(self) -> None:
        """Do nothing: they are there."""

    def stop_channels(self) -> None:
        """Do nothing."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Do nothing: it is."""

    def kernel_info(self) -> str:
        """Ask what language the kernel speaks; return the request's id."""
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
            If a cell before it has called `exit()`.
        nbformat.ValidationError
            If it ends in an exception that gives no traceback, which no notebook can hold.
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
        kept, self.session.kept = self.session.kept, []
        for message in kept:
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
