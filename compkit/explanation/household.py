"""A candidate's household as figures that leave a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from compkit.analysis import LocationAnalysis
from compkit.explanation.inputs import from_offer
from compkit.explanation.traced import Traced
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


def traced_finances(analysis: LocationAnalysis) -> Finances | None:
    """Return the household of an offer with each amount that is not 0 traced; None if the file doesn't say."""
    finances, entry = analysis.finances, analysis.evaluation.entry
    if finances is None:
        return None
    moved = entry.offer.spouse_wages is not None
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
