"""Points and limits of a generated case, by level; private, so all of it is drawn from the teacher's secret.

Each level has a law, which is checked on all outcomes; what breaks it is drawn again:

- In levels with a deal, between `DEAL_SHARE` of the outcomes suit both sides.
- distributive: both sides' points of an issue add up to the same for every option, so one's gain is the other's loss.
- logrolling: the sides care about different issues. Meeting in the middle everywhere gives only `MIDDLE_SHARE` of the
  largest joint gain.
- hidden-interests: on one issue both want the same, though nobody would expect it.
- no-deal: each limit can be reached, but never both.

The candidate's numbers are even and the recruiter's odd, apart from 0, so neither brief holds a number of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from compkit.workshop.draw import Draw

CaseLevel = Literal["distributive", "logrolling", "hidden-interests", "no-deal"]
LEVELS: tuple[CaseLevel, ...] = get_args(CaseLevel)
DEAL_SHARE = (0.05, 0.40)
"""Least and largest share of the outcomes that suit both sides."""
MIDDLE_SHARE = (0.40, 0.70)
"""Least and largest share of the largest joint gain that all middle options together give."""
TOTAL = 1_000
"""About the most points that a side can reach."""
_MAX_DRAWS = 10_000

IssuePoints = list[tuple[int, int]]
"""Points of each option for the candidate and the recruiter."""
_Sums = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Scores:
    """Private figures of a case.

    Parameters
    ----------
    points : list of list of pair of int
        By issue and option.
    limits : pair of int
    """

    points: list[IssuePoints]
    limits: tuple[int, int]


def draw_scores(draw: Draw, sizes: Sequence[int], level: CaseLevel) -> Scores:
    """Draw points and limits that keep a level's law.

    Parameters
    ----------
    draw : Draw
    sizes : sequence of int
        Number of options of each issue, odd, so that each has a middle one.
    level : str
    """
    for _ in range(_MAX_DRAWS):
        points = _POINTS[level](draw, sizes)
        first, second = (_all_sums([[pair[side] for pair in issue] for issue in points]) for side in (0, 1))
        limits = (_limits_out_of_reach if level == "no-deal" else _limits_within_reach)(draw, first, second)
        scores = Scores(points, limits)
        if _keeps_law(scores, level, first, second):
            return scores
    raise AssertionError(f"no case of level {level} in {_MAX_DRAWS} draws")


def _all_sums(columns: Sequence[Sequence[int]]) -> _Sums:
    """One side's points of every outcome."""
    sums = np.zeros(1, np.int64)
    for column in columns:
        sums = (sums[:, None] + np.array(column)[None, :]).ravel()
    return sums


# Points


def _rising(draw: Draw, n_options: int, top: int, bend: int) -> list[int]:
    """Points from 0 to `top`; the first steps are worth more, by `bend` percent of the top in the middle."""
    found = []
    for at in range(n_options):
        share = at / (n_options - 1)
        jitter = draw.between(-12, 12) / 1_000 if 0 < at < n_options - 1 else 0.0
        found.append(_even(top * (share + bend / 100 * 4 * share * (1 - share) + jitter)))
    return sorted(found)


def _even(value: float) -> int:
    return 2 * round(value / 2)


def _odd(value: int) -> int:
    return value and value + 1


def _split(draw: Draw, total: int, weights: Sequence[int]) -> list[int]:
    """Split points over the issues, about by weight."""
    drawn = [weight * draw.between(85, 115) for weight in weights]
    return [round(total * one / sum(drawn)) for one in drawn]


def _distributive(draw: Draw, sizes: Sequence[int]) -> list[IssuePoints]:
    tops = _split(draw, TOTAL, draw.shuffled([28, 22, 16, 12, 10, 7, 5][: len(sizes)]))
    found = []
    for size, top in zip(sizes, tops, strict=True):
        firsts = _rising(draw, size, top, draw.between(-5, 5))
        # What both add up to is drawn too: the other's points are not just the rest of one's own.
        own, both = 2 * draw.between(0, 6), 2 * draw.between(5, 12) + 1
        found.append([(value + own, _even(top) + both - value) for value in firsts])
    return found


