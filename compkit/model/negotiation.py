"""What the candidate brings to the negotiation of one offer, and what was said in it so far."""

from __future__ import annotations

from pydantic import Field

from compkit.model.fields import CalendarDate, Listed, Money, Text, TypedInput

_MAX_REASONS = 5


class PackageAmounts(TypedInput):
    """The four parts of pay that are negotiated together."""

    base_salary: Money
    """Salary a year."""
    rsu_4yr: Money = 0.0
    """Worth of the stock grant over its whole time."""
    sign_on_y1: Money = 0.0
    """Sign-on of the first employment year."""
    sign_on_y2: Money = 0.0
    """Sign-on of the second employment year."""


class Negotiation(TypedInput):
    """The negotiation of one offer."""

    reasons: Listed[Text] = Field(default=(), max_length=_MAX_REASONS)
    """What makes the candidate worth more, each as a sentence of its own, as it should stand in a letter."""
    call_on: CalendarDate | None = None
    """The day of the next call."""
    first_offer: PackageAmounts | None = None
    """What the employer offered first: how far an employer moves counts from there, not from what it moved to."""
    leaning: PackageAmounts | None = None
    """The package that the recruiter leaned to in the last round; the next round stays close to it."""
    name_equity_left: bool = False
    """Whether letters may say how much unvested equity a move leaves behind."""
