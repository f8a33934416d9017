"""The candidate, the job that they hold now, and the parts of their walk-away number."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compkit.model.fields import Amount, CalendarDate, Listed, OneOf, Text, TypedInput, fault

FilingStatus = Literal["single", "married_joint", "head_of_household"]


class DatedVest(TypedInput):
    """Shares of the present employer that vest on a day."""

    on: CalendarDate
    """The day."""
    value: Amount
    """What vests, at today's price [USD]."""


class CurrentJob(TypedInput):
    """What the present job pays, and what leaving it costs; all amounts in USD."""

    base_salary: Amount
    """Salary a year."""
    annual_bonus: Amount = 0.0
    """Bonus a year."""
    annual_equity: Amount | None = None
    """Worth of the shares that vest in a year, at today's price."""
    unvested_equity: Amount | None = None
    """Worth of all shares promised and not vested yet, at today's price."""
    vests: Listed[DatedVest] | None = None
    """The coming vests one by one, in place of annual_equity and unvested_equity."""
    next_bonus_on: CalendarDate | None = None
    """The day on which the next bonus is paid."""
    repayment_owed: Amount = 0.0
    """Sign-on, relocation or tuition to pay back on leaving."""

    @model_validator(mode="after")
    def _has_one_form_of_equity(self) -> CurrentJob:
        if self.vests is not None and (self.annual_equity is not None or self.unvested_equity is not None):
            raise fault("must give vests, or annual_equity and unvested_equity, not both. Remove one.")
        return self


class WalkAwayParts(TypedInput):
    """What is added to the present total to reach the walk-away number [USD a year]; what is left out is computed."""

    cost_of_living_adjustment: Amount | None = None
    """What dearer living adds."""
    risk_premium: Amount | None = None
    """What the risk of a move is worth."""
    growth_value: Amount | None = None
    """What the chance to grow is worth, in the guide's sense."""


class Candidate(TypedInput):
    """The person who decides."""

    name: Text | None = None
    """As it should stand in letters."""
    filing_status: FilingStatus = "single"
    """How they file federal tax."""
    residence: Annotated[str, OneOf("residences")] | None = None
    """Where they live: a place of data/places.csv; a remote job is taxed there."""
    current: CurrentJob | None = None
    """The job that they hold now."""
    walk_away: WalkAwayParts = Field(default_factory=WalkAwayParts)
    """The parts of the guide's walk-away number."""
