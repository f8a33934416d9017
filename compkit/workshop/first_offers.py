"""First offers against results: how far apart they are, and whether asking for more went with getting more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from compkit.workshop.case import package_points
from compkit.workshop.debrief import Debrief

MIN_FOR_CORRELATION = 10
"""Fewest first offers of a role for a rank correlation."""
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class FirstOffer:
    """A side's first offer.

    Parameters
    ----------
    pair, seat : int
    side : {0, 1}
    own, others : Fraction
        What it is worth to this side and to the other.
    result : Fraction
        This side's points in the end.
    """

    pair: int
    seat: int
    side: int
    own: Fraction
    others: Fraction
    result: Fraction

    @property
    def change(self) -> Fraction:
        """Points of the result above those of the offer; below 0 if the side gave way."""
        return self.result - self.own


@dataclass(frozen=True, slots=True)
class RankLink:
    """Whether two figures rise together.

    Parameters
    ----------
    n : int
    correlation : float or None
        Spearman's, from -1 to 1; None for fewer than `MIN_FOR_CORRELATION`, or if all of one figure are equal.
    """

    n: int
    correlation: float | None

    @property
    def by_chance(self) -> float:
        """Size that 95% of rank correlations stay below if order is random (about 1.96 / sqrt(n - 1))."""
        return _NORMAL_95 / sqrt(self.n - 1)

    @property
    def is_clear(self) -> bool:
        """Whether it is larger than chance alone gives."""
        return self.correlation is not None and abs(self.correlation) > self.by_chance


def first_offers(found: Debrief) -> list[FirstOffer]:
    """First offers by pair and side; what is not on the form is left out."""
    case, offers = found.played.case, found.played.first_offers
    listed = []
    for one in found.results:
        for side, seat in enumerate(one.agreement.seats):
            package = offers.get((one.agreement.pair, side))
            if package is not None:
                points = package_points(case, package)
                listed.append(
                    FirstOffer(one.agreement.pair, seat, side, points[side], points[1 - side], one.points[side])
                )
    return listed


def offer_link(offers: Sequence[FirstOffer], side: int) -> RankLink:
    """Whether sides of a role that asked for more got more."""
    own = [one for one in offers if one.side == side]
    return rank_link([one.own for one in own], [one.result for one in own])


def rank_link(first: Sequence[Fraction], second: Sequence[Fraction]) -> RankLink:
    """Rank correlation of two figures; equal ones share the mean of their ranks.

    >>> rank_link([Fraction(at) for at in range(10)], [Fraction(-at) for at in range(10)]).correlation
    -1.0
    """
    n = len(first)
    if n < MIN_FOR_CORRELATION or len(set(first)) == 1 or len(set(second)) == 1:
        return RankLink(n, None)
    a, b = _centered_ranks(first), _centered_ranks(second)
    both = sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))
    spread = sum(x * x for x in a) * sum(y * y for y in b)
    return RankLink(n, float(both) / sqrt(spread))


def _centered_ranks(values: Sequence[Fraction]) -> list[Fraction]:
    """Ranks from the mean rank."""
    mean = Fraction(len(values) + 1, 2)
    return [
        sum(other < value for other in values) + Fraction(sum(other == value for other in values) + 1, 2) - mean
        for value in values
    ]
