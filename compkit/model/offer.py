"""One job offer, as entered in its file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from compkit.model.benefits import Benefits, Clawback, Relocation, RepaymentMonths, repayment_months
from compkit.model.equity import EVEN_VESTING, Grant, Refresher, RefresherPlan
from compkit.model.fields import (
    CURRENCY_KEY,
    CalendarDate,
    GrowthRate,
    Identifier,
    Label,
    Listed,
    Money,
    OneOf,
    Rate,
    Text,
    TypedInput,
    convert_amounts,
)
from compkit.model.negotiation import Contact, MarketObservation, Negotiation, PostedBase, Quoted, Signals, WrittenRange
from compkit.model.number_parsing import USD, parse_range
from compkit.model.process import HiringProcess
from compkit.model.startup import Startup, StockOption
from compkit.model.vesting import VestingRule, schedule_name
from compkit.periods import MONTHS_A_YEAR, month_of, months_into_year

MAX_SIGN_ON_YEARS = 4
REMOTE = "Remote"
AMAZON, AMAZON_VESTING = "Amazon", "amazon"

SignOnPayment = Literal["lump", "monthly"]


class Role(TypedInput):
    """The job's field, as far as pay depends on it."""

    ai_ml: bool = False
    """Whether it leads AI or machine-learning work."""
    specialization: Annotated[str, OneOf("specializations")] | None = None
    """A row of data/ai_ml_by_specialization.csv."""
    skills: Listed[Annotated[str, OneOf("skills")]] = ()
    """Rows of data/ai_ml_by_skill.csv."""


RiskScore = Annotated[int, Field(ge=1, le=10)]
DecisionScore = Annotated[int, Field(ge=1, le=5)]


class Scores(TypedInput):
    """The candidate's own ratings; a factor left out is missing, never zero."""

    risk: Mapping[Annotated[str, OneOf("risk_factors")], RiskScore | None] = Field(default_factory=dict)
    """Ratings from 1 to 10 by factor of data/risk_factors.csv; 10 is best."""
    decision: Mapping[Annotated[str, OneOf("decision_factors")], DecisionScore | None] = Field(default_factory=dict)
    """Ratings from 1 to 5 by factor of data/decision_factors.csv; 5 is best."""


