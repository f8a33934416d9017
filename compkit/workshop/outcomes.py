"""All outcomes of a case in whole numbers: the Pareto frontier, and the outcomes that give a side exactly so much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from itertools import product
from math import lcm, prod
from typing import Any, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from compkit.errors import OutOfRangeError
from compkit.workshop.case import Case, Pair

MAX_MERGED = 20_000_000
"""Most pairs that a merge of frontiers may have before the dominated ones go."""
MAX_PART = 500_000
"""Most outcomes of one half of the issues."""
MAX_COUNTED = 10_000_000
INT64_LIMIT = 2**62

Integers: TypeAlias = np.ndarray[Any, Any]
"""Whole numbers of 64 bits, or Python's own."""
IntegerPair = tuple[int, int]
_Part = dict[IntegerPair, list[tuple[int, ...]]]


@dataclass(frozen=True, eq=False)
class Pairs(Sequence[Pair]):
    """Pairs of utilities, kept as whole numbers; each is made a pair of fractions when it is asked for.

    Parameters
    ----------
    first, second : array of integers
    scales : pair of int
        What to divide them by.
    """

    first: Integers
    second: Integers
    scales: IntegerPair

    def __len__(self) -> int:
        return len(self.first)

    @overload
    def __getitem__(self, at: int) -> Pair: ...
    @overload
    def __getitem__(self, at: slice) -> Pairs: ...
    def __getitem__(self, at: int | slice) -> Pair | Pairs:
        if isinstance(at, slice):
            return Pairs(self.first[at], self.second[at], self.scales)
        return Fraction(int(self.first[at]), self.scales[0]), Fraction(int(self.second[at]), self.scales[1])

    def numbers(self) -> list[list[float]]:
        """Each pair as numbers, whole ones as integers."""
        columns = [
            values.tolist() if scale == 1 else [value / scale for value in values.tolist()]
            for values, scale in zip((self.first, self.second), self.scales, strict=True)
        ]
        return list(map(list, zip(*columns, strict=True)))

    def where(self, chosen: npt.NDArray[np.bool_]) -> Pairs:
        """Pairs for which `chosen` is true."""
        return Pairs(self.first[chosen], self.second[chosen], self.scales)

    def joined(self, others: Collection[IntegerPair]) -> Pairs:
        """Add pairs in whole numbers; each is there once, by the first from high to low."""
        mine = set(zip(self.first.tolist(), self.second.tolist(), strict=True)) if others else set()
        new = sorted(mine.union(others), reverse=True)
        if len(new) == len(mine):
            return self
        first, second = (np.array(column, self.first.dtype) for column in zip(*new, strict=True))
        return Pairs(first, second, self.scales)


