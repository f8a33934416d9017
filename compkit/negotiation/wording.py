"""Amounts, dates and lists in words, and business days."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from compkit.business_days import BusinessDays

_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
# Offices are open on these days, but empty; naming one in a request looks careless.
_EMPTY = {(12, 24), (12, 26), (12, 31)}
_NOVEMBER, _FRIDAY, _AFTER_THANKSGIVING = 11, 4, range(23, 30)
_CENT = 0.005


def money(amount: float, currency: str) -> str:
    """Amount in its currency: whole, or with two decimals if it is not.

    >>> money(185000.0, "USD"), money(1500.5, "GBP"), money(90000.0, "CHF")
    ('$185,000', '£1,500.50', 'CHF 90,000')
    """
    is_whole = abs(amount - round(amount)) < _CENT
    digits = f"{amount:,.0f}" if is_whole else f"{amount:,.2f}"
    return f"{_SIGNS[currency]}{digits}" if currency in _SIGNS else f"{currency} {digits}"


def rounding_step(amount: float) -> float:
    """Step to which people round amounts of that size.

    >>> [rounding_step(amount) for amount in (800.0, 9_300.0, 171_296.0, 17_129_600.0)]
    [10.0, 100.0, 1000.0, 100000.0]
    """
    if amount < 1_000:
        return 10.0
    size = math.floor(math.log10(amount))
    return 100.0 if amount < 10_000 else float(max(1_000, 10 ** (size - 2)))


def round_as_spoken(amount: float, *, above: float) -> float:
    """Round an amount as people say it; up a step if the result is not above `above`.

    >>> round_as_spoken(171_296.3, above=0), round_as_spoken(171_296.3, above=171_200)
    (171000.0, 172000.0)
    """
    step = rounding_step(amount)
    nearest = round(amount / step) * step
    return nearest if nearest > above else (math.floor(above / step) + 1) * step


def named_day(on: dt.date, today: dt.date) -> str:
    """Date with its weekday, and its year if that is another one.

    >>> named_day(dt.date(2026, 12, 18), dt.date(2026, 11, 30)), named_day(dt.date(2027, 1, 4), dt.date(2026, 12, 1))
    ('Friday, December 18', 'Monday, January 4, 2027')
    """
    year = "" if on.year == today.year else f", {on.year}"
    return f"{_DAYS[on.weekday()]}, {_MONTHS[on.month - 1]} {on.day}{year}"


def full_day(on: dt.date) -> str:
    """Date with its year.

    >>> full_day(dt.date(2027, 2, 1))
    'February 1, 2027'
    """
    return f"{_MONTHS[on.month - 1]} {on.day}, {on.year}"


def month_and_year(on: dt.date) -> str:
    """Month with its year.

    >>> month_and_year(dt.date(2028, 2, 1))
    'February 2028'
    """
    return f"{_MONTHS[on.month - 1]} {on.year}"


def joined(parts: Sequence[str]) -> str:
    """List in words.

    >>> joined(["base"]), joined(["base", "stock", "sign-on"])
    ('base', 'base, stock and sign-on')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def number(count: int) -> str:
    """Small number in words.

    >>> number(2)
    'two'
    """
    return ("no", "one", "two", "three", "four", "five")[count] if 0 <= count <= 5 else str(count)


def is_business_day(on: dt.date) -> bool:
    """Whether an answer can be expected on a day: not on weekends or when US offices are empty.

    >>> [is_business_day(dt.date(2026, *day)) for day in ((11, 25), (11, 26), (11, 28), (12, 25))]
    [True, False, False, False]
    >>> [is_business_day(dt.date(2029, 11, day)) for day in (15, 22, 23, 29, 30)]  # fourth Thursday: the 22nd
    [True, False, False, True, True]
    """
    is_bridge = on.month == _NOVEMBER and on.weekday() == _FRIDAY and on.day in _AFTER_THANKSGIVING
    return BusinessDays().is_open(on) and (on.month, on.day) not in _EMPTY and not is_bridge


def business_day_after(on: dt.date, n_days: int) -> dt.date:
    """Date so many business days later.

    >>> business_day_after(dt.date(2026, 11, 24), 2)
    datetime.date(2026, 11, 30)
    """
    for _ in range(n_days):
        on += dt.timedelta(days=1)
        while not is_business_day(on):
            on += dt.timedelta(days=1)
    return on


def business_day_before(on: dt.date) -> dt.date:
    """Last business day before a date.

    >>> business_day_before(dt.date(2026, 12, 7))
    datetime.date(2026, 12, 4)
    """
    on -= dt.timedelta(days=1)
    while not is_business_day(on):
        on -= dt.timedelta(days=1)
    return on
