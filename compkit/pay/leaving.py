"""Leaving a job at the end of each month: pay kept, stock forfeited, repayment owed.

Amounts are before tax, in the currency of the offer. Laws on repayment are shown next to them and never change them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from compkit.errors import OutOfRangeError, UnknownChoiceError
from compkit.model import MAX_REPAYMENT_MONTHS, Clawback, Offer
from compkit.pay.cashflow import SIGN_ON_YEARS, PayTerms
from compkit.pay.vesting import FloatArray, vested_share
from compkit.periods import MONTHS_A_YEAR, calendar_year_of_months, date_after
from compkit.reference import records

Cause = Literal["resignation", "misconduct", "layoff"]
CAUSES: tuple[Cause, ...] = get_args(Cause)
OWES_NOTHING: Cause = "layoff"
"""The one cause after which nothing is owed: an assumption that the agreement may contradict."""
MAY_NOT_HOLD = "may not be enforceable, ask a lawyer"
# Twelve twelfths of an amount differ from it by less than this [USD].
ROUNDING_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class RepayableSum:
    """A payment of month 1 to be repaid on leaving early, such as relocation money.

    Parameters
    ----------
    value : float
        Finite, not negative [currency of the offer].
    clawback : {"prorated", "full", "none", "full-then-prorated"}
    months : int
        Nothing is owed from the end of this month; 1 to 60 [months].

    Raises
    ------
    OutOfRangeError, UnknownChoiceError
    """

    value: float
    clawback: Clawback = "prorated"
    months: int = 12

    def __post_init__(self) -> None:
        if not math.isfinite(self.value) or self.value < 0:
            raise OutOfRangeError("relocation value", "be finite and not negative", self.value)
        if self.clawback not in get_args(Clawback):
            raise UnknownChoiceError("relocation clawback", self.clawback, get_args(Clawback))
        if not 1 <= self.months <= MAX_REPAYMENT_MONTHS:
            raise OutOfRangeError("relocation months", f"be 1 to {MAX_REPAYMENT_MONTHS}", self.months)


@dataclass(frozen=True, slots=True)
class RepaymentLimit:
    """A law on repayment after leaving: a starting point for questions to a lawyer, applied to no figure.

    Parameters
    ----------
    state, law, statement, status, source_id : str
        Two letters, name, summary in our words, `verified` or `unverified`, key of sources.csv.
    applies_to : {"sign_on", "relocation", "both"}
    valid_from, valid_to : date
        The first day in force and the first no longer in force; None if no end is known.
    is_later_than_agreement : bool
        It takes effect after the day of agreement; its statement says whether it covers earlier agreements.
    max_months, prorated_required, interest_allowed : int, bool, bool, or None if unknown
        The longest repayment period [months], and its terms.
    causes_excluded : tuple of str
        Causes of leaving after which nothing may be asked.
    """

    state: str
    law: str
    statement: str
    status: str
    source_id: str
    applies_to: str
    valid_from: dt.date
    valid_to: dt.date | None
    is_later_than_agreement: bool
    max_months: int | None
    prorated_required: bool | None
    interest_allowed: bool | None
    causes_excluded: tuple[str, ...]


def leaving_table(
    flow: pd.DataFrame,
    offer: Offer,
    pay: PayTerms,
    *,
    cause: Cause = "resignation",
    relocation: RepayableSum | None = None,
) -> pd.DataFrame:
    """Pay kept, stock forfeited and repayment owed by month of leaving.

    Pay and vests of that month are kept. Misconduct owes as much as resignation; a layoff owes nothing, which is an
    assumption. Source: docs/how-the-figures-are-made.md#clawback

    Parameters
    ----------
    flow : DataFrame, one row a month 1, 2, ...
        The offer's base, bonus, sign_on, equity, as from `CashFlow.of_offer` [currency of the offer].
    offer : Offer
        The source of the sign-on and its clawback.
    pay : PayTerms
        Terms that include this offer.
    cause : {"resignation", "misconduct", "layoff"}
    relocation : RepayableSum, optional
        Relocation money: it was spent on the move, so it can be owed but is not in `paid`.

    Returns
    -------
    DataFrame, one row a month of leaving [currency of the offer]
        paid (salary, bonus and sign-on so far), vested (stock so far, at its value when it vested), forfeited (see
        `vests_forfeited`), owed_sign_on, owed_relocation, owed (both), kept (paid + vested - owed).

    Raises
    ------
    UnknownChoiceError
        If there is no such cause.

    Examples
    --------
    >>> from compkit.pay.cashflow import cash_flow, pay_terms
    >>> from compkit.pay.stock import FLAT
    >>> offer = Offer(id="a", company="Initech", level="L6", location="Austin", base_salary=120e3, sign_on=(24e3,))
    >>> pay = pay_terms([offer], {})
    >>> table = leaving_table(cash_flow(pay, FLAT, 1).of_offer("a"), offer, pay)
    >>> table.loc[9, ["paid", "owed", "kept"]].tolist()
    [114000.0, 6000.0, 108000.0]
    """
    row = list(pay.terms.index).index(offer.id)
    own_grants = pay.grants[pay.grants["offer_row"] == row].assign(offer_row=0)
    own = PayTerms(pay.terms.iloc[[row]], own_grants, pay.schedules)
    table = pd.DataFrame(index=_month_index(len(flow)))
    table["paid"] = flow[["base", "bonus", "sign_on"]].sum(axis=1).cumsum().to_numpy()
    table["vested"] = flow["equity"].cumsum().to_numpy()
    table["forfeited"] = vests_forfeited(own, len(flow))[0]
    table["owed_sign_on"] = sign_on_owed(offer, len(flow), cause)
    table["owed_relocation"] = relocation_owed(relocation, len(flow), cause)
    table["owed"] = table["owed_sign_on"] + table["owed_relocation"]
    table["kept"] = table["paid"] + table["vested"] - table["owed"]
    return table


def vests_forfeited(pay: PayTerms, n_months: int) -> FloatArray:
    """Unvested stock by month of leaving.

    The whole schedule counts, including vests beyond the horizon; a grant counts from the end of the month in which it
    is made. Stock is valued at today's price, a refresher at its grant price; units are fractional.

    Parameters
    ----------
    pay : PayTerms
    n_months : int
        The horizon [months].

    Returns
    -------
    ndarray, shape (n_offers, n_months) [currency of the offers]
        Month you leave m at index m - 1.
    """
    grants = pay.grants
    unvested = np.zeros((len(pay), n_months))
    value = grants["units"].to_numpy(dtype=float) * grants["start_price"].to_numpy(dtype=float)
    starts = grants["start_month"].to_numpy(dtype=int)
    rows = grants["offer_row"].to_numpy(dtype=int)
    month = np.arange(1, n_months + 1)
    for row, name, start, whole in zip(rows, grants["schedule"], starts, value, strict=True):
        # The vested share reaches 1 in the end, even beyond the horizon.
        left = 1.0 - vested_share(pay.schedules[str(name)], n_months, int(start))
        unvested[row] += np.where(month >= start, whole * left, 0.0)
    return unvested


def sign_on_owed(offer: Offer, n_months: int, cause: Cause = "resignation") -> FloatArray:
    """Sign-on to repay by month of leaving, shape (n_months,) [currency of the offer].

    Each lump sum, year k's paid at the start of month 12 (k - 1) + 1, has the offer's repayment period: it is owed in
    proportion to the months left, in full until the end, in full for the first half and then prorated, or not at all.
    A sign-on paid monthly owes nothing.
    Source: docs/how-the-figures-are-made.md#clawback

    >>> offer = Offer(id="a", company="Initech", level="L6", location="Austin", base_salary=1.0, sign_on=(24e3, 12e3))
    >>> sign_on_owed(offer, 24)[[0, 10, 11, 12, 23]].tolist()
    [22000.0, 2000.0, 0.0, 11000.0, 0.0]
    >>> in_halves = offer.model_copy(update={"sign_on": (24e3,), "sign_on_clawback": "full-then-prorated"})
    >>> sign_on_owed(in_halves, 24)[[0, 11, 13, 23]].tolist()
    [24000.0, 24000.0, 20000.0, 0.0]
    """
    return _owed(_sign_on_debts(offer, n_months), n_months, cause)


def relocation_owed(relocation: RepayableSum | None, n_months: int, cause: Cause = "resignation") -> FloatArray:
    """Relocation money to repay by month of leaving, shape (n_months,) [currency of the offer].

    >>> relocation_owed(RepayableSum(24_000.0, "prorated", 24), 24)[[0, 11, 23]].tolist()
    [23000.0, 12000.0, 0.0]
    """
    return _owed(_relocation_debts(relocation, n_months), n_months, cause)


def repayment_limits(
    state: str, agreed_on: dt.date, laws: pd.DataFrame, *, leaving_by: dt.date | None = None
) -> list[RepaymentLimit]:
    """Laws of a state on repayment that are in force on the day of agreement.

    Parameters
    ----------
    state : str
        Two letters; an empty result means that the table has no law, not that the state has none.
    agreed_on : date
        Laws with valid_from <= agreed_on < valid_to, or without a known end, are in force.
    laws : DataFrame
        The table repayment_laws.
    leaving_by : date, optional
        Include laws that take effect between the two days, marked as later than the agreement.
    """
    until = max(agreed_on, leaving_by or agreed_on)
    limits = []
    for row in records(laws[laws["state"] == state]):
        start_on = dt.date.fromisoformat(row["valid_from"])
        end_on = dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
        if start_on > until or (end_on is not None and end_on <= agreed_on):
            continue
        limits.append(
            RepaymentLimit(
                **{name: str(row[name]) for name in ("state", "law", "statement", "status", "source_id", "applies_to")},
                valid_from=start_on,
                valid_to=end_on,
                is_later_than_agreement=start_on > agreed_on,
                max_months=None if row["max_months"] is None else int(row["max_months"]),
                prorated_required=_flag(row["prorated_required"]),
                interest_allowed=_flag(row["interest_allowed"]),
                causes_excluded=tuple(part.strip() for part in (row["causes_excluded"] or "").split(";") if part),
            )
        )
    return limits


def limited_owed(
    offer: Offer,
    limits: Sequence[RepaymentLimit],
    n_months: int,
    *,
    cause: Cause = "resignation",
    relocation: RepayableSum | None = None,
) -> pd.DataFrame:
    """Maximum repayment under known legal limits: shown next to the figures, never in them.

    Only the limits' period, proration and causes are applied; each law has further conditions. If `is_beyond_limit`,
    label the amount owed `MAY_NOT_HOLD`.

    Parameters
    ----------
    offer : Offer
    limits : sequence of RepaymentLimit
        Limits of the state, see `repayment_limits`; all apply together.
    n_months : int
        The horizon [months].
    cause, relocation
        As in `leaving_table`.

    Returns
    -------
    DataFrame, one row a month of leaving
        owed_sign_on, owed_relocation, owed [currency of the offer], is_beyond_limit (the agreement asks for more).
    """
    debts = {"sign_on": _sign_on_debts(offer, n_months), "relocation": _relocation_debts(relocation, n_months)}
    table = pd.DataFrame(index=_month_index(n_months))
    for name, owing in debts.items():
        table[f"owed_{name}"] = _owed(
            owing, n_months, cause, [law for law in limits if law.applies_to in (name, "both")]
        )
    table["owed"] = table["owed_sign_on"] + table["owed_relocation"]
    asked = sum(_owed(owing, n_months, cause) for owing in debts.values())
    table["is_beyond_limit"] = table["owed"] < asked - ROUNDING_TOLERANCE
    return table


def repayment_note(paid_month: int, left_month: int, start_on: dt.date) -> str | None:
    """Tax note for a repayment in a later calendar year than the payment; None if there is none.

    A payment counts in the calendar year of its month's last day, a repayment in that of the day after the job ends.

    Parameters
    ----------
    paid_month, left_month : int
        The months of the payment and of leaving, 1 and up.
    start_on : date

    Examples
    --------
    >>> print(repayment_note(1, 10, dt.date(2027, 2, 1)))
    None
    >>> print(repayment_note(1, 11, dt.date(2027, 2, 1)))
    Paid in 2027, to be repaid in 2028: expect to be asked for the gross amount, income tax withheld from it included. \
