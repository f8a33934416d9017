"""One offer in other places, worked out once: what notebooks, reports and commands show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.equity import GrowthConvention
from compkit.errors import CompkitError, Fault, InputError, unknown_choice
from compkit.evaluation import Evaluation, first_year_totals, load_evaluation
from compkit.living import price_level
from compkit.location import Living, Pay, location_table
from compkit.market import market_positions
from compkit.offer import REMOTE
from compkit.periods import years_of_beginning
from compkit.present_job import EarlierPay, earlier_pay
from compkit.tables import Tables, records
from compkit.tax import TaxTables, employment_year_tax, household_tax
from compkit.tax.withholding import Residence, cash_plan, whole_calendar_years

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class LocationAnalysis:
    """One offer's pay after tax and prices, where it is and elsewhere.

    Parameters
    ----------
    evaluation : Evaluation
    housing_share : float, optional
        The share of its spending that the household gives for housing [fraction]; the publisher's weights if left out.
    more_places : tuple of str
        Places to show beside the guide's.
    earlier_wages : float, optional
        What another job paid in the calendar year of the start [USD]; the present job's, if left out.
    washington_2028 : bool
        See `TaxTables`.
    """

    evaluation: Evaluation
    housing_share: float | None = None
    more_places: tuple[str, ...] = ()
    earlier_wages: float | None = None
    washington_2028: bool = False

    @property
    def tables(self) -> Tables:
        """The tables behind it."""
        return self.evaluation.tables

    @cached_property
    def law(self) -> TaxTables:
        """The tax tables ready for look-ups."""
        return TaxTables(self.tables, washington_2028=self.washington_2028)

    @property
    def start_on(self) -> dt.date:
        """The first day of work; the day of the report where the file gives none."""
        return self.evaluation.offer.start_date or self.evaluation.report_on

    @cached_property
    def pay(self) -> Pay:
        """What the offer pays by employment year."""
        totals = tuple(float(total) for total in self.evaluation.years["total"])
        return Pay(totals, self.start_on, self.evaluation.candidate.filing_status)

    @property
    def own(self) -> Living:
        """How the candidate would live with this offer: where the job is, or where the file says that they live."""
        offer, residence = self.evaluation.offer, str(self.evaluation.entry.residence)
        if offer.location == REMOTE:
            return Living(REMOTE, residence)
        return Living(residence, residence, None if residence == offer.location else offer.location)

    @cached_property
    def _livings(self) -> tuple[list[Living], Living | None, list[str]]:
        """Return the livings that can be worked out, the offer's own among them if it can, and why others cannot."""
        own = self.own
        asked = [own, *(living for living in self._elsewhere() if living.place != own.place)]
        kept, reasons = [], []
        for living in asked:
            try:
                self.check(living)
            except CompkitError as error:
                reasons.append(f"{living.place}: {error}")
            else:
                kept.append(living)
        return kept, own if own in kept else None, reasons

    def _elsewhere(self) -> list[Living]:
        residence = self.evaluation.candidate.residence or str(self.evaluation.entry.residence)
        guide = [str(row["place"]) for row in records(self.tables["places"]) if row["guide_location"]]
        return [
            Living(place, residence if place == REMOTE else place)
            for place in dict.fromkeys([*guide, *self.more_places])
        ]

    def check(self, living: Living) -> None:
        """Raise where a living's tax or prices cannot be worked out."""
        employment_year_tax(
            [0.0], self.start_on, living.residence, self.pay.filing_status, self.law, work_place=living.work_place
        )
        price_level([living.residence], self.tables)

    @property
    def livings(self) -> list[Living]:
        """The offer's own living first, then the guide's places, then those asked for; each once."""
        return self._livings[0]

    @property
    def home(self) -> Living | None:
        """The own living; None where its tax or prices cannot be worked out."""
        return self._livings[1]

    @property
    def left_out(self) -> list[str]:
        """Which places cannot be worked out, and why."""
        return self._livings[2]

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row a living; see `location.location_table`."""
        return location_table(
            self.pay, self.livings, self.tables, home=self.home, housing_share=self.housing_share, law=self.law
        )

    @cached_property
    def years(self) -> pd.DataFrame | None:
        """Total, tax, net [USD] and tax_status of each employment year at home, with its tax_year; None without."""
        if self.home is None:
            return None
        home = self.home
        taxes = employment_year_tax(
            self.pay.totals, self.start_on, home.residence, self.pay.filing_status, self.law, work_place=home.work_place
        )
        years = years_of_beginning(self.start_on, len(self.pay.totals))
        return taxes.assign(total=self.pay.totals, tax_year=years)

    @cached_property
    def earlier(self) -> EarlierPay:
        """What another job paid in the calendar year of the start, before it."""
        job = self.evaluation.candidate.current
        is_internal = self.evaluation.offer.candidate_type == "internal"
        known = earlier_pay(job, self.start_on, is_internal=is_internal) if job else EarlierPay()
        if self.earlier_wages is None:
            return known
        n_months = known.n_months or float(self.start_on.month - 1)
        return replace(known, base=self.earlier_wages, supplemental=0.0, n_months=n_months)

    @cached_property
    def cash_plan(self) -> pd.DataFrame | None:
        """Tax withheld, owed and to set aside by calendar year; see `tax.withholding.cash_plan`; None without home."""
        if self.home is None:
            return None
        flow = self.evaluation.cash_flow.of_offer(self.evaluation.offer.id)
        years = whole_calendar_years(flow, self.start_on)
        residence = Residence(self.home.residence, self.pay.filing_status, self.home.work_place)
        return cash_plan(years, residence, self.law, self.earlier)

    @cached_property
    def bands(self) -> pd.DataFrame:
        """The offer against the guide's band of each of its places, whatever other yardsticks it has.

        Columns of `market.market_positions`, and place.
        """
        offer, frames = self.evaluation.offer, []
        first_year = first_year_totals([offer], self.tables)
        for place in dict.fromkeys(self.tables["bands"]["location"]):
            there = offer.model_copy(update={"location": place, "posted_base": None, "market": ()})
            frames.append(market_positions([there], first_year, self.tables).assign(place=place))
        return pd.concat(frames, ignore_index=True)

    def net_pay_over(self, wages: FloatArray, living: Living) -> FloatArray:
        """Return the net pay of wages in a living under the tables of the offer's first year; same shape [USD]."""
        found = household_tax(
            wages, living.residence, self.pay.filing_status, self.start_on.year, self.law,
            deduction="best", work_place=living.work_place,
        )  # fmt: skip
        return found["net_pay"].to_numpy(dtype=float)

    @property
    def unverified_taxes(self) -> list[str]:
        """The jurisdictions of the livings whose figures were not all seen in their publisher's own notice."""
        years = {
            min(year, self.law.last_published_year) for year in years_of_beginning(self.start_on, len(self.pay.totals))
        }
        codes = dict.fromkeys(code for living in self.livings for code in self.law.of_place[living.residence])
        return [
            str(self.law.jurisdictions[code]["name"])
            for code in codes
            if any((code, year) in self.law.unverified for year in years)
        ]


