"""What a household's home costs, and net pay in one place that is worth as much as net pay in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from compkit.errors import CompkitError
from compkit.model import Candidate, FilingStatus, Offer
from compkit.pay import FloatArray
from compkit.place.living import BEDROOMS, price_level, yearly_rent
from compkit.reference import Tables


class UnknownRentError(CompkitError):
    """The rent of a place counts, and isn't known."""

    def __init__(self, place: str) -> None:
        super().__init__(f"no rent is known for {place}; enter the offer's housing_cost")


@dataclass(frozen=True, slots=True)
class HomeCosts:
    """What a household pays for its home and for childcare, today and with an offer.

    Parameters
    ----------
    place : str, optional
        Where it lives today.
    at_home : float, optional
        What the home of today costs; the market's rent there if left out [USD a year].
    bedrooms : int, optional
        Of a home rented elsewhere; no rent is counted if left out.
    childcare : float
        The same in every place [USD a year].
    is_told : bool
        Whether the household says that it rents or owns. These costs then come off before prices apply, and prices are
        those of everything but housing; otherwise prices stand for housing, too.
    moves_to : str, optional
        Where it would live with the offer.
    after_move : float, optional
        What a home there would cost; the market's rent if left out [USD a year].
    """

    place: str | None = None
    at_home: float | None = None
    bedrooms: int | None = None
    childcare: float = 0.0
    is_told: bool = False
    moves_to: str | None = None
    after_move: float | None = None

    @classmethod
    def of(
        cls,
        candidate: Candidate,
        offer: Offer | None = None,
        residence: str | None = None,
        bedrooms: int | None = None,
    ) -> HomeCosts:
        """Costs of a candidate's household, which would live in `residence` with the offer, given in USD.

        If left out, the home to rent has one bedroom for a person alone and two for others, three with two children or
        more. No rent counts for those of whom the file says only what their own home lets them deduct.
        """
        facts = candidate.household
        if facts is None:
            return cls(candidate.residence, bedrooms=bedrooms or _bedrooms(candidate.filing_status, 0))
        is_told = facts.housing is not None
        owns = not is_told and bool(facts.mortgage_interest or facts.property_tax)
        rented = None if owns else _bedrooms(candidate.filing_status, facts.children)
        after_move = offer.housing_cost if offer else None
        return cls(
            candidate.residence, facts.cost_at_home, bedrooms or rented, facts.childcare, is_told, residence, after_move
        )

    def told(self, residence: str) -> float | None:
        """Cost of the home in a place as the file tells it; None if it doesn't [USD a year]."""
        if residence == self.place:
            return self.at_home
        return self.after_move if residence == self.moves_to else None

    def counts_rent(self, residence: str) -> bool:
        """Whether the market's rent is counted in a place."""
        return self.bedrooms is not None and self.told(residence) is None

    def housing(self, residences: Sequence[str], tables: Tables) -> FloatArray:
        """Cost of the home in each place; NaN where the rent isn't known [USD a year]."""
        told = [self.told(each) for each in residences]
        rents = yearly_rent(residences, self.bedrooms, tables)
        return np.array([rent if cost is None else cost for cost, rent in zip(told, rents, strict=True)])

    def before_prices(self, residences: Sequence[str], tables: Tables) -> FloatArray:
        """Costs that come off in each place before prices apply; NaN where the rent isn't known [USD a year]."""
        return self.housing(residences, tables) + self.childcare if self.is_told else np.zeros(len(residences))

    def share(self, housing_share: float | None) -> float | None:
        """Share of spending that prices count for housing: nothing where its cost comes off [fraction]."""
        return 0.0 if self.is_told else housing_share


def moved(
    net: ArrayLike,
    origin: tuple[str, HomeCosts],
    target: tuple[str, HomeCosts],
    tables: Tables,
    housing_share: float | None = None,
    *,
    has_prices: bool = True,
) -> FloatArray:
    """Net pay in a place that is worth as much as net pay in another.

    The costs there come off, the rest buys as much here, and the costs here are added: (net - costs there) x prices
    here / prices there + costs here. Source: docs/how-the-figures-are-made.md#rent

    Parameters
    ----------
    net : array_like
        [USD a year].
    origin, target : tuple of str and HomeCosts
        The place and costs of the net pay, and of the result.
    tables : Tables
    housing_share : float, optional
        See `price_level`.
    has_prices : bool
        Whether prices are converted.

    Raises
    ------
    UnknownChoiceError
        If prices of a place aren't known.
    UnknownRentError
        If the rent of a place counts, and isn't known.

    Examples
    --------
    >>> from compkit.reference import load_tables
    >>> round(moved(111_133.0, ("Seattle", HomeCosts()), ("Austin", HomeCosts()), load_tables()).item(), 2)
    98066.0
    """
    costs = []
    for residence, each in (origin, target):
        costs.append(float(each.before_prices([residence], tables)[0]))
        if np.isnan(costs[-1]):
            raise UnknownRentError(residence)
    level, level_here = price_level([origin[0], target[0]], tables, origin[1].share(housing_share))
    ratio = level_here / level if has_prices else 1.0
    return np.asarray((np.asarray(net, dtype=float) - costs[0]) * ratio + costs[1])


def _bedrooms(filing_status: FilingStatus, n_children: int) -> int:
    """Bedrooms of the home that a household would rent."""
    fewest = 1 if filing_status == "single" else 2
    return max(fewest, min(1 + n_children, BEDROOMS[-1]))
