"""Tax withheld and tax owed by calendar year, and the cash to set aside for the difference."""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Self

import numpy as np
import pandas as pd

from compkit.model import FilingStatus
from compkit.pay import EarlierPay, FloatArray
from compkit.periods import MONTHS_A_YEAR, calendar_year_of_months, date_after
from compkit.tax.household import OFFICIAL, PROJECTED, tax_cases
from compkit.tax.levies import additional_medicare
from compkit.tax.moves import Move
from compkit.tax.returns import FEDERAL, Deduction, TaxCase, TaxOptions, taxes_of_case
from compkit.tax.schedules import FILING_STATUSES, Law, TaxTables
from compkit.tax.two_states import taxing_states

SUPPLEMENTAL = ("bonus", "sign_on", "equity")
_LEVY = "supplemental_withholding"


@dataclass(frozen=True, slots=True)
class Residence:
    """Residence, workplace and filing status of a household.

    Parameters
    ----------
    place : str
        Residence.
    filing_status : {"single", "married_joint", "head_of_household"}
    work_place : str, optional
        Where the work is done, if elsewhere.
    is_remote : bool
        Whether the work is done at home and `work_place` is only the assigned office.
    """

    place: str
    filing_status: FilingStatus
    work_place: str | None = None
    is_remote: bool = False


def calendar_years(flow: pd.DataFrame, start_on: dt.date) -> pd.DataFrame:
    """Pay of a job by calendar year.

    A month's pay counts in the calendar year of the month's last day.

    Parameters
    ----------
    flow : DataFrame, one row a month 1, 2, ...
        base, bonus, sign_on, equity [USD].
    start_on : date
        First day of work.

    Returns
    -------
    DataFrame, one row a calendar year, indexed by it
        n_months, base, bonus, sign_on, equity [USD], which sum to the flow.
    """
    year = pd.Index(calendar_year_of_months(start_on, len(flow)), name="calendar_year")
    # Rounded to a millionth of a dollar, so that twelve twelfths of a salary are the salary.
    found = flow.assign(n_months=1).groupby(year).sum().round(6)[["n_months", *flow.columns]]
    # After a start in mid-December no month ends in that year, which still counts for earlier pay.
    return found.reindex(pd.RangeIndex(start_on.year, year[-1] + 1, name="calendar_year"), fill_value=0)


def whole_calendar_years(flow: pd.DataFrame, start_on: dt.date) -> pd.DataFrame:
    """Complete `calendar_years`: the tax on part of the last one would mislead."""
    years = calendar_years(flow, start_on)
    ends_on = date_after(start_on, len(flow))
    return years[[dt.date(int(year), 12, 31) < ends_on for year in years.index]]


