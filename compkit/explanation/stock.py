"""What makes each vest of an offer: how much was granted, which part of it vests, and what a share is worth then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from compkit.explanation.derivation import Derivation, Key, assumed, defined, node
from compkit.explanation.inputs import from_offer, from_table, rows_of, zero_from_offer, zero_from_table
from compkit.model import VestingSchedule
from compkit.offers import OfferEntry
from compkit.pay import FloatArray, Growth, PayTerms, cash_flow, years_of_growth
from compkit.reference import Tables, records

_SCHEDULES = "vesting_schedules"


@dataclass(frozen=True)
class Vesting:
    """A schedule and where its parts stand: rows of a table, or tranches that the file spells out.

    Parameters
    ----------
    entry : OfferEntry
    tables : Tables
    schedule : VestingSchedule
    named : str or None
        The table's schedule; None for tranches of the file.
    path : str
        The field of the offer that says so, without an index.
    due_months : tuple of int
        When the tranches fall due; otherwise than in `schedule` where the company's calendar moves them.
    is_rest_last : bool
        Whether the last tranche of the file is what the others leave.
    is_assumed : bool
        Whether the file leaves the schedule out, so that the usual one stands in.
    """

    entry: OfferEntry
    tables: Tables
    schedule: VestingSchedule
    named: str | None
    path: str
    due_months: tuple[int, ...]
    is_rest_last: bool
    is_assumed: bool

    def part(self, number: int) -> Derivation:
        """Return the part of the grant that the tranche of that number vests [fraction]."""
        # The last tranche is what the others leave, so that rounded fractions still make up the whole grant.
        last = len(self.schedule.months) - 1
        if number == last and last > 0 and (self._has_rest or abs(1 - sum(self.schedule.fractions)) > 1e-15):
            whole = defined("the whole grant", 1.0, "fraction", "a grant vests in full")
            earlier = [self._stated_part(each) for each in range(last)]
            return node("difference", self._name(number), [whole, *earlier], "fraction")
        return self._stated_part(number)

    def _name(self, number: int) -> str:
        return f"portion that vests {self.schedule.months[number]} months after the grant"

    def _stated_part(self, number: int) -> Derivation:
        name = self._name(number)
        if self.named is None:
            if self._has_rest and len(self.schedule.months) == 1:
                return replace(zero_from_offer(self.entry, self.path, name, "all of it", "fraction"), value=1.0)
            return from_offer(self.entry, f"{self.path}[{number}].fraction", name, "fraction")
        if not self._is_tabled:
            n_parts = len(self.due_months)
            return defined(name, 1 / n_parts, "fraction", f"{self.named} vests in {n_parts} equal parts")
        key: Key = {"schedule": self.named, "month": self.due_months[number]}
        return from_table(self.tables, _SCHEDULES, key, "fraction", name, "fraction", self._note)

    @property
    def _has_rest(self) -> bool:
        return self.is_rest_last and self.named is None

    @property
    def _is_tabled(self) -> bool:
        return bool(rows_of(self.tables, _SCHEDULES, {"schedule": str(self.named)}))

    def numbers_by_month(self, start_month: int) -> dict[int, list[int]]:
        """Return the numbers of the tranches of a grant made in `start_month` that vest in each month of the job."""
        found: dict[int, list[int]] = {}
        for number, month in enumerate(self.schedule.months):
            found.setdefault(max(1, month + start_month), []).append(number)
        return found

    def part_between(self, start_month: int, first: int, last: int) -> Derivation:
        """Return the part of a grant made in `start_month` that vests in months `first` to `last` of the job."""
        by_month = self.numbers_by_month(start_month)
        numbers = [number for at, found in by_month.items() if first <= at <= last for number in found]
        name = f"portion that vests in months {first} to {last}"
        return self.parts(numbers, name) if numbers else self.nothing(name, "fraction")

    def parts(self, numbers: list[int], name: str) -> Derivation:
        """Return the part of the grant that some tranches vest together [fraction]."""
        is_exact = abs(1 - sum(self.schedule.fractions)) <= 1e-15
        if self.named is not None and is_exact and self._is_tabled:
            key: Key = {"schedule": self.named, "month": tuple(self.due_months[number] for number in numbers)}
            return from_table(self.tables, _SCHEDULES, key, "fraction", name, "fraction", self._note)
        found = [self.part(number) for number in numbers]
        return found[0] if len(found) == 1 else node("sum", name, found, "fraction")

    def nothing(self, name: str, unit: str = "USD") -> Derivation:
        """Return a leaf of 0 for months in which nothing vests by the schedule."""
        if self.named is None or not self._is_tabled:
            return zero_from_offer(self.entry, self.path, name, "nothing vests in these months", unit)
        note = f"schedule {self.named} vests nothing in these months"
        return zero_from_table(self.tables, _SCHEDULES, {"schedule": self.named}, "fraction", name, unit, note)

    @property
    def _note(self) -> str:
        return "assumed: your file names no schedule" if self.is_assumed else ""


@dataclass(frozen=True)
class Granted:
    """One row of an offer's grants: a grant, or the shares or the cash of a refresher.

    Parameters
    ----------
    name : str
    size : Derivation
        Units [shares], or worth when made [USD].
    price : Derivation or None
        Today's share price [USD a share]; None where the size is a worth already.
    vesting : Vesting
    pay : PayTerms
        The row alone.
    """

    name: str
    size: Derivation
    price: Derivation | None
    vesting: Vesting
    pay: PayTerms

    @cached_property
    def row(self) -> Mapping[str, Any]:
        """What the cash flow knows of it: a row of `PayTerms.grants`."""
        (row,) = records(self.pay.grants)
        return row

    def flow(self, growth: Growth, n_years: int) -> FloatArray:
        """Vests of each month in the cash flow [USD]."""
        return np.asarray(cash_flow(self.pay, growth, n_years).equity[0])

    def vests(self, growth: Growth, first: int, last: int, n_years: int) -> list[tuple[int, Derivation]]:
        """Return the month and the worth of each vest of months `first` to `last` [USD]."""
        flow, by_month = self.flow(growth, n_years), self.vesting.numbers_by_month(self.row["start_month"])
        return [
            (at, self._vest(numbers, at, growth, float(flow[at - 1])))
            for at, numbers in by_month.items()
            if first <= at <= last
        ]

    def _vest(self, numbers: list[int], at: int, growth: Growth, value: float) -> Derivation:
        """Return the worth of what tranches vest in one month: one, or all that the first day or a vest day brings."""
        when = "by the first day" if at == 1 and self.row["start_month"] < 0 else f"in month {at}"
        together = f"portion that vests {when}"
        part = self.vesting.part(numbers[0]) if len(numbers) == 1 else self.vesting.parts(numbers, together)
        parts = [self.size, part, *self._prices(at, growth)]
        return node("product", f"month {at}, {self.name}", parts, value=value)

    def _prices(self, at: int, growth: Growth) -> list[Derivation]:
        """Factors from the size to the worth of a month: the price then, or its growth, or none."""
        own, is_cash = growth.of(self.row["company"]), self.row["is_cash"]
        factor = None if is_cash or not (own.rate or own.path) else growth_factor(own, at, self.row["priced_month"])
        if self.price is None:
            return [factor] if factor else []
        if factor is None:
            return [self.price]
        return [node("product", f"share price in month {at}", [self.price, factor], self.price.unit)]

    def flat_worth(self, first: int, last: int, name: str) -> Derivation:
        """Vests of some months at today's price [USD]."""
        part = self.vesting.part_between(self.row["start_month"], first, last)
        return node("product", name, [self.size, part, *([self.price] if self.price else [])])


def growth_factor(growth: Growth, at: int, since: int) -> Derivation:
    """Share price of a month over that of an earlier one; 1 before that month."""
    value, at = float(growth.ratio(at, since)), max(at, since)
    if growth.path:
        prices = [assumed(f"share price in month {month}, over today's", float(growth.price(month)), "ratio",
                          "the scenario's price path") for month in (at, *([since] if since else []))]  # fmt: skip
        return node("quotient" if since else "same", f"growth by month {at}", prices, "ratio", value)
    how = "smoothly" if growth.convention == "smooth" else "once a year"
    rate = assumed("yearly growth of the share price", growth.rate, "fraction", f"the growth you set, applied {how}")
    years = years_of_growth([at, since], growth.convention)
    grown = defined(f"years of growth by month {at}", float(years[0] - years[1]), "years", f"applied {how}")
    return node("compound", f"growth by month {at}", [rate, grown], "ratio", value)