Whether that tax comes back is settled in your own tax return. Ask a tax adviser.
    """
    paid_in = int(calendar_year_of_months(start_on, paid_month)[-1])
    repaid_in = date_after(start_on, left_month).year
    if repaid_in <= paid_in:
        return None
    return (
        f"Paid in {paid_in}, to be repaid in {repaid_in}: expect to be asked for the gross amount, income tax withheld "
        "from it included. Whether that tax comes back is settled in your own tax return. Ask a tax adviser."
    )


@dataclass(frozen=True)
class _Debt:
    """A repayable payment: amount, months served since by month, repayment period [months], and terms."""

    value: float
    served: NDArray[np.int64]
    n_months: int
    clawback: Clawback

    def owed(self, cause: Cause) -> FloatArray:
        if cause == OWES_NOTHING or self.clawback == "none":
            return np.zeros(len(self.served))
        left = np.where(self.served > 0, np.maximum(self.n_months - self.served, 0), 0)
        if self.clawback == "full":
            return np.where(left > 0, self.value, 0.0)
        # full-then-prorated: only the second half is prorated.
        halves = 2.0 if self.clawback == "full-then-prorated" else 1.0
        return np.asarray(self.value * np.minimum(halves * left / self.n_months, 1.0))

    def owed_within(self, limit: RepaymentLimit, cause: Cause) -> FloatArray:
        """Amount owed if the agreement is limited to a law's period, proration and causes."""
        if cause in limit.causes_excluded:
            return np.zeros(len(self.served))
        longest = self.n_months if limit.max_months is None else limit.max_months
        # A period of 0 months becomes 1, at whose end nothing is owed.
        cut = replace(self, n_months=max(1, min(self.n_months, longest)))
        must_prorate = self.clawback in ("full", "full-then-prorated") and limit.prorated_required
        return (replace(cut, clawback="prorated") if must_prorate else cut).owed(cause)


