"""What the guide says of places, and the figures of this offer beside it."""

from __future__ import annotations

from functools import partial

from compkit.analysis import INCOME_TAXES, NO_INCOME_TAX_PLACE, LocationFact, location_facts
from compkit.explanation.derivation import Derivation, defined, node
from compkit.explanation.inputs import from_table
from compkit.explanation.places import Places
from compkit.explanation.worth import Figures
from compkit.model import REMOTE
from compkit.place import Living


def fact_figures(places: Places) -> Figures:
    """Explanations of the guide's statements on places by recorded figure."""
    found: Figures = {}
    for fact in location_facts(places.analysis):
        stem, key = f"{fact.place}, {fact.statement}", {"claim_id": fact.claim}
        for end, value in (("low", fact.low), ("high", fact.high)):
            if value is not None:
                name = f"guide: {stem}, {end}"
                found[name] = partial(from_table, places.analysis.tables, "guide_claims", key, end, name, fact.unit)
        found[f"computed: {stem}"] = partial(_computed, places, fact, f"computed: {stem}")
    return found


def _computed(places: Places, fact: LocationFact, name: str) -> Derivation:
    if fact.place == REMOTE:
        return _below_seattle(places, fact, name)
    sums = [
        node("sum", f"income taxes in {living.title}", [places.tax_part(living, part) for part in INCOME_TAXES])
        for living in fact.of
        if isinstance(living, Living)
    ]
    return node("difference", name, sums, "USD", fact.computed) if sums else _top_rate(places, fact, name)


def _top_rate(places: Places, fact: LocationFact, name: str) -> Derivation:
    analysis, parts = places.analysis, list[Derivation]()
    year = min(analysis.start_on.year, analysis.law.last_published_year)
    for code in map(str, fact.of):
        rows = places.law.rows(code, year, analysis.pay.filing_status)
        surtax = rows.parameter("income", "surtax_rate")
        parts += [rows.top_rate, *([surtax] if surtax is not None else [])]
    return node("sum", name, parts, "fraction", fact.computed)


def _below_seattle(places: Places, fact: LocationFact, name: str) -> Derivation:
    evaluation, middles = places.analysis.evaluation, list[Derivation]()
    for place in (REMOTE, NO_INCOME_TAX_PLACE):
        key = {"level": str(evaluation.level.level), "location": place, "measure": str(fact.of[0])}
        ends = [
            from_table(evaluation.tables, "bands", key, end, f"{end} end, {place}", "USD") for end in ("low", "high")
        ]
        middles.append(node("mean", f"middle of the guide's band, {place}", ends))
    share = node("quotient", "remote over Seattle", middles, "fraction")
    return node("difference", name, [defined("one", 1.0, "fraction"), share], "fraction", fact.computed)
