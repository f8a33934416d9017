"""Grants of shares and the schedules on which they vest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from compkit.errors import OutOfRangeError
from compkit.model.fields import (
    CalendarDate,
    Money,
    OneOf,
    Price,
    Share,
    ShareCount,
    TypedInput,
    reject_both,
    require_one,
)
from compkit.model.vesting import StartMonth, Vesting, WholeShares, schedule_fault, validate_vesting
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR

EVEN_VESTING = "even-4-year"
MAX_EVEN_YEARS = 6
_EVEN_STEPS = {"": 12, "-quarterly": 3, "-monthly": 1}
NO_REFRESHERS, TARGET_PAY_PRACTICE = "none", "amazon-target-pay"

GrantMonth = Annotated[int, Field(ge=1, le=MAX_YEARS * MONTHS_A_YEAR)]
"""A month of the job; the grant is made at its end."""


@dataclass(frozen=True, slots=True)
class VestingSchedule:
    """When the parts of a grant vest.

    Parameters
    ----------
    name : str
    months : tuple of int
        When each tranche vests, increasing [months after the grant].
    fractions : tuple of float
        Each tranche's part of the grant; they sum to 1 within 1e-9.
    is_verified : bool
        Whether the company's own document states the schedule.
    source_id, as_of : str
        Source in data/sources.csv, and its date.
    whole_shares : {"half-up", "down"}
        Rounding of cumulative vested shares, when whole shares are used.
    is_on_vest_days : bool
        Whether vests have moved to the company's vest days, so that several tranches may share a month.

    Raises
    ------
    OutOfRangeError
        If months do not increase from 1, or fractions do not sum to 1.

    Examples
    --------
    >>> VestingSchedule("half-yearly", (6, 12), (0.5, 0.5)).n_months
    12
    """

    name: str
    months: tuple[int, ...]
    fractions: tuple[float, ...]
    is_verified: bool = True
    source_id: str = ""
    as_of: str = ""
    whole_shares: WholeShares = "half-up"
    is_on_vest_days: bool = False

    def __post_init__(self) -> None:
        reason = schedule_fault(self.months, self.fractions, may_repeat=self.is_on_vest_days)
        if reason:
            raise OutOfRangeError(f"vesting schedule {self.name!r}", reason, self.fractions)

    @property
    def n_months(self) -> int:
        """The month of the last vest."""
        return self.months[-1]


@cache
def even_schedules() -> Mapping[str, VestingSchedule]:
    """Even schedules by name: `even-N-year`, `-quarterly`, and `-monthly`, N from 1 to 6, without a cliff.

    >>> even_schedules()["even-3-year"].months
    (12, 24, 36)
    """
    found = {}
    for n_years in range(1, MAX_EVEN_YEARS + 1):
        for ending, step in _EVEN_STEPS.items():
            months = tuple(range(step, MONTHS_A_YEAR * n_years + 1, step))
            name = f"even-{n_years}-year{ending}"
            found[name] = VestingSchedule(
                name, months, (1 / len(months),) * len(months), source_id="kit", as_of="2026-11-29"
            )
    return MappingProxyType(found)


class Grant(TypedInput):
    """A grant of shares, by value or by number."""

    value: Money | None = None
    """Value of the whole grant at the grant price."""
    units: ShareCount | None = None
    """Number of shares."""
    grant_price: Price | None = None
    """The share price that turned value into units."""
    price_now: Price | None = None
    """The share price today."""
    price_on: CalendarDate | None = None
    """The day of price_now."""
    priced_on: CalendarDate | None = None
    """The day whose price turns value into shares; with priced_over_days, the last day of the average."""
    priced_over_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """Number of days up to priced_on whose price is averaged; if left out, only that day [days]."""
    vesting: Vesting | None = None
    """A known schedule, a list of {month, fraction}, or a group; if left out, Amazon's at Amazon, else even."""
    start_month: StartMonth = 0
    """Months from the start date to the grant; below 0, what has accrued vests on the first day."""
    restricted: bool = False
    """Restricted stock: shares you own from the grant and lose if you leave before they vest; units (RSUs) are not."""
    tradable: bool | None = None
    """Whether vested shares can be sold; if left out, as in data/companies.csv, else unknown and never cash."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @model_validator(mode="after")
    def _has_one_size(self) -> Grant:
        require_one(self, "value", "units")
        if self.units is not None:
            if not self.has_price:
                raise ValueError("has units but no price. Add grant_price or price_now.")
            reject_both(self, "units", "priced_on")
            reject_both(self, "units", "priced_over_days")
        return self

    @property
    def has_open_units(self) -> bool:
        """Whether the number of shares is not fixed yet: a value without a grant price."""
        return self.units is None and self.grant_price is None

    @property
    def has_price(self) -> bool:
        """Whether a share price is known, so that units are shares."""
        return self.price_now is not None or self.grant_price is not None

    @property
    def start_price(self) -> float:
        """The share price at the start of growth: price_now, else grant_price, else 1 (value alone)."""
        return self.price_now or self.grant_price or 1.0

    @property
    def n_units(self) -> float:
        """Number of shares; with a value and no price, shares at 1 each."""
        if self.units is not None:
            return self.units
        return (self.value or 0.0) / (self.grant_price or self.start_price)

    @property
    def grant_value(self) -> float:
        """Value of the grant when it was made, in the offer's currency."""
        return self.value if self.value is not None else self.n_units * (self.grant_price or self.start_price)

    @property
    def value_now(self) -> float:
        """Value of the grant at today's price, in the offer's currency."""
        return self.n_units * self.start_price


