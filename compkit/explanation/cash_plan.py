"""The cash plan: the calculation of each calendar year, run on traced pay under a traced law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from typing import Any, Self

import pandas as pd

from compkit.explanation.derivation import Derivation, assumed, node
from compkit.explanation.earlier_pay import earlier_nodes
from compkit.explanation.household import SPOUSE_WAGES, traced_finances
from compkit.explanation.pay import PART_NAMES, a_year, months_counted
from compkit.explanation.places import Places
from compkit.explanation.present import current_total
from compkit.explanation.traced import Traced, node_of
from compkit.explanation.traced_law import TracedTables
from compkit.explanation.worth import Figures
from compkit.explanation.year_tax import YearTax
from compkit.periods import calendar_year_of_months
from compkit.place import Living
from compkit.tax import (
    SUPPLEMENTAL,
    Deduction,
    Finances,
    Job,
    Move,
    Residence,
    Stays,
    TaxCase,
    YearLaw,
    employers,
    last_year,
    plan_year,
    whole_calendar_years,
)

_ANNUALIZED = ", annualized"


def plan_figures(places: Places) -> Figures:
    """Explanations of the cash plan by recorded figure; none if it cannot be computed."""
    plan, home = places.analysis.cash_plan, places.analysis.home
    if plan is None or home is None:
        return {}
    explained = CashPlan(places, plan, home)
    names = [str(name) for name in plan.columns if name not in ("n_months", "tax_status")]
    return {
        f"calendar year {year} {name}": partial(explained.figure, int(str(year)), name)
        for year in plan.index
        for name in names
    }


@dataclass(frozen=True)
class TracedYear(YearLaw):
    """A year's law whose taxes are traced."""

    tables: TracedTables
    home: Living

    def taxes(
        self, wages: Any, deduction: Deduction, move: Move | None = None, finances: Finances | None = None
    ) -> Mapping[str, Any]:
        """Taxes on traced wages, traced [USD]."""
        name = node_of(wages).name
        salary = name.removesuffix(_ANNUALIZED)
        case = ""
        if deduction == "standard":
            case = f" on a full year of the {salary} alone" if salary != name else f" on {salary} alone"
        elif finances is not self.residence.finances or name == SPOUSE_WAGES:
            case = f", {self.case.year}, on {name} alone"
        found = YearTax(
            node_of(wages), self.home, self.case.status, self.case.year, self.tables, deduction, case, finances, move
        )
        words = {column: self._places(codes) for codes, column in self.withheld_by} | {"federal_income_tax": ""}
        taxes = {}
        left = ("left_state", "left_city") if move else ()
        for name in ("federal_income_tax", "state_income_tax", "local_income_tax", "net_pay", *left):
            names: tuple[str, ...] = ()
            if deduction == "standard" and name in words:
                place = words[name]
                flat = "which has no flat rate, so we assume it withholds at least the tax"
                names = (f"product: withheld{place} from {salary}", f"maximum: withheld{place}, {flat}")
            taxes[name] = Traced(found.part(name).value, found.part(name), names)
        return taxes

    def at(self, place: str) -> Self:
        """Law for who lives and works at another place, traced."""
        return replace(super().at(place), home=Living(place, place))

    def _places(self, codes: Sequence[str]) -> str:
        """Where jurisdictions withhold, as an end of a name."""
        return f" in {' and '.join(str(self.tables.jurisdictions[code]['name']) for code in codes)}"


class _Named(dict[str, Any]):
    """Figures of one calendar year, each traced under the name and with the value of the cash plan."""

    def __init__(self, year: int, plan: pd.DataFrame) -> None:
        self._year, self._plan = year, plan

    def __setitem__(self, name: str, amount: Any) -> None:
        value, node = _cell(self._plan, self._year, name), node_of(amount)
        note = "below 0, so a refund" if name in ("federal_due", "state_due") and value < 0 else node.note
        node = replace(node, name=f"calendar year {self._year} {name}", value=value, unit="USD", note=note)
        words = {"federal_due": ("above: federal tax due, if any",), "state_due": ("above: state tax due, if any",)}
        super().__setitem__(name, Traced(amount, node, words.get(name, ())))


