"""Amounts of a derivation as text, and each operation in words and numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from compkit.explanation import METHODS, Derivation, TableRow
from compkit.report.show.text import joined, percent, usd

_MOST_TERMS = 5
_COUNTED = ("years", "months", "places", "shares", "steps", "paths", "raises", "times", "bonuses")


def amount(value: float, unit: str) -> str:
    """Format a value with its unit.

    >>> amount(1234.56, "USD"), amount(0.5, "USD a share"), amount(0.0145, "fraction"), amount(1.0, "years")
    ('$1,234.56', '$0.50 a share', '1.45%', '1 year')
    >>> amount(259.902639, "USD a share")
    '$259.9026 a share'
    >>> amount(100000.0, "EUR"), amount(1.08, "USD for 1 EUR"), amount(7.1, "score")
    ('100,000 EUR', '1.08', '7.1')
    """
    if unit == "USD" or unit.startswith("USD a "):
        return f"{_dollars(value, 4 if unit == 'USD a share' else 2)}{unit.removeprefix('USD')}"
    if unit.startswith("fraction"):
        return f"{percent(value, 6)}{unit.removeprefix('fraction')}"
    if len(unit.split()[0]) == 3 and unit.split()[0].isupper() and not unit.startswith("USD"):
        return f"{_dollars(value).replace('$', '')} {unit}"
    if unit in _COUNTED:
        return f"{_number(value)} {unit.removesuffix('s') if value == 1 and unit not in ('times', 'bonuses') else unit}"
    return _number(value)


def _number(value: float) -> str:
    """Format a number with at most nine significant digits, none if it is large."""
    text = f"{value:,.0f}" if abs(value) >= 1e6 or value == int(value) else f"{value:,.9g}"
    return text.replace("-", "−")


def _dollars(value: float, most_decimals: int = 2) -> str:
    """Format dollars, with cents unless the amount is whole, so that a sum can be checked with a calculator."""
    if math.isnan(value) or abs(value - round(value)) < 0.005:
        return usd(value)
    decimals = most_decimals if abs(value - round(value, 2)) > 1e-6 else 2
    return f"{'−' if value < 0 else ''}${abs(value):,.{decimals}f}"


def shows_every_term(node: Derivation) -> bool:
    """Tell whether a node's formula shows the value of each part."""
    if not node.operation or node.operation in METHODS:
        return False
    return len(node.parts) <= _MOST_TERMS or node.operation == "brackets"


def split_idle(node: Derivation) -> tuple[list[Derivation], list[Derivation]]:
    """Split a node's parts into those that make its value and those that change nothing: a tax of $0, times 100%."""
    parts = list(node.parts)
    if node.operation in ("sum", "difference", "above") and node.value:
        idle = [part for part in parts if not part.value and _is_taken_off(part)]
        if 1 < len(idle) < len(parts) - 1:  # too much for one line
            idle = []
    elif node.operation == "mean" and not any(part.value or part.operation for part in parts):
        return (parts[:1] if len({part.note for part in parts}) == 1 else parts), []
    elif node.operation == "product" and not node.value:
        zeros = [part for part in parts if not part.value and not part.operation]
        return (zeros[:1], []) if zeros else (parts, [])
    elif node.operation == "product" or (node.operation == "quotient" and len(parts) == 2):
        first = 0 if node.operation == "product" else 1
        idle = [part for part in parts[first:] if part.value == 1.0 and part.unit == "fraction"]
    else:
        idle = []
    return [part for part in parts if part not in idle], idle


def _is_taken_off(part: Derivation) -> bool:
    """Tell whether a part of $0 is a tax that is not due or a credit that is used up, not pay that there is none of."""
    return part.operation == "above" or (isinstance(part.origin, TableRow) and "tax" in part.origin.table)


def formula(node: Derivation) -> str:
    """Write the formula behind a value: in numbers if they are few, otherwise in words; empty for a leaf."""
    if not node.operation or node.operation in METHODS:
        return ""
    terms = [amount(part.value, part.unit).removesuffix(" a year").removesuffix(" a share") for part in node.parts]
    is_above = node.operation == "above" and node.value > 0.0
    return _FORMULAS["difference" if is_above else node.operation](terms)


def _between(sign: str, words: str) -> Callable[[Sequence[str]], str]:
    def said(terms: Sequence[str]) -> str:
        return f" {sign} ".join(terms) if len(terms) <= _MOST_TERMS else f"{words} of the {len(terms)} lines below"

    return said


def _rounded_product(which: str) -> Callable[[Sequence[str]], str]:
    def said(of: Sequence[str]) -> str:
        step = "whole dollar" if of[2] == "$1" else f"multiple of {of[2]}"
        return f"{of[0]} \N{MULTIPLICATION SIGN} {of[1]}, rounded {which} {step}"

    return said


def _brackets(terms: Sequence[str]) -> str:
    """Describe the tax that a schedule of brackets takes."""
    starts, rates = terms[1::2], terms[2::2]
    below = [f"{rate} up to {end}" for rate, end in zip(rates, starts[1:], strict=False)]
    last = f"{rates[-1]} of the rest" if below else f"{rates[-1]} of all"
    return f"of {terms[0]}: {', '.join([*below, last])}"


def _either(which: str, several: str) -> Callable[[Sequence[str]], str]:
    def said(terms: Sequence[str]) -> str:
        if len(terms) == 1:
            return terms[0]
        return f"the {which if len(terms) == 2 else several} of {joined(list(terms))}"

    return said


_FORMULAS: Mapping[str, Callable[[Sequence[str]], str]] = {
    "same": lambda _: "",
    "sum": _between("+", "the sum"),
    "difference": _between("−", "the first less the others"),
    "product": _between("\N{MULTIPLICATION SIGN}", "the product"),
    "product_down": _rounded_product("down to a"),
    "product_up": _rounded_product("up to a"),
    "product_nearest": _rounded_product("to the nearest"),
    "quotient": _between("/", "the quotient"),
    "power": lambda of: f"{of[0]} to the power of {of[1]}",
    "compound": lambda of: f"(1 + {of[0]}) to the power of {of[1]}",
    "mean": lambda of: f"the mean of {joined(list(of))}" if len(of) <= _MOST_TERMS else f"the mean of {len(of)} lines",
    "above": lambda of: f"{' − '.join(of)}, but not below 0",
    "minimum": _either("smaller", "smallest"),
    "maximum": _either("larger", "largest"),
    "whole": lambda of: f"{of[0]}, cut down to whole dollars",
    "rounded": lambda of: f"{of[0]}, rounded to {of[1]}",
    "phased_in": lambda of: f"({of[0]} − {of[1]}) / {of[2]}, at most 100%",
    "steps": lambda of: f"({of[0]} − {of[1]}) / {of[2]}, rounded up",
    "brackets": _brackets,
    "discount": lambda of: f"the mean of (1 + {of[0]}) to the power of −m / 12 over the months m = {of[1]} to {of[2]}",
}
