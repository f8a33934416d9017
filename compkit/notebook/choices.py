"""Menus that choose a person and an offer of an offers file, and buttons that add and remove them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets

from compkit.notebook.disclosure import text_button
from compkit.notebook.status import offer_label, person_label
from compkit.offers import OffersDraft


class Choices:
    """Menus of people and offers with their buttons.

    Parameters
    ----------
    choose : callable
        Called with `person`, an id, or `position`, the place of an offer in the file.
    add_offer, remove_offer, add_person, remove_person : callable
        What the buttons do.
    """

    def __init__(
        self,
        choose: Callable[..., None],
        add_offer: Callable[[], None],
        remove_offer: Callable[[], None],
        add_person: Callable[[], None],
        remove_person: Callable[[], None],
    ) -> None:
        self._choose, self._is_writing = choose, False
        wide = {"style": {"description_width": "auto"}}
        self.person = ipywidgets.Dropdown(description="Person", **wide)
        self.offer = ipywidgets.Dropdown(description="Offer", **wide)
        self.new_name = ipywidgets.Text(description="Name of another person", **wide)
        for control in (self.person, self.offer, self.new_name):
            control.add_class("ck-control")
        self.person.observe(lambda change: self._chosen(person=change["new"]), "value")
        self.offer.observe(lambda change: self._chosen(position=change["new"]), "value")
        self.add_offer_button = text_button("Add an offer", add_offer)
        self.remove_offer_button = text_button("Remove this offer", remove_offer)
        self.add_person_button = text_button("Add person", add_person)
        self.remove_person_button = text_button("Remove this person", remove_person)
        self.people_bar, self.offers_bar = ipywidgets.HBox(), ipywidgets.HBox()
        self.new_person_bar = ipywidgets.HBox([self.new_name, self.add_person_button])
        for bar in (self.people_bar, self.offers_bar, self.new_person_bar):
            bar.add_class("ck-bar")

    def _chosen(self, **chosen: Any) -> None:
        if not self._is_writing and None not in chosen.values():
            self._choose(**chosen)

    def update(self, draft: OffersDraft, person: str, positions: Sequence[int], position: int) -> None:
        """Name people and offers as they are now, with what is to fix in each."""
        self._is_writing = True
        try:
            _set_options(self.person, [(person_label(draft, one), one) for one in draft.people], person)
            _set_options(self.offer, [(offer_label(draft, at), at) for at in positions], position)
            self.people_bar.children = [self.person, self.remove_person_button] if draft.people else []
            has_offer = [self.offer, self.remove_offer_button] if position >= 0 else []
            self.offers_bar.children = (*has_offer, self.add_offer_button)
        finally:
            self._is_writing = False


def _set_options(menu: Any, options: list[tuple[str, Any]], value: Any) -> None:
    if options != list(menu.options):
        menu.options = options
    if options:
        menu.value = value
