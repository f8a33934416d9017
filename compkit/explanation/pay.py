"""What an offer pays in some of its months, part by part, and what makes each part."""

from __future__ import annotations

from functools import cache, cached_property, partial

import pandas as pd

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, assumed, defined, node
from compkit.explanation.grants import OfferGrants
from compkit.explanation.inputs import from_offer, zero_from_offer
from compkit.explanation.salary import bonus_in_money, first_bonus_share, salary_of_year
from compkit.model import MAX_SIGN_ON_YEARS
from compkit.pay import COMPONENTS, pay_terms
from compkit.periods import MONTHS_A_YEAR

PART_NAMES = {"base": "salary", "bonus": "bonus", "sign_on": "sign-on", "equity": "stock", "total": "total",
              "paper": "stock that cannot be sold"}  # fmt: skip


class OfferPay:
    """One offer's payments under the assumptions of an evaluation.

    Nodes are made once: a year's pay that stands in several figures is one node.
    """

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.entry, self.offer = evaluation.entry, evaluation.entry.offer
        self.year, self.salary = cache(self._year), cache(partial(salary_of_year, self.entry))

    @property
    def n_years(self) -> int:
        """The horizon [years]."""
        return self.evaluation.assumptions.n_years

    @cached_property
    def grants(self) -> OfferGrants:
        """What the offer grants."""
        evaluation = self.evaluation
        return OfferGrants(evaluation, pay_terms([evaluation.offer], evaluation.tables.schedules))

    @cached_property
    def flow(self) -> pd.DataFrame:
        """The payments by month, as the kit has them [USD]."""
        return self.evaluation.cash_flow.of_offer(self.offer.id)

    def _year(self, year: int, part: str) -> Derivation:
        """Return one part, or the total, of what an employment year pays [USD]."""
        first = MONTHS_A_YEAR * (year - 1) + 1
        value = float(self.evaluation.valuation.by_year[part][0, year - 1])
        return self.between(part, first, first + MONTHS_A_YEAR - 1, f"year {year} {part}", value)

    def between(self, part: str, first: int, last: int, name: str, value: float | None = None) -> Derivation:
        """Return one part, or the total, of what months `first` to `last` pay [USD].

        Parameters
        ----------
        part : {"base", "bonus", "sign_on", "equity", "total", "paper"}
        first, last : int
            Both included.
        name : str
        value : float, optional
            What the kit says that it is; the sum of the cash flow if left out.
        """
        if value is None:
            columns = list(COMPONENTS) if part == "total" else [part]
            value = float(self.flow.loc[first:last, columns].to_numpy().sum())
        makers = {"base": self._base, "bonus": self._bonus, "sign_on": self._sign_on, "equity": self._equity,
                  "paper": self._paper}  # fmt: skip
        if part == "total":
            kinds = [kind for kind in COMPONENTS if kind == "base" or self._is_told(kind)]
            parts = [self._part(kind, first, last) for kind in kinds]
        else:
            parts = makers[part](first, last)
        if len(parts) == 1:
            return Derivation(name, value, "USD", "same", (parts[0],))
        return node("sum", name, parts, value=value)

    def _part(self, kind: str, first: int, last: int) -> Derivation:
        """Return a part of a total; that of an employment year is the figure of its own."""
        if first % MONTHS_A_YEAR == 1 and last == first + MONTHS_A_YEAR - 1:
            return self.year(last // MONTHS_A_YEAR, kind)
        return self.between(kind, first, last, f"{PART_NAMES[kind]}, months {first} to {last}")

    def _is_told(self, kind: str) -> bool:
        """Whether the file states a part; totals do not show others."""
        offer = self.offer
        told = {
            "bonus": offer.has_bonus,
            "sign_on": bool(offer.sign_on),
            "equity": bool(offer.equity or offer.refreshers or offer.refresher_plan),
        }
        return told[kind]

    def _years(self, first: int, last: int) -> range:
        return range((first - 1) // MONTHS_A_YEAR + 1, (last - 1) // MONTHS_A_YEAR + 2)

    def _base(self, first: int, last: int) -> list[Derivation]:
        return [self._for_months(self.salary(year), "salary", year, first, last) for year in self._years(first, last)]

    def _for_months(self, yearly: Derivation, what: str, year: int, first: int, last: int) -> Derivation:
        """Return the share of a yearly amount that falls in the months of its year that lie within some months."""
        start = MONTHS_A_YEAR * (year - 1) + 1
        n_months = min(last, start + MONTHS_A_YEAR - 1) - max(first, start) + 1
        if n_months == MONTHS_A_YEAR:
            return yearly
        part = node("quotient", "share of a year", [months_counted(n_months), a_year()], "fraction")
        return node("product", f"{what} of year {year}, {n_months} months", [yearly, part])

    def _bonus(self, first: int, last: int) -> list[Derivation]:
        years = [year for year in self._years(first, last) if first <= MONTHS_A_YEAR * year <= last]
        if not years:
            return [assumed("bonus", 0.0, "USD", "paid at the end of an employment year; none ends here")]
        return [self._bonus_of(year) for year in years]

    def _bonus_of(self, year: int) -> Derivation:
        name, entry = f"bonus of year {year}, in month {MONTHS_A_YEAR * year}", self.entry
        if self.offer.annual_bonus:
            parts = [bonus_in_money(entry)]
        else:
            rate = from_offer(entry, "bonus_target_rate", "target bonus", "fraction", "share of that year's salary")
            parts = [self.salary(year), rate]
        if year == 1 and self.offer.first_bonus_share != 1:
            parts.append(first_bonus_share(entry))
        return node("product", name, parts)

    def _sign_on(self, first: int, last: int) -> list[Derivation]:
        found = []
        for year in self._years(first, last):
            if year > len(self.offer.sign_on):
                continue
            paid = from_offer(self.entry, f"sign_on[{year - 1}]", f"sign-on of year {year}")
            if self.offer.is_sign_on_monthly(year):
                found.append(self._for_months(paid, "sign-on", year, first, last))
            elif first <= MONTHS_A_YEAR * (year - 1) + 1 <= last:
                found.append(paid)
        if found:
            return found
        if self._years(first, last)[0] > MAX_SIGN_ON_YEARS:
            return [assumed("sign-on", 0.0, "USD", f"sign-on bonuses are paid in the first {MAX_SIGN_ON_YEARS} years")]
        return [zero_from_offer(self.entry, "sign_on", "sign-on", "your file lists none for these months")]

    def _equity(self, first: int, last: int) -> list[Derivation]:
        growth, found, nothing = self.evaluation.assumptions.growth, dict[int, list[Derivation]](), list[Derivation]()
        if not self.grants.all and self.grants.paper:
            return [zero_from_offer(self.entry, "equity", "stock", "it can't be sold, so it doesn't count as pay here")]
        if not self.grants.all and self.offer.refresher_plan is None:
            return [zero_from_offer(self.entry, "equity", "stock", "your file lists no grants")]
        n_years = self.n_years
        for granted in self.grants.all:
            vests = granted.vests(growth, first, last, n_years)
            for month, vest in vests:
                found.setdefault(month, []).append(vest)
            if not vests and granted not in self.grants.planned:
                nothing.append(granted.vesting.nothing(f"{granted.name}, these months"))
        if self.offer.refresher_plan is not None and not any(
            granted.vests(growth, first, last, n_years) for granted in self.grants.planned
        ):
            nothing.append(self.grants.no_plan_yet("planned refreshers, these months"))
        return [self._month(month, found[month]) for month in sorted(found)] + nothing

    def _paper(self, first: int, last: int) -> list[Derivation]:
        growth = self.evaluation.assumptions.growth
        vests = [vest for granted in self.grants.paper
                 for _, vest in granted.vests(growth, first, last, self.n_years)]  # fmt: skip
        return vests or [
            zero_from_offer(self.entry, "equity", "stock that cannot be sold", "none vests in these months")
        ]

    def _month(self, month: int, vests: list[Derivation]) -> Derivation:
        if len(vests) == 1:
            return vests[0]
        return node("sum", f"month {month}", vests, value=float(self.flow["equity"].to_numpy(dtype=float)[month - 1]))


def months_counted(n_months: float) -> Derivation:
    """Return a number of months as a leaf."""
    return defined("months", n_months, "months", "counted")


def a_year() -> Derivation:
    """Return the months of a year as a leaf."""
    return defined("months of a year", float(MONTHS_A_YEAR), "months")
