"""One job in several places: net pay and purchasing power there, and the equivalent salary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compkit.model import REMOTE, FilingStatus
from compkit.pay import FloatArray
from compkit.periods import start_years
from compkit.place.home import HomeCosts
from compkit.place.living import price_level, purchasing_power
from compkit.reference import Tables
from compkit.tax import (
    OFFICIAL,
    PROJECTED,
    RESULT_COLUMNS,
    Finances,
    Taxing,
    TaxTables,
    household_tax,
    tax_tables,
    taxing_states,
)

_N_FACTORS = 65
TAX_PARTS = RESULT_COLUMNS[: RESULT_COLUMNS.index("total")]


@dataclass(frozen=True, slots=True)
class Living:
    """Where somebody lives and works with a job.

    Parameters
    ----------
    place : str
        Its name: a place, or Remote.
    residence : str
        The place whose taxes and prices apply.
    work_place : str, optional
        Where the work is done, if elsewhere; for a remote job its assigned office.
    """

    place: str
    residence: str
    work_place: str | None = None

    @property
    def is_remote(self) -> bool:
        """Whether the job is remote."""
        return self.place == REMOTE

    def taxing(self, law: TaxTables) -> Taxing:
        """Find the states that tax its wages; see `taxing_states`."""
        return taxing_states(self.residence, self.work_place, law, is_remote=self.is_remote)

    def is_taxed_like(self, other: Living) -> bool:
        """Whether taxes and prices are the same in both."""
        own, its = (
            (each.residence, each.work_place, bool(each.work_place) and each.is_remote) for each in (self, other)
        )
        return own == its

    @property
    def title(self) -> str:
        """Its name in words.

        >>> Living("Remote", "Austin").title, Living("Jersey City", "Jersey City", "New York").title
        ('Remote, from Austin', 'Jersey City, job in New York')
        >>> Living("Remote", "Jersey City", "New York").title
        'Remote, from Jersey City, for the New York office'
        """
        if self.is_remote:
            office = f", for the {self.work_place} office" if self.work_place else ""
            return f"{REMOTE}, from {self.residence}{office}"
        return f"{self.place}, job in {self.work_place}" if self.work_place else self.place


@dataclass(frozen=True, slots=True)
class Home:
    """Where a household lives today.

    Parameters
    ----------
    place : str
    finances : Finances, optional
        The rest of the household with the job, if it stays there.
    """

    place: str
    finances: Finances | None = None


@dataclass(frozen=True)
class Pay:
    """Pay of a job, and the filing status of the household.

    Parameters
    ----------
    totals : tuple of float
        Pay of employment years 1, 2, ..., all wages of one earner [USD].
    start_on : date
    filing_status : {"single", "married_joint", "head_of_household"}
    finances : Finances, optional
        The rest of the household; net pay is then the household's.
    home : Home, optional
        Where the household lives today, if it is another one there.
    costs : HomeCosts
        Of the household's home; no rent is counted if left out.
    """

    totals: tuple[float, ...]
    start_on: dt.date
    filing_status: FilingStatus
    finances: Finances | None = None
    home: Home | None = None
    costs: HomeCosts = field(default_factory=HomeCosts)

    def finances_in(self, residence: str) -> Finances | None:
        """Return the rest of the household where it would live."""
        return self.home.finances if self.home and residence == self.home.place else self.finances

    @property
    def gross(self) -> float:
        """The average year [USD a year]."""
        return float(np.mean(self.totals))


def taxed_pay(
    pay: Pay,
    livings: Sequence[Living],
    tables: Tables,
    *,
    housing_share: float | None = None,
    law: TaxTables | None = None,
) -> pd.DataFrame:
    """Net pay, purchasing power and pay after rent of a job in several places.

    Each employment year counts as one year's income under the tax tables of the calendar year in which it begins, with
    the cheaper deduction; all figures are averages of the years. Source: docs/how-the-figures-are-made.md#tax

    Parameters
    ----------
    pay : Pay
    livings : sequence of Living
    tables : Tables
    housing_share : float, optional
        See `living.price_level`.
    law : TaxTables, optional
        The tax tables, if already built.

    Returns
    -------
    DataFrame, one row a living
        place, residence, work_place; gross, income with the household's other one, the `TAX_PARTS`, tax, net,
        purchasing_power of the net or, with costs that are told, of what is kept, rent, childcare, and kept = net -
        rent - childcare [USD a year]; rent, or what the home costs, and kept are NaN where the rent isn't known, and
        kept may be negative; price_level [US = 100], then without housing; tax_status, `projected` if any year is.

    Raises
    ------
    UnknownChoiceError
        If a place has no taxes or prices, or a year no tables.
    OutOfRangeError
        If there are no rents for that many bedrooms.
    TwoStatesError
        If no rule is known for the states of residence and work.
    """
    law = law or tax_tables(tables)
    residences = [living.residence for living in livings]
    costs = pay.costs
    level, rent = price_level(residences, tables, costs.share(housing_share)), costs.housing(residences, tables)
    finances = [pay.finances_in(residence) for residence in residences]
    other = [(each.spouse_wages or 0.0) + each.other_income if each else 0.0 for each in finances]
    taxes = _taxes(pay, livings, np.ones(len(livings)), law)
    net = _yearly_mean(taxes["net_pay"], len(livings))
    return pd.DataFrame(
        {
            "place": [living.place for living in livings],
            "residence": residences,
            "work_place": [living.work_place for living in livings],
            "gross": pay.gross,
            "income": pay.gross + np.array(other, dtype=float),
            **{name: _yearly_mean(taxes[name], len(livings)) for name in TAX_PARTS},
            "tax": _yearly_mean(taxes["total"], len(livings)),
            "net": net,
            "price_level": level,
            "purchasing_power": purchasing_power(net - costs.before_prices(residences, tables), level),
            "rent": rent,
            "childcare": costs.childcare,
            "kept": net - rent - costs.childcare,
            "tax_status": PROJECTED if (taxes["status"] == PROJECTED).any() else OFFICIAL,
        }
    )


def location_table(
    pay: Pay,
    livings: Sequence[Living],
    tables: Tables,
    *,
    home: Living | None,
    housing_share: float | None = None,
    law: TaxTables | None = None,
) -> pd.DataFrame:
    """Net pay, purchasing power and pay after rent of a job in several places, and the equivalent salaries.

    Parameters
    ----------
    pay, livings, tables, housing_share, law
        See `taxed_pay`, which raises if a place cannot be worked out.
    home : Living or None
        The candidate's own, with which the others are compared; None if unknown.

    Returns
    -------
    DataFrame, one row a living
        The columns of `taxed_pay`; equivalent_salary, the lowest pay there, in the same proportions over the years,
        with the purchasing power of the offer at home [USD a year]; equivalent_error, its error in purchasing power
        [USD a year]. Both are NaN where purchasing power is.
    """
    law = law or tax_tables(tables)
    found = taxed_pay(pay, livings, tables, housing_share=housing_share, law=law)
    found["equivalent_salary"] = found["equivalent_error"] = np.nan
    if home is not None:
        own = taxed_pay(pay, [home], tables, housing_share=housing_share, law=law)
        target, level = own["purchasing_power"].iloc[0], found["price_level"].to_numpy()
        taken = pay.costs.before_prices([living.residence for living in livings], tables)
        rows = np.flatnonzero(np.isfinite(taken + target)).tolist()
        if rows:
            known = [livings[row] for row in rows]
            factor, miss = _equivalent_factor(pay, known, level[rows], taken[rows], target, law)
            found.loc[rows, "equivalent_salary"], found.loc[rows, "equivalent_error"] = factor * pay.gross, miss
    return found


def _taxes(pay: Pay, livings: Sequence[Living], factor: FloatArray, law: TaxTables) -> pd.DataFrame:
    """Taxes of each living on `factor` times the pay: rows by living, then by employment year."""
    n_years = len(pay.totals)
    wages = factor[:, None] * np.asarray(pay.totals)
    years = start_years(pay.start_on, n_years)
    parts = []
    alike: dict[tuple[str | None, bool, Finances | None], list[int]] = {}
    for row, living in enumerate(livings):
        key = (living.work_place, living.is_remote, pay.finances_in(living.residence))
        alike.setdefault(key, []).append(row)
    for (work_place, is_remote, finances), rows in alike.items():
        places = np.repeat([livings[row].residence for row in rows], n_years)
        taxes = household_tax(
            wages[rows].ravel(), places, pay.filing_status, np.tile(years, len(rows)), law,
            deduction="best", work_place=work_place, is_remote=is_remote, finances=finances,
        )  # fmt: skip
        parts.append(taxes.set_index(np.add.outer(np.array(rows) * n_years, np.arange(n_years)).ravel()))
    return pd.concat(parts).sort_index()


def _yearly_mean(amounts: pd.Series, n_livings: int) -> FloatArray:
    return np.asarray(amounts.to_numpy(dtype=float).reshape(n_livings, -1).mean(axis=1))


def _equivalent_factor(
    pay: Pay, livings: Sequence[Living], level: FloatArray, taken: FloatArray, target: float, law: TaxTables
) -> tuple[FloatArray, FloatArray]:
    """Factor on the pay that gives each living the purchasing power `target`, and the error that remains.

    `taken` comes off the net pay before prices apply [USD a year].
    """
    if pay.gross == 0:
        return np.zeros(len(livings)), np.zeros(len(livings))

    def excess(factor: ArrayLike, row: ArrayLike) -> FloatArray:
        rows = np.asarray(row, dtype=int).ravel()
        chosen = [livings[position] for position in rows]
        factors = np.asarray(factor, dtype=float)
        net = _yearly_mean(_taxes(pay, chosen, factors.ravel(), law)["net_pay"], len(rows))
        return (purchasing_power(net - taken[rows], level[rows]) - target).reshape(factors.shape)

    every = np.arange(len(livings))
    high = 1.0
    while (excess(np.full(len(livings), high), every) < 0).any():
        high *= 2
    # A step of the tax can take more than a raise adds, so several salaries may be equivalent: take the lowest.
    tried = np.linspace(0.0, high, _N_FACTORS)
    tries = excess(np.repeat(tried, len(livings)), np.tile(every, _N_FACTORS))
    reached = tries.reshape(_N_FACTORS, len(livings)) >= 0
    first = reached.argmax(axis=0)
    ends = (tried[np.maximum(first - 1, 0)], tried[np.maximum(first, 1)])
    from scipy.optimize import elementwise  # slow to import, and only roots need it

    found = elementwise.find_root(excess, ends, args=(every,), tolerances={"xrtol": 1e-12})
    is_free = reached[0]  # what the household has besides the pay is enough there
    return np.where(is_free, 0.0, found.x), np.where(is_free, tries.reshape(_N_FACTORS, -1)[0], found.f_x)
