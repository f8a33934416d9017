"""All figures of one offer, worked out once for notebooks, reports and commands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.analysis.stock_terms import refresher_practice, unverified_schedules
from compkit.errors import UnknownChoiceError
from compkit.market import (
    MATRICES,
    FiredRule,
    Flip,
    GuideLevel,
    Matrix,
    Premiums,
    Score,
    ai_ml_premiums,
    company_type_positions,
    fired_rules,
    flips,
    further_positions,
    guide_level,
    market_positions,
    matrix_score,
    share_below_market,
    signals,
    with_reported_pay,
)
from compkit.model import Candidate, GrowthConvention, Offer, RefresherPractice, VestingSchedule
from compkit.offers import OfferEntry, fill_tradable, load_offers
from compkit.pay import (
    Assumptions,
    CashFlow,
    Growth,
    LeftBehind,
    PayTerms,
    Valuation,
    cash_flow,
    current_total,
    leaving_table,
    left_behind,
    pay_terms,
    present_job_terms,
    repayable_relocation,
    valuation,
)
from compkit.periods import parse_report_date
from compkit.reference import Tables, load_tables


class Simulation(NamedTuple):
    """The assumptions of one simulation of an offer."""

    growth: Growth
    n_paths: int
    seed: int
    volatility: float


@dataclass(frozen=True)
class Evaluation:
    """One offer, evaluated.

    Parameters
    ----------
    entry : OfferEntry
        The offer as entered, and the candidate.
    tables : Tables
    assumptions : Assumptions
    report_date : date
        Decides how old a yardstick is, and which deadlines have passed.
    counts_paper : bool
        Whether stock that can't be sold counts as pay: in JSON and recorded totals it does, on pages it does not.

    Examples
    --------
    >>> import compkit as ck
    >>> ck.load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before", report_date="2026-12-01")
    Evaluation of amazon-l6-seattle-before: Amazon L6, Seattle
    """

    entry: OfferEntry
    tables: Tables
    assumptions: Assumptions
    report_date: dt.date
    counts_paper: bool = False

    def __repr__(self) -> str:
        return f"Evaluation of {self.entry.offer.id}: {self.entry.job}"

    @cached_property
    def offer(self) -> Offer:
        """The offer with all amounts in USD, and whether its shares can be sold, if known.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").offer.base_salary
        175000.0
        """
        return fill_tradable(self.entry.in_usd, self.tables)

    @cached_property
    def with_paper(self) -> Evaluation:
        """The same with stock that can't be sold counted as pay.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "larkspur-ai-head-of-vision").with_paper.summary["paper"]
        560000.0
        """
        has_paper = pay_terms([self.offer], self.tables.schedules).has_paper
        return replace(self, counts_paper=True) if has_paper and not self.counts_paper else self

    @property
    def paper(self) -> pd.Series:
        """Stock that can't be sold, by employment year [USD].

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "larkspur-ai-head-of-vision").paper.tolist()
        [120000.0, 120000.0, 170000.0, 150000.0]
        """
        return self.with_paper.years["paper"]

    @property
    def candidate(self) -> Candidate:
        """The person who decides.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").candidate.name
        'Robin Sample'
        """
        return self.entry.candidate

    @cached_property
    def pay(self) -> PayTerms:
        """The offer as columns for the cash flow."""
        everything = pay_terms([self.offer], self.tables.schedules)
        return everything if self.counts_paper else everything.liquid

    @cached_property
    def valuation(self) -> Valuation:
        """The offer's worth under the assumptions."""
        return valuation(self.pay, self.assumptions)

    @cached_property
    def years(self) -> pd.DataFrame:
        """One row per year: base, bonus, sign_on, equity, total, paper [USD].

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").years["total"].tolist()
        [270000.0, 280000.0, 295000.0, 295000.0]
        """
        return self.valuation.years_of(self.offer.id)

    @cached_property
    def summary(self) -> dict[str, float]:
        """The row of `valuation.summary` [USD].

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").summary["guaranteed_cash"]
        840000.0
        """
        return {str(name): float(value) for name, value in self.valuation.summary.iloc[0].items()}

    @cached_property
    def cash_flow(self) -> CashFlow:
        """The offer's payments by month."""
        given = self.assumptions
        return cash_flow(self.pay, given.growth, given.n_years, whole_shares=given.whole_shares)

    @cached_property
    def leaving(self) -> pd.DataFrame:
        """What leaving by choice at the end of each month keeps, owes and loses; see `leaving.leaving_table`.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").leaving["kept"].round()[12].item()
        270000.0
        """
        flow = self.cash_flow.of_offer(self.offer.id)
        return leaving_table(flow, self.offer, self.pay, relocation=repayable_relocation(self.offer))

    @cached_property
    def simulations(self) -> dict[Simulation, NDArray[np.float64]]:
        """Simulations so far: several parts of a report show the same paths."""
        return {}

    @cached_property
    def level(self) -> GuideLevel:
        """The guide's level whose bands apply, or why none does.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "google-l5-boomerang").level.level
        'L6'
        """
        return guide_level(self.offer, self.tables)

    @cached_property
    def market(self) -> pd.DataFrame:
        """Position of each measure; see `market.market_positions`.

        >>> from compkit import load_evaluation
        >>> seattle = load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before", report_date="2026-12-01")
        >>> seattle.market["verdict"].tolist()
        ['within', 'within', 'within', 'within', 'within', None]
        """
        return market_positions([self.entry], self.first_year_totals, self.tables, self.report_date)

    @cached_property
    def market_beside(self) -> pd.DataFrame:
        """Position against the yardsticks beside those that decide; see `market.further_positions`.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").market_beside.empty
        True
        """
        total_y1 = self.first_year_totals[self.offer.id]
        return further_positions(self.entry, total_y1, self.tables, self.report_date)

    @cached_property
    def company_type(self) -> pd.DataFrame:
        """Position in the company type's bands; see `market.company_type_positions`.

        >>> from compkit import load_evaluation
        >>> seattle = load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before", report_date="2026-12-01")
        >>> seattle.company_type["verdict"].tolist()
        ['within', 'within', 'below']
        """
        return company_type_positions([self.entry], self.first_year_totals, self.tables, self.report_date)

    @cached_property
    def first_year_totals(self) -> dict[str, float]:
        """All first-year pay at a flat share price, by offer id [USD]."""
        return first_year_totals([self.offer], self.tables)

    @property
    def share_below_market(self) -> float | None:
        """How far base + RSU/4 is below the middle of its yardstick [fraction].

        >>> from compkit import load_evaluation
        >>> seattle = load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before", report_date="2026-12-01")
        >>> round(seattle.share_below_market, 3)
        0.029
        """
        return share_below_market(self.market)[self.offer.id]

    @cached_property
    def premiums(self) -> Premiums:
        """The AI/ML premiums that apply.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-san-francisco-ai").premiums.rows["low"].tolist()
        [0.2, 0.3, 0.25, 0.15, 0.2]
        """
        return ai_ml_premiums(self.offer, self.tables, self.report_date)

    def score(self, matrix: Matrix) -> Score:
        """Score of the offer in a matrix, `risk` or `decision`.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").score("risk").verdict
        'moderate'
        """
        if matrix not in MATRICES:
            raise UnknownChoiceError("matrix", matrix, MATRICES)
        return self._scores[matrix]

    @cached_property
    def _scores(self) -> dict[Matrix, Score]:
        return {matrix: matrix_score(self.offer, matrix, self.tables) for matrix in MATRICES}

    def flips(self, matrix: Matrix) -> list[Flip]:
        """Single changes that would change that matrix's verdict.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").flips("risk")[0].factor
        'Team Stability'
        """
        _ = self.score(matrix)  # refuses an unknown name
        return self._flips[matrix]

    @cached_property
    def _flips(self) -> dict[Matrix, list[Flip]]:
        return {matrix: flips(self.score(matrix), self.tables) for matrix in MATRICES}

    @cached_property
    def fired_rules(self) -> list[FiredRule]:
        """The warnings and deal breakers that the offer triggers.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-austin-pressure").fired_rules[0].rule_id
        'not-negotiable'
        """
        unvested = self.left_behind.unvested_equity if self.left_behind else None
        return fired_rules(signals(self.offer, self.share_below_market, unvested, self.report_date), self.tables)

    @cached_property
    def left_behind(self) -> LeftBehind | None:
        """What moving leaves behind; None if the current job is unknown.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").left_behind.unvested_equity
        150000.0
        """
        job, is_internal = self.candidate.current, self.offer.candidate_type == "internal"
        return left_behind(job, self.offer.start_date, is_internal=is_internal) if job else None

    @cached_property
    def present_job(self) -> Valuation | None:
        """Valuation of the current job over the same months and assumptions."""
        job = self.candidate.current
        return valuation(present_job_terms(job, self.offer.start_date), self.assumptions) if job else None

    @property
    def current_total(self) -> float | None:
        """A year's pay in the current job [USD].

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").current_total
        260000.0
        """
        return current_total(self.candidate.current) if self.candidate.current else None

    @cached_property
    def unverified_schedules(self) -> list[str]:
        """Vesting schedules in use that no document of their company confirms.

        >>> from compkit import load_evaluation
        >>> load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before").unverified_schedules
        ['amazon']
        """
        return unverified_schedules(self.offer, self.tables)

    @cached_property
    def refresher_practice(self) -> RefresherPractice | None:
        """The practice behind the expected refreshers; None without one, or if it makes no grants."""
        return refresher_practice(self.offer, self.tables)

    @cached_property
    def stock_sources(self) -> list[VestingSchedule | RefresherPractice]:
        """The rows of data/ behind the offer's stock."""
        schedules = [self.tables.schedules[name] for name in self.offer.schedules_used]
        return [*schedules, *([self.refresher_practice] if self.refresher_practice else [])]


