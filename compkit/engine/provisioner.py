"""Jupyter's kernels, forked from a fork server: for nbval, Voila, JupyterLab and all that starts kernels.

It is used where it is asked for: `JUPYTER_DEFAULT_PROVISIONER_NAME=compkit`, or by a kernel's own specification.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import warnings
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from compkit.engine.driver import CannotForkError, Forked, ForkServer, shared_fork_server
from compkit.engine.engine import is_our_kernel
from compkit.engine.limits import why_no_forks
from compkit.engine.tasks import RUN_KERNEL, Ending, Task

_START_SECONDS = 30.0
_log = logging.getLogger(__name__)


class ForkedProcess:
    """A forked kernel, as far as the provisioner asks for a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, parent: ForkServer, forked: Forked) -> None:
        self._parent, self._forked = parent, forked
        self.pid = forked.pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        try:
            while self.returncode is None:
                word = self._forked.next_message(timeout_seconds=0)
                if isinstance(word, Ending):
                    self.returncode = word.code
        except (queue.Empty, CannotForkError):
            pass
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit code when it has ended."""
        while self.returncode is None:
            word = self._forked.next_message(timeout_seconds=timeout)
            if isinstance(word, Ending):
                self.returncode = word.code
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal; nothing happens to a process that has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it with all that it has started."""
        if self.poll() is None:
            self._parent.kill(self._forked)


class ForkedProvisioner(LocalProvisioner):
    """The provisioner `compkit`."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel; where that is not to be had, start it as usual, and say why."""
        try:
            forked, parent = self._forked(cmd, kwargs)
        except CannotForkError as error:
            if (
                why_no_forks()
            ):  # pytest keeps logs to itself, and shows a warning: once, as all kernels share the reason
                warnings.warn(f"{error} Kernels start as usual.", RuntimeWarning, stacklevel=2)
            else:
                _log.warning("%s The kernel starts as usual.", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = ForkedProcess(parent, forked)  # type: ignore[assignment]  # as much of one as is asked for
        self.pid = self.pgid = forked.pid  # it leads a session of its own
        return self.connection_info

    def _forked(self, command: list[str], options: dict[str, Any]) -> tuple[Forked, ForkServer]:
        if not is_our_kernel(self.kernel_spec):
            raise CannotForkError("It is not this environment's Python kernel.")
        parent = shared_fork_server()
        environment = dict(options.get("env") or os.environ) | {"OPENBLAS_NUM_THREADS": "1"}
        argument = {"arguments": command[command.index("ipykernel_launcher") + 1 :]}
        folder = str(options.get("cwd") or os.getcwd())  # noqa: PTH109
        forked = parent.start(Task(RUN_KERNEL, argument, folder=folder, environment=environment))
        if not forked.wait_for_start(_START_SECONDS) or not forked.pid:
            raise CannotForkError("The fork server gave none.")
        return forked, parent
