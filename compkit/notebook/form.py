"""The form of one offer or one person: what decides most first, the rest when it is asked for."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import ipywidgets

from compkit.model import USD
from compkit.notebook.disclosure import Disclosure, Piece, close_all, laid_out, live_line
from compkit.notebook.field_row import FieldRow, message_text, note_line
from compkit.notebook.fields import (
    OTHER_BONUS,
    FormField,
    FormGroup,
    FormList,
    FormPart,
    offer_parts,
    person_parts,
    place_label,
)
from compkit.notebook.main_fields import main_offer_fields, main_person_fields
from compkit.notebook.pause import Pause
from compkit.offers import FieldMessage, OffersDraft, Place


class OfferForm:
    """The form of one offer, or of one person.

    Parameters
    ----------
    draft : OffersDraft
        What is typed goes into it.
    base : tuple
        Place of the offer or person: `("offers", 0)`, `("candidate",)`, or `("candidates", "kim")`.
    on_change : callable
        Called after each change, once nobody types; `typed.end()` says so.

    Examples
    --------
    >>> draft = OffersDraft()
    >>> form = OfferForm(draft, ("offers", 0), lambda: None)
    >>> form.row("base_salary").control.value = "$175k"
    >>> draft.value(("offers", 0, "base_salary"))
    '$175k'
    """

    def __init__(self, draft: OffersDraft, base: Place, on_change: Callable[[], None]) -> None:
        self.draft, self.base, self._on_change = draft, base, on_change
        self._is_closed = False
        self.typed = Pause(self.changed)
        is_offer = base[0] == "offers"
        main = main_offer_fields() if is_offer else main_person_fields()
        parts = offer_parts() if is_offer else person_parts()
        self._main = frozenset(field.place for field in main) | ({OTHER_BONUS} if is_offer else set())
        self._top = [self._row(field) for field in main]
        self._elsewhere = live_line()
        self._disclosures: dict[Place, Disclosure] = {}
        noun = "this offer" if is_offer else "this person"
        self.more = Disclosure(f"more about {noun}", lambda: self.pieces(parts), self.update)
        grid = ipywidgets.Box([row.widget for row in self._top])
        grid.add_class("ck-grid")
        self.widget = ipywidgets.VBox([self._elsewhere, grid, self.more.widget])
        self.update()

    def row(self, *place: str | int) -> FieldRow:
        """Field at a place in the offer or person, if it can be seen.

        Raises
        ------
        StopIteration
            If it can't.
        """
        return next(row for row in self.rows() if (*self.base, *place) in row.places)

    def rows(self) -> Iterator[FieldRow]:
        """Yield the fields that can be seen."""
        yield from self._top
        yield from self.more.rows()

    def update(self) -> None:
        """Show the draft as it is now, with each message at its field, and the others above all fields."""
        rows = list(self.rows())
        at_row: dict[int, list[FieldMessage]] = {}
        rest = []
        for message in self.draft.messages:
            is_inside = message.place[: len(self.base)] == self.base
            position = _position(rows, message.place, len(self.base)) if is_inside or message.place else None
            if position is not None:
                at_row.setdefault(position, []).append(message)
            elif is_inside:
                rest.append(message)
        for position, row in enumerate(rows):
            row.update()
            row.show(at_row.get(position, ()))
        self._elsewhere.value = "".join(self._line(one) for one in rest)

    def _line(self, message: FieldMessage) -> str:
        subject = place_label(message.place[len(self.base) :])
        return note_line("fault" if message.is_fault else "warning", message_text(message, subject))

    def close(self) -> None:
        """Take the form's widgets from the page."""
        self._is_closed = True
        close_all(self.widget)

    def n_main(self, place: Place) -> int:
        """How many items of a list have main fields."""
        return max((int(one[len(place)]) + 1 for one in self._main if one[: len(place)] == place), default=0)

    def changed(self) -> None:
        """Show the draft as it is now, and tell that it has changed."""
        if not self._is_closed:
            self.update()
        self._on_change()

    def _row(self, field: FormField) -> FieldRow:
        return FieldRow(field, self.base, self.draft, self.typed)

    def pieces(self, parts: Sequence[FormPart]) -> list[Piece]:
        """Pieces for parts of the model without the main fields: fields first, then groups and lists."""
        found: list[Piece] = []
        for field in (part for part in parts if isinstance(part, FormField) and part.place not in self._main):
            if field.kind == "person" and not self.draft.people:
                continue
            found.append(self._row(field))
            if field.place == ("currency",):
                found.append(RateRow(field, self.base, self.draft, self.typed))
        for part in parts:
            if isinstance(part, FormGroup):
                found.append(self._group(part))
            elif isinstance(part, FormList):
                found.append(self._disclosed(part.label, part.place, partial(self._list, part)))
        return found

    def _group(self, group: FormGroup) -> Piece:
        if isinstance(self.draft.value((*self.base, *group.place)), str):
            return self._row(FormField(group.place, group.label, group.help))  # written as one text, such as a range
        return self._disclosed(group.label, group.place, lambda: self.pieces(group.parts), group.help)

    def _disclosed(self, label: str, place: Place, build: Callable[[], list[Piece]], help_text: str = "") -> Disclosure:
        is_given = self.draft.value((*self.base, *place)) is not None
        name = f"{label} (filled in)" if is_given else label
        self._disclosures[place] = Disclosure(name, build, self.update, help_text)
        return self._disclosures[place]

    def reveal(self, place: Place) -> None:
        """Open what hides a place of the file, and put the cursor on its field, or the first one in its group."""
        if not self._rows_at(place):
            self.more.open()
        inside = place[len(self.base) :]
        for depth in range(1, len(inside) + 1):
            if inside[:depth] in self._disclosures:
                self._disclosures[inside[:depth]].open()
        if rows := self._rows_at(place):
            rows[0].focus()

    def _rows_at(self, place: Place) -> list[FieldRow]:
        """Fields in sight that show a place: its own, or those inside it."""
        rows = list(self.rows())
        position = _position(rows, place, len(self.base))
        return [] if position is None else [rows[position]]

    def _list(self, part: FormList) -> list[Piece]:
        if isinstance(self.draft.value((*self.base, *part.place)), str):
            return [self._row(FormField(part.place, part.label, part.help))]
        return [ItemList(self, part)]


