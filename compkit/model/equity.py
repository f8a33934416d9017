"""Grants of shares and the schedules on which they vest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from compkit.errors import OutOfRangeError
from compkit.model.fields import CalendarDate, Money, OneOf, Price, Share, ShareCount, TypedInput, fault
from compkit.model.vesting import StartMonth, Vesting, WholeShares, schedule_fault, validate_vesting
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR

EVEN_VESTING = "even-4-year"
MAX_EVEN_YEARS = 6
_EVEN_STEPS = {"": 12, "-quarterly": 3, "-monthly": 1}
NO_REFRESHERS, TARGET_PAY_PRACTICE = "none", "amazon-target-pay"

GrantMonth = Annotated[int, Field(ge=1, le=MAX_YEARS * MONTHS_A_YEAR)]
"""A month of the job at whose end a grant may be made."""


@dataclass(frozen=True, slots=True)
class VestingSchedule:
    """When the parts of a grant become the holder's own.

    Parameters
    ----------
    name : str
    months : tuple of int
        Months after the grant at which a tranche vests, rising [months].
    fractions : tuple of float
        Each tranche's part of the grant; they sum to 1 within 1e-9.
    is_verified : bool
        Whether a publisher's own document states the schedule.
    source_id, as_of : str
        Where it comes from, in data/sources.csv, and the date for which it was stated.
    whole_shares : {"half-up", "down"}
        How vests become whole shares where these are asked for: what has vested so far is rounded so.
    is_on_vest_days : bool
        Whether the company's calendar has moved the vests, so that several tranches may share a month.

    Raises
    ------
    OutOfRangeError
        If months do not rise from 1, or fractions do not sum to 1.

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
    """Return the even schedules by name: `even-N-year`, `-quarterly` and `-monthly`, N from 1 to 6, without a cliff.

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
    """Shares promised in an offer, by their value or by their number."""

    value: Money | None = None
    """What the whole grant is worth at the grant price."""
    units: ShareCount | None = None
    """How many shares."""
    grant_price: Price | None = None
    """The share price that turned value into units."""
    price_now: Price | None = None
    """The share price today."""
    price_on: CalendarDate | None = None
    """The day of price_now."""
    priced_on: CalendarDate | None = None
    """The day whose price turns value into shares; with priced_over_days the last day of the average."""
    priced_over_days: Annotated[int, Field(ge=1, le=366)] | None = None
    """Over how many days, up to priced_on, the price is averaged; left out, the price of that day [days]."""
    vesting: Vesting | None = None
    """A known schedule, a list of {month, fraction}, or a group; left out: Amazon's, elsewhere even."""
    start_month: StartMonth = 0
    """Months after the start date at which the grant is made; below 0, what has accrued vests on the first day."""
    tradable: bool | None = None
    """Whether its shares can be sold once they vest; left out: as data/companies.csv, else unknown and never cash."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @model_validator(mode="after")
    def _has_one_size(self) -> Grant:
        if self.value is not None and self.units is not None:
            raise fault("must give value or units, not both. Remove one.")
        if self.value is None and self.units is None:
            raise fault("must give value or units. Add one.")
        if self.units is not None and self.grant_price is None and self.price_now is None:
            raise fault("gives units without a price. Add grant_price or price_now.")
        if self.units is not None:
            for name in ("priced_on", "priced_over_days"):
                if getattr(self, name) is not None:
                    raise fault(f"gives units, which no price changes any more, and {name}. Remove one.")
        return self

    @property
    def has_open_units(self) -> bool:
        """Whether the number of shares is not fixed yet: a value, and no price that turned it into shares."""
        return self.units is None and self.grant_price is None

    @property
    def has_price(self) -> bool:
        """Whether a share price is known, so that units are shares."""
        return self.price_now is not None or self.grant_price is not None

    @property
    def start_price(self) -> float:
        """The share price from which growth starts: price_now, else grant_price, else 1 (value alone)."""
        return self.price_now or self.grant_price or 1.0

    @property
    def n_units(self) -> float:
        """The number of shares; with a value and no price, of shares at 1 each."""
        if self.units is not None:
            return self.units
        return (self.value or 0.0) / (self.grant_price or self.start_price)

    @property
    def grant_value(self) -> float:
        """What the grant was worth when it was made, in the offer's currency."""
        return self.value if self.value is not None else self.n_units * (self.grant_price or self.start_price)

    @property
    def value_now(self) -> float:
        """What the grant is worth at today's price, in the offer's currency."""
        return self.n_units * self.start_price


