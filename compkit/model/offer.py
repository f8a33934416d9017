"""One job offer, as its file tells it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from compkit.model.benefits import Benefits, Clawback, Relocation, RepaymentMonths, repayment_months
from compkit.model.equity import EVEN_VESTING, Grant, GrowthConvention, Refresher, RefresherPlan
from compkit.model.fields import (
    CURRENCY_KEY,
    WRITTEN_PATTERN,
    CalendarDate,
    GrowthRate,
    Identifier,
    Label,
    Listed,
    Money,
    NumberInput,
    OneOf,
    Rate,
    Share,
    Text,
    TypedInput,
    convert_amounts,
    fault,
)
from compkit.model.negotiation import Negotiation
from compkit.model.number_parsing import USD, ParseError, parse_range
from compkit.model.startup import Startup, StockOption
from compkit.model.vesting import VestingRule, schedule_name
from compkit.periods import MONTHS_A_YEAR, month_of, months_into_year

MAX_SIGN_ON_YEARS = 4
REMOTE = "Remote"
ELSEWHERE = "Elsewhere"
"""A place that data/places.csv has no prices and no taxes for, in any country."""
AMAZON, AMAZON_VESTING = "Amazon", "amazon"

Measure = Literal["base_salary", "rsu_4yr", "total_y1", "total_4yr_avg", "sign_on_y1", "sign_on_y2"]
SignOnPayment = Literal["lump", "monthly"]


class Contact(TypedInput):
    """Who speaks for the employer, and what the job is called."""

    recruiter: Text | None = None
    """The recruiter's name."""
    email: Text | None = None
    """The recruiter's address."""
    team: Text | None = None
    """The team's name."""
    title: Text | None = None
    """The job's title."""


class Quoted(TypedInput):
    """What the recruiter claimed the offer is worth; never a default for a calculation."""

    total_y1: Money | None = None
    """The claimed total of the first year."""
    total_4yr: Money | None = None
    """The claimed total of four years."""
    growth_rate: GrowthRate | None = None
    """The yearly growth of the share price inside the claim."""
    growth_convention: GrowthConvention = "annual-step"
    """How that growth was applied."""


WrittenRange = Annotated[str, Field(pattern=WRITTEN_PATTERN)]


class PostedBase(TypedInput):
    """The range of base salary in the job posting."""

    low: Money | None = None
    """The lower end."""
    high: Money | None = None
    """The upper end."""
    as_of: CalendarDate | None = None
    """When the posting was read."""
    url: Text | None = None
    """Where it stands."""

    @model_validator(mode="after")
    def _is_a_range(self) -> PostedBase:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise fault(f"must have low at most high, got {self.low:,.0f} and {self.high:,.0f}. Swap them.")
        return self


class MarketObservation(TypedInput):
    """What the candidate's own research found for one measure."""

    measure: Measure
    """What was looked up."""
    p25: Money | None = None
    """A quarter of the found figures lie below."""
    p50: Money | None = None
    """Half lie below."""
    p75: Money | None = None
    """Three quarters lie below."""
    n: Annotated[int, Field(ge=1)] | None = None
    """How many figures were found."""
    as_of: CalendarDate | None = None
    """When."""
    source: Text | None = None
    """Where."""

    @model_validator(mode="after")
    def _rises(self) -> MarketObservation:
        known = [value for value in (self.p25, self.p50, self.p75) if value is not None]
        if known != sorted(known):
            raise fault("must have p25, p50, p75 in rising order. Check them.")
        return self


class Role(TypedInput):
    """What the job is about, as far as pay depends on it."""

    ai_ml: bool = False
    """Whether it leads AI or machine-learning work."""
    specialization: Annotated[str, OneOf("specializations")] | None = None
    """A row of data/ai_ml_by_specialization.csv."""
    skills: Listed[Annotated[str, OneOf("skills")]] = ()
    """Rows of data/ai_ml_by_skill.csv."""


