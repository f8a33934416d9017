"""Tables of a class's debrief, the same in the notebook and on its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

from compkit.report.show.blocks import Heading, Table, build_table
from compkit.report.show.text import UNKNOWN
from compkit.report.workshop.analysis_text import utility
from compkit.workshop import (
    MIN_FOR_Z,
    ROLES,
    ClassSummary,
    Debrief,
    EarlierClasses,
    PairResult,
    class_feelings,
    first_offers,
    summarize_class,
)

PAIR_NOTES = (
    "Without a deal, both sides have what their alternative is worth: their limit.",
    "Value created: both gains over the limits, as a share of the largest joint gain in a deal that suits both.",
    "Claimed: the candidate's and the recruiter's share of the joint gain, unless a side is below its limit.",
    "Left on the table: the most points both together could still gain without either losing any. On the frontier, 0.",
    "Efficiency: joint gain as a share of joint gain and points left, at least 0. Only on the frontier is it 100%.",
)


_ROLE_NAMES = dict(enumerate(ROLES)) | {None: "both"}


def _numbers(*headings: str) -> list[Heading]:
    return [(heading, "number") for heading in headings]


def class_pairs_table(found: Debrief) -> Table | None:
    """Tabulate what each pair reached; None if nobody played."""
    columns = [
        "Pair", *_numbers("Candidate's seat", "Recruiter's seat"), "Result",
        *_numbers("Candidate's points", "Recruiter's points", "Value created", "Claimed", "Efficiency",
                  "Left on the table"),
        "Below limit",
    ]  # fmt: skip
    rows = [_pair_row(one) for one in found.results]
    return build_table("What each pair reached", columns, rows) if rows else None


def _pair_row(one: PairResult) -> list[str]:
    # Rounded down, so that only a pair on the frontier has an efficiency of 100%.
    below = " and ".join(ROLES[side] for side in one.sides_below)
    return [
        str(one.agreement.pair), *map(str, one.agreement.seats), "deal" if one.is_deal else "no deal",
        *map(utility, one.points), _down(one.created), "" if one.claimed is None else _shares(one.claimed[0]),
        _down(one.efficiency), utility(one.left), below,
    ]  # fmt: skip


def _down(share: Fraction | None) -> str:
    return "" if share is None else f"{floor(100 * share)}%".replace("-", "−")


def _whole(share: Fraction) -> int:
    """Nearest whole percent."""
    return floor(100 * share + Fraction(1, 2))


def _shares(first: Fraction) -> str:
    return f"{_whole(first)}% / {100 - _whole(first)}%"


def role_ranks_table(found: Debrief, side: int) -> Table | None:
    """Rank a role, best first, and say why it has no z-scores; None if nobody played."""
    if not found.results:
        return None
    scores, ranks, n_seats = found.z_scores(side), found.ranks[side], len(found.results)
    rows = [
        [rank_text(ranks, at), str(one.agreement.seats[side]), utility(one.points[side]), utility(one.gains[side]),
         *([signed(scores[at])] if scores else [])]
        for at, one in sorted(enumerate(found.results), key=lambda each: ranks[each[0]])
    ]  # fmt: skip
    reason = "" if scores else f"No z-scores: they need {MIN_FOR_Z} seats in a role, and {n_seats} played."
    if n_seats >= MIN_FOR_Z and not scores:
        reason = "No z-scores: all have the same points."
    columns = ["Rank", *_numbers("Seat", "Points", "Gain over the limit", *(["z-score"] if scores else []))]
    tied = "Equal points share a rank. Seats without a deal count with their limit."
    return build_table(f"Ranks among {ROLES[side]}s", columns, rows, reason, tied)


def rank_text(ranks: Sequence[int], at: int) -> str:
    """Write a rank, and whether it is shared."""
    return f"{ranks[at]}, tied" if ranks.count(ranks[at]) > 1 else str(ranks[at])


def signed(value: float) -> str:
    """Format a number with its sign and two digits.

    >>> signed(0.618), signed(-1)
    ('+0.62', '−1.00')
    """
    return f"{value:+.2f}".replace("-", "−")


def signed_points(points: Fraction) -> str:
    """Format points with a sign.

    >>> signed_points(Fraction(5)), signed_points(Fraction(-5)), signed_points(Fraction(0))
    ('+5', '−5', '0')
    """
    return f"+{utility(points)}" if points > 0 else utility(points)


def first_offers_table(found: Debrief) -> Table | None:
    """First offers against results; None without any."""
    columns = [
        "Pair", "Side",
        *_numbers("Seat", "First offer, to itself", "First offer, to the other", "Result", "Result less first offer"),
    ]  # fmt: skip
    rows = [
        [str(one.pair), ROLES[one.side], str(one.seat), utility(one.own), utility(one.others), utility(one.result),
         signed_points(one.change)]
        for one in first_offers(found)
    ]  # fmt: skip
    note = "Points. Without a deal, the result is the limit. Below 0, the side gave way."
    return build_table("First offers and results", columns, rows, note) if rows else None


def second_agreements_table(found: Debrief) -> Table | None:
    """Second agreements against the first; None without any."""
    columns = [
        "Pair", *_numbers("Candidate's points", "Recruiter's points", "Candidate's gain", "Recruiter's gain",
                          "Still left on the table"),
    ]  # fmt: skip
    rows = [
        [str(one.after.agreement.pair), *map(utility, one.after.points), *map(signed_points, one.gains),
         utility(one.after.left)]
        for one in found.second
    ]  # fmt: skip
    note = "Gains are over the first agreement, or over the limit if there was none."
    return build_table("Second agreements", columns, rows, note) if rows else None


def answers_table(found: Debrief) -> Table | None:
    """Answers by role and question, with the points next to them; None without enough answers."""
    columns = [
        "Role", "Question", *_numbers("Answers", "Median", *map(str, range(1, 8)), "Points of 5 to 7",
                                      "Points of 1 to 4"),
    ]  # fmt: skip
    rows = [
        [_ROLE_NAMES[one.side], one.question, str(sum(one.counts)), utility(one.middle), *map(str, one.counts),
         *(UNKNOWN if points is None else utility(points) for points in (one.points_high, one.points_low))]
        for one in class_feelings(found)
    ]  # fmt: skip
    note = "1 is not at all, 7 very much. Points are medians; groups of fewer than 3 answers are not shown."
    return build_table("How it felt", columns, rows, note) if rows else None


def earlier_classes_table(found: Debrief, earlier: EarlierClasses | None) -> Table | None:
    """Compare with earlier classes of the same level; None without any."""
    if earlier is None or not earlier.summaries or not found.results:
        return None
    columns = [
        "Class", *_numbers("Pairs", "Agreed", "On the frontier", "Value created", "Efficiency", "Candidate's share"),
    ]  # fmt: skip
    named = [("This class", summarize_class(found))]
    named += [(f"Earlier class {number}", one) for number, one in enumerate(earlier.summaries, start=1)]
    rows = [list(_summary_row(name, one)) for name, one in named]
    note = "The last three are medians of the pairs. Earlier classes are in the order you gave them."
    return build_table("This class and earlier ones", columns, rows, note)


def _summary_row(name: str, one: ClassSummary) -> Iterator[str]:
    yield name
    yield str(one.n_pairs)
    yield from (_down(one.agreed), _down(one.efficient), _down(one.created) or UNKNOWN, _down(one.efficiency))
    yield UNKNOWN if one.claimed is None else f"{_whole(one.claimed)}%"