@dataclass(frozen=True)
class Outcomes:
    """All outcomes of a case.

    Parameters
    ----------
    case : Case
    """

    case: Case

    @cached_property
    def scales(self) -> IntegerPair:
        """Least numbers that make each side's utilities and limit whole."""
        first, second = (
            lcm(
                limit.denominator,
                *(option.utilities[side].denominator for issue in self.case.issues for option in issue.options),
            )
            for side, limit in enumerate(self.case.limits)
        )
        return first, second

    @cached_property
    def issues(self) -> list[list[IntegerPair]]:
        """What each option of each issue adds, in whole numbers of `scales`."""
        first, second = self.scales
        return [
            [(int(option.utilities[0] * first), int(option.utilities[1] * second)) for option in issue.options]
            for issue in self.case.issues
        ]

    @cached_property
    def frontier(self) -> Pairs:
        """Pareto frontier, by the first side's utility from high to low; outcomes with the same utilities are one pair.

        An outcome that no other dominates takes from each issue an option that no other option of it dominates, and
        each part of it is undominated among the outcomes of those issues. So frontiers are merged issue by issue.

        Raises
        ------
        OutOfRangeError
            If a merge has more than `MAX_MERGED` pairs.
        """
        dtype = integer_type(sum(max(abs(value) for pair in issue for value in pair) for issue in self.issues))
        parts = [
            _undominated(np.array([a for a, _ in issue], dtype), np.array([b for _, b in issue], dtype), self.scales)
            for issue in self.issues
        ]
        return reduce(_merge, sorted(parts, key=len))

    def with_utility(self, side: int, value: Fraction, other_at_least: Fraction) -> set[IntegerPair]:
        """Outcomes that give a side exactly `value`, and the other side at least `other_at_least`.

        Parameters
        ----------
        side : {0, 1}
        value, other_at_least : Fraction
            Utilities.

        Returns
        -------
        set of pairs of int
            In whole numbers of `scales`.
        """
        target, least = value * self.scales[side], other_at_least * self.scales[1 - side]
        if target.denominator != 1:
            return set()
        own = int(target)
        left, right = self._parts
        rest: dict[int, set[int]] = defaultdict(set)
        for pair in right:
            rest[pair[side]].add(pair[1 - side])
        others = {pair[1 - side] + other for pair in left for other in rest.get(own - pair[side], ())}
        return {(own, other) if side == 0 else (other, own) for other in others if other >= least}

    def packages(self, pair: Pair) -> Iterator[tuple[int, ...]]:
        """Yield the outcomes with exactly these utilities, each as the number of each issue's option."""
        first, second = (int(utility * scale) for utility, scale in zip(pair, self.scales, strict=True))
        left, right = self._parts
        for (a, b), choices in left.items():
            for choice, rest in product(choices, right.get((first - a, second - b), ())):
                yield (*choice, *rest)

    @cached_property
    def n_suiting_both(self) -> int | None:
        """Number of outcomes at or above both limits; None if there are more than `MAX_COUNTED` to look at."""
        if self.case.n_outcomes > MAX_COUNTED:
            return None
        left, right = self._parts
        least = [int(limit * scale) for limit, scale in zip(self.case.limits, self.scales, strict=True)]
        counts = np.array([len(choices) for choices in right.values()])
        largest = max(abs(value) for part in (left, right) for pair in part for value in pair)
        dtype = integer_type(2 * largest + max(map(abs, least)))
        first: Integers = np.array([a for a, _ in right], dtype)
        second: Integers = np.array([b for _, b in right], dtype)
        return sum(
            len(choices) * int(counts[((first >= least[0] - a) & (second >= least[1] - b)).astype(bool)].sum())
            for (a, b), choices in left.items()
        )

    @cached_property
    def _parts(self) -> tuple[_Part, _Part]:
        """Outcomes of the first issues and of the others, with about as many in either, by their pair."""
        sizes = [len(issue) for issue in self.issues]
        cut = min(range(len(sizes) + 1), key=lambda at: max(prod(sizes[:at]), prod(sizes[at:])))
        n_larger = max(prod(sizes[:cut]), prod(sizes[cut:]))
        if n_larger > MAX_PART:
            raise OutOfRangeError("a case", f"have at most {MAX_PART:,} outcomes in each half of its issues", n_larger)
        return _by_pair(self.issues[:cut]), _by_pair(self.issues[cut:])


def _by_pair(issues: Sequence[Sequence[IntegerPair]]) -> _Part:
    found: _Part = defaultdict(list)
    for choice in product(*map(range, map(len, issues))):
        pairs = [issue[number] for issue, number in zip(issues, choice, strict=True)]
        found[sum(a for a, _ in pairs), sum(b for _, b in pairs)].append(choice)
    return dict(found)


def integer_type(largest: int) -> type[np.int64] | type[np.object_]:
    """Type of an array of whole numbers up to `largest`: 64 bits, or Python's integers where those overflow."""
    return np.int64 if largest < INT64_LIMIT else np.object_


def _merge(frontier: Pairs, issue: Pairs) -> Pairs:
    n_pairs = len(frontier) * len(issue)
    if n_pairs > MAX_MERGED:
        raise OutOfRangeError("a case", f"have at most {MAX_MERGED:,} pairs to compare", n_pairs)
    first = (frontier.first[:, None] + issue.first[None, :]).ravel()
    second = (frontier.second[:, None] + issue.second[None, :]).ravel()
    return _undominated(first, second, frontier.scales)


def _undominated(first: Integers, second: Integers, scales: IntegerPair) -> Pairs:
    """Pairs that no other pair dominates, each once."""
    order = np.argsort(-second, kind="stable")
    order = order[np.argsort(-first[order], kind="stable")]
    first, second = first[order], second[order]
    best = np.maximum.accumulate(second)
    kept = np.concatenate([[True], np.asarray(second[1:] > best[:-1], dtype=bool)])
    return Pairs(first[kept], second[kept], scales)