def cash_plan(
    years: pd.DataFrame, residence: Residence, law: TaxTables, earlier: EarlierPay, move: Move | None = None
) -> pd.DataFrame:
    """Tax withheld, tax owed and cash to set aside, by calendar year.

    Withholding on salary assumes a full year at that salary and the standard deduction; bonus, sign-on and vested stock
    are withheld at flat supplemental rates. Tax owed is with the cheaper deduction. A state without a flat rate is
    assumed to withhold the tax owed. Sources: irs-pub-15, irc-6654, edd-supplemental, ny-nys-50-t and the
    rows of tax_parameters.csv.

    Parameters
    ----------
    years : DataFrame
        See `calendar_years`.
    residence : Residence
    law : TaxTables
    earlier : EarlierPay
        Pay from another job earlier in the first year, taxed as if at the residence unless there is a move.
    move : Move, optional
        The move to the residence in the first year; what was earned before it is the earlier pay, and what vests later
        for it.

    Returns
    -------
    DataFrame, indexed by calendar year
        n_months [months]; earlier_wages, wages (of both jobs), supplemental (of the new job), federal_tax (with the
        additional Medicare tax), federal_withheld, social_security_excess (withheld twice and refunded), state_tax
        (with city tax), state_withheld, federal_due, state_due (negative: refunded), set_aside, safe_harbour (federal
        payments that avoid a penalty), estimated_payments (the shortfall of withholding from that), net [USD];
        tax_status, official or projected.

    Raises
    ------
    UnknownChoiceError
        If a place or a year has no tables.
    TwoStatesError
        If no rule is known for the states of residence and work.
    """
    calendar = [int(year) for year in years.index]
    cases, case_of = tax_cases(len(calendar), residence.place, residence.filing_status, calendar, law)
    supplemental = years[list(SUPPLEMENTAL)].sum(axis=1).to_numpy(dtype=float)
    shares = years["n_months"].to_numpy(dtype=float) / MONTHS_A_YEAR
    start = min(calendar, default=0)
    before = _last_year(earlier, start - 1, residence, law)
    old = Job(*map(np.atleast_1d, (earlier.base, earlier.supplemental, earlier.n_months / MONTHS_A_YEAR)))
    rows = []
    for number, base in enumerate(years["base"].to_numpy(dtype=float)):
        new = Job(*map(np.atleast_1d, (base, supplemental[number], shares[number])))
        jobs = [new] if number else employers(new, old, is_same=earlier.is_same_employer)
        row: dict[str, FloatArray] = {}
        stays = None if number or move is None else Stays(new, old, move)
        plan_year(jobs, YearLaw(cases[case_of[number]], residence, law), before, row, stays)
        before = row["federal_tax"], row["wages"]
        rows.append({name: float(amounts[0]) for name, amounts in row.items()})
    plan = pd.DataFrame(rows, index=years.index, columns=list(YEAR_FIGURES), dtype=float)
    plan.insert(0, "n_months", years["n_months"])
    plan.insert(1, "earlier_wages", np.where(years.index == start, earlier.base + earlier.supplemental, 0.0))
    plan.insert(3, "supplemental", supplemental)
    plan = plan.round(6)
    plan["tax_status"] = [PROJECTED if year > law.last_published_year else OFFICIAL for year in calendar]
    return plan


