"""What a scored case allows, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from compkit.report.show.text import aligned, joined
from compkit.workshop import Analysis, Pair

POINT_NAMES = {
    "nash": "Nash point, the largest product of gains",
    "kalai_smorodinsky": "Kalai-Smorodinsky point, the most even shares of what each could gain",
    "egalitarian": "Egalitarian point, the most for whoever gains less",
    "utilitarian": "Utilitarian point, the largest sum",
}
MOST_PAIRS = 25
MOST_TIES = 5
_DIGITS = 6


def utility(value: Fraction) -> str:
    """Format a utility: whole points as they are, others to six digits.

    >>> utility(Fraction(81)), utility(Fraction(655625, 10**6)), utility(Fraction(2, 3)), utility(Fraction(-7))
    ('81', '0.655625', '0.666667', '−7')
    """
    if value.denominator == 1:
        text = f"{abs(value.numerator):,}"
    else:
        text = f"{abs(float(value)):,.{_DIGITS}f}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 else text


def analysis_lines(found: Analysis) -> list[str]:
    """Write a case's analysis as lines of text."""
    lines = [line for block in summary_blocks(found) for line in (*block, "")]
    return [found.case.title, *lines, "Pareto frontier:", *_frontier_lines(found)]


def summary_blocks(found: Analysis) -> list[list[str]]:
    """Write how much a case allows, then each point with its ties, as blocks of lines."""
    case = found.case
    limits = " and ".join(f"{utility(side.limit)} for {side.name}" for side in case.sides)
    head = [
        f"Possible agreements: {case.n_outcomes:,}. Pairs of utilities on the Pareto frontier: {len(found.pareto):,}.",
        f"Limits: {limits}.{_n_good(found)}",
        *case.notes,
    ]
    points = [[f"{title}:", *_point_lines(found, name)] for name, title in POINT_NAMES.items()]
    return [head, *points] if found.has_deal else [head]


def _n_good(found: Analysis) -> str:
    if not found.has_deal:
        return " No deal: no agreement suits both sides, so there is no point to choose."
    n_good = found.outcomes.n_suiting_both
    if n_good is None:
        return ""
    share = 100 * n_good / found.case.n_outcomes
    return f" {n_good:,} of the agreements ({share:.1f}%) suit{'s' if n_good == 1 else ''} both sides."


def _point_lines(found: Analysis, name: str) -> Iterator[str]:
    ties = found.points[name]
    for pair in islice(ties, MOST_TIES):
        yield f"  {_pair_in_words(found, pair)}: {package_in_words(found, pair)}"
    if len(ties) > MOST_TIES:
        yield f"  and {len(ties) - MOST_TIES:,} more pairs that tie; --json lists them all"


def _pair_in_words(found: Analysis, pair: Pair) -> str:
    return joined([f"{side.name} {utility(value)}" for side, value in zip(found.case.sides, pair, strict=True)])


def package_in_words(found: Analysis, pair: Pair) -> str:
    """One agreement that gives a pair of utilities, and whether there are others."""
    packages = list(islice(found.outcomes.packages(pair), 2))
    terms = "; ".join(
        f"{issue.name} {issue.options[number].name}"
        for issue, number in zip(found.case.issues, packages[0], strict=True)
    )
    return terms if len(packages) == 1 else f"{terms} (or others worth the same)"


def _frontier_lines(found: Analysis) -> Iterator[str]:
    names = [side.name for side in found.case.sides]
    rows = [[utility(value) for value in pair] for pair in found.pareto[:MOST_PAIRS]]
    yield from (f"  {line}" for line in aligned([names, *rows], left=()))
    if len(found.pareto) > MOST_PAIRS:
        yield f"  and {len(found.pareto) - MOST_PAIRS:,} more; --json lists them all"
