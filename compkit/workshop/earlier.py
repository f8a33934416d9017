"""A class against earlier ones of the same level: shares and medians, without seats, pairs or names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from compkit.workshop.debrief import Debrief

MIN_PAIRS = 5
"""Fewest pairs of an earlier class: with fewer, a median shows what one pair did."""


@dataclass(frozen=True, slots=True)
class ClassSummary:
    """A class in shares and medians, which don't depend on how many points a case has.

    Parameters
    ----------
    n_pairs : int
        That played.
    agreed, efficient : Fraction
        Share of the pairs with a deal, and on the frontier.
    created : Fraction or None
        Median value created; None if no agreement suits both.
    efficiency : Fraction
        Median.
    claimed : Fraction or None
        The candidates' median share of the joint gain; None if there is none to share.
    """

    n_pairs: int
    agreed: Fraction
    efficient: Fraction
    created: Fraction | None
    efficiency: Fraction
    claimed: Fraction | None


@dataclass(frozen=True, slots=True)
class EarlierClasses:
    """Earlier classes that can be compared, and those that can't.

    Parameters
    ----------
    summaries : tuple of ClassSummary
    left_out : tuple of (str, str)
        A class's folder and why.
    """

    summaries: tuple[ClassSummary, ...]
    left_out: tuple[tuple[str, str], ...]


def summarize_class(found: Debrief) -> ClassSummary:
    """Shares and medians of a class in which somebody played."""
    results, n_pairs = found.results, len(found.results)
    created = [one.created for one in results if one.created is not None]
    claimed = [one.claimed[0] for one in results if one.claimed is not None]
    return ClassSummary(
        n_pairs,
        Fraction(len(found.deals), n_pairs),
        Fraction(sum(one.is_efficient for one in results), n_pairs),
        median(created) if created else None,
        median(one.efficiency for one in results),
        median(claimed) if claimed else None,
    )


def compare_classes(found: Debrief, earlier: Sequence[tuple[str, Debrief]]) -> EarlierClasses:
    """Earlier classes against a class.

    Parameters
    ----------
    found : Debrief
    earlier : sequence of (str, Debrief)
        Folders and results.
    """
    summaries, left_out = [], []
    for folder, other in earlier:
        reason = _reason(found, other)
        if reason:
            left_out.append((folder, reason))
        else:
            summaries.append(summarize_class(other))
    return EarlierClasses(tuple(summaries), tuple(left_out))


def _reason(found: Debrief, other: Debrief) -> str:
    """Why a class can't be compared; empty if it can."""
    level, own = other.played.level, found.played.level
    if own is None:
        return "this class's case has no level"
    if level is None:
        return "its case has no level"
    if level != own:
        return f"its level is {level}, not {own}"
    if len(other.results) < MIN_PAIRS:
        return f"only {len(other.results)} pairs played, and {MIN_PAIRS} are needed"
    return ""
