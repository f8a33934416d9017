"""Pay made comparable over time (level pay) and between places (equal pay)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from compkit.analysis import Evaluation, LocationAnalysis
from compkit.errors import CompkitError
from compkit.pay import Assumptions, FloatArray
from compkit.periods import MONTHS_A_YEAR
from compkit.place import HomeCosts, Living, moved, price_indices, price_level
from compkit.reference import Tables
from compkit.tax import Finances, finances_of_pay

_N_TRIED = 65
_UNKNOWN_HOME = "place not counted: the current home is unknown (candidate.residence)"
_SAME_PLACE = "the same place, with the same tax and prices"
_OTHER_HOUSEHOLD = "your household counts as it is with each"


def annuity(assumptions: Assumptions) -> float:
    """Present value of one dollar a year, paid monthly over the horizon.

    >>> annuity(Assumptions()), round(annuity(Assumptions(discount_rate=0.1)), 4)
    (4.0, 3.3127)
    """
    return float(assumptions.discount.sum() / MONTHS_A_YEAR)


def level_pay(evaluation: Evaluation) -> float:
    """Level monthly pay with the same present value as an offer [USD a year].

    Without discount and growth it is the offer's yearly average.
    """
    return evaluation.summary["present_value"] / annuity(evaluation.assumptions)


def equal_pay_here(
    amounts: Sequence[float],
    livings: Sequence[Living | None],
    analysis: LocationAnalysis,
    more: Sequence[float] | None = None,
    households: Sequence[Finances | None] | None = None,
    costs: Sequence[HomeCosts] | None = None,
) -> list[tuple[float, str]]:
    """Convert pay in other places to equal pay in the offer's place; each with an explanation.

    An amount stays as it is if tax, prices, the rest of the household and its home's cost are the same there, or if
    they are unknown; the explanation says which. It is at least 0.

    Parameters
    ----------
    amounts : sequence of float
        Pay before tax [USD a year].
    livings : sequence of Living or None
        Where each is earned; None if unknown.
    analysis : LocationAnalysis
        The offer in its place.
    more : sequence of float, optional
        What else each must leave after tax, in the prices of the current home [USD a year].
    households : sequence of Finances or None, optional
        The rest of the household with each; as with the offer if left out.
    costs : sequence of HomeCosts, optional
        Of the household's home with each; as with the offer if left out.
    """
    mine, own = household_with(analysis), analysis.own
    here = own.residence
    wholes = [mine] * len(amounts) if households is None else list(households)
    homes = [analysis.home_costs] * len(amounts) if costs is None else list(costs)
    added = [0.0] * len(amounts) if more is None else more
    found = [
        (amount + extra, _UNKNOWN_HOME if living is None else _SAME_PLACE)
        for amount, living, extra in zip(amounts, livings, added, strict=True)
    ]
    unlike: dict[tuple[Living, Finances | None, HomeCosts], list[int]] = {}
    for row, (living, whole, home) in enumerate(zip(livings, wholes, homes, strict=True)):
        is_here = living is None or living.is_taxed_like(own)
        if added[row] or not is_here or whole != mine or home.told(here) != analysis.home_costs.told(here):
            unlike.setdefault((own if living is None or is_here else living, whole, home), []).append(row)
    needed: dict[int, float] = {}
    for (living, whole, home), rows in unlike.items():
        try:
            extra = price_ratio(analysis) * np.array([added[row] for row in rows])
            nets = _net_pay_needed([amounts[row] for row in rows], living, whole, home, analysis)
        except CompkitError as error:
            how = f"place not counted, for its tax or prices cannot be worked out: {error}"
        else:
            how = _how_from(living, home, analysis)
            needed |= dict(zip(rows, np.maximum(0.0, nets + extra).tolist(), strict=True))
        for row in rows:
            said = found[row][1] if living is own else how
            found[row] = (found[row][0], said if whole == mine else f"{said}; {_OTHER_HOUSEHOLD}")
    if needed:
        pays = _gross_pay_for(np.array(list(needed.values())), analysis, mine)
        for row, pay in zip(needed, pays, strict=True):
            found[row] = (float(pay), found[row][1])
    return found


def household_with(analysis: LocationAnalysis) -> Finances | None:
    """Return the rest of the household with the offer, as far as pay is compared: without premiums and match."""
    return finances_of_pay(analysis.evaluation.candidate, analysis.evaluation.offer, analysis.own.residence)


def _how_from(living: Living, home: HomeCosts, analysis: LocationAnalysis) -> str:
    """Say how pay in a living, with these costs of its home, is converted."""
    here = analysis.own.residence
    if here == living.residence:
        return f"equal pay: leaves as much in {here} after the taxes of this job"
    counts_housing = analysis.home_costs.is_told
    if share_prices(living.residence, here, analysis.tables):
        after = "after tax and housing" if counts_housing else "after tax"
        return f"equal pay {after}; {living.residence} needs no move, so prices are left alone"
    if not counts_housing:
        return f"equal pay: buys in {here} as much as in {living.residence}"
    there = living.residence
    costs = [
        f"${each.housing([place], analysis.tables)[0]:,.0f} a year in {place}"
        for each, place in ((analysis.home_costs, here), (home, there))
    ]
    return f"equal pay: after housing, {' and '.join(costs)}, the rest buys as much"


def price_ratio(analysis: LocationAnalysis) -> float:
    """Prices in the offer's place over those at the current home; 1 if no move is needed, or prices are unknown."""
    home, here = analysis.evaluation.candidate.residence, analysis.own.residence
    is_known = {home, here} <= set(price_indices(analysis.tables).index)
    if home is None or not is_known or home == here or share_prices(home, here, analysis.tables):
        return 1.0
    share = analysis.home_costs.share(analysis.housing_share)
    level, level_here = price_level([home, here], analysis.tables, share)
    return float(level_here / level)


