"""What an offer brings besides pay: a relocation and yearly benefits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compkit.model.fields import Money, NumberInput, Share, TypedInput, fault
from compkit.periods import MONTHS_A_YEAR

Clawback = Literal["prorated", "full", "none", "full-then-prorated"]
MAX_REPAYMENT_MONTHS = 60
RepaymentMonths = Annotated[int, Field(ge=1, le=MAX_REPAYMENT_MONTHS)]
"""For how long leaving makes any of a payment due again, counted from the payment [months]."""


def repayment_months(clawback: Clawback, given: int | None) -> int:
    """Return for how long a payment may be owed back: as given, else 12 months, in two halves 24 [months].

    >>> repayment_months("full-then-prorated", None)
    24
    """
    if given is not None:
        return given
    return 2 * MONTHS_A_YEAR if clawback == "full-then-prorated" else MONTHS_A_YEAR


class Relocation(TypedInput):
    """Money for moving, paid once in the first month."""

    value: Money
    """What is paid."""
    clawback: Clawback = "prorated"
    """What leaving early makes due again."""
    months: RepaymentMonths | None = None
    """For how long leaving makes any of it due again: 12, with full-then-prorated 24 if left out [months]."""

    @property
    def repayment_months(self) -> int:
        """For how long leaving makes any of it due again [months]."""
        return repayment_months(self.clawback, self.months)


class StockPurchasePlan(TypedInput):
    """Shares of the employer bought out of the salary, below their price (ESPP)."""

    discount: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NumberInput("rate")]
    """By what part the price is lowered."""
    lookback: bool = False
    """Whether the lower price of the period's first and last day counts."""
    contribution_rate: Share
    """The part of the salary that buys shares."""
    cap: Money | None = None
    """The most that may be put in a year, where the plan has a limit of its own."""
    period_months: Annotated[int, Field(ge=1, le=27)] = 6
    """How long money is gathered before each purchase [months]."""


class Benefits(TypedInput):
    """What is worth money and is no pay; amounts a year."""

    retirement_match: Money = 0.0
    """What the employer pays into a retirement plan."""
    retirement_vesting_months: Annotated[int, Field(ge=0, le=120)] = 0
    """Leaving before the end of this month loses all of the match [months]."""
    espp_discount_value: Money = 0.0
    """The gain from buying shares below their price; or give espp, and it is worked out."""
    espp: StockPurchasePlan | None = None
    """What the gain from buying shares below their price follows from."""
    premiums: Money = 0.0
    """What the employee pays for insurance; it counts against the offer."""
    paid_time_off_days: Annotated[float, Field(ge=0, le=260, allow_inf_nan=False), NumberInput("plain")] | None = None
    """Paid days off a year [working days]."""
    other: Money = 0.0
    """What other benefits are worth: gym, phone, meals."""

    @model_validator(mode="after")
    def _has_one_gain_from_shares(self) -> Benefits:
        if self.espp is not None and "espp_discount_value" in self.model_fields_set:
            raise fault("must give espp or espp_discount_value, not both. Remove one.")
        return self
