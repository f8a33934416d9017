"""The usual size of each amount in an offers file; amounts outside get a warning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

from pydantic import BaseModel

from compkit.model import MarketObservation, is_in_currency

IN_THOUSANDS = "Is it in thousands?"
IN_MILLIONS = "Is it in millions?"
TOO_HIGH = "Is it in another currency?"
WarningLine = tuple[str, str]
"""Field and message of a warning."""


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The usual size of an amount.

    Parameters
    ----------
    low, high : float
        Ends of the range [USD].
    question : str
        Question about a lower amount; `{amount}` stands for the amount.
    per : str
        Period of the amount, such as ` a year`.
    is_zero_usual : bool
        Whether 0 is usual, too.
    """

    low: float = 100.0
    high: float = 20_000_000.0
    question: str = IN_THOUSANDS
    per: str = ""
    is_zero_usual: bool = True

    def warning(self, amount: float) -> str | None:
        """Message for an amount [USD] outside the range, without its subject, or None."""
        shown = f"{amount:,.10g}"
        if amount < self.low and not (amount == 0 and self.is_zero_usual):
            return f"of {shown} USD{self.per} is very low. {self.question.format(amount=f'{amount:.10g}')}"
        return f"of {shown} USD{self.per} is very high. {TOO_HIGH}" if amount > self.high else None


SALARY = UsualRange(30_000, 3_000_000, "Is it a monthly amount, or in thousands?", " a year")
_TOTAL = UsualRange(30_000, question="Is it a monthly amount, or in thousands?")
_BONUS = UsualRange(500, question="Is it a percentage of base salary, or in thousands?", per=" a year")
STOCK = UsualRange(10_000, 1e9, "Is {amount} a number of shares (`units`), or an amount in thousands?")
_SIGN_ON = UsualRange(1_000)
_YEARLY_STOCK = UsualRange(1_000, per=" a year")
_MATCH = UsualRange(100, question="Is it a percentage, or in thousands?", per=" a year")
_PART = UsualRange(500, 1_000_000, per=" a year")

USUAL_RANGES: Mapping[tuple[str, str], UsualRange] = {
    ("Offer", "base_salary"): replace(SALARY, is_zero_usual=False),
    ("Offer", "annual_bonus"): _BONUS,
    ("Offer", "sign_on"): _SIGN_ON,
    ("Grant", "value"): STOCK,
    ("Refresher", "value"): UsualRange(1_000),
    ("RefresherPlan", "annual_value"): _YEARLY_STOCK,
    ("RefresherPlan", "target_pay"): SALARY,
    ("Relocation", "value"): UsualRange(500),
    ("Benefits", "retirement_match"): _MATCH,
    ("Benefits", "espp_discount_value"): _MATCH,
    ("Benefits", "premiums"): UsualRange(50, question="Is it a monthly amount?", per=" a year"),
    ("Benefits", "other"): UsualRange(20, per=" a year"),
    ("Quoted", "total_y1"): _TOTAL,
    ("Quoted", "total_4yr"): _TOTAL,
    ("PostedBase", "low"): SALARY,
    ("PostedBase", "high"): SALARY,
    ("PackageAmounts", "base_salary"): SALARY,
    ("PackageAmounts", "rsu_4yr"): STOCK,
    ("PackageAmounts", "sign_on_y1"): _SIGN_ON,
    ("PackageAmounts", "sign_on_y2"): _SIGN_ON,
    ("Exit", "value"): UsualRange(1_000_000, 1e12, IN_MILLIONS),
    ("Startup", "preference_stack"): UsualRange(100_000, 1e12, IN_MILLIONS),
    ("CurrentJob", "base_salary"): SALARY,
    ("CurrentJob", "annual_bonus"): _BONUS,
    ("CurrentJob", "annual_equity"): _YEARLY_STOCK,
    ("CurrentJob", "unvested_equity"): UsualRange(1_000),
    ("CurrentJob", "repayment_owed"): UsualRange(500),
    ("DatedVest", "value"): UsualRange(100),
    ("WalkAwayParts", "cost_of_living_adjustment"): _PART,
    ("WalkAwayParts", "risk_premium"): _PART,
    ("WalkAwayParts", "growth_value"): _PART,
}
"""By model and field. Other amounts in the offer's currency are compared with `UsualRange()`."""

_PRICES = frozenset({"grant_price", "price_now", "strike", "fair_value"})
"""The price of one share may be anything."""
_BY_MEASURE: Mapping[str, UsualRange] = {
    "base_salary": SALARY,
    "total_y1": _TOTAL,
    "total_4yr_avg": _TOTAL,
    "rsu_4yr": UsualRange(10_000),
    "sign_on_y1": _SIGN_ON,
    "sign_on_y2": _SIGN_ON,
}


def amount_warnings(model: BaseModel, path: str = "") -> Iterator[WarningLine]:
    """Yield a warning for each unusual amount in a model in USD, at any depth; `path` is its place in the file."""
    usual_of = _usual_ranges(type(model))
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
def _usual_ranges(model: type[BaseModel]) -> Mapping[str, UsualRange]:
    """Usual size of each amount of a model, by field."""
    fields = {
        name: UsualRange()
        for name, field in model.model_fields.items()
        if is_in_currency(field) and name not in _PRICES
    }
    return fields | {name: usual for (owner, name), usual in USUAL_RANGES.items() if owner == model.__name__}
