"""The rule of a decision: from what each choice leaves a year, case by case, to who leads and how firmly.

Plain numbers in, one ruling out; nothing here knows offers, tax or words. Source: docs/how-the-figures-are-made.md#decision
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

BASE = "base"
STOCK_DOWN, LEAVING_SOON, STAYING_LONG = "stock down 50 %", "leaving after 12 months", "staying 4 years"
NO_BONUS, NO_REFRESHERS, SLOWEST_SCHEDULE = "no bonus", "no refreshers", "slowest schedule"
STRESSES = (STOCK_DOWN, LEAVING_SOON, STAYING_LONG, NO_BONUS, NO_REFRESHERS, SLOWEST_SCHEDULE)
"""What is tried, one at a time, in the order in which the first that flips the order is named."""

BAND_SHARE, LEAST_BAND = 0.03, 5_000.0
"""Choices closer than the larger of this share of the leader's pay and this amount a year [USD] are even."""
ROUNDING_TOLERANCE = 1e-6
"""Smaller differences are rounding errors [USD a year]."""

Status = Literal["written", "verbal", "in-process", "expired", "staying"]
State = Literal["alone", "unknown", "even", "clear", "leans"]


@dataclass(frozen=True, slots=True)
class MissingFact:
    """Something unknown about a choice, and the least and most it could leave.

    Parameters
    ----------
    fact : str
    low, high : float
        Of the choice, in the base case [USD a year].
    """

    fact: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the person can do.

    Parameters
    ----------
    id : str
    status : {"written", "verbal", "in-process", "expired", "staying"}
        verbal is any offer that nothing calls written.
    net : mapping of str to float
        What it leaves by case, `BASE` and any of `STRESSES` [USD a year]; a stress left out is as the base.
    is_out : bool
        Whether it breaks a must-have of the person.
    missing : tuple of MissingFact
    """

    id: str
    status: Status
    net: Mapping[str, float]
    is_out: bool = False
    missing: tuple[MissingFact, ...] = ()

    @property
    def is_ranked(self) -> bool:
        """Whether it can be chosen now."""
        return not self.is_out and self.status not in ("in-process", "expired")

    def at(self, case: str) -> float:
        """What it leaves in a case [USD a year]."""
        return self.net.get(case, self.net[BASE])


@dataclass(frozen=True, slots=True)
class Preference:
    """The job the person would rather have, and what that is worth to them [USD a year], if they said so."""

    id: str
    worth: float | None = None


@dataclass(frozen=True, slots=True)
class Flip:
    """A stress in which another choice leads, and by how much [USD a year]."""

    case: str
    leader: str
    by: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """Who leads on pay, and how firmly.

    Parameters
    ----------
    state : {"alone", "unknown", "even", "clear", "leans"}
        alone: fewer than two choices are ranked. unknown: a missing fact could change the leader. even: the second is
        within the band. clear: the leader is first in every case. leans: it is not in some.
    order : tuple of str
        Ids of the ranked choices, the most a year first; those that tie in the order given.
    margin, band : float or None
        The leader's lead over the second, and the width within which they are even [USD a year]; None if alone.
    flip : Flip or None
        The first stress in which another choice leads; only where the state is leans.
    preference_cost : float or None
        What choosing the preferred choice costs [USD a year]; None without one, or if it is not ranked.
    deciding_facts : tuple of (str, MissingFact)
        Choices and missing facts that could change the leader.
    """

    state: State
    order: tuple[str, ...]
    margin: float | None = None
    band: float | None = None
    flip: Flip | None = None
    preference_cost: float | None = None
    deciding_facts: tuple[tuple[str, MissingFact], ...] = field(default=())

    @property
    def leader(self) -> str | None:
        """Id of the choice that leads; None if there is nothing to compare, or it can't be said."""
        return None if self.state in ("alone", "unknown") else self.order[0]


def decide(choices: Sequence[Choice], preference: Preference | None = None) -> Ruling:
    """Rule on one person's choices.

    Parameters
    ----------
    choices : sequence of Choice
        With ids of their own; those that are pending, expired or out are not ranked.
    preference : Preference, optional
        It never changes the order.

    Examples
    --------
    >>> here, there = Choice("staying", "staying", {BASE: 150e3}), Choice("a", "written", {BASE: 168e3, NO_BONUS: 149e3})
    >>> found = decide([here, there], Preference("staying"))
    >>> found.state, found.order, found.margin, found.flip, found.preference_cost
    ('leans', ('a', 'staying'), 18000.0, Flip(case='no bonus', leader='staying', by=1000.0), 18000.0)
    """
    ranked = sorted((each for each in choices if each.is_ranked), key=lambda each: -each.at(BASE))
    order = tuple(each.id for each in ranked)
    if len(ranked) < 2:
        return Ruling("alone", order)
    first, second = ranked[:2]
    margin, band = first.at(BASE) - second.at(BASE), max(BAND_SHARE * first.at(BASE), LEAST_BAND)
    facts = tuple(_deciding_facts(ranked))
    flip = next(_flips(ranked), None)
    state: State = "unknown" if facts else "even" if margin <= band + ROUNDING_TOLERANCE else "leans" if flip else "clear"
    costs = [first.at(BASE) - each.at(BASE) for each in ranked if preference is not None and each.id == preference.id]
    return Ruling(state, order, margin, band, flip if state == "leans" else None, next(iter(costs), None), facts)


def _deciding_facts(ranked: Sequence[Choice]) -> Iterator[tuple[str, MissingFact]]:
    """Yield each missing fact that, at its low or high end, puts another choice first."""
    leader = ranked[0]
    for each in ranked:
        highest_other = max(other.at(BASE) for other in ranked if other is not each)
        for one in each.missing:
            loses = each is leader and min(one.low, one.high) < highest_other - ROUNDING_TOLERANCE
            gains = each is not leader and max(one.low, one.high) > highest_other + ROUNDING_TOLERANCE
            if loses or gains:
                yield each.id, one


def _flips(ranked: Sequence[Choice]) -> Iterator[Flip]:
    """Yield each stress in which the leader of the base case is not first; a tie counts as first."""
    for case in STRESSES:
        most = max(ranked, key=lambda each: each.at(case))
        by = most.at(case) - ranked[0].at(case)
        if by > ROUNDING_TOLERANCE:
            yield Flip(case, most.id, by)
