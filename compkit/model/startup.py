"""Stock options, and what decides the value of shares that can't be sold yet."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from compkit.model.equity import EVEN_VESTING
from compkit.model.fields import Listed, Money, NumberInput, Price, Share, ShareCount, Strike, TypedInput, require_one
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
    """Number of shares that may be bought."""
    strike: Strike
    """Price of one share when exercising."""
    fair_value: Price | None = None
    """Value of one common share in the company's last appraisal (409A)."""
    vesting: Vesting = EVEN_VESTING
    """A known schedule, a list of {month, fraction}, or a group."""
    start_month: StartMonth = 0
    """Months from the start date to the start of vesting; below 0, it began before the first day."""
    expires_after_months: ExitMonth = 120
    """Months after the grant at which the options expire."""
    post_termination_months: Annotated[int, Field(ge=0, le=MAX_EXIT_MONTH)] = 3
    """Months after leaving at which the options expire."""
    kind: OptionKind = "unknown"
    """Incentive (iso) or nonqualified (nso) options, which are taxed differently."""
    early_exercise: bool = False
    """Whether options may be exercised before they vest."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)


class FundingRound(TypedInput):
    """A future sale of new shares to investors."""

    month: ExitMonth
    """The month of the job when it happens."""
    dilution_rate: PartOfCompany
    """The new shares as a part of the company."""


class Exit(TypedInput):
    """One possible sale or public listing of the company."""

    value: Money
    """Value of the whole company; 0 if it fails."""
    chance: Share
    """Your estimate of its probability; all of them sum to 1."""


class Startup(TypedInput):
    """Terms that decide the value of shares and options of a private company."""

    fully_diluted_shares: Annotated[float, Field(gt=0, le=1e15, allow_inf_nan=False), NumberInput("count")] | None = (
        None
    )
    """All shares today, including options and promised shares."""
    ownership_share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False), NumberInput("rate")] | None = None
    """Your part of the company today, instead of n_options and fully_diluted_shares."""
    vesting: Vesting = EVEN_VESTING
    """Vesting of ownership_share; options and grants have their own schedules."""
    preference_stack: Money = 0.0
    """Amount paid to investors before common shares."""
    investor_share: PartOfCompany | None = None
    """The investors' part of the company at the exit; if left out, that of the coming rounds."""
    rounds: Listed[FundingRound] = ()
    """Future funding rounds, by month."""
    exits: Listed[Exit] = ()
    """Possible sale values and their probabilities."""
    exit_month: ExitMonth = 60
    """The month of the job when shares can be sold."""
    acceleration: Acceleration = "none"
    """Vesting at the exit: none, all (single), or all if the job ends with it (double)."""

    _vesting_is_whole = field_validator("vesting")(validate_vesting)

    @field_validator("rounds")
    @classmethod
    def _rounds_rise(cls, value: tuple[FundingRound, ...]) -> tuple[FundingRound, ...]:
        for before, after in pairwise(value):
            if after.month <= before.month:
                raise ValueError(
                    f"must have months in increasing order, got {before.month} before {after.month}. "
                    "Sort them, and merge rounds of the same month."
                )
        return value

    @field_validator("exits")
    @classmethod
    def _exits_are_a_whole(cls, value: tuple[Exit, ...]) -> tuple[Exit, ...]:
        amounts = sorted(one.value for one in value)
        twice = next((later for before, later in pairwise(amounts) if later == before), None)
        if twice is not None:
            raise ValueError(f"must list each value once, got {twice:,.15g} twice. Merge them into one exit.")
        total = math.fsum(one.chance for one in value)
        if value and abs(total - 1) > CHANCE_TOLERANCE:
            raise ValueError(
                f"must have chances that sum to 1, got {total:.10g}. Change them; failure is an exit with value 0."
            )
        return value

    @model_validator(mode="after")
    def _has_one_size(self) -> Startup:
        require_one(self, "fully_diluted_shares", "ownership_share")
        return self