def _opposed(draw: Draw, sizes: Sequence[int], bend: tuple[int, int], apart: int) -> list[IssuePoints]:
    """Opposed on every issue, with different weights: `apart` is how much more one's own issues count."""
    order = draw.shuffled(range(len(sizes)))
    third = len(sizes) // 2
    firsts, seconds = set(order[:third]), set(order[third : 2 * third])
    tops = [
        _split(draw, TOTAL, [apart if at in own else 10 if at in others else 20 for at in range(len(sizes))])
        for own, others in ((firsts, seconds), (seconds, firsts))
    ]
    return [
        list(
            zip(
                _rising(draw, size, tops[0][at], draw.between(*bend)),
                map(_odd, reversed(_rising(draw, size, tops[1][at], draw.between(*bend)))),
                strict=True,
            )
        )
        for at, size in enumerate(sizes)
    ]


def _logrolling(draw: Draw, sizes: Sequence[int]) -> list[IssuePoints]:
    return _opposed(draw, sizes, (12, 20), draw.between(30, 55))


def _hidden_interests(draw: Draw, sizes: Sequence[int]) -> list[IssuePoints]:
    """Mild logrolling, but on one of the last three issues, which are not pay, both want the same."""
    points = _opposed(draw, sizes, (0, 10), draw.between(30, 50))
    at = len(points) - 1 - draw.below(3)
    firsts, seconds = (sorted(pair[side] for pair in points[at]) for side in (0, 1))
    points[at] = list(zip(firsts, seconds, strict=True))
    if draw.below(2):
        points[at].reverse()
    return points


def _no_deal(draw: Draw, sizes: Sequence[int]) -> list[IssuePoints]:
    return _opposed(draw, sizes, (0, 8), draw.between(20, 40))


_POINTS: dict[CaseLevel, Callable[[Draw, Sequence[int]], list[IssuePoints]]] = {
    "distributive": _distributive,
    "logrolling": _logrolling,
    "hidden-interests": _hidden_interests,
    "no-deal": _no_deal,
}

# Limits


def _limits_within_reach(draw: Draw, first: _Sums, second: _Sums) -> tuple[int, int]:
    """Limits with a drawn share of outcomes at or above both."""
    own = np.sort(first)[len(first) * draw.between(25, 50) // 100]
    others = np.sort(second[first >= own])[::-1]
    return _up_to(0, own), _up_to(1, others[len(first) * draw.between(12, 32) // 100])


def _limits_out_of_reach(draw: Draw, first: _Sums, second: _Sums) -> tuple[int, int]:
    """Limits about as high for either side, of which the second is a little above what the first leaves."""
    own = _up_to(0, first.max() * draw.between(64, 76) // 100)
    return own, _up_to(1, second[first >= own].max() + draw.between(5, 40))


def _up_to(remainder: int, value: np.int64) -> int:
    """Even (0) or odd (1) number at or next above a value."""
    return int(value) + (int(value) - remainder) % 2


# Laws


def _keeps_law(scores: Scores, level: CaseLevel, first: _Sums, second: _Sums) -> bool:
    low_a, low_b = scores.limits
    is_good = (first >= low_a) & (second >= low_b)
    if level == "no-deal":
        return not is_good.any() and low_b <= second.max()
    if not DEAL_SHARE[0] <= is_good.mean() <= DEAL_SHARE[1]:
        return False
    if level != "logrolling":
        return True
    joint = first + second - low_a - low_b
    best = int(joint.argmax())
    middle = sum(sum(issue[len(issue) // 2]) for issue in scores.points) - low_a - low_b
    return bool(is_good[best]) and MIDDLE_SHARE[0] <= middle / joint[best] <= MIDDLE_SHARE[1]
