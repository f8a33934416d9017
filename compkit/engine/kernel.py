"""IPython's kernel in this very process: its messages are kept in a list instead of being sent.

It is ipykernel's own application, kernel, shell and streams, without its sockets and their threads. So cells give what
they give in an ordinary kernel: display hooks, formatters, tracebacks, magics, widgets, a person's start-up files.
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
    """A session that keeps what a kernel publishes, as a client would have received it."""

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.kept: list[dict[str, Any]] = []

    def send(  # what comes back is what was sent, never None
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
        """Keep a message: its content goes through JSON and back, as on its way to a client."""
        message = msg_or_type
        if isinstance(message, str):
            message = self.msg(message, content=content, parent=parent, header=header, metadata=metadata)
        sent = message | {"content": self.unpack(self.pack(message["content"])), "buffers": buffers or []}
        self.kept.append(sent)
        return sent


class _Later:
    """The one thing that streams ask of an event loop: to be called in a while."""

    def call_later(self, seconds: float, call: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()


class RecordingThread(IOPubThread):
    """What publishes, without a thread or a socket: all is done at once by whoever asks."""

    thread = None

    def __init__(self) -> None:
        self.io_loop = _Later()
        self.socket = None
        self.background_socket = BackgroundSocket(self)

    def schedule(self, call: Callable[[], None]) -> None:
        """Do it now."""
        call()


class RecordedStream(OutStream):
    """Standard output or error: what Python writes, and what subprocesses write to the file descriptor."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._reading, self._publishing = threading.Lock(), threading.RLock()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        super().__init__(*arguments, **options)

    def _watch_pipe_fd(self) -> None:
        while self._should_watch:
            select.select([self._fid], [], [])
            self._take_in()

    def _take_in(self) -> None:
        """Write what lies in the pipe, which is at most what it can hold."""
        with self._reading:
            (waiting,) = struct.unpack("i", fcntl.ioctl(self._fid, termios.FIONREAD, b"\0" * 4))
            if waiting:
                self.write(self._decode(os.read(self._fid, waiting)))

    def write(self, string: str) -> int | None:
        """Write; in a process that the notebook has forked, by way of the file descriptor that its parent watches."""
        if os.getpid() != self._master_pid and isinstance(string, str):
            return os.write(_DESCRIPTORS[self.name], string.encode("utf-8", "replace")) and len(string)
        return super().write(string)

    def _flush(self) -> None:
        # A timer publishes now and then: the cell's end must wait for it, or what it is at is no cell's any more.
        with (
            self._publishing,
            contextlib.suppress(UnicodeEncodeError),
        ):  # half a character: ordinary kernels lose it, too
            super()._flush()

    def drain(self) -> None:
        """Take in what has been written to the file descriptor, and publish it."""
        if self._should_watch:
            self._take_in()
        self.flush()

    def flush(self) -> None:
        """Publish what has been written; in a process that the notebook has forked, there is nothing to publish."""
        if os.getpid() == self._master_pid:
            super().flush()


for _name in ("__name__", "__qualname__", "__module__"):  # by which libraries know where they write
    setattr(RecordedStream, _name, getattr(OutStream, _name))


class _NoDebugger:
    """What stands for the debugger, which nobody asks for in a batch."""

    def __init__(self, *_: object) -> None:
        pass


class InProcessKernel(IPythonKernel):
    """The kernel, without what would stop other requests or wait for a frontend."""

    debugger_class = Type(_NoDebugger)
    _execute_sleep = 0
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued: the client asks for one cell after another."""


class InProcessApp(IPKernelApp):
    """ipykernel's application with a person's own configuration, but without sockets, threads and history."""

    kernel_class: Any = Type(InProcessKernel, klass="ipykernel.kernelbase.Kernel")

    def prepare(self) -> None:
        """Do what neither reads the folder nor touches the streams."""
        BaseIPythonApplication.initialize(self, [])
        self.init_pdb()
        self.init_sockets()
        self.init_kernel()

    def begin(self) -> None:
        """Do the rest in the notebook's folder and environment: streams, import path, a person's start-up files."""
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
        self.session.kept.clear()

    def init_crash_handler(self) -> None:
        """Leave errors at start to the caller."""

    def init_sockets(self) -> None:
        """Publish into the session's list."""
        self.iopub_thread = RecordingThread()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        """Make the kernel and its shell."""
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


def prepared_app() -> InProcessApp:
    """Return the application with its kernel and shell made: what may be done before the fork, and is inherited."""
    app = InProcessApp.instance(
        session=RecordingSession(),
        outstream_class=f"{__name__}.RecordedStream",
        quiet=True,
    )
    app.config.HistoryManager.enabled = False
    # There is no such file, but tqdm takes this part of the settings for the mark of a kernel.
    connection_file = str(Path(jupyter_runtime_dir(), f"kernel-{uuid.uuid4()}.json"))
    app.config.IPKernelApp.connection_file = connection_file
    sys.argv = [launcher_path(), "-f", connection_file, "--HistoryManager.hist_file=:memory:"]
    app.prepare()
    return app


def launcher_path() -> str:
    """Return the script by which an ordinary kernel was started, whose arguments notebooks see."""
    spec = importlib.util.find_spec("ipykernel_launcher")
    return str(spec.origin) if spec else ""


_code_name = XCachingCompiler.get_code_name


def _known_code_name(compiler: XCachingCompiler, *arguments: Any) -> str:
    """Return the name of a cell's file, which `inspect` need not look for among thousands of modules for each frame."""
    name: str = _code_name(compiler, *arguments)
    inspect.modulesbyfile[name] = ""  # it is no module's, as in an ordinary kernel
    return name


XCachingCompiler.get_code_name = _known_code_name


def started_kernel() -> InProcessKernel:
    """Return the kernel of this process, with standard output and error turned into its streams."""
    app = InProcessApp.instance() if InProcessApp.initialized() else prepared_app()
    app.begin()
    return app.kernel


def forget_kernel() -> None:
    """Undo `started_kernel`: streams and hooks are what they were, and the next one is another kernel."""
    app = InProcessApp.instance()
    shell = app.kernel.shell
    app.reset_io()
    shell.restore_sys_module_state()
    shell.builtin_trap.deactivate()
    for kind in (type(shell), type(app.kernel), InProcessApp):
        kind.clear_instance()
    ensure_event_loop().close()


def drain_streams() -> None:
    """Publish all that has been written so far, by subprocesses too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, RecordedStream):
            stream.drain()
