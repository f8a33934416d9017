"""How a class felt about its negotiation: answers to four questions, by role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

from compkit.workshop.debrief import Debrief
from compkit.workshop.forms import ANSWER_RANGE, QUESTIONS

MIN_ANSWERS = 3
"""Fewest answers of a group that are shown to the class."""


@dataclass(frozen=True, slots=True)
class Feeling:
    """How a role, or the class, answered one question.

    Parameters
    ----------
    side : {0, 1} or None
        None for both together.
    question : str
    counts : tuple of int
        Number of answers 1 to 7.
    middle : Fraction
        Median answer.
    points_high, points_low : Fraction or None
        Median points of those who answered 5 to 7, and 1 to 4; None for fewer than `MIN_ANSWERS`.
    """

    side: int | None
    question: str
    counts: tuple[int, ...]
    middle: Fraction
    points_high: Fraction | None
    points_low: Fraction | None


def class_feelings(found: Debrief) -> list[Feeling]:
    """Answers of both roles, then by role and question; groups of fewer than `MIN_ANSWERS` are left out.

    Both are left out too if a role is: the difference would show what that role answered.
    """
    by_role = [_of_role(found, side) for side in (0, 1)]
    both = [
        Feeling(None, question, counts, _median_answer(counts), None, None)
        for question in QUESTIONS
        if all(question in role for role in by_role)
        for counts in [tuple(map(sum, zip(*(role[question].counts for role in by_role), strict=True)))]
    ]
    return [*both, *(one for role in by_role for one in role.values())]


def _of_role(found: Debrief, side: int) -> dict[str, Feeling]:
    """Answers of a role by question."""
    low, high = ANSWER_RANGE
    points = {one.agreement.seats[side]: one.points[side] for one in found.results}
    listed = {}
    for question in QUESTIONS:
        given = {
            seat: answers[question]
            for seat, answers in found.played.answers.items()
            if seat in points and question in answers
        }
        if len(given) < MIN_ANSWERS:
            continue
        counts = tuple(list(given.values()).count(answer) for answer in range(low, high + 1))
        upper = [points[seat] for seat, answer in given.items() if 2 * answer > low + high]
        lower = [points[seat] for seat, answer in given.items() if 2 * answer <= low + high]
        listed[question] = Feeling(side, question, counts, _median_answer(counts), _middle(upper), _middle(lower))
    return listed


def _median_answer(counts: Sequence[int]) -> Fraction:
    return median(Fraction(answer) for answer, n in enumerate(counts, start=ANSWER_RANGE[0]) for _ in range(n))


def _middle(points: list[Fraction]) -> Fraction | None:
    return median(points) if len(points) >= MIN_ANSWERS else None
