"""What the server answers: the pages, a visitor's own kernel, and the files that pages load. Nothing else."""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from compkit.app.notes import PAGE_FAILED, note, page_head
from compkit.app.sessions import Sessions, TooManySessionsError
from compkit.notebook import PAGES

_ASSETS_SECONDS = 7 * 24 * 3600


class StartHandler(web.RequestHandler):
    """`/`, which leads to the first page."""

    def get(self) -> None:
        """Redirect, with the token."""
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect(f"/{PAGES[0]}{query}")


class NoPageHandler(web.RequestHandler):
    """Any other address."""

    def prepare(self) -> None:
        """Say where to start."""
        self.set_status(404)
        self.finish(note("There is no such page", "Start at the first page.", link=f"/{PAGES[0]}"))


class PageHandler(JupyterHandler):
    """One of the pages: a new kernel for this visitor, and the notebook that has run in it."""

    @allow_unauthenticated  # type: ignore[untyped-decorator]
    async def get(self, page: str) -> None:
        """Send the page as it is rendered."""
        sessions: Sessions = self.kernel_manager
        if self.current_user is None:
            self.set_status(401)
            self.finish(note("This page needs its whole address", "Open the address that compkit app printed."))
            return
        if self.get_query_arguments("token"):  # it is in the cookie now, and an address is copied and kept
            self.redirect(self.request.path)
            return
        try:
            place = sessions.reserve(self.current_user.username)
        except TooManySessionsError:
            self.set_status(503)
            self.set_header("Retry-After", "60")
            self.finish(note("All places are taken", "Too many people use this app now. Try again in a minute."))
            return
        self.set_header("Content-Type", "text/html; charset=utf-8")
        _ = self.xsrf_token  # sets the cookie that the page sends back as it is left
        self.write(page_head(sessions.first_paint if page == PAGES[0] else ""))
        await self.flush()
        try:
            self.write(await sessions.begin(place))
        except Exception:
            self.log.exception("A page could not be made")
            self.write(PAGE_FAILED)

    def write_error(self, _status_code: int, **_: Any) -> None:
        """Say that it failed, without details."""
        self.finish(note("Something went wrong", "Reload this page to try again."))


class KernelHandler(APIHandler):
    """Whether a visitor's kernel is there."""

    @web.authenticated
    def get(self, kernel_id: str) -> None:
        """Kernel's id and state."""
        self.kernel_manager.check_owner(kernel_id, self.current_user.username)
        model = self.kernel_manager.kernel_model(kernel_id)
        self.finish(json.dumps({name: model[name] for name in ("id", "name", "execution_state", "connections")}))


class LeaveHandler(APIHandler):
    """What a page sends as it is left."""

    @web.authenticated
    async def post(self, kernel_id: str) -> None:
        """End the visitor's kernel."""
        self.kernel_manager.check_owner(kernel_id, self.current_user.username)
        await self.kernel_manager.shutdown_kernel(kernel_id, now=True)
        self.set_status(204)


class ChannelsHandler(VoilaKernelWebsocketHandler):
    """Messages between a visitor's page and kernel."""

    async def pre_get(self) -> None:
        """Refuse the kernel of another visitor."""
        self.kernel_manager.check_owner(self.kernel_id, self.current_user.username)
        await super().pre_get()


class AssetHandler(web.StaticFileHandler):
    """Scripts and styles of installed packages. Their addresses have the version, so browsers keep them."""

    def set_extra_headers(self, path: str) -> None:  # noqa: ARG002 - tornado's signature
        """Let browsers keep it."""
        self.set_header("Cache-Control", f"public, max-age={_ASSETS_SECONDS}, immutable")
