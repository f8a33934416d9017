"""A negotiation in turns: offers and answers by one side after the other, up to a deadline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from compkit.errors import Fault, InputError, OutOfRangeError
from compkit.workshop.case import Case, Package

MIN_TURNS, MAX_TURNS = 2, 200
MoveKind = Literal["offer", "accept", "walk away"]


@dataclass(frozen=True, slots=True)
class Move:
    """What a side did in its turn.

    Parameters
    ----------
    turn : int
        Counted from 1.
    side : {0, 1}
    kind : {'offer', 'accept', 'walk away'}
    package : tuple of int
        What was offered or accepted; empty for walking away.
    """

    turn: int
    side: int
    kind: MoveKind
    package: Package = ()


@dataclass
class Game:
    """A negotiation of a case; the sides take turns.

    In each turn a side accepts the other's last offer, makes an offer, or walks away. In the last turn nobody could
    answer an offer, so there is none: the side accepts or walks away.

    Parameters
    ----------
    case : Case
    n_turns : int
        Deadline: the number of turns of both sides together.
    first : {0, 1}
        The side that moves first.

    Raises
    ------
    OutOfRangeError
        If there are fewer than `MIN_TURNS` or more than `MAX_TURNS`.
    """

    case: Case
    n_turns: int
    first: int = 0
    moves: list[Move] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not MIN_TURNS <= self.n_turns <= MAX_TURNS:
            raise OutOfRangeError("the number of turns", f"be from {MIN_TURNS} to {MAX_TURNS}", self.n_turns)

    @property
    def is_over(self) -> bool:
        """Whether someone has accepted or walked away."""
        return bool(self.moves) and self.moves[-1].kind != "offer"

    @property
    def turn(self) -> int:
        """Number of the turn to play."""
        return len(self.moves) + 1

    @property
    def turns_left(self) -> int:
        """Number of turns still to play, of both sides together."""
        return 0 if self.is_over else self.n_turns - len(self.moves)

    @property
    def mover(self) -> int:
        """Side whose turn it is."""
        return (self.first + len(self.moves)) % 2

    @property
    def is_last_turn(self) -> bool:
        """Whether it is the last turn, in which there are no offers."""
        return self.turn == self.n_turns

    @property
    def on_table(self) -> Package | None:
        """The other side's last offer, which can be accepted."""
        return self.moves[-1].package if self.moves and not self.is_over else None

    @property
    def agreement(self) -> Package | None:
        """Package agreed on, if any."""
        return self.moves[-1].package if self.moves and self.moves[-1].kind == "accept" else None

    def offers(self, side: int) -> list[Package]:
        """List the packages that a side has offered, in order."""
        return [move.package for move in self.moves if move.side == side and move.kind == "offer"]

    def offer(self, package: Package) -> None:
        """Offer a package, which turns down what is on the table."""
        if self.is_last_turn:
            raise _refusal("In the last turn nobody could answer an offer. Accept, or walk away.")
        sizes = [len(issue.options) for issue in self.case.issues]
        if len(package) != len(sizes) or not all(0 <= at < size for at, size in zip(package, sizes, strict=True)):
            raise _refusal(f"An offer needs one option for each of the {len(sizes)} issues, got {package!r}.")
        self._add("offer", package)

    def accept(self) -> None:
        """Accept the other side's last offer."""
        if self.on_table is None:
            raise _refusal("There is no offer to accept yet. Make one.")
        self._add("accept", self.on_table)

    def walk_away(self) -> None:
        """End the game without a deal."""
        self._add("walk away", ())

    def _add(self, kind: MoveKind, package: Package) -> None:
        if self.is_over:
            raise _refusal("The game is over. Start another one.")
        self.moves.append(Move(self.turn, self.mover, kind, package))


def _refusal(message: str) -> InputError:
    return InputError([Fault("", "", "", message)])
