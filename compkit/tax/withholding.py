"""Tax withheld and tax owed by calendar year, and the cash to set aside for the difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, MutableMapping, Sequence

import numpy as np
import pandas as pd

from compkit.pay import EarlierPay, FloatArray
from compkit.periods import MONTHS_A_YEAR, calendar_year_of_months, date_after
from compkit.tax.finances import Finances
from compkit.tax.household import JOINT, OFFICIAL, PROJECTED, tax_cases
from compkit.tax.jobs import Job, Residence, Stays, YearLaw, after_payroll, before_tax, employers, spouse_job, total_of
from compkit.tax.levies import additional_medicare
from compkit.tax.moves import Move
from compkit.tax.returns import FEDERAL, TaxCase
from compkit.tax.schedules import FILING_STATUSES, Law, TaxTables

SUPPLEMENTAL = ("bonus", "sign_on", "equity")
_LEVY = "supplemental_withholding"


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
    assumed to withhold the tax owed. With finances, the tax owed is the household's, and each spouse's employer
    withholds on its own pay as if it were all, knowing the filing status alone. Sources: irs-pub-15, irc-6654,
    edd-supplemental, ny-nys-50-t and the rows of tax_parameters.csv.

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
        tax_status, official or projected. With finances also adjusted_gross_income and, with a spouse who earns,
        spouse_wages [USD].

    Raises
    ------
    UnknownChoiceError
        If a place or a year has no tables.
    TwoStatesError
        If no rule is known for the states of residence and work.
    ValueError
        If a spouse's wages come without a joint return, or a move with finances.
    """
    _check_household(residence, move)
    calendar = [int(year) for year in years.index]
    cases, case_of = tax_cases(len(calendar), residence.place, residence.filing_status, calendar, law)
    supplemental = years[list(SUPPLEMENTAL)].sum(axis=1).to_numpy(dtype=float)
    shares = years["n_months"].to_numpy(dtype=float) / MONTHS_A_YEAR
    start = min(calendar, default=0)
    before = None
    if earlier.last_year_wages is not None and start - 1 in law.years:
        case = TaxCase(residence.place, residence.filing_status, start - 1)
        before = last_year(np.array([earlier.last_year_wages]), YearLaw(case, residence, law))
    old = Job(*map(np.atleast_1d, (earlier.base, earlier.supplemental, earlier.n_months / MONTHS_A_YEAR)))
    rows = []
    for number, base in enumerate(years["base"].to_numpy(dtype=float)):
        new = Job(*map(np.atleast_1d, (base, supplemental[number], shares[number])))
        jobs = [new] if number else employers(new, old, is_same=earlier.is_same_employer)
        row: dict[str, FloatArray] = {}
        stays = None if number or move is None else Stays(new, old, move)
        before = plan_year(jobs, YearLaw(cases[case_of[number]], residence, law), before, row, stays)
        rows.append({name: float(amounts[0]) for name, amounts in row.items()})
    columns = [*YEAR_FIGURES, *_household_figures(residence.finances)]
    plan = pd.DataFrame(rows, index=years.index, columns=columns, dtype=float)
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


def _household_figures(finances: Finances | None) -> list[str]:
    """Name what `plan_year` adds for a household."""
    if finances is None:
        return []
    return ["adjusted_gross_income", *([] if finances.spouse_wages is None else ["spouse_wages"])]


def _check_household(residence: Residence, move: Move | None) -> None:
    told = [each for each in (residence.finances, residence.last_year) if each is not None]
    if residence.filing_status != JOINT and any(each.spouse_wages is not None for each in told):
        raise ValueError(f"a spouse's wages need the filing status {JOINT}.")
    if move is not None and residence.finances is not None:
        raise ValueError("a move is worked out for jobs alone, without other finances. Leave out the others.")


