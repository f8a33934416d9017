"""The least a move must pay: the guide's sum, and the level pay that is worth as much as staying."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import pandas as pd

from compkit.analysis import Evaluation, LocationAnalysis, kept_stock
from compkit.negotiation.equal_pay import annuity, equal_pay_here, household_with
from compkit.pay import FLAT, present_job_terms, valuation
from compkit.place import Living
from compkit.prices import Crossing, crossing, growth_curve
from compkit.tax import Finances, finances_of_pay

COST_OF_LIVING, RISK, GROWTH = PARTS = ("cost_of_living_adjustment", "risk_premium", "growth_value")
"""What the guide adds to the current total."""
HOME_DEDUCTIONS, SPOUSE_WAGES = HOUSEHOLD_PARTS = ("home_deductions", "spouse_wages")
"""What the household adds to it if the move changes them."""

NO_PRESENT_JOB = "enter your current job under candidate.current, its salary at least"
_CHANGES = {
    HOME_DEDUCTIONS: "moving ends the deductions of your home: pay that makes up for it, after tax",
    SPOUSE_WAGES: "your spouse's wages change with this offer: pay that makes up for it, after tax",
}
_NOT_PRICED = {
    RISK: "left out: the chances already show the risk of a move",
    GROWTH: "left out: room to grow is a reason to ask for less, not for more",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the guide's walk-away.

    Parameters
    ----------
    name : str
        One of `PARTS` or `HOUSEHOLD_PARTS`.
    amount : float or None
        [USD a year]; negative if living is cheaper there, None if unknown.
    is_given : bool
        Whether the file states it.
    reason : str
        How the amount comes about.
    """

    name: str
    amount: float | None
    is_given: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One cause of the difference between the guide's and the cash-flow walk-away.

    Parameters
    ----------
    name : str
        equity, timing, repayment, kept, place, or one of `PARTS` or `HOUSEHOLD_PARTS`.
    amount : float
        How much it raises the guide's [USD a year].
    reason : str
    """

    name: str
    amount: float
    reason: str


@dataclass(frozen=True)
class WalkAway:
    """The least that one offer must pay so that moving is not worse than staying."""

    analysis: LocationAnalysis

    @property
    def evaluation(self) -> Evaluation:
        """The offer's evaluation."""
        return self.analysis.evaluation

    @property
    def home(self) -> Living | None:
        """Where the candidate lives and works now; None if candidate.residence is not given."""
        residence = self.evaluation.candidate.residence
        return Living(residence, residence) if residence else None

    @property
    def current_total(self) -> float | None:
        """A year's pay in the current job [USD]; None without one."""
        return self.evaluation.current_total

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What the guide adds, each part as given or computed."""
        given = self.evaluation.candidate.walk_away
        found = []
        for name in PARTS:
            amount: float | None = getattr(given, name)
            if amount is not None:
                found.append(Part(name, amount, is_given=True, reason="as you entered it"))
            elif name == COST_OF_LIVING:
                found.append(self._cost_of_living())
            else:
                found.append(Part(name, 0.0, is_given=False, reason=_NOT_PRICED[name]))
        pairs = zip(HOUSEHOLD_PARTS, pairwise(self.households), strict=True)
        found += [self._household_part(name) for name, (before, after) in pairs if before != after]
        return tuple(found)

    @property
    def households(self) -> tuple[Finances | None, ...]:
        """The rest of the household with the current job; then where the offer is lived; then with the offer, too.

        What changes from each to the next is the part of `HOUSEHOLD_PARTS` at its position.
        """
        candidate = self.evaluation.candidate
        moved = finances_of_pay(candidate, residence=self.analysis.own.residence)
        return finances_of_pay(candidate), moved, household_with(self.analysis)

    def _household_part(self, name: str) -> Part:
        total = self.current_total
        if total is None:
            return Part(name, None, is_given=False, reason=NO_PRESENT_JOB)
        return Part(name, _change(name, self.each_here(total)), is_given=False, reason=_CHANGES[name])

    def each_here(self, amount: float) -> list[tuple[float, str]]:
        """Equal pay here for pay in the current job, with each of `households`, and how it comes about [USD a year]."""
        n_tried = len(self.households)
        return equal_pay_here([amount] * n_tried, [self.home] * n_tried, self.analysis, households=self.households)

    def _cost_of_living(self) -> Part:
        total = self.current_total
        if total is None:
            return Part(COST_OF_LIVING, None, is_given=False, reason=NO_PRESENT_JOB)
        here, how = equal_pay_here([total], [self.home], self.analysis)[0]
        return Part(COST_OF_LIVING, here - total, is_given=False, reason=how)

    @cached_property
    def amount(self) -> float | None:
        """The guide's walk-away: the current total plus the parts [USD a year]; None without a current job."""
        if self.current_total is None:
            return None
        return self.current_total + sum(part.amount or 0.0 for part in self.parts)

    @property
    def average(self) -> float:
        """The offer's yearly average without stock that can't be sold [USD]."""
        return self.evaluation.summary["average"]

    @property
    def paper(self) -> float:
        """Stock a year that can't be sold [USD]."""
        return self.evaluation.with_paper.summary["paper_average"]

    @property
    def gap(self) -> float | None:
        """How far the offer's average is above the guide's walk-away [USD a year]."""
        return None if self.amount is None else self.average - self.amount

    @cached_property
    def required_growth(self) -> Crossing | None:
        """The share price growth at which the offer's average reaches the guide's walk-away."""
        if self.amount is None:
            return None
        given = self.evaluation.assumptions
        curve = growth_curve(self.evaluation.pay, 0, given.n_years, given.growth.convention)
        return crossing(curve.minus(self.amount * given.n_years))

    @property
    def annuity(self) -> float:
        """Present value of one dollar a year over the horizon."""
        return annuity(self.evaluation.assumptions)

    @property
    def staying_value(self) -> float | None:
        """Present value of staying [USD]."""
        job = self.evaluation.present_job
        return None if job is None else float(job.summary["present_value"].iloc[0])

    @property
    def repayment_owed(self) -> float:
        """What the candidate owes the current employer on leaving [USD]."""
        behind = self.evaluation.left_behind
        return behind.repayment_owed if behind else 0.0

    @cached_property
    def kept_equity(self) -> float:
        """Current stock that an internal transfer keeps, as level pay [USD a year]; otherwise 0.

        It comes with the offer and with staying, so it counts on neither side.
        """
        return kept_stock(self.evaluation) / self.annuity

    @cached_property
    def cash_flow(self) -> float | None:
        """The cash-flow walk-away: level pay worth as much as staying and what is owed on leaving [USD a year].

        In the prices and taxes of the current home; None without a current job.
        """
        value = self.staying_value
        return None if value is None else (value + self.repayment_owed) / self.annuity - self.kept_equity

    @cached_property
    def _here(self) -> list[tuple[float, str]] | None:
        """`each_here` of `cash_flow`."""
        return None if self.cash_flow is None else self.each_here(self.cash_flow)

    @property
    def basis_here(self) -> str:
        """How `cash_flow_here` comes about; empty without one."""
        return self._here[0][1] if self._here else ""

    @property
    def cash_flow_here(self) -> float | None:
        """`cash_flow` converted to equal pay in the offer's place [USD a year]."""
        return self._here[0][0] if self._here else None

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Why the guide's walk-away differs from `cash_flow`; the amounts sum to the difference."""
        job, total = self.evaluation.candidate.current, self.current_total
        if job is None or total is None or self.cash_flow is None or self.staying_value is None:
            return ()
        n_years = self.evaluation.assumptions.n_years
        flat = replace(self.evaluation.assumptions, growth=FLAT, discount_rate=0.0)
        stayed = valuation(present_job_terms(job, self.evaluation.offer.start_date), flat)
        average = float(stayed.summary["average"].iloc[0])
        lines = [
            Difference("equity", total - average,
                       f"one year's vests of the current job less its average of {n_years}"),
            Difference("timing", average - self.staying_value / self.annuity,
                       "the discount on later cash, while shares count at today's price"),
            Difference("repayment", 0.0 - self.repayment_owed / self.annuity,
                       "what leaving makes due, spread over the years"),
            *(Difference(part.name, part.amount or 0.0, part.reason) for part in self.parts),
        ]  # fmt: skip
        if self.kept_equity:
            lines.append(Difference("kept", self.kept_equity, "stock that a transfer keeps, counted on neither side"))
        return tuple(lines)

    @cached_property
    def differences_here(self) -> tuple[Difference, ...]:
        """Why it differs from `cash_flow_here`: `differences`, and one for tax and prices in the offer's place."""
        if self.cash_flow is None or self._here is None:
            return ()
        here = self._here
        alike, how = here[-1]
        lines = [
            replace(line, amount=line.amount - _change(line.name, here)) if line.name in HOUSEHOLD_PARTS else line
            for line in self.differences
        ]
        return (*lines, Difference("place", self.cash_flow - alike, how))

    @property
    def notes(self) -> tuple[str, ...]:
        """What is assumed, or left out on both sides."""
        notes = []
        offer = self.evaluation.offer
        if self.current_total is None:
            notes.append(f"No walk-away number: {NO_PRESENT_JOB}.")
        elif offer.candidate_type == "internal":
            notes.append("A transfer keeps the current job's vests: they count neither in staying nor in the offer, "
                         "so the offer's equity should not list them.")  # fmt: skip
        if offer.start_date is None and self.current_total is not None:
            notes.append("No start date: the current job's vests and bonus fall as if from today.")
        return tuple(notes)

    @property
    def table(self) -> pd.DataFrame:
        """The guide's sum by line: name, amount [USD a year], is_given, reason."""
        rows = [("current_total", self.current_total, self.current_total is not None, "your current job's year")]
        rows += [(part.name, part.amount, part.is_given, part.reason) for part in self.parts]
        rows.append(("walk_away", self.amount, False, NO_PRESENT_JOB if self.amount is None else "the sum"))
        return pd.DataFrame(rows, columns=["name", "amount", "is_given", "reason"])


def _change(name: str, here: list[tuple[float, str]]) -> float:
    """Return what a part adds, from equal pay with each of `WalkAway.households` [USD a year]."""
    position = HOUSEHOLD_PARTS.index(name)
    return here[position][0] - here[position + 1][0]