class Refresher(TypedInput):
    """A later grant, valued on the day on which it is made."""

    year: Annotated[int, Field(ge=1, le=MAX_YEARS)] | None = None
    """The employment year at whose end it is granted."""
    month: GrantMonth | None = None
    """The month of the job at whose end it is granted, in place of the year."""
    value: Money
    """What it is worth on the day of the grant."""
    cash_share: Share = 0.0
    """The part that is paid in cash as it vests, and does not move with the share price."""
    vesting: Vesting = EVEN_VESTING
    """A known schedule, a list of {month, fraction}, or a group."""
    tradable: bool | None = None
    """Whether its shares can be sold once they vest; left out: as the grants of equity, else as data/companies.csv."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @model_validator(mode="after")
    def _is_dated(self) -> Refresher:
        if self.year is None and self.month is None:
            raise fault("must give year or month, got neither. Add when it is granted.")
        if self.year is not None and self.month is not None and self.year != -(-self.month // MONTHS_A_YEAR):
            raise fault(f"must have a month of its year, got month {self.month} and year {self.year}. Remove one.")
        return self

    @property
    def grant_month(self) -> int:
        """The month of the job at whose end it is granted."""
        return self.month if self.month is not None else MONTHS_A_YEAR * (self.year or 0)


@dataclass(frozen=True, slots=True)
class RefresherPractice:
    """How companies are said to make later grants: a row of data/refresher_practices.csv, no promise of any.

    Parameters
    ----------
    name, title : str
        Its key, and one line for people.
    first_year : int or None
        As `RefresherPlan.first_year`; None where no grants are made.
    calendar_month : int or None
        As `RefresherPlan.calendar_month`.
    vesting : str or None
        The schedule of each grant; None where none are made.
    is_verified : bool
        Whether a company's own document says so.
    source_id, as_of : str
        Where it comes from, in data/sources.csv, and the day for which it was so reported.
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
        """What it says of a plan, by the names of the plan's fields."""
        told = {"first_year": self.first_year, "calendar_month": self.calendar_month, "vesting": self.vesting}
        return {name: value for name, value in told.items() if value is not None}


class RefresherPlan(TypedInput):
    """Refreshers that are expected year after year.

    Files are read with the fields of a plan's practice filled in; a plan made in code must give them itself.
    """

    practice: Annotated[str, OneOf("practices")] | None = None
    """A practice of data/refresher_practices.csv: it gives first_year, calendar_month and vesting if left out here."""
    annual_value: Money
    """What each is worth on the day of its grant, at most."""
    first_year: Annotated[int, Field(ge=1, le=MAX_YEARS)] = 1
    """The employment year at whose end the first may be granted."""
    calendar_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """The calendar month at whose end they are granted, 1 to 12; left out, the end of each employment year."""
    cash_share: Share = 0.0
    """The part that is paid in cash as it vests, and does not move with the share price."""
    vesting: Vesting = EVEN_VESTING
    """A known schedule, a list of {month, fraction}, or a group."""
    target_pay: Money | None = Field(default=None, validate_default=True)
    """Yearly pay up to which a refresher fills what salary, target bonus and earlier grants leave open."""
    tradable: bool | None = None
    """Whether its shares can be sold once they vest; left out: as the grants of equity, else as data/companies.csv."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @field_validator("target_pay")
    @classmethod
    def _practice_has_its_target(cls, value: float | None, info: ValidationInfo) -> float | None:
        if value is None and info.data.get("practice") == TARGET_PAY_PRACTICE:
            raise fault(
                f"is needed for practice {TARGET_PAY_PRACTICE}: a grant fills only what pay leaves open below it. "
                "Ask the recruiter for the target pay of the level, and add it."
            )
        return value

    @property
    def makes_grants(self) -> bool:
        """Whether grants are expected at all: with practice `none` they are not, whatever else the plan says."""
        return self.practice != NO_REFRESHERS


GrowthConvention = Literal["smooth", "annual-step"]
