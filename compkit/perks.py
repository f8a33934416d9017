"""What an offer brings besides pay: a relocation and yearly benefits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from compkit.fields import Money, Spelled, TypedInput

Clawback = Literal["prorated", "full", "none"]


class Relocation(TypedInput):
    """Money for moving, paid once in the first month."""

    value: Money
    """What is paid."""
    clawback: Clawback = "prorated"
    """What leaving early makes due again."""
    months: Annotated[int, Field(ge=1, le=60)] = 12
    """For how long leaving makes any of it due again [months]."""


class Benefits(TypedInput):
    """What is worth money and is no pay; amounts a year."""

    retirement_match: Money = 0.0
    """What the employer pays into a retirement plan."""
    retirement_vesting_months: Annotated[int, Field(ge=0, le=120)] = 0
    """Leaving before the end of this month loses all of the match [months]."""
    espp_discount_value: Money = 0.0
    """The gain from buying shares below their price."""
    premiums: Money = 0.0
    """What the employee pays for insurance; it counts against the offer."""
    paid_time_off_days: Annotated[float, Field(ge=0, le=260, allow_inf_nan=False), Spelled("plain")] | None = None
    """Paid days off a year [working days]."""
    other: Money = 0.0
    """What other benefits are worth: gym, phone, meals."""
