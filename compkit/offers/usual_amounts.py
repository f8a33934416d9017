"""How large each amount of an offers file usually is: what lies outside is possible, but hardly meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import BaseModel

from compkit.model.fields import is_in_currency
from compkit.model.offer import MarketObservation

IN_THOUSANDS = "Is it in thousands?"
IN_MILLIONS = "Is it in millions?"
TOO_HIGH = "Is it in another currency?"
WarningLine = tuple[str, str]
"""The field and what is doubtful about it, as a `Fault` takes them."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual size of an amount.

    Parameters
    ----------
    low, high : float
        The ends of what is usual [USD].
    question : str
        What to ask where it is less; `{amount}` stands for the amount.
    per : str
        What follows the amount, such as ` a year`.
    is_zero_usual : bool
        Whether there may well be none.
    """

    low: float = 100.0
    high: float = 20_000_000.0
    question: str = IN_THOUSANDS
    per: str = ""
    is_zero_usual: bool = True

    def warning(self, amount: float) -> str | None:
        """Return what is doubtful about an amount [USD], as the rest of a sentence, or None."""
        shown = f"{amount:,.10g}"
        if amount < self.low and not (amount == 0 and self.is_zero_usual):
            return f"of {shown} USD{self.per} is very low. {self.question.format(amount=f'{amount:.10g}')}"
        return f"of {shown} USD{self.per} is very high. {TOO_HIGH}" if amount > self.high else None


SALARY = Usual(30_000, 3_000_000, "Is it a monthly amount, or in thousands?", " a year")
_TOTAL = Usual(30_000, question="Is it a monthly amount, or in thousands?")
_BONUS = Usual(500, question="Is it a percentage of base salary, or in thousands?", per=" a year")
STOCK = Usual(10_000, 1e9, "Is {amount} a number of shares (`units`), or an amount in thousands?")
_SIGN_ON = Usual(1_000)
_YEARLY_STOCK = Usual(1_000, per=" a year")
_MATCH = Usual(100, question="Is it a percentage, or in thousands?", per=" a year")
_PART = Usual(500, 1_000_000, per=" a year")

USUAL: Mapping[tuple[str, str], Usual] = {
    ("Offer", "base_salary"): replace(SALARY, is_zero_usual=False),
    ("Offer", "annual_bonus"): _BONUS,
    ("Offer", "sign_on"): _SIGN_ON,
    ("Grant", "value"): STOCK,
    ("Refresher", "value"): Usual(1_000),
    ("RefresherPlan", "annual_value"): _YEARLY_STOCK,
    ("RefresherPlan", "target_pay"): SALARY,
    ("Relocation", "value"): Usual(500),
    ("Benefits", "retirement_match"): _MATCH,
    ("Benefits", "espp_discount_value"): _MATCH,
    ("Benefits", "premiums"): Usual(50, question="Is it a monthly amount?", per=" a year"),
    ("Benefits", "other"): Usual(20, per=" a year"),
    ("Quoted", "total_y1"): _TOTAL,
    ("Quoted", "total_4yr"): _TOTAL,
    ("PostedBase", "low"): SALARY,
    ("PostedBase", "high"): SALARY,
    ("PackageAmounts", "base_salary"): SALARY,
    ("PackageAmounts", "rsu_4yr"): STOCK,
    ("PackageAmounts", "sign_on_y1"): _SIGN_ON,
    ("PackageAmounts", "sign_on_y2"): _SIGN_ON,
    ("Exit", "value"): Usual(1_000_000, 1e12, IN_MILLIONS),
    ("Startup", "preference_stack"): Usual(100_000, 1e12, IN_MILLIONS),
    ("PresentJob", "base_salary"): SALARY,
    ("PresentJob", "annual_bonus"): _BONUS,
    ("PresentJob", "annual_equity"): _YEARLY_STOCK,
    ("PresentJob", "unvested_equity"): Usual(1_000),
    ("PresentJob", "repayment_owed"): Usual(500),
    ("DatedVest", "value"): Usual(100),
    ("WalkAwayParts", "cost_of_living_adjustment"): _PART,
    ("WalkAwayParts", "risk_premium"): _PART,
    ("WalkAwayParts", "growth_value"): _PART,
}
"""By the model and its field. An amount in the offer's currency that is not here is held against `Usual()`."""

_PRICES = frozenset({"grant_price", "price_now", "strike", "fair_value"})
"""What one share costs may be anything."""
_BY_MEASURE: Mapping[str, Usual] = {
    "base_salary": SALARY,
    "total_y1": _TOTAL,
    "total_4yr_avg": _TOTAL,
    "rsu_4yr": Usual(10_000),
    "sign_on_y1": _SIGN_ON,
    "sign_on_y2": _SIGN_ON,
}


def amount_warnings(model: BaseModel, path: str = "") -> Iterator[WarningLine]:
    """Yield a warning for each amount in a model, at any depth, that is not of a usual size.

    Parameters
    ----------
    model : BaseModel
        With its amounts in USD.
    path : str
        Where it stands in the file.
    """
    usual_of = _usual_by_field(type(model))
    for name in type(model).model_fields:
        place, value = f"{path}.{name}" if path else name, getattr(model, name)
        usual = usual_of.get(name)
        if usual is not None and isinstance(model, MarketObservation):
            usual = _BY_MEASURE[model.measure]
        parts = [(f"{place}[{number}]", part) for number, part in enumerate(value)] if isinstance(value, tuple) else []
        for where, part in parts or [(place, value)]:
            if isinstance(part, BaseModel):
                yield from amount_warnings(part, where)
            elif usual is not None and isinstance(part, float) and (warning := usual.warning(part)):
                yield where, warning


@cache
def _usual_by_field(model: type[BaseModel]) -> Mapping[str, Usual]:
    """Return the usual size of each amount of a model by its field."""
    fields = {
        name: Usual() for name, field in model.model_fields.items() if is_in_currency(field) and name not in _PRICES
    }
    return fields | {name: usual for (owner, name), usual in USUAL.items() if owner == model.__name__}
