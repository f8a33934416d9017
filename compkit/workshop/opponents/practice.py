"""A person against an opponent: the person moves first, the opponent answers at once."""

from __future__ import annotations

import hashlib

from compkit.reference import Tables
from compkit.workshop.case import Case, Package
from compkit.workshop.class_plan import SECRET_BYTES, plan_class
from compkit.workshop.opponents.game import Game
from compkit.workshop.opponents.opponent import Opponent
from compkit.workshop.opponents.packages import Packages
from compkit.workshop.opponents.phrases import last_phrase
from compkit.workshop.opponents.strategies import Strategy
from compkit.workshop.scoring import CaseLevel

DEFAULT_TURNS = 12


def practice_case(level: CaseLevel, seed: int, tables: Tables) -> Case:
    """Draw a case to practice with; everyone who has the seed gets the same one, private points and all.

    Parameters
    ----------
    level : str
    seed : int
    tables : Tables
    """
    secret = hashlib.sha256(f"compkit practice {seed}".encode()).digest()[:SECRET_BYTES]
    return plan_class(2, "Practice", level, seed, secret, tables).case


class Practice:
    """A person's game against an opponent.

    Parameters
    ----------
    case : Case
    side : {0, 1}
        The person's.
    strategy : Strategy
    n_turns : int
        Of both together. If it's even, the opponent has the last turn, and the person the last offer.
    seed : int
        The same seed and the same moves make the same game.
    """

    def __init__(self, case: Case, side: int, strategy: Strategy, n_turns: int, seed: int) -> None:
        self.side, self.strategy, self._seed = side, strategy, seed
        self.game = Game(case, n_turns, side)
        self.said: list[str] = []
        """What was said with each move; empty for the person's."""
        self._opponent = Opponent(strategy, 1 - side, Packages(case), seed)

    @property
    def best(self) -> Package:
        """Package that is worth most to the person; of options worth the same, the first."""
        points = ([option.utilities[self.side] for option in issue.options] for issue in self.game.case.issues)
        return tuple(own.index(max(own)) for own in points)

    def offer(self, package: Package) -> None:
        """Offer a package, and hear the answer."""
        self.game.offer(package)
        self._answer()

    def accept(self) -> None:
        """Accept the opponent's last offer."""
        self.game.accept()
        self._answer()

    def walk_away(self) -> None:
        """End the game without a deal."""
        self.game.walk_away()
        self._answer()

    def _answer(self) -> None:
        self.said.append("")
        if not self.game.is_over:
            self._opponent.play(self.game)
            self.said.append(last_phrase(self.game, self._seed))
