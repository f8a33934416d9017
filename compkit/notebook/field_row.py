"""One field of the offers form: its label, its control, and below it help or what is wrong with what is typed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import ipywidgets

from compkit.errors import InputError
from compkit.model import USD, WrittenNumber, parse_rate, plain_digits
from compkit.notebook.fields import BONUS, ONLY_IN_FILE, OTHER_BONUS, FieldKind, FormField, humanized, place_label
from compkit.offers import STAYING, FieldMessage, OffersDraft, Place, bonus_question

_EXAMPLES = {
    "amount": "$175,000 or 175k", "price": "$182.50", "count": "1,500", "rate": "15% or 0.15", "plain": "40",
    "whole": "12", "date": "2027-02-01 or Feb 1, 2027", "moment": "2026-12-04T17:00 or Dec 4, 2026, 5 pm",
    "bonus": "15% or $20,000", "place": "Seattle",
}  # fmt: skip
_NUMBERS = ("amount", "price", "count", "rate", "plain", "whole", "bonus")
_WITH_COMMAS = ("amount", "price", "count", "bonus")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,14}")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
"""Digits as fields show them."""
_A_YEAR = re.compile(r"\s*(?:/\s*|per |a )(?:yr|year|annum)\.?$", re.IGNORECASE)
_COMMAND = re.compile(r" `compkit [^`]*` lists all\.")
_NOTHING = ""
"""Value of a menu in which nothing is chosen; for None a menu shows an empty line."""


class FieldRow:
    """A field at a place of a draft.

    What is typed goes into the draft at each key: plain digits as a number, anything else as the text it is.

    Parameters
    ----------
    field : FormField
    base : tuple
        Place of the offer or the person.
    draft : OffersDraft
    on_change : callable
        Called after each change.
    """

    def __init__(self, field: FormField, base: Place, draft: OffersDraft, on_change: Callable[[], None]) -> None:
        self.field, self.base, self.draft, self._on_change = field, base, draft, on_change
        self._is_writing = self._is_typing = False
        self.control = self._build_control()
        self.control.add_class("ck-control")
        self._note = ipywidgets.HTML()
        self._note.add_class("ck-note")
        self.widget = ipywidgets.VBox([self.control, self._note])
        self.widget.add_class("ck-field")
        self.update()
        self.show(())
        if not isinstance(self.control, ipywidgets.HTML):
            self.control.observe(self._type, "value")

    def rows(self) -> Iterator[FieldRow]:
        """Yield this row."""
        yield self

    @property
    def places(self) -> tuple[Place, ...]:
        """Places in the file that the field stands for."""
        ends = (BONUS, OTHER_BONUS) if self.field.kind == "bonus" else (self.field.place,)
        return tuple((*self.base, *end) for end in ends)

    @property
    def value(self) -> Any:
        """Value in the draft, or None."""
        return next((value for place in self.places if (value := self.draft.value(place)) is not None), None)

    def focus(self) -> None:
        """Put the cursor into the control."""
        self.control.focus()

    def _build_control(self) -> Any:
        if isinstance(self.value, dict | list):
            reason = next(iter(ONLY_IN_FILE.values()))
            return ipywidgets.HTML(f"<b>{html.escape(self.field.label)}</b><br>{reason}")
        name = {"description": self._description(), "style": {"description_width": "auto"}}
        if self.field.kind in ("choice", "yes-no", "offer", "person"):
            return ipywidgets.Dropdown(options=self._options(), **name)
        typing = {"placeholder": _EXAMPLES.get(self.field.kind, ""), "continuous_update": True} | name
        if self.field.kind == "place":
            return ipywidgets.Combobox(
                options=[label for label, _ in self.field.options], ensure_option=False, **typing
            )
        return ipywidgets.Text(**typing)

    def _description(self) -> str:
        currency = self.draft.value((*self.base, "currency")) if self.base[:1] == ("offers",) else None
        unit = self.field.unit.replace(USD, currency) if isinstance(currency, str) else self.field.unit
        unit = unit.removesuffix(" a year") if "a year" in self.field.label else unit
        unit = "" if unit and self.field.label.endswith(unit) else unit
        return f"{self.field.label} ({unit})" if unit else self.field.label

    def _options(self) -> list[tuple[str, Any]]:
        options = list(self.field.options)
        if self.field.kind == "person":
            options = [(str(self.draft.value(("candidates", one, "name")) or one), one) for one in self.draft.people]
        if self.field.kind == "offer":
            options = self._other_offers()
        nothing = f"Not given ({self.field.default})" if self.field.default else "Not given"
        value = self.value
        if value is not None and value not in [option for _, option in options]:
            options.append((str(value)[:80], value))
        return [(nothing, _NOTHING), *options]

    def _other_offers(self) -> list[tuple[str, Any]]:
        """List the person's other offers, and staying where that can be meant."""
        is_offer = self.base[0] == "offers"
        owner = self.draft.value((*self.base, "candidate")) if is_offer else self.base[-1]
        options = [
            (self.draft.offer_names[at], self.draft.ids[at])
            for at in self.draft.offers_of(str(owner))
            if not (is_offer and at == self.base[1])
        ]
        return options if is_offer else [*options, ("Staying in the current job", STAYING)]

    def _type(self, change: Any) -> None:
        if self._is_writing or not self.places:
            return
        typed = self._value_of(change["new"])
        if self.field.kind == "bonus":
            place = _bonus_place(typed)
            self.draft.set_value((*self.base, *(OTHER_BONUS if place == BONUS else BONUS)), None)
            self.draft.set_value((*self.base, *place), typed)
        else:
            self.draft.set_value(self.places[0], typed)
        self._is_typing = True
        try:
            self._on_change()
        finally:
            self._is_typing = False

    def _value_of(self, given: Any) -> Any:
        """Value for the file; an amount a year may say so, as in `$215,000/yr`."""
        is_yearly = isinstance(given, str) and self.field.unit.endswith("a year")
        return typed_value(self.field.kind, _A_YEAR.sub("", given) if is_yearly else given)

    def update(self) -> None:
        """Show the draft's value, unless what is typed already means it, and the present choices and unit."""
        if isinstance(self.control, ipywidgets.HTML):
            return
        self._is_writing = True
        try:
            self.control.description = self._description()
            value = self.value
            if isinstance(self.control, ipywidgets.Dropdown):
                options = self._options()
                if options != list(self.control.options):
                    self.control.options = options
                self.control.value = _NOTHING if value is None else value
            elif not self._is_typing and self._value_of(self.control.value) != value:
                self.control.value = value_text(self.field.kind, value)
        finally:
            self._is_writing = False

    def show(self, messages: Sequence[FieldMessage]) -> None:
        """Show messages about the field, or its help."""
        if self.field.kind == "bonus" and (question := _bonus_ambiguity(self.value)):
            messages = [*messages, FieldMessage(self.places[-1], question, is_fault=False)]
        lines = [self._line(one) for one in messages] or [note_line("help", self.field.help)]
        self._note.value = "".join(lines)
        spoken = " ".join([self.field.help, *(message_text(one, self._subject(one)) for one in messages)]).strip()
        if not isinstance(self.control, ipywidgets.HTML):
            self.control.tooltip = spoken or self.field.label
        is_wrong = any(one.is_fault and not one.is_missing for one in messages)
        (self.control.add_class if is_wrong else self.control.remove_class)("ck-wrong")

    def _line(self, message: FieldMessage) -> str:
        if message.is_missing:
            return note_line("needed", f"Needed. {self.field.help}")
        kind = "fault" if message.is_fault else "warning"
        return note_line(kind, message_text(message, self._subject(message)))

    def _subject(self, message: FieldMessage) -> str:
        last = message.place[-1]
        if message.place in self.places and isinstance(last, str):
            return humanized(last)
        name = place_label(message.place[len(self.base) :])
        return name if name[:2].isupper() else name[:1].lower() + name[1:]


