"""One person's offers and current job side by side, worked out once for notebooks, reports and commands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.analysis.evaluation import Evaluation
from compkit.analysis.places import LocationAnalysis
from compkit.errors import CompkitError
from compkit.offers import Offers, only_person, people_of, summarize_names
from compkit.pay import (
    Assumptions,
    CashFlow,
    FloatArray,
    Growth,
    PayTerms,
    Valuation,
    cash_flow,
    leaving_table,
    pay_terms,
    payback_month,
    present_job_terms,
    repayable_relocation,
    valuation,
    weighted_vests,
)
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR
from compkit.place import taxed_pay
from compkit.prices import (
    LOWEST_GROWTH,
    Crossing,
    GrowthCurve,
    SimulationOptions,
    SimulationSettings,
    Volatility,
    chance_of_more,
    crossing,
    growth_curve,
    simulated_totals,
    volatility_of,
)
from compkit.reference import Tables, records

STAYING = "current job"
MAP_GROWTHS = tuple(step / 100 for step in range(-30, 41, 5))
MAP_TENURES = tuple(range(1, MAX_YEARS + 1))
GROWTH_STEP, PRICE_MOVE, SHORT_STAY, HIGH_BONUS = 0.2, 0.3, 2, 1.5


@dataclass(frozen=True)
class Comparison:
    """Evaluated offers, side by side with each other and the current job.

    Parameters
    ----------
    evaluations : tuple of Evaluation
        One per offer, all under the same assumptions.
    chance : SimulationOptions
    left_out : tuple of str
        Offers that could not be read because of their faults, as pages name them.
    """

    evaluations: tuple[Evaluation, ...]
    chance: SimulationOptions
    left_out: tuple[str, ...] = ()
    _whole: tuple[Comparison, int] | None = field(default=None, init=False, compare=False)
    """Where these offers were worked out together with other people's: that, and the first one's position there."""

    def __repr__(self) -> str:
        return f"Comparison of {len(self.ids)} offers: {summarize_names(self.ids)}"

    def part(self, first: int, n_offers: int) -> Comparison:
        """Select one person's offers, with the pay and simulated prices worked out here."""
        found = replace(self, evaluations=self.evaluations[first : first + n_offers])
        object.__setattr__(found, "_whole", (self, first))
        return found

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions behind all offers."""
        return self.evaluations[0].assumptions

    @property
    def tables(self) -> Tables:
        """The tables behind it."""
        return self.evaluations[0].tables

    @property
    def ids(self) -> list[str]:
        """The offers' ids, in file order."""
        return [evaluation.offer.id for evaluation in self.evaluations]

    @cached_property
    def pay(self) -> PayTerms:
        """All offers as columns; stock that can't be sold is left out unless the evaluations count it."""
        if self._whole is not None:
            whole, first = self._whole
            return whole.pay.rows(first, first + len(self.evaluations))
        return self._everything if self.evaluations[0].counts_paper else self._everything.liquid

    @cached_property
    def _everything(self) -> PayTerms:
        """All offers as columns, with stock that can't be sold."""
        return pay_terms([evaluation.offer for evaluation in self.evaluations], self.tables.schedules)

    @cached_property
    def _has_paper(self) -> bool:
        """Whether some of the stock can't be sold."""
        if self._whole is not None:
            whole, first = self._whole
            return whole._everything.rows(first, first + len(self.evaluations)).has_paper
        return self._everything.has_paper

    @cached_property
    def with_paper(self) -> Comparison:
        """The same with stock that can't be sold counted as pay, as in JSON and recorded totals."""
        if self.evaluations[0].counts_paper or not self._has_paper:
            return self
        if self._whole is not None:
            whole, first = self._whole
            return whole.with_paper.part(first, len(self.evaluations))
        return replace(self, evaluations=tuple(replace(one, counts_paper=True) for one in self.evaluations))

    @cached_property
    def paper(self) -> pd.Series:
        """Stock that can't be sold, over all years, by offer id [USD]."""
        return self.with_paper.worth.summary["paper"]

    @cached_property
    def worth(self) -> Valuation:
        """Valuation of all offers."""
        if self._whole is not None:
            whole, first = self._whole
            return whole.worth.part(first, len(self.evaluations))
        return valuation(self.pay, self.assumptions)

    @cached_property
    def share_totals(self) -> FloatArray:
        """The stock in each offer's total, without cash refreshers, shape (n_offers,) [USD]."""
        grants = self.pay.grants[~self.pay.grants["is_cash"].to_numpy(dtype=bool)]
        every_month = np.ones((MONTHS_A_YEAR * self.assumptions.n_years, 1))
        return weighted_vests(replace(self.pay, grants=grants), self.assumptions.growth, every_month)[:, 0]

    @cached_property
    def flow(self) -> CashFlow:
        """All offers' payments by month."""
        return cash_flow(self.pay, self.assumptions.growth, self.assumptions.n_years)

    @cached_property
    def staying(self) -> PayTerms | None:
        """The current job as columns; None if unknown."""
        job = self.evaluations[0].candidate.current
        if job is None:
            return None
        starts = [evaluation.offer.start_date for evaluation in self.evaluations if evaluation.offer.start_date]
        return present_job_terms(job, min(starts, default=None))

    @cached_property
    def staying_worth(self) -> Valuation | None:
        """Valuation of the current job over the same years."""
        return valuation(self.staying, self.assumptions) if self.staying is not None else None

    @cached_property
    def volatilities(self) -> list[Volatility]:
        """The volatility of each offer's stock."""
        return [volatility_of(evaluation.offer.company, self.tables) for evaluation in self.evaluations]

    @cached_property
    def _randomness(self) -> SimulationSettings:
        given = self.chance
        rates = [row.annual_rate if given.volatility is None else given.volatility for row in self.volatilities]
        companies = [self._company(position) for position in range(len(self.ids))]
        histories = {name.strip().casefold(): history for name, history in given.histories.items()}
        used = {name: history for name, history in histories.items() if name in companies}
        return SimulationSettings(companies, rates, given.n_paths, given.seed, given.correlation, used)

    def simulated(self, growth: Growth) -> FloatArray:
        """Simulate pay by offer, year and path, shape (n_offers, n_years, n_paths) [USD]."""
        years = self.assumptions.n_years
        return simulated_totals(self.pay, growth, years, self._randomness, stay_rate=self.chance.stay_rate)

    @cached_property
    def simulated_years(self) -> FloatArray:
        """The simulation around the assumed growth."""
        if self._whole is not None:
            whole, first = self._whole
            return whole.simulated_years[first : first + len(self.evaluations)]
        return self.simulated(self.assumptions.growth)

    def curve(self, position: int, n_years: int | None = None) -> GrowthCurve:
        """Total of an offer as a function of share price growth."""
        years = n_years or self.assumptions.n_years
        if (position, years) not in self._curves:
            self._curves[position, years] = growth_curve(self.pay, position, years, self.assumptions.growth.convention)
        return self._curves[position, years]

    @cached_property
    def _curves(self) -> dict[tuple[int, int], GrowthCurve]:
        """Curves by offer and horizon, kept because each offer is in as many pairs as there are other offers."""
        return {}

    def _grants_curve(self, position: int, n_years: int) -> GrowthCurve:
        """Part of an offer's total that moves with today's share price."""
        grants = self.pay.grants[self.pay.grants["priced_month"].to_numpy(dtype=int) == 0]
        shares = replace(self.pay, grants=grants)
        whole = growth_curve(shares, position, n_years, self.assumptions.growth.convention)
        return GrowthCurve(0.0, whole.values, whole.exponents)

    def _company(self, position: int) -> str:
        return self.evaluations[position].offer.company.strip().casefold()

    def break_even(self, a: int, b: int) -> Crossing:
        """Growth of all share prices at which the first offer's total reaches the second's."""
        return crossing(self.curve(a).minus(self.curve(b)))

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """Every pair of offers, with a, b, difference [USD], break_even, break_even_growth, p_a_beats_b."""
        total = self.worth.summary["total"].to_numpy(dtype=float)
        simulated = self.simulated_years.sum(axis=1)
        rows = []
        for a, b in combinations(range(len(self.ids)), 2):
            found, chance = self.break_even(a, b), chance_of_more(simulated[a], simulated[b])
            gap = float(total[a] - total[b])
            rows.append((self.ids[a], self.ids[b], gap, found.break_even, found.growth, chance))
        columns = ["a", "b", "difference", "break_even", "break_even_growth", "p_a_beats_b"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def pairs_with_paper(self) -> pd.DataFrame:
        """`pairs` with all stock counted.

        Also paper, the part of the difference in stock that can't be sold [USD], and p_a_beats_b_without_paper.
        """
        paper = self.paper.to_numpy(dtype=float)
        apart = [float(paper[a] - paper[b]) for a, b in combinations(range(len(self.ids)), 2)]
        liquid = self.pairs["p_a_beats_b"].to_numpy(dtype=float)
        return self.with_paper.pairs.assign(paper=apart, p_a_beats_b_without_paper=liquid)

    @cached_property
    def pair_by_ids(self) -> dict[tuple[str, str], dict[str, Any]]:
        """The rows of `pairs` by a and b."""
        return {(row["a"], row["b"]): row for row in records(self.pairs)}

    @cached_property
    def after_tax(self) -> pd.DataFrame:
        """Pay after tax by offer: net, purchasing_power [USD a year], reason if both are unknown."""
        rows = []
        for position, evaluation in enumerate(self.evaluations):
            analysis = LocationAnalysis(evaluation)
            totals = tuple(self.worth.by_year["total"][position].tolist())
            pay = replace(analysis.pay, totals=totals)
            try:
                own = taxed_pay(pay, [analysis.own], self.tables, law=analysis.law).iloc[0]
            except CompkitError as error:
                rows.append((np.nan, np.nan, f"{analysis.own.place}: {error}"))
                continue
            rows.append((float(own["net"]), float(own["purchasing_power"]), ""))
        return pd.DataFrame(rows, columns=["net", "purchasing_power", "reason"], index=pd.Index(self.ids, name="id"))

    @cached_property
    def names(self) -> list[str]:
        """The choices: the offers, and the current job if known."""
        return [*self.ids, *([STAYING] if self.staying is not None else [])]

    @cached_property
    def totals_by_tenure(self) -> FloatArray:
        """Pay of each choice by tenure and growth, shape (n_choices, 8, 15) [USD].

        Tenures and growth rates are `MAP_TENURES` and `MAP_GROWTHS`. Leaving at the end of a year owes nothing.
        """
        convention = self.assumptions.growth.convention
        paid = np.empty((len(self.names), len(MAP_TENURES), len(MAP_GROWTHS)))
        for row, tenure in np.ndindex(len(self.ids), len(MAP_TENURES)):
            paid[row, tenure] = self.curve(row, MAP_TENURES[tenure]).at(MAP_GROWTHS)
        if self.staying is not None:
            for tenure, years in enumerate(MAP_TENURES):
                paid[-1, tenure] = growth_curve(self.staying, 0, years, convention).at(MAP_GROWTHS)
        return paid

    @cached_property
    def winners(self) -> NDArray[np.intp]:
        """The choice that has paid most, shape (8, 15); the first of those that tie."""
        return np.asarray(np.argmax(np.round(self.totals_by_tenure, 6), axis=0))

    @cached_property
    def ties(self) -> NDArray[np.bool_]:
        """Where several choices have paid the same maximum, within a millionth of a dollar, shape (8, 15)."""
        paid = np.round(self.totals_by_tenure, 6)
        return np.asarray((paid == paid.max(axis=0)).sum(axis=0) > 1)

    @cached_property
    def leaving(self) -> dict[str, pd.DataFrame]:
        """What leaving at the end of each month keeps and owes, by offer id; see `leaving.leaving_table`."""
        found = {}
        for evaluation in self.evaluations:
            offer = evaluation.offer
            flow = self.flow.of_offer(offer.id)
            found[offer.id] = leaving_table(flow, offer, self.pay, relocation=repayable_relocation(offer))
        return found

    @cached_property
    def staying_paid(self) -> FloatArray | None:
        """Cumulative pay of the current job by month [USD]; None if unknown."""
        if self.staying is None:
            return None
        given = self.assumptions
        return np.asarray(cash_flow(self.staying, given.growth, given.n_years).total[0].cumsum())

    @cached_property
    def paid_off_in(self) -> dict[str, int | None]:
        """The month from which an offer keeps at least what staying would have paid; None if never, or unknown."""
        stayed = self.staying_paid
        if stayed is None:
            return dict.fromkeys(self.ids)
        return {
            evaluation.offer.id: payback_month(
                self.leaving[evaluation.offer.id]["kept"].to_numpy(dtype=float),
                stayed,
                evaluation.left_behind.repayment_owed if evaluation.left_behind else 0.0,
            )
            for evaluation in self.evaluations
        }

    @cached_property
    def ranking(self) -> list[int]:
        """Positions of the offers, the highest total first."""
        return [int(row) for row in np.argsort(-self.worth.summary["total"].to_numpy(dtype=float), kind="stable")]

    def sensitivities(self, a: int, b: int) -> pd.DataFrame:
        """Causes that move the difference between two offers, the strongest first.

        Parameters
        ----------
        a, b : int
            Positions of two offers.

        Returns
        -------
        DataFrame
            cause (growth, stock, tenure, bonus), company (whose stock, without refreshers and cash), low_at,
            high_at: the ends tried [fraction; tenure in years]; low, high: the difference of the average years there,
            a minus b; base: as assumed [USD a year]. Causes that move nothing are left out.
        """
        years, rate = self.assumptions.n_years, self.assumptions.growth.rate

        def gap(at: float = rate, n_years: int = years, company: str = "", move: float = 0.0) -> float:
            sums = []
            for row in (a, b):
                moved = self._grants_curve(row, n_years) if self._company(row) == company else None
                sums.append(float(self.curve(row, n_years).at(at)) + (move * float(moved.at(at)) if moved else 0.0))
            return (sums[0] - sums[1]) / n_years

        low_rate, high_rate = max(rate - GROWTH_STEP, LOWEST_GROWTH), rate + GROWTH_STEP
        bonus = self.worth.by_year["bonus"].mean(axis=1)
        base, bonuses = gap(), float(bonus[a] - bonus[b])
        found = [
            ("growth", "", low_rate, high_rate, gap(low_rate), gap(high_rate)),
            *(
                ("stock", self.evaluations[row].offer.company, -PRICE_MOVE, PRICE_MOVE,
                 gap(company=self._company(row), move=-PRICE_MOVE), gap(company=self._company(row), move=PRICE_MOVE))
                for row in ((a, b) if self._company(a) != self._company(b) else (a,))
            ),
            ("tenure", "", SHORT_STAY, MAX_YEARS, gap(n_years=SHORT_STAY), gap(n_years=MAX_YEARS)),
            ("bonus", "", 0.0, HIGH_BONUS, base - bonuses, base + (HIGH_BONUS - 1) * bonuses),
        ]  # fmt: skip
        columns = ["cause", "company", "low_at", "high_at", "low", "high"]
        frame = pd.DataFrame(found, columns=columns).assign(base=base)
        moves = np.maximum((frame["low"] - base).abs(), (frame["high"] - base).abs())
        return frame.assign(moves=moves)[moves >= 1].sort_values("moves", ascending=False).drop(columns="moves")


def build_comparison(
    offers: Offers, tables: Tables, assumptions: Assumptions, chance: SimulationOptions, report_date: dt.date
) -> Comparison:
    """Compare one person's offers.

    Raises
    ------
    CompkitError
        If there is no offer.
    InputError
        If they belong to several people.
    """
    if not offers:
        raise CompkitError("There is no offer to compare. Add at least one to the offers file.")
    only_person(people_of(offers))
    evaluations = tuple(Evaluation(entry, tables, assumptions, report_date) for entry in offers)
    return Comparison(evaluations, chance, tuple(one.text for one in offers.left_out))
