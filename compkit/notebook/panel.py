"""A panel of fields above what they show; a mistake leaves the last good figures."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets
from IPython.core.formatters import DisplayFormatter

from compkit.errors import CompkitError
from compkit.notebook.inputs import ERROR_STYLE, Field


class Panel:
    """Fields, a reset button, and blocks made from the fields' values.

    Parameters
    ----------
    fields : mapping of name to Field
    blocks : callable
        Takes each field's value by name and returns what to show; None is left out. Where it raises `CompkitError`, the
        message is shown above what was shown before.

    Examples
    --------
    >>> from compkit.notebook import NumberField
    >>> panel = Panel({"years": NumberField("Years", 4, "years", maximum=8)}, lambda years: [f"{years:g} years"])
    >>> panel.fields["years"].control.value = "9"
    >>> panel.fields["years"].error, panel.shown
    ('Must be at most 8, got 9.', ('4 years',))
    """

    def __init__(self, fields: Mapping[str, Field[Any]], blocks: Callable[..., Iterable[Any]]) -> None:
        self.fields, self._blocks = fields, blocks
        self.shown: tuple[Any, ...] = ()
        self.error = ""
        self._is_resetting = False
        self._message = ipywidgets.HTML()
        self._output = ipywidgets.Output(layout={"width": "100%"})
        tooltip = "Set everything back to what it was at the start"
        self.reset_button = ipywidgets.Button(description="Reset", tooltip=tooltip, layout={"margin": "4px 2px"})
        self.reset_button.on_click(lambda _: self.reset())
        rows = [field.widget for field in fields.values()]
        self.widget = ipywidgets.VBox([*rows, self.reset_button, self._message, self._output])
        for field in fields.values():
            field.observe(self.update)
        self.update()

    def update(self) -> None:
        """Show the blocks for the fields' values."""
        if self._is_resetting:
            return
        try:
            made = self._blocks(**{name: field.value for name, field in self.fields.items()})
            self.shown = tuple(block for block in made if block is not None)
        except CompkitError as error:
            self.error = str(error)
        else:
            self.error = ""
            self._output.outputs = tuple(map(_output, self.shown))
        alert = f'<span role="alert" style="{ERROR_STYLE}">{html.escape(self.error)}</span>'
        self._message.value = alert if self.error else ""

    def reset(self) -> None:
        """Restore every field's first value, then show the blocks once."""
        self._is_resetting = True
        try:
            for field in self.fields.values():
                field.reset()
        finally:
            self._is_resetting = False
        self.update()

    def __repr__(self) -> str:
        return "To use the controls, choose Run > Run All Cells."

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = self.widget._repr_mimebundle_(**options)
        return {**bundle, "text/plain": repr(self)}


def _output(block: Any) -> dict[str, Any]:
    """Output of a cell that displays a block."""
    data, metadata = DisplayFormatter().format(block)
    return {"output_type": "display_data", "data": data, "metadata": metadata}
