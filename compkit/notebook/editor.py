"""The offers editor: offers and people of one file, chosen, added, and removed; opened, changed, and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import anywidget
import ipywidgets

from compkit.notebook.choices import Choices
from compkit.notebook.disclosure import Disclosure, live_line
from compkit.notebook.form import OfferForm
from compkit.notebook.offers_file import Confirmation, Download, FilePanel
from compkit.notebook.status import status_lines
from compkit.notebook.whole_file import FileText
from compkit.offers import OffersDraft, Place

_HERE = Path(__file__).resolve().parent


class HasDraft(Protocol):
    """What an editor shares with others: the draft, and word of its changes."""

    draft: OffersDraft

    def changed(self) -> None:
        """Tell everyone that the draft has changed."""
        ...

    def choose(self, person: str | None, offer_id: str | None) -> None:
        """Take an offer as the one in sight."""
        ...


class _Support(anywidget.AnyWidget):
    """Style of the form, and what its widgets can't tell a screen reader."""

    _esm = _HERE / "editor.js"
    _css = _HERE / "editor.css"


class _Own:
    """A draft that nobody else has."""

    def __init__(self, draft: OffersDraft) -> None:
        self.draft = draft

    def changed(self) -> None:
        """Do nothing: the editor tells its own observers."""

    def choose(self, person: str | None, offer_id: str | None) -> None:
        """Do nothing: no page shows an offer."""


