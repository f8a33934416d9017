"""What an offer is worth: its years, its total and averages, its present value, the pay that is certain."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from compkit.explanation.derivation import Derivation, assumed, defined, node
from compkit.explanation.pay import OfferPay
from compkit.explanation.stock import Granted
from compkit.pay import COMPONENTS, FLAT
from compkit.periods import MONTHS_A_YEAR

Figures = dict[str, Callable[[], Derivation]]


def worth_figures(pay: OfferPay) -> Figures:
    """Explanations of the offer's worth by recorded figure."""
    found: Figures = {
        f"year {year} {part}": partial(pay.year, year, part)
        for part in (*COMPONENTS, "total")
        for year in range(1, pay.n_years + 1)
    }
    found["total"] = partial(total, pay)
    found["average"] = partial(average, pay)
    if not math.isnan(pay.evaluation.summary["first_two_year_average"]):
        found["first_two_year_average"] = partial(_first_two, pay)
    found["present_value"] = partial(present_value, pay)
    found["guaranteed_cash"] = partial(_guaranteed, pay)
    if pay.grants.paper and pay.evaluation.counts_paper:
        found |= {f"year {year} paper": partial(pay.year, year, "paper") for year in range(1, pay.n_years + 1)}
        found["paper"] = partial(paper, pay)
    return found


def paper(pay: OfferPay) -> Derivation:
    """Vests of all years in shares that cannot be sold [USD]; the total counts them, pages do not."""
    years = [pay.year(year, "paper") for year in range(1, pay.n_years + 1)]
    note = "counted in the total, but not cash: as far as your file says, these shares can't be sold"
    return node("sum", "paper", years, value=pay.evaluation.summary["paper"], note=note)


def total(pay: OfferPay) -> Derivation:
    """Return the sum of all years [USD]."""
    years = [pay.year(year, "total") for year in range(1, pay.n_years + 1)]
    return node("sum", "total", years, value=pay.evaluation.summary["total"])


def average(pay: OfferPay) -> Derivation:
    """Return the total over the years [USD]; a report calls it USD, too."""
    value = pay.evaluation.summary["average"]
    return node("quotient", "average", [total(pay), horizon(pay)], value=value)


def horizon(pay: OfferPay) -> Derivation:
    """Return the number of years as a leaf."""
    return assumed("years", float(pay.n_years), "years", "the horizon: four years unless you set --years")


def _first_two(pay: OfferPay) -> Derivation:
    years = [pay.year(year, "total") for year in (1, 2)]
    return node("mean", "first_two_year_average", years, value=pay.evaluation.summary["first_two_year_average"])


def _guaranteed(pay: OfferPay) -> Derivation:
    parts = [pay.year(year, "base") for year in range(1, pay.n_years + 1)]
    parts += [pay.year(year + 1, "sign_on") for year in range(min(pay.n_years, len(pay.offer.sign_on)))]
    note = "certain if you stay employed"
    return node("sum", "guaranteed_cash", parts, value=pay.evaluation.summary["guaranteed_cash"], note=note)


def present_value(pay: OfferPay) -> Derivation:
    """Present value of the offer: cash discounted, shares at today's price [USD]."""
    n_months, parts = MONTHS_A_YEAR * pay.n_years, list[Derivation]()
    for year in range(1, pay.n_years + 1):
        first, last = MONTHS_A_YEAR * (year - 1) + 1, MONTHS_A_YEAR * year
        parts.append(discounted(pay, pay.year(year, "base"), first, last))
        if pay.year(year, "bonus").value:
            parts.append(discounted(pay, pay.year(year, "bonus"), last, last))
        if year <= len(pay.offer.sign_on):
            paid_until = last if pay.offer.is_sign_on_monthly(year) else first
            parts.append(discounted(pay, pay.year(year, "sign_on"), first, paid_until))
    for granted in pay.grants.all:
        parts += _cash_today(pay, granted) if granted.row["is_cash"] else [
            granted.flat_worth(1, n_months, f"{granted.name}, at today's price")
        ]  # fmt: skip
    if pay.offer.refresher_plan is not None and not pay.grants.planned:
        parts.append(pay.grants.no_plan_yet("planned refreshers"))
    note = "later cash counts less; stock counts at today's price"
    return node("sum", "present_value", parts, value=pay.evaluation.summary["present_value"], note=note)


def _cash_today(pay: OfferPay, granted: Granted) -> list[Derivation]:
    vests = granted.vests(FLAT, 1, MONTHS_A_YEAR * pay.n_years, pay.n_years)
    return [discounted(pay, vest, month, month) for month, vest in vests] or [
        granted.vesting.nothing(f"{granted.name}, these years")
    ]


def discounted(pay: OfferPay, amount: Derivation, first: int, last: int) -> Derivation:
    """Present value of an amount paid evenly in months `first` to `last` [USD]."""
    rate = pay.evaluation.assumptions.discount_rate
    if not rate:
        return amount
    return node("product", f"present value of {amount.name}", [amount, discount(rate, first, last)])


def discount(rate: float, first: int, last: int) -> Derivation:
    """Present value of a dollar paid evenly in some months [ratio]."""
    parts = [
        assumed("discount rate", rate, "fraction", "what waiting a year costs, from --discount-rate"),
        defined("first month", float(first), "month", "when it is paid"),
        defined("last month", float(last), "month", "when it is paid"),
    ]
    when = f"in month {first}" if first == last else f"in months {first} to {last}"
    return node("discount", f"present value of a dollar paid {when}", parts, "ratio")
