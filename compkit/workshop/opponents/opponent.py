"""An opponent at the table, and games between two of them."""

from __future__ import annotations

import numpy as np

from compkit.errors import UnknownChoiceError
from compkit.workshop.case import Case
from compkit.workshop.draw import Draw
from compkit.workshop.opponents.game import Game
from compkit.workshop.opponents.packages import Packages
from compkit.workshop.opponents.strategies import STRATEGIES, Strategy, View, decide

_KEY = b"compkit practice"


class Opponent:
    """One side of a game, played by a strategy.

    The last offer of a game can only be accepted or turned down. A strategy whose target falls with time has by then
    come down to its limit, and leaves the choice to the game, which knows both sides: of all packages at or above its
    limit, the one worth most to the other side. So two such opponents agree on every case that allows a deal.

    Parameters
    ----------
    strategy : Strategy
    side : {0, 1}
    packages : Packages
    seed : int
        Decides between packages that are as good; the same seed plays the same game.
    """

    def __init__(self, strategy: Strategy, side: int, packages: Packages, seed: int) -> None:
        self.strategy, self.side = strategy, side
        self._packages, self._seed = packages, seed

    def view(self, game: Game) -> View:
        """All that the strategy sees of a game, in its turn."""
        packages, own_before = self._packages, sum(move.side == self.side for move in game.moves)
        n_own = own_before + (game.n_turns - len(game.moves) + 1) // 2
        own, received = ([packages.number(one) for one in game.offers(side)] for side in (self.side, 1 - self.side))
        return View(
            packages.points[self.side], packages.limits[self.side], own_before + 1, n_own, own, received
        )  # fmt: skip

    def play(self, game: Game) -> None:
        """Play this side's turn."""
        draw = Draw(_KEY, f"{self._seed}/{self.side}/{game.turn}")
        n_left = game.n_turns - len(game.moves)
        answer = decide(self.strategy, self.view(game), self._packages.sizes, draw, n_left=n_left)
        if answer.is_accepted:
            game.accept()
        elif not len(answer.choices):
            game.walk_away()
        else:
            others = self._packages.points[1 - self.side][answer.choices]
            best = answer.choices[np.asarray(others == others.max(), dtype=bool)]
            game.offer(self._packages.package(draw.choice(best.tolist())))


def play_game(case: Case, names: tuple[str, str], n_turns: int, seed: int = 1, *, first: int = 0) -> Game:
    """Play a whole game between two strategies.

    Parameters
    ----------
    case : Case
    names : pair of str
        Strategies of the first and the second side, of `STRATEGIES`.
    n_turns : int
        Of both sides together.
    seed : int
        The same seed plays the same game.
    first : {0, 1}
        The side that moves first.

    Raises
    ------
    UnknownChoiceError
        If there is no strategy of a name.
    """
    for name in names:
        if name not in STRATEGIES:
            raise UnknownChoiceError("strategy", name, list(STRATEGIES))
    packages = Packages(case)
    opponents = [Opponent(STRATEGIES[name], side, packages, seed) for side, name in enumerate(names)]
    game = Game(case, n_turns, first)
    while not game.is_over:
        opponents[game.mover].play(game)
    return game
