"""Monthly pay of offers by component: the one calculation behind every figure of pay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import MAX_SIGN_ON_YEARS, Offer, Refresher, VestingRule, VestingSchedule
from compkit.pay.grants import grant_frame, grant_vests
from compkit.pay.refreshers import planned_refreshers
from compkit.pay.stock import Growth, company_key
from compkit.pay.vesting import FloatArray, vested_units, vesting_schedule
from compkit.periods import MONTHS_A_YEAR

COMPONENTS = ("base", "bonus", "sign_on", "equity")
SIGN_ON_YEARS = range(1, MAX_SIGN_ON_YEARS + 1)
_GrantRow = tuple[int, float, float, str, int, bool, bool, bool, bool]

TERM_DEFAULTS: Mapping[str, float | bool | int] = {
    "base_salary": 0.0,
    "annual_raise_rate": 0.0,
    "bonus_target_rate": 0.0,
    "annual_bonus": 0.0,
    "first_bonus_month": MONTHS_A_YEAR,
    "first_bonus_share": 1.0,
    **{f"sign_on_y{year}": 0.0 for year in SIGN_ON_YEARS},
    **{f"sign_on_monthly_y{year}": False for year in SIGN_ON_YEARS},
}
"""The columns of `PayTerms.terms` and their defaults."""


@dataclass(frozen=True)
class PayTerms:
    """Offers as columns: the inputs of the cash flow.

    Parameters
    ----------
    terms : DataFrame, one row an offer, indexed by its id
        base_salary, annual_bonus, sign_on_y1..y4 [USD]; annual_raise_rate, bonus_target_rate, first_bonus_share (the
        first bonus over the target) [fraction]; first_bonus_month [month]; sign_on_monthly_y1..y4
        [bool].
    grants : DataFrame, one row a grant, in the order of the offers
        offer_row [position in terms], units [shares], start_price [USD a share at the start date],
        schedule [name], start_month [month], is_valued_at_grant [bool: units come from the price of that month],
        priced_month [month whose price turns a value into units, 0 if the units are known today],
        has_price [bool: start_price is a share price, so units are shares and can be rounded to whole ones],
        is_cash [bool: paid in cash as it vests, whatever the share price], company [whose stock it is],
        is_paper [bool: the shares cannot be sold when they vest, or the file does not say that they can].
    schedules : mapping of str to VestingSchedule
        Every schedule named by the grants.
    """

    terms: pd.DataFrame
    grants: pd.DataFrame
    schedules: Mapping[str, VestingSchedule]

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def paper(self) -> PayTerms:
        """The same offers with only the grants whose shares cannot be sold, and no cash pay."""
        return replace(self, terms=self.terms.assign(**TERM_DEFAULTS), grants=self.grants[self._is_paper])

    @property
    def liquid(self) -> PayTerms:
        """The same offers without the grants whose shares cannot be sold."""
        return replace(self, grants=self.grants[~self._is_paper]) if self.has_paper else self

    @property
    def has_paper(self) -> bool:
        """Whether any grant is in shares that cannot be sold."""
        return bool(self._is_paper.any())

    @property
    def _is_paper(self) -> NDArray[np.bool_]:
        return self.grants["is_paper"].to_numpy(dtype=bool)

    def slices(self, n_rows: int) -> Iterator[PayTerms]:
        """Yield the offers in slices of at most `n_rows`."""
        for first in range(0, max(1, len(self)), n_rows):
            yield self.rows(first, min(first + n_rows, len(self)))

    def rows(self, first: int, last: int) -> PayTerms:
        """Return the offers at positions first to last - 1."""
        rows = self.grants["offer_row"].to_numpy()
        low, high = np.searchsorted(rows, [first, last])
        part = self.grants.iloc[low:high].assign(offer_row=rows[low:high] - first)
        return PayTerms(self.terms.iloc[first:last], part, self.schedules)

    @classmethod
    def from_columns(cls, frame: pd.DataFrame, schedules: Mapping[str, VestingSchedule]) -> PayTerms:
        """Build terms from a frame with one offer a row and at most one grant an offer.

        Parameters
        ----------
        frame : DataFrame, indexed by offer id
            Any columns of `TERM_DEFAULTS`, and equity_value [USD] with vesting [schedule].
        schedules : mapping of str to VestingSchedule

        Raises
        ------
        OutOfRangeError
            If an amount is negative or not finite, or a raise is not above -1.
        UnknownChoiceError
            If a schedule is unknown.
        """
        terms = pd.DataFrame({name: frame.get(name, default) for name, default in TERM_DEFAULTS.items()},
                             index=frame.index)  # fmt: skip
        value = np.asarray(frame.get("equity_value", 0.0)) + np.zeros(len(frame))
        vesting = frame.get("vesting", pd.Series("", index=frame.index, dtype=object))
        granted = np.flatnonzero(value != 0)
        grants = grant_frame(granted, value[granted], 1.0, vesting.to_numpy()[granted], 0)
        pay = cls(terms, grants, schedules)
        pay.check()
        return pay

    def check(self) -> None:
        """Raise OutOfRangeError or UnknownChoiceError if a term is invalid."""
        for name in self.terms.columns:
            values = self.terms[name].to_numpy(dtype=float)
            if name == "annual_raise_rate":
                rule, is_within = "above -1", values > -1
            else:
                low = 1 if name == "first_bonus_month" else 0
                rule, is_within = f"at least {low}", values >= low
            wrong = ~(np.isfinite(values) & is_within)
            if wrong.any():
                first = int(np.argmax(wrong))
                where = f"offer {self.terms.index[first]!r}: {name}"
                raise OutOfRangeError(where, f"be finite and {rule}", float(values[first]))
        sizes = (self.grants["units"] * self.grants["start_price"]).to_numpy(dtype=float)
        if not np.all(np.isfinite(sizes) & (sizes >= 0)):
            raise OutOfRangeError("a grant's value", "be finite and not negative", float(np.min(sizes)))
        for name in pd.unique(self.grants["schedule"]):
            if name not in self.schedules:
                raise UnknownChoiceError("vesting", name, list(self.schedules))


@dataclass(frozen=True)
class CashFlow:
    """Monthly payments of offers: four arrays of shape (n_offers, n_months), month m at index m - 1 [USD]."""

    ids: pd.Index
    base: FloatArray
    bonus: FloatArray
    sign_on: FloatArray
    equity: FloatArray

    @property
    def n_months(self) -> int:
        """The horizon [months]."""
        return int(self.base.shape[1])

    @property
    def cash(self) -> FloatArray:
        """Salary, bonus and sign-on."""
        return self.base + self.bonus + self.sign_on

    @property
    def guaranteed(self) -> FloatArray:
        """Salary and sign-on: guaranteed while employed."""
        return self.base + self.sign_on

    @property
    def total(self) -> FloatArray:
        """All four components."""
        return self.cash + self.equity

    def of_offer(self, offer_id: str) -> pd.DataFrame:
        """One offer's payments: a row a month, a column a component [USD]."""
        row = self.ids.get_loc(offer_id)
        columns = {name: getattr(self, name)[row] for name in COMPONENTS}
        return pd.DataFrame(columns, index=pd.RangeIndex(1, self.n_months + 1, name="month"))


