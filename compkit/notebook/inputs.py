"""Form fields for notebooks and the app: a description, a control, and help or a message at the control.

Every field has `.widget`, `.value`, `.error`, `.observe(callback)` and `.reset()`.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar

import ipywidgets

from compkit.errors import CompkitError
from compkit.model import MAX_NUMBER_TEXT, ParseError, parse_number, plain_digits

NumberKind = Literal["rate", "amount", "count", "years"]
Options = Sequence[str] | Mapping[str, Any]
Value = TypeVar("Value")

MOST_ROWS = 8
_STYLE = {"description_width": "10em"}
_HELP = "color: var(--jp-ui-font-color2, #57606a); white-space: normal; line-height: 1.4"
ERROR_STYLE = "color: var(--jp-error-color0, #a40e26); white-space: normal; line-height: 1.4; font-weight: 600"


class Field(Generic[Value]):
    """Base of fields: a control with its help beside it, or the message of a mistake.

    Parameters
    ----------
    control : ipywidgets.DOMWidget
        Its description is its accessible name.
    value : object
        The value to begin with, which `reset` restores.
    help : str
        One line beside the control, also its tooltip.
    """

    def __init__(self, control: Any, value: Value, help: str) -> None:  # noqa: A002  the word users know
        self.control = control
        self._value, self._initial, self._help, self._error = value, value, help, ""
        self._callbacks: list[Callable[[], None]] = []
        self._is_writing = False
        control.tooltip = help or control.description
        self._note = ipywidgets.HTML(layout={"flex": "1 1 14em", "min_width": "0", "margin": "2px 2px 2px 8px"})
        row = {"display": "flex", "flex_flow": "row wrap", "align_items": "flex-start"}
        self.widget = ipywidgets.Box([control, self._note], layout=row)
        self._write(value)
        self._show_note()
        control.observe(self._read_change, "value")

    @property
    def value(self) -> Value:
        """Last value without a mistake. Set it to write it into the control."""
        return self._value

    @value.setter
    def value(self, value: Value) -> None:
        self._write(value)
        self._accept(value)

    @property
    def error(self) -> str:
        """Message shown at the control, or an empty text. Set it for a mistake that other fields reveal."""
        return self._error

    @error.setter
    def error(self, message: str) -> None:
        self._error = message[:1].upper() + message[1:]
        self._show_note()

    def observe(self, callback: Callable[[], None]) -> None:
        """Call a function after each change of the value."""
        self._callbacks.append(callback)

    def reset(self) -> None:
        """Restore the value that the field began with."""
        self.value = self._initial

    def _accept(self, value: Value) -> None:
        self.error = ""
        if value != self._value:
            self._value = value
            for callback in self._callbacks:
                callback()

    def _write(self, value: Value) -> None:
        """Show a value in the control, without reading it back."""
        self._is_writing = True
        try:
            self.control.value = self._to_control(value)
        finally:
            self._is_writing = False

    def _read_change(self, change: Any) -> None:
        if self._is_writing:
            return
        try:
            value = self._from_control(change["new"])
        except CompkitError as error:
            self.error = str(error)
        else:
            self._write(value)
            self._accept(value)

    def _to_control(self, value: Value) -> Any:
        return value

    def _from_control(self, given: Any) -> Any:
        """Value of what the control holds; raise `CompkitError` for a mistake."""
        return given

    def _show_note(self) -> None:
        style, role, text = (ERROR_STYLE, ' role="alert"', self._error) if self._error else (_HELP, "", self._help)
        self._note.value = f'<span style="{style}"{role}>{html.escape(text)}</span>'


class NumberField(Field[float | None]):
    """Text field for a number as people type it: `175k`, `$175,000`, `15%`.

    It is read when the person presses Enter or leaves the field. A mistake shows a message at the field, and `value`
    stays what it was.

    Parameters
    ----------
    description : str
        What the number is; its accessible name.
    value : float or None
        None for a number not yet given.
    kind : {'rate', 'amount', 'count', 'years'}, optional
        A rate is a fraction, written as a percentage; an amount is in USD; a count is of shares; years are whole.
    help : str, optional
    minimum, maximum : float or None, optional
        The smallest and the largest number accepted, in the unit of `value`.
    optional : bool, optional
        Whether it may be left empty, which gives None.

    Examples
    --------
    >>> growth = NumberField("Growth a year", 0.15, "rate", maximum=10)
    >>> growth.control.value
    '15%'
    >>> growth.control.value = "20 %"
    >>> growth.value, growth.error
    (0.2, '')
    >>> growth.control.value = "lots"
    >>> growth.value, growth.error
    (0.2, "Must be a rate, got 'lots'. Type 0.15 or 15%.")
    """

    def __init__(
        self,
        description: str,
        value: float | None,
        kind: NumberKind = "amount",
        *,
        help: str = "",  # noqa: A002  the word users know
        minimum: float | None = None,
        maximum: float | None = None,
        optional: bool = False,
    ) -> None:
        self.kind, self.minimum, self.maximum, self.optional = kind, minimum, maximum, optional
        layout = {"width": "20em", "max_width": "100%"}
        control = ipywidgets.Text(description=description, style=_STYLE, layout=layout, continuous_update=False)
        super().__init__(control, value, help)

    def _to_control(self, value: float | None) -> str:
        return "" if value is None else _number_text(value, self.kind)

    def _from_control(self, given: str) -> float | None:
        if not given.strip():
            if self.optional:
                return None
            raise ParseError(f"must be a number. Type it as {_EXAMPLES[self.kind]}.")
        number = parse_number(given, kind="plain" if self.kind == "years" else self.kind)
        if self.kind == "rate" and abs(number) >= 1 and _is_bare(given):
            text = given.strip()
            raise ParseError(f"{text} could be {text}% or {_number_text(number, 'rate')}. Type the one you mean.")
        self._check_range(number)
        return number

    def _check_range(self, number: float) -> None:
        if not math.isfinite(number):
            raise ParseError("must be a finite number.")
        if self.kind == "years" and number != int(number):
            raise ParseError(f"must be a whole number of years, got {_number_text(number, self.kind)}.")
        is_low = self.minimum is not None and number < self.minimum
        is_high = self.maximum is not None and number > self.maximum
        if is_low or is_high:
            low, high = ("" if end is None else _number_text(end, self.kind) for end in (self.minimum, self.maximum))
            rule = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"
            raise ParseError(f"must be {rule}, got {_number_text(number, self.kind)}.")


class ChoiceField(Field[Any]):
    """Menu of options, of which one is chosen.

    Parameters
    ----------
    description : str
        What is chosen; its accessible name.
    options : sequence of str or mapping of label to value
    value : object
        One of the options' values.
    help : str, optional

    Examples
    --------
    >>> tone = ChoiceField("Tone", {"Warm": "warm", "Plain": "plain"}, "plain")
    >>> tone.observe(lambda: print(tone.value))
    >>> tone.value = "warm"
    warm
    """

    def __init__(self, description: str, options: Options, value: Any, help: str = "") -> None:  # noqa: A002
        control = ipywidgets.Dropdown(
            description=description, options=_pairs(options), value=value, style=_STYLE,
            layout={"width": "30em", "max_width": "100%"},
        )  # fmt: skip
        super().__init__(control, value, help)


class ChoicesField(Field[tuple[Any, ...]]):
    """List of options, of which several can be chosen; parameters as in `ChoiceField`.

    >>> ChoicesField("Places", ["Austin", "Boston", "Denver"], ["Boston"]).value
    ('Boston',)
    """

    def __init__(
        self,
        description: str,
        options: Options,
        value: Sequence[Any],
        help: str = "",  # noqa: A002
    ) -> None:
        control = ipywidgets.SelectMultiple(
            description=description, options=_pairs(options), value=tuple(value), style=_STYLE,
            rows=min(MOST_ROWS, len(options)), layout={"width": "30em", "max_width": "100%"},
        )  # fmt: skip
        super().__init__(control, tuple(value), help or "Hold Ctrl (on a Mac, Command) to choose several.")


class SwitchField(Field[bool]):
    """Checkbox.

    >>> SwitchField("Go past the guide's ranges", value=False).value
    False
    """

    def __init__(self, description: str, *, value: bool, help: str = "") -> None:  # noqa: A002
        control = ipywidgets.Checkbox(description=description, indent=False, layout={"width": "auto"})
        super().__init__(control, value, help)


_EXAMPLES: Mapping[NumberKind, str] = {"rate": "15%", "amount": "175,000 or 175k", "count": "1,200", "years": "4"}


def _pairs(options: Options) -> list[tuple[str, Any]]:
    return list(options.items()) if isinstance(options, Mapping) else [(option, option) for option in options]


def _is_bare(text: str) -> bool:
    """Whether a rate is typed without a percent sign."""
    return text.strip()[-1] in "0123456789." and len(text) <= MAX_NUMBER_TEXT


def _number_text(value: float, kind: NumberKind) -> str:
    """Write a number as a field shows it, in a form that it reads.

    >>> _number_text(0.125, "rate"), _number_text(-1500.5, "amount"), _number_text(1.125, "count")
    ('12.5%', '-$1,500.50', '1.1250')
    """
    if kind == "rate":
        return f"{plain_digits(round(100 * value, 6))}%"
    if kind == "years":
        return plain_digits(value)
    if kind == "count":
        return f"{value:,.0f}" if value == int(value) else f"{value:,.4f}"
    sign, size = "-" if value < 0 else "", abs(value)
    return f"{sign}${size:,.0f}" if size == int(size) else f"{sign}${size:,.2f}"
