"""A class in the browser: Postgres in a folder of its own, oTree's server, and a seat that asks for pages."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket
from waiting import MAX_WAIT_SECONDS, wait_until

ROOT = Path(__file__).resolve().parents[1]
OTREE = Path(os.environ.get("COMPKIT_OTREE", ROOT / ".venv-otree")) / "bin" / "otree"
PASSWORD = "for-tests-only"  # noqa: S105 - of a server that lives as long as a test
POSTGRES = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda path: int(path.parent.name))
_REQUIREMENTS = "compkit/report/workshop/otree_project/requirements.txt"

needs_otree = pytest.mark.skipif(
    not OTREE.is_file(),
    reason=f"install oTree: python -m venv .venv-otree && .venv-otree/bin/pip install -r {_REQUIREMENTS}",
)
needs_postgres = pytest.mark.skipif(POSTGRES is None, reason="install Postgres: apt-get install postgresql")
# Runs oTree's command, and ends it with SIGKILL when it has sent so many live messages, before it commits.
KILLED = """
import os, sys
import otree.main
from uvicorn.main import Server
run = Server.run
def patched(server):
    import otree.live
    send, left = otree.live._live_send_back, [int(os.environ["LIVE_MESSAGES"])]
    async def counted(*arguments):
        await send(*arguments)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), 9)
    otree.live._live_send_back = counted
    run(server)
Server.run = patched
otree.main.execute_from_command_line()
"""


def visited(address: str, browser: requests.Session | None = None) -> requests.Response:
    """Get a page, from a new browser if none is given."""
    return (browser or requests.Session()).get(address, timeout=MAX_WAIT_SECONDS)


def otree(project: Path, *arguments: str, database: str = "") -> str:
    """Run a command of oTree in a project; return what it printed."""
    done = subprocess.run(
        [str(OTREE), *arguments], cwd=project, env=environment(database), capture_output=True, encoding="utf-8",
        check=False, timeout=MAX_WAIT_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout + done.stderr


def environment(database: str) -> dict[str, str]:
    """Environment of oTree's commands, without a database only in memory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OTREE_", "DATABASE_", "PYTHON"))}
    kept |= {
        "PATH": f"{OTREE.parent}:{os.environ['PATH']}",
        "OTREE_ADMIN_PASSWORD": PASSWORD,
        "OTREE_PRODUCTION": "1",
        "OTREE_REST_KEY": PASSWORD,
    }
    return kept | ({"DATABASE_URL": database} if database else {})


class Postgres:
    """A cluster in a temporary folder, which only a socket in it reaches."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.url = f"postgresql://workshop@/postgres?host={folder}"
        self._run("initdb", "--auth=trust", "--username=workshop", "--encoding=UTF8", "-D", str(self.data))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", f"-h '' -k {self.folder}", "start")

    def stop(self) -> None:
        """End the server as a crash does: it recovers when it starts again."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", "immediate", "stop")

    def _run(self, command: str, *arguments: str) -> None:
        assert POSTGRES is not None
        # Postgres refuses to run as root.
        become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        log = subprocess.DEVNULL  # the server would keep a pipe open
        subprocess.run([*become, str(POSTGRES / command), *arguments], check=True, stdout=log, stderr=log, cwd="/tmp")  # noqa: S108