class CashPlan:
    """Derivations of one offer's cash plan."""

    def __init__(self, places: Places, plan: pd.DataFrame, home: Living) -> None:
        self._places, self._plan, self._home = places, plan, home
        self._analysis, self._pay = places.analysis, places.pay
        self._first = int(plan.index[0])
        self._year = cache(self._planned)

    def figure(self, year: int, name: str) -> Derivation:
        """Explain one figure of one calendar year [USD]."""
        if name == "earlier_wages":
            return self._earlier_wages(year)
        if name == "supplemental":
            return self._supplemental(year, f"calendar year {year} {name}")
        return node_of(self._year(year)[name])

    def _planned(self, year: int) -> _Named:
        figures = _Named(year, self._plan)
        plan_year(self._jobs(year), self._law(year), self._before(year), figures, self._stays(year))
        return figures

    def _law(self, year: int, *, is_last: bool = False) -> TracedYear:
        """Law of a calendar year; of the last one before the start with that year's household."""
        home, status, analysis = self._home, self._analysis.pay.filing_status, self._analysis
        entry = analysis.evaluation.entry
        finances = traced_finances(
            entry, analysis.last_year_finances if is_last else analysis.plan_finances, is_with_offer=not is_last
        )
        residence = Residence(home.residence, status, home.work_place, home.is_remote, finances, finances)
        return TracedYear(TaxCase(home.residence, status, year), residence, self._places.law, home)

    def _before(self, year: int) -> Any:
        """Federal tax and income of the year before, traced; None if unknown."""
        if year != self._first:
            before = self._year(year - 1)
            return before["federal_tax"], before.get("adjusted_gross_income", before["wages"])
        if self._analysis.earlier.last_year_wages is None or year - 1 not in self._analysis.law.years:
            return None
        node = current_total(self._analysis.evaluation, "last year's wages: a full year in your current job")
        wages: Any = Traced(node.value, node)
        tax: Any
        tax, income = last_year(wages, self._law(year - 1, is_last=True))
        return Traced(tax, replace(node_of(tax), name="last year's federal tax")), income

    def _jobs(self, year: int) -> list[Job]:
        """Traced pay by employer of a calendar year."""
        is_same = year == self._first and self._analysis.earlier.is_same_employer
        new = self._new(year, is_same=is_same)
        return [new] if year != self._first else employers(new, self._old(is_same=is_same), is_same=is_same)

    def _stays(self, year: int) -> Stays | None:
        """Traced pay by place, in a year of a move."""
        move = self._analysis.first_year.move
        if move is None or year != self._first:
            return None
        if move.vested_after:
            words = "stock that vests after the move, for work before it"
            reason = "its part by the days from grant to move, of those from grant to vest"
            leaf = assumed(words, float(move.vested_after), "USD", reason)
            move = replace(move, vested_after=Traced(leaf.value, leaf))
        return Stays(self._new(year), self._old(), move)

    def _new(self, year: int, *, is_same: bool = False) -> Job:
        months = months_counted(_cell(self._by_year, year, "n_months"))
        supplemental = self._supplemental(year, f"bonus, sign-on and stock of {year}")
        return _job(self._paid(year, "base"), supplemental, months, f"of the new job in {year}", is_same=is_same)

    def _old(self, *, is_same: bool = False) -> Job:
        return _job(*self._earlier, "before the start", is_same=is_same)

    @cached_property
    def _by_year(self) -> pd.DataFrame:
        years = whole_calendar_years(self._pay.flow, self._analysis.start_on)
        return years.assign(supplemental=years[list(SUPPLEMENTAL)].sum(axis=1))

    @cached_property
    def _earlier(self) -> tuple[Derivation, Derivation, Derivation]:
        return earlier_nodes(self._analysis)

    def _earlier_wages(self, year: int) -> Derivation:
        name = f"calendar year {year} earlier_wages"
        if year != self._first:
            return assumed(name, 0.0, "USD", "your current job ends before that year")
        return node("sum", name, self._earlier[:2], value=_cell(self._plan, year, "earlier_wages"))

    def _supplemental(self, year: int, name: str) -> Derivation:
        value = _cell(self._by_year, year, "supplemental")
        return node("sum", name, [self._paid(year, part) for part in SUPPLEMENTAL], value=value)

    def _paid(self, year: int, part: str) -> Derivation:
        """One part of the offer's pay in a calendar year [USD]."""
        name = f"{PART_NAMES[part]} in {year}"
        years = calendar_year_of_months(self._analysis.start_on, len(self._pay.flow))
        months = [at for at, of_year in enumerate(years, start=1) if of_year == year]
        if not months:
            return assumed(name, 0.0, "USD", "no month of the new job ends in that year")
        return self._pay.between(part, months[0], months[-1], name, _cell(self._by_year, year, part))


def _job(base: Derivation, supplemental: Derivation, months: Derivation, which: str, *, is_same: bool) -> Job:
    """One job's pay in a year, traced, with the names of the sums that are made of it."""
    share = node("quotient", f"share of the year {which}", [months, a_year()], "fraction")
    merged = ("salary of the year", "bonus, sign-on and stock of the year", "share of the year, both jobs")
    names: list[tuple[str, ...]] = [(f"sum: {each}",) if is_same else () for each in merged]
    names[0] += (
        "sum: wages of the year" if is_same else f"sum: wages {which}",
        f"quotient: {'salary of the year' if is_same else base.name}{_ANNUALIZED}",
    )
    parts: list[Any] = [
        Traced(node.value, node, words) for node, words in zip((base, supplemental, share), names, strict=True)
    ]
    return Job(*parts)


def _cell(frame: pd.DataFrame, year: int, column: str) -> float:
    return float(frame[column].to_numpy(dtype=float)[list(frame.index).index(year)])
