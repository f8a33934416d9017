"""Recruiters' claims of total pay: how much of a claim is assumed share price growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from compkit.model import GrowthConvention, Offer, Quoted, VestingSchedule
from compkit.pay import FLAT, Assumptions, Growth, PayTerms, pay_terms, valuation
from compkit.prices.breakeven import Crossing, crossing, growth_curve

Span = Literal["total_y1", "total_4yr"]
SPANS: Mapping[Span, int] = {"total_y1": 1, "total_4yr": 4}
"""Claims of an offers file, and their years."""
ADDS_UP_WITHIN = 0.005
"""Recruiters round: a claim within this fraction of our total adds up."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claimed total and our own total of the same years.

    Parameters
    ----------
    span : {"total_y1", "total_4yr"}
    claimed : float
        The recruiter's total [USD].
    flat : float
        Salary, target bonus, sign-on, stock and refreshers of the same years at today's share price [USD].
    flat_refreshers : float
        Part of `flat` from refreshers, which a claim may leave out [USD].
    under_quoted_growth : float or None
        The same total under the quote's growth and convention; None if it names no growth [USD].
    implied : Crossing
        The growth at which our total reaches the claim, under the quote's convention.
    """

    span: Span
    claimed: float
    flat: float
    flat_refreshers: float
    under_quoted_growth: float | None
    implied: Crossing

    @property
    def n_years(self) -> int:
        """Years that the claim covers."""
        return SPANS[self.span]

    @property
    def difference(self) -> float:
        """The claim less the flat total [USD]."""
        return self.claimed - self.flat

    @property
    def quote_gap(self) -> float | None:
        """The claim less the total under the quoted growth; None without a quoted growth [USD]."""
        return None if self.under_quoted_growth is None else self.claimed - self.under_quoted_growth

    @property
    def adds_up(self) -> bool | None:
        """Whether our total under the quoted growth matches the claim but for rounding; None without such growth."""
        gap = self.quote_gap
        return None if gap is None else abs(gap) <= ADDS_UP_WITHIN * self.claimed

    @property
    def assumed_growth(self) -> float:
        """Part of the difference from the flat total due to share price growth, at most all of it [USD].

        With a quoted growth, the pay it adds; otherwise all, or 0 if no growth gives the claim.
        """
        if self.under_quoted_growth is not None:
            least, most = sorted((0.0, self.difference))
            return min(max(self.under_quoted_growth - self.flat, least), most)
        return self.difference if self.implied.break_even == "at" else 0.0

    @property
    def growth_share(self) -> float | None:
        """Assumed growth as a fraction of the claim; None for a claim below the flat total."""
        return self.assumed_growth / self.claimed if self.claimed > 0 and self.difference >= 0 else None


@dataclass(frozen=True, slots=True)
class QuoteBreakdown:
    """Breakdown of a recruiter's quote for an offer.

    Parameters
    ----------
    claims : tuple of Claim
        Claims in the offers file, in the order of `SPANS`; may be empty.
    growth_rate : float or None
        Quoted growth of the share price; None if none [fraction a year].
    growth_convention : {"smooth", "annual-step"}
        How the quote applies it, or is assumed to.
    """

    claims: tuple[Claim, ...]
    growth_rate: float | None
    growth_convention: GrowthConvention


def decompose_quote(offer: Offer, schedules: Mapping[str, VestingSchedule]) -> QuoteBreakdown:
    """Break down a recruiter's claims into pay at a flat share price and assumed growth.

    Parameters
    ----------
    offer : Offer
        In USD, with `quoted`.
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
    return QuoteBreakdown(claims, quoted.growth_rate, quoted.growth_convention)


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
