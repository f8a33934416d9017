"""A candidate's household as figures that leave a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compkit.explanation.derivation import Derivation
from compkit.explanation.inputs import from_offer
from compkit.explanation.traced import Traced
from compkit.offers import OfferEntry
from compkit.tax import Finances

_WORDS = {
    "spouse_wages": "your spouse's wages",
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


def home_cost(entry: OfferEntry) -> list[Derivation]:
    """Return what makes up the cost of the home of today, as entered [USD a year]."""
    facts = entry.candidate.household
    if facts is None or facts.housing_cost is not None:
        named = {"housing_cost": "what your home costs"}
    else:
        named = {name: _WORDS[name] for name in ("mortgage_interest", "property_tax") if getattr(facts, name)}
    return [from_offer(entry, f"candidate.household.{name}", words, "USD a year") for name, words in named.items()]
