"""Numbers that record what is computed from them: a calculation run on them leaves its own derivation.

A `Traced` number stands in for an array of one element. Operators, ufuncs and the NumPy functions in `_FUNCTIONS` give
another one, whose node holds the operation and its parts; constants of the code that change nothing leave no trace.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from compkit.explanation.derivation import Derivation, Origin, TableRow, defined, node
from compkit.tax import AMOUNT

_USD = "USD"
FLAG = "yes or no"
"""Unit of a figure of a table that is 1 or 0."""


class Traced(NDArrayOperatorsMixin, float):  # type: ignore[misc]
    """A number and its derivation.

    Parameters
    ----------
    value : float
    node : Derivation, optional
        None for a constant of the code.
    names : tuple of str
        What the next figures computed from it are called, one after the other.
    is_leaf : bool
        Whether it is a figure of a table, projected or not.
    is_named : bool
        Whether its name is its own; a sum or difference without one of its own is merged into the next.
    """

    node: Derivation | None
    names: tuple[str, ...]
    is_leaf: bool
    is_named: bool

    def __new__(  # noqa: D102
        cls,
        value: float,
        node: Derivation | None = None,
        names: tuple[str, ...] = (),
        *,
        is_leaf: bool = False,
        is_named: bool = True,
    ) -> Traced:
        made_of = super().__new__(cls, value)
        made_of.node, made_of.names = node, names
        made_of.is_leaf, made_of.is_named = is_leaf, is_named
        return made_of

    __hash__ = float.__hash__

    def with_node(self, node: Derivation) -> Traced:
        """Return the same number with another node."""
        return Traced(node.value, node, self.names, is_leaf=self.is_leaf, is_named=self.is_named)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **_out: Any) -> Any:
        if method != "__call__" or ufunc not in _UFUNCS:
            return NotImplemented
        return _UFUNCS[ufunc](ufunc(*map(float, inputs)), *map(_traced, inputs))

    def __array_function__(self, function: Any, _types: Any, inputs: Any, options: Any) -> Any:
        return _FUNCTIONS[function](*inputs, **options) if function in _FUNCTIONS else NotImplemented


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of traced numbers, in words where one of them is a figure of a table."""

    holds: bool
    why: str = ""
    origin: Origin | None = None

    def __bool__(self) -> bool:
        return self.holds

    def __and__(self, other: Condition) -> Condition:
        return self if not self or (other and self.why) else other


def node_of(number: object) -> Derivation:
    """Return the derivation of a traced number; a constant 0 where nothing was added up.

    Raises
    ------
    TypeError
        If a step of the calculation has lost the trace.
    """
    if not isinstance(number, Traced):
        raise TypeError(f"the calculation gave {number!r}, which is not traced")
    return number.node or defined("nothing", number, _USD)


def _traced(number: Any) -> Traced:
    return number if isinstance(number, Traced) else Traced(float(number))


def _is_constant(number: Traced, value: float) -> bool:
    return number.node is None and float(number) == value


def _record(operation: str, value: float, *operands: Traced) -> Traced:
    if all(each.node is None for each in operands):
        return Traced(value)
    name, names, is_named = _name(operation, operands)
    units = [each.node.unit for each in operands if each.node is not None]
    is_money = any(unit.startswith(_USD) for unit in units)
    unit = _USD if is_money else units[0]
    if operation == "quotient" and all(unit.startswith(_USD) for unit in units) and len(units) == len(operands):
        unit = "ratio"
    parts: list[Derivation] = []
    for place, each in enumerate(operands):
        part = each.node or defined(f"{float(each):g}", each, "ratio" if operation in _SCALING else unit)
        is_merged = (
            part.operation == _MERGED.get((operation, place))
            and not part.note
            and (not each.is_named or part.name == name)
        )
        parts += part.parts if is_merged else [part]
    return Traced(value, node(operation, name, parts, unit, value), names, is_named=is_named)


_SCALING = ("product", "quotient")
_MERGED = {("sum", 0): "sum", ("sum", 1): "sum", ("difference", 0): "difference", ("difference", 1): "sum"}
"""What is merged into an operation, by the place of the operand."""


