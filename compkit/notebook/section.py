"""A section of a live page: a heading, its answer, and HTML, folded or not."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class Section(anywidget.AnyWidget):
    """Heading, answer and content of a section; `is_open` tells whether a visitor has opened it.

    `html` is shown as it is: only blocks of `compkit.report`, which escape every text, may make it.
    """

    _esm = Path(__file__).resolve().parent / "section.js"

    heading = traitlets.Unicode().tag(sync=True)
    answer = traitlets.Unicode().tag(sync=True)
    html = traitlets.Unicode().tag(sync=True)
    is_folded = traitlets.Bool(default_value=False).tag(sync=True)
    is_open = traitlets.Bool(default_value=False).tag(sync=True)
    is_empty = traitlets.Bool(default_value=False).tag(sync=True)