def plan_year(
    jobs: Sequence[Job],
    year: YearLaw,
    before: tuple[FloatArray, FloatArray] | None,
    plan: MutableMapping[str, FloatArray],
    stays: Stays | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Fill in the `YEAR_FIGURES` of one calendar year, and return its federal tax and income; see `cash_plan`.

    Parameters
    ----------
    jobs : sequence of Job
        By employer.
    year : YearLaw
    before : (ndarray, ndarray), optional
        Federal tax and adjusted gross income of the year before [USD]; None if unknown.
    plan : mutable mapping of str to ndarray
        Figures by name [USD].
    stays : Stays, optional
        The jobs by place, if the household moves that year.
    """
    federal, finances = year.law(FEDERAL), year.residence.finances
    plan["wages"] = total_of(job.wages for job in jobs)
    jobs, spouse = after_payroll(jobs, finances, federal), spouse_job(finances, plan["wages"])
    owed = year.taxes(plan["wages"], "best", None if stays is None else stays.complete_move, finances)
    income = year.income(plan["wages"], finances)
    plan["federal_tax"] = year.federal_tax(income, owed)
    at_home = year.at(year.residence.place)
    withheld = [_federal_withheld(jobs, year), *([_federal_withheld([spouse], at_home)] if spouse else [])]
    plan["federal_withheld"] = total_of(withheld)
    plan["social_security_excess"] = _social_security_excess(jobs, federal)
    plan["state_tax"] = owed["state_income_tax"] + owed["local_income_tax"]
    alone = owed if finances is None else _alone(jobs, plan["wages"], year)
    for_states = [_withheld_at_both(year, stays, owed) if stays else _withheld_at(year, jobs, alone)]
    if spouse:
        plan["spouse_wages"] = spouse.wages
        for_states.append(_withheld_at(at_home, [spouse], _alone([spouse], spouse.wages, at_home)))
    plan["state_withheld"] = total_of(for_states)
    plan["federal_due"] = plan["federal_tax"] - plan["federal_withheld"] - plan["social_security_excess"]
    plan["state_due"] = plan["state_tax"] - plan["state_withheld"]
    plan["set_aside"] = np.maximum(0.0, plan["federal_due"]) + np.maximum(0.0, plan["state_due"])
    plan["safe_harbour"] = _safe_harbour(plan["federal_tax"], before, federal)
    lacking = np.maximum(0.0, plan["safe_harbour"] - plan["federal_withheld"] - plan["social_security_excess"])
    is_due = plan["federal_due"] >= federal.value("estimated_tax", "minimum_due")
    plan["estimated_payments"] = np.where(is_due, lacking, 0.0)
    plan["net"] = owed["net_pay"]
    if finances is None:
        return plan["federal_tax"], plan["wages"]
    plan["adjusted_gross_income"] = income.agi
    return plan["federal_tax"], plan["adjusted_gross_income"]


def last_year(wages: FloatArray, year: YearLaw) -> tuple[FloatArray, FloatArray]:
    """Federal tax and adjusted gross income of the year before the start [USD]."""
    finances = year.residence.last_year
    income = year.income(wages, finances)
    return year.federal_tax(income, year.taxes(wages, "best", finances=finances)), income.agi


def _federal_withheld(jobs: Sequence[Job], year: YearLaw) -> FloatArray:
    """Income tax and additional Medicare tax that one earner's employers withhold, each on its own pay [USD]."""
    federal, regular = year.law(FEDERAL), _on_full_years(jobs, year)
    on_salary = [taxes["federal_income_tax"] * job.share for job, taxes in zip(jobs, regular, strict=True)]
    on_rest = [_federal_supplemental(job.supplemental, federal) for job in jobs]
    medicare = [additional_medicare(job.payroll, federal, "withholding_threshold") for job in jobs]
    return total_of([*on_salary, *on_rest, *medicare])


def _social_security_excess(jobs: Sequence[Job], federal: Law) -> FloatArray:
    """Social Security that one earner's employers withhold beyond the cap together [USD]."""
    cap, rate = (federal.value("social_security", name) for name in ("wage_cap", "rate"))
    withheld_from = total_of(np.minimum(job.payroll, cap) for job in jobs)
    return rate * (withheld_from - np.minimum(total_of(job.payroll for job in jobs), cap))


def _on_full_years(jobs: Sequence[Job], year: YearLaw) -> list[Mapping[str, FloatArray]]:
    """Taxes that are withheld from each salary, those of a full year at it, before they are prorated [USD]."""
    shares = [np.where(job.share > 0, job.share, 1.0) for job in jobs]
    return [
        year.taxes(job.base / share, "standard", finances=before_tax([job], share))
        for job, share in zip(jobs, shares, strict=True)
    ]


def _alone(jobs: Sequence[Job], wages: FloatArray, year: YearLaw) -> Mapping[str, FloatArray]:
    """Taxes on one earner's pay as if there were nothing else in the household [USD]."""
    return year.taxes(wages, "best", finances=before_tax(jobs))


def _withheld_at(year: YearLaw, jobs: Sequence[Job], owed: Mapping[str, FloatArray]) -> FloatArray:
    """Income tax withheld for the state and cities of a place [USD]."""
    supplemental, regular = total_of(job.supplemental for job in jobs), _on_full_years(jobs, year)
    return total_of(
        _withheld_by(
            [year.law(code) for code in codes],
            total_of(taxes[column] * job.share for job, taxes in zip(jobs, regular, strict=True)),
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
    return total_of(
        _withheld_at(law, [job], taxes) for law, job, taxes in ((year, stays.new, here), (there, stays.old, left))
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
    tax_before, income_before = before
    rate = np.where(
        income_before > law.value("estimated_tax", "safe_harbour_high_agi_threshold"),
        law.value("estimated_tax", "safe_harbour_prior_year_rate_high"),
        law.value("estimated_tax", "safe_harbour_prior_year_rate"),
    )
    return np.minimum(of_this, rate * tax_before)


def has_flat_rate(tables: TaxTables, jurisdiction: str) -> bool:
    """Whether a jurisdiction has its own flat rate of withholding on bonus and stock."""
    return _flat_rate(tables.law(jurisdiction, tables.last_published_year, FILING_STATUSES[0])) is not None


def _flat_rate(law: Law) -> float | None:
    """Flat rate of a jurisdiction on bonus and stock; None if it has none, 0 if it has no tax."""
    if not law.tables.jurisdictions[law.jurisdiction]["has_wage_income_tax"]:
        return 0.0
    rate = law.value_or(_LEVY, "rate_bonus_and_stock", law.value_or(_LEVY, "rate", np.nan))
    return rate if np.isfinite(rate) else None