def load_location_analysis(
    offers_file: str,
    offer_id: str,
    *,
    report_on: str,
    more_places: str = "",
    housing_share: float | None = None,
    earlier_wages: float | None = None,
    washington_2028: bool = False,
    growth_rate: float = 0.0,
    growth_convention: GrowthConvention = "smooth",
    n_years: int = 4,
) -> LocationAnalysis:
    """Return one offer's pay after tax and prices in several places, with compkit's own tables.

    Parameters
    ----------
    offers_file, offer_id, report_on, growth_rate, growth_convention, n_years
        See `load_evaluation`.
    more_places : str
        Places to show beside the guide's, separated by semicolons.
    housing_share, earlier_wages, washington_2028
        See `LocationAnalysis`.

    Raises
    ------
    InputError
        If the file, or an assumption about the place, has faults.
    UnknownChoiceError
        If the file has no such offer.
    OutOfRangeError
        If another assumption is out of its range.
    """
    evaluation = load_evaluation(
        offers_file, offer_id, report_on=report_on, growth_rate=growth_rate, growth_convention=growth_convention,
        n_years=n_years,
    )  # fmt: skip
    places = tuple(place.strip() for place in more_places.split(";") if place.strip())
    faults = location_faults(evaluation.tables, places, housing_share, earlier_wages)
    if faults:
        raise InputError(faults)
    return LocationAnalysis(evaluation, housing_share, places, earlier_wages, washington_2028)


def location_faults(
    tables: Tables, places: Sequence[str], housing_share: float | None, earlier_wages: float | None = None
) -> list[Fault]:
    """Return what is wrong with the assumptions, all of it."""
    known = list(TaxTables(tables).of_place)
    rules = [("place", unknown_choice(place, known)) for place in places if place not in known]
    if housing_share is not None and not 0 <= housing_share <= 1:
        rules.append(("housing_share", f"must lie within 0 and 1, got {housing_share}."))
    if earlier_wages is not None and not 0 <= earlier_wages < np.inf:
        rules.append(("earlier_wages", f"must be finite and not negative, got {earlier_wages}."))
    return [Fault("", "", name, rule) for name, rule in rules]
