"""What the guide says of places, and the figures of this offer beside it."""

from __future__ import annotations

from functools import partial

from compkit.analysis import NO_INCOME_TAX_PLACE, LocationFact, location_facts
from compkit.explanation.derivation import Derivation, defined, node
from compkit.explanation.inputs import from_table
from compkit.explanation.places import Places
from compkit.explanation.worth import Figures
from compkit.model import REMOTE
from compkit.place import Living

_INCOME_TAXES = ("federal_income_tax", "state_income_tax", "local_income_tax")
_TOP_RATES = {
    "top rate of the state": ("ca-top-tax", ("CA",)),
    "top rate of state and city": ("ny-top-tax", ("NY", "NY-NYC")),
}
_MEASURES = {
    "base salary, below Seattle": "base_salary",
    "base and a quarter of the grant, below Seattle": "total_4yr_avg",
}


def fact_figures(places: Places) -> Figures:
    """Explanations of the guide's statements on places by recorded figure."""
    found: Figures = {}
    for fact in location_facts(places.analysis):
        stem = f"{fact.place}, {fact.statement}"
        for end, value in (("low", fact.low), ("high", fact.high)):
            if value is not None:
                found[f"guide: {stem}, {end}"] = partial(_claimed, places, fact, end, f"guide: {stem}, {end}")
        found[f"computed: {stem}"] = partial(_computed, places, fact, f"computed: {stem}")
    return found


def _claimed(places: Places, fact: LocationFact, end: str, name: str) -> Derivation:
    claim = "no-state-tax-value"
    if fact.place == REMOTE:
        claim = "remote-below-seattle"
    elif fact.statement in _TOP_RATES:
        claim = _TOP_RATES[fact.statement][0]
    return from_table(places.analysis.tables, "guide_claims", {"claim_id": claim}, end, name, fact.unit)


def _computed(places: Places, fact: LocationFact, name: str) -> Derivation:
    if fact.place == REMOTE:
        return _below_seattle(places, fact, name)
    if fact.statement in _TOP_RATES:
        return _top_rate(places, fact, name)
    there = next(
        living for living in places.analysis.livings if fact.statement.endswith(f" against {_against(living)}")
    )
    seattle = next(
        living
        for living in places.analysis.livings
        if living.place == NO_INCOME_TAX_PLACE and living.work_place is None
    )
    sums = [
        node("sum", f"income taxes in {living.title}", [places.tax_part(living, part) for part in _INCOME_TAXES])
        for living in (there, seattle)
    ]
    return node("difference", name, sums, "USD", fact.computed)


def _against(living: Living) -> str:
    return living.residence + (f", job in {living.work_place}" if living.work_place else "")


def _top_rate(places: Places, fact: LocationFact, name: str) -> Derivation:
    analysis, parts = places.analysis, list[Derivation]()
    year = min(analysis.start_on.year, analysis.law.last_published_year)
    for code in _TOP_RATES[fact.statement][1]:
        rows = places.law.rows(code, year, analysis.pay.filing_status)
        parts.append(rows.top_rate)
        surtax = rows.parameter("income", "surtax_rate")
        parts += [surtax] if surtax is not None else []
    return node("sum", name, parts, "fraction", fact.computed)


def _below_seattle(places: Places, fact: LocationFact, name: str) -> Derivation:
    evaluation, middles = places.analysis.evaluation, list[Derivation]()
    for place in (REMOTE, NO_INCOME_TAX_PLACE):
        key = {"level": str(evaluation.level.level), "location": place, "measure": _MEASURES[fact.statement]}
        ends = [
            from_table(evaluation.tables, "bands", key, end, f"{end} end, {place}", "USD") for end in ("low", "high")
        ]
        middles.append(node("mean", f"middle of the guide's band, {place}", ends))
    share = node("quotient", "remote over Seattle", middles, "fraction")
    return node("difference", name, [defined("one", 1.0, "fraction"), share], "fraction", fact.computed)
