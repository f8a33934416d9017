"""Value of offers: by year and component, total, present value, guaranteed cash."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from compkit.errors import OutOfRangeError
from compkit.pay.cashflow import COMPONENTS, PayTerms, weighted_payments, weighted_vests
from compkit.pay.stock import FLAT, Growth
from compkit.pay.vesting import FloatArray
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR, months, year_matrix

_ROWS_AT_A_TIME = 16384
# Sums are rounded to this many decimals, since twelve twelfths of a salary miss it by some 1e-11 USD.
_DECIMALS = 7


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Assumptions of a valuation.

    Parameters
    ----------
    growth : Growth
        Share price scenario; flat by default.
    discount_rate : float
        A year's discount on cash, above -1 [fraction].
    n_years : int
        The horizon, 1 to 8 [years].
    whole_shares : bool
        Let grants vest in whole shares.

    Raises
    ------
    OutOfRangeError
        If the horizon or the discount rate is out of range.
    """

    growth: Growth = field(default=FLAT)
    discount_rate: float = 0.0
    n_years: int = 4
    whole_shares: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.discount_rate) or self.discount_rate <= -1:
            raise OutOfRangeError("discount_rate", "be a finite fraction above -1", self.discount_rate)
        if not 1 <= self.n_years <= MAX_YEARS:
            raise OutOfRangeError("years", f"be 1 to {MAX_YEARS}", self.n_years)

    @property
    def discount(self) -> FloatArray:
        """Present value of a dollar of cash at the end of each month, shape (12 n_years,)."""
        return np.asarray((1.0 + self.discount_rate) ** (-months(self.n_years) / MONTHS_A_YEAR))


@dataclass(frozen=True)
class Valuation:
    """Value of offers.

    Parameters
    ----------
    by_year : dict of str to ndarray, shape (n_offers, n_years)
        base, bonus, sign_on, equity, total, paper [USD] in employment years 1, 2, ...; paper is the part of equity in
        shares that cannot be sold.
    summary : DataFrame, indexed by offer id
        total, average (total / years), first_two_year_average (NaN over one year), present_value, guaranteed_cash;
        paper, paper_average, paper_present_value: their part in shares that cannot be sold [USD].
    assumptions : Assumptions
    """

    by_year: dict[str, FloatArray]
    summary: pd.DataFrame
    assumptions: Assumptions

    @property
    def equity_share(self) -> FloatArray:
        """Equity over total by year, shape (n_offers, n_years) [fraction]; NaN if nothing is paid."""
        total = self.by_year["total"]
        return np.divide(self.by_year["equity"], total, out=np.full_like(total, np.nan), where=total > 0)

    def part(self, first: int, n_offers: int) -> Valuation:
        """Valuation of `n_offers` offers from position `first`."""
        rows = slice(first, first + n_offers)
        by_year = {name: values[rows] for name, values in self.by_year.items()}
        return Valuation(by_year, self.summary.iloc[rows], self.assumptions)

    def years_of(self, offer_id: str) -> pd.DataFrame:
        """One offer's years: a row a year, a column a component, `total` and `paper` [USD]."""
        row = self.summary.index.get_loc(offer_id)
        columns = {name: values[row] for name, values in self.by_year.items()}
        return pd.DataFrame(columns, index=pd.RangeIndex(1, self.assumptions.n_years + 1, name="year"))


def valuation(pay: PayTerms, assumptions: Assumptions | None = None) -> Valuation:
    """Value offers; a million take a few seconds and some hundred MB.

    Present value discounts cash by (1 + R)^(-m / 12) and counts shares at today's price, undiscounted: a liquid share
    is worth its price today, and growth is a scenario. The cash part of a refresher is cash.
    Source: docs/how-the-figures-are-made.md#present-value

    Parameters
    ----------
    pay : PayTerms
        One or more offers.
    assumptions : Assumptions, optional
        By default a flat price, no discount, four years.

    Raises
    ------
    OutOfRangeError
        If a rate makes an amount overflow.

    Examples
    --------
    >>> from compkit.pay.cashflow import PayTerms
    >>> offer = pd.DataFrame({"base_salary": [100_000.0], "sign_on_y1": [20_000.0]}, index=["a"])
    >>> valuation(PayTerms.from_columns(offer, {})).summary.loc["a", "average"].item()
    105000.0
    """
    assumptions = assumptions or Assumptions()
    by_year = {name: np.empty((len(pay), assumptions.n_years)) for name in (*COMPONENTS, "total", "paper")}
    present_value, guaranteed, paper_today = np.empty((3, len(pay)))
    first = 0
    with np.errstate(over="ignore", invalid="ignore"):
        for piece in pay.slices(_ROWS_AT_A_TIME):
            rows = slice(first, first + len(piece))
            years, present_value[rows], guaranteed[rows] = _valued(piece, assumptions)
            years["paper"], paper_today[rows] = _paper(piece, assumptions)
            for name, values in years.items():
                by_year[name][rows] = values
            first = rows.stop
    if not (np.isfinite(by_year["total"]).all() and np.isfinite(present_value).all()):
        rates = (assumptions.growth.rate, assumptions.discount_rate)
        raise OutOfRangeError("growth and discount_rate", "leave all amounts finite", rates)
    total = by_year["total"].sum(axis=1)
    paper = by_year["paper"].sum(axis=1)
    first_two = by_year["total"][:, :2].mean(axis=1) if assumptions.n_years > 1 else np.full(len(pay), np.nan)
    summary = pd.DataFrame(
        {
            "total": total,
            "average": total / assumptions.n_years,
            "first_two_year_average": first_two,
            "present_value": present_value,
            "guaranteed_cash": guaranteed,
            "paper": paper,
            "paper_average": paper / assumptions.n_years,
            "paper_present_value": paper_today,
        },
        index=pay.terms.index,
    )
    return Valuation(by_year, summary, assumptions)


def _valued(pay: PayTerms, assumptions: Assumptions) -> tuple[dict[str, FloatArray], FloatArray, FloatArray]:
    """Years by component, present value and guaranteed cash of a slice of offers."""
    in_year = year_matrix(assumptions.n_years)
    discount = assumptions.discount
    sums = weighted_payments(
        pay, assumptions.growth, np.column_stack([in_year, discount]), whole_shares=assumptions.whole_shares
    )
    years = {name: _clean(sums[name][:, :-1]) for name in COMPONENTS}
    years["total"] = _clean(years["base"] + years["bonus"] + years["sign_on"] + years["equity"])
    discounted_cash = sums["base"][:, -1] + sums["bonus"][:, -1] + sums["sign_on"][:, -1]
    all_months = np.ones((len(discount), 1))
    shares_today = weighted_vests(
        pay, FLAT, all_months, whole_shares=assumptions.whole_shares, cash_weights=discount[:, None]
    )[:, 0]
    guaranteed = (years["base"] + years["sign_on"]).sum(axis=1)
    return years, _clean(discounted_cash + shares_today), _clean(guaranteed)


def _paper(pay: PayTerms, assumptions: Assumptions) -> tuple[FloatArray, FloatArray]:
    """Vests by year in shares that cannot be sold, and their part of present value."""
    if not pay.has_paper:
        return np.zeros((len(pay), assumptions.n_years)), np.zeros(len(pay))
    years, today, _ = _valued(pay.paper, assumptions)
    return years["equity"], today


def _clean(amounts: FloatArray) -> FloatArray:
    return np.round(amounts, _DECIMALS)