YEAR_FIGURES = (
    "wages", "federal_tax", "federal_withheld", "social_security_excess", "state_tax", "state_withheld", "federal_due",
    "state_due", "set_aside", "safe_harbour", "estimated_payments", "net",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """Pay from one employer in a calendar year: arrays of one shape.

    Parameters
    ----------
    base, supplemental : ndarray
        Salary; bonus, sign-on and stock [USD].
    share : ndarray
        Part of the year for which salary was paid [fraction].
    """

    base: FloatArray
    supplemental: FloatArray
    share: FloatArray

    @property
    def wages(self) -> FloatArray:
        """All pay [USD]."""
        return self.base + self.supplemental


def employers(new: Job, old: Job, *, is_same: bool) -> list[Job]:
    """Pay by employer of a year with an earlier job, which may be with the same one."""
    if is_same:
        return [Job(new.base + old.base, new.supplemental + old.supplemental, new.share + old.share)]
    return [new, old] if np.any(old.wages) else [new]


@dataclass(frozen=True, slots=True)
class Stays:
    """A year of a move: the job at each place.

    Parameters
    ----------
    new, old : Job
        After and before the move.
    move : Move
        What was earned before it is the pay of the old job, and what vests later for it.
    """

    new: Job
    old: Job
    move: Move

    @property
    def complete_move(self) -> Move:
        """The move with what was earned before it."""
        return replace(self.move, earned_before=self.old.wages + self.move.vested_after)


@dataclass(frozen=True, slots=True)
class YearLaw:
    """Tax law of one calendar year for one residence."""

    case: TaxCase
    residence: Residence
    tables: TaxTables

    def law(self, jurisdiction: str) -> Law:
        """Law of a jurisdiction."""
        return self.tables.law(jurisdiction, self.case.year, self.case.status)

    def taxes(self, wages: FloatArray, deduction: Deduction, move: Move | None = None) -> Mapping[str, FloatArray]:
        """Taxes on a year's wages; see `taxes_of_case` [USD]."""
        options = TaxOptions(deduction, 1, self.residence.work_place, self.residence.is_remote, move=move)
        return taxes_of_case(self.case, wages, self.tables, options)

    def at(self, place: str) -> Self:
        """Law for who lives and works at another place."""
        return replace(
            self, case=replace(self.case, place=place), residence=Residence(place, self.residence.filing_status)
        )

    def federal_tax(self, wages: FloatArray, owed: Mapping[str, FloatArray]) -> FloatArray:
        """Federal income tax, of the taxes owed, with the additional Medicare tax on a year's wages [USD]."""
        return owed["federal_income_tax"] + additional_medicare(wages, self.law(FEDERAL))

    @property
    def withheld_by(self) -> list[tuple[tuple[str, ...], str]]:
        """Jurisdictions that have their income tax withheld, by the tax's column in `RESULT_COLUMNS`."""
        home, law = self.residence, self.tables
        taxing = taxing_states(home.place, home.work_place, law, is_remote=home.is_remote)
        cities = [code for code in law.of_place[home.place] if law.jurisdictions[code]["kind"] == "city"]
        local = (*cities, *taxing.local)
        return [((taxing.withholding,), "state_income_tax"), *([(local, "local_income_tax")] if local else [])]


def plan_year(
    jobs: Sequence[Job],
    year: YearLaw,
    before: tuple[FloatArray, FloatArray] | None,
    plan: MutableMapping[str, FloatArray],
    stays: Stays | None = None,
) -> None:
    """Fill in the `YEAR_FIGURES` of one calendar year; see `cash_plan`.

    Parameters
    ----------
    jobs : sequence of Job
        By employer.
    year : YearLaw
    before : (ndarray, ndarray), optional
        Federal tax and wages of the year before [USD]; None if unknown.
    plan : mutable mapping of str to ndarray
        Figures by name [USD].
    stays : Stays, optional
        The jobs by place, if the household moves that year.
    """
    federal = year.law(FEDERAL)
    plan["wages"] = _total(job.wages for job in jobs)
    owed = year.taxes(plan["wages"], "best", None if stays is None else stays.complete_move)
    regular = _on_full_years(jobs, year)
    plan["federal_tax"] = year.federal_tax(plan["wages"], owed)
    on_salary = [taxes["federal_income_tax"] * job.share for job, taxes in zip(jobs, regular, strict=True)]
    on_rest = [_federal_supplemental(job.supplemental, federal) for job in jobs]
    medicare = [additional_medicare(job.wages, federal, "withholding_threshold") for job in jobs]
    plan["federal_withheld"] = _total([*on_salary, *on_rest, *medicare])
    cap = federal.value("social_security", "wage_cap")
    withheld_from = _total(np.minimum(job.wages, cap) for job in jobs)
    rate = federal.value("social_security", "rate")
    plan["social_security_excess"] = rate * (withheld_from - np.minimum(plan["wages"], cap))
    plan["state_tax"] = owed["state_income_tax"] + owed["local_income_tax"]
    plan["state_withheld"] = (
        _withheld_at(year, jobs, regular, owed) if stays is None else _withheld_at_both(year, stays, owed)
    )
    plan["federal_due"] = plan["federal_tax"] - plan["federal_withheld"] - plan["social_security_excess"]
    plan["state_due"] = plan["state_tax"] - plan["state_withheld"]
    plan["set_aside"] = np.maximum(0.0, plan["federal_due"]) + np.maximum(0.0, plan["state_due"])
    plan["safe_harbour"] = _safe_harbour(plan["federal_tax"], before, federal)
    lacking = np.maximum(0.0, plan["safe_harbour"] - plan["federal_withheld"] - plan["social_security_excess"])
    is_due = plan["federal_due"] >= federal.value("estimated_tax", "minimum_due")
    plan["estimated_payments"] = np.where(is_due, lacking, 0.0)
    plan["net"] = owed["net_pay"]


def _total(amounts: Iterable[FloatArray]) -> FloatArray:
    return reduce(operator.add, amounts)


def _on_full_years(jobs: Sequence[Job], year: YearLaw) -> list[Mapping[str, FloatArray]]:
    """Taxes that are withheld from each salary, those of a full year at it, before they are prorated [USD]."""
    return [year.taxes(job.base / np.where(job.share > 0, job.share, 1.0), "standard") for job in jobs]


def _withheld_at(
    year: YearLaw, jobs: Sequence[Job], regular: Sequence[Mapping[str, FloatArray]], owed: Mapping[str, FloatArray]
) -> FloatArray:
    """Income tax withheld for the state and cities of a place [USD]."""
    supplemental = _total(job.supplemental for job in jobs)
    return _total(
        _withheld_by(
            [year.law(code) for code in codes],
            _total(taxes[column] * job.share for job, taxes in zip(jobs, regular, strict=True)),
            supplemental,
            owed[column],
        )
        for codes, column in year.withheld_by
    )


def _withheld_at_both(year: YearLaw, stays: Stays, owed: Mapping[str, FloatArray]) -> FloatArray:
    """Income tax withheld in a year of a move: by each employer for the place of its job [USD]."""
    left = {f"{column}_income_tax": owed[f"left_{kind}"] for column, kind in (("state", "state"), ("local", "city"))}
    here = {column: owed[column] - amount for column, amount in left.items()}
    there = year.at(stays.move.place)
    return _total(
        _withheld_at(law, [job], _on_full_years([job], law), taxes)
        for law, job, taxes in ((year, stays.new, here), (there, stays.old, left))
    )


def _federal_supplemental(supplemental: FloatArray, law: Law) -> FloatArray:
    threshold, low, high = (law.value(_LEVY, name) for name in ("threshold", "rate", "rate_above_threshold"))
    return low * np.minimum(supplemental, threshold) + high * np.maximum(0.0, supplemental - threshold)


def _withheld_by(laws: Sequence[Law], on_salary: FloatArray, supplemental: FloatArray, owed: FloatArray) -> FloatArray:
    """Income tax withheld for a state or cities; without one flat rate they are assumed to withhold the tax owed."""
    rate = _flat_rate(laws[0]) if len(laws) == 1 else None
    return np.maximum(on_salary, owed) if rate is None else on_salary + rate * supplemental


def _safe_harbour(tax: FloatArray, before: tuple[FloatArray, FloatArray] | None, law: Law) -> FloatArray:
    """Federal payments that avoid a penalty: a share of this year's tax, or of last year's if less."""
    of_this = law.value("estimated_tax", "safe_harbour_current_year_rate") * tax
    if before is None:
        return of_this
    tax_before, wages_before = before
    rate = np.where(
        wages_before > law.value("estimated_tax", "safe_harbour_high_agi_threshold"),
        law.value("estimated_tax", "safe_harbour_prior_year_rate_high"),
        law.value("estimated_tax", "safe_harbour_prior_year_rate"),
    )
    return np.minimum(of_this, rate * tax_before)


def _last_year(
    earlier: EarlierPay, year: int, residence: Residence, law: TaxTables
) -> tuple[FloatArray, FloatArray] | None:
    """Federal tax and wages of the year before the start; None if unknown."""
    if earlier.last_year_wages is None or year not in law.years:
        return None
    wages = np.array([earlier.last_year_wages])
    before = YearLaw(TaxCase(residence.place, residence.filing_status, year), residence, law)
    return before.federal_tax(wages, before.taxes(wages, "best")), wages


def has_flat_rate(tables: TaxTables, jurisdiction: str) -> bool:
    """Whether a jurisdiction has its own flat rate of withholding on bonus and stock."""
    return _flat_rate(tables.law(jurisdiction, tables.last_published_year, FILING_STATUSES[0])) is not None


def _flat_rate(law: Law) -> float | None:
    """Flat rate of a jurisdiction on bonus and stock; None if it has none, 0 if it has no tax."""
    if not law.tables.jurisdictions[law.jurisdiction]["has_wage_income_tax"]:
        return 0.0
    rate = law.value_or(_LEVY, "rate_bonus_and_stock", law.value_or(_LEVY, "rate", np.nan))
    return rate if np.isfinite(rate) else None