class Refresher(TypedInput):
    """A later grant, valued on the day it is made."""

    year: Annotated[int, Field(ge=1, le=MAX_YEARS)] | None = None
    """The employment year; the grant is made at its end."""
    month: GrantMonth | None = None
    """The month of the job, instead of the year; the grant is made at its end."""
    value: Money
    """Value on the day of the grant."""
    cash_share: Share = 0.0
    """The part paid in cash as it vests, which does not move with the share price."""
    vesting: Vesting = EVEN_VESTING
    """A known schedule, a list of {month, fraction}, or a group."""
    tradable: bool | None = None
    """Whether vested shares can be sold; if left out, as the grants of equity, else as in data/companies.csv."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @model_validator(mode="after")
    def _is_dated(self) -> Refresher:
        if self.year is None and self.month is None:
            raise ValueError("needs year or month. Add one.")
        if self.year is not None and self.month is not None and self.year != -(-self.month // MONTHS_A_YEAR):
            raise ValueError(f"has month {self.month}, which is not in year {self.year}. Remove one.")
        return self

    @property
    def grant_month(self) -> int:
        """The month of the job; the grant is made at its end."""
        return self.month if self.month is not None else MONTHS_A_YEAR * (self.year or 0)


@dataclass(frozen=True, slots=True)
class RefresherPractice:
    """How companies reportedly make later grants: a row of data/refresher_practices.csv, not a promise.

    Parameters
    ----------
    name, title : str
        Key, and one line for people.
    first_year, calendar_month, vesting : int or str or None
        As in `RefresherPlan`; None if no grants are made.
    is_verified : bool
        Whether a company's own document says so.
    source_id, as_of : str
        Source in data/sources.csv, and its date.
    note : str
        What to know before using it.
    """

    name: str
    title: str
    first_year: int | None
    calendar_month: int | None
    vesting: str | None
    is_verified: bool
    source_id: str
    as_of: str
    note: str

    @property
    def fields(self) -> dict[str, int | str]:
        """Values for a plan, by its field names."""
        values = {"first_year": self.first_year, "calendar_month": self.calendar_month, "vesting": self.vesting}
        return {name: value for name, value in values.items() if value is not None}


class RefresherPlan(TypedInput):
    """Refreshers expected every year.

    Reading a file fills in the fields of the plan's practice; a plan built in code must give them itself.
    """

    practice: Annotated[str, OneOf("practices")] | None = None
    """A practice of data/refresher_practices.csv; it gives first_year, calendar_month, and vesting if left out here."""
    annual_value: Money
    """Value of each grant on the day it is made, at most."""
    first_year: Annotated[int, Field(ge=1, le=MAX_YEARS)] = 1
    """The employment year at whose end the first grant may be made."""
    calendar_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """The calendar month at whose end grants are made, 1 to 12; if left out, the end of each employment year."""
    cash_share: Share = 0.0
    """The part paid in cash as it vests, which does not move with the share price."""
    vesting: Vesting = EVEN_VESTING
    """A known schedule, a list of {month, fraction}, or a group."""
    target_pay: Money | None = Field(default=None, validate_default=True)
    """Yearly pay that a refresher tops up to, after salary, target bonus, and earlier grants."""
    tradable: bool | None = None
    """Whether vested shares can be sold; if left out, as the grants of equity, else as in data/companies.csv."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @field_validator("target_pay")
    @classmethod
    def _practice_has_its_target(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None and info.data.get("practice") == TARGET_PAY_PRACTICE:
            raise ValueError(
                f"is required with practice {TARGET_PAY_PRACTICE}. Ask the recruiter for the level's target and add it."
            )
        return value

    @property
    def makes_grants(self) -> bool:
        """Whether grants are expected; with practice `none` they are not, whatever else the plan says."""
        return self.practice != NO_REFRESHERS


GrowthConvention = Literal["smooth", "annual-step"]