def pay_terms(offers: Sequence[Offer], schedules: Mapping[str, VestingSchedule]) -> PayTerms:
    """Build the pay terms of offers whose amounts are in one currency.

    Parameters
    ----------
    offers : sequence of Offer
    schedules : mapping of str to VestingSchedule
        The schedules of data/; an offer's own tranches are added under their own name.
    """
    ids = pd.Index([offer.id for offer in offers], name="id", dtype=object)
    terms = pd.DataFrame([_term_row(offer) for offer in offers], index=ids, columns=list(TERM_DEFAULTS))
    known = dict(schedules)
    rows: list[_GrantRow] = []
    priced_in: dict[int, int] = {}
    for position, offer in enumerate(offers):
        for number, grant in enumerate(offer.equity):
            own_name, size = f"{offer.id}: equity[{number}]", (grant.n_units, grant.start_price)
            name = _schedule_name(offer, offer.vesting_of(grant), own_name, grant.start_month, known)
            priced_month = offer.priced_month(grant)
            if priced_month:
                priced_in[len(rows)] = priced_month
            has_units = grant.has_price and not priced_month
            is_paper = grant.tradable is not True
            rows.append((position, *size, name, grant.start_month, False, has_units, False, is_paper))
        for number, later in enumerate(offer.refreshers):
            rows += _refresher_rows(position, offer, later, f"{offer.id}: refreshers[{number}]", known)
        for later in planned_refreshers(offer, schedules):
            rows += _refresher_rows(position, offer, later, f"{offer.id}: refresher_plan", known)
    grants = grant_frame(*_columns(rows))
    priced = grants["priced_month"].to_numpy(dtype=np.int64, copy=True)
    priced[list(priced_in)] = list(priced_in.values())
    companies = [company_key(offers[row].company) for row in grants["offer_row"]]
    return PayTerms(terms, grants.assign(priced_month=priced, company=pd.Categorical(companies)), known)


