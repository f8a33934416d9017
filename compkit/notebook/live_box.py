"""Widgets in a notebook, and what stands there until they live."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets


class LiveBox(ipywidgets.VBox):  # type: ignore[misc]  # its package is untyped
    """Box of widgets.

    Parameters
    ----------
    children : sequence of widget
    waiting : str
        What a notebook shows that isn't running.

    `first_paint`, HTML without scripts and escaped, is what a page shows until the widgets live; empty for nothing.
    """

    first_paint = ""

    def __init__(self, children: Sequence[Any], waiting: str) -> None:
        self._waiting = waiting
        super().__init__(children)

    def __repr__(self) -> str:
        return self._waiting

    def _repr_mimebundle_(self, **options: Any) -> Any:
        data = super()._repr_mimebundle_(**options)
        paint = {"text/html": self.first_paint} if self.first_paint else {}
        return (data[0] if isinstance(data, tuple) else data) | {"text/plain": repr(self)} | paint
