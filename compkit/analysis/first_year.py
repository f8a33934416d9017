"""The calendar year of an offer's start, if the job now is in another state: the year of a move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from compkit.analysis.evaluation import Evaluation
from compkit.pay import EarlierPay, weighted_vests
from compkit.periods import MONTHS_A_YEAR, calendar_year_of_months, date_after
from compkit.place import Living
from compkit.tax import Move, TaxTables, grant_share, jurisdictions_of, unknown_parts


@dataclass(frozen=True)
class FirstYear:
    """How the pay before an offer's start is taxed.

    Parameters
    ----------
    move : Move, optional
        The move on the first day of work; None if all of the year is taxed at the new home.
    assumption : str
        What is assumed, in a sentence; empty if nothing need be said.
    """

    move: Move | None = None
    assumption: str = ""


def first_year(
    evaluation: Evaluation,
    home: Living | None,
    start_on: dt.date,
    earlier: EarlierPay,
    law: TaxTables,
    *,
    is_alone: bool = True,
) -> FirstYear:
    """Find out whether the year of the start is that of a move between states, and what is assumed of it.

    Parameters
    ----------
    evaluation : Evaluation
        Of the offer; the candidate lives and works now at `current.location`.
    home : Living or None
        With the offer; None if its taxes aren't known.
    start_on : date
    earlier : EarlierPay
        Of the same calendar year.
    law : TaxTables
    is_alone : bool
        Whether the tax counts nothing of a household but these jobs.
    """
    candidate = evaluation.candidate
    here = candidate.current.location if candidate.current else None
    if home is None or not earlier.n_months or not earlier.base + earlier.supplemental:
        return FirstYear()
    alike = f"What is paid before the start is taxed as if you already lived in {home.residence}"
    if here is None:
        is_elsewhere = bool(earlier.base) and candidate.residence not in (None, home.residence)
        unsaid = f"{alike}. If you move from another state, enter current.location: that year's tax differs."
        return FirstYear(assumption=unsaid if is_elsewhere else "")
    if here in law.untaxed_places:
        return FirstYear(assumption=f"{alike}: we have no taxes for {here}.")
    if jurisdictions_of(here, law) == jurisdictions_of(home.residence, law):
        return FirstYear()
    if home.work_place is not None:
        return FirstYear(assumption=f"{alike}: a move is modeled only to where you work, not to a commute.")
    if not is_alone:
        unknown_share = "how two places share the rest of a household's year is not modeled"
        return FirstYear(assumption=f"{alike}: {unknown_share}.")
    later = vested_later(evaluation, start_on) if earlier.is_same_employer else 0.0
    move = Move(here, start_on, earlier.base + earlier.supplemental + later, later)
    unknown = unknown_parts(move, home.residence, law)
    if unknown:
        return FirstYear(assumption=f"{alike}: {unknown[0]}")
    of_stock = " Stock granted before counts for it by the days from grant to vest." if later else ""
    return FirstYear(
        move,
        f"We assume that you move from {here} to {home.residence} on the first day of work: each place taxes its part "
        f"of {start_on.year} as its part-year return does, and each employer withholds for its own.{of_stock} Net pay "
        "by employment year doesn't change: each is twelve months at the new place.",
    )


def vested_later(evaluation: Evaluation, start_on: dt.date) -> float:
    """Part of the stock vesting in the year of the start that is for work before it, by `grant_share` [USD]."""
    grants = evaluation.pay.grants
    years = calendar_year_of_months(start_on, evaluation.assumptions.n_years * MONTHS_A_YEAR)
    ends = [date_after(start_on, month) for month in range(1, len(years) + 1)]
    total = 0.0
    for start_month in sorted({int(month) for month in grants["start_month"] if month < 0}):
        granted_on = date_after(start_on, start_month)
        shares = [
            grant_share(granted_on, end, start_on) if year == start_on.year else 0.0
            for year, end in zip(years, ends, strict=True)
        ]
        of_month = replace(evaluation.pay, grants=grants[grants["start_month"] == start_month])
        total += float(weighted_vests(of_month, evaluation.assumptions.growth, np.array(shares)[:, None])[0, 0])
    return total
