"""What the app answers to whom: pages with a token, a visitor's own kernel, and nothing else."""

from __future__ import annotations

import http.client
import re
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlparse

import pytest
import websocket
from app_fixtures import server  # noqa: F401
from app_server import TOKEN, AppServer, Visitor, app_server, message, replies
from waiting import wait_until

ASSETS = f"/assets/{version('voila')}"
PAGES = ("decide", "evaluate", "compare", "place", "negotiate", "weeks", "practice")


@pytest.fixture
def visitor(server: AppServer) -> Visitor:
    """Return a browser that has not been here before."""
    return Visitor(server)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_something_before_its_widgets_live(visitor: Visitor, page: str) -> None:
    answer = visitor.get(f"/{page}?token={TOKEN}")
    assert answer.status == 200
    for part in ('<html lang="en">', "<title>Your job offers - compkit</title>", '<main id="content">', "<noscript>",
                 'href="#content">Skip to content', "Loading your offers...", "widget-view+json"):  # fmt: skip
        assert part in answer.text, part
    assert re.findall(r'(?:src|href)="(?!/|#|data:,)[^"]*', answer.text) == []


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong-wrong-wrong-1", "?token=for-tests-only-0123x"])
def test_without_the_token_there_is_nothing(visitor: Visitor, query: str) -> None:
    for page in PAGES:
        answer = visitor.get(f"/{page}{query}")
        assert answer.status == 401
        assert "kernelId" not in answer.text
        assert "needs its whole address" in answer.text
    assert not list(visitor.cookies)


def test_the_token_does_not_stay_in_the_address(server: AppServer) -> None:
    connection = http.client.HTTPConnection(urlparse(server.origin).netloc)
    connection.request("GET", f"/weeks?token={TOKEN}")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (302, "/weeks")
    cookie = str(answer.headers["Set-Cookie"])
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


NO_ADDRESSES = (
    "/voila/files/page.ipynb", "/voila/files/", "/files/page.ipynb", "/voila/files/..%2f..%2fpyproject.toml",
    "/voila/templates/lab/static/voila.js", "/voila/static/../app.py", "/voila/static/%2e%2e/%2e%2e/app.py",
    f"{ASSETS}/voila/../../../../etc/passwd", f"{ASSETS}/voila/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    f"{ASSETS}/voila/..%2f..%2fbase%2fpage.html", f"{ASSETS}/voila/%00", f"{ASSETS}/page/page.ipynb",
    f"{ASSETS}/page/..%2fapp.js", f"{ASSETS}/extensions/anywidget/package.json",
    f"{ASSETS}/extensions/anywidget/static/../package.json",
    f"{ASSETS}/extensions/anywidget/static/%2e%2e/package.json",
    "/api", "/api/contents", "/api/kernels", "/api/kernelspecs", "/api/sessions", "/api/terminals", "/api/config",
    "/terminals/1", "/tree", "/voila/tree", "/voila/render/page.ipynb", "/voila/api/contents", "/voila/api/themes/x",
    "/voila/query/1-1-1-1-1", "/voila/execution/1-1-1-1-1", "/login", "/logout", "/page.ipynb",
    "/decide/..%2fpage.ipynb", "/metrics", "/static/favicon.ico",
)  # fmt: skip


def test_nothing_else_has_an_address(server: AppServer) -> None:
    """Also with the token, and for paths that a browser would shorten before it asks."""
    connection = http.client.HTTPConnection(urlparse(server.origin).netloc)
    found = {}
    for path in NO_ADDRESSES:
        connection.request("GET", path, headers={"Authorization": f"token {TOKEN}"})
        answer = connection.getresponse()
        text = answer.read().decode()
        if answer.status not in (400, 403, 404) or re.search("root:x|compkit.notebook|jupyterlab", text):
            found[path] = answer.status
    assert found == {}