@contextlib.contextmanager
def postgres() -> Iterator[Postgres]:
    """Start a cluster, and remove it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 characters
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
    cluster = None
    try:
        cluster = Postgres(folder)
        cluster.start()
        yield cluster
    finally:
        if cluster and (cluster.data / "postmaster.pid").exists():
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


class Server:
    """oTree's production server: the process that answers, and its clock.

    Parameters
    ----------
    project : Path
    database : str
    killed_after : int, optional
        Number of live messages sent after which it is ended by SIGKILL.
    port : int, optional
        Default: one that is free.
    """

    def __init__(self, project: Path, database: str, killed_after: int = 0, port: int = 0) -> None:
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        command = [str(OTREE.with_name("python")), "-c", KILLED] if killed_after else [str(OTREE)]
        self._log = (project / "server.log").open("ab")
        self.process = subprocess.Popen(
            [*command, "prodserver", f"127.0.0.1:{self.port}"], cwd=project, stdout=self._log, stderr=self._log,
            env=environment(database) | {"LIVE_MESSAGES": str(killed_after)}, start_new_session=True,
        )  # fmt: skip
        wait_until(self._answers)

    def _answers(self) -> bool:
        assert self.process.poll() is None, Path(self._log.name).read_text(encoding="utf-8")[-3000:]
        try:
            return visited(f"{self.url}/login").ok
        except requests.ConnectionError:
            return False

    def kill(self) -> None:
        """End it and its clock by SIGKILL."""
        with contextlib.suppress(ProcessLookupError):  # it was alone, and has ended
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()

    def create_session(self, n_seats: int) -> str:
        """Create a session in the class's room; return its code."""
        wanted = {"session_config_name": "workshop", "num_participants": n_seats, "room_name": "class"}
        key = {"otree-rest-key": PASSWORD}
        done = requests.post(f"{self.url}/api/sessions", json=wanted, headers=key, timeout=MAX_WAIT_SECONDS)
        assert done.ok, done.text[-500:]
        code: str = done.json()["code"]
        return code

    def logged_in(self, password: str) -> requests.Session:
        """Send a password on the teacher's page."""
        browser = requests.Session()
        form = visited(f"{self.url}/login", browser).text
        token = re.search(r'name="(csrf[^"]*)" value="([^"]*)"', form, re.IGNORECASE)
        values = {"username": "admin", "password": password} | ({token[1]: token[2]} if token else {})
        browser.post(f"{self.url}/login", data=values, timeout=MAX_WAIT_SECONDS)
        return browser

    def teacher(self) -> requests.Session:
        """Log in as the teacher."""
        return self.logged_in(PASSWORD)

    def advance_slowest(self, session: str) -> None:
        """Press the button of the monitor."""
        teacher = self.teacher()
        token = re.search(
            r'name="(csrf\w*)" value="(\d+)"', visited(f"{self.url}/SessionMonitor/{session}", teacher).text
        )
        assert token
        values = {token[1]: token[2], "advancemode": "all"}
        done = teacher.post(f"{self.url}/AdvanceSession/{session}", data=values, timeout=MAX_WAIT_SECONDS)
        assert done.ok, (done.status_code, done.text[-500:])

    def links(self) -> dict[str, str]:
        """Links of the seats by label, from the room's page."""
        page = visited(f"{self.url}/room_with_session/class", self.teacher()).text
        found = re.findall(r"/room/class\?participant_label=(\w+)&(?:amp;)?hash=(\w+)", page)
        return {
            label: f"{self.url}/room/class?participant_label={label}&hash={code}&welcome_page_ok=1"
            for label, code in found
        }

    def export(self) -> str:
        """Export of the app, as the link on the Data page gets it."""
        teacher = self.teacher()
        cookie = "; ".join(f"{one.name}={one.value}" for one in teacher.cookies)
        page = websocket.create_connection(f"ws{self.url[4:]}/export", cookie=cookie, timeout=MAX_WAIT_SECONDS)
        page.send(json.dumps({"app_name": "workshop", "is_custom": True, "function_name": "custom_export"}))
        text: str = json.loads(page.recv())["data"]
        page.close()
        return text


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


class Seat:
    """A browser at a seat; it keeps every page and live message it got."""

    def __init__(self, link: str) -> None:
        self.browser, self.seen = requests.Session(), list[str]()
        self._keep(visited(link, self.browser))

    def _keep(self, answer: requests.Response) -> None:
        self.url, self.page = answer.url, answer.text
        assert answer.ok, (answer.status_code, answer.text[-500:])
        self.seen.append(answer.text)

    @property
    def name(self) -> str:
        """Name of the page."""
        return self.url.split("/")[-2]

    def move(self, server: Server) -> None:
        """Go on with another server."""
        self.url = re.sub(r"^http://[^/]*", server.url, self.url)
        self.reload()

    def reload(self) -> None:
        """Load the page again."""
        self._keep(visited(self.url, self.browser))

    def submit(self, **values: object) -> None:
        """Send the page's form."""
        self._keep(self.browser.post(self.url, data=values, timeout=MAX_WAIT_SECONDS))

    def connect(self) -> None:
        """Open the live page's socket."""
        place = re.search(r'id="otree-live" data-socket-url="([^"]*)"', self.page)
        assert place, self.page
        address = re.sub(r"^http(://[^/]*).*", r"ws\1", self.url) + place[1].replace("&amp;", "&")
        self.socket = websocket.create_connection(address, timeout=MAX_WAIT_SECONDS)

    def send(self, **data: object) -> None:
        """Send a live message."""
        self.socket.send(json.dumps(data))

    def receive(self) -> dict[str, Any]:
        """Wait for the next live message."""
        text = self.socket.recv()
        self.seen.append(text)
        told: dict[str, Any] = json.loads(text)["live_method_payload"]
        return told

    def load(self) -> dict[str, Any]:
        """Open the socket and ask what stands."""
        self.connect()
        self.send(kind="load")
        return self.receive()
