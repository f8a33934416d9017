"""Opening and saving the editor's file: by path in JupyterLab, as uploads and downloads in the app."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets

from compkit.errors import InputError
from compkit.notebook.browser import Upload
from compkit.notebook.disclosure import live_line, text_button
from compkit.notebook.field_row import note_line
from compkit.offers import ENDINGS, OffersDraft

SAVABLE = {"YAML (keeps everything)": ".yaml", "CSV (one row an offer)": ".csv", "Excel": ".xlsx"}
DEFAULT_NAME = "offers.yaml"
Download = Callable[[str, bytes], object]


class Confirmation:
    """A question with two buttons, shown where something would be lost; or what is done, and a button to undo it."""

    def __init__(self) -> None:
        self._text = live_line()
        self.yes, self.no = ipywidgets.Button(), ipywidgets.Button()
        self._action: Callable[[], object] = lambda: None
        self._back: Any = None
        self.yes.on_click(lambda _: self._end(self._action))
        self.no.on_click(lambda _: self._end(lambda: None))
        self.widget = ipywidgets.HBox()
        self.widget.add_class("ck-bar")

    def ask(self, question: str, yes: str, no: str, action: Callable[[], object], back: Any) -> None:
        """Ask, and act if the answer is yes; then the cursor goes to `back`."""
        self._show("warning", question, yes, action, back)
        self.yes.button_style, self.no.description = "danger", no
        self.widget.children = [self._text, self.yes, self.no]
        self.no.focus()

    def offer_undo(self, done: str, undo: Callable[[], object], back: Any) -> None:
        """Say what is done until the next change, with a button that undoes it; then the cursor goes to `back`."""
        self._show("help", done, "Undo", undo, back)
        self.yes.button_style = ""
        self.widget.children = [self._text, self.yes]
        self.yes.focus()

    def _show(self, kind: str, text: str, yes: str, action: Callable[[], object], back: Any) -> None:
        self._text.value, self.yes.description, self.yes.tooltip = note_line(kind, text), yes, text
        self._action, self._back = action, back

    def close(self) -> None:
        """Ask and offer nothing more."""
        self.widget.children = []

    @property
    def question(self) -> str:
        """What is asked now, as HTML; empty if nothing is."""
        return self._text.value if self.widget.children else ""

    def _end(self, action: Callable[[], object]) -> None:
        self.close()
        action()
        self._back.focus()


class FilePanel:
    """Controls that open and save the file.

    Parameters
    ----------
    get_draft : callable
        The draft as it is now.
    replace : callable
        Takes the draft of an opened file.
    on_save : callable
        Called after saving.
    confirmation : Confirmation
    folder : Path
        Where relative paths start.
    download : callable, optional
        Gets a name and the contents; then nothing is read from or written to this computer's disk.
    """

    def __init__(
        self,
        get_draft: Callable[[], OffersDraft],
        replace: Callable[[OffersDraft], None],
        on_save: Callable[[], None],
        confirmation: Confirmation,
        folder: Path,
        download: Download | None = None,
    ) -> None:
        self._get_draft, self._replace, self._on_save = get_draft, replace, on_save
        self._confirmation, self._folder, self._download = confirmation, folder, download
        self._on_disk: dict[Path, bytes] = {}
        wide = {"style": {"description_width": "auto"}}
        self.upload = Upload(lambda name, data: self.load(name, data, lambda: self._save_as(name)), ",".join(ENDINGS))
        self.path = ipywidgets.Text(value=DEFAULT_NAME, description="File", **wide)
        self.path.add_class("ck-control")
        self.form = ipywidgets.Dropdown(options=list(SAVABLE.items()), description="Format", **wide)
        self.form.add_class("ck-control")
        self.open_button = text_button("Open", self.open)
        self.new_button = text_button("New file", self.new)
        self.save_button = text_button("Save" if download is None else "Download", self.save)
        self.note = live_line()
        own = [self.path, self.open_button] if download is None else [self.form]
        bar = ipywidgets.HBox([*own, self.save_button, self.new_button, self.upload])
        bar.add_class("ck-bar")
        self.widget = ipywidgets.VBox([bar, self.note])

    def say(self, *lines: str, kind: str = "help") -> None:
        """Show lines about the file."""
        self.note.value = "".join(note_line(kind, line) for line in lines)

    def refuse(self, error: InputError) -> None:
        """Show every fault of a file that can't be opened or saved."""
        self.say(*map(str, error.faults), kind="fault")

    @property
    def _target(self) -> Path:
        return (self._folder / str(self.path.value).strip()).resolve()

    def open(self) -> None:
        """Open the file at the path."""
        path = self._target
        try:
            data = path.read_bytes()
        except (OSError, ValueError) as error:
            self.say(f"{path.name} can't be opened: {_reason(error)}. Check the path.", kind="fault")
            return
        self.load(path.name, data, lambda: self._on_disk.update({path: data}))

    def _save_as(self, name: str) -> None:
        """Propose an uploaded file's name for saving."""
        path = Path(name)
        self.path.value = path.name if path.suffix.lower() in SAVABLE.values() else path.with_suffix(".yaml").name

    def load(self, name: str, data: bytes, on_load: Callable[[], object] = lambda: None) -> None:
        """Load a file's contents, or show why they can't be; ask before unsaved changes are lost.

        Parameters
        ----------
        name : str
            Its ending tells the format.
        data : bytes
        on_load : callable, optional
            Called once it is loaded.
        """
        try:
            draft = OffersDraft.load(name, data)
        except InputError as error:
            self.refuse(error)
            return

        def replace() -> None:
            on_load()
            self._replace(draft)
            self.say(f"Loaded {name}.")

        self._ask_unless_saved("Replace", f" with {name}", replace, self.upload)

    def new(self) -> None:
        """Begin an empty file; ask before unsaved changes are lost."""

        def replace() -> None:
            self.path.value = DEFAULT_NAME
            self._replace(OffersDraft())
            self.say("This is a new file. Enter your first offer below.")

        self._ask_unless_saved("Discard", "", replace, self.new_button)

    def _ask_unless_saved(self, verb: str, by_what: str, replace: Callable[[], None], back: Any) -> None:
        if self._get_draft().is_changed:
            question = f"You have unsaved changes. {verb} them{by_what}?"
            self._confirmation.ask(question, f"{verb} them", "Keep my changes", replace, back)
        else:
            replace()

    def save(self) -> None:
        """Save to the path, or hand the contents to the browser; ask before another's file is replaced."""
        ending = Path(self.path.value.strip()).suffix.lower() if self._download is None else self.form.value
        if ending not in (*SAVABLE.values(), ".yml"):
            self.say(f"The file's name must end in {', '.join(SAVABLE.values())}.", kind="fault")
            return
        try:
            data = self._get_draft().save(ending)
        except InputError as error:
            self.refuse(error)
            return
        if self._download is not None:
            name = Path(self.path.value).with_suffix(ending).name
            self._download(name, data)
            self._saved(name)
        else:
            self._save_to(self._target, data)

    def _save_to(self, path: Path, data: bytes) -> None:
        try:
            there = path.read_bytes() if path.exists() else None
        except OSError as error:
            self.say(f"{path.name} can't be replaced: {_reason(error)}.", kind="fault")
            return
        if there is None or there == self._on_disk.get(path):
            self._write(path, data)
            return
        has = "has changed since you opened it" if path in self._on_disk else "exists already"
        self._confirmation.ask(
            f"{path.name} {has}. Replace it?", "Replace it", "Cancel", lambda: self._write(path, data), self.save_button
        )

    def _write(self, path: Path, data: bytes) -> None:
        partial = path.with_name(f".{path.name}.part")
        try:
            partial.write_bytes(data)
            partial.replace(path)
        except OSError as error:
            self.say(f"{path.name} can't be saved: {_reason(error)}.", kind="fault")
            return
        self._on_disk[path] = data
        self._saved(path.name)

    def _saved(self, name: str) -> None:
        draft = self._get_draft()
        draft.mark_saved()
        n_faults = sum(one.is_fault for one in draft.messages)
        open_faults = [f"{n_faults} fields must be filled in or fixed before it can be evaluated."] if n_faults else []
        self.say(f"Saved {name}.", *open_faults)
        self._on_save()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
