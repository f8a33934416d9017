"""The whole offers file as text, for what the form can't edit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import ipywidgets

from compkit.errors import InputError
from compkit.notebook.disclosure import live_line, text_button
from compkit.notebook.field_row import FieldRow, note_line
from compkit.offers import OffersDraft


class _Editor(Protocol):
    """What has the file."""

    @property
    def draft(self) -> OffersDraft: ...
    def apply_text(self, text: str) -> None: ...


class FileText:
    """The whole file as text, for what the form can't edit."""

    def __init__(self, editor: _Editor) -> None:
        self._editor, self._shown = editor, editor.draft.text
        self.control = ipywidgets.Textarea(
            value=self._shown, description="The file's text, in YAML", rows=24, continuous_update=False,
            style={"description_width": "auto"},
        )  # fmt: skip
        self.control.add_class("ck-control")
        self.note = live_line()
        self.apply_button = text_button("Apply the text", self.apply)
        self.show_button = text_button("Show the present text", self.show)
        bar = ipywidgets.HBox([self.apply_button, self.show_button])
        bar.add_class("ck-bar")
        self.widget = ipywidgets.VBox([self.control, bar, self.note])

    def rows(self) -> Iterator[FieldRow]:
        """Yield no fields of a form."""
        return iter(())

    def show(self) -> None:
        """Show the draft's text as it is now."""
        self._shown = self._editor.draft.text
        self.control.value, self.note.value = self._shown, ""

    def apply(self) -> None:
        """Take the text as the file, or show why it can't be."""
        if self._editor.draft.text != self._shown:
            text = "You have changed fields since this text was shown. Show the present text, and edit that."
            self.note.value = note_line("fault", text)
            return
        try:
            self._editor.apply_text(self.control.value)
        except InputError as error:
            self.note.value = "".join(note_line("fault", f"The text {fault}") for fault in error.faults)
        else:
            self.show()
            self.note.value = note_line("help", "Applied.")