RiskScore = Annotated[int, Field(ge=1, le=10)]
DecisionScore = Annotated[int, Field(ge=1, le=5)]


class Scores(TypedInput):
    """The candidate's own marks; a factor left out is missing, never zero."""

    risk: Mapping[Annotated[str, OneOf("risk_factors")], RiskScore | None] = Field(default_factory=dict)
    """Marks 1 to 10 by factor of data/risk_factors.csv; 10 is best."""
    decision: Mapping[Annotated[str, OneOf("decision_factors")], DecisionScore | None] = Field(default_factory=dict)
    """Marks 1 to 5 by factor of data/decision_factors.csv; 5 is best."""


class Signals(TypedInput):
    """What happened on the way to the offer."""

    team_attrition_rate: Share | None = None
    """The part of the team that left within the last year."""
    best_and_final_first: bool | None = None
    """Whether the first offer was called final."""
    vague_team: bool | None = None
    """Whether the team was left open."""
    hours_to_decide: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False), NumberInput("plain")] | None = None
    """The time given to decide [hours]."""
    downlevel: bool | None = None
    """Whether the level is lower than the one interviewed for."""
    negotiable: bool | None = None
    """Whether the employer has shown that it will move."""
    manager_has_roadmap: bool | None = None
    """Whether the manager could lay out the first year."""
    team_urgency: bool | None = None
    """Whether the team needs somebody soon."""


