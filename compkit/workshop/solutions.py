"""The Pareto frontier of a case, and the four points that bargaining theory picks, each with every tie.

The points are chosen among the outcomes at or above both limits; a gain is a utility less the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from compkit.workshop.case import Case, Pair
from compkit.workshop.outcomes import IntegerPair, Integers, Outcomes, Pairs, integer_type

POINTS = ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian")


@dataclass(frozen=True)
class Analysis:
    """What a case allows.

    Parameters
    ----------
    outcomes : Outcomes
    points : mapping of str to Pairs
        Tied pairs of each of `POINTS`, by the first side's utility from high to low; none if no outcome suits both.
    """

    outcomes: Outcomes
    points: Mapping[str, Pairs]

    @property
    def case(self) -> Case:
        """What was analyzed."""
        return self.outcomes.case

    @property
    def pareto(self) -> Pairs:
        """Frontier over all outcomes; equal outcomes are one pair."""
        return self.outcomes.frontier

    @property
    def has_deal(self) -> bool:
        """Whether an outcome is at or above both limits."""
        return bool(self.points["utilitarian"])


def analyze_case(case: Case) -> Analysis:
    """Frontier and points of a case, exact.

    Parameters
    ----------
    case : Case

    Raises
    ------
    OutOfRangeError
        If the case is too large.

    Notes
    -----
    Nash is the largest product of gains, utilitarian the largest sum, egalitarian the largest smaller gain,
    Kalai-Smorodinsky the largest smaller share of the ideal gain: the most a side gains in any outcome that suits both.
    A side that can gain nothing has no share, so the other's decides.
    """
    outcomes = Outcomes(case)
    return Analysis(outcomes, _points(outcomes))


def _points(outcomes: Outcomes) -> dict[str, Pairs]:
    """Tied pairs of each point.

    The best value of each rule is on the frontier, because more for one side never lowers it. Ties off the frontier
    give one side exactly what the rule maximizes, and the other side no more than on the frontier.
    """
    limits, scales = outcomes.case.limits, outcomes.scales
    good = _at_or_above(outcomes.frontier, limits)
    if not good:
        return dict.fromkeys(POINTS, good)
    scale = lcm(*scales)
    gains = _gains(good, limits, scale)
    ideal = [int(gain.max()) for gain in gains]
    # Python's integers where products of gains would overflow 64 bits.
    dtype = integer_type(2 * max(*ideal, 1) ** 2)
    a: Integers = gains[0].astype(dtype)
    b: Integers = gains[1].astype(dtype)
    product, smaller = a * b, np.minimum(a, b)
    share = np.minimum(a * ideal[1] if ideal[0] else b, b * ideal[0] if ideal[1] else a)

    def best(values: Integers) -> Pairs:
        return good.where(np.asarray(values == values.max(), dtype=bool))

    def at(gain_a: Fraction, gain_b: Fraction) -> set[IntegerPair]:
        """Outcomes with exactly one of the gains, and at least the other."""
        values = (limits[0] + gain_a, limits[1] + gain_b)
        return outcomes.with_utility(0, values[0], values[1]) | outcomes.with_utility(1, values[1], values[0])

    least = Fraction(int(smaller.max()), scale)
    part = Fraction(int(share.max()), ideal[0] * ideal[1] * scale) if min(ideal) > 0 else None
    return {
        "nash": best(product) if product.max() > 0 else best(product).joined(at(Fraction(0), Fraction(0))),
        "kalai_smorodinsky": best(share).joined(at(part * ideal[0], part * ideal[1]) if part is not None else ()),
        "egalitarian": best(smaller).joined(at(least, least)),
        "utilitarian": best(a + b),
    }


def _at_or_above(pairs: Pairs, limits: Pair) -> Pairs:
    least = [int(limit * scale) for limit, scale in zip(limits, pairs.scales, strict=True)]
    return pairs.where(np.asarray((pairs.first >= least[0]) & (pairs.second >= least[1]), dtype=bool))


def _gains(pairs: Pairs, limits: Pair, scale: int) -> list[Integers]:
    """Gains over the limits, in whole numbers of one scale for both sides."""
    found = []
    for values, limit, own in zip((pairs.first, pairs.second), limits, pairs.scales, strict=True):
        factor, least = scale // own, int(limit * scale)
        dtype = integer_type(max(abs(int(values.max())), abs(int(values.min()))) * factor + abs(least))
        found.append(values.astype(dtype) * factor - least)
    return found
