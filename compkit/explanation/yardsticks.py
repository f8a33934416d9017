"""Where an offer stands: its measures, the ranges that they are held against, the premiums for AI and ML work."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from compkit.analysis import Evaluation
from compkit.explanation.derivation import Derivation, StoreRows, defined, node, one_plus
from compkit.explanation.inputs import from_offer, from_table
from compkit.explanation.pay import OfferPay
from compkit.explanation.worth import Figures
from compkit.market import GUIDE, POSTING, REPORTED, RESEARCH, STORE_POSTING
from compkit.offers import OfferEntry
from compkit.pay import Assumptions
from compkit.reference import records

_PREMIUMS = {
    "location": ("ai_ml_by_location", "location", "premium"),
    "specialization": ("ai_ml_by_specialization", "specialization", None),
    "skill": ("ai_ml_by_skill", "skill", None),
    "company_type": ("bands_by_company_type", "company_type", "ai_ml_premium"),
}


def market_figures(evaluation: Evaluation) -> Figures:
    """Explanations of the offer against its yardsticks by recorded figure."""
    found: Figures = {}
    for row in records(evaluation.market):
        of = partial(_position, evaluation, row)
        for name in ("value", "low", "high", "penetration", "compa_ratio"):
            if row[name] is not None and not math.isnan(row[name]):
                found[f"market {row['component']} {name}"] = partial(of, name)
    return found


def _position(evaluation: Evaluation, row: Mapping[str, Any], name: str) -> Derivation:
    measure, called = row["component"], f"market {row['component']} {name}"
    if name == "value":
        return measured(evaluation, measure).renamed(called)
    if name in ("low", "high"):
        return range_end(evaluation, row, name).renamed(called)
    value = measured(evaluation, measure)
    if name == "compa_ratio":
        return node("quotient", called, [value, _middle(evaluation, row)], "fraction", row[name])
    low, high = (range_end(evaluation, row, end) for end in ("low", "high"))
    above = node("difference", "how far it lies above the low end", [value, low])
    width = node("difference", "width of the range", [high, low])
    return node("quotient", called, [above, width], "fraction", row[name])


def measured(evaluation: Evaluation, measure: str) -> Derivation:
    """Amount of a measure in an offer [USD]."""
    entry = evaluation.entry
    if measure == "base_salary":
        return from_offer(entry, "base_salary", "base salary")
    if measure in ("sign_on_y1", "sign_on_y2"):
        year = int(measure[-1])
        return from_offer(entry, f"sign_on[{year - 1}]", f"sign-on of year {year}")
    if measure == "rsu_4yr":
        return granted_worth(entry)
    if measure == "total_y1":
        flat = OfferPay(replace(evaluation.with_paper, assumptions=Assumptions(n_years=1)))
        return flat.year(1, "total").renamed("all of year 1, at a flat share price")
    quarter = defined("years of a grant", 4.0, "years", "a quarter of the grant counts for a year")
    stock = node("quotient", "a quarter of the grants", [granted_worth(entry), quarter])
    base = from_offer(entry, "base_salary", "base salary")
    return node("sum", "base salary and a quarter of the grants", [base, stock], value=evaluation.offer.total_4yr_avg)


def granted_worth(entry: OfferEntry) -> Derivation:
    """Return the worth of all grants as they were made [USD]."""
    parts = []
    for number, grant in enumerate(entry.offer.equity):
        path, name = f"equity[{number}]", f"grant {number + 1}, as made"
        if grant.value is not None:
            parts.append(from_offer(entry, f"{path}.value", name))
            continue
        at = "grant_price" if grant.grant_price is not None else "price_now"
        units = from_offer(entry, f"{path}.units", "shares granted", "shares")
        price = from_offer(entry, f"{path}.{at}", "share price at the grant", "USD a share")
        parts.append(node("product", name, [units, price]))
    if not parts:
        return from_offer(entry, "equity", "grants")
    return node("sum", "all grants, as they were made", parts, value=entry.in_usd.rsu_4yr)


def range_end(evaluation: Evaluation, row: Mapping[str, Any], end: str) -> Derivation:
    """Return an end of the range that a row of the market is held against [USD]."""
    entry, measure = evaluation.entry, row["component"]
    if row.get("origin") == STORE_POSTING:
        return Derivation(f"{end} end of the posted range", row[end], "USD", origin=_store_rows(row, "job postings"))
    if row["source"] == POSTING:
        return from_offer(entry, f"posted_base.{end}", f"{end} end of the posted range")
    if row["source"] == RESEARCH:
        quarter = {"low": "p25", "high": "p75"}[end]
        return from_offer(entry, f"{row['origin']}.{quarter}", f"{quarter} of your research")
    if row["source"] == REPORTED:
        return _from_store(row, {"low": "p25", "high": "p75"}[end], row[end])
    key = {"level": str(evaluation.level.level), "location": evaluation.offer.location, "measure": measure}
    return from_table(evaluation.tables, "bands", key, end, f"{end} end of the guide's band", "USD")


def _middle(evaluation: Evaluation, row: Mapping[str, Any]) -> Derivation:
    """Return the middle of a range: what research found in the middle, else the mean of both ends [USD]."""
    entry = evaluation.entry
    if row["source"] == RESEARCH and any(row["origin"] == f"market[{number}]" and found.p50 is not None
                                         for number, found in enumerate(entry.offer.market)):  # fmt: skip
        return from_offer(entry, f"{row['origin']}.p50", "p50 of your research")
    if row["source"] == REPORTED:
        return _from_store(row, "p50", row["mid"])
    ends = [range_end(evaluation, row, end) for end in ("low", "high")]
    return node("mean", "middle of the range", ends, value=row["mid"])


def _from_store(row: Mapping[str, Any], percentile: str, value: float) -> Derivation:
    note = "a year's stock, four times" if row["component"] == "rsu_4yr" else ""
    origin = _store_rows(row, "reported pay")
    return Derivation(f"{percentile} of reported pay", value, "USD", origin=origin, note=note)


def _store_rows(row: Mapping[str, Any], what: str) -> StoreRows:
    return StoreRows(what, row["detail"], int(row["n"]), row["as_of"].isoformat())


def premium_figures(evaluation: Evaluation) -> Figures:
    """Explanations of each premium and its adjusted band by recorded figure."""
    found: Figures = {}
    for row in records(evaluation.premiums.rows):
        for end in ("low", "high"):
            stem = f"premium {row['basis']} {row['name']}"
            found[f"{stem} {end}"] = partial(_premium, evaluation, row["basis"], row["name"], end, f"{stem} {end}")
            if row[f"adjusted_{end}"] is not None:
                found[f"{stem} adjusted_{end}"] = partial(_adjusted, evaluation, row, end, f"{stem} adjusted_{end}")
    return found


def _premium(evaluation: Evaluation, basis: str, name: str, end: str, called: str) -> Derivation:
    table, column, measure = _PREMIUMS[basis]
    key = {"level": str(evaluation.level.level), column: name} | ({"measure": measure} if measure else {})
    return from_table(evaluation.tables, table, key, end, called, "fraction")


def _adjusted(evaluation: Evaluation, row: Mapping[str, Any], end: str, called: str) -> Derivation:
    band = range_end(evaluation, {"source": GUIDE, "component": "total_4yr_avg"}, end)
    premium = _premium(evaluation, row["basis"], row["name"], end, f"premium for {row['name']}, {end} end")
    return node("product", called, [band, one_plus(premium, "the premium")], value=row[f"adjusted_{end}"])
