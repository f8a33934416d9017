"""What a seat's page says: nothing on it depends on the other side's points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compkit.report.workshop.analysis_text import utility
from compkit.report.workshop.debrief_tables import rank_text
from compkit.report.workshop.debrief_text import count_points
from compkit.report.workshop.lesson import FEELINGS
from compkit.workshop import Case, Debrief, FirstOffer, PairResult, SecondResult, first_offers

Terms = list[tuple[str, str, str, str]]


def seat_values(found: Debrief) -> Iterator[dict[str, Any]]:
    """Values of each seat's template, the absent ones' first."""
    case = found.played.case
    for pair in found.absent:
        for side, seat in enumerate(pair.seats):
            yield {"name": found.name, "seat": seat, "role": case.sides[side].name, "result": None}
    offers = {one.seat: one for one in first_offers(found)}
    second = {one.after.agreement.pair: one for one in found.second}
    for at, one in enumerate(found.results):
        for side, seat in enumerate(one.agreement.seats):
            yield {
                "name": found.name, "seat": seat, "role": case.sides[side].name,
                "result": _result(case, one, side)
                | {"rank": rank_text(found.ranks[side], at), "n_seats": len(found.results)},
                "offer": _offer(offers.get(seat), one, found.played.first_offers.get((one.agreement.pair, side)), case),
                "second": _second(second.get(one.agreement.pair), side, case),
                "answers": _answers(found.played.answers.get(seat, {})),
            }  # fmt: skip


def _result(case: Case, one: PairResult, side: int) -> dict[str, Any]:
    return {
        "is_deal": one.is_deal,
        "terms": _own_terms(case, one.agreement.package, side),
        "points": count_points(one.points[side]),
        "limit": utility(case.limits[side]),
        "gain": utility(one.gains[side]),
        "is_below": side in one.sides_below,
    }


def _own_terms(case: Case, package: tuple[int, ...], side: int) -> Terms:
    """Each issue with the option, its points, and the most the issue could give this side."""
    return [
        (issue.name, issue.options[at].name, utility(issue.options[at].utilities[side]),
         utility(max(option.utilities[side] for option in issue.options)))
        for issue, at in zip(case.issues, package, strict=False)
    ]  # fmt: skip


def _offer(
    offer: FirstOffer | None, one: PairResult, package: tuple[int, ...] | None, case: Case
) -> dict[str, Any] | None:
    if offer is None or package is None:
        return None
    moved = "exactly there"
    if offer.change:
        moved = f"{count_points(abs(offer.change))} {'above' if offer.change > 0 else 'below'} it"
    terms = _own_terms(case, package, offer.side)
    return {"points": count_points(offer.own), "moved": moved if one.is_deal else "", "terms": terms}


def _second(second: SecondResult | None, side: int, case: Case) -> dict[str, Any] | None:
    if second is None:
        return None
    return {
        "points": count_points(second.after.points[side]),
        "gain": count_points(second.gains[side]),
        "terms": _own_terms(case, second.after.agreement.package, side),
    }


def _answers(given: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(text, given[question]) for question, text in FEELINGS.items() if question in given]
