"""What it leaves open that a grant in dollars is turned into shares on a later day."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from compkit.model.equity import Grant

DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True)
class PricingSpread:
    """How far a grant's shares may come out apart, if the price moves once its volatility until they are fixed.

    Parameters
    ----------
    priced_on : date
        The day that fixes them, or the last one of the average.
    is_assumed : bool
        Whether that is the start date, in place of a day that nobody has named.
    years : float
        For how long the price moves freely until then; of an average, as counts for it [years].
    low_value, high_value : float
        What the shares would be worth at today's price, if the price rises and if it falls [USD].
    low_units, high_units : float or None
        How many they would be; None where the file gives no price of today.
    """

    priced_on: dt.date
    is_assumed: bool
    years: float
    low_value: float
    high_value: float
    low_units: float | None
    high_units: float | None


def pricing_spread(grant: Grant, volatility: float, today: dt.date, start_on: dt.date | None) -> PricingSpread | None:
    """Return what is open about a grant until the day whose price turns it into shares.

    The price then is today's times exp(+-volatility sqrt(t)). Of an average over w years that begins in u years,
    the logarithm varies as that of a price in u + w / 3 years; where part of the days are over, what is open of the
    window, r of w, counts (r / w)^2 r / 3. Source: Kemna and Vorst (1990), A pricing method for options based on
    average asset values, Journal of Banking and Finance 14, for the average by the logarithm.

    Parameters
    ----------
    grant : Grant
        In USD.
    volatility : float
        Of the share's yearly log returns [fraction].
    today : date
    start_on : date or None
        Stands in for a day that is not named.

    Returns
    -------
    PricingSpread or None
        None where the number of shares is known, or no day is, or it is over.

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
