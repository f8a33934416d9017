"""Kernel provisioner that forks kernels from a fork server, for nbval, Voila, JupyterLab and others.

Enable it by `JUPYTER_DEFAULT_PROVISIONER_NAME=compkit` or in a kernel specification.
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
from traitlets import Integer, List, Unicode

from compkit.engine.driver import CannotForkError, Forked, ForkServer, shared_fork_server
from compkit.engine.engine import is_our_kernel
from compkit.engine.limits import why_no_forks
from compkit.engine.tasks import RUN_KERNEL, Ending, Task

_START_SECONDS = 30.0
_log = logging.getLogger(__name__)


class ForkedProcess:
    """A forked kernel, with the parts of `subprocess.Popen` that the provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, server: ForkServer, forked: Forked) -> None:
        self._server, self._forked = server, forked
        self.pid = forked.pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Exit code; None while it runs."""
        try:
            while self.returncode is None:
                message = self._forked.next_message(timeout_seconds=0)
                if isinstance(message, Ending):
                    self.returncode = message.code
        except (queue.Empty, CannotForkError):
            pass
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end; return the exit code."""
        while self.returncode is None:
            message = self._forked.next_message(timeout_seconds=timeout)
            if isinstance(message, Ending):
                self.returncode = message.code
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless the process has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it with all its descendants."""
        if self.poll() is None:
            self._server.kill(self._forked)


class ForkedProvisioner(LocalProvisioner):
    """The provisioner `compkit`."""

    memory_limit_bytes = Integer(0, help="Memory of each forked kernel; 0 for no limit.").tag(config=True)
    cpu_limit_seconds = Integer(0, help="Processor time of each forked kernel; 0 for no limit.").tag(config=True)
    modules = List(Unicode(), help="Modules to import before kernels are forked.").tag(config=True)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it as usual if that is impossible, and say why."""
        try:
            forked, server = self._forked(cmd, kwargs)
        except CannotForkError as error:
            if why_no_forks():  # of all kernels: a warning, which pytest shows, unlike logs
                warnings.warn(f"{error} Kernels start as usual.", RuntimeWarning, stacklevel=2)
            else:
                _log.warning("%s The kernel starts as usual.", error)
            return await super().launch_kernel(cmd, **kwargs)
        self.process = ForkedProcess(server, forked)  # type: ignore[assignment]  # the parts that are used
        self.pid = self.pgid = forked.pid  # it leads a session of its own
        return self.connection_info

    def _forked(self, command: list[str], options: dict[str, Any]) -> tuple[Forked, ForkServer]:
        if not is_our_kernel(self.kernel_spec):
            raise CannotForkError("It is not this environment's Python kernel.")
        server = shared_fork_server()
        environment = dict(options.get("env") or os.environ) | {"OPENBLAS_NUM_THREADS": "1"}
        argument = {"arguments": command[command.index("ipykernel_launcher") + 1 :]}
        folder = str(options.get("cwd") or os.getcwd())  # noqa: PTH109
        task = Task(
            RUN_KERNEL,
            argument,
            folder=folder,
            environment=environment,
            memory_limit_bytes=self.memory_limit_bytes,
            cpu_limit_seconds=self.cpu_limit_seconds,
            modules=tuple(self.modules),
        )
        forked = server.start(task)
        if not forked.wait_for_start(_START_SECONDS) or not forked.pid:
            raise CannotForkError("The fork server gave none.")
        return forked, server
