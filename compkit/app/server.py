"""The server: Voila with fewer addresses, one notebook, a token, limits and kernels that are ready."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import logging
import os
import secrets
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tornado.ioloop
from jupyter_core.utils import run_sync
from jupyter_server.auth.identity import IdentityProvider
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from traitlets.config import Config
from voila.app import Voila

from compkit.app.assets import ASSETS, extension_folders, static_folder
from compkit.app.handlers import (
    AssetHandler,
    ChannelsHandler,
    KernelHandler,
    LeaveHandler,
    NoPageHandler,
    PageHandler,
    StartHandler,
)
from compkit.app.headers import SecurityHeaders
from compkit.app.notes import TEMPLATE_NAME, TEMPLATE_PATHS, TEMPLATES
from compkit.app.sessions import Sessions
from compkit.notebook import PAGES

OFFERS_FILE_VARIABLE, PAY_STORE_VARIABLE = "COMPKIT_OFFERS_FILE", "COMPKIT_PAY_STORE"
MAX_MESSAGE_BYTES = 16 << 20
"""Largest message from a page; a page refuses larger files before it sends them."""
_STOP_SECONDS = 10
_MAX_BODY_BYTES = 64 << 10
_KERNEL = r"(\w+-\w+-\w+-\w+-\w+)"
_MAX_FOLDER_CHARACTERS = 45
"""The path of a socket has at most 107; a kernel's name takes 54."""
_FILE = r"(\w[\w.-]*)"
"""A name in one folder: no other folder, nothing encoded."""
_NOTEBOOK = Path(__file__).resolve().parent / "page.ipynb"


class AddressError(Exception):
    """The address can't be listened on; the text is the system's reason.

    `is_of_port` is whether another port may do; otherwise the host is not this computer's.
    """

    def __init__(self, error: OSError) -> None:
        self.is_of_port = error.errno in (errno.EADDRINUSE, errno.EACCES)
        super().__init__(error.strerror or str(error))


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach an address.

    >>> [is_loopback(host) for host in ("localhost", "127.0.0.1", "::1", "0.0.0.0", "example.org")]
    [True, True, True, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True)
