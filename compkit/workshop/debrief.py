"""How well each pair of a class did: value created and claimed, distance to the frontier, ranks and z-scores."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import sqrt
from pathlib import Path

from compkit.reference import data_directory
from compkit.workshop.agreements import Agreement, agreed_points
from compkit.workshop.case import Pair
from compkit.workshop.played_class import PlayedClass, load_played_class
from compkit.workshop.solutions import Analysis, analyze_case

SAMPLE_CLASS = "workshop/sample-class"
"""Folder below data/."""
MIN_FOR_Z = 20
"""Fewest seats of a role for z-scores."""


@dataclass(frozen=True, slots=True)
class PairResult:
    """What one pair made of the case.

    Parameters
    ----------
    agreement : Agreement
    points : pair of Fraction
        Of both sides; without a deal, what their alternatives are worth.
    gains : pair of Fraction
        Points above the limits.
    left : Fraction
        Distance to the frontier: the most points that both together could still gain without either losing any.
    created : Fraction or None
        Joint gain over the largest that suits both; None if nothing suits both or nobody can gain.
    """

    agreement: Agreement
    points: Pair
    gains: Pair
    left: Fraction
    created: Fraction | None

    @property
    def is_deal(self) -> bool:
        """Whether they agreed."""
        return self.agreement.status == "deal"

    @property
    def is_efficient(self) -> bool:
        """Whether nothing is better for one side and no worse for the other."""
        return self.left == 0

    @property
    def claimed(self) -> Pair | None:
        """Each side's share of the joint gain; None without one, or if a side is below its limit."""
        joint = _total(self.gains)
        return (self.gains[0] / joint, self.gains[1] / joint) if joint > 0 and not self.sides_below else None

    @property
    def efficiency(self) -> Fraction:
        """Joint gain over joint gain and distance to the frontier, at least 0; 1 exactly on the frontier."""
        joint = _total(self.gains)
        if self.is_efficient:
            return Fraction(1)
        return max(Fraction(0), joint / (joint + self.left)) if joint > 0 else Fraction(0)

    @property
    def sides_below(self) -> tuple[int, ...]:
        """Sides whose deal is worse than their alternative."""
        return tuple(side for side, gain in enumerate(self.gains) if gain < 0)


@dataclass(frozen=True, slots=True)
class SecondResult:
    """What a pair gained by a second agreement, after the debrief.

    Parameters
    ----------
    before, after : PairResult
    """

    before: PairResult
    after: PairResult

    @property
    def gains(self) -> Pair:
        """Points that each side has more than before."""
        first, second = self.before.points, self.after.points
        return second[0] - first[0], second[1] - first[1]


@dataclass(frozen=True)
class Debrief:
    """A class's results.

    Parameters
    ----------
    played : PlayedClass
    analysis : Analysis
    results : tuple of PairResult
        Of the pairs that played.
    second : tuple of SecondResult
        Of the pairs that agreed once more.
    """

    played: PlayedClass
    analysis: Analysis
    results: tuple[PairResult, ...]
    second: tuple[SecondResult, ...]

    @property
    def name(self) -> str:
        """What the teacher calls the case."""
        return self.played.name

    @property
    def absent(self) -> list[Agreement]:
        """The pairs that did not play."""
        return [one for one in self.played.agreements if one.status == "absent"]

    def without(self, pairs: Collection[int]) -> Debrief:
        """Results without some pairs, as if they had not played."""
        return replace(
            self,
            results=tuple(one for one in self.results if one.agreement.pair not in pairs),
            second=tuple(one for one in self.second if one.after.agreement.pair not in pairs),
        )

    @property
    def deals(self) -> list[PairResult]:
        """Results of the pairs that agreed."""
        return [one for one in self.results if one.is_deal]

    @property
    def total_left(self) -> Fraction:
        """Points that the class left on the table."""
        return sum((one.left for one in self.results), Fraction(0))

    @cached_property
    def ranks(self) -> tuple[list[int], list[int]]:
        """Rank of each result's sides within their role; equal points share the better rank."""
        first, second = (_ranks([one.points[side] for one in self.results]) for side in (0, 1))
        return first, second

    def z_scores(self, side: int) -> list[float] | None:
        """Compute standard deviations above the role's mean, by result.

        Returns
        -------
        list of float or None
            None for fewer than `MIN_FOR_Z` seats, or if all have the same points.
        """
        values = [one.points[side] for one in self.results]
        if len(values) < MIN_FOR_Z or len(set(values)) == 1:
            return None
        mean = sum(values) / len(values)
        deviation = sqrt(sum((value - mean) ** 2 for value in values) / len(values))
        return [float(value - mean) / deviation for value in values]


def debrief_class(played: PlayedClass) -> Debrief:
    """Results of a class."""
    analysis = analyze_case(played.case)
    best = next((_total(pair) - _total(played.case.limits) for pair in analysis.points["utilitarian"]), None)
    largest = best or None
    frontier = list(analysis.pareto)

    def result(agreement: Agreement) -> PairResult:
        points, limits = agreed_points(played.case, agreement), played.case.limits
        gains = points[0] - limits[0], points[1] - limits[1]
        better = (_total(pair) for pair in frontier if pair[0] >= points[0] and pair[1] >= points[1])
        left = max(better, default=_total(points)) - _total(points)
        return PairResult(agreement, points, gains, left, _total(gains) / largest if largest else None)

    results = tuple(result(one) for one in played.agreements if one.status != "absent")
    second = tuple(
        SecondResult(one, result(played.second[one.agreement.pair]))
        for one in results
        if one.agreement.pair in played.second and played.second[one.agreement.pair].status == "deal"
    )
    return Debrief(played, analysis, results, second)


def load_debrief(class_folder: str | None = None) -> Debrief:
    """Load the results of a class that has played.

    Parameters
    ----------
    class_folder : str, optional
        What `compkit workshop new` wrote, with the forms filled in; a sample class by default.

    Raises
    ------
    InputError
        With every fault of every file.

    Examples
    --------
    >>> import compkit as ck
    >>> found = ck.load_debrief()
    >>> f"{len(found.deals)} of {len(found.results)} pairs agreed"
    '10 of 11 pairs agreed'
    """
    folder = Path(class_folder) if class_folder is not None else data_directory() / SAMPLE_CLASS
    return debrief_class(load_played_class(folder))


def _total(pair: Pair) -> Fraction:
    return pair[0] + pair[1]


def _ranks(values: Sequence[Fraction]) -> list[int]:
    order = sorted(values, reverse=True)
    first = {value: rank for rank, value in reversed(list(enumerate(order, start=1)))}
    return [first[value] for value in values]
