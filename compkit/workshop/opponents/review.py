"""What a game came to, what it left on the table, and the turn in which that was lost."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from compkit.workshop.agreements import Agreement
from compkit.workshop.case import Pair, package_points
from compkit.workshop.debrief import Debrief, PairResult, debrief_class
from compkit.workshop.opponents.game import Game, Move
from compkit.workshop.played_class import PlayedClass


@dataclass(frozen=True)
class LostTurn:
    """The refusal that cost both sides together the most.

    Parameters
    ----------
    offer : Move
        What was on the table.
    refusal : Move
        The move that turned it down.
    points : pair of Fraction
        Of the offer, for both sides.
    cost : Fraction
        What both would have had more, together.
    """

    offer: Move
    refusal: Move
    points: Pair
    cost: Fraction


@dataclass(frozen=True)
class Review:
    """A game that is over, seen with both sides' points.

    Parameters
    ----------
    game : Game
    debrief : Debrief
        Of the game as a class of one pair, where seat 1 is the first side's.
    lost : LostTurn or None
        None if no offer that was turned down was better for one side than the result, and no worse for the other.
    """

    game: Game
    debrief: Debrief
    lost: LostTurn | None

    @property
    def result(self) -> PairResult:
        """What both sides got, and what they left on the table."""
        return self.debrief.results[0]


def review_game(game: Game) -> Review:
    """Review a game that is over.

    Parameters
    ----------
    game : Game

    Notes
    -----
    The result is the deal, or without one the limits. Some offers that were turned down would have been better for one
    side than the result, and no worse for the other. Of these, the one worth most to both together was the costliest to
    refuse; of several, the earliest. The turn that refused it is the lost one.
    """
    agreed = game.agreement
    agreement = Agreement(1, (1, 2), "no deal" if agreed is None else "deal", agreed or ())
    found = debrief_class(PlayedClass(game.case.title, game.case, (agreement,)))
    return Review(game, found, _lost_turn(game, found.results[0].points))


def _lost_turn(game: Game, result: Pair) -> LostTurn | None:
    best: LostTurn | None = None
    for offer, refusal in zip(game.moves, game.moves[1:], strict=False):
        if refusal.kind == "accept":
            continue
        points = package_points(game.case, offer.package)
        cost = points[0] + points[1] - result[0] - result[1]
        is_better = cost > 0 and all(one >= other for one, other in zip(points, result, strict=True))
        if is_better and (best is None or cost > best.cost):
            best = LostTurn(offer, refusal, points, cost)
    return best