def _sign_on_debts(offer: Offer, n_months: int) -> list[_Debt]:
    """Repayable lump sums of the sign-on; a year paid monthly has none."""
    month = np.arange(1, n_months + 1)
    return [
        _Debt(offer.sign_on_in_year(year), month - MONTHS_A_YEAR * (year - 1), offer.sign_on_repayment_months,
              offer.sign_on_clawback)
        for year in SIGN_ON_YEARS
        if not offer.is_sign_on_monthly(year)
    ]  # fmt: skip


def _relocation_debts(relocation: RepayableSum | None, n_months: int) -> list[_Debt]:
    if relocation is None:
        return []
    return [_Debt(relocation.value, np.arange(1, n_months + 1), relocation.months, relocation.clawback)]


def _owed(debts: Sequence[_Debt], n_months: int, cause: Cause, limits: Sequence[RepaymentLimit] = ()) -> FloatArray:
    """Total owed, each payment limited by the strictest law; shape (n_months,)."""
    if cause not in CAUSES:
        raise UnknownChoiceError("cause", cause, CAUSES)
    total = np.zeros(n_months)
    for debt in debts:
        total += np.min([debt.owed(cause), *(debt.owed_within(limit, cause) for limit in limits)], axis=0)
    return total


def _month_index(n_months: int) -> pd.RangeIndex:
    return pd.RangeIndex(1, n_months + 1, name="month")


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)
