"""The calendar year of an offer's start, if the job now is in another state: the year of a move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from compkit.model import Candidate
from compkit.pay import EarlierPay
from compkit.place import Living
from compkit.tax import Move, TaxTables, jurisdictions_of, unknown_parts


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
    candidate: Candidate, home: Living | None, start_on: dt.date, earlier: EarlierPay, law: TaxTables
) -> FirstYear:
    """Find out whether the year of the start is that of a move between states, and what is assumed of it.

    Parameters
    ----------
    candidate : Candidate
        Lives and works now at `current.location`.
    home : Living or None
        With the offer; None if its taxes aren't known.
    start_on : date
    earlier : EarlierPay
        Of the same calendar year.
    law : TaxTables
    """
    here = candidate.current.location if candidate.current else None
    if home is None or not earlier.n_months or not earlier.base + earlier.supplemental:
        return FirstYear()
    alike = f"What is paid before the start is taxed as if you already lived in {home.residence}"
    if here is None:
        is_elsewhere = bool(earlier.base) and candidate.residence not in (None, home.residence)
        unsaid = f"{alike}: where two states are concerned, the true tax of that year differs."
        return FirstYear(assumption=unsaid if is_elsewhere else "")
    if here in law.untaxed_places:
        return FirstYear(assumption=f"{alike}: we have no taxes for {here}.")
    if jurisdictions_of(here, law) == jurisdictions_of(home.residence, law):
        return FirstYear()
    if home.work_place is not None:
        return FirstYear(assumption=f"{alike}: a move is modeled only to where you work, not to a commute.")
    move = Move(here, start_on, earlier.base + earlier.supplemental)
    unknown = unknown_parts(move, home.residence, law)
    if unknown:
        return FirstYear(assumption=f"{alike}: {unknown[0]}")
    return FirstYear(
        move,
        f"You are taken to move from {here} to {home.residence} on the first day of work: each place taxes its part of "
        f"{start_on.year} as its part-year return does, and each employer withholds for its own.",
    )