def note_line(kind: str, text: str) -> str:
    """One line of HTML: help, what is needed, a fault, or a warning."""
    return f'<div class="ck-{kind}">{html.escape(text)}</div>' if text else ""


def message_text(message: FieldMessage, subject: str) -> str:
    """Sentence of a fault or a warning about a field."""
    return f"{'Fix' if message.is_fault else 'Check'}: {subject} {_COMMAND.sub('', message.message)}"


def typed_value(kind: FieldKind, given: Any) -> Any:
    """Value for the file of what a control holds; None if it is empty.

    >>> typed_value("amount", "175,000"), typed_value("amount", " $175k "), typed_value("text", "65")
    (175000, '$175k', '65')
    """
    if not isinstance(given, str):
        return given
    text = given.strip()
    digits = text.replace(",", "") if kind in _WITH_COMMAS and _GROUPED.fullmatch(text) else text
    return int(digits) if kind in _NUMBERS and _DIGITS.fullmatch(digits) else text or None


def value_text(kind: FieldKind, value: Any) -> str:
    """Text of a value as a field shows it; typing it means the same value.

    >>> value_text("amount", 175000), value_text("rate", 0.15), value_text("amount", "$175k")
    ('175,000', '15%', '$175k')
    """
    if value is None:
        return ""
    if isinstance(value, int | float) and (kind == "rate" or (kind == "bonus" and value <= 1)):
        percent = f"{plain_digits(round(100 * value, 6))}%"
        return percent if parse_rate(percent) == value else plain_digits(value)
    if isinstance(value, WrittenNumber):
        return value.text
    return f"{value:,}" if isinstance(value, int) and kind in _WITH_COMMAS else str(value)


def _bonus_place(typed: Any) -> Place:
    """Place of a bonus: the rate's if it can only be one."""
    try:
        return bonus_question(str(typed)).place[2:] if typed is not None else BONUS
    except InputError:
        return OTHER_BONUS


def _bonus_ambiguity(value: Any) -> str:
    """Message about a bonus that could be a rate or an amount, or an empty text."""
    try:
        bonus_question(str(value))
    except InputError as error:
        return error.faults[0].message
    return ""