def _net_pay_needed(
    amounts: Sequence[float], living: Living, household: Finances | None, home: HomeCosts, analysis: LocationAnalysis
) -> FloatArray:
    """Net pay in the offer's place that is worth as much as gross pay elsewhere."""
    here = analysis.own
    # Raises where the offer's own tax cannot be worked out.
    analysis.net_pay_over(np.zeros(1), here, household_with(analysis))
    is_near = share_prices(living.residence, here.residence, analysis.tables)
    return moved(
        analysis.net_pay_over(np.array(amounts), living, household), (living.residence, home),
        (here.residence, analysis.home_costs), analysis.tables, analysis.housing_share, has_prices=not is_near,
    )  # fmt: skip


def share_prices(one: str, other: str, tables: Tables) -> bool:
    """Whether a job in one place needs no move from another: one commuting area, so prices are not converted."""
    areas = {str(row["place"]): row["commuting_area"] for row in tables.rows("places")}
    return areas.get(one) is not None and areas.get(one) == areas.get(other)


def _gross_pay_for(needed: FloatArray, analysis: LocationAnalysis, with_offer: Finances | None) -> FloatArray:
    """Least gross pay in the offer's place that leaves each net pay."""

    def excess(pay: FloatArray, net: FloatArray) -> FloatArray:
        left = analysis.net_pay_over(np.asarray(pay, dtype=float).ravel(), analysis.own, with_offer)
        return left.reshape(np.shape(pay)) - net

    high = np.maximum(needed, 1.0)
    while (short := excess(high, needed) < 0).any():
        high = np.where(short, 2 * high, high)
    # If a threshold in the law takes more than a raise gives, several gross amounts leave the same; take the least.
    tried = high[:, None] * np.linspace(0.0, 1.0, _N_TRIED)
    reached = excess(tried, needed[:, None]) >= 0
    first = reached.argmax(axis=1)
    rows = np.arange(len(needed))
    ends = (tried[rows, np.maximum(first - 1, 0)], tried[rows, np.maximum(first, 1)])
    from scipy.optimize import elementwise  # slow to import, and only roots need it

    found = elementwise.find_root(excess, ends, args=(needed,), tolerances={"xrtol": 1e-13})
    is_free = reached[:, 0]  # what the household has besides the pay is enough
    return np.asarray(np.where(is_free, 0.0, found.x), dtype=float)