def _name(operation: str, operands: Sequence[Traced]) -> tuple[str, tuple[str, ...], bool]:
    """Return the name of a new figure, the names of the next ones, and whether it is the figure's own."""
    first, *others = operands
    if operation == "difference" and first.is_leaf:
        is_range = others[0].is_leaf
        return ("what lies between" if is_range else f"{_unprojected(first).name}, after reduction"), first.names, True
    named = [each for each in operands if each.names]
    fitting = [each for each in named if any(_fits(name, operation) for name in each.names)]
    fitting.sort(key=lambda each: (operation == "product" and node_of(each).unit == _USD, not each.is_leaf))
    is_of_table = all(each.is_leaf or (each.node is None and operation == "sum") for each in operands)
    if not fitting or (is_of_table and operation != "product"):
        is_carried = named and all(each.node is not None for each in operands)
        return _described(operation, operands), named[0].names if is_carried else (), False
    names = fitting[0].names
    at = next(at for at, name in enumerate(names) if _fits(name, operation))
    taken, later = names[at], names[at + 1 :]
    is_scaled = operation == "product"  # by a rate: what the amount was to be called next no longer fits
    rest = (each.names for each in named if taken not in each.names and (each.is_leaf or not is_scaled))
    amount = next((node_of(each).name for each in operands if each.node is not None and not each.is_leaf), "")
    return taken.rpartition(": ")[2].replace(AMOUNT, amount), later or next(rest, ()), True


def _fits(name: str, operation: str) -> bool:
    """Whether a name is for the result of an operation: `minimum: ...` is only for a minimum."""
    return name.partition(": ")[0] == operation if ": " in name else True


def _described(operation: str, operands: Sequence[Traced]) -> str:
    first, *others = (f"{float(each):g}" if each.node is None else each.node.name for each in operands)
    return first if others == [first] else f" {_JOINED[operation]} ".join([first, *others])


_JOINED = {
    "sum": "plus", "difference": "less", "product": "times", "quotient": "over", "minimum": "or, if less,",
    "maximum": "or, if more,",
}  # fmt: skip


def _add(value: float, *operands: Traced) -> Traced:
    counted = [each for each in operands if not _is_constant(each, 0.0)]
    return counted[0] if len(counted) == 1 else _record("sum", value, *operands)


def _subtract(value: float, first: Traced, second: Traced) -> Traced:
    return first if _is_constant(second, 0.0) else _record("difference", value, first, second)


def _multiply(value: float, *operands: Traced) -> Traced:
    if any(_is_constant(each, 0.0) for each in operands):
        return Traced(0.0)
    for flag, other in (operands, operands[::-1]):
        if flag.node is not None and flag.node.unit == FLAG:
            return _flagged(flag.node, flag.names, other)
    counted = [each for each in operands if not _is_constant(each, 1.0)]
    if len(counted) == 1:
        return counted[0]
    product = _record("product", value, *operands)
    limit = next(filter(None, map(_limit_not_reached, operands)), None)
    if limit is None:
        return product
    why = f"${limit[0].value:,.0f} is not above {_limit(limit[1])}"
    return product.with_node(Derivation(node_of(product).name, 0.0, _USD, origin=_row(limit[1]), note=why))


def _flagged(flag: Derivation, names: tuple[str, ...], amount: Traced) -> Traced:
    """Return an amount, or 0 if a table says that it doesn't count."""
    parts, note = ((node_of(amount),), "") if flag.value else ((), f"not {flag.name}")
    value = float(amount) * flag.value
    node = Derivation(names[0], value, _USD, "same" if parts else "", parts, flag.origin, note)
    return Traced(value, node, names[1:])


def _limit_not_reached(number: Traced) -> tuple[Derivation, Derivation] | None:
    """Find the amount that is not above a figure of a table, and that figure; None for any other number."""
    node = number.node
    if node is not None and node.operation == "minimum":
        node = node.parts[0]
    if node is None or node.value or node.operation not in ("above", "steps") or _row(node.parts[1]) is None:
        return None
    return (node.parts[0], node.parts[1]) if node.operation == "steps" or len(node.parts) == 2 else None


def _unprojected(number: Traced) -> Derivation:
    node = node_of(number)
    return node.parts[0] if node.parts else node


def _row(node: Derivation) -> Origin | None:
    """Return the row behind a figure of a table, projected or not."""
    first = node if node.origin is not None or not node.parts else node.parts[0]
    return first.origin if isinstance(first.origin, TableRow) and not first.parts else None


def _limit(node: Derivation) -> str:
    return f"${node.value:,.0f}, the {node.name}"


def _divide(value: float, first: Traced, second: Traced) -> Traced:
    return first if _is_constant(second, 1.0) else _record("quotient", value, first, second)


