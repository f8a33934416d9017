"""Tax in the year in which stock options are exercised: on wages for nonqualified ones, a range for incentive ones."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from compkit.errors import UnknownChoiceError
from compkit.pay import FloatArray
from compkit.tax.federal import itemized_besides_tax, standard_deduction
from compkit.tax.finances import Finances, check_amounts
from compkit.tax.household import household_tax
from compkit.tax.returns import FEDERAL, Deduction
from compkit.tax.schedules import FILING_STATUSES, Law, TaxTables

OptionTaxKind = Literal["iso", "nso", "unknown"]
OPTION_KINDS: tuple[str, ...] = get_args(OptionTaxKind)
AMT = "amt"
EQUITY_TAXED = "Stock that vests counts as wages, and as sold on the day it vests."
EQUITY_NOT_MODELED = (
    "Not modeled: gains after vesting or exercising, sales of ISO or ESPP shares, a state's AMT, as in California, the "
    "credit for AMT in later years, states' credits for dependents."
)
ASK_AN_ADVISER = "Ask a tax adviser before you exercise incentive options: the AMT depends on your whole return."


def alternative_minimum_tax(income: ArrayLike, regular_tax: ArrayLike, law: Law) -> FloatArray:
    """Alternative minimum tax (AMT): the tentative minimum tax less the regular tax, if more.

    Parameters
    ----------
    income : array_like
        Alternative minimum taxable income: wages, without deducting the standard deduction or state and local tax, and
        the spread of incentive options exercised and kept to the year's end [USD a year].
    regular_tax : array_like
        Federal income tax without the AMT, same shape [USD].
    law : Law
        Of the United States.

    Returns
    -------
    ndarray, same shape
        [USD]. Source: irc-55 and the rows `amt` of tax_parameters.csv.
    """
    amount = np.asarray(income, dtype=float)
    beyond = np.maximum(0.0, amount - law.value(AMT, "phase_out_start"))
    exemption = np.maximum(0.0, law.value(AMT, "exemption") - law.value(AMT, "phase_out_rate") * beyond)
    excess = np.maximum(0.0, amount - exemption)
    threshold = law.value(AMT, "rate_threshold")
    low = law.value(AMT, "rate_low") * np.minimum(excess, threshold)
    tentative = low + law.value(AMT, "rate_high") * np.maximum(0.0, excess - threshold)
    return np.asarray(np.maximum(0.0, tentative - np.asarray(regular_tax, dtype=float)))


def exercise_tax(
    spread: ArrayLike,
    kind: str,
    wages: ArrayLike,
    place: str,
    filing_status: str,
    year: int,
    law: TaxTables,
    *,
    n_earners: int = 1,
    work_place: str | None = None,
    is_remote: bool = False,
    finances: Finances | None = None,
    deduction: Deduction = "best",
) -> pd.DataFrame:
    """Tax that exercising options adds in that year, as a range.

    Nonqualified options (nso): the tax on the spread as wages. Incentive options (iso): low without the alternative
    minimum tax, as the regular tax takes nothing at exercise; high with the federal AMT on shares kept to the year's
    end. Unknown: from nothing to the larger of both.

    Parameters
    ----------
    spread : array_like
        Value of the shares less their price at exercise, not negative [USD].
    kind : {"iso", "nso", "unknown"}
    wages : array_like
        Wages of that year without the options, same shape or one for all [USD].
    place, filing_status, year, n_earners, work_place, is_remote, finances, deduction
        See `household_tax`.
    law : TaxTables

    Returns
    -------
    DataFrame, one row per spread
        low, high [USD]; status, official or projected.

    Raises
    ------
    OutOfRangeError
        If a spread is negative or not finite.
    UnknownChoiceError
        If the kind, the place, the status or the year is unknown.
    """
    amount, pay = np.broadcast_arrays(np.atleast_1d(np.asarray(spread, dtype=float)), np.asarray(wages, dtype=float))
    check_amounts("spread", amount)
    if kind not in OPTION_KINDS:
        raise UnknownChoiceError("kind", kind, OPTION_KINDS)
    if filing_status not in FILING_STATUSES:
        raise UnknownChoiceError("filing_status", filing_status, FILING_STATUSES)
    before, after = (
        household_tax(
            taxable, place, filing_status, year, law, deduction=deduction, n_earners=n_earners, work_place=work_place,
            is_remote=is_remote, finances=finances,
        )
        for taxable in (pay, pay + amount)
    )  # fmt: skip
    as_wages = after["total"].to_numpy(dtype=float) - before["total"].to_numpy(dtype=float)
    federal = law.law(FEDERAL, year, filing_status)
    income, regular = _income_and_regular_tax(before, pay, finances, federal)
    with_amt = alternative_minimum_tax(income + amount, regular, federal)
    with_amt -= alternative_minimum_tax(income, regular, federal)
    nothing = np.zeros_like(amount)
    low, high = {
        "nso": (as_wages, as_wages),
        "iso": (nothing, with_amt),
        "unknown": (nothing, np.maximum(as_wages, with_amt)),
    }[kind]
    return pd.DataFrame({"low": low, "high": high, "status": before["status"].to_numpy()})


def _income_and_regular_tax(
    taxed: pd.DataFrame, wages: FloatArray, finances: Finances | None, federal: Law
) -> tuple[FloatArray, FloatArray]:
    """Income as the AMT takes it, and federal income tax before credits and the tax on investment income [USD].

    The AMT leaves interest on the home and gifts deducted. Source: irc-55 (section 56(b)(1)).
    """
    regular = taxed["federal_income_tax"].to_numpy(dtype=float)
    if finances is None:
        return wages, regular
    given, credit, levy = (
        taxed[name].to_numpy(dtype=float) for name in ("care_credit", "child_tax_credit", "net_investment_income_tax")
    )
    agi, held = taxed["adjusted_gross_income"].to_numpy(dtype=float), finances.validated(len(taxed))
    standard = standard_deduction(federal, agi, held)
    gifts = standard - federal.value("income", "standard_deduction")
    itemizes = taxed["deduction"].to_numpy(dtype=float) != standard
    return agi - np.where(itemizes, itemized_besides_tax(federal, agi, held), gifts), regular + given + credit - levy
