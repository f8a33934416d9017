"""A class's debrief as numbers, for programs."""

from __future__ import annotations

from typing import Any

from compkit.workshop import (
    ROLES,
    ClassSummary,
    Debrief,
    EarlierClasses,
    class_feelings,
    first_offers,
    offer_link,
    summarize_class,
)


def debrief_values(found: Debrief, earlier: EarlierClasses | None = None) -> dict[str, Any]:
    """Results as numbers; the grading proposal is not among them."""
    offers = first_offers(found)
    return {
        "n_pairs": len(found.results),
        "n_deals": len(found.deals),
        "n_on_frontier": sum(one.is_efficient for one in found.deals),
        "points_left": float(found.total_left),
        "pairs": _pairs(found),
        "absent": [one.pair for one in found.absent],
        "first_offers": [
            {"pair": one.pair, "side": ROLES[one.side], "own": float(one.own), "other": float(one.others),
             "result": float(one.result), "change": float(one.change)}
            for one in offers
        ],
        "first_offer_correlations": {
            role: {"n": (link := offer_link(offers, side)).n, "rank_correlation": link.correlation}
            for side, role in enumerate(ROLES)
        },
        "post_settlement": [
            {"pair": one.after.agreement.pair, "points": list(map(float, one.after.points)),
             "gains": list(map(float, one.gains)), "points_left": float(one.after.left)}
            for one in found.second
        ],
        "answers": _answers(found),
        "earlier": None if earlier is None else {
            "this_class": _summary(summarize_class(found)) if found.results else None,
            "classes": [_summary(one) for one in earlier.summaries],
            "left_out": [{"folder": folder, "reason": reason} for folder, reason in earlier.left_out],
        },
    }  # fmt: skip


def _answers(found: Debrief) -> list[dict[str, Any]]:
    return [
        {
            "side": "both" if one.side is None else ROLES[one.side],
            "question": one.question,
            "counts": list(one.counts),
            "median": float(one.middle),
        }
        for one in class_feelings(found)
    ]


def _pairs(found: Debrief) -> list[dict[str, Any]]:
    all_scores = [found.z_scores(side) for side in (0, 1)]
    return [
        {
            "pair": one.agreement.pair,
            "seats": list(one.agreement.seats),
            "is_deal": one.is_deal,
            "points": list(map(float, one.points)),
            "created": None if one.created is None else float(one.created),
            "claimed": None if one.claimed is None else list(map(float, one.claimed)),
            "efficiency": float(one.efficiency),
            "points_left": float(one.left),
            "below_limit": [ROLES[side] for side in one.sides_below],
            "ranks": [ranks[at] for ranks in found.ranks],
            "z_scores": [scores and scores[at] for scores in all_scores],
        }
        for at, one in enumerate(found.results)
    ]


def _summary(one: ClassSummary) -> dict[str, Any]:
    return {
        "n_pairs": one.n_pairs,
        "agreed": float(one.agreed),
        "on_frontier": float(one.efficient),
        "median_created": None if one.created is None else float(one.created),
        "median_efficiency": float(one.efficiency),
        "median_candidate_share": None if one.claimed is None else float(one.claimed),
    }
