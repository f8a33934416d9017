"""The best alternative (BATNA), the reservation value and the zone of possible agreement (ZOPA)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import cached_property

import pandas as pd

from compkit.analysis import LocationAnalysis
from compkit.errors import OutOfRangeError
from compkit.model import Offer
from compkit.negotiation.equal_pay import annuity, equal_pay_here, household_with, level_pay
from compkit.negotiation.limits import YEARS_OF_A_PACKAGE, offered_total
from compkit.negotiation.walk_away import WalkAway
from compkit.offers import is_same_candidate, superseded_ids
from compkit.pay import PRESENT_JOB
from compkit.place import HomeCosts, Living
from compkit.tax import Finances

STAYING, WRITTEN, UNKNOWN_STATUS = "staying", "written", "unknown"
_WHY_NOT_COUNTED = {
    "verbal": "not in writing yet, so it sets no stop line",
    "in-process": "still in process, so it sets no stop line",
    UNKNOWN_STATUS: "its status isn't entered, so it sets no stop line",
}
_A_CENT = 0.01


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing the candidate could do instead of taking an offer.

    Parameters
    ----------
    id : str
        The other offer's id, or `present-job`.
    status : str
        staying, written, verbal, in-process or unknown.
    level_pay : float
        Its level pay, converted to this offer's place [USD a year].
    preference : float
        What the candidate said having it rather than this offer is worth, as pay before tax in this offer's place
        [USD a year]; below 0 the other way round.
    value : float or None
        Both together [USD a year]; None if it is neither written nor staying.
    reason : str
        How the level pay comes about.
    """

    id: str
    status: str
    level_pay: float
    preference: float
    value: float | None
    reason: str


@dataclass(frozen=True)
class Zopa:
    """The zone of possible agreement, as the offer's level pay [USD a year].

    Parameters
    ----------
    offered : float
    high : float
        The most that the limits allow.
    reservation : float or None
        Below it the best alternative is better; None without an alternative.
    target : float or None
        The candidate's target total over four years [USD].
    aspired : float or None
        The offer's level pay at the target.
    """

    offered: float
    high: float
    reservation: float | None
    target: float | None = None
    aspired: float | None = None

    @property
    def low(self) -> float:
        """The lower end: the reservation value, or the pay as offered if that is higher."""
        return self.offered if self.reservation is None else max(self.reservation, self.offered)

    @property
    def is_empty(self) -> bool:
        """Whether even the most that the employer can give is worth less than the best alternative."""
        return self.reservation is not None and self.reservation > self.high

    @property
    def aspiration(self) -> float | None:
        """The target a year: base salary and a quarter each of the grant and the sign-ons, nothing else."""
        return None if self.target is None else self.target / YEARS_OF_A_PACKAGE