@pytest.mark.parametrize("path", ["/decide", "/", "/nowhere", "/api/kernels/1-1-1-1-1", f"{ASSETS}/voila/voila.js"])
def test_every_answer_has_the_headers(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self' blob:"
    assert policy["frame-ancestors"] == "'none'"
    assert not re.search(r"https?:|\*|unsafe-eval", headers["Content-Security-Policy"])
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == ("public, max-age=604800, immutable" if "/voila/" in path else "no-store")


def test_a_name_that_leads_here_from_elsewhere_is_refused(visitor: Visitor) -> None:
    """DNS can give any name this computer's address."""
    assert visitor.get(f"/decide?token={TOKEN}", Host="attacker.example").status == 403


def test_a_kernel_is_its_visitors_alone(server: AppServer, visitor: Visitor) -> None:
    kernel, other = visitor.open_page(), Visitor(server)
    other.open_page()
    assert visitor.get(f"/api/kernels/{kernel}").status == 200
    for who in (other, Visitor(server)):
        assert who.get(f"/api/kernels/{kernel}").status in (302, 401, 403, 404)
        assert who.get(f"/voila/api/shutdown/{kernel}", method="POST", data=b"").status in (403, 404)
        assert who.get(f"/api/kernels/{kernel}", method="DELETE").status in (403, 404, 405)
        with pytest.raises(websocket.WebSocketBadStatusException, match=r"40[34]"):
            who.channels(kernel)
    visitor.channels(kernel).close()


def test_another_site_cannot_connect(visitor: Visitor) -> None:
    kernel = visitor.open_page()
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        visitor.channels(kernel, origin="http://attacker.example")
    answer = visitor.get(f"/api/kernels/{kernel}", Origin="http://attacker.example")
    assert answer.status == 404


@pytest.mark.parametrize("channel", ["shell", "control"])
def test_a_page_cannot_run_code(visitor: Visitor, tmp_path: Path, channel: str) -> None:
    written = tmp_path / "written"
    socket = visitor.channels(visitor.open_page())
    content = {"code": f"open({str(written)!r}, 'w').close()", "silent": False, "store_history": False,
               "user_expressions": {}, "allow_stdin": False}  # fmt: skip
    for kind in ("execute_request", "inspect_request", "complete_request", "debug_request", "shutdown_request"):
        socket.send(message(kind, content, channel))
    socket.send(message("kernel_info_request", {}))
    kinds = set(replies(socket, "kernel_info_reply"))
    assert kinds <= {"status", "kernel_info_reply"}
    assert not written.exists()


def test_what_is_too_large_is_refused(server: AppServer, visitor: Visitor) -> None:
    """A page refuses larger files before it sends them; others get no further than the first bytes."""
    kernel = visitor.open_page()
    socket = visitor.channels(kernel)
    with pytest.raises((websocket.WebSocketConnectionClosedException, OSError)):  # noqa: PT012 - either may fail
        socket.send_binary(bytes(17 << 20))
        while True:
            socket.recv()
    connection = http.client.HTTPConnection(urlparse(server.origin).netloc)
    connection.putrequest("POST", f"/voila/api/shutdown/{kernel}")
    connection.putheader("Content-Length", str(100_000_000))
    connection.endheaders()
    assert connection.getresponse().status == 400
    assert visitor.get(f"/api/kernels/{kernel}").status == 200


def test_a_visit_writes_no_file(server: AppServer, visitor: Visitor) -> None:
    """Neither where the app was started nor at home: no notebook, no history, no checkpoint."""
    before = {path for path in server.folder.rglob("*") if path.is_file()}
    kernel = visitor.open_page("evaluate")
    socket = visitor.channels(kernel)
    socket.send(message("kernel_info_request", {}))
    replies(socket, "kernel_info_reply")
    socket.close()
    assert {path for path in server.folder.rglob("*") if path.is_file()} == before


def test_the_first_page_shows_the_answer_before_there_is_a_kernel(visitor: Visitor) -> None:
    head, _, rest = visitor.get(f"/decide?token={TOKEN}").text.partition('id="jupyter-config-data"')
    assert "On pay, Google L5 in Seattle leads by about $26,000 a year after tax" in head
    assert "kernelId" in rest
    assert "On pay" not in visitor.get("/weeks").text.partition('id="jupyter-config-data"')[0]


@pytest.mark.long
def test_sessions_end_without_a_page_and_without_a_change(tmp_path: Path) -> None:
    with app_server(tmp_path, options="left_seconds=3, idle_seconds=12, max_sessions=2") as running:
        left, idle, third = Visitor(running), Visitor(running), Visitor(running)
        gone, kernel = left.open_page(), idle.open_page()
        socket = idle.channels(kernel)
        assert third.get(f"/decide?token={TOKEN}").status == 503
        wait_until(lambda: left.get(f"/api/kernels/{gone}").status == 404)
        assert idle.get(f"/api/kernels/{kernel}").status == 200
        third.open_page()
        wait_until(lambda: idle.get(f"/api/kernels/{kernel}").status == 404)
        socket.close()
