"""IPython's kernel in this process: messages are recorded in a list instead of sent.

These are ipykernel's own application, kernel, shell and streams without sockets and threads, so outputs are those of an
ordinary kernel: display hooks, formatters, tracebacks, magics, widgets, a person's startup files.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import importlib.util
import inspect
import os
import select
import struct
import sys
import termios
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel.compiler import XCachingCompiler
from ipykernel.iostream import BackgroundSocket, IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.application import BaseIPythonApplication
from jupyter_client.session import Session
from jupyter_core.paths import jupyter_runtime_dir
from jupyter_core.utils import ensure_event_loop
from traitlets import Type

_DESCRIPTORS = {"stdout": 1, "stderr": 2}


class RecordingSession(Session):
    """Session that records published messages as a client would receive them."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.recorded: list[dict[str, Any]] = []

    def send(
        self,
        stream: object,  # noqa: ARG002
        msg_or_type: dict[str, Any] | str,
        content: dict[str, Any] | None = None,
        parent: dict[str, Any] | None = None,
        ident: object = None,  # noqa: ARG002
        buffers: list[Any] | None = None,
        track: object = None,  # noqa: ARG002
        header: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Record a message; its content goes through JSON and back, as on the way to a client."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content=content, parent=parent, header=header, metadata=metadata)
        sent = message | {"content": self.unpack(self.pack(message["content"])), "buffers": buffers or []}
        self.recorded.append(sent)
        return sent


class _TimerLoop:
    """The only part of an event loop that streams use: delayed calls."""

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()


class RecordingThread(IOPubThread):
    """Publisher without a thread or socket: the caller runs everything at once."""

    thread = None

    def __init__(self) -> None:
        self.io_loop = _TimerLoop()
        self.socket = None
        self.background_socket = BackgroundSocket(self)

    def schedule(self, call: Callable[[], None]) -> None:
        """Run a call now."""
        call()


class RecordedStream(OutStream):
    """Standard output or error of Python and, by file descriptor, of subprocesses."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._reading, self._publishing = threading.Lock(), threading.RLock()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        super().__init__(*arguments, **options)

    def _watch_pipe_fd(self) -> None:
        while self._should_watch:
            select.select([self._fid], [], [])
            self._read_pipe()

    def _read_pipe(self) -> None:
        """Write the present contents of the pipe."""
        with self._reading:
            (waiting,) = struct.unpack("i", fcntl.ioctl(self._fid, termios.FIONREAD, b"\0" * 4))
            if waiting:
                self.write(self._decode(os.read(self._fid, waiting)))

    def write(self, string: str) -> int | None:
        """Write; in a process forked by the notebook, to the file descriptor that its parent watches."""
        if os.getpid() != self._master_pid and isinstance(string, str):
            return os.write(_DESCRIPTORS[self.name], string.encode("utf-8", "replace")) and len(string)
        return super().write(string)

    def _flush(self) -> None:
        # The end of a cell must wait for a timer that is publishing, or its output would belong to no cell. Half a
        # character cannot be encoded: ordinary kernels lose it, too.
        with self._publishing, contextlib.suppress(UnicodeEncodeError):
            super()._flush()

    def drain(self) -> None:
        """Publish all output so far, also of subprocesses."""
        if self._should_watch:
            self._read_pipe()
        self.flush()

    def flush(self) -> None:
        """Publish output; a process forked by the notebook has none."""
        if os.getpid() == self._master_pid:
            super().flush()


for _name in ("__name__", "__qualname__", "__module__"):  # libraries recognize the stream by them
    setattr(RecordedStream, _name, getattr(OutStream, _name))


class _NoDebugger:
    """Placeholder for the debugger, which a batch does not use."""

    def __init__(self, *_: object) -> None:
        pass


class InProcessKernel(IPythonKernel):
    """Kernel that neither aborts other requests nor waits for a frontend."""

    debugger_class = Type(_NoDebugger)
    _execute_sleep = 0
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: no requests are queued."""


class InProcessApp(IPKernelApp):
    """ipykernel's application with a person's configuration, without sockets, threads and history."""

    kernel_class: Any = Type(InProcessKernel, klass="ipykernel.kernelbase.Kernel")

    def prepare(self) -> None:
        """Initialize what depends on neither folder nor streams."""
        BaseIPythonApplication.initialize(self, [])
        self.init_pdb()
        self.init_sockets()
        self.init_kernel()

    def complete(self) -> None:
        """Initialize the rest in the notebook's folder and environment: streams, import path, startup files."""
        shell = self.kernel.shell
        shell.init_environment()
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        self.init_io()
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count
        self.init_path()
        self.init_shell()
        self.init_gui_pylab()
        self.init_extensions()
        self.init_code()
        sys.stdout.flush()
        sys.stderr.flush()
        self.session.recorded.clear()

    def init_crash_handler(self) -> None:
        """Do nothing: errors at startup are the caller's."""

    def init_sockets(self) -> None:
        """Replace sockets by the recording session."""
        self.iopub_thread = RecordingThread()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        """Create the kernel and its shell."""
        self.kernel = self.kernel_class.instance(
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )


def prepare_app() -> InProcessApp:
    """Create the application, its kernel and shell: the part that forked processes can inherit."""
    app = InProcessApp.instance(
        session=RecordingSession(),
        outstream_class=f"{__name__}.RecordedStream",
        quiet=True,
    )
    app.config.HistoryManager.enabled = False
    # The file does not exist, but tqdm recognizes a kernel by this setting.
    connection_file = str(Path(jupyter_runtime_dir(), f"kernel-{uuid.uuid4()}.json"))
    app.config.IPKernelApp.connection_file = connection_file
    sys.argv = [launcher_path(), "-f", connection_file, "--HistoryManager.hist_file=:memory:"]
    app.prepare()
    return app


def launcher_path() -> str:
    """Path of the script that starts an ordinary kernel, as notebooks see it in sys.argv."""
    spec = importlib.util.find_spec("ipykernel_launcher")
    return str(spec.origin) if spec else ""


_code_name = XCachingCompiler.get_code_name


def _registered_code_name(compiler: XCachingCompiler, *arguments: Any) -> str:
    """File name of a cell, registered so that `inspect` does not search thousands of modules for it."""
    name: str = _code_name(compiler, *arguments)
    inspect.modulesbyfile[name] = ""  # of no module, as in an ordinary kernel
    return name


XCachingCompiler.get_code_name = _registered_code_name


def start_kernel() -> InProcessKernel:
    """Start the kernel of this process, which takes over standard output and error."""
    app = InProcessApp.instance() if InProcessApp.initialized() else prepare_app()
    app.complete()
    return app.kernel


def discard_kernel() -> None:
    """Undo `start_kernel`: restore streams and hooks, so that the next kernel is a new one."""
    app = InProcessApp.instance()
    shell = app.kernel.shell
    app.reset_io()
    shell.restore_sys_module_state()
    shell.builtin_trap.deactivate()
    for kind in (type(shell), type(app.kernel), InProcessApp):
        kind.clear_instance()
    ensure_event_loop().close()


def drain_streams() -> None:
    """Publish all output so far, also of subprocesses."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, RecordedStream):
            stream.drain()