class Offer(TypedInput):
    """One offer; amounts are yearly and in its own currency unless stated otherwise."""

    id: Identifier
    """A short name, which becomes the report's folder."""
    candidate: Identifier | None = None
    """Whose offer it is, if the file has several candidates."""
    company: Text
    """The employer's name."""
    company_type: Annotated[str, OneOf("company_types")] | None = None
    """A company type of data/bands_by_company_type.csv."""
    level: Label
    """The company's own level."""
    guide_level: Literal["L6", "L7"] | None = None
    """The guide's level whose bands apply."""
    location: Annotated[str, OneOf("places")]
    """The job's place, from data/places.csv."""
    residence: Annotated[str, OneOf("residences")] | None = None
    """Home, which decides taxes and prices; if left out the location, or for a remote job the candidate's residence."""
    assigned_office: Annotated[str, OneOf("residences")] | None = None
    """The office that a remote job is assigned to; New York may tax work done from home for an office there."""
    spouse_wages: Money | None = None
    """The spouse's wages a year with this offer, 0 if the move ends them; if left out, those of the household."""
    housing_cost: Money | None = None
    """What a home would cost a year where the offer is lived; if left out, the market's rent."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    """ISO code of all amounts in the offer."""
    label: Label | None = None
    """The candidate's own word for it, where others are alike; neither coach nor employer sees it."""
    supersedes: Identifier | None = None
    """The id of an earlier round of the same job."""
    status: Literal["written", "verbal", "in-process"] | None = None
    """How firm the offer is; if left out, unknown."""
    contact: Contact = Field(default_factory=Contact)
    """The employer's contact."""
    candidate_type: Literal["external", "internal", "boomerang"] = "external"
    """Whether the candidate is external, internal, or returning."""
    start_date: CalendarDate | None = None
    """The first day of work."""
    deadline: CalendarDate | None = None
    """The last day to answer."""
    base_salary: Money
    """Salary a year."""
    annual_raise_rate: GrowthRate = 0.0
    """Yearly raise of the salary, from month 13."""
    bonus_target_rate: Rate = 0.0
    """Target bonus as a part of the salary."""
    annual_bonus: Money | None = None
    """Target bonus in money, instead of bonus_target_rate; raises don't change it."""
    first_bonus: Literal["full", "prorated"] = "full"
    """Whether the first bonus is paid in full, or prorated for the calendar year from the start date."""
    sign_on: Listed[Money] = ()
    """Sign-on payments by employment year, at most 4."""
    sign_on_paid: Listed[SignOnPayment] = ("lump",)
    """lump or monthly: one value, or one a year."""
    sign_on_clawback: Clawback = "prorated"
    """How much leaving early makes repayable."""
    sign_on_clawback_months: RepaymentMonths | None = None
    """Repayment period from each payment; if left out 12, or 24 with full-then-prorated [months]."""
    equity: Listed[Grant] = ()
    """Grants of shares."""
    refreshers: Listed[Refresher] = ()
    """Later grants expected."""
    refresher_plan: RefresherPlan | None = None
    """Later grants expected every year, in addition to refreshers."""
    options: Listed[StockOption] = ()
    """Stock options."""
    startup: Startup | None = None
    """Terms that decide the value of shares and options of a private company."""
    relocation: Relocation | None = None
    """Money for moving, counted with the benefits."""
    benefits: Benefits | None = None
    """Benefits with a money value."""
    share_rival_total: bool = False
    """Whether letters about this offer may state what another written offer pays."""
    quoted: Quoted | None = None
    """The recruiter's claim."""
    posted_base: PostedBase | None = None
    """The range in the job posting."""
    market: Listed[MarketObservation] = ()
    """The candidate's own research."""
    role: Role = Field(default_factory=Role)
    """The job's field."""
    scores: Scores = Field(default_factory=Scores)
    """The candidate's own ratings."""
    signals: Signals = Field(default_factory=Signals)
    """Signals from the hiring process."""
    process: HiringProcess | None = None
    """The dates of the hiring process."""
    negotiation: Negotiation | None = None
    """The candidate's case in the negotiation."""

    @field_validator("sign_on")
    @classmethod
    def _sign_on_fits(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if len(value) > MAX_SIGN_ON_YEARS:
            extra = " and ".join(str(year) for year in range(MAX_SIGN_ON_YEARS + 1, len(value) + 1))
            plural = "s" if len(value) > MAX_SIGN_ON_YEARS + 1 else ""
            raise ValueError(f"must have at most 4 years, got {len(value)}. Remove year{plural} {extra}.")
        return value

    @field_validator("annual_bonus")
    @classmethod
    def _has_one_bonus(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value and info.data.get("bonus_target_rate"):
            raise ValueError("can't be combined with bonus_target_rate. Remove one.")
        return value

    @field_validator("first_bonus")
    @classmethod
    def _proration_has_a_start(cls, value: str, info: ValidationInfo) -> str:
        given = info.data
        has_bonus = given.get("bonus_target_rate") or given.get("annual_bonus")
        if value == "prorated" and has_bonus and given.get("start_date", "faulty") is None:
            raise ValueError("needs a start_date to be prorated. Add start_date, or remove first_bonus.")
        return value

    @field_validator("refresher_plan")
    @classmethod
    def _plan_has_a_calendar(cls, value: RefresherPlan | None, info: ValidationInfo) -> RefresherPlan | None:
        # A practice's calendar month is checked with the file, together with every other fault.
        if value and not value.practice and value.calendar_month and info.data.get("start_date", "faulty") is None:
            raise ValueError("needs a start_date for its calendar_month. Add start_date, or remove calendar_month.")
        return value

    @field_validator("startup")
    @classmethod
    def _has_one_size_of_ownership(cls, value: Startup | None, info: ValidationInfo) -> Startup | None:
        if value and value.ownership_share is not None and info.data.get("options"):
            raise ValueError("has ownership_share, but the offer lists options too. Remove one.")
        return value

    @field_validator("market")
    @classmethod
    def _without_empty_rows(cls, value: tuple[MarketObservation, ...]) -> tuple[MarketObservation, ...]:
        # A row without figures is a form not filled in yet, and must not hide the next yardstick.
        return tuple(row for row in value if (row.p25, row.p50, row.p75) != (None, None, None))

    @field_validator("posted_base", mode="before", json_schema_input_type=PostedBase | WrittenRange | None)
    @classmethod
    def _range_is_read(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str):
            return value
        low, high = parse_range(value, currency=(info.context or {}).get(CURRENCY_KEY, USD))
        return {"low": low, "high": high}

    @field_validator("sign_on_paid", mode="before", json_schema_input_type=SignOnPayment | Listed[SignOnPayment])
    @classmethod
    def _one_payment_for_all(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _payments_match_years(self) -> Offer:
        if len(self.sign_on_paid) not in (1, max(1, len(self.sign_on))):
            raise ValueError(
                f"has {len(self.sign_on_paid)} values of sign_on_paid for {len(self.sign_on)} years of sign_on. "
                "Type one value, or one per year."
            )
        return self

    def sign_on_in_year(self, year: int) -> float:
        """Sign-on payment of employment year `year`, from 1."""
        return self.sign_on[year - 1] if year <= len(self.sign_on) else 0.0

    def is_sign_on_monthly(self, year: int) -> bool:
        """Whether that year's sign-on is paid in twelve parts."""
        paid = self.sign_on_paid
        return (paid[0] if len(paid) == 1 else paid[min(year, len(paid)) - 1]) == "monthly"

    def base_salary_in_year(self, year: int) -> float:
        """Salary of employment year `year`, from 1, raises included."""
        return float(self.base_salary * (1 + self.annual_raise_rate) ** (year - 1))

    @property
    def has_bonus(self) -> bool:
        """Whether a target bonus is known and not 0."""
        return bool(self.bonus_target_rate or self.annual_bonus)

    def target_bonus_in_year(self, year: int) -> float:
        """Target bonus of employment year `year`, from 1; raises increase a rate's bonus, not one in money."""
        return (self.annual_bonus or 0.0) + self.bonus_target_rate * self.base_salary_in_year(year)

    @property
    def first_bonus_share(self) -> float:
        """Part of the first year's target bonus that is paid: all, or the part of the calendar year worked."""
        if self.first_bonus == "full" or self.start_date is None:
            return 1.0
        return (MONTHS_A_YEAR - months_into_year(self.start_date)) / MONTHS_A_YEAR

    @property
    def sign_on_repayment_months(self) -> int:
        """Repayment period of each sign-on payment [months]."""
        return repayment_months(self.sign_on_clawback, self.sign_on_clawback_months)

    def priced_month(self, grant: Grant) -> int:
        """Month of the job whose price turns a grant's value into shares; 0 means today's price.

        It is 0 if the units are known, the day is before the start, or either day is unknown.
        """
        if not grant.has_open_units or grant.priced_on is None or self.start_date is None:
            return 0
        return max(0, month_of(grant.priced_on, self.start_date))

    def vesting_of(self, grant: Grant | Refresher | RefresherPlan | StockOption) -> VestingRule:
        """Vesting schedule of a grant; if left out, Amazon's at Amazon and an even one elsewhere."""
        return grant.vesting or (AMAZON_VESTING if self.is_amazon else EVEN_VESTING)

    @property
    def schedules_used(self) -> list[str]:
        """Named vesting schedules of the grants, refreshers, and options, without custom tranches."""
        plan = (self.refresher_plan,) if self.refresher_plan and self.refresher_plan.makes_grants else ()
        grants = (*self.equity, *self.refreshers, *plan, *self.options)
        return sorted({name for grant in grants if (name := schedule_name(self.vesting_of(grant)))})

    @property
    def is_amazon(self) -> bool:
        """Whether the company is Amazon, the guide's subject."""
        return self.company.strip().casefold() == AMAZON.casefold()

    def is_of_same_company(self, other: Offer) -> bool:
        """Whether both offers are from one company, ignoring case and outer spaces."""
        return self.company.strip().casefold() == other.company.strip().casefold()

    def has_expired(self, on: dt.date) -> bool:
        """Whether the deadline is before a day; an offer without one doesn't expire."""
        return self.deadline is not None and self.deadline < on

    @property
    def rsu_4yr(self) -> float:
        """Value of all grants when made, without refreshers."""
        return sum(grant.grant_value for grant in self.equity)

    @property
    def total_4yr_avg(self) -> float:
        """Salary and a quarter of the grants, without sign-on, as in the guide's four-year averages."""
        return self.base_salary + self.rsu_4yr / 4

    def in_usd(self, rate: float) -> Offer:
        """Convert every amount at `rate` [USD for one unit of its currency]."""
        return self if self.currency == "USD" else convert_amounts(self, rate).model_copy(update={"currency": "USD"})