def first_year_totals(offers: Sequence[Offer], tables: Tables) -> dict[str, float]:
    """All first-year pay at a flat share price, by offer id [USD]."""
    worth = valuation(pay_terms(offers, tables.schedules), Assumptions(n_years=1))
    return {str(offer_id): float(total) for offer_id, total in worth.summary["total"].items()}


def load_evaluation(
    offers_file: str,
    offer_id: str,
    *,
    report_date: str | None = None,
    growth_rate: float = 0.0,
    growth_convention: GrowthConvention = "smooth",
    discount_rate: float = 0.0,
    n_years: int = 4,
    store: str | None = None,
) -> Evaluation:
    """Load the evaluation of one offer of a file, with compkit's own tables.

    Parameters
    ----------
    offers_file : str
        Relative to the notebook's folder.
    offer_id : str
    report_date : str or None
        YYYY-MM-DD; today if left out.
    growth_rate, growth_convention, discount_rate, n_years
        See `Growth` and `Assumptions`.
    store : str, optional
        Store of pay data; by default your own, see `read_offers`.

    Raises
    ------
    InputError
        If the file has faults, or the store can't be read.
    UnknownChoiceError, OutOfRangeError
        If the file has no such offer; if an assumption or the date is out of its range.

    Examples
    --------
    >>> import compkit as ck
    >>> evaluation = ck.load_evaluation("data/offers/sample.yaml", "amazon-l6-seattle-before", growth_rate=0.10)
    >>> round(evaluation.summary["total"])
    1238557
    """
    on, tables = parse_report_date(report_date), load_tables()
    assumptions = Assumptions(Growth(growth_rate, growth_convention), discount_rate, n_years)
    entry = with_reported_pay(load_offers(offers_file, tables=tables), tables, on, store).entry(offer_id)
    return Evaluation(entry, tables, assumptions, on)
