"""Fields bound to the one state: a change in either shows in the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compkit.errors import CompkitError
from compkit.notebook.inputs import MOST_ROWS, ChoicesField, Field


class BoundFields:
    """Fields with the value each has in the state.

    A field's change goes into the state, and the state's changes come back into the fields, so that one assumption
    shown on several pages is the same on all.
    """

    def __init__(self) -> None:
        self._fields: list[tuple[Field[Any], Callable[[], Any]]] = []
        self._options: list[tuple[Field[Any], Callable[[], Mapping[Any, str]]]] = []
        self._is_refreshing = False

    def offer(self, field: Field[Any], options: Callable[[], Mapping[Any, str]]) -> None:
        """Have a menu's options, labels by value, follow the state."""
        self._options.append((field, options))

    def add(self, field: Field[Any], read: Callable[[], Any], write: Callable[[Any], None]) -> Field[Any]:
        """Bind a field; return it. `write` may raise `CompkitError`, whose message the field shows."""

        def changed() -> None:
            if self._is_refreshing:
                return
            try:
                write(field.value)
            except CompkitError as error:
                field.error = str(error)

        field.observe(changed)
        self._fields.append((field, read))
        return field

    def refresh(self) -> None:
        """Show the state's values."""
        self._is_refreshing = True
        try:
            for field, options in self._options:
                pairs = tuple((label, value) for value, label in options().items())
                if pairs != field.control.options:
                    field.control.options = pairs
                    if isinstance(field, ChoicesField):
                        field.control.rows = min(MOST_ROWS, max(2, len(pairs)))
            for field, read in self._fields:
                value = read()
                if value != field.value:
                    field.value = value
        finally:
            self._is_refreshing = False