class OfferEditor:
    """A form for an offers file.

    Parameters
    ----------
    source : OffersDraft or HasDraft, optional
        The draft to edit, or what holds it, such as a workspace; by default one empty offer.
    on_change : callable, optional
        Called after each change, as `observe` does for more.
    folder : Path, optional
        Where a relative path starts; by default the working folder, which is the notebook's.
    download : callable, optional
        Gets a file's name and contents instead of the disk: for a server with visitors.

    Examples
    --------
    >>> editor = OfferEditor()
    >>> editor.offer_form.row("company").control.value = "Meta"
    >>> editor.draft.value(("offers", 0, "company")), editor.draft.is_changed
    ('Meta', True)
    """

    def __init__(
        self,
        source: OffersDraft | HasDraft | None = None,
        on_change: Callable[[], None] | None = None,
        *,
        folder: Path | None = None,
        download: Download | None = None,
    ) -> None:
        self._source = _Own(source or OffersDraft()) if source is None or isinstance(source, OffersDraft) else source
        self._callbacks = [on_change] if on_change else []
        self.person, self.position = "", 0
        self.offer_form: OfferForm | None = None
        self.person_form: OfferForm | None = None
        self.confirmation = Confirmation()
        self.file = FilePanel(
            lambda: self.draft, self._replace, self._show_status, self.confirmation, folder or Path(), download
        )
        self.status = live_line()
        self.choices = Choices(self._choose, self.add_offer, self._remove_offer, self.add_person, self._remove_person)
        self._offer_box, self._person_box = ipywidgets.VBox(), ipywidgets.VBox()
        self.whole_file = Disclosure("the whole file as text", lambda: [FileText(self)], lambda: None)
        support = _Support()
        support.on_msg(lambda *_: self._end_pause())
        self.widget = ipywidgets.VBox([
            support, self.status, self.file.widget, self.choices.people_bar, self.choices.offers_bar,
            self.confirmation.widget, self._offer_box, self._person_box, self.choices.new_person_bar,
            self.whole_file.widget,
        ])  # fmt: skip
        self.widget.add_class("ck-form")
        self.reload()

    def _end_pause(self) -> None:
        for form in (self.offer_form, self.person_form):
            if form is not None:
                form.typed.end()

    @property
    def draft(self) -> OffersDraft:
        """The draft that is edited."""
        return self._source.draft

    def observe(self, callback: Callable[[], None]) -> None:
        """Call back after each change."""
        self._callbacks.append(callback)

    def _choose(self, *, person: str | None = None, position: int | None = None) -> None:
        if person is not None:
            self.person, self.position = person, -1
        if position is not None:
            self.position = position
        self.reload()
        self._source.choose(self.person, self._offer_id)
        self._source.changed()

    @property
    def _offer_id(self) -> str | None:
        return self.draft.value(("offers", self.position, "id")) if self.position >= 0 else None

    def show(self, offer_id: str) -> None:
        """Show an offer and whose it is, if the draft has it."""
        ids = self.draft.ids
        if offer_id in ids and ids.index(offer_id) != self.position:
            self._show_position(ids.index(offer_id))

    def _show_position(self, position: int) -> None:
        self.position = position
        self.person = str(self.draft.value(("offers", position, "candidate")) or self.person)
        self.reload()

    def reveal(self, place: Place) -> None:
        """Show what is at a place of the file, and put the cursor there."""
        if place[0] == "offers" and place[1] != self.position:
            self._show_position(int(place[1]))
        form = self.offer_form if place[0] == "offers" else self.person_form
        if form is not None:
            form.reveal(place)

    @property
    def _own_offers(self) -> tuple[int, ...]:
        """Positions of the person's offers, and of those that are nobody's."""
        people = self.draft.people
        owners = {at: self.draft.value(("offers", at, "candidate")) for at in range(self.draft.n_offers)}
        return tuple(at for at, owner in owners.items() if owner == self.person or owner not in people)

    def reload(self) -> None:
        """Show the draft from scratch, at the chosen person and offer if they are still there."""
        people = self.draft.people
        self.person = self.person if self.person in people else next(iter(people), "")
        own = self._own_offers
        self.position = self.position if self.position in own else next(iter(own), -1)
        for form in (self.offer_form, self.person_form):
            if form is not None:
                form.close()
        place: Place = ("candidates", self.person) if people else ("candidate",)
        self.person_form = OfferForm(self.draft, place, lambda: self._changed(self.offer_form))
        self._person_box.children = [
            ipywidgets.HTML("<h3>The person and their current job</h3>"),
            self.person_form.widget,
        ]
        self.offer_form = None
        if self.position >= 0:
            base = ("offers", self.position)
            self.offer_form = OfferForm(self.draft, base, lambda: self._changed(self.person_form))
        self._offer_box.children = [
            ipywidgets.HTML("<h3>The offer</h3>"),
            self.offer_form.widget if self.offer_form else ipywidgets.HTML("No offer yet. Add one."),
        ]
        self._update_choices()
        self._show_status()

    def _update_choices(self) -> None:
        """Name people and offers as they are now, with what is to fix in each."""
        self.choices.update(self.draft, self.person, self._own_offers, self.position)

    def _show_status(self) -> None:
        self.status.value = status_lines(self.draft)

    def _changed(self, other: OfferForm | None) -> None:
        """Show a change made in one form in the rest of the editor, and tell observers."""
        owner = self.draft.value(("offers", self.position, "candidate"))
        if self.draft.people and owner != self.person and owner in self.draft.people:
            self.person = owner
            self.reload()
        else:
            if other is not None:
                other.update()
            self._update_choices()
            self._show_status()
        self._tell()

    def _tell(self) -> None:
        self.confirmation.close()
        self._source.choose(self.person, self._offer_id)
        self._source.changed()
        for callback in self._callbacks:
            callback()

    def _replace(self, draft: OffersDraft) -> None:
        self._source.draft = draft
        self.person, self.position = "", 0
        self.reload()
        self._tell()

    def apply_text(self, text: str) -> None:
        """Take a text as the whole file.

        Raises
        ------
        InputError
            If it can't be read; nothing changes then.
        """
        self.draft.text = text
        self.reload()
        self._tell()

    def add_offer(self) -> None:
        """Add an empty offer, and show it."""
        self.position = self.draft.add_offer(self.person)
        self.reload()
        self._tell()
        if self.offer_form:
            self.offer_form.row("company").focus()

    def add_person(self) -> None:
        """Add the person whose name is typed, and show them."""
        name = self.choices.new_name.value.strip()
        if not name:
            self.file.say("Type the person's name first.", kind="warning")
            self.choices.new_name.focus()
            return
        self.person = self.draft.add_person(name)
        self.choices.new_name.value = ""
        self.reload()
        self._tell()
        self.choices.person.focus()

    def _remove_offer(self) -> None:
        name = self.draft.offer_names[self.position]
        self._remove(name, lambda: self.draft.remove_offer(self.position), self.choices.remove_offer_button)

    def _remove_person(self) -> None:
        name = self.draft.value(("candidates", self.person, "name")) or self.person
        n_offers = len(self.draft.offers_of(self.person))
        what = f"{name} and {n_offers} offer{'s' if n_offers != 1 else ''}"
        self._remove(what, lambda: self.draft.remove_person(self.person), self.choices.remove_person_button)

    def _remove(self, what: str, remove: Callable[[], object], button: Any) -> None:
        """Remove at once; one button takes it back until the next change."""
        before = self.draft.text, self.person, self.position

        def undo() -> None:
            self.draft.text, self.person, self.position = before
            self.reload()
            self._tell()

        remove()
        self.reload()
        self._tell()
        self.confirmation.offer_undo(f"Removed {what}.", undo, button)
