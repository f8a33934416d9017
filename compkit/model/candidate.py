"""The candidate, their current job, and the parts of their walk-away number."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compkit.model.fields import Amount, CalendarDate, Identifier, Listed, OneOf, Text, TypedInput
from compkit.model.household import HouseholdFacts
from compkit.periods import MAX_YEARS

FilingStatus = Literal["single", "married_joint", "head_of_household"]


class DatedVest(TypedInput):
    """Shares of the current employer that vest on a day."""

    on: CalendarDate
    """The day."""
    value: Amount
    """Value of the vest at today's price [USD]."""


class CurrentJob(TypedInput):
    """Pay of the current job and the cost of leaving it, in USD."""

    base_salary: Amount
    """Salary a year."""
    location: Annotated[str, OneOf("residences")] | None = None
    """Where the candidate lives and works now; with an offer elsewhere, the year of the start is that of a move."""
    annual_bonus: Amount = 0.0
    """Bonus a year."""
    annual_equity: Amount | None = None
    """Value of the shares that vest in a year, at today's price."""
    unvested_equity: Amount | None = None
    """Value of all unvested shares, at today's price."""
    vests: Listed[DatedVest] | None = None
    """The coming vests one by one, instead of annual_equity and unvested_equity."""
    next_bonus_on: CalendarDate | None = None
    """The day the next bonus is paid."""
    repayment_owed: Amount = 0.0
    """Sign-on, relocation, or tuition to repay on leaving."""

    @model_validator(mode="after")
    def _has_one_form_of_equity(self) -> CurrentJob:
        if self.vests is not None and (self.annual_equity is not None or self.unvested_equity is not None):
            raise ValueError("has vests as well as annual_equity or unvested_equity. Remove one or the other.")
        return self


class WalkAwayParts(TypedInput):
    """Amounts added to current pay to get the walk-away number [USD a year]; those left out are computed."""

    cost_of_living_adjustment: Amount | None = None
    """Extra cost of living."""
    risk_premium: Amount | None = None
    """Price of the risk of moving."""
    growth_value: Amount | None = None
    """Value of the chance to grow, as the guide defines it."""


class DecisionTerms(TypedInput):
    """What the person says about the decision itself; none of it changes what a choice pays."""

    stay_years: Annotated[int, Field(ge=1, le=MAX_YEARS)] = 2
    """How long they expect to stay in the job they choose [years]."""
    preferred: Identifier | None = None
    """The job they would rather have: an offer's id, or staying."""
    preferred_worth: Amount | None = None
    """What having it is worth to them, after tax [USD a year]."""
    out: Listed[Identifier] = ()
    """Choices that break a must-have of theirs, by id."""

    @model_validator(mode="after")
    def _worth_is_of_something(self) -> DecisionTerms:
        if self.preferred_worth is not None and self.preferred is None:
            raise ValueError("has preferred_worth but no preferred. Add preferred, or remove preferred_worth.")
        return self


class Reference(TypedInput):
    """Someone who speaks for the candidate."""

    name: Text
    """The name."""
    role: Annotated[str, OneOf("reference_roles")]
    """What they were to the candidate."""
    covers: Listed[Annotated[str, OneOf("reference_topics")]] = ()
    """What they can speak to; if left out, what people in that role usually can."""
    contact: Text | None = None
    """How they are reached."""
    asked: bool = False
    """Whether they have agreed."""
    away_until: CalendarDate | None = None
    """The last day on which they can't be reached."""


class Candidate(TypedInput):
    """The person who decides."""

    name: Text | None = None
    """Name for letters."""
    filing_status: FilingStatus = "single"
    """Federal filing status."""
    residence: Annotated[str, OneOf("residences")] | None = None
    """Home, a place of data/places.csv; a remote job is taxed there."""
    current: CurrentJob | None = None
    """The current job."""
    household: HouseholdFacts | None = None
    """The rest of the household."""
    walk_away: WalkAwayParts = Field(default_factory=WalkAwayParts)
    """The parts of the guide's walk-away number."""
    decision: DecisionTerms = Field(default_factory=DecisionTerms)
    """What the person says about the decision itself."""
    references: Listed[Reference] = ()
    """People who speak for them."""
    background: Listed[Annotated[str, OneOf("delays")]] = ()
    """What is known to delay the checks."""
