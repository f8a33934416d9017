"""What only a browser can do for a notebook: keep a draft, go to a page, tell the date, copy, save, announce; open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import anywidget
from traitlets import Integer, List, Unicode

from compkit.notebook.page_names import PAGES

MAX_UPLOAD_BYTES = 10_000_000


class Browser(anywidget.AnyWidget):
    """The visitor's browser. It shows nothing.

    In JupyterLab it leaves the address alone; in the app the address follows `page`, and back and forward work.

    Parameters
    ----------
    draft : str
        Text to keep in this tab of the browser. Set it as it changes.
    restored : str
        The draft that this tab had kept when the widget came alive, after a reload or with a new kernel; else empty.
    storage_key : str
        Name of the draft: another file's draft is not restored.
    page, pages : str, sequence of str
        Page that is open, and all there are.
    title : str
        Title of the window, in the app alone.
    today : str
        The visitor's date as YYYY-MM-DD; empty until the browser has told. A kernel may have started yesterday, or
        elsewhere.

    Examples
    --------
    >>> browser = Browser(page="weeks")
    >>> browser.today = "2026-12-04"
    >>> browser.date
    datetime.date(2026, 12, 4)
    """

    _esm = Path(__file__).with_name("browser.js")
    draft = Unicode().tag(sync=True)
    restored = Unicode().tag(sync=True)
    storage_key = Unicode("offers").tag(sync=True)
    page = Unicode(PAGES[0]).tag(sync=True)
    pages = List(Unicode(), default_value=list(PAGES)).tag(sync=True)
    title = Unicode().tag(sync=True)
    today = Unicode().tag(sync=True)

    @property
    def date(self) -> dt.date:
        """The visitor's date; until the browser has told it, this computer's."""
        try:
            return dt.date.fromisoformat(self.today)
        except ValueError:
            return dt.date.today()

    def copy(self, text: str, done: str = "Copied.") -> None:
        """Put a text on the clipboard and announce `done`; if the browser refuses, show the text to copy by hand."""
        self.send({"do": "copy", "text": text, "done": done})

    def download(self, content: bytes, name: str, kind: str = "application/octet-stream") -> None:
        """Save a file among the visitor's downloads."""
        self.send({"do": "download", "name": name, "kind": kind}, buffers=[content])

    def download_named(self, name: str, content: bytes) -> None:
        """Save a file of that name; see `download`."""
        self.download(content, name)

    def announce(self, text: str, manner: Literal["polite", "assertive"] = "polite") -> None:
        """Have a screen reader say a text; nothing is shown."""
        self.send({"do": "announce", "text": text, "manner": manner})


class Upload(anywidget.AnyWidget):
    """Button that opens a file.

    Parameters
    ----------
    on_upload : callable
        Called with the name and the content of each file.
    accept : str
        Endings of the files it takes, such as ".yaml,.csv".
    max_bytes : int
        Size above which the page refuses a file, before it is sent.

    Examples
    --------
    >>> Upload(lambda name, content: print(name, len(content)), ".yaml").label
    'Load a file from your computer'
    """

    _esm = Path(__file__).with_name("upload.js")
    label = Unicode("Load a file from your computer").tag(sync=True)
    accept = Unicode().tag(sync=True)
    max_bytes = Integer(MAX_UPLOAD_BYTES).tag(sync=True)

    def __init__(self, on_upload: Callable[[str, bytes], object], accept: str, **traits: Any) -> None:
        super().__init__(accept=accept, **traits)
        self._on_upload = on_upload
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: Any, buffers: Sequence[Any]) -> None:
        if isinstance(content, dict) and "name" in content and len(buffers) == 1:
            file = bytes(buffers[0])
            if len(file) <= self.max_bytes:
                self._on_upload(str(content["name"]), file)
