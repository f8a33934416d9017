"""What an offer would need to leave as much as another choice: more salary, more stock, or a rising share price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from compkit.decision.amounts import OfferPay
from compkit.decision.rule import BASE
from compkit.model import Grant
from compkit.pay import Growth

MOST_PAY, MOST_GROWTH = 10_000_000.0, 2.0
"""More pay [USD], or yearly growth of the share price [fraction], than this is not looked for."""
_A_DOLLAR, _A_BASIS_POINT = 1.0, 1e-4


@dataclass(frozen=True, slots=True)
class Tie:
    """What one offer would need, each alone, to leave as much as the leader.

    Parameters
    ----------
    id : str
        The offer.
    base_salary : float or None
        More base salary [USD a year].
    stock : float or None
        More stock, granted on the first day and vesting as its first grant does [USD]; None without stock that can
        be sold.
    growth : float or None
        Growth of its share price a year [fraction]; None without such stock, or if no growth in range is enough.
    """

    id: str
    base_salary: float | None
    stock: float | None
    growth: float | None


def tie_with(pay: OfferPay, now: float, wanted: float) -> Tie:
    """Find what an offer would need, each alone, to leave an amount over the expected stay.

    Parameters
    ----------
    pay : OfferPay
    now, wanted : float
        What it leaves in the base case, and is to leave [USD a year].

    Raises
    ------
    CompkitError
        If tax or prices where the offer would be lived can't be worked out.
    """
    offer, gap = pay.offer, wanted - now
    grants = [grant for grant in offer.equity if grant.tradable]

    def with_base(more: float) -> OfferPay:
        return replace(pay, offer=offer.model_copy(update={"base_salary": offer.base_salary + more}))

    def with_stock(more: float) -> OfferPay:
        grant = Grant(value=more, vesting=offer.vesting_of(grants[0]), tradable=True)
        return replace(pay, offer=offer.model_copy(update={"equity": (*offer.equity, grant)}))

    def with_growth(rate: float) -> OfferPay:
        return replace(pay, growth=Growth(rate))

    def least(changed: Callable[[float], OfferPay], first: float, most: float, tolerance: float) -> float | None:
        """Find the least change that is enough, from a first guess; None if the most is not."""
        from scipy.optimize import brentq  # slow to import, and only roots need it

        @cache
        def lead(change: float) -> float:
            return (changed(change).net()[BASE] if change else now) - wanted

        if lead(0.0) >= 0:
            return 0.0
        high = min(max(first, tolerance), most)
        while lead(high) < 0:
            if high >= most:
                return None
            high = min(2 * high, most)
        return float(brentq(lead, 0.0, high, xtol=tolerance / 10))

    return Tie(
        offer.id,
        least(with_base, 2 * gap, MOST_PAY, _A_DOLLAR),
        least(with_stock, 8 * gap, MOST_PAY, _A_DOLLAR) if grants else None,
        least(with_growth, MOST_GROWTH / 8, MOST_GROWTH, _A_BASIS_POINT) if grants else None,
    )
