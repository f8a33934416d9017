"""Tax withheld and tax owed by calendar year, and the cash to set aside for the difference."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compkit.model import FilingStatus
from compkit.pay import EarlierPay, FloatArray
from compkit.periods import MONTHS_A_YEAR, calendar_year_of_months, date_after
from compkit.tax.household import FEDERAL, OFFICIAL, PROJECTED, additional_medicare, household_tax
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


def cash_plan(years: pd.DataFrame, residence: Residence, law: TaxTables, earlier: EarlierPay) -> pd.DataFrame:
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
        Pay from another job earlier in the first year, taxed as if at the present residence.

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
    jobs = _jobs(years, earlier)
    calendar = [int(year) for year in years.index]
    wages = sum((job.wages for job in jobs), start=np.zeros(len(years)))
    owed = _taxes(wages, calendar, residence, law, is_best=True)
    regular = [_regular_withholding(job, calendar, residence, law) for job in jobs]
    laws = [law.law(FEDERAL, year, residence.filing_status) for year in calendar]
    plan = pd.DataFrame(index=years.index)
    plan["n_months"] = years["n_months"]
    plan["earlier_wages"] = _in_first_year(earlier.base + earlier.supplemental, len(years))
    plan["wages"] = wages
    plan["supplemental"] = years[list(SUPPLEMENTAL)].sum(axis=1)
    plan["federal_tax"] = owed["federal_income_tax"] + _additional_medicare(wages, laws)
    plan["federal_withheld"] = sum(
        kept["federal_income_tax"]
        + _federal_supplemental(job.supplemental, laws)
        + _additional_medicare(job.wages, laws, "withholding_threshold")
        for job, kept in zip(jobs, regular, strict=True)
    )
    plan["social_security_excess"] = _social_security_excess([job.wages for job in jobs], laws)
    plan["state_tax"] = owed["state_income_tax"] + owed["local_income_tax"]
    plan["state_withheld"] = _state_withheld(jobs, regular, owed, calendar, residence, law)
    plan["federal_due"] = plan["federal_tax"] - plan["federal_withheld"] - plan["social_security_excess"]
    plan["state_due"] = plan["state_tax"] - plan["state_withheld"]
    plan["set_aside"] = plan["federal_due"].clip(lower=0) + plan["state_due"].clip(lower=0)
    plan["safe_harbour"] = _safe_harbour(plan, residence, law, earlier, laws)
    lacking = plan["safe_harbour"] - plan["federal_withheld"] - plan["social_security_excess"]
    small = [law.value("estimated_tax", "minimum_due") for law in laws]
    plan["estimated_payments"] = np.where(plan["federal_due"] >= small, lacking.clip(lower=0), 0.0)
    plan["net"] = owed["net_pay"]
    plan = plan.round(6)
    plan["tax_status"] = [PROJECTED if law.is_projected else OFFICIAL for law in laws]
    return plan


@dataclass(frozen=True, slots=True)
class _Job:
    """Pay from one employer by calendar year: arrays of shape (n_years,) [USD], n_months [months]."""

    base: FloatArray
    supplemental: FloatArray
    n_months: FloatArray

    @property
    def wages(self) -> FloatArray:
        return self.base + self.supplemental


def _in_first_year(value: float, n_years: int) -> FloatArray:
    return np.array([value, *[0.0] * (n_years - 1)][:n_years])


def _jobs(years: pd.DataFrame, earlier: EarlierPay) -> list[_Job]:
    new = _Job(
        years["base"].to_numpy(dtype=float),
        years[list(SUPPLEMENTAL)].sum(axis=1).to_numpy(dtype=float),
        years["n_months"].to_numpy(dtype=float),
    )
    old = _Job(*(_in_first_year(value, len(years)) for value in (earlier.base, earlier.supplemental, earlier.n_months)))
    if earlier.is_same_employer:
        return [_Job(new.base + old.base, new.supplemental + old.supplemental, new.n_months + old.n_months)]
    return [new, old]


def _taxes(
    wages: ArrayLike, calendar: list[int], residence: Residence, law: TaxTables, *, is_best: bool
) -> dict[str, FloatArray]:
    found = household_tax(
        wages, residence.place, residence.filing_status, calendar, law,
        deduction="best" if is_best else "standard", work_place=residence.work_place, is_remote=residence.is_remote,
    )  # fmt: skip
    names = ("federal_income_tax", "state_income_tax", "local_income_tax", "net_pay")
    return {name: found[name].to_numpy(dtype=float) for name in names}


def _regular_withholding(job: _Job, calendar: list[int], residence: Residence, law: TaxTables) -> dict[str, FloatArray]:
    """Withholding on salary: the tax of a full year at that salary, prorated by months worked."""
    annual = np.divide(job.base * MONTHS_A_YEAR, job.n_months, out=np.zeros_like(job.base), where=job.n_months > 0)
    taxes = _taxes(annual, calendar, residence, law, is_best=False)
    return {name: amounts * job.n_months / MONTHS_A_YEAR for name, amounts in taxes.items()}


def _federal_supplemental(supplemental: FloatArray, laws: list[Law]) -> FloatArray:
    threshold, low, high = (_values(laws, _LEVY, name) for name in ("threshold", "rate", "rate_above_threshold"))
    return np.asarray(low * np.minimum(supplemental, threshold) + high * np.maximum(0.0, supplemental - threshold))


def _additional_medicare(wages: FloatArray, laws: list[Law], threshold: str = "threshold") -> FloatArray:
    return np.array([additional_medicare(each, law, threshold) for each, law in zip(wages, laws, strict=True)])


def _social_security_excess(wages: list[FloatArray], laws: list[Law]) -> FloatArray:
    cap, rate = (_values(laws, "social_security", name) for name in ("wage_cap", "rate"))
    withheld = sum(np.minimum(each, cap) for each in wages)
    return np.asarray(rate * (withheld - np.minimum(sum(wages), cap)))


def _state_withheld(
    jobs: list[_Job],
    regular: list[dict[str, FloatArray]],
    owed: dict[str, FloatArray],
    calendar: list[int],
    residence: Residence,
    law: TaxTables,
) -> FloatArray:
    """State and city withholding; one without a flat rate is assumed to withhold the tax owed."""
    taxing = taxing_states(residence.place, residence.work_place, law, is_remote=residence.is_remote)
    cities = [code for code in law.of_place[residence.place] if law.jurisdictions[code]["kind"] == "city"]
    supplemental = sum((job.supplemental for job in jobs), start=np.zeros(len(calendar)))
    total = np.zeros(len(calendar))
    for code, column in ((taxing.withholding, "state_income_tax"), *((city, "local_income_tax") for city in cities)):
        kept = sum((each[column] for each in regular), start=np.zeros(len(calendar)))
        rates = np.array([_flat_rate(law.law(code, year, residence.filing_status)) for year in calendar])
        total += np.where(np.isnan(rates), np.maximum(kept, owed[column]), kept + np.nan_to_num(rates) * supplemental)
    return total


def has_flat_rate(tables: TaxTables, jurisdiction: str) -> bool:
    """Whether a jurisdiction has its own flat rate of withholding on bonus and stock."""
    law = tables.law(jurisdiction, tables.last_published_year, FILING_STATUSES[0])
    return not np.isnan(_flat_rate(law))


def _flat_rate(law: Law) -> float:
    """Flat rate of a jurisdiction on bonus and stock; NaN if it has none, 0 if it has no tax."""
    if not law.tables.jurisdictions[law.jurisdiction]["has_wage_income_tax"]:
        return 0.0
    return law.value_or(_LEVY, "rate_bonus_and_stock", law.value_or(_LEVY, "rate", np.nan))


def _safe_harbour(
    plan: pd.DataFrame, residence: Residence, law: TaxTables, earlier: EarlierPay, laws: list[Law]
) -> FloatArray:
    """Federal payments that avoid a penalty: a share of this year's tax, or of last year's if less."""
    tax, wages = plan["federal_tax"].to_numpy(dtype=float), plan["wages"].to_numpy(dtype=float)
    tax_before, wages_before = (np.concatenate([[np.nan], amounts[:-1]]) for amounts in (tax, wages))
    year_before = int(plan.index[0]) - 1
    if earlier.last_year_wages is not None and year_before in law.years:
        paid = np.array([earlier.last_year_wages])
        income_tax = _taxes(paid, [year_before], residence, law, is_best=True)["federal_income_tax"]
        before = law.law(FEDERAL, year_before, residence.filing_status)
        tax_before[0] = (income_tax + additional_medicare(paid, before))[0]
        wages_before[0] = earlier.last_year_wages
    is_high = wages_before > _values(laws, "estimated_tax", "safe_harbour_high_agi_threshold")
    of_before = np.where(
        is_high,
        _values(laws, "estimated_tax", "safe_harbour_prior_year_rate_high"),
        _values(laws, "estimated_tax", "safe_harbour_prior_year_rate"),
    )
    of_this = _values(laws, "estimated_tax", "safe_harbour_current_year_rate") * tax
    return np.asarray(np.fmin(of_this, of_before * tax_before))


def _values(laws: list[Law], tax: str, parameter: str) -> FloatArray:
    return np.array([law.value(tax, parameter) for law in laws])
