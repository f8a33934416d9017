"""The app as a command, and visitors of it without a browser: each has cookies of its own."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import websocket
from waiting import MAX_WAIT_SECONDS

TOKEN = "for-tests-only-0123"  # noqa: S105 - of a server that lives as long as a test


WITH_OPTIONS = f"""\
from compkit.app import AppOptions, serve
serve(AppOptions(port=0, token={TOKEN!r}, {{options}}), None, lambda address: print("The app is at", address))
"""


@dataclass(frozen=True)
class AppServer:
    """A server that runs: its process, address, and the folder that it was started in and has as its home."""

    process: subprocess.Popen[str]
    origin: str
    folder: Path


@contextmanager
def app_server(folder: Path, *arguments: str, options: str = "") -> Iterator[AppServer]:
    """Start `compkit app` in a folder of its own; yield when it answers, and end it. `options` are of AppOptions."""
    command = [sys.executable, "-m", "compkit", "app", *arguments]
    command += ["--port", "0", "--token", TOKEN, "--no-browser"]
    if options:
        command = [sys.executable, "-c", WITH_OPTIONS.format(options=options)]
    environment = os.environ | {"HOME": str(folder), "PYTHONUNBUFFERED": "1"}
    with (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(rf"The app is at (http://127\.0\.0\.1:\d+)/\?token={TOKEN}\n", line)
        assert found, line + (folder / "errors.txt").read_text()
        yield AppServer(process, found[1], folder)
    finally:
        process.terminate()
        process.wait(MAX_WAIT_SECONDS)


@dataclass(frozen=True)
class Answer:
    """Status, headers and text of an answer."""

    status: int
    headers: Mapping[str, str]
    text: str


class Visitor:
    """A browser's cookies and requests."""

    def __init__(self, server: AppServer, *, token: str = TOKEN) -> None:
        self.origin, self._token = server.origin, token
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, path: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Answer:
        """Request an address; refusals are answers, too."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.origin + path, data, given, method=method)  # noqa: S310 - our server
        try:
            with self._opener.open(request, timeout=MAX_WAIT_SECONDS) as answer:
                return Answer(answer.status, answer.headers, answer.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read().decode())

    def open_page(self, page: str = "decide") -> str:
        """Open a page with the token; return its kernel's id."""
        answer = self.get(f"/{page}?token={self._token}")
        assert answer.status == 200, answer
        found = re.search(r'"kernelId": "([\w-]+)"', answer.text)
        assert found, answer.text
        return found[1]

    def channels(self, kernel_id: str, **options: Any) -> websocket.WebSocket:
        """Connect to a kernel; raises WebSocketBadStatusException if it is refused."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.cookies)
        address = f"{self.origin.replace('http', 'ws', 1)}/api/kernels/{kernel_id}/channels?session_id=x"
        options = {"origin": self.origin, "cookie": cookies, "timeout": MAX_WAIT_SECONDS} | options
        return websocket.create_connection(address, **options)


def message(kind: str, content: Mapping[str, Any], channel: str = "shell") -> str:
    """Jupyter message as a page sends it."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "x", "username": "x", "version": "5.3"}
    return json.dumps(
        {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": channel, "buffers": []}
    )


def replies(socket: websocket.WebSocket, last: str) -> Sequence[str]:
    """Kinds of the messages that come until one of the kind `last`."""
    kinds: list[str] = []
    while last not in kinds:
        kinds.append(json.loads(socket.recv())["header"]["msg_type"])
    return kinds