def _maximum(value: float, first: Traced, second: Traced) -> Traced:
    if not _is_constant(first, 0.0):
        # A guard against what is below 0, or a quotient by 0.
        is_guard = any(_is_constant(second, floor) for floor in (0.0, 1.0))
        return first if is_guard and value == float(first) else _record("maximum", value, first, second)
    if any(name.startswith("above: ") for name in second.names):
        return _record("above", value, second)
    if second.node is not None and second.node.operation == "difference":
        return second.with_node(replace(second.node, operation="above", value=value))
    return second if value == float(second) else _record("maximum", value, first, second)


def _minimum(value: float, first: Traced, second: Traced) -> Traced:
    return first if _is_constant(second, np.inf) else _record("minimum", value, first, second)


def _clip(number: Traced, low: float, high: float) -> Any:
    return np.minimum(np.maximum(low, number), high)


def _ceil(value: float, number: Traced) -> Traced:
    """Return begun steps as one node: income above a start, over the size of a step."""
    quotient = node_of(number)
    above, step = quotient.parts
    return Traced(value, node("steps", above.name, [*above.parts, step], "steps", value))


def _round(number: Traced, decimals: int) -> Traced:
    """Return a rounded share; as one node if it is how far an income lies in a range."""
    if number.node is None:
        return Traced(round(float(number), decimals))
    quotient, value = node_of(number), round(float(number), decimals)
    if quotient.operation != "quotient" or quotient.parts[0].operation != "minimum":
        places = defined("decimal places", float(decimals), "places", "as on the form")
        return Traced(value, node("rounded", quotient.name, [quotient, places], quotient.unit, value), number.names)
    (above, _), width = quotient.parts[0].parts, quotient.parts[1]
    return Traced(value, node("phased_in", quotient.name, [*above.parts, width], "fraction", value))


def _compare(holds_words: str, fails_words: str) -> Callable[[float, Traced, Traced], Condition]:
    def compared(found: float, first: Traced, second: Traced) -> Condition:
        holds = bool(found)
        if not second.is_leaf:
            return Condition(holds)
        amount = f"{'-' * (float(first) < 0)}${abs(float(first)):,.0f}"
        why = f"{amount} is {holds_words if holds else fails_words} {_limit(node_of(second))}"
        return Condition(holds, why, _row(node_of(second)))

    return compared


def _where(condition: Condition, if_so: Any, if_not: Any) -> Traced:
    """Return the number that a condition picks, with the reason; a number picked before keeps its own."""
    taken, other = map(_traced, (if_so, if_not) if condition else (if_not, if_so))
    if not condition.why or taken.node is other.node or _is_picked(taken.node):
        return taken
    if taken.node is None:
        name, unit = node_of(other).name, node_of(other).unit
        return Traced(taken, Derivation(name, 0.0, unit, origin=condition.origin, note=condition.why), other.names)
    node, why = taken.node, condition.why
    if node.operation and node.origin is None:
        return taken.with_node(replace(node, origin=condition.origin, note=why))
    return taken.with_node(Derivation(node.name, node.value, node.unit, "same", (node,), condition.origin, why))


def _is_picked(node: Derivation | None) -> bool:
    return node is not None and bool(node.operation and node.note)


_UFUNCS: Mapping[np.ufunc, Callable[..., Any]] = {
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.divide: _divide,
    np.maximum: _maximum,
    np.minimum: _minimum,
    np.ceil: _ceil,
    np.isfinite: lambda value, _: bool(value),
    np.equal: lambda value, *_: bool(value),
    np.greater: _compare("above", "not above"),
    np.greater_equal: _compare("at least", "below"),
    np.less: _compare("below", "at least"),
    np.less_equal: _compare("not over", "above"),
}

_FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    np.where: _where,
    np.clip: _clip,
    np.round: _round,
    np.any: bool,
    np.zeros_like: lambda _: Traced(0.0),
    np.full_like: lambda _, value: _traced(value),
}


def rename_nodes(roots: Sequence[Derivation], told: Mapping[int, tuple[str, str]]) -> list[Derivation]:
    """Return derivations with the name and note of some nodes, by their `id`, changed wherever they stand."""
    done: dict[int, Derivation] = {}

    def renamed(node: Derivation) -> Derivation:
        if id(node) not in done:
            parts = tuple(map(renamed, node.parts))
            is_same = all(new is old for new, old in zip(parts, node.parts, strict=True))
            name, note = told.get(id(node), (node.name, node.note))
            is_same = is_same and (name, note) == (node.name, node.note)
            done[id(node)] = node if is_same else replace(node, name=name, note=note, parts=parts)
        return done[id(node)]

    return [renamed(root) for root in roots]
