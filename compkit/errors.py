"""The family of errors: each takes facts and writes the sentence that a person reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

N_NEAREST = 3
_MAX_LISTED = 10
_MIN_PART = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or doubtful) in what a person typed.

    `message` goes on where `field` ends: it names the rule, the value and what to do.

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
    """The parent of every error that compkit raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """Tell a notebook what to show in place of a traceback: the message, a line a fault."""
        return str(self).splitlines()


class InputError(CompkitError):
    """What a person gave cannot be used; `faults` holds every reason, not only the first."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnknownChoiceError(CompkitError, ValueError):
    """A name is not in a closed list.

    >>> print(UnknownChoiceError("location", "Seatle", ["Austin", "Seattle"]))
    location must be one of Austin, Seattle, got 'Seatle'. Did you mean 'Seattle'?
    """

    def __init__(self, what: str, value: object, choices: Sequence[str]) -> None:
        self.what, self.value, self.choices = what, value, tuple(choices)
        super().__init__(f"{what} {unknown_choice(value, choices)}")


class UnknownFieldError(CompkitError, ValueError):
    """A parameter or field has a name that nothing reads."""

    def __init__(self, what: str, value: str, known: Sequence[str]) -> None:
        self.what, self.value, self.known = what, value, tuple(known)
        super().__init__(f"{what} {value!r} {unknown_field(value, known)}")


class TableError(CompkitError):
    """A table of data/ is missing, or holds what its schema forbids."""


class OutOfRangeError(CompkitError, ValueError):
    """A figure lies outside the range for which a calculation is defined."""

    def __init__(self, what: str, rule: str, value: object) -> None:
        self.what, self.rule, self.value = what, rule, value
        super().__init__(f"{what} must {rule}, got {value!r}.")


def nearest_name(value: str, names: Iterable[str]) -> str | None:
    """Return the name most like `value`, letter case set aside, or None where nothing is close.

    >>> nearest_name("base_salry", ["base_salary", "company"])
    'base_salary'
    """
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(value.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def nearest_names(value: str, names: Iterable[str]) -> list[str]:
    """Return the three names most like `value`, the nearest first, letter case set aside.

    >>> nearest_names("San Josse", ["Boston", "Denver", "San Diego", "San Jose"])
    ['San Jose', 'San Diego', 'Boston']
    """
    by_folded = {name.casefold(): name for name in names}
    return [by_folded[name] for name in difflib.get_close_matches(value.casefold(), by_folded, n=N_NEAREST, cutoff=0.0)]


def unknown_choice(value: object, choices: Sequence[str], list_hint: str = "") -> str:
    """Return the rest of a sentence about a value outside a closed list.

    Parameters
    ----------
    value : object
        As typed.
    choices : sequence of str
        The list. A short one is given whole, of a long one the three nearest names.
    list_hint : str, optional
        Where a long list can be read, such as "`compkit data places` lists all".
    """
    close = nearest_name(value, choices) if isinstance(value, str) else None
    hint = f" Did you mean {close!r}?" if close else ""
    if len(choices) <= _MAX_LISTED or not isinstance(value, str):
        return f"must be one of {', '.join(choices)}, got {value!r}.{hint}"
    nearest = ", ".join(nearest_names(value, choices))
    sentence = f"must be one of {len(choices)} names, got {value!r}.{hint} Nearest: {nearest}."
    return f"{sentence} {list_hint}." if list_hint else sentence


def unknown_field(value: str, known: Sequence[str], homes: Sequence[str] = ()) -> str:
    """Return the rest of a sentence about a name that nothing reads.

    Parameters
    ----------
    value : str
        The name.
    known : sequence of str
        The names that are read there. The nearest is proposed; the list is given where none is near.
    homes : sequence of str, optional
        The groups in which the very name has a meaning.
    """
    if homes:
        return f"is not a field of this group. It goes under {' or '.join(homes)}."
    holding = [name for name in known if len(value) >= _MIN_PART and value.casefold() in name.split("_")]
    meant = holding or [name for name in [nearest_name(value, known)] if name]
    if meant:
        return f"is not a known field. Did you mean {' or '.join(map(repr, meant))}?"
    return f"is not a known field. Known: {', '.join(sorted(known))}."
