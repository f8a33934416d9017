"""A grading proposal: preparation and reflection count, and own play a little, corrected for partner and role.

    points = 0.45 x preparation + 0.45 x reflection + 0.10 x play, rounded half up

Preparation and reflection are the teacher's marks, 0 to 100. Play starts from a side's own efficiency: its gain over
its limit as a share of that gain and of what it could still have gained without its partner losing a point. A tough
partner leaves less to gain, so that doesn't count against it. If one role has the higher median, the other role's are
raised by the difference, to at most 100. For a seat that did not play, preparation and reflection count half each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from statistics import median
from typing import Literal

from compkit.workshop.case import Pair
from compkit.workshop.debrief import Debrief, PairResult

Part = Literal["preparation", "reflection", "play"]
WEIGHTS: Mapping[Part, int] = {"preparation": 45, "reflection": 45, "play": 10}
"""Percent of the points."""
_MOST = Fraction(100)


@dataclass(frozen=True, slots=True)
class GradeProposal:
    """What a seat's work comes to.

    Parameters
    ----------
    seat : int
    side : int or None
        0 candidate, 1 recruiter; None for a seat without a partner.
    preparation, reflection : int
        The teacher's marks, 0 to 100.
    play : Fraction or None
        0 to 100; None without a game.
    """

    seat: int
    side: int | None
    preparation: int
    reflection: int
    play: Fraction | None

    @property
    def points(self) -> int:
        """Whole points, 0 to 100."""
        parts: dict[Part, Fraction | int] = {"preparation": self.preparation, "reflection": self.reflection}
        if self.play is not None:
            parts["play"] = self.play
        weights = sum(WEIGHTS[part] for part in parts)
        return floor(
            sum((WEIGHTS[part] * value for part, value in parts.items()), Fraction(0)) / weights + Fraction(1, 2)
        )


def propose_grades(found: Debrief) -> list[GradeProposal]:
    """Proposals by seat, for every seat that has marks."""
    play = play_points(found)
    side_of = {seat: side for one in found.played.agreements for side, seat in enumerate(one.seats)}
    return [
        GradeProposal(seat, side_of.get(seat), marks["preparation"], marks["reflection"], play.get(seat))
        for seat, marks in sorted(found.played.marks.items())
    ]


def play_points(found: Debrief) -> dict[int, Fraction]:
    """Own efficiency of each seat that played, corrected for its role: 0 to 100."""
    if not found.results:
        return {}
    frontier = list(found.analysis.pareto)
    by_role = [
        {one.agreement.seats[side]: _MOST * own_efficiency(one, side, frontier) for one in found.results}
        for side in (0, 1)
    ]
    middles = [median(values.values()) for values in by_role]
    return {
        seat: min(_MOST, value + max(middles) - middle)
        for values, middle in zip(by_role, middles, strict=True)
        for seat, value in values.items()
    }


def own_efficiency(result: PairResult, side: int, frontier: Sequence[Pair]) -> Fraction:
    """Gain as a share of itself and of what was left for this side with the other's points as they are: 0 to 1."""
    own, others = result.points[side], result.points[1 - side]
    most = max((pair[side] for pair in frontier if pair[1 - side] >= others), default=own)
    left, gain = max(most - own, Fraction(0)), result.gains[side]
    if gain < 0:
        return Fraction(0)
    return gain / (gain + left) if left else Fraction(1)