class Offer(TypedInput):
    """One offer; amounts in its own currency, a year unless they say otherwise."""

    id: Identifier
    """A short name, which becomes the report's folder."""
    candidate: Identifier | None = None
    """Whose offer it is, where the file has several candidates."""
    company: Text
    """Free text."""
    company_type: Annotated[str, OneOf("company_types")] | None = None
    """A company type of data/bands_by_company_type.csv."""
    level: Label
    """The company's own level."""
    guide_level: Literal["L6", "L7"] | None = None
    """The guide's level whose bands apply."""
    location: Annotated[str, OneOf("places")]
    """Where the job is: a place of data/places.csv."""
    residence: Annotated[str, OneOf("residences")] | None = None
    """Where tax and prices are taken; the location if left out, for a remote job the candidate's residence."""
    assigned_office: Annotated[str, OneOf("residences")] | None = None
    """The office that a remote job is assigned to: New York may tax the work done at home for one there."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    """The ISO code of all amounts of the offer."""
    status: Literal["written", "verbal", "in-process"] | None = None
    """How firm the offer is; left out, that is unknown, and nothing calls it written."""
    contact: Contact = Field(default_factory=Contact)
    """Who speaks for the employer."""
    candidate_type: Literal["external", "internal", "boomerang"] = "external"
    """Whether the candidate comes from outside, from inside, or back."""
    start_date: CalendarDate | None = None
    """The first day of work."""
    deadline: CalendarDate | None = None
    """The last day to answer."""
    base_salary: Money
    """Salary a year."""
    annual_raise_rate: GrowthRate = 0.0
    """By how much the salary rises each year, from month 13."""
    bonus_target_rate: Rate = 0.0
    """The target bonus as a part of the salary."""
    annual_bonus: Money | None = None
    """The target bonus in money, in place of bonus_target_rate; raises do not move it."""
    first_bonus: Literal["full", "prorated"] = "full"
    """Whether the first bonus is paid in full, or for the part of the calendar year from the start date on."""
    sign_on: Listed[Money] = ()
    """Sign-on payments by employment year, at most 4."""
    sign_on_paid: Listed[SignOnPayment] = ("lump",)
    """lump or monthly: one value, or one a year."""
    sign_on_clawback: Clawback = "prorated"
    """What leaving early makes due again."""
    sign_on_clawback_months: RepaymentMonths | None = None
    """For how long, counted from each payment: 12, with full-then-prorated 24 if left out [months]."""
    equity: Listed[Grant] = ()
    """Grants of shares."""
    refreshers: Listed[Refresher] = ()
    """Later grants that are expected."""
    refresher_plan: RefresherPlan | None = None
    """Later grants that are expected year after year, in addition to refreshers."""
    options: Listed[StockOption] = ()
    """Stock options."""
    startup: Startup | None = None
    """What decides what shares and options of a private company may be worth."""
    relocation: Relocation | None = None
    """Money for moving, which counts with the benefits."""
    benefits: Benefits | None = None
    """What is worth money and is no pay."""
    quoted: Quoted | None = None
    """What the recruiter claimed."""
    posted_base: PostedBase | None = None
    """The range in the job posting."""
    market: Listed[MarketObservation] = ()
    """The candidate's own research."""
    role: Role = Field(default_factory=Role)
    """What the job is about."""
    scores: Scores = Field(default_factory=Scores)
    """The candidate's own marks."""
    signals: Signals = Field(default_factory=Signals)
    """What happened on the way to the offer."""
    negotiation: Negotiation | None = None
    """What the candidate brings to its negotiation."""

    @field_validator("sign_on")
    @classmethod
    def _sign_on_fits(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if len(value) > MAX_SIGN_ON_YEARS:
            extra = " and ".join(str(year) for year in range(MAX_SIGN_ON_YEARS + 1, len(value) + 1))
            plural = "s" if len(value) > MAX_SIGN_ON_YEARS + 1 else ""
            raise fault(f"must have at most 4 years, got {len(value)}. Remove year{plural} {extra}.")
        return value

    @field_validator("annual_bonus")
    @classmethod
    def _has_one_bonus(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value and info.data.get("bonus_target_rate"):
            raise fault("must stand alone, got a bonus_target_rate too. Remove one of them.")
        return value

    @field_validator("first_bonus")
    @classmethod
    def _proration_has_a_start(cls, value: str, info: ValidationInfo) -> str:
        given = info.data
        has_bonus = given.get("bonus_target_rate") or given.get("annual_bonus")
        if value == "prorated" and has_bonus and given.get("start_date", "faulty") is None:
            raise fault("needs a start_date: prorated counts the months of the calendar year from it on. Add it.")
        return value

    @field_validator("refresher_plan")
    @classmethod
    def _plan_has_a_calendar(cls, value: RefresherPlan | None, info: ValidationInfo) -> RefresherPlan | None:
        # What a practice asks for is checked where files are read: together with every other fault.
        if value and not value.practice and value.calendar_month and info.data.get("start_date", "faulty") is None:
            raise fault(
                f"must have a start_date for its calendar_month, got {value.calendar_month} and none. "
                "Add start_date to the offer, or remove calendar_month."
            )
        return value

    @field_validator("startup")
    @classmethod
    def _has_one_size_of_ownership(cls, value: Startup | None, info: ValidationInfo) -> Startup | None:
        if value and value.ownership_share is not None and info.data.get("options"):
            raise fault("must give n_options in options or ownership_share, got both. Remove one.")
        return value

    @field_validator("market")
    @classmethod
    def _without_empty_rows(cls, value: tuple[MarketObservation, ...]) -> tuple[MarketObservation, ...]:
        # A row without figures is a form not filled in yet: it must not stand in the way of the next yardstick.
        return tuple(row for row in value if (row.p25, row.p50, row.p75) != (None, None, None))

    @field_validator("posted_base", mode="before", json_schema_input_type=PostedBase | WrittenRange | None)
    @classmethod
    def _range_is_read(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        try:
            low, high = parse_range(value, currency=(info.context or {}).get(CURRENCY_KEY, USD))
        except ParseError as error:
            raise fault(str(error)) from error
        return {"low": low, "high": high}

    @field_validator("sign_on_paid", mode="before", json_schema_input_type=SignOnPayment | Listed[SignOnPayment])
    @classmethod
    def _one_payment_for_all(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _payments_match_years(self) -> Offer:
        if len(self.sign_on_paid) not in (1, max(1, len(self.sign_on))):
            raise fault(
                f"has {len(self.sign_on_paid)} values of sign_on_paid for {len(self.sign_on)} years of sign_on. "
                "Give one value, or one a year."
            )
        return self

    def sign_on_in_year(self, year: int) -> float:
        """Return the sign-on payment of employment year `year`, 1 and up."""
        return self.sign_on[year - 1] if year <= len(self.sign_on) else 0.0

    def is_sign_on_monthly(self, year: int) -> bool:
        """Return whether that year's sign-on comes in twelve parts."""
        paid = self.sign_on_paid
        return (paid[0] if len(paid) == 1 else paid[min(year, len(paid)) - 1]) == "monthly"

    def base_salary_in_year(self, year: int) -> float:
        """Return the salary of employment year `year`, 1 and up, raises included."""
        return float(self.base_salary * (1 + self.annual_raise_rate) ** (year - 1))

    @property
    def has_bonus(self) -> bool:
        """Whether a target bonus is known and not 0."""
        return bool(self.bonus_target_rate or self.annual_bonus)

    def target_bonus_in_year(self, year: int) -> float:
        """Return the target bonus of employment year `year`, 1 and up; as a rate it follows raises, in money not."""
        return (self.annual_bonus or 0.0) + self.bonus_target_rate * self.base_salary_in_year(year)

    @property
    def first_bonus_share(self) -> float:
        """The part of the first year's target bonus that is paid: all, or the part of the calendar year worked."""
        if self.first_bonus == "full" or self.start_date is None:
            return 1.0
        return (MONTHS_A_YEAR - months_into_year(self.start_date)) / MONTHS_A_YEAR

    @property
    def sign_on_repayment_months(self) -> int:
        """For how long after each sign-on payment leaving makes any of it due again [months]."""
        return repayment_months(self.sign_on_clawback, self.sign_on_clawback_months)

    def priced_month(self, grant: Grant) -> int:
        """Return the month of the job whose price turns a grant's value into shares.

        0 where the units are known, and where the day lies before the start, or either is unknown: the price of today.
        """
        if not grant.has_open_units or grant.priced_on is None or self.start_date is None:
            return 0
        return max(0, month_of(grant.priced_on, self.start_date))

    def vesting_of(self, grant: Grant | Refresher | RefresherPlan | StockOption) -> VestingRule:
        """Return the schedule of a grant: its own, or if left out Amazon's at Amazon and an even one elsewhere."""
        return grant.vesting or (AMAZON_VESTING if self.is_amazon else EVEN_VESTING)

    @property
    def schedules_used(self) -> list[str]:
        """The named vesting schedules of its grants, refreshers and options, own tranches left out."""
        plan = (self.refresher_plan,) if self.refresher_plan and self.refresher_plan.makes_grants else ()
        grants = (*self.equity, *self.refreshers, *plan, *self.options)
        return sorted({name for grant in grants if (name := schedule_name(self.vesting_of(grant)))})

    @property
    def is_amazon(self) -> bool:
        """Whether the company is the guide's own."""
        return self.company.strip().casefold() == AMAZON.casefold()

    def is_of_same_company(self, other: Offer) -> bool:
        """Return whether both come from one company, case and outer blanks set aside."""
        return self.company.strip().casefold() == other.company.strip().casefold()

    def has_expired(self, on: dt.date) -> bool:
        """Return whether its last day to answer lies before a day; an offer without one does not expire."""
        return self.deadline is not None and self.deadline < on

    @property
    def rsu_4yr(self) -> float:
        """The value of all grants as they were made, refreshers left out."""
        return sum(grant.grant_value for grant in self.equity)

    @property
    def total_4yr_avg(self) -> float:
        """Salary and a quarter of the grants as made, sign-on left out: what the guide's four-year averages follow."""
        return self.base_salary + self.rsu_4yr / 4

    def in_usd(self, rate: float) -> Offer:
        """Return the offer with every amount times `rate` [USD for one unit of its currency]."""
        return self if self.currency == "USD" else convert_amounts(self, rate).model_copy(update={"currency": "USD"})
