"""How many shares a grant in dollars may turn into when a later price decides."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from compkit.model import Grant

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class PricingSpread:
    """Range of a grant's shares if the price moves by one standard deviation until they are set.

    Parameters
    ----------
    priced_on : date
        The day that sets them, or the last one of the average.
    is_assumed : bool
        Whether that is the start date, because the file gives no day.
    years : float
        Time over which the price varies; for an average, its equivalent [years].
    low_value, high_value : float
        Value of the shares at today's price, if the price rises and if it falls [USD].
    low_units, high_units : float or None
        Their number; None if the file gives no current price.
    """

    priced_on: dt.date
    is_assumed: bool
    years: float
    low_value: float
    high_value: float
    low_units: float | None
    high_units: float | None


def pricing_spread(grant: Grant, volatility: float, today: dt.date, start_on: dt.date | None) -> PricingSpread | None:
    """Range of a grant's shares until its price is set.

    The price then is today's times exp(+-volatility sqrt(t)). The log of an average over w years that begins in u years
    varies like that of a price in u + w / 3 years. If only r of the w years are left, they count as (r / w)^2 r / 3
    years. Source: Kemna and Vorst (1990), A pricing method for options based on
    average asset values, Journal of Banking and Finance 14, for the geometric average.

    Parameters
    ----------
    grant : Grant
        In USD.
    volatility : float
        Of the share's yearly log returns [fraction].
    today : date
    start_on : date or None
        Used if the grant names no day.

    Returns
    -------
    PricingSpread or None
        None if the number of shares is known, no day is known, or it has passed.

    Examples
    --------
    >>> grant = Grant(value=100_000.0, priced_on=dt.date(2027, 12, 1))
    >>> found = pricing_spread(grant, 0.2, dt.date(2026, 12, 1), None)
    >>> round(found.low_value), round(found.high_value)
    (81873, 122140)
    """
    ends = grant.priced_on or start_on
    if not grant.has_open_units or not grant.value or ends is None or ends <= today:
        return None
    days, window = (ends - today).days, grant.priced_over_days or 1
    free = min(days, window)
    known_share = free / window
    years = (days - free + known_share**2 * free / 3 if window > 1 else days) / DAYS_A_YEAR
    move = math.exp(volatility * math.sqrt(years))
    low, high = grant.value / move, grant.value * move
    price = grant.price_now
    return PricingSpread(ends, grant.priced_on is None, years, low, high, low / price if price else None,
                         high / price if price else None)  # fmt: skip
