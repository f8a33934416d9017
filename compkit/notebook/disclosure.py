"""Pieces of a form: a button that shows and hides some, and how they are laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import ipywidgets

from compkit.notebook.field_row import FieldRow, note_line


class Piece(Protocol):
    """A part of the form on the page."""

    widget: Any

    def rows(self) -> Iterator[FieldRow]:
        """Yield the fields that can be seen."""
        ...


class Disclosure:
    """A button that shows and hides pieces, which are built when they are first shown."""

    def __init__(
        self, label: str, build: Callable[[], list[Piece]], on_show: Callable[[], None], help_text: str = ""
    ) -> None:
        self._label, self._build, self._on_show, self._help = label, build, on_show, help_text
        self._content: list[Piece] | None = None
        self.is_open = False
        self.button = ipywidgets.Button(tooltip=help_text or label)
        self.button.add_class("ck-disclosure")
        self.button.on_click(lambda _: self.toggle())
        self._box = ipywidgets.VBox(layout={"display": "none"})
        self._box.add_class("ck-inside")
        self.widget = ipywidgets.VBox([self.button, self._box])
        self._name()

    def _name(self) -> None:
        self.button.description = f"{'Hide' if self.is_open else 'Show'} {self._label}"
        self.button.icon = "caret-down" if self.is_open else "caret-right"
        (self.button.add_class if self.is_open else self.button.remove_class)("ck-open")

    def toggle(self) -> None:
        """Show what is hidden, or hide it."""
        self.is_open = not self.is_open
        if self._content is None:
            self._content = self._build()
            help_line = [ipywidgets.HTML(note_line("help", self._help))] if self._help else []
            self._box.children = [*help_line, *laid_out(self._content)]
        self._box.layout.display = None if self.is_open else "none"
        self._name()
        self._on_show()

    def open(self) -> None:
        """Show what is hidden."""
        if not self.is_open:
            self.toggle()

    def pieces(self) -> list[Piece]:
        """List what is shown."""
        return (self._content or []) if self.is_open else []

    def rows(self) -> Iterator[FieldRow]:
        """Yield the fields that can be seen."""
        for piece in self.pieces():
            yield from piece.rows()


def laid_out(pieces: Sequence[Piece]) -> list[Any]:
    """Widgets of pieces, with fields side by side where there is room."""
    fields = [piece.widget for piece in pieces if isinstance(piece, FieldRow)]
    grid = ipywidgets.Box(fields)
    grid.add_class("ck-grid")
    others = [piece.widget for piece in pieces if not isinstance(piece, FieldRow)]
    return [*([grid] if fields else []), *others]


def close_all(widget: Any) -> None:
    """Take a widget and all inside it from the page."""
    for child in getattr(widget, "children", ()):
        close_all(child)
    widget.close()


def text_button(description: str, act: Callable[[], None]) -> Any:
    """Button with its action."""
    button = ipywidgets.Button(description=description)
    button.on_click(lambda _: act())
    return button


def live_line() -> Any:
    """Line of HTML that a screen reader reads when it changes."""
    line = ipywidgets.HTML()
    line.add_class("ck-note").add_class("ck-live")
    return line
