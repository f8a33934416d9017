"""A household's money besides the job: what decides its tax and what it keeps."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from compkit.model.fields import Amount, TypedInput

MOST_CHILDREN = 20
YOUNGEST, OLDEST = 14, 100
"""Ages of a candidate [years]."""
_MOST_DIGITS = 9


def _read_digits(value: object) -> object:
    """Read a text of digits, as sheets have them; leave others to the field's own rules."""
    if isinstance(value, str) and (text := value.strip()).isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS:
        return int(text)
    return value


class HouseholdFacts(TypedInput):
    """The rest of the household, in USD a year; what is left out counts as 0."""

    housing: Literal["rent", "own"] | None = None
    """Whether the candidate's home of today is rented or owned."""
    housing_cost: Amount | None = None
    """All that this home costs: rent and utilities; or mortgage payments, property tax, insurance and dues."""

    spouse_wages: Amount | None = None
    """The spouse's taxable wages; an offer says if a move changes them."""
    children: Annotated[int, Field(ge=0, le=MOST_CHILDREN), BeforeValidator(_read_digits)] = 0
    """Children under 17."""
    childcare: Amount = 0.0
    """Paid for the care of children under 13."""
    age: Annotated[int, Field(ge=YOUNGEST, le=OLDEST), BeforeValidator(_read_digits)] | None = None
    """The candidate's age, for the higher limits on savings [years]."""
    traditional_401k: Amount = 0.0
    """What the candidate puts into a traditional 401(k)."""
    hsa: Amount = 0.0
    """What the candidate puts into a health savings account through payroll."""
    mortgage_interest: Amount = 0.0
    """Deductible interest on the mortgage."""
    property_tax: Amount = 0.0
    """Tax on the home."""
    charity: Amount = 0.0
    """Cash given to charity."""
    other_income: Amount = 0.0
    """Interest and other investment income at ordinary rates."""

    @property
    def cost_at_home(self) -> float | None:
        """What the home of today costs: as given, or if owned, its interest and tax; None if it is rented at market."""
        if self.housing_cost is None and self.housing == "own":
            return self.mortgage_interest + self.property_tax
        return self.housing_cost