def cash_flow(pay: PayTerms, growth: Growth, n_years: int, *, whole_shares: bool = False) -> CashFlow:
    """Monthly payments of offers.

    Parameters
    ----------
    pay : PayTerms
    growth : Growth
        Share price scenario, the same for all offers except for paths of single companies.
    n_years : int
        The horizon [years].
    whole_shares : bool
        Let grants vest in whole shares, by the rule of their schedule. Refreshers and grants without a share price
        stay fractional.

    Notes
    -----
    Salary is paid at month ends and rises from month 13. Year k's bonus is paid in month 12 k, on that year's salary if
    it is a rate; the first may be prorated. A lump-sum sign-on is paid in month 12 (k - 1) + 1, a monthly one in twelve
    parts. Stock vested by the first day counts in month 1. Source: docs/how-the-figures-are-made.md#timing
    """
    month_by_month = np.eye(n_years * MONTHS_A_YEAR)
    return CashFlow(pay.terms.index, **weighted_payments(pay, growth, month_by_month, whole_shares=whole_shares))


def weighted_payments(
    pay: PayTerms, growth: Growth, weights: FloatArray, *, whole_shares: bool = False
) -> dict[str, FloatArray]:
    """Payments of offers, weighted and summed over the months.

    A column of ones and zeros sums the months it selects, a column of discount factors discounts, and the identity
    matrix gives the monthly cash flow. A million offers thus need no table of months.

    Parameters
    ----------
    pay : PayTerms
    growth : Growth
    weights : ndarray, shape (n_months, n_columns)
        Whole years; the row at index m - 1 belongs to month m.
    whole_shares : bool

    Returns
    -------
    dict of str to ndarray, shape (n_offers, n_columns)
        By component [USD].
    """
    return weighted_cash(pay, weights) | {"equity": weighted_vests(pay, growth, weights, whole_shares=whole_shares)}


def weighted_cash(pay: PayTerms, weights: FloatArray) -> dict[str, FloatArray]:
    """Components base, bonus and sign_on of `weighted_payments`, each of shape (n_offers, n_columns) [USD]."""
    terms = pay.terms
    weights_of_year = weights.reshape(-1, MONTHS_A_YEAR, weights.shape[1]).sum(axis=1)
    raised = (1.0 + terms["annual_raise_rate"].to_numpy(dtype=float)[:, None]) ** np.arange(len(weights_of_year))
    salary = terms["base_salary"].to_numpy(dtype=float)[:, None] * raised
    return {
        "base": salary / MONTHS_A_YEAR @ weights_of_year,
        "bonus": _bonus(terms, salary, weights),
        "sign_on": _sign_on(terms, weights, weights_of_year),
    }


def weighted_vests(
    pay: PayTerms,
    growth: Growth,
    weights: FloatArray,
    *,
    whole_shares: bool = False,
    cash_weights: FloatArray | None = None,
) -> FloatArray:
    """Equity of `weighted_payments`, shape (n_offers, n_columns) [USD].

    `cash_weights`, shaped like `weights`, replace them for grants paid in cash.
    """
    flow = np.zeros((len(pay), weights.shape[1]))
    n_years, by_company = len(weights) // MONTHS_A_YEAR, bool(growth.company_paths)
    vests = grant_vests(pay.grants, pay.schedules, n_years, by_company=by_company)
    price, group_of, in_cash = vests.price(growth), vests.group_of, vests.is_cash
    if whole_shares:
        units, has_price = (pay.grants[name].to_numpy() for name in ("units", "has_price"))
        is_down = np.array([pay.schedules[group.schedule].whole_shares == "down" for group in vests.groups], dtype=bool)
        share = vests.vested[group_of]
        vested = np.where(
            has_price[:, None],
            vested_units(units, share, whole_shares=True, is_down=is_down[group_of]),
            vested_units(units, share),
        )
        start_price = pay.grants["start_price"].to_numpy(dtype=float)
        value = start_price[:, None] * _weighted(vested * price[group_of], in_cash[group_of], weights, cash_weights)
    else:
        value = vests.grant_value[:, None] * _weighted(vests.fraction * price, in_cash, weights, cash_weights)[group_of]
    _add_rows(flow, pay.grants["offer_row"].to_numpy(dtype=int), value)
    return flow


