"""The guide's statements about places, each with the figure that this offer gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from compkit.analysis.places import LocationAnalysis
from compkit.place import Living
from compkit.reference import records
from compkit.tax import TaxTables, household_tax

NO_INCOME_TAX_PLACE = "Seattle"
STEP = 1_000.0
INCOME_TAXES = ("federal_income_tax", "state_income_tax", "local_income_tax")
Verdict = Literal["holds", "too high", "too low"]


@dataclass(frozen=True, slots=True)
class LocationFact:
    """One statement of the guide with the computed figure.

    Parameters
    ----------
    place : str
    statement : str
        Its subject.
    claim : str
        Its row of guide_claims.csv.
    low, high : float or None
        The published range; None for an open end.
    computed : float
    unit : {"USD", "fraction"}
    why : str
        How the computed figure comes about.
    own : float or None
        For a top rate, its tax on the next 1,000 USD of this offer [fraction]; for a worth, the difference of all
        taxes, payroll taxes included [USD].
    of : tuple of Living or str
        What it is computed from: the livings compared, the jurisdictions of a top rate, or the measure of a band.
    """

    place: str
    statement: str
    claim: str
    low: float | None
    high: float | None
    computed: float
    unit: Literal["USD", "fraction"]
    why: str
    own: float | None = None
    of: tuple[Living | str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Whether the published figure holds, to the precision in which it is printed."""
        as_printed = {"USD": 0.5, "fraction": 0.0005}[self.unit]
        if self.high is not None and self.computed > self.high + as_printed:
            return "too low"
        if self.low is not None and self.computed < self.low - as_printed:
            return "too high"
        return "holds"


def location_facts(analysis: LocationAnalysis) -> list[LocationFact]:
    """List the guide's statements on tax and remote pay with the figures for this offer."""
    return [*_worth_of_no_income_tax(analysis), *_top_rates(analysis), *_remote_pay(analysis)]


def marginal_tax(analysis: LocationAnalysis, living: Living) -> float:
    """All taxes on the next 1,000 USD of the offer's average year [fraction]."""
    gross = analysis.pay.gross
    net = analysis.net_pay_over(np.array([gross, gross + STEP]), living, analysis.finances_in(living.residence))
    return float(1 - (net[1] - net[0]) / STEP)


def _worth_of_no_income_tax(analysis: LocationAnalysis) -> Iterator[LocationFact]:
    """Yield the extra income tax on the same pay in the guide's places with an income tax, and in the offer's."""
    claim = "no-state-tax-value"
    low, high = _claim(analysis, claim)
    rows = records(analysis.taxed_pay) if analysis.livings else []
    is_seattle = [row["place"] == NO_INCOME_TAX_PLACE and row["work_place"] is None for row in rows]
    if not any(is_seattle):
        return
    at = is_seattle.index(True)
    seattle, household = rows[at], analysis.finances_in(rows[at]["residence"])
    named: set[str] = set()  # a remote job may be lived in a place that is compared anyway
    for position, row in enumerate(rows):
        has_tax = row["state_income_tax"] or row["local_income_tax"]
        name = row["residence"] + (f", job in {row['work_place']}" if row["work_place"] else "")
        if analysis.finances_in(row["residence"]) != household:
            continue  # the taxes of two households would be compared
        if has_tax and name not in named and (position == 0 or row["place"] in ("San Francisco", "New York")):
            named.add(name)
            yield LocationFact(
                NO_INCOME_TAX_PLACE, f"no state income tax, a year, against {name}", claim, low, high,
                float(sum(row[part] - seattle[part] for part in INCOME_TAXES)), "USD",
                f"Income taxes on this offer there, less those in {NO_INCOME_TAX_PLACE}, after the federal deduction.",
                float(row["tax"] - seattle["tax"]), (analysis.livings[position], analysis.livings[at]),
            )  # fmt: skip


def _top_rates(analysis: LocationAnalysis) -> Iterator[LocationFact]:
    cases = (
        ("San Francisco", "ca-top-tax", "top rate of the state", ("CA",)),
        ("New York", "ny-top-tax", "top rate of state and city", ("NY", "NY-NYC")),
    )
    year = min(analysis.start_on.year, analysis.law.last_published_year)
    if year not in analysis.law.years or analysis.start_on.year not in analysis.law.years:
        return
    for place, claim, statement, codes in cases:
        low, high = _claim(analysis, claim)
        top = sum(_top_rate(analysis.law, code, year, analysis.pay.filing_status) for code in codes)
        why = f"The highest rate in the tables of {year}."
        own = _next_state_tax(analysis, place)
        yield LocationFact(place, statement, claim, low, high, top, "fraction", why, own, codes)


def _top_rate(law: TaxTables, code: str, year: int, filing_status: str) -> float:
    rates = law.brackets(code, "income", year, filing_status)[1]
    return rates[-1] + law.law(code, year, filing_status).value_or("income", "surtax_rate", 0.0)


def _next_state_tax(analysis: LocationAnalysis, place: str) -> float:
    """State and local income tax on the next 1,000 USD [fraction]."""
    gross = analysis.pay.gross
    taxes = household_tax(
        [gross, gross + STEP], place, analysis.pay.filing_status, analysis.start_on.year, analysis.law
    )
    both = (taxes["state_income_tax"] + taxes["local_income_tax"]).to_numpy(dtype=float)
    return float((both[1] - both[0]) / STEP)


def _remote_pay(analysis: LocationAnalysis) -> Iterator[LocationFact]:
    """Yield how far the guide's remote bands are below Seattle's, for the offer's level."""
    level, claim = analysis.evaluation.level.level, "remote-below-seattle"
    bands = {
        (row["location"], row["measure"]): (row["low"] + row["high"]) / 2
        for row in analysis.tables.rows("bands")
        if row["level"] == level
    }
    for measure, name in (("base_salary", "base salary"), ("total_4yr_avg", "base and a quarter of the grant")):
        if ("Remote", measure) in bands:
            remote, seattle = bands["Remote", measure], bands["Seattle", measure]
            yield LocationFact(
                "Remote", f"{name}, below Seattle", claim, *_claim(analysis, claim), 1 - remote / seattle,
                "fraction", f"The guide's own {level} bands, middle against middle.", of=(measure,),
            )  # fmt: skip


def _claim(analysis: LocationAnalysis, claim_id: str) -> tuple[float | None, float | None]:
    for row in analysis.tables.rows("guide_claims"):
        if row["claim_id"] == claim_id:
            return row["low"], row["high"]
    raise KeyError(claim_id)
