"""What each section of a comparison says, in one line."""

from __future__ import annotations

from collections.abc import Mapping

from compkit.analysis import Comparison
from compkit.decision import BASE, Decision
from compkit.report.comparison.tables import LEAVING_MONTHS
from compkit.report.comparison.text import has_stock, pair_of, some, turns_in_words
from compkit.report.decision.page import name_of
from compkit.report.decision.text import UNLESS
from compkit.report.show.blocks import Answer
from compkit.report.show.text import capitalized, count, day, percent, usd


def comparison_answers(comparison: Comparison, decision: Decision) -> Mapping[str, Answer | None]:
    """Answer of each section; None where there is nothing to compare."""
    found = {
        "cases": _cases(decision),
        "glance": _glance(comparison),
        "sums": _sums(comparison, decision),
        "pairs": _pairs(comparison, decision),
        "leaving": _leaving(comparison, decision),
        "outcomes": "Simulated share prices, on volatilities that nobody verified." if has_stock(comparison) else "",
        "basis": f"What was assumed, and the sources. Report of {day(decision.report_date)}.",
    }
    return {name: Answer(text) if text else None for name, text in found.items()}


def _cases(decision: Decision) -> str:
    if decision.leader is None or not decision.cases:
        return ""
    first = name_of(decision, decision.ruling.order[0])
    turned = [one.case for one in decision.cases if one.case != BASE and one.leader != decision.ruling.order[0]]
    if not turned:
        return f"{capitalized(first)} leads in all {len(decision.cases)} cases tried."
    return f"{capitalized(first)} leads unless {' or '.join(UNLESS.get(case, case) for case in turned)}."


def _glance(comparison: Comparison) -> str:
    written = sum(one.offer.status == "written" for one in comparison.evaluations)
    warned = sum(bool(one.fired_rules) for one in comparison.evaluations)
    signs = f"{count(warned, 'offer')} with warning signs" if warned else "no warning signs"
    return f"{written} of {count(len(comparison.evaluations), 'offer')} in writing; {signs}."


def _sums(comparison: Comparison, decision: Decision) -> str:
    totals = comparison.worth.summary["total"]
    top = str(totals.idxmax())
    over = f"over {count(comparison.assumptions.n_years, 'year')} before tax"
    pays = "pays most" if len(totals) > 1 else "pays"
    return f"{capitalized(name_of(decision, top))} {pays}: {usd(float(totals.max()))} {over}."


def _pairs(comparison: Comparison, decision: Decision) -> str:
    if len(comparison.ids) < 2 or not has_stock(comparison):
        return ""
    row = pair_of(comparison, *comparison.ranking[:2])
    first, second = (name_of(decision, row[side]) for side in ("a", "b"))
    if row["break_even"] == "at":
        rate = row["break_even_growth"]
        moves = f"{'grow' if rate >= 0 else 'fall'} {percent(abs(rate), 1)} a year"
        return f"Before tax, {first} and {second} are even if share prices {moves}."
    return f"Before tax, {first} against {second}: {turns_in_words(row)} of share prices."


def _leaving(comparison: Comparison, decision: Decision) -> str:
    month = LEAVING_MONTHS[0]
    kept = {name: float(comparison.leaving[name]["kept"][month]) for name in comparison.ids}
    best = max(kept, key=lambda name: kept[name])
    said = f"After {count(month, 'month')} {name_of(decision, best)} has kept most: {usd(kept[best])}."
    if comparison.staying is None:
        return said
    never = [name_of(decision, name) for name, on in comparison.paid_off_in.items() if on is None]
    return f"{said} Never ahead of staying in these years: {some(never)}." if never else said
