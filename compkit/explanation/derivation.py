"""A figure and what it is made of, down to leaves that each name where they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from compkit.errors import CompkitError
from compkit.explanation.operations import ARITHMETIC, METHODS, is_close

UNVERIFIED = "unverified"
Key = Mapping[str, str | int | float | tuple[int, ...] | tuple[str, ...]]
"""The columns of a table and what they hold in the rows that are meant."""


@dataclass(frozen=True, slots=True)
class TypedField:
    """A value that stands in an offers file, or that the file leaves out.

    Parameters
    ----------
    file, where, field : str
        As a fault names them: the file, the offer or candidate, and the field, or the column of a sheet.
    is_left_out : bool
        Whether the file does not give it, so that the value is what leaving it out means.
    """

    file: str
    where: str
    field: str
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A figure of a table in data/.

    Parameters
    ----------
    table : str
    key : mapping of str to value
        The columns that pick the row; several values of one column pick several rows, whose figures are summed.
    column : str
        Where the figure stands.
    source_id, as_of, status : str
        Of the row; an empty status where the table has none, so that the figure is as its source published it.
    is_absent : bool
        Whether it is the very lack of such a row that makes the value 0.
    is_carried : bool
        Whether we assume that the figure holds, unchanged, in a later year than the row's.
    """

    table: str
    key: Key
    column: str
    source_id: str
    as_of: str
    status: str = ""
    is_absent: bool = False
    is_carried: bool = False


@dataclass(frozen=True, slots=True)
class Assumption:
    """What neither the file nor a table says: a choice of the kit or its user, or a definition, as a year's months."""

    reason: str
    is_definition: bool = False


@dataclass(frozen=True, slots=True)
class StoreRows:
    """Rows of a store of pay data.

    Parameters
    ----------
    what : str
        Reported pay, or job postings.
    detail : str
        Which ones.
    n : int
        How many.
    as_of : str
        Day of the latest.
    """

    what: str
    detail: str
    n: int
    as_of: str


Origin = TypedField | TableRow | StoreRows | Assumption


class DerivationError(CompkitError):
    """The parts of a figure do not give the figure: a fault of compkit, which must not be shown as an explanation."""

    def __init__(self, name: str, value: float, recomputed: float) -> None:
        super().__init__(
            f"compkit cannot explain {name}: it is {value!r}, but its parts give {recomputed!r}. "
            "Please report this fault of compkit with the offers file."
        )


@dataclass(frozen=True, eq=False)
class Derivation:
    """A value with its unit and what it is made of; two are the same only if they are one object.

    Parameters
    ----------
    name : str
        What it is, in words.
    value : float
    unit : str
        USD, USD a year, fraction, shares, ...
    operation : str
        How it follows from its parts, a name of `operations.ARITHMETIC` or `METHODS`; empty for a leaf.
    parts : tuple of Derivation
    origin : TypedField, TableRow, StoreRows or Assumption, optional
        Of a leaf; of another node what says that it is made so.
    note : str
        What to know about it.
    arguments : mapping of str to str
        What a method needs beside its parts, such as the jurisdiction whose rule it is.

    Raises
    ------
    DerivationError
        If the parts do not give the value.

    Examples
    --------
    >>> two = Derivation("shares", 2.0, "shares", origin=Assumption("an example"))
    >>> price = Derivation("price", 50.0, "USD a share", origin=Assumption("an example"))
    >>> Derivation("worth", 100.0, "USD", "product", (two, price)).recomputed
    100.0
    """

    name: str
    value: float
    unit: str
    operation: str = ""
    parts: tuple[Derivation, ...] = ()
    origin: Origin | None = None
    note: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.operation:
            if self.origin is None or self.parts:
                raise CompkitError(f"{self.name} is a leaf, and must name where it comes from and have no parts.")
            return
        values = [part.value for part in self.parts]
        recomputed = self.recomputed
        if recomputed is not None and not is_close(self.value, recomputed, self.unit, self.operation, values):
            raise DerivationError(self.name, self.value, recomputed)

    @property
    def recomputed(self) -> float | None:
        """What the operation makes of the parts' values; None for a leaf and for a method."""
        if not self.operation or self.operation in METHODS:
            return None
        return float(ARITHMETIC[self.operation]([part.value for part in self.parts]))

    def renamed(self, name: str, unit: str = "", note: str = "") -> Derivation:
        """Return a node of another name with this one as its only part."""
        return Derivation(name, self.value, unit or self.unit, "same", (self,), note=note)

    def walk(self) -> Iterator[Derivation]:
        """Yield the node and all below it, each once, a part before what comes below the next one."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if id(node) not in seen:
                seen.add(id(node))
                yield node
                waiting += reversed(node.parts)

    @property
    def source_ids(self) -> list[str]:
        """The sources of the rows below it, each once, in the order of the tree."""
        found = [node.origin.source_id for node in self.walk() if isinstance(node.origin, TableRow)]
        return [source_id for source_id in dict.fromkeys(found) if source_id]

    @property
    def status(self) -> str:
        """`unverified` where any row below it is, else empty."""
        rows = (node.origin for node in self.walk() if isinstance(node.origin, TableRow))
        return UNVERIFIED if any(row.status == UNVERIFIED for row in rows) else ""


def node(
    operation: str,
    name: str,
    parts: Sequence[Derivation],
    unit: str = "USD",
    value: float | None = None,
    note: str = "",
) -> Derivation:
    """Return a node from its parts; with a value of the kit's own calculation, checked against what the parts give."""
    own = float(ARITHMETIC[operation]([part.value for part in parts])) if value is None else float(value)
    return Derivation(name, own, unit, operation, tuple(parts), note=note)


def assumed(name: str, value: float, unit: str, reason: str) -> Derivation:
    """Return a leaf that rests on an assumption or a definition."""
    return Derivation(name, float(value), unit, origin=Assumption(reason))


def defined(name: str, value: float, unit: str, reason: str = "by definition") -> Derivation:
    """Return a leaf that holds by definition, or was counted."""
    return Derivation(name, float(value), unit, origin=Assumption(reason, is_definition=True))


def one_plus(rate: Derivation, words: str) -> Derivation:
    """Factor of a rise by a rate [ratio]."""
    return node("sum", f"1 + {words}", [defined("one", 1.0, "ratio"), rate], "ratio")
