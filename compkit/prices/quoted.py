"""What a recruiter claims an offer is worth, against a flat share price: how much of it is assumed growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from compkit.model.equity import GrowthConvention, VestingSchedule
from compkit.model.negotiation import Quoted
from compkit.model.offer import Offer
from compkit.pay.cashflow import PayTerms, pay_terms
from compkit.pay.stock import FLAT, Growth
from compkit.pay.valuation import Assumptions, valuation
from compkit.prices.breakeven import Crossing, crossing, growth_curve

Span = Literal["total_y1", "total_4yr"]
SPANS: Mapping[Span, int] = {"total_y1": 1, "total_4yr": 4}
"""The claims that an offers file may hold, and over how many years each goes."""
ADDS_UP_WITHIN = 0.005
"""Recruiters round: a claim that misses the sum by no more than this part of it adds up."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed total beside what the same years pay by the kit's own arithmetic.

    Parameters
    ----------
    span : {"total_y1", "total_4yr"}
    claimed : float
        As the recruiter said it [USD].
    flat : float
        Salary, target bonus, sign-on and stock of the same years at today's share price, refreshers of the offers file
        included [USD].
    flat_refreshers : float
        What of `flat` comes from refreshers, which a claim may leave out [USD].
    under_quoted_growth : float or None
        The same total under the growth and convention of the quote, None where it names no growth [USD].
    implied : Crossing
        The growth at which the kit reaches the claim, by the convention of the quote.
    """

    span: Span
    claimed: float
    flat: float
    flat_refreshers: float
    under_quoted_growth: float | None
    implied: Crossing

    @property
    def n_years(self) -> int:
        """How many years the claim is about."""
        return SPANS[self.span]

    @property
    def difference(self) -> float:
        """The claim less the flat total: below zero where the claim is the smaller [USD]."""
        return self.claimed - self.flat

    @property
    def quote_gap(self) -> float | None:
        """The claim less the total under the quoted growth; None where the quote names no growth [USD]."""
        return None if self.under_quoted_growth is None else self.claimed - self.under_quoted_growth

    @property
    def adds_up(self) -> bool | None:
        """Whether the kit comes to the claim under the quoted growth, but for rounding; None without such a growth."""
        gap = self.quote_gap
        return None if gap is None else abs(gap) <= ADDS_UP_WITHIN * self.claimed

    @property
    def assumed_growth(self) -> float:
        """What of the difference to the flat total is growth of the share price: never more than all of it [USD].

        Under a quoted growth what that growth adds; else all of it, or nothing where no growth gives the claim.
        """
        if self.under_quoted_growth is not None:
            least, most = sorted((0.0, self.difference))
            return min(max(self.under_quoted_growth - self.flat, least), most)
        return self.difference if self.implied.break_even == "at" else 0.0

    @property
    def growth_share(self) -> float | None:
        """The part of the claim that is assumed growth; None for a claim below the flat total [fraction]."""
        return self.assumed_growth / self.claimed if self.claimed > 0 and self.difference >= 0 else None


@dataclass(frozen=True, slots=True)
class ClaimedAgainstFlat:
    """What was quoted for an offer, undone.

    Parameters
    ----------
    claims : tuple of Claim
        In the order of `SPANS`, those that the offers file gives; empty where it gives no total.
    growth_rate : float or None
        The growth of the share price inside the claims, None where the quote names none [fraction a year].
    growth_convention : {"smooth", "annual-step"}
        How the quote applied it, or is taken to have.
    """

    claims: tuple[Claim, ...]
    growth_rate: float | None
    growth_convention: GrowthConvention


def decompose_quote(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> ClaimedAgainstFlat:
    """Return what is left of a recruiter's claims at a flat share price, and the growth that they rest on.

    Parameters
    ----------
    offer : Offer
        In USD, with what was `quoted`.
    schedules : mapping of str to VestingSchedule
        The schedules of data/.

    Examples
    --------
    A claim of 402,000 for 100,000 of salary a year and a share worth 1,000 that vests after four years:

    >>> from compkit.model.equity import Grant
    >>> share = Grant(value=1_000.0, vesting="late")
    >>> made = Offer(id="a", company="A", level="1", location="Austin", base_salary=1e5, equity=(share,),
    ...              quoted=Quoted(total_4yr=402_000.0))
    >>> (claim,) = decompose_quote(made, {"late": VestingSchedule("late", (48,), (1.0,))}).claims
    >>> claim.flat, claim.difference, round((1 + claim.implied.growth) ** 3, 9)
    (401000.0, 1000.0, 2.0)
    """
    quoted = offer.quoted or Quoted()
    pay = pay_terms([offer], schedules)
    given: dict[Span, float | None] = {"total_y1": quoted.total_y1, "total_4yr": quoted.total_4yr}
    claims = tuple(_claim(span, claimed, pay, quoted) for span, claimed in given.items() if claimed is not None)
    return ClaimedAgainstFlat(claims, quoted.growth_rate, quoted.growth_convention)


def _claim(span: Span, claimed: float, pay: PayTerms, quoted: Quoted) -> Claim:
    n_years = SPANS[span]
    refreshers = pay.grants["is_valued_at_grant"].to_numpy(dtype=bool)
    without = PayTerms(pay.terms, pay.grants[~refreshers], pay.schedules)
    flat = _total(pay, FLAT, n_years)
    under = None
    if quoted.growth_rate is not None:
        under = _total(pay, Growth(quoted.growth_rate, quoted.growth_convention), n_years)
    curve = growth_curve(pay, 0, n_years, quoted.growth_convention)
    implied = crossing(curve.minus(claimed))
    return Claim(span, claimed, flat, flat - _total(without, FLAT, n_years), under, implied)


def _total(pay: PayTerms, growth: Growth, n_years: int) -> float:
    return float(valuation(pay, Assumptions(growth, n_years=n_years)).summary["total"].iloc[0])
