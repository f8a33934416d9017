"""A candidate's household as figures that leave a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compkit.analysis import LocationAnalysis
from compkit.explanation.derivation import Derivation, Key, defined, node
from compkit.explanation.inputs import from_offer, from_table
from compkit.explanation.traced import Traced
from compkit.offers import OfferEntry
from compkit.periods import MONTHS_A_YEAR
from compkit.tax import Finances

_A_YEAR = "USD a year"
SPOUSE_WAGES = "your spouse's wages"
_WORDS = {
    "spouse_wages": SPOUSE_WAGES,
    "children": "children under 17",
    "childcare": "childcare",
    "traditional_401k": "what you put into a 401(k)",
    "hsa": "what you put into a health savings account",
    "premiums": "insurance premiums",
    "match": "employer's match",
    "mortgage_interest": "mortgage interest",
    "property_tax": "tax on your home",
    "charity": "gifts to charity",
    "other_income": "other income",
}
_BENEFITS = {"premiums": "benefits.premiums", "match": "benefits.retirement_match"}


def traced_finances(entry: OfferEntry, finances: Finances | None, *, is_with_offer: bool = True) -> Finances | None:
    """Return finances with an offer, or with the current job, with each amount that is not 0 traced."""
    if finances is None:
        return None
    moved = is_with_offer and entry.offer.spouse_wages is not None
    traced: dict[str, Any] = {}
    for field, words in _WORDS.items():
        if not getattr(finances, field):
            continue
        path = _BENEFITS.get(
            field, "spouse_wages" if field == "spouse_wages" and moved else f"candidate.household.{field}"
        )
        leaf = from_offer(entry, path, words, "children" if field == "children" else "USD a year")
        traced[field] = Traced(leaf.value, leaf)
    return replace(finances, **traced)


def costs_of_living(analysis: LocationAnalysis, residence: str) -> list[Derivation]:
    """Return what comes off pay in a place: that of the home, and childcare [USD a year]."""
    entry, costs = analysis.evaluation.entry, analysis.home_costs
    found = []
    if costs.counts_rent(residence):
        found.append(market_rent(analysis, residence))
    elif residence == costs.place:
        found += _home_cost(entry)
    elif costs.told(residence) is not None:
        found.append(from_offer(entry, "housing_cost", f"what a home in {residence} would cost", _A_YEAR))
    if costs.childcare:
        found.append(from_offer(entry, "candidate.household.childcare", "childcare", _A_YEAR))
    return found


def market_rent(analysis: LocationAnalysis, residence: str) -> Derivation:
    """Return a year's fair market rent in a place [USD a year]."""
    area = analysis.tables.rows_where("places", {"place": residence})[0]["rent_area"]
    key: Key = {"area": area, "bedrooms": analysis.home_costs.bedrooms or 0}
    months = defined("months a year", float(MONTHS_A_YEAR), "months")
    rent = from_table(analysis.tables, "rents", key, "rent", f"fair market rent in {residence}", "USD a month")
    return node("product", f"a year's rent in {residence}", [rent, months], _A_YEAR)


def _home_cost(entry: OfferEntry) -> list[Derivation]:
    """Return what makes up the cost of the home of today, as entered [USD a year]."""
    facts = entry.candidate.household
    if facts is None or facts.cost_at_home is None:
        return []
    if facts.housing_cost is not None:
        named = {"housing_cost": "what your home costs"}
    else:
        named = {name: _WORDS[name] for name in ("mortgage_interest", "property_tax") if getattr(facts, name)}
    return [from_offer(entry, f"candidate.household.{name}", words, _A_YEAR) for name, words in named.items()]
