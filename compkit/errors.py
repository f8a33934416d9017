"""Errors: each takes facts and writes the sentence that a person reads."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
N_NEAREST = 3
MAX_QUOTED = 80
"""Longest part of a typed value in a message."""
_MAX_LISTED = 10
_MIN_PART = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault or warning about what a person typed; `message` continues after `field`.

    >>> print(Fault("offers.yaml", "offer 'meta-e6'", "sign_on", "must have at most 4 years, got 6."))
    offers.yaml, offer 'meta-e6': sign_on must have at most 4 years, got 6.
    """

    file: str
    where: str
    field: str
    message: str

    def __str__(self) -> str:
        subject = f"{self.field} {self.message}" if self.field else self.message
        place = ", ".join(part for part in (self.file, self.where) if part)
        return f"{place}: {subject}" if place else subject


class CompkitError(Exception):
    """Base class of compkit's errors."""

    def _render_traceback_(self) -> list[str]:
        """Lines that IPython shows instead of a traceback."""
        return str(self).splitlines()


class InputError(CompkitError):
    """The input can't be used; `faults` lists every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


def collected(faults: list[Fault], read: Callable[[], T]) -> T | None:
    """Call a function; if it refuses its input, add its faults to a list and return None.

    >>> faults = []
    >>> collected(faults, lambda: 1)
    1
    """
    try:
        return read()
    except InputError as error:
        faults += error.faults
        return None


class UnknownChoiceError(CompkitError, ValueError):
    """A name is not in a closed list.

    >>> print(UnknownChoiceError("location", "Seatle", ["Austin", "Seattle"]))
    location must be one of Austin, Seattle, got 'Seatle'. Did you mean 'Seattle'?
    """

    def __init__(self, what: str, value: object, choices: Sequence[str]) -> None:
        self.what, self.value, self.choices = what, value, tuple(choices)
        super().__init__(f"{what} {unknown_choice(value, choices)}")


class UnknownFieldError(CompkitError, ValueError):
    """A parameter or field has an unknown name."""

    def __init__(self, what: str, value: str, known: Sequence[str]) -> None:
        self.what, self.value, self.known = what, value, tuple(known)
        super().__init__(f"{what} {value!r} {unknown_field(value, known)}")


class TableError(CompkitError):
    """A table of data/ is missing or breaks its schema."""


class OutOfRangeError(CompkitError, ValueError):
    """A figure is outside the range of a calculation."""

    def __init__(self, what: str, rule: str, value: object) -> None:
        self.what, self.rule, self.value = what, rule, value
        super().__init__(f"{what} must {rule}, got {value!r}.")


def nearest_name(value: str, names: Iterable[str]) -> str | None:
    """Name most like `value`, ignoring case, or None if none is close.

    >>> nearest_name("base_salry", ["base_salary", "company"])
    'base_salary'
    """
    close = nearest_names(value, names, n=1, cutoff=0.6)
    return close[0] if close else None


def nearest_names(value: str, names: Iterable[str], n: int = N_NEAREST, cutoff: float = 0.0) -> list[str]:
    """Names most like `value`, nearest first, ignoring case.

    >>> nearest_names("San Josse", ["Boston", "Denver", "San Diego", "San Jose"])
    ['San Jose', 'San Diego', 'Boston']
    """
    by_folded = {name.casefold(): name for name in names}
    return [by_folded[name] for name in difflib.get_close_matches(value.casefold(), by_folded, n=n, cutoff=cutoff)]


def unknown_choice(value: object, choices: Sequence[str], list_hint: str = "") -> str:
    """Message for a value outside a closed list, without its subject.

    Parameters
    ----------
    value : object
        As typed.
    choices : sequence of str
        A short list is shown whole; for a long one, the three nearest names.
    list_hint : str, optional
        Where to read a long list, such as "`compkit data places` lists all".
    """
    close = nearest_name(value, choices) if isinstance(value, str) else None
    hint = f" Did you mean {close!r}?" if close else ""
    if len(choices) <= _MAX_LISTED or not isinstance(value, str):
        return f"must be one of {', '.join(choices)}, got {value!r}.{hint}"
    nearest = ", ".join(nearest_names(value, choices))
    sentence = f"must be one of {len(choices)} names, got {value!r}.{hint} Nearest: {nearest}."
    return f"{sentence} {list_hint}." if list_hint else sentence


def unknown_field(value: str, known: Sequence[str], groups: Sequence[str] = ()) -> str:
    """Message for an unknown name, without its subject.

    Parameters
    ----------
    value : str
        The name.
    known : sequence of str
        Known names; the message shows the nearest, or all of them.
    groups : sequence of str, optional
        Groups that have a field of that name.
    """
    if groups:
        return f"is not a field of this group. It goes under {' or '.join(groups)}."
    partial = [name for name in known if len(value) >= _MIN_PART and value.casefold() in name.split("_")]
    likely = partial or [name for name in [nearest_name(value, known)] if name]
    if likely:
        return f"is not a known field. Did you mean {' or '.join(map(repr, likely))}?"
    return f"is not a known field. Known: {', '.join(sorted(known))}."
