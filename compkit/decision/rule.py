"""The rule of a decision: from what each choice leaves a year, case by case, to who leads and how firmly.

Plain numbers in, one ruling out; nothing here knows offers, tax or words.
Source: docs/how-the-figures-are-made.md#decision
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

BASE = "base"
STOCK_DOWN, LEAVING_SOON, STAYING_LONG = "stock down 50%", "leaving after 12 months", "staying 4 years"
NO_BONUS, NO_REFRESHERS, SLOWEST_SCHEDULE = "no bonus", "no refreshers", "slowest schedule"
STRESSES = (STOCK_DOWN, LEAVING_SOON, STAYING_LONG, NO_BONUS, NO_REFRESHERS, SLOWEST_SCHEDULE)
"""What is tried, one at a time, in the order in which the first that flips the order is named."""

BAND_SHARE, LEAST_BAND = 0.03, 5_000.0
"""Choices closer than the larger of this share of the leader's pay and this amount a year [USD] are even."""
ROUNDING_TOLERANCE, _DECIMALS = 1e-6, 6
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
        """Amount left in a case [USD a year]."""
        return self.net.get(case, self.net[BASE])


@dataclass(frozen=True, slots=True)
class Preference:
    """The job the person would rather have, and what that is worth to them [USD a year], if they said so."""

    id: str
    worth: float | None = None


@dataclass(frozen=True, slots=True)
class CaseLead:
    """Who leads in a case, and by how much [USD a year]."""

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
    flip : CaseLead or None
        The first stress in which another choice leads, and by how much over this leader; only where the state is
        leans. A tie is no flip.
    preference_cost : float or None
        What choosing the preferred choice costs [USD a year]; None without one, or if it is not ranked.
    deciding_facts : tuple of (str, MissingFact)
        Choices and missing facts that could change the leader.
    """

    state: State
    order: tuple[str, ...]
    margin: float | None = None
    band: float | None = None
    flip: CaseLead | None = None
    preference_cost: float | None = None
    deciding_facts: tuple[tuple[str, MissingFact], ...] = ()

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
    >>> offer = Choice("a", "written", {BASE: 168_000.0, NO_BONUS: 149_000.0})
    >>> found = decide([Choice("staying", "staying", {BASE: 150_000.0}), offer], Preference("staying"))
    >>> found.state, found.order, found.margin, found.flip, found.preference_cost
    ('leans', ('a', 'staying'), 18000.0, CaseLead(case='no bonus', leader='staying', by=1000.0), 18000.0)
    """
    ranked = _order_in(BASE, choices)
    order = tuple(each.id for each in ranked)
    wanted = next((each for each in ranked if preference is not None and each.id == preference.id), None)
    cost = None if wanted is None else ranked[0].at(BASE) - wanted.at(BASE)
    if len(ranked) < 2:
        return Ruling("alone", order, preference_cost=cost)
    first, second = ranked[:2]
    margin, band = first.at(BASE) - second.at(BASE), max(BAND_SHARE * first.at(BASE), LEAST_BAND)
    facts = tuple(_deciding_facts(ranked))
    flip = next(_flips(first, choices), None)
    is_even = margin <= band + ROUNDING_TOLERANCE
    state: State = "unknown" if facts else "even" if is_even else "leans" if flip else "clear"
    return Ruling(state, order, margin, band, flip if state == "leans" else None, cost, facts)


def _order_in(case: str, choices: Sequence[Choice], leader: Choice | None = None) -> list[Choice]:
    """List the ranked choices, the most in a case first; of those that tie the leader, then in the order given."""
    ranked = [each for each in choices if each.is_ranked]
    return sorted(ranked, key=lambda each: (-round(each.at(case), _DECIMALS), each is not leader))


def _flips(leader: Choice, choices: Sequence[Choice]) -> Iterator[CaseLead]:
    """Yield each stress in which the leader of the base case is not first."""
    for case in STRESSES:
        most = _order_in(case, choices, leader)[0]
        if most is not leader:
            yield CaseLead(case, most.id, most.at(case) - leader.at(case))


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


def case_leads(choices: Sequence[Choice]) -> tuple[CaseLead, ...]:
    """Leader, and lead over the next, in the base case and each stress that applies; empty with fewer than two.

    A leader of the base case that ties in a stress leads there too.
    """
    ranked = _order_in(BASE, choices)
    tried = [case for case in (BASE, *STRESSES) if any(case in each.net for each in ranked)]
    found = []
    for case in tried if len(ranked) > 1 else ():
        first, second = _order_in(case, choices, ranked[0])[:2]
        found.append(CaseLead(case, first.id, first.at(case) - second.at(case)))
    return tuple(found)
