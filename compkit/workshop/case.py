"""The model of a scored case: two sides, issues with options, and what each option is worth to each side."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

Pair = tuple[Fraction, Fraction]
"""What an agreement is worth to the first and to the second side."""
Package = tuple[int, ...]
"""An agreement: the number of each issue's option."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle an issue.

    Parameters
    ----------
    name : str
    utilities : pair of Fraction
        What it adds to each side's utility.
    """

    name: str
    utilities: Pair


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing to agree on, with its options in order."""

    name: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two parties.

    Parameters
    ----------
    name : str
    limit : Fraction
        Reservation value: below it the alternative is better.
    alternative : str or None
        What this side does without a deal.
    """

    name: str
    limit: Fraction
    alternative: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A scored two-party case; an outcome takes one option of each issue, and its utilities are the sums.

    Parameters
    ----------
    title : str
    sides : pair of Side
    issues : tuple of Issue
    notes : tuple of str
        What the reader assumed or ignored.
    """

    title: str
    sides: tuple[Side, Side]
    issues: tuple[Issue, ...]
    notes: tuple[str, ...] = ()

    @property
    def n_outcomes(self) -> int:
        """Number of possible agreements."""
        return prod(len(issue.options) for issue in self.issues)

    @property
    def limits(self) -> Pair:
        """Both reservation values."""
        return (self.sides[0].limit, self.sides[1].limit)


def package_points(case: Case, package: Package) -> Pair:
    """Add up what a package is worth to either side."""
    chosen = [issue.options[at].utilities for issue, at in zip(case.issues, package, strict=True)]
    return sum((a for a, _ in chosen), Fraction(0)), sum((b for _, b in chosen), Fraction(0))