def _weighted(
    vests: FloatArray, in_cash: NDArray[np.bool_], weights: FloatArray, cash_weights: FloatArray | None
) -> FloatArray:
    value = vests @ weights
    if cash_weights is not None and in_cash.any():
        value[in_cash] = vests[in_cash] @ cash_weights
    return value


def _bonus(terms: pd.DataFrame, salary: FloatArray, weights: FloatArray) -> FloatArray:
    amount = salary * terms["bonus_target_rate"].to_numpy(dtype=float)[:, None]
    amount += terms["annual_bonus"].to_numpy(dtype=float)[:, None]
    flow = np.zeros((len(terms), weights.shape[1]))
    first, share = terms["first_bonus_month"].to_numpy(dtype=int), terms["first_bonus_share"].to_numpy(dtype=float)
    for month in np.unique(first):
        rows, year = first == month, (month - 1) // MONTHS_A_YEAR
        if year < amount.shape[1]:
            amount[rows, year] *= share[rows]
        flow[rows] = amount[rows, year:] @ weights[month - 1 :: MONTHS_A_YEAR]
    return flow


def _sign_on(terms: pd.DataFrame, weights: FloatArray, weights_of_year: FloatArray) -> FloatArray:
    years = SIGN_ON_YEARS[: len(weights_of_year)]
    amount = np.column_stack([terms[f"sign_on_y{year}"].to_numpy(dtype=float) for year in years])
    is_monthly = np.column_stack([terms[f"sign_on_monthly_y{year}"].to_numpy(dtype=bool) for year in years])
    lump = np.where(is_monthly, 0.0, amount) @ weights[: MONTHS_A_YEAR * len(years) : MONTHS_A_YEAR]
    return lump + np.where(is_monthly, amount / MONTHS_A_YEAR, 0.0) @ weights_of_year[: len(years)]


def _add_rows(flow: FloatArray, row: NDArray[np.int64], value: FloatArray) -> None:
    """Add each row of `value` to its row of `flow`; `row` is sorted and may repeat."""
    if np.all(row[1:] > row[:-1]):
        flow[row] += value
        return
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    for number in range(int(rank.max()) + 1):
        at = rank == number
        flow[row[at]] += value[at]


def _term_row(offer: Offer) -> dict[str, float | bool | int]:
    return {
        **TERM_DEFAULTS,
        "base_salary": offer.base_salary,
        "annual_raise_rate": offer.annual_raise_rate,
        "bonus_target_rate": offer.bonus_target_rate,
        "annual_bonus": offer.annual_bonus or 0.0,
        "first_bonus_share": offer.first_bonus_share,
        **{f"sign_on_y{year}": offer.sign_on_in_year(year) for year in SIGN_ON_YEARS},
        **{f"sign_on_monthly_y{year}": offer.is_sign_on_monthly(year) for year in SIGN_ON_YEARS},
    }


def _refresher_rows(
    position: int, offer: Offer, later: Refresher, own_name: str, known: dict[str, VestingSchedule]
) -> list[_GrantRow]:
    """Grant rows of a refresher: one for its stock and one for its cash, if it has them."""
    name = _schedule_name(offer, later.vesting, own_name, later.grant_month, known)
    parts = ((later.value * (1 - later.cash_share), False), (later.value * later.cash_share, True))
    return [
        (position, value, 1.0, name, later.grant_month, True, False, is_cash, not (is_cash or later.tradable))
        for value, is_cash in parts
        if later.cash_share != (0.0 if is_cash else 1.0)
    ]


def _schedule_name(
    offer: Offer, vesting: VestingRule, own_name: str, start_month: int, known: dict[str, VestingSchedule]
) -> str:
    """Name of a grant's schedule, added to `known`."""
    schedule = vesting_schedule(vesting, own_name, known, start_on=offer.start_date, start_month=start_month)
    if isinstance(vesting, str):
        return vesting
    # The same vest days lie otherwise after another day of granting.
    name = f"{own_name}, month {start_month}" if schedule.is_on_vest_days else own_name
    known[name] = schedule
    return name


def _columns(rows: Sequence[_GrantRow]) -> Sequence[Any]:
    return list(zip(*rows, strict=True)) if rows else [[]] * 9