@dataclass(frozen=True)
class Alternatives:
    """What the candidate could do instead of taking one offer.

    Parameters
    ----------
    analysis : LocationAnalysis
        The offer under negotiation.
    others : tuple of LocationAnalysis
        The same person's other offers, under the same assumptions.
    """

    analysis: LocationAnalysis
    others: tuple[LocationAnalysis, ...] = ()

    @cached_property
    def walk_away(self) -> WalkAway:
        """The offer's own walk-away."""
        return WalkAway(self.analysis)

    @cached_property
    def left_out(self) -> dict[str, str]:
        """Ids of the offers that do not count, with the reason."""
        reasons = {other.evaluation.offer.id: self._why_left_out(other) for other in self.others}
        return {offer_id: reason for offer_id, reason in reasons.items() if reason}

    def _why_left_out(self, other: LocationAnalysis) -> str:
        mine, its = self.analysis.evaluation, other.evaluation
        if is_same_job(its.offer, mine.offer) or its.offer.supersedes == mine.offer.id:
            return "the same job, told once more"
        if its.offer.id in self._earlier_rounds:
            return "an earlier round of the same job"
        if its.offer.has_expired(mine.report_date):
            return "its deadline has passed"
        return ""

    @cached_property
    def _earlier_rounds(self) -> set[str]:
        return superseded_ids([one.evaluation.entry for one in (self.analysis, *self.others)])

    def preference_for(self, alternative_id: str) -> float:
        """Worth of having an alternative rather than this offer, after tax as the file says [USD a year]; else 0."""
        told, own = self.analysis.evaluation.candidate.decision, self.analysis.evaluation.offer.id
        worth = told.preferred_worth or 0.0
        chosen = PRESENT_JOB if told.preferred == STAYING else told.preferred
        return worth if chosen == alternative_id else -worth if chosen == own else 0.0

    @cached_property
    def staying(self) -> Alternative | None:
        """Keeping the current job; None without one."""
        found = self.walk_away
        if found.cash_flow is None or found.cash_flow_here is None:
            return None
        here = (found.cash_flow_here, found.basis_here)
        named = [(PRESENT_JOB, STAYING)]
        costs = [self.analysis.home_costs]
        return self._alternatives(named, [found.cash_flow], [found.home], [found.households[0]], costs, [here])[0]

    @cached_property
    def all(self) -> tuple[Alternative, ...]:
        """Staying, if there is a current job, and each other offer that counts, in file order."""
        counted = [other for other in self.others if other.evaluation.offer.id not in self.left_out]
        offers = [other.evaluation.offer for other in counted]
        pays, livings = [self._level_pay(other) for other in counted], [other.own for other in counted]
        households, costs = [household_with(other) for other in counted], [other.home_costs for other in counted]
        here = equal_pay_here(pays, livings, self.analysis, households=households, costs=costs)
        named = [(offer.id, offer.status or UNKNOWN_STATUS) for offer in offers]
        found = self._alternatives(named, pays, livings, households, costs, here)
        return (self.staying, *found) if self.staying else tuple(found)

    def _alternatives(
        self,
        named: Sequence[tuple[str, str]],
        pays: Sequence[float],
        livings: Sequence[Living | None],
        households: Sequence[Finances | None],
        costs: Sequence[HomeCosts],
        here: Sequence[tuple[float, str]],
    ) -> list[Alternative]:
        """Alternatives by id and status, from their pay there, where it is earned, and equal pay here."""
        more = [self.preference_for(name) for name, _ in named]
        values = equal_pay_here(pays, livings, self.analysis, more, households, costs) if any(more) else here
        found = []
        for (name, status), (pay, how), (value, _) in zip(named, here, values, strict=True):
            why = _WHY_NOT_COUNTED.get(status)
            known = None if why else max(0.0, value)
            found.append(Alternative(name, status, pay, value - pay, known, f"{how}; {why}" if why else how))
        return found

    def _level_pay(self, other: LocationAnalysis) -> float:
        """Another offer's level pay in its own place, less what it alone makes due [USD a year]."""
        # Level pay counts expected refreshers, in this offer and in the other one; leverage counts neither
        # (`leverage.promised_total`).
        behind = other.evaluation.left_behind
        # A repayment that both offers cause is due either way; a transfer causes none.
        due = (behind.repayment_owed if behind else 0.0) - self.walk_away.repayment_owed
        due_a_year = due / annuity(other.evaluation.assumptions)
        # A transfer keeps the current job's stock; leaving for another company forfeits it.
        kept = WalkAway(other).kept_equity - self.walk_away.kept_equity
        return max(0.0, level_pay(other.evaluation) - due_a_year + kept)

    @property
    def batna(self) -> Alternative | None:
        """The most valuable alternative; None if none has a known value."""
        known = {one.value: one for one in reversed(self.all) if one.value is not None}
        return known[max(known)] if known else None

    @property
    def reservation(self) -> float | None:
        """The level pay below which the best alternative is better [USD a year]; None without one."""
        return self.batna.value if self.batna else None

    @property
    def table(self) -> pd.DataFrame:
        """The alternatives, best first: id, status, level_pay, preference, value [USD a year], reason."""
        columns = [field.name for field in fields(Alternative)]
        found = pd.DataFrame(map(astuple, self.all), columns=columns).astype({"value": float})
        return found.sort_values("value", ascending=False, kind="stable", ignore_index=True)

    def zopa(self, largest_total: float, target: float | None = None) -> Zopa:
        """Build the zone of possible agreement.

        The employer's side ends at the largest package inside the limits, which are estimates, not promises.

        Parameters
        ----------
        largest_total : float
            The largest package: 4 x base + grant + both sign-ons [USD].
        target : float, optional
            The candidate's target total, counted the same way [USD].

        Raises
        ------
        OutOfRangeError
            If the largest total is below the offer, or the target is negative or not finite.
        """
        evaluation = self.analysis.evaluation
        total, offered = offered_total(evaluation.offer), level_pay(evaluation)
        if not largest_total >= total - _A_CENT:
            raise OutOfRangeError("largest_total", f"be at least what is offered, {total:.2f}", largest_total)
        if target is not None and not (math.isfinite(target) and target >= 0):
            raise OutOfRangeError("target", "be an amount of 0 or more", target)
        # The zone is in level pay because the reservation value is, and so that growth that is only assumed can't
        # widen it. It differs from the yearly averages if cash is discounted.
        high = offered + max(0.0, largest_total - total) / YEARS_OF_A_PACKAGE
        aspired = None if target is None else offered + (target - total) / YEARS_OF_A_PACKAGE
        return Zopa(offered, high, self.reservation, target, aspired)


def alternatives(analysis: LocationAnalysis, others: Sequence[LocationAnalysis] = ()) -> Alternatives:
    """Find the alternatives to an offer; `others` may hold the offer itself and other people's, which are ignored."""
    mine = analysis.evaluation
    return Alternatives(
        analysis,
        tuple(
            other
            for other in others
            if other.evaluation.offer.id != mine.offer.id and is_same_candidate(other.evaluation.entry, mine.entry)
        ),
    )


def is_same_job(one: Offer, other: Offer) -> bool:
    """Whether two offers describe one job: same company, level, location and, if the file names both, team."""

    def job(offer: Offer) -> tuple[str, str, str]:
        return offer.company.strip().casefold(), offer.level.strip().casefold(), offer.location

    teams = {offer.contact.team.strip().casefold() for offer in (one, other) if offer.contact.team}
    return job(one) == job(other) and len(teams) < 2
