"""Stock options, and what decides the worth of a share that cannot be sold yet."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from compkit.model.equity import EVEN_VESTING
from compkit.model.fields import Listed, Money, NumberInput, Price, Share, ShareCount, Strike, TypedInput, fault
from compkit.model.vesting import StartMonth, Vesting, validate_vesting

CHANCE_TOLERANCE = 1e-9
MAX_EXIT_MONTH = 240

Acceleration = Literal["none", "single", "double"]
OptionKind = Literal["iso", "nso", "unknown"]
PartOfCompany = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NumberInput("rate")]
ExitMonth = Annotated[int, Field(ge=1, le=MAX_EXIT_MONTH)]


class StockOption(TypedInput):
    """A grant of options: rights to buy shares at a fixed price."""

    n_options: ShareCount
    """How many shares may be bought."""
    strike: Strike
    """What one share then costs."""
    fair_value: Price | None = None
    """What the company's last appraisal says one common share is worth."""
    vesting: Vesting = EVEN_VESTING
    """A known schedule, a list of {month, fraction}, or a group."""
    start_month: StartMonth = 0
    """Months after the start date from which vesting counts; below 0, it began before the first day."""
    expires_after_months: ExitMonth = 120
    """Months after the grant at which the right to buy ends."""
    post_termination_months: Annotated[int, Field(ge=0, le=MAX_EXIT_MONTH)] = 3
    """Months after leaving at which the right to buy ends."""
    kind: OptionKind = "unknown"
    """Incentive stock options or nonqualified ones; their tax differs."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)


class FundingRound(TypedInput):
    """A coming sale of new shares to investors."""

    month: ExitMonth
    """The month of the job in which it comes."""
    dilution_rate: PartOfCompany
    """The part of the company that the new shares make up."""


class Exit(TypedInput):
    """One way in which the company may be sold, or go public."""

    value: Money
    """What the whole company brings; 0 if it fails."""
    chance: Share
    """How likely you hold it to be; all of them sum to 1."""


class Startup(TypedInput):
    """What decides what shares and options of a private company may be worth."""

    fully_diluted_shares: Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False), NumberInput("count")] | None = (
        None
    )
    """All shares today, options and promised shares counted in."""
    ownership_share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), NumberInput("rate")] | None = None
    """Your part of the company today, in place of a number of options and of fully_diluted_shares."""
    vesting: Vesting = EVEN_VESTING
    """When the ownership_share vests; options and grants have schedules of their own."""
    preference_stack: Money = 0.0
    """What investors are paid before common shares."""
    investor_share: PartOfCompany | None = None
    """The investors' part of the company at the exit; left out, that of the coming rounds."""
    rounds: Listed[FundingRound] = ()
    """The coming rounds, by month."""
    exits: Listed[Exit] = ()
    """What the company may be sold for, and how likely each is."""
    exit_month: ExitMonth = 60
    """The month of the job in which shares can be sold."""
    acceleration: Acceleration = "none"
    """What vests at once at the exit: nothing, all (single), or all if the job ends with it (double)."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @field_validator("rounds")
    @classmethod
    def _rounds_rise(cls, value: tuple[FundingRound, ...]) -> tuple[FundingRound, ...]:
        for before, after in pairwise(value):
            if after.month <= before.month:
                raise fault(
                    f"must have rising months, got {before.month} before {after.month}. "
                    "Sort them, and make one of those of one month."
                )
        return value

    @field_validator("exits")
    @classmethod
    def _exits_are_a_whole(cls, value: tuple[Exit, ...]) -> tuple[Exit, ...]:
        amounts = sorted(one.value for one in value)
        twice = next((later for before, later in pairwise(amounts) if later == before), None)
        if twice is not None:
            raise fault(f"must name each value once, got {twice:,.15g} again. Make one exit of them.")
        total = math.fsum(one.chance for one in value)
        if value and abs(total - 1) > CHANCE_TOLERANCE:
            raise fault(
                f"must have chances that sum to 1, got {total:.10g}. Change them; failure is an exit of value 0."
            )
        return value

    @model_validator(mode="after")
    def _has_one_size(self) -> Startup:
        if self.fully_diluted_shares is not None and self.ownership_share is not None:
            raise fault("must give fully_diluted_shares or ownership_share, got both. Remove one.")
        if self.fully_diluted_shares is None and self.ownership_share is None:
            raise fault("must give fully_diluted_shares or ownership_share, got neither. Add one: ask the company.")
        return self
