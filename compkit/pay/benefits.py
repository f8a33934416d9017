"""Benefits of an offer, on separate lines: never part of a total."""

from __future__ import annotations

import numpy as np
import pandas as pd

from compkit.errors import OutOfRangeError
from compkit.model import Benefits, Offer
from compkit.pay.stock import FLAT, Growth
from compkit.periods import MAX_YEARS, MONTHS_A_YEAR
from compkit.reference import Tables, load_tables

LINES = ("retirement_match", "espp_discount_value", "other", "relocation", "premiums")
WORKING_DAYS_A_YEAR = 260
STOCK_A_YEAR = "espp_stock_a_year"


def benefit_lines(offer: Offer, n_years: int, growth: Growth = FLAT, tables: Tables | None = None) -> pd.DataFrame:
    """Value of each benefit by employment year.

    A retirement match that has not vested by the end of the horizon counts as 0. Insurance premiums are negative.
    Paid time off is part of salary and has no line.

    Parameters
    ----------
    offer : Offer
        In USD.
    n_years : int
        Horizon, 1 to 8 [years].
    growth : Growth
        Share price scenario for a stock purchase plan; flat by default.
    tables : Tables, optional
        For legal limits; compkit's own by default.

    Returns
    -------
    DataFrame, one row a line of `LINES`, one column a year, 1 and up
        [USD]; 0 for what the offer leaves out.

    Raises
    ------
    OutOfRangeError
        If the horizon is out of range.

    Examples
    --------
    >>> made = Offer(id="a", company="A", level="1", location="Austin", base_salary=1,
    ...              benefits=Benefits(retirement_match=6_000, premiums=2_000))
    >>> float(benefit_lines(made, 2).to_numpy().sum())
    8000.0
    """
    if not 1 <= n_years <= MAX_YEARS:
        raise OutOfRangeError("years", f"be 1 to {MAX_YEARS}", n_years)
    given = offer.benefits or Benefits()
    yearly = {
        "retirement_match": given.retirement_match if retirement_is_kept(offer, MONTHS_A_YEAR * n_years) else 0.0,
        "espp_discount_value": given.espp_discount_value,
        "other": given.other,
        "relocation": 0.0,
        "premiums": 0.0 - given.premiums,
    }
    years = pd.RangeIndex(1, n_years + 1, name="year")
    amounts = np.repeat([[yearly[name]] for name in LINES], n_years, axis=1)
    lines = pd.DataFrame(amounts, index=pd.Index(LINES, name="line"), columns=years)
    if given.espp is not None:
        lines.loc["espp_discount_value"] = stock_purchases(offer, n_years, growth, tables)["gain"]
    lines.loc["relocation", 1] = offer.relocation.value if offer.relocation else 0.0
    return lines


def stock_purchases(offer: Offer, n_years: int, growth: Growth = FLAT, tables: Tables | None = None) -> pd.DataFrame:
    """Contributions to a stock purchase plan and its gain, by employment year.

    Each period collects contribution_rate of salary, up to the plan's cap, and buys on its last day at 1 - discount
    times the price of that day or, with lookback, the lower of that and the period's first price. The law limits a
    qualified plan to 25,000 USD of stock a year at the grant-day price, which is the first price with lookback and is
    taken as the last otherwise: contributions are limited to 25,000 x purchase price / that price. Cap and limit are
    prorated by month. The gain is the market value of the shares bought less their cost; a period cut off by the
    horizon buys nothing. Source: usc-26-423, see data/benefit_limits.csv.

    Parameters
    ----------
    offer, n_years, growth, tables
        See `benefit_lines`.

    Returns
    -------
    DataFrame, one row a year, 1 and up
        contributions, gain [USD], is_limited [bool: the legal limit applied].

    Examples
    --------
    >>> from compkit.model.benefits import StockPurchasePlan
    >>> plan = StockPurchasePlan(discount=0.15, contribution_rate=0.10)
    >>> made = Offer(id="a", company="A", level="1", location="Austin", base_salary=150_000,
    ...              benefits=Benefits(espp=plan))
    >>> stock_purchases(made, 1).round(2).to_numpy().tolist()
    [[15000.0, 2647.06, False]]
    """
    plan = offer.benefits.espp if offer.benefits else None
    found = pd.DataFrame({"contributions": 0.0, "gain": 0.0, "is_limited": False},
                         index=pd.RangeIndex(1, n_years + 1, name="year"))  # fmt: skip
    if plan is None:
        return found
    (row,) = (tables or load_tables()).rows_where("benefit_limits", {"limit": STOCK_A_YEAR})
    salary = np.repeat([offer.base_salary_in_year(year) for year in found.index], MONTHS_A_YEAR)
    wanted = np.minimum(plan.contribution_rate * salary, np.inf if plan.cap is None else plan.cap) / MONTHS_A_YEAR
    price = growth.of(offer.company).price(np.arange(len(salary) + 1))
    for last in range(plan.period_months, len(salary) + 1, plan.period_months):
        first, year = last - plan.period_months, -(-last // MONTHS_A_YEAR)
        moved = float(price[last] / price[first])
        cost = (1 - plan.discount) * (min(1.0, moved) if plan.lookback else moved)
        at_grant = 1.0 if plan.lookback else moved
        most = row["value"] * plan.period_months / MONTHS_A_YEAR * cost / at_grant
        gathered = float(wanted[first:last].sum())
        paid = min(gathered, most)
        found.loc[year, "contributions"] += paid
        found.loc[year, "gain"] += paid * (moved / cost - 1)
        found.loc[year, "is_limited"] |= gathered > most * (1 + 1e-12)
    return found


def retirement_is_kept(offer: Offer, month: int) -> bool:
    """Whether the employer's retirement match has vested, all at once, by the end of a month."""
    return month >= (offer.benefits or Benefits()).retirement_vesting_months


def paid_time_off_value(offer: Offer, year: int = 1) -> float | None:
    """Salary paid for an employment year's paid days off, part of base pay [USD]; None if the offer gives no days.

    Days / 260 x salary: 52 weeks have 260 working days.

    >>> made = Offer(id="a", company="A", level="1", location="Austin", base_salary=130_000,
    ...              benefits=Benefits(paid_time_off_days=20))
    >>> paid_time_off_value(made)
    10000.0
    """
    days = offer.benefits.paid_time_off_days if offer.benefits else None
    return None if days is None else offer.base_salary_in_year(year) / WORKING_DAYS_A_YEAR * days
