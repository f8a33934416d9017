"""The cash plan: what each calendar year's pay is withheld and owes, and what to set aside between the two."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from compkit.explanation.derivation import Derivation, assumed, made
from compkit.explanation.earlier_pay import EarlierNodes, earlier_nodes
from compkit.explanation.pay import PART_NAMES, a_year, months_counted
from compkit.explanation.places import Places
from compkit.explanation.present import current_total
from compkit.explanation.tax_rows import TaxRows
from compkit.explanation.worth import Figures
from compkit.explanation.year_tax import YearTax, additional_medicare_tax
from compkit.periods import calendar_year_of_months
from compkit.place import Living
from compkit.tax import FEDERAL, SUPPLEMENTAL, whole_calendar_years

_LEVY = "supplemental_withholding"
_ESTIMATED = "estimated_tax"


@dataclass(frozen=True)
class _Job:
    """One employer's pay in a calendar year as nodes: salary, all else [USD], months of salary [months]."""

    base: Derivation
    supplemental: Derivation
    months: Derivation
    wages: Derivation


def plan_figures(places: Places) -> Figures:
    """Return what explains each figure of the cash plan, by its recorded name; none where it cannot be worked out."""
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


class CashPlan:
    """The cash plan of an offer as nodes, each made once."""

    def __init__(self, places: Places, plan: pd.DataFrame, home: Living) -> None:
        self._places, self._plan, self._home = places, plan, home
        self._analysis, self._pay = places.analysis, places.pay
        self._first = int(plan.index[0])
        self._made: dict[tuple[int, str], Derivation] = {}
        self._taxed: dict[int, YearTax] = {}
        self._jobs_of: dict[int, list[_Job]] = {}
        self._regular: dict[int, list[tuple[YearTax, Derivation]]] = {}

    def figure(self, year: int, name: str) -> Derivation:
        """Return one figure of one calendar year [USD]."""
        if (year, name) not in self._made:
            makers: Mapping[str, Callable[[int, str, float], Derivation]] = {
                "earlier_wages": self._earlier_wages,
                "wages": self._wages,
                "supplemental": self._supplemental,
                "federal_tax": self._federal_tax,
                "federal_withheld": self._federal_withheld,
                "social_security_excess": self._social_security_excess,
                "state_tax": self._state_tax,
                "state_withheld": self._state_withheld,
                "federal_due": self._federal_due,
                "state_due": self._state_due,
                "set_aside": self._set_aside,
                "safe_harbour": self._safe_harbour,
                "estimated_payments": self._estimated_payments,
                "net": self._net,
            }
            value = _cell(self._plan, year, name)
            self._made[year, name] = makers[name](year, f"calendar year {year} {name}", value)
        return self._made[year, name]

    @cached_property
    def _by_year(self) -> pd.DataFrame:
        return whole_calendar_years(self._pay.flow, self._analysis.start_on)

    @cached_property
    def _year_of_month(self) -> list[int]:
        return [int(year) for year in calendar_year_of_months(self._analysis.start_on, len(self._pay.flow))]

    @cached_property
    def _earlier(self) -> EarlierNodes:
        return earlier_nodes(self._analysis)

    def _paid(self, year: int, part: str) -> Derivation:
        """Return one part of what the offer pays in a calendar year [USD]."""
        name = f"{PART_NAMES[part]} in {year}"
        months = [at for at, of_year in enumerate(self._year_of_month, start=1) if of_year == year]
        if not months:
            return assumed(name, 0.0, "USD", "no month of the job ends in that year")
        return self._pay.between(part, months[0], months[-1], name, _cell(self._by_year, year, part))

    def _jobs(self, year: int) -> list[_Job]:
        if year not in self._jobs_of:
            self._jobs_of[year] = self._made_jobs(year)
        return self._jobs_of[year]

    def _made_jobs(self, year: int) -> list[_Job]:
        """Return the employers of a calendar year: the new one, and in the first year the one before."""
        more = [self._paid(year, part) for part in SUPPLEMENTAL]
        total = _cell(self._by_year[list(SUPPLEMENTAL)].sum(axis=1).to_frame("all"), year, "all")
        supplemental = made("sum", f"bonus, sign-on and stock of {year}", more, value=total)
        base, months = self._paid(year, "base"), months_counted(_cell(self._by_year, year, "n_months"))
        new = _Job(base, supplemental, months, _wages("wages of the new job", base, supplemental))
        if year != self._first:
            return [new]
        earlier = self._earlier
        old = _Job(earlier.base, earlier.supplemental, earlier.months,
                   _wages("wages before the start", earlier.base, earlier.supplemental))  # fmt: skip
        if not self._analysis.earlier.is_same_employer:
            return [new, old] if old.wages.value else [new]
        both = [made("sum", name, [one, other], unit) for name, one, other, unit in (
            ("salary of the year", new.base, old.base, "USD"),
            ("bonus, sign-on and stock of the year", new.supplemental, old.supplemental, "USD"),
            ("months of the year", new.months, old.months, "months"),
        )]  # fmt: skip
        return [_Job(both[0], both[1], both[2], _wages("wages of the year", both[0], both[1]))]

    def _tax(self, year: int) -> YearTax:
        """Return the taxes on all wages of a calendar year."""
        if year not in self._taxed:
            status = self._analysis.pay.filing_status
            self._taxed[year] = YearTax(self.figure(year, "wages"), self._home, status, year, self._places.book)
        return self._taxed[year]

    def _rows(self, code: str, year: int) -> TaxRows:
        return self._places.book.rows(code, year, self._analysis.pay.filing_status)

    def _additional_medicare(self, year: int, wages: Derivation, threshold: str) -> Derivation:
        law = self._places.book.traced.law(FEDERAL, year, self._analysis.pay.filing_status)
        return additional_medicare_tax(law, wages, threshold)

    def _earlier_wages(self, year: int, name: str, value: float) -> Derivation:
        if year != self._first:
            return assumed(name, 0.0, "USD", "the present job has ended before that year")
        return made("sum", name, [self._earlier.base, self._earlier.supplemental], value=value)

    def _wages(self, year: int, name: str, value: float) -> Derivation:
        return made("sum", name, [job.wages for job in self._jobs(year)], value=value)

    def _supplemental(self, year: int, name: str, value: float) -> Derivation:
        return made("sum", name, [self._paid(year, part) for part in SUPPLEMENTAL], value=value)

    def _federal_tax(self, year: int, name: str, value: float) -> Derivation:
        more = self._additional_medicare(year, self.figure(year, "wages"), "threshold")
        return made("sum", name, [self._tax(year).part("federal_income_tax"), more], value=value)

    def _withheld_regularly(self, year: int) -> list[tuple[YearTax, Derivation]]:
        """Return each job's taxes on a whole year at its salary, and for what part of a year it was paid."""
        if year not in self._regular:
            found = []
            for job in self._jobs(year):
                part = made("quotient", "part of the year", [job.months, a_year()], "fraction")
                whole = job.base
                if job.months.value:
                    whole = made("quotient", "salary as if it went on for the whole year", [job.base, part])
                status, book = self._analysis.pay.filing_status, self._places.book
                found.append((YearTax(whole, self._home, status, year, book, "standard"), part))
            self._regular[year] = found
        return self._regular[year]

    def _federal_withheld(self, year: int, name: str, value: float) -> Derivation:
        rows, parts = self._rows(FEDERAL, year), list[Derivation]()
        for job, (taxes, part) in zip(self._jobs(year), self._withheld_regularly(year), strict=True):
            on_salary = made("product", "withheld from salary", [taxes.part("federal_income_tax"), part])
            low = rows.needed(_LEVY, "rate")
            high = rows.needed(_LEVY, "rate_above_threshold")
            limit = rows.needed(_LEVY, "threshold")
            below = made("minimum", "up to that sum", [job.supplemental, limit])
            above = made("above", "above that sum", [job.supplemental, limit])
            on_rest = [made("product", "withheld from bonus, sign-on and stock", [low, below])]
            on_rest += [made("product", "withheld from what lies above", [high, above])] if above.value else []
            more = self._additional_medicare(year, job.wages, "withholding_threshold")
            parts += [on_salary, *on_rest, more]
        return made("sum", name, parts, value=value)

    def _social_security_excess(self, year: int, name: str, value: float) -> Derivation:
        rows = self._rows(FEDERAL, year)
        cap = rows.needed("social_security", "wage_cap")
        rate = rows.needed("social_security", "rate")
        by_job = [made("minimum", f"{job.wages.name}, up to it", [job.wages, cap]) for job in self._jobs(year)]
        taken = made("sum", "wages from which it is withheld", by_job)
        due = made("minimum", "wages on which it is due", [self.figure(year, "wages"), cap])
        return made("product", name, [rate, made("difference", "withheld twice", [taken, due])], value=value)

    def _state_tax(self, year: int, name: str, value: float) -> Derivation:
        taxes = self._tax(year)
        return made("sum", name, [taxes.part("state_income_tax"), taxes.part("local_income_tax")], value=value)

    def _state_withheld(self, year: int, name: str, value: float) -> Derivation:
        """Return what state and city withhold; one without a flat rate is taken to withhold what it takes."""
        law, residence = self._analysis.law, self._home.residence
        cities = [code for code in law.of_place[residence] if law.jurisdictions[code]["kind"] == "city"]
        whole = [job.supplemental for job in self._jobs(year)]
        supplemental = whole[0] if len(whole) == 1 else made("sum", "bonus, sign-on and stock of both jobs", whole)
        parts: list[Derivation] = []
        state = self._home.taxing(law).withholding
        for code, column in ((state, "state_income_tax"), *((city, "local_income_tax") for city in cities)):
            rows = self._rows(code, year)
            kept = [
                made("product", f"withheld from salary in {rows.name}", [taxes.part(column), part])
                for taxes, part in self._withheld_regularly(year)
            ]
            parts += self._with_flat_rate(rows, kept, supplemental, self._tax(year).part(column))
        return made("sum", name, parts, value=value)

    def _with_flat_rate(
        self, rows: TaxRows, kept: list[Derivation], supplemental: Derivation, owed: Derivation
    ) -> list[Derivation]:
        if not self._analysis.law.jurisdictions[rows.law.jurisdiction]["has_wage_income_tax"]:
            return kept
        rate = rows.parameter(_LEVY, "rate_bonus_and_stock") or rows.parameter(_LEVY, "rate")
        if rate is not None:
            return [*kept, made("product", f"withheld from bonus and stock in {rows.name}", [rate, supplemental])]
        on_salary = made("sum", "withheld from salary", kept)
        note = "it has no flat rate, and is taken to withhold what it takes"
        return [made("maximum", f"withheld in {rows.name}", [on_salary, owed], note=note)]

    def _federal_due(self, year: int, name: str, value: float) -> Derivation:
        parts = [self.figure(year, part) for part in ("federal_tax", "federal_withheld", "social_security_excess")]
        return made("difference", name, parts, value=value)

    def _state_due(self, year: int, name: str, value: float) -> Derivation:
        return made("difference", name, [self.figure(year, part) for part in ("state_tax", "state_withheld")],
                    value=value)  # fmt: skip

    def _set_aside(self, year: int, name: str, value: float) -> Derivation:
        parts = [
            made("above", f"{words} tax due, if any", [self.figure(year, due)])
            for words, due in (("federal", "federal_due"), ("state", "state_due"))
        ]
        return made("sum", name, parts, value=value)

    def _safe_harbour(self, year: int, name: str, value: float) -> Derivation:
        """Return the federal payments that avoid a penalty: most of this year's tax, or all of last year's and more."""
        rows = self._rows(FEDERAL, year)
        share = rows.needed(_ESTIMATED, "safe_harbour_current_year_rate")
        choices = [made("product", "enough of this year's tax", [share, self.figure(year, "federal_tax")])]
        before = self._year_before(year)
        if before is not None:
            tax, wages = before
            limit = rows.needed(_ESTIMATED, "safe_harbour_high_agi_threshold")
            is_high = wages.value > limit.value
            which = "safe_harbour_prior_year_rate_high" if is_high else "safe_harbour_prior_year_rate"
            factor = rows.needed(_ESTIMATED, which)
            side = "above" if is_high else "not above"
            note = f"last year's wages, ${wages.value:,.0f}, are {side} ${limit.value:,.0f}"
            name_of_it = "times last year's tax, at last year's income"
            chosen = Derivation(name_of_it, factor.value, "ratio", "same", (factor,), limit.origin, note)
            choices.append(made("product", "enough by last year's tax", [chosen, tax]))
        return made("minimum", name, choices, value=value)

    def _year_before(self, year: int) -> tuple[Derivation, Derivation] | None:
        """Return the federal tax and the wages of the year before; None where they are not known."""
        if year != self._first:
            return self.figure(year - 1, "federal_tax"), self.figure(year - 1, "wages")
        if self._analysis.earlier.last_year_wages is None or year - 1 not in self._analysis.law.years:
            return None
        wages = current_total(self._analysis.evaluation, "last year's wages: a full year of the present job")
        status, book = self._analysis.pay.filing_status, self._places.book
        taxes = YearTax(wages, self._home, status, year - 1, book)
        more = self._additional_medicare(year - 1, wages, "threshold")
        return made("sum", "last year's federal tax", [taxes.part("federal_income_tax"), more]), wages

    def _estimated_payments(self, year: int, name: str, value: float) -> Derivation:
        least = self._rows(FEDERAL, year).needed(_ESTIMATED, "minimum_due")
        parts = [self.figure(year, part) for part in ("safe_harbour", "federal_withheld", "social_security_excess")]
        lacking = made("above", "what withholding lacks for that", parts)
        note = "asked for only where enough is due"
        return made("reached", name, [self.figure(year, "federal_due"), least, lacking], value=value, note=note)

    def _net(self, year: int, name: str, value: float) -> Derivation:
        return made("difference", name, [self.figure(year, "wages"), self._tax(year).part("total")], value=value)


def _cell(frame: pd.DataFrame, year: int, column: str) -> float:
    """Return a figure of a frame that is indexed by calendar year."""
    return float(frame[column].to_numpy(dtype=float)[list(frame.index).index(year)])


def _wages(name: str, base: Derivation, supplemental: Derivation) -> Derivation:
    return made("sum", name, [base, supplemental], value=float(np.add(base.value, supplemental.value)))
