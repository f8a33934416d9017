"""Tax on each employment year of an offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pandas as pd

from compkit.periods import start_years
from compkit.tax.finances import Finances
from compkit.tax.household import household_tax
from compkit.tax.schedules import TaxTables


def employment_year_tax(
    totals: Sequence[float],
    start_on: dt.date,
    place: str,
    filing_status: str,
    law: TaxTables,
    *,
    work_place: str | None = None,
    is_remote: bool = False,
    finances: Finances | None = None,
) -> pd.DataFrame:
    """Tax and net pay by employment year.

    Each employment year counts as one year's income, all wages of one earner, under the tables of the calendar year in
    which it begins, with the cheaper deduction. Source: docs/how-the-figures-are-made.md#tax

    Parameters
    ----------
    totals : sequence of float
        Pay of employment years 1, 2, ... [USD].
    start_on : date
        First day of work.
    place : str
        Where the household lives.
    filing_status : str
    law : TaxTables
    work_place : str, optional
        Where the work is done, if elsewhere.
    is_remote : bool
        Whether the work is done at home and `work_place` is only the assigned office.
    finances : Finances, optional
        The rest of the household, whose tax and net pay it is then.

    Returns
    -------
    DataFrame, one row a year
        tax, net [USD]; tax_status, official or projected.

    Raises
    ------
    UnknownChoiceError
        If a place or a year has no tables.
    TwoStatesError
        If no rule is known for the states of residence and work.
    """
    begins = start_years(start_on, len(totals))
    found = household_tax(
        np.asarray(totals), place, filing_status, begins, law,
        deduction="best", work_place=work_place, is_remote=is_remote, finances=finances,
    )  # fmt: skip
    return pd.DataFrame({"tax": found["total"], "net": found["net_pay"], "tax_status": found["status"]})