class ItemList:
    """The items of a list, one after the other, with buttons to add and to remove one."""

    def __init__(self, form: OfferForm, part: FormList) -> None:
        self._form, self._part, self._place = form, part, (*form.base, *part.place)
        self._has_blank = False
        self._items: list[list[Piece]] = []
        self.add_button = ipywidgets.Button(description=f"Add to {part.label.lower()}", icon="plus")
        self.add_button.on_click(lambda _: self.add())
        self.widget = ipywidgets.VBox()
        self.widget.add_class("ck-items")
        self._show()

    def rows(self) -> Iterator[FieldRow]:
        """Yield the fields that can be seen."""
        for pieces in self._items:
            for piece in pieces:
                yield from piece.rows()

    def add(self) -> None:
        """Show a blank item after the last one, unless that is blank already."""
        self._has_blank = True
        self._show()
        self._form.update()
        last = list(self._items[-1][0].rows()) if self._items else []
        if last:
            last[0].focus()

    def remove(self, position: int) -> None:
        """Remove an item; later ones move up."""
        if position < self._n_items:
            self._form.draft.remove_item((*self._place, position))
        self._has_blank = False
        self._show()
        self._form.changed()
        self.add_button.focus()

    @property
    def _n_items(self) -> int:
        value = self._form.draft.value(self._place)
        return len(value) if isinstance(value, list) else 0

    def _show(self) -> None:
        for child in self.widget.children:
            if child is not self.add_button:
                close_all(child)
        self._items, shown = [], [ipywidgets.HTML(note_line("help", self._part.help))]
        for position in range(max(self._n_items, self._form.n_main(self._part.place)) + self._has_blank):
            item = self._part.at(position)
            pieces = self._form.pieces([item] if isinstance(item, FormField) else item.parts)
            self._items.append(pieces)
            if not pieces:
                continue
            name = html.escape(item.label)
            button = ipywidgets.Button(description=f"Remove {item.label.lower()}", icon="trash")
            button.on_click(lambda _, position=position: self.remove(position))
            heading = [] if isinstance(item, FormField) else [ipywidgets.HTML(f"<h4>{name}</h4>")]
            shown += [*heading, *laid_out(pieces), button]
        self.widget.children = [*shown, self.add_button]


class RateRow(FieldRow):
    """The US dollars that one unit of the offer's currency is worth; hidden for offers in dollars."""

    def __init__(self, field: FormField, base: Place, draft: OffersDraft, on_change: Callable[[], None]) -> None:
        rate = FormField(field.place, "US dollars for one unit of the currency", "Such as 1.08.", "plain")
        super().__init__(rate, base, draft, on_change)

    @property
    def places(self) -> tuple[Place, ...]:
        """Place of the rate in the file."""
        currency = self.draft.value((*self.base, "currency"))
        return (("rates", currency),) if isinstance(currency, str) and currency != USD else ()

    def update(self) -> None:
        """Show the rate if it is needed."""
        super().update()
        self.widget.layout.display = None if self.places else "none"


def _position(rows: Sequence[FieldRow], place: Place, depth: int) -> int | None:
    """Row that shows a message: the place's own, the field that it is a part of, or the first of its group."""
    found = [at for at, row in enumerate(rows) if place in row.places]
    found = found or [at for at, row in enumerate(rows) if any(place[: len(own)] == own for own in row.places)]
    if not found and len(place) > depth:
        found = [at for at, row in enumerate(rows) if any(own[: len(place)] == place for own in row.places)]
    return found[0] if found else None
