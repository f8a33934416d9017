"""Unrounded figures that a report records for figures.csv, summary.csv and the index."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from compkit.analysis import Evaluation
from compkit.decision import Decision
from compkit.market import MATRICES, REPORTED
from compkit.prices import spread, volatility_of
from compkit.reference import records
from compkit.report.decision.page import standing_in_short
from compkit.report.offer.equity_tables import simulated_pay
from compkit.report.offer.summary import base_and_stock
from compkit.report.show.blocks import RecordedFigures

OFFERS_FILE = "offers-file"
PAY_DATA = "pay-data"
GUIDE = "guide"
UNVERIFIED = "unverified"

Row = Mapping[str, Any]


def recorded_figures(evaluation: Evaluation, decision: Decision | None = None) -> RecordedFigures:
    """Record every figure of the evaluation, unrounded, with its sources, and its index line."""
    rows = [
        *_worth_rows(evaluation),
        *_simulated_rows(evaluation),
        *_market_rows(evaluation),
        *_candidate_rows(evaluation),
    ]
    known = [row for row in rows if row["value"] is not None and not _is_nan(row["value"])]
    standing = standing_in_short(decision, evaluation.offer.id) if decision else None
    return RecordedFigures(known, {**_index_line(evaluation), **({"decision": standing} if standing else {})})


def recorded_figure(
    figure: str, value: Any, unit: str, source_ids: str = OFFERS_FILE, as_of: str = "", status: str = ""
) -> Row:
    """One row of figures.csv; blanks separate several source ids."""
    return {
        "figure": figure, "value": value, "unit": unit, "source_ids": source_ids, "as_of": as_of, "status": status
    }  # fmt: skip


def stock_sources(evaluation: Evaluation) -> dict[str, str]:
    """Find the sources of figures that include stock, as arguments of `recorded_figure`."""
    used = evaluation.stock_sources
    return {
        "source_ids": " ".join([OFFERS_FILE, *sorted({row.source_id for row in used})]),
        "as_of": min((row.as_of for row in used), default=""),
        "status": "" if all(row.is_verified for row in used) else UNVERIFIED,
    }


def _worth_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield pay figures; those with stock name the schedules and practices behind it."""
    stock, counted = stock_sources(evaluation), evaluation.with_paper
    unused = set() if counted.summary["paper"] else {"paper"}
    for name, amounts in counted.years.items():
        if name in unused:
            continue
        for year, amount in amounts.items():
            behind = stock if name in ("equity", "total", "paper") else {}
            yield recorded_figure(f"year {year} {name}", float(amount), "USD", **behind)
    for name, value in counted.summary.items():
        if name in {*unused, "paper_average", "paper_present_value"}:
            continue
        yield recorded_figure(name, value, "USD", **({} if name == "guaranteed_cash" else stock))


def _simulated_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the spread of total simulated pay, if there is stock."""
    if not evaluation.offer.schedules_used and not evaluation.offer.equity:
        return
    volatility = volatility_of(evaluation.offer.company, evaluation.tables)
    status = "" if volatility.is_verified else UNVERIFIED
    found = spread(simulated_pay(evaluation).sum(axis=0)[None, :])
    for name, values in found.items():
        figure, sources = f"simulated total {name}", f"{OFFERS_FILE} {volatility.source_id}"
        yield recorded_figure(figure, float(values.iloc[0]), "USD", sources, volatility.as_of, status)


def _market_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield market positions; only the first-year total depends on vesting."""
    for row in records(evaluation.market):
        source = {GUIDE: GUIDE, REPORTED: PAY_DATA}.get(row["source"], OFFERS_FILE)
        as_of = row["as_of"].isoformat() if row["as_of"] else ""
        component = f"market {row['component']}"
        behind = stock_sources(evaluation) if row["component"] == "total_y1" else {}
        status = behind.get("status", "")
        yield recorded_figure(f"{component} value", row["value"], "USD", **behind)
        for name in ("low", "high"):
            yield recorded_figure(f"{component} {name}", row[name], "USD", source, as_of)
        for name in ("penetration", "compa_ratio"):
            yield recorded_figure(f"{component} {name}", row[name], "fraction", source, as_of, status)


def _candidate_rows(evaluation: Evaluation) -> Iterator[Row]:
    for matrix in MATRICES:
        yield recorded_figure(f"{matrix} score", evaluation.score(matrix).score, "score", f"{OFFERS_FILE} {GUIDE}")
    if evaluation.left_behind:
        yield recorded_figure("left behind by moving", evaluation.left_behind.total, "USD")
        yield recorded_figure("current job total a year", evaluation.current_total, "USD a year")


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _index_line(evaluation: Evaluation) -> Mapping[str, Any]:
    offer, summary, paper = evaluation.offer, evaluation.summary, float(evaluation.paper.sum())
    breakers = sum(rule.kind == "deal_breaker" for rule in evaluation.fired_rules)
    two = summary["first_two_year_average"]
    return {
        "company": offer.company,
        "level": offer.level,
        "location": offer.location,
        **({"label": offer.label} if offer.label else {}),
        "status": offer.status,
        "average": summary["average"],
        "total": summary["total"],
        **({"paper": paper} if paper else {}),
        "first_two_year_average": None if math.isnan(two) else two,
        "guaranteed_cash": summary["guaranteed_cash"],
        "market_verdict": base_and_stock(evaluation)["verdict"],
        "risk_verdict": evaluation.score("risk").verdict,
        "deadline": offer.deadline.isoformat() if offer.deadline else None,
        "n_warnings": len(evaluation.fired_rules) - breakers,
        "n_deal_breakers": breakers,
        "unverified": ", ".join(row.name for row in evaluation.stock_sources if not row.is_verified) or None,
    }
