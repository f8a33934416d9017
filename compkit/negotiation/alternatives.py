"""What else the candidate could do: the best alternative (BATNA), the reservation value and the zone of agreement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from compkit.analysis.places import LocationAnalysis
from compkit.errors import OutOfRangeError
from compkit.model.offer import Offer
from compkit.negotiation.equal_pay import annuity, equal_pay_here, level_pay
from compkit.negotiation.limits import YEARS_OF_A_PACKAGE, offered_total
from compkit.negotiation.walk_away import NO_PRESENT_JOB, WalkAway
from compkit.offers.people import is_same_candidate
from compkit.pay.present_job import PRESENT_JOB
from compkit.reference.tables import Tables

STAYING, UNKNOWN_STATUS = "staying", "unknown"
_A_CENT = 0.01


@dataclass(frozen=True, slots=True)
class Alternative:
    """One thing that the candidate could do instead of taking an offer.

    Parameters
    ----------
    id : str
        The other offer's id, or `present-job`.
    status : str
        staying, written, verbal, in-process or unknown.
    weight : float
        With what part its pay counts [fraction]; the rest is the present job's.
    level_pay : float
        If it comes about: the pay of this offer, in even months and at its place, that is worth as much [USD a year].
    value : float or None
        The same, weighted by how certain it is; None where it is not certain and no current job is known to fall back
        on [USD a year].
    reason : str
        How it comes about.
    """

    id: str
    status: str
    weight: float
    level_pay: float
    value: float | None
    reason: str


@dataclass(frozen=True)
class Zopa:
    """Where both sides can agree, as the offer's level yearly pay [USD a year].

    Parameters
    ----------
    offered : float
        What is offered now.
    high : float
        The most that the employer's limits let it reach; infinite where nothing bounds them.
    reservation : float or None
        Below it the best alternative is better; None where there is no alternative.
    target : float or None
        The total that the candidate aims at, over four years [USD].
    aspired : float or None
        What the offer pays with that target, the rest of its pay included.
    """

    offered: float
    high: float
    reservation: float | None
    target: float | None = None
    aspired: float | None = None

    @property
    def low(self) -> float:
        """The lower end: the reservation value, or what is offered already if that is more."""
        return self.offered if self.reservation is None else max(self.reservation, self.offered)

    @property
    def is_empty(self) -> bool:
        """Whether even the most that the employer can give is worth less than the best alternative."""
        return self.reservation is not None and self.reservation > self.high

    @property
    def aspiration(self) -> float | None:
        """The target a year: base and a quarter each of grant and sign-on, nothing else."""
        return None if self.target is None else self.target / YEARS_OF_A_PACKAGE


@dataclass(frozen=True)
class Alternatives:
    """What the candidate of one offer could do instead.

    Parameters
    ----------
    analysis : LocationAnalysis
        The offer that is negotiated.
    others : tuple of LocationAnalysis
        Other offers to the same person, under the same assumptions. Expired ones and other tellings of the same job do
        not count.
    """

    analysis: LocationAnalysis
    others: tuple[LocationAnalysis, ...] = ()

    @cached_property
    def walk_away(self) -> WalkAway:
        """What the offer must pay at least, by itself."""
        return WalkAway(self.analysis)

    @cached_property
    def left_out(self) -> dict[str, str]:
        """Which of them do not count, by id, and why."""
        reasons = {other.evaluation.offer.id: self._why_left_out(other) for other in self.others}
        return {offer_id: reason for offer_id, reason in reasons.items() if reason}

    def _why_left_out(self, other: LocationAnalysis) -> str:
        mine, its = self.analysis.evaluation, other.evaluation
        if is_same_job(its.offer, mine.offer):
            return "the same job, told once more"
        if its.offer.has_expired(mine.report_date):
            return "its deadline has passed"
        return ""

    @cached_property
    def staying(self) -> Alternative | None:
        """Keeping the present job, with what leaving it would make due; None without one."""
        found = self.walk_away
        if found.cash_flow_here is None:
            return None
        weight, pay = certainty_weights(self.analysis.tables)[STAYING], found.cash_flow_here
        return Alternative(PRESENT_JOB, STAYING, weight, pay, weight * pay, found.basis_here)

    @cached_property
    def all(self) -> tuple[Alternative, ...]:
        """Staying, if there is a present job, and each other offer that counts, in their order."""
        counted = [other for other in self.others if other.evaluation.offer.id not in self.left_out]
        levels = [self._level_pay(other) for other in counted]
        here = equal_pay_here(levels, [other.own for other in counted], self.analysis)
        weights, fallback = certainty_weights(self.analysis.tables), self.staying
        else_what = (
            "; else your current job" if fallback else f"; what you earn otherwise isn't known: {NO_PRESENT_JOB}"
        )
        found = [fallback] if fallback else []
        for other, (pay, how) in zip(counted, here, strict=True):
            offer = other.evaluation.offer
            status = offer.status or UNKNOWN_STATUS
            weight = weights[status]
            value: float | None = weight * pay
            if weight < 1:
                value = weight * pay + (1 - weight) * fallback.level_pay if fallback else None
            found.append(Alternative(offer.id, status, weight, pay, value, how + (else_what if weight < 1 else "")))
        return tuple(found)

    def _level_pay(self, other: LocationAnalysis) -> float:
        """Return another offer's level pay at its own place, less what it alone makes due [USD a year]."""
        behind = other.evaluation.left_behind
        # What both make due on leaving the present job is due either way; a transfer makes nothing due.
        due = (behind.repayment_owed if behind else 0.0) - self.walk_away.repayment_owed
        due_a_year = due / annuity(other.evaluation.assumptions)
        # A transfer keeps the present job's stock; who leaves for another company loses it.
        kept = WalkAway(other).kept_equity - self.walk_away.kept_equity
        return max(0.0, level_pay(other.evaluation) - due_a_year + kept)

    @property
    def batna(self) -> Alternative | None:
        """The best of those whose value is known; None where there is none."""
        known = {one.value: one for one in reversed(self.all) if one.value is not None}
        return known[max(known)] if known else None

    @property
    def reservation(self) -> float | None:
        """The level yearly pay below which the best alternative is better [USD a year]; None where there is none."""
        return self.batna.value if self.batna else None

    @property
    def table(self) -> pd.DataFrame:
        """A row an alternative, the best first: id, status, weight, level_pay, value [USD a year], reason."""
        columns = ["id", "status", "weight", "level_pay", "value", "reason"]
        rows = [[getattr(alternative, name) for name in columns] for alternative in self.all]
        found = pd.DataFrame(rows, columns=columns).astype({"value": float})
        return found.sort_values("value", ascending=False, kind="stable", ignore_index=True)

    def zopa(self, largest_total: float, target: float | None = None) -> Zopa:
        """Return the zone of possible agreement.

        The employer's side ends at the largest package inside its limits: a band and a range of flexibility are an
        estimate of how far it can go, no promise.

        Parameters
        ----------
        largest_total : float
            The largest package: 4 x base + grant + both years' sign-on [USD]; infinite where nothing bounds it.
        target : float, optional
            The total that the candidate aims at, counted alike [USD].

        Raises
        ------
        OutOfRangeError
            If the largest total lies below what is offered, or the target is no amount.
        """
        evaluation = self.analysis.evaluation
        total, offered = offered_total(evaluation.offer), level_pay(evaluation)
        if not largest_total >= total - _A_CENT:
            raise OutOfRangeError("largest_total", f"be at least what is offered, {total:.2f}", largest_total)
        if target is not None and not (math.isfinite(target) and target >= 0):
            raise OutOfRangeError("target", "be an amount of 0 or more", target)
        high = offered + max(0.0, largest_total - total) / YEARS_OF_A_PACKAGE
        aspired = None if target is None else offered + (target - total) / YEARS_OF_A_PACKAGE
        return Zopa(offered, high, self.reservation, target, aspired)


def alternatives(analysis: LocationAnalysis, others: Sequence[LocationAnalysis] = ()) -> Alternatives:
    """Return what the candidate could do instead of taking an offer.

    Parameters
    ----------
    analysis : LocationAnalysis
        The offer that is negotiated.
    others : sequence of LocationAnalysis
        All that may count, under the same assumptions; the offer itself and other people's are taken out.
    """
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
    """Return whether two offers tell of one job, as before and after a round.

    Company, level and location are alike, and so are the teams, if the file names both.
    """

    def job(offer: Offer) -> tuple[str, str, str]:
        return offer.company.strip().casefold(), offer.level.strip().casefold(), offer.location

    teams = {offer.contact.team.strip().casefold() for offer in (one, other) if offer.contact.team}
    return job(one) == job(other) and len(teams) < 2


def certainty_weights(tables: Tables) -> dict[str, float]:
    """Return by status with what part an alternative counts [fraction].

    >>> from compkit.reference.tables import load_tables
    >>> certainty_weights(load_tables())["written"]
    1.0
    """
    rows = tables["certainty_weights"]
    return {str(status): float(weight) for status, weight in zip(rows["status"], rows["weight"], strict=True)}
