"""Sentences about terms that decide when money comes and whether it must be repaid."""

from __future__ import annotations

import calendar
from collections.abc import Iterator

from compkit.model import Clawback, Offer, OwnSchedule
from compkit.periods import MONTHS_A_YEAR
from compkit.report.show.text import count, joined, percent, usd


def bonus_notes(offer: Offer) -> Iterator[str]:
    """Yield the bonus assumptions: target, raises, and the share of the first bonus paid."""
    if offer.annual_bonus:
        yield (
            f"The bonus is paid at its target of {usd(offer.annual_bonus)} each year; raises do not move it, "
            "and it is not guaranteed."
        )
    elif offer.bonus_target_rate:
        yield f"The bonus is paid at its target of {percent(offer.bonus_target_rate)} each year; it is not guaranteed."
    if offer.has_bonus and offer.first_bonus == "prorated" and offer.start_date:
        n_months = MONTHS_A_YEAR * offer.first_bonus_share
        yield (
            f"The first bonus is prorated: {n_months:.3g} of the 12 months of {offer.start_date.year} are worked, "
            f"so {percent(offer.first_bonus_share)} of the target is paid."
        )


def schedule_notes(offer: Offer) -> Iterator[str]:
    """Yield what changes vesting dates: company vest days, and vesting before the start."""
    for number, grant in enumerate(offer.equity, start=1):
        vesting = offer.vesting_of(grant)
        if isinstance(vesting, OwnSchedule) and vesting.vest_days:
            days = joined([_day_of_year(each) for each in sorted(vesting.vest_days)])
            yield f"Grant {number} vests on the company's days, {days}: the last one by each due date."
        if grant.start_month < 0:
            yield (
                f"Grant {number} began to vest {count(-grant.start_month, 'month')} before the first day; what had "
                "accrued by then vests on that day and counts in month 1."
            )


def _day_of_year(text: str) -> str:
    return f"{calendar.month_name[int(text[:2])]} {int(text[3:])}"


def sign_on_repayment(offer: Offer) -> str | None:
    """Describe how the signing bonus must be repaid; None for the usual year or no repayment."""
    has_lump = any(amount and not offer.is_sign_on_monthly(year) for year, amount in enumerate(offer.sign_on, start=1))
    n_months = offer.sign_on_repayment_months
    if not has_lump or offer.sign_on_clawback == "none" or n_months == MONTHS_A_YEAR:
        return None
    return f"After each sign-on payment, leaving owes it back {repayment_words(offer.sign_on_clawback, n_months)}."


def repayment_words(clawback: Clawback, n_months: int) -> str:
    """Describe how long a payment is owed back, and how much of it.

    >>> repayment_words("full-then-prorated", 24)
    'in full for 12 months, then in proportion to the months left, until 24 months have passed'
    """
    if clawback == "full":
        return f"in full for {count(n_months, 'month')}"
    until = f"in proportion to the months left, until {count(n_months, 'month')} have passed"
    return f"in full for {n_months / 2:g} months, then {until}" if clawback == "full-then-prorated" else until
