"""Relocation and yearly benefits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from compkit.model.fields import Money, NumberInput, Share, TypedInput
from compkit.periods import MONTHS_A_YEAR

Clawback = Literal["prorated", "full", "none", "full-then-prorated"]
MAX_REPAYMENT_MONTHS = 60
RepaymentMonths = Annotated[int, Field(ge=1, le=MAX_REPAYMENT_MONTHS)]
"""How long after a payment leaving makes any of it repayable [months]."""


def repayment_months(clawback: Clawback, given: int | None) -> int:
    """Repayment period of a payment: as given, else 12 months, or 24 with full-then-prorated [months].

    >>> repayment_months("full-then-prorated", None)
    24
    """
    if given is not None:
        return given
    return 2 * MONTHS_A_YEAR if clawback == "full-then-prorated" else MONTHS_A_YEAR


class Relocation(TypedInput):
    """Money for moving, paid once in the first month."""

    value: Money
    """Amount paid."""
    clawback: Clawback = "prorated"
    """How much leaving early makes repayable."""
    months: RepaymentMonths | None = None
    """Repayment period; if left out 12, or 24 with full-then-prorated [months]."""

    @property
    def repayment_months(self) -> int:
        """Repayment period [months]."""
        return repayment_months(self.clawback, self.months)


class StockPurchasePlan(TypedInput):
    """Employee stock purchase plan (ESPP)."""

    discount: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False), NumberInput("rate")]
    """Discount on the share price."""
    lookback: bool = False
    """Whether the lower price of the period's first and last days counts."""
    contribution_rate: Share
    """The part of the salary that buys shares."""
    cap: Money | None = None
    """The plan's own yearly contribution limit."""
    period_months: Annotated[int, Field(ge=1, le=27)] = 6
    """Length of each purchase period [months]."""


class Benefits(TypedInput):
    """Benefits with a money value; amounts a year."""

    retirement_match: Money = 0.0
    """The employer's payment into a retirement plan."""
    retirement_vesting_months: Annotated[int, Field(ge=0, le=120)] = 0
    """Leaving before the end of this month forfeits the whole match [months]."""
    espp_discount_value: Money = 0.0
    """Gain from discounted shares; or give espp to have it calculated."""
    espp: StockPurchasePlan | None = None
    """The stock purchase plan that the gain is calculated from."""
    premiums: Money = 0.0
    """Insurance premiums the employee pays; they count against the offer."""
    paid_time_off_days: Annotated[float, Field(ge=0, le=260, allow_inf_nan=False), NumberInput("plain")] | None = None
    """Paid days off a year [working days]."""
    other: Money = 0.0
    """Value of other benefits, such as gym, phone, and meals."""

    @model_validator(mode="after")
    def _has_one_gain_from_shares(self) -> Benefits:
        if self.espp is not None and "espp_discount_value" in self.model_fields_set:
            raise ValueError("has both espp and espp_discount_value. Remove one.")
        return self
