"""Pay of one offer after tax and prices in several places, worked out once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from compkit.analysis.evaluation import Evaluation, first_year_totals
from compkit.analysis.first_year import FirstYear, first_year
from compkit.errors import CompkitError
from compkit.market import market_positions
from compkit.model import REMOTE
from compkit.pay import EarlierPay, FloatArray, earlier_pay
from compkit.periods import MONTHS_A_YEAR, months_into_year, start_years
from compkit.place import Home, HomeCosts, Living, Pay, location_table, price_level, taxed_pay
from compkit.reference import Tables
from compkit.tax import (
    Finances,
    Law,
    Projection,
    Residence,
    TaxTables,
    cash_plan,
    employment_year_tax,
    finances_with,
    has_flat_rate,
    household_tax,
    office_question,
    projections,
    tax_tables,
    unverified_parts,
    whole_calendar_years,
)

_HOUSEHOLD_WITHHELD = (
    "The cash plan is your household's. We assume that each employer withholds on its own pay alone, by a W-4 that "
    "says only how you file: no box for two jobs, no children, nothing extra."
)


@dataclass(frozen=True)
class LocationAnalysis:
    """One offer's pay after tax and prices, in its own place and elsewhere.

    Parameters
    ----------
    evaluation : Evaluation
    housing_share : float, optional
        The share of spending that goes to housing [fraction]; the publisher's weights if left out.
    more_places : tuple of str
        Further places besides the guide's, each with the work in the same place.
    earlier_wages : float, optional
        Wages of another job in the calendar year of the start [USD]; the current job's if left out.
    washington_2028 : bool
        See `TaxTables`.
    bedrooms : int, optional
        Of the home to rent, 1 to 3; if left out, see `HomeCosts.of`.
    """

    evaluation: Evaluation
    housing_share: float | None = None
    more_places: tuple[str, ...] = ()
    earlier_wages: float | None = None
    washington_2028: bool = False
    bedrooms: int | None = None

    def __repr__(self) -> str:
        return f"Location analysis of {self.evaluation.offer.id}: {self.evaluation.entry.job}"

    @property
    def tables(self) -> Tables:
        """The tables behind it."""
        return self.evaluation.tables

    @cached_property
    def law(self) -> TaxTables:
        """The tax tables ready for look-ups."""
        return tax_tables(self.tables, washington_2028=self.washington_2028)

    @property
    def federal(self) -> Law:
        """Federal law of the first year."""
        return self.law.law("US", self.start_on.year, self.pay.filing_status)

    @property
    def start_on(self) -> dt.date:
        """The first day of work; the day of the report if not given."""
        return self.evaluation.offer.start_date or self.evaluation.report_date

    @cached_property
    def pay(self) -> Pay:
        """The offer's pay by employment year."""
        totals = tuple(float(total) for total in self.evaluation.years["total"])
        candidate = self.evaluation.candidate
        home = candidate.residence
        lived_in = Home(home, self.finances_in(home)) if home else None
        return Pay(totals, self.start_on, candidate.filing_status, self.finances, lived_in, self.home_costs)

    @property
    def finances(self) -> Finances | None:
        """The rest of the household with this offer where it is; None if the file doesn't say."""
        return self.finances_in(self.own.residence)

    def finances_in(self, residence: str) -> Finances | None:
        """Return the rest of the household where it would live: who stays at home for another job keeps the others."""
        candidate, offer = self.evaluation.candidate, self.evaluation.offer
        if self.stays_home_in(residence):
            offer = offer.model_copy(update={"spouse_wages": None})
        return finances_with(candidate, offer, residence)

    def stays_home_in(self, residence: str) -> bool:
        """Whether the household would stay where it lives today, for another job than this offer's."""
        return residence == self.evaluation.candidate.residence != self.own.residence

    @cached_property
    def home_costs(self) -> HomeCosts:
        """What the household pays for its home and for childcare, today and with this offer."""
        evaluation = self.evaluation
        return HomeCosts.of(evaluation.candidate, evaluation.offer, evaluation.entry.residence, self.bedrooms)

    @property
    def costs(self) -> list[str]:
        """What is taken from net pay before the household keeps it: housing or rent, and childcare, if counted."""
        known = self.home_costs
        is_told = known.at_home is not None or known.after_move is not None
        home = ["housing"] if is_told else ["rent"] if known.bedrooms else []
        return [*home, "childcare"] if known.childcare else home

    @property
    def own(self) -> Living:
        """Where the candidate would live and work with this offer."""
        entry = self.evaluation.entry
        residence = str(entry.residence)
        return Living(REMOTE if entry.is_remote else residence, residence, entry.work_place)

    @cached_property
    def _livings(self) -> tuple[list[Living], list[str]]:
        """The livings that can be worked out, and why others can't."""
        own = self.own
        # The offer's own residence overrides the candidate's.
        others = [living for living in self._elsewhere() if living != own and not (own.is_remote and living.is_remote)]
        kept, reasons = [], []
        for living in [own, *others]:
            reason = self._reason_against(living)
            if reason is None:
                kept.append(living)
            else:
                reasons.append(f"{living.place}: {reason}")
        return kept, reasons

    def _reason_against(self, living: Living) -> str | None:
        try:
            self.check(living)
        except CompkitError as error:
            return str(error)
        return None

    def _elsewhere(self) -> list[Living]:
        candidate = self.evaluation.candidate
        residence = candidate.residence or str(self.evaluation.entry.residence)
        told = candidate.household is not None and candidate.household.housing is not None
        guide = [str(row["place"]) for row in self.tables.rows("places") if row["guide_location"]]
        return [
            Living(place, residence if place == REMOTE else place)
            for place in dict.fromkeys([*([residence] if told else []), *self.more_places, *guide])
        ]

    def check(self, living: Living) -> None:
        """Raise CompkitError if a living's tax or prices can't be worked out."""
        employment_year_tax(
            [0.0] * len(self.pay.totals), self.start_on, living.residence, self.pay.filing_status, self.law,
            work_place=living.work_place, is_remote=living.is_remote, finances=self.finances_in(living.residence),
        )  # fmt: skip
        price_level([living.residence], self.tables)

    @property
    def livings(self) -> list[Living]:
        """The offer's own living, then the places asked for, then the guide's; each once."""
        return self._livings[0]

    @cached_property
    def home(self) -> Living | None:
        """The own living; None if its tax or prices can't be worked out."""
        return self.own if self.why_no_home is None else None

    @property
    def why_no_home(self) -> str | None:
        """Why the own living's tax or prices can't be worked out; None if they can."""
        return self._reason_against(self.own)

    @property
    def left_out(self) -> list[str]:
        """Places that can't be worked out, each with the reason."""
        return self._livings[1]

    @cached_property
    def taxed_pay(self) -> pd.DataFrame:
        """One row per living; see `location.taxed_pay`."""
        return taxed_pay(self.pay, self.livings, self.tables, housing_share=self.housing_share, law=self.law)

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row per living; see `location.location_table`."""
        return location_table(
            self.pay, self.livings, self.tables, home=self.home, housing_share=self.housing_share, law=self.law
        )

    @cached_property
    def _ranks(self) -> list[int]:
        """Positions in `livings`, from the most to the least kept after rent; those of unknown rent last.

        Of a place and remote work from it, which differ in nothing, only the first counts.
        """
        kept = self.taxed_pay["kept"].to_numpy(dtype=float) if self.livings else np.array([])
        ranks = np.argsort(-kept, kind="stable").tolist()
        return [at for at in ranks if not any(map(self.livings[at].is_taxed_like, self.livings[:at]))]

    @property
    def ranked_livings(self) -> list[Living]:
        """The livings from the most to the least kept after tax and rent, each place once; unknown rents come last."""
        return [self.livings[position] for position in self._ranks]

    @property
    def ranked(self) -> pd.DataFrame:
        """Rows of `table`, in the order of `ranked_livings`."""
        return self.table.iloc[self._ranks].reset_index(drop=True)

    @cached_property
    def years(self) -> pd.DataFrame | None:
        """Total, tax, net [USD], tax_status and tax_year of each employment year at home; None without a home."""
        if self.home is None:
            return None
        home = self.home
        taxes = employment_year_tax(
            self.pay.totals, self.start_on, home.residence, self.pay.filing_status, self.law,
            work_place=home.work_place, is_remote=home.is_remote, finances=self.finances,
        )  # fmt: skip
        years = start_years(self.start_on, len(self.pay.totals))
        return taxes.assign(total=self.pay.totals, tax_year=years)

    @cached_property
    def earlier(self) -> EarlierPay:
        """Another job's pay in the calendar year of the start, before it."""
        job = self.evaluation.candidate.current
        is_internal = self.evaluation.offer.candidate_type == "internal"
        known = EarlierPay(n_months=months_into_year(self.start_on), is_same_employer=is_internal)
        if job:
            known = earlier_pay(job, self.start_on, is_internal=is_internal)
        if self.earlier_wages is None:
            return known
        # Wages given for a year without months before the start count as a full year's.
        n_months = known.n_months or float(MONTHS_A_YEAR)
        return replace(known, base=self.earlier_wages, supplemental=0.0, n_months=n_months, notes=())

    @cached_property
    def cash_plan(self) -> pd.DataFrame | None:
        """Tax withheld, owed and to set aside by calendar year; see `tax.withholding.cash_plan`; None without home."""
        if self.home is None:
            return None
        flow = self.evaluation.cash_flow.of_offer(self.evaluation.offer.id)
        years = whole_calendar_years(flow, self.start_on)
        residence = Residence(
            self.home.residence, self.pay.filing_status, self.home.work_place, self.home.is_remote,
            self.plan_finances, self.last_year_finances,
        )  # fmt: skip
        return cash_plan(years, residence, self.law, self.earlier, self.first_year.move)

    @property
    def plan_finances(self) -> Finances | None:
        """The rest of the household in the cash plan; None if nothing of it changes the tax."""
        return self.finances if self.finances and self.finances.changes_tax else None

    @property
    def last_year_finances(self) -> Finances | None:
        """The rest of the household in the year before the start, with the current job; None if it changes no tax."""
        finances = finances_with(self.evaluation.candidate)
        return finances if finances and finances.changes_tax else None

    @property
    def household_assumption(self) -> str:
        """What the cash plan assumes of the household; empty if nothing of it changes the tax."""
        finances = self.plan_finances
        if finances is None:
            return ""
        said = [_HOUSEHOLD_WITHHELD]
        if finances.traditional_401k or finances.hsa or finances.premiums:
            said.append("Payroll takes what you save before tax, and premiums, from your salary.")
        if finances.spouse_wages:
            said.append("Your spouse's wages are salary all year.")
        if self.evaluation.offer.spouse_wages is not None:
            said.append(f"What your spouse earns with this offer counts for all of {self.start_on.year}.")
        return " ".join(said)

    @cached_property
    def first_year(self) -> FirstYear:
        """How the pay before the start is taxed."""
        is_alone = self.plan_finances is None
        return first_year(self.evaluation, self.home, self.start_on, self.earlier, self.law, is_alone=is_alone)

    @property
    def office_question(self) -> str | None:
        """Why to ask which office a remote job is assigned to; None if that is known or can't change its tax."""
        if not self.evaluation.entry.lacks_office or self.home is None:
            return None
        question = office_question(self.home.residence, self.law)
        return question and f"{question} Enter the office as assigned_office."

    @property
    def plan_notes(self) -> list[str]:
        """What the cash plan assumes for this offer."""
        offer, assumed = self.evaluation.offer, self.first_year.assumption
        notes = [*self.earlier.notes, *filter(None, (assumed, self.household_assumption))]
        if any(grant.vesting is None for grant in offer.equity):
            notes.append("A grant has no vesting schedule in the file: when it vests, and so what is due, is a guess.")
        code = self.home.taxing(self.law).withholding if self.home else None
        if code and self.law.jurisdictions[code]["has_wage_income_tax"] and not has_flat_rate(self.law, code):
            name = self.law.jurisdictions[code]["name"]
            notes.append(f"{name} has no flat rate for bonus and stock: it is taken to withhold what it takes.")
        return notes

    @cached_property
    def bands(self) -> pd.DataFrame:
        """The offer in the guide's band of each place, whatever other yardsticks it has.

        Columns of `market.market_positions`, and place.
        """
        entry, on, frames = self.evaluation.entry, self.evaluation.report_date, []
        first_year = first_year_totals([self.evaluation.offer], self.tables)
        for place in dict.fromkeys(self.tables["bands"]["location"]):
            alone = {"location": place, "company_type": None, "posted_base": None, "market": ()}
            there = entry.offer.model_copy(update=alone)
            positions = market_positions([replace(entry, offer=there, reported=None)], first_year, self.tables, on)
            frames.append(positions.assign(place=place))
        return pd.concat(frames, ignore_index=True)

    def net_pay_over(self, wages: FloatArray, living: Living, finances: Finances | None) -> FloatArray:
        """Net pay of wages in a living under the tables of the offer's first year; same shape [USD].

        The finances are those of the rest of the household.
        """
        found = household_tax(
            wages, living.residence, self.pay.filing_status, self.start_on.year, self.law,
            deduction="best", work_place=living.work_place, is_remote=living.is_remote, finances=finances,
        )  # fmt: skip
        return found["net_pay"].to_numpy(dtype=float)

    @property
    def projections(self) -> list[Projection]:
        """What the taxes of later years rest on in the livings shown."""
        return self._projections(self.livings)

    @property
    def own_projections(self) -> list[Projection]:
        """What the taxes of later years rest on at home; empty without a home."""
        return self._projections([self.home] if self.home else [])

    def _projections(self, livings: Sequence[Living]) -> list[Projection]:
        taxing = [living.taxing(self.law) for living in livings]
        codes = [code for living in livings for code in self.law.of_place[living.residence]]
        codes += [code for each in taxing for code in (each.withholding, each.levying)]
        left = [code for code in self._left if code not in codes]
        found = projections(codes, start_years(self.start_on, len(self.pay.totals)), self.law, self.tables)
        return found + projections(left, [self.start_on.year], self.law, self.tables)

    @property
    def _left(self) -> list[str]:
        """Jurisdictions of the place that is left in the year of the start."""
        move = self.first_year.move
        return self.law.of_place[move.place] if move else []

    @property
    def unverified_taxes(self) -> list[str]:
        """Jurisdictions of the livings with figures not all taken from their publisher's own notice."""
        years = {min(year, self.law.last_published_year) for year in start_years(self.start_on, len(self.pay.totals))}
        there = (code for living in self.livings for code in self.law.of_place[living.residence])
        codes = dict.fromkeys([*there, *self._left])
        move = self.first_year.move
        by_move = unverified_parts(move, self.home.residence, self.law) if move and self.home else []
        return [
            str(self.law.jurisdictions[code]["name"])
            for code in codes
            if code in by_move or any((code, year) in self.law.unverified for year in years)
        ]
