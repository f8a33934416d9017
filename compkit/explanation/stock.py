"""What makes each vest of an offer: how much was granted, which part of it vests, and what a share is worth then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from compkit.breakeven import years_of_growth
from compkit.cashflow import PayTerms, cash_flow
from compkit.equity import VestingSchedule
from compkit.explanation.derivation import Derivation, Key, assumed, defined, made
from compkit.explanation.inputs import mentioned, said, tabled, typed
from compkit.offers import OfferEntry
from compkit.stock import Growth
from compkit.tables import Tables

FloatArray = NDArray[np.float64]
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
    is_assumed : bool
        Whether the file leaves the schedule out, so that the usual one stands in.
    """

    entry: OfferEntry
    tables: Tables
    schedule: VestingSchedule
    named: str | None
    path: str
    is_assumed: bool

    def part(self, number: int) -> Derivation:
        """Return the part of the grant that the tranche of that number vests [fraction]."""
        name = f"part that vests {self.schedule.months[number]} months after the grant"
        # The last tranche is what the others leave, so that rounded fractions still make up the whole grant.
        last = len(self.schedule.months) - 1
        if number == last and abs(1 - sum(self.schedule.fractions)) > 1e-15 and last > 0:
            whole = defined("the whole grant", 1.0, "fraction", "all of a grant vests in the end")
            earlier = [self._typed_part(each) for each in range(last)]
            return made("difference", name, [whole, *earlier], "fraction")
        return self._typed_part(number)

    def _typed_part(self, number: int) -> Derivation:
        month = self.schedule.months[number]
        name = f"part that vests {month} months after the grant"
        if self.named is None:
            return typed(self.entry, f"{self.path}[{number}].fraction", name, "fraction")
        key: Key = {"schedule": self.named, "month": month}
        return tabled(self.tables, _SCHEDULES, key, "fraction", name, "fraction", self._note)

    def part_between(self, start_month: int, first: int, last: int) -> Derivation:
        """Return the part of a grant made in `start_month` that vests in months `first` to `last` of the job."""
        numbers = [n for n, month in enumerate(self.schedule.months) if first <= month + start_month <= last]
        name = f"part that vests in months {first} to {last}"
        if not numbers:
            return self.nothing(name, "fraction")
        is_exact = abs(1 - sum(self.schedule.fractions)) <= 1e-15
        if self.named is not None and is_exact:
            key: Key = {"schedule": self.named, "month": tuple(self.schedule.months[n] for n in numbers)}
            return tabled(self.tables, _SCHEDULES, key, "fraction", name, "fraction", self._note)
        parts = [self.part(number) for number in numbers]
        return parts[0] if len(parts) == 1 else made("sum", name, parts, "fraction")

    def nothing(self, name: str, unit: str = "USD") -> Derivation:
        """Return a leaf of 0 for months in which nothing vests by the schedule."""
        if self.named is None:
            return said(self.entry, self.path, name, "nothing vests in these months", unit)
        note = f"nothing vests in these months by schedule {self.named}"
        return mentioned(self.tables, _SCHEDULES, {"schedule": self.named}, "fraction", name, unit, note)

    @property
    def _note(self) -> str:
        return "assumed, for the file names no schedule" if self.is_assumed else ""


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
    start_month : int
    is_valued : bool
        Whether its worth holds on the day of the grant.
    is_cash : bool
    pay : PayTerms
        The row alone.
    """

    name: str
    size: Derivation
    price: Derivation | None
    vesting: Vesting
    start_month: int
    is_valued: bool
    is_cash: bool
    pay: PayTerms

    @property
    def is_paper(self) -> bool:
        """Whether its shares cannot be sold, or nothing tells that they can."""
        return self.pay.has_paper

    def flow(self, growth: Growth, n_years: int) -> FloatArray:
        """Return what vests in each month by the kit's own cash flow [USD]."""
        return np.asarray(cash_flow(self.pay, growth, n_years).equity[0])

    def vests(self, growth: Growth, first: int, last: int, n_years: int) -> list[tuple[int, Derivation]]:
        """Return the month and the worth of each vest of months `first` to `last` [USD]."""
        flow = self.flow(growth, n_years)
        found = []
        for number, month in enumerate(self.vesting.schedule.months):
            at = month + self.start_month
            if first <= at <= last:
                found.append((at, self._vest(number, at, growth, float(flow[at - 1]))))
        return found

    def _vest(self, number: int, at: int, growth: Growth, value: float) -> Derivation:
        parts = [self.size, self.vesting.part(number), *self._prices(at, growth)]
        return made("product", f"month {at}, {self.name}", parts, value=value)

    def _prices(self, at: int, growth: Growth) -> list[Derivation]:
        """Return what turns the size into the worth of a month: the price then, or its growth, or nothing."""
        factor = None if self.is_cash or not growth.rate else growth_factor(growth, at, self._since)
        if self.price is None:
            return [factor] if factor else []
        if factor is None:
            return [self.price]
        return [made("product", f"share price in month {at}", [self.price, factor], self.price.unit)]

    @property
    def _since(self) -> int:
        return self.start_month if self.is_valued else 0

    def flat_worth(self, first: int, last: int, name: str) -> Derivation:
        """Return what vests in some months at today's price [USD]."""
        part = self.vesting.part_between(self.start_month, first, last)
        return made("product", name, [self.size, part, *([self.price] if self.price else [])])


def growth_factor(growth: Growth, at: int, since: int) -> Derivation:
    """Return what a share price has become by a month, over what it was in an earlier one [ratio]."""
    how = "smoothly" if growth.convention == "smooth" else "in one step a year"
    rate = assumed(
        "growth of the share price a year", growth.rate, "fraction", f"the scenario's growth; it comes {how}"
    )
    years = years_of_growth(np.array([at, since]), growth.convention)
    grown = defined(f"years of growth by month {at}", float(years[0] - years[1]), "years", f"it comes {how}")
    value = float(growth.price(at) / growth.price(since))
    return made("compound", f"growth by month {at}", [rate, grown], "ratio", value)
