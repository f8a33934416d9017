"""What stands above every page: offers that are left out of it, what is only tried, a store that can't be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

import ipywidgets

from compkit.notebook.disclosure import text_button
from compkit.notebook.fields import place_label
from compkit.notebook.what_if import WhatIf
from compkit.notebook.workspace import Workspace
from compkit.offers import FieldMessage, Place

_MOST_NAMED = 3


class Notices:
    """Lines about what pages leave out, and about a what-if, with the buttons that end either.

    Parameters
    ----------
    space : Workspace
    reveal : callable
        Shows a place of the offers file to be fixed.
    reload : callable
        Called after the offers file has been changed here.
    tell : callable
        Says what was done; the button that did it is gone by then.
    """

    def __init__(
        self,
        space: Workspace,
        reveal: Callable[[Place], None],
        reload: Callable[[], None],
        tell: Callable[[str], None],
    ) -> None:
        self._space, self._reveal, self._reload, self._tell = space, reveal, reload, tell
        self._before, self._entered, self._done = "", "", ""
        self._left_out, self._tried, self._kept, self._store = (ipywidgets.HTML() for _ in range(4))
        self.fix_button = text_button("Fix it", self._fix)
        self.enter_button = text_button("Put it into my offer", self._enter)
        self.stop_button = text_button("Back to my offer", self._stop)
        self.undo_button = text_button("Undo", self._undo)
        self._bars = [
            ipywidgets.HBox([self._left_out, self.fix_button]),
            ipywidgets.HBox([self._tried, self.enter_button, self.stop_button]),
            ipywidgets.HBox([self._kept, self.undo_button]),
            ipywidgets.HBox([self._store]),
        ]
        for bar in self._bars:
            bar.add_class("ck-notice")
        self.widget = ipywidgets.VBox()
        self.widget.add_class("ck-notices")

    def update(self) -> None:
        """Show what is so now."""
        if self._space.draft.text != self._entered:
            self._before = self._done = ""
        texts = (self.left_out, self.tried, self._done, self._space.store_fault)
        for line, text in zip((self._left_out, self._tried, self._kept, self._store), texts, strict=True):
            line.value = f"<p>{escape(text)}</p>" if text else ""
        shown = tuple(bar for bar, text in zip(self._bars, texts, strict=True) if text)
        if shown != self.widget.children:
            self.widget.children = shown

    @property
    def tried(self) -> str:
        """What is tried, in a sentence; empty if nothing is."""
        what_if = self._space.what_if
        if not what_if or self._space.person is None:
            return ""
        offer = self._space.entered.offer
        name = self._space.names[offer.id]
        return f"Trying on Evaluate and Place: {what_if.words(offer.currency)} for {name}."

    @property
    def left_out(self) -> str:
        """Which offers the pages leave out, and why; empty if they show all, or if none is entered."""
        if not self._space.people and all(one.is_missing for one in self._faults()):
            return ""
        names = self._space.draft.offer_names
        found = [f"{names[at]} ({self._reasons(at)})" for at in self._positions_left_out()]
        return f"Left out until it is complete: {'; '.join(found)}." if found else ""

    def _positions_left_out(self) -> list[int]:
        valid = set(self._space.offers.ids)
        return [at for at, offer_id in enumerate(self._space.draft.ids) if offer_id not in valid]

    def _faults(self) -> Iterator[FieldMessage]:
        yield from (one for one in self._space.draft.messages if one.is_fault)

    def _concerning(self, position: int) -> list[FieldMessage]:
        own = [one for one in self._faults() if one.place[:2] == ("offers", position)]
        return own or [one for one in self._faults() if one.place[:1] != ("offers",)]

    def _reasons(self, position: int) -> str:
        faults = sorted(self._concerning(position), key=lambda one: one.is_missing)
        names = [place_label(one.place[1 if one.place[:1] == ("candidate",) else 2 :]) for one in faults]
        labels = list(dict.fromkeys(name[:1].lower() + name[1:] for name in names if name)) or ["the file"]
        more = [f"{len(labels) - _MOST_NAMED} more"] if len(labels) > _MOST_NAMED else []
        verb = "fill in" if faults and faults[0].is_missing else "fix"
        return f"{verb} {', '.join([*labels[:_MOST_NAMED], *more])}"

    def _fix(self) -> None:
        position = self._positions_left_out()[0]
        faults = sorted(self._concerning(position), key=lambda one: one.is_missing)
        self._reveal(faults[0].place if faults and faults[0].place else ("offers", position, "company"))

    def _enter(self) -> None:
        space = self._space
        entry, what_if, before = space.entered, space.what_if, space.draft.text
        what_if.enter(space.draft, entry)
        done = f"{space.names[entry.offer.id]} now has {what_if.words(entry.offer.currency)}."
        self._before, self._entered, self._done = before, space.draft.text, done
        self._reload()
        space.change(what_if=WhatIf())
        self._tell(done)
        self.undo_button.focus()

    def _stop(self) -> None:
        self._space.change(what_if=WhatIf())
        self._tell("Your offer is as you entered it.")

    def _undo(self) -> None:
        self._space.draft.text = self._before
        self._reload()
        self._space.changed()
        self._tell("Undone.")
