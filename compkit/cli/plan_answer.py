"""A negotiation plan as JSON: what to ask, settle for and stop at, the same in every command."""

from __future__ import annotations

from typing import Any

from compkit.negotiation import LEVERS, Counter, NegotiationPlan, Package, hardness
from compkit.report import NO_STOP_LINE, plan_caution


def plan_answer(plan: NegotiationPlan) -> dict[str, Any]:
    """Ask and fallback as packages, the stop line [USD a year; USD] or why it is unknown, and the caution.

    Ask and fallback are null where there is none above the offer and at or above the stop line.
    """
    stop = plan.stop_line
    best = plan.alternatives.batna
    return {
        "ask": package_answer(plan.first_counter, plan.ask) if plan.has_ask else None,
        "fallback": package_answer(plan.last_counter, plan.fallback) if plan.has_fallback else None,
        "stop_line": {"yearly": stop.yearly, "total": stop.total, "by": best.id if best else None} if stop else None,
        "stop_line_reason": None if stop else f"not known: {NO_STOP_LINE}",
        "caution": plan_caution(plan),
    }


def package_answer(of: Counter, package: Package) -> dict[str, Any]:
    """One package with its worth, and how hard each part is to get."""
    return {
        "name": package.name,
        **{lever: package.amount(lever) for lever in LEVERS},
        "total": package.total,
        "rounded": package.is_rounded,
        "flags": list(package.flags),
        "worth": of.worth_of(package),
        "hardness": hardness(of.limits, package),
    }
