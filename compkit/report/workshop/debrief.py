"""A class's debrief: the page for everyone, and a page for each seat with its own points alone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import floor
from typing import Any

from compkit.report.page.pdf import report_pdf
from compkit.report.show.templating import template_environment
from compkit.report.show.text import capitalized, count
from compkit.report.workshop.analysis_text import utility
from compkit.report.workshop.debrief_chart import debrief_chart
from compkit.workshop import MIN_FOR_Z, Agreement, Case, Debrief, PairResult

DEBRIEF_FILE = "teacher/debrief.html"


def debrief_files(found: Debrief, *, with_pdf: bool) -> dict[str, bytes]:
    """Contents of the debrief's files by path in the class's folder.

    Parameters
    ----------
    found : Debrief
    with_pdf : bool
        Whether the class's page comes as PDF too.

    Raises
    ------
    InputError
        If PDFs are asked for and WeasyPrint is missing.
    """
    page = _page(
        "debrief", name=found.name, sentences=debrief_sentences(found), rows=[_row(one) for one in found.results],
        chart=debrief_chart(found, "What the pairs reached") if found.results else None, roles=_roles(found),
        absent=[one.pair for one in found.absent],
    )  # fmt: skip
    files = {DEBRIEF_FILE: page.encode()}
    if with_pdf:
        files[DEBRIEF_FILE.replace(".html", ".pdf")] = report_pdf(page)
    return files | {f"debrief/seat-{seat:03}.html": text.encode() for seat, text in _seat_pages(found)}


def _page(template: str, **values: Any) -> str:
    environment = template_environment("compkit.report.workshop", "templates")
    return environment.get_template(f"{template}.html.j2").render(values)


def debrief_sentences(found: Debrief) -> list[str]:
    """Write the answer: deals, deals on the frontier, points left on the table, deals below a limit."""
    deals, n_pairs = found.deals, len(found.results)
    if not n_pairs:
        return ["No pair played."]
    told = [f"{len(deals)} of {count(n_pairs, 'pair')} agreed."]
    if found.analysis.has_deal:
        n_best = sum(one.is_efficient for one in deals)
        told += [
            f"{capitalized(count(n_best, 'deal'))} {'is' if n_best == 1 else 'are'} on the frontier, "
            "where nobody can gain without the other losing.",
            f"{count_points(found.total_left)} {'was' if found.total_left == 1 else 'were'} left on the table.",
        ]
    else:
        told.append("No agreement suits both sides: walking away was the right result.")
    n_below = sum(bool(one.sides_below) for one in deals)
    if n_below:
        told.append(f"{count(n_below, 'deal')} {'is' if n_below == 1 else 'are'} below a side's own limit.")
    return told


def count_points(points: Fraction) -> str:
    """Format points with their noun."""
    return f"{utility(points)} {'point' if points == 1 else 'points'}"


def _row(one: PairResult) -> list[str]:
    claimed = "" if one.claimed is None else f"{_whole(one.claimed[0])}% / {100 - _whole(one.claimed[0])}%"
    # Rounded down, so that only a pair on the frontier has an efficiency of 100%.
    created = "" if one.created is None else f"{floor(100 * one.created)}%".replace("-", "−")
    below = " and ".join(("candidate", "recruiter")[side] for side in one.sides_below)
    return [
        str(one.agreement.pair), *map(str, one.agreement.seats), "deal" if one.is_deal else "no deal",
        *map(utility, one.points), created, claimed, f"{floor(100 * one.efficiency)}%", utility(one.left), below,
    ]  # fmt: skip


def _whole(share: Fraction) -> int:
    """Nearest whole percent."""
    return floor(100 * share + Fraction(1, 2))


def _roles(found: Debrief) -> Iterator[dict[str, Any]]:
    """Each role's ranking, best first, and why it has no z-scores."""
    n_seats = len(found.results)
    for side, role in enumerate(found.analysis.case.sides):
        scores, ranks = found.z_scores(side), found.ranks[side]
        rows = [
            [_rank(ranks, at), str(one.agreement.seats[side]), utility(one.points[side]), utility(one.gains[side]),
             *([f"{scores[at]:+.2f}".replace("-", "−")] if scores else [])]
            for at, one in sorted(enumerate(found.results), key=lambda each: ranks[each[0]])
        ]  # fmt: skip
        reason = "" if scores else f"No z-scores: they need {MIN_FOR_Z} seats in a role, and {n_seats} played."
        if n_seats >= MIN_FOR_Z and not scores:
            reason = "No z-scores: all have the same points."
        yield {"name": role.name, "rows": rows, "reason": reason, "has_scores": bool(scores)}


def _rank(ranks: list[int], at: int) -> str:
    return f"{ranks[at]}, tied" if ranks.count(ranks[at]) > 1 else str(ranks[at])


def _seat_pages(found: Debrief) -> Iterator[tuple[int, str]]:
    """Each seat's page; nothing on it depends on the other side's points."""
    case, n_played = found.analysis.case, len(found.results)
    for pair in found.absent:
        for side, seat in enumerate(pair.seats):
            yield seat, _page("seat", name=found.name, seat=seat, role=case.sides[side].name, result=None)
    for at, one in enumerate(found.results):
        for side, seat in enumerate(one.agreement.seats):
            result = {
                "is_deal": one.is_deal,
                "terms": _own_terms(case, one.agreement, side),
                "points": count_points(one.points[side]),
                "limit": utility(case.limits[side]),
                "gain": utility(one.gains[side]),
                "is_below": side in one.sides_below,
                "rank": _rank(found.ranks[side], at),
                "n_seats": n_played,
            }
            yield seat, _page("seat", name=found.name, seat=seat, role=case.sides[side].name, result=result)


def _own_terms(case: Case, agreement: Agreement, side: int) -> list[tuple[str, str, str, str]]:
    """Each issue with the option agreed on, its points, and the most the issue could give this side."""
    return [
        (issue.name, issue.options[at].name, utility(issue.options[at].utilities[side]),
         utility(max(option.utilities[side] for option in issue.options)))
        for issue, at in zip(case.issues, agreement.package, strict=False)
    ]  # fmt: skip


def debrief_values(found: Debrief) -> dict[str, Any]:
    """Results as numbers, for programs."""
    all_scores = [found.z_scores(side) for side in (0, 1)]
    return {
        "n_pairs": len(found.results),
        "n_deals": len(found.deals),
        "n_on_frontier": sum(one.is_efficient for one in found.deals),
        "points_left": float(found.total_left),
        "pairs": [
            {
                "pair": one.agreement.pair,
                "seats": list(one.agreement.seats),
                "is_deal": one.is_deal,
                "points": list(map(float, one.points)),
                "created": None if one.created is None else float(one.created),
                "claimed": None if one.claimed is None else list(map(float, one.claimed)),
                "efficiency": float(one.efficiency),
                "points_left": float(one.left),
                "below_limit": [found.analysis.case.sides[side].name for side in one.sides_below],
                "ranks": [ranks[at] for ranks in found.ranks],
                "z_scores": [scores and scores[at] for scores in all_scores],
            }
            for at, one in enumerate(found.results)
        ],
        "absent": [one.pair for one in found.absent],
    }
