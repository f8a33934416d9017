"""Opening and saving the editor's file: by path in JupyterLab, as uploads and downloads in the app."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ipywidgets

from compkit.errors import InputError
from compkit.notebook.browser import MAX_UPLOAD_BYTES
from compkit.notebook.disclosure import live_line, text_button
from compkit.notebook.field_row import note_line
from compkit.offers import ENDINGS, OffersDraft

SAVABLE = {"YAML (keeps everything)": ".yaml", "CSV (one row an offer)": ".csv", "Excel": ".xlsx"}
DEFAULT_NAME = "offers.yaml"
Download = Callable[[str, bytes], object]


class Confirmation:
    """A question with two buttons, shown where something would be lost."""

    def __init__(self) -> None:
        self._text = live_line()
        self.yes, self.no = ipywidgets.Button(button_style="danger"), ipywidgets.Button()
        self._action: Callable[[], object] = lambda: None
        self._back: Any = None
        self.yes.on_click(lambda _: self._end(self._action))
        self.no.on_click(lambda _: self._end(lambda: None))
        self.widget = ipywidgets.HBox()
        self.widget.add_class("ck-bar")

    def ask(self, question: str, yes: str, no: str, action: Callable[[], object], back: Any) -> None:
        """Ask, and act if the answer is yes; then the cursor goes to `back`."""
        self._text.value, self.yes.description, self.no.description = note_line("warning", question), yes, no
        self._action, self._back = action, back
        self.widget.children = [self._text, self.yes, self.no]
        self.no.focus()

    @property
    def question(self) -> str:
        """What is asked now, as HTML; empty if nothing is."""
        return self._text.value if self.widget.children else ""

    def _end(self, action: Callable[[], object]) -> None:
        self.widget.children = []
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
    upload : widget, optional
        A control that opens a file and calls `load`, instead of the panel's own.
    """

    def __init__(
        self,
        get_draft: Callable[[], OffersDraft],
        replace: Callable[[OffersDraft], None],
        on_save: Callable[[], None],
        confirmation: Confirmation,
        folder: Path,
        download: Download | None = None,
        upload: Any = None,
    ) -> None:
        self._get_draft, self._replace, self._on_save = get_draft, replace, on_save
        self._confirmation, self._folder, self._download = confirmation, folder, download
        self._on_disk: dict[Path, bytes] = {}
        wide = {"style": {"description_width": "auto"}}
        self.upload = ipywidgets.FileUpload(
            accept=",".join(ENDINGS), multiple=False, description="Load a file from your computer"
        )
        self.upload.observe(self._load_upload, "value")
        self.path = ipywidgets.Text(value=DEFAULT_NAME, description="File", **wide)
        self.path.add_class("ck-control")
        self.form = ipywidgets.Dropdown(options=list(SAVABLE.items()), description="Format", **wide)
        self.form.add_class("ck-control")
        self.open_button = text_button("Open", self.open)
        self.save_button = text_button("Save" if download is None else "Download", self.save)
        self.note = live_line()
        own = [self.path, self.open_button] if download is None else [self.form]
        bar = ipywidgets.HBox([*own, self.save_button, upload or self.upload])
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

    def _load_upload(self, _change: Any) -> None:
        files: Sequence[Any] = self.upload.value
        if not files:
            return
        name, size, data = files[0]["name"], files[0]["size"], bytes(files[0]["content"])
        self.upload.value = ()
        if size > MAX_UPLOAD_BYTES:
            limit = MAX_UPLOAD_BYTES // 1_000_000
            self.say(f"{name} has {size / 1e6:,.0f} MB; the limit is {limit} MB. Split it.", kind="fault")
        else:
            self.load(name, data, lambda: self._save_as(name))

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

        if self._get_draft().is_changed:
            question = f"You have unsaved changes. Replace them with {name}?"
            self._confirmation.ask(question, "Replace them", "Keep my changes", replace, self.upload)
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
