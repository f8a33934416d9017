"""What the guide says of places, each statement beside the figure that this offer gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from compkit.location import Living
from compkit.location_analysis import LocationAnalysis
from compkit.tables import records
from compkit.tax import TaxTables, household_tax

NO_INCOME_TAX_PLACE = "Seattle"
STEP = 1_000.0
Verdict = Literal["holds", "too high", "too low"]


@dataclass(frozen=True, slots=True)
class LocationFact:
    """One statement of the guide beside what this offer gives.

    Parameters
    ----------
    place : str
    statement : str
        What it is about.
    low, high : float or None
        The published ends; None where one is open.
    computed : float
    unit : {"USD", "fraction"}
    verdict : {"holds", "too high", "too low"}
        Of the published figure, against the computed one.
    why : str
        How the computed figure came about.
    next_rate : float or None
        For a top rate, what the next 1,000 USD of this offer bear of it [fraction].
    """

    place: str
    statement: str
    low: float | None
    high: float | None
    computed: float
    unit: Literal["USD", "fraction"]
    verdict: Verdict
    why: str
    next_rate: float | None = None


def location_facts(analysis: LocationAnalysis) -> list[LocationFact]:
    """Return the guide's statements on tax and remote pay with the figures of this offer."""
    return [*_worth_of_no_income_tax(analysis), *_top_rates(analysis), *_remote_pay(analysis)]


def marginal_tax(analysis: LocationAnalysis, living: Living) -> float:
    """Return all taxes on the next 1,000 USD of the offer's average year [fraction]."""
    gross = analysis.pay.gross
    net = analysis.net_pay_over(np.array([gross, gross + STEP]), living)
    return float(1 - (net[1] - net[0]) / STEP)


def _worth_of_no_income_tax(analysis: LocationAnalysis) -> Iterator[LocationFact]:
    """Yield by how much more income tax, federal, state and city, the same pay bears in places that have one."""
    low, high = _claim(analysis, "no-state-tax-value")
    table = {row["place"]: row for row in records(analysis.table) if row["work_place"] is None}
    if NO_INCOME_TAX_PLACE not in table:
        return
    names = ("federal_income_tax", "state_income_tax", "local_income_tax")
    there = {place: sum(row[name] for name in names) for place, row in table.items()}
    for place in ("San Francisco", "New York"):
        if place in there:
            computed = there[place] - there[NO_INCOME_TAX_PLACE]
            yield _fact(
                NO_INCOME_TAX_PLACE, f"no state income tax, a year, against {place}", (low, high), computed, "USD",
                f"Income taxes on this offer in {place}, less those in {NO_INCOME_TAX_PLACE}; the federal deduction of "
                "state tax is counted.",
            )  # fmt: skip


def _top_rates(analysis: LocationAnalysis) -> Iterator[LocationFact]:
    cases = (
        ("San Francisco", "ca-top-tax", "top rate of the state", ("CA",)),
        ("New York", "ny-top-tax", "top rate of state and city", ("NY", "NY-NYC")),
    )
    for place, claim, statement, codes in cases:
        year = min(analysis.start_on.year, analysis.law.last_published_year)
        if year not in analysis.law.years:
            return
        top = sum(_top_rate(analysis.law, code, year, analysis.pay.filing_status) for code in codes)
        why = f"The highest rate in the tables of {year}."
        yield _fact(place, statement, _claim(analysis, claim), top, "fraction", why, _next_state_tax(analysis, place))


def _top_rate(law: TaxTables, code: str, year: int, filing_status: str) -> float:
    rates = law.brackets(code, "income", year, filing_status)[1]
    return rates[-1] + law.law(code, year, filing_status).value_or("income", "surtax_rate", 0.0)


def _next_state_tax(analysis: LocationAnalysis, place: str) -> float:
    """Return the state's and the city's income tax on the next 1,000 USD [fraction]."""
    gross = analysis.pay.gross
    taxes = household_tax(
        [gross, gross + STEP], place, analysis.pay.filing_status, analysis.start_on.year, analysis.law
    )
    both = (taxes["state_income_tax"] + taxes["local_income_tax"]).to_numpy(dtype=float)
    return float((both[1] - both[0]) / STEP)


def _remote_pay(analysis: LocationAnalysis) -> Iterator[LocationFact]:
    """Yield by how much the guide's own remote bands lie under Seattle's, for the offer's level."""
    level = analysis.evaluation.level.level
    bands = {
        (row["location"], row["measure"]): (row["low"] + row["high"]) / 2
        for row in records(analysis.tables["bands"])
        if row["level"] == level
    }
    for measure, name in (("base_salary", "base salary"), ("total_4yr_avg", "base and a quarter of the grant")):
        if ("Remote", measure) in bands:
            remote, seattle = bands["Remote", measure], bands["Seattle", measure]
            yield _fact(
                "Remote", f"{name}, below Seattle", _claim(analysis, "remote-below-seattle"), 1 - remote / seattle,
                "fraction", f"The guide's own {level} bands, middle against middle.",
            )  # fmt: skip


def _fact(
    place: str,
    statement: str,
    published: tuple[float | None, float | None],
    computed: float,
    unit: Literal["USD", "fraction"],
    why: str,
    next_rate: float | None = None,
) -> LocationFact:
    low, high = published
    as_printed = {"USD": 0.5, "fraction": 0.0005}[unit]
    verdict: Verdict = "holds"
    if high is not None and computed > high + as_printed:
        verdict = "too low"
    elif low is not None and computed < low - as_printed:
        verdict = "too high"
    return LocationFact(place, statement, low, high, computed, unit, verdict, why, next_rate)


def _claim(analysis: LocationAnalysis, claim_id: str) -> tuple[float | None, float | None]:
    for row in records(analysis.tables["guide_claims"]):
        if row["claim_id"] == claim_id:
            return row["low"], row["high"]
    raise KeyError(claim_id)
