"""The negotiation of one offer: the recruiter, the market, the signals, the packages discussed so far."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compkit.model.equity import GrowthConvention
from compkit.model.fields import (
    WRITTEN_PATTERN,
    CalendarDate,
    GrowthRate,
    Label,
    Listed,
    Money,
    NumberInput,
    OneOf,
    Share,
    Text,
    TypedInput,
)

MarketMeasure = Literal["base_salary", "rsu_4yr", "total_y1", "total_4yr_avg", "sign_on_y1", "sign_on_y2"]


class Contact(TypedInput):
    """The recruiter, the team, and the job title."""

    recruiter: Text | None = None
    """The recruiter's name."""
    email: Text | None = None
    """The recruiter's address."""
    team: Text | None = None
    """The team's name."""
    title: Text | None = None
    """The job's title."""


class Quoted(TypedInput):
    """The recruiter's claim of the offer's value; never a default for a calculation."""

    total_y1: Money | None = None
    """The claimed total of the first year."""
    total_4yr: Money | None = None
    """The claimed total of four years."""
    growth_rate: GrowthRate | None = None
    """The yearly share price growth in the claim."""
    growth_convention: GrowthConvention = "annual-step"
    """How that growth was applied."""


WrittenRange = Annotated[str, Field(pattern=WRITTEN_PATTERN)]


class PostedBase(TypedInput):
    """The range of base salary in the job posting."""

    low: Money | None = None
    """Low end."""
    high: Money | None = None
    """High end."""
    level: Label | None = None
    """The level it is for; if left out, the offer's."""
    location: Annotated[str, OneOf("places")] | None = None
    """The place it is for; if left out, the offer's."""
    as_of: CalendarDate | None = None
    """The day the posting was read."""
    url: Text | None = None
    """Address of the posting."""

    @model_validator(mode="after")
    def _is_a_range(self) -> PostedBase:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"has low {self.low:,.0f} above high {self.high:,.0f}. Swap them.")
        return self


class MarketObservation(TypedInput):
    """The candidate's own research on one measure."""

    measure: MarketMeasure
    """The measure of pay."""
    company: Text | None = None
    """The company it is about; if left out, the offer's."""
    level: Label | None = None
    """That company's level; if left out, one that equals the offer's."""
    location: Annotated[str, OneOf("places")] | None = None
    """The place it is about; if left out, the offer's."""
    p25: Money | None = None
    """25th percentile."""
    p50: Money | None = None
    """Median."""
    p75: Money | None = None
    """75th percentile."""
    n: Annotated[int, Field(ge=1)] | None = None
    """Number of figures found."""
    as_of: CalendarDate | None = None
    """Date of the figures."""
    source: Text | None = None
    """Where they were found."""

    @model_validator(mode="after")
    def _rises(self) -> MarketObservation:
        known = [value for value in (self.p25, self.p50, self.p75) if value is not None]
        if known != sorted(known):
            raise ValueError("must have p25, p50, and p75 in increasing order. Check them.")
        return self


class Signals(TypedInput):
    """Signals from the hiring process."""

    team_attrition_rate: Share | None = None
    """The part of the team that left in the last year."""
    best_and_final_first: bool | None = None
    """Whether the first offer was called final."""
    vague_team: bool | None = None
    """Whether the team was not named."""
    hours_to_decide: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False), NumberInput("plain")] | None = None
    """Time given to decide [hours]."""
    downlevel: bool | None = None
    """Whether the level is lower than the one interviewed for."""
    negotiable: bool | None = None
    """Whether the employer has shown willingness to negotiate."""
    manager_has_roadmap: bool | None = None
    """Whether the manager could describe the first year."""
    team_urgency: bool | None = None
    """Whether the team needs someone soon."""
    more_interviews: bool | None = None
    """Whether they ask for more interviews without a reason."""
    vague_dates: bool | None = None
    """Whether their dates are vague or contradict one another."""
    contact_changed: bool | None = None
    """Whether the recruiter or the manager has changed."""
    next_steps_withheld: bool | None = None
    """Whether they won't name the next steps."""
    not_in_writing: bool | None = None
    """Whether they won't put the offer in writing."""
    pay_changed: bool | None = None
    """Whether the pay differs from what was said before."""


class PackageAmounts(TypedInput):
    """The four parts of pay that are negotiated together."""

    base_salary: Money
    """Salary a year."""
    rsu_4yr: Money = 0.0
    """Value of the whole stock grant."""
    sign_on_y1: Money = 0.0
    """Sign-on of the first employment year."""
    sign_on_y2: Money = 0.0
    """Sign-on of the second employment year."""


class Negotiation(TypedInput):
    """The negotiation of one offer."""

    reasons: Listed[Text] = Field(default=(), max_length=5)
    """Why the candidate is worth more, each as a complete sentence for a letter."""
    call_on: CalendarDate | None = None
    """The day of the next call."""
    first_offer: PackageAmounts | None = None
    """The employer's first offer; how far it has moved counts from here."""
    leaning: PackageAmounts | None = None
    """The package the recruiter favored in the last round; the next round stays close to it."""
    name_equity_left: bool = False
    """Whether letters may state how much unvested equity a move leaves behind."""