class AppOptions:
    """What a person may choose.

    Parameters
    ----------
    port : int
        0 for any that is free.
    host : str
        Address to listen on.
    token : str
        What the address needs; random by default.
    memory_limit_bytes, cpu_limit_seconds : int
        Limits of each session.
    max_sessions : int
        Sessions at once.
    idle_seconds, left_seconds : int
        Time after which a session ends: without a change, and without a page.
    notebook : Path
        What all pages show.
    """

    port: int = 8866
    host: str = "127.0.0.1"
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    memory_limit_bytes: int = 1 << 30
    cpu_limit_seconds: int = 900
    max_sessions: int = 40
    idle_seconds: int = 3600
    left_seconds: int = 120
    notebook: Path = field(default_factory=lambda: _NOTEBOOK)  # not a path of this computer in the reference

    def to_config(self) -> Config:
        """Traits of Voila, kernels and their manager."""
        return Config(
            {
                "Sessions": {
                    "max_sessions": self.max_sessions,
                    "cull_idle_timeout": self.idle_seconds,
                    "left_timeout": self.left_seconds,
                    "cull_interval": max(1, min(30, self.left_seconds // 4)),
                    "cull_connected": True,
                },
                "AsyncIOLoopKernelRestarter": {"restart_limit": 0, "time_to_dead": 1.0},
                "ForkedProvisioner": {
                    "memory_limit_bytes": self.memory_limit_bytes,
                    "cpu_limit_seconds": self.cpu_limit_seconds,
                    "modules": ["compkit.notebook.site"],
                },
                "VoilaConfiguration": {
                    "template": TEMPLATE_NAME,
                    "theme": "light",
                    "allow_template_override": "NO",
                    "allow_theme_override": "NO",
                    "file_allowlist": [],
                    "show_tracebacks": False,
                },
                "VoilaExporter": {"extra_template_basedirs": [str(TEMPLATES)]},
            }
        )


class App(Voila):
    """Voila for one notebook of compkit."""

    def __init__(self, options: AppOptions, sockets: list[socket.socket], started: Callable[[], object]) -> None:
        super().__init__(config=options.to_config(), notebook_path=str(options.notebook), log_level=logging.ERROR)
        self.config_file_paths: list[str] = []  # nobody's settings of another site
        self.options, self._sockets, self._started = options, sockets, started

    def setup_template_dirs(self) -> None:
        """Use compkit's template; Voila looks for templates in shared folders only."""
        self.template_paths = list(TEMPLATE_PATHS)
        self.static_paths = [str(static_folder())]

    def init_settings(self) -> dict[str, Any]:
        """Voila's settings, with our sessions, headers and limits."""
        settings: dict[str, Any] = super().init_settings()
        if sys.platform == "linux" and len(self.connection_dir) < _MAX_FOLDER_CHARACTERS:
            # Another program may take a kernel's port before the kernel does, and a message to that one never ends.
            self.config.KernelManager.transport = "ipc"
        identity = IdentityProvider(parent=self, token=self.options.token, cookie_options={"samesite": "Strict"})
        self.identity_provider = identity
        self.authorizer.identity_provider = identity
        self.kernel_manager = Sessions(
            parent=self,
            connection_dir=self.connection_dir,
            kernel_spec_manager=self.kernel_spec_manager,
            allowed_message_types=["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"],
        )
        return settings | {
            "allow_remote_access": not is_loopback(self.options.host),
            "default_handler_class": NoPageHandler,
            "identity_provider": identity,
            "kernel_manager": self.kernel_manager,
            "log_function": _log_failure,
            "serverapp": None,
            "transforms": [SecurityHeaders],
            "ws_ping_timeout": 90_000,
            "websocket_max_message_size": MAX_MESSAGE_BYTES,
        }

    def init_handlers(self) -> list[Any]:
        """Everything that has an address."""
        return [
            (r"/", StartHandler),
            (rf"/({'|'.join(PAGES)})", PageHandler),
            (rf"/api/kernels/{_KERNEL}", KernelHandler),
            (rf"/api/kernels/{_KERNEL}/channels", ChannelsHandler),
            (rf"/voila/api/shutdown/{_KERNEL}", LeaveHandler),
            (rf"{ASSETS}/voila/{_FILE}", AssetHandler, {"path": self.static_paths[0]}),
            (rf"{ASSETS}/page/((?:app|no-math)\.js)", AssetHandler, {"path": str(TEMPLATES / TEMPLATE_NAME)}),
            *(
                (rf"{ASSETS}/extensions/{name}/static/{_FILE}", AssetHandler, {"path": str(folder / "static")})
                for name, folder in extension_folders().items()
            ),
        ]

    def listen(self) -> None:
        """Make kernels ready, say the address, and serve until the end."""
        server = HTTPServer(self.app, max_body_size=_MAX_BODY_BYTES)
        server.add_sockets(self._sockets)
        self.ioloop = tornado.ioloop.IOLoop.current()
        try:
            with contextlib.suppress(KeyboardInterrupt, RuntimeError):  # ended before a kernel was ready
                self.ioloop.run_sync(self.kernel_manager.wait_until_ready)
                self._started()
            with contextlib.suppress(KeyboardInterrupt):
                self.ioloop.start()
        finally:
            self.stop()

    def stop(self) -> None:
        """End all kernels."""
        with contextlib.suppress(TimeoutError):  # the fork server ends them all at the latest
            run_sync(asyncio.wait_for)(self.kernel_manager.shutdown_all(now=True), _STOP_SECONDS)
        shutil.rmtree(self.connection_dir, ignore_errors=True)


def serve(
    options: AppOptions, offers_file: str | None, started: Callable[[str], object], store: Path | None = None
) -> None:
    """Serve the app until the process is asked to end.

    Parameters
    ----------
    options : AppOptions
    offers_file : str, optional
        What pages start from; by default nothing.
    started : callable
        Called with the app's address, with its token, as soon as it answers.
    store : Path, optional
        Store of pay data that all visitors' offers are held against; by default none.

    Raises
    ------
    AddressError
        If the port is taken or not allowed, or the host is not this computer's.
    """
    try:
        sockets = bind_sockets(options.port, options.host)
    except OSError as error:
        raise AddressError(error) from error
    port = sockets[0].getsockname()[1]
    host = f"[{options.host}]" if ":" in options.host else options.host
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "compkit"
    for name, file in ((OFFERS_FILE_VARIABLE, offers_file), (PAY_STORE_VARIABLE, store)):
        os.environ.pop(name, None)
        if file is not None:
            os.environ[name] = str(Path(file).resolve())
    logging.getLogger("tornado.general").setLevel(logging.ERROR)  # it takes Jupyter's milliseconds for seconds
    app = App(options, sockets, lambda: started(f"http://{host}:{port}/?token={options.token}"))
    app.initialize([])
    app.start()


def _log_failure(handler: Any) -> None:
    """Say which page failed. The rest of an address may have the token."""
    if handler.get_status() >= 500:
        logging.getLogger("compkit.app").error("%s %s", handler.get_status(), handler.request.path)
